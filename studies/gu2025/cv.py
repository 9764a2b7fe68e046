"""Cyclic voltammetry of both carbons at six scan rates, by set of scan rates, and in two limits."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

import napore
from napore.calibration.resistance import EXCHANGE_CURRENT, exchange_current_density
from napore.experiments import SCAN_RATES
from napore.experiments.lumped import lumped_cell
from napore.experiments.power_law import fit_power_law
from napore.models.lumped_steps import LumpedCell
from napore.parameters.sets import load_set

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


RATE_SETS: Final = (
    (0.01, 0.02, 0.05, 0.1),
    (0.02, 0.05, 0.1, 0.2),
    (0.05, 0.1, 0.2),
    (0.05, 0.1, 0.2, 0.3),
    (0.1, 0.2, 0.3, 0.4, 0.5),
    SCAN_RATES,
    (0.2, 0.4, 0.6, 0.8, 1.0),
)
"""Sets of scan rates by which b is read [mV/s]: the text does not say which were used."""

WINDOW_V: Final = (0.01, 3.0)
RESISTANCES_OHM: Final = {"fjh": (10.0, 20.0, 30.0), "fjh-b": (10.0, 20.0, 30.0), "tf": (40.0, 110.0, 300.0)}
"""Charge transfer of carbon and foil together: K01 and half as much to each side; of TF the text's range."""

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


def by_rate_set(name: str) -> list[dict[str, Any]]:
    """b of each set of scan rates, by the resistance of the charge transfer, in the lumped formulation."""
    source, found = load_set(name), []
    for ohm in RESISTANCES_OHM[name]:
        numbers = {**source.numbers, EXCHANGE_CURRENT: exchange_current_density(source.numbers, ohm)}
        cell = lumped_cell(numbers, source.classes, source.law, electrolyte=True)
        peaks = {rate: anodic_peak(cell, rate) for rate in sorted({one for row in RATE_SETS for one in row})}
        for chosen in RATE_SETS:
            law = fit_power_law({rate: peaks[rate] for rate in chosen})
            b = None if law is None else law.exponent
            found.append({"ohm": ohm, "low_mV_s": min(chosen), "high_mV_s": max(chosen), "b": b})
    return found


def anodic_peak(cell: LumpedCell, rate_mV_s: float) -> float:
    """Largest current of the second anodic sweep [A/g], 5 mV clear of the vertices."""
    low, high = WINDOW_V
    speed = 1e-3 * rate_mV_s
    cell.equilibrate(high)
    for _ in range(2):
        cell.voltage(high, -speed, (high - low) / speed)
        up = cell.voltage(low, speed, (high - low) / speed)
    inside = (up.voltage_V > low + 5e-3) & (up.voltage_V < high - 5e-3)
    return -1e-3 * float(np.min(up.current_A_kg[inside]))


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
    **{f"{name}, by scan rates": partial(by_rate_set, name) for name in SETS},
    "fjh, SPM": partial(peaks, "fjh", SCAN_RATES, "SPM"),
    **{name: partial(limit, diffusivity) for name, diffusivity in LIMITS.items()},
}
