"""What tells a wrong reading: each doubt is a remark, and each impossible reading a refusal."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from .columns import Reader
from .errors import MeasuredDataError
from .half_cycles import HalfCycles
from .scale import Scale
from .series import Array, MeasuredCurve, MeasuredCycling

HIGHEST_V: Final = 6.0
LOWEST_V: Final = -1.5
_HALF_CELL: Final = 3.6
"""Potentials [V] that no sodium cell has, and above which a half cell of a carbon is hardly meant."""

_A_CATHODE: Final = ": is it a cell with a cathode?"

_NO_SPAN: Final = 0.02
_NO_CHANGE: Final = 5e-4
"""Largest potential [V] of a record that is written in V under the heading mV, and the least change of
one."""

_FASTEST_PER_H: Final = 500.0
_FAST_SPAN: Final = 1.0
"""Current over the capacity at it [1/h] that no electrode shows, where the potential spans so much [V]."""

ANY_CARBON_MAH_G: Final = 700.0
_ANYTHING: Final = 3000.0
"""Capacity [mAh/g] above that of any carbon with sodium, and above that of anything."""

_AGREES: Final = 0.04
_ODD: Final = 0.02
_CONTRADICTS: Final = 0.25
"""Differences between the charge that we count and the file's own, over our own: of all half cycles that are
well, of one among others, of all where a unit is wrong."""


def check_voltage(name: str, label: str, voltage: Array, flowing: "np.ndarray | None" = None) -> list[str]:
    """Potentials that a cell can have, and that change while current flows.

    Raises
    ------
    MeasuredDataError
        For potentials in another unit than the heading's, and one that does not change.
    """
    moving = voltage if flowing is None else voltage[flowing]
    low, high = float(np.min(voltage)), float(np.max(voltage))
    where = f"{name}: the voltage in column {label!r}"
    if float(np.median(np.abs(voltage))) > 2.0 * HIGHEST_V or max(high, -low) > 50.0:
        raise MeasuredDataError(
            f"{where} goes from {low:g} to {high:g} V: it is probably in mV; say so with units={{'voltage': "
            "'mV'}, or take another column with columns={'voltage': '...'}"
        )
    if float(np.ptp(moving)) < _NO_CHANGE:
        raise MeasuredDataError(
            f"{where} stays at {float(moving[0]):g} V while current flows, which no cell does: take another "
            "column with columns={'voltage': '...'}"
        )
    if max(high, -low) < _NO_SPAN:
        raise MeasuredDataError(
            f"{where} goes from {low:g} to {high:g} V: it is probably in V under a heading of mV; say so "
            "with units={'voltage': 'V'}"
        )
    if high > HIGHEST_V or low < LOWEST_V:
        row = int(np.argmax(voltage)) if high > HIGHEST_V else int(np.argmin(voltage))
        raise MeasuredDataError(
            f"{where} is {voltage[row]:g} V in row {row + 1}, which no sodium cell shows: remove the row, or "
            "take another column with columns={'voltage': '...'}"
        )
    zeros = float(np.mean(moving == 0.0))
    if zeros > 0.05:
        raise MeasuredDataError(
            f"{where} is exactly 0 in {100 * zeros:.0f} % of the points under current: the wire was off, or "
            "it is another column, columns={'voltage': '...'}"
        )
    if high > _HALF_CELL:
        return [f"the voltage reaches {high:.2f} V, more than a carbon's half cell{_A_CATHODE}"]
    return []


def is_of_carbons(remark: str) -> bool:
    """Whether a remark of :func:`check_voltage` is one for carbons only."""
    return remark.endswith(_A_CATHODE)


def check_directions(series: MeasuredCycling, halves: HalfCycles) -> None:
    """Refuse half cycles whose voltage goes against their direction, from first to last tenth of the charge.

    Means over tenths: neither noise nor dense sampling hides the change.

    Raises
    ------
    MeasuredDataError
        For half cycles that go the other way.
    """
    wrong, total, worst = 0.0, 0.0, -1
    for k, curve in enumerate(halves.curves):
        change = _change(curve)
        total += curve.capacity
        if (change > 0.0) != (curve.direction == "desodiation") and abs(change) > 0.05:
            wrong += curve.capacity
            worst = k if worst < 0 else worst
    if wrong > 0.5 * total:
        raise MeasuredDataError(
            f"{series.source}: the voltage falls while the current is positive: if the file counts sodiation "
            "as positive, say positive_on='sodiation'; if its current has no sign, name the column of the "
            "direction, columns={'state': '...'}"
        )
    if wrong > 0.05 * total:
        rows = halves.rows[worst]
        raise MeasuredDataError(
            f"{series.source}, {series.place(int(rows[0]))}: the voltage of half cycle {worst + 1}, a "
            f"{halves.curves[worst].direction} by its current, goes the other way; the current has no "
            "reliable sign: name the column of the direction, columns={'state': '...'}"
        )


def _change(curve: MeasuredCurve) -> float:
    q, V = curve.capacity_mAh_g, curve.voltage_V
    first = V[q <= q[0] + 0.1 * (q[-1] - q[0])]
    last = V[q >= q[-1] - 0.1 * (q[-1] - q[0])]
    return float(np.mean(last) - np.mean(first)) if len(first) and len(last) else 0.0


def check_pauses(series: MeasuredCycling, halves: HalfCycles) -> list[str]:
    """Times without points while current flows, whose charge is a guess."""
    found: list[str] = []
    leads: list[tuple[int, str, float, float]] = []
    steps = np.diff(series.time_s)
    usual = float(np.median(steps[steps > 0.0])) if np.any(steps > 0.0) else 0.0
    for k, (curve, rows) in enumerate(zip(halves.curves, halves.rows, strict=True)):
        inside = np.flatnonzero(np.diff(rows) == 1)
        gaps = series.time_s[rows[inside + 1]] - series.time_s[rows[inside]]
        charge = np.diff(curve.capacity_mAh_g)[inside]
        start = int(rows[0])
        lead = float(series.time_s[start] - series.time_s[max(start - 1, 0)])
        missed = lead * (curve.current_mA_g or 0.0) / 3600.0
        if series.charge_mAh_g is None and missed > 0.02 * curve.capacity:
            leads.append((k, series.place(start), lead, 100.0 * missed / curve.capacity))
        odd = (gaps > 20.0 * usual) & (charge > 0.02 * curve.capacity)
        if odd.any() and series.charge_mAh_g is None:
            at = int(rows[inside[int(np.flatnonzero(odd)[0])]])
            share = 100.0 * float(np.sum(charge[odd])) / curve.capacity
            found.append(
                f"after {series.place(at)} (half cycle {k + 1}) {float(np.max(gaps)):.4g} s pass without a "
                f"point while current flows: {share:.0f} % of its charge is taken from the points around"
            )
    if leads:
        k, place, lead, share = leads[0]
        more = f" (and {len(leads) - 1} more so)" if len(leads) > 1 else ""
        found.insert(
            0,
            f"half cycle {k + 1} is counted from {place}: the {lead:.4g} s before it, of which nothing is "
            f"known, would be {share:.0f} % more at its current{more}",
        )
    return found[:5]


def check_spikes(series: MeasuredCycling, halves: HalfCycles) -> list[str]:
    """Single currents far from those before and after, which agree: a lost decimal mark, or a glitch."""
    found = []
    for rows in halves.rows:
        size = np.abs(series.current_mA_g[rows])
        before, here, after = size[:-2], size[1:-1], size[2:]
        alone = (np.abs(before - after) < 0.05 * after) & (np.abs(here / after - 1.0) > 0.5)
        found += [(int(rows[k + 1]), float(here[k] / after[k])) for k in np.flatnonzero(alone)]
    if not found:
        return []
    row, times = found[0]
    more = f" ({len(found)} such rows)" if len(found) > 1 else ""
    return [f"{series.place(row)}: the current is {times:.3g} times that of the rows before and after{more}"]


def check_capacity_columns(
    reader: Reader, series: MeasuredCycling, halves: HalfCycles, scale: Scale
) -> list[str]:
    """The charge that we count against the file's own columns of capacity.

    Raises
    ------
    MeasuredDataError
        Where none agrees within a quarter: time, current or capacity have another unit than their headings
        say.
    """
    remarks: list[str] = []
    constant: list[str] = []
    found: dict[str, dict[int, float]] = {}
    for key in ("capacity", "net capacity", "charge capacity", "discharge capacity"):
        for label in reader.candidates(key):
            column = reader.numbered(label, key)
            if column is None or scale.knows(column) != scale.knows(reader.used.get("current", column)):
                continue
            values = scale.apply(column)
            if not float(np.ptp(values)) > 0.0:
                constant.append(f"{label!r} ({values[0]:g})")
                continue
            if ratios := _ratios(key, values, series, halves):
                found[label] = ratios
    if constant:
        remarks.append(f"constant throughout, and no check of the charge: column {', '.join(constant[:6])}")
    if not found:
        return remarks
    middles = {label: float(np.median(list(ratios.values()))) for label, ratios in found.items()}
    label, ratio = min(middles.items(), key=lambda item: abs(np.log(item[1])))
    if abs(ratio - 1.0) <= _AGREES:
        return [*remarks, *_odd_ones(label, found[label])]
    own = reader.numbered(label, next(k for k in _KEYS if label in reader.candidates(k)))
    per_gram = own is not None and own.per_gram
    if abs(ratio - 1.0) > _CONTRADICTS and not (per_gram and scale.mass_from == "option"):
        hint = next((text for factor, text in _FACTORS if abs(np.log(ratio / factor)) < 0.2), "")
        raise MeasuredDataError(
            f"{reader.table.name}: the charge of its half cycles counted from current and time is "
            f"{1.0 / ratio:.4g} times that of its own column {label!r}{hint}; give units={{'time': '...'}} "
            "or units={'current': '...'}, or the right column with columns={'capacity': '...'}"
        )
    what = f"the charge counted from current and time is {1.0 / ratio:.3f} times that of column {label!r}"
    if per_gram and scale.mass_mg is not None:
        what += f", which supposes a mass of {scale.mass_mg / ratio:.4g} mg"
    return [*remarks, what]


_KEYS: Final = ("capacity", "net capacity", "charge capacity", "discharge capacity")
_FACTORS: Final = (
    (1e-3, ", a factor of a thousand: is the time in ms, or the current in another unit?"),
    (1e3, ", a factor of a thousand: is the current in another unit?"),
    (60.0, ", a factor of sixty: is the time in minutes?"),
    (3600.0, ", a factor of 3600: is the time in hours?"),
)


def _odd_ones(label: str, ratios: dict[int, float]) -> list[str]:
    """Remark on half cycles whose charge alone differs from the file's own column."""
    middle = float(np.median(list(ratios.values())))
    odd = {k: ratio for k, ratio in ratios.items() if abs(ratio / middle - 1.0) > _ODD}
    return [
        f"the charge of half cycle {k + 1} counted from current and time is {1.0 / ratio:.3g} times that of "
        f"column {label!r}, though others agree: look for a wrong row in it"
        for k, ratio in list(odd.items())[:3]
    ]


