"""Print every finding as it comes; exit with status 1 where one does not hold."""

import argparse
import logging
import os
import sys

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

from . import PROBLEMS, run, table


def main() -> int:
    """Run the problems that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m napore.validation.verification", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="kind", help=f"of {', '.join(PROBLEMS)}; default: all")
    kinds = parser.parse_args().kinds
    unknown = [kind for kind in kinds if kind not in PROBLEMS]
    if unknown:
        parser.error(f"unknown kind {unknown[0]!r}: choose from {', '.join(PROBLEMS)}")
    logging.getLogger("pybamm").setLevel(logging.ERROR)
    print(table([]))
    missed = 0
    for finding in run(*kinds):
        print(table([finding]).splitlines()[1], flush=True)
        missed += not finding.met
    print(f"{missed} not met" if missed else "all met")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
