"""Files that are written whole or not at all, and are on the disk before anything counts on them.

Every writer of napore goes through here. A file is written beside its place, brought to the disk (fsync)
and renamed into its place, and then the folder is brought to the disk: a kill, a full disk or a power cut
leaves the file of before or the file of after, never a part of one. A line that is added to a file is
brought to the disk too, and taken off again where it did not fit.
Only the standard library is imported: workers of a study load this without PyBaMM.
"""

import errno
import hashlib
import json
import math
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import pandas as pd

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "no permission",
    errno.EPERM: "no permission",
    errno.EISDIR: "it is a folder; give the name of a file",
}
_NO_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS)
_SEAL = "sha256"
_BINARY: int = getattr(os, "O_BINARY", 0)  # of Windows

Error = TypeVar("Error", bound="WriteError")


class WriteError(OSError):
    """A file that could not be written; the message says which, why, and what is left.

    Attributes
    ----------
    kept
        What of the results is on file; empty where nothing is.
    result
        What the call that was stopped had computed by then, None where there is nothing.
    """

    kept: str = ""
    result: Any = None

    def __str__(self) -> str:
        text = f"{self.filename} cannot be written: {self.strerror}"
        return f"{text}; {self.kept}" if self.kept else text

    def holding(self: Error, result: Any, kept: str = "") -> Error:
        """Itself, with what was computed and, unless empty, what of it is on file."""
        self.result, self.kept = result, kept or self.kept
        return self


class DamagedFileError(ValueError):
    """A file of ours whose content is not what was written; the message is the reason."""


def write_bytes(path: str | Path, content: bytes, *, settle: bool = True) -> None:
    """Write a whole file or none; what is no regular file (a pipe, a device) is written to.

    Parameters
    ----------
    path, content
        File and what it is to hold.
    settle
        Whether its name is brought to the disk at once; for many files :func:`settle_folder` does it.

    Raises
    ------
    WriteError
        Where it cannot be written; a file that was there is then unchanged.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if path.exists() and not path.is_file():
            path.write_bytes(content)
        else:
            target = path.resolve()
            _replace(target, content)
            if settle:
                settle_folder(target.parent)
    except BrokenPipeError:
        raise  # the reader has gone, which is no fault
    except OSError as error:
        raise _explained(error, path, "the file that was there is unchanged") from error


def write_text(path: str | Path, text: str, *, settle: bool = True) -> None:
    """Write ``text`` as UTF-8, as :func:`write_bytes` does."""
    write_bytes(path, text.encode(), settle=settle)


def write_json(path: str | Path, content: Mapping[str, Any], *, settle: bool = True) -> None:
    """Write ``content``, as :func:`write_bytes` does; numbers that do not exist become null."""
    text = json.dumps(_without_nan(content), indent=1, allow_nan=False) + "\n"
    write_text(path, text, settle=settle)


def write_csv(path: str | Path, table: "pd.DataFrame") -> None:
    """Write ``table`` without its index, as :func:`write_bytes` does."""
    write_text(path, table.to_csv(index=False))


def append_text(path: Path, text: str) -> None:
    """Add ``text`` to a file, all of it or nothing.

    Raises
    ------
    WriteError
        Where it cannot be written; the file is then as it was.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _BINARY, 0o666)
        try:
            size = os.fstat(handle).st_size
            try:
                _write(handle, text.encode())
            except BaseException:
                os.ftruncate(handle, size)  # a part of a line would spoil the next one
                raise
        finally:
            os.close(handle)
    except OSError as error:
        raise _explained(error, path, "what it held is unchanged") from error


def make_folder(path: Path) -> None:
    """Make a folder where there is none, and make sure that files can be made in it.

    Raises
    ------
    WriteError
        Where they cannot.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise _explained(error, path) from error


def settle_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk; where that cannot be (Windows), either file is whole."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sealed(content: Mapping[str, Any]) -> dict[str, Any]:
    """``content`` as JSON can hold it, with its SHA-256, by which :func:`unsealed` knows it again."""
    plain: dict[str, Any] = json.loads(json.dumps(_without_nan(content), allow_nan=False))
    return {**plain, _SEAL: _digest(plain)}


def unsealed(found: Any) -> dict[str, Any]:
    """Content of what :func:`sealed` made, without its seal.

    Raises
    ------
    DamagedFileError
        Where something in it was changed, lost or added.

    Examples
    --------
    >>> unsealed(sealed({"cycle": 1}))
    {'cycle': 1}
    >>> unsealed({**sealed({"cycle": 1}), "cycle": 2})
    Traceback (most recent call last):
    napore.files.DamagedFileError: its content does not fit its checksum
    """
    if not isinstance(found, dict) or _SEAL not in found:
        raise DamagedFileError("it has no checksum, as files of another program or of an earlier napore")
    content = {name: value for name, value in found.items() if name != _SEAL}
    if found[_SEAL] != _digest(content):
        raise DamagedFileError("its content does not fit its checksum")
    return content


def read_sealed(path: Path) -> dict[str, Any] | None:
    """Content of a file that was written with :func:`sealed`; None where there is no file.

    Raises
    ------
    DamagedFileError
        Where it is cut off, or something in it was changed, lost or added.
    OSError
        Where it cannot be read.
    """
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError):
        raise DamagedFileError("it is cut off, or no JSON") from None
    return unsealed(found)


def _digest(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _without_nan(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _without_nan(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(v) for v in value]
    if isinstance(value, float):  # numpy's double is one
        return float(value) if math.isfinite(value) else None
    return value


def _replace(target: Path, content: bytes) -> None:
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
    try:
        try:
            _write(handle, content)
        finally:
            os.close(handle)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(draft, target.stat().st_mode if target.exists() else 0o666 & ~mask)
        os.replace(draft, target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _write(handle: int, content: bytes) -> None:
    """Write all and bring it to the disk."""
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_SYNC:  # some network disks have no such call
            raise


def _explained(error: OSError, path: Path, unchanged: str = "") -> WriteError:
    number = error.errno or errno.EIO
    reason = _REASONS.get(number) or (error.strerror or str(error)).lower()
    if number in (errno.ENOENT, errno.ENOTDIR, errno.EEXIST):
        there = next(p for p in (path.absolute(), *path.absolute().parents) if os.path.exists(p))
        if os.path.isdir(there):
            reason = f"the folder {path.absolute().parent} does not exist"
        else:
            reason = f"{'it' if there == path.absolute() else there} is a file, not a folder"
    made = WriteError(number, reason, str(path))
    made.kept = unchanged if os.path.isfile(path) else ""
    return made
