"""Options of a cell and its numbers: what one asks of the other, said before anything is solved."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pybamm

from .models.guards import SWITCHES
from .parameters.numbers import number
from .parameters.sets import ParameterSet

SWITCHED: Final = {end.replace("electrode", "Carbon electrode"): switch for end, switch in SWITCHES.items()}
"""Numbers of the sets that switch an option on where they are not zero, and the option, off and on."""

_OF_CARBONS: Final = ("pore classes", "adsorption law")
"""Options of a carbon that the model knows by its numbers only (the others by the sodium storage)."""


def with_switches(
    options: Mapping[str, Any], source: ParameterSet, changed: Mapping[str, Any]
) -> dict[str, Any]:
    """Options with those that a number needs which is not zero, such as a contact resistance.

    Parameters
    ----------
    options, source, changed
        Options as given, set, and numbers of the user by their names in the set.

    Raises
    ------
    pybamm.OptionError
        Where such a number is given and its option is switched off.
    """
    chosen = dict(options)
    for name, (option, _, on) in SWITCHED.items():
        value = changed.get(name, source.numbers.get(name, 0.0))
        if isinstance(value, int | float) and value == 0:
            continue
        given = chosen.setdefault(option, on)
        if on not in (given if isinstance(given, tuple) else (given,)):
            raise pybamm.OptionError(
                f"{name!r} is {value}, but option {option!r} is {given!r}, without which it does nothing: "
                "leave the option out or give 0"
            )
    return chosen


def refuse_of_carbons(options: Mapping[str, Any], name: str) -> None:
    """Refuse options of a carbon for a cell that has none.

    Raises
    ------
    pybamm.OptionError
        With the option and the name of what stands where a carbon would.
    """
    for option in _OF_CARBONS:
        if option in options:
            raise pybamm.OptionError(
                f"Option {option!r} is {options[option]!r}, but {name!r} is no carbon, in which alone it "
                "acts: leave it out."
            )


def without_default_switches(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a model without switches that are off, as by default: other numbers may turn them on."""
    off = {option: value for option, value, _ in SWITCHES.values()}
    return {name: value for name, value in options.items() if name not in off or value != off[name]}


def with_classes(source: ParameterSet, options: pybamm.BatteryModelOptions, domain: str) -> ParameterSet:
    """Set with the number of pore classes of a model; median and spread of the radii give any number."""
    return replace(source, classes=int(getattr(options, domain)["pore classes"]))


def check_numbers(
    model: pybamm.BaseModel, values: pybamm.ParameterValues, source: ParameterSet, asked: Mapping[str, Any]
) -> None:
    """Refuse options that need a number that the set has not, and sizes above the largest one.

    Parameters
    ----------
    model, values, source
        Model and numbers of the cell.
    asked
        Options as they were given, for the message.

    Raises
    ------
    pybamm.OptionError
        With the names of the numbers.
    ValueError
        With both radii.
    """
    known = set(values.keys())
    missing = sorted({symbol.name for symbol in model.parameters if symbol.name not in known})
    if missing:
        chosen = ", ".join(f"{name!r}: {value!r}" for name, value in asked.items())
        raise pybamm.OptionError(
            f"the set {source.name!r} lacks {', '.join(map(repr, missing))}, which the model needs with the "
            f"options {chosen or 'given'}: choose others, or give the number to the model in plain PyBaMM"
        )
    for side in ("Negative", "Positive"):
        largest = f"{side} particle largest radius [m]"
        if largest not in known or getattr(model.options, side.lower())["particle size"] != "distribution":
            continue
        radius, most = number(values, f"{side} particle radius [m]"), number(values, largest)
        if not most > radius:
            raise ValueError(
                f"{largest!r} is {most:g} m, but the particles have a mean radius of {radius:g} m: give a "
                "larger one, or a smaller mean radius"
            )
