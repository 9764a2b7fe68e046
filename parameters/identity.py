"""What a parameter value is, as text: the same in every process for equal functions, another for others."""

import functools
import hashlib
from collections.abc import Mapping, Set
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, Final

import numpy as np
import pybamm


def identity(value: Any) -> str:
    """Text that tells parameter values apart: numbers as written, functions by what they compute.

    A function is its code, its constants, defaults, what it closes over, and the globals that it names; a
    callable object its class's code and its own attributes; an expression of PyBaMM its tree with all data.
    Names of files and modules, lines and addresses do not count. Codes differ between versions of Python.

    Parameters
    ----------
    value
        Any value of a parameter.

    Examples
    --------
    >>> identity(2.0)
    '2.0'
    >>> identity(lambda x: 2 * x) == identity(lambda x: 2 * x) != identity(lambda x: 3 * x)
    True
    """
    if not (callable(value) or isinstance(value, pybamm.Symbol | np.ndarray)):
        return repr(value)
    return hashlib.sha256(_text(value, ()).encode()).hexdigest()


def _text(value: Any, seen: tuple[int, ...]) -> str:
    """Text of a value inside a function; ``seen`` are the addresses of those that hold it."""
    if id(value) in seen:
        return f"again {seen[::-1].index(id(value))}"
    inner = (*seen, id(value))

    def each(values: Any) -> str:
        return ", ".join(_text(one, inner) for one in values)

    if isinstance(value, CodeType):
        return f"code {value.co_code.hex()} {value.co_names} {value.co_varnames} {each(value.co_consts)}"
    if isinstance(value, FunctionType):
        return f"function {each(_parts_of(value))}"
    if isinstance(value, MethodType):
        return f"method {each((value.__func__, value.__self__))}"
    if isinstance(value, functools.partial):
        return f"partial {each((value.func, value.args, value.keywords))}"
    if isinstance(value, ModuleType):
        return f"module {value.__name__} {getattr(value, '__version__', '')}"
    if isinstance(value, type):
        return f"class {value.__qualname__}"
    if isinstance(value, np.ndarray):
        return f"array {value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    if isinstance(value, pybamm.Symbol):
        own = {name: entry for name, entry in _attributes(value).items() if name in _OF_SYMBOL}
        return f"{type(value).__name__} {value.name} {value.domains} {each((own, *value.children))}"
    if isinstance(value, Mapping):
        return (
            "{" + ", ".join(sorted(f"{_text(k, inner)}: {_text(v, inner)}" for k, v in value.items())) + "}"
        )
    if isinstance(value, Set):
        return f"set {sorted(_text(one, inner) for one in value)}"
    if isinstance(value, list | tuple):
        return f"({each(value)})"
    kind: Any = type(value)
    if kind.__repr__ is not object.__repr__ and not callable(value):
        return repr(value)
    called = kind.__dict__.get("__call__")
    return f"{kind.__qualname__} {each((called, _attributes(value)))}"


_OF_SYMBOL: Final = ("_value", "value", "_entries", "_x", "_y", "x", "y", "interpolator", "function", "key")
"""What makes a node of PyBaMM beside its name and children: numbers, tables, functions."""


def _parts_of(function: FunctionType) -> tuple[Any, ...]:
    code, known = function.__code__, function.__globals__
    names = [name for name in _names(code) if name in known]
    return (
        code,
        function.__defaults__,
        function.__kwdefaults__,
        [cell.cell_contents for cell in function.__closure__ or ()],
        {name: known[name] for name in names},
    )


def _names(code: CodeType) -> list[str]:
    """Globals that a code and those inside it may name."""
    inside = [name for one in code.co_consts if isinstance(one, CodeType) for name in _names(one)]
    return [*code.co_names, *inside]


def _attributes(value: Any) -> dict[str, Any]:
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    found = {name: getattr(value, name) for name in slots if hasattr(value, name)}
    return found | getattr(value, "__dict__", {})
