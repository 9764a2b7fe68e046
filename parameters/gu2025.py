"""Parameter sets of Gu et al., Chem. Eng. J. 2025, 159331."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pybamm

from napore.models.laws import DEFAULT_ADSORPTION
from napore.models.parameters import CarbonParameters

from . import functions
from .carbon import carbon_parameters
from .cathode import cathode_parameters, content_at
from .coating import disc
from .provenance import Entry, read_entries

__all__ = [
    "CLASSES",
    "DATA",
    "FILES",
    "LEAST_CONTENT",
    "ONE_C_MA_G",
    "cathode_half_cell_values",
    "content_at_rest",
    "entries",
    "fjh_b_half",
    "fjh_half",
    "half_cell_values",
    "nvp_half",
    "tf_half",
]

DATA = Path(__file__).parent / "data"
CLASSES = 4
METAL = "lithium metal electrode"  # PyBaMM's name for the foil

LEAST_CONTENT = 1e-6
"""Least stoichiometry of a carbon at the start [-]."""

ONE_C_MA_G = 300.0
"""Current of 1 C of a carbon in its half cell [mA/g] (Gu et al. 2025)."""

FILES = {
    "fjh": ("gu2025_cell", "gu2025_fjh", "fitted/gu2025_fjh"),
    "fjh-b": ("gu2025_cell", "gu2025_fjh", "fitted/gu2025_fjh_b"),
    "tf": ("gu2025_cell", "gu2025_tf", "fitted/gu2025_tf"),
    "nvp": ("gu2025_cell", "gu2025_nvp"),
}
"""Files of each half cell by short name; a later file replaces entries of an earlier one."""


@cache
def entries(name: str) -> dict[str, Entry]:
    """Entries of a half cell by its short name, fitted numbers included."""
    found: dict[str, Entry] = {}
    for file in FILES[name]:
        found |= read_entries(DATA / f"{file}.toml")
    return found


def half_cell_values(
    numbers: Mapping[str, Any], classes: int, law: str = DEFAULT_ADSORPTION
) -> dict[str, Any]:
    """PyBaMM parameter values of a half cell from the numbers of its files (SI, by name).

    The start is that of the carbon at rest at the upper cut-off and the initial temperature. Arguments as
    for :func:`napore.parameters.carbon.carbon_parameters`.
    """
    values = carbon_parameters(numbers, "positive", classes, law)
    values |= {name: value for name, value in numbers.items() if not name.startswith("Carbon")}
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


def cathode_half_cell_values(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """PyBaMM parameter values of a cathode against sodium foil, full of sodium at the lower cut-off.

    Parameters
    ----------
    numbers
        Values by name (SI) of the half cell's files.
    """
    values = cathode_parameters(numbers)
    values |= {name: value for name, value in numbers.items() if not name.startswith("Cathode")}
    one_C = pybamm.Parameter("Positive electrode current of 1 C [A.kg-1]") * pybamm.Parameter(
        "Positive electrode areal loading [kg.m-2]"
    )
    values |= _foil_and_electrolyte(one_C)
    # the cathode starts full of sodium, so that a current without an experiment charges it
    values["Current function [A]"] = -pybamm.Parameter("Nominal cell capacity [A.h]")
    start = content_at(pybamm.Parameter("Lower voltage cut-off [V]"))
    c_max = pybamm.Parameter("Maximum concentration in positive electrode [mol.m-3]")
    values["Initial concentration in positive electrode [mol.m-3]"] = start * c_max
    return values


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


def _values(name: str) -> dict[str, Any]:
    return half_cell_values({n: e.value for n, e in entries(name).items()}, CLASSES)


def fjh_half() -> dict[str, Any]:
    """Half cell of anthracite by flash Joule heating against sodium (``Gu2025_FJH_half``)."""
    return _values("fjh")


def fjh_b_half() -> dict[str, Any]:
    """The same with the second set of fitted numbers, of nearly equal misfit (``Gu2025_FJH_b_half``)."""
    return _values("fjh-b")


def tf_half() -> dict[str, Any]:
    """Half cell of anthracite from the tube furnace against sodium (``Gu2025_TF_half``)."""
    return _values("tf")


def nvp_half() -> dict[str, Any]:
    """Half cell of Na3V2(PO4)3 against sodium (``Gu2025_NVP_half``)."""
    return cathode_half_cell_values({n: e.value for n, e in entries("nvp").items()})
