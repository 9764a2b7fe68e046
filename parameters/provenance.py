"""Numbers with class, source, range and note: reading and checking of parameter files."""

import difflib
import math
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from .diffusivity import TABLE, DiffusivityTable, node_name, occupancy_of

__all__ = ["CLASSES", "Entry", "ParameterFileError", "examine_entries", "nearest", "read_entries"]

CLASSES: Final = ("measured", "derived", "literature", "fitted", "assumed", "setting")
"""Where a number comes from; "setting" is a convention or a numerical choice."""

_KEYS = {"value", "class", "source", "range", "note", "standard_error", "verdict"}


class ParameterFileError(ValueError):
    """A parameter file that cannot be used; the message names file, entry and remedy."""


@dataclass(frozen=True)
class Entry:
    """One number of a parameter file.

    Parameters
    ----------
    name
        PyBaMM name with the unit in brackets.
    value
        SI, except where the name's unit says otherwise.
    kind
        One of :data:`CLASSES`.
    source
        Where it comes from: paper and place, DOI, arithmetic, or the reason of an assumption.
    allowed
        Plausible range (low, high), None for settings.
    note, verdict
        Doubts; what the data say of a fitted value.
    standard_error
        Of a fitted value, in the unit of the value.
    """

    name: str
    value: float
    kind: str
    source: str
    allowed: tuple[float, float] | None = None
    note: str = ""
    standard_error: float | None = None
    verdict: str = ""


def read_entries(path: Path) -> dict[str, Entry]:
    """Entries of a TOML parameter file, by name.

    Raises
    ------
    ParameterFileError
        With the first problem: the entry, its value, what is allowed and how to mend it.
    """
    entries, problems = examine_entries(path)
    if problems:
        raise ParameterFileError(problems[0])
    return entries


def examine_entries(path: Path) -> tuple[dict[str, Entry], list[str]]:
    """Entries that can be used, and every problem of the others."""
    entries: dict[str, Entry] = {}
    problems: list[str] = []
    for name, table in _read_toml(path).items():
        if name == "set":
            continue
        try:
            if name == TABLE:
                entries |= _table_entries(path.name, table)
            else:
                entries[name] = _entry(path.name, name, table)
        except ParameterFileError as error:
            problems.append(str(error))
    return entries, problems


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ParameterFileError(f"{path.name} is not valid TOML: {error}.") from None
    except OSError as error:
        raise ParameterFileError(f"{path} cannot be read: {error.strerror}.") from None


def read_header(path: Path) -> dict[str, Any]:
    """The ``[set]`` table of a parameter file: title, base set, number of pore classes."""
    header = _read_toml(path).get("set", {})
    if not isinstance(header, dict):
        raise ParameterFileError(f"{path.name}: set is {header!r}; write a table [set]")
    return header


def _entry(file: str, name: str, table: Any) -> Entry:
    def refuse(problem: str) -> ParameterFileError:
        return ParameterFileError(f"{file}, {name!r}: {problem}.")

    if occupancy_of(name) is not None:
        raise refuse(f"give the lists 'occupancy' and 'value' of {TABLE!r} in its place")
    if not isinstance(table, dict):
        raise refuse(f"it is {table!r}; write a table with value, class and source")
    for key in table:
        if key not in _KEYS:
            raise refuse(f"unknown key {key!r}; allowed are {', '.join(sorted(_KEYS))}{nearest(key, _KEYS)}")
    for key in ("value", "class", "source"):
        if key not in table or table[key] == "":
            raise refuse(f"no {key}; every number needs value, class and source")
    value = table["value"]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise refuse(f"value is {value!r}; give a finite number")
    if table["class"] not in CLASSES:
        raise refuse(f"class is {table['class']!r}; choose from {', '.join(CLASSES)}")
    allowed = table.get("range")
    if allowed is None and table["class"] != "setting":
        raise refuse("no range; give the plausible range as [low, high]")
    if allowed is not None:
        if not _is_range(allowed):
            raise refuse(f"range is {allowed!r}; write [low, high]")
        if not allowed[0] <= value <= allowed[1]:
            low, high = allowed
            raise refuse(f"value {value:g} is outside its range {low:g} to {high:g}; mend one of them")
    for key in ("source", "note", "verdict"):
        if not isinstance(table.get(key, ""), str):
            raise refuse(f"{key} is {table[key]!r}; write it as text in quotes")
    return Entry(
        name=name,
        value=float(value),
        kind=table["class"],
        source=table["source"],
        allowed=(float(allowed[0]), float(allowed[1])) if allowed is not None else None,
        note=table.get("note", ""),
        standard_error=table.get("standard_error"),
        verdict=table.get("verdict", ""),
    )


def _table_entries(file: str, table: Any) -> dict[str, Entry]:
    """One entry per row of a table of the diffusivity, whose columns are ``occupancy`` and ``value``."""
    columns = dict(table) if isinstance(table, dict) else {}
    theta, D = (columns.pop(key, None) for key in ("occupancy", "value"))
    if not isinstance(theta, list) or not isinstance(D, list):
        raise ParameterFileError(
            f"{file}, {TABLE!r}: a table has two lists of numbers of the same length: give 'occupancy' and "
            "'value'."
        )
    try:
        found = DiffusivityTable(tuple(theta), tuple(D))
    except ValueError as error:
        raise ParameterFileError(f"{file}, {TABLE!r}: {error}.") from None
    rows = zip(found.occupancy, found.diffusivity_m2_s, strict=True)
    entries = {node_name(theta): _entry(file, TABLE, {**columns, "value": value}) for theta, value in rows}
    return {name: replace(entry, name=name) for name, entry in entries.items()}


def _is_range(allowed: Any) -> bool:
    return (
        isinstance(allowed, list)
        and len(allowed) == 2
        and all(isinstance(end, int | float) and math.isfinite(end) for end in allowed)
        and allowed[0] <= allowed[1]
    )


def nearest(name: str, known: Any) -> str:
    """Hint with the nearest known name, empty where none is near.

    Examples
    --------
    >>> nearest("fhj", ["fjh", "tf"])
    "; did you mean 'fjh'?"
    """
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {found[0]!r}?" if found else ""
