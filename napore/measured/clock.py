"""Time, current and direction of a cycler's rows, whatever columns say them."""

import warnings
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from .columns import Reader, are_clocks
from .curves import turns
from .errors import MeasuredDataError
from .scale import Scale
from .series import Array, MeasuredCycling
from .units import direction_of

_REST: Final = 1e-3
_CLOCKS: Final = ("time", "step time", "date")
_DAY_S: Final = 86400.0

_SERIALS: Final = ((3e4, 8e4, _DAY_S), (9e8, 4e9, 1.0), (9e11, 4e12, 1e-3))
"""Numbers of dates of our time: least, most, and seconds of one."""


def has_charge_over_time(reader: Reader) -> bool:
    """Whether time, current (or charge) and voltage are there."""
    timed = any(reader.has(key) for key in _CLOCKS)
    charged = any(reader.has(key) for key in ("current", "charge increment", "net capacity")) or (
        reader.has("charge capacity") and reader.has("discharge capacity")
    )
    return timed and charged and reader.has("voltage")


def cycling_of(reader: Reader, scale: Scale, positive_on: str) -> tuple[MeasuredCycling, list[str]]:
    """Time, current and voltage of a cycler, current positive on desodiation, and remarks.

    Raises
    ------
    MeasuredDataError
        For missing columns or units, no numbers, time that goes back, too few points, no current, and one
        without a sign.
    """
    name, remarks = reader.table.name, []
    sign = sign_of(positive_on)
    voltage = reader.column("voltage").values
    if len(voltage) < 3:
        points = "a single point" if len(voltage) == 1 else f"{len(voltage)} points"
        raise MeasuredDataError(f"{name} has {points}: a curve needs three or more")
    time, notes = _time(reader)
    remarks += notes
    charge: Array | None = None
    if reader.has("current"):
        current = scale.apply(reader.column("current"))
        if not np.any(np.abs(current) > 0.0):
            raise MeasuredDataError(f"{name}: no current flows; a cell at rest tells nothing of its capacity")
        current, notes = _with_direction(reader, current, voltage)
    else:
        current, charge, notes = _from_charge(reader, scale, time)
    remarks += notes
    series = MeasuredCycling(
        name, time, sign * current, voltage, None if charge is None else sign * charge, reader.table.lines
    )
    return series, remarks


def sign_of(positive_on: str) -> float:
    """1 where current is positive on desodiation, -1 where it is on sodiation.

    Raises
    ------
    MeasuredDataError
        For another word.
    """
    if positive_on not in ("desodiation", "sodiation"):
        raise MeasuredDataError(f"positive_on is {positive_on!r}: give 'desodiation' or 'sodiation'")
    return 1.0 if positive_on == "desodiation" else -1.0


def _time(reader: Reader) -> tuple[Array, list[str]]:
    """Seconds since the first row."""
    key = next(key for key in _CLOCKS if reader.has(key))
    label = reader.candidates(key)[0]
    if key == "date" or (key == "time" and _are_dates(reader.raw(label))):
        return _dates(reader, label, reader.raw(label))
    time = reader.column(key).values
    back = np.flatnonzero(np.diff(time) < -1e-9 * max(1.0, float(np.max(np.abs(time)))))
    remarks = []
    if len(back):
        if key == "time" and _passes_midnight(reader, time, back):
            return _over_midnight(reader, label, time, back)
        if key == "time" and not _starts_with_steps(reader, time, back):
            row = int(back[0]) + 1
            raise MeasuredDataError(
                f"{reader.table.name}, {reader.table.place(row)}: the time goes back, from {time[row - 1]:g} "
                f"to {time[row]:g} s; a file that starts again must be split or mended, or another column is "
                "the time: columns={'time': '...'}"
            )
        gain = np.zeros(len(time))
        gain[back + 1] = time[back]
        time = time + np.cumsum(gain)
        remarks.append(
            f"column {label!r} starts again with each step, {len(back)} times: the steps are put together"
        )
    time = time - time[0]
    if not time[-1] > 0.0:
        raise MeasuredDataError(
            f"{reader.table.name}: the time in column {label!r} stays at {time[0]:g}: take another column "
            "with columns={'time': '...'}"
        )
    return np.asarray(time), remarks


