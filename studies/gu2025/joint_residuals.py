"""Residuals of the joint calibration: rows of the paper and priors of the class, over tolerances.

Tolerances are a third to a half of what must be shown. What is a limit counts only beyond it. The rows that
are statements (K03, S09, H10.tf) are led to the inside of their limits.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from napore.experiments.weppner_huggins import GittPulse

from .carbon_fit import targets
from .joint_rows import Seen, store_resistance

__all__ = ["fjh_residuals", "interface_residuals", "tf_residuals"]

Array = npt.NDArray[np.float64]


TF_OHM: Final = 80.0
"""Largest resistance of exchange or diffusion of TF's sites, below that of charge transfer (K01) [ohm]."""


def above(value: float, limit: float, width: float) -> float:
    """How far a value exceeds a limit."""
    return max(0.0, value - limit) / width


def fjh_residuals(s: Seen, *, fast: bool = True, gitt: bool = True) -> Array:
    """Differences of FJH from its rows, over tolerances."""
    if len(s.capacity) < 3 + fast or not np.isfinite(s.share):
        return np.full(9 + 2 * fast + 5 * gitt, np.nan)
    aim = targets()
    q = s.capacity
    found = [
        (q[0.02] / aim["H01.fjh"] - 1.0) / 0.003,
        above(q[0.1], 326.0, 1.0) + above(311.0, q[0.1], 1.0),
        (q[0.5] / aim["H06.fjh"] - 1.0) / 0.004,
        (100.0 * s.share - aim["H03"]) / 0.35,
        (s.plateau[0.1] / aim["H04.fjh"] - 1.0) / 0.006,
        (s.half_slope_V - 0.36) / 0.03,
        above(0.03, s.hysteresis_V, 0.01) + above(s.hysteresis_V, 0.17, 0.01),
        above(max(s.left[0.02], s.left[0.1]), 4.0, 2.0),
        above(s.left[0.5], 3.0, 1.0),
    ]
    if fast:
        found += [(q[5.0] / aim["H08"] - 1.0) / 0.004, above(s.left[5.0], 10.0, 6.0)]
    if gitt:
        safe = [max(v, 1e-6) if np.isfinite(v) else 1e-2 for v in (s.dip, s.rise)]
        found += [
            above(np.log(3.6), np.log(safe[0]), 0.1),
            above(np.log(1.5), np.log(safe[1]), 0.1),
            above(np.log(s.flat), np.log(1.7), 0.1) if np.isfinite(s.flat) else 5.0,
            above(s.dip_V, 0.095, 0.005) if np.isfinite(s.dip_V) else 5.0,
            above(0.052, s.dip_V, 0.003) if np.isfinite(s.dip_V) else 5.0,
        ]
    return np.array(found, dtype=float)


def interface_residuals(
    numbers: Mapping[str, float], exchange_ohm: float = 0.3, diffusion_ohm: float = 1.2
) -> Array:
    """K01: exchange and diffusion that show in the arcs would add to the charge transfer."""
    exchange, diffusion = store_resistance(numbers)
    return np.array(
        [above(np.log(r), np.log(exchange_ohm), 0.3) for r in exchange[1:]]
        + [above(np.log(r), np.log(diffusion_ohm), 0.2) for r in diffusion]
    )


def tf_residuals(s: Seen, fjh: Seen, numbers: Mapping[str, float]) -> Array:
    """Differences of TF from its rows, over tolerances: H01, H04, H10, K03 and K06.

    Two arcs and a line (K06) need resistances of the sites below that of the charge transfer: an arc of less
    than the diffusion after it merges with it. Slope (L01) and hysteresis (L02) count where they leave what
    other carbons have.
    """
    arcs = interface_residuals(numbers, TF_OHM, TF_OHM)
    if len(s.capacity) < 3 or not np.isfinite(s.share):
        return np.full(7 + len(arcs), np.nan)
    aim = targets()
    lower = _below(s.pulses, fjh.pulses) if s.pulses else 0.0
    return np.array(
        [
            (s.capacity[0.02] / aim["H01.tf"] - 1.0) / 0.004,
            (s.plateau[0.1] / aim["H04.tf"] - 1.0) / 0.008,
            above(s.plateau[5.0], 8.0, 3.0),
            above(0.6, lower, 0.05),
            above(s.hysteresis_V, 0.18, 0.01),
            above(0.3, s.half_slope_V, 0.01),
            above(max(s.left[0.02], s.left[0.1]), 3.0, 2.0),
            *arcs,
        ]
    )


def _below(pulses: Sequence[GittPulse], others: Sequence[GittPulse]) -> float:
    """Share of the pulses below others at the same voltage; smooth, so that a fit can follow it."""
    place = [(p.voltage_V, np.log10(p.diffusivity_m2_s)) for p in others if p.diffusivity_m2_s]
    V, D = np.array(sorted(place)).T
    own = [(p.voltage_V, np.log10(p.diffusivity_m2_s)) for p in pulses if p.diffusivity_m2_s and p.complete]
    differences = np.array([np.interp(v, V, D) - d for v, d in own if V[0] <= v <= V[-1]])
    return float(np.mean(1.0 / (1.0 + np.exp(-(differences - 0.02) / 0.02))))
