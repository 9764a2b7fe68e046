"""Energy and mean voltage of a full cell, on three masses that are told apart, and plating margin."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from napore.cells import Cell
from napore.parameters.arguments import typed
from napore.results import made_of

from .base import OK, AnyCell, RowResult, as_cell
from .checks import ExperimentError
from .curves import Cycle
from .masses import Masses, energies, masses
from .rate import RatePoint, RateTest, rate_test

PLATING = "plating"


@dataclass(frozen=True)
class EnergyPoint:
    """One rate of an energy test; None where a number does not exist.

    Parameters
    ----------
    rate_C, current_mA_g_cathode
        Rate and current of the discharge.
    charge_capacity_mAh_g_cathode
        Charge of the charge before it.
    mean_charge_voltage_V, midpoint_voltage_V, peak_voltage_V
        Energy over charge of the charge; of the discharge the voltage at half of its charge, and that of
        its largest dQ/dV in steps of 5 mV. None of them is the mean of the discharge, ``mean_voltage_V``.
    plating_margin_V
        Least potential of the carbon against sodium on charge; negative: ``flags`` has "plating".
    plated_mAh_g, plated_left_mAh_g
        Metal on the carbon after the charge, and what of it the discharge leaves, per gram of cathode; None
        where the model has no plating reaction.
    status
        ``"ok"`` or the failure, with advice. The others as in :class:`Energies`.
    """

    rate_C: float
    current_mA_g_cathode: float
    capacity_mAh_g_cathode: float | None = None
    charge_capacity_mAh_g_cathode: float | None = None
    mean_voltage_V: float | None = None
    energy_Wh_kg_active: float | None = None
    energy_Wh_kg_electrodes: float | None = None
    energy_Wh_kg_stack: float | None = None
    mean_charge_voltage_V: float | None = None
    midpoint_voltage_V: float | None = None
    peak_voltage_V: float | None = None
    plating_margin_V: float | None = None
    plated_mAh_g: float | None = None
    plated_left_mAh_g: float | None = None
    status: str = OK
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class EnergyTest(RowResult):
    """Energies of a full cell at each rate.

    Parameters
    ----------
    cell
        Name of the cell.
    points
        One per rate, in the order given.
    masses
        What the energies are per.
    rates
        The rate test behind it, with its curves.
    header
        Versions, model and hash of the parameters.
    """

    row_key = "energies"

    cell: str
    points: tuple[EnergyPoint, ...]
    masses: Masses
    rates: RateTest
    header: Mapping[str, str]

    def table(self) -> pd.DataFrame:
        """One row per rate, units in the column names."""
        return super().table().assign(flags=[" ".join(point.flags) for point in self.points])

    def curves_table(self) -> pd.DataFrame:
        """Points of every curve, one row each, as those of the rate test behind it."""
        return self.rates.curves_table()

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes; masses in mg/cm2."""
        per_area = {f"{name}_mg_cm2": 100.0 * value for name, value in asdict(self.masses).items()}
        return {**super().to_dict(), "masses": per_area}

    def plot(self, ax: Any = None) -> Any:
        """Draw energy over mean power of discharge (Ragone) on active masses; return the axes."""
        from napore.plotting import new_axes

        ax = new_axes(ax)
        table = self.table()
        table = table[table["status"] == OK].sort_values("rate_C")
        share = self.masses.cathode / self.masses.active
        power = table["mean_voltage_V"] * table["current_mA_g_cathode"] * share
        ax.plot(power, table["energy_Wh_kg_active"], "o-")
        for rate, x, y in zip(table["rate_C"], power, table["energy_Wh_kg_active"], strict=True):
            ax.annotate(f"{rate:g} C", (x, y), (0, 6), textcoords="offset points", ha="center")
        ax.set(xscale="log", xlabel="Power / W kg$^{-1}$", ylabel="Energy / Wh kg$^{-1}$", title=self.cell)
        ax.set_ylim(bottom=0.0)
        return ax

    @property
    def panels(self) -> tuple[Any, ...]:
        """Curves, and energy over power."""
        return (self.rates.plot_curves, self.plot)


@typed(ExperimentError)
def energy_test(
    cell: AnyCell,
    rates: Iterable[float] | float = (0.05, 0.2),
    *,
    charge_rate: float | None = None,
    cycles: int = 3,
    progress: bool = False,
) -> EnergyTest:
    """Energy of the discharge of the last of a few cycles at each rate.

    Parameters
    ----------
    cell
        Full cell, from :func:`napore.full_cell`.
    rates
        Rates [C] of discharge; 1 C = 117.6 mA per gram of NVP.
    charge_rate
        Rate [C] of charge; that of the discharge where None.
    cycles, progress
        As for :func:`rate_test`.

    Raises
    ------
    ExperimentError
        For a half cell, or conditions that are no numbers or out of range.
    Interrupted
        On Ctrl-C, with the rates that were finished.

    Examples
    --------
    >>> import napore
    >>> test = energy_test(napore.full_cell(model="SPM"), 1, cycles=1)
    >>> test.points[0].status
    'ok'
    """
    cell = as_cell(cell)
    mass = masses(cell)

    def result(test: RateTest) -> EnergyTest:
        pairs = zip(test.points, test.cycles, strict=True)
        points = tuple(_point(cell, point, cycle) for point, cycle in pairs)
        return EnergyTest(cell.name, points, mass, test, test.header)

    options: dict[str, Any] = {"cycles": cycles, "charge_rate": charge_rate, "progress": progress}
    return made_of(lambda: rate_test(cell, rates, **options), result)


def plates_unseen(cell: Cell, margin: float | None) -> bool:
    """Whether metal would plate on the anode in a run whose model has no plating reaction.

    Then the charge counts as stored what would be metal on the surface, and the run is no prediction.

    Parameters
    ----------
    cell
        Full cell.
    margin
        Least potential of the anode against sodium on charge [V]; None where it is not known.
    """
    reaction = getattr(cell.model.options, cell.anode_domain)["lithium plating"]
    return margin is not None and margin < 0.0 and reaction == "none"


def _point(cell: Cell, point: RatePoint, cycle: Cycle | None) -> EnergyPoint:
    if cycle is None:
        return EnergyPoint(point.rate_C, point.current_mA_g, status=point.status)
    margin, discharge = cycle.plating_margin_V, cycle.discharge
    plated, left = cycle.plated_mAh_g or (None, None)
    return EnergyPoint(
        point.rate_C,
        point.current_mA_g,
        charge_capacity_mAh_g_cathode=cycle.charge.capacity,
        mean_charge_voltage_V=cycle.charge.mean_voltage,
        midpoint_voltage_V=discharge.midpoint_voltage,
        peak_voltage_V=discharge.peak_voltage(),
        plating_margin_V=margin,
        plated_mAh_g=plated,
        plated_left_mAh_g=left,
        flags=(PLATING,) if margin is not None and margin < 0.0 else (),
        **asdict(energies(cell, discharge)),
    )
