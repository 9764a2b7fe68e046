"""How long do 200 cycles with ageing take over c824949?

python benchmarks/ageing.py [--repeats 1] [--keep]
"""

from measure import arguments, over_both

WORK = (
    "import napore; cell = napore.half_cell('fjh', 'SPM', ageing='gu2025'{}); "
    "assert napore.cycle_test(cell, 1.0, 200).table().shape[0] == 200"
)


def main() -> None:
    over_both("ageing", WORK, arguments(__doc__, repeats=1))


if __name__ == "__main__":
    main()
