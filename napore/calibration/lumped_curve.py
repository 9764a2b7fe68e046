"""A half cycle of the lumped formulation as a curve that a fit compares."""

from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

from napore.models.lumped_slopes import Passed, Tangents
from napore.models.lumped_steps import Trace

from .curve_slopes import CurveSlopes

Array = npt.NDArray[np.float64]

_LAST: Final = 0.2  # mAh/g: the slope with which a curve goes on
_BEYOND_V: Final = 0.3  # by which it does so at most, before its first point and after its last one


class LumpedCurve:
    """Half cycle of the lumped formulation that a voltage ended; as :class:`.numbers.Curve`.

    Parameters
    ----------
    trace, end_V
        Its steps in time, and that voltage [V].
    slopes
        Derivatives by numbers.
    """

    hold_mAh_g: float = 0.0

    def __init__(self, trace: Trace, end_V: float, slopes: CurveSlopes | None = None) -> None:
        self.slopes = slopes
        q = np.concatenate([[0.0], np.abs(trace.charge_Ah_kg)])
        V = np.concatenate([trace.voltage_V[:1], trace.voltage_V])
        if len(trace.voltage_V) < 2:
            # its first step ended it, kilovolts beyond where rates are slow: nearer, and still the nearer
            # the less it was beyond
            over = float(V[0]) - end_V
            V[:] = end_V + np.sign(over) * _BEYOND_V * np.log1p(abs(over) / _BEYOND_V)
            if slopes is not None:
                slopes.voltage_V = slopes.voltage_V / (1.0 + abs(over) / _BEYOND_V)
        if len(q) > 2:
            off = (V[2] - V[1]) / max(q[2] - q[1], 1e-12) * q[1]
            V[0] = V[1] - float(np.clip(off, -_BEYOND_V, _BEYOND_V))
        kept = np.append(True, np.diff(q) > 1e-9)
        self.capacity_mAh_g, self.voltage_V = q[kept], V[kept]

    def hold(self, trace: Trace, passed: Passed, tangents: Tangents | None) -> None:
        """Add a hold after the half cycle."""
        self.hold_mAh_g = abs(float(trace.charge_Ah_kg[-1]))
        if self.slopes is not None and tangents is not None:
            self.slopes.held(trace, passed, tangents)

    @property
    def capacity(self) -> float:
        """Charge passed at constant current [mAh/g]."""
        return float(self.capacity_mAh_g[-1])

    @cached_property
    def _curve(self) -> PchipInterpolator:
        return PchipInterpolator(self.capacity_mAh_g, self.voltage_V)

    @cached_property
    def _last_slope(self) -> float:
        before = max(self.capacity - _LAST, 0.0)
        risen = self.voltage_V[-1] - float(self._curve(before))
        return float(risen / max(self.capacity - before, 1e-12))

    def slope_at(self, capacity_mAh_g: Array) -> Array:
        """dV/dq [V g/mAh] at a capacity, and beyond the end."""
        q = np.asarray(capacity_mAh_g)
        if len(self.capacity_mAh_g) < 2:
            return np.zeros(q.shape)
        inside = self._curve(np.clip(q, 0.0, self.capacity), 1)
        return np.where(q > self.capacity, self._last_slope, inside)

    def slopes_at(self, capacity_mAh_g: Array) -> Array:
        """Derivatives of the voltage at a capacity by numbers, one a column."""
        assert self.slopes is not None
        q = np.asarray(capacity_mAh_g)
        if len(self.slopes.charge_mAh_g) < 2:
            return self.slopes.at(q)
        beyond = (q > self.capacity)[:, None]
        inside = self.slopes.at(np.minimum(q, self.capacity))
        return np.where(beyond, -self._last_slope * self.slopes.capacity_mAh_g, inside)

    def at(self, capacity_mAh_g: Array) -> Array:
        """Voltage [V] at a capacity; beyond the end along the last slope, by at most 0.3 V."""
        q = np.asarray(capacity_mAh_g)
        if len(self.capacity_mAh_g) < 2:
            return np.full(q.shape, self.voltage_V[-1])
        curve = self._curve
        inside = curve(np.clip(q, 0.0, self.capacity))
        slope = self._last_slope
        return np.asarray(inside + np.clip(slope * np.maximum(q - self.capacity, 0.0), -_BEYOND_V, _BEYOND_V))
