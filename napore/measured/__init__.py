r"""Measured data: files of cyclers and impedance analysers, read without guessing.

Examples
--------
>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     file = Path(folder) / "slow.csv"
...     _ = file.write_text("Q [mAh/g];Ewe [V]\n0;1,2\n100;0,1\n200;0,01\n", encoding="utf-8")
...     read_curve(file, "sodiation").capacity
200.0
"""

from .errors import MeasuredDataError
from .series import (
    MeasuredCurve,
    MeasuredCycling,
    MeasuredImpedance,
    MeasuredRates,
    read_curve,
    read_cycling,
    read_impedance,
    read_rates,
)
from .tables import Table, read_table

__all__ = [
    "MeasuredCurve",
    "MeasuredCycling",
    "MeasuredDataError",
    "MeasuredImpedance",
    "MeasuredRates",
    "Table",
    "read_curve",
    "read_cycling",
    "read_impedance",
    "read_rates",
    "read_table",
]
