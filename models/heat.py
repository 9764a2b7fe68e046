"""Heat of the carbon beside PyBaMM's heat sources: exchange of sites and pores, and mixing.

Per volume of particle, with ``h = -F (E - T dE/dT)`` the enthalpy of sodium over the metal:

    filling, irreversible    F sum_k r_k (E_pore,k - E_ads)                >= 0
    filling, reversible    - F T sum_k r_k (dE_pore,k/dT - dE_ads/dT)
    mixing                   F N . grad(E_ads - T dE_ads/dT)

PyBaMM counts the reaction, its entropy at the surface and Ohm's law. What is listed here makes up
the difference to the enthalpy balance, integral of ``I V + heat`` + change of enthalpy = 0. Mixing is
counted with PyBaMM's option "heat of mixing". The film on a sodium foil (:mod:`.foil`)
gives ``i^2 R``. Sodium that is trapped for good releases none here.
"""

from collections.abc import Sequence
from typing import Any

import pybamm

from .adsorption import positive_part
from .parameters import CarbonParameters
from .strong_sites import StrongSites

_EMPTY = 1e-8
_KINDS = ("irreversible", "reversible")


def computes_heat(options: Any) -> bool:
    """Whether a model with these options has heat sources."""
    asked: bool = options["calculate heat source for isothermal models"] == "true"
    return asked or bool(options["thermal"] != "isothermal")


def _bounded(phi: Any) -> Any:
    """Filling kept from zero and from one, where its logarithm is wanted; errs by 1e-8."""
    filled, free = positive_part(phi, _EMPTY), positive_part(1.0 - phi, _EMPTY)
    return filled / (filled + free)


def filling_heat(
    carbon: CarbonParameters, rates: Sequence[Any], phi: Sequence[Any], theta: Any, T: Any
) -> tuple[Any, Any]:
    """Irreversible and reversible heat of filling per volume of particle [W/m3].

    Parameters
    ----------
    carbon
        Symbols of the electrode.
    rates
        Sodium that goes from the sites into each class, per volume of particle [mol/m3/s].
    phi
        Filling of each class [-].
    theta
        Occupancy of the sites [-].
    T
        Temperature [K].
    """
    E = carbon.adsorption_potential(theta, T)
    slope = carbon.adsorption_entropic_change(theta, T)
    lost: Any = pybamm.Scalar(0)
    reversible: Any = pybamm.Scalar(0)
    for k, rate in enumerate(rates):
        filled = _bounded(phi[k])
        # the law is linear in temperature: both energies and their slope from two of its values
        potential = carbon.filling_potential(k, filled, T)
        entropic = carbon.filling_potential(k, filled, T + 1.0) - potential
        lost = lost + rate * (potential - E)
        reversible = reversible - T * rate * (entropic - slope)
    return pybamm.constants.F * lost, pybamm.constants.F * reversible


def exchange_heat(
    strong: StrongSites, terms: Sequence[tuple[Any, int, Any]], E: Any, slope: Any, T: Any
) -> tuple[Any, Any]:
    """Irreversible and reversible heat of the strong sites per volume of particle [W/m3].

    Parameters
    ----------
    strong
        Their equilibrium.
    terms
        Of each class: sodium that it takes per volume of particle [mol/m3/s], the number of its class of
        energies, and its occupancy [-].
    E, slope
        Potential of the mobile sodium [V] and its temperature derivative [V/K].
    T
        Temperature [K].
    """
    lost: Any = pybamm.Scalar(0)
    reversible: Any = pybamm.Scalar(0)
    for rate, j, s in terms:
        occupied = _bounded(s)
        # a chord of 1 K: the law is nearly linear in temperature
        entropic = strong.potential(j, occupied, T + 0.5) - strong.potential(j, occupied, T - 0.5)
        lost = lost + rate * (strong.potential(j, occupied, T) - E)
        reversible = reversible - T * rate * (entropic - slope)
    return pybamm.constants.F * lost, pybamm.constants.F * reversible


def mixing_heat(
    carbon: CarbonParameters,
    theta: Any,
    theta_surface: Any,
    T: Any,
    T_surface: Any,
    uptake: Any,
    outflow: Any,
) -> Any:
    """Heat of mixing of the adsorbed sodium, average over a particle [W/m3 of particle].

    ``F N . grad(E - T dE/dT)`` integrated by parts, so that it is exact for the finite volumes:
    what crosses the surface at the surface's enthalpy, less what each shell takes up at its own.

    Parameters
    ----------
    carbon
        Symbols of the electrode.
    theta, theta_surface
        Occupancy of the sites over the radius and at the surface [-].
    T, T_surface
        Temperature [K], over the radius and at the surface.
    uptake
        ``-div N`` [mol/m3/s], over the radius.
    outflow
        Sodium that leaves through the surface, per volume of particle [mol/m3/s].
    """

    def enthalpic(occupancy: Any, temperature: Any) -> Any:
        E = carbon.adsorption_potential(occupancy, temperature)
        return E - temperature * carbon.adsorption_entropic_change(occupancy, temperature)

    taken = pybamm.r_average(enthalpic(theta, T) * uptake)
    return pybamm.constants.F * (taken + outflow * enthalpic(theta_surface, T_surface))


