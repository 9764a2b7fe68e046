"""Cells: a PyBaMM model with its parameter values, and what an experiment must know of them."""

import hashlib
import json
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pybamm

from . import models
from .cell_amounts import CellAmounts
from .cell_checks import check_acts, check_edits, check_functions, check_values
from .cell_mesh import CellMesh
from .cell_numbers import (
    CellError,
    checked,
    in_own_names,
    set_and_values,
    with_chosen_law,
    with_start_temperature,
)
from .cell_options import refuse_of_carbons, with_classes, with_switches
from .models.laws import law_cache
from .models.meshes import fitted_mesh
from .parameters import schema
from .parameters.ageing import aged
from .parameters.arguments import typed
from .parameters.carbon import isotherm
from .parameters.diffusivity import DiffusivityTable
from .parameters.electrolytes import with_electrolyte
from .parameters.identity import identity
from .parameters.provenance import nearest
from .parameters.sets import ParameterSet, load_set
from .results import counted, html_of, named_repr
from .start import start_at
from .uncollected import uncollected

__all__ = [
    "MODELS",
    "Cell",
    "CellError",
    "build_model",
    "checked",
    "half_cell",
    "set_and_values",
    "spelt",
]

MODELS: Final = ("SPM", "SPMe", "DFN")

_KINDS: Final = {
    "carbon": "half cell of a carbon",
    "cathode": "half cell of a cathode",
    "full": "full cell",
}


@dataclass(frozen=True, repr=False)
class Cell(CellAmounts, CellMesh):
    """A cell that experiments act on. ``model`` and ``parameter_values`` are plain PyBaMM objects.

    A half cell of a carbon speaks the anode's language: a cycle is sodiation, then desodiation, and
    capacities are per gram of carbon. A half cell of a cathode and a full cell are charged, then
    discharged, per gram of cathode.

    Parameters
    ----------
    name
        Short name.
    model
        PyBaMM model of :mod:`napore.models`; it gets the mesh that fits the cell where it has none.
    parameter_values
        PyBaMM parameter values.
    carbon_domain
        Electrode of the carbon: ``"positive"`` in its half cell, ``"negative"`` in a full cell, None
        where there is no carbon with pores.
    pore_classes
        Number of pore classes.
    source
        Parameter set that it was made from.
    changed
        Parameters changed by the user, by name.
    kind
        ``"carbon"`` or ``"cathode"`` (half cells) or ``"full"``.
    """

    name: str
    model: pybamm.BaseModel
    parameter_values: pybamm.ParameterValues
    carbon_domain: str | None
    pore_classes: int
    source: ParameterSet
    changed: Mapping[str, Any] = field(default_factory=dict)
    kind: str = "carbon"
    _made: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self._made:
            object.__setattr__(self, "_made", dict(self.parameter_values.items()))
        if self.model.mesh is None:
            self.model.mesh = fitted_mesh(self.model, self.parameter_values)

    def __repr__(self) -> str:
        changed = f"{counted(len(self.changed), 'number')} changed" if self.changed else ""
        words = (_KINDS[self.kind], self._remark, self.source.ageing, changed)
        return named_repr(self, self.name, self.model_name, *words)

    @property
    def _remark(self) -> str:
        """What else tells it from the other cells of its kind."""
        return ""

    def _repr_html_(self) -> str:
        return html_of(self, {"set": self.source.title, **self.own_options, **self.changed})

    @property
    def own_options(self) -> dict[str, Any]:
        """Options of the model that are not PyBaMM's usual ones, by name."""
        usual = pybamm.BatteryModelOptions({})
        return {name: value for name, value in self.model.options.items() if value != usual.get(name)}

    @property
    def edited(self) -> dict[str, Any]:
        """Values set in ``parameter_values`` after the cell was made, by PyBaMM's name."""
        spelt = {
            schema.pybamm_name(name, self.kind): value
            for name, value in in_own_names(self.source, self.changed).items()
        }
        return {
            name: value
            for name, value in self.parameter_values.items()
            if not any(name in known and _same(value, known[name]) for known in (self._made, spelt))
        }

    @property
    def model_name(self) -> str:
        """``"SPM"``, ``"SPMe"`` or ``"DFN"``."""
        return type(self.model).__name__

    @property
    def directions(self) -> tuple[str, str]:
        """Names of the two half cycles, in order."""
        return ("sodiation", "desodiation") if self.kind == "carbon" else ("charge", "discharge")

    @property
    def first_sign(self) -> int:
        """Sign of PyBaMM's current in the first half cycle: 1 for a carbon's half cell, else -1."""
        return 1 if self.kind == "carbon" else -1

    @property
    def isotherm(self) -> models.Isotherm:
        """Equilibrium of the carbon with the present parameter values."""
        if self.carbon_domain is None:
            raise CellError(f"{self.name} has no carbon with pores")
        law = getattr(self.model.options, self.carbon_domain)["adsorption law"]
        return isotherm(self.parameter_values, self.carbon_domain, self.pore_classes, law)

    @property
    def sha256(self) -> str:
        """Hash of the numbers that the cell was made from, changes included."""
        changes = {name: identity(value) for name, value in sorted({**self.changed, **self.edited}.items())}
        return hashlib.sha256((self.source.sha256 + json.dumps(changes)).encode()).hexdigest()

    def check(self) -> None:
        """Refuse values set in ``parameter_values`` that physics does not allow, alone or together.

        Raises
        ------
        CellError
            With the value and what is allowed.
        """
        edited = self.edited
        if edited:
            check_edits(self.model, self.parameter_values, self.source, edited, self._made)
            check_functions(self.model, self.parameter_values, self._windows())

    def _windows(self) -> dict[str, tuple[float, float]]:
        """Contents between which each electrode cycles, where a balance gives them [-]."""
        return {}

    def start_at(
        self, voltage: float | None = None, soc: float | None = None, T: float | None = None
    ) -> dict[str, float]:
        """Concentrations [mol/m3] that start the cell at equilibrium, by PyBaMM's names, and temperatures.

        Parameters
        ----------
        voltage
            Voltage at rest [V]; of a full cell that at 25 C, between its cut-offs.
        soc
            In its place: 0 to 1 between the cut-offs at 25 C; 0 is a desodiated carbon, a discharged cell.
        T
            Temperature [K] of the cell and around it, which is then among the numbers.

        Raises
        ------
        CellError
            For what the cell cannot have.
        """
        return start_at(self, voltage, soc, T)

    @property
    def solver(self) -> pybamm.IDAKLUSolver:
        """Solver with the tolerances of the model."""
        return self.model.default_solver

    def simulation(self, experiment: pybamm.Experiment | None = None, **kwargs: Any) -> pybamm.Simulation:
        """PyBaMM simulation of the cell with the solver tolerances of its model.

        Raises
        ------
        CellError
            As :meth:`check`.
        """
        self.check()
        kwargs.setdefault("solver", self.solver)
        return pybamm.Simulation(
            self.meshed() if self.edited else self.model,
            experiment=experiment,
            parameter_values=self.parameter_values,
            **kwargs,
        )


