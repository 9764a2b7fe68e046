"""What each parameter means, and the one check of its value on every way in.

A row of ``data/schema.toml`` says of a parameter what values physics and the equations allow (hard
limits, which nothing passes), which are plausible (beyond them a unit has usually slipped), its
role, and what it takes to act. Files, ``parameters=``, the command line, studies, designs, the page,
fits and validation ask :func:`check`. In plain PyBaMM nothing asks it.
"""

import math
import reprlib
from collections.abc import Mapping
from numbers import Real
from typing import Any, Final

from .acts import dead_reason, inert_reason
from .rows import KINDS, Row, own_name, pybamm_name, row_of, rows, split_unit

__all__ = [
    "KINDS",
    "ParameterError",
    "Row",
    "check",
    "check_jointly",
    "check_range",
    "dead_reason",
    "inert_reason",
    "is_function",
    "number",
    "own_name",
    "problem",
    "pybamm_name",
    "row_of",
    "rows",
    "shown",
    "split_unit",
]

_INTERACTION: Final = "Carbon electrode pore interaction [V]"
_UNUSUAL: Final = "give allow_unusual=True (on the command line --unusual) if it is meant"


class ParameterError(ValueError):
    """A value that a parameter cannot have; the message says which are allowed and how to mend it."""


def is_function(value: Any, name: str, cell: str = "") -> bool:
    """Whether a value is a function, and the parameter one that may be; PyBaMM's symbols count."""
    symbol = any(kind.__module__.startswith("pybamm.") for kind in type(value).__mro__)
    if not (symbol or callable(value)):
        return False
    row = row_of(name, cell)
    return row is None or row.function


_REPR: Final = reprlib.Repr()
_REPR.maxstring = _REPR.maxother = 60


def shown(value: Any) -> str:
    """Text of any value for a sentence, short whatever it is."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**15:
        return f"a whole number of {int(value.bit_length() * math.log10(2.0)) + 1} digits"
    if isinstance(value, float) or (type(value).__module__ == "numpy" and isinstance(value, Real)):
        return f"{float(value):g}"
    if getattr(value, "shape", ()) != ():
        return f"an array of shape {tuple(value.shape)}"
    if callable(value):
        return f"the function {getattr(value, '__name__', type(value).__name__)}"
    text = " ".join(_REPR.repr(value).split())
    return text if len(text) <= 80 else f"{text[:77]}..."


def _float(value: Any) -> float | None:
    """Finite float of a real number; None for anything else. Booleans, texts and arrays are none."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        found = float(value)
    except (OverflowError, ValueError):
        return None
    return found if math.isfinite(found) else None


def number(name: str, value: Any, error: type[ValueError] = ParameterError) -> float:
    """Float of a finite real number, of Python or numpy; nothing else is one.

    Raises
    ------
    ParameterError
        Or ``error``, for bool, text, None, NaN, infinity, arrays, complex numbers and what no float holds.
    """
    found = _float(value)
    if found is None:
        raise error(f"{name!r} is {shown(value)}: give a finite number")
    return found


def problem(
    name: str, value: Any, *, cell: str = "", allow_unusual: bool = False, mend: str = _UNUSUAL
) -> tuple[str, str] | None:
    """What a value is and what to give in its place; None where it is allowed.

    Arguments as for :func:`check`; ``mend`` says how an unusual value is allowed.
    """
    found = _float(value)
    if found is None:
        return shown(value), "give a finite number"
    row = row_of(name, cell)
    if row is None:
        return None
    unit = "" if row.unit == "-" else f" {row.unit}"
    what = f"{found:g}{unit}"
    if found not in row.hard:
        return what, row.hard.advice(found, unit) + _hint(row, found)
    if row.kind == "count" and found != int(found):
        return what, "give a whole number"
    low, high = row.plausible
    if allow_unusual or low <= found <= high:
        return None
    hint = _hint(row, found)
    # a sentence of its own after a question
    what_then = f"{hint} {mend[0].upper()}{mend[1:]}" if hint else f"; {mend}"
    return what, f"plausible is {low:g} to {high:g}{unit}{what_then}"


def check(
    name: str,
    value: Any,
    *,
    cell: str = "",
    allow_unusual: bool = False,
    error: type[ValueError] = ParameterError,
) -> float:
    """Value of a parameter as a float, where it can have it.

    Parameters
    ----------
    name
        In the sets' spelling or in PyBaMM's.
    value
        A real number of Python or numpy, in the unit of the name. Of a name without a row it need only
        be finite.
    cell
        Kind of the cell, as for :func:`row_of`.
    allow_unusual
        Whether a value outside the plausible range is meant. Nothing passes the hard limits.
    error
        Class of the error.

    Raises
    ------
    ParameterError
        Or ``error``, with name, value, unit, what is allowed and how to mend it.

    Examples
    --------
    >>> check("Separator porosity", 0.9)
    0.9
    >>> check("Separator porosity", 2)
    Traceback (most recent call last):
    napore.parameters.schema.ParameterError: 'Separator porosity' is 2: give a value above 0, up to 1
    """
    found = problem(name, value, cell=cell, allow_unusual=allow_unusual)
    if found is not None:
        raise error(f"{name!r} is {found[0]}: {found[1]}")
    return float(value)


