"""Three kinds of sodium in a carbon: strongly bound, mobile, and in pores.

The mobile sodium of :mod:`.particle` is a narrow level of sites with a tail of stronger ones. Strongly bound
sites (:mod:`.strong_sites`) and pore classes each exchange with it against their own affinity; sodium does
not pass through the strong sites on its way to the pores. These are the stages of Gu et al. 2025: edges that
let go with difficulty (I), their neighbours (II), and clusters in pores (III).
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .adsorption import positive_part
from .constants import FARADAY, GAS_CONSTANT
from .strong_sites import ENERGIES, RATES, StrongSites


@dataclass(frozen=True)
class ThreeKinds:
    """Mobile sites beside strong ones: ``E = E_m + E_t exp(-theta/f_t) + (RT/F) ln((1 - theta)/theta)``.

    Strictly decreasing and bounded at both ends. The tail keeps mobile sodium at every potential: without it
    diffusion stops above the level, and an empty carbon lies below the upper cut-off.

    Parameters
    ----------
    level
        Potential of the mobile sites ``E_m`` [V vs Na+/Na].
    tail, tail_share
        Additional potential of the strongest mobile sites ``E_t`` [V] and their share ``f_t`` [-].
    strong_share
        Share of the strongly bound sites in all adsorption sites [-].
    lowest, width, shape
        Of :class:`.strong_sites.StrongSites`.
    energies, rates
        Classes of site energies, and of exchange rates in each.
    softness, hole_softness
        Occupancy, and share of free sites, below which the logarithm is bounded [-]. The latter is small: a
        level at 0.25 V has 1e-4 of its sites free at 0.01 V.
    """

    level: Any
    tail: Any
    tail_share: Any
    strong_share: Any
    lowest: Any
    width: Any
    shape: Any
    energies: int = ENERGIES
    rates: int = RATES
    softness: float = 1e-4
    hole_softness: float = 1e-6

    def potential(self, theta: Any, T: Any) -> Any:
        """Potential of the mobile sodium [V vs Na+/Na] at occupancy ``theta`` [-] and ``T`` [K]."""
        strongest = self.tail * np.exp(-theta / self.tail_share)
        return self.level + strongest + T * self.entropic_change(theta, T)

    def entropic_change(self, theta: Any, T: Any) -> Any:
        """Its temperature derivative [V/K]: the configurational entropy."""
        free, filled = positive_part(1.0 - theta, self.hole_softness), positive_part(theta, self.softness)
        return GAS_CONSTANT / FARADAY * np.log(free / filled)

    def level_filling(self, E: Any, T: Any) -> Any:
        """Occupancy of the level alone [-] at ``E`` [V], without its tail."""
        return 1.0 / (1.0 + np.exp(FARADAY / (GAS_CONSTANT * T) * (E - self.level)))

    @property
    def strong(self) -> StrongSites:
        """Equilibrium of the strongly bound sodium."""
        return StrongSites(self.lowest, self.width, self.shape, self.energies)


@dataclass(frozen=True)
class SlopingThreeKinds(ThreeKinds):
    """Three kinds whose mobile sites are the slope: ``E_s exp(-theta/f_s)`` more, beside the short tail.

    Of a carbon whose slope is at equilibrium: its strong sites are few, such as those that end it near 1 V.

    Parameters
    ----------
    slope, slope_share
        Height ``E_s`` [V vs Na+/Na] and decay ``f_s`` [-] of the slope; the others are those of
        :class:`ThreeKinds`.
    """

    slope: Any = field(kw_only=True)
    slope_share: Any = field(kw_only=True)

    def potential(self, theta: Any, T: Any) -> Any:
        """Potential of the mobile sodium [V vs Na+/Na] at occupancy ``theta`` [-] and ``T`` [K]."""
        return super().potential(theta, T) + self.slope * np.exp(-theta / self.slope_share)

    def level_filling(self, E: Any, T: Any) -> Any:
        """Occupancy [-] at ``E`` [V] of a level where the slope ends."""
        return super().level_filling(E - self.slope * np.exp(-1.0 / self.slope_share), T)
