"""What the scripts of this folder share: goals, processor time against a peer in one run, and records.

Peers that are called "today" are commit c824949, from a git worktree of it in ``NAPORE_TODAY``, or one that
git knows of; old and new run in turn. Without it the ratio of the last run that had it is told, with its
versions. ``--keep`` writes what was measured to docs/data/benchmarks.json.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "docs" / "data" / "benchmarks.json"
COMMIT = "c824949"
OLD_LAW = ", options={'adsorption law': 'mean field', 'pore classes': '4'}"
"""Of a cell in source code: the law that is shipped at that commit, with a third of the states."""


@dataclass(frozen=True)
class Goal:
    """A ratio (or MB), what it was at c824949, what it must be and what is aimed at."""

    text: str
    today: float
    must: float
    aim: float
    higher: bool = False
    unit: str = ""

    def met(self, value: float) -> bool:
        """Whether a value is as good as it must be."""
        return value >= self.must if self.higher else value <= self.must


GOALS = {
    "DFN, four classes": Goal("half-cell DFN over PyBaMM's own, mean field, four classes", 3.7, 1.6, 1.3),
    "DFN, one class": Goal("the same, one class of pores", 2.4, 1.2, 1.0),
    "DFN, equilibrium": Goal("the same, pores at equilibrium", 2.0, 1.2, 1.0),
    "DFN, three kinds": Goal("the same, the law of the shipped sets: three kinds of sodium", 5.5, 3.0, 2.0),
    "DFN, compiled": Goal("four classes, functions compiled", 3.7, 1.6, 0.6),
    "rate_test": Goal("rate_test per half cycle over plain PyBaMM from one build", 3.6, 1.5, 1.2),
    "napore rate": Goal("rates of FJH, whole process, over c824949, its law (mean field)", 1.0, 0.4, 0.25),
    "napore rate, shipped": Goal(
        "napore rate fjh, the law that is shipped now (three kinds)", 1.0, 0.4, 0.25
    ),
    "half-cell study": Goal("half-cell study, times faster than a naive loop", 18.0, 40.0, 75.0, True),
    "full-cell designs": Goal("full-cell designs, times faster than a naive loop", 1.0, 40.0, 100.0, True),
    "GITT": Goal("GITT, call, over c824949, its law", 1.0, 0.5, 0.3),
    "energy_test": Goal("energy_test, call, over c824949, its law", 1.0, 0.5, 0.3),
    "GITT, shipped": Goal("GITT, call, over c824949, the law that is shipped now", 1.0, 0.5, 0.3),
    "energy_test, shipped": Goal(
        "energy_test, call, over c824949, the law that is shipped now", 1.0, 0.5, 0.3
    ),
    "validation": Goal("full validation over c824949", 1.0, 0.5, 0.3),
    "ageing": Goal("200 cycles with ageing over c824949, its law", 1.0, 0.7, 0.5),
    "ageing, shipped": Goal(
        "200 cycles with ageing over c824949, the law that is shipped now", 1.0, 0.7, 0.5
    ),
    "memory": Goal("peak memory of five DFN rates", 669.0, 400.0, 330.0, unit=" MB"),
    "tests": Goal("the tests of c824949 over c824949", 1.0, 0.75, 0.5),
}


def arguments(description: str | None, **more: Any) -> argparse.Namespace:
    """Arguments of a script: ``--repeats``, ``--keep`` and its own, by name with their default."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keep", action="store_true", help="write what is measured to docs/data")
    for name, default in {"repeats": 5, **more}.items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    print(", ".join(f"{package} {number}" for package, number in versions().items()))
    return parser.parse_args()


def versions() -> dict[str, str]:
    """What a ratio depends on beside the code."""
    names = ("napore", "pybamm", "pybammsolvers", "casadi", "numpy")
    return {name: version(name) for name in names} | {"python": platform.python_version()}


def processor_time(work: Callable[[], Any]) -> float:
    """Processor time of a call [s], user and system."""
    began = time.process_time()
    work()
    return time.process_time() - began