def _ratios(key: str, values: Array, series: MeasuredCycling, halves: HalfCycles) -> dict[int, float]:
    """The file's own charge over ours, of the larger half cycles by their places."""
    largest = max(curve.capacity for curve in halves.curves)
    charge, size = series.charge, np.abs(values)
    found = {}
    for k, (curve, rows) in enumerate(zip(halves.curves, halves.rows, strict=True)):
        if curve.capacity < 0.1 * largest:
            continue
        if key == f"{'charge' if curve.direction == 'sodiation' else 'discharge'} capacity":
            continue
        span = slice(int(rows[0]), int(rows[-1]) + 1)
        ours = abs(float(charge[rows[-1]] - charge[rows[0]]))
        steps = np.diff(size[span])
        theirs = [abs(float(values[rows[-1]] - values[rows[0]])), float(np.sum(steps[steps > 0.0]))]
        ratio = min((one / max(ours, 1e-30) for one in theirs), key=lambda r: abs(np.log(max(r, 1e-12))))
        if ratio > 1e-9:
            found[k] = ratio
    return found


def check_capacities(name: str, capacities_mAh_g: Sequence[float]) -> list[str]:
    """Capacities per gram that a carbon can have.

    Raises
    ------
    MeasuredDataError
        Above anything that stores sodium.
    """
    most = max(capacities_mAh_g)
    if most > _ANYTHING:
        raise MeasuredDataError(
            f"{name}: a capacity is {most:.4g} mAh/g, more than anything stores: check the mass, "
            "mass_mg=1.2, and the units of current and time, units={'current': 'mA'}"
        )
    if most > ANY_CARBON_MAH_G:
        return [f"a capacity is {most:.0f} mAh/g, more than carbons store: check the mass and the units"]
    if most < 1.0:
        return [f"the largest capacity is {most:.3g} mAh/g: check the mass and the units"]
    return []


