"""Hash of the code that outcomes of random cells rest on."""

import ast
import hashlib
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pybamm

import napore

_PACKAGE: Final = Path(napore.__file__).parent
_OWN: Final = ("random_cells", "random_protocols", "random_runs", "watched")
_ONLY_READ: Final = tuple(f"experiments/{name}.py" for name in ("circuits", "kramers_kronig", "eis_results"))
"""Experiments that read spectra, which no random cell has."""
_REMARKS: Final = ("source", "class", "range", "note", "means", "title", "long_name")


def code_files() -> list[Path]:
    """Files that an outcome rests on: what solves, its numbers, and the random cells themselves.

    The layers above the experiments (designs, studies, fits, commands, page), the reader of measured files
    and the other problems of verification solve nothing here.
    """
    # a checkout links to its folders at the top, which a search does not follow
    folders = [(_PACKAGE / name).resolve() for name in ("models", "parameters", "experiments")]
    own = [path for path in _PACKAGE.glob("*.py") if path.name not in ("__init__.py", "plotting.py")]
    own += [Path(__file__).resolve().parent / f"{name}.py" for name in _OWN]
    below = [path for folder in folders for path in folder.rglob("*") if path.suffix in _MEANING]
    below = [path for path in below if f"{path.parent.name}/{path.name}" not in _ONLY_READ]
    return [*sorted(own), *sorted(below)]


def code_hash() -> str:
    """Hash of :func:`code_files` and PyBaMM's version, without docstrings, comments and remarks."""
    found = hashlib.sha256(pybamm.__version__.encode())
    for path in code_files():
        found.update(f"{path.name}: {_MEANING[path.suffix](path.read_text(encoding='utf-8'))}".encode())
    return found.hexdigest()[:12]


def _meaning_of_code(text: str) -> str:
    """Code without comments and docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [one for one in body if not _is_text(one)]  # type: ignore[attr-defined]
    return ast.dump(tree)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _meaning_of_numbers(text: str) -> str:
    """Numbers and rows of a file without source, class, range and remarks."""

    def kept(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: kept(one) for key, one in value.items() if key not in _REMARKS}

    return json.dumps(kept(tomllib.loads(text)))


_MEANING: Final[dict[str, Callable[[str], str]]] = {
    ".py": _meaning_of_code,
    ".toml": _meaning_of_numbers,
    ".csv": str,
}
