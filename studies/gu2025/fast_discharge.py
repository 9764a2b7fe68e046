"""What would explain the paper's capacity at 6 C: each resistance and transport, one at a time.

What is found goes into no parameter set: the number has the role "predict".
"""

import math
from collections.abc import Mapping
from typing import Any, Final

from scipy import optimize

from napore.experiments import energy_test
from napore.full_cells import FullCell

from .full_cell_predictions import FAST, SLOW, reported_value

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


def explanations_of_fast_capacity(
    cell: FullCell, capacity: float | None = None, *, cycles: int = 3
) -> list[dict[str, Any]]:
    """Each input that could limit 6 C, and what it would have to be, the others at their values.

    Parameters
    ----------
    cell
        Full cell with the option "contact resistance": "true".
    capacity
        At 6 C, charged at 6 C [mAh/g of cathode]; the paper's where None.
    cycles
        Cycles at each rate; the last one counts.

    Returns
    -------
    list of dict
        ``value``, ``low`` and ``high`` of an input; the least capacity at the ends of its range; what is
        ``needed`` (None where nothing gives it), whether that is ``inside`` the range, and the capacity with
        it at 0.2 C.
    """
    wanted = reported_value("F04") if capacity is None else capacity
    found = []
    for name in (*_FACTORS, CONTACT):
        entry = cell.source.entries[name]
        low, high = entry.allowed or (entry.value, entry.value)
        ends = [fast_capacity(cell, {name: end}, cycles=cycles) for end in (low, high)]

        def excess(place: float, name: str = name, value: float = entry.value) -> float:
            return fast_capacity(cell, {name: _at(name, value, place)}, cycles=cycles) - wanted

        needed = slow = None
        if excess(0.0) > 0.0 > excess(1.0):
            needed = _at(name, entry.value, float(optimize.brentq(excess, 0.0, 1.0, xtol=1e-3)))
            changed = cell.with_numbers({name: needed}, allow_unusual=True)
            slow = energy_test(changed, SLOW, cycles=cycles).points[0].capacity_mAh_g_cathode
        found.append(
            {
                **{"cell": cell.name, "parameter": name, "value": entry.value, "low": low, "high": high},
                "worst_capacity_mAh_g": min(filter(math.isfinite, ends), default=None),
                "needed": needed,
                "inside": needed is not None and low <= needed <= high,
                "slow_capacity_mAh_g": slow,
            }
        )
    return found


def _at(name: str, value: float, place: float) -> float:
    """Input between its value (place 0) and the farthest that is looked at (1)."""
    return place * _MOST_CONTACT_OHM if name == CONTACT else value * _FACTORS[name] ** place
