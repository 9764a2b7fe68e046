r"""Measured data: one reader for what cyclers, impedance analysers and people write.

:func:`read` says what a file holds and what had to be decided; `fit`, `gitt --data` and the page use it. A
new heading
or unit is a word in ``data/labels.toml``; a new binary format is a function in ``binary.py``. From here may
be imported what is listed below; nothing here knows of cells or models.

Examples
--------
>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     file = Path(folder) / "slow.csv"
...     _ = file.write_text("Q [mAh/g];Ewe [V]\n0;1,2\n100;0,1\n200;0,01\n", encoding="utf-8")
...     found = read(file)
>>> found.kind, found.half_cycles[0].direction, found.half_cycles[0].capacity
('curve', 'sodiation', 200.0)
"""

from .errors import MeasuredDataError, in_words_of_the_command_line, in_words_of_the_page
from .measured_file import MeasuredFile
from .reading import read, read_bytes
from .series import Hold, MeasuredCurve, MeasuredCycling, MeasuredImpedance, MeasuredRates
from .tables import Table, TableChoice, read_table, read_tables

__all__ = [
    "Hold",
    "MeasuredCurve",
    "MeasuredCycling",
    "MeasuredDataError",
    "MeasuredFile",
    "MeasuredImpedance",
    "MeasuredRates",
    "Table",
    "TableChoice",
    "in_words_of_the_command_line",
    "in_words_of_the_page",
    "read",
    "read_bytes",
    "read_table",
    "read_tables",
]
