"""Measured data as residuals of a half cell's simulation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from napore.measured import MeasuredCurve, MeasuredCycling, MeasuredRates

from .fitted import CalibrationError
from .half_cell import HalfCellModel, SimulatedCurve
from .resistance import charge_transfer_resistance

__all__ = ["CalibrationError", "CurveData", "Data", "RateData", "ResistanceData", "SeriesData"]

Array = npt.NDArray[np.float64]

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

    def residuals(self, model: HalfCellModel, values: Mapping[str, float]) -> Array:
        """Simulation less measurement over the error; NaN where it cannot be solved."""


@dataclass(frozen=True)
class CurveData:
    """Voltage against capacity of half cycles, each of a symmetric cycle at its current.

    A residual is the difference of the voltages at a measured capacity over
    ``sqrt(s_V^2 + (dV/dq s_q)^2)``, so that where the curve is steep an error of the capacity is
    allowed for; one more is the difference of the capacities at the end. Beyond its own end a
    simulated curve stays at its cut-off.

    Parameters
    ----------
    curves
        Half cycles with their currents.
    voltage_error_V, capacity_error_mAh_g
        Standard errors ``s_V``, ``s_q`` of the data, or the misfit that is put up with.
    points
        Points of each curve that are used, evenly along its length.
    cycles
        Cycles simulated at each current; the last one is compared.

    Raises
    ------
    CalibrationError
        For no curve, a curve without a current, or errors that are not positive.
    """

    curves: tuple[MeasuredCurve, ...]
    voltage_error_V: float = 1e-3
    capacity_error_mAh_g: float = 0.5
    points: int = 60
    cycles: int = 2

    def __post_init__(self) -> None:
        if not self.curves:
            raise CalibrationError("no curve is given: give one or more half cycles")
        for curve in self.curves:
            if curve.current_mA_g is None or not curve.current_mA_g > 0.0:
                raise CalibrationError(
                    f"{curve.source}: the current of the curve is not known: give current_mA_g"
                )
        for error, what in (
            (self.voltage_error_V, "voltage_error_V"),
            (self.capacity_error_mAh_g, "capacity_error_mAh_g"),
        ):
            if not error > 0.0:
                raise CalibrationError(f"{what} is {error:g}: give a positive number")

    def softened(self, voltage_error_V: float, capacity_error_mAh_g: float) -> Self:
        """The same curves with errors of at least these."""
        return replace(
            self,
            voltage_error_V=max(voltage_error_V, self.voltage_error_V),
            capacity_error_mAh_g=max(capacity_error_mAh_g, self.capacity_error_mAh_g),
        )

    @property
    def name(self) -> str:
        """Names of the files."""
        return ", ".join(dict.fromkeys(curve.source for curve in self.curves))

    @property
    def size(self) -> int:
        """Number of residuals."""
        return sum(len(sample.capacity) + 1 for sample in self._samples)

    def residuals(self, model: HalfCellModel, values: Mapping[str, float]) -> Array:
        """Differences of voltage at measured capacities, and of the capacities, over their errors."""
        found = []
        for sample, simulated in zip(self._samples, self.simulated(model, values), strict=True):
            if simulated is None:
                found.append(np.full(len(sample.capacity) + 1, np.nan))
                continue
            end = (simulated.capacity - sample.capacity[-1]) / sample.end_error
            difference = simulated.at(sample.capacity) - sample.voltage
            found.append(np.append(difference / sample.error, end))
        return np.concatenate(found)

    def differences_V(self, model: HalfCellModel, values: Mapping[str, float]) -> Array:
        """Simulated less measured voltage at the capacities that both curves reach [V]."""
        found = []
        for sample, simulated in zip(self._samples, self.simulated(model, values), strict=True):
            if simulated is None:
                return np.full(self.size, np.nan)
            reached = sample.capacity <= simulated.capacity
            found.append(simulated.at(sample.capacity[reached]) - sample.voltage[reached])
        return np.concatenate(found)

    def simulated(self, model: HalfCellModel, values: Mapping[str, float]) -> list[SimulatedCurve | None]:
        """Simulation of each curve; one cycle serves both directions of a current."""
        solved: dict[float, tuple[SimulatedCurve | None, ...]] = {}
        for current in {float(curve.current_mA_g or 0.0) for curve in self.curves}:
            directions = {curve.direction for curve in self.curves if curve.current_mA_g == current}
            if directions == {"sodiation"}:
                solved[current] = (model.sodiation(current, values, self.cycles),)
            else:
                solved[current] = model.cycles(current, values, self.cycles) or (None, None)
        return [
            solved[float(curve.current_mA_g or 0.0)][0 if curve.direction == "sodiation" else 1]
            for curve in self.curves
        ]

    @cached_property
    def _samples(self) -> tuple["_Sample", ...]:
        return tuple(self._sample(curve) for curve in self.curves)

    def _sample(self, curve: MeasuredCurve) -> "_Sample":
        q, V = curve.capacity_mAh_g, curve.voltage_V
        span = max(float(np.ptp(V)), 1e-6)
        # of the smoothed curve: where it is flat, noise would choose the points that lie lowest
        smooth = _smoothed(q, V)
        length = q / q[-1] + np.maximum.accumulate(np.abs(smooth - smooth[0])) / span
        places = np.searchsorted(length, np.linspace(0.0, length[-1], self.points))
        places = np.unique(np.clip(places, 0, len(q) - 1))
        slope = np.abs(_slope(q, V))
        error = np.hypot(self.voltage_error_V, slope * self.capacity_error_mAh_g)
        end_error = np.hypot(self.capacity_error_mAh_g, self.voltage_error_V / max(slope[-1], 1e-6))
        return _Sample(q[places], V[places], error[places], float(end_error))


@dataclass(frozen=True)
class _Sample:
    """Points of a curve that a fit uses, with their errors."""

    capacity: Array
    voltage: Array
    error: Array
    end_error: float


def _smoothed(q: Array, V: Array) -> Array:
    """Mean of the potential over 4 % of the capacity [V]."""
    area = np.concatenate([[0.0], np.cumsum(0.5 * (V[1:] + V[:-1]) * np.diff(q))])
    width = 0.02 * q[-1]
    low, high = np.maximum(q - width, q[0]), np.minimum(q + width, q[-1])
    return np.asarray((np.interp(high, q, area) - np.interp(low, q, area)) / np.maximum(high - low, 1e-12))


def _slope(q: Array, V: Array) -> Array:
    """dV/dq [V g/mAh] over at least 2 % of the capacity, so that noise does not make it."""
    width = 0.01 * q[-1]
    low, high = np.maximum(q - width, q[0]), np.minimum(q + width, q[-1])
    return np.asarray((np.interp(high, q, V) - np.interp(low, q, V)) / np.maximum(high - low, 1e-12))


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

    def residuals(self, model: HalfCellModel, values: Mapping[str, float]) -> Array:
        """Relative differences of the capacities over their error."""
        simulated = self.simulated(model, values)
        return np.asarray((simulated / self.rates.capacity_mAh_g - 1.0) / self.relative_error)

    def simulated(self, model: HalfCellModel, values: Mapping[str, float]) -> Array:
        """Desodiation capacity at each current [mAh/g]; NaN where it cannot be solved."""
        found = []
        for current in self.rates.current_mA_g:
            both = model.cycles(float(current), values, self.cycles)
            found.append(np.nan if both is None else both[1].capacity)
        return np.array(found)


@dataclass(frozen=True)
class ResistanceData:
    """Charge-transfer resistance of carbon and foil together, as impedance gives it.

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

    def residuals(self, model: HalfCellModel, values: Mapping[str, float]) -> Array:
        """Difference over the error."""
        found = charge_transfer_resistance(model.numbers_at(values))
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

    Raises
    ------
    CalibrationError
        Where the current is not piecewise constant, or the series does not begin desodiated.
    """

    series: MeasuredCycling
    voltage_error_V: float = 1e-3
    points: int = 12
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
    def time_s(self) -> Array:
        """Times of the points that are used [s]."""
        return np.concatenate([one.begin + one.elapsed for one in self._segments])

    @property
    def voltage_V(self) -> Array:
        """Voltages of the points that are used [V]."""
        return np.concatenate([one.voltage for one in self._segments])

    def residuals(self, model: HalfCellModel, values: Mapping[str, float]) -> Array:
        """Differences of voltage over their error."""
        return self.differences_V(model, values) / self.voltage_error_V

    def differences_V(self, model: HalfCellModel, values: Mapping[str, float]) -> Array:
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
