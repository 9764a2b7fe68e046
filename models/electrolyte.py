"""Salt and charge in the electrolyte, where PyBaMM's submodels are less than exact or not complete."""

from typing import Any

import pybamm


class SealedSalt(pybamm.electrolyte_diffusion.Full):
    """PyBaMM's salt balance beside a surface form, from whose collectors no salt comes.

    A surface form knows its current in the volumes. Extrapolated to a collector it is not quite zero, and
    brings salt: some 1e-6 of the sites in a cycle, of third order in the mesh. Here it ends there.
    """

    def get_coupled_variables(self, variables: dict[str, Any]) -> dict[str, Any]:
        """Fluxes of PyBaMM, of a current that is zero at the collectors."""
        variables = super().get_coupled_variables(variables)
        if self.options["surface form"] == "false":
            return variables
        domains, beside = self.options.whole_cell_domains, {"secondary": "current collector"}
        self._x = pybamm.SpatialVariable("x", domains, auxiliary_domains=beside, coord_sys="cartesian")
        # one at each edge but those of the collectors
        inside = abs(pybamm.grad(self._x))
        fluxes = [
            f"Electrolyte {kind} flux [mol.m-2.s-1]" for kind in ("diffusion", "migration", "convection")
        ]
        variables[fluxes[1]] = variables[fluxes[1]] * inside
        variables.update(self._get_standard_flux_variables(sum(variables[name] for name in fluxes)))
        return variables

    def set_boundary_conditions(self, variables: dict[str, Any]) -> None:
        """Those of PyBaMM, and what is zero at a collector."""
        super().set_boundary_conditions(variables)
        if self.options["surface form"] != "false":
            metal = self.options.electrode_types["negative"] == "planar"
            self.boundary_conditions[self._x] = {
                "left": (pybamm.Scalar(int(metal)), "Neumann"),
                "right": (pybamm.Scalar(0), "Neumann"),
            }


class SaltFromTheMetal(SealedSalt):
    """PyBaMM's salt balance of a half cell, which takes from the metal what the current brings.

    The flux at the metal is set by a gradient, ``-(1 - t+) i / (F D_eff)``. PyBaMM extrapolates
    ``1/D_eff`` to the metal for it and ``D_eff`` for the flux, so that with ``D(c)`` the salt drifts by
    some 1e-6 of the charge passed, of second order in the mesh. Here both are the same number.
    """

    def set_boundary_conditions(self, variables: dict[str, Any]) -> None:
        """Boundary conditions of PyBaMM, with the gradient that gives the flux exactly."""
        super().set_boundary_conditions(variables)
        c_e = variables["Electrolyte concentration [mol.m-3]"]
        T = variables["Cell temperature [K]"]
        diffusivity = variables["Electrolyte transport efficiency"] * self.param.D_e(c_e, T)
        share = 1 - pybamm.boundary_value(self.param.t_plus(c_e, T), "left")
        current = variables["Current collector current density [A.m-2]"]
        slope = -share * current / (self.param.F * pybamm.boundary_value(diffusivity, "left"))
        c_e_conc = variables["Electrolyte concentration concatenation [mol.m-3]"]
        for symbol in (c_e, c_e_conc):
            self.boundary_conditions[symbol]["left"] = (slope, "Neumann")


class SeriesConductivity(pybamm.electrolyte_conductivity.Full):
    """PyBaMM's concentrated solution with harmonic means of the conductivity between volumes.

    ``i_e = kappa_eff [chi RT/(F c) grad c - grad phi_e]``. PyBaMM means a conductivity harmonically,
    as for resistances in series, only where it multiplies a gradient and nothing else. Here it
    multiplies a difference of two, and PyBaMM's own model takes the arithmetic mean, which at the
    edge of a separator of 25 um per volume and an electrode of 1 um is wrong by the ratio of the
    transport efficiencies: 0.3 mV and 1 mAh/g at 5 C in the half cells, of first order in the mesh.
    """

    def get_coupled_variables(self, variables: dict[str, Any]) -> dict[str, Any]:
        """Current density in the electrolyte, term by term."""
        T = variables["Cell temperature [K]"]
        c_e = variables["Electrolyte concentration [mol.m-3]"]
        conductivity = self.param.kappa_e(c_e, T) * variables["Electrolyte transport efficiency"]
        diffusional = conductivity * self.param.chiRT_over_Fc(c_e, T)
        i_e = diffusional * pybamm.grad(c_e) - conductivity * pybamm.grad(
            variables["Electrolyte potential [V]"]
        )
        variables.update(self._get_standard_current_variables(i_e))
        variables.update(self._get_electrolyte_overpotentials(variables))
        return variables


class _PotentialAtTheMetal:
    """Surface form of a half cell whose potentials have boundary conditions, for their gradients.

    PyBaMM gives them none in a half cell, and its Ohmic heat cannot be evaluated: the gradients lack
    the two edges that the currents have. Only the heat sees them.
    """

    boundary_conditions: dict[Any, Any]

    def set_boundary_conditions(self, variables: dict[str, Any]) -> None:
        """Those of PyBaMM; the electrolyte's potential at the metal, the current at the collector."""
        super().set_boundary_conditions(variables)  # type: ignore[misc]
        metal = variables["Lithium metal interface electrolyte potential [V]"]
        _, conductivity = self._get_conductivities(variables)  # type: ignore[attr-defined]
        current = variables["Current collector current density [A.m-2]"]
        slope = -current / pybamm.boundary_value(conductivity, "right")
        none = (pybamm.Scalar(0), "Neumann")
        self.boundary_conditions |= {
            variables["Electrolyte potential [V]"]: {"left": (metal, "Dirichlet"), "right": none},
            variables["Positive electrode potential [V]"]: {"left": none, "right": (slope, "Neumann")},
        }


class AlgebraicAtTheMetal(
    _PotentialAtTheMetal, pybamm.electrolyte_conductivity.surface_potential_form.FullAlgebraic
):
    """Algebraic surface form of a half cell."""


class DifferentialAtTheMetal(
    _PotentialAtTheMetal, pybamm.electrolyte_conductivity.surface_potential_form.FullDifferential
):
    """Differential surface form of a half cell."""
