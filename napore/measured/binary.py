"""Cyclers' own formats and parquet, through readers that are installed as extras."""

import re
import struct
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pandas as pd

from napore.files import write_bytes

from .errors import MeasuredDataError
from .sheets import needed
from .source import Source
from .tables import Table, TableChoice, score
from .units import label_of

_MOST_CELLS: Final = 100_000_000

_FIRST_MODULE: Final = 52
_MODULE: Final = struct.Struct("<6s10s25sI")
_REST: Final = struct.Struct("<I8s")
_LONGER_REST: Final = struct.Struct("<III8s")
"""Head of a module of an .mpr file: "MODULE", short name, long name, length of what follows, version, date.

From EC-Lab 11.50 the length is written twice, all bits set in the first place, and there is one number more.
"""

_MASS: Final = 0x107
_AREA: Final = 0x211
"""Where the settings of EC-Lab hold the active mass [mg] and the electrode's area [cm2], as 4-byte floats.

The offsets are those that the documentation of yadg lists for the module "VMP Set" (its reader is not used).
"""


def ec_lab_settings(content: bytes) -> tuple[float | None, float | None]:
    """Active mass [mg] and electrode area [cm2] in the settings of an .mpr file; None for one not there."""
    place = _FIRST_MODULE
    while place + _MODULE.size + _LONGER_REST.size <= len(content):
        mark, short, _, length = _MODULE.unpack_from(content, place)
        start = place + _MODULE.size + _REST.size
        if mark != b"MODULE":
            return None, None
        if length == 0xFFFFFFFF:
            length = _LONGER_REST.unpack_from(content, place + _MODULE.size)[0]
            start = place + _MODULE.size + _LONGER_REST.size
        if short.strip() == b"VMP Set" and length >= _AREA + 4 and start + _AREA + 4 <= len(content):
            mass = struct.unpack_from("<f", content, start + _MASS)[0]
            area = struct.unpack_from("<f", content, start + _AREA)[0]
            return _sensible(mass), _sensible(area)
        place = start + length
    return None, None


def _sensible(value: float) -> float | None:
    return float(f"{value:.6g}") if 1e-4 < value < 1e5 else None


def read_mpr(source: Source) -> Table:
    """BioLogic .mpr: columns by galvani, mass and area from the settings by our own code."""
    galvani = needed("galvani.BioLogic", "biologic", source)
    content = source.read()
    with source.stream() as stream:
        data = _guarded(source, lambda: galvani.MPRfile(stream).data)
    frame = _guarded(
        source, lambda: pd.DataFrame({str(name): np.asarray(data[name], float) for name in data.dtype.names})
    )
    mass, area = ec_lab_settings(content)
    return replace(_table(source, frame), mass_mg=mass, area_cm2=area)


def read_neware(source: Source) -> Table:
    """Neware .nda and .ndax, by fastnda."""
    fastnda = needed("fastnda", "neware", source)
    data = _guarded(source, lambda: _with_path(source, fastnda.read))
    frame = _guarded(source, lambda: pd.DataFrame({name: data[name].to_numpy() for name in data.columns}))
    return _table(source, frame)


def _with_path(source: Source, read: Any) -> Any:
    """What a reader that wants a path makes of a file or of uploaded bytes."""
    if source.path is not None and source.path.suffix.lower() == f".{source.kind}":
        return read(source.path)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"file.{source.kind}"
        write_bytes(path, source.read(), settle=False)
        return read(path)


def read_parquet(source: Source) -> Table:
    """Parquet, such as the Battery Data Format's; only columns that name a quantity are read."""
    parquet = needed("pyarrow.parquet", "parquet", source)

    def read() -> pd.DataFrame:
        with source.stream() as stream:
            file = parquet.ParquetFile(stream)
            names = [str(name) for name in file.schema_arrow.names]
            wanted = [name for name in names if label_of(name) is not None] or names[:50]
            if file.metadata.num_rows * len(wanted) > _MOST_CELLS:
                raise MeasuredDataError(f"{source.name} has {file.metadata.num_rows} rows: export fewer")
            return pd.DataFrame(file.read(columns=wanted).to_pandas())

    frame = _guarded(source, read)
    return _table(source, frame)


def _table(source: Source, frame: pd.DataFrame) -> Table:
    labels = [str(label) for label in frame.columns]
    if not score(labels, TableChoice()) and not any(label_of(label) for label in labels):
        shown = ", ".join(map(repr, labels[:12]))
        raise MeasuredDataError(f"{source.name} has the columns {shown}: none is a quantity of a measurement")
    frame.columns = pd.Index(labels)
    return Table(source.name, frame.reset_index(drop=True), np.empty(0, dtype=np.int64))


def _guarded(source: Source, read: Any) -> Any:
    try:
        return read()
    except MeasuredDataError:
        raise
    except Exception as error:  # whatever a damaged file makes of a reader
        text = re.sub(r"\s+", " ", str(error))[:120]
        raise MeasuredDataError(
            f"{source.name} is damaged and cannot be read as .{source.kind} ({text}): export it again, or as "
            "text"
        ) from None
