"""Where a file's bytes come from, and what they are: the name's ending may lie, the first bytes do not."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from .errors import MeasuredDataError

LARGEST_FILE: Final = 300_000_000
"""Largest file that is read [bytes]."""

_UNPACKED: Final = 500_000_000
_DENSEST: Final = 150
"""Bytes that an archive may unpack to, and that each of its bytes may stand for."""

_MAGIC: Final = (
    (b"BIO-LOGIC MODULAR FILE", "mpr"),
    (b"NEWARE", "nda"),
    (b"PK\x03\x04", "zip"),
    (b"PAR1", "parquet"),
    (b"\xd0\xcf\x11\xe0", "ole"),
    (b"\x1f\x8b", "gz"),
    (b"%PDF", "pdf"),
    (b"\x89HDF", "hdf5"),
    (b"SQLite format", "sqlite"),
    (b"\x00\x01\x00\x00Standard", "access"),
)

_ADVICE: Final = {
    "ole": "is an old spreadsheet (.xls): save it as .xlsx",
    "gz": "is compressed: unpack it first",
    "pdf": "is a PDF: give the table as text or as a spreadsheet",
    "hdf5": "is an HDF5 file: export it as text",
    "sqlite": "is a database: export it as text or as a spreadsheet",
    "access": "is a database (Arbin .res): export it as text or as a spreadsheet",
}


@dataclass(frozen=True)
class Source:
    """Bytes of a file that was given by its path, or uploaded under a name.

    Parameters
    ----------
    name
        For messages.
    kind
        ``"text"``, ``"mpr"``, ``"nda"``, ``"ndax"``, ``"xlsx"`` or ``"parquet"``.
    path
        None for an uploaded file.
    content
        None for a file that is read from its path.
    """

    name: str
    kind: str
    path: Path | None
    content: bytes | None

    def read(self) -> bytes:
        """All bytes."""
        return self.path.read_bytes() if self.path is not None else self.content or b""

    def stream(self) -> IO[bytes]:
        """Bytes as a file that is open."""
        return self.path.open("rb") if self.path is not None else io.BytesIO(self.content or b"")


def open_source(file: str | Path | Source) -> Source:
    """What a file is by its first bytes.

    Raises
    ------
    MeasuredDataError
        For what is no file, is too large or empty, and kinds that cannot be read.
    """
    if isinstance(file, Source):
        return file
    path = Path(file)
    if path.is_dir():
        raise MeasuredDataError(f"{path} is a folder: give a file")
    if not path.is_file():
        raise MeasuredDataError(f"{path}: there is no such file")
    return make_source(path.name, path.stat().st_size, path, None)


def make_source(name: str, size: int, path: Path | None, content: bytes | None) -> Source:
    """Source of a file or of uploaded bytes, as :func:`open_source`."""
    if size == 0:
        raise MeasuredDataError(f"{name} is empty")
    if size > LARGEST_FILE:
        raise MeasuredDataError(
            f"{name} has {size / 1e6:.0f} MB, more than the {LARGEST_FILE / 1e6:.0f} MB that are read: "
            "export fewer points or fewer cycles"
        )
    source = Source(name, "text", path, content)
    with source.stream() as stream:
        head = stream.read(64)
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), "text")
    if kind in _ADVICE:
        raise MeasuredDataError(f"{name} {_ADVICE[kind]}")
    if kind == "zip":
        kind = _archive(source)
    return Source(name, kind, path, content)


def _archive(source: Source) -> str:
    try:
        with source.stream() as stream, zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, RuntimeError):
        raise MeasuredDataError(
            f"{source.name} is damaged: it begins as a spreadsheet, but cannot be opened; export it again"
        ) from None
    check_archive(source)
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if any(name.endswith(".ndc") for name in names):
        return "ndax"
    raise MeasuredDataError(f"{source.name} is an archive, not a file of data: unpack it first")


def check_archive(source: Source) -> None:
    """Refuse an archive that would fill the memory.

    Raises
    ------
    MeasuredDataError
        Where it unpacks to much more than its size.
    """
    with source.stream() as stream, zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = max(sum(part.compress_size for part in parts), 1)
    if unpacked > _UNPACKED or (unpacked > 30_000_000 and unpacked / packed > _DENSEST):
        raise MeasuredDataError(
            f"{source.name} unpacks to {unpacked / 1e6:.0f} MB from {packed / 1e6:.2g}: that is no file of "
            "measurements; export it again, or as text"
        )
