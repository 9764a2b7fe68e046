"""Structure of the carbons of Gu et al. 2025: sizes that are assumed, spacings and areas as reported."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

from .provenance import Entry, nearest, read_entries
from .reported import reported

CARBONS = ("fjh", "tf")
"""Carbons whose structure is known in part."""


@dataclass(frozen=True)
class CarbonStructure:
    """Structure of one carbon, SI.

    Parameters
    ----------
    name
        ``"fjh"`` or ``"tf"``.
    diameter, height
        Crystallite sizes La and Lc [m], assumed.
    spacing
        Interlayer spacing [m], HRTEM (S01).
    bet_area, closed_area
        Open area by nitrogen and area of closed pores by SAXS [m2/kg] (S02, S03).
    raman_ratio
        ``I_D/I_G`` [-] (S04); None where the text has no number.
    """

    name: str
    diameter: float
    height: float
    spacing: float
    bet_area: float
    closed_area: float
    raman_ratio: float | None

    @property
    def area(self) -> float:
        """Open and closed area [m2/kg]."""
        return self.bet_area + self.closed_area


@cache
def structure_entries() -> Mapping[str, Entry]:
    """Numbers of the structure that are not the paper's own, with provenance."""
    with as_file(files("napore.parameters") / "data" / "gu2025_structure.toml") as path:
        return read_entries(path)


def structure_number(name: str) -> float:
    """One number of :func:`structure_entries`, by name.

    Examples
    --------
    >>> structure_number("Graphite density [kg.m-3]")
    2260.0
    """
    return structure_entries()[name].value


def load_structure(name: str) -> CarbonStructure:
    """Structure of a carbon by its short name.

    Raises
    ------
    ValueError
        For a carbon whose structure is not known; names the nearest.

    Examples
    --------
    >>> round(1e9 * load_structure("fjh").spacing, 3)  # nm
    0.379
    """
    if name not in CARBONS:
        raise ValueError(
            f"no structure of {name!r} is known{nearest(name, CARBONS)} (known: {', '.join(CARBONS)})"
        )
    rows = {row.id: row.value for row in reported()}

    def measured(row: str) -> float:
        value = rows[f"{row}.{name}"]
        assert value is not None
        return float(value)

    ratio = rows[f"S04.{name}"]
    return CarbonStructure(
        name=name,
        diameter=structure_number(f"{name.upper()} crystallite diameter La [m]"),
        height=structure_number(f"{name.upper()} crystallite height Lc [m]"),
        spacing=measured("S01") * 1e-9,
        bet_area=measured("S02") * 1e3,
        closed_area=measured("S03") * 1e3,
        raman_ratio=None if ratio is None else float(ratio),
    )
