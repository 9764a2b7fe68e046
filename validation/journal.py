"""Journal: records of a long run on disk, one line each as it is finished."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from napore.experiments.records import write_text

__all__ = ["Journal", "JournalError"]


class JournalError(ValueError):
    """A file that cannot be a journal; the message says what to give in its place."""


class Journal:
    """Records by key in a file of JSON lines; the first line says what they depend on.

    A line is written as soon as its record is finished, so that a run that was stopped, by Ctrl-C or by a
    kill, goes on where it was. A torn last line is left out. Records of another identity are dropped.

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
        Where it cannot be written, or holds something else.
    """

    def __init__(self, path: str | Path | None, identity: Mapping[str, Any]) -> None:
        self.path = None if path is None else Path(path)
        self.stale: tuple[str, ...] = ()
        self._identity = json.loads(json.dumps(identity))
        self._records: dict[str, Any] = {}
        if self.path is None:
            return
        try:
            self._read(self.path)
            # anew, without what is torn or stale
            lines = [{"identity": self._identity}, *({"key": k, **v} for k, v in self._records.items())]
            write_text(self.path, "".join(_line(line) for line in lines))
        except OSError as error:
            raise JournalError(
                f"{self.path} cannot be used: {error.strerror or error}; give another file"
            ) from None

    def _read(self, path: Path) -> None:
        if not path.exists():
            return
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        found = [_parsed(line) for line in lines]
        if not found:
            return
        if "identity" not in found[0]:
            raise JournalError(f"{path} holds something else than finished claims: give another file")
        other = found[0]["identity"]
        self.stale = tuple(
            name for name in {**other, **self._identity} if other.get(name) != self._identity.get(name)
        )
        if not self.stale:
            self._records = {record.pop("key"): record for record in found[1:] if "key" in record}

    def __len__(self) -> int:
        return len(self._records)

    def get(self, key: str) -> dict[str, Any] | None:
        """Record of a key; None where it is not finished."""
        found = self._records.get(key)
        return None if found is None else dict(found)

    def add(self, key: str, record: Mapping[str, Any]) -> None:
        """Keep a record and write its line."""
        self._records[key] = dict(record)
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(_line({"key": key, **record}))


def _line(content: Mapping[str, Any]) -> str:
    return json.dumps(content, allow_nan=False) + "\n"


def _parsed(line: str) -> dict[str, Any]:
    """Object of a line; empty where it is torn."""
    try:
        content = json.loads(line)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
