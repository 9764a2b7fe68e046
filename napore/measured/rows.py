"""Rows that hold data: without blank ones, words between and below them, and a last one that was cut."""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from .numerals import numbers
from .tables import Table
from .units import label_of

_LONGEST_FOOT: Final = 20
"""Rows below the data that may hold words beside numbers, such as sums and means."""


def trimmed(table: Table) -> Table:
    """Without blank rows, rows of words, headings that stand again, and a last row that was not finished."""
    table = table.take(table.frame.notna().any(axis=1).to_numpy())
    words = _words(table)
    if words.any():
        at, count = table.place(int(np.flatnonzero(words)[0])), int(np.sum(words))
        more = f" ({count} such rows)" if count > 1 else ""
        note = f"{at} holds words in place of numbers and is left out{more}"
        table = replace(table.take(~words), remarks=(*table.remarks, note))
    return _finished(table)


def _words(table: Table) -> npt.NDArray[np.bool_]:
    """Rows without a number where others have them; below the data, rows with a word there as well."""
    frame = table.frame
    keys = [label_of(str(label)) for label in frame.columns]
    wanted = [k for k, read in enumerate(keys) if read is not None and read.key != "state"]
    none = np.zeros(len(frame), dtype=bool)
    if not len(frame) or all(frame.iloc[:, k].dtype.kind in "fiu" for k in wanted):
        return none
    numeric = np.column_stack([_numeric(frame.iloc[:, k], table.decimal_comma) for k in wanted])
    core = numeric.mean(axis=0) > 0.5
    if not core.any():
        return none
    numeric, filled = numeric[:, core], frame.iloc[:, wanted].notna().to_numpy()[:, core]
    words = np.asarray(~numeric.any(axis=1))
    end = int(np.flatnonzero(numeric.all(axis=1))[-1]) + 1 if numeric.all(axis=1).any() else len(frame)
    if len(frame) - end <= min(_LONGEST_FOOT, end) and (filled & ~numeric)[end:].any():
        words = words | (np.arange(len(frame)) >= end)
    return np.asarray(words)


def _numeric(column: pd.Series, decimal_comma: bool) -> npt.NDArray[np.bool_]:
    """Cells that are a number, a clock or a date."""
    if column.dtype.kind in "fiu":
        return np.asarray(column.notna())
    clocks = column.astype(str).str.contains(r"\d\s*[:/.-]\s*\w", regex=True)
    return np.asarray(numbers(column, decimal_comma).notna() | (clocks & column.notna()))


def _finished(table: Table) -> Table:
    """Without a last row that was cut, and with a remark on a cell that others have filled."""
    frame = table.frame
    if len(frame) <= 3:
        return table
    wanted = [k for k, label in enumerate(frame.columns) if label_of(str(label)) is not None]
    gaps = frame.iloc[:, wanted].isna()
    fewer = gaps.iloc[1:-1].any(axis=1).to_numpy()
    if 0 < int(fewer.sum()) <= max(1, 0.01 * len(fewer)):
        at = table.place(1 + int(np.flatnonzero(fewer)[0]))
        table = replace(table, remarks=(*table.remarks, f"{at} has an empty cell where other rows have none"))
    if bool((gaps.iloc[-1] & ~gaps.iloc[:-1].any()).any()):
        note = f"the last row ({table.place(len(frame) - 1)}) is unfinished and left out"
        table = replace(table, remarks=(*table.remarks, note)).take(np.arange(len(frame)) < len(frame) - 1)
    return table


def as_numbers(table: Table) -> Table:
    """Columns of text whose cells are all numbers as numbers."""
    frame = table.frame.copy()
    for k, label in enumerate(frame.columns):
        column = frame.iloc[:, k]
        if column.dtype.kind in "fiu" or label_of(str(label)) is None:
            continue
        values = numbers(column, table.decimal_comma)
        if bool((values.notna() | column.isna()).all()):
            frame.isetitem(k, values.to_numpy())
    return replace(table, frame=frame)
