"""Numbers and functions of a cell, refused before anything is solved where no cell can have them."""

from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any, Final

import numpy as np
import pybamm

from .cell_numbers import AMBIENT, INITIAL, CellError, follows_loading, in_words_of
from .cell_options import check_numbers
from .models.laws import adsorption_law
from .parameters import schema
from .parameters.carbon import isotherm
from .parameters.numbers import is_derived, number, numbers_of
from .parameters.optional import is_optional
from .parameters.provenance import nearest
from .parameters.sets import ParameterSet

Windows = Mapping[str, tuple[float, float]]

_HALF: Final = (0.02, 0.98)
"""Contents between which functions of a half cell are looked at [-]."""
_PLACES: Final = 9
_OCCUPANCIES: Final = (-0.01, 1.2)
"""Occupancies at which a solver may ask for the potential of an adsorption law [-]."""

_NOMINAL: Final = "Nominal cell capacity [A.h]"
_ONE_C_MA_G: Final = (1.0, 1e4)
"""Least and largest current of 1 C that any active material has [mA/g]."""

_FUNCTIONS: Final = ("porosity", "transference number", "specific heat capacity [J.kg-1.K-1]")
"""Ends of names that PyBaMM reads as functions, where an edit may be one; elsewhere they are numbers."""


def check_values(
    model: pybamm.BaseModel,
    values: pybamm.ParameterValues,
    source: ParameterSet,
    asked: Mapping[str, Any],
    given: Iterable[str] = (),
) -> None:
    """Refuse numbers that the model refuses, those that it lacks, and those that are nonsense together.

    Parameters
    ----------
    model, values, source
        Of the cell.
    asked
        Options as they were given.
    given
        Names of numbers as they were given, for the message.

    Raises
    ------
    CellError, pybamm.OptionError
        With the value and what is allowed.
    """
    try:
        check_numbers(model, values, source, asked)
        _check_laws(model, values)
        check_together(values, source)  # each derived number refuses what it cannot be made from
        values.process_symbol(next(iter(model.initial_conditions.values())))
    except ValueError as error:
        raise in_words_of({schema.own_name(name, source.kind): name for name in given}, error) from None


def _check_laws(model: pybamm.BaseModel, values: pybamm.ParameterValues) -> None:
    """Refuse an adsorption law of a user that gives an occupancy no potential of its own."""
    for domain in ("negative", "positive"):
        own = getattr(model.options, domain)
        stored = own["sodium storage"] in ("kinetic", "equilibrium")
        if not stored or model.options.electrode_types[domain] != "porous":
            continue
        name = own["adsorption law"]
        if adsorption_law(name).make.__module__.startswith("napore."):
            continue
        sites = isotherm(values, domain, int(own["pore classes"]), name).adsorption
        with np.errstate(all="ignore"):
            E = np.asarray(sites.potential(np.linspace(*_OCCUPANCIES, 243), number(values, INITIAL)), float)
        if not (np.isfinite(E).all() and E.size > 1 and (np.diff(E) < 0.0).all()):
            raise ValueError(
                f"the potential of the adsorption law {name!r} is not finite and strictly decreasing at "
                "occupancies from {:g} to {:g}: change the law or its numbers".format(*_OCCUPANCIES)
            )


def check_together(values: pybamm.ParameterValues, source: ParameterSet) -> None:
    """Refuse numbers that are nonsense together, and derived ones that cannot be made.

    Raises
    ------
    CellError
        With the values and what is allowed.
    """
    found = numbers_of(values)
    # PyBaMM's name last: in a full cell the file's own thickness is that at the file's loading
    schema.check_jointly(found | {schema.own_name(n, source.kind): v for n, v in found.items()}, CellError)
    sides = found["Electrode height [m]"] * found["Electrode width [m]"]
    mass = found.get("Positive electrode areal loading [kg.m-2]", 0.0) * sides
    one_C = found[_NOMINAL] / mass if mass else _ONE_C_MA_G[0]  # A/kg is mA/g
    if not _ONE_C_MA_G[0] <= one_C <= _ONE_C_MA_G[1]:
        least, most = (limit * mass for limit in _ONE_C_MA_G)
        raise CellError(
            f"{_NOMINAL!r} is {found[_NOMINAL]:g} A.h, with which 1 C is {one_C:.3g} mA per gram of active "
            f"material: give {least:.3g} to {most:.3g} A.h for electrodes of this size"
        )


def check_edits(
    model: pybamm.BaseModel,
    values: pybamm.ParameterValues,
    source: ParameterSet,
    edited: Mapping[str, Any],
    made: Mapping[str, Any],
) -> None:
    """Refuse values that were set in ``parameter_values`` after a cell was made, alone and together.

    Parameters
    ----------
    model, values, source
        Of the cell.
    edited
        Values that were set.
    made
        Values that the cell was made with.

    Raises
    ------
    CellError
        With the value and what is allowed.
    """
    foreign = _reads_any_name(values, edited)
    for name, value in edited.items():
        if not (name in made or foreign or schema.row_of(name, source.kind)):
            _check_read(model, name, made)
        held = _held(values, name, value)
        if callable(held) and name.endswith(_FUNCTIONS):
            continue
        if not (isinstance(held, pybamm.Symbol) or schema.is_function(held, name, source.kind)):
            schema.check(name, held, cell=source.kind, allow_unusual=True, error=CellError)
        if name.endswith("active material volume fraction") and is_derived(made.get(name)):
            raise follows_loading(name)
    check_acts(model, source, made, {name: value for name, value in edited.items() if name in made})
    if edited and not any(isinstance(value, pybamm.InputParameter) for value in edited.values()):
        check_values(model, values, source, {}, edited)


