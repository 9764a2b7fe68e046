"""Names of the carbon's parameters, in PyBaMM's bracketed style, as symbols of a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pybamm

from . import equilibrium, pore_filling
from .constants import FARADAY, GAS_CONSTANT, REFERENCE_TEMPERATURE
from .interacting_filling import InteractingFilling
from .laws import DEFAULT_ADSORPTION, FILLING_LAWS, FILLING_NUMBERS, adsorption_law
from .strong_sites import StrongSites, exchange_factor, rate_quantiles


@dataclass(frozen=True)
class CarbonParameters:
    """Symbols of one carbon electrode.

    Parameters
    ----------
    domain
        ``"negative"`` (full cell) or ``"positive"`` (working electrode of a half cell).
    classes
        Number of pore classes K.
    interaction
        Whether pores interact (option "pore interaction").
    law
        Name of the adsorption law (option "adsorption law").
    """

    domain: str
    classes: int
    interaction: bool = False
    law: str = DEFAULT_ADSORPTION

    def _name(self, rest: str) -> str:
        return f"{self.domain.capitalize()} electrode {rest}"

    def _scalar(self, rest: str) -> pybamm.Parameter:
        return pybamm.Parameter(self._name(rest))

    @property
    def adsorption_fraction(self) -> pybamm.Parameter:
        """Share of the adsorption sites in the maximum concentration [-]."""
        return self._scalar("adsorption capacity fraction")

    @property
    def mobile_fraction(self) -> pybamm.Symbol:
        """Share of the mobile sites in the maximum concentration [-]."""
        return self.adsorption_fraction - self.strong_fraction

    @property
    def strong_fraction(self) -> Any:
        """Share of the strongly bound sites in the maximum concentration [-]."""
        if not self.has_strong_sites:
            return 0.0
        return self.adsorption_fraction * self._scalar("strong site share")

    @property
    def has_strong_sites(self) -> bool:
        """Whether sodium is bound strongly beside the mobile sites."""
        return adsorption_law(self.law).has_strong_sites

    def pore_fraction(self, k: int) -> pybamm.Symbol:
        """Share of pore class ``k`` (from 0) in the maximum concentration [-]."""
        shares = [self._scalar(f"pore class {i + 1} capacity share") for i in range(self.classes)]
        return (1 - self.adsorption_fraction) * shares[k] / sum(shares[1:], shares[0])

    @property
    def _sites(self) -> list[pybamm.Parameter]:
        """Numbers of the adsorption law, in its order."""
        return [self._scalar(name) for name in adsorption_law(self.law).parameters.values()]

    @property
    def isotherm_numbers(self) -> list[pybamm.Parameter]:
        """Every number of the isotherm, in the order of :mod:`.equilibrium`."""
        own = [
            self._scalar(f"pore class {k + 1} {name}")
            for k in range(self.classes)
            for name in ("radius [m]", "capacity share")
        ]
        pores = [self._scalar(name) for name in equilibrium.PORES]
        return [self.adsorption_fraction, *self._sites, *pores, *own]

    def adsorption_potential(self, theta: Any, T: Any) -> pybamm.Symbol:
        """Potential of the adsorbed sodium [V vs Na+/Na]."""
        if not adsorption_law(self.law).closed_form:
            return equilibrium.Potential.made(self.law, theta, T, *self._sites)
        return self._made.potential(theta, T)

    def adsorption_entropic_change(self, theta: Any, T: Any) -> pybamm.Symbol:
        """Temperature derivative of the adsorption potential [V/K]."""
        if not adsorption_law(self.law).closed_form:
            return equilibrium.PotentialEntropicChange.made(self.law, theta, T, *self._sites)
        return self._made.entropic_change(theta, T)

    @property
    def _made(self) -> Any:
        law = adsorption_law(self.law)
        return law.make(**dict(zip(law.parameters, self._sites, strict=True)))

    @property
    def strong(self) -> StrongSites:
        """Equilibrium of the strongly bound sodium."""
        found: StrongSites = self._made.strong
        return found

    def mobile_flow(self, T: Any) -> pybamm.Symbol:
        """``f_m theta (1 - theta)`` [-] of mobile sodium beside strong sites, on the plateau."""
        law = self._made
        occupancy = law.level_filling(self.half_filling_potential(0, T), T)
        return self.mobile_fraction * occupancy * (1 - occupancy)

    @property
    def strong_rates(self) -> int:
        """Classes of exchange rates for each class of energies."""
        found: int = self._made.rates
        return found

    def equilibrium_occupancy(self, sto: Any, T: Any) -> pybamm.Symbol:
        """Occupancy of the adsorption sites at equilibrium with the pores [-]."""
        return equilibrium.Occupancy.made(self.law, sto, T, *self.isotherm_numbers)

    def equilibrium_potential(self, sto: Any, T: Any) -> pybamm.Symbol:
        """Potential of the whole inventory at rest [V vs Na+/Na]."""
        return self.adsorption_potential(self.equilibrium_occupancy(sto, T), T)

    def equilibrium_stoichiometry(self, E: Any, T: Any) -> pybamm.Symbol:
        """Total stoichiometry at rest [-] at a potential [V vs Na+/Na]."""
        return equilibrium.Stoichiometry.made(self.law, E, T, *self.isotherm_numbers)

    def entropic_change(self, sto: Any) -> pybamm.Symbol:
        """Temperature derivative of the equilibrium potential [V/K] at the reference temperature."""
        return equilibrium.EntropicChange.made(self.law, sto, *self.isotherm_numbers)

    def rest(self, sto: Any, T: Any) -> tuple[pybamm.Symbol, list[pybamm.Symbol]]:
        """Occupancy of the sites and filling of every class at rest [-], of sum ``sto`` exactly.

        Exact, not from the table of :meth:`equilibrium_occupancy`, with which sites and pores of a particle
        at 0 C would start 1 mV apart, and an impedance would not be that of a state of rest.
        """
        parts = [
            equilibrium.at_rest(self.law, k, sto, T, self.isotherm_numbers) for k in range(self.classes + 1)
        ]
        return parts[0], parts[1:]

    def half_filling_potential(self, k: int, T: Any) -> pybamm.Symbol:
        """Potential [V] at which pore class ``k`` (from 0) is half full."""
        energy = self._scalar("pore wetting energy [J.m-2]") + self._scalar(
            "pore wetting energy temperature coefficient [J.m-2.K-1]"
        ) * (T - REFERENCE_TEMPERATURE)
        return pore_filling.wetting_potential(
            self._scalar(f"pore class {k + 1} radius [m]"),
            energy,
            self._scalar("pore area to volume factor"),
        )

    def filling_potential(self, k: int, phi: Any, T: Any) -> pybamm.Symbol:
        """Potential [V] of pore class ``k`` (from 0) at filling ``phi``."""
        return pore_filling.filling_potential(phi, T, self.half_filling_potential(k, T), *self._filling_shape)

    def equilibrium_fillings(self, E: Any, T: Any) -> list[pybamm.Symbol]:
        """Equilibrium filling [-] of every pore class at potential ``E``."""
        potentials = [self.half_filling_potential(k, T) for k in range(self.classes)]
        cooperativity, interaction = self._filling_shape
        if not self.interaction:
            return [pore_filling.equilibrium_filling(E, T, V, cooperativity) for V in potentials]
        slope = cooperativity * FARADAY / (GAS_CONSTANT * T)
        return [InteractingFilling((V - E) * slope, interaction * slope) for V in potentials]

    @property
    def _filling_shape(self) -> tuple[Any, Any]:
        interaction = self._scalar("pore interaction [V]") if self.interaction else 0.0
        return self._scalar("pore filling cooperativity"), interaction

    def filling_rates(self, law: str, phi: Sequence[Any], E: Any, T: Any) -> list[pybamm.Symbol]:
        """Rate [1/s] of every pore class, filled to ``phi``, beside adsorbed sodium at ``E`` [V]."""
        barrier = self._scalar("pore filling activation energy [J.mol-1]")
        median = self._scalar("pore median filling rate [s-1]")
        numbers = [self._scalar(name) for name in FILLING_NUMBERS.get(law, ())]
        cooperativity, interaction = self._filling_shape
        rates = []
        for k, at_rest in enumerate(self.equilibrium_fillings(E, T)):
            V = self.half_filling_potential(k, T) + interaction * (0.5 - phi[k])
            affinity = cooperativity * FARADAY * (V - E) / (2 * GAS_CONSTANT * T)
            rate = self._at_temperature(
                self._scalar(f"pore class {k + 1} filling rate [s-1]"), median, barrier, T
            )
            rates.append(FILLING_LAWS[law](rate, phi[k], at_rest, affinity, *numbers))
        return rates

    def exchange_rates(self, s: Sequence[Sequence[Any]], E: Any, T: Any) -> list[list[pybamm.Symbol]]:
        """Rate [1/s] of strong sites of each class of energies and rates beside mobile sodium at ``E`` [V].

        ``s`` is their occupancy [-], by class of energies, then of rates.
        """
        strong, symmetry = self.strong, self._scalar("strong site exchange symmetry")
        found = []
        for own, at_rest, affinity in zip(s, strong.fillings(E, T), strong.affinities(E, T), strict=True):
            factor = exchange_factor(affinity, symmetry)
            found.append(
                [k * factor * (at_rest - one) for k, one in zip(self._strong_k(T), own, strict=True)]
            )
        return found

    def _strong_k(self, T: Any) -> list[pybamm.Symbol]:
        """Rate constant of each class of rates at ``T`` [1/s]."""
        median = self._scalar("strong site median exchange rate [s-1]")
        decades = self._scalar("strong site exchange rate standard deviation [decades]")
        barrier = self._scalar("strong site exchange activation energy [J.mol-1]")
        return [
            self._at_temperature(median * 10.0 ** (z * decades), median, barrier, T)
            for z in rate_quantiles(self.strong_rates)
        ]

    @property
    def least_barriers(self) -> dict[str, pybamm.Symbol]:
        """Lowest barrier of the pores and of the strong sites [J/mol], by the name of its median."""
        share, found = self._scalar("barrier share of the rate spread"), {}
        name, median = (
            "pore filling activation energy [J.mol-1]",
            self._scalar("pore median filling rate [s-1]"),
        )
        rates = [self._scalar(f"pore class {k + 1} filling rate [s-1]") for k in range(self.classes)]
        found[name] = [pore_filling.barrier_of(k, median, self._scalar(name), share) for k in rates]
        if self.has_strong_sites:
            name = "strong site exchange activation energy [J.mol-1]"
            decades = self._scalar("strong site exchange rate standard deviation [decades]")
            found[name] = [
                pore_filling.barrier_of(10.0 ** (z * decades), 1.0, self._scalar(name), share)
                for z in rate_quantiles(self.strong_rates)
            ]
        return {name: reduce(pybamm.minimum, barriers) for name, barriers in found.items()}

    def _at_temperature(self, rate: Any, median: Any, barrier: Any, T: Any) -> pybamm.Symbol:
        """Rate constant [1/s] at ``T``, from that at 298.15 K (:func:`.pore_filling.barrier_of`)."""
        share = self._scalar("barrier share of the rate spread")
        return rate * pore_filling.arrhenius(pore_filling.barrier_of(rate, median, barrier, share), T)
