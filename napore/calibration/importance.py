"""Weighted draws of a posterior, and the distribution about a fit that the first ones come from.

The normal distribution of a fit's covariance needs no simulation, but a bounded or bent posterior is not
normal. Draws of it, with the tails of Student's t distribution, are where :mod:`.surrogate` begins. Draws
that are weighed by true over proposed density tell by their weights how many independent samples they are
worth (importance sampling, Cornuet et al. 2012, DOI 10.1111/j.1467-9469.2011.00756.x), so that a failure is
seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import multivariate_t

from .fitted import Fitted
from .result import Calibration

Array = npt.NDArray[np.float64]

ENOUGH: Final = 50
"""Effective samples below which quantiles of 2.5 and 97.5 % are said to be rough: one sample lies beyond."""

_TAILS: Final = 5
"""Degrees of freedom of the t distribution."""

_WIDER: Final = 1.2
"""Factor on the standard deviations of the proposals; too narrow a one is worse than too wide a one."""

_INSIDE: Final = 8192
"""Draws that tell which share of a proposal lies inside the bounds."""


@dataclass(frozen=True)
class WeightedPosterior:
    """Draws with weights.

    Parameters
    ----------
    fitted
        Parameters.
    samples
        One row per draw, in the unit of each parameter.
    weights
        Of the draws; their sum is one.
    """

    fitted: tuple[Fitted, ...]
    samples: Array
    weights: Array

    @classmethod
    def of_places(cls, fitted: tuple[Fitted, ...], places: Array, weights: Array) -> "WeightedPosterior":
        """Draws given by their places between the bounds, one row each, with weights of any sum."""
        units = [[f.at(float(p)) for p in column] for f, column in zip(fitted, places.T, strict=True)]
        return cls(fitted, np.transpose(units), weights / np.sum(weights))

    @property
    def effective_size(self) -> float:
        """Independent samples of the posterior that the draws are worth, ``1 / sum w^2``."""
        return effective_size(self.weights)

    @property
    def converged(self) -> bool:
        """Whether the effective size is at least :data:`ENOUGH`."""
        return self.effective_size >= ENOUGH

    def summary(self) -> str:
        """One line on how much the draws are worth."""
        text = f"{len(self.weights)} draws worth {self.effective_size:.0f} samples"
        if self.converged:
            return f"{text}: enough"
        return (
            f"{text}: NOT enough ({ENOUGH} are); quantiles are rough and tails may be missing, give more "
            "draws or rounds, or let walkers run"
        )

    def table(self) -> pd.DataFrame:
        """Quantiles, one row per parameter."""
        found = [weighted_quantiles(column, self.weights, (0.025, 0.5, 0.975)) for column in self.samples.T]
        low, middle, high = np.transpose(found)
        names = [f.name for f in self.fitted]
        return pd.DataFrame({"name": names, "q025": low, "q500": middle, "q975": high})

    def values(self, count: int, seed: int = 1) -> list[Mapping[str, float]]:
        """Samples of equal weight by name, for predictions; a heavy draw comes more than once."""
        generator = np.random.default_rng(seed)
        places = (np.arange(count) + generator.random()) / count
        chosen = np.searchsorted(np.cumsum(self.weights), places * np.sum(self.weights))
        chosen = generator.permutation(np.minimum(chosen, len(self.weights) - 1))
        names = [f.name for f in self.fitted]
        return [dict(zip(names, map(float, row), strict=True)) for row in self.samples[chosen]]


def effective_size(weights: npt.ArrayLike) -> float:
    """Independent samples that weighted draws are worth: ``(sum w)^2 / sum w^2``.

    Examples
    --------
    >>> effective_size([1.0, 1.0, 0.0, 0.0])
    2.0
    """
    w = np.asarray(weights, dtype=float)
    return float(np.sum(w) ** 2 / np.sum(w**2))


def weighted_quantiles(values: npt.ArrayLike, weights: npt.ArrayLike, quantiles: npt.ArrayLike) -> Array:
    """Quantiles of weighted values, linear between the middles of their weights.

    Examples
    --------
    >>> weighted_quantiles([3.0, 1.0, 2.0], [1.0, 1.0, 1.0], [0.5]).tolist()
    [2.0]
    """
    v, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    order = np.argsort(v)
    middles = np.cumsum(w[order]) - 0.5 * w[order]
    return np.asarray(np.interp(np.asarray(quantiles) * np.sum(w), middles, v[order]))


class _Proposal:
    """t distribution of places between the bounds, cut off at the bounds."""

    def __init__(self, centre: Array, covariance: Array, generator: np.random.Generator) -> None:
        shape = _WIDER**2 * covariance * (_TAILS - 2) / _TAILS
        self._law = multivariate_t(centre, shape, df=_TAILS, seed=generator)
        self._width = len(centre)
        self._log_inside = float(np.log(max(len(self._inside(_INSIDE)), 1) / _INSIDE))

    def _inside(self, count: int) -> Array:
        drawn = np.reshape(self._law.rvs(count), (count, self._width))
        return np.asarray(drawn[np.all((drawn > 0.0) & (drawn < 1.0), axis=1)])

    def draw(self, count: int) -> Array:
        """Draws inside the bounds."""
        found = np.empty((0, self._width))
        while len(found) < count:
            found = np.vstack([found, self._inside(4 * count)])
        return found[:count]

    def log_density(self, places: Array) -> Array:
        """Logarithm of the density inside the bounds."""
        return np.asarray(np.atleast_1d(self._law.logpdf(places)) - self._log_inside)


def proposal(found: Calibration, centre: Array, generator: np.random.Generator) -> _Proposal:
    """Distribution of places about a fit, from its covariance."""
    return _Proposal(centre, _covariance(found), generator)


def _covariance(found: Calibration) -> Array:
    """Covariance of the places between the bounds by the linear model, none wider than uniform."""
    deviations = []
    for f in found.fitted:
        slope = found.found.values[f.name] * np.log(10.0) if f.logarithmic else 1.0
        deviations.append(min(found.standard_errors[f.name] / slope / f.span, 12.0**-0.5))
    return np.asarray(found.correlation * np.outer(deviations, deviations))
