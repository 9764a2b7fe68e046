"""Noise that files show themselves, and what of a misfit it does not explain.

A point's scatter about its neighbours is noise; residuals larger than that are the law's fault or the fit's.
Such a rest follows the curve, and many points do not average it. So what a fit leaves unexplained it cannot
use to exclude other values either: an interval reaches to where the misfit has risen by as much again. And
valleys bend: where a fit of many numbers begun elsewhere ends as near to the data, its end counts as well.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2
from scipy.stats import t as student

from .curve_data import CurveData
from .data import Data

Array = npt.NDArray[np.float64]

CHI_SQUARED_95: Final = 3.8415

AS_EXPECTED: Final = 1.5
"""Misfit over that of the errors, or of the noise where it is larger, up to which a law meets the data."""

_AS_NOISE: Final = 1.01
"""Variance of the residuals over that of the noise up to which a fit leaves no more than noise."""

_NEIGHBOURS: Final = 4
"""Points through three of which a parabola says where the fourth should be."""


def scatter(place: Array, value: Array) -> float:
    """Standard deviation of the noise of a curve's points, from third differences; 0 of few points.

    By the median of their sizes: where the curve bends sharply differences are no noise.

    Examples
    --------
    >>> q = np.linspace(0.0, 300.0, 400)
    >>> noise = np.random.default_rng(1).normal(0.0, 1e-3, 400)
    >>> abs(scatter(q, np.exp(-q / 50.0) + noise) / 1e-3 - 1.0) < 0.15
    True
    """
    kept = np.append(True, np.diff(place) > 0.0)
    q, V = place[kept], value[kept]
    if len(q) < 5 * _NEIGHBOURS:
        return 0.0
    at = np.lib.stride_tricks.sliding_window_view(q, _NEIGHBOURS)
    apart = at[:, :, None] - at[:, None, :] + np.eye(_NEIGHBOURS) * np.ptp(at, axis=1)[:, None, None]
    weights = 1.0 / np.prod(apart / np.ptp(at, axis=1)[:, None, None], axis=2)
    weights /= np.linalg.norm(weights, axis=1)[:, None]
    off = np.sum(weights * np.lib.stride_tricks.sliding_window_view(V, _NEIGHBOURS), axis=1)
    return float(1.4826 * np.median(np.abs(off)))


def noise_V(data: Sequence[Data]) -> float | None:
    """Root mean square of the scatter of the curves' points [V]; None without curves."""
    found = [
        scatter(curve.capacity_mAh_g, curve.voltage_V)
        for part in data
        if isinstance(part, CurveData)
        for curve in part.curves
    ]
    return float(np.sqrt(np.mean(np.square(found)))) if found else None


def expected(data: Sequence[Data]) -> float:
    """Mean squared residual, in errors of the data, that the noise of the files makes."""
    whole = 0.0
    for part in data:
        if not isinstance(part, CurveData):
            whole += part.size
            continue
        scatters = [scatter(curve.capacity_mAh_g, curve.voltage_V) for curve in part.curves]
        whole += float(np.sum(part.of_noise(scatters) ** 2))
    return whole / sum(part.size for part in data)


def meets(misfit: float, data: Sequence[Data], count: int) -> bool:
    """Whether a fit of so many parameters is as near to the data as their errors, or their noise, say."""
    size = sum(part.size for part in data)
    return misfit <= AS_EXPECTED * max(1.0, expected(data)) * max(size - count, 1)


def explained(data: Sequence[Data], count: int) -> float:
    """Misfit of a fit of so many parameters that noise makes no more often than one time in twenty."""
    size = sum(part.size for part in data)
    return expected(data) * float(chi2.ppf(0.95, max(size - count, 1)))


def inflation(misfit: float, data: Sequence[Data], count: int) -> float:
    """Variance of the residuals that intervals are made with, in errors of the data.

    That of the errors, or of the noise where it is larger; and so much more that a rise by what of the misfit
    noise does not explain is what ends an interval.
    """
    rest = max(0.0, misfit - explained(data, count))
    return max(1.0, expected(data)) + rest / CHI_SQUARED_95


def beyond_noise(inflated: float, data: Sequence[Data]) -> bool:
    """Whether a fit with such an :func:`inflation` leaves more than noise."""
    return inflated > _AS_NOISE * max(1.0, expected(data))


def between(ends: Array | None) -> Array:
    """Covariance that other starts add to that of a fit, from places where they ended, one a row.

    The true values are one more that the data allow: a 95 % prediction interval from few is wide.
    """
    if ends is None or len(ends) < 2:
        return np.zeros(())
    n = len(ends)
    wider = float(student.ppf(0.975, n - 1)) ** 2 * (1.0 + 1.0 / n) / CHI_SQUARED_95
    return np.atleast_2d(wider * np.cov(ends, rowvar=False))
