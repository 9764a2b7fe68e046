"""Equilibrium and rate laws of pore filling with quasi-metallic sodium.

A pore class is a share of the closed pores with one radius. It fills when the gain of wetted
carbon surface pays for the cluster: small pores first and at higher potential. Every function
takes floats, numpy arrays or PyBaMM symbols.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import special

from .constants import FARADAY, GAS_CONSTANT, REFERENCE_TEMPERATURE, SODIUM_MOLAR_VOLUME
from .strong_sites import LARGEST_FACTOR, bounded, exchange_factor

AREA_TO_VOLUME_FACTOR: Final = {"sphere": 3.0, "cylinder": 2.0, "slit": 1.0}
"""Wetted area over volume times radius; the radius of a slit is half its width."""

_HALLEY_STEPS = 2
_AFFINITY_LIMIT = 10.0


def wetting_potential(radius: Any, wetting_energy: Any, area_factor: Any) -> Any:
    """Potential at which a pore fills, ``V = dgamma (A/V) V_m / F`` [V vs Na+/Na].

    Gibbs-Thomson balance of a whole pore: 246 mV nm m2/J times ``dgamma A/V``.

    Parameters
    ----------
    radius
        Pore radius [m], > 0 (half the width of a slit).
    wetting_energy
        Gain of free energy per wetted carbon area over the free metal surface [J/m2].
    area_factor
        ``A r / V``: 3 for a sphere, 2 for a cylinder, 1 for a slit (:data:`AREA_TO_VOLUME_FACTOR`).

    Notes
    -----
    Bulk molar volume of sodium, 23.75 cm3/mol; no curvature dependence of the surface energy.
    Molar volume in pores: electron density of filled pores equals the metal's, Iglesias et al.,
    Adv. Energy Mater. 2023, DOI 10.1002/aenm.202302171.

    Examples
    --------
    >>> round(1e3 * wetting_potential(1e-9, 0.1, 3.0), 1)  # mV
    73.8
    """
    return wetting_energy * area_factor / radius * SODIUM_MOLAR_VOLUME / FARADAY


def filling_potential(phi: Any, T: Any, V: Any, cooperativity: Any, interaction: Any = 0.0) -> Any:
    """Potential of a pore class at filling ``phi`` [V vs Na+/Na].

    ``E = V + (RT/(nu F)) ln((1 - phi)/phi) + g (1/2 - phi)``: two-state pores that take ``nu``
    atoms together (the Hill isotherm, exact for independent all-or-none pores), and a mean-field
    (Frumkin) interaction ``g`` between pores, repulsive where positive.

    Parameters
    ----------
    phi
        Filling [-], inside (0, 1).
    T
        Temperature [K].
    V
        Potential at half filling [V], from :func:`wetting_potential`.
    cooperativity
        ``nu`` [-], >= 1. A peak narrower than 90 mV (FWHM at nu = 1) was measured:
        DOI 10.1002/cphc.202100748.
    interaction
        ``g`` [V], > -4RT/(nu F): below it the class separates into two phases.
    """
    width = GAS_CONSTANT * T / (FARADAY * cooperativity)
    return V + width * (np.log(1.0 - phi) - np.log(phi)) + interaction * (0.5 - phi)


def equilibrium_filling(E: Any, T: Any, V: Any, cooperativity: Any, interaction: Any = 0.0) -> Any:
    """Equilibrium filling of a pore class at potential ``E``: the inverse of :func:`filling_potential`.

    Without interaction the logistic function ``1/(1 + exp(nu F (E - V)/RT))``; with it a fixed
    number of steps in ``logit(phi)``, which converge to 1e-12 in phi for ``-0.8 < g nu F/(4RT) < 4``.
    Arguments as in :func:`filling_potential`.
    """
    slope = FARADAY * cooperativity / (GAS_CONSTANT * T)
    y = (V - E) * slope
    if isinstance(interaction, int | float) and interaction == 0.0:
        return _logistic(y)
    gamma = interaction * slope
    return filling_beside(logit_near(y, gamma), y, gamma)


def logit_near(y: Any, gamma: Any) -> Any:
    """Root of ``z + gamma (s(z) - 1/2) = y``, ``s`` the logistic function, to 1e-6 by Halley's method.

    It begins from the slope in the middle and the asymptotes, ``s(z) - 1/2 = z / (2 sqrt(4 + z^2))``.
    """
    middle = y / (1.0 + gamma / 4.0)
    logit = y - 0.5 * gamma * middle / np.sqrt(4.0 + middle**2)
    for _ in range(_HALLEY_STEPS):
        phi = _logistic(logit)
        curvature = gamma * phi * (1.0 - phi)
        error, slope = logit + gamma * (phi - 0.5) - y, 1.0 + curvature
        logit = logit - 2.0 * error * slope / (2.0 * slope**2 - error * curvature * (1.0 - 2.0 * phi))
    return logit


def filling_beside(logit: Any, y: Any, gamma: Any) -> Any:
    """Filling [-] at the root near ``logit``: one step of Newton's method in the filling itself.

    With ``logit`` held it has the exact derivatives after ``y`` and ``gamma``.
    """
    phi = _logistic(logit)
    free = phi * (1.0 - phi)
    return phi - free * (logit + gamma * (phi - 0.5) - y) / (1.0 + gamma * free)


def _logistic(y: Any) -> Any:
    """``1/(1 + exp(-y))``; as a hyperbolic tangent it overflows for no argument."""
    return 0.5 + 0.5 * np.tanh(0.5 * y)


def arrhenius(activation_energy: Any, T: Any) -> Any:
    """Arrhenius factor [-] relative to 298.15 K, ``exp(E_a/R (1/T_ref - 1/T))``; E_a in J/mol."""
    return np.exp(activation_energy / GAS_CONSTANT * (1.0 / REFERENCE_TEMPERATURE - 1.0 / T))


def barrier_of(rate: Any, median: Any, barrier: Any, share: Any) -> Any:
    """Activation energy of one rate of a spread [J/mol], ``E = E_median - x R T_ref ln(k/k_median)``.

    With ``x = 1`` all rates have one prefactor, and their spread is one of barriers: 5.71 kJ/mol for
    each decade.
    With ``x = 0`` all barriers are equal, and the spread is one of prefactors.

    Parameters
    ----------
    rate, median
        Rate constant and the median of the spread at 298.15 K [1/s].
    barrier
        Activation energy of the median [J/mol].
    share
        ``x`` [-], 0 to 1. Measurements at one temperature do not determine it.

    Examples
    --------
    >>> round(float(barrier_of(10.0, 1.0, 30e3, 1.0)))
    24292
    """
    return barrier - share * GAS_CONSTANT * REFERENCE_TEMPERATURE * np.log(rate / median)


def relaxation_rate(rate: Any, phi: Any, equilibrium: Any, affinity: Any) -> Any:
    """Rate of filling by relaxation, ``d phi/dt = k [s(E_ads) - phi]`` [1/s].

    Zero only at equal potentials, always dissipative and bounded.

    Parameters
    ----------
    rate
        Rate constant ``k`` [1/s].
    phi, equilibrium
        Filling and its equilibrium value ``s`` at the local potential of the adsorbed sodium [-].
    affinity
        ``a = nu F [V + g (1/2 - phi) - E_ads] / 2RT`` [-]; not used.
    """
    return rate * (equilibrium - phi)


def sinh_rate(rate: Any, phi: Any, equilibrium: Any, affinity: Any) -> Any:
    """Rate of filling by symmetric transfer, ``k sqrt(phi (1 - phi)) 2 sinh[F (E_pore - E_ads)/2RT]`` [1/s].

    Exponentially faster on emptying. Arguments as for :func:`relaxation_rate`.

    Notes
    -----
    With ``nu = 1`` and ``g = 0`` it is ``k [(1 - phi) e^a - phi e^-a]``, which equals
    ``k (s - phi) 2 cosh(a)``: no logarithm of phi, which underflows above 0.5 V. ``a`` saturates
    smoothly at 10 (a factor of 2e4 on the rate) so that the law stays bounded at 3 V.
    """
    bounded = _AFFINITY_LIMIT * np.tanh(affinity / _AFFINITY_LIMIT)
    return rate * (equilibrium - phi) * (np.exp(bounded) + np.exp(-bounded))


def exchange_rate(rate: Any, phi: Any, equilibrium: Any, affinity: Any, symmetry: Any) -> Any:
    """Rate of filling by exchange, ``k g(a) [s(E_ads) - phi]`` with ``g = cosh(a/2)^(2 lambda)`` [1/s].

    Between relaxation (``lambda = 0``) and symmetric transfer (1/2): :func:`.strong_sites.exchange_factor`.
    Arguments as for :func:`relaxation_rate`; ``symmetry`` is ``lambda`` [-].
    """
    return rate * (equilibrium - phi) * exchange_factor(affinity, symmetry)


def emptying_rate(rate: Any, phi: Any, equilibrium: Any, affinity: Any, asymmetry: Any) -> Any:
    """Rate of filling driven on emptying [1/s], ``k [(1 - phi) e^(alpha a) - phi e^((alpha - 1) a)]``.

    Equal to ``k (s - phi) [e^(alpha a) + e^(-(1 - alpha) a)]``: with ``alpha = 0`` filling is relaxation,
    while emptying grows with the driving force, so that no metal stays beside empty sites at 3 V. Zero at
    equilibrium only, and it always dissipates. The factor saturates smoothly at 1e6.

    Arguments as for :func:`relaxation_rate`; ``asymmetry`` is ``alpha`` [-], 0 to 1/2.
    """
    half = bounded(affinity)
    factor = np.exp(2.0 * asymmetry * half) + np.exp(-2.0 * (1.0 - asymmetry) * half)
    return rate * (equilibrium - phi) * factor / (1.0 + factor / LARGEST_FACTOR)


def log_normal_radii(median: float, spread: float, classes: int) -> npt.NDArray[np.float64]:
    """Radii [m] of ``classes`` pore classes of equal capacity from a log-normal distribution.

    The distribution is that of the capacity over the radius; each class has the radius at the
    middle of its share, ``median exp(spread z((k - 1/2)/K))``, smallest first.

    Parameters
    ----------
    median
        Median radius [m], > 0.
    spread
        Standard deviation of ln(radius) [-], >= 0.
    classes
        Number of classes, >= 1.

    Examples
    --------
    >>> log_normal_radii(1e-9, 0.2, 2).round(12)
    array([8.740e-10, 1.144e-09])
    """
    if median <= 0 or spread < 0 or classes < 1:
        raise ValueError(
            f"pore radii need median > 0, spread >= 0 and classes >= 1, not {median}, {spread}, {classes}"
        )
    return np.asarray(median * np.exp(spread * class_quantiles(classes)))


def class_quantiles(classes: int) -> npt.NDArray[np.float64]:
    """Standard normal quantile ``z((k - 1/2)/K)`` at the middle of each class of equal capacity [-]."""
    return np.asarray(special.ndtri((np.arange(classes) + 0.5) / classes))


@dataclass(frozen=True)
class PoreClasses:
    """Pore classes of a carbon: radii, shares of the pore capacity, and what they have in common.

    Parameters
    ----------
    radii
        Radius of each class [m].
    shares
        Share of each class in the pore capacity [-]; they sum to one.
    wetting_energy
        Gain of free energy per wetted area [J/m2] at 298.15 K.
    area_factor
        ``A r / V`` [-] (:data:`AREA_TO_VOLUME_FACTOR`).
    cooperativity
        Atoms that enter a pore together [-].
    interaction
        Mean-field interaction between pores [V].
    wetting_energy_slope
        Temperature derivative of the wetting energy [J/m2/K].
    """

    radii: tuple[float, ...]
    shares: tuple[float, ...]
    wetting_energy: float
    area_factor: float
    cooperativity: float
    interaction: float = 0.0
    wetting_energy_slope: float = 0.0

    def potential(self, k: int, phi: Any, T: Any) -> Any:
        """Potential [V] of class ``k`` (from 0) at filling ``phi`` and ``T`` [K]."""
        return filling_potential(phi, T, self.half_filling(k, T), self.cooperativity, self.interaction)

    def filling(self, k: int, E: Any, T: Any) -> Any:
        """Equilibrium filling [-] of class ``k`` (from 0) at potential ``E`` [V] and ``T`` [K]."""
        return equilibrium_filling(E, T, self.half_filling(k, T), self.cooperativity, self.interaction)

    def half_filling(self, k: int, T: Any) -> Any:
        """Potential [V] at which class ``k`` (from 0) is half full at ``T`` [K]."""
        energy = self.wetting_energy + self.wetting_energy_slope * (T - REFERENCE_TEMPERATURE)
        return wetting_potential(self.radii[k], energy, self.area_factor)
