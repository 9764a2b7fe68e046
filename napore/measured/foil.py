"""The sodium foil of a cell with three electrodes: its exchange current from the counter's potential."""

from typing import Final

import numpy as np

from .half_cycles import HalfCycles
from .scale import Scale
from .series import Array

_THERMAL_V: Final = 0.025693
"""R T / F at 25 C."""


def exchange_current_density(current_A_m2: float, overpotential_V: float) -> float:
    """``i0 = i / (2 sinh(F eta / (2 R T)))`` [A/m2 of plane foil], symmetric Butler-Volmer kinetics at 25 C.

    Examples
    --------
    >>> round(exchange_current_density(1.25, 0.0235), 2)
    1.32
    """
    return float(current_A_m2 / (2.0 * np.sinh(overpotential_V / (2.0 * _THERMAL_V))))


def foil_remarks(halves: HalfCycles, counter_V: Array, scale: Scale) -> list[str]:
    """Median potential of the counter electrode in both directions, and what exchange current it means."""
    medians: dict[str, float] = {}
    for direction in ("sodiation", "desodiation"):
        rows = [rows for c, rows in zip(halves.curves, halves.rows, strict=True) if c.direction == direction]
        if rows:
            medians[direction] = float(np.median(counter_V[np.concatenate(rows)]))
    if len(medians) < 2 or scale.mass_mg is None or scale.area_cm2 is None:
        return []
    currents = [curve.current_mA_g for curve in halves.curves if curve.current_mA_g is not None]
    density = float(np.median(currents)) * 1e-3 * scale.mass_mg * 1e-3 / (scale.area_cm2 * 1e-4)
    half = 0.5 * (medians["sodiation"] - medians["desodiation"])
    if not half > 1e-4:
        return []
    return [
        f"the counter electrode is at {1e3 * medians['sodiation']:+.0f} mV on sodiation and "
        f"{1e3 * medians['desodiation']:+.0f} mV on desodiation, at {density:.3g} A/m2: a plane foil with an "
        f"exchange current of {exchange_current_density(density, half):.2g} A/m2"
    ]
