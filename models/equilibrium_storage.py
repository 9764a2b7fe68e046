"""Sodium in a carbon particle whose pores are always at the potential of the adsorbed sodium."""

from typing import Any

import pybamm

from .parameters import CarbonParameters


class EquilibriumStorage(pybamm.particle.FickianDiffusion):
    """One conserved field with pores at the potential of the adsorbed sodium (``k -> infinity``).

    ``d c / dt = div(D_app grad c)`` with ``D_app = D_ads(theta, T) d c_ads/d c`` at common
    potential. The factor is that of the reference temperature; the potential is exact.

    Parameters as for :class:`.particle.AdsorptionPoreFilling`.
    """

    def __init__(
        self, param: Any, domain: str, options: Any, carbon: CarbonParameters, x_average: bool
    ) -> None:
        super().__init__(param, domain, options, phase="primary", x_average=x_average)
        self.carbon = carbon

    def _get_effective_diffusivity(self, c: pybamm.Symbol, T: pybamm.Symbol, current: Any) -> pybamm.Symbol:
        sto = c / self.phase_param.c_max
        theta = self.carbon.equilibrium_occupancy(sto, T, tabulated=True)
        return self.phase_param.D(theta * self.phase_param.c_max, T) * self.carbon.adsorbed_share(sto)

    def get_fundamental_variables(self) -> dict[str, pybamm.Symbol]:
        """The conserved field and the occupancy of the sites at its surface."""
        variables: dict[str, pybamm.Symbol] = super().get_fundamental_variables()
        self._surface = variables[f"{self.domain.capitalize()} particle surface stoichiometry"]
        return variables

    def get_coupled_variables(self, variables: dict[str, pybamm.Symbol]) -> dict[str, pybamm.Symbol]:
        """Flux and the split of the average between sites and pores."""
        variables = super().get_coupled_variables(variables)
        domain, Domain = self.domain_Domain
        field = variables[f"{Domain} particle concentration [mol.m-3]"]
        T = pybamm.PrimaryBroadcast(variables[f"{Domain} electrode temperature [K]"], [f"{domain} particle"])
        theta = self.carbon.equilibrium_occupancy(field / self.phase_param.c_max, T, tabulated=True)
        adsorbed_max = self.carbon.mobile_fraction * self.phase_param.c_max
        adsorbed = theta * adsorbed_max
        average = pybamm.r_average(pybamm.x_average(adsorbed))
        total = variables[f"Average {domain} particle concentration [mol.m-3]"]
        E = self.carbon.adsorption_potential(theta, T)
        for k, filling in enumerate(self.carbon.equilibrium_fillings(E, T)):
            variables[f"{Domain} particle pore class {k + 1} filling"] = filling
            variables[f"Average {domain} particle pore class {k + 1} filling"] = pybamm.r_average(
                pybamm.x_average(filling)
            )
        capacity = self.phase_param.c_max - adsorbed_max
        variables |= {
            f"{Domain} particle adsorbed concentration [mol.m-3]": adsorbed,
            f"{Domain} particle adsorbed occupancy": theta,
            f"{Domain} particle adsorption potential [V]": E,
            f"Average {domain} particle adsorbed occupancy": average / adsorbed_max,
            f"Average {domain} particle adsorbed concentration [mol.m-3]": average,
            f"Average {domain} particle filled concentration [mol.m-3]": total - average,
            f"Average {domain} particle pore filling": (total - average) / capacity,
            f"{Domain} electrode slope share": average / total,
            f"{Domain} electrode plateau share": 1 - average / total,
        }
        return variables
