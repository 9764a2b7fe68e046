"""Events that stop a solution: the carbon is full or empty, the salt is used up, or the cell is too warm."""

from collections.abc import Mapping
from typing import Any, Final

import pybamm

CARBON_FULL: Final = "Carbon full"
"""Event of a carbon that takes up sodium and has no free site."""

CARBON_EMPTY: Final = "Carbon empty"
"""Event of a carbon that gives sodium and has none in its sites."""

SALT_DEPLETED: Final = "Salt depleted"
"""Event of an electrolyte without salt at the metal, or anywhere in an SPMe."""

TOO_WARM: Final = "Cell too warm"
"""Event of a cell that warms itself to 600 K, where none of its laws holds."""

NEAR_FULL: Final = 1e-5
"""Share of free sites below which a carbon that takes up sodium counts as full [-]."""

_NEAR_EMPTY: Final = 4.5e-7
_IDLE_RATE: Final = 1e-4
_DEPLETED: Final = 1e-3
_WARMEST: Final = 600.0
# PyBaMM names the event whose value is nearest to zero, and shares of sites are small beside volts
_WEIGHT: Final = 2.0**16


def carbon_events(domain: str, variables: Mapping[str, pybamm.Symbol]) -> list[pybamm.Event]:
    """Events of one carbon electrode, at the surface that is nearest to full or to empty.

    With no site free the interface takes up nothing, but the laws go on beyond it: the potential stays
    finite, and a current or a hold would fill sites that do not exist. By then the carbon lies below
    0 V; in the cell metal would go on to plate. An empty carbon is alike.

    A rest and a step in the other direction must be able to begin where an event has ended one. So the
    limits depend on the direction ``d = tanh(r / 1e-4)``, with ``r`` the C-rate at which the carbon
    takes up sodium: ``1 - 1e-5 d`` for the fullest surface where ``d > 0``, none (``1 - d``) where it gives
    sodium, and ``-4.5e-7 (1 + d)`` for the emptiest. Between 0 and 1e-4 the share of sites that counts as
    none moves the capacity of a cell with little carbon by 0.02 mAh/g. Where the current turns, pores that
    lie off their equilibrium by the solver's tolerance first move the sites by some 1e-5.

    Parameters
    ----------
    domain
        ``"negative"`` (full cell) or ``"positive"`` (working electrode of a half cell).
    variables
        Those of the built model.
    """
    name = f"{domain.capitalize()} particle surface adsorbed occupancy"
    theta: Any = variables.get(f"{name} distribution", variables.get(name))
    while isinstance(theta, pybamm.Broadcast):
        theta = theta.orphans[0]
    uptake = variables["C-rate"] if domain == "positive" else -variables["C-rate"]
    direction = pybamm.tanh(uptake / _IDLE_RATE)
    room = 1.0 - pybamm.minimum(NEAR_FULL * direction, direction) - pybamm.max(theta)
    left = pybamm.min(theta) + _NEAR_EMPTY * (1.0 + direction)
    return [pybamm.Event(CARBON_FULL, _WEIGHT * room), pybamm.Event(CARBON_EMPTY, _WEIGHT * left)]


def salt_events(model: Any) -> list[pybamm.Event]:
    """Event of a model whose electrolyte runs out of salt; none where the model goes on rightly without.

    At a thousandth of the salt at the start the kinetics of the metal come to nothing; where the voltage is
    held no solver passes the moment. An SPMe goes on with less than none: its reaction is even over the
    electrode, and it does not know that a place without salt does not react. A DFN does.

    Parameters
    ----------
    model
        The built model.
    """
    c_e = model.variables["Electrolyte concentration [mol.m-3]"]
    scale, lowest = model.param.c_e_init, []
    if isinstance(model, pybamm.lithium_ion.SPMe):
        lowest.append(pybamm.min(c_e))
    if model.options.electrode_types["negative"] == "planar" and type(model).__name__ != "SPM":
        lowest.append(pybamm.boundary_value(c_e, "left"))
    return [pybamm.Event(SALT_DEPLETED, _WEIGHT * (c / scale - _DEPLETED)) for c in lowest]


def heat_events(model: Any) -> list[pybamm.Event]:
    """Event of a built model whose cell warms itself; none of an isothermal one."""
    if model.options["thermal"] == "isothermal":
        return []
    T = model.variables["Volume-averaged cell temperature [K]"]
    return [pybamm.Event(TOO_WARM, _WEIGHT * (1.0 - T / _WARMEST))]


def going_on(model: pybamm.BaseModel) -> pybamm.BaseModel:
    """Copy of a model whose experiments go on with the next step where the carbon is full or empty.

    PyBaMM stops an experiment at an event of the model, and goes on after those of the steps: it tells
    them by a word in the name.
    """
    copy = model.new_copy()
    copy.events = [
        pybamm.Event(f"{event.name} [experiment]", event.expression, event.event_type)
        if event.name in (CARBON_FULL, CARBON_EMPTY)
        else event
        for event in model.events
    ]
    return copy
