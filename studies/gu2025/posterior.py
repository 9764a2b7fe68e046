"""Posterior of the fitted numbers of FJH in each mode: draws of an interpolation, weighed by simulation."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from napore.calibration import Calibration, calibrate
from napore.calibration.importance import WeightedPosterior
from napore.calibration.surrogate import sample_by_surrogate
from napore.parameters.sets import load_set

from . import data
from .carbon_fit import FREE, FJHRates
from .joint_free import SPREAD

SETS = ("fjh", "fjh-b")
MODES = {"fjh": (0.0, FREE[SPREAD].high), "fjh-b": (FREE[SPREAD].low, 0.0)}
"""Sets of FJH and the bounds of the spread of rates in each: small or large pores fill fast."""


FIRST, DRAWS, SEED = 64, 96, 1
"""Simulations to interpolate, draws of a round, seed."""
ROUNDS = {"fjh": 4, "fjh-b": 5}


def calibrated(name: str, evaluations: int = 15) -> Calibration:
    """FJH's calibration in the SPMe from a shipped set, in its mode, without profiles."""
    source, (low, high) = load_set(name), MODES[name]
    begin = {f.name: source.entries[f.name].value for f in FREE.values()}
    free = [
        replace(f, start=begin[f.name], low=low, high=high)
        if f.name == SPREAD
        else replace(f, start=begin[f.name])
        for f in FREE.values()
    ]
    return calibrate(
        [FJHRates()], source, free, model="SPMe", staged=False, evaluations=evaluations, profiles=False
    )


def draws(name: str) -> dict[str, Any]:
    """Draws of a mode; where some are on file, those of the largest weights are interpolated first."""
    fitted, earlier = calibrated(name), data.read("posterior").get(name)
    begin = None if earlier is None else heaviest(posterior(earlier), FIRST)
    drawn = sample_by_surrogate(fitted, FIRST, DRAWS, ROUNDS[name], begin=begin, seed=SEED)
    return {
        "samples": {f.name: list(column) for f, column in zip(drawn.fitted, drawn.samples.T, strict=True)},
        "weights": list(drawn.weights),
        "misfit": fitted.found.misfit,
        "priors": fitted.found.penalty,
        "draws": DRAWS,
        "rounds": ROUNDS[name],
    }


def heaviest(drawn: WeightedPosterior, count: int) -> Any:
    """Values of the draws with the largest weights."""
    return drawn.samples[np.argsort(drawn.weights)[::-1][:count]]


def posterior(found: Mapping[str, Any]) -> WeightedPosterior:
    """Posterior of draws on file."""
    samples = np.array(list(found["samples"].values())).T
    return WeightedPosterior(tuple(FREE[n] for n in found["samples"]), samples, np.array(found["weights"]))


def read_posterior(name: str) -> WeightedPosterior:
    """Posterior of a mode on file."""
    return posterior(data.read("posterior")[name])


PARTS: dict[str, Callable[[], Any]] = {name: partial(draws, name) for name in MODES}
