"""How long do GITT, energy_test and the whole validation take over c824949?

    python benchmarks/experiments.py [--repeats 1] [--keep]

GITT and energy_test with the law of that commit, which tells the engine, and with the shipped one, which has
three times as many states, as calls: PyBaMM's import alone is more than half of such a process. The
validation with what is shipped, as a command.
"""

from measure import arguments, call, over_both, over_today


def main() -> None:
    given = arguments(__doc__, repeats=1)
    over_both("GITT", call("half_cell", "gitt", "'fjh', 'SPMe'{}"), given)
    over_both("energy_test", call("full_cell", "energy_test", "model='DFN'{}"), given)
    over_today("validation", ["-m", "napore.cli", "validate"], given)


if __name__ == "__main__":
    main()
