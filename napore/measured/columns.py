"""Numbers of the columns of a file, by quantity, in base units."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napore.parameters.provenance import nearest

from .errors import MeasuredDataError
from .tables import Table
from .units import QUANTITIES, Unit, find_unit, quantity_of

__all__ = ["Column", "Reader"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """Numbers of one column.

    Parameters
    ----------
    label
        Label in the file.
    values
        In the base unit of the quantity, or per gram.
    per_gram
        Whether they are per gram of active material.
    """

    label: str
    values: Array
    per_gram: bool


class Reader:
    """Columns of a table by quantity; nothing about them is guessed.

    Parameters
    ----------
    table
        Columns as read.
    columns
        Labels of columns by quantity, where the file's are not known or several would do.
    units
        Units by quantity, where the labels have none.

    Raises
    ------
    MeasuredDataError
        For a quantity, label or unit that does not exist.
    """

    def __init__(
        self,
        table: Table,
        columns: Mapping[str, str] | None = None,
        units: Mapping[str, str] | None = None,
    ) -> None:
        self.table = table
        self._chosen = dict(columns or {})
        self._units = dict(units or {})
        self._labels = [str(label) for label in table.frame.columns]
        for given in (*self._chosen, *self._units):
            if given not in QUANTITIES:
                raise MeasuredDataError(
                    f"quantity {given!r} is unknown: choose from {', '.join(QUANTITIES)}"
                    f"{nearest(given, QUANTITIES)}"
                )
        for label in self._chosen.values():
            if label not in self._labels:
                raise MeasuredDataError(
                    f"{table.name} has no column {label!r}: it has {self._listed()}"
                    f"{nearest(label, self._labels)}"
                )

    def candidates(self, key: str) -> list[str]:
        """Labels that name a quantity."""
        if key in self._chosen:
            return [self._chosen[key]]
        return [label for label in self._labels if (read := quantity_of(label)) and read[0] == key]

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
        name, label = QUANTITIES[key].name, self._label(key)
        unit = self._unit(key, label)
        raw = self.table.frame[label]
        if isinstance(raw, pd.DataFrame):
            raise MeasuredDataError(f"{self.table.name} has several columns {label!r}: leave one")
        if len(raw) == 0:
            raise MeasuredDataError(f"{self.table.name} has no rows below its header")
        values = self._numbers(raw, unit)
        bad = np.flatnonzero(~np.isfinite(values))
        if len(bad):
            row = int(bad[0])
            written = str(raw.iloc[row]).strip()
            what = "is empty" if written == "" else f"is {written[:30]!r}, which is no finite number"
            more = f" ({len(bad)} such rows)" if len(bad) > 1 else ""
            raise MeasuredDataError(
                f"{self.table.name}, {self.table.place(row)}: the {name} in column {label!r} {what}{more}; "
                "remove the row or mend it"
            )
        return Column(label, values * unit.factor, unit.per_gram)

    def drop_trailing_blanks(self) -> "Reader":
        """Without rows at the end in which nothing stands."""
        frame = self.table.frame
        last = len(frame)
        while last and all(str(cell).strip() in ("", "nan") for cell in frame.iloc[last - 1]):
            last -= 1
        table = Table(self.table.name, frame.iloc[:last], self.table.first_line, self.table.decimal_comma)
        return Reader(table, self._chosen, self._units)

    def _label(self, key: str) -> str:
        found, name = self.candidates(key), QUANTITIES[key].name
        if not found:
            unit = next(iter(QUANTITIES[key].units.values())).name
            raise MeasuredDataError(
                f"{self.table.name} has no column for the {name}: it has {self._listed()}; name one "
                f"'{key} [{unit}]', or say which it is with columns={{{key!r}: '...'}}"
            )
        with_unit = [label for label in found if (read := quantity_of(label)) and read[1] is not None]
        if len(found) > 1 and len(with_unit) != 1:
            raise MeasuredDataError(
                f"{self.table.name} has {len(found)} columns for the {name}, {', '.join(map(repr, found))}: "
                f"say which with columns={{{key!r}: '...'}}"
            )
        return with_unit[0] if len(found) > 1 else found[0]

    def _unit(self, key: str, label: str) -> Unit:
        quantity = QUANTITIES[key]
        if key in self._units:
            unit = find_unit(quantity, self._units[key])
            if unit is None:
                raise MeasuredDataError(
                    f"unit {self._units[key]!r} is none of the {quantity.name}: choose from "
                    f"{quantity.examples}"
                )
            return unit
        read = quantity_of(label)
        if read is not None and read[0] == key and read[1] is not None:
            return read[1]
        written = read[2] if read is not None and read[0] == key else None
        what = "has no unit"
        if written:
            what = f"has the unit {written!r}, which is none of the {quantity.name}"
        raise MeasuredDataError(
            f"{self.table.name}: column {label!r} {what}: write one of {quantity.examples} behind the name, "
            f"or give units={{{key!r}: '...'}}"
        )

    def _numbers(self, raw: "pd.Series[Any]", unit: Unit) -> Array:
        if unit.name == "h:min:s":
            return np.array([_clock(str(text)) for text in raw], dtype=float)
        if pd.api.types.is_numeric_dtype(raw):
            return raw.to_numpy(dtype=float)
        text = raw.astype(str).str.strip()
        if self.table.decimal_comma:
            text = text.str.replace(",", ".", regex=False)
        return pd.to_numeric(text, errors="coerce").to_numpy(dtype=float)

    def _listed(self) -> str:
        shown = [repr(label) for label in self._labels[:12]]
        return ", ".join(shown) + (", ..." if len(self._labels) > 12 else "")


def _clock(text: str) -> float:
    """Seconds of a time such as 1:02:03.5 or 2-01:02:03 (days in front); NaN where it is none."""
    found = re.fullmatch(r"\s*(?:(\d+)[- ])?(\d+):(\d{1,2}):(\d{1,2}(?:\.\d*)?)\s*", text)
    if found is None:
        return float("nan")
    days, hours, minutes, seconds = found.groups()
    return 86400.0 * float(days or 0) + 3600.0 * float(hours) + 60.0 * float(minutes) + float(seconds)
