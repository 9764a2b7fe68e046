"""Parameter sets of Gu et al., Chem. Eng. J. 2025, 159331."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from . import functions
from .carbon import carbon_parameters, isotherm
from .provenance import Entry, read_entries

__all__ = ["DATA", "entries", "fjh_half", "half_cell_values", "tf_half"]

DATA = Path(__file__).parent / "data"
CLASSES = 5


@cache
def entries(carbon: str, fitted: str | None = None) -> dict[str, Entry]:
    """Entries of the half cell with ``carbon`` ("fjh" or "tf") by name, fitted numbers included."""
    files = ("gu2025_cell", f"gu2025_{carbon}", f"fitted/{fitted or f'gu2025_{carbon}'}")
    found: dict[str, Entry] = {}
    for file in files:
        found |= read_entries(DATA / f"{file}.toml")
    return found


def half_cell_values(
    numbers: Mapping[str, Any], classes: int, nominal: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """PyBaMM parameter values of a half cell from the numbers of its files (SI, by name).

    Arguments as for :func:`napore.parameters.carbon.carbon_parameters`.
    """
    radius = numbers["Electrode disc diameter [m]"] / 2
    area = np.pi * radius**2
    values = carbon_parameters(numbers, "positive", classes, nominal)
    values |= {name: value for name, value in numbers.items() if not name.startswith("Carbon")}
    mass = numbers["Carbon electrode areal loading [kg.m-2]"] * area
    one_C = 300.0 * mass  # A.h: 1 C = 300 mA per gram of carbon
    plain = carbon_parameters(nominal, "positive", classes) if nominal else values
    start = isotherm(plain, "positive", classes).occupancy(numbers["Upper voltage cut-off [V]"])
    values |= {
        "chemistry": "sodium_ion",
        "Electrode height [m]": float(np.sqrt(area)),
        "Electrode width [m]": float(np.sqrt(area)),
        "Nominal cell capacity [A.h]": one_C,
        "Current function [A]": one_C,
        "Electrolyte conductivity [S.m-1]": functions.electrolyte_conductivity,
        "Electrolyte diffusivity [m2.s-1]": functions.electrolyte_diffusivity,
        "Exchange-current density for lithium metal electrode [A.m-2]": functions.metal_exchange_current_density,
        "Exchange-current density for plating [A.m-2]": functions.plating_exchange_current_density,
        "Exchange-current density for stripping [A.m-2]": functions.stripping_exchange_current_density,
        "Dead lithium decay rate [s-1]": functions.dead_metal_decay_rate,
        "Negative electrode OCP [V]": 0.0,
        "Negative electrode OCP entropic change [V.K-1]": 0.0,
        "Negative current collector thickness [m]": 0.0,
        "Positive tab width [m]": 1e-3,
        "Positive tab centre y-coordinate [m]": 0.0,
        "Positive tab centre z-coordinate [m]": 0.0,
        "Initial concentration in positive electrode [mol.m-3]": float(start)
        * values["Positive electrode adsorption capacity fraction"]
        * values["Maximum concentration in positive electrode [mol.m-3]"],
    }
    return values


def fjh_half() -> dict[str, Any]:
    """Half cell of anthracite by flash Joule heating against sodium (``Gu2025_FJH_half``)."""
    return half_cell_values({n: e.value for n, e in entries("fjh").items()}, CLASSES)


def tf_half() -> dict[str, Any]:
    """Half cell of anthracite from the tube furnace against sodium (``Gu2025_TF_half``)."""
    return half_cell_values({n: e.value for n, e in entries("tf").items()}, CLASSES)
