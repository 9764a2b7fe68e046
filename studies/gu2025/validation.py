"""Every claim of the paper beside simulation, and the rates of both carbons. Two minutes."""

from collections.abc import Callable
from functools import partial
from typing import Any

from napore.cells import half_cell
from napore.experiments import rate_test
from napore.validation import claims

from .data import thinned

SETS = ("fjh", "fjh-b", "tf", "fjh-nvp", "gu2025", "gu2025_structure.toml", "gu2025_reported.toml")
CARBONS = ("fjh", "tf")
RATES = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


def rates(carbon: str) -> dict[str, Any]:
    """Capacity and plateau over rate, and the curves that are drawn."""
    test = rate_test(half_cell(carbon), RATES)
    points = [
        {
            "rate_C": point.rate_C,
            "capacity_mAh_g": point.capacity_mAh_g,
            "plateau_capacity_mAh_g": point.plateau_capacity_mAh_g,
            "status": point.status,
        }
        for point in test.points
    ]
    curves = {
        f"{rate:g}": {
            half.direction: thinned(100, half.capacity_mAh_g, half.voltage_V)
            for half in (cycle.first, cycle.second)
        }
        for rate, cycle in test.curves.items()
    }
    return {"points": points, "curves": curves}


PARTS: dict[str, Callable[[], Any]] = {
    "claims": lambda: claims.validate().to_dict(),
    **{f"rates, {carbon}": partial(rates, carbon) for carbon in CARBONS},
}
