"""Sodium in a carbon particle: adsorbed and mobile, or in pores and immobile.

Per place, with ``c = c_ads + sum_k c_pore,k`` the public concentration:

    d c_ads / dt    = -div N - sum_k r_k,      N = -D_ads(theta, T) grad c_ads
    d c_pore,k / dt = r_k = c_pore,k,max d phi_k / dt   (laws in :mod:`.pore_filling`)

    centre   N = 0
    surface  N = j / F
"""

from typing import Any

import pybamm
from pybamm.models.submodels.particle.base_particle import BaseParticle

from .heat import computes_heat, filling_heat, mixing_heat
from .kept import Kept
from .parameters import CarbonParameters


def inside(filling: pybamm.Symbol) -> pybamm.Symbol:
    """Filling between 0 and 1, where the law holds it: a solver leaves it by its tolerance, up to 1e-4.

    For what is shown; the balances keep the state as it is.
    """
    return pybamm.minimum(pybamm.maximum(filling, 0), 1)


class AdsorptionPoreFilling(BaseParticle):
    """Adsorbed sodium that diffuses and pore classes that fill at a finite rate.

    Parameters
    ----------
    param
        Parameters of the cell (:class:`pybamm.LithiumIonParameters`).
    domain
        ``"negative"`` or ``"positive"``.
    options
        Options of the model.
    carbon
        Symbols of the electrode.
    x_average
        Whether one particle stands for the electrode (SPM, SPMe).
    """

    def __init__(
        self, param: Any, domain: str, options: Any, carbon: CarbonParameters, x_average: bool
    ) -> None:
        super().__init__(param, domain, options, "primary")
        self.carbon = carbon
        self.x_average = x_average

    @property
    def _classes(self) -> range:
        return range(self.carbon.classes)

    def _maximum(self, k: int | None) -> pybamm.Symbol:
        """Maximum concentration of the sites (None) or of pore class k [mol/m3]."""
        share = self.carbon.mobile_fraction if k is None else self.carbon.pore_fraction(k)
        return self.phase_param.c_max * share

    def _stored(self, k: int | None) -> str:
        return "adsorbed" if k is None else f"pore class {k + 1}"

    def _auxiliary_domains(self) -> dict[str, str]:
        levels = ["current collector"]
        if not self.x_average:
            levels.insert(0, f"{self.domain} electrode")
        if self.size_distribution:
            levels.insert(0, f"{self.domain} particle size")
        return dict(zip(["secondary", "tertiary", "quaternary"], levels, strict=False))

    def _state(self, k: int | None) -> pybamm.Variable:
        return self._field(self._stored(k), self._maximum(k))

    def _field(self, stored: str, maximum: pybamm.Symbol) -> pybamm.Variable:
        """State in every place of a particle [mol/m3]."""
        domain, Domain = self.domain_Domain
        prefix = f"X-averaged {domain}" if self.x_average else Domain
        suffix = " distribution" if self.size_distribution else ""
        return pybamm.Variable(
            f"{prefix} particle {stored} concentration{suffix} [mol.m-3]",
            domain=f"{domain} particle",
            auxiliary_domains=self._auxiliary_domains(),
            scale=maximum,
        )

    def _size(self) -> pybamm.SpatialVariable:
        secondary = ["current collector"] if self.x_average else [f"{self.domain} electrode"]
        auxiliary = {"secondary": secondary}
        if not self.x_average:
            auxiliary["tertiary"] = ["current collector"]
        return pybamm.SpatialVariable(
            f"R_{self.domain[0]}",
            domain=[f"{self.domain} particle size"],
            auxiliary_domains=auxiliary,
            coord_sys="cartesian",
        )

    def _over_electrode(self, field: pybamm.Symbol) -> pybamm.Symbol:
        """Field of one size: averaged over the sizes, spread over the electrode."""
        if self.size_distribution:
            field = self._size_average(field)
        return pybamm.SecondaryBroadcast(field, f"{self.domain} electrode") if self.x_average else field

    def _size_average(self, field: pybamm.Symbol, by: str = "volume") -> pybamm.Symbol:
        """Field of one size, averaged over the sizes by volume or area."""
        prefix = f"X-averaged {self.domain}" if self.x_average else self.domain.capitalize()
        weight = self._distribution[f"{prefix} {by}-weighted particle-size distribution [m-1]"]
        return pybamm.Integral(weight * field, self._size())

    def _surface_over_electrode(self, surface: pybamm.Symbol) -> pybamm.Symbol:
        return pybamm.PrimaryBroadcast(surface, f"{self.domain} electrode") if self.x_average else surface

    def get_fundamental_variables(self) -> dict[str, pybamm.Symbol]:
        """States, totals and shares of each kind of storage."""
        self._states = {k: self._state(k) for k in (None, *self._classes)}
        held = self._bound_elsewhere()
        total = sum([*list(self._states.values())[1:], *held], self._states[None])
        variables: dict[str, pybamm.Symbol] = {}
        if self.size_distribution:
            self._distribution = self._get_distribution_variables(self._size())
            variables.update(self._distribution)
            variables.update(self._get_standard_concentration_distribution_variables(total))
            variables.update(self._get_standard_concentration_variables(self._over_electrode(total)))
        else:
            # surf() of a sum ignores the boundary conditions of its parts, and takes pores beyond full
            surface = sum(
                (
                    *(
                        self._maximum(k) * inside(pybamm.surf(c) / self._maximum(k))
                        for k, c in self._states.items()
                        if k is not None
                    ),
                    *(pybamm.surf(c) for c in held),
                ),
                pybamm.surf(self._states[None]),
            )
            variables.update(
                self._get_standard_concentration_variables(
                    self._over_electrode(total), c_s_surf=self._surface_over_electrode(surface)
                )
            )
        variables.update(self._storage_variables())
        return variables

    def _bound_elsewhere(self) -> list[pybamm.Symbol]:
        """Sodium beside sites and pores that counts in the total [mol/m3]; states of a subclass."""
        return []

    def _storage_variables(self) -> dict[str, pybamm.Symbol]:
        domain, Domain = self.domain_Domain
        variables: dict[str, pybamm.Symbol] = {}
        averages = {}
        for k, state in self._states.items():
            field, stored = self._over_electrode(state), self._stored(k)
            average = pybamm.r_average(pybamm.x_average(field))
            averages[k] = average
            word = "occupancy" if k is None else "filling"
            share = average / self._maximum(k)
            place = field / self._maximum(k)
            if k is not None:
                share, place = inside(share), inside(place)
            variables |= {
                f"{Domain} particle {stored} concentration [mol.m-3]": field,
                f"X-averaged {domain} particle {stored} concentration [mol.m-3]": pybamm.x_average(field),
                f"{Domain} particle {stored} {word}": place,
                f"Average {domain} particle {stored} {word}": share,
            }
            # the states themselves keep their own names
            if state.name in variables:
                variables[state.name] = state if self.x_average else field
        surface = pybamm.surf(self._states[None]) / self._maximum(None)
        if self.size_distribution:
            variables[f"{Domain} particle surface adsorbed occupancy distribution"] = (
                pybamm.SecondaryBroadcast(surface, f"{domain} electrode") if self.x_average else surface
            )
            surface = self._size_average(surface, "area")
        variables[f"{Domain} particle surface adsorbed occupancy"] = self._surface_over_electrode(surface)
        filled = sum((averages[k] for k in list(self._classes)[1:]), averages[0])
        capacity = (1 - self.carbon.adsorption_fraction) * self.phase_param.c_max
        adsorbed = averages[None] + self._bound_average()
        total = adsorbed + filled
        variables |= {
            f"Average {domain} particle pore filling": inside(filled / capacity),
            f"Average {domain} particle adsorbed concentration [mol.m-3]": adsorbed,
            f"Average {domain} particle filled concentration [mol.m-3]": filled,
            f"{Domain} electrode slope share": adsorbed / total,
            f"{Domain} electrode plateau share": filled / total,
        }
        return variables

    def _bound_average(self) -> pybamm.Symbol:
        """Average of :meth:`_bound_elsewhere` over the electrode [mol/m3]."""
        return pybamm.Scalar(0)

    def _temperature_current_radius(
        self, variables: dict[str, pybamm.Symbol]
    ) -> tuple[pybamm.Symbol, pybamm.Symbol, Any]:
        domain, Domain = self.domain_Domain
        prefix = f"X-averaged {domain}" if self.x_average else Domain
        T = variables[f"{prefix} electrode temperature [K]"]
        kind = (
            "interfacial current density distribution"
            if self.size_distribution
            else "interfacial current density"
        )
        j = variables[f"{prefix} electrode {kind} [A.m-2]"]
        if self.size_distribution:
            T = pybamm.PrimaryBroadcast(T, [f"{domain} particle size"])
            radius = variables[f"{Domain} particle sizes"]
        else:
            radius = 1 if self.x_average else variables[f"{Domain} particle radius"]
        if self.options["thermal"] == "isothermal":
            # one number in the place of a field of equal ones, which each evaluation would copy
            return self.param.T_amb_av(pybamm.t), j, radius
        return pybamm.PrimaryBroadcast(T, [f"{domain} particle"]), j, radius

    def get_coupled_variables(self, variables: dict[str, pybamm.Symbol]) -> dict[str, pybamm.Symbol]:
        """Flux, filling rates and boundary condition."""
        domain, Domain = self.domain_Domain
        T, j, radius = self._temperature_current_radius(variables)
        adsorbed = self._states[None]
        theta = adsorbed / self._maximum(None)
        D = self.phase_param.D(theta * self.phase_param.c_max, T)
        flux = -D * pybamm.grad(adsorbed)
        E = self.carbon.adsorption_potential(theta, T)
        law = getattr(self.options, domain)["pore filling"]
        filling = [self._states[k] / self._maximum(k) for k in self._classes]
        rates = [Kept(rate) for rate in self.carbon.filling_rates(law, filling, E, T)]
        self._rates = {k: self._maximum(k) * rates[k] for k in self._classes}
        total = sum(list(self._rates.values())[1:], self._rates[0])
        sink = total + self._other_exchange(theta, E, T)
        wide_radius = (
            pybamm.PrimaryBroadcast(radius, [f"{domain} particle"]) if self.size_distribution else radius
        )
        uptake = -pybamm.div(Kept(flux)) / wide_radius**2
        self._rhs_adsorbed = uptake - sink
        self._gradient = -j * radius / self.param.F / pybamm.surf(D)
        for k, rate in self._rates.items():
            variables[f"{Domain} particle pore class {k + 1} filling rate [mol.m-3.s-1]"] = (
                self._over_electrode(rate)
            )
        variables[f"{Domain} particle pore filling rate [mol.m-3.s-1]"] = self._over_electrode(total)
        variables[f"{Domain} particle adsorption potential [V]"] = self._over_electrode(E)
        variables.update(self._transport_variables(D, flux))
        if computes_heat(self.options):
            outflow = 3 * j / self.param.F / (self.phase_param.R_typ * radius)
            variables.update(self._heat_variables(variables, filling, theta, T, uptake, outflow))
        return variables

    def _other_exchange(self, theta: pybamm.Symbol, E: pybamm.Symbol, T: pybamm.Symbol) -> Any:
        """Sodium that sites, ``theta`` full and at ``E``, give to :meth:`_bound_elsewhere` [mol/m3/s]."""
        return 0

    def _other_heat(self, theta: pybamm.Symbol, T: pybamm.Symbol) -> tuple[Any, Any]:
        """Irreversible and reversible heat of that exchange per volume of particle [W/m3]."""
        return 0, 0

    def _heat_variables(
        self,
        variables: dict[str, pybamm.Symbol],
        filling: list[pybamm.Symbol],
        theta: pybamm.Symbol,
        T: pybamm.Symbol,
        uptake: pybamm.Symbol,
        outflow: pybamm.Symbol,
    ) -> dict[str, pybamm.Symbol]:
        """Heat that storage releases, per volume of electrode."""
        Domain = self.domain.capitalize()
        active = variables[f"{Domain} electrode active material volume fraction"]
        T_surface = T.orphans[0] if isinstance(T, pybamm.PrimaryBroadcast) else T
        surface = pybamm.surf(self._states[None]) / self._maximum(None)
        lost, reversible = filling_heat(self.carbon, list(self._rates.values()), filling, theta, T)
        more_lost, more_reversible = self._other_heat(theta, T)
        found = {
            "pore filling irreversible": pybamm.r_average(lost + more_lost),
            "pore filling reversible": pybamm.r_average(reversible + more_reversible),
            "adsorbed mixing": mixing_heat(self.carbon, theta, surface, T, T_surface, uptake, outflow),
        }
        for name, heat in found.items():
            if self.size_distribution:
                heat = self._size_average(heat)
            if self.x_average:
                heat = pybamm.PrimaryBroadcast(heat, f"{self.domain} electrode")
            variables[f"{Domain} electrode {name} heating [W.m-3]"] = active * heat
        return variables

    def _transport_variables(self, D: pybamm.Symbol, flux: pybamm.Symbol) -> dict[str, pybamm.Symbol]:
        variables: dict[str, pybamm.Symbol] = {}
        electrode = [f"{self.domain} electrode"]
        if self.x_average:
            spread = pybamm.TertiaryBroadcast if self.size_distribution else pybamm.SecondaryBroadcast
            D, flux = spread(D, electrode), spread(flux, electrode)
        if self.size_distribution:
            variables.update(self._get_standard_diffusivity_distribution_variables(D))
            variables.update(self._get_standard_flux_distribution_variables(flux))
            D = pybamm.size_average(D)
            size = pybamm.SpatialVariable("R", domains=D.domains)
            flux = pybamm.Integral(self.phase_param.f_a_dist(size) * flux, size)
        variables.update(self._get_standard_diffusivity_variables(D))
        variables.update(self._get_standard_flux_variables(flux))
        return variables

    def set_rhs(self, variables: dict[str, pybamm.Symbol]) -> None:
        """Balances of adsorbed sodium and of each pore class."""
        self.rhs = {self._states[None]: self._rhs_adsorbed}
        self.rhs.update({self._states[k]: rate for k, rate in self._rates.items()})

    def set_boundary_conditions(self, variables: dict[str, pybamm.Symbol]) -> None:
        """No flux at the centre, the interfacial current at the surface."""
        self.boundary_conditions = {
            self._states[None]: {
                "left": (pybamm.Scalar(0), "Neumann"),
                "right": (self._gradient, "Neumann"),
            }
        }

    def set_initial_conditions(self, variables: dict[str, pybamm.Symbol]) -> None:
        """Equilibrium between sites and pores at the initial total concentration."""
        domain = self.domain
        initial = self.phase_param.c_init
        if self.x_average:
            initial = pybamm.x_average(initial)
        if self.size_distribution:
            initial = pybamm.SecondaryBroadcast(initial, f"{domain} particle size")
        T = self.param.T_init
        theta, fillings = self.carbon.rest(initial / self.phase_param.c_max, T)
        filled = {k: self._maximum(k) * fillings[k] for k in self._classes}
        self.initial_conditions = {self._states[None]: theta * self._maximum(None)}
        self.initial_conditions.update({self._states[k]: c for k, c in filled.items()})