def medians(works: Mapping[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """Median processor time of each call [s]; they take turns, so that noise hits all alike."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            times[name].append(processor_time(work))
    return {name: statistics.median(each) for name, each in times.items()}


def child(work: list[str], place: Path = ROOT) -> tuple[float, float]:
    """Processor time [s] and peak memory [MB] of a python process on the code in a folder.

    The time is what the process prints last where its source is of :func:`timed`.
    """
    environment = {**os.environ, "PYTHONPATH": str(place)}
    process = subprocess.Popen(
        [sys.executable, *work], cwd=place, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = process.stdout.read().split()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(work)} in {place} ended with {process.returncode}")
    memory = used.ru_maxrss / (1e3 if sys.platform != "darwin" else 1e6)
    if work[0] == "-c" and _CALL in work[1]:
        return float(said[-1]), memory
    return used.ru_utime + used.ru_stime, memory


_CALL = "print(time.process_time() - began)"


def timed(before: str, work: str) -> str:
    """Source code that tells the time of some work, without that of what goes before."""
    return f"import time\n{before}\nbegan = time.process_time()\n{work}\n{_CALL}"


def call(make: str, run: str, cell: str) -> str:
    """Source code that tells the time of an experiment on a cell ``(...{})``, without the imports."""
    before = f"import napore; make, run = napore.{make}, napore.{run}"
    return timed(before, f"run(make({cell}))")


def today() -> Path | None:
    """Worktree of c824949; None where there is none."""
    if given := os.environ.get("NAPORE_TODAY"):
        return Path(given)
    listed = subprocess.run(
        ["git", "worktree", "list", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    for entry in listed.stdout.split("\n\n"):
        fields = dict(line.partition(" ")[::2] for line in entry.splitlines())
        if fields.get("HEAD", "").startswith(COMMIT) and Path(fields["worktree"], "napore").is_dir():
            return Path(fields["worktree"])
    return None


def over_both(name: str, source: str, given: argparse.Namespace) -> None:
    """Tell the time of source code that makes a cell ``(...{})`` with that law, and as it is shipped now."""
    before = ["-c", source.format("")]
    over_today(name, ["-c", source.format(OLD_LAW)], given, before)
    over_today(f"{name}, shipped", before, given)


def over_today(
    name: str, work: list[str], given: argparse.Namespace, before: list[str] | None = None
) -> None:
    """Tell a process' time over that of the same work at c824949, there written as ``before`` if given."""
    old = today()
    if old is None:
        tell_kept(name)
        return
    works = {old: before or work, ROOT: work}
    times: dict[Path, list[float]] = {place: [] for place in works}
    for _ in range(given.repeats):
        for place, each in times.items():
            each.append(child(works[place], place)[0])
    new, past = (statistics.median(times[place]) for place in (ROOT, old))
    tell(name, new / past, given, f"{new:.1f} s against {past:.1f} s")


def tell(name: str, value: float, given: argparse.Namespace, note: str = "") -> None:
    """Print a measured value beside its goal, and keep it where asked."""
    print(_line(name, value) + (f" ({note})" if note else ""), flush=True)
    if given.keep:
        rows = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
        rows[name] = {"text": GOALS[name].text, "value": float(f"{value:.4g}"), "versions": versions()}
        KEPT.write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def tell_kept(name: str) -> None:
    """Print what the last run with c824949 beside it gave."""
    rows = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    if name not in rows:
        print(f"{name}: needs a worktree of {COMMIT} in NAPORE_TODAY; no earlier ratio is kept")
        return
    made_with = ", ".join(f"{package} {number}" for package, number in rows[name]["versions"].items())
    print(f"{_line(name, rows[name]['value'])} (kept, no worktree of {COMMIT}; {made_with})")


def _line(name: str, value: float) -> str:
    goal = GOALS[name]
    verdict = "met" if goal.met(value) else "unmet"
    return (
        f"{goal.text}: {value:.3g}{goal.unit}, was {goal.today:g}, must {goal.must:g}, aim {goal.aim:g}: "
        f"{verdict}"
    )
