"""What cyclers and impedance analysers measure, as arrays with units in the names."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from .columns import Column, Reader
from .errors import MeasuredDataError
from .tables import read_table

__all__ = [
    "MeasuredCurve",
    "MeasuredCycling",
    "MeasuredImpedance",
    "MeasuredRates",
    "read_curve",
    "read_cycling",
    "read_impedance",
    "read_rates",
]

Array = npt.NDArray[np.float64]

_REST: Final = 1e-3
"""Current below which a cell rests, as a share of the largest."""

_STEADY: Final = 0.05
"""Span of a current that counts as constant, as a share of the largest."""


@dataclass(frozen=True)
class MeasuredCurve:
    """Voltage against capacity of one half cycle.

    Parameters
    ----------
    source
        Where it was read.
    direction
        ``"sodiation"`` or ``"desodiation"`` of a carbon's half cell.
    capacity_mAh_g
        Charge passed since its start, rising [mAh per gram].
    voltage_V
        Voltage [V].
    current_mA_g
        Mean of the current's magnitude [mA per gram]; None where the file has none.
    """

    source: str
    direction: str
    capacity_mAh_g: Array
    voltage_V: Array
    current_mA_g: float | None = None

    @property
    def capacity(self) -> float:
        """Charge passed [mAh/g]."""
        return float(self.capacity_mAh_g[-1])

    def table(self) -> pd.DataFrame:
        """One row per point."""
        return pd.DataFrame(
            {
                "direction": self.direction,
                "capacity_mAh_g": self.capacity_mAh_g,
                "voltage_V": self.voltage_V,
            }
        )


@dataclass(frozen=True)
class MeasuredCycling:
    """Time, current and voltage of a cycler; current is positive on desodiation (charge).

    Parameters
    ----------
    source
        Where it was read.
    time_s, current_mA_g, voltage_V
        Points in the order of time.
    """

    source: str
    time_s: Array
    current_mA_g: Array
    voltage_V: Array

    def half_cycles(self) -> tuple[MeasuredCurve, ...]:
        """Stretches of current of one sign; rests between them belong to none.

        Raises
        ------
        MeasuredDataError
            Where the voltage jumps back over half of its span while the current keeps its sign: the other
            direction between two half cycles is missing.
        """
        largest = float(np.max(np.abs(self.current_mA_g)))
        sign = np.where(np.abs(self.current_mA_g) > _REST * largest, np.sign(self.current_mA_g), 0.0)
        # a rest inside a half cycle, as in GITT, does not end it
        places = np.flatnonzero(sign)
        turns = np.flatnonzero(np.diff(sign[places]) != 0) + 1
        hours = self.time_s / 3600.0
        charge = np.concatenate(
            [[0.0], np.cumsum(0.5 * (self.current_mA_g[1:] + self.current_mA_g[:-1]) * np.diff(hours))]
        )
        curves = []
        for part in np.split(places, turns):
            if len(part) < 2:
                continue
            rows = slice(int(part[0]), int(part[-1]) + 1)
            self._check_one_way(part, sign[part[0]])
            passed = np.abs(charge[rows] - charge[rows][0])
            curves.append(
                MeasuredCurve(
                    self.source,
                    "desodiation" if sign[part[0]] > 0 else "sodiation",
                    np.maximum.accumulate(passed),
                    self.voltage_V[rows],
                    float(np.mean(np.abs(self.current_mA_g[part]))),
                )
            )
        return tuple(curves)

    def _check_one_way(self, part: npt.NDArray[np.intp], sign: float) -> None:
        back = -sign * np.diff(self.voltage_V[part])
        worst = int(np.argmax(back))
        if back[worst] > 0.5 * float(np.ptp(self.voltage_V)):
            before, after = self.voltage_V[part[worst]], self.voltage_V[part[worst + 1]]
            raise MeasuredDataError(
                f"{self.source}: the voltage goes from {before:.2f} to {after:.2f} V at "
                f"{self.time_s[part[worst + 1]]:g} s while the current keeps its sign: two half cycles of "
                "one direction follow each other; give each in a file of its own"
            )

    def table(self) -> pd.DataFrame:
        """One row per point."""
        return pd.DataFrame(
            {"time_s": self.time_s, "current_mA_g": self.current_mA_g, "voltage_V": self.voltage_V}
        )


@dataclass(frozen=True)
class MeasuredRates:
    """Capacity at each current.

    Parameters
    ----------
    source
        Where it was read.
    current_mA_g, capacity_mAh_g
        One per rate.
    """

    source: str
    current_mA_g: Array
    capacity_mAh_g: Array

    def table(self) -> pd.DataFrame:
        """One row per rate."""
        return pd.DataFrame({"current_mA_g": self.current_mA_g, "capacity_mAh_g": self.capacity_mAh_g})


@dataclass(frozen=True)
class MeasuredImpedance:
    """An impedance spectrum.

    Parameters
    ----------
    source
        Where it was read.
    frequency_Hz, impedance_ohm
        One per frequency, complex.
    """

    source: str
    frequency_Hz: Array
    impedance_ohm: npt.NDArray[np.complex128]

    def table(self) -> pd.DataFrame:
        """One row per frequency."""
        return pd.DataFrame(
            {
                "frequency_Hz": self.frequency_Hz,
                "z_real_ohm": self.impedance_ohm.real,
                "z_imag_ohm": self.impedance_ohm.imag,
            }
        )


def read_cycling(
    path: str | Path,
    *,
    mass_mg: float | None = None,
    positive_on: str = "desodiation",
    columns: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
) -> MeasuredCycling:
    """Read time, current and voltage of a carbon's half cell.

    Parameters
    ----------
    path
        File of :func:`napore.measured.read_table`.
    mass_mg
        Active material [mg], where the current is not per gram.
    positive_on
        Direction in which the file's current is positive, ``"desodiation"`` (charge, as cyclers write
        it) or ``"sodiation"``.
    columns, units
        Labels and units by quantity, where the file does not tell.

    Raises
    ------
    MeasuredDataError
        For missing columns or units, no numbers, time that goes back, a single point, and a sign of
        the current that contradicts the voltage.
    """
    sign = _sign(positive_on)
    reader = Reader(read_table(path), columns, units).drop_trailing_blanks()
    time = _rising_time(reader)
    current = sign * _per_gram(reader, reader.column("current"), mass_mg)
    voltage = reader.column("voltage").values
    _check_points(reader, len(time))
    name = reader.table.name
    if not np.any(np.abs(current) > 0.0):
        raise MeasuredDataError(f"{name}: no current flows; a cell at rest tells nothing of its capacity")
    _check_sign(name, time, current, voltage)
    return MeasuredCycling(name, time, current, voltage)


def read_curve(
    path: str | Path,
    direction: str,
    *,
    mass_mg: float | None = None,
    current_mA_g: float | None = None,
    columns: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
) -> MeasuredCurve:
    """Read one half cycle given as capacity and voltage.

    Parameters
    ----------
    direction
        ``"sodiation"`` or ``"desodiation"``.
    current_mA_g
        Magnitude of the current [mA per gram]; that of the file's own column where None, and not known
        where there is none, or one that is not per gram and no mass.
    path, mass_mg, columns, units
        As for :func:`read_cycling`.

    Raises
    ------
    MeasuredDataError
        As for :func:`read_cycling`, and for a capacity that does not rise, a voltage that goes the wrong
        way, a current that is not constant, and one that contradicts ``current_mA_g``.
    """
    if direction not in ("sodiation", "desodiation"):
        raise MeasuredDataError(f"direction is {direction!r}: give 'sodiation' or 'desodiation'")
    reader = Reader(read_table(path), columns, units).drop_trailing_blanks()
    name = reader.table.name
    capacity = _per_gram(reader, reader.column("capacity"), mass_mg)
    voltage = reader.column("voltage").values
    _check_points(reader, len(capacity))
    if capacity[-1] < capacity[0]:  # counted down, or negative on sodiation
        capacity = capacity[0] - capacity
    capacity = capacity - capacity[0]
    _check_rising(reader, capacity, "capacity")
    if not capacity[-1] > 0.0:
        raise MeasuredDataError(f"{name}: the capacity does not change")
    rises = voltage[-1] > voltage[0]
    if rises != (direction == "desodiation"):
        went = "rises" if rises else "falls"
        raise MeasuredDataError(
            f"{name}: the voltage {went} from {voltage[0]:.3f} to {voltage[-1]:.3f} V, which is no "
            f"{direction}: give the other direction, or one half cycle only"
        )
    if reader.has("current") and ((own := reader.column("current")).per_gram or mass_mg is not None):
        current_mA_g = _constant(name, np.abs(_per_gram(reader, own, mass_mg)), current_mA_g)
    return MeasuredCurve(name, direction, capacity, voltage, current_mA_g)


def _constant(name: str, current: Array, given_mA_g: float | None) -> float:
    """Magnitude of the current of a half cycle without times."""
    least, most = float(np.min(current)), float(np.max(current))
    if most - least > _STEADY * most or not most > 0.0:
        raise MeasuredDataError(
            f"{name}: the current goes from {least:g} to {most:g} mA/g and there is no time: give a column "
            "of time as well, or one half cycle at constant current"
        )
    mean = float(np.mean(current))
    if given_mA_g is not None and abs(given_mA_g - mean) > _STEADY * mean:
        raise MeasuredDataError(
            f"{name}: its column says {mean:g} mA/g, but {given_mA_g:g} mA/g is given: leave one out"
        )
    return mean


def read_rates(
    path: str | Path,
    *,
    mass_mg: float | None = None,
    one_C_mA_g: float | None = None,
    columns: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
) -> MeasuredRates:
    """Read capacities at rates or currents, one row each.

    Parameters
    ----------
    one_C_mA_g
        Current of 1 C [mA per gram], where the file has rates.
    path, mass_mg, columns, units
        As for :func:`read_cycling`.

    Raises
    ------
    MeasuredDataError
        For missing columns or units and numbers that are not positive.
    """
    reader = Reader(read_table(path), columns, units).drop_trailing_blanks()
    name = reader.table.name
    capacity = _per_gram(reader, reader.column("capacity"), mass_mg)
    if reader.has("current"):
        current = np.abs(_per_gram(reader, reader.column("current"), mass_mg))
    elif one_C_mA_g is None:
        raise MeasuredDataError(
            f"{name} has no column for the current: say what 1 C is, one_C_mA_g=300 for a carbon"
            if reader.has("rate")
            else f"{name} has no column for the current or the rate: name one 'current [mA/g]' or 'rate [C]'"
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


def read_impedance(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
) -> MeasuredImpedance:
    """Read frequency, real and imaginary part.

    Raises
    ------
    MeasuredDataError
        For missing columns, a frequency that is not positive, and an imaginary part whose sign makes
        the cell inductive nearly everywhere.
    """
    reader = Reader(read_table(path), columns, units).drop_trailing_blanks()
    name = reader.table.name
    frequency, real = reader.column("frequency").values, reader.column("real part").values
    if reader.has("negative imaginary part"):
        imaginary = -reader.column("negative imaginary part").values
    else:
        imaginary = reader.column("imaginary part").values
    _check_points(reader, len(frequency))
    bad = np.flatnonzero(~(frequency > 0.0))
    if len(bad):
        raise MeasuredDataError(
            f"{name}, {reader.table.place(int(bad[0]))}: the frequency is {frequency[bad[0]]:g} Hz: it "
            "must be positive"
        )
    if np.mean(imaginary > 0.0) > 0.8:
        raise MeasuredDataError(
            f"{name}: Im(Z) is positive at {100 * np.mean(imaginary > 0.0):.0f} % of the frequencies, as of "
            "a coil; the column probably holds -Im(Z): say so with columns={'negative imaginary part': '...'}"
        )
    return MeasuredImpedance(name, frequency, real + 1j * imaginary)


def _sign(positive_on: str) -> float:
    if positive_on not in ("desodiation", "sodiation"):
        raise MeasuredDataError(f"positive_on is {positive_on!r}: give 'desodiation' or 'sodiation'")
    return 1.0 if positive_on == "desodiation" else -1.0


def _per_gram(reader: Reader, column: Column, mass_mg: float | None) -> Array:
    """Current in mA/g or charge in mAh/g."""
    if column.per_gram:
        return column.values
    name = reader.table.name
    if mass_mg is None:
        raise MeasuredDataError(
            f"{name}: column {column.label!r} is not per gram: give the active mass, mass_mg=1.2"
        )
    if not (np.isfinite(mass_mg) and mass_mg > 0.0):
        raise MeasuredDataError(f"mass_mg is {mass_mg:g}: give a positive number, mg of active material")
    return np.asarray(column.values * 1e6 / mass_mg)  # A/mg to mA/g


def _rising_time(reader: Reader) -> Array:
    time = reader.column("time").values
    _check_rising(reader, time, "time")
    return np.asarray(time - time[0])


def _check_rising(reader: Reader, values: Array, what: str) -> None:
    step = np.diff(values)
    slack = 1e-9 * max(1.0, float(np.max(np.abs(values))))
    back = np.flatnonzero(step < -slack)
    if len(back):
        row = int(back[0]) + 1
        raise MeasuredDataError(
            f"{reader.table.name}, {reader.table.place(row)}: the {what} goes back, from {values[row - 1]:g} "
            f"to {values[row]:g}; a file that starts again must be split or mended"
        )


def _check_points(reader: Reader, count: int) -> None:
    if count < 3:
        points = "a single point" if count == 1 else f"{count} points"
        raise MeasuredDataError(f"{reader.table.name} has {points}: a curve needs three or more")


def _check_sign(name: str, time: Array, current: Array, voltage: Array) -> None:
    """Refuse a current that is positive while the voltage falls over most of the charge."""
    moving = np.abs(current[1:]) > _REST * float(np.max(np.abs(current)))
    same = np.sign(current[1:]) == np.sign(current[:-1])  # a jump at a turn says nothing
    change = np.diff(voltage)[moving & same]
    weight = np.sign(current[1:][moving & same]) * change
    if np.sum(np.abs(change)) > 0.0 and np.sum(weight) < -0.5 * np.sum(np.abs(change)):
        raise MeasuredDataError(
            f"{name}: the voltage falls while the current is positive: if the file counts sodiation as "
            "positive, say positive_on='sodiation'"
        )
