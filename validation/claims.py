"""The paper's numbers and statements as claims: one check each, a tolerance decided beforehand.

A claim that nothing simulates yet is "not simulated" with the reason. Rows of role "fit" were
calibrated to; only those of role "predict" count as predictions.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd
from tqdm import tqdm

from napore.experiments.records import header
from napore.files import WriteError, write_csv, write_json
from napore.parameters.reported import Reported, reported
from napore.parameters.sets import NAMES

from .bench import Bench, NotCounted
from .checks import CHECKS, NOT_SIMULATED
from .identity import code_sha256, identity
from .journal import Journal

__all__ = [
    "VERDICTS",
    "Claim",
    "UnknownClaimError",
    "Validation",
    "ValidationInterrupted",
    "claim_ids",
    "judged",
    "validate",
]

VERDICTS: Final = ("met", "unmet", "inconsistent", "not simulated")


class UnknownClaimError(ValueError):
    """A prefix that no claim begins with."""


@dataclass(frozen=True)
class Claim:
    """One claim beside its simulation; None where a number does not exist.

    Parameters
    ----------
    id, quantity, unit, role
        As in the paper's data.
    reported, simulated
        Number, or true/false for a statement.
    deviation
        ``simulated / reported - 1`` [-].
    tolerance
        Largest relative deviation that counts as met.
    verdict
        One of :data:`VERDICTS`.
    reason
        Why this tolerance, or why not simulated.
    """

    id: str
    quantity: str
    unit: str
    role: str
    reported: float | bool | None
    simulated: float | bool | None
    deviation: float | None
    tolerance: float | None
    verdict: str
    reason: str


@dataclass(frozen=True)
class Validation:
    """Claims with verdicts, and the simulations behind them.

    Parameters
    ----------
    claims
        In the order of the paper's data.
    bench
        Simulations that were run.
    journal
        What is finished, on disk where a file was given.
    reused
        Number of claims that were read back from it.
    """

    claims: tuple[Claim, ...]
    bench: Bench
    journal: Journal = field(default_factory=lambda: Journal(None, {}))
    reused: int = 0

    def table(self) -> pd.DataFrame:
        """One row per claim."""
        return pd.DataFrame([asdict(claim) for claim in self.claims])

    def counts(self) -> dict[str, Counter[str]]:
        """Number of claims by role and verdict."""
        found: dict[str, Counter[str]] = {}
        for claim in self.claims:
            found.setdefault(claim.role, Counter())[claim.verdict] += 1
        return found

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {**header(self.bench.cell("fjh")), "claims": [asdict(claim) for claim in self.claims]}

    def to_json(self, path: str | Path) -> None:
        """Write versions, hash and every claim."""
        write_json(path, self.to_dict())

    def to_csv(self, path: str | Path) -> None:
        """Write :meth:`table`."""
        write_csv(path, self.table())

    def plot(self, ax: Any = None) -> Any:
        """Draw the rate curves of both carbons with the reported capacities; return the axes."""
        from napore.plotting import draw_rates_against_reported

        tests = {
            name: self.bench.rates(carbon).table()
            for name, carbon in (("anthracite-FJH", "fjh"), ("anthracite-TF", "tf"))
        }
        plateau = {
            "anthracite-FJH": (0.1, _reported_value("H04.fjh")),
            "anthracite-TF": (0.1, _reported_value("H04.tf")),
        }
        return draw_rates_against_reported(tests, _reported_capacities(), plateau, ax)

    def plot_curves(self, carbon: str, ax: Any = None) -> Any:
        """Draw voltage against capacity of one carbon; return the axes."""
        axes = self.bench.rates(carbon).plot_curves(ax)
        axes.set_title(NAMES[carbon][0])
        return axes


def _reported_value(key: str) -> float:
    return next(float(row.value or 0.0) for row in reported() if row.id == key)


def _reported_capacities() -> dict[str, list[tuple[float, float, float]]]:
    """Reported capacity (low, high) at a rate, by carbon: the points of the picture."""
    rows = {row.id: row for row in reported()}
    band = rows["H05.fjh"]
    points: dict[str, list[tuple[float, float, float]]] = {
        "anthracite-FJH": [(0.1, float(band.lower or 0.0), float(band.upper or 0.0))],
        "anthracite-TF": [],
    }
    for carbon, rate, key in (
        ("anthracite-FJH", 0.02, "H01.fjh"),
        ("anthracite-FJH", 0.5, "H06.fjh"),
        ("anthracite-FJH", 5.0, "H08"),
        ("anthracite-TF", 0.02, "H01.tf"),
    ):
        value = float(rows[key].value or 0.0)
        points[carbon].append((rate, value, value))
    return points


def claim_ids(only: str | None = None) -> tuple[str, ...]:
    """Ids of the claims that begin with ``only``, of all where None.

    Raises
    ------
    UnknownClaimError
        Where none begins so.
    """
    ids = tuple(row.id for row in reported() if only is None or row.id.upper().startswith(only.upper()))
    if not ids:
        raise UnknownClaimError(
            f"no claim begins with {only!r}: give a letter or an id such as H, K01, F02 or S"
        )
    return ids


class ValidationInterrupted(KeyboardInterrupt):
    """Ctrl-C during a validation; ``result`` holds the claims that were finished."""

    def __init__(self, result: Validation) -> None:
        super().__init__("validation interrupted")
        self.result = result


def validate(
    only: str | None = None,
    *,
    model: str = "DFN",
    bench: Bench | None = None,
    resume: str | Path | None = None,
    progress: bool = False,
) -> Validation:
    """Simulate the claims whose id begins with ``only`` (all where None).

    Parameters
    ----------
    only
        Prefix of the ids, such as ``"H"`` or ``"H01"``.
    model
        ``"SPM"``, ``"SPMe"`` or ``"DFN"``.
    bench
        Simulations to share, such as those of changed cells; new ones where None.
    resume
        File for finished claims; what is there already is not simulated again, unless it was made with
        another version, code, model or numbers of the sets.
    progress
        Whether to show a bar on a terminal.

    Raises
    ------
    UnknownClaimError
        Where no id begins with ``only``.
    JournalError
        For a file that cannot be used.
    ValidationInterrupted
        On Ctrl-C, with what is finished.
    WriteError
        Where a finished claim cannot be written; ``result`` holds all that are finished.
    """
    ids = set(claim_ids(only))
    bench = bench or Bench(model)
    depends = {**identity(bench.model, bench.changes), "code": code_sha256()}
    journal = Journal(resume, depends)
    rows: Iterable[Reported] = [row for row in reported() if row.id in ids]
    bar = tqdm(rows, desc="claims", unit="claim", delay=2, disable=not progress or None)
    claims: list[Claim] = []
    reused = 0
    try:
        with bar:
            for row in bar:
                key = f"claim {row.id}"
                record = journal.get(key)
                if record is None:
                    record = _simulated(row.id, bench)
                    claims.append(judged(row, **record))
                    journal.add(key, record)
                else:
                    claims.append(judged(row, **record))
                    reused += 1
    except KeyboardInterrupt:
        raise ValidationInterrupted(Validation(tuple(claims), bench, journal, reused)) from None
    except WriteError as error:
        raise error.holding(Validation(tuple(claims), bench, journal, reused)) from None
    return Validation(tuple(claims), bench, journal, reused)


def _simulated(key: str, bench: Bench) -> dict[str, Any]:
    """Record of a claim: what was simulated, and why it does not count where it does not."""
    if key not in CHECKS:
        return {"simulated": None, "not_counted": ""}
    try:
        simulated = CHECKS[key].simulate(bench)
    except NotCounted as error:
        return {"simulated": None, "not_counted": str(error)}
    return {"simulated": None if simulated != simulated else simulated, "not_counted": ""}


def judged(row: Reported, simulated: float | bool | None, not_counted: str = "") -> Claim:
    """Claim with its verdict on what was simulated; None or NaN where the simulation failed.

    ``not_counted`` is the reason why a run that was solved does not count: nothing was simulated then.
    """
    value = row.value
    if value is None and row.lower is not None and row.upper is not None:
        value = 0.5 * (row.lower + row.upper)
    common = {"id": row.id, "quantity": row.quantity, "unit": row.unit, "role": row.role}
    check = CHECKS.get(row.id)
    if check is None:
        return Claim(
            **common,
            reported=value,
            simulated=None,
            deviation=None,
            tolerance=None,
            verdict="not simulated",
            reason=NOT_SIMULATED[row.id],
        )
    if not_counted:
        return Claim(
            **common,
            reported=value,
            simulated=None,
            deviation=None,
            tolerance=check.tolerance,
            verdict="not simulated",
            reason=f"{not_counted}; {check.reason}",
        )
    if isinstance(simulated, bool):
        return Claim(
            **common,
            reported=True,
            simulated=simulated,
            deviation=None,
            tolerance=None,
            verdict="met" if simulated else "unmet",
            reason=check.reason,
        )
    if simulated is None or simulated != simulated or not isinstance(value, float):
        return Claim(
            **common,
            reported=value,
            simulated=None,
            deviation=None,
            tolerance=check.tolerance,
            verdict="unmet",
            reason="the simulation failed; " + check.reason,
        )
    deviation = simulated / value - 1.0
    met = check.tolerance is not None and abs(deviation) <= check.tolerance
    contradiction = check.contradiction(value)
    return Claim(
        **common,
        reported=value,
        simulated=simulated,
        deviation=deviation,
        tolerance=check.tolerance,
        verdict="inconsistent" if contradiction else "met" if met else "unmet",
        reason=contradiction or check.reason,
    )
