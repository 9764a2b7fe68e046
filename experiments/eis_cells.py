"""What impedance needs of a cell: double layers, planes of potential, states of charge, a symmetric cell."""

from dataclasses import replace
from typing import Final

import pybamm

from napore.cells import Cell, build_model
from napore.models.options import CARBON_OPTIONS
from napore.parameters.numbers import as_negative, in_negative
from napore.start import Ends, ends_of

from .checks import ExperimentError

ARRANGEMENTS: Final = ("two-electrode", "three-electrode", "symmetric")
"""Between the terminals; working electrode against a reference in the separator; carbon against carbon."""

_DIFFERENTIAL: Final = {"surface form": "differential"}


def with_double_layers(cell: Cell) -> Cell:
    """Return the cell with a double layer at every interface, which an arc needs."""
    if cell.model.options["surface form"] == "differential":
        return cell
    layered = build_model(cell.model_name, {**dict(cell.model.options), **_DIFFERENTIAL})
    return replace(cell, model=layered).finer(cell.model.mesh.factor)


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
    twins = replace(cell, model=model, parameter_values=values, _made={**cell._made, **twin})
    return twins.finer(cell.model.mesh.factor)


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


def ends_between(cell: Cell, arrangement: str) -> Ends:
    """Stoichiometry window of a cell; of a symmetric one that of its carbon on both sides."""
    ends = ends_of(cell)
    if arrangement != "symmetric":
        return ends
    return replace(ends, windows={**ends.windows, "negative": ends.windows["positive"]})
