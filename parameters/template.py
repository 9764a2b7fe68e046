"""Parameter files of one's own, written from a set with all that is known of its numbers."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path

from napore.files import write_text
from napore.models.laws import DEFAULT_ADSORPTION

from .cathode_template import COLUMNS, with_unusual
from .diffusivity import TABLE, DiffusivityTable, table_of
from .numbered import PotentialTable
from .provenance import DATA, Entry, ParameterFileError
from .sets import ParameterSet

_WORDS = tomllib.loads((DATA / "template.toml").read_text("utf-8"))
"""What files open with: what to change first in a file of each kind."""


def write_template(source: ParameterSet, path: Path) -> None:
    """Write a complete parameter file with the entries of ``source``; refuse to overwrite.

    Raises
    ------
    ParameterFileError
        Where the file exists.
    WriteError
        Where it cannot be written.
    """
    told = _WORDS[source.kind]
    text = _WORDS["head"].format(what=told["what"], title=source.title, first=told["first"], file=path.name)
    write_set(source, path, text, f"{told['mine']}, from {source.title}")


def write_set(source: ParameterSet, path: Path, head: str, title: str) -> None:
    """Write a complete parameter file that opens with ``head``; refuse to overwrite.

    Raises
    ------
    ParameterFileError
        Where the file exists.
    WriteError
        Where it cannot be written.
    """
    text = head + f"[set]\ntitle = {_string(title)}\n"
    if source.potential is not None:
        text += _table_beside(source.potential, path)
    elif source.kind != "carbon":
        text += f"kind = {_string(source.kind)}\n"
    if source.law != DEFAULT_ADSORPTION:
        text += f'"adsorption law" = {_string(source.law)}\n'
    if source.classes:
        text += f'"pore classes" = {source.classes}\n'
    table = table_of(source.numbers)
    rows = table.numbers if table else {}
    if source.potential is not None:
        source = replace(source, entries=with_unusual(source.potential.template, source.entries))
    text += "".join(_entry(entry) for name, entry in source.entries.items() if name not in rows)
    if table:
        text += _entry(source.entries[next(iter(rows))], table)
    if path.exists():
        raise ParameterFileError(f"{path} exists already; give another name or remove it")
    write_text(path, text)


def _table_beside(potential: PotentialTable, path: Path) -> str:
    """Lines of the header of a file that fills a template, whose table of potentials is written beside it."""
    beside = path.with_suffix(".csv")
    if path.exists() or beside.exists():
        taken = path if path.exists() else beside
        raise ParameterFileError(f"{taken} exists already; give another name or remove it")
    rows = zip(potential.content, potential.potential_V, strict=True)
    lines = [",".join(COLUMNS), *(f"{y:.7g},{V:.6f}" for y, V in rows)]
    write_text(beside, "\n".join(lines) + "\n")
    told = {
        "template": potential.template,
        "potential": beside.name,
        "potential class": potential.kind,
        "potential source": potential.source,
    }
    return "".join(f"{_string(key)} = {_string(text)}\n" for key, text in told.items())


def _entry(entry: Entry, table: DiffusivityTable | None = None) -> str:
    """One number, or a table whose rows have the provenance of ``entry``."""
    if table is None:
        head = [f"[{_string(entry.name)}]", f"value = {entry.value!r}"]
    else:
        columns = (list(table.occupancy), list(table.diffusivity_m2_s))
        head = [f"[{_string(TABLE)}]", f"occupancy = {columns[0]!r}", f"value = {columns[1]!r}"]
    lines = ["", *head, f"class = {_string(entry.kind)}", f"source = {_string(entry.source)}"]
    if entry.allowed is not None:
        lines.append(f"range = [{entry.allowed[0]!r}, {entry.allowed[1]!r}]")
    if entry.unusual:
        lines.append("unusual = true")
    if entry.standard_error is not None:
        lines.append(f"standard_error = {entry.standard_error!r}")
    lines += [
        f"{key} = {_string(text)}" for key, text in (("note", entry.note), ("verdict", entry.verdict)) if text
    ]
    return "\n".join(lines) + "\n"


def _string(text: str) -> str:
    """Basic string of TOML; JSON's escapes are among its own."""
    return json.dumps(text, ensure_ascii=False)
