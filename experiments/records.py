"""Results on file: the header that every JSON carries, null in the place of NaN, whole files only."""

import json
import math
import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from napore.cells import Cell

__all__ = ["Record", "header", "write_csv", "write_json", "write_text"]


class Record(ABC):
    """A result that writes itself whole or not at all."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes: versions, model, hash of the parameters, and the results."""

    @abstractmethod
    def table(self) -> pd.DataFrame:
        """Rows with the units in the names of the columns."""

    def to_json(self, path: str | Path) -> None:
        """Write :meth:`to_dict`; numbers that do not exist become null."""
        write_json(path, self.to_dict())

    def to_csv(self, path: str | Path) -> None:
        """Write :meth:`table`."""
        write_csv(path, self.table())


def header(cell: Cell) -> dict[str, str]:
    """Versions, model and hash of the parameters that a result was made with."""
    return {
        "napore": version("napore"),
        "pybamm": version("pybamm"),
        "model": cell.model_name,
        "parameters_sha256": cell.sha256,
    }


def write_json(path: str | Path, content: Mapping[str, Any]) -> None:
    """Write ``content``; numbers that do not exist become null."""
    write_text(path, json.dumps(_without_nan(content), indent=1, allow_nan=False) + "\n")


def write_csv(path: str | Path, table: pd.DataFrame) -> None:
    """Write ``table`` without its index."""
    write_text(path, table.to_csv(index=False))


def _without_nan(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _without_nan(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(v) for v in value]
    if isinstance(value, float):  # numpy's double is one
        return float(value) if math.isfinite(value) else None
    return value


def write_text(path: str | Path, text: str) -> None:
    """Write a whole file or none; what is no regular file (a pipe, a terminal) is written to."""
    path = Path(path)
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    target = path.resolve()
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, target.stat().st_mode if target.exists() else 0o666 & ~mask)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