def _passes_midnight(reader: Reader, time: Array, back: npt.NDArray[np.intp]) -> bool:
    """Whether clocks are times of day, which start again at midnight and nowhere else."""
    clocks = reader.used["time"].unit.name == "h:min:s" and float(np.max(time)) < _DAY_S
    near = bool(np.all(time[back] - time[back + 1] > 0.5 * _DAY_S))
    return clocks and time[0] > 0.0 and near and not _starts_with_steps(reader, time, back)


def _over_midnight(
    reader: Reader, label: str, time: Array, back: npt.NDArray[np.intp]
) -> tuple[Array, list[str]]:
    """Times of day put together, by the dates in a column of their own where there is one."""
    for date in reader.candidates("date"):
        days = reader.raw(date)
        if not pd.api.types.is_numeric_dtype(days) and not days.astype(str).str.contains(":").any():
            return _dates(reader, f"{date}' and '{label}", days.astype(str) + " " + reader.raw(label))
    passed = np.zeros(len(time))
    passed[back + 1] = _DAY_S
    note = (
        f"column {label!r} holds times of day that pass midnight, {len(back)} times: taken for days in a row"
    )
    return np.asarray(time + np.cumsum(passed) - time[0]), [note]


def _starts_with_steps(reader: Reader, time: Array, back: npt.NDArray[np.intp]) -> bool:
    """Whether time starts from nothing wherever it goes back, with a change of step, cycle or direction."""
    if np.any(time[back + 1] > 0.05 * time[back] + 1.0):
        return False
    changed = np.zeros(len(time) - 1, dtype=bool)
    for key in ("step", "cycle"):
        if (column := reader.optional(key)) is not None:
            changed |= np.diff(column.values) != 0.0
    if (words := reader.words("state")) is not None:
        changed |= np.array(words[1:]) != np.array(words[:-1])
    if (current := reader.optional("current")) is not None:
        # a rest, or the other direction: a step of another kind
        size = current.values
        changed |= (
            np.sign(np.where(np.abs(size) > _REST * np.max(np.abs(size)), size, 0.0))[1:]
            != np.sign(np.where(np.abs(size) > _REST * np.max(np.abs(size)), size, 0.0))[:-1]
        )
    return bool(np.all(changed[back]))


def _are_dates(raw: "pd.Series[Any]") -> bool:
    if pd.api.types.is_numeric_dtype(raw) or are_clocks(raw):
        return False
    head = [str(cell) for cell in raw.head(5)]
    return all(len(cell) >= 12 and ":" in cell and sum(mark in cell for mark in "/-.") >= 1 for cell in head)


def _dates(reader: Reader, label: str, raw: "pd.Series[Any]") -> tuple[Array, list[str]]:
    """Seconds of dates; day and month in the order in which time runs on and is shortest."""
    best: Array | None = None
    if pd.api.types.is_numeric_dtype(raw):
        best = _serial(raw.to_numpy(dtype=float))
    else:
        for day_first in (False, True):
            with warnings.catch_warnings():  # an order that the dates contradict is tried as well
                warnings.simplefilter("ignore", UserWarning)
                stamps = pd.to_datetime(raw, dayfirst=day_first, errors="coerce")
            if stamps.isna().any():
                continue
            seconds = np.asarray((stamps - stamps.iloc[0]).dt.total_seconds(), dtype=np.float64)
            if np.all(np.diff(seconds) >= 0.0) and (best is None or seconds[-1] < best[-1]):
                best = seconds
    if best is None or not best[-1] > 0.0 or np.any(np.diff(best) < 0.0):
        raise MeasuredDataError(
            f"{reader.table.name}: column {label!r} holds no dates with times that run on: name the column "
            "of the time, columns={'time': '...'}"
        )
    return best, [f"the time is that of the dates in column {label!r}"]


def _serial(dates: Array) -> Array | None:
    """Seconds of dates as numbers: days of a spreadsheet, or seconds or milliseconds since 1970."""
    for low, high, factor in _SERIALS:
        if np.all((dates > low) & (dates < high)):
            return np.asarray((dates - dates[0]) * factor)
    return None


