"""Other fits that data allow, of which no derivative of the best one knows.

Pores that fill at any rate hide nothing, and a derivative there tells nothing of such that do not. Interfaces
of the carbon and of the foil stand for each other. The covariance reaches to such fits.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .data import Data
from .fitted import Fitted, places_of
from .least_squares import Differentiable, Fit, fit, prior_residuals
from .noise import CHI_SQUARED_95, inflation
from .numbers import HalfCell
from .stock import HIDDEN, hidden_share

Array = npt.NDArray[np.float64]

_TIGHT: Final = 0.2
"""Over :data:`.HIDDEN`, how near to what is asked of it the hidden share is brought."""

_EVALUATIONS, _TOLERANCE = 30, 0.1
_TRIES, _BEGINS, _SHORT, _ROUGHLY = 60, 4, 10, 5.0
"""Evaluations and tolerance of fits that hide more; tries to begin such a fit where it does, of how many fits
with how few evaluations and which tolerance one goes on."""


class Farther(NamedTuple):
    """Another fit: displacement of its places, and how many standard errors lie between."""

    off: Array
    errors: float

    def beyond(self, covariance: Array) -> Array:
        """What it adds to a covariance of places that does not reach to it; nothing where that does."""
        one = self.off / self.errors
        reach = float(one @ np.linalg.solve(covariance, one))
        return np.asarray(np.outer(one, one) * max(0.0, 1.0 - 1.0 / max(reach, 1.0)))


def farther(
    half_cell: HalfCell,
    fitted: Sequence[Fitted],
    residuals: Differentiable,
    best: Fit,
    data: Sequence[Data],
) -> tuple[Farther, ...]:
    """Fits apart from the best that the data allow.

    Parameters
    ----------
    half_cell, fitted, residuals
        Residuals of which that of :func:`.little_hidden` is the last, where that is assumed.
    best, data
        Fit that they begin from, and what was fitted.
    """
    half_cell.keep_steps()
    here = fit(fitted, residuals, best.values, _EVALUATIONS, _TOLERANCE)
    inflated = inflation(here.misfit, data, len(fitted))
    found = [_mirrored(half_cell, fitted, residuals, here, inflated)]
    if half_cell.beside is not None:
        found.append(_more_hidden(half_cell, fitted, residuals, here, inflated))
    return tuple(one for one in found if one is not None)


def _mirrored(
    half_cell: HalfCell, fitted: Sequence[Fitted], residuals: Differentiable, here: Fit, inflated: float
) -> Farther | None:
    """The fit with both interfaces exchanged; None where that is none that the data allow.

    As good as the best: it lies at the end of the interval.
    """
    pair, own = half_cell.electrode.exchanged[0], {f.name: f for f in fitted}
    if not set(pair) <= set(own):
        return None
    one, other = (own[name] for name in pair)
    places = one.place(here.values[one.name]), other.place(here.values[other.name])
    begin = {**here.values, one.name: one.at(places[1]), other.name: other.at(places[0])}
    there = fit(fitted, residuals, begin, _EVALUATIONS, _TOLERANCE)
    allowed = there.objective - here.objective <= CHI_SQUARED_95 * inflated
    off = places_of(fitted, there.values) - places_of(fitted, here.values)
    return Farther(off, CHI_SQUARED_95**0.5) if allowed else None


def _more_hidden(
    half_cell: HalfCell, fitted: Sequence[Fitted], residuals: Differentiable, here: Fit, inflated: float
) -> Farther | None:
    """The fit with one standard error more of hidden charge, begun at the best and at slower pores.

    None where 0.02 C cannot be simulated.
    """

    def tightly(rows: Array) -> Array:
        return np.concatenate([rows[:-1], rows[-1:] / _TIGHT])

    share = float(residuals(here.values)[-1])
    goal = max(share, 0.0) + 1.0
    wanted = np.append(np.zeros(len(residuals(here.values)) - 1), -goal / _TIGHT)
    asked = residuals.combined(tightly).shifted(wanted)
    begins = [here.values, *_hiding(half_cell, fitted, here.values, HIDDEN * goal)]
    tried = [fit(fitted, asked, begin, _SHORT, _ROUGHLY) for begin in begins]
    nearest = min(tried, key=lambda one: one.objective)
    there = fit(fitted, asked, nearest.values, _EVALUATIONS, _TOLERANCE)
    found = float(residuals(there.values)[-1])
    priors = (float(np.sum(prior_residuals(fitted, one.values) ** 2)) for one in (there, here))
    rise = (there.misfit - here.misfit) / inflated + found**2 - share**2 + next(priors) - next(priors)
    off = places_of(fitted, there.values) - places_of(fitted, here.values)
    # what is assumed lies one standard error off at least
    return Farther(off, max(rise, 1.0) ** 0.5) if np.isfinite(rise) else None


def _hiding(
    half_cell: HalfCell, fitted: Sequence[Fitted], values: Mapping[str, float], share: float
) -> list[dict[str, float]]:
    """Values with rates of pores at random that hide about a share, and as many more sites of theirs."""
    electrode, own = half_cell.electrode, {f.name: f for f in fitted}
    rates = [own[name] for name in electrode.rates if name in own and name in electrode.kinds[0]]
    sites, part = electrode.unfilled
    more = {sites: values[sites] * (1.0 + share)}
    more |= {part: values[part] / (1.0 + share)} if part in own else {}
    there = {**values, **{name: min(max(one, own[name].low), own[name].high) for name, one in more.items()}}
    generator, found = np.random.default_rng(1), list[dict[str, float]]()
    for _ in range(_TRIES if rates else 0):
        one = {**there, **{f.name: f.at(generator.random()) for f in rates}}
        if 0.5 * share < hidden_share(half_cell, one) < 2.0 * share:
            found.append(one)
        if len(found) == _BEGINS:
            break
    return found
