"""How long does ``napore rate fjh`` take over c824949, as a whole process?

python benchmarks/command.py [--repeats 3] [--keep]
"""

from measure import arguments, over_today


def main() -> None:
    over_today("napore rate", ["-m", "napore.cli", "rate", "fjh"], arguments(__doc__, repeats=3))


if __name__ == "__main__":
    main()
