"""Run random cells by seed, keep each outcome, and tell faults from named ends.

``python -m napore.validation.verification.random_runs --seeds 0:400`` goes on where it was stopped.
An outcome belongs to the code that it was made with: it is kept in a file named by the hash of what solves.
"""

import argparse
import json
import logging
import math
import os
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

import numpy as np
import pybamm

try:
    import resource
except ImportError:  # Windows has no limit of this kind
    resource = None  # type: ignore[assignment]

from napore.files import append_text
from napore.full_cell_electrodes import FORMATIONS
from napore.results import OK

from .random_cells import Case, draw
from .random_code import code_hash
from .random_protocols import PROTOCOLS, Ran
from .watched import LEAST_JUMP, Seen, watch

FOLDER: Final = "NAPORE_RANDOM_CELLS"
"""Environment variable with the folder of what is kept."""

OCCUPANCY: Final = 1e-6
_CASES_OF_A_PROCESS: Final = 25
"""Cases after which a worker is replaced: what PyBaMM and CasADi keep of a model stays in memory."""
SODIUM: Final = 1e-8
LOST: Final = 1e-7
PASSED: Final = 1e-6
SALT: Final = 1e-9
CHARGE: Final = 1e-3
CURVE: Final = 1e-4
LONGEST_S: Final = 60.0
"""Bars: share beyond 0 or 1; sodium of all particles, and of PyBaMM's own particle where it loses active
material, whose sodium is a product of two states (seed 389 without any law of ours: 7.5e-8), or diffusion is
fast, by the round-off of one folded matrix (seed 14: 6.5e-8 at 1.7e-10 m2/s, 2.6e-10 at 1e-12); of one
electrode against the charge, and salt, over the sites; charge against the integral of the solver's own
current, and that of a curve against the protocol's, over whose kinks the solver steps; processor time."""


@dataclass(frozen=True)
class Outcome:
    """What became of one case; the columns of the table.

    Parameters
    ----------
    seed, name, model, options, protocol
        Of the case.
    status
        ``"ok"``, ``"refused"``, ``"cut-off"`` (a named end), ``"unfinished"``, ``"solver"`` (a named
        failure), ``"too long"`` or ``"exception"``.
    faults
        Bars that do not hold; an exception that is not ours is one.
    lowest, highest, worst, filled, sodium, passed, salt, charge, jump
        As in :class:`.watched.Seen`; ``worst`` names what is farthest beyond 0 or 1.
    cpu_s
        Processor time [s].
    cause
        Status, sentence or exception in words.
    """

    seed: int
    name: str
    model: str
    options: str
    protocol: str
    status: str
    faults: tuple[str, ...]
    lowest: float
    highest: float
    worst: str
    filled: float
    sodium: float
    passed: float
    salt: float
    charge: float
    jump: float
    cpu_s: float
    cause: str


def outcome(case: Case) -> Outcome:
    """Make the cell, do what the case says, and check everything."""
    begin, seen, ran = time.process_time(), Seen(), None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            cell = case.cell()
            with watch(cell) as seen:
                ran = PROTOCOLS[case.protocol](cell, **case.conditions)
            status, cause = _status(ran)
        except Exception as error:
            status, cause = _of_exception(error, seen)
    return _outcome(case, status, cause, seen, ran, time.process_time() - begin)


def _outcome(case: Case, status: str, cause: str, seen: Seen, ran: Ran | None, spent: float) -> Outcome:
    return Outcome(
        seed=case.seed,
        name=case.name,
        model=case.model,
        options=_words(case),
        protocol=f"{case.protocol} {json.dumps(case.conditions)}",
        status=status,
        faults=tuple(_faults(status, seen, ran, spent, _sodium_bar(case.options))),
        lowest=seen.lowest[0],
        highest=seen.highest[0],
        worst=max((-seen.lowest[0], seen.lowest[1]), (seen.highest[0] - 1.0, seen.highest[1]))[1],
        filled=seen.filled,
        sodium=seen.sodium,
        passed=seen.passed,
        salt=seen.salt,
        charge=seen.charge,
        jump=seen.jump,
        cpu_s=round(spent, 2),
        cause=cause,
    )


def _words(case: Case) -> str:
    beside = {"ageing": case.ageing, "electrolyte": case.electrolyte, "formation": case.formation}
    chosen = {name: value for name, value in beside.items() if value not in (None, FORMATIONS[0])}
    given = {**case.options, **chosen, **case.parameters}
    return json.dumps(given)


def _status(ran: Ran) -> tuple[str, str]:
    """The worst of the rows' statuses, and it in words."""
    kinds = (("solver failed", "solver"), ("not finished", "unfinished"), ("", "cut-off"))
    bad = [status for status in ran.statuses if status != OK]
    for beginning, kind in kinds:
        for status in bad:
            if status.startswith(beginning):
                return kind, status
    return "ok", ""


def _of_exception(error: Exception, seen: Seen) -> tuple[str, str]:
    """Our own sentence before anything was solved is a refusal, after it a named end; else it is a fault."""
    words = " ".join(str(error).split())[:300]
    *_, (frame, line) = traceback.walk_tb(error.__traceback__)
    sentence = isinstance(error, pybamm.OptionError) and frame.f_globals["__name__"].startswith("napore")
    if sentence or type(error).__module__.startswith("napore"):
        return ("cut-off" if seen.solutions else "refused"), words
    return "exception", f"{type(error).__name__}: {words} ({Path(frame.f_code.co_filename).name}:{line})"


def _sodium_bar(options: Mapping[str, Any]) -> float:
    storage = options.get("sodium storage")
    lost = storage == "equilibrium" and "loss of active material" in options
    return LOST if lost or storage == "single" else SODIUM


