"""Designs of the paper's pair: mass ratio, presodiation, loading, power, at equilibrium and in simulation.

Finished points are kept in build/study, so that a stopped run goes on. About an hour.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from statistics import median
from typing import Any, Final

import numpy as np

import napore
from napore.designs import Design, DesignError, EquilibriumDesign, EquilibriumPair, optimum
from napore.full_cells import full_cell

from .evidence import scratch

KEPT: Final = scratch("design")

SETS: Final = ("fjh-nvp", "fjh-b-nvp", "tf-nvp")
CARBONS: Final = ("fjh", "fjh-b", "tf")
RATES: Final = (0.1, 1.0, 6.0)
RATIOS: Final = (0.25, 0.6)
COARSE, FINE, FINEST = 0.05, 0.01, 0.005
NVP: Final = "Cathode electrode usable specific capacity [mA.h.g-1]"
SEPARATOR: Final = "Separator thickness [m]"
LEFT_OUT: Final = ("limiting", "flags")


def simulated(anode: str, mass_ratio: Any, points: int, rates: Any, model: str = "SPMe", **more: Any) -> Any:
    """Design study whose points are kept; a folder takes studies of the same inputs."""
    inputs = [
        word for word in ("presodiation_mAh_g", "loading_mg_cm2", "vary") if np.iterable(more.get(word))
    ]
    folder = KEPT / "-".join(["mass_ratio", *inputs])
    return napore.design((anode, "nvp"), mass_ratio, points, rates, model, folder=folder, **more)


def brief(point: Mapping[str, Any]) -> dict[str, Any]:
    """What the page needs of a point."""
    return {name: value for name, value in point.items() if name not in LEFT_OUT}


def points_of(*found: Design) -> list[dict[str, Any]]:
    """Points of some designs, each once, in the order of rate and mass ratio."""
    rows = {(p.rate_C, p.mass_ratio, *p.varied.values()): p.to_dict() for one in found for p in one.points}
    return [brief(rows[key]) for key in sorted(rows)]


def best(rows: list[dict[str, Any]], *, free: bool = False) -> dict[str, Any]:
    """Row of most energy on active masses, among those without plating unless ``free``."""
    solved = [row for row in rows if row["status"] == "ok"]
    safe = [row for row in solved if free or row["plating_margin_V"] >= 0.0]
    return max(safe or solved, key=lambda row: float(row["energy_Wh_kg_active"]))


def bests(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Best row of each rate, with and without regard to plating."""
    found = []
    for rate in sorted({row["rate_C"] for row in rows}):
        at_rate = [row for row in rows if row["rate_C"] == rate]
        found.append({"rate_C": rate, "without_plating": best(at_rate), "any": best(at_rate, free=True)})
    return found


def ratios(carbon: str) -> dict[str, Any]:
    """Mass ratio at three rates of a carbon, refined around the best."""
    count = round((RATIOS[1] - RATIOS[0]) / COARSE) + 1
    coarse = simulated(carbon, RATIOS, count, RATES)
    designs = [coarse]
    for rate in RATES:
        at_rate = [p.to_dict() for p in coarse.points if p.rate_C == rate]
        for free in (False, True):
            middle = best(at_rate, free=free)["mass_ratio"]
            low, high = max(RATIOS[0], middle - COARSE), min(RATIOS[1], middle + COARSE)
            designs.append(simulated(carbon, (low, high), round((high - low) / FINE) + 1, rate))
    rows = points_of(*designs)
    return {"points": rows, "best": bests(rows), "static": asdict(static(carbon))}


def static(carbon: str, **limits: Any) -> EquilibriumDesign:
    """Best design at equilibrium between the same mass ratios."""
    return optimum(pair_of(carbon), RATIOS, **limits)


def pair_of(carbon: str, **more: Any) -> EquilibriumPair:
    """Pair at equilibrium."""
    return EquilibriumPair.of(full_cell(carbon, "nvp", model="SPM", **more))


def capacity_of_nvp() -> dict[str, Any]:
    """Both ends of the band of the cathode's capacity."""
    found = simulated("fjh", (0.3, 0.5), 9, RATES, vary={NVP: (110.0, 117.6)})
    rows = points_of(found)
    return {f"{c:g}": bests([row for row in rows if row[NVP] == c]) for c in (110.0, 117.6)}


