"""Spreadsheets: the sheet that holds the data, and a channel's data on several sheets."""

import datetime as dt
import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from .errors import MeasuredDataError
from .rows import as_numbers, trimmed
from .source import Source
from .tables import Table, TableChoice, find_header, score

_ROWS_BEFORE_DATA: Final = 300
_MOST_CELLS: Final = 30_000_000
_EMPTY_ROWS: Final = 20_000
"""Empty rows after which a sheet ends: a stray cell far below is not data."""


def needed(module: str, extra: str, source: Source) -> Any:
    """A module of an extra.

    Raises
    ------
    MeasuredDataError
        Where it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise MeasuredDataError(
            f'{source.name} needs a reader that is not installed: pip install "napore[{extra}]"'
        ) from None


@dataclass
class _Sheet:
    name: str
    labels: list[str]
    rows: list[list[Any]]
    numbers: list[int]
    preamble: tuple[str, ...]
    worth: int
    stray: list[str] = field(default_factory=list)


def read_sheets(source: Source, choice: TableChoice) -> list[Table]:
    """Tables of a workbook, the likeliest first; sheets of equal headings are one table.

    Raises
    ------
    MeasuredDataError
        For a damaged workbook, a sheet that does not exist, and one without headings.
    """
    openpyxl = needed("openpyxl", "excel", source)
    try:
        with source.stream() as stream:
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            names = [sheet.title for sheet in book.worksheets]
            if choice.sheet is not None and choice.sheet not in names:
                raise MeasuredDataError(
                    f"{source.name} has no sheet {choice.sheet!r}: it has {', '.join(map(repr, names[:12]))}"
                )
            wanted = [s for s in book.worksheets if choice.sheet in (None, s.title)]
            found = [one for sheet in wanted if (one := _read(source, sheet, choice)) is not None]
    except MeasuredDataError:
        raise
    except Exception as error:  # whatever a damaged workbook makes of its reader
        raise MeasuredDataError(
            f"{source.name} is damaged and cannot be read as a spreadsheet ({type(error).__name__}): save it "
            "again"
        ) from None
    found = [one for one in found if one.worth > 0]
    if not found:
        raise MeasuredDataError(
            f"{source.name} has no sheet with a row that names its columns, such as time [s], current [mA], "
            f"voltage [V], with numbers below; it has {', '.join(map(repr, names[:12]))}"
        )
    groups: dict[tuple[str, ...], list[_Sheet]] = {}
    for one in found:
        groups.setdefault(tuple(one.labels), []).append(one)
    ranked = sorted(groups.values(), key=lambda group: (-group[0].worth, -sum(len(s.rows) for s in group)))
    return [_table(source, group, names) for group in ranked]


def _read(source: Source, sheet: Any, choice: TableChoice) -> _Sheet | None:
    """Headings and rows of a sheet; None where it has none."""
    sheet.reset_dimensions()  # a stray cell would make every row as wide as the sheet
    cells = 0
    head: list[list[str]] = []
    taken: list[tuple[Any, ...]] = []
    numbers: list[int] = []
    stray: list[str] = []
    for number, row in _filled(sheet, stray):
        cells += len(row)
        if cells > _MOST_CELLS:
            raise MeasuredDataError(
                f"{source.name}, sheet {sheet.title!r} has too many cells: export it as text"
            )
        taken.append(row)
        numbers.append(number)
        if len(head) < _ROWS_BEFORE_DATA:
            head.append([_text(cell) for cell in row[:200]])
    header = find_header(head, choice)
    if header is None:
        return None
    worth, place, labels, first = header
    labels = [label.strip() for label in labels]
    width = len(labels)
    rows = [[_value(cell) for cell in row[:width]] + [None] * (width - len(row)) for row in taken[first:]]
    preamble = tuple("\t".join(cell for cell in row if cell) for row in head[:place])
    del worth
    return _Sheet(
        sheet.title, labels, rows, numbers[first:], preamble, score([x for x in labels if x], choice), stray
    )


def _filled(sheet: Any, stray: list[str]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Rows that are not empty, with their numbers, up to a long gap."""
    last = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if not row or all(cell is None or cell == "" for cell in row):
            continue
        if number - last > _EMPTY_ROWS:
            stray.append(
                f"sheet {sheet.title!r} has a cell far away, in row {number}, that is left out with what "
                "follows"
            )
            return
        last = number
        yield number, row


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _value(cell: Any) -> Any:
    """A number, or text; times of day and durations as clocks."""
    if isinstance(cell, dt.time):
        cell = dt.timedelta(
            hours=cell.hour, minutes=cell.minute, seconds=cell.second, microseconds=cell.microsecond
        )
    if isinstance(cell, dt.timedelta):
        minutes, seconds = divmod(cell.total_seconds(), 60.0)
        return f"{int(minutes // 60)}:{int(minutes % 60):02d}:{seconds:09.6f}"
    if isinstance(cell, bool) or cell == "":
        return None if cell == "" else str(cell)
    return cell if isinstance(cell, int | float) or cell is None else str(cell)


def _table(source: Source, group: list[_Sheet], names: list[str]) -> Table:
    labels = group[0].labels
    rows = [row for sheet in group for row in sheet.rows]
    frame = pd.DataFrame(rows, columns=range(len(labels)))
    frame = frame.loc[:, [label != "" for label in labels]]
    frame.columns = pd.Index([label for label in labels if label])
    remarks = [note for sheet in group for note in sheet.stray]
    title = ", ".join(sheet.name for sheet in group)
    if len(names) > 1:
        listed = ", ".join(map(repr, names[:8])) + (", ..." if len(names) > 8 else "")
        remarks.append(f"of the sheets {listed} {title!r} is read; sheet='...' takes another")
    lines = np.array([number for sheet in group for number in sheet.numbers], dtype=np.int64)
    table = Table(source.name, frame, lines, _has_commas(frame), group[0].preamble, title, tuple(remarks))
    return as_numbers(trimmed(table))


def _has_commas(frame: pd.DataFrame) -> bool:
    """Whether numbers are text with a comma."""
    text = [str(cell) for cell in frame.head(20).to_numpy().ravel() if isinstance(cell, str)]
    return any(cell.replace(",", "", 1).lstrip("+-").isdigit() and "," in cell for cell in text)
