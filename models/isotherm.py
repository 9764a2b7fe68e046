"""Equilibrium isotherm of a carbon: charge against potential, its inverse, and the split.

``x(E) = f_ads theta(E) + (1 - f_ads) sum_k share_k s_k(E)`` with ``theta`` the inverse of the
adsorption law. The stoichiometry ``x`` is the fraction of ``c_max``. The inverse ``E(x)`` and the
split have no closed form; they are found on the curve ``theta -> (x, E)``, which is explicit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pybamm
from scipy import interpolate

from .constants import REFERENCE_TEMPERATURE
from .laws import Sites
from .live import root
from .pore_filling import PoreClasses

Array = npt.NDArray[np.float64]

BRACKET: Final = (-0.01, 1.2)
"""Occupancies between which an equilibrium is sought: the laws are defined a little beyond both ends."""


@dataclass(frozen=True)
class Split:
    """Where sodium is stored at equilibrium: adsorbed occupancy and filling of each class.

    ``theta`` has the shape of the argument; ``phi`` one leading axis more, of length K.
    """

    theta: Array
    phi: Array


@dataclass(frozen=True)
class Isotherm:
    """Equilibrium of adsorption sites and pore classes at a common potential.

    Parameters
    ----------
    adsorption
        Law of the adsorption sites.
    pores
        Pore classes.
    adsorption_fraction
        Share of the adsorption sites in the total capacity ``c_max`` [-], inside (0, 1).
    """

    adsorption: Sites
    pores: PoreClasses
    adsorption_fraction: Any

    def __post_init__(self) -> None:
        """Refuse a carbon with no sites or no pores; CasADi symbols pass."""
        if isinstance(self.adsorption_fraction, float) and not 0.0 < self.adsorption_fraction < 1.0:
            raise ValueError(
                f"adsorption fraction {self.adsorption_fraction} is not allowed: give a value inside (0, 1)"
            )

    def _filled(self, E: Array, T: float) -> Array:
        return np.stack([np.asarray(self.pores.filling(k, E, T)) for k in range(len(self.pores.radii))])

    @property
    def mobile_fraction(self) -> Any:
        """Share of the mobile sites in the total capacity [-]; all adsorption sites without strong ones."""
        return self.adsorption_fraction * (1.0 - getattr(self.adsorption, "strong_share", 0.0))

    def stoichiometry_at(self, theta: Any, T: Any) -> Any:
        """Total stoichiometry [-] at an occupancy of the sites, in arrays or CasADi symbols."""
        E = self.adsorption.potential(theta, T)
        filled = sum(share * self.pores.filling(k, E, T) for k, share in enumerate(self.pores.shares))
        strong = getattr(self.adsorption, "strong", None)
        if strong is not None:
            share = self.adsorption.strong_share  # type: ignore[attr-defined]
            theta = (1.0 - share) * theta + share * strong.filled(E, T)
        return self.adsorption_fraction * theta + (1.0 - self.adsorption_fraction) * filled

    def occupancy(self, E: npt.ArrayLike, T: float = REFERENCE_TEMPERATURE) -> Array:
        """Occupancy of the adsorption sites [-] at potential ``E`` [V vs Na+/Na], any shape."""
        target = np.asarray(E, dtype=float)
        return _bisect(lambda theta: -np.asarray(self.adsorption.potential(theta, T)), -target)

    def stoichiometry(self, E: npt.ArrayLike, T: float = REFERENCE_TEMPERATURE) -> Array:
        """Total stoichiometry x [-] at potential ``E`` [V vs Na+/Na]; ``q = x c_max F``."""
        return np.asarray(self.stoichiometry_at(self.occupancy(E, T), T))

    def split(self, x: npt.ArrayLike, T: float = REFERENCE_TEMPERATURE) -> Split:
        """Split of a total stoichiometry ``x`` into adsorbed and filled, at ``T`` [K]."""
        target = np.asarray(x, dtype=float)
        theta = _bisect(lambda occupancy: self.stoichiometry_at(occupancy, T), target)
        return Split(theta, self._filled(np.asarray(self.adsorption.potential(theta, T)), T))

    def potential(self, x: npt.ArrayLike, T: float = REFERENCE_TEMPERATURE) -> Array:
        """Equilibrium potential ``U_eq(x, T)`` [V vs Na+/Na]."""
        return np.asarray(self.adsorption.potential(self.split(x, T).theta, T))

    def entropic_change_at(self, x: Any) -> Any:
        """``dU_eq/dT`` [V/K] at fixed ``x`` and reference temperature, in CasADi symbols."""

        def potential(T: float) -> Any:
            theta = root(lambda occupancy: self.stoichiometry_at(occupancy, T), x, *BRACKET)
            return self.adsorption.potential(theta, T)

        step, T = 0.25, REFERENCE_TEMPERATURE
        return (potential(T + step) - potential(T - step)) / (2.0 * step)

    def entropic_change(self, x: npt.ArrayLike, T: float = REFERENCE_TEMPERATURE) -> Array:
        """``dU_eq/dT`` [V/K] at fixed ``x``, central difference of the exact isotherm."""
        step = 0.25
        return (self.potential(x, T + step) - self.potential(x, T - step)) / (2.0 * step)

    @cached_property
    def _grid(self) -> Array:
        """Stoichiometries of the tables, from a little below empty to a little above full.

        Even in the potential, where the potential is steep, and even in the stoichiometry, where
        it is flat; the laws go on smoothly beyond both ends, so that no trial step of a solver
        leaves the tables.
        """
        T = REFERENCE_TEMPERATURE
        E = np.concatenate(
            [np.linspace(3.4, 1.2, 120), np.linspace(1.2, 0.3, 360)[1:], np.linspace(0.3, -0.05, 350)[1:]]
        )
        steep = self.stoichiometry_at(self.occupancy(E, T), T)
        beyond = self.stoichiometry_at(
            np.concatenate([np.linspace(-2e-3, 0.0, 20), np.linspace(1.0, 1.1, 40)]), T
        )
        flat = np.linspace(1e-3, 1.0 - 1e-3, 200)
        grid = np.unique(np.concatenate([steep, beyond, flat]))
        return np.asarray(grid[np.concatenate([[True], np.diff(grid) > 1e-9])])

    @cached_property
    def _occupancies(self) -> Array:
        """Occupancy of the sites on the grid at the reference temperature."""
        return self.split(self._grid).theta

    @cached_property
    def _entropic_changes(self) -> Array:
        """``dU_eq/dT`` [V/K] on the grid."""
        return self.entropic_change(self._grid)

    def ocp_entropic_change(self, sto: Any) -> Any:
        """``dU_eq/dT`` [V/K] as PyBaMM's "... electrode OCP entropic change [V.K-1]"."""
        return _table(self._grid, self._entropic_changes, sto, "equilibrium_entropic_change")

    def equilibrium_occupancy(self, sto: Any, T: Any) -> Any:
        """Occupancy of the adsorption sites [-] at total stoichiometry and ``T`` [K].

        In a model: tables over the stoichiometry of a cubic in ``T - T_ref``, exact at the reference
        temperature and within 2e-4 of the exact split from 253 to 333 K.
        """
        if not isinstance(sto, pybamm.Symbol):
            return self.split(sto, T).theta
        total = _table(self._grid, self._occupancies, sto, "equilibrium_occupancy")
        for power, coefficient in enumerate(self._warming, start=1):
            term = _table(self._grid, coefficient, sto, f"equilibrium_occupancy_T{power}")
            total = total + (T - REFERENCE_TEMPERATURE) ** power * term
        return total

    @cached_property
    def _warming(self) -> Array:
        """Coefficients of 1st to 3rd order in ``T - T_ref`` of the occupancy on the grid."""
        shift = np.array([-45.0, -30.0, -15.0, 15.0, 30.0, 45.0])
        change = np.stack(
            [self.split(self._grid, REFERENCE_TEMPERATURE + d).theta - self._occupancies for d in shift]
        )
        powers = np.stack([shift, shift**2, shift**3], axis=1)
        return np.asarray(np.linalg.lstsq(powers, change, rcond=None)[0])

    def adsorbed_share(self, sto: npt.ArrayLike) -> Array:
        """``d c_ads / d c`` [-] at common potential and reference temperature.

        The factor between the diffusivity of adsorbed sodium and the apparent one,
        ``D_app = D_ads d c_ads/d c``: unity above the plateau, a few per cent on it.
        """
        slope = interpolate.PchipInterpolator(self._grid, self._occupancies).derivative()
        return np.asarray(self.mobile_fraction * slope(np.asarray(sto, dtype=float)))


def _table(x: Array, y: Array, at: Any, name: str) -> Any:
    if isinstance(at, pybamm.Symbol):
        return pybamm.Interpolant(x, y, at, name=name, interpolator="pchip")
    return interpolate.PchipInterpolator(x, y)(at)


def _bisect(increasing: Callable[[Array], Array], target: Array) -> Array:
    """Occupancy at which an increasing function meets ``target``, to 1e-15."""
    low, high = (np.full_like(target, end) for end in BRACKET)
    for _ in range(52):
        middle = 0.5 * (low + high)
        below = increasing(middle) < target
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray(0.5 * (low + high))
