"""Genuine files of cyclers, which are not shipped: put some into a folder and name it.

    NAPORE_CYCLER_FILES=folder pytest tests/test_contract_cycler_files.py

Each file with columns of time, current and voltage must be read with a mass of 1 mg.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from napore.measured import read

FOLDER = os.environ.get("NAPORE_CYCLER_FILES")
ENDINGS = (".mpr", ".mpt", ".nda", ".ndax", ".csv", ".txt", ".xlsx", ".bdf", ".parquet")
FILES = sorted(p for p in Path(FOLDER).rglob("*") if p.suffix.lower() in ENDINGS) if FOLDER else []


@pytest.mark.slow
@pytest.mark.skipif(not FILES, reason="NAPORE_CYCLER_FILES names no folder with files of cyclers")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_genuine_file(file: Path) -> None:
    found = read(file, mass_mg=1.0)
    if found.cycling is None:
        pytest.skip(f"a file of {found.kind}")
    assert np.all(np.diff(found.cycling.time_s) >= 0.0)
    assert np.all(np.abs(found.cycling.voltage_V) < 20.0)
    assert found.half_cycles
