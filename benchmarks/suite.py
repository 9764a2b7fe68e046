"""How long do the fast tests that exist at c824949 take over c824949?

    python benchmarks/suite.py --run 1 [--keep]

Without ``--run 1`` only the kept ratio is told: it takes both suites. A test counts by its file, name and
parameters; both sides run the same ones, whether they pass or not.
"""

import os
import subprocess
import sys
from pathlib import Path

from measure import ROOT, arguments, child, tell, tell_kept, today


def names(place: Path) -> set[str]:
    """Tests of a folder by file, name and parameters."""
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests"],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(place)},
        capture_output=True,
        check=False,
        text=True,
    )
    return {line for line in listed.stdout.splitlines() if "::" in line}


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
    quiet = ["-c", "import sys, pytest; pytest.main(sys.argv[1:])", "-q", "-p", "no:cacheprovider", *both]
    now, then = child(quiet)[0], child(quiet, old)[0]
    tell("tests", now / then, given, f"{now:.0f} s against {then:.0f} s, {len(both)} tests")


if __name__ == "__main__":
    main()
