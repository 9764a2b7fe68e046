"""Folder of a study: one file per case, written whole or not at all."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from napore.files import WriteError, make_folder, settle_folder, write_json

from .cases import StudyError
from .keys import Identity
from .results import Record

_HEADER = "study.json"
_CASE = re.compile(r"[0-9a-f]{64}\.json")


class Folder:
    """Records of a study on file; made where it does not exist.

    Parameters
    ----------
    path
        The folder.
    identity
        Of the study.
    names
        Names of the inputs.

    Raises
    ------
    StudyError
        Where it cannot be written, or holds another study or other files.
    """

    def __init__(self, path: str | Path, identity: Identity, names: list[str]) -> None:
        self.path = Path(path)
        self._identity = identity
        try:
            make_folder(self.path)
            self._claim(names)
        except WriteError as error:
            raise StudyError(f"{error}; give another folder") from None

    def _claim(self, names: list[str]) -> None:
        """Make this the folder of the study, unless it is another's."""
        header = _read(self.path / _HEADER)
        if header is None:
            strange = next(self._strange(), None)
            if strange is not None:
                raise StudyError(
                    f"folder {self.path} holds files that are no study's, such as {strange}: "
                    "give a new or an empty folder"
                )
        elif header.get("function") != self._identity.function:
            raise StudyError(
                f"folder {self.path} holds a study of {header.get('function')}, not of "
                f"{self._identity.function}: give another folder"
            )
        elif header.get("inputs") != sorted(names):
            raise StudyError(
                f"folder {self.path} holds a study of the inputs {header.get('inputs')}, not of "
                f"{sorted(names)}: give another folder"
            )
        content = {**self._identity.header, "inputs": sorted(names)}
        if header != content:
            write_json(self.path / _HEADER, content)

    def _strange(self) -> Iterator[str]:
        for entry in self.path.iterdir():
            known = entry.name == _HEADER or _CASE.fullmatch(entry.name)
            if not known and not entry.name.startswith("."):  # such as what a killed write left
                yield entry.name

    def read(self, key: str) -> Record | None:
        """Record of a case; None where there is none, or where its file is torn."""
        content = _read(self.path / f"{key}.json")
        if content is None:
            return None
        try:
            record = Record(
                dict(content["inputs"]),
                dict(content["outputs"]),
                str(content["status"]),
                float(content["seconds"]),
            )
            return record if self._identity.key(dict(record.inputs)) == key else None
        except (KeyError, TypeError, ValueError):
            return None

    def write(self, key: str, record: Record) -> None:
        """Write the record of a case; :meth:`settle` comes after the last of several.

        Raises
        ------
        WriteError
            Where it cannot be written.
        """
        content = {**self._identity.header, **record.to_dict()}
        write_json(self.path / f"{key}.json", content, settle=False)

    def settle(self) -> None:
        """Bring the names of the records to the disk; their content is there."""
        settle_folder(self.path)


def _read(file: Path) -> dict[str, Any] | None:
    """Content of a file; None where it does not exist or is no whole JSON object.

    Raises
    ------
    StudyError
        Where it cannot be read.
    """
    try:
        content = json.loads(file.read_bytes(), parse_constant=_no_constant)
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    except OSError as error:
        raise StudyError(f"{file} cannot be read: {error.strerror or error}; remove it") from None
    return content if isinstance(content, dict) else None


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
