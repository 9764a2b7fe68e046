"""How long do the fast tests that exist at c824949 take over c824949?

    python benchmarks/suite.py --run 1 [--keep]

Without ``--run 1`` only the kept ratio is told: it takes both suites. A test counts by its file and name.
"""

import os
import subprocess
import sys
from pathlib import Path

from measure import ROOT, arguments, child, tell, tell_kept, today


def names(place: Path) -> set[str]:
    """Tests of a folder by file and name, without what stands in brackets."""
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests"],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(place)},
        capture_output=True,
        check=False,
        text=True,
    )
    return {line.split("[")[0] for line in listed.stdout.splitlines() if "::" in line}


def main() -> None:
    given = arguments(__doc__, repeats=1, run=0)
    old = today()
    if not given.run or old is None:
        tell_kept("tests")
        return
    before = names(old)
    missing = before - names(ROOT)
    if missing:
        print(f"{len(missing)} tests of c824949 are gone or slow: {', '.join(sorted(missing)[:5])} ...")
    both = sorted(before - missing)
    quiet = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *both]
    tell("tests", child(quiet)[0] / child(quiet, old)[0], given)


if __name__ == "__main__":
    main()
