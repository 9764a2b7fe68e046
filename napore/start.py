"""States that a cell can start from at equilibrium: between its cut-offs, or at a voltage."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pybamm
from scipy import optimize

from .cell_numbers import AMBIENT, INITIAL, CellError
from .parameters import schema
from .parameters.cathode import content_at
from .parameters.half_cell import LEAST_CONTENT, content_at_rest
from .parameters.numbers import evaluated

if TYPE_CHECKING:
    from .cells import Cell


@dataclass(frozen=True)
class Ends:
    """Stoichiometries of the electrodes between empty (SOC 0) and full (SOC 1), and the voltage.

    Parameters
    ----------
    windows
        Stoichiometry at SOC 0 and at SOC 1 by electrode, ``"negative"`` and ``"positive"``.
    voltage
        Equilibrium voltage at a SOC, 25 C.
    at_voltage
        SOC at such a voltage where it is known directly; found by search where None.
    """

    windows: Mapping[str, tuple[float, float]]
    voltage: Callable[[float], float]
    at_voltage: Callable[[float], float] | None = None

    def stoichiometries(self, soc: float) -> dict[str, float]:
        """Stoichiometry of each electrode at a SOC."""
        return {domain: low + soc * (high - low) for domain, (low, high) in self.windows.items()}

    def soc(self, voltage: float) -> float:
        """SOC at an equilibrium voltage at 25 C.

        Raises
        ------
        CellError
            For a voltage outside the window.
        """
        low, high = sorted((self.voltage(0.0), self.voltage(1.0)))
        if not low - 1e-6 <= voltage <= high + 1e-6:
            raise CellError(
                f"voltage is {voltage:g} V: give one between the cut-offs, {low:.4g} and {high:.4g} V at "
                "equilibrium"
            )
        inside = min(max(voltage, low), high)
        ends = [self.voltage(end) - inside for end in (0.0, 1.0)]
        if ends[0] * ends[1] >= 0.0:
            return 0.0 if abs(ends[0]) < abs(ends[1]) else 1.0
        if self.at_voltage is not None:
            return self.at_voltage(inside)
        return float(optimize.brentq(lambda s: self.voltage(s) - inside, 0.0, 1.0, xtol=1e-12))


def ends_of(cell: "Cell") -> Ends:
    """Stoichiometry window of a cell between its cut-offs at equilibrium and 25 C.

    SOC 0 is a desodiated carbon in its half cell, else a discharged cell.
    """
    low, high = cell.cut_offs
    if cell.kind == "carbon":
        curve = cell.isotherm
        least, most = (float(curve.stoichiometry(V)) for V in (high, low))
        return Ends(
            {"positive": (least, most)},
            lambda s: float(curve.potential(least + s * (most - least))),
            lambda V: (float(curve.stoichiometry(V)) - least) / (most - least),
        )
    cathode = _potential(cell, "positive")
    if cell.kind == "full":
        anode = _potential(cell, "negative")
        balance = cell.balance  # type: ignore[attr-defined]
        x, y = balance.anode_window, balance.cathode_window
        return Ends(
            {"negative": x, "positive": y},
            lambda s: cathode(y[0] + s * (y[1] - y[0])) - anode(x[0] + s * (x[1] - x[0])),
        )
    empty, full = (
        float(optimize.brentq(lambda y, V=V: cathode(y) - V, 1e-7, 1.0 - 1e-7, xtol=1e-13))
        for V in (high, low)
    )
    return Ends({"positive": (full, empty)}, lambda s: cathode(full + s * (empty - full)))


def start_at(
    cell: "Cell", voltage: float | None = None, soc: float | None = None, T: float | None = None
) -> dict[str, float]:
    """Numbers that start a cell at equilibrium, as :meth:`napore.cells.Cell.start_at`."""
    if (voltage is None) == (soc is None):
        raise CellError("give the voltage or the soc of the start, one of the two")
    warmed = {} if T is None else dict.fromkeys((AMBIENT, INITIAL), _temperature(T))
    if voltage is not None:
        voltage = _inside(cell, voltage)
    if voltage is not None and cell.kind != "full":
        values = cell.parameter_values.copy()
        values.update(warmed)
        name = "Initial concentration in positive electrode [mol.m-3]"
        return {name: evaluated(values, initial_content(cell, pybamm.Scalar(voltage)))} | warmed
    ends = ends_of(cell)
    share = ends.soc(voltage) if voltage is not None else _checked(soc)
    found = {}
    for domain, x in ends.stoichiometries(share).items():
        most = cell.number(f"Maximum concentration in {domain} electrode [mol.m-3]")
        if domain == cell.carbon_domain:  # a cut-off may lie beyond a carbon whose sites are full
            x = min(x, _full_sites(cell, T))
        found[f"Initial concentration in {domain} electrode [mol.m-3]"] = max(x, LEAST_CONTENT) * most
    return found | warmed


def initial_content(cell: "Cell", voltage: Any) -> pybamm.Symbol:
    """Concentration in a half cell [mol/m3] at rest at a voltage [V] and the initial temperature.

    An expression of the parameters, so that it follows every number that is changed or an input.
    """
    if cell.kind == "carbon":
        law = cell.model.options.positive["adsorption law"]
        return content_at_rest(voltage, cell.pore_classes, law)
    return content_at(voltage, cell.source.potential) * pybamm.Parameter(
        "Maximum concentration in positive electrode [mol.m-3]"
    )


def _checked(soc: Any) -> float:
    share = schema.number("soc", soc, CellError)
    if not 0.0 <= share <= 1.0:
        raise CellError(f"soc is {share:g}: give a number from 0 to 1")
    return share


def _temperature(T: Any) -> float:
    return schema.check(AMBIENT, T, allow_unusual=True, error=CellError)


def _inside(cell: "Cell", voltage: Any) -> float:
    """Voltage of a start; a half cell has every one between its cut-offs, a full cell says which it has."""
    found = schema.number("voltage", voltage, CellError)
    low, high = cell.cut_offs
    if cell.kind != "full" and not low - 1e-6 <= found <= high + 1e-6:
        raise CellError(f"voltage is {found:g} V: give one between the cut-offs, {low:g} and {high:g} V")
    return found


def _full_sites(cell: "Cell", T: float | None) -> float:
    """Content of the carbon at which no site is free, at the temperature that it starts at."""
    curve, at = cell.isotherm, cell.number(INITIAL) if T is None else T
    return float(curve.stoichiometry(curve.adsorption.potential(1.0, at), at))


def _potential(cell: "Cell", domain: str) -> Callable[[float], float]:
    """Equilibrium potential of an electrode over its stoichiometry, 25 C."""
    if cell.carbon_domain == domain:
        curve = cell.isotherm
        return lambda x: float(curve.potential(x))
    values = cell.parameter_values
    sto = pybamm.InputParameter("stoichiometry")
    law = values.process_symbol(
        pybamm.FunctionParameter(f"{domain.capitalize()} electrode OCP [V]", {"Stoichiometry": sto})
    )
    return lambda x: float(law.evaluate(inputs={"stoichiometry": x}).item())
