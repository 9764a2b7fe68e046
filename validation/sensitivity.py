"""Sensitivity of the verdicts: which uncertain input, inside its range, turns which."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
from tqdm import tqdm

from napore.experiments.records import write_csv, write_json
from napore.experiments.solving import OK
from napore.parameters.reported import Reported, reported

from .bench import Bench
from .checks import CHECKS
from .claims import Claim, claim_ids, judged
from .identity import identity
from .inputs import FITTED, Input, feels, uncertain_inputs
from .journal import Journal

__all__ = [
    "NominalVerdict",
    "VerdictRow",
    "VerdictSensitivity",
    "VerdictSensitivityInterrupted",
    "verdict_sensitivity",
]

_ENDS: Final = ("low", "high")
Simulated = float | bool | None


@dataclass(frozen=True)
class NominalVerdict:
    """A claim with the sets as they are.

    Parameters
    ----------
    claim, quantity, reported, tolerance
        As in the validation.
    simulated, verdict
        In the reduced model.
    reference, reference_verdict
        In the full one.
    model
        Which of both its rows were made with: the full one where the verdicts differ.
    inputs
        Number of inputs that it can feel.
    """

    claim: str
    quantity: str
    reported: Simulated
    tolerance: float | None
    simulated: Simulated
    verdict: str
    reference: Simulated
    reference_verdict: str
    model: str
    inputs: int


@dataclass(frozen=True)
class VerdictRow:
    """A claim and an input at the ends of its range; None where a number does not exist.

    Parameters
    ----------
    claim, parameter, sample, kind
        Claim, input, what it is an input of, and class.
    low, value, high
        Range and value of the input, in the unit of its name.
    at_low, nominal, at_high
        What is simulated there.
    verdict_low, verdict, verdict_high
        The verdict there.
    turns_below, turns_above
        About where it turns, by a straight line between value and end; None where it does not.
    status_low, status_high
        ``"ok"`` or the failure, which is no turn.
    """

    claim: str
    parameter: str
    sample: str
    kind: str
    low: float
    value: float
    high: float
    at_low: Simulated
    nominal: Simulated
    at_high: Simulated
    verdict_low: str
    verdict: str
    verdict_high: str
    turns_below: float | None
    turns_above: float | None
    status_low: str = OK
    status_high: str = OK

    @property
    def turned(self) -> tuple[str, ...]:
        """Ends of the range at which the verdict is another."""
        ends = (("low", self.verdict_low, self.status_low), ("high", self.verdict_high, self.status_high))
        return tuple(end for end, verdict, status in ends if status == OK and verdict != self.verdict)

    @property
    def change(self) -> float | None:
        """Largest relative change of a simulated number [-]; None for a statement."""
        nominal = self.nominal
        if isinstance(nominal, bool) or not nominal:
            return None
        ends = [end for end in (self.at_low, self.at_high) if end is not None]
        return max((abs(end / nominal - 1.0) for end in ends), default=None)


@dataclass(frozen=True)
class VerdictSensitivity:
    """Verdicts at the ends of the ranges of the uncertain inputs, one at a time.

    Parameters
    ----------
    claims
        Claims with a simulation, with the sets as they are.
    rows
        One per claim and input that it can feel.
    identity
        Versions, model and hashes of the sets that it was made with.
    total
        Number of pairs of claim and input that there are; more than rows where it was stopped.
    """

    claims: tuple[NominalVerdict, ...]
    rows: tuple[VerdictRow, ...]
    identity: Mapping[str, Any]
    total: int

    def of(self, claim: str) -> tuple[VerdictRow, ...]:
        """Rows of a claim, those that turn it and then those that change it most first."""
        found = [row for row in self.rows if row.claim == claim]
        return tuple(sorted(found, key=lambda row: (not row.turned, -(row.change or 0.0))))

    def turning(self, claim: str, *, fitted: bool = False) -> tuple[VerdictRow, ...]:
        """Rows that turn a claim: of inputs that were fitted, or of all the others."""
        return tuple(row for row in self.of(claim) if row.turned and (row.kind == FITTED) == fitted)

    @property
    def stale(self) -> tuple[str, ...]:
        """What is another now than when this was made: versions and sets by name; empty where nothing is."""
        now = identity(str(self.identity.get("model", "")))
        return tuple(name for name in now if now[name] != self.identity.get(name))

    def table(self) -> pd.DataFrame:
        """One row per claim and input."""
        return pd.DataFrame([{**asdict(row), "turned": " ".join(row.turned)} for row in self.rows])

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {
            **self.identity,
            "total": self.total,
            "claims": [asdict(claim) for claim in self.claims],
            "rows": [asdict(row) for row in self.rows],
        }

    @staticmethod
    def from_json(path: str | Path) -> "VerdictSensitivity":
        """Read what :meth:`to_json` wrote."""
        content = json.loads(Path(path).read_text("utf-8"))
        claims, rows, total = (content.pop(name) for name in ("claims", "rows", "total"))
        return VerdictSensitivity(
            tuple(NominalVerdict(**claim) for claim in claims),
            tuple(VerdictRow(**row) for row in rows),
            content,
            total,
        )

    def to_json(self, path: str | Path) -> None:
        """Write :meth:`to_dict`."""
        write_json(path, self.to_dict())

    def to_csv(self, path: str | Path) -> None:
        """Write :meth:`table`."""
        write_csv(path, self.table())

    def plot(self, ax: Any = None) -> Any:
        """Draw claims against inputs, with the turned verdicts marked; return the axes."""
        from .verdict_pictures import draw_verdicts

        return draw_verdicts(self, ax)


class VerdictSensitivityInterrupted(KeyboardInterrupt):
    """Ctrl-C during the study; ``result`` holds the pairs that were finished at both ends."""

    def __init__(self, result: VerdictSensitivity) -> None:
        super().__init__("sensitivity of the verdicts interrupted")
        self.result = result


def verdict_sensitivity(
    only: str | None = None,
    *,
    model: str = "SPMe",
    reference: str = "DFN",
    inputs: Sequence[Input] | None = None,
    resume: str | Path | None = None,
    processes: int = 1,
    progress: bool = False,
) -> VerdictSensitivity:
    """Verdict of every simulated claim with each uncertain input at both ends of its range.

    One input at a time, nothing is calibrated again: a fitted input is taken to the bounds of its fit, an
    assumed one leaves the fitted ones as they are. Inputs that no equation of a claim's simulations reads are
    left out, and so are claims that are not simulated.

    Parameters
    ----------
    only
        Prefix of the ids of the claims, all where None.
    model
        Reduced model of the rows.
    reference
        Full model that the nominal verdicts are compared with; where they differ, the claim's rows are
        made with it.
    inputs
        Inputs to vary; :func:`napore.validation.inputs.uncertain_inputs` where None.
    resume
        File for finished rows (JSON lines); what is there already is not simulated again.
    processes
        Number of processes.
    progress
        Whether to show a bar on a terminal.

    Raises
    ------
    UnknownClaimError, JournalError
        For a prefix or a file that cannot be used.
    VerdictSensitivityInterrupted
        On Ctrl-C, with what is finished.
    """
    ids = [key for key in claim_ids(only) if key in CHECKS]
    found = Journal(resume, {**identity(model), "reference": reference})
    varied = uncertain_inputs() if inputs is None else tuple(inputs)
    study = _Study(ids, varied, model, reference, found)
    try:
        study.run(processes, progress)
    except KeyboardInterrupt:
        raise VerdictSensitivityInterrupted(study.result()) from None
    return study.result()


Case = tuple[str, Mapping[str, Mapping[str, float]], tuple[str, ...]]
"""Model, changes and claims."""


def _solved(case: Case) -> dict[str, dict[str, Any]]:
    """Claims of a case on one bench, by id: what is simulated, with a status."""
    model, changes, ids = case
    bench = Bench(model, changes, brief=True)
    found = {}
    for key in ids:
        bench.used.clear()
        simulated: Simulated = None
        status = OK
        try:
            simulated = CHECKS[key].simulate(bench)
        except Exception as error:
            # what cannot be made, and what a check makes of a simulation that failed
            status = f"not simulated: {error}".splitlines()[0][:200]
        if simulated is not None and simulated != simulated:
            simulated, status = None, "not simulated: no number"
        found[key] = {"simulated": simulated, "status": status, "used": sorted(map(list, bench.used))}
    return found


class _Study:
    """Cases of a study, their records, and what follows from them."""

    def __init__(
        self, ids: Sequence[str], inputs: Sequence[Input], model: str, reference: str, journal: Journal
    ) -> None:
        self.ids, self.inputs = ids, inputs
        self.model, self.reference = model, reference
        self.models = tuple(dict.fromkeys((model, reference)))
        self.journal = journal
        self.reported = {row.id: row for row in reported()}
        self.felt: dict[str, list[Input]] = {}

    def run(self, processes: int, progress: bool) -> None:
        """Solve what the journal does not have."""
        with tqdm(desc="verdicts", unit="row", delay=2, disable=not progress or None) as bar:
            for model in self.models:
                self._solve([(self._key("nominal", model), model, {}, self.ids)], 1, bar)
            cases = []
            for one in self.inputs:
                claims = [key for key in self.ids if self._feels(key, one)]
                for key in claims:
                    self.felt.setdefault(key, []).append(one)
                for end in _ENDS:
                    changes = one.changes(getattr(one, end))
                    cases += [
                        (self._key(one.key, end), model, changes, some)
                        for model in self.models
                        if (some := [key for key in claims if self._model(key) == model])
                    ]
            bar.total = len(self.models) * len(self.ids) + sum(len(case[3]) for case in cases)
            self._solve(cases, processes, bar)

    @staticmethod
    def _key(*parts: str) -> str:
        return " | ".join(parts)

    def _solve(self, cases: Iterable[tuple[str, str, Any, Sequence[str]]], processes: int, bar: Any) -> None:
        left: list[tuple[str, Case]] = []
        for name, model, changes, ids in cases:
            missing = tuple(key for key in ids if self.journal.get(self._key(name, key)) is None)
            bar.update(len(ids) - len(missing))
            if missing:
                left.append((name, (model, changes, missing)))

        def keep(name: str, found: Mapping[str, dict[str, Any]]) -> None:
            for key, record in found.items():
                self.journal.add(self._key(name, key), record)
                bar.update()

        if processes == 1 or len(left) < 2:
            for name, case in left:
                keep(name, _solved(case))
            return
        with ProcessPoolExecutor(processes) as executor:
            _on(executor, left, keep)

    def _nominal(self, key: str, model: str) -> dict[str, Any]:
        return self.journal.get(self._key("nominal", model, key)) or {}

    def _judged(self, key: str, simulated: Simulated) -> Claim:
        return judged(self.reported[key], simulated)

    def _model(self, key: str) -> str:
        """Model of the rows of a claim."""
        verdicts = {
            self._judged(key, self._nominal(key, model)["simulated"]).verdict for model in self.models
        }
        return self.model if len(verdicts) == 1 else self.reference

    def _feels(self, key: str, one: Input) -> bool:
        return feels(one, [(cell, kind) for cell, kind in self._nominal(key, self.reference)["used"]])

    def result(self) -> VerdictSensitivity:
        """What is finished."""
        done = [key for key in self.ids if all(self._nominal(key, m) for m in self.models)]
        rows = [
            row for key in done for one in self.felt.get(key, ()) if (row := self._row(key, one)) is not None
        ]
        depends = {**identity(self.model), "reference": self.reference}
        total = sum(len(found) for found in self.felt.values())
        return VerdictSensitivity(tuple(self._claim(key) for key in done), tuple(rows), depends, total)

    def _claim(self, key: str) -> NominalVerdict:
        simulated, full = (self._nominal(key, m)["simulated"] for m in (self.model, self.reference))
        claim, other = (self._judged(key, value) for value in (simulated, full))
        return NominalVerdict(
            key,
            claim.quantity,
            claim.reported,
            claim.tolerance,
            simulated,
            claim.verdict,
            full,
            other.verdict,
            self._model(key),
            len(self.felt.get(key, ())),
        )

    def _row(self, key: str, one: Input) -> VerdictRow | None:
        low, high = (self.journal.get(self._key(one.key, end, key)) for end in _ENDS)
        if low is None or high is None:
            return None
        nominal = self._nominal(key, self._model(key))["simulated"]
        here, at_low, at_high = (
            self._judged(key, value) for value in (nominal, low["simulated"], high["simulated"])
        )
        row = self.reported[key]
        return VerdictRow(
            claim=key,
            parameter=one.name,
            sample=one.sample,
            kind=one.kind,
            low=one.low,
            value=one.value,
            high=one.high,
            at_low=low["simulated"],
            nominal=nominal,
            at_high=high["simulated"],
            verdict_low=at_low.verdict,
            verdict=here.verdict,
            verdict_high=at_high.verdict,
            turns_below=_turn(row, one, here, at_low, one.low),
            turns_above=_turn(row, one, here, at_high, one.high),
            status_low=low["status"],
            status_high=high["status"],
        )


def _on(executor: Executor, left: Sequence[tuple[str, Case]], keep: Any) -> None:
    """Solve cases on an executor, each kept as it is finished; on Ctrl-C what waits is given up."""
    waiting: dict[Future[dict[str, dict[str, Any]]], str] = {
        executor.submit(_solved, case): name for name, case in left
    }
    try:
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                keep(waiting.pop(future), future.result())
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise


def _turn(row: Reported, one: Input, here: Claim, there: Claim, end: float) -> float | None:
    """Value of the input at which a number leaves or enters its tolerance, on a straight line to the end."""
    if here.verdict == there.verdict or here.tolerance is None or one.value == end:
        return None
    if not isinstance(here.simulated, float) or not isinstance(there.simulated, float):
        return None
    reported_value = here.reported
    assert isinstance(reported_value, float)
    edges = [reported_value * (1.0 + sign * here.tolerance) for sign in (-1.0, 1.0)]
    shares = [(edge - here.simulated) / (there.simulated - here.simulated) for edge in edges]
    share = min((share for share in shares if 0.0 <= share <= 1.0), default=None)
    if share is None:
        return None
    if one.logarithmic:
        return float(one.value * math.exp(share * math.log(end / one.value)))
    return float(one.value + share * (end - one.value))
