"""Charge of a carbon at equilibrium that no slow current fills: of that it has little, and data say nothing.

A file tells of what was passed. That the sites beside it never fill is as good a carbon to a fit as none of
them; a carbon is taken as one whose capacity at equilibrium is at most about a tenth more than at 0.02 C.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from napore.parameters.half_cell import ONE_C_MA_G

from .data import Data
from .fitted import Fitted, Tied, places_of
from .least_squares import Differentiable, Fit, fit
from .lumped import ROUGH, in_steps
from .noise import inflation
from .numbers import HalfCell

Array = npt.NDArray[np.float64]

_SLOW_MA_G: Final = 0.02 * ONE_C_MA_G

HIDDEN: Final = 0.05
"""Standard error of what does not fill at 0.02 C, over what does (assumed)."""

_STEP: Final = 1e-3

_TIGHT: Final = 0.2
"""Over :data:`HIDDEN`, how near to what is asked of it the hidden share is brought."""

_LEAST: Final = 0.5
"""Standard errors that another such fit lies off at least: one as near to the data says no more."""

_EVALUATIONS, _TOLERANCE = 30, 0.1
_TRIES, _BEGINS, _SHORT, _ROUGHLY = 60, 4, 10, 5.0
"""Evaluations and tolerance of fits that hide more; tries to begin such a fit where it does, of how many fits
with how few evaluations and which tolerance one goes on."""


class Farther(NamedTuple):
    """Another fit: displacement of its places, and how many standard errors lie between."""

    off: Array
    errors: float

    @property
    def covariance(self) -> Array:
        """Of places, by it alone."""
        return np.asarray(np.outer(self.off, self.off) / self.errors**2)


def hidden_share(half_cell: HalfCell, values: Mapping[str, float]) -> float:
    """Capacity at equilibrium that a sodiation at 0.02 C does not fill, over what it does.

    NaN where that cannot be solved.
    """
    with in_steps(half_cell, ROUGH):
        curve = half_cell.sodiation(_SLOW_MA_G, values)
    return float("nan") if curve is None else _whole(half_cell, values) / max(curve.capacity, 1e-9) - 1.0


def assumed(beside: Differentiable, values: Mapping[str, float]) -> str:
    """What is assumed of a carbon by :func:`little_hidden`, and what a fit ended with, for remarks."""
    share = HIDDEN * float(beside(values)[0])
    return (
        f"Assumed: the charge at equilibrium is 0 to {200 * HIDDEN:.0f} % more than what fills at 0.02 C; "
        f"here {abs(100 * share):.0f} %."
    )


def little_hidden(half_cell: HalfCell) -> Differentiable:
    """Residual of :func:`hidden_share` of a lumped half cell, over its error."""

    def residuals(values: Mapping[str, float]) -> Array:
        return np.array([hidden_share(half_cell, values) / HIDDEN])

    def derivatives(values: Mapping[str, float], by: Sequence[Fitted]) -> Array | None:
        with half_cell.differentiated(by), in_steps(half_cell, ROUGH):
            curve = half_cell.sodiation(_SLOW_MA_G, values)
            slopes = getattr(curve, "slopes", None)
        if curve is None or slopes is None:
            return None
        whole, moved = _whole(half_cell, values), np.zeros(len(by))
        tied = any(isinstance(one, Tied) for one in half_cell.fixed.values())
        rates = () if tied else (*half_cell.electrode.slope, *half_cell.electrode.rates)
        for k, f in enumerate(by):
            if f.name in rates:
                continue
            place = f.place(values[f.name])
            there = f.at(place + (_STEP if place < 0.5 else -_STEP))
            off = _whole(half_cell, {**values, f.name: there}) - whole
            moved[k] = off / (f.place(there) - place)
        row = (moved - whole * slopes.capacity_mAh_g / curve.capacity) / curve.capacity
        return np.asarray(row[None] / HIDDEN)

    return Differentiable(residuals, derivatives)


def more_hidden(
    half_cell: HalfCell,
    fitted: Sequence[Fitted],
    residuals: Differentiable,
    best: Fit,
    data: Sequence[Data],
) -> Farther:
    """The fit with one standard error more of hidden charge than the best, begun there and at slower pores.

    Pores that fill at any rate hide nothing, and no derivative there tells of such that do not: a linear
    interval would be that of a carbon that is sure to hide nothing.

    Parameters
    ----------
    half_cell, fitted, residuals
        Residuals of which that of :func:`little_hidden` is the last.
    best, data
        Fit that it begins from, and what was fitted.
    """

    def tightly(rows: Array) -> Array:
        return np.concatenate([rows[:-1], rows[-1:] / _TIGHT])

    half_cell.keep_steps()
    here = fit(fitted, residuals, best.values, _EVALUATIONS, _TOLERANCE)
    share = float(residuals(here.values)[-1])
    goal = max(share, 0.0) + 1.0
    wanted = np.append(np.zeros(len(residuals(here.values)) - 1), -goal / _TIGHT)
    asked = residuals.combined(tightly).shifted(wanted)
    begins = [here.values, *_hiding(half_cell, fitted, here.values, HIDDEN * goal)]
    tried = [fit(fitted, asked, begin, _SHORT, _ROUGHLY) for begin in begins]
    nearest = min(tried, key=lambda one: one.objective)
    there = fit(fitted, asked, nearest.values, _EVALUATIONS, _TOLERANCE)
    found = float(residuals(there.values)[-1])
    inflated = inflation(here.misfit, data, len(fitted))
    rise = (there.misfit - here.misfit) / inflated + found**2 - share**2
    off = places_of(fitted, there.values) - places_of(fitted, here.values)
    return Farther(off, max(rise, _LEAST**2) ** 0.5)


def _hiding(
    half_cell: HalfCell, fitted: Sequence[Fitted], values: Mapping[str, float], share: float
) -> list[dict[str, float]]:
    """Values with rates of pores at random that hide about a share, and as many more sites of theirs."""
    electrode, own = half_cell.electrode, {f.name: f for f in fitted}
    rates = [own[name] for name in electrode.rates if name in own and name in electrode.kinds[0]]
    sites, part = electrode.unfilled
    more = {sites: values[sites] * (1.0 + share)}
    more |= {part: values[part] / (1.0 + share)} if part in own else {}
    there = {**values, **{name: min(max(one, own[name].low), own[name].high) for name, one in more.items()}}
    generator, found = np.random.default_rng(1), list[dict[str, float]]()
    for _ in range(_TRIES if rates else 0):
        one = {**there, **{f.name: f.at(generator.random()) for f in rates}}
        if 0.5 * share < hidden_share(half_cell, one) < 2.0 * share:
            found.append(one)
        if len(found) == _BEGINS:
            break
    return found


def _whole(half_cell: HalfCell, values: Mapping[str, float]) -> float:
    """Capacity at equilibrium between the cut-offs [mAh/g]."""
    x = np.asarray(half_cell.equilibrium(values).stoichiometry(np.array(half_cell.cut_offs)))
    return float(half_cell.numbers_at(values)[half_cell.electrode.sites]) * float(x[0] - x[1])
