"""Predictions with bands: any quantity of a cell over samples of its uncertain numbers.

The samples come from :mod:`.draws`: of a posterior with the other numbers from their ranges
(:func:`~napore.calibration.draws.conditioned`), of the covariance of a fit, or of the ranges alone. Samples
from ranges are not conditioned on any data: a carbon that was fitted with other numbers is not fitted
again, and the bands say what the ranges allow, not what the data do.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import spearmanr

from napore import study
from napore.cells import checked
from napore.designs.doubts import doubts_of
from napore.designs.equilibrium import EquilibriumPair
from napore.designs.optimisation import optimum
from napore.full_cells import FullCell
from napore.plotting import new_axes
from napore.results import OK, Part, Result, table_of
from napore.study.batches import CaseFunction
from napore.study.constant_current import RATE

from .data import CalibrationError

MASS_RATIO: Final = "Mass ratio of carbon to cathode"

_STRIDE: Final = 1.1
"""Of the search for a bracket of the mass ratio."""

QUANTILES: Final = (0.025, 0.16, 0.5, 0.84, 0.975)
"""Of the tables: the median, and bands of 68 and 95 %."""


@dataclass(frozen=True, repr=False)
class Bands(Result):
    """Quantities over samples.

    Parameters
    ----------
    study
        Samples and what came of each; failures are records with their reason.
    nominal
        The quantities without samples, where they were asked for.
    warnings
        Doubts about the numbers of the function's cell.
    """

    study: study.Study
    nominal: Mapping[str, float]
    warnings: tuple[str, ...] = ()

    @property
    def parts(self) -> Sequence[Part]:
        """Statuses of the samples."""
        return self.study.parts

    @property
    def count(self) -> int:
        """Number of samples that were solved."""
        return sum(record.status == OK for record in self.study.records)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the quantities."""
        first = next((record for record in self.study.records if record.status == OK), None)
        return () if first is None else tuple(name for name in first.outputs if name != "status")

    def values(self, name: str) -> npt.NDArray[np.float64]:
        """A quantity in every sample that was solved."""
        if name not in self.names:
            raise CalibrationError(f"{name!r} was not computed: choose from {', '.join(self.names)}")
        found = [record.outputs[name] for record in self.study.records if record.status == OK]
        return np.array(found, dtype=float)

    def table(self) -> pd.DataFrame:
        """Nominal value and quantiles, one row per quantity; units in the names of the quantities."""
        rows = []
        for name in self.names:
            columns = {
                f"q{1000 * q:03.0f}": v
                for q, v in zip(QUANTILES, np.nanquantile(self.values(name), QUANTILES), strict=True)
            }
            rows.append(
                {"quantity": name, "nominal": self.nominal.get(name), **columns, "samples": self.count}
            )
        return table_of(rows)

    def drivers(self, name: str) -> pd.DataFrame:
        """What makes a quantity vary: rank correlation with each sampled number, the strongest first.

        Spearman's coefficient over the solved samples, with the probability that none is there. Of many
        numbers some correlate by chance: with 100 samples a coefficient below 0.2 says nothing.

        Returns
        -------
        pandas.DataFrame
            Columns ``parameter``, ``correlation`` and ``p_value``; numbers that do not vary are left out.
        """
        values = self.values(name)
        records = [record for record in self.study.records if record.status == OK]
        rows = []
        for parameter in records[0].inputs:
            drawn = np.array([record.inputs[parameter] for record in records], dtype=float)
            both = np.isfinite(values) & np.isfinite(drawn)
            if np.sum(both) > 2 and np.ptp(drawn[both]) > 0.0 and np.ptp(values[both]) > 0.0:
                found = spearmanr(drawn[both], values[both])
                rows.append((parameter, float(found.statistic), float(found.pvalue)))
        table = pd.DataFrame(rows, columns=["parameter", "correlation", "p_value"])
        return table.sort_values("correlation", key=abs, ascending=False, ignore_index=True)

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {
            "samples": len(self.study.records),
            "solved": self.count,
            "quantities": self.table().to_dict("records"),
            **({"warnings": list(self.warnings)} if self.warnings else {}),
        }

    def plot(self, ax: Any = None, *, name: str | None = None) -> Any:
        """Draw the histogram of a quantity with its 95 % band; return the axes."""
        chosen = self.names[0] if name is None else name
        values = self.values(chosen)
        ax = new_axes(ax)
        ax.hist(values[np.isfinite(values)], bins=25, alpha=0.6)
        ax.axvspan(*np.nanquantile(values, (0.025, 0.975)), alpha=0.15)
        if chosen in self.nominal:
            ax.axvline(self.nominal[chosen], color="black", linestyle="--", label="nominal")
            ax.legend()
        ax.set(xlabel=chosen, ylabel="Samples")
        return ax


