"""Posterior of fitted values by walkers on an interpolation of the residuals, weighed with the true ones.

Where parameters compensate each other the posterior is bent, and no normal or t distribution covers it:
draws of :mod:`.importance` are then worth few samples. The residuals themselves are smooth. They are
interpolated between the simulations done so far (radial basis functions), walkers sample the posterior of
the interpolation, which costs nothing, some of their places are simulated and weighed by true over
interpolated density, and the simulations join the interpolation for the next round. The weights correct
what the interpolation has wrong, and tell how many independent samples the draws are worth.
"""

from collections.abc import Callable
from typing import Any, Final

import emcee
import numpy as np
import numpy.typing as npt
from scipy.interpolate import RBFInterpolator

from napore.results import progress_bar

from .data import CalibrationError, residuals_of
from .fitted import values_at
from .importance import WeightedPosterior, effective_size, proposal
from .least_squares import prior_residuals
from .posterior import weighed
from .result import Calibration

Array = npt.NDArray[np.float64]

_WARMER: Final = 1.3
"""Walkers sample the power 1/1.3 of the density, so that tails that the interpolation misses are met."""

_WALKERS: Final = 64
_BURNT: Final = 200
_APART: Final = 50
"""Steps before the first place that is taken, and between places of one walker, lest one come twice."""


def sample_by_surrogate(
    found: Calibration,
    first: int = 64,
    draws: int = 50,
    rounds: int = 2,
    *,
    begin: Array | None = None,
    seed: int = 1,
    progress: bool = False,
) -> WeightedPosterior:
    """Sample the posterior of :func:`napore.calibration.posterior.log_posterior`.

    Parameters
    ----------
    found
        Calibration to start from.
    first
        Simulations that the first interpolation rests on, about the fit.
    draws, rounds
        Simulations of each round, which are weighed, and rounds.
    begin
        Values to simulate first in place of those about the fit, one row each in the units of the
        parameters, such as the draws of an earlier run.
    seed
        Of the random numbers.
    progress
        Whether to show a bar.

    Raises
    ------
    CalibrationError
        For fewer first simulations than three per parameter, or of which most have no solution.
    """
    fitted = found.fitted
    generator = np.random.default_rng(seed)
    least = 3 * len(fitted)
    if begin is None:
        centre = [f.place(found.found.values[f.name]) for f in fitted]
        places = proposal(found, np.array(centre), generator).draw(max(first, 1))
    else:
        places = np.array([[f.place(x) for f, x in zip(fitted, row, strict=True)] for row in begin])
    if len(places) < least or draws < 1 or rounds < 1:
        raise CalibrationError(
            f"{len(places)} first simulations and {rounds} rounds of {draws} are too few for {len(fitted)} "
            f"parameters: give {least} first ones or more, and a round of some draws"
        )
    np.random.seed(seed)  # noqa: NPY002 (emcee draws from numpy's global state)
    drawn, weights = [], []
    total = len(places) + draws * rounds
    with progress_bar("posterior", "simulation", show=progress, total=total) as bar:
        known, residuals = _simulated(found, places, bar.update)
        if len(known) < least:
            raise CalibrationError(
                f"{len(known)} of {len(places)} first simulations have a solution: narrow the bounds"
            )
        for _ in range(rounds):
            surrogate = RBFInterpolator(known, residuals, kernel="cubic", degree=1)
            chosen = _walked(found, surrogate, known, residuals, draws, generator)
            solved, true = _simulated(found, chosen, bar.update)
            logs = _heights(found, solved, true) - _heights(found, solved, surrogate(solved)) / _WARMER
            weight = np.exp(logs - np.max(logs, initial=-np.inf))
            drawn.append(solved)
            # a round counts as much as its draws are worth
            weights.append(weight / np.sum(weight) * effective_size(weight))
            known, residuals = np.vstack([known, solved]), np.vstack([residuals, true])
    return WeightedPosterior.of_places(fitted, np.vstack(drawn), np.concatenate(weights))


def _simulated(found: Calibration, places: Array, step: Callable[[], Any]) -> tuple[Array, Array]:
    """Places that have a solution, and the residuals of the data there."""
    kept, rows = [], []
    for place in places:
        row = residuals_of(found.data, found.half_cell, values_at(found.fitted, place))
        if np.all(np.isfinite(row)):
            kept.append(place)
            rows.append(row)
        step()
    size = sum(part.size for part in found.data) + found.found.beside
    return np.reshape(kept, (len(kept), len(found.fitted))), np.reshape(rows, (len(rows), size))


def _heights(found: Calibration, places: Array, residuals: Array) -> Array:
    """Logarithm of the posterior density but for a constant, for residuals."""
    priors = [np.sum(prior_residuals(found.fitted, values_at(found.fitted, place)) ** 2) for place in places]
    return np.asarray(-0.5 * weighed(found, residuals) - 0.5 * np.array(priors))


def _walked(
    found: Calibration,
    surrogate: RBFInterpolator,
    known: Array,
    residuals: Array,
    count: int,
    generator: np.random.Generator,
) -> Array:
    """Places at the end of walks on the interpolated posterior."""
    width = known.shape[1]

    def log_density(places: Array) -> Array:
        inside = np.all((places > 0.0) & (places < 1.0), axis=1)
        found_logs = np.full(len(places), -np.inf)
        if np.any(inside):
            found_logs[inside] = _heights(found, places[inside], surrogate(places[inside])) / _WARMER
        return found_logs

    best = known[np.argsort(_heights(found, known, residuals))[::-1][: max(width + 1, 8)]]
    start = best[generator.integers(len(best), size=_WALKERS)]
    start = np.clip(start + 0.02 * generator.normal(size=start.shape), 1e-4, 1.0 - 1e-4)
    sampler = emcee.EnsembleSampler(_WALKERS, width, log_density, vectorize=True)
    sampler.run_mcmc(start, _BURNT + _APART * -(-count // _WALKERS))
    chain = sampler.get_chain(discard=_BURNT, thin=_APART, flat=True)
    return np.asarray(chain[generator.permutation(len(chain))[:count]])
