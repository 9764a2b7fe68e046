"""Types of a public function's arguments, from its annotations: one sentence where one is wrong."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from inspect import signature
from numbers import Real
from types import NoneType, UnionType
from typing import Any, Final, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from .schema import shown

P = ParamSpec("P")
R = TypeVar("R")

_WORDS: Final = {
    "str": "a text",
    "Path": "a path",
    "bool": "True or False",
    "Callable": "a function",
    "float": "a number",
    "int": "a number",
    "Cell": "a cell, such as napore.half_cell returns,",
    "FullCell": "a full cell, such as napore.full_cell returns",
}


def typed(error: type[ValueError]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Refuse arguments of another type than the annotations of a function name, before it runs.

    A mapping has texts as keys, and a text is no sequence. Items of lists, tuples and arrays are looked at,
    those of an iterator are not. Numbers, choices, protocols and array-likes are left to the function, which
    names their range.

    Parameters
    ----------
    error
        Class of the error.

    Examples
    --------
    >>> @typed(ValueError)
    ... def length(values: dict[str, float]) -> int:
    ...     return len(values)
    >>> length(["a"])
    Traceback (most recent call last):
    ValueError: values is ['a']: give a dictionary of values by name
    """

    def decorated(function: Callable[P, R]) -> Callable[P, R]:
        called = signature(function)
        hints = cache(lambda: get_type_hints(function))

        @wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                given = called.bind(*args, **kwargs).arguments
            except TypeError:
                return function(*args, **kwargs)  # whose own words name it
            for name, value in given.items():
                hint = hints().get(name, Any)
                if not _fits(value, hint):
                    raise error(f"{name} is {shown(value)}: give {_described(hint)}")
            return function(*args, **kwargs)

        return checked

    return decorated


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value is of the type of an annotation, as far as one can tell without using it up."""
    kind, items = _parts(hint)
    if kind in (Union, UnionType):
        return any(_fits(value, one) for one in items)
    if kind is Literal:
        return isinstance(value, str)
    if kind in (float, int):  # of a text or None the function says what range it wants
        return value is None or isinstance(value, Real | str | bytes)
    if kind is Any or not isinstance(kind, type) or getattr(kind, "_is_protocol", False):
        return True
    found: Any = value
    if not isinstance(found, kind) or (isinstance(value, str | bytes) and kind is not str):
        return False
    if issubclass(kind, Mapping):
        texts = items[1:] == (str,)
        return all(isinstance(n, str) and (not texts or isinstance(v, str)) for n, v in value.items())
    if kind is tuple and items and items[-1] is not Ellipsis:
        return len(value) == len(items) and all(_fits(value[k], one) for k, one in enumerate(items))
    if items and (isinstance(value, list | tuple | Mapping) or hasattr(value, "dtype")):
        return all(_fits(one, items[0]) for one in value)
    return True


def _parts(hint: Any) -> tuple[Any, Any]:
    """Type of an annotation, and those in its brackets."""
    return get_origin(hint) or hint, get_args(hint)


def _described(hint: Any) -> str:
    """What to give, in words."""
    kind, items = _parts(hint)
    if kind in (Union, UnionType):
        return " or ".join(dict.fromkeys(_described(one) for one in items if one is not NoneType))
    if kind is Literal:
        return " or ".join(map(repr, items))
    name = getattr(kind, "__name__", str(kind))
    if name in _WORDS:
        return _WORDS[name]
    if kind is tuple:
        return f"a tuple of {len(items)}"
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return f"a dictionary of {'texts' if items[1:] == (str,) else 'values'} by name"
    if isinstance(kind, type) and issubclass(kind, Iterable) and items:
        each = _described(items[0]).removeprefix("a ")
        return f"a list of {each}s" if " " not in each else f"a list, each {_described(items[0])}"
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
