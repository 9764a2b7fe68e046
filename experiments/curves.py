"""Curves of one cycle, per gram of active material, and what is read from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pybamm

from napore.built import read
from napore.cells import Cell
from napore.models.constants import FARADAY

Array = npt.NDArray[np.float64]

VOLTAGE_RESOLUTION: Final = 5e-3
"""Largest step of voltage between two points of a curve [V]."""

CAPACITY_RESOLUTION: Final = 1.0
"""Largest step of capacity between two points of a curve [mAh/g]."""

_SLOPE_END_V: Final = 0.1
_VOLTAGE: Final = "Voltage [V]"
_CHARGE: Final = "Discharge capacity [A.h]"


@dataclass(frozen=True)
class HalfCycle:
    """Sodiation, desodiation, charge or discharge against time.

    Parameters
    ----------
    direction
        ``"sodiation"`` or ``"desodiation"`` of a carbon in its half cell, else ``"charge"`` or
        ``"discharge"``.
    time_s
        Time since the start of the half cycle [s].
    capacity_mAh_g
        Charge passed since its start, positive in both directions [mAh per gram]; of carbon in its
        half cell, else of cathode.
    voltage_V
        Voltage at the terminals [V].
    adsorbed_mAh_g, filled_mAh_g
        Sodium on the adsorption sites and in the pores of the carbon, per the same gram [mAh/g];
        NaN where the model does not tell them apart.
    """

    direction: str
    time_s: Array
    capacity_mAh_g: Array
    voltage_V: Array
    adsorbed_mAh_g: Array
    filled_mAh_g: Array

    @property
    def capacity(self) -> float:
        """Charge passed [mAh/g]."""
        return float(self.capacity_mAh_g[-1])

    @property
    def mean_voltage(self) -> float | None:
        """Energy over charge [V]; None where no charge passed."""
        if not self.capacity > 0.0:
            return None
        return float(np.trapezoid(self.voltage_V, self.capacity_mAh_g)) / self.capacity

    @property
    def midpoint_voltage(self) -> float | None:
        """Voltage where half of the charge has passed [V]; None where no charge passed."""
        if not self.capacity > 0.0:
            return None
        return float(np.interp(0.5 * self.capacity, self.capacity_mAh_g, self.voltage_V))

    def peak_voltage(self, resolution_V: float = 5e-3) -> float | None:
        """Voltage of the largest dQ/dV [V], within the resolution; None where no charge passed."""
        if not self.capacity > 0.0:
            return None
        table = self.differential_capacity(resolution_V)
        place = int(np.argmax(np.abs(table["dQ_dV_mAh_g_V"].to_numpy())))
        return float(table["voltage_V"].to_numpy()[place])

    def capacity_below(self, voltage_V: float) -> float:
        """Charge passed while the voltage was below ``voltage_V``, in mAh/g."""
        return float(self._capacity_below(np.array([voltage_V]))[0])

    def _capacity_below(self, levels: Array) -> Array:
        """Charge below each level; between two points the voltage is linear in charge."""
        voltage, charge = self.voltage_V, self.capacity_mAh_g
        rise = np.diff(voltage)
        if np.all(rise >= 0.0) or np.all(rise <= 0.0):
            way = 1 if voltage[0] <= voltage[-1] else -1
            rising, passed = voltage[::way], way * (charge[::way] - charge[::way][0])
            # the segment that ends at or above a level begins below it: it is not flat
            k = np.searchsorted(rising, levels)
            a, b = np.clip([k - 1, k], 0, len(rising) - 1)
            share = (levels - rising[a]) / np.where(a == b, 1.0, rising[b] - rising[a])
            return np.asarray(np.where(a == b, passed[a], passed[a] + share * (passed[b] - passed[a])))
        low, span = np.minimum(voltage[:-1], voltage[1:]), np.abs(rise)
        flat = span == 0.0
        share = (levels[:, None] - low) / np.where(flat, 1.0, span)
        share = np.where(flat, levels[:, None] > low, np.clip(share, 0.0, 1.0))
        return np.asarray(share @ np.diff(charge))

    def differential_capacity(self, resolution_V: float = 5e-3) -> pd.DataFrame:
        """dQ/dV on an even grid of voltage, negative where the voltage falls.

        Each value is the charge that passed inside its interval of voltage over the width of the
        interval, so that the curve integrates to the capacity whatever the shape.

        Parameters
        ----------
        resolution_V
            Width of the intervals.

        Returns
        -------
        pandas.DataFrame
            ``voltage_V`` (middle of the interval), ``dQ_dV_mAh_g_V``.
        """
        lowest, highest = float(self.voltage_V.min()), float(self.voltage_V.max())
        count = max(1, int(np.ceil((highest - lowest) / resolution_V)))
        edges = np.asarray(lowest + resolution_V * np.arange(count + 1), dtype=np.float64)
        sign = -1.0 if self.direction in ("sodiation", "discharge") else 1.0
        # so that charge at constant voltage, in a hold at the cut-off, is counted
        edges[0] -= 1e-12
        density = np.diff(self._capacity_below(edges)) / resolution_V
        return pd.DataFrame({"voltage_V": 0.5 * (edges[1:] + edges[:-1]), "dQ_dV_mAh_g_V": sign * density})

    def table(self) -> pd.DataFrame:
        """Points of the curve, one row each, units in the column names."""
        return pd.DataFrame(
            {
                "direction": self.direction,
                "time_s": self.time_s,
                "capacity_mAh_g": self.capacity_mAh_g,
                "voltage_V": self.voltage_V,
                "adsorbed_mAh_g": self.adsorbed_mAh_g,
                "filled_mAh_g": self.filled_mAh_g,
            }
        )


@dataclass(frozen=True)
class Cycle:
    """Two half cycles, in order: sodiation and desodiation of a carbon, or charge and discharge.

    Parameters
    ----------
    first, second
        The half cycles.
    plating_margin_V
        Of a full cell: least potential of the carbon against sodium on charge, over time and place
        (``phi_s - phi_e`` less the drop over a film) [V]; None elsewhere.
    plated_mAh_g
        Metal on the carbon after the first and after the second half cycle, dead metal included, per gram as
        the capacities; None where the model has no plating reaction.
    """

    first: HalfCycle
    second: HalfCycle
    plating_margin_V: float | None = None
    plated_mAh_g: tuple[float, float] | None = None

    @property
    def sodiation(self) -> HalfCycle:
        """Sodiation of the carbon of a half cell."""
        return self._half("sodiation")

    @property
    def desodiation(self) -> HalfCycle:
        """Desodiation of the carbon of a half cell."""
        return self._half("desodiation")

    @property
    def charge(self) -> HalfCycle:
        """Charge of a full cell, or of a cathode's half cell."""
        return self._half("charge")

    @property
    def discharge(self) -> HalfCycle:
        """Discharge of a full cell, or of a cathode's half cell."""
        return self._half("discharge")

    def _half(self, direction: str) -> HalfCycle:
        for half in (self.first, self.second):
            if half.direction == direction:
                return half
        has = f"{self.first.direction} and {self.second.direction}"
        raise AttributeError(f"this cycle has {has}, no {direction}")

    def table(self) -> pd.DataFrame:
        """Points of both curves, one row each."""
        return pd.concat([self.first.table(), self.second.table()], ignore_index=True)


