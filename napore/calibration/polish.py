"""A fit in the lumped formulation carried over to PyBaMM's model with few of its solutions.

The lumped residuals plus what PyBaMM's differ from them at the last values are a model of PyBaMM's residuals
that costs milliseconds. It is fitted again, and what differs is taken again, until a solution does what it
promised (output space mapping: Bandler et al. 2004, DOI 10.1109/TMTT.2003.820904).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from .fitted import Fitted
from .least_squares import Fit, Residuals, fit, prior_residuals

__all__ = ["carried_over"]

_ROUNDS: Final = 5
_KEPT: Final = 0.02
"""Difference of the promised and the true objective, over it, at which the promise is kept."""

_FINE: Final = 0.01


def carried_over(
    fitted: Sequence[Fitted],
    fast: Residuals,
    full: Callable[[Mapping[str, float]], npt.NDArray[np.float64]],
    best: Fit,
    evaluations: int,
) -> tuple[Fit, Residuals]:
    """Fit of the full model, and residuals that stand for it near the fit.

    Where a promise is not kept in a few rounds the full model is fitted itself, from the best values.

    Parameters
    ----------
    fitted
        Parameters.
    fast, full
        Residuals of the lumped formulation and of PyBaMM's model.
    best
        Fit of the former.
    evaluations
        Largest number of evaluations in each fit.
    """
    values, J, last = best.values, best.jacobian, np.inf
    begun = found = full(values)
    for _ in range(_ROUNDS):
        near = fast(values)
        if not (np.all(np.isfinite(found)) and np.all(np.isfinite(near))):
            break
        offset = found - near

        def corrected(trial: Mapping[str, float], offset: npt.NDArray[np.float64] = offset) -> npt.NDArray:  # type: ignore[type-arg]
            return np.asarray(fast(trial) + offset)

        objective = float(found @ found) + _penalty(fitted, values)
        refit = fit(fitted, corrected, values, evaluations, _FINE, J)
        if refit.objective > objective * (1.0 - _KEPT) - 0.1:  # nothing to gain: this is the minimum
            here = Fit(
                dict(values),
                float(found @ found),
                _penalty(fitted, values),
                tuple(f.name for f in fitted if f.on_bound(values[f.name])),
                best.evaluations,
                refit.jacobian,
            )
            return here, corrected
        trial = full(refit.values)
        true = float(trial @ trial) + refit.penalty
        if not true < min(objective, last):
            break
        values, J, found, last = refit.values, refit.jacobian, trial, true
    start = values if np.all(np.isfinite(found)) else best.values
    usable = J is not None and np.all(np.isfinite(begun))
    return fit(fitted, full, start, evaluations, _FINE, J if usable else None), full


def _penalty(fitted: Sequence[Fitted], values: Mapping[str, float]) -> float:
    return float(np.sum(prior_residuals(fitted, values) ** 2))
