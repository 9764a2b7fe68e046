"""What impedance needs of a cell: double layers, planes of potential, states of charge, a symmetric cell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import pybamm
from scipy import optimize

from napore.cells import Cell, build_model
from napore.full_cells import FullCell
from napore.models.options import CARBON_OPTIONS
from napore.parameters.numbers import as_negative, in_negative

from .checks import ExperimentError

__all__ = ["ARRANGEMENTS", "Ends", "contributions", "ends_of", "symmetric_cell", "with_double_layers"]

ARRANGEMENTS: Final = ("two-electrode", "three-electrode", "symmetric")
"""Between the terminals; working electrode against a reference in the separator; carbon against carbon."""

_DIFFERENTIAL: Final = {"surface form": "differential"}


def with_double_layers(cell: Cell) -> Cell:
    """Return the cell with a double layer at every interface, which an arc needs."""
    if cell.model.options["surface form"] == "differential":
        return cell
    return replace(cell, model=build_model(cell.model_name, {**dict(cell.model.options), **_DIFFERENTIAL}))


def symmetric_cell(cell: Cell) -> Cell:
    """Two electrodes of the carbon of a half cell against each other, with its separator.

    Raises
    ------
    ExperimentError
        For another cell than the half cell of a carbon.
    """
    if cell.kind != "carbon" or cell.carbon_domain is None:
        raise ExperimentError(
            f"a symmetric cell has two carbons, but {cell.name} is not the half cell of one: give a carbon's"
        )
    values = cell.parameter_values.copy()
    twin = {
        as_negative(name): in_negative(value)
        for name, value in values.items()
        if name.startswith(("Positive", "Maximum concentration in pos", "Initial concentration in pos"))
    }
    values.update(twin)
    own = {
        name: (value, value) if name == "sodium storage" else value
        for name, value in dict(cell.model.options).items()
        if name in CARBON_OPTIONS and name != "sodium trapping"
    }
    storage = cell.model.options.positive["sodium storage"]
    own["sodium storage"] = (storage, storage)
    model = build_model(cell.model_name, {**own, **_DIFFERENTIAL})
    return replace(cell, model=model, parameter_values=values, _made={**cell._made, **twin})


def contributions(cell: Cell, arrangement: str) -> dict[str, pybamm.Symbol]:
    """Potential differences [V] that add up to the voltage, by what they belong to.

    The planes are the two faces of the separator, in the electrolyte. ``contact`` is what the
    voltage has beside them (a contact resistance). ``reference`` is not one of the summands: it is the
    working electrode against the mean potential of the electrolyte in the separator, as a sodium
    reference there shows it. The working electrode of a full cell is here its carbon.
    """
    variables = cell.model.variables
    separator = variables["Separator electrolyte potential [V]"]
    right, left = (pybamm.boundary_value(separator, side) for side in ("right", "left"))
    positive = pybamm.boundary_value(variables["Positive electrode potential [V]"], "right")
    half = arrangement != "symmetric" and cell.kind != "full"
    if half:
        negative = variables["Lithium metal interface electrode potential [V]"]
        counter = "foil"
    else:
        negative = pybamm.boundary_value(variables["Negative electrode potential [V]"], "left")
        counter = "other carbon" if arrangement == "symmetric" else _anode(cell)
    working = "carbon" if cell.kind == "carbon" else "cathode"
    parts = {working: positive - right, "separator": right - left, counter: left - negative}
    parts["contact"] = variables["Voltage [V]"] - (positive - negative)
    middle = pybamm.x_average(separator)
    parts["reference"] = middle - negative if cell.kind == "full" else positive - middle
    return parts


def _anode(cell: Cell) -> str:
    return "carbon" if cell.carbon_domain is not None else "anode"


@dataclass(frozen=True)
class Ends:
    """Stoichiometries of the electrodes between empty (SOC 0) and full (SOC 1), and the voltage.

    Parameters
    ----------
    windows
        Stoichiometry at SOC 0 and at SOC 1 by electrode, ``"negative"`` and ``"positive"``.
    voltage
        Equilibrium voltage at a SOC, 25 C.
    """

    windows: Mapping[str, tuple[float, float]]
    voltage: Callable[[float], float]

    def stoichiometries(self, soc: float) -> dict[str, float]:
        """Stoichiometry of each electrode at a SOC."""
        return {domain: low + soc * (high - low) for domain, (low, high) in self.windows.items()}

    def soc(self, voltage: float) -> float:
        """SOC at an equilibrium voltage at 25 C.

        Raises
        ------
        ExperimentError
            For a voltage outside the window.
        """
        low, high = sorted((self.voltage(0.0), self.voltage(1.0)))
        if not low - 1e-6 <= voltage <= high + 1e-6:
            raise ExperimentError(
                f"voltage is {voltage:g} V: give one between the cut-offs, {low:.4g} and {high:.4g} V at "
                "equilibrium"
            )
        inside = min(max(voltage, low), high)
        ends = [self.voltage(end) - inside for end in (0.0, 1.0)]
        if ends[0] * ends[1] >= 0.0:
            return 0.0 if abs(ends[0]) < abs(ends[1]) else 1.0
        return float(optimize.brentq(lambda s: self.voltage(s) - inside, 0.0, 1.0, xtol=1e-12))


def ends_of(cell: Cell, arrangement: str) -> Ends:
    """Stoichiometry window of a cell between its cut-offs at equilibrium and 25 C.

    SOC 0 is a desodiated carbon in its half cell, else a discharged cell.
    """
    low, high = cell.cut_offs
    if cell.kind == "carbon":
        curve = cell.isotherm
        window = (float(curve.stoichiometry(high)), float(curve.stoichiometry(low)))
        both = {"positive": window, "negative": window}
        windows = both if arrangement == "symmetric" else {"positive": window}
        return Ends(windows, lambda s: float(curve.potential(window[0] + s * (window[1] - window[0]))))
    cathode = _potential(cell, "positive")
    if isinstance(cell, FullCell):
        anode = _potential(cell, "negative")
        x, y = cell.balance.anode_window, cell.balance.cathode_window
        return Ends(
            {"negative": x, "positive": y},
            lambda s: cathode(y[0] + s * (y[1] - y[0])) - anode(x[0] + s * (x[1] - x[0])),
        )
    empty, full = (
        float(optimize.brentq(lambda y, V=V: cathode(y) - V, 1e-7, 1.0 - 1e-7, xtol=1e-13))
        for V in (high, low)
    )
    return Ends({"positive": (full, empty)}, lambda s: cathode(full + s * (empty - full)))


def _potential(cell: Cell, domain: str) -> Callable[[float], float]:
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