def _held(values: pybamm.ParameterValues, name: str, value: Any) -> Any:
    """Number that an expression comes to; the value itself where there is none."""
    if not isinstance(value, pybamm.Symbol):
        return value
    try:
        found = values.process_symbol(value)
    except KeyError as error:
        raise CellError(
            f"{name!r} is an expression of a number that the cell has not: {error.args[0]}"
        ) from None
    if not found.is_constant():
        return value
    number_of = np.asarray(found.evaluate())
    if number_of.size != 1:
        raise CellError(f"{name!r} is an array of {number_of.size} values: give one number, or a function")
    return float(number_of.item())


def _reads_any_name(values: pybamm.ParameterValues, edited: Mapping[str, Any]) -> bool:
    """Whether a function or an expression of a user is among the values, which may read names of its own."""
    known = ("napore.", "pybamm.")
    return any(isinstance(value, pybamm.Symbol) for value in edited.values()) or any(
        callable(value) and not str(getattr(value, "__module__", "")).startswith(known)
        for value in values.values()
        if not isinstance(value, pybamm.Symbol)
    )


def _check_read(model: pybamm.BaseModel, name: str, made: Mapping[str, Any]) -> None:
    """Refuse a name that no cell of ours has and the model does not read, such as a misspelt one."""
    if all(symbol.name != name for symbol in model.parameters):
        raise CellError(f"{name!r} is read by nothing in this cell: leave it out{nearest(name, made)}")


def check_acts(
    model: pybamm.BaseModel, source: ParameterSet, numbers: Mapping[str, Any], given: Mapping[str, Any]
) -> None:
    """Refuse numbers of a user that do nothing in a cell, whatever is done with it.

    Parameters
    ----------
    model, source
        Of the cell.
    numbers
        Those of its set, by name; one that is given as it is there may be given.
    given
        Numbers of the user.

    Raises
    ------
    CellError
        With the number and what it takes to act.
    """
    options, name_of_model = dict(model.options), type(model).__name__
    ambient = given.get(AMBIENT, numbers.get(AMBIENT))
    together = {schema.own_name(n, source.kind): v for n, v in {**numbers, **given}.items()}
    for name, value in given.items():
        if name == INITIAL and isinstance(value, Real) and value == ambient:
            continue  # the start goes by it; an isothermal cell is at the ambient one
        reason = schema.dead_reason(name, options, name_of_model, source.kind, together)
        spelt = schema.own_name(name, source.kind)
        own = numbers.get(spelt, numbers.get(name, 0.0 if is_optional(spelt, source.kind) else None))
        if reason and not (isinstance(value, Real) and value == own):
            raise CellError(f"{name!r} does nothing in this cell: {reason}; or leave it out")


def check_functions(
    model: pybamm.BaseModel, values: pybamm.ParameterValues, windows: Windows | None = None
) -> None:
    """Refuse functions of a user or of PyBaMM's sets that are not positive where the cell cycles.

    A diffusivity or an exchange-current density below zero, such as a table gives beyond its last row, has no
    solution, and a solver looks for it without end.

    Parameters
    ----------
    model, values
        Of the cell.
    windows
        Lowest and highest content of each electrode [-]; nearly all of it where None.

    Raises
    ------
    CellError
        With the function, its value, and where.
    """
    param, T = model.param, pybamm.Parameter("Initial temperature [K]")
    c_e = param.c_e_init
    for domain in ("negative", "positive"):
        if model.options.electrode_types[domain] != "porous":
            continue
        Domain, primary = domain.capitalize(), param.domain_params[domain].prim
        low, high = sorted((windows or {}).get(domain, _HALF))
        for x in np.linspace(low, high, _PLACES):
            c = float(x) * primary.c_max
            place = f"at a content of {x:.3g}, between {low:.3g} and {high:.3g}, where the cell cycles"
            _positive(values, f"{Domain} particle diffusivity [m2.s-1]", primary.D(c, T), place)
            name = f"{Domain} electrode exchange-current density [A.m-2]"
            _positive(values, name, primary.j0(c_e, c, T), place)
    place = "at the initial concentration"
    _positive(values, "Electrolyte conductivity [S.m-1]", param.kappa_e(c_e, T), place)
    _positive(values, "Electrolyte diffusivity [m2.s-1]", param.D_e(c_e, T), place)
    inputs = {"Electrolyte concentration [mol.m-3]": c_e, "Temperature [K]": T}
    factor = pybamm.FunctionParameter("Thermodynamic factor", inputs)
    _positive(values, "Thermodynamic factor", factor, place)


def _positive(values: pybamm.ParameterValues, name: str, symbol: pybamm.Symbol, place: str) -> None:
    """Refuse a function that is none of ours, and not positive."""
    function = values.get(name)
    if not callable(function) or str(getattr(function, "__module__", "")).startswith("napore."):
        return
    try:
        found = values.process_symbol(symbol)
        if not found.is_constant():
            return  # an input in it
        number = float(np.squeeze(found.evaluate()))
    except Exception as error:  # a user's function may raise anything
        reason = " ".join(str(error).split())[:120]
        raise CellError(f"{name!r} cannot be evaluated {place}: {reason}; give another function") from None
    if not (np.isfinite(number) and number > 0.0):
        unit = schema.split_unit(name)[1]
        raise CellError(
            f"{name!r} is {number:.3g} {unit} {place}: give a function that is positive there, or numbers "
            "with which its table reaches so far"
        )
