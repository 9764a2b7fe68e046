"""Reference electrode in the separator of a half cell: which part of the cell the rate loss belongs to.

Against the sodium foil, the cut-off ends sodiation when carbon, separator and foil together have used up the
distance between plateau and cut-off. A reference electrode at a place in the separator leaves out the foil
and the part of the separator behind it. Placed at the foil, at the middle and at the carbon, it tells the
shares apart. A potential against it is that against sodium metal in the electrolyte of the same place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pybamm

from napore.built import Built, read
from napore.cells import Cell
from napore.parameters.arguments import typed

from .base import OK, AnyCell, RowResult, as_cell, header, keeping, label, progress_bar, table_of
from .checks import ExperimentError, check_count, check_number, check_rates
from .overpotentials import Overpotentials, read_overpotentials
from .protocol import Protocol
from .solving import NO_CAPACITY, built_of, cut_short

Array = npt.NDArray[np.float64]

REFERENCE_RATES: Final = (0.5, 1.0, 2.0, 5.0)
"""Rates [C] of a test for which none are given."""

POTENTIAL: Final = "Positive electrode 3E potential [V]"
_REFERENCE = "Reference electrode potential [V]"

GROUPS: Final = {
    "foil": ("foil_kinetics", "foil_film"),
    "electrolyte": ("electrolyte_ohmic", "electrolyte_concentration"),
    "charge transfer, carbon": ("carbon_kinetics", "carbon_film"),
    "diffusion": ("carbon_diffusion",),
    "pore filling": ("carbon_filling",),
    "cathode": ("cathode_kinetics", "cathode_diffusion"),
    "electrons": ("electrodes_ohmic", "contact"),
}
"""Parts of an overpotential that are drawn together."""


@dataclass(frozen=True)
class ReferenceHalf:
    """One direction of the last cycle.

    Parameters
    ----------
    direction
        Name of the half cycle.
    capacity_mAh_g
        Charge passed since its start [mAh/g].
    potential_V
        Potential of the working electrode against what the cut-off counts from [V].
    overpotentials
        Voltage at the terminals and the parts of its overpotential.
    """

    direction: str
    capacity_mAh_g: Array
    potential_V: Array
    overpotentials: Overpotentials

    def table(self) -> pd.DataFrame:
        """One row per time: charge, potential, voltage, equilibrium and parts."""
        table = self.overpotentials.table()
        table.insert(1, "capacity_mAh_g", self.capacity_mAh_g)
        table.insert(2, "potential_V", self.potential_V)
        return table

    def plot(self, title: str, ax: Any = None) -> Any:
        """Draw the parts of the overpotential over the charge; where it starts, off the scale, large."""
        from napore.plotting import CAPACITY_LABEL, new_axes

        ax = new_axes(ax)
        split, charge = self.overpotentials, self.capacity_mAh_g
        sign = -1.0 if split.current_A[-1] > 0.0 else 1.0
        total = 1e3 * sign * split.total_V
        for number, (name, parts) in enumerate(GROUPS.items()):
            part = sum((split.parts[one] for one in parts if one in split.parts), np.zeros_like(charge))
            if np.max(np.abs(part)) > 1e-5:
                ax.plot(charge, 1e3 * sign * part, color=f"C{number}", label=name)
        ax.plot(charge, total, "k-", lw=1.0, label="total")
        ax.axhline(0.0, color="0.6", lw=0.6, zorder=0)
        typical = float(np.median(np.abs(total)))
        ax.set(xlabel=CAPACITY_LABEL, ylabel="polarisation / mV", title=title, ylim=(-typical, 2.5 * typical))
        ax.set_xlim(0.0, float(charge[-1]))
        ax.legend(loc="upper left", ncols=2, fontsize="x-small")
        return ax


@dataclass(frozen=True)
class ReferencePoint:
    """One rate; None where a number does not exist.

    Parameters
    ----------
    rate_C
        Rate [C].
    capacity_mAh_g
        Capacity of the second half cycle of the last cycle (desodiation of a carbon).
    first_capacity_mAh_g
        Capacity of its first half cycle (sodiation of a carbon).
    lowest_voltage_V
        Lowest voltage at the terminals in the last cycle.
    status
        ``"ok"`` or the failure, with advice.
    """

    rate_C: float
    capacity_mAh_g: float | None = None
    first_capacity_mAh_g: float | None = None
    lowest_voltage_V: float | None = None
    status: str = OK


@dataclass(frozen=True, repr=False)
class ReferenceTest(RowResult):
    """Rate test with the cut-offs counted from a reference electrode.

    Parameters
    ----------
    cell
        Name of the cell.
    position
        Place of the reference: 0 at the foil, 1 at the working electrode; None for the foil itself.
    points
        One per rate, in the order given.
    halves
        Both half cycles of the last cycle of each rate; None where it failed.
    header
        Versions, model and hash of the parameters.
    """

    cell: str
    position: float | None
    points: tuple[ReferencePoint, ...]
    halves: tuple[tuple[ReferenceHalf, ReferenceHalf] | None, ...]
    header: Mapping[str, str]

    def table(self) -> pd.DataFrame:
        """One row per rate; the parts of the overpotential at the end of the first half cycle beside it."""
        rows = []
        for point, pair in zip(self.points, self.halves, strict=True):
            row = asdict(point)
            status = row.pop("status")
            if pair is not None:
                split = pair[0].overpotentials
                row |= {f"end_{name}_mV": 1e3 * float(part[-1]) for name, part in split.parts.items()}
                row["end_total_mV"] = 1e3 * float(split.total_V[-1])
                row["end_separator_mV"] = 1e3 * float(split.separator_V[-1])
            rows.append({**row, "status": status})
        return table_of(rows)

    def curves_table(self) -> pd.DataFrame:
        """Points of both half cycles of every rate, one row each, with the parts of the overpotential."""
        tables = []
        for point, pair in zip(self.points, self.halves, strict=True):
            for half in pair or ():
                table = half.table()
                table.insert(0, "rate_C", point.rate_C)
                table.insert(1, "direction", half.direction)
                tables.append(table)
        return pd.concat(tables, ignore_index=True) if tables else super().curves_table()

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {**self.header, "cell": self.cell, "position": self.position, "rates": self._rows()}

    def plot(self, ax: Any = None) -> Any:
        """Draw the parts of the overpotential over the first half cycle at the last solved rate."""
        solved = [(p, h) for p, h in zip(self.points, self.halves, strict=True) if h is not None]
        if not solved:
            raise ExperimentError(f"nothing was solved for {self.cell}: there is nothing to draw")
        point, (first, _) = solved[-1]
        return first.plot(f"{self.cell}, {point.rate_C:g} C", ax)


@typed(ExperimentError)
def reference_test(
    cell: AnyCell,
    rates: Iterable[float] | float = REFERENCE_RATES,
    position: float | None = 0.5,
    *,
    cycles: int = 3,
    progress: bool = False,
) -> ReferenceTest:
    """Rate test of a half cell whose cut-offs are those against a reference electrode.

    The definition is that of :func:`napore.rate_test` otherwise: symmetric cycles at each rate, from
    equilibrium, the last of which counts. PyBaMM's ``insert_reference_electrode`` takes the potential
    of the nearest volume of the mesh; here it is interpolated between the volumes.

    Parameters
    ----------
    cell
        Half cell, from :func:`napore.half_cell`.
    rates
        Rates [C].
    position
        Place of the reference electrode in the separator: 0 at the foil, 1 at the working electrode;
        None counts from the foil itself, as a two-electrode cell does.
    cycles
        Cycles at each rate; the last one counts.
    progress
        Whether to show a bar, on a terminal and after two seconds.

    Raises
    ------
    ExperimentError
        For a full cell, a position outside 0 to 1, rates out of range.
    Interrupted
        On Ctrl-C, with what is finished.

    Examples
    --------
    >>> import napore
    >>> cell = napore.half_cell("fjh", model="SPMe")
    >>> against_reference = reference_test(cell, [5.0], cycles=1).points[0].first_capacity_mAh_g
    >>> against_foil = reference_test(cell, [5.0], None, cycles=1).points[0].first_capacity_mAh_g
    >>> against_reference > against_foil
    True
    """
    cell = as_cell(cell)
    if cell.kind == "full":
        raise ExperimentError(f"{cell.name} is a full cell: give a half cell")
    place = None if position is None else check_number(position, "position", "", 0.0, 1.0)
    checked = check_rates(rates)
    check_count(cycles, "cycles")
    points: list[ReferencePoint] = []
    halves: list[tuple[ReferenceHalf, ReferenceHalf] | None] = []

    def result() -> ReferenceTest:
        return ReferenceTest(cell.name, place, tuple(points), tuple(halves[: len(points)]), header(cell))

    built = built_of(cell, model=_with_reference(cell, place), limited=POTENTIAL)
    with keeping(result):
        for rate in progress_bar(label(cell), "rate", checked, show=progress):
            pair, status = _last_cycle(cell, built, rate, cycles)
            halves.append(pair)
            points.append(_point(rate, pair, status))
    return result()


def _with_reference(cell: Cell, position: float | None) -> pybamm.BaseModel:
    """Copy of the model with the potential that the cut-offs count from."""
    model = cell.model.new_copy()
    working = pybamm.boundary_value(model.variables["Positive electrode potential [V]"], "right")
    if position is None:
        reference = working - model.variables["Voltage [V]"]
    else:
        reference = _electrolyte_potential(cell, model, position)
    model.variables[_REFERENCE] = reference
    model.variables[POTENTIAL] = working - reference
    return model


def _electrolyte_potential(cell: Cell, model: pybamm.BaseModel, position: float) -> pybamm.Symbol:
    """Potential of the electrolyte at a place of the separator, linear between the volumes."""
    potential = model.variables["Separator electrolyte potential [V]"]
    at_foil = model.variables["Lithium metal interface electrolyte potential [V]"]
    at_electrode = pybamm.boundary_value(potential, "right")
    count = int(model.default_var_pts["x_s"])
    # PyBaMM counts x from the back of the foil
    start = cell.number("Negative electrode thickness [m]")
    thickness = cell.number("Separator thickness [m]")
    nodes = (np.arange(count) + 0.5) / count
    inside = [pybamm.EvaluateAt(potential, start + node * thickness) for node in nodes]
    places, values = [0.0, *nodes, 1.0], [at_foil, *inside, at_electrode]
    k = min(int(np.searchsorted(places, position, side="right")) - 1, count)
    weight = (position - places[k]) / (places[k + 1] - places[k])
    if weight <= 0.0 or weight >= 1.0:
        return values[k if weight <= 0.0 else k + 1]
    return (1.0 - weight) * values[k] + weight * values[k + 1]


def _last_cycle(
    cell: Cell, built: Built, rate: float, cycles: int
) -> tuple[tuple[ReferenceHalf, ReferenceHalf] | None, str]:
    done = built.run(Protocol(1).steps(cell, rate) * cycles)
    if failed := cut_short(done):
        return None, failed
    if len(done.ran) < 2 * cycles:
        return None, NO_CAPACITY
    one, other = (
        _half(cell, step, direction, rate)
        for step, direction in zip(done.ran[-2:], cell.directions, strict=True)
    )
    return (one, other), OK


def _half(cell: Cell, step: pybamm.Solution, direction: str, rate: float) -> ReferenceHalf:
    time = np.asarray(step.t, dtype=float)
    current = rate * cell.one_C_current / cell.active_mass
    potential = read(step, (POTENTIAL,))[POTENTIAL]
    split = read_overpotentials(cell, [step])
    return ReferenceHalf(direction, current * (time - time[0]) / 3600.0, potential, split)


def _point(rate: float, pair: tuple[ReferenceHalf, ReferenceHalf] | None, status: str) -> ReferencePoint:
    if pair is None:
        return ReferencePoint(rate, status=status)
    first, second = pair
    lowest = min(float(half.overpotentials.voltage_V.min()) for half in pair)
    return ReferencePoint(
        rate, float(second.capacity_mAh_g[-1]), float(first.capacity_mAh_g[-1]), lowest, status
    )
