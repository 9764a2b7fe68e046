"""Interface of the carbon: potentials that the kinetics sees, and its exchange-current density."""

from typing import Any

import numpy as np
import pybamm
from pybamm.models.submodels.interface.open_circuit_potential.base_ocp import (
    BaseOpenCircuitPotential,
)

from .adsorption import exact_root, positive_part
from .parameters import CarbonParameters
from .pore_filling import arrhenius


class CarbonOpenCircuitPotential(BaseOpenCircuitPotential):
    """Potential of the adsorbed sodium at the surface; bulk potential of the whole inventory.

    The interfacial reaction delivers to the adsorption sites, so its overpotential counts from
    ``E_ads(theta_surf, T)``. The bulk potential is ``U_eq(x, T)`` of the mean stoichiometry.
    """

    def __init__(
        self, param: Any, domain: str, options: Any, carbon: CarbonParameters, x_average: bool
    ) -> None:
        super().__init__(param, domain, "lithium-ion main", options, "primary", x_average)
        self.carbon = carbon

    def get_coupled_variables(self, variables: dict[str, pybamm.Symbol]) -> dict[str, pybamm.Symbol]:
        """Open-circuit potentials at the surface and in the bulk, and the entropic change."""
        Domain = self.domain.capitalize()
        sto_surf, sto_bulk, T, T_bulk = self._get_stoichiometry_and_temperature(variables)
        own = getattr(self.options, self.domain)
        distribution = own["particle size"] == "distribution"
        name = f"{Domain} particle surface adsorbed occupancy" + (" distribution" if distribution else "")
        theta = variables[name]
        if isinstance(theta, pybamm.Broadcast):
            electrode = f"{self.domain} electrode"
            if isinstance(T, pybamm.Broadcast) and T.domain == [electrode]:
                T = T.orphans[0]
            # where the temperature varies over the electrode, so does the potential
            if electrode not in T.domains["primary"] + T.domains["secondary"]:
                theta = theta.orphans[0]
        bulk = self.carbon.equilibrium_occupancy(sto_bulk, T_bulk)
        variables.update(
            self._get_standard_ocp_variables(
                self.carbon.adsorption_potential(theta, T),
                self.carbon.adsorption_potential(bulk, T_bulk),
                # sodium at equilibrium is in the pores at once, and the reaction has the entropy of both
                self.carbon.adsorption_entropic_change(theta, T)
                if own["sodium storage"] == "kinetic"
                else self.phase_param.dUdT(sto_surf),
            )
        )
        self._alias_ocp_as_equilibrium(variables)
        return variables


_KINETICS: dict[str, type[Any]] = {}


class _AdsorbedOccupancy:
    """Kinetics submodel whose exchange-current density sees the adsorbed occupancy."""

    domain: str
    phase_param: Any

    def _get_exchange_current_density(self, variables: dict[str, pybamm.Symbol]) -> pybamm.Symbol:
        Domain = self.domain.capitalize()
        seen = dict(variables)
        for suffix in ("", " distribution"):
            name = f"{Domain} particle surface adsorbed occupancy{suffix}"
            if name in variables:
                public = f"{Domain} particle surface concentration{suffix} [mol.m-3]"
                seen[public] = variables[name] * self.phase_param.c_max
        return super()._get_exchange_current_density(seen)  # type: ignore[misc]


def with_adsorbed_occupancy(kinetics: type[Any]) -> type[Any]:
    """Kinetics submodel of PyBaMM whose exchange-current density sees the adsorbed occupancy.

    PyBaMM hands the surface concentration to the parameter function; for a carbon that is
    ``theta_surf c_max``, because pores are not at the interface.
    """
    name = f"Carbon{kinetics.__name__}"
    if name not in _KINETICS:
        _KINETICS[name] = type(
            name, (_AdsorbedOccupancy, kinetics), {"__module__": __name__, "__qualname__": name}
        )
    return _KINETICS[name]


def __getattr__(name: str) -> Any:
    """Classes of :func:`with_adsorbed_occupancy` by name, so that a model can be unpickled."""
    kinetics = getattr(pybamm.kinetics, name.removeprefix("Carbon"), None)
    if not name.startswith("Carbon") or kinetics is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return with_adsorbed_occupancy(kinetics)


def exchange_current_density(
    theta: Any, c_e: Any, T: Any, reference: Any, activation_energy: Any, ends: tuple[Any, Any]
) -> Any:
    """Exchange-current density of the carbon's interface [A/m2 of particle surface].

    ``i0 = i0_ref (c_e/1000)^(1/2) tanh(theta/a) tanh((1 - theta)/b) exp[E_a/R (1/T_ref - 1/T)]``
    with the smooth positive part of ``theta`` and ``1 - theta``, so that it never changes its sign.
    Flat in the occupancy, as the measured charge-transfer resistance is (Gu et al. 2025, Fig. 5c),
    vanishing smoothly at an empty and at a full surface.

    Parameters
    ----------
    theta
        Occupancy of the adsorption sites at the surface [-].
    c_e
        Salt concentration [mol/m3].
    T
        Temperature [K].
    reference
        ``i0`` at 1 mol/L, 298.15 K and middle occupancy [A/m2].
    activation_energy
        [J/mol]; with ``R_ct = RT/(F A i0)`` the slope of ``ln(T/R_ct)`` against ``1/T``.
    ends
        Occupancies ``a`` and ``b`` over which it vanishes at the empty and the full end [-].
    """
    empty, full = ends
    return (
        reference
        * np.sqrt(c_e / 1000.0)
        * np.tanh(positive_part(theta, 0.05 * empty, exact_root) / empty)
        * np.tanh(positive_part(1.0 - theta, 0.05 * full, exact_root) / full)
        * arrhenius(activation_energy, T)
    )
