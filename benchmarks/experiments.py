"""How long do GITT, energy_test and the whole validation take over c824949?

python benchmarks/experiments.py [--repeats 1] [--keep]
"""

from measure import arguments, over_today

WORKS = {
    "GITT": ["-c", "import napore; napore.gitt(napore.half_cell('fjh', 'SPMe'))"],
    "energy_test": ["-c", "import napore; napore.energy_test(napore.full_cell(model='DFN'))"],
    "validation": ["-m", "napore.cli", "validate"],
}


def main() -> None:
    given = arguments(__doc__, repeats=1)
    for name, work in WORKS.items():
        over_today(name, work, given)


if __name__ == "__main__":
    main()
