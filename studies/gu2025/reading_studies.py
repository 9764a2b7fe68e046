"""Both readings of the paper's full cell side by side: where the energy goes, what decides, equal sodium.

And the shares of the inputs in the spread at 6 C. Ten minutes.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from napore import energy_test, energy_waterfall, full_cell, study
from napore.designs.sensitivity import sensitivity
from napore.full_cells import FORMATIONS, FullCell
from napore.validation.bench import WITH_PLATING

from . import data
from .energy_check import EFFICIENCY, bare
from .fast_band import CONTACT, RANGES, delivered
from .full_cell_predictions import FAST, SLOW, SLOWEST, reported_value
from .readings import CARBONS

SETS = ("fjh", "fjh-b", "fjh-nvp", "fjh-b-nvp", "gu2025_reported.toml")
STATED, CYCLED = FORMATIONS
POINTS = 128
LEAST = 0.01
"""Change of an output over itself above which an input of the stated cell is varied here."""
PRESODIATION = "Carbon electrode presodiation [mA.h.g-1]"


def of_waterfalls() -> Any:
    """Waterfalls of both sets with a cycled anode."""
    cells = [full_cell(carbon, formation=CYCLED) for carbon in CARBONS]
    return [bare(energy_waterfall(cell, rate)) for cell in cells for rate in (SLOWEST, SLOW, FAST)]


def of_equal_sodium() -> Any:
    """The stated cell, the same with as much sodium as the cycled one has, and that one."""
    found = []
    for carbon in CARBONS:
        stated, cycled = (
            full_cell(carbon, options=WITH_PLATING, formation=reading) for reading in FORMATIONS
        )
        gap = cycled.balance.inventory_mAh_g_cathode - stated.balance.inventory_mAh_g_cathode
        added = {PRESODIATION: gap / reported_value("F01")}
        more = full_cell(carbon, options=WITH_PLATING, parameters=added)
        for way, cell in (("stated", stated), ("presodiated", more), ("pre-cycled", cycled)):
            found += [{"carbon": carbon, "way": way, **added, **one} for one in _points(cell)]
    return found


def _points(cell: FullCell) -> list[dict[str, Any]]:
    names = ("rate_C", "capacity_mAh_g_cathode", "energy_Wh_kg_active", "energy_Wh_kg_electrodes")
    points = [asdict(point) for point in energy_test(cell, (SLOW, FAST)).points]
    sodium = {"inventory_mAh_g_cathode": cell.balance.inventory_mAh_g_cathode}
    return [
        {**sodium, **{name: one[name] for name in (*names, "plating_margin_V", "plated_mAh_g")}}
        for one in points
    ]


def of_sensitivity() -> Any:
    """Inputs that move the stated cell by more than 1 %, at the ends of their ranges with a cycled anode."""
    rows = data.read("energy_check")["sensitivity"][0]["rows"]
    names = {row["parameter"] for row in rows if row["span"] > LEAST * row["nominal"]} - {EFFICIENCY}
    cell = full_cell(CARBONS[0], model="SPMe", formation=CYCLED)
    return bare(sensitivity(cell, names=sorted(names), cycles=1))


def of_shares() -> Any:
    """Sobol's indices of the capacity at 6 C in the stated cell, without the contact resistance."""
    cell = full_cell(CARBONS[0], model="SPMe", options=WITH_PLATING)
    bounds = {
        name: (low, high, "log") if logarithmic else (low, high)
        for name, (low, high, logarithmic) in RANGES.items()
        if name != CONTACT
    }

    cycles = study.FullCycles(cell, cycles=1, varied=tuple(bounds))
    done = study.sobol(cycles, bounds, delivered, POINTS, held={"rate_C": FAST}, seed=1)
    return {name: value for name, value in done.to_dict().items() if name not in done.header}


PARTS: dict[str, Callable[[], Any]] = {
    "waterfalls": of_waterfalls,
    "equal sodium": of_equal_sodium,
    "sensitivity": of_sensitivity,
    "shares": of_shares,
}
