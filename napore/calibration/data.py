"""Measured data as residuals of a half cell's simulation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from napore.measured import MeasuredCycling, MeasuredRates

from .curve_data import CurveData
from .fitted import CalibrationError, Fitted
from .numbers import HalfCell
from .resistance import charge_transfer_resistance

__all__ = ["CalibrationError", "CurveData", "Data", "RateData", "ResistanceData", "SeriesData"]

Array = npt.NDArray[np.float64]

_PLACE: Final = 1e-4
"""Change of a place for a difference."""

_STEEPEST: Final = 1e9
"""Largest derivative of a residual by a place: what is beyond, or no number, comes of a step that failed."""

_STEP = 0.05
"""Change of a current that begins another segment, over the larger of both."""

_LEAST_STEP = 0.005
"""Change below which a current is constant, over the largest of the series: noise at rest."""


class Data(Protocol):
    """What a fit asks of data: residuals over their errors, and how many there are."""

    @property
    def name(self) -> str:
        """Name for tables."""

    @property
    def size(self) -> int:
        """Number of residuals."""

    def residuals(self, model: Any, values: Mapping[str, float]) -> Array:
        """Simulation less measurement over the error; NaN where it cannot be solved.

        The model is a :class:`.numbers.HalfCell`; data of one's own may ask for more than it has.
        """


def residuals_of(data: Iterable[Data], model: Any, values: Mapping[str, float]) -> Array:
    """Residuals of all data, one after the other, and of what a half cell assumes beside them."""
    found = [part.residuals(model, values) for part in data]
    beside = getattr(model, "beside", None)
    return np.concatenate(found if beside is None else [*found, beside(values)])


def derivatives_of(
    data: Iterable[Data], model: Any, values: Mapping[str, float], fitted: Sequence[Fitted]
) -> Array | None:
    """Derivatives of all residuals by the places of numbers, one a column; None where a part has none.

    Of data that need no simulation by differences.
    """
    found = []
    with model.differentiated(fitted):
        for part in data:
            own = getattr(part, "derivatives", None)
            rows = _by_differences(part, model, values, fitted) if own is None else own(model, values)
            if rows is None or not np.all(np.abs(rows) < _STEEPEST):
                return None
            found.append(np.asarray(rows))
    beside = getattr(model, "beside", None)
    if beside is not None:
        rows = beside.derivatives(values, fitted)
        if rows is None or not np.all(np.abs(rows) < _STEEPEST):
            return None
        found.append(rows)
    return np.asarray(np.concatenate(found))


def _by_differences(part: Data, model: Any, values: Mapping[str, float], fitted: Sequence[Fitted]) -> Array:
    here, columns = part.residuals(model, values), []
    for f in fitted:
        place = f.place(values[f.name])
        moved = f.at(place + (_PLACE if place < 0.5 else -_PLACE))
        difference = part.residuals(model, {**values, f.name: moved}) - here
        columns.append(difference / (f.place(moved) - place))
    return np.stack(columns, axis=1)


def uncorrelated(data: Sequence[Data], residuals: Array) -> Array:
    """Residuals of all data, or their derivatives, those of curves as uncorrelated combinations.

    What follows those of the data, such as rows of priors, stays.
    """
    *own, rest = np.split(residuals, np.cumsum([part.size for part in data]))
    combined = [
        part.uncorrelated(one) if isinstance(part, CurveData) else one
        for part, one in zip(data, own, strict=True)
    ]
    return np.concatenate([*combined, rest])


_BEYOND_V = 0.2
"""Potential outside of a cell's window at which half of a file's points are not those of the cell."""


def check_potentials(part: Data, cell: str, window_V: Sequence[float], other: str = "") -> None:
    """Refuse curves that lie outside of the window of the cell they are compared with.

    ``other`` says what else is to be done.

    Raises
    ------
    CalibrationError
        For the file of another kind of cell.
    """
    own = getattr(part, "voltage_V", None)
    curves = [(c.source, c.voltage_V) for c in getattr(part, "curves", ())]
    for source, voltage in [*curves, *([] if own is None else [(part.name, own)])]:
        middle = float(np.median(voltage))
        if not window_V[0] - _BEYOND_V <= middle <= window_V[1] + _BEYOND_V:
            side = "above" if middle > window_V[1] else "below"
            raise CalibrationError(
                f"{source}: half of its points lie {side} {middle:.2f} V, and {cell} is run from "
                f"{window_V[0]:g} to {window_V[1]:g} V: give the file of such a cell{other}"
            )


@dataclass(frozen=True)
class RateData:
    """Desodiation capacity at each current.

    Parameters
    ----------
    rates
        Currents and capacities.
    relative_error
        Standard error of a capacity over the capacity.
    cycles
        Cycles simulated at each current; the last one is compared.
    """

    rates: MeasuredRates
    relative_error: float = 0.01
    cycles: int = 3

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.rates.source

    @property
    def size(self) -> int:
        """Number of residuals."""
        return len(self.rates.current_mA_g)

    def residuals(self, model: HalfCell, values: Mapping[str, float]) -> Array:
        """Relative differences of the capacities over their error."""
        simulated = self.simulated(model, values)
        return np.asarray((simulated / self.rates.capacity_mAh_g - 1.0) / self.relative_error)

    def derivatives(self, model: HalfCell, values: Mapping[str, float]) -> Array | None:
        """Derivatives of the residuals, where the model's curves have them; one column a number."""
        found = []
        for current, measured in zip(self.rates.current_mA_g, self.rates.capacity_mAh_g, strict=True):
            both = model.cycles(float(current), values, self.cycles)
            slopes = None if both is None else getattr(both[1], "slopes", None)
            if slopes is None:
                return None
            found.append(slopes.capacity_mAh_g / measured / self.relative_error)
        return np.array(found)

    def simulated(self, model: HalfCell, values: Mapping[str, float]) -> Array:
        """Desodiation capacity at each current [mAh/g]; NaN where it cannot be solved."""
        found = []
        for current in self.rates.current_mA_g:
            both = model.cycles(float(current), values, self.cycles)
            found.append(np.nan if both is None else both[1].capacity)
        return np.array(found)


