"""Rate test: capacity against rate, each rate from the formed electrode at equilibrium."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from napore.built import Built
from napore.cells import Cell
from napore.parameters.arguments import typed

from .base import OK, AnyCell, RowResult, as_cell, header, keeping, label, progress_bar
from .checks import ExperimentError, check_rates
from .curves import Cycle
from .masses import energies
from .protocol import Protocol
from .solving import Leg, built_of, inputs_for, run_leg

RATES: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Rates of the paper's test [C], 1 C = 300 mA per gram of carbon."""

FULL_RATES: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 6.0)
"""Rates of full cells and of cathodes [C], 1 C = 117.6 mA per gram of Na3V2(PO4)3."""

PLATEAU_END_V: Final = {"sodiation": 0.1, "desodiation": 0.2}
"""Voltage below which charge counts as plateau [V], by direction."""


@dataclass(frozen=True)
class RatePoint:
    """One rate of a carbon's half cell; None where a number does not exist.

    Parameters
    ----------
    rate_C, current_mA_g
        Rate and current per gram of carbon.
    capacity_mAh_g
        Desodiation capacity of the last cycle.
    sodiation_capacity_mAh_g
        Sodiation capacity of the same cycle, a hold included.
    plateau_capacity_mAh_g
        Sodiation capacity below 0.1 V.
    desodiation_plateau_capacity_mAh_g
        Desodiation capacity below 0.2 V.
    mean_voltage_V
        Energy over charge of desodiation.
    status
        ``"ok"`` or the failure, with advice.
    """

    rate_C: float
    current_mA_g: float
    capacity_mAh_g: float | None = None
    sodiation_capacity_mAh_g: float | None = None
    plateau_capacity_mAh_g: float | None = None
    desodiation_plateau_capacity_mAh_g: float | None = None
    mean_voltage_V: float | None = None
    status: str = OK


@dataclass(frozen=True)
class ChargeRatePoint(RatePoint):
    """One rate of a full cell or of a cathode's half cell, per gram of cathode.

    ``capacity_mAh_g`` and ``mean_voltage_V`` are those of the discharge of the last cycle; the
    numbers that only a carbon's half cell has stay None.

    Parameters
    ----------
    charge_capacity_mAh_g
        Charge capacity of the same cycle, a hold included.
    mean_charge_voltage_V
        Energy over charge of the charge.
    plating_margin_V
        Of a full cell: least potential of the carbon against sodium on charge, over time and place.
    energy_Wh_kg_active
        Of a full cell: energy of the discharge on both active masses; None where ``inputs`` change the cell.
    """

    charge_capacity_mAh_g: float | None = None
    mean_charge_voltage_V: float | None = None
    plating_margin_V: float | None = None
    energy_Wh_kg_active: float | None = None


