"""Columns of text, spreadsheet and cycler files, with the line that each row came from."""

import csv
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from .errors import MeasuredDataError
from .units import quantity_of

__all__ = ["LARGEST_FILE", "Table", "read_table"]

LARGEST_FILE: Final = 300_000_000
"""Largest file that is read [bytes]."""

_LINES_BEFORE_HEADER = 300
_SEPARATORS = ("\t", ";", ",")
_BIOLOGIC = (b"EC-Lab ASCII FILE", b"BT-Lab ASCII FILE")
_TEXT = (".csv", ".txt", ".tsv", ".mpt", ".dat", ".asc", ".bdf", "")


@dataclass(frozen=True)
class Table:
    """Columns of a file.

    Parameters
    ----------
    name
        Name of the file, for messages.
    frame
        Columns by their labels, as read: text of text files.
    first_line
        Line of the file that the first row stands on; 0 where there are no lines.
    decimal_comma
        Whether numbers are written with a comma.
    """

    name: str
    frame: pd.DataFrame
    first_line: int = 0
    decimal_comma: bool = False

    def place(self, row: int) -> str:
        """Where a row stands, for messages."""
        return f"line {row + self.first_line}" if self.first_line else f"row {row + 1}"


def read_table(path: str | Path) -> Table:
    """Columns of a file: text (.csv, .mpt, .bdf ...), .xlsx, .parquet, BioLogic .mpr, Neware .nda and .ndax.

    The columns of the Battery Data Format are known by their labels ("Test Time / s") and by their names for
    machines ("test_time_second").

    Spreadsheets and cyclers' own formats need an extra: ``pip install "napore[excel]"``,
    ``"napore[biologic]"`` (galvani, whose licence is GPL-3.0), ``"napore[neware]"`` (fastnda, BSD).

    Raises
    ------
    MeasuredDataError
        For what is no file, is too large, is empty, has no header, or needs an extra.
    """
    file = Path(path)
    if not file.is_file():
        raise MeasuredDataError(f"{file}: there is no such file")
    size = file.stat().st_size
    if size == 0:
        raise MeasuredDataError(f"{file.name} is empty")
    if size > LARGEST_FILE:
        raise MeasuredDataError(
            f"{file.name} has {size / 1e6:.0f} MB, more than the {LARGEST_FILE / 1e6:.0f} MB that are read: "
            "export fewer points or fewer cycles"
        )
    ending = file.suffix.lower()
    if ending in _BINARY:
        return Table(file.name, _BINARY[ending](file))
    if ending not in _TEXT:
        known = ", ".join([*(e for e in _TEXT if e), *_BINARY])
        raise MeasuredDataError(f"{file.name} is of no kind that can be read: give one of {known}")
    return _read_text(file)


def _encoding(file: Path) -> str:
    """UTF-8; BioLogic's text that is not UTF-8 is Windows-1252, in which EC-Lab writes degrees and micro."""
    with file.open("rb") as stream:
        if stream.readline().strip() not in _BIOLOGIC:
            return "utf-8-sig"
    try:
        file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _read_text(file: Path) -> Table:
    encoding = _encoding(file)
    try:
        with file.open(encoding=encoding, newline="") as stream:
            head = [line for _, line in zip(range(_LINES_BEFORE_HEADER), stream, strict=False)]
    except UnicodeDecodeError as error:
        raise _no_utf8(file, error) from None
    header = _header(head)
    if header is None:
        first = next((line.strip() for line in head if line.strip()), "")
        raise MeasuredDataError(
            f"{file.name} has no line that names its columns, such as 'time [s],current [mA],voltage [V]'; "
            f"it begins with {first[:60]!r}"
        )
    line, separator = header
    labels = [label.strip() for label in next(csv.reader([head[line]], delimiter=separator))]
    following = [row for row in head[line + 1 :] if row.strip()]
    try:
        frame = pd.read_csv(
            file,
            sep=separator,
            skiprows=line + 1,
            header=None,
            names=range(len(labels)),
            index_col=False,
            dtype=str,
            encoding=encoding,
            skip_blank_lines=False,
            keep_default_na=False,
            na_filter=False,
            on_bad_lines="error",
        )
    except UnicodeDecodeError as error:
        raise _no_utf8(file, error) from None
    except pd.errors.EmptyDataError:
        frame = pd.DataFrame(columns=range(len(labels)), dtype=str)
    except pd.errors.ParserError as error:
        raise MeasuredDataError(f"{file.name} cannot be split into columns: {error}") from None
    frame.columns = pd.Index(labels)
    frame = frame.loc[:, [label != "" for label in labels]]
    comma = separator != "," and any("," in row and "." not in row for row in following[:5])
    return Table(file.name, frame, line + 2, comma)


