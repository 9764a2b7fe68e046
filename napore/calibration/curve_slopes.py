"""Derivatives of a simulated half cycle by the places of the numbers of a fit."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from napore.models.lumped_slopes import Passed, Tangents
from napore.models.lumped_steps import Trace

Array = npt.NDArray[np.float64]


@dataclass
class CurveSlopes:
    """Derivatives of a curve, one column a number.

    Parameters
    ----------
    charge_mAh_g, voltage_V
        Charges passed and, one a row, derivatives of the voltage there.
    capacity_mAh_g, hold_mAh_g
        Those of the charge at constant current and of a hold.
    """

    charge_mAh_g: Array
    voltage_V: Array
    capacity_mAh_g: Array
    hold_mAh_g: Array

    @classmethod
    def of(cls, trace: Trace, passed: Passed, tangents: Tangents) -> Self:
        """Of a half cycle that has just ended at a voltage; the state goes on from there."""
        dV, _ = tangents.along(passed)
        charge = np.abs(trace.charge_Ah_kg)
        if len(charge) < 2:  # its first step ended it, whose length is given
            return cls(charge, dV, np.zeros(dV.shape[1]), np.zeros(dV.shape[1]))
        longer = tangents.land(passed, dV[-1])
        ended = abs(float(trace.current_A_kg[-1])) / 3600.0 * longer
        return cls(charge, dV, ended, np.zeros_like(ended))

    def held(self, trace: Trace, passed: Passed, tangents: Tangents) -> None:
        """Add those of a hold that has just ended."""
        _, di = tangents.along(passed)
        sign = np.sign(trace.charge_Ah_kg[-1]) or 1.0
        self.hold_mAh_g = sign * np.array([dt for dt, _ in passed.drive]) @ di / 3600.0

    def at(self, charge_mAh_g: Array) -> Array:
        """Derivatives of the voltage at charges inside the curve."""
        return interpolated(charge_mAh_g, self.charge_mAh_g, self.voltage_V)


def interpolated(place: Array, places: Array, rows: Array) -> Array:
    """Rows between those that are given at places, along straight lines; beyond the ends the last one."""
    if len(places) < 2:
        return np.repeat(rows, len(place), axis=0)
    k = np.clip(np.searchsorted(places, place), 1, len(places) - 1)
    width = np.maximum(places[k] - places[k - 1], 1e-12)
    share = np.clip((place - places[k - 1]) / width, 0.0, 1.0)[:, None]
    return np.asarray((1.0 - share) * rows[k - 1] + share * rows[k])