def _same(value: Any, other: Any) -> bool:
    return value is other or bool(value == other)


@typed(CellError)
@uncollected()
def half_cell(
    carbon: str | Path,
    model: str = "DFN",
    options: Mapping[str, Any] | None = None,
    parameters: Mapping[str, float | DiffusivityTable] | None = None,
    ageing: str | Path | None = None,
    electrolyte: str | Path | None = None,
    *,
    allow_unusual: bool = False,
) -> Cell:
    """Half cell of a carbon or of a cathode against sodium foil.

    A carbon starts desodiated, at equilibrium at its upper cut-off; a cathode full of sodium, at its lower
    one. Both at "Initial temperature [K]", the ambient one unless the option "thermal" is "lumped".

    Parameters
    ----------
    carbon
        Name of a set ("fjh", "anthracite-FJH", "Gu2025_FJH_half", "NVP") or path of a parameter file.
    model
        ``"SPM"``, ``"SPMe"`` or ``"DFN"``.
    options
        Options of the model, PyBaMM's and ``"sodium storage"``, ``"pore filling"``, ...
    parameters
        Numbers that replace the set's [SI], by PyBaMM's names or its own ("Carbon electrode ...").
    ageing
        Ageing of the carbon: ``"gu2025"``, another of :data:`napore.parameters.catalogue.AGEING`, or the path
        of a file; none where None.
    electrolyte
        ``"diglyme"`` or ``"EC:PC"`` (1 mol/L NaPF6), or the path of a file
        (:mod:`napore.parameters.electrolytes`); that of the set where None. The foil's kinetics go with it.
    allow_unusual
        Whether ``parameters`` may lie outside what is plausible (:mod:`napore.parameters.schema`). What
        physics does not allow is refused in any case.

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
    if source.kind == "full":
        raise CellError(f"{source.name!r} is a full cell: use napore.load_cell or napore.full_cell")
    source, options = aged(source, ageing, options)
    source = with_electrolyte(source, electrolyte)
    changed = checked(source, parameters or {}, allow_unusual=allow_unusual)
    source = with_chosen_law(source, options, changed)
    if carbon_made := source.kind == "carbon":
        storage = {"pore classes": str(source.classes), "adsorption law": source.law}
    else:
        refuse_of_carbons(options, source.name)
        storage = {"sodium storage": "single"}
    switched = with_switches(options, source, in_own_names(source, changed))
    built = build_model(model, {**storage, "working electrode": "positive", **switched})
    source = with_classes(source, built.options, "positive") if carbon_made else source
    _, values = set_and_values(source, with_start_temperature(built, source, changed))
    check_values(built, values, source, options, changed)
    check_functions(built, values)
    check_acts(built, source, source.numbers, changed)
    if not carbon_made:
        return Cell(source.name, built, values, None, 0, source, changed, "cathode")
    return Cell(source.name, built, values, "positive", source.classes, source, changed)


def build_model(model: str, options: Mapping[str, Any]) -> pybamm.BaseModel:
    """Model of :mod:`napore.models` by name."""
    if model not in MODELS:
        raise CellError(
            f"model {model!r} is unknown: choose from {', '.join(MODELS)}{nearest(model, MODELS)}"
        )
    try:
        # by what is written too: 1, True and 1.0 are one key
        kept = _kept_model(model, tuple(options.items()), repr(options))
    except TypeError:  # a value that is no key, which the model refuses in its own words
        return getattr(models, model)(dict(options))
    made = kept.new_copy()
    made._options = copy(kept.options)
    return made


@law_cache(32)
def _kept_model(model: str, options: tuple[tuple[str, Any], ...], _: str) -> pybamm.BaseModel:
    """Model to copy: to build it takes five times as long as the rest of a cell."""
    return getattr(models, model)(dict(options))


def spelt(cell: Cell, name: str) -> str:
    """PyBaMM's spelling of the name of a number of the cell's set.

    Examples
    --------
    >>> spelt(half_cell("fjh", model="SPM"), "Carbon particle radius [m]")
    'Positive particle radius [m]'
    """
    return name if name in cell.parameter_values else schema.pybamm_name(name, cell.kind)