@dataclass(frozen=True)
class ResistanceData:
    """Charge-transfer resistance of electrode and foil together, as impedance gives it.

    Parameters
    ----------
    resistance_ohm, error_ohm
        Sum of the arcs and its standard error.
    name
        Name for tables.
    """

    resistance_ohm: float
    error_ohm: float
    name: str = "charge-transfer resistance"
    size: int = field(default=1, init=False)

    def residuals(self, model: HalfCell, values: Mapping[str, float]) -> Array:
        """Difference over the error."""
        electrode = model.electrode.kind.capitalize()
        found = charge_transfer_resistance(model.numbers_at(values), electrode)
        return np.array([(found - self.resistance_ohm) / self.error_ohm])


@dataclass(frozen=True)
class SeriesData:
    """Voltage over time at piecewise constant current, such as a GITT, from the desodiated electrode.

    Parameters
    ----------
    series
        Measured time, current and voltage; the current is replaced by its mean in each segment.
    voltage_error_V
        Standard error of a voltage, or the misfit that is put up with.
    points
        Points of each segment that are used, evenly in the logarithm of time.
    electrodes
        3 where the voltage is that against a reference, without the foil's.

    Raises
    ------
    CalibrationError
        Where the current is not piecewise constant, or the series does not begin desodiated.
    """

    series: MeasuredCycling
    voltage_error_V: float = 1e-3
    points: int = 12
    electrodes: int = 2
    _segments: Sequence["_Segment"] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        time, current, voltage = self.series.time_s, self.series.current_mA_g, self.series.voltage_V
        if voltage[0] < 1.0:
            raise CalibrationError(
                f"{self.series.source} begins at {voltage[0]:.2f} V: a series must begin with the desodiated "
                "electrode, above 1 V"
            )
        least = _LEAST_STEP * float(np.max(np.abs(current)))
        size = np.abs(current)
        step = np.maximum(_STEP * np.maximum(size[1:], size[:-1]), least)
        turns = np.flatnonzero(np.abs(np.diff(current)) > step) + 1
        segments = []
        for part in np.split(np.arange(len(time)), turns):
            begin = time[max(part[0] - 1, 0)]
            elapsed = time[part] - begin
            if len(part) < 2 or not elapsed[-1] > 0.0:
                continue
            if float(np.ptp(current[part])) > max(_STEP * float(np.max(size[part])), least):
                raise CalibrationError(
                    f"{self.series.source}: the current is not constant between {time[part[0]]:g} and "
                    f"{time[part[-1]]:g} s: give pulses of constant current and rests"
                )
            wanted = np.geomspace(max(elapsed[0], 1e-3 * elapsed[-1], 1e-6), elapsed[-1], self.points)
            places = np.unique(np.clip(np.searchsorted(elapsed, wanted), 0, len(part) - 1))
            # PyBaMM's current is positive on sodiation, the measured one on desodiation
            mean = -float(np.mean(current[part]))
            segments.append(_Segment(mean, float(begin), elapsed[places], voltage[part[places]]))
        object.__setattr__(self, "_segments", tuple(segments))

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.series.source

    @property
    def size(self) -> int:
        """Number of residuals."""
        return sum(len(one.elapsed) for one in self._segments)

    @property
    def begins_with_sodiation(self) -> bool:
        """Whether the first current that flows is a sodiation."""
        return next((one.current > 0.0 for one in self._segments if abs(one.current) > 0.0), False)

    @property
    def time_s(self) -> Array:
        """Times of the points that are used [s]."""
        return np.concatenate([one.begin + one.elapsed for one in self._segments])

    @property
    def voltage_V(self) -> Array:
        """Voltages of the points that are used [V]."""
        return np.concatenate([one.voltage for one in self._segments])

    def residuals(self, model: HalfCell, values: Mapping[str, float]) -> Array:
        """Differences of voltage over their error."""
        return self.differences_V(model, values) / self.voltage_error_V

    def derivatives(self, model: HalfCell, values: Mapping[str, float]) -> Array | None:
        """Derivatives of the residuals, where the model has them; one column a number."""
        found = model.series_slopes([(one.current, one.elapsed) for one in self._segments], values)
        return None if found is None else np.concatenate(found) / self.voltage_error_V

    def differences_V(self, model: HalfCell, values: Mapping[str, float]) -> Array:
        """Simulated less measured voltage [V]."""
        found = model.series([(one.current, one.elapsed) for one in self._segments], values)
        if found is None:
            return np.full(self.size, np.nan)
        return np.asarray(np.concatenate(found) - self.voltage_V)


@dataclass(frozen=True)
class _Segment:
    """Points of a time of constant current [mA/g], with the time when it begins."""

    current: float
    begin: float
    elapsed: Array
    voltage: Array
