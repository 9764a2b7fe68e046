"""What Raman, diffraction and microscopy would see of a simulated cycle (S09). Illustrative.

The G band follows the adsorbed sodium between the two reported ends; metallic sodium is what is in the pores;
the model stores none between layers, so that nothing shifts the (002) reflection. The ends and the absence of
a shift are put in; how the sodium divides over a cycle, and whether it returns, is simulated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from napore.experiments.curves import Cycle, HalfCycle
from napore.experiments.rate import PLATEAU_END_V
from napore.parameters.reported import reported

Array = npt.NDArray[np.float64]

LEAST_METAL: Final = 0.5
"""Least share of pores in the sodium stored at the cut-off that counts as metallic sodium found [-]."""
LEAST_PLATEAU_METAL: Final = 0.8
"""Least share of pores in the charge below 0.1 V that counts as filling [-]."""
MOST_LEFT: Final = 0.05
"""Largest share of metal and of the G band's shift that may be left after desodiation [-]."""
MOST_BETWEEN_LAYERS: Final = 1e-3
"""Largest share of the charge that may be neither on sites nor in pores [-]."""


def g_band_ends() -> tuple[float, float]:
    """Reported positions of the G band [1/cm], desodiated and sodiated (S09)."""
    values = next(row.values for row in reported() if row.id == "S09")
    return values[0], values[1]


def g_band(adsorbed: Any, empty: float, full: float, ends: Sequence[float]) -> Any:
    """Position of the G band [1/cm], linear in the adsorbed sodium between two reported ends.

    Parameters
    ----------
    adsorbed
        Sodium on the adsorption sites, in any unit.
    empty, full
        The same where the ends were measured, desodiated and sodiated.
    ends
        Positions there [1/cm].

    Examples
    --------
    >>> g_band(30.0, 0.0, 60.0, (1581.1, 1559.1))
    1570.1
    """
    return ends[0] + (ends[1] - ends[0]) * (adsorbed - empty) / (full - empty)


@dataclass(frozen=True)
class OperandoHalf:
    """Observables over one half cycle.

    Parameters
    ----------
    direction
        ``"sodiation"`` or ``"desodiation"``.
    capacity_mAh_g, voltage_V
        As in the half cycle.
    g_band_cm1
        Position of the G band.
    metallic_mAh_g
        Sodium in pores.
    """

    direction: str
    capacity_mAh_g: Array
    voltage_V: Array
    g_band_cm1: Array
    metallic_mAh_g: Array

    def table(self) -> pd.DataFrame:
        """One row per point."""
        return pd.DataFrame(self.__dict__)


@dataclass(frozen=True)
class Operando:
    """Observables of a cycle, and what the statements of S09 are held to.

    Parameters
    ----------
    sodiation, desodiation
        Over the half cycles.
    metal_share
        Pores' share of the sodium stored at the cut-off [-].
    plateau_metal_share
        Pores' share of the charge below 0.1 V of sodiation [-].
    slope_shift_share
        Part of the G band's shift that is over at 0.1 V [-].
    left_metal_share, left_shift_share
        Metal and shift that remain after desodiation, of those at the cut-off [-].
    between_layers_share
        Charge of sodiation that is neither on sites nor in pores [-].
    """

    sodiation: OperandoHalf
    desodiation: OperandoHalf
    metal_share: float
    plateau_metal_share: float
    slope_shift_share: float
    left_metal_share: float
    left_shift_share: float
    between_layers_share: float

    @property
    def holds(self) -> bool:
        """S09: metal at the cut-off that makes the plateau, G band and metal return, no sodium elsewhere."""
        return (
            self.metal_share >= LEAST_METAL
            and self.plateau_metal_share >= LEAST_PLATEAU_METAL
            and max(self.left_metal_share, abs(self.left_shift_share)) <= MOST_LEFT
            and abs(self.between_layers_share) <= MOST_BETWEEN_LAYERS
        )

    def to_dict(self) -> dict[str, Any]:
        """Shares by name."""
        return {name: value for name, value in self.__dict__.items() if isinstance(value, float)}


def operando(cycle: Cycle) -> Operando:
    """Observables of a cycle of a carbon's half cell, from a rate test.

    Raises
    ------
    ValueError
        Where the model does not tell adsorbed from filled sodium.
    """
    down, up = cycle.sodiation, cycle.desodiation
    if np.isnan(down.adsorbed_mAh_g).any():
        raise ValueError(
            "this cycle has no split into adsorbed and filled sodium: simulate with the option "
            "'sodium storage' = 'kinetic'"
        )
    empty, full = float(down.adsorbed_mAh_g[0]), float(down.adsorbed_mAh_g[-1])
    ends = g_band_ends()

    def half(points: HalfCycle) -> OperandoHalf:
        return OperandoHalf(
            points.direction,
            points.capacity_mAh_g,
            points.voltage_V,
            g_band(points.adsorbed_mAh_g, empty, full, ends),
            points.filled_mAh_g,
        )

    metal, adsorbed = down.filled_mAh_g, down.adsorbed_mAh_g
    plateau = down.capacity - down.capacity_below(PLATEAU_END_V["sodiation"])
    metal_at, adsorbed_at = (
        float(np.interp(plateau, down.capacity_mAh_g, content)) for content in (metal, adsorbed)
    )
    stored = float(metal[-1] - metal[0] + full - empty)
    return Operando(
        sodiation=half(down),
        desodiation=half(up),
        metal_share=float(metal[-1] / (metal[-1] + full)),
        plateau_metal_share=(float(metal[-1]) - metal_at) / (down.capacity - plateau),
        slope_shift_share=(adsorbed_at - empty) / (full - empty),
        left_metal_share=float(up.filled_mAh_g[-1] / metal[-1]),
        left_shift_share=float((up.adsorbed_mAh_g[-1] - empty) / (full - empty)),
        between_layers_share=1.0 - stored / down.capacity,
    )
