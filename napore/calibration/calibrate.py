"""A carbon's parameters from data: fit in stages, then a profile of each value."""

from collections.abc import Iterable, Mapping, Sequence
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

from .data import CalibrationError, CurveData, Data, RateData, ResistanceData, SeriesData
from .described import described
from .equilibrium import EquilibriumData
from .fitted import Fitted, Tied, check_acts
from .half_cell import HalfCellModel
from .least_squares import Fit, Residuals, penalised
from .levenberg_marquardt import differences
from .lumped import FINE, LumpedHalfCell, can_be_lumped
from .numbers import HalfCell
from .polish import carried_over
from .result import Calibration
from .stages import EQUILIBRIUM, FOIL, PORES, SLOPE, Stages

__all__ = ["calibrate", "carbon_set", "fixed_foil", "free_parameters"]

_DECADES: Final = 30.0
"""Ratio of the bounds above which a parameter is fitted on a logarithmic scale."""

_SHIPPED: Final = (
    "Carbon electrode specific capacity of all sites [mA.h.g-1]",
    "Carbon electrode adsorption capacity fraction",
    "Carbon electrode pore wetting energy [J.m-2]",
    "Carbon electrode pore filling cooperativity",
    "Carbon electrode pore median filling rate [s-1]",
    "Carbon electrode pore filling rate spread [decades]",
    "Carbon particle reference diffusivity [m2.s-1]",
    "Carbon electrode reference exchange-current density [A.m-2]",
)
"""Parameters that are free by default in a set without strongly bound sites."""

KINDS: Final = (CurveData, EquilibriumData, RateData, ResistanceData, SeriesData)
"""Data that the lumped formulation can simulate; of one's own kinds nobody knows."""

_STEP_FULL, _STEP_LUMPED = 2e-3, 1e-2
"""Steps of derivatives between the bounds, that their noise is small."""

_MANY: Final = 8
"""Numbers up to which the minimum is found from one start; with more a second start must confirm it."""

_STRONG: Final = "Carbon electrode strong site share"

_FAST: Final = 1e5
"""Of a foil that does not polarise [A/m2]: the largest that is plausible."""


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
def free_parameters(
    source: ParameterSet,
    names: Iterable[str] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
) -> list[Fitted]:
    """Parameters to fit, with the ranges of the set as bounds and its values as start.

    A coefficient of the diffusivity against occupancy need not be in the set: it starts from zero, within
    2 decades, and has a prior of 0 with a standard deviation of 1 decade (assumed).

    Parameters
    ----------
    source
        Parameter set.
    names
        Names; where None eight numbers, or with the law "three kinds" all that half cells can speak of.
    bounds
        Bounds by name, in the place of the set's range; what is named here is free as well. A start
        outside is moved inside.

    Raises
    ------
    CalibrationError
        For a name that the set does not have, that has no range to search, or that has no effect.
    """
    tabulated = table_of(source.numbers) is not None
    own = dict(bounds or {})
    if names is None:
        every = (*EQUILIBRIUM, *SLOPE, *PORES) if _STRONG in source.entries else _SHIPPED
        names = [n for n in every if n in source.entries and not (tabulated and n == REFERENCE)]
    return [_free(source, name, own.get(name), tabulated) for name in dict.fromkeys((*names, *own))]


def _free(source: ParameterSet, name: str, bounds: tuple[float, float] | None, tabulated: bool) -> Fitted:
    entry = source.entries.get(name)
    if name in COEFFICIENTS:
        low, high = bounds or (BOUNDS if entry is None or entry.allowed is None else entry.allowed)
        start, unusual = (entry.value, entry.unusual) if entry else (0.0, False)
        return Fitted(name, low, high, min(max(start, low), high), PRIOR, allow_unusual=unusual)
    if name == REFERENCE and tabulated:
        raise CalibrationError(f"{name!r} has no effect beside a table: free coefficients, such as the first")
    if entry is None:
        raise CalibrationError(f"unknown parameter {name!r}{nearest(name, source.entries)}")
    allowed = bounds or entry.allowed
    if allowed is None or (bounds is None and not allowed[0] < allowed[1]):
        raise CalibrationError(f"{name!r} has no range in {source.name}: there is nothing to search")
    low, high = allowed
    logarithmic = low > 0.0 and high / low > _DECADES
    start = entry.value if bounds is None or not low < high else min(max(entry.value, low), high)
    return Fitted(name, low, high, start, logarithmic=logarithmic, allow_unusual=entry.unusual)


