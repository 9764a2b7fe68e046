"""Cycle the cells of Gu et al. 2025 with each ageing, and write docs/ageing.md with its pictures.

    python scripts/ageing_page.py          # what is not yet in docs/data/ageing_gu2025.json, then the page
    python scripts/ageing_page.py --page   # the page alone

Each run is kept as soon as it is finished, so that an interrupted script goes on where it was.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import ageing_pictures
from ageing_text import page

import napore
from napore.experiments import CycleTest, HalfCycle
from napore.files import write_text

ROOT = Path(__file__).parent.parent
DATA = ROOT / "docs" / "data" / "ageing_gu2025.json"
PAGE = ROOT / "docs" / "ageing.md"
IMAGES = ROOT / "docs" / "images"

H07, H11, F06 = ("fjh", 0.5, 200), ("fjh", 0.1, 80), ("fjh-nvp", 0.2, 100)
WITHOUT_RESISTANCE = {"SEI film resistance": "none"}
TRAPS_ALONE: dict[str, Any] = {"SEI": "none", "SEI film resistance": "none", "sodium trapping": "true"}
COLUMNS = (
    "cycle",
    "capacity_mAh_g",
    "coulombic_efficiency",
    "film_loss_mAh_g",
    "trapped_mAh_g",
    "film_thickness_nm",
    "film_resistance_ohm",
    "active_share",
    "elapsed_h",
)
FULL_TRAPS = {
    "Carbon electrode trapping rate [s-1]": 1e-5,
    "Carbon electrode trap capacity fraction": 0.2,
}


def settings() -> dict[str, dict[str, Any]]:
    """Every run by name: cell, rate, cycles and what else differs."""
    runs: dict[str, dict[str, Any]] = {}
    for ageing in ("gu2025", "gu2025-b", "gu2025-lam"):
        for claim, (cell, rate, cycles) in (("H07", H07), ("H11", H11), ("F06", F06)):
            same = {"cell": cell, "rate": rate, "cycles": cycles, "ageing": ageing}
            runs[f"{claim} {ageing}"] = {**same, "model": "SPMe"}
            runs[f"{claim} {ageing} fast"] = {**same, "model": "SPMe", "fast": True}
    for claim, (cell, rate, cycles) in (("H07", H07), ("H11", H11), ("F06", F06)):
        same = {"rate": rate, "cycles": cycles, "ageing": "gu2025"}
        runs[f"{claim} DFN fast"] = {**same, "cell": cell, "model": "DFN", "fast": True}
        other = cell.replace("fjh", "fjh-b")
        runs[f"{claim} second set fast"] = {**same, "cell": other, "model": "SPMe", "fast": True}
    for claim, (cell, rate, cycles) in (("H07", H07), ("F06", F06)):
        same = {"cell": cell, "rate": rate, "cycles": cycles, "ageing": "gu2025", "model": "SPMe"}
        runs[f"{claim} without resistance"] = {**same, "options": WITHOUT_RESISTANCE, "fast": True}
    cell, rate, cycles = F06
    runs["F06 traps"] = {
        **{"cell": cell, "rate": rate, "cycles": cycles, "ageing": "gu2025", "model": "SPMe", "fast": True},
        "options": TRAPS_ALONE,
        "parameters": FULL_TRAPS,
    }
    return runs


def run(setting: dict[str, Any]) -> dict[str, Any]:
    """One run: points, curves, retention and wall time."""
    cell = napore.load_cell(
        setting["cell"],
        model=setting["model"],
        options=setting.get("options"),
        parameters=setting.get("parameters"),
        ageing=setting["ageing"],
    )
    start = time.perf_counter()
    test = napore.cycle_test(cell, setting["rate"], setting["cycles"], fast=setting.get("fast", False))
    seconds = time.perf_counter() - start
    if test.status != "ok":
        print(f"  {test.status}")
    return {**summary(test, setting), "seconds": round(seconds, 2), "masses": masses(cell)}


def masses(cell: Any) -> dict[str, float]:
    """Carbon over what capacities are per, surface of smooth spheres per gram of carbon, current of 1 C."""
    radius = cell.number(f"{cell.carbon_domain.capitalize()} particle radius [m]")
    surface = 3.0 * cell.carbon_volume / radius / (1e3 * cell.carbon_mass)
    return {
        "carbon_share": cell.carbon_mass / cell.active_mass,
        "surface_m2_g": surface,
        "one_C_A": cell.one_C_current,
    }


def summary(test: CycleTest, setting: dict[str, Any]) -> dict[str, Any]:
    """What the page needs of a test; of the fast ones no curves and the third and last cycle only."""
    quick = setting.get("fast", False) and "options" not in setting
    points = [test.points[test.reference_cycle - 1], test.points[-1]] if quick else test.points
    kept = {} if quick or setting["ageing"] != "gu2025" or "options" in setting else test.curves
    return {
        "status": test.status,
        "parameters_sha256": test.header["parameters_sha256"],
        "retention": test.retention,
        "simulated": test.simulated_cycles,
        "cycles": {name: [significant(getattr(point, name), 7) for point in points] for name in COLUMNS},
        "curves": {
            str(number): [thinned(half) for half in (cycle.first, cycle.second)]
            for number, cycle in kept.items()
        },
    }


def significant(value: float, digits: int) -> float:
    """Number with so many digits."""
    return value if isinstance(value, int) else float(f"{value:.{digits}g}")


def thinned(half: HalfCycle) -> list[list[float]]:
    """Capacity and voltage of a half cycle at about a hundred points, the last among them."""
    places = sorted({*range(0, len(half.time_s), max(1, len(half.time_s) // 100)), len(half.time_s) - 1})
    return [[significant(v, 5) for v in values[places]] for values in (half.capacity_mAh_g, half.voltage_V)]


def write(found: dict[str, Any]) -> None:
    """Write all runs, one line each."""
    text = ",\n".join(f"{json.dumps(name)}: {json.dumps(run)}" for name, run in found.items())
    write_text(DATA, "{\n" + text + "\n}\n")


def main() -> None:
    """Run what is missing and write the page."""
    found: dict[str, Any] = json.loads(DATA.read_text()) if DATA.exists() else {}
    if "--page" not in sys.argv:
        import pybamm

        pybamm.set_logging_level("CRITICAL")
        for name, setting in settings().items():
            if name not in found:
                print(name, flush=True)
                found[name] = {"setting": setting, **run(setting)}
                write(found)
    for name, draw in ageing_pictures.PICTURES.items():
        draw(found, IMAGES / f"{name}.png")
    PAGE.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