def bands(
    function: CaseFunction,
    samples: Sequence[Mapping[str, float]],
    *,
    nominal: bool = True,
    folder: str | Path | None = None,
    executor: Executor | int | None = None,
    progress: bool = False,
    version: str | None = None,
) -> Bands:
    """Quantities over samples of uncertain numbers.

    Parameters
    ----------
    function
        From numbers by name to quantities by name, such as :class:`EnergyAndRatio`; an output named
        ``status`` that is not ``"ok"`` marks a failure.
    samples
        Numbers by name.
    nominal
        Whether to compute the quantities without changed numbers too.
    folder, executor, progress, version
        As for :func:`napore.study.run`.

    Raises
    ------
    CalibrationError
        For no samples.

    Examples
    --------
    >>> found = bands(lambda case: {"twice": 2 * case.get("a", 1.0)}, [{"a": 0.0}, {"a": 1.0}])
    >>> found.table()[["nominal", "q500"]].values.tolist()
    [[2.0, 1.0]]
    """
    if not samples:
        raise CalibrationError("no sample is given: draw some, such as by conditioned or from_ranges")
    done = study.run(function, samples, folder=folder, executor=executor, progress=progress, version=version)
    at = dict(function({})) if nominal else {}
    at.pop("status", None)
    cell = getattr(function, "cell", None)
    return Bands(done, at, tuple(doubts_of(cell.source)) if isinstance(cell, FullCell) else ())


@dataclass(frozen=True)
class EnergyAndRatio(study.BatchFunction):
    """Energy density of a full cell at some rates, and its best mass ratio at equilibrium.

    Parameters
    ----------
    cell
        Full cell, from :func:`napore.full_cell`.
    rates
        Rates [C].
    cycles
        Cycles at each rate; the last one counts.
    allow_unusual
        Whether samples may lie outside what is plausible, as for :func:`napore.full_cell`.
    """

    cell: FullCell
    rates: tuple[float, ...] = (0.05, 0.2)
    cycles: int = 1
    allow_unusual: bool = False

    @property
    def version(self) -> str:
        """All that the quantities depend on beside the numbers of a case."""
        cycles = study.FullCycles(self.cell, cycles=self.cycles)
        return f"{cycles.version} {self.rates} {self.allow_unusual}"

    def batch(self, cases: Sequence[Mapping[str, float]]) -> list[dict[str, Any]]:
        """Quantities for changed numbers; a status where the cell cannot be made or solved."""
        found: list[dict[str, Any]] = [{"status": OK} for _ in cases]
        cells: dict[int, FullCell] = {}
        for k, case in enumerate(cases):
            try:
                cells[k] = self.cell.with_numbers(case, allow_unusual=self.allow_unusual)
            except ValueError as error:
                found[k]["status"] = str(error)
        cycles = study.FullCycles(self.cell, cycles=self.cycles)
        for rate in self.rates:
            points = cycles.batch([{**cases[k], RATE: rate} for k in cells])
            for k, point in zip(cells, points, strict=True):
                found[k][f"energy_Wh_kg_active at {rate:g} C"] = point.get("energy_Wh_kg_active")
                if point["status"] != OK:
                    found[k]["status"] = point["status"]
        for k, cell in cells.items():
            found[k]["best mass ratio"] = None  # where no ratio keeps the limits
            with suppress(ValueError):
                found[k]["best mass ratio"] = optimum(EquilibriumPair.of(cell)).mass_ratio
        return found


@dataclass(frozen=True)
class PlatingLimit:
    """Least mass ratio of a full cell at which no sodium plates, by rate.

    Below it the energy per active mass is larger, up to the optimum of :class:`EnergyAndRatio`: the best
    ratio without plating is the larger of the two.

    Parameters
    ----------
    cell
        Full cell, from :func:`napore.full_cell`.
    rates
        Rates [C] of charge and discharge.
    between
        Mass ratios that it is searched between; at an end where it lies beyond.
    within
        How closely it is found.
    allow_unusual
        As for :class:`EnergyAndRatio`.
    """

    cell: FullCell
    rates: tuple[float, ...] = (0.1, 1.0, 6.0)
    between: tuple[float, float] = (0.2, 0.7)
    within: float = 2e-3
    allow_unusual: bool = False

    def __call__(self, case: Mapping[str, float]) -> dict[str, Any]:
        """Mass ratios for changed numbers; a status where a cell cannot be made or solved."""
        try:
            checked(self.cell.source, case, allow_unusual=self.allow_unusual)
            return {"status": OK} | {
                f"mass ratio without plating at {rate:g} C": self._least(case, rate) for rate in self.rates
            }
        except ValueError as error:
            return {"status": str(error)}

    def _least(self, case: Mapping[str, float], rate: float) -> float:
        cycles = study.FullCycles(self.cell, cycles=1)

        def margin(ratio: float) -> float:
            point = cycles({**case, MASS_RATIO: ratio, RATE: rate})
            if point["status"] != OK:
                raise CalibrationError(point["status"])
            return float(point["plating_margin_V"])

        # from the cell's own ratio outwards: few evaluations, and a good bracket of a steep curve
        low, high = self.between
        at = min(max(self.cell.source.numbers[MASS_RATIO], low), high)
        plates = margin(at) < 0.0
        while True:
            end = high if plates else low
            if at == end:
                return end
            to = min(at * _STRIDE, high) if plates else max(at / _STRIDE, low)
            if (margin(to) < 0.0) != plates:
                return float(brentq(margin, min(at, to), max(at, to), xtol=self.within))
            at = to
