"""Files of capacity without time: half cycles by where the voltage turns, and capacities at rates."""

from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from .columns import Reader
from .errors import MeasuredDataError
from .half_cycles import _completed
from .scale import Scale
from .series import Array, MeasuredCurve, MeasuredRates

_TURN: Final = 0.25
"""Share of the span by which a quantity must turn back for a new half cycle."""

_SLIVER: Final = 0.02
"""Charge of a part that is no half cycle of its own, as a share of the largest."""

_STEADY: Final = 0.05
"""Span of a current that counts as constant, as a share of the largest."""


def curves_of(reader: Reader, scale: Scale, current_mA_g: float | None, key: str) -> list[MeasuredCurve]:
    """Half cycles of a file of capacity and voltage.

    Parameters
    ----------
    current_mA_g
        Magnitude of the current [mA per gram]; that of the file's own column where None, and not known where
        there is none.
    key
        Quantity of the charge.

    Raises
    ------
    MeasuredDataError
        For too few points, a capacity that does not change or goes to and fro, and a current that is not
        constant or contradicts the given one.
    """
    name = reader.table.name
    capacity = scale.apply(reader.column(key))
    voltage = reader.column("voltage").values
    if len(capacity) < 3:
        raise MeasuredDataError(f"{name} has {_points(len(capacity))}: a curve needs three or more")
    if not float(np.ptp(capacity)) > 0.0:
        raise MeasuredDataError(f"{name}: the capacity does not change")
    current = _own_current(reader, scale, key)
    found = []
    for rows in _parts(capacity, voltage):
        if len(rows) < 3:
            continue
        q = np.abs(capacity[rows] - capacity[rows[0]])
        back = np.flatnonzero(np.diff(q) < -1e-3 * float(np.max(q)))
        if len(back):
            at = int(rows[back[0] + 1])
            raise MeasuredDataError(
                f"{name}, {reader.table.place(at)}: the capacity goes back, from {capacity[at - 1]:g} to "
                f"{capacity[at]:g}, inside a half cycle; a file that starts again must be split or mended"
            )
        direction = "sodiation" if voltage[rows[-1]] < voltage[rows[0]] else "desodiation"
        own = current_mA_g
        if current is not None:
            own = _constant(name, np.abs(current[rows]), current_mA_g)
        found.append(MeasuredCurve(name, direction, np.maximum.accumulate(q), voltage[rows], own))
    if not found:
        raise MeasuredDataError(f"{name} has no half cycle of three points or more")
    return _completed(found)


def _own_current(reader: Reader, scale: Scale, key: str) -> Array | None:
    """Current of the file's own column; None without one, or where only it or the charge is per gram."""
    label = next(iter(reader.candidates("current")), None)
    column = None if label is None else reader.numbered(label, "current")
    if column is None or scale.knows(column) != scale.knows(reader.column(key)):
        return None
    return scale.apply(reader.column("current"))


def _points(count: int) -> str:
    return "a single point" if count == 1 else f"{count} points"


def _parts(capacity: Array, voltage: Array) -> list[npt.NDArray[np.intp]]:
    """Rows of each half cycle: a new one where the capacity starts again or turns, or the voltage turns."""
    cuts = {0, len(capacity)}
    size = np.abs(capacity)
    drops = (
        np.flatnonzero((np.diff(size) < -0.5 * float(np.max(size))) & (size[1:] < 0.1 * float(np.max(size))))
        + 1
    )
    cuts.update(int(k) for k in drops)
    edges = sorted(cuts)
    for low, high in pairwise(edges):
        for values in (capacity, voltage):
            cuts.update(low + k for k in turns(values[low:high], _TURN * float(np.ptp(values))))
    return _without_slivers(capacity, sorted(cuts))


