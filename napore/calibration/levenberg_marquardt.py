"""Levenberg-Marquardt inside bounds for residuals that take long to compute.

Why not scipy's or lmfit's: neither begins from a known Jacobian nor keeps one between steps inside
bounds, and on curves of half cells (expensive residuals, long narrow valleys, optima near bounds)
they needed two to four times as many residuals.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import lsq_linear

Array = npt.NDArray[np.float64]
Function = Callable[[Array], Array]
Derivatives = Callable[[Array], Array | None]

_FIRST_STEP: Final = 5e-3
_LARGEST_STEP: Final = 1e-2
_SMALLEST_STEP: Final = 1e-5
_CHANGE, _SHARE = 1.0, 0.1
"""Change of the residuals' norm that a difference aims at: in standard deviations, and over the norm.

Steps in time that are chosen anew move each residual by some hundredths. A difference of one standard
deviation in all was as small as that: derivatives of noise, with which a fit ended where it began.
"""

_FARTHEST: Final = 0.5
"""Longest step in each direction: farther away the derivatives say little."""

_LEAST_SCALE: Final = 0.03
"""Least damping of a number over that of all: one that does nothing here would be thrown far for nothing."""

_NOTHING: Final = 1e-4
"""Gain in the sum of squares that is not worth a residual: a hundredth of a standard deviation."""

_WEAKEST, _STRONGEST = 1e-10, 1e8


@dataclass(frozen=True)
class Minimum:
    """Place, residuals and Jacobian at the end; ``evaluations`` without those of the differences."""

    place: Array
    residuals: Array
    jacobian: Array
    evaluations: int

    @property
    def misfit(self) -> float:
        """Sum of squared residuals."""
        return float(self.residuals @ self.residuals)


def differences(
    function: Function, place: Array, residuals: Array, known: Array | None = None, step: float = _FIRST_STEP
) -> Array:
    """Jacobian by differences inside the unit cube.

    Along the axes where nothing is known yet; else along the right singular vectors of ``known``, an earlier
    Jacobian. In a narrow valley the derivatives along the axes are large and differ only slightly: what the
    residuals bend in one step, and the solver's noise, would hide the slope of the valley's floor in their
    difference. A step changes the residuals by about a standard deviation, or by a tenth of their norm, as
    ``known`` tells, and is at most 1e-2: larger than the noise, smaller than the bends of the model.

    Examples
    --------
    >>> differences(lambda x: x @ np.ones((2, 1)), np.array([0.5, 1.0]), np.array([1.5])).round(9)
    array([[1., 1.]])
    """
    directions, steps = _directions(place, known, max(_CHANGE, _SHARE * float(np.linalg.norm(residuals))))
    steps = steps * (step / _FIRST_STEP) if known is None else steps
    columns = []
    for direction, wanted in zip(directions.T, steps, strict=True):
        inside = _inside(place, direction, float(wanted))
        columns.append((function(place + inside * direction) - residuals) / inside)
    return np.stack(columns, axis=1) @ directions.T


def _directions(place: Array, known: Array | None, change: float) -> tuple[Array, Array]:
    """Orthonormal directions, one a column, and the steps along them; axes where a bound is near."""
    if known is None:
        return np.eye(len(place)), np.full(len(place), _FIRST_STEP)
    near = np.minimum(place, 1.0 - place) < _LARGEST_STEP
    directions = np.eye(len(place))
    if np.any(~near):
        directions[np.ix_(~near, ~near)] = np.linalg.svd(known[:, ~near])[2].T
    norms = np.maximum(np.linalg.norm(known @ directions, axis=0), 1e-12)
    return directions, np.clip(change / norms, _SMALLEST_STEP, _LARGEST_STEP)


def _inside(place: Array, direction: Array, step: float) -> float:
    """The step, or its opposite where only that stays in the cube."""
    moved = place + step * direction
    return step if np.all((moved >= 0.0) & (moved <= 1.0)) else -step


def minimise(
    function: Function,
    start: Array,
    evaluations: int = 40,
    tolerance: float = 0.01,
    jacobian: Array | None = None,
    renewals: int = 1000,
    enough: float = 0.0,
    derivatives: Derivatives | None = None,
) -> Minimum:
    """Least sum of squares inside the unit cube.

    Each step solves the damped linear problem inside the bounds exactly. The Jacobian is kept from step
    to step with Broyden's rank-one correction, and taken anew where a step with it fails or where it
    says that the minimum is reached. Exact derivatives are taken at every place.

    Parameters
    ----------
    function, start, evaluations
        Residuals, finite everywhere, a place in the cube, and their largest number but for the Jacobian's.
    tolerance, enough
        Ends where the linear problem promises less than the first times the mean squared residual, and at a
        sum of squares of the second.
    jacobian, renewals, derivatives
        That of the start, where known, and how often derivatives are taken anew before being only corrected:
        exact ones at a place, or differences where None.

    Examples
    --------
    >>> minimise(lambda x: np.array([x[0] - 0.3, x[1] - 2.0]), np.array([0.5, 0.5])).place.round(6)
    array([0.3, 1. ])
    """
    place, residuals = start, function(start)
    cost, used = float(residuals @ residuals), 1
    fresh, damping = False, 1e-3  # derivatives along the axes hide a valley: they are not trusted to end it
    anew = partial(renewed, function, derivatives)
    J = anew(place, residuals, None) if jacobian is None else jacobian
    while used < evaluations and cost > enough and damping <= _STRONGEST:
        step = _step(J, residuals, place, damping)
        linear = residuals + J @ step
        promised = cost - float(linear @ linear)
        if promised <= tolerance * cost / len(residuals) + _NOTHING:
            if fresh or renewals < 1:
                last = np.clip(place + _step(J, residuals, place, _WEAKEST), 0.0, 1.0)
                found = function(last)
                if float(found @ found) < cost:
                    place, residuals = last, found
                break
            J, fresh, renewals = anew(place, residuals, J), True, renewals - 1
            damping = min(damping, 1e-3)
            continue
        moved = np.clip(place + step, 0.0, 1.0)
        found = function(moved)
        used += 1
        gained = cost - float(found @ found)
        if gained > 0.0:
            ratio = gained / promised
            factor = 0.2 if ratio > 0.7 else 1.0 if ratio > 0.2 else 4.0
            damping = float(np.clip(damping * factor, _WEAKEST, _STRONGEST))
            taken, fresh = moved - place, False
            J = J + np.outer(found - residuals - J @ taken, taken) / float(taken @ taken)
            place, residuals, cost = moved, found, cost - gained
            if (ratio < 0.2 or derivatives is not None) and renewals > 0:
                J, fresh, renewals = anew(place, residuals, J), True, renewals - 1
        elif not fresh and renewals > 0:
            J, fresh, renewals = anew(place, residuals, J), True, renewals - 1
        else:
            damping = max(damping, 1e-6) * 8.0
    return Minimum(place, residuals, J, used)


def renewed(
    function: Function,
    derivatives: Derivatives | None,
    place: Array,
    residuals: Array,
    known: Array | None = None,
) -> Array:
    """Exact derivatives at a place, or differences."""
    exact = None if derivatives is None else derivatives(place)
    return differences(function, place, residuals, known) if exact is None else exact


def _step(J: Array, residuals: Array, place: Array, damping: float) -> Array:
    """Step of the damped linear problem that stays in the cube."""
    norms = np.linalg.norm(J, axis=0)
    scale = np.maximum(norms, max(_LEAST_SCALE * float(np.sqrt(np.mean(norms**2))), 1e-9))
    rows = np.vstack([J / scale, np.sqrt(damping) * np.eye(len(place))])
    low, high = np.maximum(-place, -_FARTHEST) * scale, np.minimum(1.0 - place, _FARTHEST) * scale
    width = 1e-9 * scale
    found = lsq_linear(
        rows,
        np.append(-residuals, np.zeros(len(place))),
        (np.minimum(low, -width), np.maximum(high, width)),
        method="bvls",
    )
    return np.asarray(found.x / scale)