@dataclass(frozen=True, repr=False)
class RateTest(RowResult):
    """Capacities, plateau, mean voltage and curves at each rate.

    Parameters
    ----------
    cell
        Name of the cell.
    protocol
        Cycle that was repeated at each rate.
    points
        One per rate, in the order given.
    cycles
        Last cycle of each rate; None where it failed.
    header
        Versions, model and hash of the parameters.
    """

    cell: str
    protocol: Protocol
    points: tuple[RatePoint, ...]
    cycles: tuple[Cycle | None, ...]
    header: Mapping[str, str]

    @property
    def curves(self) -> dict[float, Cycle]:
        """Last cycle by rate [C], of the rates that were solved."""
        pairs = zip(self.points, self.cycles, strict=True)
        return {point.rate_C: cycle for point, cycle in pairs if cycle is not None}

    def table(self) -> pd.DataFrame:
        """One row per rate; of a carbon, slope capacity and plateau share (of sodiation) beside the rest."""
        table = super().table()
        if any(isinstance(point, ChargeRatePoint) for point in self.points):
            table = table.drop(columns=[n for n in table.columns if "sodiation" in n or "plateau" in n])
            table["status"] = table.pop("status")
            return table
        total, plateau = table["sodiation_capacity_mAh_g"], table["plateau_capacity_mAh_g"]
        table.insert(5, "slope_capacity_mAh_g", total - plateau)
        table.insert(6, "plateau_share", plateau / total)
        return table

    def curves_table(self) -> pd.DataFrame:
        """Points of every curve, one row each, the rate in the first column."""
        tables = []
        for rate, cycle in self.curves.items():
            table = cycle.table()
            table.insert(0, "rate_C", rate)
            tables.append(table)
        return pd.concat(tables, ignore_index=True) if tables else super().curves_table()

    def plot(self, ax: Any = None) -> Any:
        """Draw capacity over rate: desodiation and plateau, or discharge and charge; return the axes."""
        from napore.plotting import new_axes

        ax = new_axes(ax)
        table = self.table()
        table = table[table["status"] == OK].sort_values("rate_C")
        if "plateau_capacity_mAh_g" in table:
            ax.plot(table["rate_C"], table["capacity_mAh_g"], "o-", label="desodiation")
            ax.plot(table["rate_C"], table["plateau_capacity_mAh_g"], "s--", label="sodiation below 0.1 V")
        else:
            ax.plot(table["rate_C"], table["capacity_mAh_g"], "o-", label="discharge")
            ax.plot(table["rate_C"], table["charge_capacity_mAh_g"], "o--", fillstyle="none", label="charge")
        return rate_axes(ax, table["rate_C"], self.cell)

    def plot_curves(self, ax: Any = None) -> Any:
        """Draw voltage over capacity of the last cycles, one colour per rate; return the axes."""
        from napore.plotting import draw_cycles

        named = {f"{rate:g} C": cycle for rate, cycle in sorted(self.curves.items())}
        full = any(cycle.plating_margin_V is not None for cycle in named.values())
        ax = draw_cycles(named, ax, full_cell=full)
        if named:
            longest = max(half.capacity for cycle in named.values() for half in (cycle.first, cycle.second))
            ax.set_xlim(0.0, 1.35 * longest)  # room for the legend beside the curves
            ax.legend(loc="upper right")
        return ax

    @property
    def panels(self) -> tuple[Any, ...]:
        """Curves, and capacity over rate."""
        return (self.plot_curves, self.plot)


def rate_axes(ax: Any, rates: Any, title: str) -> Any:
    """Give axes a logarithmic rate with the rates of a test for ticks, capacity from 0, and a legend."""
    from napore.plotting import CAPACITY_LABEL, plain_ticks

    ax.set(xscale="log", xlabel="Rate / C", ylabel=CAPACITY_LABEL, title=title)
    plain_ticks(ax, x=sorted(set(rates)))
    ax.set_ylim(bottom=0.0)
    ax.legend()
    return ax


def default_rates(cell: AnyCell) -> tuple[float, ...]:
    """Rates [C] of a test for which none are given: :data:`RATES` of a carbon, else :data:`FULL_RATES`."""
    cell = as_cell(cell)
    return RATES if cell.kind == "carbon" else FULL_RATES


