"""What the items of the audit are computed from: reported numbers, entries of the sets, isotherms."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from napore.cells import half_cell
from napore.models.constants import REFERENCE_TEMPERATURE
from napore.models.isotherm import Isotherm
from napore.models.laws import large_classes
from napore.parameters.reported import reported
from napore.parameters.sets import load_set


@dataclass(frozen=True)
class AuditItem:
    """One consequence of the paper's numbers.

    Parameters
    ----------
    id
        1 to 13.
    statement
        In words, with the numbers.
    values
        Numbers of the statement by name, unit in the name.
    """

    id: int
    statement: str
    values: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Id, statement and values."""
        return asdict(self)


@cache
def rows() -> dict[str, float]:
    """Reported numbers by id; ends of a band as ``id.lower`` and ``id.upper``."""
    found: dict[str, float] = {}
    for row in reported():
        if row.value is not None and not isinstance(row.value, bool):
            found[row.id] = row.value
        if row.lower is not None and row.upper is not None:
            found |= {f"{row.id}.lower": row.lower, f"{row.id}.upper": row.upper}
    return found


@cache
def numbers_of(name: str) -> Mapping[str, float]:
    """Numbers of a shipped set by name."""
    return load_set(name).numbers


@cache
def isotherm_of(name: str) -> Isotherm:
    """Equilibrium isotherm of a carbon."""
    return half_cell(name, "SPM").isotherm


def plateau_potentials(name: str) -> list[float]:
    """Where the pores of a carbon's plateau are half full, ascending [V vs Na+/Na].

    Those that fill above the cut-off, without the population of large pores, which fill on the tail below it.
    """
    carbon, pores = load_set(name), isotherm_of(name).pores
    small = carbon.classes - large_classes(carbon.law, carbon.classes)
    found = (float(pores.half_filling(k, REFERENCE_TEMPERATURE)) for k in range(small))
    return sorted(E for E in found if carbon.numbers["Lower voltage cut-off [V]"] < E)


def range_of(name: str, key: str) -> tuple[float, float]:
    """Written range of an entry of a set."""
    allowed = load_set(name).entries[key].allowed
    assert allowed is not None
    return allowed
