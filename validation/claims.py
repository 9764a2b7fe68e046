"""The paper's numbers and statements as claims: one check each, a tolerance decided beforehand.

A claim that nothing simulates yet is "not simulated" with the reason. Rows of role "fit" were
calibrated to; only those of role "predict" count as predictions.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pandas as pd
from tqdm import tqdm

from napore.cells import Cell, half_cell
from napore.experiments import RateSequence, RateTest, rate_sequence, rate_test
from napore.experiments.records import header, write_csv, write_json
from napore.parameters.reported import Reported, reported
from napore.parameters.sets import NAMES

from .interface import charge_transfer_resistance

__all__ = ["CHECKS", "VERDICTS", "Bench", "Claim", "UnknownClaimError", "Validation", "claim_ids", "validate"]

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


class Bench:
    """Simulations that the claims share, each run once when first asked for.

    Parameters
    ----------
    model
        ``"SPM"``, ``"SPMe"`` or ``"DFN"``.
    """

    def __init__(self, model: str = "DFN") -> None:
        self.model = model
        self._cells: dict[str, Cell] = {}
        self._tests: dict[str, RateTest] = {}

    def cell(self, carbon: str) -> Cell:
        """Half cell of a carbon."""
        if carbon not in self._cells:
            self._cells[carbon] = half_cell(carbon, self.model)
        return self._cells[carbon]

    def rates(self, carbon: str) -> RateTest:
        """Rate test of a carbon at the rates of its claims."""
        if carbon not in self._tests:
            self._tests[carbon] = rate_test(self.cell(carbon), (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0))
        return self._tests[carbon]

    @cached_property
    def sequence(self) -> RateSequence:
        """The paper's sequence up to 5 C and back."""
        return rate_sequence(self.cell("fjh"), (0.2, 0.5, 1.0, 2.0, 5.0, 1.0, 0.5, 0.2))

    def at(self, carbon: str, rate: float, column: str) -> float:
        """One number of the rate test; NaN where the rate was not solved."""
        found = [getattr(point, column) for point in self.rates(carbon).points if point.rate_C == rate]
        return float("nan") if found[0] is None else float(found[0])

    def plateau_share(self, carbon: str, rate: float) -> float:
        """Sodiation capacity below 0.1 V over sodiation capacity [-]."""
        return self.at(carbon, rate, _PLATEAU) / self.at(carbon, rate, "sodiation_capacity_mAh_g")


@dataclass(frozen=True)
class _Check:
    """How a claim is simulated, with its tolerance and the reason for it."""

    simulate: Callable[[Bench], float | bool]
    tolerance: float | None
    reason: str


_CAPACITY = "capacity_mAh_g"
_PLATEAU = "plateau_capacity_mAh_g"

CHECKS: Final[Mapping[str, _Check]] = {
    "H01.fjh": _Check(
        lambda b: b.at("fjh", 0.02, _CAPACITY), 0.01, "calibrated; cells of one carbon agree to 1 % at best"
    ),
    "H01.tf": _Check(
        lambda b: b.at("tf", 0.02, _CAPACITY), 0.01, "calibrated; cells of one carbon agree to 1 % at best"
    ),
    "H03": _Check(lambda b: 100.0 * b.plateau_share("fjh", 0.1), 0.0286, "calibrated; two points of 69.9 %"),
    "H04.fjh": _Check(
        lambda b: b.at("fjh", 0.1, _PLATEAU), 0.05, "calibrated; the total at this rate is known to 6 % only"
    ),
    "H04.tf": _Check(lambda b: b.at("tf", 0.1, _PLATEAU), 0.05, "calibrated; as H04.fjh"),
    "H05.fjh": _Check(
        lambda b: b.at("fjh", 0.1, _CAPACITY),
        0.0299,
        "calibrated; a band, 309 (abstract) to 328 (80 cycles), given by its middle and half width",
    ),
    "H05.tf": _Check(
        lambda b: b.at("tf", 0.1, _CAPACITY) < b.at("fjh", 0.1, _CAPACITY),
        None,
        "the statement as an inequality",
    ),
    "H06.fjh": _Check(
        lambda b: b.at("fjh", 0.5, _CAPACITY), 0.02, "calibrated; another cell than that of the rate test"
    ),
    "H06.tf": _Check(
        lambda b: b.at("tf", 0.5, _CAPACITY) < b.at("fjh", 0.5, _CAPACITY),
        None,
        "the statement as an inequality",
    ),
    "H08": _Check(
        lambda b: b.at("fjh", 5.0, _CAPACITY),
        0.03,
        "calibrated; polarisation of an unknown separator and foil decides as well",
    ),
    "H09": _Check(
        lambda b: len(b.sequence.recovery) == 3 and min(b.sequence.recovery.values()) >= 0.98,
        None,
        "at least 98 % of the capacity before; a sanity check, there is no ageing in this model",
    ),
    "H10.fjh": _Check(
        lambda b: b.at("fjh", 5.0, _PLATEAU) >= 0.3 * b.at("fjh", 0.1, _PLATEAU),
        None,
        "a plateau remains: at least 30 % of that at 0.1 C",
    ),
    "H10.tf": _Check(
        lambda b: b.at("tf", 5.0, _PLATEAU) <= 15.0, None, "nearly none: at most 15 mAh/g below 0.1 V at 5 C"
    ),
    "K01.fjh": _Check(
        lambda b: max(charge_transfer_resistance("fjh", b.model), key=lambda r: abs(r - 20.0)),
        0.10,
        "input, returned by the impedance of the cell: the value between 0.02 and 1.0 V farthest from 20 ohm",
    ),
    "K01.tf": _Check(
        lambda b: (
            min(charge_transfer_resistance("tf", b.model)) > max(charge_transfer_resistance("fjh", b.model))
        ),
        None,
        "the statement as an inequality; no number in the text, 110 ohm assumed",
    ),
}

_LATER: Final = {
    "H": "needs ageing or a first cycle, which this version does not simulate",
    "K": "needs GITT, impedance at several temperatures or voltammetry, which this version does not simulate",
    "F": "needs the full cell, which this version does not simulate",
    "S": "needs a model of structure, which this version does not have",
}


@dataclass(frozen=True)
class Validation:
    """Claims with verdicts, and the simulations behind them.

    Parameters
    ----------
    claims
        In the order of the paper's data.
    bench
        Simulations that were run.
    """

    claims: tuple[Claim, ...]
    bench: Bench

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


def validate(only: str | None = None, *, model: str = "DFN", progress: bool = False) -> Validation:
    """Simulate the claims whose id begins with ``only`` (all where None).

    Parameters
    ----------
    only
        Prefix of the ids, such as ``"H"`` or ``"H01"``.
    model
        ``"SPM"``, ``"SPMe"`` or ``"DFN"``.
    progress
        Whether to show a bar on a terminal.

    Raises
    ------
    UnknownClaimError
        Where no id begins with ``only``.
    """
    ids = set(claim_ids(only))
    bench = Bench(model)
    rows: Iterable[Reported] = [row for row in reported() if row.id in ids]
    bar = tqdm(rows, desc="claims", unit="claim", delay=2, disable=not progress or None)
    return Validation(tuple(_claim(row, bench) for row in bar), bench)


def _claim(row: Reported, bench: Bench) -> Claim:
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
            reason=_LATER[row.id[0]],
        )
    simulated = check.simulate(bench)
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
    if simulated != simulated or not isinstance(value, float):
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
    return Claim(
        **common,
        reported=value,
        simulated=simulated,
        deviation=deviation,
        tolerance=check.tolerance,
        verdict="met" if met else "unmet",
        reason=check.reason,
    )