def _without_slivers(capacity: Array, edges: list[int]) -> list[npt.NDArray[np.intp]]:
    """Parts between rows, the tiny ones given to the neighbour that they go on from.

    Noise moves the turn of the voltage by some rows from that of the capacity.
    """

    def passed(low: int, high: int) -> float:
        return float(capacity[high - 1] - capacity[low])

    parts = list(pairwise(edges))
    least = _SLIVER * max(abs(passed(low, high)) for low, high in parts)
    made: list[tuple[int, int]] = []
    begin: int | None = None
    for k, (low, high) in enumerate(parts):
        if abs(passed(low, high)) < least and len(parts) > 1:
            jump = abs(float(capacity[low] - capacity[low - 1])) if made else np.inf
            same = bool(made) and passed(*made[-1]) * passed(low - 1, high) > 0.0
            if k == len(parts) - 1 or (same and jump < least and begin is None):
                if made:
                    made[-1] = (made[-1][0], high)
                continue
            begin = low if begin is None else begin
            continue
        made.append((low if begin is None else begin, high))
        begin = None
    return [np.arange(low, high) for low, high in made]


def turns(values: Array, least: float) -> list[int]:
    """First places after the extremes from which values come back by more than ``least``.

    Examples
    --------
    >>> turns(np.array([2.0, 0.5, 0.01, 0.05, 0.2, 2.0, 1.9, 0.3]), 0.5)
    [3, 6]
    """
    found: list[int] = []
    if len(values) < 2 or not least > 0.0:
        return found
    low = high = 0
    going = 0
    for k in range(1, len(values)):
        low = k if values[k] <= values[low] else low
        high = k if values[k] >= values[high] else high
        if going >= 0 and values[high] - values[k] > least:
            if going > 0 or high > 0:
                found.append(high + 1)
            going, low = -1, k
        elif going <= 0 and values[k] - values[low] > least:
            if going < 0 or low > 0:
                found.append(low + 1)
            going, high = 1, k
    return found


def _constant(name: str, current: Array, given_mA_g: float | None) -> float:
    """Magnitude of the current of a half cycle without times."""
    least, most = float(np.min(current[1:])), float(np.max(current[1:]))
    if most - least > _STEADY * most or not most > 0.0:
        raise MeasuredDataError(
            f"{name}: the current goes from {least:g} to {most:g} mA per gram and there is no time: give a "
            "column of time as well, or one half cycle at constant current"
        )
    mean = float(np.mean(current[1:]))
    if given_mA_g is not None and abs(given_mA_g - mean) > _STEADY * mean:
        raise MeasuredDataError(
            f"{name}: its column says {mean:g} mA/g, but current_mA_g={given_mA_g:g} is given: leave one out"
        )
    return mean


def rates_of(reader: Reader, scale: Scale, one_C_mA_g: float | None, key: str) -> MeasuredRates:
    """Capacities at rates or currents, one row each.

    Raises
    ------
    MeasuredDataError
        For missing columns or units and numbers that are not positive.
    """
    name = reader.table.name
    capacity = scale.apply(reader.column(key))
    if reader.has("current") and scale.knows(reader.column("current")) != scale.knows(reader.column(key)):
        raise MeasuredDataError(
            f"{name}: of column {reader.column('current').label!r} and the capacity one is per gram and the "
            "other not: give the active mass, mass_mg=1.2"
        )
    if reader.has("current"):
        current = np.abs(scale.apply(reader.column("current")))
    elif one_C_mA_g is None:
        raise MeasuredDataError(
            f"{name} has no column for the current: say what 1 C is, one_C_mA_g=300 for a carbon"
        )
    else:
        current = reader.column("rate").values * one_C_mA_g
    for values, what in ((current, "current"), (capacity, "capacity")):
        bad = np.flatnonzero(~(values > 0.0))
        if len(bad):
            raise MeasuredDataError(
                f"{name}, {reader.table.place(int(bad[0]))}: the {what} is {values[bad[0]]:g}: give positive "
                "numbers"
            )
    return MeasuredRates(name, current, capacity)
