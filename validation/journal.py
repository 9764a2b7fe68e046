"""Journal: records of a long run on disk, one line each as it is finished."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from napore.files import WriteError, append_text, sealed, unsealed, write_text


class JournalError(ValueError):
    """A file that cannot be a journal; the message says what to give in its place."""


class Journal:
    """Records by key in a file of JSON lines; the first line says what they depend on.

    A line is on the disk as soon as its record is finished, so that a run that was stopped, by Ctrl-C, a
    kill or a power cut, goes on where it was. Each line has a checksum: one that is torn or changed is left
    out. Records of another identity are dropped.

    Parameters
    ----------
    path
        The file; made where it does not exist. None keeps the records in memory.
    identity
        What all records depend on, such as versions and hashes of parameter sets.

    Attributes
    ----------
    stale
        What of the identity was another in the file that was there; empty where it went on.

    Raises
    ------
    JournalError
        Where it cannot be written, holds something else, or its first line is damaged.
    """

    def __init__(self, path: str | Path | None, identity: Mapping[str, Any]) -> None:
        self.path = None if path is None else Path(path)
        self.stale: tuple[str, ...] = ()
        self._identity = json.loads(json.dumps(identity))
        self._records: dict[str, Any] = {}
        if self.path is None:
            return
        try:
            held = self._read(self.path)
            # anew, without what is torn or stale
            lines = [{"identity": self._identity}, *({"key": k, **v} for k, v in self._records.items())]
            text = "".join(_line(line) for line in lines)
            if text != held:
                write_text(self.path, text)
            append_text(self.path, "")
        except WriteError as error:
            raise JournalError(f"{error}; give another file") from None
        except OSError as error:
            raise JournalError(
                f"{self.path} cannot be read: {error.strerror or error}; give another file"
            ) from None

    def _read(self, path: Path) -> str:
        """Take the records of the file, and return its text."""
        if not path.exists():
            return ""
        text = path.read_text(encoding="utf-8", errors="replace")
        if not text:
            return text
        head, *lines = text.splitlines()
        first = _parsed(head)
        if "identity" not in first:
            if head.startswith('{"identity"'):
                raise JournalError(
                    f"{path} holds finished claims, but its first line, which says what they depend on, is "
                    "damaged or of an earlier napore: put back a copy of it, or remove it to simulate anew"
                )
            raise JournalError(f"{path} holds something else than finished claims: give another file")
        other = first["identity"]
        self.stale = tuple(
            name for name in {**other, **self._identity} if other.get(name) != self._identity.get(name)
        )
        if not self.stale:
            found = [_parsed(line) for line in lines]
            self._records = {record.pop("key"): record for record in found if "key" in record}
        return text

    def __len__(self) -> int:
        return len(self._records)

    def get(self, key: str) -> dict[str, Any] | None:
        """Record of a key; None where it is not finished."""
        found = self._records.get(key)
        return None if found is None else dict(found)

    def add(self, key: str, record: Mapping[str, Any]) -> None:
        """Keep a record and write its line, as :meth:`update` does."""
        self.update({key: record})

    def update(self, records: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep records by key and write their lines.

        Raises
        ------
        WriteError
            Where the lines cannot be written, as on a full disk; the records are kept in memory all the same.
        """
        self._records.update({key: dict(record) for key, record in records.items()})
        if self.path is None:
            return
        try:
            append_text(self.path, "".join(_line({"key": k, **v}) for k, v in records.items()))
        except WriteError as error:
            raise error.holding(
                None, "what it held is kept: make room, and run the same again to go on"
            ) from None


def _line(content: Mapping[str, Any]) -> str:
    return json.dumps(sealed(content), allow_nan=False) + "\n"


def _parsed(line: str) -> dict[str, Any]:
    """Object of a line; empty where it is torn or changed."""
    try:
        return unsealed(json.loads(line))
    except (ValueError, RecursionError):
        return {}
