"""Full cells: a carbon, a cathode and the sodium between them as PyBaMM parameters."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from . import functions
from .balance import Balance, Side, balance
from .carbon import carbon_parameters, isotherm
from .cathode import cathode_parameters, two_phase
from .hosts import GENERIC, HostElectrode
from .provenance import Entry

__all__ = ["balance_of", "full_cell_values", "merged_entries"]

_OF_THE_FOIL = ("Negative electrode", "Sodium metal")
_OF_THE_COLLECTOR = ("Positive current collector", "Positive tab")


def merged_entries(
    carbon: Mapping[str, Entry], cathode: Mapping[str, Entry], both: Mapping[str, Entry]
) -> dict[str, Entry]:
    """Entries of a full cell from those of a carbon's half cell, of a cathode and of what they need.

    The sodium foil goes; the carbon's current collector becomes the negative one.
    """
    found: dict[str, Entry] = {}
    for name, entry in carbon.items():
        if name.startswith(_OF_THE_FOIL):
            continue
        if name.startswith(_OF_THE_COLLECTOR):
            own = name.replace("Positive", "Negative", 1)
            found[own] = replace(entry, name=own)
        found[name] = entry
    return found | dict(cathode) | dict(both)


def full_cell_values(
    numbers: Mapping[str, Any],
    classes: int,
    anode: HostElectrode | None = None,
    cathode: HostElectrode | None = None,
) -> dict[str, Any]:
    """PyBaMM parameter values of a full cell from the numbers of its files (SI, by name).

    The start is the formed, discharged cell at equilibrium at the lower cut-off.

    Parameters
    ----------
    numbers
        Values by name. The carbon's loading is the mass ratio times the cathode's; its thickness
        that of its file, scaled with the loading at constant porosity.
    classes
        Number of pore classes.
    anode, cathode
        Electrode of a PyBaMM set in the place of the carbon or of the cathode.

    Raises
    ------
    ValueError
        For a coating without pores, or an inventory or a window that the electrodes cannot have.
    """
    radius = numbers["Electrode disc diameter [m]"] / 2
    area = np.pi * radius**2
    loading = numbers["Cathode electrode areal loading [kg.m-2]"]
    carbon = _scaled_carbon(numbers)
    prefixes = ("Carbon", "Cathode")
    values: dict[str, Any] = {n: v for n, v in numbers.items() if not n.startswith(prefixes)}
    own_anode = carbon_parameters(carbon, "negative", classes)
    own_cathode = cathode_parameters(numbers) if cathode is None else _lent_cathode(numbers)
    anode_loading = carbon["Carbon electrode areal loading [kg.m-2]"]
    values |= own_anode if anode is None else _lent(own_anode, anode.at_loading(anode_loading), "Negative")
    values |= own_cathode if cathode is None else _lent(own_cathode, cathode.at_loading(loading), "Positive")
    current = (
        numbers["Cathode electrode current of 1 C [A.kg-1]"] if cathode is None else cathode.current_of_1C
    )
    one_C = current * loading * area
    values |= {
        "chemistry": "sodium_ion",
        "Electrode height [m]": float(np.sqrt(area)),
        "Electrode width [m]": float(np.sqrt(area)),
        "Nominal cell capacity [A.h]": one_C,
        "Current function [A]": one_C,
        "Electrolyte conductivity [S.m-1]": functions.electrolyte_conductivity,
        "Electrolyte diffusivity [m2.s-1]": functions.electrolyte_diffusivity,
        "Exchange-current density for plating [A.m-2]": functions.plating_exchange_current_density,
        "Exchange-current density for stripping [A.m-2]": functions.stripping_exchange_current_density,
        "Dead lithium decay rate [s-1]": functions.dead_metal_decay_rate,
        **{
            f"{side} tab {name}": value
            for side in ("Negative", "Positive")
            for name, value in (
                ("width [m]", 1e-3),
                ("centre y-coordinate [m]", 0.0),
                ("centre z-coordinate [m]", 0.0),
            )
        },
    }
    found = balance_of(numbers, values, classes, anode, cathode)
    for domain, window in (("negative", found.anode_window), ("positive", found.cathode_window)):
        c_max = values[f"Maximum concentration in {domain} electrode [mol.m-3]"]
        values[f"Initial concentration in {domain} electrode [mol.m-3]"] = window[0] * c_max
    return values


def balance_of(
    numbers: Mapping[str, float],
    values: Mapping[str, Any],
    classes: int,
    anode: HostElectrode | None = None,
    cathode: HostElectrode | None = None,
) -> Balance:
    """Balance of a full cell from its numbers and its PyBaMM values; arguments as above.

    At the initial temperature, but for the electrodes of hosts, which have their reference.

    A host's anode without numbers of its own loses nothing on formation; a pair of one PyBaMM set
    has the sodium that the set puts into it.
    """
    sides = ("Negative", "Positive")
    loadings = [float(values[f"{side} electrode areal loading [kg.m-2]"]) for side in sides]
    T = float(numbers["Initial temperature [K]"])
    if anode is None:
        curve = isotherm(values, "negative", classes)
        negative = Side(
            "the carbon",
            loadings[0],
            numbers["Carbon electrode specific capacity of all sites [mA.h.g-1]"] * loadings[0],
            lambda x: float(curve.potential(x, T)),
        )
    else:
        negative = anode.side(loadings[0], values)
    if cathode is None:
        law = two_phase(numbers)
        entropic = numbers["Cathode electrode OCP entropic change [V.K-1]"]
        warming = entropic * (T - numbers["Reference temperature [K]"])
        positive = Side(
            "the cathode",
            loadings[1],
            numbers["Cathode electrode usable specific capacity [mA.h.g-1]"] * loadings[1],
            lambda y: float(law.potential(y)) + warming,
        )
    else:
        positive = cathode.side(loadings[1], values)
    inventory = None
    if anode is not None and cathode is not None and anode.set_name == cathode.set_name:
        inventory = (
            anode.content * loadings[0] / anode.loading + cathode.content * loadings[1] / cathode.loading
        )
        inventory += loadings[0] * numbers["Carbon electrode presodiation [mA.h.g-1]"]
    efficiency = numbers["Carbon electrode initial coulombic efficiency"]
    reversible = numbers["Carbon electrode reversible capacity [mA.h.g-1]"]
    return balance(
        negative,
        positive,
        (numbers["Lower voltage cut-off [V]"], numbers["Upper voltage cut-off [V]"]),
        loss=reversible * (1.0 / efficiency - 1.0) if anode is None else 0.0,
        presodiation=numbers["Carbon electrode presodiation [mA.h.g-1]"],
        inventory=inventory,
    )


def _scaled_carbon(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers with the carbon at the loading of the mass ratio, its thickness at constant porosity."""
    reference = numbers["Carbon electrode areal loading [kg.m-2]"]
    ratio = numbers["Mass ratio of carbon to cathode"]
    loading = ratio * numbers["Cathode electrode areal loading [kg.m-2]"]
    thickness = numbers["Carbon electrode thickness [m]"] * (loading / reference)
    return {
        **numbers,
        "Carbon electrode areal loading [kg.m-2]": loading,
        "Carbon electrode thickness [m]": thickness,
    }


def _lent_cathode(numbers: Mapping[str, Any]) -> dict[str, Any]:
    return {n.replace("Cathode", "Positive", 1): v for n, v in numbers.items() if n.startswith("Cathode")}


def _lent(own: Mapping[str, Any], host: Mapping[str, Any], side: str) -> dict[str, Any]:
    """Parameters of a host's electrode, with ours for what every cell needs and its set lacks."""
    begins = tuple(f"{side} {name}" for name in GENERIC)
    return {n: v for n, v in own.items() if n.startswith(begins)} | dict(host)
