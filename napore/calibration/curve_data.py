"""Half cycles as data of a fit: voltage at measured capacities, capacities at the ends, charge of holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Self, cast

import numpy as np
import numpy.typing as npt

from napore.measured import MeasuredCurve

from .curve_slopes import CurveSlopes
from .fitted import CalibrationError
from .numbers import Curve, Differentiated, HalfCell
from .protocol import Protocol

Array = npt.NDArray[np.float64]

SCALE: Final = 0.005
"""Standard error of a curve's charge over it, common to its points, assumed: weighing and the cycler's range.

It widens intervals and weighs no point."""


@dataclass(frozen=True)
class CurveData:
    """Voltage against capacity of half cycles, each of a symmetric cycle at its current, or of a protocol.

    A residual is the difference of the voltages at a measured capacity over
    ``sqrt(s_V^2 + (dV/dq s_q)^2)``, so that where the curve is steep an error of the capacity is
    allowed for. Where ``dV/dq s_q`` is more than ``s_V`` in the second half it is that of the capacities at a
    measured voltage times ``dV/dq``, nearly the same: a steep end that moves stays linear. One more is the
    difference of the capacities at the end, and one that of the charges of a
    hold. Beyond its own end a simulated curve stays at its cut-off.

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
    protocols
        Of each curve; symmetric cycles between the set's cut-offs where None.
    holds_mAh_g
        Charge of the hold that is compared, of each curve; None for one without.
    electrodes
        3 where the voltage is that against a reference, without the foil's.

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
    protocols: tuple[Protocol | None, ...] | None = None
    holds_mAh_g: tuple[float | None, ...] | None = None
    electrodes: int = 2

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

    def take(self, kept: Sequence[bool]) -> Self:
        """Some of the curves."""

        def chosen(values: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
            return None if values is None else tuple(v for v, k in zip(values, kept, strict=True) if k)

        return replace(
            self,
            curves=chosen(self.curves) or (),
            protocols=chosen(self.protocols),
            holds_mAh_g=chosen(self.holds_mAh_g),
        )

    @property
    def name(self) -> str:
        """Names of the files."""
        return ", ".join(dict.fromkeys(curve.source for curve in self.curves))

    @property
    def size(self) -> int:
        """Number of residuals."""
        return sum(sample.size for sample in self._samples)

    def residuals(self, model: HalfCell, values: Mapping[str, float]) -> Array:
        """Differences of voltage at measured capacities, and of the capacities, over their errors."""
        found = []
        for sample, simulated in zip(self._samples, self.simulated(model, values), strict=True):
            if simulated is None:
                found.append(np.full(sample.size, np.nan))
                continue
            end = [(simulated.capacity - sample.capacity[-1]) / sample.end_error]
            if sample.hold_mAh_g is not None:
                end.append((simulated.hold_mAh_g - sample.hold_mAh_g) / sample.end_error)
            q = np.where(self._steep(sample), _capacity_at(simulated, sample.voltage), sample.capacity)
            difference = simulated.at(q) - sample.voltage - sample.slope * (q - sample.capacity)
            found.append(np.append(difference / sample.error, end))
        return np.concatenate(found)

    def _steep(self, sample: "_Sample") -> npt.NDArray[np.bool_]:
        """Points at which capacities at a voltage are compared."""
        steep = np.abs(sample.slope) * self.capacity_error_mAh_g > self.voltage_error_V
        return np.asarray(steep & (sample.capacity > 0.5 * sample.capacity[-1]))

    def derivatives(self, model: HalfCell, values: Mapping[str, float]) -> Array | None:
        """Derivatives of the residuals, where the model's curves have them; one column a number."""
        found = []
        for sample, simulated in zip(self._samples, self.simulated(model, values), strict=True):
            slopes = getattr(simulated, "slopes", None)
            if slopes is None:
                return None
            curve = cast(Differentiated, simulated)
            steep = self._steep(sample)
            own = curve.slopes_at(sample.capacity)
            if np.any(steep):
                slope = sample.slope[steep]
                own[steep] = -slope[:, None] * _capacities_moved(curve, slopes, sample.voltage[steep], slope)
            end = [slopes.capacity_mAh_g / sample.end_error]
            end += [] if sample.hold_mAh_g is None else [slopes.hold_mAh_g / sample.end_error]
            found.append(np.vstack([own / sample.error[:, None], *end]))
        return np.asarray(np.concatenate(found))

    def uncorrelated(self, residuals: Array) -> Array:
        """Combinations of the residuals that are uncorrelated where points of a curve share errors.

        All points of a curve also have one error of the charge's scale and one of the voltage in common, of
        the same sizes: mass, current and the cycler's range err for all points together, and many points do
        not average such an error. Derivatives are combined alike, one column a parameter.
        """
        ends = np.cumsum([sample.size for sample in self._samples])
        parts = []
        for sample, row in zip(self._samples, np.split(residuals, ends[:-1]), strict=True):
            shape, smaller = sample.common
            parts.append(row - shape @ ((shape.T @ row).T * smaller).T)
        return np.concatenate(parts)

    def of_noise(self, scatter_V: Sequence[float]) -> Array:
        """Size of the residuals that points of such a scatter make, of each curve [V]; of ends as said.

        Errors of the capacities of single points are in the scatter; those of all points are no scatter.
        """
        found = []
        for sample, scatter in zip(self._samples, scatter_V, strict=True):
            size = scatter / sample.error
            found.append(np.append(size, np.ones(sample.size - len(size))))
        return np.concatenate(found)

    def differences_V(self, model: HalfCell, values: Mapping[str, float]) -> Array:
        """Simulated less measured voltage at the capacities that both curves reach [V]."""
        found = []
        for sample, simulated in zip(self._samples, self.simulated(model, values), strict=True):
            if simulated is None:
                return np.full(self.size, np.nan)
            reached = sample.capacity <= simulated.capacity
            found.append(simulated.at(sample.capacity[reached]) - sample.voltage[reached])
        return np.concatenate(found)

    def mean_squares_V2(self, model: HalfCell, values: Mapping[str, float]) -> list[float | None]:
        """Mean square over the charge of simulated less measured voltage [V2], of each curve.

        At the measured points that both reach, each with the charge about it; None without a simulation.
        """
        found: list[float | None] = []
        for curve, simulated in zip(self.curves, self.simulated(model, values), strict=True):
            end = min(curve.constant_current_capacity, 0.0 if simulated is None else simulated.capacity)
            kept = curve.capacity_mAh_g <= end + 1e-9
            if simulated is None or np.count_nonzero(kept) < 2:
                found.append(None)
                continue
            q = curve.capacity_mAh_g[kept]
            off = np.square(simulated.at(q) - curve.voltage_V[kept])
            found.append(float(np.sum(0.5 * (off[1:] + off[:-1]) * np.diff(q)) / (q[-1] - q[0])))
        return found

    def simulated(self, model: HalfCell, values: Mapping[str, float]) -> list[Curve | None]:
        """Simulation of each curve; one cycle serves both directions of a protocol."""
        protocols = self.protocols or (None,) * len(self.curves)
        asked = [
            protocol or Protocol(float(curve.current_mA_g or 0.0), float(curve.current_mA_g or 0.0))
            for curve, protocol in zip(self.curves, protocols, strict=True)
        ]
        solved: dict[Protocol, tuple[Curve | None, ...]] = {}
        for protocol in dict.fromkeys(asked):
            directions = {c.direction for c, own in zip(self.curves, asked, strict=True) if own == protocol}
            if directions == {"sodiation"} and protocol.window_V is None:
                solved[protocol] = (model.sodiation(protocol.sodiation_mA_g, values, self.cycles),)
            else:
                solved[protocol] = model.run(protocol, values, self.cycles) or (None, None)
        return [
            solved[own][0 if curve.direction == "sodiation" else 1]
            for curve, own in zip(self.curves, asked, strict=True)
        ]

    @cached_property
    def _samples(self) -> tuple["_Sample", ...]:
        held = self.holds_mAh_g or (None,) * len(self.curves)
        return tuple(self._sample(curve, own) for curve, own in zip(self.curves, held, strict=True))

    def _sample(self, curve: MeasuredCurve, held: float | None) -> "_Sample":
        # a hold moves along no curve: its charge is a number of its own
        moving = curve.capacity_mAh_g <= curve.constant_current_capacity + 1e-9
        q, V = curve.capacity_mAh_g[moving], curve.voltage_V[moving]
        span = max(float(np.ptp(V)), 1e-6)
        # of the smoothed curve: where it is flat, noise would choose the points that lie lowest
        smooth = _smoothed(q, V)
        length = q / q[-1] + np.maximum.accumulate(np.abs(smooth - smooth[0])) / span
        places = np.searchsorted(length, np.linspace(0.0, length[-1], self.points))
        places = np.unique(np.clip(places, 0, len(q) - 1))
        signed = _slope(q, V)
        slope = np.abs(signed)
        error = np.hypot(self.voltage_error_V, slope * self.capacity_error_mAh_g)
        end_error = np.hypot(self.capacity_error_mAh_g, self.voltage_error_V / max(slope[-1], 1e-6))
        errors = (self.voltage_error_V, self.capacity_error_mAh_g)
        return _Sample(q[places], V[places], error[places], float(end_error), held, signed[places], *errors)


@dataclass(frozen=True)
class _Sample:
    """Points of a curve that a fit uses, with their errors."""

    capacity: Array
    voltage: Array
    error: Array
    end_error: float
    hold_mAh_g: float | None
    slope: Array
    error_V: float
    error_mAh_g: float

    @cached_property
    def common(self) -> tuple[Array, Array]:
        """Residuals that errors common to the curve make, orthonormal, and by how much each is reduced.

        Errors of the charge's scale and of the voltage, ``S``: residuals of the covariance ``I + S S'`` times
        its root's inverse are uncorrelated.
        """
        error = float(np.hypot(self.error_mAh_g, SCALE * self.capacity[-1]))
        scale = self.slope * self.capacity / self.capacity[-1] * error / self.error
        steepness = self.slope[-1] if abs(self.slope[-1]) > 1e-6 else 1e-6
        ends = np.array([error, self.error_V / steepness]) / self.end_error
        none = np.zeros((0 if self.hold_mAh_g is None else 1, 2))
        rows = np.concatenate([np.column_stack([scale, self.error_V / self.error]), [-ends], none])
        shape, size, _ = np.linalg.svd(rows, full_matrices=False)
        return shape, 1.0 - 1.0 / np.sqrt(1.0 + size**2)

    @property
    def size(self) -> int:
        """Number of residuals."""
        return len(self.capacity) + (1 if self.hold_mAh_g is None else 2)


def _capacity_at(curve: Curve, voltage: Array) -> Array:
    """Capacity [mAh/g] at which a simulated curve has a voltage, or its nearest end."""
    q, rise = curve.capacity_mAh_g, np.sign(curve.voltage_V[-1] - curve.voltage_V[0]) or 1.0
    V = np.maximum.accumulate(rise * curve.voltage_V)
    if len(q) < 2:
        return np.full(voltage.shape, q[-1])
    k = np.clip(np.searchsorted(V, rise * voltage), 1, len(q) - 1)
    slope = np.maximum(V[k] - V[k - 1], 1e-9) / (q[k] - q[k - 1])
    found = q[k - 1] + np.clip((rise * voltage - V[k - 1]) / slope, 0.0, q[k] - q[k - 1])
    off = rise * (curve.at(found) - voltage)  # of what lies between the points: no straight line
    return np.asarray(np.clip(found - off / slope, q[k - 1], q[k]))


def _capacities_moved(curve: Differentiated, slopes: CurveSlopes, voltage: Array, measured: Array) -> Array:
    """Derivatives of :func:`_capacity_at`; where the curve is flat for a measured slope it says little."""
    at = _capacity_at(curve, voltage)
    slope = curve.slope_at(at)
    steep = np.abs(slope) >= 0.1 * np.abs(measured)
    moved: Array = -curve.slopes_at(at) / np.where(steep, slope, np.inf)[:, None]
    moved[at >= curve.capacity] = slopes.capacity_mAh_g
    moved[at <= 0.0] = 0.0
    return moved


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
