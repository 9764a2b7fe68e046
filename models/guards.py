"""Numbers and functions that a model would not read: refused when PyBaMM puts them in."""

from typing import Any, Final, NamedTuple

import pybamm
from pybamm.parameters.lithium_ion_parameters import U_asymptotes

from .constants import REFERENCE_TEMPERATURE
from .events import NEAR_FULL
from .foil import FILM
from .live import Guard
from .parameters import CarbonParameters


class Switch(NamedTuple):
    """Option without which a number does nothing, off (the default) and on."""

    option: str
    off: str
    on: str


SWITCHES: Final = {
    "Contact resistance [Ohm]": Switch("contact resistance", "false", "true"),
    "electrode pore interaction [V]": Switch("pore interaction", "none", "mean field"),
    FILM: Switch("foil film", "false", "true"),
}
"""Switch of each number that is zero in the shipped sets, by the end of its name."""

_SLACK: Final = 5e-3

_PLACES: Final = (0.1, 0.4, 0.8)
"""Contents at which a function is compared with the one that the model reads."""


def guarded(value: Any, options: Any, param: Any, carbons: dict[str, CarbonParameters]) -> Guard:
    """An expression that PyBaMM processes only where the numbers suit the options.

    Refused are barriers below zero, a contact resistance or a film on the foil without its option, pores
    that interact without theirs, another number of pore classes, another start than the surroundings in an
    isothermal cell, and functions in the place of those that follow from a carbon's numbers.

    Parameters
    ----------
    value
        Expression of the model that is always processed, such as an initial condition.
    options, param
        Options and parameters of the model.
    carbons
        Its carbons, by domain.
    """
    checks: dict[str, Any] = {}
    if options["contact resistance"] == "false":
        checks |= _switched_off("Contact resistance [Ohm]")
    if carbons and options["working electrode"] == "positive" and options["foil film"] == "false":
        checks |= _switched_off(FILM)
    for carbon in carbons.values():
        checks |= _of_carbon(carbon)
    given = {}
    for carbon in carbons.values():
        full = carbon.adsorption_potential(pybamm.Scalar(1.0 - NEAR_FULL), param.T_init)
        given[
            f"the mobile sites of the carbon are full above 0 V, where pores of it still fill: give a lower "
            f"'{carbon.domain.capitalize()} electrode mobile site potential [V]'"
        ] = pybamm.maximum(0.0, full) if carbon.has_strong_sites else pybamm.Scalar(0)
        for name, least in carbon.least_barriers.items():
            given[
                f"the fastest class of '{carbon.domain.capitalize()} electrode {name}' would have a "
                "barrier below zero: give a higher one, or a lower 'barrier share of the rate spread'"
            ] = pybamm.maximum(0.0, -least)
    if carbons and options["thermal"] == "isothermal":
        given[
            "'Initial temperature [K]' is not 'Ambient temperature [K]', at which an isothermal cell is: "
            "give both the same value, or the option 'thermal': 'lumped'"
        ] = param.T_init - param.T_amb_av(pybamm.Scalar(0))
    if carbons or options["working electrode"] == "positive":
        given[
            "the cell would start at rest outside its voltage cut-offs: give an 'initial_soc' or an 'Initial "
            "concentration in ... electrode [mol.m-3]' inside, or other cut-offs"
        ] = _beyond(_start_voltage(options, param, carbons), param)
    return Guard(
        value,
        *checks.values(),
        *given.values(),
        messages=(*checks, *given),
        inputs_pass=(*[False] * len(checks), *[True] * len(given)),
    )


def _switched_off(name: str) -> dict[str, Any]:
    """Check of a number whose option is off."""
    switch = next(switch for end, switch in SWITCHES.items() if name.endswith(end))
    message = f"{name!r} has no effect: give the option {switch.option!r}: {switch.on!r} with it"
    return {message: pybamm.Parameter(name)}


def _start_voltage(options: Any, param: Any, carbons: dict[str, CarbonParameters]) -> Any:
    """Voltage at rest at the start [V]."""
    potentials = []
    for domain in ("negative", "positive"):
        if options.electrode_types[domain] != "porous":
            continue
        primary = param.domain_params[domain].prim
        x, T = primary.sto_init_av, param.T_init
        carbon = carbons.get(domain)
        rest = primary.U(x, T) if carbon is None else carbon.adsorption_potential(carbon.rest(x, T)[0], T)
        potentials.append(rest)
    return potentials[-1] if len(potentials) == 1 else potentials[1] - potentials[0]


def _beyond(voltage: Any, param: Any) -> Any:
    """How far a voltage lies outside the cut-offs, more than what PyBaMM's search of a start leaves [V]."""
    low = pybamm.maximum(0.0, param.voltage_low_cut - _SLACK - voltage)
    return low + pybamm.maximum(0.0, voltage - param.voltage_high_cut - _SLACK)


def _of_carbon(carbon: CarbonParameters) -> dict[str, Any]:
    electrode = f"{carbon.domain.capitalize()} electrode"
    checks: dict[str, Any] = {}
    name = f"{electrode} number of pore classes"
    checks[
        f"option 'pore classes' is {carbon.classes}, but {name!r} is another: the numbers of each class are "
        "made with the set; use napore.half_cell or napore.full_cell with the option"
    ] = pybamm.Parameter(name) - float(carbon.classes)
    if not carbon.interaction:
        checks |= _switched_off(f"{electrode} pore interaction [V]")
    T = pybamm.Scalar(REFERENCE_TEMPERATURE)
    for place in _PLACES:
        x = pybamm.Scalar(place)
        functions = {
            f"{electrode} OCP [V]": (
                {f"{carbon.domain.capitalize()} particle stoichiometry": x},
                carbon.equilibrium_potential(x, T) - U_asymptotes(x),
            ),
            f"{electrode} OCP entropic change [V.K-1]": (
                {f"{carbon.domain.capitalize()} particle stoichiometry": x},
                carbon.entropic_change(x),
            ),
            f"{electrode} adsorption potential [V]": (
                {"Adsorbed occupancy": x, "Temperature [K]": T},
                carbon.adsorption_potential(x, T),
            ),
        }
        for name, (arguments, own) in functions.items():
            checks[
                f"{name!r} is not that of the adsorption law {carbon.law!r} and the pores, which the model "
                "reads: change their numbers, or choose the option 'adsorption law' or 'sodium storage': "
                f"'single' (compared at {place:g})"
            ] = pybamm.FunctionParameter(name, arguments) - own
    return checks
