"""Equilibrium potential as data of a fit: slow curves of both directions averaged, or potentials at rest.

Polarisation and hysteresis lift the potential of desodiation and lower that of sodiation. Their mean is
free of what both share, so that the sites (the slope) and the pores (the plateau), or the potential of a
cathode, are fitted to the equilibrium alone, without a simulation of the cell. What differs between the
directions is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from napore.measured import MeasuredCurve, MeasuredCycling

from .data import CalibrationError
from .electrode import Equilibrium
from .numbers import HalfCell
from .protocol import is_cathodes

Array = npt.NDArray[np.float64]

_REST: Final = 0.02
"""Current below which the cell rests, as a share of the largest."""


@dataclass(frozen=True)
class EquilibriumData:
    """Equilibrium potential against charge of sodiation.

    The model's charge between two potentials is ``Q (x(V) - x(V_0))`` with the isotherm ``x`` of the set
    and ``V_0`` the first potential. A residual is the difference of the potentials at a measured charge
    over ``sqrt(s_V^2 + (dV/dq s_q)^2)``, as of :class:`napore.calibration.CurveData`.

    Parameters
    ----------
    charge_mAh_g, potential_V
        Charge since the first point, rising, and potential there, falling but for noise.
    name
        Name for tables.
    voltage_error_V, capacity_error_mAh_g
        Standard errors of potential and charge.

    Raises
    ------
    CalibrationError
        For fewer than five points, and a charge that does not rise.
    """

    charge_mAh_g: Array
    potential_V: Array
    name: str = "equilibrium"
    voltage_error_V: float = 2e-3
    capacity_error_mAh_g: float = 1.0

    def __post_init__(self) -> None:
        q = self.charge_mAh_g
        if len(q) < 5 or len(q) != len(self.potential_V):
            raise CalibrationError(
                f"{self.name} has {len(q)} charges and {len(self.potential_V)} potentials: give five or more "
                "of each"
            )
        if not np.all(np.diff(q) > 0.0):
            raise CalibrationError(f"{self.name}: the charge does not rise: give it in order of sodiation")

    @classmethod
    def of_curves(
        cls,
        sodiation: MeasuredCurve,
        desodiation: MeasuredCurve,
        voltage_error_V: float = 2e-3,
        capacity_error_mAh_g: float = 1.0,
        points: int = 80,
    ) -> "EquilibriumData":
        """Mean of two slow curves.

        Raises
        ------
        CalibrationError
            Where the directions are not these, and where less than half of the charge of one is that of both.
        """
        charge, mean = average(sodiation, desodiation, points)
        if charge[-1] - charge[0] < 0.5 * max(sodiation.capacity, desodiation.capacity):
            raise CalibrationError(
                f"{sodiation.source}: sodiation of {sodiation.capacity:.0f} and desodiation of "
                f"{desodiation.capacity:.0f} mAh/g share too little charge for a mean: give two of one cycle"
            )
        name = f"mean of sodiation and desodiation, {sodiation.source}"
        return cls(charge - charge[0], mean, name, voltage_error_V, capacity_error_mAh_g)

    @property
    def size(self) -> int:
        """Number of residuals."""
        return len(self.charge_mAh_g)

    def residuals(self, model: HalfCell, values: Mapping[str, float]) -> Array:
        """Differences of the potentials over their errors."""
        return self.misfit(model.equilibrium(values), self._sites(model, values))

    def misfit(self, of: Equilibrium, sites_mAh_g: float) -> Array:
        """As :meth:`residuals`, of an equilibrium and the capacity of all its sites."""
        slope = np.abs(np.gradient(self.potential_V, self.charge_mAh_g))
        error = np.hypot(self.voltage_error_V, slope * self.capacity_error_mAh_g)
        return np.asarray((self.potential_of(of, sites_mAh_g) - self.potential_V) / error)

    def differences_V(self, model: HalfCell, values: Mapping[str, float]) -> Array:
        """Equilibrium of the model less measured potential [V]."""
        return np.asarray(self.simulated_V(model, values) - self.potential_V)

    def simulated_V(self, model: HalfCell, values: Mapping[str, float]) -> Array:
        """Equilibrium potential of the model at the charges [V]."""
        return self.potential_of(model.equilibrium(values), self._sites(model, values))

    def potential_of(self, of: Equilibrium, sites_mAh_g: float) -> Array:
        """Potential at the charges [V], of an equilibrium and the capacity of all its sites."""
        return of.potential_after(float(self.potential_V[0]), self.charge_mAh_g / sites_mAh_g)

    def _sites(self, model: HalfCell, values: Mapping[str, float]) -> float:
        return float(model.numbers_at(values)[model.electrode.sites])


def average(sodiation: MeasuredCurve, desodiation: MeasuredCurve, points: int = 300) -> tuple[Array, Array]:
    """Charge [mAh/g] and mean potential [V] of two slow curves, an estimate of the equilibrium.

    The desodiation is run backwards and brought to the same charge where the sodiation ends, of a cathode,
    which is charged first, where it begins; half the difference of the two, polarisation and hysteresis, is
    lost.

    Raises
    ------
    CalibrationError
        Where the directions are not these.
    """
    for curve, wanted in ((sodiation, "sodiation"), (desodiation, "desodiation")):
        if curve.direction != wanted:
            raise CalibrationError(f"{curve.source} is a {curve.direction}: give a {wanted}")
    down, up = sodiation.capacity_mAh_g, desodiation.capacity_mAh_g
    back = (up[-1] if is_cathodes((sodiation, desodiation)) else down[-1]) - up[::-1]
    charge = np.linspace(max(down[0], back[0], 0.0), min(down[-1], back[-1]), points)
    mean = 0.5 * (
        np.interp(charge, down, sodiation.voltage_V) + np.interp(charge, back, desodiation.voltage_V[::-1])
    )
    return charge, np.asarray(mean)


def rest_potentials(series: MeasuredCycling) -> tuple[MeasuredCurve, MeasuredCurve | None]:
    """Potentials at the ends of the rests of a GITT, as curves of sodiation and of desodiation.

    Parameters
    ----------
    series
        Pulses and rests, sodiation first; None for a direction that it does not have.

    Raises
    ------
    CalibrationError
        For fewer than five rests after pulses of sodiation.
    """
    current, hours = series.current_mA_g, series.time_s / 3600.0
    charge = np.concatenate([[0.0], np.cumsum(0.5 * (current[1:] + current[:-1]) * np.diff(hours))])
    flowing = np.abs(current) > _REST * float(np.max(np.abs(current)))
    ends = np.append(np.flatnonzero(~flowing[:-1] & flowing[1:]), len(current) - 1)
    ends = np.array([k for k in ends if not flowing[k]], dtype=int)
    found: dict[str, list[tuple[float, float]]] = {"sodiation": [], "desodiation": []}
    for k in ends:
        before = np.flatnonzero(flowing[:k])
        if len(before):
            direction = "desodiation" if current[before[-1]] > 0.0 else "sodiation"
            found[direction].append((-float(charge[k]), float(series.voltage_V[k])))
    down, up = found["sodiation"], found["desodiation"]
    if len(down) < 5:
        raise CalibrationError(
            f"{series.source} has {len(down)} rests after pulses of sodiation: give five or more"
        )
    most = down[-1][0]
    sodiation = MeasuredCurve(series.source, "sodiation", *_columns([(q, V) for q, V in down]))
    if len(up) < 5:
        return sodiation, None
    back = [(most - q, V) for q, V in [down[-1], *up]]
    return sodiation, MeasuredCurve(series.source, "desodiation", *_columns(back))


def _columns(points: list[tuple[float, float]]) -> tuple[Array, Array]:
    columns = np.array(points)
    return columns[:, 0], columns[:, 1]