class _CarbonHeat:
    """Thermal submodel whose total heating holds the exchange between sites and pores.

    Own variables are "Pore filling irreversible heating [W.m-3]" and "Pore filling reversible
    heating [W.m-3]", with the averages and totals that PyBaMM has of its own heat sources.
    """

    param: Any
    options: Any

    def _carbon_domains(self) -> list[str]:
        return [
            domain
            for domain in ("negative", "positive")
            if self.options.electrode_types[domain] == "porous"
            and getattr(self.options, domain)["sodium storage"] == "kinetic"
        ]

    def _heat_of_mixing(self, variables: dict[str, Any]) -> tuple[Any, ...]:
        found = list(super()._heat_of_mixing(variables))  # type: ignore[misc]
        if self.options["heat of mixing"] == "true":
            for domain in self._carbon_domains():
                place = 0 if domain == "negative" else 2
                found[place] = variables[f"{domain.capitalize()} electrode adsorbed mixing heating [W.m-3]"]
        return tuple(found)

    def _get_standard_coupled_variables(self, variables: dict[str, Any]) -> dict[str, Any]:
        variables = super()._get_standard_coupled_variables(variables)  # type: ignore[misc]
        added = None
        sources = {f"Pore filling {kind} heating": self._over_cell(variables, kind) for kind in _KINDS}
        if self.options["foil film"] == "true":
            sources["Foil film heating"] = self._over_foil(variables)
        for name, heat in sources.items():
            found = self._averages(heat)
            variables.update({_named(name, form): value for form, value in found.items()})
            added = found if added is None else {form: added[form] + found[form] for form in found}
        for form, value in (added or {}).items():
            total = _named("Total heating", form)
            variables[total] = variables[total] + value
        return variables

    def _over_cell(self, variables: dict[str, Any], kind: str) -> Any:
        """Heat over negative electrode, separator and positive electrode."""
        parts = []
        for region in ("negative electrode", "separator", "positive electrode"):
            domain = region.split()[0]
            parts.append(
                variables[f"{domain.capitalize()} electrode pore filling {kind} heating [W.m-3]"]
                if domain in self._carbon_domains()
                else pybamm.FullBroadcast(0, [region], "current collector")
            )
        return pybamm.concatenation(*parts)

    def _over_foil(self, variables: dict[str, Any]) -> Any:
        """Heat of the film on the foil, where PyBaMM counts that of its charge transfer."""
        current = variables["Lithium metal total interfacial current density [A.m-2]"]
        heat = -current * variables["Negative electrode SEI film overpotential [V]"] / self.param.n.L
        region, *others = (["negative electrode"], ["separator"], ["positive electrode"])
        return pybamm.concatenation(
            pybamm.PrimaryBroadcast(heat, region),
            *(pybamm.FullBroadcast(0, other, "current collector") for other in others),
        )

    def _averages(self, heat: Any) -> dict[str, Any]:
        """Forms in which PyBaMM gives a heat source."""
        x_average = self._x_average(heat, 0, 0)  # type: ignore[attr-defined]
        per_area = x_average * self.param.L
        area = self.param.L_y * self.param.L_z
        watts = self._yz_average(per_area) * self.param.n_electrodes_parallel * area  # type: ignore[attr-defined]
        return {
            "{} [W.m-3]": heat,
            "X-averaged {} [W.m-3]": x_average,
            "Volume-averaged {} [W.m-3]": watts / self.param.V_cell,
            "{} per unit electrode-pair area [W.m-2]": per_area,
            "{} [W]": watts,
        }


def _named(name: str, form: str) -> str:
    """Name of a heat source in one of its forms, with a small letter inside."""
    return form.format(name if form.startswith("{}") else name[0].lower() + name[1:])


_THERMAL: dict[str, type[Any]] = {}


def with_carbon_heat(thermal: type[Any]) -> type[Any]:
    """Thermal submodel of PyBaMM with the heat of the carbon in its totals."""
    name = f"Carbon{thermal.__name__}"
    if name not in _THERMAL:
        own = {"__module__": __name__, "__qualname__": name}
        _THERMAL[name] = type(name, (_CarbonHeat, thermal), own)
    return _THERMAL[name]


def __getattr__(name: str) -> Any:
    """Classes of :func:`with_carbon_heat` by name, so that a model can be unpickled."""
    for home in (pybamm.thermal, pybamm.thermal.isothermal, pybamm.thermal.pouch_cell):
        thermal = getattr(home, name.removeprefix("Carbon"), None)
        if name.startswith("Carbon") and thermal is not None:
            return with_carbon_heat(thermal)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
