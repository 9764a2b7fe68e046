"""Half cycles of a cycler's record: direction, constant current, hold, rests, and pulses of a GITT."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from .errors import MeasuredDataError
from .series import Array, Hold, MeasuredCurve, MeasuredCycling

Rows = npt.NDArray[np.intp]

_REST: Final = 1e-3
"""Current below which a cell rests, as a share of the largest."""

_NOISE: Final = 0.02
"""Current of a run that may be noise at rest, as a share of the largest, where next to no charge passes."""

_TINY: Final = 3e-3
"""Charge below which a stretch of current is a slip of the sign, as a share of the largest half cycle's."""

_JUMP: Final = 0.5
"""Share of the file's span of potential that no half cycle jumps back."""

_PULSES: Final = 4
_PULSE: Final = 1.0 / 3.0
_PULSE_REST: Final = 0.1
"""Pulses of one direction that make a GITT, their largest share of the half cycle's charge, and the least
time at
rest over the time of current: a current that is interrupted for seconds to see a resistance is no GITT."""

_OFF: Final = 0.03
_DECAYED: Final = 0.9
"""Share of the constant current by which it has left that value, and below which it ends in a hold."""

_DIGITS: Final = 2e-3
"""Share of the constant current that a cycler's last digit and its control may make."""

_RESOLUTION: Final = 1.5e-3
"""Potential [V] that a hold's points may differ by: a cycler's last digit is a millivolt or less."""

_VARIES: Final = 0.05


@dataclass(frozen=True)
class HalfCycles:
    """Half cycles of a record.

    Parameters
    ----------
    curves
        In the order of time.
    rows
        Points of each in the record, those at rest left out.
    pulsed
        Whether they are those of a GITT.
    remarks
        What had to be decided.
    """

    curves: tuple[MeasuredCurve, ...]
    rows: tuple[Rows, ...]
    pulsed: bool
    remarks: tuple[str, ...]


def split_half_cycles(series: MeasuredCycling) -> HalfCycles:
    """Stretches of current of one direction; a rest inside one, as in a GITT, does not end it.

    Raises
    ------
    MeasuredDataError
        Where the voltage jumps back over half of its span while the current keeps its sign: the other
        direction between two half cycles is missing.
    """
    current, charge = series.current_mA_g, series.charge
    sign = _signs(current, charge)
    parts = _parts(sign, charge)
    for rows in parts:
        _check_one_way(series, rows, sign[rows[0]])
    curves, pulsed_charge, notes = [], 0.0, _slips(series, sign, parts)
    for k, rows in enumerate(parts):
        rest = 0.0
        before = parts[k - 1][-1] if k else 0
        if np.any(sign[before : rows[0]] == 0.0):
            rest = _rest(series, int(before), int(rows[0]))
        curve, is_pulsed = _curve(series, rows, sign, charge)
        pulsed_charge += curve.capacity if is_pulsed else 0.0
        curves.append(replace(curve, rest_before_s=rest))
        if curve.interruptions and not is_pulsed:
            longest = max(_breaks(series, rows, sign)[1])
            times = "once" if curve.interruptions == 1 else f"{curve.interruptions} times"
            notes.append(f"half cycle {k + 1} is interrupted {times} by rest, at most {longest:.4g} s")
        if curve.current_varies and not is_pulsed:
            notes.append(
                f"the current of half cycle {k + 1} is not constant; most of its charge passes at "
                f"{curve.current_mA_g or 0.0:.4g} mA per gram"
            )
    total = sum(curve.capacity for curve in curves)
    pulsed = total > 0.0 and pulsed_charge > 0.5 * total
    if len(notes) > 6:
        notes = [*notes[:5], f"and {len(notes) - 5} more remarks of this kind"]
    return HalfCycles(tuple(_completed(curves)), tuple(parts), pulsed, tuple(notes))


def _signs(current: Array, charge: Array) -> Array:
    """Sign of the current, zero at rest: noise around zero is rest, beside a run of current as well."""
    size = np.abs(current)
    largest = float(np.max(size, initial=0.0))
    sign = np.where(size > _REST * largest, np.sign(current), 0.0)
    edges = [0, *(np.flatnonzero(np.diff(sign) != 0.0) + 1), len(sign)]
    runs = [(low, high) for low, high in pairwise(edges) if high > low and sign[low] != 0.0]
    most = max((abs(float(charge[high - 1] - charge[low])) for low, high in runs), default=0.0)
    for low, high in runs:
        usual = float(np.percentile(size[low:high], 90))
        small = abs(float(charge[high - 1] - charge[max(low - 1, 0)])) < _TINY * most
        if usual < _NOISE * largest and small:
            sign[low:high] = 0.0
            continue
        while high - low > 2 and _drops(size[high - 1], size[high - 2], usual):
            high -= 1
            sign[high] = 0.0
        while high - low > 2 and _drops(size[low], size[low + 1], usual):
            sign[low] = 0.0
            low += 1
    return np.asarray(sign)


