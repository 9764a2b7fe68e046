"""A cycle as a cycler runs it: currents, window, holds and rests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from napore.measured import MeasuredCurve

_NOISE: Final = 2e-3
"""By which a last point may lie beyond the potential that ended its half cycle [V]."""

_RELAXED: Final = 0.02
"""Change of the potential [V] over a rest and the begin of the current below which nothing relaxed."""

CARBONS_V: Final = 1.6
"""Potential [V] above which half of a half cycle's points are no carbon's."""

_RETURNS: Final = 0.9
"""Share of a hold's charge from which all of it counts as coming back."""


@dataclass(frozen=True)
class Protocol:
    """What is done to a half cell in one cycle; a carbon is sodiated first, a cathode charged.

    Parameters
    ----------
    sodiation_mA_g, desodiation_mA_g
        Magnitudes of the constant currents [mA per gram of active material].
    window_V
        Potentials that end sodiation and desodiation [V]; the cut-offs of the set where None.
    sodiation_hold_s, desodiation_hold_s
        Durations of holds at these potentials [s].
    rest_after_sodiation_s, rest_after_desodiation_s
        Durations of rests [s].
    before_mA_g
        Current of the half cycle before the cycle; that of the cycle itself where None, and 0 where it is
        the first of its cell.
    """

    sodiation_mA_g: float
    desodiation_mA_g: float
    window_V: tuple[float, float] | None = None
    sodiation_hold_s: float = 0.0
    desodiation_hold_s: float = 0.0
    rest_after_sodiation_s: float = 0.0
    rest_after_desodiation_s: float = 0.0
    before_mA_g: float | None = None

    def __str__(self) -> str:
        """In words, for remarks."""
        parts = [f"{self.sodiation_mA_g:g} and {self.desodiation_mA_g:g} mA/g"]
        if self.window_V is not None:
            parts.append(f"from {self.window_V[0]:g} to {self.window_V[1]:g} V")
        holds = (self.sodiation_hold_s, self.desodiation_hold_s)
        rests = (self.rest_after_sodiation_s, self.rest_after_desodiation_s)
        for what, times in (("holds of", holds), ("rests of", rests)):
            if any(times):
                parts.append(f"{what} {times[0]:g} s after sodiation and {times[1]:g} s after desodiation")
        return ", ".join(parts)

    def half_cycles(self, count: int, sodiated_first: bool) -> Iterator[tuple[bool, float]]:
        """Whether each of so many half cycles is a sodiation, and its current [mA/g]."""
        for k in range(count):
            down = (k % 2 == 0) == sodiated_first
            current = self.sodiation_mA_g if down else self.desodiation_mA_g
            yield down, (self.before_mA_g or current) if k == count - 3 else current


def protocol_of(curves: Sequence[MeasuredCurve], place: int) -> Protocol | None:
    """Protocol of the cycle that a half cycle of a record belongs to; None where it has no current.

    A half cycle alone is that of a symmetric cycle, desodiated to the set's cut-off or sodiated to its own.

    Parameters
    ----------
    curves
        Half cycles in the order of time.
    place
        Of the half cycle among them.
    """
    charged_first = is_cathodes(curves)
    down, up = _pair(curves, place, charged_first)
    first, second = (None if k is None else curves[k] for k in (down, up))
    currents = [None if one is None else one.current_mA_g for one in (first, second)]
    known = [current for current in currents if current is not None]
    if curves[place].current_mA_g is None or not known:
        return None
    inside, begin = (down, up) if charged_first else (up, down)
    between = 0.0 if begin is None or inside is None or inside < begin else _rest(curves, inside)
    after = 0.0 if begin is None else _rest(curves, begin)
    return Protocol(
        _rounded(currents[0] or known[0]),
        _rounded(currents[1] or known[0]),
        _window(curves, first, second),
        _rounded(_hold_s(first, second)),
        _rounded(0.0 if second is None or second.hold is None else second.hold.duration_s),
        _rounded(after if charged_first else between),
        _rounded(between if charged_first else after),
        _before(curves, begin) if charged_first else None,
    )


def is_cathodes(curves: Sequence[MeasuredCurve]) -> bool:
    """Whether curves are a cathode's, which is charged first: half of their points lie above a carbon's."""
    return bool(curves) and float(np.median([np.median(one.voltage_V) for one in curves])) > CARBONS_V


