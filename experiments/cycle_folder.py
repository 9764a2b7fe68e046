"""Folder of long cycling: finished cycles and the state after the last of them."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from napore.files import DamagedFileError, WriteError, make_folder, read_sealed, sealed, write_json

from .checks import ExperimentError
from .curves import Cycle, HalfCycle


class CyclingFolder:
    """Finished cycles and the state after the last of them in a folder, each file whole or not at all.

    A file with a checksum that does not fit is damaged: the run neither goes on from it nor begins anew
    over it, but says which file it is.

    Parameters
    ----------
    path
        The folder; made where it does not exist.
    identity
        What the cycles depend on; a folder of another identity is refused.

    Raises
    ------
    ExperimentError
        Where it cannot be written, holds something else, or its file of the cycles is damaged.
    """

    _CHECKPOINT = "cycling.json"

    def __init__(self, path: str | Path, identity: Mapping[str, Any]) -> None:
        self.path = Path(path)
        self._identity = json.loads(json.dumps(identity))
        try:
            make_folder(self.path)
        except WriteError as error:
            raise ExperimentError(f"{error}; give another folder") from None
        found = self._read(
            self.path / self._CHECKPOINT,
            "put back a copy of it, or give a new folder to cycle from the start",
        )
        self.content = found or {}
        if found is None:
            strange = [p.name for p in self.path.iterdir() if not p.name.startswith((".", "curve-"))]
            if strange:
                raise ExperimentError(
                    f"folder {self.path} holds files that are no cycling's, such as {strange[0]}: give a new "
                    "or an empty folder"
                )
            return
        other = found["identity"]
        for name, value in self._identity.items():
            if other.get(name) != value:
                raise ExperimentError(
                    f"folder {self.path} holds cycles with another {name} ({other.get(name)!r}, now "
                    f"{value!r}): give another folder, or the same conditions"
                )

    def write(self, content: Mapping[str, Any]) -> None:
        """Write points and state, in one file so that they belong together."""
        write_json(self.path / self._CHECKPOINT, sealed({"identity": self._identity, **content}))

    def write_curve(self, number: int, cycle: Cycle) -> None:
        """Write the curves of a cycle, before the checkpoint that counts it."""
        halves = [
            {
                name: value if isinstance(value, str) else value.tolist()
                for name, value in asdict(half).items()
            }
            for half in (cycle.first, cycle.second)
        ]
        content = {
            "identity": self._identity,
            "halves": halves,
            "plating_margin_V": cycle.plating_margin_V,
            "plated_mAh_g": cycle.plated_mAh_g,
        }
        write_json(self._curve_file(number), sealed(content))

    def curve(self, number: int) -> Cycle | None:
        """Curves of a cycle; None where they were not written."""
        content = self._read(self._curve_file(number), "remove it to go on without the curves of that cycle")
        if content is None or content["identity"] != self._identity:  # of a run whose cycles were removed
            return None
        first, second = (
            HalfCycle(half.pop("direction"), **{n: np.array(v, dtype=float) for n, v in half.items()})
            for half in content["halves"]
        )
        plated = content.get("plated_mAh_g")
        return Cycle(first, second, content["plating_margin_V"], tuple(plated) if plated else None)

    def _curve_file(self, number: int) -> Path:
        return self.path / f"curve-{number:05d}.json"

    @staticmethod
    def _read(file: Path, remedy: str) -> dict[str, Any] | None:
        try:
            return read_sealed(file)
        except DamagedFileError as error:
            raise ExperimentError(f"{file} is damaged: {error}; {remedy}") from None
        except OSError as error:
            raise ExperimentError(f"{file} cannot be read: {error.strerror or error}; {remedy}") from None
