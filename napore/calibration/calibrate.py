"""An electrode's parameters from data: fit in stages, then what the data allow of each value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

from napore.parameters.arguments import typed
from napore.parameters.sets import ParameterSet
from napore.results import progress_bar

from .at_rest import begun_at_rest
from .curve_data import CurveData
from .data import (
    Data,
    RateData,
    ResistanceData,
    SeriesData,
    derivatives_of,
    residuals_of,
    uncorrelated,
)
from .described import described
from .equilibrium import EquilibriumData
from .farther import Farther, farther
from .fitted import CalibrationError, Fitted, Tied, acting, check_acts, places_of, values_at
from .free import default_names, fixed_foil, free_parameters, set_to_fit
from .half_cell import HalfCellModel
from .least_squares import Differentiable, Fit, Residuals, derivatives_at, differentiable, fit, penalised_at
from .levenberg_marquardt import renewed
from .lumped import LumpedHalfCell, can_be_lumped
from .lumped_cathode import LumpedCathode, is_closed_form
from .noise import CHI_SQUARED_95, beyond_noise, explained, inflation, meets
from .numbers import HalfCell
from .own_start import told
from .polish import carried_over
from .result import Calibration
from .slow_cycle import tabulated
from .spectrum_data import SpectrumData, with_impedance
from .stages import Stages
from .stock import little_hidden
from .suited import check_suited

Array = npt.NDArray[np.float64]

KINDS: Final = (CurveData, EquilibriumData, RateData, ResistanceData, SeriesData, SpectrumData)
"""Data that the lumped formulation can simulate; of one's own kinds nobody knows."""

PASSED: Final = (CurveData, RateData, SeriesData)
"""Data with currents: what these do not fill is hidden from them."""

_MANY: Final = 8
"""Numbers up to which the minimum is found from one start; with more other starts must confirm it."""

_CENTRE: Final = 0.1
"""Tolerance of the fit about which intervals are taken."""

_OTHERS, _IDLE, _BETTER = 20, 5, 0.95
_FEWEST: Final = 3
"""Starts elsewhere that are tried at most, those after the last that was so much better, and the fewest ends
that tell how far such ends lie apart."""


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
    """Fit the numbers of a carbon or of a cathode to data of its half cell.

    In stages (:mod:`.stages`), lumped where that has the laws (:mod:`.lumped`, :mod:`.lumped_cathode`); the
    last fit is carried over to the model (:mod:`.polish`). Where it has not, the model goes through them.
    Intervals of up to eight numbers come from profiles; of more they reach to other fits (:mod:`.farther`).

    Parameters
    ----------
    data
        All are fitted jointly in the last stage.
    cell
        Set or file that the fit begins from; what is not free stays as it is there. Window and capacity of
        "hard-carbon" are the data's where ``free`` is None; so is the potential of a cathode's template.
    free, only_seen
        Parameters to fit, and whether only those of them that the data see. Where ``free`` is None those of
        :func:`free_parameters` that the data see; the result names the others.
    model, options, fixed, allow_unusual
        As for :class:`HalfCellModel`; model "lumped" for that alone. A :class:`Fitted` itself may be unusual.
    staged, evaluations
        Whether to fit in stages before fitting jointly, and the largest number of evaluations in each fit,
        those of the derivatives not counted.
    starts, seed
        Number of starts: the values of the set, then a Sobol sequence of that seed inside the bounds; the
        best outcome with softened errors is refined.
    profiles
        Whether to profile each of few values; without, intervals are those of a linear model.
    progress
        Whether to show a bar on a terminal.

    Raises
    ------
    CalibrationError
        For no data, fewer residuals than parameters, unknown parameters, and a start that cannot be solved.
    """
    source, fixed = set_to_fit(cell, options), {**fixed_foil(data), **(fixed or {})}
    _check(data, starts)
    source = _with_potential(source, data, options, fixed)
    source = told(source, data) if free is None else source
    if free is None and "adsorption law" not in (options or {}):
        source = begun_at_rest(source, data, fixed)
    data, options, acts = with_impedance(data, model, options)
    offered = _offered(source, data, model, acts) if free is None else list(free)
    check_acts(source, [*(f.name for f in offered), *fixed], model, acts)
    only_seen = free is None if only_seen is None else only_seen
    fitted = tuple(f for f in offered if not (only_seen and f.name in fixed))
    problem = _Problem(source, data, model, options, fixed, allow_unusual)
    stages = Stages(data, problem.first(fitted, only_seen), fitted, evaluations, seed)
    with progress_bar("fit", "step", show=progress, total=starts + 2 + len(fitted)) as bar:
        values = _softened(stages, starts, seed, staged, bar.update)
        values = _without_unseen(stages, values) if only_seen else values
        found = problem.fit(stages, values, staged, bar.update)
        return described(source, stages, *found, profiled=profiles, step=bar.update)


