"""Cyclic voltammetry of both carbons at six scan rates, a decade below them, and in two limits."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import napore
from napore.experiments import SCAN_RATES

from .data import thinned

SETS: Final = ("fjh", "fjh-b", "tf")
SLOW: Final = (0.01, 0.02, 0.05, 0.1)
POTENTIALS: Final = (0.15, 0.2, 0.3, 0.5, 0.8, 1.0, 1.5)

LIMITS: Final = {"thin film": 1e-10, "slow diffusion": 3e-14}
"""Diffusivity of the particles in the limiting cases [m2/s]."""

FAST: Final = {
    "Sodium metal reference exchange-current density [A.m-2]": 5e3,
    "Carbon electrode reference exchange-current density [A.m-2]": 4e2,
}
"""Charge transfer a hundred times faster, for the limiting cases."""


DRAWN: Final = {"fjh": SCAN_RATES, "tf": SCAN_RATES, "fjh-b": SCAN_RATES[:1]}
DRAWN_TO_V: Final = 1.02
PEAKS: Final = (
    "cathodic_b",
    "cathodic_b_standard_error",
    "cathodic_b_peaks",
    "anodic_b",
    "anodic_b_standard_error",
    "anodic_b_peaks",
)
SCAN: Final = (
    "scan_rate_mV_s",
    "cathodic_peak_A_g",
    "cathodic_peak_V",
    "anodic_peak_A_g",
    "anodic_peak_V",
    "anodic_background_A_g",
    "anodic_charge_mAh_g",
)


def scans(name: str, rates: tuple[float, ...], model: str = "DFN") -> Any:
    """Voltammograms of a set."""
    return napore.cv(napore.half_cell(name, model), rates)


def peaks(name: str, rates: tuple[float, ...], model: str = "DFN") -> dict[str, Any]:
    """Peaks and b values of a set."""
    return kept(scans(name, rates, model))


def kept(found: Any) -> dict[str, Any]:
    """Peaks and b values of voltammograms."""
    whole = found.to_dict()
    rows = [{key: scan[key] for key in SCAN} for scan in whole["scans"]]
    return {"scans": rows, **{key: whole[key] for key in PEAKS}}


def voltammograms(name: str) -> dict[str, Any]:
    """Peaks, b values by potential, split, and the curves that are drawn."""
    found = scans(name, SCAN_RATES)
    split = found.surface_split("anodic")
    return {
        **kept(found),
        "surface_share": {f"{v:g}": share for v, share in split.surface_share.items()},
        "b_by_potential": found.b_by_potential("anodic")[["potential_V", "b"]].to_dict("list"),
        "b_at": found.b_by_potential("anodic", POTENTIALS)[["potential_V", "b"]].to_dict("list"),
        "curves": {
            f"{scan.scan_rate_mV_s:g}": {
                sweep.direction: curve(sweep) for sweep in (scan.cathodic, scan.anodic)
            }
            for scan in found.scans
            if scan.scan_rate_mV_s in DRAWN[name]
        },
    }


def curve(sweep: Any) -> dict[str, list[float]]:
    """Points that a picture shows."""
    low = sweep.potential_V <= DRAWN_TO_V
    potential, current = thinned(120, sweep.potential_V[low], sweep.current_A_g[low])
    return {"potential_V": potential, "current_A_g": current}


def limit(diffusivity: float) -> dict[str, Any]:
    """A model without double layers, film or electrolyte: SPM, equilibrium storage, fast transfer."""
    cell = napore.half_cell(
        "fjh",
        "SPM",
        {"sodium storage": "equilibrium"},
        {**FAST, "Carbon particle reference diffusivity [m2.s-1]": diffusivity},
    )
    found = napore.cv(cell, SCAN_RATES)
    split = found.surface_split("anodic")
    return {
        "anodic_b": found.anodic_b,
        "surface_share": {f"{v:g}": share for v, share in split.surface_share.items()},
    }


PARTS: dict[str, Callable[[], Any]] = {
    **{name: partial(voltammograms, name) for name in SETS},
    **{f"{name}, slow": partial(peaks, name, SLOW) for name in SETS},
    "fjh, SPM": partial(peaks, "fjh", SCAN_RATES, "SPM"),
    **{name: partial(limit, diffusivity) for name, diffusivity in LIMITS.items()},
}
