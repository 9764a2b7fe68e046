"""Numbers with class, source, range and note: reading and checking of parameter files."""

import csv
import difflib
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from .diffusivity import TABLE, DiffusivityTable, node_name, occupancy_of
from .schema import number, problem, shown

DATA: Final = Path(__file__).parent / "data"
"""Folder of the shipped parameter files."""

CLASSES: Final = ("measured", "derived", "literature", "fitted", "assumed", "setting")
"""Where a number comes from; "setting" is a convention or a numerical choice."""

_KEYS = {"value", "class", "source", "range", "note", "standard_error", "verdict", "unusual"}
_UNUSUAL = "write unusual = true beside it, and its source, if it is meant"


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
    unusual
        Whether the file says that a value or a range outside what is plausible is meant.
    """

    name: str
    value: float
    kind: str
    source: str
    allowed: tuple[float, float] | None = None
    note: str = ""
    standard_error: float | None = None
    verdict: str = ""
    unusual: bool = False


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
    except OSError as error:
        raise ParameterFileError(f"{path} cannot be read: {error.strerror}.") from None
    except RecursionError:
        raise ParameterFileError(f"{path.name} is not valid TOML: its lists are nested too deep.") from None
    except ValueError as error:  # also an integer of thousands of digits, and bytes that are no UTF-8
        raise ParameterFileError(f"{path.name} is not valid TOML: {error}.") from None


def read_header(path: Path) -> dict[str, Any]:
    """The ``[set]`` table of a parameter file: title, base set, number of pore classes."""
    header = _read_toml(path).get("set", {})
    if not isinstance(header, dict):
        raise ParameterFileError(f"{path.name}: set is {shown(header)}; write a table [set]")
    return header


def read_columns(
    path: Path, limits: Mapping[str, tuple[float, float]], needed: Sequence[str]
) -> list[dict[str, float]]:
    """Numbers by column of each row of a table (CSV); a cell that is not needed may be empty.

    Raises
    ------
    ParameterFileError
        For a file that is no such table, and a cell that is no number within its limits.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            names, lines = list(reader.fieldnames or ()), list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ParameterFileError(f"{path.name} cannot be read: {error}") from None
    if not set(needed) <= set(names) or len(limits.keys() & names) < 2:
        raise ParameterFileError(
            f"{path.name}: its columns are {', '.join(names) or 'none'}; write {', '.join(limits)}"
        )
    rows: list[dict[str, float]] = [{} for _ in lines]
    for place, line in enumerate(lines):
        for column, (low, high) in limits.items():
            text = line.get(column) or ""
            if not text.strip() and column not in needed:
                continue
            try:
                value = float(text)
            except ValueError:
                value = math.nan
            if not low <= value <= high:
                raise ParameterFileError(
                    f"{path.name}, line {place + 2}: {column} is {shown(text)}; give a number from "
                    f"{low:g} to {high:g}"
                )
            rows[place][column] = value
    return rows


def _entry(file: str, name: str, table: Any, row: str = "") -> Entry:
    """Entry of a table; ``row`` is the name of its number where it is a row of a longer one."""

    def refuse(text: str) -> ParameterFileError:
        return ParameterFileError(f"{file}, {name!r}: {text}.")

    if occupancy_of(name) is not None:
        raise refuse(f"give the lists 'occupancy' and 'value' of {TABLE!r} in its place")
    if not isinstance(table, dict):
        raise refuse(f"it is {shown(table)}; write a table with value, class and source")
    for key in table:
        if key not in _KEYS:
            raise refuse(f"unknown key {key!r}; allowed are {', '.join(sorted(_KEYS))}{nearest(key, _KEYS)}")
    for key in ("value", "class", "source"):
        if key not in table or table[key] == "":
            raise refuse(f"no {key}; every number needs value, class and source")
    for key in ("source", "note", "verdict"):
        if not isinstance(table.get(key, ""), str):
            raise refuse(f"{key} is {shown(table[key])}; write it as text in quotes")
    if table["class"] not in CLASSES:
        raise refuse(f"class is {shown(table['class'])}; choose from {', '.join(CLASSES)}")
    unusual = table.get("unusual", False)
    if not isinstance(unusual, bool):
        raise refuse(f"unusual is {shown(unusual)}; write true or false")

    def allowed(what: str, value: Any) -> float:
        found = problem(row or name, value, allow_unusual=unusual, mend=_UNUSUAL)
        if found is not None:
            raise refuse(f"{what} is {found[0]}; {found[1]}".rstrip("."))
        return float(value)

    value = allowed("value", table["value"])
    ends: tuple[float, float] | None = None
    if "range" in table:
        given = table["range"]
        if not isinstance(given, list) or len(given) != 2:
            raise refuse(f"range is {shown(given)}; write [low, high]")
        ends = allowed("low end of the range", given[0]), allowed("high end of the range", given[1])
        if not ends[0] <= ends[1]:
            raise refuse(f"range is {shown(given)}; write [low, high]")
        if not ends[0] <= value <= ends[1]:
            raise refuse(f"value {value:g} is outside its range {ends[0]:g} to {ends[1]:g}; mend one of them")
    elif table["class"] != "setting":
        raise refuse("no range; give the plausible range as [low, high]")
    error = table.get("standard_error")
    if error is not None:
        try:
            error = number("standard_error", error)
        except ValueError:
            raise refuse(f"standard_error is {shown(error)}; give a finite number") from None
        if error < 0.0:
            raise refuse(f"standard_error is {error:g}; give zero or more")
    return Entry(
        name,
        value,
        table["class"],
        table["source"],
        ends,
        table.get("note", ""),
        error,
        table.get("verdict", ""),
        unusual,
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
    entries = {
        node_name(theta): _entry(file, TABLE, {**columns, "value": value}, node_name(theta))
        for theta, value in rows
    }
    return {name: replace(entry, name=name) for name, entry in entries.items()}


def nearest(name: str, known: Any) -> str:
    """Hint with the nearest known name, empty where none is near.

    Examples
    --------
    >>> nearest("fhj", ["fjh", "tf"])
    "; did you mean 'fjh'?"
    """
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {found[0]!r}?" if found else ""