@typed(CalibrationError)
def calibrate(
    data: Sequence[Data],
    cell: str | Path | ParameterSet = "hard-carbon",
    free: Sequence[Fitted] | None = None,
    *,
    model: str = "SPM",
    options: Mapping[str, str] | None = None,
    fixed: Mapping[str, float | Tied] | None = None,
    only_seen: bool | None = None,
    staged: bool = True,
    starts: int = 1,
    evaluations: int = 60,
    seed: int = 1,
    profiles: bool = True,
    allow_unusual: bool = False,
    progress: bool = False,
) -> Calibration:
    """Fit the numbers of a carbon to data of its half cell.

    In stages (:mod:`.stages`), in the lumped formulation where it has the laws (:mod:`.lumped`); the last fit
    is carried over to the model (:mod:`.polish`), and the profiles are those of the lumped formulation
    corrected by what the model differs from it. Where it has not, the model itself goes through the stages.

    Parameters
    ----------
    data
        Curves, rates, series and resistances; all are fitted jointly in the last stage.
    cell
        Set or file that the fit begins from; what is not free stays as it is there.
    free
        Parameters to fit. Where None those of :func:`free_parameters` that the data see; the others keep
        the values of the set, and the result names them.
    model, options, fixed
        As for :class:`HalfCellModel`; model "lumped" for the lumped formulation alone.
    only_seen
        Whether of the free parameters only those are fitted that the data see; so it is without ``free``.
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
    fixed = {**fixed_foil(data), **(fixed or {})}
    offered = free_parameters(source) if free is None else list(free)
    check_acts(source, [*(f.name for f in offered), *fixed], model, options)
    only_seen = free is None if only_seen is None else only_seen
    fitted = tuple(f for f in offered if not (only_seen and f.name in fixed))
    if starts < 1:
        raise CalibrationError(f"starts is {starts}: give 1 or more")
    size = sum(part.size for part in data)
    if not only_seen and size < len(fitted):
        raise CalibrationError(
            f"{size} numbers are measured, but {len(fitted)} parameters are free: free fewer of them"
        )
    first = {f.name: f.start for f in fitted}
    lumped = can_be_lumped(source, [*first, *fixed], options) and all(isinstance(d, KINDS) for d in data)
    if model == "lumped" and not lumped:
        raise CalibrationError(
            "the lumped formulation lacks a law of this set or an option: give model='SPM'"
        )

    def of(half_cell: HalfCell) -> Residuals:
        return lambda values: np.concatenate([part.residuals(half_cell, values) for part in data])

    def full(parameters: Sequence[Fitted]) -> HalfCell:
        return HalfCellModel(source, parameters, model, options, fixed, allow_unusual=allow_unusual)

    try:
        fast = _lumped(source, fitted, model, options, fixed, allow_unusual) if lumped else full(fitted)
        begun = of(fast)(first)
    except ValueError as error:
        raise CalibrationError(str(error)) from None
    if not np.all(np.isfinite(begun)):
        raise CalibrationError(
            f"{source.name} cannot be simulated at the start of the fit: begin from another cell, or check "
            "the currents of the data"
        )
    stages = Stages(data, fast, fitted, evaluations)
    with progress_bar("fit", "step", show=progress, total=starts + 2 + len(fitted)) as bar:
        soft = []
        for start in _starts(fitted, first, starts, seed):
            soft.append(stages.soft(start, staged))
            bar.update()
        values = min(soft, key=lambda outcome: outcome[1])[0]
        if only_seen:
            fitted, held = _of_those_seen(stages, values, first, size)
            values = {**values, **held}
            fast.hold(held)
        stages.fitted = fitted
        best, half_cell, near = stages.hard(values), fast, of(fast)
        apart: dict[str, float] = {}
        if lumped and staged and evaluations > 1 and len(fitted) > _MANY:
            best, apart = _begun_elsewhere(stages, best, seed)
        bar.update()
        if lumped and model != "lumped":
            half_cell = full(fitted)
            best, near = carried_over(fitted, near, of(half_cell), best, evaluations)
        bar.update()
        best = (
            _with_derivatives(fitted, of(half_cell), best, half_cell) if lumped and evaluations > 1 else best
        )
        return described(
            source,
            fitted,
            data,
            half_cell,
            best,
            near,
            trail=stages.trail,
            profiled=profiles,
            apart=apart,
            step=bar.update,
        )


def _begun_elsewhere(stages: Stages, best: Fit, seed: int) -> tuple[Fit, dict[str, float]]:
    """The better of a fit and one from a second start, and how far apart they end."""
    other = stages.elsewhere(best, seed)
    best, other = sorted((best, other), key=lambda one: one.objective)
    return best, {f.name: f.place(other.values[f.name]) - f.place(best.values[f.name]) for f in stages.fitted}


def _lumped(
    source: ParameterSet,
    fitted: Sequence[Fitted],
    model: str,
    options: Mapping[str, str] | None,
    fixed: Mapping[str, float | Tied],
    allow_unusual: bool,
) -> HalfCell:
    """Lumped half cell that stands for a model, with salt where that has it."""
    salt = model in ("SPMe", "DFN")
    return LumpedHalfCell(
        source, fitted, fixed, electrolyte=salt, options=options, allow_unusual=allow_unusual
    )


def _with_derivatives(fitted: Sequence[Fitted], residuals: Residuals, best: Fit, half_cell: HalfCell) -> Fit:
    """Fit with derivatives along the axes: of the model, or of the lumped formulation in finer steps."""
    lumped = isinstance(half_cell, LumpedHalfCell)
    if lumped:
        half_cell.steps = FINE  # type: ignore[attr-defined]

    def at(place: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        values = {f.name: f.at(float(p)) for f, p in zip(fitted, place, strict=True)}
        return penalised(fitted, residuals, values)

    place = np.clip([f.place(best.values[f.name]) for f in fitted], 0.0, 1.0)
    J = differences(at, place, at(place), step=_STEP_LUMPED if lumped else _STEP_FULL)
    if lumped:
        del half_cell.steps  # type: ignore[attr-defined]
    return replace(best, jacobian=J)


def _of_those_seen(
    stages: Stages, values: Mapping[str, float], first: Mapping[str, float], size: int
) -> tuple[tuple[Fitted, ...], dict[str, float]]:
    """Parameters that the data see, no more than there are data, and the others with the set's values."""
    kept = tuple(stages.seen(values)[:size])
    names = {f.name for f in kept}
    if not kept:
        raise CalibrationError("the data tell nothing of the numbers of this set: give a curve")
    return kept, {name: value for name, value in first.items() if name not in names}


def fixed_foil(data: Sequence[Data]) -> dict[str, float]:
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
