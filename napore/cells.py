"""Cells: a PyBaMM model with its parameter values, and what an experiment must know of them."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pybamm

from . import models
from .parameters.carbon import isotherm, refresh_tables
from .parameters.provenance import nearest
from .parameters.sets import ParameterSet, load_set

__all__ = ["MODELS", "Cell", "CellError", "half_cell"]

MODELS: Final = ("SPM", "SPMe", "DFN")


class CellError(ValueError):
    """A cell that cannot be made; the message names the value, what is allowed and the remedy."""


@dataclass(frozen=True)
class Cell:
    """A cell that experiments act on. ``model`` and ``parameter_values`` are plain PyBaMM objects.

    Parameters
    ----------
    name
        Short name.
    model
        PyBaMM model.
    parameter_values
        PyBaMM parameter values.
    carbon_domain
        Electrode of the carbon: ``"positive"`` in a half cell, ``"negative"`` in a full cell.
    pore_classes
        Number of pore classes.
    source
        Parameter set that it was made from.
    changed
        Parameters changed by the user, by name.
    """

    name: str
    model: pybamm.BaseModel
    parameter_values: pybamm.ParameterValues
    carbon_domain: str
    pore_classes: int
    source: ParameterSet
    changed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def model_name(self) -> str:
        """``"SPM"``, ``"SPMe"`` or ``"DFN"``."""
        return type(self.model).__name__

    @property
    def carbon_mass(self) -> float:
        """Mass of active carbon [kg]."""
        Domain = self.carbon_domain.capitalize()
        return float(self.parameter_values[f"{Domain} electrode areal loading [kg.m-2]"]) * self.area

    @property
    def carbon_volume(self) -> float:
        """Volume of active carbon [m3]."""
        Domain, values = self.carbon_domain.capitalize(), self.parameter_values
        share = float(values[f"{Domain} electrode active material volume fraction"])
        return share * float(values[f"{Domain} electrode thickness [m]"]) * self.area

    @property
    def sodiation_sign(self) -> int:
        """Sign of PyBaMM's current while the carbon takes up sodium: 1 in a half cell, -1 in a full cell."""
        return 1 if self.carbon_domain == "positive" else -1

    @property
    def area(self) -> float:
        """Area of the electrodes [m2]."""
        values = self.parameter_values
        return float(values["Electrode height [m]"]) * float(values["Electrode width [m]"])

    @property
    def one_C_current(self) -> float:
        """Current of 1 C [A]: 300 mA per gram of carbon in a half cell."""
        return float(self.parameter_values["Nominal cell capacity [A.h]"])

    @property
    def cut_offs(self) -> tuple[float, float]:
        """Lower and upper voltage cut-off [V]."""
        values = self.parameter_values
        return float(values["Lower voltage cut-off [V]"]), float(values["Upper voltage cut-off [V]"])

    @property
    def isotherm(self) -> models.Isotherm:
        """Equilibrium of the carbon with the present parameter values."""
        return isotherm(self.parameter_values, self.carbon_domain, self.pore_classes)

    @property
    def sha256(self) -> str:
        """Hash of the numbers that the cell was made from, changes included."""
        changes = {name: repr(value) for name, value in sorted(self.changed.items())}
        return hashlib.sha256((self.source.sha256 + json.dumps(changes)).encode()).hexdigest()

    def simulation(self, experiment: pybamm.Experiment | None = None, **kwargs: Any) -> pybamm.Simulation:
        """PyBaMM simulation of the cell with the project's solver tolerances."""
        kwargs.setdefault("solver", pybamm.IDAKLUSolver(rtol=1e-5, atol=1e-6))
        return pybamm.Simulation(
            self.model, experiment=experiment, parameter_values=self.parameter_values, **kwargs
        )


def half_cell(
    carbon: str | Path,
    model: str = "DFN",
    options: Mapping[str, Any] | None = None,
    parameters: Mapping[str, float] | None = None,
) -> Cell:
    """Half cell of a carbon against sodium foil, desodiated to its upper cut-off at equilibrium.

    Parameters
    ----------
    carbon
        Name of a set ("fjh", "anthracite-FJH", "Gu2025_FJH_half") or path of a parameter file.
    model
        ``"SPM"``, ``"SPMe"`` or ``"DFN"``.
    options
        Options of the model, PyBaMM's and ``"sodium storage"``, ``"pore filling"``, ...
    parameters
        Numbers that replace those of the set, by their names in PyBaMM's spelling or in the
        set's own ("Carbon electrode ..."), SI.

    Raises
    ------
    UnknownCellError, CellError, pybamm.OptionError
        With the value and what is allowed.

    Examples
    --------
    >>> cell = half_cell("anthracite-FJH", model="SPM")
    >>> cell.name, cell.model_name
    ('fjh', 'SPM')
    """
    source = load_set(carbon)
    if model not in MODELS:
        raise CellError(
            f"model {model!r} is unknown: choose from {', '.join(MODELS)}{nearest(model, MODELS)}"
        )
    chosen = {"working electrode": "positive", "pore classes": str(source.classes), **(options or {})}
    built = getattr(models, model)(chosen)
    changed = dict(parameters or {})
    values = pybamm.ParameterValues(_changed_values(source, changed))
    low, high = float(values["Lower voltage cut-off [V]"]), float(values["Upper voltage cut-off [V]"])
    if not low < high:
        raise CellError(f"cut-offs {low:g} V and {high:g} V are in the wrong order: the lower comes first")
    classes = int(built.options.positive["pore classes"])
    if classes != source.classes:
        raise CellError(
            f"option 'pore classes' is {classes}, but the set {source.name!r} has {source.classes}"
        )
    curve = refresh_tables(values, "positive", classes)
    start = float(curve.stoichiometry(high))
    c_max = float(values["Maximum concentration in positive electrode [mol.m-3]"])
    values["Initial concentration in positive electrode [mol.m-3]"] = max(start, 1e-6) * c_max
    return Cell(source.name, built, values, "positive", classes, source, changed)


def _changed_values(source: ParameterSet, changed: Mapping[str, Any]) -> dict[str, Any]:
    """Values of the set with the user's numbers: derived ones follow where an input changed."""
    numbers = source.numbers
    later: dict[str, Any] = {}
    for name, value in changed.items():
        if isinstance(value, int | float) and not math.isfinite(value):
            raise CellError(f"{name!r} is {value}: give a finite number")
        own = name.replace("Positive electrode", "Carbon electrode").replace(
            "Positive particle", "Carbon particle"
        )
        if own in numbers:
            if _needs_positive(own) and not value > 0:
                raise CellError(f"{name!r} is {value:g}: give a positive value")
            numbers[own] = float(value)
        else:
            later[name] = value
    try:
        values = source.values_of(numbers)
    except ValueError as error:
        raise CellError(str(error)) from None
    for name, value in later.items():
        if name not in values:
            raise CellError(f"unknown parameter {name!r}{nearest(name, [*numbers, *values])}")
        values[name] = value
    return values


def _needs_positive(name: str) -> bool:
    words = ("radius", "thickness", "density", "loading", "capacity", "diffusivity", "rate [", "conductivity")
    return any(word in name for word in words) and "double-layer" not in name
