"""``python -m studies.cells``: write ``result.json`` and print the table; some minutes.

A carbon that was reported has its capacity and efficiency held; all else of napore's generic hard carbon
and of NVP is drawn over its range (64 draws). The middle 90 % of the draws is the band. The SPM has no
losses in the electrolyte.
"""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from napore.designs.bands import draws_of, uncertain
from napore.designs.formats import CellFormat
from napore.designs.result import DesignPoint
from napore.designs.simulated import Packaging, Simulated
from napore.files import write_json
from napore.full_cells import FullCell, full_cell
from napore.models.constants import FARADAY, SODIUM_DENSITY, SODIUM_MOLAR_MASS

HERE = Path(__file__).parent
DRAWS = 64
SITES = "Carbon electrode specific capacity of all sites [mA.h.g-1]"
REVERSIBLE = "Carbon electrode reversible capacity [mA.h.g-1]"
EFFICIENCY = "Carbon electrode initial coulombic efficiency"
PRESODIATION = "Carbon electrode presodiation [mA.h.g-1]"


def sodium_mAh_cm2(thickness_um: float) -> float:
    """Charge of a film of sodium."""
    return 1e-6 * thickness_um * SODIUM_DENSITY / SODIUM_MOLAR_MASS * FARADAY / 3.6 / 1e4


def cell_of(row: Mapping[str, Any], presodiation: float | None = None) -> FullCell:
    """Full cell of a published one."""
    low, high = row["window_V"]
    parameters: dict[str, float] = {
        "Lower voltage cut-off [V]": low,
        "Upper voltage cut-off [V]": high,
        "Open-circuit voltage at 0% SOC [V]": low,
        "Open-circuit voltage at 100% SOC [V]": high,
        "Cathode electrode current of 1 C [A.kg-1]": row["one_C_mA_g"],
    }
    if row["carbon"] == "reported":
        # the sites of which the capacity between 0.01 and 2 V is the reported one
        generic = full_cell("hard-carbon", "NVP", model="SPM")
        curve = generic.isotherm
        share = float(curve.stoichiometry(0.01)) - float(curve.stoichiometry(2.0))
        parameters |= {
            SITES: row["reversible_mAh_g"] / share,
            REVERSIBLE: row["reversible_mAh_g"],
            EFFICIENCY: row["efficiency"],
        }
    if "n_p_ratio" in row:
        generic = full_cell("hard-carbon", "NVP", model="SPM")
        ratio = row["n_p_ratio"] / generic.balance.n_p_ratio * generic.balance.mass_ratio
        return full_cell(
            "hard-carbon", "NVP", ratio, presodiation_mAh_g=presodiation, model="SPM", parameters=parameters
        )
    added = sodium_mAh_cm2(row["sodium_um"]) / (1e-3 * row["carbon_mg_cm2"])
    return full_cell(
        "hard-carbon",
        "NVP",
        mass_ratio=row["carbon_mg_cm2"] / row["cathode_mg_cm2"],
        loading_mg_cm2=row["cathode_mg_cm2"],
        presodiation_mAh_g=added,
        model="SPM",
        parameters=parameters,
    )


def points_of(cell: FullCell, rate: float) -> tuple[DesignPoint, list[DesignPoint]]:
    """The cell as it is, and its draws; all from one build."""
    run = Simulated(cell, Packaging(CellFormat.of("stack"), None), cycles=1)
    held = {name: entry.value for name, entry in uncertain(cell).items()}
    point = DesignPoint(cell.balance.mass_ratio, None, rate)
    own, *drawn = run.drawn(point, [held, *draws_of(cell, DRAWS)], rate)
    return own, drawn


def band(values: list[float]) -> list[float]:
    """Ends of the middle 90 %."""
    return [float(f"{end:.4g}") for end in np.quantile(values, [0.05, 0.95])]


def compared(row: Mapping[str, Any]) -> dict[str, Any]:
    """What was reported of a cell, beside ours."""
    if "energy_ratio" in row:
        return ratio_of(row)
    cell = cell_of(row)
    own, drawn = points_of(cell, row["rate_C"])
    solved = [point for point in drawn if point.status == "ok"]
    found: dict[str, Any] = {"status": own.status, "draws": DRAWS, "solved": len(solved)}
    for name, column in (
        ("capacity_mAh_g", "capacity_mAh_g_cathode"),
        ("energy_Wh_kg", "energy_Wh_kg_active"),
    ):
        value = getattr(own, column)
        found[name] = {
            "reported": row.get(name),
            "ours": None if value is None else float(f"{value:.4g}"),
            "band": band([float(getattr(point, column)) for point in solved]),
        }
    return found | {"mean_voltage_V": own.mean_voltage_V, "plating_margin_V": own.plating_margin_V}


def ratio_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Energy with the loss made good over that without."""
    plain = cell_of(row)
    loss = plain.balance.first_cycle_loss_mAh_g_carbon
    one, several = points_of(plain, row["rate_C"])
    filled = cell_of(row, loss)
    other, others = points_of(filled, row["rate_C"])
    pairs = [(a, b) for a, b in zip(several, others, strict=True) if a.status == b.status == "ok"]
    ratios = [(b.energy_Wh_kg_active or 0.0) / (a.energy_Wh_kg_active or 1.0) for a, b in pairs]
    ours = (other.energy_Wh_kg_active or 0.0) / (one.energy_Wh_kg_active or 1.0)
    return {
        "status": one.status,
        "draws": DRAWS,
        "solved": len(pairs),
        "energy_ratio": {"reported": row["energy_ratio"], "ours": float(f"{ours:.4g}"), "band": band(ratios)},
    }


def main() -> None:
    """Compute what is not there yet of the present data, write, print."""
    rows = tomllib.loads((HERE / "published.toml").read_text("utf-8"))
    file = HERE / "result.json"
    known = json.loads(file.read_text("utf-8")) if file.exists() else {}
    found = {name: known[name] for name, row in rows.items() if known.get(name, {}).get("of") == row}
    for name, row in rows.items():
        if name not in found:
            found[name] = {**compared(row), "of": row}
            write_json(file, {one: found[one] for one in rows if one in found})
    for name, one in found.items():
        for quantity in ("capacity_mAh_g", "energy_Wh_kg", "energy_ratio"):
            if quantity in one:
                said = one[quantity]
                low, high = said["band"]
                beside = f"reported {said['reported']}, ours {said['ours']}"
                print(f"{name:18} {quantity:15} {beside}, {low} to {high}")


if __name__ == "__main__":
    main()