def _drops(here: float, beside: float, usual: float) -> bool:
    """Whether a current at the edge of a run is that of rest: a hold decays, it does not drop."""
    return here < 0.05 * usual and here < 0.2 * beside


def _rest(series: MeasuredCycling, before: int, after: int) -> float:
    """Time at rest between two points of current [s].

    A charge that the cycler counted stands at the end of its interval: the rest begins at its own first
    point.
    """
    begin = min(before + 1, after) if series.charge_mAh_g is not None else before
    return float(series.time_s[after] - series.time_s[begin])


def _parts(sign: Array, charge: Array) -> list[Rows]:
    """Points of each half cycle; slips of the sign that carry next to no charge belong to none."""
    places = np.flatnonzero(sign)
    if not len(places):
        return []
    parts = np.split(places, np.flatnonzero(np.diff(sign[places]) != 0) + 1)
    passed = [abs(float(charge[rows[-1]] - charge[max(rows[0] - 1, 0)])) for rows in parts]
    least = _TINY * max(passed)
    merged: list[Rows] = []
    for rows, amount in zip(parts, passed, strict=True):
        if amount < least or len(rows) < 2:
            continue
        if merged and sign[merged[-1][0]] == sign[rows[0]]:
            merged[-1] = np.concatenate([merged[-1], rows])
        else:
            merged.append(rows)
    return merged


def _slips(series: MeasuredCycling, sign: Array, parts: list[Rows]) -> list[str]:
    """Remark on points with current that belong to no half cycle."""
    lost = np.setdiff1d(np.flatnonzero(sign), np.concatenate(parts)) if parts else np.empty(0, dtype=int)
    if not len(lost):
        return []
    more = f" and {len(lost) - 1} more points" if len(lost) > 1 else ""
    return [f"{series.place(int(lost[0]))}{more}: current of the other direction for a moment, left out"]


def _check_one_way(series: MeasuredCycling, rows: Rows, sign: float) -> None:
    voltage = series.voltage_V[rows]
    most = _JUMP * float(np.ptp(series.voltage_V))
    furthest = np.maximum.accumulate(sign * voltage)
    if sign * (voltage[-1] - voltage[0]) < -most:  # against its direction as a whole, which is said elsewhere
        furthest[1:] = sign * voltage[:-1]
    back = furthest - sign * voltage
    worst = int(np.argmax(back))
    if back[worst] > most:
        raise MeasuredDataError(
            f"{series.source}, {series.place(int(rows[worst]))}: the voltage goes from "
            f"{sign * furthest[worst]:.2f} to {voltage[worst]:.2f} V at {series.time_s[rows[worst]]:g} s "
            "while the current keeps its sign: two half cycles of one direction follow each other, which "
            "give each in a file of its own; or the current has no sign, name the column of the direction, "
            "columns={'state': '...'}; or the file counts sodiation as positive, positive_on='sodiation'"
        )


def _breaks(series: MeasuredCycling, rows: Rows, sign: Array) -> tuple[list[Rows], list[float]]:
    """Stretches of current inside a half cycle, and the times of rest between them [s]."""
    gaps = np.flatnonzero(np.diff(rows) > 1)
    gaps = np.array([k for k in gaps if np.any(sign[rows[k] + 1 : rows[k + 1]] == 0.0)], dtype=int)
    rests = [_rest(series, int(rows[k]), int(rows[k + 1])) for k in gaps]
    return np.split(rows, gaps + 1), rests


def _curve(series: MeasuredCycling, rows: Rows, sign: Array, charge: Array) -> tuple[MeasuredCurve, bool]:
    """One half cycle, and whether it is that of a GITT."""
    start = rows[0]
    # a cycler's own count holds the time before the first point, which an integral cannot know
    base = charge[start - 1] if series.charge_mAh_g is not None and start > 0 else charge[start]
    passed = np.maximum.accumulate(np.abs(charge[rows] - base))
    stretches, rests = _breaks(series, rows, sign)
    flowing = sum(float(series.time_s[one[-1]] - series.time_s[one[0]]) for one in stretches)
    shares = [abs(float(charge[one[-1]] - charge[one[0]])) / max(passed[-1], 1e-30) for one in stretches]
    pulsed = (
        len(stretches) >= _PULSES
        and float(np.median(shares)) <= _PULSE
        and sum(rests) > _PULSE_REST * max(flowing, 1e-12)
    )
    size = np.abs(series.current_mA_g[rows])
    held = len(rows) if pulsed else _hold_begins(series, rows, size)
    current, varies = _constant(series, rows[: max(held, 1)], size[: max(held, 1)])
    hold = None
    if held < len(rows):
        before = max(held - 1, 0)
        time = series.time_s[rows[before:]] - series.time_s[rows[before]]
        held_charge = passed[before:] - (passed[before] if held else 0.0)
        hold = Hold(
            float(np.mean(series.voltage_V[rows[held:]])),
            float(time[-1]),
            float(held_charge[-1]),
            float(size[-1]),
            time,
            held_charge,
        )
    curve = MeasuredCurve(
        series.source,
        "desodiation" if sign[start] > 0.0 else "sodiation",
        passed,
        series.voltage_V[rows],
        None if held == 0 else current,
        hold,
        interruptions=len(rests),
        current_varies=varies,
    )
    return curve, pulsed