@typed(ExperimentError)
def rate_test(
    cell: AnyCell,
    rates: Iterable[float] | float | None = None,
    *,
    cycles: int = 3,
    sodiation_rate: float | None = None,
    desodiation_rate: float | None = None,
    hold: float | None = None,
    charge_rate: float | None = None,
    discharge_rate: float | None = None,
    progress: bool = False,
    built: Built | None = None,
    inputs: Mapping[str, float] | None = None,
) -> RateTest:
    """Capacity of the last of a few cycles at each rate, between the cut-offs of the cell.

    Each rate starts at equilibrium: a carbon desodiated, at the upper cut-off; a cathode or a full cell
    discharged, at the lower. No rest, and no hold unless asked for. A cycle that ends where it began, within
    the solver's tolerance, is the last: those after it would be the same. A rate that fails is a row with a
    status; the others are not affected.

    Parameters
    ----------
    rates
        Rates [C]; 1 C = 300 mA per gram of carbon in its half cell, else 117.6 mA per gram of NVP.
        :func:`default_rates` where None.
    cycles
        Cycles at each rate; the last one counts.
    sodiation_rate, desodiation_rate
        Fixed rate [C] of one direction of a carbon's half cell; by default that under test.
    hold
        Rate [C] at which a hold at the cut-off ends sodiation or charge, such as 0.02; at most its own.
    charge_rate, discharge_rate
        As above, of a full cell or of a cathode's half cell.
    progress
        Whether to show a bar, on a terminal and after two seconds.
    built, inputs
        Build of the cell to go on with, where several tests share one, and its inputs.

    Raises
    ------
    ExperimentError, Interrupted
        For conditions that are no numbers or out of range; on Ctrl-C, with what is finished.

    Examples
    --------
    >>> import napore
    >>> test = rate_test(napore.half_cell("fjh", model="SPM"), [1, 5], cycles=1)
    >>> [point.status for point in test.points]
    ['ok', 'ok']
    """
    cell = as_cell(cell)
    checked = check_rates(default_rates(cell) if rates is None else rates)
    protocol = Protocol(cycles, sodiation_rate, desodiation_rate, hold, charge_rate, discharge_rate)
    [protocol.steps(cell, rate) for rate in checked]  # refuses before anything is solved
    own = built or built_of(cell)
    given = inputs_for(own, inputs)
    points: list[RatePoint] = []
    last: list[Cycle | None] = []

    def result() -> RateTest:
        return RateTest(cell.name, protocol, tuple(points), tuple(last[: len(points)]), header(cell))

    with keeping(result):
        for rate in progress_bar(label(cell), "rate", checked, show=progress):
            cycle, status = _last_cycle(run_leg(cell, protocol, rate, built=own, inputs=given))
            last.append(cycle)
            points.append(_point(cell, rate, cycle, status, weighed=not inputs))
    return result()


def _last_cycle(leg: Leg) -> tuple[Cycle | None, str]:
    """Curves of the last cycle and the status; the leg, which holds the states of the cycle, ends here."""
    return (leg.cycles[-1] if leg.cycles else None), leg.status


def _point(cell: Cell, rate: float, cycle: Cycle | None, status: str, weighed: bool) -> RatePoint:
    current = float(f"{rate * cell.one_C_current / cell.active_mass:.12g}")  # A/kg = mA/g
    if cell.kind != "carbon":
        point = _charge_point(rate, current, cycle, status)
        if cell.kind != "full" or cycle is None or not weighed or not cycle.discharge.capacity > 0.0:
            return point
        return replace(point, energy_Wh_kg_active=energies(cell, cycle.discharge).energy_Wh_kg_active)
    if cycle is None:
        return RatePoint(rate, current, status=status)
    down, up = cycle.sodiation, cycle.desodiation
    return RatePoint(
        rate_C=rate,
        current_mA_g=current,
        capacity_mAh_g=up.capacity,
        sodiation_capacity_mAh_g=down.capacity,
        plateau_capacity_mAh_g=down.capacity_below(PLATEAU_END_V["sodiation"]),
        desodiation_plateau_capacity_mAh_g=up.capacity_below(PLATEAU_END_V["desodiation"]),
        mean_voltage_V=up.mean_voltage,
        status=status,
    )


def _charge_point(rate: float, current: float, cycle: Cycle | None, status: str) -> ChargeRatePoint:
    if cycle is None:
        return ChargeRatePoint(rate, current, status=status)
    return ChargeRatePoint(
        rate_C=rate,
        current_mA_g=current,
        capacity_mAh_g=cycle.discharge.capacity,
        mean_voltage_V=cycle.discharge.mean_voltage,
        status=status,
        charge_capacity_mAh_g=cycle.charge.capacity,
        mean_charge_voltage_V=cycle.charge.mean_voltage,
        plating_margin_V=cycle.plating_margin_V,
    )
