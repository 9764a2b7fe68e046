"""How far data allow a quantity to go, all numbers refitted on the way: valleys bend.

Pores and sites that do not fill in the time of the slowest curve cost a fit nothing: derivatives about the
fit say little of them. So the fit is drawn along each quantity, farther while the data allow it.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from .fitted import Fitted, places_of
from .least_squares import Differentiable, Fit, fit
from .noise import CHI_SQUARED_95
from .numbers import HalfCell
from .quantities import quantities_of, slopes_by_place

Array = npt.NDArray[np.float64]

_DRAWN: Final = ("capacity", "slope", "middle", "mean")
"""Quantities that are followed; the plateau is the first less the second."""

_STIFF: Final = 0.05
"""Error of the quantity that a fit is drawn to, over the step to it."""

_LONGEST: Final = 4
_EVALUATIONS: Final = 12
_GAINED: Final = 0.3
"""Steps, each twice the last, evaluations of each, and the share of a step below which it went nowhere."""


def explored(
    fitted: Sequence[Fitted],
    half_cell: HalfCell,
    residuals: Differentiable,
    centre: Fit,
    covariance: Array,
    variance: float,
) -> Array:
    """Covariance that bent valleys add to that of a linear model about a fit.

    Along each quantity the farthest place that the data allow counts as the end of a 95 % interval, so far as
    it lies beyond that of the linear model.

    Parameters
    ----------
    fitted, half_cell, residuals
        Parameters, what simulates the data, and residuals that know their derivatives.
    centre, covariance, variance
        The fit, that of the places about it, and the variance of the residuals.
    """
    place, more = places_of(fitted, centre.values), np.zeros_like(covariance)
    names = [name for name in quantities_of(half_cell, centre.values) if name in _DRAWN]
    by_place = slopes_by_place(fitted, half_cell, centre.values)
    limit = centre.objective + CHI_SQUARED_95 * variance
    for name in names:
        g = by_place[name]
        reach = (CHI_SQUARED_95 * float(g @ covariance @ g)) ** 0.5
        if not reach > 0.0:
            continue
        moved = [
            _followed(name, sign * reach, fitted, half_cell, residuals, centre, limit) for sign in (-1, 1)
        ]
        ends = [(places_of(fitted, end) - place, abs(far)) for end, far in moved]
        off, far = max(ends, key=lambda end: end[1])
        more += max(0.0, 1.0 - (reach / max(far, reach)) ** 2) * np.outer(off, off) / CHI_SQUARED_95
    return more


def _followed(
    name: str,
    step: float,
    fitted: Sequence[Fitted],
    half_cell: HalfCell,
    residuals: Differentiable,
    centre: Fit,
    limit: float,
) -> tuple[Mapping[str, float], float]:
    """Farthest values along a quantity that the data allow, and how far it went."""

    def of(values: Mapping[str, float]) -> float:
        return quantities_of(half_cell, values)[name]

    begin = of(centre.values)
    values, reached, target = centre.values, begin, begin + step
    for _ in range(_LONGEST):
        found = fit(
            fitted, _drawn_to(name, target, step, fitted, half_cell, residuals), values, _EVALUATIONS, 0.3
        )
        here = of(found.values)
        objective = found.objective - ((here - target) / (_STIFF * step)) ** 2
        if objective > limit or (here - reached) / step < _GAINED:
            break
        values, reached = found.values, here
        step *= 2.0
        target = here + step
    return values, reached - begin


def _drawn_to(
    name: str,
    target: float,
    step: float,
    fitted: Sequence[Fitted],
    half_cell: HalfCell,
    residuals: Differentiable,
) -> Differentiable:
    """Residuals with one more, that of a quantity."""
    error = _STIFF * abs(step)

    def more(values: Mapping[str, float]) -> Array:
        return np.append(residuals(values), (quantities_of(half_cell, values)[name] - target) / error)

    def derivatives(values: Mapping[str, float], by: Sequence[Fitted]) -> Array | None:
        rows = None if residuals.derivatives is None else residuals.derivatives(values, by)
        return (
            None if rows is None else np.vstack([rows, slopes_by_place(by, half_cell, values)[name] / error])
        )

    return Differentiable(more, derivatives)
