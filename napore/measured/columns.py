"""Numbers of the columns of a table, by quantity, in base units."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napore.parameters.provenance import nearest

from .errors import MeasuredDataError
from .numerals import numbers
from .tables import Table, TableChoice
from .units import QUANTITIES, Label, Unit, find_unit, label_of

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """Numbers of one column.

    Parameters
    ----------
    label
        Heading in the file.
    values
        In the base unit of the quantity, per gram or per area.
    unit
        Of the file.
    """

    label: str
    values: Array
    unit: Unit

    @property
    def per_gram(self) -> bool:
        """Whether the numbers are per gram of active material."""
        return self.unit.per == "g"


class Reader:
    """Columns of a table by quantity; nothing about them is guessed.

    Parameters
    ----------
    table
        Columns as read.
    choice
        Headings and units by quantity, where the file's are not known or several would do.
    per_gram
        Whether numbers per gram come first where a quantity has them in several units.

    Raises
    ------
    MeasuredDataError
        For a quantity, heading or unit that does not exist.
    """

    def __init__(self, table: Table, choice: TableChoice | None = None, per_gram: bool = False) -> None:
        self.table, self.choice, self.per_gram = table, choice or TableChoice(), per_gram
        self.labels = [str(label) for label in table.frame.columns]
        self.used: dict[str, Column] = {}
        self.remarks: list[str] = []
        for given in (*self.choice.columns, *self.choice.units):
            if given not in QUANTITIES:
                raise MeasuredDataError(
                    f"quantity {given!r} is unknown: choose from "
                    f"{', '.join(QUANTITIES)}{nearest(given, QUANTITIES)}"
                )
        for label in self.choice.columns.values():
            if label not in self.labels:
                raise MeasuredDataError(
                    f"{table.name} has no column {label!r}: it has "
                    f"{self.listed()}{nearest(label, self.labels)}"
                )

    def candidates(self, key: str) -> list[str]:
        """Headings that name a quantity, the preferred first: with a unit that is known, then by name."""
        if key in self.choice.columns:
            return [self.choice.columns[key]]
        taken = set(self.choice.columns.values())
        found = [
            (read, label)
            for label in dict.fromkeys(self.labels)
            if label not in taken and (read := label_of(label)) is not None and read.key == key
        ]
        found.sort(key=_preference)
        if self.per_gram:
            found.sort(key=lambda one: one[0].unit is None or one[0].unit.per != "g")
        return [label for _, label in found]

    def has(self, key: str) -> bool:
        """Whether a column names the quantity."""
        return bool(self.candidates(key))

    def column(self, key: str) -> Column:
        """Numbers of a quantity.

        Raises
        ------
        MeasuredDataError
            For a missing or ambiguous column, a unit that is missing or unknown, and what is no number.
        """
        if key not in self.used:
            self.used[key] = self._column(key)
        return self.used[key]

    def optional(self, key: str) -> Column | None:
        """Numbers of a quantity that the file may lack, or whose numbers cannot be used."""
        try:
            return self.column(key) if self.has(key) else None
        except MeasuredDataError:
            return None

    def numbered(self, label: str, key: str) -> Column | None:
        """Numbers of one of several columns of a quantity; None where they cannot be used."""
        try:
            return self._read(label, key)
        except MeasuredDataError:
            return None

    def words(self, key: str) -> list[str] | None:
        """Cells of a column as text; None without one."""
        found = self.candidates(key)
        return None if not found else [str(cell).strip() for cell in self.raw(found[0])]

    def raw(self, label: str) -> "pd.Series[Any]":
        """Cells of a column as read."""
        raw = self.table.frame[label]
        if isinstance(raw, pd.DataFrame):
            first = raw.iloc[:, 0]
            if not all(raw.iloc[:, k].equals(first) for k in range(1, raw.shape[1])):
                raise MeasuredDataError(f"{self.table.name} has several columns {label!r}: leave one")
            return first
        twins = [other for other in self.labels if re.fullmatch(re.escape(label) + r"\.\d+", other)]
        if label not in self.choice.columns.values():
            for other in twins:
                if not self.table.frame[other].equals(raw):
                    raise MeasuredDataError(
                        f"{self.table.name} has columns {label!r} and {other!r} that differ: leave one, "
                        "or give each set in a file of its own"
                    )
        return raw

    def take(self, rows: Any) -> "Reader":
        """The same columns of some of the rows."""
        return Reader(self.table.take(rows), self.choice, self.per_gram)

    def listed(self) -> str:
        """Headings, for messages."""
        shown = [repr(label[:60]) for label in self.labels[:12]]
        return ", ".join(shown) + (", ..." if len(self.labels) > 12 else "")

    def _column(self, key: str) -> Column:
        found, name = self.candidates(key), QUANTITIES[key].name
        if not found:
            unit = next(iter(QUANTITIES[key].units.values())).name
            raise MeasuredDataError(
                f"{self.table.name} has no column for the {name}: it has {self.listed()}; name one '{key} "
                f"[{unit}]', or say which it is with columns={{{key!r}: '...'}}"
            )
        chosen = self._read(found[0], key)
        for other in found[1:]:
            self._compare(key, chosen, other)
        return chosen

    def _compare(self, key: str, chosen: Column, other: str) -> None:
        """Refuse two columns of a quantity that differ and whose names do not say which is meant."""
        first, second = label_of(chosen.label), label_of(other)
        if first is None or second is None or second.unit is None or first.unit is None:
            return
        also = self.numbered(other, key)
        if also is None or also.unit.per != chosen.unit.per:
            return
        scale = float(np.max(np.abs(chosen.values), initial=0.0))
        if float(np.median(np.abs(also.values - chosen.values))) <= 0.02 * scale:
            return
        name = QUANTITIES[key].name
        if first.rank == second.rank:
            raise MeasuredDataError(
                f"{self.table.name} has 2 columns for the {name} that differ, {chosen.label!r} and "
                f"{other!r}: say which with columns={{{key!r}: {chosen.label!r}}}"
            )
        if key != "time":
            self.remarks.append(
                f"the {name} is column {chosen.label!r}, not {other!r}, which differs; columns={{{key!r}: "
                f"{other!r}}} takes it"
            )

    def _read(self, label: str, key: str) -> Column:
        raw = self.raw(label)
        if len(raw) == 0:
            raise MeasuredDataError(f"{self.table.name} has no rows below its header")
        clocks = key in ("time", "step time") and are_clocks(raw)
        unit = QUANTITIES[key].units["h:min:s"] if clocks else self._unit(key, label)
        values = _clocks(raw) if clocks else self._numbers(raw, unit, key)
        bad = np.flatnonzero(~np.isfinite(values))
        if len(bad):
            self._refuse(key, label, raw, bad)
        return Column(label, values * unit.factor, unit)

    def _refuse(self, key: str, label: str, raw: "pd.Series[Any]", bad: npt.NDArray[np.intp]) -> None:
        row = int(bad[0])
        written = "" if pd.isna(raw.iloc[row]) else str(raw.iloc[row]).strip()
        what = "is empty" if written == "" else f"is {written[:30]!r}, which is no finite number"
        more = f" ({len(bad)} such rows)" if len(bad) > 1 else ""
        raise MeasuredDataError(
            f"{self.table.name}, {self.table.place(row)}: the {QUANTITIES[key].name} in column {label!r} "
            f"{what}{more}; remove the row or mend it"
        )

    def _unit(self, key: str, label: str) -> Unit:
        quantity = QUANTITIES[key]
        if key in self.choice.units:
            unit = find_unit(quantity, self.choice.units[key])
            if unit is None:
                raise MeasuredDataError(
                    f"unit {self.choice.units[key]!r} is none of the {quantity.name}: choose from "
                    f"{quantity.examples}"
                )
            return unit
        read = label_of(label)
        if read is not None and read.key == key and read.unit is not None:
            return read.unit
        if next(iter(quantity.units)) == "1" or (key == "rate" and (read is None or read.written is None)):
            return next(iter(quantity.units.values()))
        written = read.written if read is not None and read.key == key else None
        what = "has no unit"
        if written:
            what = f"has the unit {written!r}, which is none of the {quantity.name}"
        raise MeasuredDataError(
            f"{self.table.name}: column {label!r} {what}: write one of {quantity.examples} behind the name, "
            f"or give units={{{key!r}: '...'}}"
        )

    def _numbers(self, raw: "pd.Series[Any]", unit: Unit, key: str) -> Array:
        if unit.name == "h:min:s":
            return _clocks(raw)
        if pd.api.types.is_numeric_dtype(raw):
            return raw.to_numpy(dtype=float)
        if key == "rate":
            text = raw.astype(str).str.replace(",", ".") if self.table.decimal_comma else raw.astype(str)
            return np.array([_rate(cell) for cell in text], dtype=float)
        return np.asarray(numbers(raw, self.table.decimal_comma), dtype=np.float64)


def _preference(item: tuple[Label, str]) -> tuple[bool, bool, int]:
    label, _ = item
    return (label.unit is None and bool(label.written), label.unit is None, label.rank)


def _rate(text: str) -> float:
    """Number of a rate such as 0.1, 0.1C, C/10 or 2C; NaN where it is none.

    Examples
    --------
    >>> [_rate(text) for text in ("0.1", "C/10", "2C", "1 C", "D/5")]
    [0.1, 0.1, 2.0, 1.0, nan]
    """
    found = re.fullmatch(r"(?:([\d.]+)?\s*C\s*/\s*([\d.]+)|([\d.]+(?:[eE][+-]?\d+)?)\s*C?)", text.strip())
    if found is None:
        return float("nan")
    try:
        if found[2]:
            return float(found[1] or 1.0) / float(found[2])
        return float(found[3])
    except (ValueError, ZeroDivisionError):
        return float("nan")


_CLOCK = re.compile(
    r"\s*(?:(\d+)(?:\s*[-.]\s*|\s*d(?:ays?)?,?\s*|\s+))?"
    r"(\d+):(\d{1,2})(?::(\d{1,2}(?:[.,:]\d*)?))?(?:\s*([ap])\.?m\.?)?\s*",
    re.IGNORECASE,
)
"""Days in front, hours, minutes, seconds, and the half of the day."""


def are_clocks(raw: "pd.Series[Any]") -> bool:
    """Whether the cells are times such as 1:02:03."""
    if pd.api.types.is_numeric_dtype(raw):
        return False
    head = [str(cell) for cell in raw.head(20)]
    return any(":" in cell for cell in head) and all(_CLOCK.fullmatch(cell) for cell in head)


def _clocks(raw: "pd.Series[Any]") -> Array:
    """Seconds of times such as 1:02:03.5 or 2-01:02:03 (days in front); NaN where one is none.

    A spreadsheet turns some of a column of times into numbers of seconds (:mod:`napore.measured.sheets`).
    """
    return np.array([_clock(cell) for cell in raw], dtype=float)


def _clock(cell: Any) -> float:
    if isinstance(cell, int | float):
        return float(cell)
    found = _CLOCK.fullmatch(str(cell))
    if found is None:
        return float("nan")
    days, hours, minutes, seconds, half = found.groups()
    if seconds is None or (half and not 1 <= int(hours) <= 12):  # mm:ss is not told from hh:mm
        return float("nan")
    of_day = int(hours) if half is None else int(hours) % 12 + (12 if half in "pP" else 0)
    return (
        86400.0 * float(days or 0)
        + 3600.0 * of_day
        + 60.0 * float(minutes)
        + float(re.sub("[,:]", ".", seconds))
    )
