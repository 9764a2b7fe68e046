"""Sodium metal on the carbon's surface: plating where it lies below 0 V, and its return.

With ``x = F eta/RT``, ``eta = phi_s - phi_e`` less the drop over a film, per area of particle::

    j = g(x) [ j_strip - j_plate e^-x ],      g = e^(alpha x) / (1 + e^(alpha x)/G)

``j_plate`` and ``j_strip`` are exchange-current densities, functions among the parameters. Below
``ln(G)/alpha`` it is the law of Butler and Volmer, and both directions balance everywhere; above, stripping
no longer grows. PyBaMM's law (OKane 2020, 2022) lets it grow by e^19 for a volt, at which a solver stops
where the metal has gone.
"""

from typing import Any, Final

import pybamm

__all__ = ["SodiumPlating"]

LARGEST: Final = 100.0
"""Factor ``G`` at which stripping no longer grows [-]: 0.24 V above the metal."""


class SodiumPlating(pybamm.lithium_plating.Plating):
    """PyBaMM's balances of plated and dead metal with a bounded rate of stripping."""

    def get_coupled_variables(self, variables: dict[str, pybamm.Symbol]) -> dict[str, Any]:
        """Current of plating and stripping."""
        _, Domain = self.domain_Domain
        own, phase = self.phase_param, self.phase_name
        eta = (
            variables[f"{Domain} electrode surface potential difference [V]"]
            + variables[f"{Domain} electrode {phase}SEI film overpotential [V]"]
        )
        c_e = variables[f"{Domain} electrolyte concentration [mol.m-3]"]
        T = variables[f"{Domain} electrode temperature [K]"]
        plated = variables[f"{Domain} {phase}lithium plating concentration [mol.m-3]"]
        x = self.param.F / (self.param.R * T) * eta
        factor = pybamm.exp(own.alpha_stripping * x)
        factor = factor / (1 + factor / LARGEST)
        current = -factor * own.j0_plating(c_e, plated, T) * pybamm.exp(-x)
        if getattr(getattr(self.options, self.domain), self.phase)["lithium plating"] != "irreversible":
            current = current + factor * own.j0_stripping(c_e, plated, T)
        variables.update(self._get_standard_overpotential_variables(eta))
        variables.update(self._get_standard_reaction_variables(current))
        found: dict[str, Any] = super(pybamm.lithium_plating.Plating, self).get_coupled_variables(variables)
        return found
