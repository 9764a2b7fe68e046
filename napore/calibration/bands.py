"""Predictions with bands: any quantity of a cell over samples of its uncertain numbers.

The samples come from a posterior (:meth:`napore.calibration.posterior.Posterior.values`), from the
covariance of a fit (:func:`from_fit`), or from the ranges of the parameter files (:func:`from_ranges`).
Samples from ranges are not conditioned on any data: a carbon that was fitted with other numbers is not
fitted again, and the bands say what the ranges allow, not what the paper's curves do.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import qmc

from napore import study
from napore.designs.equilibrium import EquilibriumPair
from napore.designs.optimisation import optimum
from napore.experiments import energy_test
from napore.experiments.records import write_csv, write_json
from napore.experiments.solving import OK
from napore.full_cells import FullCell
from napore.parameters.provenance import nearest
from napore.parameters.sets import ParameterSet
from napore.plotting import new_axes

from .data import CalibrationError
from .result import Calibration

__all__ = ["UNCERTAIN", "Bands", "EnergyAndRatio", "bands", "from_fit", "from_ranges"]

UNCERTAIN: Final = ("assumed", "literature", "fitted")
"""Classes of numbers that are drawn from their ranges."""

QUANTILES: Final = (0.025, 0.25, 0.5, 0.75, 0.975)

_DECADES: Final = 10.0
"""Ratio of the ends of a positive range from which on it is drawn on a logarithmic scale."""


@dataclass(frozen=True)
class Bands:
    """Quantities over samples.

    Parameters
    ----------
    study
        Samples and what came of each; failures are records with their reason.
    nominal
        The quantities without samples, where they were asked for.
    """

    study: study.Study
    nominal: Mapping[str, float]

    @property
    def solved(self) -> int:
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
                {"quantity": name, "nominal": self.nominal.get(name), **columns, "samples": self.solved}
            )
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {
            "samples": len(self.study.records),
            "solved": self.solved,
            "quantities": self.table().to_dict("records"),
        }

    def to_json(self, path: str | Path) -> None:
        """Write :meth:`to_dict`."""
        write_json(path, self.to_dict())

    def to_csv(self, path: str | Path) -> None:
        """Write :meth:`table`."""
        write_csv(path, self.table())

    def plot(self, name: str | None = None, ax: Any = None) -> Any:
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
    function: Callable[[Mapping[str, float]], Mapping[str, Any]],
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
        raise CalibrationError("no sample is given: draw some, such as by from_ranges")
    done = study.run(function, samples, folder=folder, executor=executor, progress=progress, version=version)
    at = dict(function({})) if nominal else {}
    at.pop("status", None)
    return Bands(done, at)


def from_ranges(
    source: ParameterSet,
    count: int,
    names: Iterable[str] | None = None,
    *,
    kinds: Sequence[str] = UNCERTAIN,
    seed: int = 1,
) -> list[dict[str, float]]:
    """Samples of a Sobol sequence inside the ranges of a parameter file.

    Uniform, and uniform in the logarithm where the range is positive and spans a decade or more. The range
    of a fitted number is what the fit searched, wider than what the data leave of it.

    Parameters
    ----------
    source
        Parameter set, such as ``cell.source``.
    count
        Number of samples, best a power of two.
    names
        Inputs; where None those of the classes ``kinds`` that have a range.
    kinds
        Classes of numbers.
    seed
        Of the sequence.

    Raises
    ------
    CalibrationError
        For an unknown name, and where no number has a range.
    """
    entries = source.entries
    chosen = [n for n, e in entries.items() if e.kind in kinds] if names is None else list(names)
    for name in chosen:
        if name not in entries:
            raise CalibrationError(f"unknown parameter {name!r}{nearest(name, entries)}")
    spans: dict[str, tuple[float, float]] = {}
    for name in chosen:
        allowed = entries[name].allowed
        if allowed is not None and allowed[0] < allowed[1]:
            spans[name] = (allowed[0], allowed[1])
    if not spans:
        raise CalibrationError(f"{source.name} has no uncertain number with a range")
    places = qmc.Sobol(len(spans), seed=seed).random(count)
    return [
        {name: _between(*spans[name], float(place)) for name, place in zip(spans, row, strict=True)}
        for row in places
    ]


def from_fit(found: Calibration, count: int, *, seed: int = 1) -> list[dict[str, float]]:
    """Samples of the normal distribution of a fit's covariance, cut off at the bounds.

    A stand-in for a posterior where every parameter is determined.
    """
    generator = np.random.default_rng(seed)
    centre = np.array([f.to_scale(found.found.values[f.name]) for f in found.fitted])
    slopes = [found.found.values[f.name] * np.log(10.0) if f.logarithmic else 1.0 for f in found.fitted]
    widths = np.array([found.standard_errors[f.name] / s for f, s in zip(found.fitted, slopes, strict=True)])
    drawn = generator.multivariate_normal(centre, found.correlation * np.outer(widths, widths), size=count)
    return [
        {
            f.name: float(np.clip(f.from_scale(float(x)), f.low, f.high))
            for f, x in zip(found.fitted, row, strict=True)
        }
        for row in drawn
    ]


def _between(low: float, high: float, place: float) -> float:
    if low > 0.0 and high / low >= _DECADES:
        return float(low * (high / low) ** place)
    return low + place * (high - low)


@dataclass(frozen=True)
class EnergyAndRatio:
    """Energy density of a full cell at some rates, and its best mass ratio at equilibrium.

    Parameters
    ----------
    cell
        Full cell, from :func:`napore.full_cell`.
    rates
        Rates [C].
    cycles
        Cycles at each rate; the last one counts.
    """

    cell: FullCell
    rates: tuple[float, ...] = (0.05, 0.2)
    cycles: int = 1

    def __call__(self, case: Mapping[str, float]) -> dict[str, Any]:
        """Quantities for changed numbers; a status where the cell cannot be made or solved."""
        try:
            cell = self.cell.with_numbers(case) if case else self.cell
        except ValueError as error:
            return {"status": str(error)}
        found: dict[str, Any] = {"status": OK}
        for point in energy_test(cell, self.rates, cycles=self.cycles).points:
            found[f"energy_Wh_kg_active at {point.rate_C:g} C"] = point.energy_Wh_kg_active
            if point.status != OK:
                found["status"] = point.status
        try:
            found["best mass ratio"] = optimum(EquilibriumPair.of(cell)).mass_ratio
        except ValueError:
            found["best mass ratio"] = None  # no ratio keeps the limits
        return found
