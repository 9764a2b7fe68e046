"""What a design study varies beside mass ratio and rate, and the numbers of a cell that it means."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

from napore.cell_numbers import in_own_names, own_name
from napore.experiments.masses import MASS_NUMBERS
from napore.full_cells import LOADING, PRESODIATION, RATIO, FullCell
from napore.parameters import schema
from napore.parameters.provenance import nearest

from .checks import DesignError

PRESODIATION_COLUMN: Final = "presodiation_mAh_g_carbon"
LOADING_COLUMN: Final = "loading_mg_cm2"

_ARGUMENTS: Final = {RATIO: "mass_ratio", LOADING: "loading_mg_cm2", PRESODIATION: "presodiation_mAh_g"}
_ELECTRODES: Final = ("Carbon", "Cathode")


def variations(
    cell: FullCell,
    presodiation: Any,
    loading: Any,
    vary: Mapping[str, Any] | None,
    *,
    allow_unusual: bool = False,
) -> tuple[FullCell, dict[str, tuple[float, ...]]]:
    """Cell with the numbers that hold throughout, and values by column of what is varied.

    Raises
    ------
    DesignError
        For names and values that no cell can have.
    """
    fixed: dict[str, float] = {}
    varied: dict[str, tuple[float, ...]] = {}

    def check(name: str, value: Any) -> float:
        return schema.check(name, value, cell="full", allow_unusual=allow_unusual, error=DesignError)

    def loaded(value: Any) -> float:
        number = schema.number("loading_mg_cm2", value, DesignError)
        check(LOADING, 0.01 * number)
        return number

    if _several(loading):
        varied[LOADING_COLUMN] = _values(map(loaded, loading), "loading_mg_cm2")
    elif loading is not None:
        fixed[LOADING] = 0.01 * loaded(loading)
    if _several(presodiation):
        given = (check(PRESODIATION, value) for value in presodiation)
        varied[PRESODIATION_COLUMN] = _values(given, PRESODIATION)
    elif presodiation is not None:
        fixed[PRESODIATION] = check(PRESODIATION, presodiation)
    for name, given in (vary or {}).items():
        _check_name(cell, name, varied)
        each = given if _several(given) else (given,)
        varied[name] = _values([check(name, value) for value in each], name)
    for name in vary or {}:
        _check_acts(cell, name, varied)
    return cell.with_numbers(fixed, allow_unusual=True) if fixed else cell, varied


def _check_acts(cell: FullCell, name: str, varied: Iterable[str]) -> None:
    """Refuse a number on which no energy, mass or cost of a design depends."""
    row = schema.row_of(name, "full")
    of_the_mass = row is not None and not {"stack", "format"}.isdisjoint(row.acts)
    if of_the_mass or name in MASS_NUMBERS or name.endswith("electrode porosity"):  # moves the thickness here
        return
    own = {**cell.source.numbers, **in_own_names(cell.source, cell.changed)}
    # what is varied has no one value: a temperature beside it may be any
    values = {**own, **{own_name(cell.source, other): math.nan for other in varied}}
    reason = schema.inert_reason(name, dict(cell.model.options), cell.model_name, values, "full")
    if reason:
        raise DesignError(f"{name!r} does nothing in this cell: {reason}; or leave it out")


def numbers_of(cell: FullCell, case: Mapping[str, Any]) -> dict[str, float]:
    """Numbers of the sets that a case (mass ratio and columns of what is varied) changes.

    The thickness of an electrode follows its loading at constant porosity. A thickness that is given
    moves the porosity, and a porosity the thickness, at constant mass.
    """
    found: dict[str, float] = {}
    porosities: dict[str, float] = {}
    for name, value in case.items():
        electrode = _coated(cell, name)
        if name == "mass_ratio":
            found[RATIO] = value
        elif name == LOADING_COLUMN:
            found[LOADING] = 0.01 * value
        elif name == PRESODIATION_COLUMN:
            found[PRESODIATION] = value
        elif electrode is not None:
            porosities[electrode] = value
        else:
            found[own_name(cell.source, name)] = value
    changed = in_own_names(cell.source, cell.changed)
    numbers = {**cell.source.numbers, **changed, **found}
    for electrode, porosity in porosities.items():
        loading = numbers[LOADING] * (numbers[RATIO] if electrode == "Carbon" else 1.0)
        share = numbers[f"{electrode} electrode mass fraction in the coating"]
        solid = loading / numbers[f"{electrode} electrode true density [kg.m-3]"]
        solid += loading * (1.0 / share - 1.0) / numbers[f"{electrode} electrode inactive density [kg.m-3]"]
        found[f"{electrode} electrode thickness [m]"] = solid / (1.0 - porosity)
    return found


def keeps_equilibrium(name: str) -> bool:
    """Whether a number has surely no part in the balance at equilibrium on active masses."""
    return name.startswith(("Separator", "Electrolyte")) or name.endswith(("thickness [m]", "porosity"))


def _coated(cell: FullCell, name: str) -> str | None:
    """Electrode of our own whose porosity is named; that of a PyBaMM set is a number of its own."""
    for electrode, host in zip(_ELECTRODES, cell.hosts, strict=True):
        if host is None and own_name(cell.source, name) == f"{electrode} electrode porosity":
            return electrode
    return None


def _check_name(cell: FullCell, name: str, varied: Mapping[str, Any]) -> None:
    own = own_name(cell.source, name)
    if own in _ARGUMENTS:
        raise DesignError(f"{name!r} is an argument of its own: give {_ARGUMENTS[own]}")
    plain = {n for n, v in cell.parameter_values.items() if isinstance(v, int | float)}
    known = {*cell.source.numbers, *plain} | {f"{electrode} electrode porosity" for electrode in _ELECTRODES}
    if own not in known and name not in known:
        raise DesignError(f"unknown parameter {name!r}{nearest(name, sorted(known))}")
    others = {own_name(cell.source, other): other for other in varied}
    if own in others:
        raise DesignError(f"{others[own]!r} and {name!r} are the same number: give one of them")
    for electrode in _ELECTRODES:
        names = {f"{electrode} electrode porosity", f"{electrode} electrode thickness [m]"}
        if own in names and names & others.keys():
            raise DesignError(
                f"porosity and thickness of the {electrode.lower()} electrode are both varied: at a given "
                "loading one follows from the other, give one of them"
            )


def _several(given: Any) -> bool:
    """Whether what is given are values and not one."""
    one = isinstance(given, str | bytes | Mapping) or getattr(given, "ndim", 1) == 0
    return isinstance(given, Iterable) and not one


def _values(given: Iterable[float], name: str) -> tuple[float, ...]:
    values = tuple(dict.fromkeys(given))
    if not values:
        raise DesignError(f"{name!r} has no values: give at least one")
    return values
