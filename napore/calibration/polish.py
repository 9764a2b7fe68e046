"""A fit in the lumped formulation carried over to PyBaMM's model with few of its solutions.

The lumped residuals plus what PyBaMM's differ from them at the last values are a model of PyBaMM's residuals
that costs milliseconds. It is fitted again, and what differs is taken again, while a solution gains what it
promised (output space mapping: Bandler et al. 2004, DOI 10.1109/TMTT.2003.820904).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from .fitted import Fitted
from .least_squares import Differentiable, Fit, Residuals, fit, prior_residuals

_ROUNDS: Final = 5
_KEPT: Final = 0.02
"""Gain over the objective that is worth a solution of the full model."""

_APART: Final = 2.0
"""Objective of the full model over that of the lumped one from which on the full one is fitted itself."""

_FINE: Final = 0.01


def carried_over(
    fitted: Sequence[Fitted],
    fast: Differentiable,
    full: Callable[[Mapping[str, float]], npt.NDArray[np.float64]],
    best: Fit,
    evaluations: int,
) -> tuple[Fit, Residuals]:
    """Fit of the full model, and residuals that stand for it near the fit.

    Where the full model stays much farther from the data than the lumped one, it is fitted itself.

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
    values, J = best.values, best.jacobian
    found, near = full(values), fast(values)
    if not (np.all(np.isfinite(found)) and np.all(np.isfinite(near))):
        return fit(fitted, full, values, evaluations, _FINE), full
    objective = float(found @ found) + _penalty(fitted, values)
    for _ in range(_ROUNDS):
        refit = fit(fitted, fast.shifted(found - near), values, evaluations, _FINE, J, renewals=1)
        if refit.objective > objective * (1.0 - _KEPT) - 0.1:  # nothing to gain: this is the minimum
            break
        trial = full(refit.values)
        true = float(trial @ trial) + refit.penalty
        if not true < objective:
            break
        values, J, found, objective = refit.values, refit.jacobian, trial, true
        near = fast(values)
    if objective > _APART * best.objective + len(found):
        direct = fit(fitted, full, values, evaluations, _FINE, J, renewals=1)
        values, found = direct.values, full(direct.values)
        near, J = fast(values), direct.jacobian
    penalty = _penalty(fitted, values)
    bounds = tuple(f.name for f in fitted if f.on_bound(values[f.name]))
    data, assumed = np.split(found, [len(found) - fast.beside])
    penalty += float(assumed @ assumed)
    here = Fit(dict(values), float(data @ data), penalty, bounds, best.evaluations, J, fast.beside)
    return here, fast.shifted(found - near)


def _penalty(fitted: Sequence[Fitted], values: Mapping[str, float]) -> float:
    return float(np.sum(prior_residuals(fitted, values) ** 2))