def _no_utf8(file: Path, error: UnicodeDecodeError) -> MeasuredDataError:
    return MeasuredDataError(
        f"{file.name} is not UTF-8 text (byte {error.start} is {error.object[error.start]:#04x}): save it as "
        "UTF-8, which spreadsheets call 'CSV UTF-8'"
    )


def _header(head: list[str]) -> tuple[int, str] | None:
    """Line and separator of the first line that names most quantities; at least two columns."""
    best: tuple[int, int, str] | None = None
    for k, line in enumerate(head):
        for separator in _SEPARATORS:
            labels = next(csv.reader([line], delimiter=separator), [])
            if len(labels) < 2:
                continue
            known = sum(quantity_of(label) is not None for label in labels)
            if known and (best is None or known > best[0]):
                best = known, k, separator
    return None if best is None else best[1:]


def _extra(module: str, extra: str, file: Path) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise MeasuredDataError(
            f'{file.name} needs a reader that is not installed: pip install "napore[{extra}]"'
        ) from None


def _read_excel(file: Path) -> pd.DataFrame:
    _extra("openpyxl", "excel", file)
    sheets: dict[Any, pd.DataFrame] = pd.read_excel(file, sheet_name=None, header=None)
    for sheet in sheets.values():
        for k in range(min(len(sheet), _LINES_BEFORE_HEADER)):
            labels = [str(label) for label in sheet.iloc[k]]
            if sum(quantity_of(label) is not None for label in labels) >= 2:
                frame = sheet.iloc[k + 1 :].reset_index(drop=True)
                frame.columns = pd.Index(labels)
                return frame
    raise MeasuredDataError(
        f"{file.name} has no sheet with a row that names its columns, such as time [s], current [mA], "
        "voltage [V]"
    )


def _read_parquet(file: Path) -> pd.DataFrame:
    _extra("pyarrow", "parquet", file)
    return pd.read_parquet(file)


def _read_biologic(file: Path) -> pd.DataFrame:
    galvani = _extra("galvani.BioLogic", "biologic", file)
    data = _guarded(file, lambda: galvani.MPRfile(str(file)).data)
    return pd.DataFrame({name: data[name].astype(float) for name in data.dtype.names})


def _read_neware(file: Path) -> pd.DataFrame:
    fastnda = _extra("fastnda", "neware", file)
    data = _guarded(file, lambda: fastnda.read(file))
    return pd.DataFrame(
        {name: data[name].to_numpy() for name in data.columns if data[name].dtype.is_numeric()}
    )


def _guarded(file: Path, read: Callable[[], Any]) -> Any:
    try:
        return read()
    except Exception as error:  # whatever a damaged file makes of a reader
        raise MeasuredDataError(f"{file.name} cannot be read as {file.suffix}: {error}") from None


_BINARY: Final[Mapping[str, Callable[[Path], pd.DataFrame]]] = {
    ".xlsx": _read_excel,
    ".parquet": _read_parquet,
    ".mpr": _read_biologic,
    ".nda": _read_neware,
    ".ndax": _read_neware,
}
