"""The paper's full cell read both ways: its carbon formed in the cell, or cycled before. Five minutes.

Nothing is fitted. A cycled anode is usual practice and not stated in the paper; the energy on the masses of
the coatings contradicts the paper's text, which has active masses, and was found after the fact.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from napore import full_cell
from napore.experiments import energy_test
from napore.full_cells import FORMATIONS
from napore.validation import claims
from napore.validation.bench import WITH_PLATING

from .full_cell_predictions import CAPACITIES, FAST, SLOW, SLOWEST, USABLE, reported_value

SETS = ("fjh", "fjh-b", "fjh-nvp", "fjh-b-nvp", "gu2025", "gu2025_reported.toml")
CARBONS = ("fjh", "fjh-b")
LEFT_OUT = ("current_mA_g_cathode", "energy_Wh_kg_stack", "flags")


def of_cells() -> Any:
    """Each reading, set of the carbon and usable capacity of NVP at 0.05, 0.2 and 6 C, with plating."""
    found: list[dict[str, Any]] = []
    for reading in FORMATIONS:
        for carbon in CARBONS:
            for usable in CAPACITIES:
                cell = full_cell(
                    carbon,
                    "NVP",
                    reported_value("F01"),
                    options=WITH_PLATING,
                    parameters={USABLE: usable},
                    formation=reading,
                )
                made = {"reading": reading, "cell": cell.name, "usable_capacity_mAh_g_cathode": usable}
                made["inventory_mAh_g_cathode"] = cell.balance.inventory_mAh_g_cathode
                for point in energy_test(cell, (SLOWEST, SLOW, FAST)).points:
                    numbers = {n: v for n, v in asdict(point).items() if n not in LEFT_OUT}
                    found.append({**made, **numbers})
    return found


def of_claims() -> Any:
    """Claims on the full cell under each reading."""
    return {reading: claims.validate("F", reading=reading).to_dict()["claims"] for reading in FORMATIONS}


PARTS: dict[str, Callable[[], Any]] = {"cells": of_cells, "claims": of_claims}
