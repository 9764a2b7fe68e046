"""Numbers as people and cyclers write them: decimal marks, marks between thousands, signs, exponents."""

import re
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

_BETWEEN: Final = re.compile(r"(?<=\d)[ '\u00a0\u2009\u202f\u2019](?=\d{3}(?!\d))")
"""Blanks and apostrophes between thousands."""

_FORTRAN: Final = re.compile(r"(?<=[\d.,])[dD](?=[+-]?\d+$)")
_GROUPED: Final = {
    mark: re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:[{mark}]\d{{3}})+(?:[^\d{mark}]\d*)?") for mark in ".,"
}
"""Numbers with points, or commas, between thousands."""

_DECIMAL: Final = {
    mark: re.compile(rf"[+-]?(?:\d*|\d{{1,3}}(?:[{other}]\d{{3}})+)[{mark}]\d+(?:[eE][+-]?\d+)?")
    for mark, other in (".,", ",.")
}


def plain_number(text: str) -> str:
    """A number without what separates its thousands, where that is no decimal mark, in ASCII.

    Examples
    --------
    >>> [plain_number(text) for text in ("\u22121'185.0", "6.0D-03")]
    ['-1185.0', '6.0E-03']
    """
    return _FORTRAN.sub("E", _BETWEEN.sub("", text.strip().replace("\u2212", "-")))


def numbers(cells: "pd.Series[Any]", decimal_comma: bool) -> "pd.Series[float]":
    """Numbers of a column; NaN for what is none, and where a mark may be decimal or between thousands.

    Examples
    --------
    >>> numbers(pd.Series(["1,185.5", "960", "0.5"]), False).tolist()
    [1185.5, 960.0, 0.5]
    >>> numbers(pd.Series(["1.185,5", "960"]), True).tolist()
    [1185.5, 960.0]
    >>> numbers(pd.Series(["1.185", "1.999"]), True).tolist()
    [nan, nan]
    """
    text = pd.Series([plain_number(str(cell)) for cell in cells], index=cells.index, dtype=object)
    decimal, mark = (",", ".") if decimal_comma else (".", ",")
    marked = pd.Series([mark in cell for cell in text], index=cells.index, dtype=bool)
    if marked.any():
        grouped = all(_GROUPED[mark].fullmatch(cell) for cell in text[marked])
        with_decimals = any(decimal in cell for cell in text)
        if grouped and (with_decimals or _counts(text[~marked], zero=True)):
            text = text.str.replace(mark, "", regex=False)
        elif grouped or with_decimals:
            text = text.where(~marked)
    if decimal_comma:
        text = text.str.replace(",", ".", regex=False)
    return pd.to_numeric(text.where(cells.notna()), errors="coerce").astype(float)


def writes_decimal_comma(columns: Sequence[Sequence[str]]) -> bool:
    """Whether numbers are written with a decimal comma; a mark between all thousands is no decimal mark."""
    plain = [[plain_number(cell) for cell in column] for column in columns]
    comma, point = (
        [cell for column in plain for cell in column if _DECIMAL[mark].fullmatch(cell)] for mark in ",."
    )
    thousands = {
        mark: bool(cells) and all(_GROUPED[mark].fullmatch(cell) for cell in cells)
        for mark, cells in ((",", comma), (".", point))
    }
    if comma and point and thousands[","] != thousands["."]:
        return thousands["."]
    alone = "," if comma and not point else "." if point and not comma else ""
    if alone and thousands[alone] and any(_counts(c) for c in plain if any(alone in cell for cell in c)):
        return alone == "."
    return len(comma) > len(point)


def _counts(cells: Any, zero: bool = False) -> bool:
    """Whether some cell is a whole number of at most three digits, zero among them or not."""
    return any((zero and cell == "0") or re.fullmatch(r"[+-]?[1-9]\d{0,2}", cell) for cell in cells)
