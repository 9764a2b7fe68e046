"""What a fit says of each number: errors that know what noise does not explain, profiles and verdicts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from napore.parameters.sets import ParameterSet

from .farther import Farther
from .fitted import places_of
from .least_squares import Fit, Residuals, data_shares, fit_covariance
from .noise import between, beyond_noise, inflation, meets
from .numbers import HalfCell
from .profile import (
    NOT_MET,
    PRIOR_DECIDES,
    Allowed,
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


def described(
    source: ParameterSet,
    stages: Stages,
    half_cell: HalfCell,
    best: Fit,
    centre: Fit,
    near: Residuals,
    ends: Array | None,
    farther: tuple[Farther, ...],
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
    ends
        Places of what the data allow beside the fit, one a row, found from other starts: none of a fit at the
        noise, itself alone where no other start came near. None of a fit of few numbers, which is profiled.
    farther
        Other fits that the data allow.
    profiled
        Whether to profile each value, or to take the model as linear.
    step
        Called after each profile.
    """
    fitted, data = tuple(stages.fitted), tuple(stages.data)
    meeting = meets(centre.misfit, data, len(fitted))
    inflated = inflation(centre.misfit, data, len(fitted))
    linear = fit_covariance(fitted, centre, 1.0 / inflated)
    matrix, allowed = linear + between(ends), Allowed()
    if ends is not None and len(ends) == 1 and beyond_noise(inflated, data):
        matrix = matrix + np.eye(len(fitted))  # no other start ended as near, and it is not at the noise
    if ends is not None and meeting:
        off = places_of(fitted, best.values) - places_of(fitted, centre.values)
        matrix = matrix + np.outer(off, off)  # what the result gives away for weighing each point
    for other in farther:
        matrix = matrix + other.beyond(matrix)
    errors = {f.name: float(e) * f.span for f, e in zip(fitted, np.sqrt(np.diag(matrix)), strict=True)}
    shares = data_shares(fitted, fit_covariance(fitted, centre, 1.0 / inflated, assumed=False))
    profiles, in_units = [], {}
    for f in fitted:
        value, error = best.values[f.name], errors[f.name]
        if profiled and meeting and ends is None:
            one = profile(fitted, near, centre, f.name, error, inflated, allowed=allowed)
        else:
            one = parabola(f, centre.values[f.name], error)
        step()
        one = judged(f, value, with_allowed(f, value, one, allowed))
        decided = f.prior is not None and shares[f.name] < _LEAST_SHARE
        one = replace(one, verdict=PRIOR_DECIDES) if decided else one
        profiles.append(one if meeting else replace(one, verdict=NOT_MET))
        in_units[f.name] = float(error * (value * np.log(10.0) if f.logarithmic else 1.0))
    variance = best.misfit / max(sum(part.size for part in data) - len(fitted), 1)
    rms = rms_mV(data, half_cell, best.values)
    found = (tuple(profiles), in_units, shares, matrix, data, half_cell, rms, variance, meeting, inflated)
    return Calibration(source, fitted, best, *found, tuple(stages.trail), ends, farther)