def _hold_begins(series: MeasuredCycling, rows: Rows, size: Array) -> int:
    """Place of the first point of a hold among the points of a half cycle; their number without one.

    At the end the potential stays where it is while the current leaves its constant value and decays.
    """
    voltage = _medians(series.voltage_V[rows])
    count = len(rows)
    if count < 3:
        return count
    noise = _noise(series.voltage_V[rows])
    last = float(np.median(voltage[-min(5, max(1, count // 20)) :]))
    off = np.flatnonzero(np.abs(voltage - last) > max(_RESOLUTION, 4.0 * min(noise, 5e-3)))
    tail = int(off[-1]) + 1 if len(off) else 0
    if tail >= count:
        return count
    steady = _weighted_median(size[: max(tail, 1)], _durations(series, rows)[: max(tail, 1)])
    before = size[: max(tail, 1)]
    spread = 1.4826 * float(np.median(np.abs(before - steady)))
    away = np.abs(size[tail:] - steady)
    leaves = np.flatnonzero(away > max(_OFF * steady, 5.0 * spread))
    if not len(leaves) or np.median(size[-min(3, count) :]) > _DECAYED * steady:
        return count
    kept = np.flatnonzero(away[: leaves[0]] <= max(_DIGITS * steady, 5.0 * spread))
    first = tail + (int(kept[-1]) + 1 if len(kept) else 0)  # a slow decay begins before it is sure
    inside = size[first:]
    if len(inside) > 1 and float(np.ptp(inside)) < 0.1 * float(np.max(inside)):
        return count  # another constant current
    return first


def _noise(values: Array) -> float:
    """Standard deviation of what changes from one point to the next."""
    return 1.4826 * float(np.median(np.abs(np.diff(values, 2)))) / np.sqrt(6.0) if len(values) > 2 else 0.0


def _medians(values: Array) -> Array:
    """Median of each value and its neighbours: a single spike is no change."""
    if len(values) < 5:
        return values
    stack = np.stack([values[:-2], values[1:-1], values[2:]])
    return np.concatenate([values[:1], np.median(stack, axis=0), values[-1:]])


def _durations(series: MeasuredCycling, rows: Rows) -> Array:
    return np.maximum(np.diff(series.time_s[rows], prepend=series.time_s[rows[0]]), 1e-9)


def _constant(series: MeasuredCycling, rows: Rows, size: Array) -> tuple[float, bool]:
    """Magnitude of the current at most times, and whether more than a tenth of the time has another."""
    weight = _durations(series, rows)
    middle = _weighted_median(size, weight)
    other = float(np.sum(weight[np.abs(size - middle) > _VARIES * middle]))
    return middle, other > 0.1 * float(np.sum(weight))


def _weighted_median(values: Array, weight: Array) -> float:
    order = np.argsort(values)
    total = np.cumsum(weight[order])
    return float(values[order[int(np.searchsorted(total, 0.5 * total[-1]))]])


_EMPTY_ENOUGH: Final = 0.8
_FULL_ENOUGH: Final = 0.12
_UNDER_WAY: Final = 0.3
"""Potentials [V] that a single desodiation or sodiation must reach to be taken for complete; and distance
between the first potential of a file and that of other half cycles from which it began before the file."""


def _completed(curves: list[MeasuredCurve]) -> list[MeasuredCurve]:
    """Half cycles with the mark of those that end where others of their direction end."""
    marked = []
    for k, curve in enumerate(curves):
        down = curve.direction == "sodiation"
        ends = [_end(other) for other in curves if other.direction == curve.direction]
        end, last = _end(curve), k == len(curves) - 1
        extreme = min(ends) if down else max(ends)
        slack = (0.01 if down else 0.1) + 4.0 * min(_noise(curve.voltage_V), 5e-3)
        reached = abs(end - extreme) <= slack
        if len(ends) == 1:
            complete = end <= _FULL_ENOUGH if down else end >= _EMPTY_ENOUGH
            complete = complete or not last
        else:
            shared = sum(abs(other - extreme) <= slack for other in ends)
            # where hardly any two end alike, the charge ends them and not the potential
            complete = reached or (shared == 1 and len(ends) > 2 and not last)
        if k == 0:
            complete = complete and not _begun_before(
                curve, [o for o in curves[1:] if o.direction == curve.direction]
            )
        marked.append(replace(curve, complete=bool(complete)))
    return marked


def _begun_before(first: MeasuredCurve, others: list[MeasuredCurve]) -> bool:
    """Whether the first half cycle of a file begins where others of its direction are well under way."""
    if not others:
        return False
    starts = float(np.median([other.voltage_V[0] for other in others]))
    ahead = first.voltage_V[0] - starts if first.direction == "desodiation" else starts - first.voltage_V[0]
    return bool(ahead > _UNDER_WAY)


def _end(curve: MeasuredCurve) -> float:
    return float(curve.hold.voltage_V if curve.hold else curve.voltage_V[-1])
