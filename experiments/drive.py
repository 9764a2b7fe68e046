"""Drive: a cell follows a profile of current or power from arrays or a file, until a cut-off."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from napore.built import Step, read
from napore.cells import Cell
from napore.measured.columns import Reader
from napore.measured.tables import TableChoice, read_table
from napore.parameters.arguments import typed
from napore.parameters.provenance import nearest

from .base import OK, AnyCell, TraceResult, as_cell, header
from .checks import ExperimentError
from .solving import NO_CAPACITY, built_of, failure
from .steps import ended_at_once, ending, start_at_soc, voltage_solver

Array = npt.NDArray[np.float64]

UNITS: Final = ("A", "mA", "A/g", "mA/g", "C", "W", "mW")
"""Units of a profile: current, current per gram of active material, rate, power."""

_QUANTITIES: Final = {"current": ("A", "mA/g"), "rate": ("C", "C"), "power": ("W", "W")}


@dataclass(frozen=True)
class Profile:
    """Times [s] from 0 and values of current or power in one of :data:`UNITS`.

    Raises
    ------
    ExperimentError
        For an unknown unit, values that are no finite numbers, and times that do not increase.
    """

    time_s: Array
    values: Array
    unit: str = "A"

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ExperimentError(
                f"unit {self.unit!r} is unknown: choose from {', '.join(UNITS)}{nearest(self.unit, UNITS)}"
            )
        if self.time_s.shape != self.values.shape or self.time_s.ndim != 1 or len(self.time_s) < 2:
            raise ExperimentError(
                f"profile has {self.time_s.size} times and {self.values.size} values: give at least two of "
                "each, as many of one as of the other"
            )
        for name, column in (("time", self.time_s), ("value", self.values)):
            bad = np.flatnonzero(~np.isfinite(column))
            if len(bad):
                raise ExperimentError(
                    f"profile has the {name} {column[bad[0]]} in row {bad[0] + 1}: give finite numbers"
                )
        back = np.flatnonzero(np.diff(self.time_s) <= 0.0)
        if len(back):
            k = int(back[0])
            raise ExperimentError(
                f"time goes from {self.time_s[k]:g} to {self.time_s[k + 1]:g} s in row {k + 2} of the "
                "profile: times must increase"
            )


@dataclass(frozen=True, repr=False)
class Drive(TraceResult):
    """What a cell did while it followed a profile.

    Parameters
    ----------
    cell
        Name of the cell.
    time_s
        Time since the start [s].
    current_A
        Current [A], positive while the cell delivers (a carbon in its half cell is sodiated).
    voltage_V
        Voltage at the terminals [V].
    capacity_mAh_g
        Net charge delivered [mAh/g].
    duration_s
        Length of the profile [s].
    header
        Versions, model and hash of the parameters.
    status
        ``"ok"`` where it was followed to its end, the cut-off or the carbon that ended it, or the failure.
    """

    columns = ("time_s", "current_A", "voltage_V", "capacity_mAh_g")
    facts = ("cell", "duration_s")
    row_key = "points"

    cell: str
    time_s: Array
    current_A: Array
    voltage_V: Array
    capacity_mAh_g: Array
    duration_s: float
    header: Mapping[str, str]
    status: str = OK

    def plot(self, ax: Any = None) -> Any:
        """Draw voltage and current over time; return the axes of the voltage."""
        from napore.plotting import CELL_VOLTAGE_LABEL, new_axes

        ax = new_axes(ax)
        minutes = self.time_s / 60.0
        behind = ax.twinx()
        behind.plot(minutes, 1e3 * self.current_A, color="0.8", lw=0.6)
        behind.set_ylabel("I / mA", color="0.5")
        ax.set_zorder(behind.get_zorder() + 1)
        ax.patch.set_visible(False)
        ax.plot(minutes, self.voltage_V, color="C0")
        ax.set(xlabel="t / min", ylabel=CELL_VOLTAGE_LABEL, title=f"{self.cell}: {self.status}")
        return ax


@typed(ExperimentError)
def read_profile(
    file: str | Path, columns: Mapping[str, str] | None = None, units: Mapping[str, str] | None = None
) -> Profile:
    """Profile from a file with a column for the time and one for current, rate or power.

    A column is named by quantity and unit, such as ``time [s]`` and ``current [mA]``, ``current [A/g]``,
    ``rate [C]`` or ``power [W]``; positive values let the cell deliver.

    Parameters
    ----------
    file
        Text or spreadsheet, see :func:`napore.measured.read_table`.
    columns, units
        Labels of columns, and units, by quantity (``"time"``, ``"current"``, ``"rate"``,
        ``"power"``), where the labels do not say.

    Raises
    ------
    MeasuredDataError
        For a file or column that cannot be read.
    ExperimentError
        Where no column or more than one says what the cell shall do, and for times that go back.
    """
    choice = TableChoice(columns=columns or {}, units=units or {})
    reader = Reader(read_table(file, choice), choice)
    found = [key for key in _QUANTITIES if reader.has(key)]
    if len(found) != 1:
        what = "no column" if not found else f"columns for {' and '.join(found)}"
        raise ExperimentError(
            f"{Path(file).name} has {what}: a profile needs one of 'current [A]', 'rate [C]' and 'power [W]'"
        )
    time, column = reader.column("time"), reader.column(found[0])
    unit = _QUANTITIES[found[0]][1 if column.per_gram else 0]
    return Profile(time.values - time.values[0], column.values, unit)


@typed(ExperimentError)
def drive(
    cell: AnyCell,
    profile: str | Path | Profile | tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    unit: str = "A",
    soc: float | None = None,
    interpolation: str = "linear",
) -> Drive:
    """Let a cell follow a profile of current or power.

    Parameters
    ----------
    cell
        Half or full cell.
    profile
        File (:func:`read_profile`), profile, or times [s] and values.
    unit
        Unit of values that are given as arrays, one of :data:`UNITS`.
    soc
        State of charge at the start, at equilibrium, 0 to 1; the cell's own start where None.
    interpolation
        Between two times: ``"linear"``, or ``"previous"`` for values that jump at each time (in a
        thousandth of the shortest interval).

    Returns
    -------
    Drive
        It ends at the first cut-off or where the carbon is full or empty, which the status names; a
        failed solve is a status as well.

    Raises
    ------
    ExperimentError, MeasuredDataError
        For a profile that none can follow, with the row.

    Examples
    --------
    >>> import napore
    >>> cell = napore.half_cell("fjh", model="SPM")
    >>> found = drive(cell, ([0, 10, 20, 30], [0.0, 1.0, -1.0, 0.0]), unit="C", soc=0.5)
    >>> found.status, bool(abs(found.capacity_mAh_g[-1]) < 0.01)
    ('ok', True)
    """
    cell = as_cell(cell)
    followed = _profile(profile, unit)
    time, values = _points(followed, interpolation)
    low, high = cell.cut_offs
    # a value of the solution per point of the profile: thousands of restarts would fill the memory
    period = max(float(np.diff(followed.time_s).min()), float(time[-1]) / 20000.0)
    control = "power" if followed.unit in ("W", "mW") else "current"
    points = (time, _in_si(cell, followed.unit, values))
    step = Step(control, 0.0, float(time[-1]), below=low, above=high, profile=points, period=period)
    start = start_at_soc(cell, soc)
    built = built_of(cell, inputs=start, solver=voltage_solver(cell), shortest=period)
    done = built.run([step], inputs=start)
    status = failure(done)
    if done.error is not None and control == "power":
        status += "; or the power is beyond the largest that the cell gives, V^2/4R"
    if not done.ran:
        status = ended_at_once(cell, soc, "profile") if status == NO_CAPACITY else status
        empty = np.empty(0)
        return Drive(cell.name, empty, empty, empty, empty, float(time[-1]), header(cell), status)
    ran = done.ran[0]
    found = read(ran, ("Discharge capacity [A.h]", "Current [A]", "Voltage [V]"))
    charge = found["Discharge capacity [A.h]"] / cell.active_mass
    curves = (np.asarray(ran.t, dtype=float), found["Current [A]"], found["Voltage [V]"], charge - charge[0])
    return Drive(cell.name, *curves, float(time[-1]), header(cell), status or ending(cell, ran))


def _profile(profile: Any, unit: str) -> Profile:
    if isinstance(profile, Profile):
        return profile
    if isinstance(profile, str | Path):
        return read_profile(profile)
    try:
        time, values = (np.asarray(column) for column in profile)
        if {time.dtype.kind, values.dtype.kind} & set("bcSU"):
            raise TypeError
        time, values = time.astype(float), values.astype(float)
    except (TypeError, ValueError, OverflowError):
        raise ExperimentError(
            "profile is no file and no pair of times and values: give one of them"
        ) from None
    if time.size == 0:
        raise ExperimentError("profile is empty: give at least two times and values")
    return Profile(time - time[0], values, unit)


def _points(profile: Profile, interpolation: str) -> tuple[Array, Array]:
    """Points between which the profile is linear."""
    time, values = profile.time_s, profile.values
    if interpolation == "linear":
        return time, values
    if interpolation != "previous":
        raise ExperimentError(f"interpolation is {interpolation!r}: give 'linear' or 'previous'")
    jump = 1e-3 * float(np.diff(time).min())
    before = np.column_stack([time[1:-1] - jump, time[1:-1]]).ravel()
    held = np.column_stack([values[:-2], values[1:-1]]).ravel()
    return np.concatenate([time[:1], before, time[-1:]]), np.concatenate([values[:1], held, values[-2:-1]])


def _in_si(cell: Cell, unit: str, values: Array) -> Array:
    """Values in A or W."""
    per_gram = cell.active_mass  # A/g times 1e3 g/kg times kg
    factor = {
        "A": 1.0,
        "mA": 1e-3,
        "A/g": 1e3 * per_gram,
        "mA/g": per_gram,
        "C": cell.one_C_current,
        "W": 1.0,
        "mW": 1e-3,
    }[unit]
    return np.asarray(factor * values)
