"""Names of the carbon's parameters, in PyBaMM's bracketed style, as symbols of a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pybamm

from . import pore_filling
from .constants import REFERENCE_TEMPERATURE
from .interacting_filling import InteractingFilling

__all__ = ["CarbonParameters"]


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
    """

    domain: str
    classes: int
    interaction: bool = False

    def _name(self, rest: str) -> str:
        return f"{self.domain.capitalize()} electrode {rest}"

    def _scalar(self, rest: str) -> pybamm.Parameter:
        return pybamm.Parameter(self._name(rest))

    @property
    def adsorption_fraction(self) -> pybamm.Parameter:
        """Share of the adsorption sites in the maximum concentration [-]."""
        return self._scalar("adsorption capacity fraction")

    def pore_fraction(self, k: int) -> pybamm.Symbol:
        """Share of pore class ``k`` (from 0) in the maximum concentration [-]."""
        shares = [self._scalar(f"pore class {i + 1} capacity share") for i in range(self.classes)]
        return (1 - self.adsorption_fraction) * shares[k] / sum(shares[1:], shares[0])

    def adsorption_potential(self, theta: Any, T: Any) -> pybamm.Symbol:
        """Potential of the adsorbed sodium [V vs Na+/Na]."""
        return pybamm.FunctionParameter(
            self._name("adsorption potential [V]"),
            {"Adsorbed occupancy": theta, "Temperature [K]": T},
        )

    def adsorption_entropic_change(self, theta: Any, T: Any) -> pybamm.Symbol:
        """Temperature derivative of the adsorption potential [V/K]."""
        return pybamm.FunctionParameter(
            self._name("adsorption potential entropic change [V.K-1]"),
            {"Adsorbed occupancy": theta, "Temperature [K]": T},
        )

    def equilibrium_occupancy(self, sto: Any, T: Any) -> pybamm.Symbol:
        """Occupancy of the adsorption sites at equilibrium with the pores [-]."""
        return pybamm.FunctionParameter(
            self._name("equilibrium adsorbed occupancy"),
            {"Stoichiometry": sto, "Temperature [K]": T},
        )

    def rest(self, sto: Any, T: Any) -> tuple[pybamm.Symbol, list[pybamm.Symbol]]:
        """Occupancy of the sites and filling of every class at rest [-], of sum ``sto`` exactly.

        One step of Newton's method from the table of :meth:`equilibrium_occupancy`: what the table
        misses is shared out as a common change of potential would. Without it sites and pores of a
        particle at 0 C start 1 mV apart, and an impedance is not that of a state of rest.
        """
        theta, step = self.equilibrium_occupancy(sto, T), 1e-6
        fillings = self.equilibrium_fillings(self.adsorption_potential(theta, T), T)
        slope = self.adsorption_potential(theta - step, T) - self.adsorption_potential(theta + step, T)
        # stoichiometry taken up per volt by the sites and by each class
        sites = self.adsorption_fraction * 2 * step / slope
        cooperativity, interaction = self._filling_shape
        thermal = cooperativity * pybamm.constants.F / (pybamm.constants.R * T)
        ideal = [thermal * phi * (1 - phi) for phi in fillings]
        curvatures = [curvature / (1 + interaction * curvature) for curvature in ideal]
        shares = [self.pore_fraction(k) for k in range(self.classes)]
        held, taken = self.adsorption_fraction * theta, sites
        for share, phi, curvature in zip(shares, fillings, curvatures, strict=True):
            held, taken = held + share * phi, taken + share * curvature
        change = (sto - held) / taken
        return theta + change * 2 * step / slope, [
            phi + change * curvature for phi, curvature in zip(fillings, curvatures, strict=True)
        ]

    def adsorbed_share(self, sto: Any) -> pybamm.Symbol:
        """Share of adsorbed sodium in a small change of the total at equilibrium [-]."""
        return pybamm.FunctionParameter(self._name("equilibrium adsorbed share"), {"Stoichiometry": sto})

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
            return pore_filling.equilibrium_fillings(E, T, potentials, cooperativity)
        slope = cooperativity * pybamm.constants.F / (pybamm.constants.R * T)
        return [InteractingFilling((V - E) * slope, interaction * slope) for V in potentials]

    @property
    def _filling_shape(self) -> tuple[Any, Any]:
        interaction = self._scalar("pore interaction [V]") if self.interaction else 0.0
        return self._scalar("pore filling cooperativity"), interaction

    def filling_rates(self, law: str, phi: Sequence[Any], E: Any, T: Any) -> list[pybamm.Symbol]:
        """Rate [1/s] of every pore class, filled to ``phi``, beside adsorbed sodium at ``E`` [V]."""
        thermal = pore_filling.arrhenius(self._scalar("pore filling activation energy [J.mol-1]"), T)
        cooperativity, interaction = self._filling_shape
        rates = []
        for k, equilibrium in enumerate(self.equilibrium_fillings(E, T)):
            V = self.half_filling_potential(k, T) + interaction * (0.5 - phi[k])
            affinity = cooperativity * pybamm.constants.F * (V - E) / (2 * pybamm.constants.R * T)
            rate = self._scalar(f"pore class {k + 1} filling rate [s-1]") * thermal
            rates.append(pore_filling.filling_rate(law, rate, phi[k], equilibrium, affinity))
        return rates
