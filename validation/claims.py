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

from napore.builds import Builds, sharing
from napore.experiments.base import OK, Result, header, keeping, progress_bar, table_of
from napore.experiments.rate import rate_axes
from napore.full_cells import FORMATIONS, FormationName
from napore.parameters.arguments import typed
from napore.parameters.catalogue import NAMES
from napore.parameters.reported import Reported, reported

from .bench import Bench, NotCounted
from .checks import CHECKS, NOT_SIMULATED
from .identity import code_sha256, identity
from .journal import Journal

OF_FULL_CELL: Final = "F"
"""What the ids of claims on the full cell begin with."""

VERDICTS: Final = ("met", "unmet", "inconsistent", "not simulated", "no verdict")


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
    reading
        Of the full cell (:data:`napore.full_cells.FORMATIONS`); None of a row on a half cell.
    simulated_on_coatings
        Of an energy: that per kg of both coatings, beside the one that the verdict is on; it has none.
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
    reading: str | None = None
    simulated_on_coatings: float | None = None


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
    reading: FormationName = FORMATIONS[0],
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
        Simulations to share, such as those of changed cells, with their reading; new ones where None.
    reading
        Of the paper's full cell: ``"stated"`` (the cell takes the first-cycle loss of its carbon) or
        ``"precycled"`` (the carbon was cycled before assembly: usual practice, not stated in the paper).
        Verdicts are on active masses in both.
    resume
        File for finished claims; what is there already is not simulated again, unless it was made with
        another version, code, model or numbers of the sets.
    progress
        Whether to show a bar on a terminal.

    Raises
    ------
    UnknownClaimError
        Where no id begins with ``only``, or for another reading.
    JournalError
        For a file that cannot be used.
    Interrupted
        On Ctrl-C, with what is finished.
    WriteError
        Where a finished claim cannot be written; ``result`` holds all that are finished.
    """
    ids = set(claim_ids(only))
    if reading not in FORMATIONS:
        words = " or ".join(map(repr, FORMATIONS))
        raise UnknownClaimError(f"reading is {reading!r}: give {words}")
    bench = bench or Bench(model, reading=reading)
    depends = {**identity(bench.model, bench.changes), "code": code_sha256(), "reading": bench.reading}
    journal = Journal(resume, depends)
    claims: list[Claim] = []
    reused = 0

    def result() -> Validation:
        return Validation(tuple(claims), bench, journal, reused)

    rows = [row for row in reported() if row.id in ids]
    bar = progress_bar("claims", "claim", rows, show=progress)
    with keeping(result), bar, sharing(Builds()):
        for row in bar:
            key = f"claim {row.id}"
            known = journal.get(key)
            record = _simulated(row.id, bench) if known is None else known
            claims.append(judged(row, **record, reading=bench.reading))
            if known is None:
                journal.add(key, record)
            else:
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
    found = {"simulated": None if simulated != simulated else simulated, "not_counted": ""}
    beside = CHECKS[key].on_coatings
    return found if beside is None else {**found, "on_coatings": beside(bench)}


def judged(
    row: Reported,
    simulated: float | bool | None,
    not_counted: str = "",
    on_coatings: float | None = None,
    *,
    reading: str = FORMATIONS[0],
) -> Claim:
    """Claim with its verdict on what was simulated; None or NaN where the simulation failed.

    ``not_counted`` is the reason why a run that was solved does not count: nothing was simulated then.
    ``on_coatings`` stands beside what was simulated, without a verdict.
    """
    value: float | bool | None = row.value
    if value is None and row.lower is not None and row.upper is not None:
        value = 0.5 * (row.lower + row.upper)
    check = CHECKS.get(row.id)
    found: dict[str, Any] = {"simulated": None, "deviation": None}
    found["tolerance"] = None if check is None or isinstance(simulated, bool) else check.tolerance
    if check is None:
        found |= {"verdict": "not simulated", "reason": NOT_SIMULATED[row.id]}
    elif not_counted:
        found |= {"verdict": "not simulated", "reason": f"{not_counted}; {check.reason}"}
    elif isinstance(simulated, bool):
        value = True
        found |= {"simulated": simulated, "verdict": "met" if simulated else "unmet", "reason": check.reason}
    elif simulated is None or simulated != simulated or not isinstance(value, float):
        found |= {"verdict": "unmet", "reason": "the simulation failed; " + check.reason}
    else:
        deviation = simulated / value - 1.0
        met = check.tolerance is not None and abs(deviation) <= check.tolerance
        judged_as = "no verdict" if check.tolerance is None else "met" if met else "unmet"
        contradiction = check.contradiction(value) if reading in check.contradicted_in else ""
        found |= {
            "simulated": simulated,
            "deviation": deviation,
            "verdict": "inconsistent" if contradiction else judged_as,
            "reason": contradiction or check.reason,
        }
    return Claim(
        id=row.id,
        quantity=row.quantity,
        unit=row.unit,
        role=row.role,
        reported=value,
        **found,
        reading=reading if row.id.startswith(OF_FULL_CELL) else None,
        simulated_on_coatings=on_coatings,
    )
