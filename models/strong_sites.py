"""Strongly bound sodium of a carbon: sites with a distribution of energies and of exchange rates.

Edges and defects hold sodium at 0.1 to 1.5 V, exchange it slowly with the mobile sodium beside them, and are
not on its way to the pores. The energies are a Weibull distribution, cut into classes of even width in the
energy. Inside a class the sites have all energies between its ends and are at equilibrium with one another,
so that occupancy and potential of a class have a closed form and their sum has no steps:

    s_j(E, T) = RT/(F w_j) ln[(1 + e^(F (E_j+1 - E)/RT)) / (1 + e^(F (E_j - E)/RT))],   w_j = E_j+1 - E_j

Every function takes floats, numpy arrays, CasADi or PyBaMM symbols.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np
from scipy import special

from .constants import FARADAY, GAS_CONSTANT

ENERGIES: Final = 6
"""Classes of site energies of the shipped law."""

RATES: Final = 2
"""Classes of exchange rates of the shipped law, for each class of energies."""

_TOP: Final = 0.995
"""Share of the distribution that the classes cover; the strongest 0.5 % are spread over them."""

_LARGEST_ARGUMENT: Final = 300.0
LARGEST_FACTOR: Final = 1e6
"""Factor of an exchange rate at which it saturates [-]."""


def bounded(affinity: Any) -> Any:
    """Half an affinity [-] that overflows no exponential; within 0.1 % below 16."""
    return _LARGEST_ARGUMENT * np.tanh(affinity / _LARGEST_ARGUMENT)


def exchange_factor(affinity: Any, symmetry: Any) -> Any:
    """Factor of an exchange rate over relaxation, ``g = cosh(a/2)^(2 lambda)`` [-].

    With ``d s/dt = k g(a) [sigma(a) - s]`` and ``sigma = 1/(1 + e^-a)`` the rates of taking and of giving are
    in the ratio ``e^a`` for every ``lambda``: detailed balance. ``lambda = 0`` is relaxation, ``1/2`` the
    symmetric exchange of Butler and Volmer. The factor saturates smoothly at 1e6.

    Parameters
    ----------
    affinity
        Half the affinity, ``a/2 = n F (V - E)/2RT`` [-].
    symmetry
        ``lambda`` [-], 0 to 1/2.

    Examples
    --------
    >>> float(exchange_factor(3.0, 0.0))
    1.0
    >>> bool(abs(exchange_factor(1.0, 0.5) - np.cosh(1.0)) < 1e-5)
    True
    """
    size = abs(affinity)
    # ln cosh and the bound on it in forms that overflow for no argument
    log_cosh = size + np.log(0.5 + 0.5 * np.exp(-2.0 * size))
    return (1.0 + 1.0 / LARGEST_FACTOR) / (np.exp(-2.0 * symmetry * log_cosh) + 1.0 / LARGEST_FACTOR)


def rate_quantiles(rates: int) -> list[float]:
    """Standard normal quantile at the middle of each class of exchange rates [-]."""
    return [float(z) for z in special.ndtri((np.arange(rates) + 0.5) / rates)]


@dataclass(frozen=True)
class StrongSites:
    """Equilibrium of strongly bound sodium.

    Parameters
    ----------
    lowest
        Lowest site potential ``E_min`` [V vs Na+/Na].
    width, shape
        ``w`` [V] and ``m`` [-] of ``E(u) = E_min + w (-ln(1 - u))^(1/m)``, ``u`` the share of sites below.
    energies
        Number of classes of energies.

    Notes
    -----
    Site energies of edges and defects in carbons spread over about a volt: Mercer et al., ChemPhysChem 2022,
    DOI 10.1002/cphc.202100748. Independent sites: no interaction beyond the distribution.
    """

    lowest: Any
    width: Any
    shape: Any
    energies: int = ENERGIES

    @cached_property
    def edges(self) -> list[Any]:
        """Ends of the classes [V], from the lowest; one more than there are classes."""
        top = self.width * self._top
        return [self.lowest + top * (j / self.energies) for j in range(self.energies + 1)]

    @property
    def _top(self) -> Any:
        return np.exp(np.log(-np.log(1.0 - _TOP)) / self.shape)

    @cached_property
    def shares(self) -> list[Any]:
        """Share of each class in the strong sites [-]; they sum to one."""
        below = [
            0.0 if j == 0 else 1.0 - (1.0 - _TOP) ** _power(j / self.energies, self.shape)
            for j in range(self.energies + 1)
        ]
        return [(after - before) / _TOP for before, after in pairwise(below)]

    def fillings(self, E: Any, T: Any) -> list[Any]:
        """Equilibrium occupancy [-] of each class beside sodium at ``E`` [V], ``T`` [K]."""
        f = FARADAY / (GAS_CONSTANT * T)
        beside = np.exp(-f * E)
        logs = [np.log(1.0 + np.exp(f * edge) * beside) for edge in self.edges]
        return [(above - below) / (f * self._step) for below, above in pairwise(logs)]

    def affinities(self, E: Any, T: Any) -> list[Any]:
        """Half the affinity of the middle of each class, ``F (E_j - E)/2RT`` [-]."""
        f = FARADAY / (GAS_CONSTANT * T)
        return [0.5 * f * (edge + 0.5 * self._step - E) for edge in self.edges[:-1]]

    def filled(self, E: Any, T: Any) -> Any:
        """Occupancy of all strong sites at equilibrium [-]."""
        fillings = self.fillings(E, T)
        return sum(share * filling for share, filling in zip(self.shares, fillings, strict=True))

    def potential(self, j: int, s: Any, T: Any) -> Any:
        """Potential [V] of class ``j`` (from 0) at occupancy ``s`` in (0, 1) [-]: the filling inverted."""
        f = FARADAY / (GAS_CONSTANT * T)
        span = f * self._step
        # (e^(s span) - 1)/(e^span - e^(s span)), in a form that neither end overflows
        odds = (1.0 - np.exp(-s * span)) / (np.exp((1.0 - s) * span) - 1.0)
        return self.edges[j] - np.log(odds) / f

    @property
    def _step(self) -> Any:
        return self.width * self._top / self.energies


def _power(base: float, exponent: Any) -> Any:
    """``base^exponent`` of a positive number, also for symbols."""
    return np.exp(exponent * float(np.log(base)))
