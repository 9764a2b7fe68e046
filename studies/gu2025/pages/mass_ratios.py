"""The best mass ratio with its band on docs/energy_check.md."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from napore.full_cells import FORMATIONS

from .. import data
from ..full_cell_predictions import FAST, SLOW, reported_value
from ..mass_ratios import DRAWS, RATIOS
from ..readings import CARBONS
from .readings import WORDS

Rows = list[dict[str, Any]]


def quantiles(rows: Rows, rate: float) -> tuple[float, float, float]:
    """2.5 %, median and 97.5 % of the best mass ratio of the draws that have one."""
    some = [row["mass_ratio"] for row in rows if row["draw"] and row["rate_C"] == rate and row["mass_ratio"]]
    low, middle, high = np.quantile(some, (0.025, 0.5, 0.975))
    return float(low), float(middle), float(high)


def ratio_rows(found: Mapping[str, Rows]) -> list[list[str]]:
    """One row for each reading, carbon and rate."""
    lines = []
    for part, rows in found.items():
        reading, carbon = part.split(", ")
        for rate in (SLOW, FAST):
            central, *drawn = (row for row in rows if row["rate_C"] == rate)
            low, middle, high = quantiles(rows, rate)
            plates = [row["margin_at_the_papers_V"] < 0.0 for row in drawn if row["margin_at_the_papers_V"]]
            energies = (central["energy_Wh_kg_active"], central["energy_at_the_papers_Wh_kg_active"])
            lines.append(
                [
                    WORDS[reading],
                    carbon,
                    f"{rate:g}",
                    f"{central['mass_ratio']:.3f}",
                    f"{middle:.3f}",
                    f"{low:.3f} to {high:.3f}",
                    "yes" if low <= reported_value("F01") <= high else "no",
                    " / ".join("-" if energy is None else f"{energy:.0f}" for energy in energies),
                    f"{100.0 * float(np.mean(plates)):.0f} %",
                ]
            )
    return lines


def facts() -> dict[str, Any]:
    """Rows of the template."""
    found = data.read("mass_ratios")
    medians = {part: [quantiles(rows, rate)[1] for rate in (SLOW, FAST)] for part, rows in found.items()}
    moved = [
        abs(medians[f"{FORMATIONS[0]}, {carbon}"][k] - medians[f"{FORMATIONS[1]}, {carbon}"][k])
        for carbon in CARBONS
        for k in (0, 1)
    ]
    return {
        "ratio_rows": ratio_rows(found),
        "ratio_draws": DRAWS,
        "ratio_step": RATIOS[1] - RATIOS[0],
        "ratio_moved": max(moved),
    }
