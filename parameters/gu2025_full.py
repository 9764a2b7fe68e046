"""Full cells of Gu et al., Chem. Eng. J. 2025, 159331, and the same with the other carbon."""

from functools import cache
from typing import Any, Final

from . import gu2025
from .full_cell import Pair, full_cell_values, merged_entries
from .provenance import Entry, read_entries

__all__ = ["FULL_CELLS", "defaults", "entries", "fjh_b_nvp", "fjh_nvp", "tf_nvp"]

FULL_CELLS: Final = {
    "fjh-nvp": ("fjh", "nvp"),
    "fjh-b-nvp": ("fjh-b", "nvp"),
    "tf-nvp": ("tf", "nvp"),
}
"""Short names of carbon and cathode by the short name of the full cell."""


@cache
def cathode_entries() -> dict[str, Entry]:
    """Entries of the cathode alone, without those of the half cell around it."""
    return read_entries(gu2025.DATA / "gu2025_nvp.toml")


@cache
def defaults() -> dict[str, Entry]:
    """Entries that a full cell needs beside those of its electrodes."""
    return read_entries(gu2025.DATA / "gu2025_full.toml")


@cache
def entries(name: str) -> dict[str, Entry]:
    """Entries of a full cell by its short name."""
    return merged_entries(gu2025.entries(FULL_CELLS[name][0]), cathode_entries(), defaults())


def _values(name: str) -> dict[str, Any]:
    return full_cell_values({n: e.value for n, e in entries(name).items()}, Pair(gu2025.CLASSES))


def fjh_nvp() -> dict[str, Any]:
    """Anthracite by flash Joule heating against Na3V2(PO4)3 at 2 : 5 (``Gu2025_FJH_NVP``)."""
    return _values("fjh-nvp")


def fjh_b_nvp() -> dict[str, Any]:
    """The same with the carbon's second set of fitted numbers (``Gu2025_FJH_b_NVP``)."""
    return _values("fjh-b-nvp")


def tf_nvp() -> dict[str, Any]:
    """Anthracite from the tube furnace against Na3V2(PO4)3 at 2 : 5 (``Gu2025_TF_NVP``)."""
    return _values("tf-nvp")
