"""Rate test: capacity against rate, each rate from the formed electrode at equilibrium."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import pandas as pd
from tqdm import tqdm

from napore.built import Built
from napore.cells import Cell

from .checks import check_rates
from .curves import Cycle
from .protocol import Protocol
from .records import Record, header
from .solving import OK, built_of, run_leg

__all__ = [
    "FULL_RATES",
    "PLATEAU_END_V",
    "RATES",
    "ChargeRatePoint",
    "RatePoint",
    "RateTest",
    "RateTestInterrupted",
    "default_rates",
    "rate_test",
]

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
    """

    charge_capacity_mAh_g: float | None = None
    mean_charge_voltage_V: float | None = None
    plating_margin_V: float | None = None


@dataclass(frozen=True)
class RateTest(Record):
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
    def solved(self) -> bool:
        """Whether at least one rate was solved."""
        return any(point.status == OK for point in self.points)

    @property
    def curves(self) -> dict[float, Cycle]:
        """Last cycle by rate [C], of the rates that were solved."""
        pairs = zip(self.points, self.cycles, strict=True)
        return {point.rate_C: cycle for point, cycle in pairs if cycle is not None}

    def table(self) -> pd.DataFrame:
        """One row per rate; of a carbon, slope capacity and plateau share (of sodiation) beside the rest."""
        table = pd.DataFrame([asdict(point) for point in self.points])
        if any(isinstance(point, ChargeRatePoint) for point in self.points):
            carbon_only = [name for name in table.columns if "sodiation" in name or "plateau" in name]
            table = table.drop(columns=carbon_only)
            table["status"] = table.pop("status")
            numbers = [name for name in table.columns if name != "status"]
            table[numbers] = table[numbers].astype(float)
            return table
        numbers = [name for name in table.columns if name != "status"]
        table[numbers] = table[numbers].astype(float)
        total, plateau = table["sodiation_capacity_mAh_g"], table["plateau_capacity_mAh_g"]
        table.insert(5, "slope_capacity_mAh_g", total - plateau)
        table.insert(6, "plateau_share", plateau / total)
        return table

    def curve_table(self) -> pd.DataFrame:
        """Points of every curve, one row each, the rate in the first column."""
        tables = []
        for rate, cycle in self.curves.items():
            table = cycle.table()
            table.insert(0, "rate_C", rate)
            tables.append(table)
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {**self.header, "cell": self.cell, "rates": [asdict(point) for point in self.points]}

    def plot(self, ax: Any = None) -> Any:
        """Draw capacity against rate; return the axes."""
        from napore.plotting import draw_capacities

        return draw_capacities(self.table(), self.cell, ax)

    def plot_curves(self, ax: Any = None) -> Any:
        """Draw voltage against capacity of the last cycles; return the axes."""
        from napore.plotting import draw_curves

        return draw_curves(
            {
                rate: [(half.capacity_mAh_g, half.voltage_V) for half in (cycle.first, cycle.second)]
                for rate, cycle in self.curves.items()
            },
            ax,
            full_cell=any(cycle.plating_margin_V is not None for cycle in self.curves.values()),
        )


class RateTestInterrupted(KeyboardInterrupt):
    """Ctrl-C during a rate test; ``result`` holds the rates that were finished."""

    def __init__(self, result: RateTest) -> None:
        super().__init__("rate test interrupted")
        self.result = result


def default_rates(cell: Cell) -> tuple[float, ...]:
    """Rates [C] of a test for which none are given: :data:`RATES` of a carbon, else :data:`FULL_RATES`."""
    return RATES if cell.kind == "carbon" else FULL_RATES


def rate_test(
    cell: Cell,
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

    Each rate starts from the cell's own start: a carbon desodiated, at equilibrium at the upper
    cut-off; a cathode or a full cell discharged, at equilibrium at the lower. No rest, and no hold
    unless asked for.

    Parameters
    ----------
    cell
        Cell, from :func:`napore.half_cell` or :func:`napore.full_cell`.
    rates
        Rates [C]; 1 C = 300 mA per gram of carbon in its half cell, else 117.6 mA per gram of NVP.
        :func:`default_rates` where None.
    cycles
        Cycles at each rate; the last one counts.
    sodiation_rate, desodiation_rate
        Fixed rate [C] of one direction of a carbon's half cell, to see which of the two limits; by
        default both have the rate under test.
    hold
        Rate [C] at which a hold at the cut-off ends sodiation or charge, such as 0.02.
    charge_rate, discharge_rate
        As above, of a full cell or of a cathode's half cell.
    progress
        Whether to show a bar, on a terminal and after two seconds.
    built, inputs
        Build of the cell to go on with, where several tests share one, and its inputs.

    Returns
    -------
    RateTest
        A rate that fails is a row with a status; the others are not affected.

    Raises
    ------
    ExperimentError
        For conditions that are no numbers or out of range.
    RateTestInterrupted
        On Ctrl-C, with what is finished.

    Examples
    --------
    >>> import napore
    >>> test = rate_test(napore.half_cell("fjh", model="SPM"), [1, 5], cycles=1)
    >>> [point.status for point in test.points]
    ['ok', 'ok']
    """
    checked = check_rates(default_rates(cell) if rates is None else rates)
    protocol = Protocol(cycles, sodiation_rate, desodiation_rate, hold, charge_rate, discharge_rate)
    own = built or built_of(cell)
    points: list[RatePoint] = []
    last: list[Cycle | None] = []

    def result() -> RateTest:
        return RateTest(cell.name, protocol, tuple(points), tuple(last[: len(points)]), header(cell))

    try:
        bar = tqdm(
            checked, desc=f"{cell.name} {cell.model_name}", unit="rate", delay=2, disable=not progress or None
        )
        for rate in bar:
            leg = run_leg(cell, protocol, rate, built=own, inputs=inputs)
            last.append(leg.cycles[-1] if leg.cycles else None)
            points.append(_point(cell, rate, leg.cycles[-1] if leg.cycles else None, leg.status))
    except KeyboardInterrupt:
        raise RateTestInterrupted(result()) from None
    return result()


def _point(cell: Cell, rate: float, cycle: Cycle | None, status: str) -> RatePoint:
    current = float(f"{rate * cell.one_C_current / cell.active_mass:.12g}")  # A/kg = mA/g
    if cell.kind != "carbon":
        return _charge_point(rate, current, cycle, status)
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
