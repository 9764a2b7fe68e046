"""Best mass ratio of both readings over what the literature leaves open, beside the paper's 2 : 5.

Each draw is a cell of its own whose mass ratio is chosen again: the band is of the recommendation, not of one
cell's energy. The carbon is not fitted again to a draw.
"""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import product
from typing import Any, Final

import numpy as np

from napore import full_cell, study
from napore.experiments.base import OK
from napore.full_cells import FORMATIONS, RATIO, FormationName

from .fast_band import CONTACT, drawn
from .fast_band import RANGES as FAST_RANGES
from .full_cell_predictions import FAST, SLOW, USABLE, reported_value
from .readings import CARBONS

SETS = ("fjh", "fjh-b", "fjh-nvp", "fjh-b-nvp", "gu2025_reported.toml")
DRAWS: Final = 64
RATIOS: Final = tuple(round(0.25 + 0.025 * step, 3) for step in range(15))

RANGES: Final[Mapping[str, tuple[float, float, bool]]] = {
    **{name: ends for name, ends in FAST_RANGES.items() if name != CONTACT},
    # as the sets have them, with their sources there
    USABLE: (110.0, 117.6, False),
    "Carbon electrode initial coulombic efficiency": (0.87, 0.885, False),
}
"""As :data:`.fast_band.RANGES`, without the contact, with what decides how much sodium there is."""


def best_ratios(reading: FormationName, carbon: str, count: int = DRAWS) -> list[dict[str, Any]]:
    """Best mass ratio at 0.2 and 6 C, of the central cell (draw 0) and of each draw."""
    cell = full_cell(carbon, "NVP", reported_value("F01"), model="SPMe", formation=reading)
    cycles = study.FullCycles(cell, cycles=1, varied=(*RANGES, RATIO))
    at = [{RATIO: ratio, "rate_C": rate} for rate, ratio in product((SLOW, FAST), RATIOS)]
    cells = drawn(RANGES, count)
    records = [
        *study.run(cycles, at).records,
        *study.run(cycles, [{**numbers, **point} for numbers in cells for point in at]).records,
    ]
    places = list(product(range(count + 1), (SLOW, FAST)))
    rows = [records[start : start + len(RATIOS)] for start in range(0, len(records), len(RATIOS))]
    return [
        {"draw": draw, "rate_C": rate, **_best(list(zip(RATIOS, row, strict=True)))}
        for (draw, rate), row in zip(places, rows, strict=True)
    ]


def _best(points: list[tuple[float, study.Record]]) -> dict[str, Any]:
    """Ratio with most energy on active masses among those without plating, and the paper's own."""
    solved = {ratio: one.outputs for ratio, one in points if one.status == OK}
    safe = {ratio: one for ratio, one in solved.items() if one["plating_margin_V"] >= 0.0}
    energy = {ratio: float(one["energy_Wh_kg_active"]) for ratio, one in safe.items()}
    best = max(energy, key=lambda ratio: energy[ratio]) if energy else None
    paper = solved.get(float(np.round(reported_value("F01"), 3)))
    return {
        "mass_ratio": best,
        "energy_Wh_kg_active": None if best is None else round(energy[best], 1),
        "energy_at_the_papers_Wh_kg_active": paper and round(float(paper["energy_Wh_kg_active"]), 1),
        "margin_at_the_papers_V": paper and round(float(paper["plating_margin_V"]), 4),
        "failed": len(points) - len(solved),
    }


PARTS: dict[str, Callable[[], Any]] = {
    f"{reading}, {carbon}": partial(best_ratios, reading, carbon)
    for reading in FORMATIONS
    for carbon in CARBONS
}