def _with_direction(reader: Reader, current: Array, voltage: Array) -> tuple[Array, list[str]]:
    """Current with its sign, from a column of words or of two capacities where it has none."""
    name = reader.table.name
    flowing = np.abs(current) > _REST * float(np.max(np.abs(current)))
    words = reader.words("state")
    signs = None
    if words is not None:
        meaning = {word: direction_of(word) for word in set(words)}
        value = {"sodiation": -1.0, "desodiation": 1.0, "rest": 0.0, None: np.nan}
        signs = np.array([value[meaning[word]] for word in words])
        known = np.isfinite(signs) & flowing & (signs != 0.0)
        if not known.any():
            signs = None
    signed = np.any(current[flowing] > 0.0) and np.any(current[flowing] < 0.0)
    if signed:
        if signs is not None:
            known = np.isfinite(signs) & flowing & (signs != 0.0)
            against = known & (np.sign(current) != signs)
            if np.mean(against[known]) > 0.02 and np.mean(against[known]) < 0.98:
                row = int(np.flatnonzero(against)[0])
                raise MeasuredDataError(
                    f"{name}, {reader.table.place(row)}: the current's sign contradicts the word "
                    f"{(words or [''])[row]!r} in column {reader.candidates('state')[0]!r}: mend the row, or "
                    "name another column, columns={'state': '...'}"
                )
        return current, []
    if signs is None:
        signs = _signs_of_capacities(reader)
        source = "the capacities of charging and discharging"
    else:
        source = f"column {reader.candidates('state')[0]!r}"
    if signs is not None:
        lost = np.flatnonzero(flowing & ~(np.isfinite(signs)))
        if len(lost):
            word = "" if words is None else words[int(lost[0])]
            raise MeasuredDataError(
                f"{name}, {reader.table.place(int(lost[0]))}: the current has no sign and {word!r} is no "
                "known word for charge, discharge or rest: name the column of the direction, "
                "columns={'state': '...'}"
            )
        if np.any(signs[flowing] != 0.0):
            if np.all(signs[flowing] > 0.0) and np.all(current[flowing] > 0.0):
                return current, []
            return np.where(np.isfinite(signs), signs, 0.0) * np.abs(current), [
                f"the current has no sign: the direction is that of {source}"
            ]
    moving = voltage[flowing]
    if len(turns(moving, 0.25 * float(np.ptp(moving)))) > 0:
        raise MeasuredDataError(
            f"{name}: the current has no sign, or one direction is missing: the voltage falls and rises "
            f"while it stays {'positive' if current[flowing][0] > 0 else 'negative'}, and no column says "
            "which is charge; name one with columns={'state': '...'}"
        )
    return current, []


def _signs_of_capacities(reader: Reader) -> Array | None:
    """Direction of each row by which of two capacities grows; zero where neither does."""
    up, down = reader.optional("charge capacity"), reader.optional("discharge capacity")
    if up is None or down is None:
        return None
    rises = np.diff(up.values, prepend=up.values[0]) > 0.0
    falls = np.diff(down.values, prepend=down.values[0]) > 0.0
    if not rises.any() or not falls.any() or np.any(rises & falls):
        return None
    signs = np.where(rises, 1.0, np.where(falls, -1.0, np.nan))
    # the first row of a step adds nothing yet: it belongs to what follows
    return np.asarray(pd.Series(signs).bfill().ffill().to_numpy(dtype=float))


def _from_charge(reader: Reader, scale: Scale, time: Array) -> tuple[Array, Array, list[str]]:
    """Current and net charge where a file has no current, from the charge over time."""
    if reader.has("charge increment"):
        label = reader.column("charge increment").label
        steps = scale.apply(reader.column("charge increment"))
    elif reader.has("net capacity"):
        label = reader.column("net capacity").label
        net = scale.apply(reader.column("net capacity"))
        steps = np.diff(net, prepend=net[0])
    else:
        columns = [reader.column(key) for key in ("charge capacity", "discharge capacity")]
        label = f"{columns[0].label}' and '{columns[1].label}"
        up, down = (np.maximum(np.diff(v, prepend=v[0]), 0.0) for v in map(scale.apply, columns))
        steps = up - down
    elapsed = np.diff(time, prepend=time[0])
    if not np.any(np.abs(steps) > 0.0):
        raise MeasuredDataError(f"{reader.table.name}: no charge passes; column {label!r} does not change")
    with np.errstate(divide="ignore", invalid="ignore"):
        current = np.where(elapsed > 0.0, 3600.0 * steps / elapsed, np.nan)
    # between two rows of one time the current is that of the next
    current = pd.Series(current).bfill().ffill().to_numpy(dtype=float)
    return (
        current,
        np.cumsum(steps),
        [f"there is no column of the current: it is that of {label!r} over time"],
    )
