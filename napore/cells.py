"""Cells: a PyBaMM model with its parameter values, and what an experiment must know of them."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from pathlib import Path
from typing import Any, Final

import pybamm

from . import models
from .cell_options import check_numbers, with_classes, with_switches
from .parameters import schema
from .parameters.ageing import aged
from .parameters.carbon import isotherm
from .parameters.diffusivity import REFERENCE, TABLE, DiffusivityTable, is_optional, table_of
from .parameters.law_numbers import with_law
from .parameters.numbers import number, numbers_of
from .parameters.provenance import nearest
from .parameters.sets import ParameterSet, load_set

__all__ = ["MODELS", "Cell", "CellError", "checked", "half_cell", "set_and_values"]

MODELS: Final = ("SPM", "SPMe", "DFN")
AMBIENT: Final = "Ambient temperature [K]"
INITIAL: Final = "Initial temperature [K]"


class CellError(ValueError):
    """A cell that cannot be made; the message names the value, what is allowed and the remedy."""


@dataclass(frozen=True)
class Cell:
    """A cell that experiments act on. ``model`` and ``parameter_values`` are plain PyBaMM objects.

    A half cell of a carbon speaks the anode's language: a cycle is sodiation, then desodiation, and
    capacities are per gram of carbon. A half cell of a cathode and a full cell are charged, then
    discharged, per gram of cathode.

    Parameters
    ----------
    name
        Short name.
    model
        PyBaMM model.
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
            object.__setattr__(self, "_made", dict(self.parameter_values))

    @property
    def edited(self) -> dict[str, Any]:
        """Values set in ``parameter_values`` after the cell was made, by PyBaMM's name."""
        spelt = {
            schema.pybamm_name(own_name(self.source, name), self.kind): value
            for name, value in self.changed.items()
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
    def anode_domain(self) -> str:
        """Electrode of the anode: ``"positive"`` in a carbon's half cell, ``"negative"`` in a full cell."""
        if self.kind == "cathode":
            raise CellError(f"{self.name} is the half cell of a cathode: it has no anode but sodium")
        return "positive" if self.kind == "carbon" else "negative"

    @property
    def active_mass(self) -> float:
        """Mass that capacities are per [kg]: the carbon in its half cell, else the cathode."""
        return self.carbon_mass if self.kind == "carbon" else self.cathode_mass

    @property
    def carbon_mass(self) -> float:
        """Mass of active carbon, or of another anode that stands in for it [kg]."""
        return self._mass(self.anode_domain)

    @property
    def cathode_mass(self) -> float:
        """Mass of the cathode's active material [kg]."""
        if self.kind == "carbon":
            raise CellError(f"{self.name} is the half cell of a carbon: it has no cathode")
        return self._mass("positive")

    @property
    def carbon_volume(self) -> float:
        """Volume of active carbon [m3]."""
        return self._volume(self.anode_domain)

    @property
    def site_capacity(self) -> float:
        """Capacity of all sites of the electrode that capacities are per [A.h]."""
        c_max = self.number("Maximum concentration in positive electrode [mol.m-3]")
        return c_max * self._volume("positive") * float(pybamm.constants.F.value) / 3600.0

    def _mass(self, domain: str) -> float:
        return self.number(f"{domain.capitalize()} electrode areal loading [kg.m-2]") * self.area

    def _volume(self, domain: str) -> float:
        Domain = domain.capitalize()
        share = self.number(f"{Domain} electrode active material volume fraction")
        return share * self.number(f"{Domain} electrode thickness [m]") * self.area

    @property
    def sodiation_sign(self) -> int:
        """Sign of PyBaMM's current while the carbon takes up sodium: 1 in a half cell, -1 in a full cell."""
        return 1 if self.anode_domain == "positive" else -1

    @property
    def area(self) -> float:
        """Area of the electrodes [m2]."""
        return self.number("Electrode height [m]") * self.number("Electrode width [m]")

    @property
    def one_C_current(self) -> float:
        """Current of 1 C [A]: 300 mA per gram of carbon in its half cell, else 117.6 per gram of NVP."""
        return self.number("Nominal cell capacity [A.h]")

    @property
    def cut_offs(self) -> tuple[float, float]:
        """Lower and upper voltage cut-off [V]."""
        return self.number("Lower voltage cut-off [V]"), self.number("Upper voltage cut-off [V]")

    def number(self, name: str) -> float:
        """Number of PyBaMM's name ``name``, plain or derived, as the model sees it."""
        return number(self.parameter_values, name)

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
        changes = {name: repr(value) for name, value in sorted({**self.changed, **self.edited}.items())}
        return hashlib.sha256((self.source.sha256 + json.dumps(changes)).encode()).hexdigest()

    def simulation(self, experiment: pybamm.Experiment | None = None, **kwargs: Any) -> pybamm.Simulation:
        """PyBaMM simulation of the cell with the solver tolerances of its model.

        Raises
        ------
        CellError
            For a number set in ``parameter_values`` that physics does not allow.
        """
        for name, value in self.edited.items():
            if isinstance(value, Real):
                schema.check(name, value, cell=self.kind, allow_unusual=True, error=CellError)
        kwargs.setdefault("solver", self.model.default_solver)
        return pybamm.Simulation(
            self.model, experiment=experiment, parameter_values=self.parameter_values, **kwargs
        )


def _same(value: Any, other: Any) -> bool:
    return value is other or bool(value == other)


def half_cell(
    carbon: str | Path,
    model: str = "DFN",
    options: Mapping[str, Any] | None = None,
    parameters: Mapping[str, float | DiffusivityTable] | None = None,
    ageing: str | Path | None = None,
    *,
    allow_unusual: bool = False,
) -> Cell:
    """Half cell of a carbon or of a cathode against sodium foil.

    A carbon starts desodiated, at equilibrium at its upper cut-off; a cathode full of sodium, at
    equilibrium at its lower cut-off. Both at "Initial temperature [K]", which is the ambient one
    unless the option "thermal" is "lumped".

    Parameters
    ----------
    carbon
        Name of a set ("fjh", "anthracite-FJH", "Gu2025_FJH_half", "NVP") or path of a parameter file.
    model
        ``"SPM"``, ``"SPMe"`` or ``"DFN"``.
    options
        Options of the model, PyBaMM's and ``"sodium storage"``, ``"pore filling"``, ...
    parameters
        Numbers that replace those of the set, by their names in PyBaMM's spelling or in the
        set's own ("Carbon electrode ..."), SI.
    ageing
        Ageing of the carbon: ``"gu2025"``, another of :data:`napore.parameters.ageing.AGEING`, or the path
        of a file; none where None.
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
    changed = checked(source, parameters or {}, allow_unusual=allow_unusual)
    source = lawful(source, options, changed)
    chosen = {
        "working electrode": "positive",
        **with_switches(options, source, _in_own_words(source, changed)),
    }
    if source.kind == "cathode":
        built = build_model(model, {"sodium storage": "single", **chosen})
        _, values = set_and_values(source, with_start_temperature(built, source, changed))
        check_values(built, values, source, options)
        return Cell(source.name, built, values, None, 0, source, changed, "cathode")
    own = {"pore classes": str(source.classes), "adsorption law": source.law}
    built = build_model(model, {**own, **chosen})
    source = with_classes(source, built.options, "positive")
    _, values = set_and_values(source, with_start_temperature(built, source, changed))
    check_values(built, values, source, options)
    return Cell(source.name, built, values, "positive", source.classes, source, changed)


def check_values(
    model: pybamm.BaseModel, values: pybamm.ParameterValues, source: ParameterSet, asked: Mapping[str, Any]
) -> None:
    """Refuse numbers that the model refuses, and those that it lacks, before anything is solved.

    Raises
    ------
    CellError, pybamm.OptionError
        With the value and what is allowed.
    """
    try:
        check_numbers(model, values, source, asked)
        numbers_of(values)
        values.process_symbol(next(iter(model.initial_conditions.values())))
    except ValueError as error:
        raise CellError(str(error)) from None


def lawful(source: ParameterSet, options: Mapping[str, Any], changed: Mapping[str, Any]) -> ParameterSet:
    """Set with the numbers of the adsorption law that the options choose.

    Raises
    ------
    CellError
        For a law that is not known, or a number of it that is nowhere.
    """
    law = options.get("adsorption law", source.law)
    if not isinstance(law, str):  # of negative and positive electrode
        law = law[0] if source.kind == "full" else law[-1]
    try:
        return with_law(source, law, {own_name(source, name): value for name, value in changed.items()})
    except ValueError as error:
        raise CellError(str(error)) from None


def build_model(model: str, options: Mapping[str, Any]) -> pybamm.BaseModel:
    """Model of :mod:`napore.models` by name."""
    if model not in MODELS:
        raise CellError(
            f"model {model!r} is unknown: choose from {', '.join(MODELS)}{nearest(model, MODELS)}"
        )
    return getattr(models, model)(dict(options))


def with_start_temperature(
    model: pybamm.BaseModel, source: ParameterSet, changed: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Changes with the initial temperature of an isothermal cell, which is that of its surroundings.

    Raises
    ------
    CellError
        Where another one is given.
    """
    ambient = changed.get(AMBIENT, source.numbers[AMBIENT])
    if model.options["thermal"] != "isothermal":
        return changed
    initial = changed.get(INITIAL, ambient)
    if initial != ambient:
        raise CellError(
            f"{INITIAL!r} is {initial:g}, but an isothermal cell is at the ambient temperature, "
            f"{ambient:g} K: give {AMBIENT!r}, or the option 'thermal': 'lumped'"
        )
    return {**changed, INITIAL: ambient}


def checked(
    source: ParameterSet, parameters: Mapping[str, Any], *, allow_unusual: bool = False
) -> dict[str, Any]:
    """Parameters that a user gives, as floats; functions stay where PyBaMM takes one.

    Parameters
    ----------
    source
        Set that they change. What its file calls unusual may be.
    parameters
        By name in PyBaMM's spelling or in the set's own.
    allow_unusual
        As for :func:`half_cell`.

    Raises
    ------
    CellError
        With name, value, unit and what is allowed.
    """
    found: dict[str, Any] = {}
    for name, value in parameters.items():
        own = own_name(source, name)
        table = own == TABLE and source.kind != "cathode"
        if table and isinstance(value, DiffusivityTable):
            for node, D in value.numbers.items():
                schema.check(node, D, allow_unusual=allow_unusual, error=CellError)
        if table or (own not in source.numbers and schema.is_function(value, name, source.kind)):
            found[name] = value
            continue
        entry = source.entries.get(own)
        meant = allow_unusual or (entry is not None and entry.unusual)
        found[name] = schema.check(name, value, cell=source.kind, allow_unusual=meant, error=CellError)
    return found


def set_and_values(
    source: ParameterSet,
    changed: Mapping[str, Any],
    values_of: Callable[[Mapping[str, float]], Mapping[str, Any]] | None = None,
    as_spelt: tuple[str, ...] = (),
) -> tuple[dict[str, float], pybamm.ParameterValues]:
    """Numbers of the set with the user's, and the PyBaMM values; derived ones follow.

    Parameters
    ----------
    source
        Parameter set.
    changed
        Parameters to change, from :func:`checked`, by name in PyBaMM's spelling or in the set's own.
    values_of
        Makes values from numbers; that of the set where None.
    as_spelt
        Beginnings of names that mean PyBaMM's parameter and no number of the set.

    Raises
    ------
    CellError
        With the value and what is allowed.
    """
    numbers = source.numbers
    later: dict[str, Any] = {}
    for name, value in changed.items():
        own = name if as_spelt and name.startswith(as_spelt) else own_name(source, name)
        if own == TABLE and source.kind != "cathode":
            numbers = _with_table(numbers, value)
        elif own in numbers or (is_optional(own) and source.kind != "cathode"):
            numbers[own] = value
        else:
            later[name] = value
    schema.check_jointly(numbers, CellError)
    if numbers.get(REFERENCE) != source.numbers.get(REFERENCE) and table_of(numbers):
        raise CellError(f"{REFERENCE!r} has no effect beside a table of the diffusivity: change the table")
    try:
        values = dict((values_of or source.values_of)(numbers))
    except ValueError as error:
        raise CellError(str(error)) from None
    for name, value in later.items():
        if name not in values:
            raise CellError(f"unknown parameter {name!r}{nearest(name, [*numbers, *values])}")
        values[name] = value
    return numbers, pybamm.ParameterValues(values)


def _with_table(numbers: Mapping[str, float], table: Any) -> dict[str, float]:
    """Numbers with a table of the diffusivity in the place of the one that they may have."""
    if not isinstance(table, DiffusivityTable):
        raise CellError(
            f"{TABLE!r} is {schema.shown(table)}: give a DiffusivityTable of occupancies and diffusivities"
        )
    before = table_of(numbers)
    kept = {n: v for n, v in numbers.items() if before is None or n not in before.numbers}
    return kept | table.numbers


def spelt(cell: Cell, name: str) -> str:
    """PyBaMM's spelling of the name of a number of the cell's set.

    Examples
    --------
    >>> spelt(half_cell("fjh", model="SPM"), "Carbon particle radius [m]")
    'Positive particle radius [m]'
    """
    return name if name in cell.parameter_values else schema.pybamm_name(name, cell.kind)


def _in_own_words(source: ParameterSet, changed: Mapping[str, Any]) -> dict[str, Any]:
    return {own_name(source, name): value for name, value in changed.items()}


def own_name(source: ParameterSet, name: str) -> str:
    """Name in the set of a number given in PyBaMM's spelling; the name itself where there is none."""
    return schema.own_name(name, source.kind)
