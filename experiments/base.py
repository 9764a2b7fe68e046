"""What every experiment has: a result, the header of its files, a bar, and what Ctrl-C leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from napore.cells import Cell
from napore.full_cells import load_cell
from napore.results import OK, Interrupted, Part, Result, keeping, progress_bar, table_of

__all__ = [
    "OK",
    "AnyCell",
    "Interrupted",
    "Part",
    "Result",
    "RowResult",
    "TraceResult",
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
    """The cell, where it is named in the default model and with the numbers of its set.

    Raises
    ------
    CellError, UnknownCellError, ParameterFileError
        For what is no cell and names none.
    """
    return cell if isinstance(cell, Cell) else load_cell(cell)


class RowResult(Result):
    """Result of an experiment with one dataclass per row, such as a rate; most have a status of their own.

    Attributes
    ----------
    row_field, row_name
        Field that holds the rows, and name of a row as a format of its own fields.
    row_key, facts
        List of the rows in the JSON, and fields that stand beside it.
    """

    row_field: ClassVar[str] = "points"
    row_name: ClassVar[str] = "{rate_C:g} C"
    row_key: ClassVar[str] = "rates"
    facts: ClassVar[Sequence[str]] = ("cell",)

    if TYPE_CHECKING:

        @property
        def header(self) -> Mapping[str, str]:
            """Versions, model and hash of the parameters; a field of each result."""

    @property
    def row_objects(self) -> Sequence[Any]:
        """The rows as they are in Python."""
        found: Sequence[Any] = getattr(self, self.row_field)
        return found

    @property
    def parts(self) -> Sequence[Part]:
        """Name and status of each row."""
        rows = (row for row in self.row_objects if hasattr(row, "status"))
        return [Part(self.row_name.format(**vars(row)), row.status) for row in rows]

    def table(self) -> pd.DataFrame:
        """One row each, units in the column names."""
        return table_of(map(asdict, self.row_objects))

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        beside = {name: getattr(self, name) for name in self.facts}
        return {**self.header, **beside, self.row_key: [asdict(row) for row in self.row_objects]}


class TraceResult(Result):
    """Result of an experiment whose rows are the times of one curve, with a status for all of it.

    Attributes
    ----------
    columns, facts, row_key
        Fields that are columns, first the time; fields that stand beside them in the JSON, and the list.
    """

    columns: ClassVar[Sequence[str]]
    facts: ClassVar[Sequence[str]]
    row_key: ClassVar[str]

    if TYPE_CHECKING:

        @property
        def header(self) -> Mapping[str, str]:
            """Versions, model and hash of the parameters; a field of each result."""

    @property
    def solved(self) -> bool:
        """Whether there is a point."""
        return len(getattr(self, self.columns[0])) > 0

    def table(self) -> pd.DataFrame:
        """One row per time."""
        return pd.DataFrame({name: getattr(self, name) for name in self.columns})

    def curves_table(self) -> pd.DataFrame:
        """The table, which is the curve."""
        return self.table()

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        beside = {name: getattr(self, name) for name in (*self.facts, "status")}
        return {**self.header, **beside, self.row_key: self._rows()}


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
