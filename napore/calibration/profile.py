"""Profile likelihood: what the data allow of each fitted value, all others refitted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from .fitted import Fitted, places_of, values_at
from .least_squares import Fit, Residuals, differentiable, fit, prior_residuals
from .noise import CHI_SQUARED_95

Array = npt.NDArray[np.float64]

DETERMINED: Final = "determined"
FROM_BELOW: Final = "bounded from below"
FROM_ABOVE: Final = "bounded from above"
NOT_DETERMINED: Final = "not determined"
PRIOR_DECIDES: Final = "not determined: the prior decides"
NOT_MET: Final = "not determined: the law does not meet the data"

_AT_BOUND: Final = 0.01
"""Distance from a bound, over that of the bounds, that is none."""

_WIDE: Final = 0.5
_OPEN: Final = 0.9
"""Widths of an interval, over the distance of the bounds, from which on a value is not determined, and from
which on an interval that reaches one bound says nothing."""

_LONGEST: Final = 8
_NEAR: Final = 1.7
"""Root of the rise over that of the threshold up to which the end is interpolated."""

_CLOSE: Final = 0.8
"""Root of the rise over that of the threshold from which on the end is extrapolated."""

_LEAST: Final = 0.7
"""Least distance of an end over that of a linear model."""

_FAR: Final = 0.7
"""Rise over the threshold up to which a profile begins from what another one found."""

_SHORT: Final = 0.02
"""Step over the distance of the bounds that is not shortened for another look."""


@dataclass(frozen=True)
class Profile:
    """What the data allow of one fitted value.

    Parameters
    ----------
    name
        Name of the parameter.
    values, rise
        Values that were tried, in the unit of the parameter, and by how much the objective with all
        others refitted lies above that of the fit, over the variance of the residuals.
    interval_95
        Where the rise stays below 3.84; a bound of the parameter where it does so up to there.
    verdict
        ``"determined"`` (both ends lie inside the bounds), ``"bounded from below"`` or ``"bounded
        from above"`` (one does), ``"not determined"`` (none does).
    """

    name: str
    values: Array
    rise: Array
    interval_95: tuple[float, float]
    verdict: str


@dataclass(frozen=True)
class _Place:
    """Where a profile was: values of all, derivatives by the others, and how these follow the chosen one."""

    values: Mapping[str, float]
    slopes: Array
    follow: Array


Allowed = list[tuple[Mapping[str, float], float]]
"""Values of all that the data allow, with the rise of the objective there."""


def profile(
    fitted: Sequence[Fitted],
    residuals: Residuals,
    found: Fit,
    name: str,
    standard_error: float,
    variance: float = 1.0,
    evaluations: int = 12,
    allowed: Allowed | None = None,
) -> Profile:
    """Profile of one parameter, outwards from the fit to the 95 % threshold or to the bound.

    The others are refitted at each value, beginning where they went on the step before. In a bent valley a
    short refit stays above its floor: a value is beyond the threshold only by one with new derivatives.

    Parameters
    ----------
    fitted, residuals, found
        Parameters, data residuals and the fit.
    name, standard_error
        Parameter to profile, with a first guess of its standard error on the scale of the fit.
    variance, evaluations
        Of the residuals: above one where the model does not describe the data; and how many in each refit.
    allowed
        What profiles of others found, from which this one begins, and to which it adds what it finds.
    """
    chosen, *others = sorted(fitted, key=lambda f: f.name != name)
    centre = chosen.to_scale(found.values[name])
    low, high = chosen.to_scale(chosen.low), chosen.to_scale(chosen.high)
    tried, known = [(centre, 0.0)], [] if allowed is None else allowed
    first = _Place(found.values, *_slopes_of_others(fitted, found, chosen))

    def rise(place: float, start: _Place, moved: float) -> tuple[float, _Place]:
        """Rise at a value and the others there, begun from those at the value before."""
        fixed = {name: float(np.clip(chosen.from_scale(place), chosen.low, chosen.high))}
        data = differentiable(residuals).held(fixed)
        least = found.objective - float(np.sum(prior_residuals([chosen], fixed) ** 2))
        if not others:
            alone = _finite(data({}))
            return (float(alone @ alone) - least) / variance, start
        before, moved = places_of(others, start.values), moved / chosen.span
        guess = values_at(others, np.clip(before + start.follow * moved, 0.0, 1.0))
        refit = fit(others, data, guess, evaluations, 0.3, start.slopes, renewals=0, enough=least)
        if refit.objective - least > CHI_SQUARED_95 * variance:
            # the last derivatives and where they led mislead: anew, along the axes, from the better place
            held = fit(others, data, start.values, 0, 0.3, start.slopes, renewals=0)
            better = min(refit, held, key=lambda one: one.objective).values
            refit = fit(others, data, better, evaluations, 0.3, renewals=1, enough=least)
        follow = (places_of(others, refit.values) - before) / moved
        here = _Place({**refit.values, **fixed}, np.asarray(refit.jacobian), follow)
        known.append((here.values, (refit.objective - least) / variance))
        return known[-1][1], here

    least = _LEAST * CHI_SQUARED_95**0.5 * standard_error  # a refit that missed the valley ends too early
    ends = []
    for bound, sign in ((low, -1.0), (high, 1.0)):
        begin, root, start = _begun(chosen, others, known, centre, sign, first, 0.1 * standard_error)
        end = _end(rise, begin, root, bound, sign, standard_error, start, tried)
        ends.append(_not_nearer(end, centre + sign * least, bound, sign))
    places, rises = np.array(sorted(tried)).T
    low_end, high_end = (
        chosen.from_scale(b if end is None else end) for end, b in zip(ends, (low, high), strict=True)
    )
    return Profile(
        name,
        np.array([float(chosen.from_scale(place)) for place in places]),
        rises,
        (float(low_end), float(high_end)),
        _verdict(*(end is not None for end in ends)),
    )


def _begun(
    chosen: Fitted,
    others: Sequence[Fitted],
    allowed: Allowed,
    centre: float,
    sign: float,
    first: _Place,
    least: float,
) -> tuple[float, float, _Place]:
    """Where a profile begins: value, root of the rise, and the rest; farthest out of what is allowed."""
    begin, root, start = centre, 0.0, first
    for values, over in allowed:
        place = chosen.to_scale(values[chosen.name])
        if sign * (place - begin) > least and over < _FAR * CHI_SQUARED_95:
            shift = (places_of(others, values) - places_of(others, first.values)) * chosen.span
            begin, root = place, max(over, 0.0) ** 0.5
            start = _Place(values, first.slopes, shift / (place - centre))
    return begin, root, start


def with_allowed(chosen: Fitted, value: float, found: Profile, allowed: Allowed) -> Profile:
    """The profile, its interval reaching to the fit and to what profiles of others found allowed."""
    lowest = min((over for _, over in allowed), default=0.0)
    values = [v[chosen.name] for v, over in allowed if over - min(lowest, 0.0) < CHI_SQUARED_95]
    low, high = found.interval_95
    return replace(found, interval_95=(min([low, value, *values]), max([high, value, *values])))


def _not_nearer(end: float | None, least: float, bound: float, sign: float) -> float | None:
    """End of an interval, or a place farther out; None where that is the bound."""
    if end is None or sign * (end - least) >= 0.0:
        return end
    return least if sign * (bound - least) > 0.0 else None


def _finite(residuals: Array) -> Array:
    return np.where(np.isfinite(residuals), residuals, 30.0)


def _slopes_of_others(fitted: Sequence[Fitted], found: Fit, chosen: Fitted) -> tuple[Array, Array]:
    """Jacobian of the others, and how they follow the chosen one where the model is linear."""
    J, k = np.asarray(found.jacobian), [f.name for f in fitted].index(chosen.name)
    # rows of the priors come last; that of the chosen one does not move the others
    kept = np.ones(len(J), dtype=bool)
    with_prior = [f for f in fitted if f.prior is not None]
    if chosen.prior is not None:
        kept[len(J) - len(with_prior) + with_prior.index(chosen)] = False
    slopes = np.delete(J, k, axis=1)[kept]
    return slopes, -np.linalg.lstsq(slopes, J[kept, k], rcond=None)[0] if len(fitted) > 1 else np.zeros(0)


def parabola(chosen: Fitted, value: float, standard_error: float) -> Profile:
    """What a profile would be if the model were linear, from the standard error on the scale of the fit."""
    low, high = chosen.to_scale(chosen.low), chosen.to_scale(chosen.high)
    centre, reach = chosen.to_scale(value), CHI_SQUARED_95**0.5 * standard_error
    places = np.clip([centre - reach, centre, centre + reach], low, high)
    values = np.array([chosen.at((float(place) - low) / chosen.span) for place in places])
    return Profile(
        chosen.name,
        values,
        np.square((places - centre) / standard_error),
        (float(values[0]), float(values[2])),
        _verdict(centre - reach > low, centre + reach < high),
    )


def judged(chosen: Fitted, value: float, found: Profile) -> Profile:
    """The profile with a verdict that knows the bounds.

    A value on a bound is not determined: the data may want it beyond. An interval of more than half of what
    was allowed says little more than the bounds did.
    """
    place = chosen.place(value)
    low, high = (chosen.place(end) for end in found.interval_95)
    from_below, from_above = min(low, place) > _AT_BOUND, max(high, place) < 1.0 - _AT_BOUND
    narrow = high - low <= (_WIDE if from_below and from_above else _OPEN)
    return replace(found, verdict=_verdict(from_below, from_above) if narrow else NOT_DETERMINED)


def _end(
    rise: Callable[[float, _Place, float], tuple[float, _Place]],
    centre: float,
    risen: float,
    bound: float,
    sign: float,
    step: float,
    start: _Place,
    tried: list[tuple[float, float]],
) -> float | None:
    """Where the profile passes the threshold on one side of a place; None where it does not before the bound.

    The square root of the rise is nearly linear in the value, exactly so where the model is linear.
    A step that lands far above the threshold has left the valley: it is taken again, shorter, from
    the last value below, so that the end lies between two values near the threshold.
    """
    span = abs(bound - centre)
    if span < 1e-9 * max(1.0, abs(centre)):
        return None
    step = float(np.clip(1.96 * step, 1e-3 * span, span))
    root = np.sqrt(CHI_SQUARED_95)
    last_place, last_root, values = centre, risen, start
    above: tuple[float, float] | None = None
    for _ in range(_LONGEST):
        limit = bound if above is None else above[0]
        place = last_place + sign * step
        place = limit if sign * (place - limit) >= 0.0 else place
        found, moved = rise(place, values, place - last_place)
        tried.append((place, found))
        here = float(np.sqrt(max(found, 0.0)))
        if here >= root:
            above = (place, here)
            if here <= _NEAR * root or abs(place - last_place) <= _SHORT * span:
                break
            # a quarter where it is out of the valley, else where a straight line would pass, and a bit
            step = abs(place - last_place) * float(
                np.clip(1.3 * (root - last_root) / (here - last_root), 0.25, 0.7)
            )
            continue
        if place == bound:
            return None
        if here > _CLOSE * root:
            end = last_place + (place - last_place) * (root - last_root) / (here - last_root)
            if sign * (bound - end) > 0.0:
                return float(end)
        # reach the threshold with the next step, but no more than three times this one
        slope = (here - last_root) / abs(place - last_place)
        wanted = 1.2 * (root - here) / slope if slope > 0.0 else 3.0 * step
        step = float(np.clip(wanted, 0.3 * step, 3.0 * step))
        if above is not None:
            gap = abs(above[0] - place)
            # what was too far away to be followed is looked at again from close by
            step, above = (gap, None) if gap <= 2.0 * _SHORT * span else (min(step, 0.5 * gap), above)
        last_place, last_root, values = place, here, moved
    if above is None:
        return last_place
    place, here = above
    return float(last_place + (place - last_place) * (root - last_root) / (here - last_root))


def _verdict(from_below: bool, from_above: bool) -> str:
    if from_below and from_above:
        return DETERMINED
    if from_below:
        return FROM_BELOW
    return FROM_ABOVE if from_above else NOT_DETERMINED