def slow_and_static() -> dict[str, Any]:
    """Optimum at low rates beside that at equilibrium, and C/1000 beside equilibrium at single designs."""
    optima = []
    for rate, low, high in ((0.02, 0.25, 0.33), (0.005, 0.25, 0.30), (0.001, 0.25, 0.28)):
        count = round((high - low) / FINEST) + 1
        rows = points_of(simulated("fjh", (low, high), count, rate, cycles=1))
        optima.append({"rate_C": rate, "without_plating": best(rows), "points": rows})
    pairs = []
    for ratio, added in (
        (0.3, 0.0),
        (0.4, 0.0),
        (0.5, 0.0),
        (0.6, 0.0),
        (0.4, 20.0),
        (0.4, 40.0),
        (0.5, 47.0),
    ):
        slow = simulated("fjh", ratio, 1, 0.001, cycles=1, presodiation_mAh_g=added).points[0]
        pairs.append({"simulated": brief(slow.to_dict()), "static": asdict(pair_of("fjh").at(ratio, added))})
    return {"optima": optima, "static": asdict(static("fjh")), "pairs": pairs}


def spot_checks() -> list[dict[str, Any]]:
    """The DFN at the best designs and on both sides of them."""
    found, points = [], ratios("fjh")["points"]
    for rate in RATES:
        rows = [row for row in points if row["rate_C"] == rate]
        chosen = {best(rows)["mass_ratio"], best(rows, free=True)["mass_ratio"], 0.3, 0.4, 0.5}
        for ratio in sorted(chosen):
            (row,) = (row for row in rows if row["mass_ratio"] == ratio)
            dfn = simulated("fjh", ratio, 1, rate, "DFN").points[0]
            found.append({"SPMe": brief(row), "DFN": brief(dfn.to_dict())})
    return found


def times() -> dict[str, Any]:
    """Time of the processor for an optimum under constraints, once the problem is built."""
    began = time.process_time()
    pair = pair_of("fjh")
    optimum(pair, RATIOS)
    first = time.process_time() - began
    seconds = []
    for margin in np.linspace(0.0, 0.03, 21):
        began = time.process_time()
        optimum(pair, RATIOS, (0.0, 47.0), plating_margin_V=float(margin), cathode_limit_V=4.05)
        seconds.append(time.process_time() - began)
    limited = [
        {
            "plating_margin_V": margin,
            "cathode_limit_V": limit,
            "presodiation": added,
            **_limited(pair, margin, limit, added),
        }
        for margin, limit, added in (
            (0.0, None, None),
            (0.05, None, None),
            (0.0, 4.005, None),
            (0.0, None, (0.0, 47.0)),
            (0.05, 4.06, (0.0, 47.0)),
        )
    ]
    return {
        "build_and_first_s": first,
        "median_ms": 1e3 * median(seconds),
        "runs": len(seconds),
        "optima": limited,
    }


def _limited(pair: EquilibriumPair, margin: float, limit: float | None, added: Any) -> dict[str, Any]:
    try:
        return {"found": asdict(optimum(pair, RATIOS, added, plating_margin_V=margin, cathode_limit_V=limit))}
    except DesignError as error:
        return {"found": None, "reason": str(error)}


def presodiated() -> list[dict[str, Any]]:
    """Presodiation at the ratio of the paper."""
    added = (0, 10, 20, 25, 30, 35, 40, 47)
    return points_of(simulated("fjh", 0.4, 1, RATES, presodiation_mAh_g=added))


def loaded() -> list[dict[str, Any]]:
    """Loading at the ratio of the paper, with two separators."""
    more: dict[str, Any] = {"loading_mg_cm2": (3, 4.5, 6, 8, 10, 12), "vary": {SEPARATOR: (25e-6, 500e-6)}}
    return points_of(simulated("fjh", 0.4, 1, (0.1, 1.0), **more))


def ragone() -> list[dict[str, Any]]:
    """Five mass ratios at six rates."""
    rates = (0.1, 0.2, 0.5, 1.0, 2.0, 6.0)
    return points_of(*(simulated("fjh", ratio, 1, rates) for ratio in (0.3, 0.35, 0.4, 0.45, 0.5)))


PARTS: Final[dict[str, Callable[[], Any]]] = {
    **{carbon: partial(ratios, carbon) for carbon in CARBONS},
    "spot checks": spot_checks,
    "slow": slow_and_static,
    "presodiation": presodiated,
    "loading": loaded,
    "ragone": ragone,
    "capacity of NVP": capacity_of_nvp,
    "times": times,
}