def _check(data: Sequence[Data], starts: int) -> None:
    if not data:
        raise CalibrationError("no data is given: give one or more measured curves, rates or series")
    if starts < 1:
        raise CalibrationError(f"starts is {starts}: give 1 or more")


def _offered(
    source: ParameterSet, data: Sequence[Data], model: str, options: Mapping[str, str] | None
) -> list[Fitted]:
    """Parameters of which data can tell something."""
    return acting(source, free_parameters(source, default_names(source, data)), model, options)


@dataclass(frozen=True)
class _Problem:
    """What is fitted to, and the half cells that simulate it."""

    source: ParameterSet
    data: Sequence[Data]
    model: str
    options: Mapping[str, str] | None
    fixed: Mapping[str, float | Tied]
    allow_unusual: bool

    def first(self, fitted: Sequence[Fitted], only_seen: bool) -> HalfCell:
        """Half cell that goes through the stages: lumped where the laws allow it, else the model itself.

        Raises
        ------
        CalibrationError
            For the file of another kind of cell, fewer residuals than parameters, the model "lumped" of
            other laws, and a start that cannot be solved.
        """
        check_suited(self.source, self.data)
        size = sum(part.size for part in self.data)
        if not only_seen and size < len(fitted):
            raise CalibrationError(
                f"{size} numbers are measured, but {len(fitted)} parameters are free: free fewer of them"
            )
        names = [*(f.name for f in fitted), *self.fixed]
        carbon = self.source.kind == "carbon"
        lumped = can_be_lumped(self.source, names, self.options) if carbon else is_closed_form(self.options)
        lumped = lumped and all(isinstance(part, KINDS) for part in self.data)
        if self.model == "lumped" and not lumped:
            raise CalibrationError(
                "the lumped formulation lacks a law of this set or an option: give model='SPM'"
            )
        try:
            half_cell = self._lumped(fitted) if lumped else self._full(fitted)
            passed = any(isinstance(part, PASSED) for part in self.data)
            if lumped and carbon and passed and half_cell.electrode.sites in {f.name for f in fitted}:
                half_cell.beside = little_hidden(half_cell)
            begun = self._residuals(half_cell)({f.name: f.start for f in fitted})
        except ValueError as error:
            raise CalibrationError(str(error)) from None
        if not np.all(np.isfinite(begun)):
            raise CalibrationError(
                f"{self.source.name} cannot be simulated at the start of the fit: begin from another cell, "
                "or check the currents of the data"
            )
        return half_cell

    def fit(
        self, stages: Stages, values: Mapping[str, float], again: bool, step: Callable[[], Any]
    ) -> tuple[HalfCell, Fit, Fit, Residuals, Array | None, tuple[Farther, ...]]:
        """The last fit: half cell, values, centre of the intervals, residuals near it, ends, and others.

        Where ``again``, fits of many parameters are begun elsewhere too: ends are places of all that the data
        allow, one a row, as far from the result as they ended from it; others are those of :mod:`.farther`.
        ``step`` is called after the fit, and after it is carried over to the model.
        """
        fitted, half_cell, more = stages.fitted, stages.half_cell, stages.evaluations > 1
        lumped = half_cell.is_lumped
        best = stages.hard(values, plain=not lumped)
        near: Residuals = self._residuals(half_cell)
        ends, allowed, others = None, 0, tuple[Farther, ...]()
        if lumped and again and more and len(fitted) > _MANY:
            best, found, allowed = _begun_elsewhere(stages, best)
            ends = np.array([places_of(fitted, one.values) for one in found]).reshape(-1, len(fitted))
        best = stages.hard(best.values, plain=True) if lumped and more else best
        if ends is not None:
            shared = differentiable(near).combined(partial(uncorrelated, self.data))
            others = farther(half_cell, fitted, shared, best, self.data)
        step()
        if lumped and self.model != "lumped":
            half_cell, beside = self._full(fitted), half_cell.beside
            half_cell.beside = beside
            fast, full = differentiable(near), self._residuals(half_cell)
            best, near = carried_over(fitted, fast, full, best, stages.evaluations)
        step()
        if ends is not None:
            ends = np.clip(ends + places_of(fitted, best.values) - ends[:1], 0.0, 1.0)
        centre, near = self._centre(fitted, best, near) if more else (best, near)
        if ends is not None and not beyond_noise(inflation(centre.misfit, self.data, len(fitted)), self.data):
            ends = ends[:allowed]  # beyond the noise a minimum that no other start finds is doubted
        if lumped and more:
            centre = _with_derivatives(fitted, near, centre)
        return half_cell, best, centre, near, ends, others

    def _centre(self, fitted: Sequence[Fitted], best: Fit, near: Residuals) -> tuple[Fit, Residuals]:
        """Fit whose intervals know the errors that points of a curve share, and its residuals.

        It is no result: weighted by such errors a curve may pass beside all of its points (D'Agostini 1994,
        DOI 10.1016/0168-9002(94)90719-6). Where more than errors is left, that is no offset of the cycler's
        either.
        """
        own = differentiable(near).combined(partial(uncorrelated, self.data))
        J = uncorrelated(self.data, np.asarray(best.jacobian))
        centre = fit(fitted, own, best.values, 30, _CENTRE, J, renewals=1)
        return (centre, own) if meets(centre.misfit, self.data, len(fitted)) else (best, near)

    def _residuals(self, half_cell: HalfCell) -> Differentiable:
        slopes = partial(derivatives_of, self.data, half_cell) if half_cell.is_differentiable else None
        beside = int(half_cell.beside is not None)
        return Differentiable(partial(residuals_of, self.data, half_cell), slopes, beside)

    def _full(self, fitted: Sequence[Fitted]) -> HalfCell:
        return HalfCellModel(
            self.source, fitted, self.model, self.options, self.fixed, allow_unusual=self.allow_unusual
        )

    def _lumped(self, fitted: Sequence[Fitted]) -> HalfCell:
        """Lumped half cell that stands for the model; of a carbon with salt where that has it."""
        salt, unusual = self.model in ("SPMe", "DFN"), self.allow_unusual
        if self.source.kind == "cathode":
            return LumpedCathode(self.source, fitted, self.fixed, options=self.options, allow_unusual=unusual)
        return LumpedHalfCell(
            self.source, fitted, self.fixed, electrolyte=salt, options=self.options, allow_unusual=unusual
        )


