"""What a fit says of each number: errors that know the structure of the residuals, profiles and verdicts."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from napore.parameters.sets import ParameterSet

from .fitted import Fitted
from .least_squares import Fit, Residuals, data_shares, fit_covariance
from .numbers import HalfCell
from .profile import (
    DETERMINED,
    NOT_DETERMINED,
    PRIOR_DECIDES,
    Allowed,
    Profile,
    confirmed,
    is_described,
    judged,
    parabola,
    profile,
    with_allowed,
)
from .result import Calibration
from .rms import rms_mV
from .stages import Stages

Array = npt.NDArray[np.float64]

_LEAST_SHARE: Final = 0.5
"""Share of a value's information that must be the data's, lest its prior be said to decide."""

_MANY: Final = 8
_SHORT: Final = 0.12
"""Parameters from which on only those of bent valleys and doubtful ones are profiled, and the length of an
interval, over the distance of the bounds, that is not doubtful: profiles of others tell how far it shifts."""

_FEWEST: Final = 12
"""Residuals from which on their order is looked at."""


def described(
    source: ParameterSet,
    stages: Stages,
    half_cell: HalfCell,
    best: Fit,
    centre: Fit,
    near: Residuals,
    apart: Mapping[str, float],
    allowed: Allowed,
    *,
    profiled: bool,
    step: Callable[[], Any],
) -> Calibration:
    """Calibration from a fit.

    Parameters
    ----------
    source, stages, half_cell
        What was fitted, what to, and in which model.
    best
        The fit.
    centre, near
        The fit that intervals are taken about, and residuals that profiles are taken with.
    apart
        By name, distance of the end of a second start, over that of the bounds; empty without one.
    allowed
        Values that second starts found as good as the fit; profiles add theirs.
    profiled
        Whether to profile each value, or to take the model as linear.
    step
        Called after each profile.
    """
    fitted, data = tuple(stages.fitted), tuple(stages.data)
    parts = [part.residuals(half_cell, best.values) for part in data]
    sizes = [len(part) for part in parts]
    variance = best.misfit / max(sum(sizes) - len(fitted), 1)
    together = max((correlated_points(part) for part in parts), default=1.0)
    parts = np.split(near(centre.values), np.cumsum(sizes)[:-1])
    following = max((correlated_points(part) for part in parts), default=1.0)
    inflated = max(1.0, centre.misfit / max(sum(sizes) - len(fitted), 1) * following)
    matrix = fit_covariance(fitted, centre, 1.0 / inflated)
    deviations = np.sqrt(np.diag(matrix))
    errors = {f.name: float(e) * f.span for f, e in zip(fitted, deviations, strict=True)}
    shares = data_shares(fitted, matrix)
    found_of = {f.name: parabola(f, centre.values[f.name], errors[f.name]) for f in fitted}
    for f in fitted if profiled else ():
        if len(fitted) <= _MANY or f.name in half_cell.electrode.bent or not _clear(f, found_of[f.name]):
            found_of[f.name] = profile(
                fitted, near, centre, f.name, errors[f.name], inflated, allowed=allowed
            )
        step()
    profiles, unsure, in_units = [], list[str](), {}
    for f in fitted:
        value, error = best.values[f.name], errors[f.name]
        one = judged(f, value, with_allowed(f, value, found_of[f.name], allowed))
        if one.verdict == DETERMINED and not is_described(variance, together):
            one = replace(one, verdict=NOT_DETERMINED)
        sure = confirmed(f, value, one, apart.get(f.name, 0.0))
        one, unsure = sure, [*unsure, *([] if sure is one else [f.name])]
        decided = f.prior is not None and shares[f.name] < _LEAST_SHARE
        profiles.append(replace(one, verdict=PRIOR_DECIDES) if decided else one)
        in_units[f.name] = float(error * (value * np.log(10.0) if f.logarithmic else 1.0))
    rms = rms_mV(data, half_cell, best.values)
    found = (tuple(profiles), in_units, shares, matrix, data, half_cell, rms, variance, together)
    return Calibration(source, fitted, best, *found, tuple(stages.trail), tuple(unsure))


def _clear(f: Fitted, linear: Profile) -> bool:
    """Whether a linear model leaves no doubt: an interval short beside the bounds, or one that has both."""
    low, high = (f.place(end) for end in linear.interval_95)
    return high - low < _SHORT or (low <= 0.0 and high >= 1.0)


def correlated_points(residuals: Array) -> float:
    """Number of neighbouring residuals that say the same: 1 for noise.

    The integrated autocorrelation ``1 + 2 sum_k r_k``, to the first ``r_k`` that noise could make,
    ``2/sqrt(n)`` (Wolff, DOI 10.1016/S0010-4655(03)00467-3). Residuals that follow one another are what the
    model does not describe; ``n`` of them tell as much as ``n`` over this number would if they were noise.

    Examples
    --------
    >>> correlated_points(np.tile([1.0, -1.0], 30))
    1.0
    >>> correlated_points(np.sin(np.linspace(0.0, 6.0, 60))) > 10.0
    True
    """
    n = len(residuals)
    whole = float(residuals @ residuals)
    if n < _FEWEST or not whole > 0.0 or not np.isfinite(whole):
        return 1.0
    found = 1.0
    for k in range(1, n // 2):
        r = float(residuals[k:] @ residuals[:-k]) / whole
        if r < 2.0 / np.sqrt(n):
            break
        found += 2.0 * r
    return found
