"""The one list of what is shipped, ``data/catalogue.toml``, and the numbers behind each row of it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from .provenance import DATA, Entry, read_entries


@dataclass(frozen=True)
class ShippedCell:
    """A row of the catalogue.

    Parameters
    ----------
    long_name, pybamm_set
        Name in Python and name of the PyBaMM set.
    kind
        ``"carbon"`` or ``"cathode"`` (half cells) or ``"full"``.
    files
        Files of its numbers under ``parameters/data``; a later one replaces entries of an earlier one.
    source
        Who made the cell.
    electrodes
        Of a full cell: short names of carbon and cathode.
    """

    long_name: str
    pybamm_set: str
    kind: str
    files: tuple[str, ...]
    source: str
    electrodes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What it is, in one line."""
        return f"{self.long_name} {'full cell' if self.electrodes else 'against sodium'}, {self.source}"


_OF_THE_FOIL = ("Negative electrode", "Sodium metal")
_OF_THE_COLLECTOR = ("Positive current collector", "Positive tab")

_ROWS: Final[dict[str, Any]] = tomllib.loads((DATA / "catalogue.toml").read_text("utf-8"))


def _row(row: Mapping[str, Any]) -> ShippedCell:
    lists = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    return ShippedCell(**{**row, **lists})


CATALOGUE: Final[dict[str, ShippedCell]] = {short: _row(row) for short, row in _ROWS["cell"].items()}
"""Cells by short name."""

AGEING: Final[dict[str, str]] = _ROWS["ageing"]
"""File of each ageing by name; the numbers that are not fitted are in ``gu2025_ageing``."""

ELECTROLYTES: Final[dict[str, str]] = _ROWS["electrolyte"]
"""File of each electrolyte by name."""


@dataclass(frozen=True)
class ShippedCathode:
    """A cathode that is no half cell of the catalogue.

    Parameters
    ----------
    long_name
        Name in Python.
    pybamm_set, source
        PyBaMM's set whose positive electrode it is, and what that is.
    file
        Of a template that a user's file fills, under ``parameters/data``.
    """

    long_name: str
    pybamm_set: str = ""
    source: str = ""
    file: str = ""


ELECTRODES: Final = {short: ShippedCathode(**row) for short, row in _ROWS["electrode"].items()}
"""Cathodes of PyBaMM's sets, by short name."""

TEMPLATES: Final = {short: ShippedCathode(**row) for short, row in _ROWS["template"].items()}
"""Cathodes that a user's file fills, by short name."""

NAMES: Final[dict[str, tuple[str, str]]] = {
    short: (row.long_name, row.pybamm_set) for short, row in CATALOGUE.items()
}
"""Short name: (long name, name of the PyBaMM set)."""

FULL_CELLS: Final = {s: (r.electrodes[0], r.electrodes[1]) for s, r in CATALOGUE.items() if r.electrodes}
"""Short names of carbon and cathode by the short name of the full cell."""

FIRST_OF_KIND: Final = {
    kind: next(short for short, row in CATALOGUE.items() if row.kind == kind)
    for kind in ("carbon", "cathode", "full")
}
"""Kind of a cell: the first cell of it, which shows its numbers and is the default."""


def names_of_kind(kind: str) -> dict[str, str]:
    """Long name of each shipped cell of a kind by its short one.

    Examples
    --------
    >>> names_of_kind("cathode")
    {'nvp': 'NVP'}
    """
    return {short: row.long_name for short, row in CATALOGUE.items() if row.kind == kind}


def short_name(name: str) -> str | None:
    """Short name of a set given by short, long or PyBaMM name; None where it is none of them."""
    for short, others in NAMES.items():
        if name.lower() in (short, *(other.lower() for other in others)):
            return short
    return None


@cache
def shipped_entries(short: str) -> dict[str, Entry]:
    """Entries of a shipped cell, fitted numbers included."""
    row = CATALOGUE[short]
    if row.electrodes:
        carbon, cathode = row.electrodes
        return pair_entries(shipped_entries(carbon), cathode_entries(shipped_entries(cathode)), row.files)
    return _of_files(row.files)


def pair_entries(
    carbon: Mapping[str, Entry],
    cathode: Mapping[str, Entry],
    files: tuple[str, ...] = CATALOGUE[FIRST_OF_KIND["full"]].files,
) -> dict[str, Entry]:
    """Entries of a full cell from those of a carbon's half cell and of a cathode alone.

    The sodium foil goes; the carbon's current collector becomes the negative one.

    Parameters
    ----------
    carbon, cathode
        Entries of the carbon's half cell, and :func:`cathode_entries`.
    files
        What the cell needs besides; without them that of the first full cell.
    """
    found: dict[str, Entry] = {}
    for name, entry in carbon.items():
        if name.startswith(_OF_THE_FOIL):
            continue
        if name.startswith(_OF_THE_COLLECTOR):
            own = name.replace("Positive", "Negative", 1)
            found[own] = replace(entry, name=own)
        found[name] = entry
    return found | dict(cathode) | _of_files(files)


def cathode_entries(half_cell: Mapping[str, Entry] | None = None) -> dict[str, Entry]:
    """Entries of a cathode alone, without those of the half cell around it; of the first one by default."""
    shown = FIRST_OF_KIND["cathode"]
    own = read_entries(DATA / f"{CATALOGUE[shown].files[-1]}.toml")
    found = shipped_entries(shown) if half_cell is None else half_cell
    return {name: entry for name, entry in found.items() if name in own}


def _of_files(files: tuple[str, ...]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for file in files:
        found |= read_entries(DATA / f"{file}.toml")
    return found
