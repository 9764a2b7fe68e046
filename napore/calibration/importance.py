"""Posterior of fitted values by adaptive importance sampling: few simulations, all of them told apart.

An ensemble of walkers (:mod:`.posterior`) needs some ten thousand simulations before its chains can be
called converged, which is hours where one takes half a second. The normal distribution of a fit's
covariance needs none, but a bounded or bent posterior is not normal. Here draws of it, with the tails of
Student's t distribution, are weighed with the true posterior; the weighted draws give the next round's
distribution, and at the end all rounds are weighed as draws of their mixture (adaptive multiple importance
sampling, Cornuet et al. 2012, DOI 10.1111/j.1467-9469.2011.00756.x). The weights tell how many
independent samples the draws are worth, so that a failure is seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import multivariate_t
from tqdm import tqdm

from .data import CalibrationError
from .fitted import Fitted
from .posterior import log_posterior
from .result import Calibration

__all__ = ["WeightedPosterior", "effective_size", "proposal", "sample_by_importance", "weighted_quantiles"]

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
    log_evidence
        Logarithm of the mean posterior density over the bounds, where it is known: of two modes with
        the same data and bounds of the same width, the difference is that of the logarithms of their
        probabilities.
    """

    fitted: tuple[Fitted, ...]
    samples: Array
    weights: Array
    log_evidence: float | None = None

    @classmethod
    def of_places(
        cls, fitted: tuple[Fitted, ...], places: Array, weights: Array, log_evidence: float | None = None
    ) -> "WeightedPosterior":
        """Draws given by their places between the bounds, one row each, with weights of any sum."""
        units = [[f.at(float(p)) for p in column] for f, column in zip(fitted, places.T, strict=True)]
        return cls(fitted, np.transpose(units), weights / np.sum(weights), log_evidence)

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


def sample_by_importance(
    found: Calibration, draws: int = 100, rounds: int = 4, *, seed: int = 1, progress: bool = False
) -> WeightedPosterior:
    """Sample the posterior: the likelihood of the data, priors, and nothing outside the bounds.

    The same posterior as that of :func:`napore.calibration.posterior.sample`.

    Parameters
    ----------
    found
        Calibration to start from.
    draws, rounds
        Draws of each round, each a simulation of all data, and rounds.
    seed
        Of the random numbers.
    progress
        Whether to show a bar.

    Raises
    ------
    CalibrationError
        For fewer draws than two per parameter, no round, and where no draw can be simulated.
    """
    fitted = found.fitted
    if draws < 2 * len(fitted) or rounds < 1:
        raise CalibrationError(
            f"{draws} draws in {rounds} rounds are too few for {len(fitted)} parameters: give "
            f"{2 * len(fitted)} draws or more in one round or more"
        )
    low = np.array([f.to_scale(f.low) for f in fitted])
    spans = np.array([f.span for f in fitted])
    generator = np.random.default_rng(seed)
    linear = _covariance(found)
    proposals = [
        _Proposal(np.array([f.place(found.found.values[f.name]) for f in fitted]), linear, generator)
    ]
    places, heights = np.empty((0, len(fitted))), np.empty(0)
    with tqdm(total=draws * rounds, desc="posterior", delay=2, disable=not progress or None) as bar:
        for k in range(rounds):
            drawn = proposals[-1].draw(draws)
            height = []
            for place in drawn:
                height.append(log_posterior(found, low + place * spans))
                bar.update()
            places, heights = np.vstack([places, drawn]), np.append(heights, height)
            if not np.any(np.isfinite(heights)):
                raise CalibrationError(
                    "no draw could be simulated: narrow the bounds, or free fewer parameters"
                )
            logs = heights - _mixture(proposals, places)
            if k + 1 < rounds:
                proposals.append(_next(places, logs, linear, generator))
    top = float(np.max(logs))
    weights = np.exp(logs - top)
    return WeightedPosterior.of_places(fitted, places, weights, float(top + np.log(np.mean(weights))))


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


def _mixture(proposals: list[_Proposal], places: Array) -> Array:
    """Logarithm of the density of the mixture of all rounds, which have as many draws each."""
    logs = np.array([one.log_density(places) for one in proposals])
    return np.asarray(np.logaddexp.reduce(logs, axis=0) - np.log(len(proposals)))


def _next(places: Array, logs: Array, linear: Array, generator: np.random.Generator) -> _Proposal:
    """Proposal with the mean and covariance of the weighted draws.

    Weights of one or two heavy draws would make a proposal about these: they are raised to a power below
    one until three draws per parameter count, and the covariance keeps a share of the linear one.
    """
    width = places.shape[1]
    finite = np.maximum(logs - np.max(logs), -1e300)  # a draw without a solution counts nothing

    def size(power: float) -> float:
        return effective_size(np.exp(power * finite)) - float(min(3 * (width + 1), 0.5 * len(logs)))

    power = 1.0 if size(1.0) >= 0.0 or size(0.0) <= 0.0 else float(brentq(size, 0.0, 1.0, xtol=1e-3))
    weights = np.exp(power * finite)
    weights /= np.sum(weights)
    mean = weights @ places
    spread = places - mean
    scatter = (weights[:, None] * spread).T @ spread
    counted = effective_size(weights)
    return _Proposal(mean, (counted * scatter + width * linear) / (counted + width), generator)