def _with_potential(
    source: ParameterSet,
    data: Sequence[Data],
    options: Mapping[str, str] | None,
    fixed: Mapping[str, float | Tied],
) -> ParameterSet:
    """The set, or that of a template with the potential that quick fits take from the data."""
    if not source.is_open:
        return source
    check_suited(source, data)
    quick = partial(calibrate, data, model="lumped", options=options, fixed=fixed, profiles=False)
    return tabulated(source, data, quick)


def _softened(
    stages: Stages, starts: int, seed: int, staged: bool, step: Callable[[], Any]
) -> dict[str, float]:
    """Values of the best outcome of several starts with softened errors; ``step`` is called after each."""
    first, soft = {f.name: f.start for f in stages.fitted}, []
    others = qmc.Sobol(len(stages.fitted), seed=seed).random(starts - 1) if starts > 1 else ()
    for start in (first, *(values_at(stages.fitted, row) for row in others)):
        soft.append(stages.soft(start, staged))
        step()
    return min(soft, key=lambda outcome: outcome[1])[0]


def _without_unseen(stages: Stages, values: Mapping[str, float]) -> dict[str, float]:
    """Values with those of the set for what the data do not see, which is fitted no more.

    No more parameters are kept than there are data.
    """
    kept = stages.seen(values)[: sum(part.size for part in stages.data)]
    names = {f.name for f in kept}
    if not kept:
        raise CalibrationError("the data tell nothing of the numbers of this set: give a curve")
    held = {f.name: f.start for f in stages.fitted if f.name not in names}
    stages.half_cell.hold(held)
    if stages.half_cell.electrode.sites in held:
        stages.half_cell.beside = None
    stages.fitted = kept
    return {**values, **held}


def _begun_elsewhere(stages: Stages, best: Fit) -> tuple[Fit, list[Fit], int]:
    """Best of a fit and others begun elsewhere, those that data allow (or the next ones), and how many do.

    None of them beside a fit at the noise, which no other must confirm.
    """
    count, found = len(stages.fitted), [best]
    noise = explained(stages.data, count)

    def left() -> bool:
        return beyond_noise(inflation(found[0].misfit, stages.data, count), stages.data)

    def allowed() -> list[Fit]:
        over = CHI_SQUARED_95 * inflation(found[0].misfit, stages.data, count)
        return [one for one in found if one.objective <= max(noise, found[0].objective + over)]

    last, doubted = 0, left()
    for k in range(_OTHERS):
        if not left() or k - last > _IDLE or stages.is_spent:
            break
        other = stages.elsewhere(found[0], k)
        if other is not None:
            last = k if other.objective < _BETTER * found[0].objective else last
            found = sorted([*found, other], key=lambda one: one.objective)
    final = stages.hard(found[0].values)
    found = [final if final.objective < found[0].objective else found[0], *found[1:]]
    near = len(allowed())
    return found[0], found[: max(near, _FEWEST)] if doubted else [], near


def _with_derivatives(fitted: Sequence[Fitted], residuals: Residuals, best: Fit) -> Fit:
    """Fit with derivatives at its values, exact ones where there are some, else along the axes."""
    at, place = penalised_at(fitted, residuals), places_of(fitted, best.values)
    return replace(best, jacobian=renewed(at, derivatives_at(fitted, residuals), place, at(place)))
