"""Numbers of a cell: those that a user gives, checked, in the set and in PyBaMM's values."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pybamm

from .cell_values import CellValues
from .models.laws import ADSORPTION_LAWS
from .parameters import schema
from .parameters.diffusivity import REFERENCE, TABLE, DiffusivityTable, table_of
from .parameters.law_numbers import names_of_law, with_law
from .parameters.numbers import is_derived
from .parameters.optional import is_optional
from .parameters.provenance import nearest
from .parameters.sets import ParameterSet

AMBIENT: Final = "Ambient temperature [K]"
INITIAL: Final = "Initial temperature [K]"


class CellError(ValueError):
    """A cell that cannot be made; the message names the value, what is allowed and the remedy."""


def own_name(source: ParameterSet, name: str) -> str:
    """Name in the set of a number given in PyBaMM's spelling; the name itself where there is none."""
    return schema.own_name(name, source.kind)


def in_own_names(source: ParameterSet, changed: Mapping[str, Any]) -> dict[str, Any]:
    """Values by their names in the set, where it has them."""
    return {own_name(source, name): value for name, value in changed.items()}


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
        As for :func:`napore.half_cell`.

    Raises
    ------
    CellError
        With name, value, unit and what is allowed, and for one number by two names.
    """
    found: dict[str, Any] = {}
    spellings: dict[str, str] = {}
    for name, value in parameters.items():
        own = own_name(source, name)
        other = spellings.setdefault(own, name)
        if other != name:
            raise CellError(f"{other!r} and {name!r} are the same number: give one of them")
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


def in_words_of(said: Mapping[str, str], error: ValueError) -> CellError:
    """Error of a cell with each name as the user spelt it: name in a message by name as given."""
    text = str(error)
    for name, given in said.items():
        text = text.replace(repr(name), repr(given))
    return CellError(text)


def with_chosen_law(
    source: ParameterSet, options: Mapping[str, Any], changed: Mapping[str, Any]
) -> ParameterSet:
    """Set with the numbers of the adsorption law that the options choose.

    Raises
    ------
    CellError
        For a law that is not known, or a number of it that is nowhere.
    """
    law = options.get("adsorption law", source.law)
    if isinstance(law, tuple) and len(law) == 2:  # of negative and positive electrode
        law = law[0] if source.kind == "full" else law[1]
    try:
        return with_law(source, law, in_own_names(source, changed))
    except ValueError as error:
        raise CellError(str(error)) from None


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
        elif own in numbers or is_optional(own, source.kind):
            numbers[own] = value
        else:
            later[name] = value
    if numbers.get(REFERENCE) != source.numbers.get(REFERENCE) and table_of(numbers):
        raise CellError(f"{REFERENCE!r} has no effect beside a table of the diffusivity: change the table")
    try:
        values = dict((values_of or source.values_of)(numbers))
    except ValueError as error:
        raise CellError(str(error)) from None
    for given, value in later.items():
        name = given if given in values else schema.pybamm_name(given, source.kind)
        if name not in values:
            other = schema.own_name(given, source.kind)
            laws = [law for law in ADSORPTION_LAWS if source.kind != "cathode" and other in names_of_law(law)]
            if laws:
                raise CellError(
                    f"{given!r} is a number of the adsorption law {laws[0]!r}, but this cell has "
                    f"{source.law!r}: leave it out, or choose that law"
                )
            raise CellError(f"unknown parameter {given!r}{nearest(given, [*numbers, *values])}")
        if name.endswith("active material volume fraction") and is_derived(values[name]):
            raise follows_loading(given)
        values[name] = value
    return numbers, CellValues(values)


def follows_loading(name: str) -> CellError:
    """Error for a volume fraction: capacities are per gram of the loading, which would stay what it was."""
    return CellError(f"{name!r} follows loading, density and thickness: change one of these in its place")


def _with_table(numbers: Mapping[str, float], table: Any) -> dict[str, float]:
    """Numbers with a table of the diffusivity in the place of the one that they may have."""
    if not isinstance(table, DiffusivityTable):
        raise CellError(
            f"{TABLE!r} is {schema.shown(table)}: give a DiffusivityTable of occupancies and diffusivities"
        )
    before = table_of(numbers)
    kept = {n: v for n, v in numbers.items() if before is None or n not in before.numbers}
    return kept | table.numbers
