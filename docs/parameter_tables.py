"""Tables of every parameter set with class, source and range, written for the documentation."""

from pathlib import Path

from napore.parameters.catalogue import NAMES
from napore.parameters.provenance import Entry
from napore.parameters.schema import split_unit
from napore.parameters.sets import load_set

_HEADINGS = ("Parameter", "Value", "Unit", "Class", "Range", "Source")


def write_tables(folder: Path) -> None:
    """Write one page per set and an index."""
    folder.mkdir(exist_ok=True)
    for short in NAMES:
        _write(folder / f"parameters_{short}.md", _page(short))
    index = "\n".join(f"parameters_{short}" for short in NAMES)
    _write(
        folder / "parameters.md",
        "# Parameter sets\n\nEvery number has a class, a source and, but for settings, a range. "
        "The tables are written from the files of the sets.\n\n"
        "| class | meaning |\n|---|---|\n"
        "| measured | by the named paper, on this cell |\n| derived | arithmetic from named inputs |\n"
        "| literature | read in the named source |\n| fitted | by a calibration |\n"
        "| assumed | general knowledge or a choice |\n| setting | a convention or a numerical choice |\n\n"
        f"```{{toctree}}\n:maxdepth: 1\n\n{index}\n```\n",
    )


def _page(short: str) -> str:
    found = load_set(short)
    long, pybamm_set = NAMES[short]
    rows = ["| " + " | ".join(_HEADINGS) + " |", "|" + "---|" * len(_HEADINGS)]
    rows += ["| " + " | ".join(_cells(entry)) + " |" for entry in found.entries.values()]
    return f"# {long}\n\n`{short}`, PyBaMM set `{pybamm_set}`: {found.title}.\n\n" + "\n".join(rows) + "\n"


def _cells(entry: Entry) -> tuple[str, ...]:
    name, unit = split_unit(entry.name)
    value = f"{entry.value:.6g}"
    if entry.standard_error is not None:
        value += f" ± {entry.standard_error:.2g}"
    allowed = "" if entry.allowed is None else f"{entry.allowed[0]:g} to {entry.allowed[1]:g}"
    source = ". ".join(text for text in (entry.source, entry.note, entry.verdict) if text)
    return tuple(cell.replace("|", "\\|") for cell in (name, value, unit, entry.kind, allowed, source))


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, encoding="utf-8")
