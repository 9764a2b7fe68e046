"""What a validation depends on: versions, model, and the numbers of every set that it uses."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from napore.parameters.ageing import load_ageing
from napore.parameters.provenance import Entry
from napore.parameters.sets import load_set
from napore.parameters.structure import structure_entries

from .bench import AGEING, AGEING_NAME, FULL, STRUCTURE

HALF_CELLS = ("fjh", "fjh-b", "tf")
"""Sets of half cells that the claims are simulated with."""


def entries_of(name: str) -> Mapping[str, Entry]:
    """Entries of a set, of the ageing or of the model of structure."""
    if name == AGEING:
        return load_ageing(AGEING_NAME).entries
    return structure_entries() if name == STRUCTURE else load_set(name).entries


def sets_sha256() -> dict[str, str]:
    """Hash of the numbers and ranges of each set."""
    return {name: _hash(entries_of(name)) for name in (*HALF_CELLS, FULL, AGEING, STRUCTURE)}


def _hash(entries: Mapping[str, Entry]) -> str:
    listed = sorted((name, entry.value, entry.kind, entry.allowed) for name, entry in entries.items())
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()[:16]


@cache
def code_sha256() -> str:
    """Hash of the package's modules and data: a claim that was checked by other code is not read back."""
    root = Path(__file__).parent.parent
    folders = [root / "napore"] if (root / "napore").is_dir() else [root]
    sums = hashlib.sha256()
    for folder in folders:
        for file in sorted(_files(folder)):
            sums.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    return sums.hexdigest()[:16]


def _files(folder: Path) -> list[Path]:
    parts = ("models", "parameters", "experiments", "validation")
    inside = [folder, *(folder / part for part in parts)]
    return [
        file
        for place in inside
        for kind in ("*.py", "*.toml")
        for file in (place.glob(kind) if place == folder else place.rglob(kind))
    ]


def identity(model: str, changes: Mapping[str, Mapping[str, float]] | None = None) -> dict[str, Any]:
    """Versions, model, changed numbers and hashes of the sets."""
    found: dict[str, Any] = {"napore": version("napore"), "pybamm": version("pybamm"), "model": model}
    if changes:
        found["changes"] = changes
    return found | {f"set {name}": value for name, value in sets_sha256().items()}
