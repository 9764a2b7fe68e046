"""Sweeps of a voltammogram: potential and current, and what is read from them.

Currents are per gram of active material [A/g], in a sweep with the sign of electrochemistry: positive
is oxidation (desodiation of a carbon). The height of a peak is a magnitude in both directions.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pybamm

from napore.built import read
from napore.cells import Cell

from .base import OK

Array = npt.NDArray[np.float64]

VERTEX_V: Final = 5e-3
"""A largest current this close to a vertex is the edge of the window and no peak [V]."""

SLOPE_V: Final = (0.3, 1.0)
"""Potentials between which the current stands for the background of the slope [V]."""

_RESOLUTION_V: Final = 1e-3
_CHARGE: Final = "Discharge capacity [A.h]"
_CONTENT: Final = "Average positive particle concentration [mol.m-3]"


@dataclass(frozen=True)
class Peak:
    """Largest current of a sweep: its magnitude [A/g] and its potential [V vs Na+/Na]."""

    current_A_g: float
    potential_V: float


@dataclass(frozen=True)
class Sweep:
    """One direction of a scan.

    Parameters
    ----------
    direction
        ``"cathodic"`` (reduction: sodiation of a carbon) or ``"anodic"``.
    time_s
        Time since the start of the sweep [s].
    potential_V
        Potential against the sodium foil [V].
    current_A_g
        Current per gram of active material [A/g], anodic positive.
    capacity_mAh_g
        Charge passed since the start of the sweep, positive where it sodiates the electrode [mAh/g].
    content_mAh_g
        Sodium in the particles of the working electrode [mAh/g], from their concentrations.
    """

    direction: str
    time_s: Array
    potential_V: Array
    current_A_g: Array
    capacity_mAh_g: Array
    content_mAh_g: Array

    @property
    def peak(self) -> Peak | None:
        """Largest current in the sweep's own direction; None within 5 mV of a vertex."""
        current = self.current_A_g if self.direction == "anodic" else -self.current_A_g
        k = int(np.argmax(current))
        place = float(self.potential_V[k])
        from_vertex = min(abs(place - float(self.potential_V[0])), abs(place - float(self.potential_V[-1])))
        if from_vertex <= VERTEX_V or not current[k] > 0.0:
            return None
        return Peak(float(current[k]), place)

    @property
    def background_A_g(self) -> float | None:
        """Mean magnitude of the current on the slope, 0.3 to 1.0 V [A/g]; None outside the window."""
        low, high = SLOPE_V
        if self.potential_V.min() > low or self.potential_V.max() < high:
            return None
        return float(np.mean(np.abs(self.current_at(np.linspace(low, high, 141)))))

    def current_at(self, potential_V: npt.ArrayLike) -> Array:
        """Current [A/g] at potentials inside the window."""
        order = np.argsort(self.potential_V, kind="stable")
        at = np.asarray(potential_V, dtype=float)
        return np.asarray(np.interp(at, self.potential_V[order], self.current_A_g[order]))


@dataclass(frozen=True)
class Scan:
    """Last cycle at one scan rate; the sweeps are None where it failed."""

    scan_rate_mV_s: float
    cathodic: Sweep | None = None
    anodic: Sweep | None = None
    status: str = OK

    def to_dict(self) -> dict[str, Any]:
        """Scan rate, peaks, charges and status."""
        row: dict[str, Any] = {"scan_rate_mV_s": self.scan_rate_mV_s}
        for name, sweep in (("cathodic", self.cathodic), ("anodic", self.anodic)):
            peak = None if sweep is None else sweep.peak
            row[f"{name}_peak_A_g"] = None if peak is None else peak.current_A_g
            row[f"{name}_peak_V"] = None if peak is None else peak.potential_V
            row[f"{name}_background_A_g"] = None if sweep is None else sweep.background_A_g
            row[f"{name}_charge_mAh_g"] = None if sweep is None else abs(float(sweep.capacity_mAh_g[-1]))
        return {**row, "status": self.status}


def read_sweep(cell: Cell, step: pybamm.Solution, direction: str) -> Sweep:
    """Sweep from PyBaMM's solution of its ramp, at its own times and every millivolt."""
    own = np.asarray(step.t, dtype=float)
    ends = read(step, ("Voltage [V]",), own[[0, -1]])["Voltage [V]"]
    span = abs(float(ends[-1] - ends[0]))
    time = np.union1d(own, np.linspace(own[0], own[-1], int(np.ceil(span / _RESOLUTION_V)) + 1))
    found = read(step, ("Voltage [V]", "Current [A]", _CHARGE, _CONTENT), time)
    charge = found[_CHARGE] / cell.active_mass
    per_gram = cell.site_capacity / cell.active_mass
    maximum = cell.number("Maximum concentration in positive electrode [mol.m-3]")
    return Sweep(
        direction=direction,
        time_s=time - time[0],
        potential_V=found["Voltage [V]"],
        # PyBaMM's current is positive where the working electrode of a half cell takes up sodium
        current_A_g=-found["Current [A]"] / cell.active_mass / 1e3,
        capacity_mAh_g=charge - charge[0],
        content_mAh_g=found[_CONTENT] / maximum * per_gram,
    )
