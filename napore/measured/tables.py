"""Tables of files: columns with their headings, and the line that each row stands on."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from .errors import MeasuredDataError
from .numerals import plain_number
from .source import Source, open_source
from .units import QUANTITIES, find_unit, label_of

_SETS: Final = (
    (3, ("time", "current", "voltage")),
    (3, ("frequency", "real part")),
    (2, ("voltage", "capacity")),
    (1, ("capacity", "rate")),
    (1, ("capacity", "current")),
    (1, ("time", "current")),
    (1, ("time", "rate")),
    (1, ("time", "power")),
)
"""Columns that make a table one of data, with what it is worth."""

_VALUE: Final = re.compile(r".*\d:\d.*|[\d.]*\s*C(\s*/\s*[\d.]+)?")
"""Clocks, dates with times, and rates."""

_CLOCKS: Final = ("step time", "date")
_CURRENTS: Final = ("charge increment",)
_CHARGES: Final = ("charge capacity", "discharge capacity", "net capacity")


@dataclass(frozen=True)
class Table:
    """Columns of a file.

    Parameters
    ----------
    name
        Name of the file, for messages.
    frame
        Columns by their headings: numbers, or text where a cell is none.
    lines
        Line of the file (row of the sheet) of each row.
    decimal_comma
        Whether numbers are written with a comma.
    preamble
        Lines above the headings.
    sheet
        Of a spreadsheet.
    remarks
        What had to be decided.
    mass_mg, area_cm2
        From the header of a binary file.
    """

    name: str
    frame: pd.DataFrame
    lines: npt.NDArray[np.int64]
    decimal_comma: bool = False
    preamble: tuple[str, ...] = ()
    sheet: str | None = None
    remarks: tuple[str, ...] = ()
    mass_mg: float | None = None
    area_cm2: float | None = None

    def place(self, row: int) -> str:
        """Where a row stands, for messages."""
        if self.sheet is not None:
            return f"sheet {self.sheet!r}, row {int(self.lines[row])}"
        return f"line {int(self.lines[row])}" if len(self.lines) else f"row {row + 1}"

    def take(self, rows: Any) -> "Table":
        """Some of the rows."""
        return replace(self, frame=self.frame.loc[rows].reset_index(drop=True), lines=self.lines[rows])


@dataclass(frozen=True)
class TableChoice:
    """What a user says of a file.

    Parameters
    ----------
    sheet
        Name of a sheet of a spreadsheet.
    columns, units
        Headings, and units, by quantity.
    """

    sheet: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


def score(labels: Sequence[str], choice: TableChoice) -> int:
    """How much headings are those of data; 0 where they are not."""
    keys = {found.key for label in labels if (found := label_of(label)) is not None}
    keys |= {key for key, label in choice.columns.items() if label in labels}
    if keys & set(_CLOCKS):
        keys.add("time")
    if keys & set(_CURRENTS):
        keys.add("current")
    if keys & set(_CHARGES):
        keys.add("capacity")
    return max((worth for worth, wanted in _SETS if keys.issuperset(wanted)), default=0)


def known(labels: Sequence[str], choice: TableChoice) -> int:
    """How many headings name a quantity."""
    chosen = set(choice.columns.values())
    return sum(label.strip() in chosen or label_of(label) is not None for label in labels if label.strip())


def labels_with_units(labels: Sequence[str], row: Sequence[str]) -> list[str] | None:
    """Headings with the units of a row below them; None where it is no such row.

    Examples
    --------
    >>> labels_with_units(["Capacity", "Voltage"], ["mAh/g", "V"])
    ['Capacity [mAh/g]', 'Voltage [V]']
    """
    made, found = [], 0
    for k, label in enumerate(labels):
        cell = row[k].strip().strip("()[]") if k < len(row) else ""
        read = label_of(label)
        if read is not None and is_number(cell):
            return None
        if not cell or read is None or read.unit is not None or find_unit(QUANTITIES[read.key], cell) is None:
            made.append(label)
            continue
        made.append(f"{label.strip()} [{cell}]")
        found += 1
    return made if found else None


def is_number(text: str) -> bool:
    """Whether a cell is a number, with a point or a comma."""
    text = plain_number(text.strip().strip('"'))
    for read in (
        text,
        text.replace(",", ".", 1),
        text.replace(",", ""),
        text.replace(".", "").replace(",", "."),
    ):
        try:
            float(read)
        except ValueError:
            continue
        return True
    return False


def find_header(
    rows: Sequence[Sequence[str]], choice: TableChoice, exact: int | None = None
) -> tuple[int, int, list[str], int] | None:
    """Worth and row of the headings, the headings (with the units of a row below), and the first row of data.

    The headings are the row that names most quantities and has numbers below: a line of settings such as
    "Current range: 1 mA, Voltage: 5 V" names quantities too, but no numbers stand under it.
    """
    best: tuple[int, int, list[str], int] | None = None
    for k, row in enumerate(rows):
        if exact is not None and k != exact:
            continue
        count = known(row, choice)
        if count < 2 and not (count and exact is not None):
            continue
        labels, first = [str(label).strip() for label in row], k + 1
        while first < len(rows) and not any(cell.strip() for cell in rows[first]):
            first += 1
        if first < len(rows) and (merged := labels_with_units(labels, rows[first])):
            labels, first = merged, first + 1
            while first < len(rows) and not any(cell.strip() for cell in rows[first]):
                first += 1
        value = 100 * score(labels, choice) + count
        if first < len(rows) and not _data_below(labels, rows[first : first + 20], choice):
            value = 0 if exact is None else value
        if value and (best is None or value > best[0]):
            best = value, k, labels, first
    return best


def _data_below(labels: Sequence[str], rows: Sequence[Sequence[str]], choice: TableChoice) -> bool:
    """Whether some row has a number, or a clock, in two columns of quantities, or in the only one."""
    chosen = set(choice.columns.values())
    places = [k for k, label in enumerate(labels) if label in chosen or label_of(label) is not None]
    for row in rows:
        cells = [row[k] for k in places if k < len(row)]
        if sum(is_number(cell) or _VALUE.fullmatch(cell.strip()) is not None for cell in cells) >= min(
            2, len(places)
        ):
            return True
    return False


def read_tables(file: str | Path | Source, choice: TableChoice | None = None) -> list[Table]:
    """Tables of a file, the best one first.

    Text (.csv, .txt, .mpt, .dta ...), .xlsx, .parquet, BioLogic .mpr, Neware .nda and .ndax; the first bytes
    say which, not the name. Spreadsheets, parquet and cyclers' own formats need an extra: ``pip install
    "napore[excel]"``, ``"napore[parquet]"``, ``"napore[biologic]"`` (galvani, whose licence is GPL-3.0),
    ``"napore[neware]"`` (fastnda, BSD).

    Raises
    ------
    MeasuredDataError
        For what is no file, is too large, is empty, has no headings, or needs an extra.
    """
    from .binary import read_mpr, read_neware, read_parquet
    from .sheets import read_sheets
    from .text import read_text

    source, choice = open_source(file), choice or TableChoice()
    if choice.sheet is not None and source.kind != "xlsx":
        raise MeasuredDataError(f"{source.name} is no spreadsheet: leave out sheet={choice.sheet!r}")
    if source.kind == "xlsx":
        return read_sheets(source, choice)
    readers = {"mpr": read_mpr, "nda": read_neware, "ndax": read_neware, "parquet": read_parquet}
    if source.kind in readers:
        return [readers[source.kind](source)]
    return [read_text(source, choice)]


def read_table(file: str | Path | Source, choice: TableChoice | None = None) -> Table:
    """The best table of a file, as :func:`read_tables`."""
    return read_tables(file, choice)[0]
