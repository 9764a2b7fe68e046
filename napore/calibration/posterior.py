"""Posterior of fitted values by an ensemble of walkers (emcee), with its convergence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import emcee
import numpy as np
import numpy.typing as npt
import pandas as pd

from .data import residuals_of
from .fitted import Fitted
from .least_squares import prior_residuals
from .result import Calibration

_ENOUGH: Final = 50
"""Autocorrelation times that a chain must last (emcee's own advice)."""


@dataclass(frozen=True)
class Posterior:
    """Samples of the fitted values.

    Parameters
    ----------
    fitted
        Parameters.
    samples
        One row per sample, in the unit of each parameter, after the burn-in and thinned.
    steps
        Steps of each walker.
    autocorrelation
        Autocorrelation time of each parameter [steps]; NaN where the chain is too short to tell.
    acceptance
        Mean share of accepted steps.
    """

    fitted: tuple[Fitted, ...]
    samples: npt.NDArray[np.float64]
    steps: int
    autocorrelation: npt.NDArray[np.float64]
    acceptance: float

    @property
    def converged(self) -> bool:
        """Whether the chain lasts fifty autocorrelation times of every parameter."""
        longest = np.max(self.autocorrelation)
        return bool(np.isfinite(longest) and self.steps >= _ENOUGH * longest)

    def summary(self) -> str:
        """One line on the convergence."""
        longest = float(np.max(self.autocorrelation))
        length = "unknown" if not np.isfinite(longest) else f"{longest:.0f}"
        word = "converged" if self.converged else f"NOT converged (needs {_ENOUGH} autocorrelation times)"
        return (
            f"{len(self.samples)} samples of {self.steps} steps, autocorrelation {length} steps, acceptance "
            f"{self.acceptance:.2f}: {word}"
        )

    def table(self) -> pd.DataFrame:
        """Quantiles, one row per parameter."""
        low, middle, high = np.quantile(self.samples, (0.025, 0.5, 0.975), axis=0)
        names = [f.name for f in self.fitted]
        return pd.DataFrame({"name": names, "q025": low, "q500": middle, "q975": high})

    def values(self, count: int, seed: int = 1) -> list[Mapping[str, float]]:
        """Samples by name, drawn without replacement, for predictions."""
        chosen = np.random.default_rng(seed).permutation(len(self.samples))[:count]
        return [
            dict(zip([f.name for f in self.fitted], map(float, row), strict=True))
            for row in self.samples[chosen]
        ]


def weighed(found: Calibration, residuals: npt.NDArray[np.float64]) -> Any:
    """Sum of squared residuals over the last axis, those of the data over the variance of the intervals."""
    data, assumed = np.split(residuals, [residuals.shape[-1] - found.found.beside], axis=-1)
    return np.sum(data**2, axis=-1) / found.inflated + np.sum(assumed**2, axis=-1)


def log_posterior(found: Calibration, place: npt.NDArray[np.float64]) -> float:
    """Logarithm of the posterior density, but for a constant; minus infinity where there is none.

    The likelihood of the data, priors, what is assumed beside them (:mod:`.stock`), and nothing outside the
    bounds. The residuals of the data count with the variance that the fit left, where that is above one.

    Parameters
    ----------
    found
        Calibration whose data and priors count.
    place
        Values on the scale of the fit, in the order of its parameters.
    """
    fitted = found.fitted
    low = np.array([f.to_scale(f.low) for f in fitted])
    high = np.array([f.to_scale(f.high) for f in fitted])
    if np.any(place < low) or np.any(place > high):
        return -np.inf
    values = {f.name: float(f.from_scale(x)) for f, x in zip(fitted, place, strict=True)}
    residuals = residuals_of(found.data, found.half_cell, values)
    if not np.all(np.isfinite(residuals)):
        return -np.inf
    return float(-0.5 * weighed(found, residuals) - 0.5 * np.sum(prior_residuals(fitted, values) ** 2))


def sample(
    found: Calibration, steps: int = 500, walkers: int | None = None, *, seed: int = 1, progress: bool = False
) -> Posterior:
    """Sample the posterior of :func:`log_posterior`.

    Parameters
    ----------
    found
        Calibration to start from.
    steps
        Steps of each walker; the first fifth is burnt.
    walkers
        Number of walkers, at least twice that of the parameters; four times where None.
    seed
        Of the random numbers.
    progress
        Whether to show a bar.

    Raises
    ------
    ValueError
        For fewer walkers than emcee can do with.
    """
    fitted = found.fitted
    low = np.array([f.to_scale(f.low) for f in fitted])
    high = np.array([f.to_scale(f.high) for f in fitted])

    def log_probability(place: npt.NDArray[np.float64]) -> float:
        return log_posterior(found, place)

    count = walkers or 4 * len(fitted)
    generator = np.random.default_rng(seed)
    centre = np.array([f.to_scale(found.found.values[f.name]) for f in fitted])
    spread = np.array([_width(f, found.standard_errors[f.name], found.found.values[f.name]) for f in fitted])
    first = centre + 0.3 * np.minimum(spread, 0.2 * (high - low)) * generator.normal(
        size=(count, len(fitted))
    )
    inside = 1e-6 * (high - low)
    first = np.clip(first, low + inside, high - inside)
    np.random.seed(seed)  # noqa: NPY002 (emcee draws from numpy's global state)
    sampler = emcee.EnsembleSampler(count, len(fitted), log_probability)
    sampler.run_mcmc(first, steps, progress=progress)
    burnt = steps // 5
    times = np.asarray(sampler.get_autocorr_time(quiet=True, tol=0, discard=burnt))
    chain = sampler.get_chain(discard=burnt, flat=True)
    in_units = np.stack(
        [np.asarray([f.from_scale(x) for x in column]) for f, column in zip(fitted, chain.T, strict=True)],
        axis=1,
    )
    return Posterior(fitted, in_units, steps, times, float(np.mean(sampler.acceptance_fraction)))


def _width(f: Fitted, standard_error: float, value: float) -> Any:
    """Standard error on the scale of the fit."""
    return standard_error / (value * np.log(10.0)) if f.logarithmic else standard_error
