"""Charge in the electrolyte of the DFN, with the resistances of two layers in series."""

from typing import Any

import pybamm

__all__ = ["AlgebraicAtTheMetal", "DifferentialAtTheMetal", "SeriesConductivity"]


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