def check_range(
    name: str, low: Any, high: Any, *, allow_unusual: bool = False, error: type[ValueError] = ParameterError
) -> tuple[float, float]:
    """Ends of a range of a parameter, each allowed, the lower one first.

    Raises
    ------
    ParameterError
        Or ``error``.
    """
    first, last = (check(name, end, allow_unusual=allow_unusual, error=error) for end in (low, high))
    if not first < last:
        raise error(f"bounds of {name!r} are {first:g} and {last:g}: the lower one comes first")
    return first, last


_POWERS: Final = {
    "kg.m-2": (-2, -3),
    "-": (-2,),
    "V": (-3,),
    "kg.m-3": (3,),
    "m2.kg-1": (3,),
    "mA.h.g-1": (3,),
    "decades": (),
}
"""Decimal powers by which a value in another unit is usually off: mg/cm2, per cent, mV, g/cm3, m2/g, Ah/g."""


def _hint(row: Row, value: float) -> str:
    """The value in another unit, where that would be plausible."""
    low, high = row.plausible
    if row.kind == "temperature":
        return f"; did you mean {value + 273.15:g} ({value:g} C)?" if low <= value + 273.15 <= high else ""
    if row.kind in ("signed", "count"):
        return ""
    for power in _POWERS.get(row.unit, (-3, -6, -9)):
        if row.unit == "-" and value < 2.0:
            continue  # too small for per cent
        if low <= value * 10.0**power <= high:
            text = f"{value:g}"
            plain = "e" not in text and power in (-6, -9)
            return f"; did you mean {f'{text}e{power}' if plain else f'{value * 10.0**power:g}'}?"
    return ""


_CARBON: Final = "Carbon electrode"
_FULL: Final = "Mass ratio of carbon to cathode"
_REVERSIBLE: Final = f"{_CARBON} reversible capacity [mA.h.g-1]"
_BELOW: Final = {
    _REVERSIBLE: f"{_CARBON} specific capacity of all sites [mA.h.g-1]",
    "Cathode electrode usable specific capacity [mA.h.g-1]": (
        "Cathode electrode theoretical specific capacity [mA.h.g-1]"
    ),
    "Carbon particle radius [m]": f"{_CARBON} thickness [m]",
    "Cathode particle radius [m]": "Cathode electrode thickness [m]",
    f"{_CARBON} pore median radius [m]": "Carbon particle radius [m]",
    "Initial concentration in negative electrode [mol.m-3]": (
        "Maximum concentration in negative electrode [mol.m-3]"
    ),
    "Initial concentration in positive electrode [mol.m-3]": (
        "Maximum concentration in positive electrode [mol.m-3]"
    ),
}
"""Numbers by the one that they cannot pass."""
_MEASURED: Final = 1.1
"""Factor by which a measured reversible capacity may pass the fitted capacity of all sites."""


def check_jointly(values: Mapping[str, float], error: type[ValueError] = ParameterError) -> None:
    """Refuse numbers of a set that are allowed one by one but not together.

    Raises
    ------
    ParameterError
        Or ``error``: cut-offs in the wrong order, a first stage below the second, a number of
        :data:`_BELOW` above its other, solid beside pores of more than the whole electrode, and an
        attraction of pores below ``-4RT/(nu F)``, with which a class separates into two phases.
    """
    low, high = (values[f"{end} voltage cut-off [V]"] for end in ("Lower", "Upper"))
    if not low < high:
        raise error(f"cut-offs {low:g} V and {high:g} V are in the wrong order: the lower comes first")
    # another adsorption law has no stages
    first, second = (values.get(f"{_CARBON} adsorption stage {k} potential [V]", 0.0) for k in (1, 2))
    if first < second:
        raise error(
            f"'{_CARBON} adsorption stage 1 potential [V]' is {first:g} V, below stage 2 with {second:g} V: "
            "strong sites fill first, exchange the two"
        )
    for name, most in _BELOW.items():
        if name not in values or most not in values or (name == _REVERSIBLE and _FULL not in values):
            continue  # only a full cell reads a reversible capacity
        if values[name] > values[most] * (_MEASURED if name == _REVERSIBLE else 1.0):
            raise error(
                f"{name!r} is {values[name]:g}, above {most!r} with {values[most]:g}: lower the first or "
                "raise the other"
            )
    for electrode in (_CARBON, "Cathode electrode"):
        solid, pores = (
            values.get(f"{electrode} {name}", 0.0) for name in ("active material volume fraction", "porosity")
        )
        if solid + pores > 1.0 + 1e-9:
            raise error(
                f"'{electrode} porosity' is {pores:g} beside {solid:.3g} of active material, more than the "
                "whole electrode: give less, or change loading or thickness"
            )
    if _INTERACTION in values:
        _check_interaction(values, error)


def _check_interaction(values: Mapping[str, float], error: type[ValueError]) -> None:
    from napore.models.constants import FARADAY, GAS_CONSTANT  # with PyBaMM, which a study does without

    T = min(values["Ambient temperature [K]"], values["Initial temperature [K]"])
    cooperativity, interaction = values[f"{_CARBON} pore filling cooperativity"], values[_INTERACTION]
    least = -4.0 * GAS_CONSTANT * T / (cooperativity * FARADAY)
    if not interaction > least:
        raise error(
            f"'{_CARBON} pore interaction [V]' is {interaction:g} V: with a cooperativity of "
            f"{cooperativity:g} give more than {least:.4g} V, below which pores separate into two phases"
        )
