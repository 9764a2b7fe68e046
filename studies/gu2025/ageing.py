"""The cells of the paper cycled with each ageing, every cycle and in the fast mode."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import napore
from napore.experiments import CycleTest

from .data import thinned

SETS = ("fjh", "fjh-b", "fjh-nvp", "fjh-b-nvp", "gu2025", "gu2025-b", "gu2025-lam")
H07, H11, F06 = ("fjh", 0.5, 200), ("fjh", 0.1, 80), ("fjh-nvp", 0.2, 100)
WITHOUT_RESISTANCE = {"SEI film resistance": "none"}
TRAPS_ALONE: dict[str, Any] = {"SEI": "none", "SEI film resistance": "none", "sodium trapping": "true"}
COLUMNS = (
    "capacity_mAh_g",
    "coulombic_efficiency",
    "film_loss_mAh_g",
    "trapped_mAh_g",
    "film_thickness_nm",
    "film_resistance_ohm",
    "active_share",
    "elapsed_h",
)
FULL_TRAPS = {"Carbon electrode trapping rate [s-1]": 1e-5, "Carbon electrode trap capacity fraction": 0.2}


DRAWN = ("capacity_mAh_g", "coulombic_efficiency", "film_resistance_ohm", "elapsed_h")


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
    """What the page needs of a test: of those that are drawn the columns over the cycles and the curves."""
    third, last = test.points[test.reference_cycle - 1], test.points[-1]
    every = not setting.get("fast", False) or "options" in setting
    drawn = every and setting["ageing"] == "gu2025"
    columns = DRAWN if drawn else COLUMNS[:1] if every else ()
    curves = test.curves if drawn and "options" not in setting else {}
    return {
        "status": test.status,
        "retention": test.retention,
        "simulated": test.simulated_cycles,
        "last": {name: getattr(last, name) for name in COLUMNS},
        "third": {name: getattr(third, name) for name in COLUMNS[:1]},
        "cycles": {name: [getattr(point, name) for point in test.points] for name in columns},
        "curves": {
            str(number): [
                thinned(100, half.capacity_mAh_g, half.voltage_V) for half in (cycle.first, cycle.second)
            ]
            for number, cycle in curves.items()
        },
    }


PARTS: dict[str, Callable[[], Any]] = {name: partial(run, setting) for name, setting in settings().items()}
