"""Places beside those where a search ended: where it is begun again.

A fit in a wrong valley is seldom left by moving all of its numbers a little: one number alone must go far,
and the others follow. Fast strong sites of one kind stand for slow ones of many, and the other way round.
Else all numbers of a kind of sites must be drawn anew beside those of the other kind, which are right. And
what fills in small pores may be what fills in large ones of a carbon that is wetted more.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from .electrode import Electrode
from .fitted import Fitted, places_of
from .numbers import HalfCell

_FAR: Final = (0.05, 0.1, 0.2, 0.35)
_SOME: Final = (0.2, 0.5, 1.0)
_UNFILLED: Final = (0.6, 1.8)
"""By how much and which share of the numbers are moved, and by which ratio sites that need not fill."""

_AWAY: Final = 0.2
"""Least distance to which a number is moved alone."""

KINDS: Final = 5
"""Of places, in turn."""

_SMALLER: Final = 0.4
"""Share of the bounds of the large radius from which it is drawn where small pores become such."""

_INSIDE: Final = 0.03
"""Least distance of such a place from a bound."""


def apart(fitted: Sequence[Fitted], one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Root mean square of how far values lie apart, over the distances of the bounds."""
    return float(np.sqrt(np.mean(np.square(places_of(fitted, one) - places_of(fitted, other)))))


def beside(
    fitted: Sequence[Fitted], half_cell: HalfCell, values: Mapping[str, float], k: int, seed: int
) -> dict[str, float]:
    """The ``k``-th place beside values, at random.

    In turn one number alone goes far, some or all are moved, those of strong sites and of pores are drawn
    anew (some or all are moved where none of them is free), small pores stand for large ones.
    """
    electrode, kind, turn = half_cell.electrode, k % KINDS, k // KINDS
    if kind == 1:
        return _moved(fitted, electrode, values, turn, seed)
    generator, own = np.random.default_rng([seed, k]), {f.name: f for f in fitted}
    if kind == 0:
        names = [name for name in electrode.apart if name in own] or list(own)
        f = own[names[turn % len(names)]]
        return {**values, f.name: f.at(_away(f.place(values[f.name]), generator.random()))}
    if kind == 4 and electrode.populations and set(electrode.populations[:3]) <= set(own):
        numbers = {name: float(half_cell.numbers_at(values)[name]) for name in electrode.populations}
        return {
            **values,
            **_swapped(own, electrode, numbers, turn % 2 == 0, generator.random()),
        }
    drawn = electrode.kinds[(kind - 2) % len(electrode.kinds)]
    new = {name: own[name].at(_inside(generator.random())) for name in drawn if name in own}
    return {**values, **new} if new else _moved(fitted, electrode, values, k, seed)


def _swapped(
    own: Mapping[str, Fitted], electrode: Electrode, numbers: Mapping[str, float], up: bool, share: float
) -> dict[str, float]:
    """Large pores that fill where small ones did (``up``), or small ones where large ones did.

    The potential goes with the wetting energy over the radius, as far as the bounds allow; where the other
    population fills is drawn.
    """
    wetting, part, large, small = electrode.populations
    radius = own[large].at(_inside(_SMALLER * share if up else share))
    before, after = (numbers[small], radius) if up else (numbers[large], numbers[small])
    new = {wetting: numbers[wetting] * after / before, part: 1.0 - numbers[part], large: radius}
    return {name: float(np.clip(one, own[name].low, own[name].high)) for name, one in new.items()}


def _inside(place: float) -> float:
    return float(np.clip(place, _INSIDE, 1.0 - _INSIDE))


def _away(place: float, share: float) -> float:
    """A place at least so far away, from the least one at share 0 to the largest at 1."""
    here = _inside(place)
    below, above = max(here - _AWAY - _INSIDE, 0.0), max(1.0 - _INSIDE - _AWAY - here, 0.0)
    along = share * (below + above)
    return _INSIDE + along if along < below else here + _AWAY + along - below


def _moved(
    fitted: Sequence[Fitted], electrode: Electrode, values: Mapping[str, float], k: int, seed: int
) -> dict[str, float]:
    """Some numbers or all moved, a little or far, as the ``k`` has it.

    In every other one numbers are turned or exchanged, in every third sites that need not fill are more
    or fewer (:class:`.Electrode`).
    """
    generator = np.random.default_rng(seed + k)
    own = {f.name: f for f in fitted}
    far, share = generator.choice(_FAR), generator.choice(_SOME)
    if k % 3 == 2 and electrode.unfilled and set(electrode.unfilled) <= set(own):
        sites, part = electrode.unfilled
        more = values[sites] * (1.0 - values[part]) * generator.uniform(*_UNFILLED)
        whole = values[sites] * values[part] + more
        values, far = {**values, sites: whole, part: 1.0 - more / whole}, _FAR[0]
    places = dict(zip(own, places_of(fitted, values).tolist(), strict=True))
    mirrors = [(electrode.turned, electrode.turned), *electrode.exchanged]
    one, other = mirrors[k // 2 % len(mirrors)]
    if k % 2 == 0 and {one, other} <= set(own):
        mirrored = (places[other], places[one]) if one != other else (1.0 - places[one],) * 2
        places[one], places[other] = mirrored
        far = _FAR[0]
    for name in own:
        if generator.random() < share:
            places[name] += far * (2.0 * generator.random() - 1.0)
    return {**values, **{name: own[name].at(_inside(place)) for name, place in places.items()}}
