"""Equilibrium of the adsorption sites: potential against occupancy.

Each law is a small frozen class with two methods, ``potential(theta, T)`` [V vs Na+/Na] and
``entropic_change(theta, T)`` [V/K], its exact temperature derivative. Both take floats, numpy
arrays or PyBaMM symbols, so that one definition serves tests, tables and models.
All laws are strictly decreasing in the occupancy and finite at zero occupancy: with a bare
logarithm the occupancy is 1e-16 at 2 V and a desodiation to 3 V cannot be solved.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import casadi
import numpy as np
import numpy.typing as npt
import pybamm
from scipy import integrate, interpolate, special

from .constants import FARADAY, GAS_CONSTANT, REFERENCE_TEMPERATURE


def positive_part(theta: Any, softness: Any, root: Callable[[Any], Any] = np.sqrt) -> Any:
    """Smooth positive part of an occupancy, ``(theta + sqrt(theta^2 + 4 softness^2)) / 2``.

    Equals ``softness`` at zero and ``theta + O(softness^2 / theta)`` above it; positive for every
    real argument, so that a logarithm of it is defined in every trial step of a solver.
    In an exchange-current density ``root`` is :func:`exact_root`, which takes four times as long.
    """
    return 0.5 * (theta + root(theta * theta + 4.0 * softness * softness))


def exact_root(x: Any) -> Any:
    """Square root of a positive number that PyBaMM leaves as it is.

    In an exchange-current density PyBaMM replaces roots and powers by regularised ones, which differ below
    1e-3: that of an almost empty carbon would be less than half of what the law says.
    """
    return np.exp(0.5 * np.log(x))


def _configurational(theta: Any, softness: float) -> Any:
    """Ideal configurational term ``ln((1 - theta) / theta)``, bounded at both ends."""
    return np.log(positive_part(1.0 - theta, softness) / positive_part(theta, softness))


@dataclass(frozen=True)
class MeanFieldSites:
    """Mean-field potential of two populations of adsorption sites with a strong-site tail.

    ``E = Q(theta) + (RT/F) ln((1 - theta)/theta)`` with the quantile function
    ``Q = E_II + (E_I - E_II) [1 + exp((theta - f_I)/w)]^-1 + S (1/2 - theta) + E_t exp(-theta/f_t)``.

    A mean-field form: sodium on a site of the mean energy of its rank, not the exact isotherm of a
    distribution (:class:`SiteEnergyDistribution`), from which it can differ by tens of mV.
    Stage I are edges and defects, stage II their neighbours, the tail the few strongest sites that
    are emptied only above 1 V. Valid for occupancies in (0, 1) and 230 to 350 K.

    Parameters
    ----------
    stage_1, stage_2
        Mean potentials of the two populations [V vs Na+/Na], stage_1 > stage_2.
    stage_1_share, stage_width
        Share of the sites in stage I and the width of the passage to stage II, in occupancy [-].
    spread
        Linear spread of the site energies over both populations [V].
    tail, tail_share
        Additional potential of the strongest sites [V] and their share [-].
    softness
        Occupancy below which the logarithm is bounded [-].
    """

    stage_1: Any
    stage_2: Any
    stage_1_share: Any
    stage_width: Any
    spread: Any
    tail: Any
    tail_share: Any
    softness: float = 1e-4

    def potential(self, theta: Any, T: Any) -> Any:
        """Potential [V vs Na+/Na] at occupancy ``theta`` [-] and temperature ``T`` [K]."""
        step = 1.0 / (1.0 + np.exp((theta - self.stage_1_share) / self.stage_width))
        quantile = (
            self.stage_2
            + (self.stage_1 - self.stage_2) * step
            + self.spread * (0.5 - theta)
            + self.tail * np.exp(-theta / self.tail_share)
        )
        return quantile + T * self.entropic_change(theta, T)

    def entropic_change(self, theta: Any, T: Any) -> Any:
        """Temperature derivative of the potential [V/K]: the configurational entropy."""
        return GAS_CONSTANT / FARADAY * _configurational(theta, self.softness)


@dataclass(frozen=True)
class BraggWilliams:
    """Slope sites of the two-sublattice Bragg-Williams model of Mercer et al. (2022).

    ``E = -[e1 + A exp(-B theta^C) (1 - B C theta^C)] + (RT/F) ln((1 - theta)/theta)``:
    the derivative of ``theta [e1 + A exp(-B theta^C)]`` and the ideal configurational entropy.
    Defaults: ChemPhysChem 2022, DOI 10.1002/cphc.202100748 (values of the article, in eV).
    The strong-site tail keeps the potential of an empty carbon above 3 V; it is ours.
    """

    e1: Any = -0.372
    amplitude: Any = -0.684
    decay: Any = 1.874
    exponent: Any = 1.686
    tail: Any = 2.0
    tail_share: Any = 0.008
    softness: float = 1e-4

    def potential(self, theta: Any, T: Any) -> Any:
        """Potential [V vs Na+/Na] at occupancy ``theta`` [-] and temperature ``T`` [K]."""
        power = self.decay * positive_part(theta, self.softness) ** self.exponent
        site = self.e1 + self.amplitude * np.exp(-power) * (1.0 - self.exponent * power)
        strong = self.tail * np.exp(-theta / self.tail_share)
        return strong - site + T * self.entropic_change(theta, T)

    def entropic_change(self, theta: Any, T: Any) -> Any:
        """Temperature derivative of the potential [V/K]: the configurational entropy."""
        return GAS_CONSTANT / FARADAY * _configurational(theta, self.softness)


@dataclass(frozen=True)
class SiteEnergyDistribution:
    """Exact isotherm of a distribution of site energies, inverted by a monotone table.

    ``theta(E, T) = sum_j w_j integral N(e; mean_j, spread_j) / (1 + exp(F (E - e)/RT)) de``
    plus a share of strong sites spread evenly from 0 V to ``tail_top``, whose Fermi convolution
    is closed. Normal site energies in carbons: Mercer et al., DOI 10.1002/cphc.202100748.
    Inside a PyBaMM model the inverse is a C1 monotone (PCHIP) table at the reference temperature
    with the exact first-order temperature coefficient, ``E_ref + (T - T_ref) dE/dT``: below 1 mV
    off the exact inverse within 40 K for spreads above 0.1 V (a test holds it to that).

    Parameters
    ----------
    means, spreads, weights
        Potential [V], standard deviation [V] and share [-] of each normal population.
    tail_share, tail_top
        Share of the strong sites [-] and the upper end of their even distribution [V].
    """

    means: tuple[float, ...]
    spreads: tuple[float, ...]
    weights: tuple[float, ...]
    tail_share: float = 0.02
    tail_top: float = 3.5

    def __post_init__(self) -> None:
        """Refuse populations that are no distribution."""
        if not len(self.means) == len(self.spreads) == len(self.weights) > 0:
            raise ValueError("means, spreads and weights need the same length of at least 1")
        if min(self.spreads) <= 0 or min(self.weights) <= 0 or not 0 < self.tail_share < 1:
            raise ValueError("spreads and weights must be positive and tail_share inside (0, 1)")

    def occupancy(self, E: npt.ArrayLike, T: float) -> npt.NDArray[np.float64]:
        """Exact occupancy [-] at potential ``E`` [V] (any shape) and temperature ``T`` [K]."""
        E = np.asarray(E, dtype=float)
        thermal = GAS_CONSTANT * T / FARADAY
        total = np.zeros_like(E)
        share = (1.0 - self.tail_share) / sum(self.weights)
        for mean, spread, weight in zip(self.means, self.spreads, self.weights, strict=True):
            sites = mean + spread * np.linspace(-8.0, 8.0, 1601)
            density = np.exp(-0.5 * ((sites - mean) / spread) ** 2)
            density /= integrate.trapezoid(density, sites)
            fermi = special.expit((sites - E[..., None]) / thermal)
            total += share * weight * integrate.trapezoid(density * fermi, sites, axis=-1)
        top = np.logaddexp(0.0, (self.tail_top - E) / thermal)
        bottom = np.logaddexp(0.0, -E / thermal)
        return np.asarray(total + self.tail_share * thermal / self.tail_top * (top - bottom))

    @cached_property
    def _table(
        self,
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Occupancy, potential and entropic change at the reference temperature.

        Beyond an empty and a full carbon the table goes on in straight lines, so that no trial
        step of a solver leaves it.
        """
        E = np.concatenate([np.linspace(-0.5, 1.5, 1201), np.linspace(1.5, 3.45, 200)[1:]])[::-1]
        theta = self.occupancy(E, REFERENCE_TEMPERATURE)
        keep = np.concatenate([[True], np.diff(theta) > 1e-7])
        E, theta = E[keep], theta[keep]
        step = 0.5
        warmer = self.occupancy(E, REFERENCE_TEMPERATURE + step)
        colder = self.occupancy(E, REFERENCE_TEMPERATURE - step)
        # dE/dT at fixed theta = -(dtheta/dT) / (dtheta/dE)
        entropic = -((warmer - colder) / (2 * step)) / np.gradient(theta, E)
        beyond = np.array([0.05, 0.2])
        slope = (E[1] - E[0]) / (theta[1] - theta[0])
        below = np.array([-0.02, -0.01])
        return (
            np.concatenate([below, theta, theta[-1] + beyond]),
            np.concatenate([E[0] + slope * (below - theta[0]), E, E[-1] - 5.0 * beyond]),
            np.concatenate([np.full(2, entropic[0]), entropic, np.full(2, entropic[-1])]),
        )

    def potential(self, theta: Any, T: Any) -> Any:
        """Potential [V vs Na+/Na] at occupancy ``theta`` [-] and temperature ``T`` [K]."""
        occupancy, E, _ = self._table
        reference = _lookup(occupancy, E, theta, "adsorption_potential")
        return reference + (T - REFERENCE_TEMPERATURE) * self.entropic_change(theta, T)

    def entropic_change(self, theta: Any, T: Any) -> Any:
        """Temperature derivative of the potential [V/K] at the reference temperature."""
        occupancy, _, entropic = self._table
        return _lookup(occupancy, entropic, theta, "adsorption_entropic_change")


def _lookup(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], at: Any, name: str) -> Any:
    """Monotone cubic look-up of a table in numpy, in a PyBaMM expression, or in CasADi's matrix symbols."""
    if isinstance(at, pybamm.Symbol):
        return pybamm.Interpolant(x, y, at, name=name, interpolator="pchip")
    curve = interpolate.PchipInterpolator(x, y)
    if not isinstance(at, casadi.MX):
        return curve(at)
    # the same curve as a B-spline with double knots, which CasADi looks up without copying the table
    third = np.diff(x) / 3.0
    slope = curve(x, 1)
    before = np.append(y[0], y[1:] - third * slope[1:])
    after = np.append(y[:-1] + third * slope[:-1], y[-1])
    knots = [x[0], x[0], *np.repeat(x, 2), x[-1], x[-1]]
    return casadi.bspline(at, casadi.DM(np.ravel(np.column_stack([before, after]))), [knots], [3], 1, {})
