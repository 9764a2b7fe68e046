"""Text files: encoding, separator, decimal mark, headings, units, and layered exports."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from .errors import MeasuredDataError
from .numerals import writes_decimal_comma
from .rows import as_numbers, trimmed
from .source import Source
from .tables import Table, TableChoice, find_header, is_number
from .units import direction_of, label_of

_LINES_BEFORE_DATA: Final = 600
_LONGEST_LINE: Final = 20_000
_SEPARATORS: Final = ("\t", ";", ",", "|", r"\s{2,}", r"\s+")
"""Blanks only where no sign separates: headings have blanks of their own."""

_EC_LAB: Final = re.compile(r"Nb header lines\s*:\s*(\d+)")


def read_text(source: Source, choice: TableChoice) -> Table:
    """Table of a text file.

    Raises
    ------
    MeasuredDataError
        For what is no text, has no headings, or cannot be split into columns.
    """
    content, encoding = _decoded(source)
    head = _head(content, encoding)
    separator, found = _layout(source.name, head, choice)
    row, labels, first = found
    sample = [_split(line, separator) for line in head[first : first + 200] if line.strip()]
    comma = _decimal_comma(sample, labels, choice)
    width = max([len(labels), *(len(cells) for cells in sample)])
    frame = _parsed(source.name, content, encoding, separator, first, width, comma)
    lines = np.arange(first + 1, first + 1 + len(frame))
    if len(frame) and width > len(labels):
        _refuse_wider(source.name, frame, lines, len(labels), separator)
    labels = [*labels, *[""] * (width - len(labels))]
    table = Table(source.name, frame, lines, comma, tuple(line.strip() for line in head[:row]))
    if labels[0] == "":
        table, labels = _without_parents(table, labels, head[:row], separator)
    frame = table.frame.loc[:, [label != "" for label in labels]]
    frame.columns = pd.Index([label for label in labels if label])
    return as_numbers(trimmed(replace(table, frame=frame)))


def _decoded(source: Source) -> tuple[bytes, str]:
    """Bytes with the line ends of Unix, and their encoding."""
    content = source.read()
    if wide := _wide(content):
        try:
            content = content.decode(wide).encode("utf-8")
        except UnicodeDecodeError:
            raise MeasuredDataError(f"{source.name} is damaged: it begins as {wide} and is none") from None
    content = content.rstrip(b"\x00")  # of a cycler that stopped while it wrote
    if b"\x00" in content[:100_000]:
        raise MeasuredDataError(
            f"{source.name} is no text and none of the formats that are read: export it as text or as a "
            "spreadsheet"
        )
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = content[:100_000].split(b"\n")[:-1] or [content]
    if all(re.fullmatch(rb'\s*|"[^"]+"', line.strip()) for line in lines) and b'"' in content:
        content = content.replace(b'"', b"")  # each line whole
    return content, _encoding(content)


def _wide(content: bytes) -> str | None:
    """Encoding of two or four bytes for each letter, by its mark or by the zeros between letters."""
    if content.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "UTF-32"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    head = content[:400]
    for begin, name in ((1, "UTF-16-LE"), (0, "UTF-16-BE")):
        if len(head) > 3 and not any(head[begin::2]) and all(head[1 - begin :: 2]):
            return name
    return None


def _encoding(content: bytes) -> str:
    """UTF-8, or the encoding of Windows in Chinese where Chinese headings come out, or in the West."""
    try:
        content.decode("utf-8")
        return "utf-8-sig"
    except UnicodeDecodeError:
        pass
    head = content[:200_000].decode("gb18030", errors="replace")
    for line in head.splitlines()[:_LINES_BEFORE_DATA]:
        cells = re.split(r"[\t;,|]|\s{2,}", line[:_LONGEST_LINE])
        if any(_chinese(cell) for cell in cells):
            return "gb18030"
    try:
        content.decode("cp1252")
        return "cp1252"
    except UnicodeDecodeError:
        return "latin-1"


def _chinese(cell: str) -> bool:
    """Whether a heading is one of a quantity in Chinese; a sign of the West before a letter looks Chinese."""
    read = label_of(cell) if re.search(r"[\u4e00-\u9fff]", cell) else None
    return read is not None and (read.unit is not None or read.written is None)


def _head(content: bytes, encoding: str) -> list[str]:
    text = content[:2_000_000].decode(encoding, errors="replace")
    return [
        line if len(line) < _LONGEST_LINE else "" for line in text.split("\n")[: _LINES_BEFORE_DATA + 300]
    ]


def _split(line: str, separator: str) -> list[str]:
    if separator.startswith("\\"):
        return re.split(separator, line.strip())
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return line.split(separator)


def _layout(name: str, head: list[str], choice: TableChoice) -> tuple[str, tuple[int, list[str], int]]:
    """Separator, row of the headings, headings, and first row of data."""
    exact = None
    for line in head[:5]:
        if found := _EC_LAB.search(line):
            exact = int(found[1]) - 1
    if exact is not None and not 0 < exact < len(head):
        exact = None
    best: tuple[int, str, tuple[int, list[str], int]] | None = None
    for separator in _SEPARATORS:
        if best is not None and separator.startswith("\\"):
            break
        rows = [_split(line, separator) for line in head]
        rows[_LINES_BEFORE_DATA:] = [[] for _ in rows[_LINES_BEFORE_DATA:]]
        header = find_header(rows, choice, exact)
        if header is not None and (best is None or header[0] > best[0]):
            best = header[0], separator, header[1:]
    if best is not None:
        return best[1], best[2]
    if choice.columns and all(label.isdigit() for label in choice.columns.values()):
        return _without_header(name, head)
    first = next((line.strip() for line in head if line.strip()), "")
    raise MeasuredDataError(
        f"{name} has no line that names its columns, such as 'time [s],current [mA],voltage [V]', with "
        f"numbers below; it begins with {first[:60]!r}; columns={{'voltage': '2'}} names the second column "
        "of a file without headings"
    )


def _without_header(name: str, head: list[str]) -> tuple[str, tuple[int, list[str], int]]:
    """Numbers of columns as headings, where a user calls them so."""
    for separator in _SEPARATORS:
        for k, line in enumerate(head):
            cells = _split(line, separator)
            if len(cells) > 1 and all(is_number(cell) for cell in cells if cell.strip()):
                return separator, (k, [str(n + 1) for n in range(len(cells))], k)
    raise MeasuredDataError(f"{name} has no two columns of numbers")


def _decimal_comma(sample: Sequence[Sequence[str]], labels: Sequence[str], choice: TableChoice) -> bool:
    chosen = set(choice.columns.values())
    places = [k for k, label in enumerate(labels) if label in chosen or label_of(label) is not None]
    columns = [[row[k].strip() for row in sample if k < len(row)] for k in places]
    return writes_decimal_comma(columns)


def _parsed(
    name: str, content: bytes, encoding: str, separator: str, first: int, width: int, comma: bool
) -> pd.DataFrame:
    start = 0
    for _ in range(first):
        start = content.find(b"\n", start) + 1
        if start == 0:
            return pd.DataFrame(columns=range(width), dtype=str)
    body = content[start:].rstrip(b"\n \t")
    if not body.strip():
        return pd.DataFrame(columns=range(width), dtype=str)
    whitespace = separator.startswith("\\")
    if separator == r"\s{2,}":  # the fast parser has no such separator
        body = re.sub(rb"[ \t]{2,}", b"\t", re.sub(rb"(?m)^[ \t]+|[ \t]+$", b"", body))
        separator = "\t"
    try:
        return pd.read_csv(
            io.BytesIO(body),
            sep=separator,
            header=None,
            names=range(width),
            index_col=False,
            encoding=encoding,
            decimal="," if comma and separator != "," else ".",
            skip_blank_lines=False,
            skipinitialspace=not whitespace,
            keep_default_na=False,
            na_values=[""],
            low_memory=False,
            on_bad_lines="error",
        )
    except (pd.errors.ParserError, ValueError, csv.Error, OverflowError) as error:
        raise MeasuredDataError(f"{name} cannot be split into columns: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    """What a parser says, without the number of a line that counts from elsewhere."""
    return re.sub(r"^Error tokenizing data\. C error: | in line \d+", "", str(error).strip().split("\n")[0])


def _refuse_wider(name: str, frame: pd.DataFrame, lines: np.ndarray, count: int, separator: str) -> None:
    more = frame.iloc[:, count:].notna().to_numpy()
    if not more.any():
        return
    row = int(np.flatnonzero(more.any(axis=1))[0])
    hint = (
        "; is the comma that of decimal numbers too? save it with ; between columns"
        if separator == ","
        else ""
    )
    raise MeasuredDataError(
        f"{name}, line {lines[row]}: more cells than the {count} headings{hint}: mend the row or the headings"
    )


def _without_parents(
    table: Table, labels: list[str], above: list[str], separator: str
) -> tuple[Table, list[str]]:
    """Rows of the lowest layer of an export in layers, with the direction that the layer above says.

    Layers are told by empty cells in front: a cycle has none, its steps one, their records two.
    """
    depth = next(k for k, label in enumerate(labels) if label)
    parents = table.frame.iloc[:, :depth].notna().to_numpy()
    level = np.where(parents.any(axis=1), parents.argmax(axis=1), depth)
    if not parents.any():
        return table, labels
    frame = table.frame
    added = {"step": np.cumsum(level < depth)}
    for line in reversed(above):
        cells = [cell.strip() for cell in _split(line, separator)]
        own = next((k for k, cell in enumerate(cells) if cell), depth)
        read = [label_of(cell) for cell in cells]
        place = next((k for k, one in enumerate(read) if one is not None and one.key == "state"), None)
        if own < depth and place is not None and place < frame.shape[1]:
            words = frame[place].where(level == own).ffill()
            if any(isinstance(word, str) and direction_of(word) for word in words.unique()):
                added["state"] = words.to_numpy()
                break
    for label, values in added.items():
        if not any((one := label_of(own)) is not None and one.key == label for own in labels):
            frame, labels = frame.assign(**{label: values}), [*labels, label]
    frame.columns = pd.Index(range(frame.shape[1]))
    return replace(table, frame=frame).take(level == depth), labels