def _faults(status: str, seen: Seen, ran: Ran | None, spent: float, sodium: float) -> Iterator[str]:
    if status == "exception":
        yield "exception"
    if status == "too long" or spent > LONGEST_S:
        yield "too long"
    if not seen.finite or (ran is not None and not all(np.isfinite(curve).all() for curve in ran.curves)):
        yield "not a number"
    if seen.lowest[0] < -OCCUPANCY or seen.highest[0] > 1.0 + OCCUPANCY:
        yield "occupancy"
    for name, value, bar in (
        ("filling", seen.filled, OCCUPANCY),
        ("sodium", seen.sodium, sodium),
        ("passed", seen.passed, PASSED),
        ("salt", seen.salt, SALT),
        ("charge", seen.charge, CHARGE),
        ("jump", seen.jump, LEAST_JUMP),
    ):
        if not value <= bar:
            yield name
    if ran is not None and not all(np.isclose(one, other, rtol=CURVE) for one, other in ran.charges):
        yield "charge of the curve"


class Worker:
    """A process that runs one case after the other, ended by the system where one takes too long.

    Nothing inside it could do that: a large model spends minutes in a single call of compiled code.

    Parameters
    ----------
    seconds
        Processor time that a case may take [s], to the next whole one.
    """

    def __init__(self, seconds: float = LONGEST_S) -> None:
        self._seconds = seconds
        self._process: Any = None
        self._pipe: Any = None
        self._done = 0

    def outcome(self, case: Case) -> Outcome:
        """Run :func:`outcome` there."""
        if self._process is not None and self._done >= _CASES_OF_A_PROCESS:
            self._pipe.close()
            self._process.join()
            self._process, self._done = None, 0
        self._done += 1
        if self._process is None or not self._process.is_alive():
            context = get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs, self._seconds), daemon=True)
            self._process.start()
            theirs.close()
        self._pipe.send(case)
        try:
            found: Outcome = self._pipe.recv()
        except (EOFError, ConnectionError):
            self._process.join()
            code = self._process.exitcode
            if resource is not None and code == -signal.SIGXCPU:
                cause = f"more than {self._seconds:g} s of processor time"
                return _outcome(case, "too long", cause, Seen(), None, self._seconds)
            return _outcome(case, "exception", f"the process ended with {code}", Seen(), None, 0.0)
        return found


def _serve(pipe: Any, seconds: float) -> None:
    """Cases from a pipe, outcomes into it, until it is closed."""
    logging.getLogger("pybamm").setLevel(logging.CRITICAL)
    while True:
        try:
            case = pipe.recv()
        except EOFError:
            return
        if resource is not None:
            used = math.ceil(time.process_time() + seconds)
            resource.setrlimit(resource.RLIMIT_CPU, (used, resource.RLIM_INFINITY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        pipe.send(outcome(case))


def outcomes(seeds: Iterable[int], folder: Path | None = None) -> Iterator[Outcome]:
    """Outcome of each seed; what the folder holds of the same code is not run again.

    Parameters
    ----------
    seeds
        Seeds in order.
    folder
        Where each outcome is kept as a line of JSON; nothing is kept where None.
    """
    file = None if folder is None else folder / f"{code_hash()}.jsonl"
    kept: dict[int, Outcome] = {}
    if file is not None and file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            kept[record["seed"]] = Outcome(**{**record, "faults": tuple(record["faults"])})
    worker = Worker()
    for seed in seeds:
        if seed not in kept:
            kept[seed] = worker.outcome(draw(seed))
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
                append_text(file, json.dumps(asdict(kept[seed])) + "\n")
        yield kept[seed]


def table(found: Iterable[Outcome]) -> str:
    """One line per outcome."""
    lines = []
    for one in found:
        worst = max(-one.lowest, one.highest - 1.0)
        lines.append(
            f"{one.seed:5d} {one.name:9s} {one.model:4s} {one.status:10s} {'+'.join(one.faults) or '-':18s} "
            f"beyond {worst:9.1e}  sodium {one.sodium:7.1e}  salt {one.salt:7.1e}  charge {one.charge:7.1e}  "
            f"{one.cpu_s:5.1f} s  {one.protocol} {one.options} {one.cause}"
        )
    return "\n".join(lines)


def summary(found: Iterable[Outcome]) -> str:
    """Counts of statuses and faults, and the processor time, in one line."""
    rows = list(found)
    statuses = Counter(row.status for row in rows)
    faults = Counter(fault for row in rows for fault in row.faults)
    words = [f"{count} {name}" for name, count in statuses.most_common()]
    bad = [f"{count} {name}" for name, count in faults.most_common()] or ["none"]
    spent = [row.cpu_s for row in rows]
    return (
        f"{len(rows)} cells: {', '.join(words)}; faults: {', '.join(bad)}; "
        f"{sum(spent) / 60:.1f} min of processor time, the longest {max(spent, default=0.0):.0f} s"
    )


def main() -> int:
    """Run the seeds that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m napore.validation.verification.random_runs")
    parser.add_argument("--seeds", default="0:400", help="FIRST:LAST, the last not included")
    parser.add_argument("--folder", default=os.environ.get(FOLDER, "build/random_cells"), type=Path)
    arguments = parser.parse_args()
    first, last = (int(end) for end in arguments.seeds.split(":"))
    logging.getLogger("pybamm").setLevel(logging.CRITICAL)
    found = []
    for one in outcomes(range(first, last), arguments.folder):
        found.append(one)
        print(table([one]), flush=True)
    print(summary(found))
    return int(any(one.faults for one in found))


if __name__ == "__main__":
    sys.exit(main())
