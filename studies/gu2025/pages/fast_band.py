"""The band at 6 C on docs/energy_check.md: median, bands, where the reported number lies, what carries it."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from scipy.stats import spearmanr

from .. import data
from ..fast_band import DRAWS, RANGES, drawn
from ..full_cell_predictions import reported_value

DIRECTIONS: Final = {"capacity_mAh_g": "charged at 6 C", "capacity_charged_slowly_mAh_g": "charged at 0.2 C"}
PARTS: Final = {"stated": "stated", "precycled": "pre-cycled"}
STORAGES: Final = {"single": "one phase", "phases": "three phases"}

Rows = list[dict[str, Any]]


def solved(rows: Rows, column: str) -> Any:
    """Capacities that were solved, and the rows that they are of."""
    some = [row for row in rows if row[column] is not None]
    return np.array([row[column] for row in some], dtype=float), some


def band_rows(found: Mapping[str, Rows]) -> list[list[str]]:
    """One row for each reading, storage and charge."""
    lines = []
    for part, rows in found.items():
        reading, storage = part.split(", ")
        for column, direction in DIRECTIONS.items():
            values, some = solved(rows, column)
            low, first, middle, third, high = np.quantile(values, (0.025, 0.25, 0.5, 0.75, 0.975))
            below = 100.0 * float(np.mean(values < reported_value("F04")))
            lines.append(
                [
                    PARTS[reading],
                    STORAGES[storage],
                    direction,
                    str(len(values)),
                    f"{middle:.1f}",
                    f"{first:.1f} to {third:.1f}",
                    f"{low:.1f} to {high:.1f}",
                    f"{below:.0f} %",
                    carried(values, some),
                ]
            )
    return lines


def carried(values: Any, rows: Rows) -> str:
    """The three inputs with the largest rank correlation."""
    draws = drawn(RANGES)
    inputs = [draws[row["draw"]] for row in rows]
    found = [(name, float(spearmanr([one[name] for one in inputs], values).statistic)) for name in RANGES]
    strongest = sorted(found, key=lambda one: -abs(one[1]))[:3]
    return ", ".join(f"{_short(name)} {_signed(value)}" for name, value in strongest)


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _short(name: str) -> str:
    words = name.partition(" [")[0].lower().replace("reference ", "")
    for long, short in (("cathode particle", "NVP's"), ("cathode electrode", "NVP's")):
        words = words.replace(long, short)
    return words


def metal_rows(found: Mapping[str, Rows]) -> list[list[str]]:
    """What is plated at 6 C over the draws."""
    lines = []
    for part, rows in found.items():
        reading, storage = part.split(", ")
        values = np.array([row["plated_mAh_g"] for row in rows if row["plated_mAh_g"] is not None])
        low, middle, high = np.quantile(np.abs(values), (0.025, 0.5, 0.975))
        share = 100.0 * float(np.mean(values > 0.1))
        lines.append(
            [PARTS[reading], STORAGES[storage], f"{middle:.2f}", f"{low:.2f} to {high:.2f}", f"{share:.0f} %"]
        )
    return lines


def facts() -> dict[str, Any]:
    """Rows of the template, and the ranges that were drawn from."""
    found = data.read("fast_band")
    ranges = [
        [name, f"{low:g}", f"{high:g}", "logarithmic" if logarithmic else "even"]
        for name, (low, high, logarithmic) in RANGES.items()
    ]
    return {
        "found_draws": DRAWS,
        "band_rows": band_rows(found),
        "band_metal": metal_rows(found),
        "band_ranges": ranges,
    }