def half_slope(sodiation: tuple[Array, Array], desodiation: tuple[Array, Array]) -> tuple[float, float]:
    """Potential at half of the charge above 0.1 V [V]: on sodiation, and desodiation less sodiation.

    Both at one content, counted from the end of desodiation; where real carbons have their slope.

    Parameters
    ----------
    sodiation, desodiation
        Capacity from zero [mAh/g] and voltage [V] of a cycle's half cycles.

    Examples
    --------
    >>> line = np.linspace(0.0, 200.0, 201)
    >>> half, hysteresis = half_slope((line, 1.1 - 0.01 * line), (line, -0.8 + 0.01 * line))
    >>> f"{half:.3f} V, {hysteresis:.3f} V"
    '0.600 V, 0.100 V'
    """
    (down, V_down), (up, V_up) = sodiation, desodiation
    half = 0.5 * float(np.interp(-_SLOPE_END_V, -V_down, down))
    first = float(np.interp(half, down, V_down))
    second = float(np.interp(half, (up[-1] - up)[::-1], V_up[::-1]))
    return first, second - first


def read_half_cycle(cell: Cell, direction: str, steps: Sequence[pybamm.Solution]) -> HalfCycle:
    """Half cycle from the PyBaMM solutions of its steps (a hold is a step of its own)."""
    kinds = _contents(cell)
    scale = cell.carbon_volume * FARADAY / 3600.0 / cell.active_mass if kinds else 1.0
    return read_curve(direction, steps, cell.active_mass, kinds, scale)


