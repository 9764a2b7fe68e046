"""Levenberg-Marquardt inside bounds for residuals that take long to compute.

Why not scipy's or lmfit's: neither begins from a known Jacobian nor keeps one between steps inside
bounds, and on curves of half cells (expensive residuals, long narrow valleys, optima near bounds)
they needed two to four times as many residuals.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import lsq_linear

__all__ = ["Minimum", "differences", "minimise"]

Array = npt.NDArray[np.float64]
Function = Callable[[Array], Array]

_LARGEST_STEP: Final = 1e-3
_SMALLEST_STEP: Final = 1e-5
_CHANGE: Final = 3.0
"""Change of the residuals' norm that a difference aims at, in standard deviations."""

_FARTHEST: Final = 0.5
"""Longest step in each direction: farther away the derivatives say little."""

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


def differences(function: Function, place: Array, residuals: Array, known: Array | None = None) -> Array:
    """Jacobian by differences inside the unit cube.

    The step changes the residuals by a few standard deviations, as ``known`` (an earlier Jacobian)
    tells, and is at most 1e-3: larger than the solver's noise, smaller than the bends of the model.

    Examples
    --------
    >>> differences(lambda x: x @ np.ones((2, 1)), np.array([0.5, 1.0]), np.array([1.5])).round(9)
    array([[1., 1.]])
    """
    columns = []
    for k in range(len(place)):
        step = _LARGEST_STEP
        if known is not None:
            norm = max(float(np.linalg.norm(known[:, k])), 1e-12)
            step = float(np.clip(_CHANGE / norm, _SMALLEST_STEP, _LARGEST_STEP))
        moved = place.copy()
        moved[k] += step if place[k] + step <= 1.0 else -step
        columns.append((function(moved) - residuals) / (moved[k] - place[k]))
    return np.stack(columns, axis=1)


def minimise(
    function: Function,
    start: Array,
    evaluations: int = 40,
    tolerance: float = 0.01,
    jacobian: Array | None = None,
) -> Minimum:
    """Least sum of squares inside the unit cube.

    Each step solves the damped linear problem inside the bounds exactly. The Jacobian is kept from step
    to step with Broyden's rank-one correction, and taken anew where a step with it fails or where it
    says that the minimum is reached.

    Parameters
    ----------
    function
        Residuals, finite everywhere.
    start
        Place inside the cube.
    evaluations
        Largest number of residuals, those of the Jacobian not counted.
    tolerance
        Ends where the linear problem promises less than this times the mean squared residual.
    jacobian
        At the start, where it is known.

    Examples
    --------
    >>> minimise(lambda x: np.array([x[0] - 0.3, x[1] - 2.0]), np.array([0.5, 0.5])).place.round(6)
    array([0.3, 1. ])
    """
    place, residuals = start, function(start)
    cost, used = float(residuals @ residuals), 1
    fresh, damping = jacobian is None, 1e-3
    J = differences(function, place, residuals) if jacobian is None else jacobian
    while used < evaluations:
        step = _step(J, residuals, place, damping)
        linear = residuals + J @ step
        promised = cost - float(linear @ linear)
        if promised <= tolerance * cost / len(residuals) + _NOTHING:
            if fresh:
                last = np.clip(place + _step(J, residuals, place, _WEAKEST), 0.0, 1.0)
                found = function(last)
                if float(found @ found) < cost:
                    place, residuals = last, found
                break
            J, fresh = differences(function, place, residuals, J), True
            damping = min(damping, 1e-3)
            continue
        moved = np.clip(place + step, 0.0, 1.0)
        found = function(moved)
        used += 1
        gained = cost - float(found @ found)
        if gained > 0.0:
            ratio = gained / promised
            damping = float(
                np.clip(damping * (0.2 if ratio > 0.7 else 1.0 if ratio > 0.2 else 4.0), _WEAKEST, _STRONGEST)
            )
            taken = moved - place
            J = J + np.outer(found - residuals - J @ taken, taken) / float(taken @ taken)
            place, residuals, cost = moved, found, cost - gained
            fresh = False
            if ratio < 0.2:
                J, fresh = differences(function, place, residuals, J), True
        elif not fresh:
            J, fresh = differences(function, place, residuals, J), True
        else:
            damping = max(damping, 1e-6) * 8.0
            if damping > _STRONGEST:
                break
    return Minimum(place, residuals, J, used)


def _step(J: Array, residuals: Array, place: Array, damping: float) -> Array:
    """Step of the damped linear problem that stays in the cube."""
    scale = np.maximum(np.linalg.norm(J, axis=0), 1e-9 * max(float(np.linalg.norm(J)), 1e-9))
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
