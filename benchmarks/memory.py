"""How much memory do five rates of a DFN take at the peak?

python benchmarks/memory.py [--repeats 1] [--keep]
"""

from statistics import median

from measure import arguments, child, tell

WORK = "import napore; napore.rate_test(napore.half_cell('fjh', 'DFN'), (0.1, 0.2, 0.5, 1.0, 2.0))"


def main() -> None:
    given = arguments(__doc__, repeats=1)
    tell("memory", median(child(["-c", WORK])[1] for _ in range(given.repeats)), given)


if __name__ == "__main__":
    main()
