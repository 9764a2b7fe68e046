"""Reading numbers of parameter values, of which derived ones are expressions of others."""

from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from typing import Any

import numpy as np
import pybamm

from napore.models.live import NumberError, inputs_of


def number(values: Mapping[str, Any] | pybamm.ParameterValues, name: str) -> float:
    """Number of a name as the model will see it, whether it is plain or an expression of others.

    Parameters
    ----------
    values
        Parameter values; a plain dictionary is converted at each call.
    name
        PyBaMM's name.

    Raises
    ------
    KeyError
        For a name that is not among the values.
    NumberError
        For an expression that holds an input.

    Examples
    --------
    >>> values = pybamm.ParameterValues("Gu2025_FJH_half")
    >>> name = "Positive electrode specific capacity of all sites [mA.h.g-1]"
    >>> before = number(values, "Maximum concentration in positive electrode [mol.m-3]")
    >>> values[name] = 0.5 * values[name]
    >>> round(number(values, "Maximum concentration in positive electrode [mol.m-3]") / before, 12)
    0.5
    """
    value = values[name]
    if not isinstance(value, pybamm.Symbol):
        return float(value)
    whole = values if isinstance(values, pybamm.ParameterValues) else pybamm.ParameterValues(dict(values))
    return evaluated(whole, value, name)


def evaluated(values: pybamm.ParameterValues, symbol: pybamm.Symbol, name: str = "") -> float:
    """Number of an expression of parameters.

    Raises
    ------
    NumberError
        For an expression that holds an input.
    """
    found = values.process_symbol(symbol)
    names = inputs_of([found])
    if names:
        raise NumberError(f"{name or str(symbol)!r} depends on the input {names[0]!r}: give a number")
    return float(np.squeeze(found.evaluate()))


def read_by(values: pybamm.ParameterValues, symbol: Any) -> set[str]:
    """Names of the plain numbers that an expression of parameters rests on."""
    found: set[str] = set()
    for node in symbol.pre_order() if isinstance(symbol, pybamm.Symbol) else ():
        if isinstance(node, pybamm.Parameter):
            value = values[node.name]
            found |= read_by(values, value) if isinstance(value, pybamm.Symbol) else {node.name}
    return found


def is_derived(value: Any) -> bool:
    """Whether a parameter value is an expression of others; an input is none."""
    return isinstance(value, pybamm.Symbol) and not isinstance(value, pybamm.InputParameter | pybamm.Scalar)


def numbers_of(values: pybamm.ParameterValues) -> dict[str, float]:
    """Plain and derived numbers by name; functions and inputs are left out."""
    found = {}
    for name, value in values.items():
        if isinstance(value, bool | str | pybamm.InputParameter) or callable(value):
            continue
        found[name] = number(values, name)
    return found


def as_negative(name: str) -> str:
    """Name of a parameter of the positive electrode for the negative one."""
    return name.replace("Positive", "Negative").replace("positive", "negative")


def in_negative(value: Any) -> Any:
    """Value of a parameter of the positive electrode for the negative one: its expressions and functions."""
    if isinstance(value, pybamm.Symbol):

        def moved(node: pybamm.Symbol, leaves: Any) -> pybamm.Symbol:
            if isinstance(node, pybamm.Parameter) and "ositive" in node.name:
                return pybamm.Parameter(as_negative(node.name))
            return pybamm.expression_tree.tree_util.rebuild(node, leaves)

        return pybamm.tree_map(moved, value)
    if is_dataclass(value) and getattr(value, "domain", None) == "positive":
        return replace(value, domain="negative")  # type: ignore[type-var]
    return value
