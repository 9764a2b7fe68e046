"""What every experiment has: a result, the header of its files, a bar, and what Ctrl-C leaves."""

from importlib.metadata import version
from pathlib import Path

from napore.cells import Cell
from napore.full_cells import load_cell
from napore.results import OK, Interrupted, Result, keeping, progress_bar, table_of

__all__ = [
    "OK",
    "AnyCell",
    "Interrupted",
    "Result",
    "as_cell",
    "header",
    "keeping",
    "label",
    "progress_bar",
    "table_of",
]

AnyCell = Cell | str | Path
"""A cell, or what names one: a set such as ``"fjh"``, or a parameter file."""


def as_cell(cell: AnyCell) -> Cell:
    """The cell, where it is named in the default model and with the numbers of its set."""
    return cell if isinstance(cell, Cell) else load_cell(cell)


def header(cell: Cell) -> dict[str, str]:
    """Versions, model and hash of the parameters that a result was made with."""
    return {
        "napore": version("napore"),
        "pybamm": version("pybamm"),
        "model": cell.model_name,
        "parameters_sha256": cell.sha256,
    }


def label(cell: Cell) -> str:
    """Name and model of a cell, for a bar and the head of a table."""
    return f"{cell.name} {cell.model_name}"
