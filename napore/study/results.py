"""Result of a study: one record per case, as a table, CSV or Parquet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napore.files import write_bytes
from napore.results import OK, Part, Result, table_of

from .cases import StudyError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Record:
    """One case.

    Parameters
    ----------
    inputs, outputs
        Values by name; None for a number that does not exist.
    status
        ``"ok"`` or the failure: type of the error and its message in one line.
    seconds
        Time that it took; in a batch, its share.
    """

    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any] = field(default_factory=dict)
    status: str = OK
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """What a file of the case holds beside the header."""
        return {
            "inputs": dict(self.inputs),
            "outputs": dict(self.outputs),
            "status": self.status,
            "seconds": self.seconds,
        }


@dataclass(frozen=True, repr=False)
class Study(Result):
    """Finished cases of a study, in the order in which they were given.

    Parameters
    ----------
    records
        One per finished case.
    total
        Number of cases that were given.
    reused
        Number of cases that were read back from the folder and not solved again.
    header
        Versions and function.
    """

    records: tuple[Record, ...]
    total: int
    reused: int
    header: Mapping[str, Any]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Statuses of the cases."""
        named = (", ".join(f"{n} = {x}" for n, x in record.inputs.items()) for record in self.records)
        return tuple(Part(name, r.status) for name, r in zip(named, self.records, strict=True))

    @property
    def name(self) -> str:
        """Name of the function."""
        return str(self.header.get("function", ""))

    @property
    def complete(self) -> bool:
        """Whether every case has a record."""
        return len(self.records) == self.total

    @property
    def failed(self) -> tuple[Record, ...]:
        """Records of the cases that failed."""
        return tuple(record for record in self.records if record.status != OK)

    def table(self) -> "pd.DataFrame":
        """One row per case: inputs, outputs, status and seconds."""
        inputs = (name for record in self.records for name in record.inputs)
        outputs = (name for record in self.records for name in record.outputs)
        return table_of(
            ({**r.inputs, **r.outputs, "status": r.status, "seconds": r.seconds} for r in self.records),
            list(dict.fromkeys([*inputs, *outputs, "status", "seconds"])),
        )

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {**self.header, "cases": [record.to_dict() for record in self.records]}

    def to_parquet(self, path: str | Path) -> None:
        """Write :meth:`table` as Parquet, which needs pyarrow.

        Raises
        ------
        StudyError
            Where pyarrow is not installed.
        """
        if find_spec("pyarrow") is None:
            raise StudyError(
                "Parquet needs pyarrow, which is not installed: pip install 'napore[parquet]', or write CSV"
            )
        write_bytes(path, self.table().to_parquet(index=False))
