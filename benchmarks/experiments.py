"""How long do GITT, energy_test and the whole validation take over c824949?

    python benchmarks/experiments.py [--repeats 1] [--keep]

GITT and energy_test with the law of that commit, which tells the engine, and with the shipped one, which has
three times as many states; the validation with what is shipped.
"""

from measure import arguments, over_both, over_today


def main() -> None:
    given = arguments(__doc__, repeats=1)
    over_both("GITT", "import napore; napore.gitt(napore.half_cell('fjh', 'SPMe'{}))", given)
    over_both("energy_test", "import napore; napore.energy_test(napore.full_cell(model='DFN'{}))", given)
    over_today("validation", ["-m", "napore.cli", "validate"], given)


if __name__ == "__main__":
    main()