def read_curve(
    direction: str,
    steps: Sequence[pybamm.Solution],
    mass: float,
    contents: Sequence[str] = (),
    content_scale: float = 1.0,
) -> HalfCycle:
    """Half cycle per ``mass`` [kg], without its contents unless their variables and scale are given."""
    parts = [_read_step(step, mass, contents) for step in steps]
    points = np.concatenate(parts or [np.zeros((1, 5))])
    time, charge, voltage, adsorbed, filled = points.T
    # PyBaMM's charge rises on sodiation and on discharge
    sign = 1.0 if direction in ("sodiation", "discharge") else -1.0
    return HalfCycle(
        direction,
        time - time[0],
        sign * (charge - charge[0]),
        voltage,
        content_scale * adsorbed,
        content_scale * filled,
    )


def _read_step(step: pybamm.Solution, mass: float, contents: Sequence[str]) -> Array:
    """Time, PyBaMM's charge per mass, voltage, and two contents [s, mAh/g, V, of the variables]."""
    points = _points(step, None, mass, contents)
    for _ in range(2):  # the solver's steps are long where the voltage bends fastest
        between = _between(*points[:, :3].T)
        if not between.size:
            break
        points = np.concatenate([points, _points(step, between, mass, contents)])
        points = points[np.argsort(points[:, 0], kind="stable")]
    return points


def _points(step: pybamm.Solution, times: Array | None, mass: float, contents: Sequence[str]) -> Array:
    """Rows of :func:`_read_step` at some times, the solver's own where None."""
    found = read(step, (_VOLTAGE, _CHARGE, *contents), times)
    time = np.asarray(step.t if times is None else times, dtype=float)
    columns = [found[name] for name in contents] or [np.full_like(time, np.nan)] * 2
    return np.column_stack([time, found[_CHARGE] / mass, found[_VOLTAGE], *columns])  # A.h/kg = mAh/g


def _contents(cell: Cell) -> tuple[str, ...]:
    """Variables of the sodium on sites and in pores; none where the model does not tell them apart."""
    names = tuple(
        f"Average {cell.carbon_domain} particle {kind} concentration [mol.m-3]"
        for kind in ("adsorbed", "filled")
    )
    return names if all(name in cell.model.variables for name in names) else ()


def read_plating_margin(steps: Sequence[pybamm.Solution]) -> float | None:
    """Least ``phi_s - phi_e - film drop`` at the negative electrode [V]; None without a step."""
    potential = "Negative electrode surface potential difference [V]"
    film = "Negative electrode SEI film overpotential [V]"  # of PyBaMM's sign: less than no drop
    found = [read(step, (potential, film)) for step in steps]
    return min((float(np.min(one[potential] + one[film])) for one in found), default=None)


def read_plated(step: pybamm.Solution, mass: float, domain: str = "negative") -> float | None:
    """Metal on an electrode at the end of a step per ``mass`` [mAh/g]; None without a plating reaction."""
    if getattr(step.all_models[0].options, domain)["lithium plating"] == "none":
        return None
    name = f"Loss of capacity to {domain} lithium plating [A.h]"
    return float(read(step, (name,))[name][-1]) / mass


def _between(time: Array, charge: Array, voltage: Array) -> Array:
    """Times between some, as many as the resolution of the curve asks for."""
    parts = np.maximum(
        np.abs(np.diff(voltage)) / VOLTAGE_RESOLUTION, np.abs(np.diff(charge)) / CAPACITY_RESOLUTION
    )
    count = np.clip(np.ceil(parts), 1, 1000).astype(int)
    more = np.repeat(np.arange(len(count)), count - 1)
    place = np.arange(len(more)) - np.searchsorted(more, more) + 1
    return np.asarray(time[more] + np.diff(time)[more] / count[more] * place)


def places_along(x: npt.ArrayLike, y: npt.ArrayLike, points: int) -> npt.NDArray[np.intp]:
    """Places of at most so many points, evenly spread along the line that a picture of them shows.

    Examples
    --------
    >>> places_along([0, 1, 2, 3, 4], [0, 0, 0, 0, 4], 3).tolist()
    [0, 4]
    """
    columns = [np.asarray(column, dtype=float) for column in (x, y)]
    if len(columns[0]) <= points:
        return np.arange(len(columns[0]))
    steps = [np.diff(column) / max(float(np.ptp(column)), 1e-12) for column in columns]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*steps))])
    return np.unique(np.searchsorted(along, np.linspace(0.0, along[-1], points)).clip(0, len(along) - 1))
