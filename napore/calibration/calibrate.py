"""A carbon's parameters from data: fit in stages, then a profile of each value."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

from napore.parameters.arguments import typed
from napore.parameters.diffusivity import BOUNDS, COEFFICIENTS, PRIOR, REFERENCE, table_of
from napore.parameters.law_numbers import with_law
from napore.parameters.provenance import nearest
from napore.parameters.sets import ParameterSet, load_set
from napore.results import progress_bar

from .data import CalibrationError, CurveData, Data, SeriesData
from .equilibrium import EquilibriumData
from .fitted import Fitted, Tied
from .half_cell import HalfCellModel
from .least_squares import Fit, Residuals, data_shares, fit_covariance
from .profile import PRIOR_DECIDES, parabola, profile
from .result import Calibration
from .stages import KINETIC, THERMODYNAMIC, Stages

__all__ = ["KINETIC", "THERMODYNAMIC", "calibrate", "carbon_set", "free_parameters"]

_DECADES: Final = 30.0
"""Ratio of the bounds above which a parameter is fitted on a logarithmic scale."""

FOIL: Final = "Sodium metal reference exchange-current density [A.m-2]"
_FAST: Final = 1e5
"""Of a foil that does not polarise [A/m2]: the largest that is plausible."""

_LEAST_SHARE: Final = 0.5
"""Share of a value's information that must be the data's, lest its prior be said to decide."""


def carbon_set(cell: str | Path | ParameterSet, options: Mapping[str, Any] | None = None) -> ParameterSet:
    """Parameter set of the half cell of a carbon, with the adsorption law of the options."""
    source = cell if isinstance(cell, ParameterSet) else load_set(cell)
    if source.kind != "carbon":
        raise CalibrationError(f"{source.name} is no half cell of a carbon: give one, such as fjh")
    try:
        return with_law(source, (options or {}).get("adsorption law", source.law))
    except ValueError as error:
        raise CalibrationError(str(error)) from None


@typed(CalibrationError)
def free_parameters(source: ParameterSet, names: Iterable[str] | None = None) -> list[Fitted]:
    """Parameters to fit, with the ranges of the set as bounds and its values as start.

    Those of :data:`THERMODYNAMIC` and :data:`KINETIC` that have an effect in the set where names is None.
    A coefficient of the diffusivity against occupancy need not be in the set: it starts from zero, within
    2 decades, and has a prior of 0 with a standard deviation of 1 decade (assumed).

    Raises
    ------
    CalibrationError
        For a name that the set does not have, that has no range to search, or that has no effect.
    """
    found = []
    tabulated = table_of(source.numbers) is not None
    if names is None:
        names = [n for n in (*THERMODYNAMIC, *KINETIC) if not (tabulated and n == REFERENCE)]
    for name in names:
        entry = source.entries.get(name)
        if name in COEFFICIENTS:
            low, high = BOUNDS if entry is None or entry.allowed is None else entry.allowed
            start, unusual = (entry.value, entry.unusual) if entry else (0.0, False)
            found.append(Fitted(name, low, high, start, PRIOR, allow_unusual=unusual))
            continue
        if name == REFERENCE and tabulated:
            raise CalibrationError(
                f"{name!r} has no effect beside a table: free coefficients, such as the first"
            )
        if entry is None:
            raise CalibrationError(f"unknown parameter {name!r}{nearest(name, source.entries)}")
        if entry.allowed is None or not entry.allowed[0] < entry.allowed[1]:
            raise CalibrationError(f"{name!r} has no range in {source.name}: there is nothing to search")
        low, high = entry.allowed
        logarithmic = low > 0.0 and high / low > _DECADES
        found.append(
            Fitted(name, low, high, entry.value, logarithmic=logarithmic, allow_unusual=entry.unusual)
        )
    return found


@typed(CalibrationError)
def calibrate(
    data: Sequence[Data],
    cell: str | Path | ParameterSet = "fjh",
    free: Sequence[Fitted] | None = None,
    *,
    model: str = "SPM",
    options: Mapping[str, str] | None = None,
    fixed: Mapping[str, float | Tied] | None = None,
    staged: bool = True,
    starts: int = 1,
    evaluations: int = 60,
    seed: int = 1,
    profiles: bool = True,
    allow_unusual: bool = False,
    progress: bool = False,
) -> Calibration:
    """Fit the numbers of a carbon to data of its half cell.

    In stages: the thermodynamic numbers to the slowest curve, the kinetic ones to everything, then
    all of them together; first with larger errors, then with those of the data. Derivatives are
    differences: on this model they take a quarter of the time of the solver's sensitivities.

    Parameters
    ----------
    data
        Curves, rates, series and resistances; all are fitted jointly in the last stage.
    cell
        Set or file that the fit begins from; what is not free stays as it is there.
    free
        Parameters to fit; those of :data:`THERMODYNAMIC` and :data:`KINETIC` where None.
    model, options, fixed
        As for :class:`HalfCellModel`.
    staged
        Whether to fit in stages before fitting jointly.
    starts
        Number of starts: the values of the set, then a Sobol sequence inside the bounds; the best
        outcome with softened errors is refined.
    evaluations
        Largest number of evaluations in each fit, those of the derivatives not counted.
    seed
        Of the sequence of starts.
    profiles
        Whether to profile each value; intervals and verdicts are those of a linear model where False,
        which takes a third of the time.
    allow_unusual
        Whether fixed numbers may lie outside what is plausible; free ones say it themselves
        (:class:`Fitted`).
    progress
        Whether to show a bar on a terminal.

    Raises
    ------
    CalibrationError
        For no data, fewer residuals than parameters, unknown parameters, and a start that cannot be
        solved.
    """
    source = carbon_set(cell, options)
    if not data:
        raise CalibrationError("no data is given: give one or more measured curves, rates or series")
    fitted = tuple(free_parameters(source) if free is None else free)
    if starts < 1:
        raise CalibrationError(f"starts is {starts}: give 1 or more")
    size = sum(part.size for part in data)
    if size < len(fitted):
        raise CalibrationError(
            f"{size} numbers are measured, but {len(fitted)} parameters are free: free fewer of them"
        )
    fixed = {**_foil(data), **(fixed or {})}
    first = {f.name: f.start for f in fitted}

    def residuals(values: Mapping[str, float]) -> npt.NDArray[np.float64]:
        return np.concatenate([part.residuals(half_cell, values) for part in data])

    try:
        half_cell = HalfCellModel(source, fitted, model, options, fixed, allow_unusual=allow_unusual)
        begun = residuals(first)
    except ValueError as error:
        raise CalibrationError(str(error)) from None
    if not np.all(np.isfinite(begun)):
        raise CalibrationError(
            f"{source.name} cannot be simulated at the start of the fit: begin from another cell, or check "
            "the currents of the data"
        )
    stages = Stages(data, half_cell, fitted, evaluations)
    steps = starts + 1 + len(fitted)
    with progress_bar("fit", "step", show=progress, total=steps) as bar:
        soft = []
        for start in _starts(fitted, first, starts, seed):
            soft.append(stages.soft(start, staged))
            bar.update()
        best = stages.hard(min(soft, key=lambda outcome: outcome[1])[0])
        bar.update()
        return _described(source, fitted, data, half_cell, residuals, best, bar.update, profiles)


def _foil(data: Sequence[Data]) -> dict[str, float]:
    """Numbers that take the foil out of the voltage where the data are those against a reference electrode.

    Raises
    ------
    CalibrationError
        For data with and without the foil together.
    """
    electrodes = {part.electrodes for part in data if isinstance(part, CurveData | SeriesData)}
    if len(electrodes) > 1:
        raise CalibrationError(
            "some files have two electrodes and some three: the foil is in the voltage of the first only; "
            "fit them apart"
        )
    return {FOIL: _FAST} if electrodes == {3} else {}


def _starts(
    fitted: Sequence[Fitted], first: dict[str, float], count: int, seed: int
) -> list[dict[str, float]]:
    if count == 1:
        return [first]
    places = qmc.Sobol(len(fitted), seed=seed).random(count - 1)
    spread = [
        {
            f.name: float(f.from_scale(f.to_scale(f.low) + place * (f.to_scale(f.high) - f.to_scale(f.low))))
            for f, place in zip(fitted, row, strict=True)
        }
        for row in places
    ]
    return [first, *spread]


def _described(
    source: ParameterSet,
    fitted: tuple[Fitted, ...],
    data: Sequence[Data],
    half_cell: HalfCellModel,
    residuals: Residuals,
    best: Fit,
    step: Callable[[], Any],
    profiled: bool,
) -> Calibration:
    size = sum(part.size for part in data)
    variance = best.misfit / max(size - len(fitted), 1)
    inflated = max(1.0, variance)
    matrix = fit_covariance(fitted, best)
    deviations = np.sqrt(np.diag(matrix))
    errors = {f.name: float(e * np.sqrt(inflated)) * f.span for f, e in zip(fitted, deviations, strict=True)}
    shares = data_shares(fitted, matrix)
    profiles = []
    for f in fitted:
        if profiled:
            one = profile(fitted, residuals, best, f.name, errors[f.name], inflated)
        else:
            one = parabola(f, best.values[f.name], errors[f.name])
        decided = f.prior is not None and shares[f.name] < _LEAST_SHARE
        profiles.append(replace(one, verdict=PRIOR_DECIDES) if decided else one)
        step()
    in_units = {}
    for f in fitted:
        slope = best.values[f.name] * np.log(10.0) if f.logarithmic else 1.0
        in_units[f.name] = float(errors[f.name] * slope)
    return Calibration(
        source,
        fitted,
        best,
        tuple(profiles),
        in_units,
        shares,
        matrix / np.outer(deviations, deviations),
        tuple(data),
        half_cell,
        _rms(data, half_cell, best.values),
        variance,
    )


def _rms(data: Sequence[Data], half_cell: HalfCellModel, values: Mapping[str, float]) -> float | None:
    """Root mean square of the differences of voltage [mV]; None without any."""
    kinds = CurveData | SeriesData | EquilibriumData
    found = [part.differences_V(half_cell, values) for part in data if isinstance(part, kinds)]
    return float(1e3 * np.sqrt(np.mean(np.concatenate(found) ** 2))) if found else None
