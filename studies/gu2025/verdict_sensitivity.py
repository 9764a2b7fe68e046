"""Sensitivity of the verdicts: which uncertain input, inside its range, turns which."""

import math
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from napore.builds import Builds, sharing
from napore.parameters.reported import reported
from napore.results import OK, keeping, progress_bar
from napore.validation.bench import AGED, AGEING, CURRENT, FORMATION, IMPEDANCE, WARM_IMPEDANCE, Bench
from napore.validation.checks import CHECKS
from napore.validation.claims import Claim, claim_ids, judged
from napore.validation.identity import identity
from napore.validation.journal import Journal

from .verdict_inputs import Input, feels, uncertain_inputs
from .verdict_rows import NominalVerdict, Simulated, VerdictRow, VerdictSensitivity

_ENDS: Final = ("low", "high")
_SIMULATIONS: Final = (CURRENT, IMPEDANCE, WARM_IMPEDANCE, FORMATION, AGED)


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
        Inputs to vary; :func:`studies.gu2025.verdict_inputs.uncertain_inputs` where None.
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
    Interrupted
        On Ctrl-C, with the pairs that are finished at both ends.
    WriteError
        Where finished rows cannot be written; ``result`` holds all that are finished.
    """
    ids = [key for key in claim_ids(only) if key in CHECKS]
    found = Journal(resume, {**identity(model), "reference": reference})
    varied = uncertain_inputs() if inputs is None else tuple(inputs)
    study = _Study(ids, varied, model, reference, found)
    with keeping(study.result):
        study.run(processes, progress)
    return study.result()


Case = tuple[str, Mapping[str, Mapping[str, float]], tuple[str, ...]]
"""Model, changes and claims."""


def _solved(case: Case) -> dict[str, dict[str, Any]]:
    """Claims of a case, by id; what its changes do not touch is simulated once for all cases."""
    model, changes, ids = case
    base = _base(model)
    bench = Bench(model, changes, brief=True, base=base) if changes else base
    with sharing(_builds()):
        return _simulated(bench, ids)


@cache
def _base(model: str) -> Bench:
    """Bench of the sets as they are, one in a process."""
    return Bench(model, brief=True)


@cache
def _builds() -> Builds:
    """Builds of all cases, one in a process."""
    return Builds()


def _simulated(bench: Bench, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Claims on a bench, by id: what is simulated, with a status."""
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
        with progress_bar("verdicts", "row", show=progress) as bar:
            for model in self.models:
                self._solve([(self._key("nominal", model), model, {}, self.ids)], 1, bar)
            cases = []
            for one in self.inputs:
                claims = [key for key in self.ids if self._feels(key, one)]
                for key in claims:
                    self.felt.setdefault(key, []).append(one)
                for end in _ENDS:
                    value = getattr(one, end)
                    changes = {} if value == one.value else one.changes(value)
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
            self.journal.update({self._key(name, key): record for key, record in found.items()})
            bar.update(len(found))

        if processes == 1 or len(left) < 2:
            for name, case in left:
                keep(name, _solved(case))
            return
        with ProcessPoolExecutor(processes) as executor:
            waiting = {executor.submit(_solved, case): name for name, case in left}
            try:
                for future in as_completed(waiting):
                    keep(waiting[future], future.result())
            except BaseException:
                executor.shutdown(wait=False, cancel_futures=True)
                raise

    def _nominal(self, key: str, model: str) -> dict[str, Any]:
        return self.journal.get(self._key("nominal", model, key)) or {}

    def _judged(self, key: str, record: Mapping[str, Any]) -> Claim:
        """Claim with its verdict; "not simulated" where the record has no number."""
        failed = "" if record["status"] == OK else record["status"]
        return judged(self.reported[key], record["simulated"], failed)

    def _model(self, key: str) -> str:
        """Model of the rows of a claim."""
        verdicts = {self._judged(key, self._nominal(key, model)).verdict for model in self.models}
        return self.model if len(verdicts) == 1 else self.reference

    def _feels(self, key: str, one: Input) -> bool:
        return any(reads(one, cell, what) for cell, what in self._nominal(key, self.reference)["used"])

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
        found, full = (self._nominal(key, m) for m in (self.model, self.reference))
        claim, other = (self._judged(key, record) for record in (found, full))
        return NominalVerdict(
            key,
            claim.quantity,
            claim.reported,
            claim.tolerance,
            found["simulated"],
            claim.verdict,
            full["simulated"],
            other.verdict,
            self._model(key),
            len(self.felt.get(key, ())),
        )

    def _row(self, key: str, one: Input) -> VerdictRow | None:
        low, high = (self.journal.get(self._key(one.key, end, key)) for end in _ENDS)
        if low is None or high is None:
            return None
        nominal = self._nominal(key, self._model(key))
        here, at_low, at_high = (self._judged(key, record) for record in (nominal, low, high))
        return VerdictRow(
            claim=key,
            parameter=one.name,
            sample=one.sample,
            kind=one.kind,
            low=one.low,
            value=one.value,
            high=one.high,
            at_low=low["simulated"],
            nominal=nominal["simulated"],
            at_high=high["simulated"],
            verdict_low=at_low.verdict,
            verdict=here.verdict,
            verdict_high=at_high.verdict,
            turns_below=_turn(one, here, at_low, one.low),
            turns_above=_turn(one, here, at_high, one.high),
            status_low=low["status"],
            status_high=high["status"],
        )


def reads(one: Input, name: str, what: str) -> bool:
    """Whether something of a set reads what an input changes: a simulation, an aged cell, or a number."""
    if name not in one.sets or what == one.name:
        return name in one.sets
    if name == AGEING:
        return feels(replace(one, sets=(what,)), [(what, AGED)])
    return what in _SIMULATIONS and feels(one, [(name, what)])


def _turn(one: Input, here: Claim, there: Claim, end: float) -> float | None:
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
