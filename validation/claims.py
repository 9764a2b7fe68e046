"""The paper's numbers and statements as claims: one check each, a tolerance decided beforehand.

A claim that nothing simulates yet is "not simulated" with the reason. Rows of role "fit" were
calibrated to; only those of role "predict" count as predictions.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from napore.experiments.base import OK, Result, header, keeping, progress_bar, table_of
from napore.experiments.rate import rate_axes
from napore.parameters.arguments import typed
from napore.parameters.catalogue import NAMES
from napore.parameters.reported import Reported, reported

from .bench import Bench, NotCounted
from .checks import CHECKS, NOT_SIMULATED
from .identity import code_sha256, identity
from .journal import Journal

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


@dataclass(frozen=True, repr=False)
class Validation(Result):
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
        return table_of(map(asdict, self.claims), list(Claim.__dataclass_fields__))

    @property
    def solved(self) -> bool:
        """Whether a claim was simulated."""
        return any(claim.simulated is not None for claim in self.claims)

    def _facts(self) -> tuple[str, ...]:
        counts = Counter(claim.verdict for claim in self.claims)
        return (self.bench.model, *(f"{number} {verdict}" for verdict, number in counts.items()))

    def counts(self) -> dict[str, Counter[str]]:
        """Number of claims by role and verdict."""
        found: dict[str, Counter[str]] = {}
        for claim in self.claims:
            found.setdefault(claim.role, Counter())[claim.verdict] += 1
        return found

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {**header(self.bench.cell("fjh")), "claims": [asdict(claim) for claim in self.claims]}

    def plot(self, ax: Any = None) -> Any:
        """Draw simulated capacities of both carbons over rate, reported ones as marks; return the axes."""
        return draw_rates({carbon: self.bench.rates(carbon).table() for carbon in ("fjh", "tf")}, ax)

    def plot_curves(self, carbon: str, ax: Any = None) -> Any:
        """Draw voltage against capacity of one carbon; return the axes."""
        axes = self.bench.rates(carbon).plot_curves(ax)
        axes.set_title(NAMES[carbon][0])
        return axes


_MARKS: Final = {
    "fjh": ((0.1, "H05.fjh"), (0.02, "H01.fjh"), (0.5, "H06.fjh"), (5.0, "H08")),
    "tf": ((0.02, "H01.tf"),),
}
"""Reported capacities of each carbon: rate and claim."""


def draw_rates(tables: Mapping[str, pd.DataFrame], ax: Any = None) -> Any:
    """Draw capacity and plateau over rate of tables of rate tests by carbon, reported numbers as marks."""
    from napore.plotting import new_axes

    ax, rates = new_axes(ax), []
    said = {row.id: row for row in reported()}
    for number, (carbon, table) in enumerate(tables.items()):
        name, colour = NAMES[carbon][0], f"C{number}"
        table = table[table["status"] == OK].sort_values("rate_C")
        rates += list(table["rate_C"])
        ax.plot(table["rate_C"], table["capacity_mAh_g"], "-", color=colour, label=f"{name}, simulated")
        plateau = table["plateau_capacity_mAh_g"]
        ax.plot(table["rate_C"], plateau, "--", color=colour, label="of it below 0.1 V")
        for k, (rate, key) in enumerate(_MARKS[carbon]):
            row = said[key]
            low, high = (row.lower, row.upper) if row.value is None else (row.value, row.value)
            middle, half = (
                (float(high or 0.0) + float(low or 0.0)) / 2,
                (float(high or 0.0) - float(low or 0.0)) / 2,
            )
            label = f"{name}, reported" if k == 0 else None
            ax.errorbar(rate, middle, half or None, fmt="o", capsize=3, color=colour, label=label)
        ax.plot(0.1, float(said[f"H04.{carbon}"].value or 0.0), "s", fillstyle="none", color=colour)
    return rate_axes(ax, rates, "Carbon half cells, Gu et al. 2025")


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


@typed(UnknownClaimError)
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
    Interrupted
        On Ctrl-C, with what is finished.
    WriteError
        Where a finished claim cannot be written; ``result`` holds all that are finished.
    """
    ids = set(claim_ids(only))
    bench = bench or Bench(model)
    depends = {**identity(bench.model, bench.changes), "code": code_sha256()}
    journal = Journal(resume, depends)
    claims: list[Claim] = []
    reused = 0

    def result() -> Validation:
        return Validation(tuple(claims), bench, journal, reused)

    rows = [row for row in reported() if row.id in ids]
    with keeping(result), progress_bar("claims", "claim", rows, show=progress) as bar:
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
    return result()


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
