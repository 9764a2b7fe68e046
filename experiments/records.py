"""Results on file, and the header that every JSON carries."""

from abc import ABC, abstractmethod
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from napore.cells import Cell
from napore.files import write_csv, write_json

__all__ = ["Record", "header"]


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
