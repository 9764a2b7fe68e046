"""The paper's full cell examined: predictions, where the energy goes, formation, 6 C, what decides.

Finished runs of the sensitivity are kept in build/study. Some forty minutes.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from napore import energy_waterfall, formation, full_cell, half_cell
from napore.designs.sensitivity import UNCERTAIN, sensitivity
from napore.experiments.formation import fit_film
from napore.parameters.schema import inert_reason

from .data import thinned
from .evidence import scratch
from .fast_discharge import explanations_of_fast_capacity, fast_capacity
from .full_cell_predictions import SLOW, designs_of_energy, predictions

SETS = ("fjh", "tf", "fjh-nvp", "fjh-b-nvp", "tf-nvp", "gu2025_reported.toml")
KEPT = scratch("energy_check")
PAIR = ("fjh", "fjh-b")
EFFICIENCY = "Carbon electrode initial coulombic efficiency"
DIFFUSIVITY = "Cathode particle reference diffusivity [m2.s-1]"
RADIUS = "Cathode particle radius [m]"
WITH_CONTACT = {"contact resistance": "true"}
DIFFUSIVITIES = (1e-17, 2e-17, 4e-17, 6e-17, 8e-17, 1e-16, 1.5e-16, 3e-16, 1e-15, 1e-14, 1e-13)
RADII = (0.2e-6, 0.4e-6, 0.7e-6, 1e-6, 1.4e-6, 2e-6)
HEADER = ("napore", "pybamm", "model", "parameters_sha256")


def bare(result: Any) -> dict[str, Any]:
    """A result without the versions that stand with the datum."""
    return {name: value for name, value in result.to_dict().items() if name not in HEADER}


def of_waterfalls() -> Any:
    """Waterfalls of both sets of the carbon."""
    return [bare(energy_waterfall(full_cell(name), rate)) for name in PAIR for rate in (0.05, SLOW, 6.0)]


def of_designs() -> Any:
    """Designs that have the reported energy."""
    return [one for name in PAIR for one in designs_of_energy(full_cell(name))]


def of_formation() -> Any:
    """First cycles of both carbons, and what a film would have to be without trapped sodium."""
    found = []
    for name in ("fjh", "tf"):
        cell = half_cell(name)
        efficiency = cell.source.numbers[EFFICIENCY]
        film = fit_film(half_cell(name, "SPM"), efficiency)
        first = formation(cell, cycles=3)
        made = full_cell(name, model="SPM", formation=formation(cell)).balance
        alone = fit_film(half_cell(name, "SPM"), efficiency, trapped_mAh_g=0.0)
        whole = formation(cell, trapped_mAh_g=0.0, film_current_A_m2=alone)
        fast = [formation(cell, rate) for rate in (0.1, 0.5)]
        curve = first.curves[0]
        found.append(
            {
                **bare(first),
                "imbalance": first.imbalance,
                "measured_efficiency": efficiency,
                "film_current_A_m2": film,
                "film_only_thickness_nm": whole.cycles[0].film_thickness_nm,
                "stated_inventory_mAh_g_cathode": full_cell(
                    name, model="SPM"
                ).balance.inventory_mAh_g_cathode,
                "simulated_inventory_mAh_g_cathode": made.inventory_mAh_g_cathode,
                "faster": [{"rate_C": f.rate_C, **asdict(f.cycles[0])} for f in fast],
                "curve": {
                    half.direction: thinned(100, half.capacity_mAh_g, half.voltage_V)
                    for half in (curve.first, curve.second)
                },
            }
        )
    return found


def of_fast_discharge() -> Any:
    """What would explain 6 C, and the map over diffusivity and radius of NVP's particles."""
    cell = full_cell("fjh", model="SPMe", options=WITH_CONTACT)
    maps: list[dict[str, Any]] = []
    swept = [(name, DIFFUSIVITY, DIFFUSIVITIES) for name in PAIR] + [("fjh", RADIUS, RADII)]
    for name, parameter, values in swept:
        one = full_cell(name, model="SPMe")
        for value in values:
            numbers = {**one.source.numbers, parameter: value}
            row = {"cell": one.name, "parameter": parameter, "value": value}
            row["diffusion_rate_1_s"] = numbers[DIFFUSIVITY] / numbers[RADIUS] ** 2
            maps.append(row | {"capacity_mAh_g": fast_capacity(one, {parameter: value}, cycles=1)})
    slowly = [
        {
            "value": value,
            "capacity_mAh_g": fast_capacity(cell, {DIFFUSIVITY: value}, charge_rate=SLOW, cycles=1),
        }
        for value in DIFFUSIVITIES
        if value < 5e-16
    ]
    explained = []
    confirmed = full_cell("fjh", options=WITH_CONTACT)
    for one in explanations_of_fast_capacity(cell, cycles=1):
        needed = one["needed"]
        checked = None if needed is None else fast_capacity(confirmed, {one["parameter"]: needed})
        explained.append({**one, "capacity_in_DFN_mAh_g": checked})
    both = {DIFFUSIVITY: 1e-16, RADIUS: 1e-6}
    return {
        "explanations": explained,
        "map": maps,
        "map_charged_slowly": slowly,
        "slowest_of_range_mAh_g": fast_capacity(confirmed, both),
    }


def of_sensitivity() -> Any:
    """Uncertain inputs that the cell uses at the ends of their ranges, in the SPMe, first cycle.

    Of the second set only those that move an output of the first by more than 1 %.
    """
    found: list[dict[str, Any]] = []
    for name in PAIR:
        cell = full_cell(name, model="SPMe")
        entries = {n: e for n, e in cell.source.entries.items() if e.kind in UNCERTAIN and e.allowed}
        own, options = cell.source.numbers, cell.model.options
        names = [n for n, e in entries.items() if _spans(e.allowed)]
        names = [n for n in names if not inert_reason(n, options, "SPMe", own, "full")]
        names.sort(key=lambda n: not n.startswith("Cathode"))  # those that matter most first
        if found:
            strong = {row["parameter"] for row in found[0]["rows"] if row["span"] > 0.01 * row["nominal"]}
            names = [n for n in names if n in strong]
        done = sensitivity(cell, names=names, cycles=1, folder=KEPT / f"sensitivity-{name}")
        found.append({**bare(done), "not_varied": sorted(set(entries) - set(names))})
    return found


def _spans(allowed: tuple[float, float] | None) -> bool:
    return allowed is not None and allowed[0] < allowed[1]


PARTS: dict[str, Callable[[], Any]] = {
    "predictions": predictions,
    "waterfalls": of_waterfalls,
    "designs": of_designs,
    "formation": of_formation,
    "fast discharge": of_fast_discharge,
    "sensitivity": of_sensitivity,
}
