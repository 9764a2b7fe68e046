"""``napore parameters``: the sets, their numbers with provenance, and files for one's own carbon."""

from __future__ import annotations

import shutil
import textwrap
from collections import Counter
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .described import columns_of, described
from .group import Failure
from .output import quiet_host
from .runner import print_columns

if TYPE_CHECKING:
    from napore.parameters.provenance import Entry
    from napore.parameters.sets import ParameterSet


@partial(described, name="list")
def list_sets(json_file: Path | None) -> None:
    """Names of the sets that come with napore."""
    from napore.parameters.catalogue import ELECTRODES, NAMES, TEMPLATES
    from napore.parameters.sets import load_set

    sets = []
    for short, (long, pybamm_set) in NAMES.items():
        found = load_set(short)
        sets.append(
            {
                "name": short,
                "long_name": long,
                "pybamm_set": pybamm_set,
                "title": found.title,
                "numbers": len(found.entries),
                "parameters_sha256": found.sha256,
            }
        )
    print_columns(sets, columns_of("list"), words=True)
    others = {**ELECTRODES, **TEMPLATES}
    cathodes = [
        {
            "name": short,
            "long_name": row.long_name,
            "pybamm_set": row.pybamm_set or None,
            "title": row.source or f"template: napore parameters new --from {short} FILE.toml",
        }
        for short, row in others.items()
    ]
    click.echo("\nCathodes of full cells:")
    print_columns(cathodes, columns_of("list"), words=True)
    _write(json_file, None, {"sets": sets, "cathodes": cathodes})


@described
def show(set_name: str, short: bool, json_file: Path | None) -> None:
    """Every number of SET with unit, class, range, source and note.

    SET is the name of a set or a parameter file.
    """
    from napore.parameters.provenance import CLASSES
    from napore.parameters.sets import load_set

    found = load_set(set_name)
    law = f"adsorption law {found.law}, " if found.kind != "cathode" else ""
    click.echo(f"{found.title}\n{_classes(found)}{law}{len(found.entries)} numbers\n")
    width = min(max(shutil.get_terminal_size((110, 24)).columns, 60), 140)
    if short:
        rows = [
            {**_entry_object(e), "shown_range": f"{e.allowed[0]:g} to {e.allowed[1]:g}" if e.allowed else ""}
            for e in found.entries.values()
        ]
        print_columns(rows, columns_of("show"), words=True)
    for entry in () if short else found.entries.values():
        click.echo(_entry_text(entry, width))
    counts = Counter(entry.kind for entry in found.entries.values())
    click.echo("\n" + ", ".join(f"{counts[kind]} {kind}" for kind in CLASSES if counts[kind]))
    entries = [_entry_object(entry) for entry in found.entries.values()]
    content = {
        "set": found.name,
        "title": found.title,
        "pore_classes": found.classes,
        "adsorption_law": found.law if found.kind != "cathode" else None,
        "entries": entries,
        "counts": {kind: counts[kind] for kind in CLASSES},
    }
    _write(json_file, found, content)


@described
def check(file: Path, json_file: Path | None) -> None:
    """Every problem of a parameter FILE; OK where it can be used."""
    from napore.parameters.cathode_template import is_filled
    from napore.parameters.sets import problems_of, read_set

    problems = problems_of(file)
    used = None if problems or is_filled(file) else read_set(file)
    _write(json_file, used, {"file": str(file), "problems": problems})
    if problems:
        for problem in problems:
            click.echo(problem, err=True)
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise Failure(f"{file.name}: {count}")
    click.echo(f"{file.name}: OK")


@described
def new(source: str, law: str | None, file: Path, json_file: Path | None) -> None:
    """Write a complete parameter FILE of one's own; it opens with what to change first."""
    from napore.parameters.catalogue import TEMPLATES
    from napore.parameters.cathode_template import write_fill_in
    from napore.parameters.law_numbers import with_law
    from napore.parameters.sets import load_set
    from napore.parameters.template import write_template

    if file.suffix != ".toml":
        raise Failure(f"{file} is no name for a parameter file: let it end in .toml")
    if source in TEMPLATES:
        count = write_fill_in(source, file)
        click.echo(
            f"{file}: {count} numbers and a potential to fill in; then run napore parameters check {file}"
        )
        _write(json_file, None, {"set": source, "file": str(file)})
        return
    found = load_set(source)
    if law is not None:
        found = with_law(found, law)
    write_template(found, file)
    click.echo(
        f"{file}: {len(found.entries)} numbers from {found.name}; its first lines say what to change first"
    )
    _write(json_file, found, {"set": found.name, "file": str(file)})


@described
def export(cell: str, file: Path, cathode: str | None, json_file: Path | None) -> None:
    """Write CELL as a BPX FILE (.json), and say what such a file cannot hold.

    CELL is a full or half cell by name, or a parameter file. Of a half cell the file has the working
    electrode, the separator and the electrolyte.
    """
    from napore.exchange import write_bpx
    from napore.full_cells import full_cell, load_cell

    quiet_host()
    made = load_cell(cell, "SPM") if cathode is None else full_cell(cell, cathode, model="SPM")
    found = write_bpx(made, file)
    click.echo(f"{file}: {', '.join(found.content['Parameterisation'])}")
    for text in found.lost:
        click.echo(f"Not in it: {text}")
    _write(json_file, made.source, {"cell": made.name, "file": str(file), "lost": list(found.lost)})


def _classes(found: ParameterSet) -> str:
    return f"{found.classes} pore classes, " if found.classes else ""


def _entry_text(entry: Entry, width: int) -> str:
    from napore.parameters.schema import split_unit

    name, unit = split_unit(entry.name)
    value = f"{entry.value:.6g} {'' if unit == '-' else unit}".rstrip()
    interval = "" if entry.allowed is None else f"{entry.allowed[0]:g} to {entry.allowed[1]:g}"
    interval += " (unusual)" if entry.unusual else ""
    if entry.standard_error is not None:
        value += f" ± {entry.standard_error:.2g}"
    lines = [f"{name:<62} {value:<26} {entry.kind:<10} {interval}".rstrip()]
    texts = (
        entry.source,
        entry.note and f"note: {entry.note}",
        entry.verdict and f"data say: {entry.verdict}",
    )
    for text in texts:
        if text:
            lines += textwrap.wrap(text, width, initial_indent="    ", subsequent_indent="    ")
    return "\n".join(lines)


def _entry_object(entry: Entry) -> dict[str, Any]:
    from napore.parameters.schema import split_unit
    from napore.parameters.short_names import short_name_of

    return {
        "name": entry.name,
        "short": short_name_of(entry.name),
        "value": entry.value,
        "unit": split_unit(entry.name)[1],
        "class": entry.kind,
        "range": None if entry.allowed is None else list(entry.allowed),
        "source": entry.source,
        "note": entry.note,
        "standard_error": entry.standard_error,
        "verdict": entry.verdict,
        "unusual": entry.unusual,
    }


def _write(json_file: Path | None, found: ParameterSet | None, content: dict[str, Any]) -> None:
    if json_file is None:
        return
    from napore.files import write_json

    head = {
        "napore": version("napore"),
        "pybamm": version("pybamm"),
        "model": None,
        "parameters_sha256": None if found is None else found.sha256,
    }
    write_json(json_file, {**head, **content})


parameters = click.Group(
    "parameters",
    [list_sets, show, check, new, export],
    help="List, show, check, write and export parameter sets.",
)
