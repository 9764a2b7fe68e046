"""Half cells: a carbon or a cathode against sodium foil as PyBaMM parameters."""

from collections.abc import Mapping
from typing import Any

import pybamm

from napore.models.foil import FILM
from napore.models.laws import DEFAULT_ADSORPTION
from napore.models.parameters import CarbonParameters

from . import functions
from .carbon import carbon_parameters
from .cathode import cathode_parameters, content_at
from .coating import disc
from .numbered import PotentialTable
from .optional import PLATING

METAL = "lithium metal electrode"  # PyBaMM's name for the foil

LEAST_CONTENT = 1e-6
"""Least stoichiometry of a carbon at the start [-]."""

ONE_C_MA_G = 300.0
"""Current of 1 C of a carbon in its half cell [mA/g]; the convention of Gu et al. (2025)."""


def half_cell_values(
    numbers: Mapping[str, Any], classes: int, law: str = DEFAULT_ADSORPTION
) -> dict[str, Any]:
    """PyBaMM parameter values of a half cell from the numbers of its files (SI, by name).

    The start is that of the carbon at rest at the upper cut-off and the initial temperature. Arguments as
    for :func:`napore.parameters.carbon.carbon_parameters`.
    """
    values = carbon_parameters(numbers, "positive", classes, law)
    values |= _of_the_cell(numbers, "Carbon")
    one_C = ONE_C_MA_G * pybamm.Parameter("Positive electrode areal loading [kg.m-2]")  # A/m2
    values |= _foil_and_electrolyte(one_C)
    values["Initial concentration in positive electrode [mol.m-3]"] = content_at_rest(
        pybamm.Parameter("Upper voltage cut-off [V]"), classes, law
    )
    return values


def content_at_rest(potential: Any, classes: int, law: str = DEFAULT_ADSORPTION) -> pybamm.Symbol:
    """Concentration in the carbon of a half cell [mol/m3] at rest at a potential [V vs Na+/Na]."""
    carbon = CarbonParameters("positive", classes, law=law)
    x = carbon.equilibrium_stoichiometry(potential, pybamm.Parameter("Initial temperature [K]"))
    c_max = pybamm.Parameter("Maximum concentration in positive electrode [mol.m-3]")
    return pybamm.maximum(x, LEAST_CONTENT) * c_max


def cathode_half_cell_values(
    numbers: Mapping[str, Any], potential: PotentialTable | None = None
) -> dict[str, Any]:
    """PyBaMM parameter values of a cathode against sodium foil, full of sodium at the lower cut-off.

    Parameters
    ----------
    numbers
        Values by name (SI) of the half cell's files.
    potential
        Table in the place of the law of its potential.
    """
    values = cathode_parameters(numbers, potential)
    values |= _of_the_cell(numbers, "Cathode")
    one_C = pybamm.Parameter("Positive electrode current of 1 C [A.kg-1]") * pybamm.Parameter(
        "Positive electrode areal loading [kg.m-2]"
    )
    values |= _foil_and_electrolyte(one_C)
    # the cathode starts full of sodium, so that a current without an experiment charges it
    values["Current function [A]"] = -pybamm.Parameter("Nominal cell capacity [A.h]")
    start = content_at(pybamm.Parameter("Lower voltage cut-off [V]"), potential)
    c_max = pybamm.Parameter("Maximum concentration in positive electrode [mol.m-3]")
    values["Initial concentration in positive electrode [mol.m-3]"] = start * c_max
    return values


def _of_the_cell(numbers: Mapping[str, Any], electrode: str) -> dict[str, Any]:
    """Numbers of a half cell but those of its working electrode."""
    return {n: v for n, v in {FILM: 0.0, **PLATING, **numbers}.items() if not n.startswith(electrode)}


def _foil_and_electrolyte(one_C: Any) -> dict[str, Any]:
    """What half cells have in common beside their numbers: size, foil, electrolyte; one_C in A/m2."""
    return {
        "chemistry": "sodium_ion",
        **disc(one_C),
        "Electrolyte conductivity [S.m-1]": functions.electrolyte_conductivity,
        "Electrolyte diffusivity [m2.s-1]": functions.electrolyte_diffusivity,
        f"Exchange-current density for {METAL} [A.m-2]": functions.metal_exchange_current_density,
        "Exchange-current density for plating [A.m-2]": functions.plating_exchange_current_density,
        "Exchange-current density for stripping [A.m-2]": functions.stripping_exchange_current_density,
        "Dead lithium decay rate [s-1]": functions.dead_metal_decay_rate,
        "Negative electrode OCP [V]": 0.0,
        "Negative electrode OCP entropic change [V.K-1]": 0.0,
        "Negative current collector thickness [m]": 0.0,
        # the foil is its own collector; of no thickness, but PyBaMM's thermal models ask
        **{
            name.replace("electrode", "current collector", 1): pybamm.Parameter(name)
            for name in (
                "Negative electrode conductivity [S.m-1]",
                "Negative electrode density [kg.m-3]",
                "Negative electrode specific heat capacity [J.kg-1.K-1]",
                "Negative electrode thermal conductivity [W.m-1.K-1]",
            )
        },
        "Positive tab width [m]": 1e-3,
        "Positive tab centre y-coordinate [m]": 0.0,
        "Positive tab centre z-coordinate [m]": 0.0,
    }
