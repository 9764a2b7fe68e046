"""Sodium in a carbon particle whose pores are always at the potential of the mobile sodium."""

from typing import Any

import pybamm

from .kept import Kept
from .particle import AdsorptionPoreFilling, inside


class EquilibriumStorage(AdsorptionPoreFilling):
    """One conserved field with everything at the potential of the mobile sodium (``k -> infinity``).

    ``d c / dt = div(D_ads(theta, T) c_mobile,max grad theta)`` with ``c = c_max X(theta, T)``, the isotherm,
    which holds in each place: the occupancy is an algebraic state, and no table is inverted.

    Parameters as for :class:`.particle.AdsorptionPoreFilling`.
    """

    def _placed(self, name: str, scale: Any) -> pybamm.Variable:
        domain, Domain = self.domain_Domain
        return pybamm.Variable(
            f"{f'X-averaged {domain}' if self.x_average else Domain} particle {name}",
            domain=f"{domain} particle",
            auxiliary_domains=self._auxiliary_domains(),
            scale=scale,
        )

    def get_fundamental_variables(self) -> dict[str, pybamm.Symbol]:
        """The conserved field and the occupancy of the mobile sites."""
        Domain = self.domain.capitalize()
        self._total = self._placed("concentration [mol.m-3]", self.phase_param.c_max)
        self._theta = self._placed("adsorbed occupancy", 1.0)
        surface = self._surface_over_electrode(pybamm.surf(self._theta))
        most = self.phase_param.c_max
        variables: dict[str, pybamm.Symbol] = self._get_standard_concentration_variables(
            self._over_electrode(self._total),
            # where the isotherm bends a straight line through the outer shells passes full
            c_s_surf=self._surface_over_electrode(most * inside(pybamm.surf(self._total) / most)),
        )
        return variables | {
            f"{Domain} particle adsorbed occupancy": self._over_electrode(self._theta),
            f"{Domain} particle surface adsorbed occupancy": surface,
            # a solution is taken up again by the names of its states
            self._total.name: self._total,
            self._theta.name: self._theta,
        }

    def get_coupled_variables(self, variables: dict[str, pybamm.Symbol]) -> dict[str, pybamm.Symbol]:
        """Flux, the isotherm, and the split of the average between sites and pores."""
        domain, Domain = self.domain_Domain
        T, j, radius = self._temperature_current_radius(variables)
        mobile = self._maximum(None)
        D = self.phase_param.D(self._theta * self.phase_param.c_max, T)
        flux = -D * mobile * pybamm.grad(self._theta)
        self._uptake = -pybamm.div(Kept(flux)) / radius**2
        self._gradient = -j * radius / self.param.F / (pybamm.surf(D) * mobile)
        E = self.carbon.adsorption_potential(self._theta, T)
        fillings = self.carbon.equilibrium_fillings(E, T)
        bound = mobile * self._theta
        if self.carbon.has_strong_sites:
            bound += self.carbon.strong_fraction * self.phase_param.c_max * self.carbon.strong.filled(E, T)
        filled = sum(self._maximum(k) * fillings[k] for k in self._classes)
        self._beyond = (bound + filled - self._total) / self.phase_param.c_max
        for k, filling in enumerate(fillings):
            field = self._over_electrode(filling)
            variables[f"{Domain} particle pore class {k + 1} filling"] = field
            variables[f"Average {domain} particle pore class {k + 1} filling"] = self._average(field)
        average, in_pores = (self._average(self._over_electrode(part)) for part in (bound, filled))
        total = average + in_pores
        capacity = self.carbon.adsorption_fraction * self.phase_param.c_max
        return (
            variables
            | {
                f"{Domain} particle adsorbed concentration [mol.m-3]": self._over_electrode(
                    mobile * self._theta
                ),
                f"{Domain} particle adsorption potential [V]": self._over_electrode(E),
                f"Average {domain} particle adsorbed occupancy": self._average(
                    self._over_electrode(self._theta)
                ),
                f"Average {domain} particle adsorbed concentration [mol.m-3]": average,
                f"Average {domain} particle filled concentration [mol.m-3]": in_pores,
                f"Average {domain} particle pore filling": in_pores / (self.phase_param.c_max - capacity),
                f"{Domain} electrode slope share": average / total,
                f"{Domain} electrode plateau share": in_pores / total,
            }
            | self._transport_variables(D, flux)
        )

    def _average(self, field: pybamm.Symbol) -> pybamm.Symbol:
        return pybamm.r_average(pybamm.x_average(field))

    def set_rhs(self, variables: dict[str, pybamm.Symbol]) -> None:
        """Balance of all sodium."""
        self.rhs = {self._total: self._uptake}

    def set_algebraic(self, variables: dict[str, pybamm.Symbol]) -> None:
        """The isotherm in each place."""
        self.algebraic = {self._theta: self._beyond}

    def set_boundary_conditions(self, variables: dict[str, pybamm.Symbol]) -> None:
        """No flux at the centre, the interfacial current at the surface."""
        ends = {"left": (pybamm.Scalar(0), "Neumann"), "right": (self._gradient, "Neumann")}
        self.boundary_conditions = {self._theta: ends}

    def set_initial_conditions(self, variables: dict[str, pybamm.Symbol]) -> None:
        """The initial concentration, at rest."""
        initial = self.phase_param.c_init
        if self.x_average:
            initial = pybamm.x_average(initial)
        theta, _ = self.carbon.rest(initial / self.phase_param.c_max, self.param.T_init)
        self.initial_conditions = {self._total: initial, self._theta: theta}