def _before(curves: Sequence[MeasuredCurve], begin: int | None) -> float | None:
    """Current of the half cycle before a cycle; 0 before the first, None where that is no whole one."""
    if begin is None:
        return None
    if begin == 0:
        return 0.0
    before = curves[begin - 1]
    whole = before.complete and before.direction != curves[begin].direction
    return _rounded(before.current_mA_g) if whole and before.current_mA_g else None


def _rest(curves: Sequence[MeasuredCurve], place: int) -> float:
    """Rest before a half cycle [s]; none where the potential goes on from where it was.

    The model relaxes in a rest: from data that do not it would begin elsewhere than they do.
    """
    if place == 0 or abs(float(curves[place].voltage_V[0]) - _last(curves[place - 1])) < _RELAXED:
        return 0.0
    return curves[place].rest_before_s


def _pair(curves: Sequence[MeasuredCurve], place: int, charged_first: bool) -> tuple[int | None, int | None]:
    """Places of sodiation and desodiation of the cycle of a half cycle."""
    other = "desodiation" if curves[place].direction == "sodiation" else "sodiation"
    is_first = (other == "desodiation") != charged_first
    order = (place + 1, place - 1) if is_first else (place - 1, place + 1)
    partner = next((k for k in order if 0 <= k < len(curves) and curves[k].direction == other), None)
    return (place, partner) if other == "desodiation" else (partner, place)


def _window(
    curves: Sequence[MeasuredCurve], first: MeasuredCurve | None, second: MeasuredCurve | None
) -> tuple[float, float] | None:
    if first is None or second is None:
        return None
    return cut_off(curves, first), cut_off(curves, second)


def cut_off(curves: Sequence[MeasuredCurve], own: MeasuredCurve) -> float:
    """Potential at which a half cycle is ended [V].

    That of its hold; else the round number between its last point and where the next would have been, for a
    cycler need not write the point at which it stops; else that of the last point, the median of the half
    cycles that end at the same, so that noise is less.
    """
    down = own.direction == "sodiation"
    near = 0.01 if down else 0.1
    ends = [
        _last(one) for one in curves if one.direction == own.direction and abs(_last(one) - _last(own)) < near
    ]
    end = float(np.median(ends))
    if own.hold is not None or len(own.voltage_V) < 3:
        return round(end, 4)
    step = abs(float(own.voltage_V[-1] - own.voltage_V[-3])) / 2.0
    near_by = round(end / 0.005) * 0.005
    if abs(end - near_by) <= 0.5 * _NOISE:
        return round(near_by, 4)
    low, high = (end - 1.2 * step, end + _NOISE) if down else (end - _NOISE, end + 1.2 * step)
    for grid in (0.5, 0.1, 0.05, 0.01, 0.005):
        number = grid * np.round(end / grid)
        for candidate in (number, number - grid if down else number + grid):
            if low <= candidate <= high:
                return round(float(candidate), 4)
    return round(end, 4)


def returned_mAh_g(first: MeasuredCurve, second: MeasuredCurve | None) -> float:
    """Charge of the hold after a sodiation that the desodiation takes out again [mAh/g].

    The rest went into side reactions, which the model does not have: with it the carbon would be too full
    where the desodiation begins.
    """
    if first.hold is None:
        return 0.0
    whole = first.hold.capacity_mAh_g
    if second is None or not second.complete:
        return whole
    back = second.capacity - first.constant_current_capacity
    return whole if back >= _RETURNS * whole else max(back, 0.0)


def _hold_s(first: MeasuredCurve | None, second: MeasuredCurve | None) -> float:
    """Time after which the hold has passed the charge that comes back [s]."""
    if first is None or first.hold is None:
        return 0.0
    back, whole = returned_mAh_g(first, second), first.hold.capacity_mAh_g
    if back >= whole:
        return first.hold.duration_s
    return float(np.interp(back, first.hold.charge_mAh_g, first.hold.time_s))


def _last(curve: MeasuredCurve) -> float:
    return float(curve.hold.voltage_V if curve.hold else curve.voltage_V[-1])


def _rounded(value: float) -> float:
    """To four digits: half cycles of one protocol share a simulation."""
    return float(f"{value:.4g}")
