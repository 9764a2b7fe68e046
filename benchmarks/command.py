"""How long does ``napore rate fjh`` take over c824949, as a whole process?

    python benchmarks/command.py [--repeats 3] [--keep]

The command as it is, and what it does with the law of that commit.
"""

from measure import OLD_LAW, arguments, over_today

WORK = f"import napore; print(napore.rate_test(napore.half_cell('fjh'{OLD_LAW})).table())"


def main() -> None:
    given, command = arguments(__doc__, repeats=3), ["-m", "napore.cli", "rate", "fjh"]
    over_today("napore rate", ["-c", WORK], given, command)
    over_today("napore rate, shipped", command, given)


if __name__ == "__main__":
    main()