def check_speed(name: str, current_mA_g: float, capacity_mAh_g: float, what: str) -> None:
    """Refuse a capacity that passes within a few seconds.

    Raises
    ------
    MeasuredDataError
        Where time, current or capacity is in another unit than said.
    """
    if current_mA_g > _FASTEST_PER_H * capacity_mAh_g:
        raise MeasuredDataError(
            f"{name}: {what} passes {capacity_mAh_g:.3g} mAh/g at {current_mA_g:.3g} mA/g, within "
            f"{3600.0 * capacity_mAh_g / current_mA_g:.2g} s, as nothing does: check the units, "
            "units={'current': 'mA/g'} or units={'time': 's'}"
        )


def check_speeds(name: str, curves: Sequence[MeasuredCurve]) -> None:
    """:func:`check_speed` of half cycles over more than a pulse's span of potential."""
    for k, curve in enumerate(curves, 1):
        if curve.current_mA_g and float(np.ptp(curve.voltage_V)) > _FAST_SPAN:
            check_speed(name, curve.current_mA_g, curve.constant_current_capacity, f"half cycle {k}")


def check_alike(curves: Sequence[MeasuredCurve]) -> list[str]:
    """Remark on complete half cycles of one direction and current of which one has less than half."""
    found = []
    for direction in ("sodiation", "desodiation"):
        own = [(k, c) for k, c in enumerate(curves, 1) if c.complete and c.direction == direction]
        for (j, one), (k, two) in pairwise(own):
            same = abs((one.current_mA_g or 0.0) / (two.current_mA_g or np.inf) - 1.0) < _AGREES
            share = two.capacity / one.capacity
            if same and not 0.5 <= share <= 2.0:
                found.append(
                    f"half cycle {k} passes {share:.3g} times the charge of half cycle {j} at one current: "
                    "look whether time and current have one unit throughout"
                )
    return found[:2]
