"""Everything that is derived, made again from the numbers of parameter values."""

from typing import Any, Final

import pybamm

from napore.models.laws import DEFAULT_ADSORPTION
from napore.models.live import NumberError

from .arguments import typed
from .full_cell import Pair, full_cell_values
from .functions import OfCarbon
from .half_cell import cathode_half_cell_values, half_cell_values
from .numbers import number

_KEPT: Final = ("Current function [A]",)
_PORES: Final = "electrode adsorption capacity fraction"
_PLATEAU: Final = "Positive electrode plateau potential [V]"


@typed(NumberError)
def rebuild(values: pybamm.ParameterValues) -> pybamm.ParameterValues:
    """Parameter values with everything derived made again from the other numbers.

    A derived number is an expression of what it derives from and follows by itself. This is for values in
    which one was overwritten, and for another number of pore classes.

    Parameters
    ----------
    values
        Of a shipped set, a parameter file or a cell: a half cell, or a full cell of a carbon and a cathode of
        ours. Not changed.

    Returns
    -------
    pybamm.ParameterValues
        Maximum concentrations, volume fractions, pore classes, open-circuit potentials, contents at the
        start, size and nominal capacity as expressions; all else as it was. The classes are as many as
        "... electrode number of pore classes" says.

    Raises
    ------
    NumberError
        For values that are not of a cell of ours, and a number of classes that is no whole one from 1 to 9.

    Examples
    --------
    >>> values = pybamm.ParameterValues("Gu2025_FJH_half")
    >>> values["Positive electrode number of pore classes"] = 2
    >>> "Positive electrode pore class 3 radius [m]" in rebuild(values)
    False
    """
    made = _derived(values)
    found = values.copy()
    for name in list(found):
        if " electrode pore class " in name:
            del found[name]
    found.update({name: value for name, value in made.items() if name not in _KEPT})
    return found


def _derived(values: pybamm.ParameterValues) -> dict[str, Any]:
    """Expressions and equilibria of the kind of cell that the values are of."""
    if f"Negative {_PORES}" in values:
        # of an electrode of a PyBaMM set there is nothing to make it again from
        if not {"Carbon electrode thickness [m]", _PLATEAU} <= set(values):
            raise NumberError("these values are of no full cell of a carbon and a cathode of ours")
        numbers = {
            name: values[name]
            for name in ("Carbon electrode thickness [m]", "Carbon electrode areal loading [kg.m-2]")
        }
        classes = _classes(values, "Negative")
        made = full_cell_values(numbers, Pair(classes, _law(values, "Negative")))
    elif f"Positive {_PORES}" in values:
        classes = _classes(values, "Positive")
        made = half_cell_values({}, classes, _law(values, "Positive"))
    elif _PLATEAU in values:
        made = cathode_half_cell_values({})
    else:
        raise NumberError("these values are of no cell of ours: give those of a shipped set or of a cell")
    return {
        name: value
        for name, value in made.items()
        if isinstance(value, pybamm.Symbol)
        or name.endswith(("OCP [V]", "adsorption potential [V]", "pore classes", "capacity share"))
        or (name.endswith("OCP entropic change [V.K-1]") and callable(value))
    }


def _classes(values: pybamm.ParameterValues, Domain: str) -> int:
    name = f"{Domain} electrode number of pore classes"
    found = number(values, name)
    if not (float(found).is_integer() and 1 <= found <= 9):
        raise NumberError(f"{name!r} is {found:g}: give a whole number from 1 to 9")
    return int(found)


def _law(values: pybamm.ParameterValues, Domain: str) -> str:
    """Adsorption law of the functions that were not overwritten."""
    names = ("OCP [V]", "OCP entropic change [V.K-1]", "adsorption potential [V]")
    functions = (values[f"{Domain} electrode {name}"] for name in names)
    return next((one.law for one in functions if isinstance(one, OfCarbon)), DEFAULT_ADSORPTION)
