"""What would explain the paper's capacity at 6 C: each resistance and transport, one at a time.

What is found goes into no parameter set: the number has the role "predict".
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scipy import optimize

from napore.experiments import energy_test
from napore.full_cells import FullCell
from napore.results import progress_bar

from .full_cell_predictions import FAST, SLOW, reported_value

__all__ = ["Explanation", "explanations_of_fast_capacity", "fast_capacity"]

CONTACT: Final = "Contact resistance [Ohm]"

_FACTORS: Final[Mapping[str, float]] = {
    "Cathode particle reference diffusivity [m2.s-1]": 1e-3,
    "Cathode particle radius [m]": 30.0,
    "Cathode electrode reference exchange-current density [A.m-2]": 1e-5,
    "Cathode electrode conductivity [S.m-1]": 1e-6,
    "Electrolyte reference conductivity [S.m-1]": 1e-2,
    "Electrolyte reference diffusivity [m2.s-1]": 3e-2,
    "Separator thickness [m]": 20.0,
}
"""Inputs that could limit the discharge, and how far from its value each is looked for."""

_MOST_CONTACT_OHM: Final = 1000.0


def fast_capacity(
    cell: FullCell,
    changes: Mapping[str, float] | None = None,
    *,
    charge_rate: float | None = None,
    cycles: int = 3,
) -> float:
    """Capacity at 6 C [mAh/g of cathode] with other numbers; 0 where nothing is delivered, NaN unsolved."""
    changed = cell.with_numbers(changes, allow_unusual=True) if changes else cell
    (point,) = energy_test(changed, FAST, charge_rate=charge_rate, cycles=cycles).points
    if point.status.startswith("no capacity"):
        return 0.0
    return math.nan if point.capacity_mAh_g_cathode is None else point.capacity_mAh_g_cathode


@dataclass(frozen=True)
class Explanation:
    """What one input would have to be for a reported capacity at 6 C; None where nothing gives it.

    Parameters
    ----------
    cell, parameter
        Name of the cell and of the input.
    value, low, high
        Of the parameter set, with its range.
    worst_capacity_mAh_g
        Least capacity at the ends of the range.
    needed
        The input with which the capacity is the reported one.
    inside
        Whether that lies in the range.
    slow_capacity_mAh_g, slow_energy_Wh_kg
        With it, at 0.2 C.
    """

    cell: str
    parameter: str
    value: float
    low: float
    high: float
    worst_capacity_mAh_g: float | None
    needed: float | None
    inside: bool
    slow_capacity_mAh_g: float | None = None
    slow_energy_Wh_kg: float | None = None


def explanations_of_fast_capacity(
    cell: FullCell, capacity: float | None = None, *, cycles: int = 3, progress: bool = False
) -> tuple[Explanation, ...]:
    """Each input that could limit 6 C, and what it would have to be, the others at their values.

    Parameters
    ----------
    cell
        Full cell with the option "contact resistance": "true".
    capacity
        At 6 C, charged at 6 C [mAh/g of cathode]; the paper's where None.
    cycles, progress
        As for :func:`predictions`.
    """
    wanted = reported_value("F04") if capacity is None else capacity
    entries = cell.source.entries
    found = []
    for name in progress_bar("6 C", "input", (*_FACTORS, CONTACT), show=progress):
        entry = entries[name]
        low, high = entry.allowed or (entry.value, entry.value)
        ends = [fast_capacity(cell, {name: end}, cycles=cycles) for end in (low, high)]
        solved = [end for end in ends if math.isfinite(end)]

        def excess(place: float, name: str = name, value: float = entry.value) -> float:
            return fast_capacity(cell, {name: _at(name, value, place)}, cycles=cycles) - wanted

        needed = None
        if excess(0.0) > 0.0 > excess(1.0):
            needed = _at(name, entry.value, float(optimize.brentq(excess, 0.0, 1.0, xtol=1e-3)))
        slow = (
            None
            if needed is None
            else energy_test(
                cell.with_numbers({name: needed}, allow_unusual=True), SLOW, cycles=cycles
            ).points[0]
        )
        found.append(
            Explanation(
                cell.name,
                name,
                entry.value,
                low,
                high,
                min(solved, default=None),
                needed,
                needed is not None and low <= needed <= high,
                None if slow is None else slow.capacity_mAh_g_cathode,
                None if slow is None else slow.energy_Wh_kg_active,
            )
        )
    return tuple(found)


def _at(name: str, value: float, place: float) -> float:
    """Input between its value (place 0) and the farthest that is looked at (1)."""
    return place * _MOST_CONTACT_OHM if name == CONTACT else value * _FACTORS[name] ** place
