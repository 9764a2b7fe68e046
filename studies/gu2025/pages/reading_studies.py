"""Both readings side by side on docs/energy_check.md: waterfalls, equal sodium, what decides, shares."""

from collections.abc import Mapping
from typing import Any

from .. import data
from ..full_cell_predictions import SLOWEST
from ..reading_studies import PRESODIATION

Found = Mapping[str, Any]
TAKERS = ("cut_offs", "carbon_potential")


def minus(value: float, form: str) -> str:
    """A number with a minus sign of its own."""
    return format(value, form).replace("-", "−")


def terms(falls: Any) -> dict[str, float]:
    """Terms of the waterfall of set fjh at 0.05 C [Wh/kg]."""
    one = next(f for f in falls if f["cell"] == "fjh-nvp" and f["rate_C"] == SLOWEST)
    return {term["name"]: float(term["energy_Wh_kg_active"]) for term in one["terms"]}


def sodium_rows(found: Found) -> list[list[str]]:
    """The stated cell, the presodiated one and the pre-cycled one."""
    return [
        [
            row["carbon"],
            row["way"],
            f"{row[PRESODIATION]:.1f}" if row["way"] == "presodiated" else "-",
            f"{row['inventory_mAh_g_cathode']:.1f}",
            f"{row['rate_C']:g}",
            f"{row['capacity_mAh_g_cathode']:.1f}",
            f"{row['energy_Wh_kg_active']:.1f}",
            f"{row['energy_Wh_kg_electrodes']:.1f}",
            minus(1e3 * row["plating_margin_V"], ".0f"),
            f"{row['plated_mAh_g']:.2f}",
        ]
        for row in found["equal sodium"]
    ]


def same_sodium(found: Found) -> float:
    """Largest difference of capacity between presodiated and pre-cycled cells [mAh/g]."""
    rows = found["equal sodium"]
    by = {(r["carbon"], r["way"], r["rate_C"]): float(r["capacity_mAh_g_cathode"]) for r in rows}
    return max(
        abs(value - by[carbon, "pre-cycled", rate])
        for (carbon, way, rate), value in by.items()
        if way == "presodiated"
    )


def share_rows(found: Found) -> list[list[str]]:
    """Sobol's indices."""
    return [
        [
            row["parameter"],
            *(
                text
                for kind in ("first", "total")
                for text in (
                    minus(row[kind], ".2f"),
                    f"{minus(row[f'{kind}_low'], '.2f')} to {minus(row[f'{kind}_high'], '.2f')}",
                )
            ),
        ]
        for row in found["shares"]["rows"]
    ]


def strongest(found: Found, output: str) -> str:
    """Input that moves an output of the pre-cycled cell most."""
    rows = [row for row in found["sensitivity"]["rows"] if row["output"] == output]
    name = str(max(rows, key=lambda row: row["span"])["parameter"])
    return name.partition(" [")[0].lower()


def facts() -> dict[str, Any]:
    """Numbers and rows of the template."""
    found = data.read("reading_studies")
    stated, cycled = terms(data.read("energy_check")["waterfalls"]), terms(found["waterfalls"])
    outputs = found["sensitivity"]["outputs"]
    return {
        "cycled_falls": found["waterfalls"],
        "first_cycle_gain": cycled["first_cycle"] - stated["first_cycle"],
        "cycled_takes": sum(stated[name] - cycled[name] for name in TAKERS),
        "same_sodium": same_sodium(found),
        "sodium_rows": sodium_rows(found),
        "share_rows": share_rows(found),
        "shares_points": found["shares"]["points"],
        "shares_failed": sum(found["shares"]["failures"].values()),
        "cycled_first": strongest(found, outputs[1]),
        "cycled_fast": strongest(found, outputs[2]),
    }


def said() -> dict[str, bool]:
    """What the words say of the numbers."""
    found = data.read("reading_studies")
    shown = facts()
    return {
        "a cycled anode loses nothing in the first cycle": terms(found["waterfalls"])["first_cycle"] == 0.0,
        "potential and cut-offs take more then": shown["cycled_takes"] > 0.0,
        "equal sodium is the same cell": shown["same_sodium"] < 0.5,
    }
