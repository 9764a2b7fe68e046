"""What a case is known by: a hash of its inputs, of the function and of the versions."""

import ast
import functools
import hashlib
import inspect
import json
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from .batches import BatchFunction
from .cases import Case, StudyError, plain


@dataclass(frozen=True)
class Identity:
    """What all cases of a study share.

    Parameters
    ----------
    function
        Qualified name.
    version
        What the caller says that the outputs depend on; None where nothing is said.
    text
        Hash of the text of the function, comments and docstrings left out; empty where it has none.
    napore, pybamm
        Versions of the packages.
    """

    function: str
    version: str | None
    text: str
    napore: str
    pybamm: str

    def key(self, case: Case) -> str:
        """SHA-256 of a case; the same for 1 and 1.0, and for another order of the inputs."""
        content = [_even(case), self.function, self.version, self.text, self.napore, self.pybamm]
        return hashlib.sha256(_text(content).encode()).hexdigest()

    @property
    def header(self) -> dict[str, Any]:
        """Versions and function, as they stand in every record."""
        return {
            "napore": self.napore,
            "pybamm": self.pybamm,
            "function": self.function,
            "version": self.version,
        }


def identity_of(function: Any, version: str | None, kept: bool) -> Identity:
    """Identity of a study of ``function``.

    Parameters
    ----------
    function
        Function of the study.
    version
        The caller's word, or None.
    kept
        Whether records go to a folder, where a later run must find them.

    Raises
    ------
    StudyError
        Where records are to be kept and the function cannot be told from another.
    """
    if not callable(function):
        raise StudyError(f"the function is {function!r}: give a function of one case")
    if version is not None and not isinstance(version, str):
        raise StudyError(f"version is {version!r}: give a text, such as cell.sha256")
    name, bound, inner = _described(function)
    if kept and version is None and ("<" in name or bound is None):
        raise StudyError(
            f"function {name} cannot be told from another of that name: define it at the top level of a "
            "module, or give version="
        )
    if bound:
        name += bound
    if isinstance(function, BatchFunction):
        version = function.version if version is None else f"{function.version} {version}"
    return Identity(name, version, _hash_of(inner), installed("napore"), installed("pybamm"))


def _described(function: Any) -> tuple[str, str | None, Any]:
    """Qualified name, bound arguments as text (None where they have no text), and what has the code."""
    if isinstance(function, functools.partial):
        name, bound, inner = _described(function.func)
        if bound is None:
            return name, None, inner
        try:
            given = {str(k): plain(v) for k, v in enumerate(function.args)} | {
                k: plain(v) for k, v in function.keywords.items()
            }
        except TypeError:
            return name, None, inner
        return name, bound + _text(_even(given)), inner
    function = inspect.unwrap(function)
    instance = not hasattr(function, "__qualname__")
    owner = type(function) if instance else function
    # state of an object or of a method's object: only a BatchFunction says what it is
    state = instance or (inspect.ismethod(function) and not inspect.isclass(function.__self__))
    closed = getattr(function, "__closure__", None) is not None
    known = isinstance(function, BatchFunction) or not (state or closed)
    return f"{_module(owner)}.{owner.__qualname__}", "" if known else None, owner


def _module(owner: Any) -> str:
    """Module of a function; a script has the same name whether it is run or imported."""
    if owner.__module__ != "__main__":
        return str(owner.__module__)
    file = getattr(sys.modules["__main__"], "__file__", None)
    return Path(file).stem if file else "__main__"


def _hash_of(owner: Any) -> str:
    if owner.__module__.partition(".")[0] == "napore":
        return ""  # the package has a version
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(owner)))
    except (OSError, TypeError, SyntaxError):
        return ""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and len(body) > 1 and _is_text(body[0]):
            del body[0]
    return hashlib.sha256(ast.unparse(tree).encode()).hexdigest()


def _is_text(node: Any) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _text(content: Any) -> str:
    return json.dumps(content, sort_keys=True, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def _even(value: Any) -> Any:
    """Whole numbers as integers, so that 1.0 is 1."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, Mapping):
        return {name: _even(entry) for name, entry in value.items()}
    return [_even(entry) for entry in value] if isinstance(value, list) else value
