"""Root mean squares of a fit's voltages, evenly over the charge."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .data import CurveData, Data, SeriesData
from .equilibrium import EquilibriumData
from .numbers import HalfCell


def rms_mV(data: Sequence[Data], half_cell: HalfCell, values: Mapping[str, float]) -> float | None:
    """Root mean square of the differences of voltage [mV], of curves evenly over the charge; None without."""
    squares: list[float] = []
    for part in data:
        if isinstance(part, CurveData):
            squares += [one for one in part.mean_squares_V2(half_cell, values) if one is not None]
        elif isinstance(part, SeriesData | EquilibriumData):
            squares.append(float(np.mean(part.differences_V(half_cell, values) ** 2)))
    return float(1e3 * np.sqrt(np.mean(squares))) if squares else None


def rms_per_half_cycle_mV(
    data: Sequence[Data], half_cell: HalfCell, values: Mapping[str, float]
) -> list[dict[str, Any]]:
    """One row per half cycle: measured and simulated capacity, rms of the voltage."""
    rows = []
    for part in data:
        if not isinstance(part, CurveData):
            continue
        simulations = part.simulated(half_cell, values)
        squares = part.mean_squares_V2(half_cell, values)
        for curve, simulated, square in zip(part.curves, simulations, squares, strict=True):
            rows.append(
                {
                    "file": curve.source,
                    "direction": curve.direction,
                    "current_mA_g": curve.current_mA_g,
                    "capacity_mAh_g": curve.constant_current_capacity,
                    "simulated_capacity_mAh_g": None if simulated is None else simulated.capacity,
                    "rms_mV": None if square is None else 1e3 * square**0.5,
                }
            )
    return rows
