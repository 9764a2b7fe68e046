"""A cathode's entries as PyBaMM parameters of the positive electrode."""

from collections.abc import Mapping
from typing import Any

from napore.models.constants import FARADAY
from napore.models.insertion import TwoPhasePotential

from . import functions
from .coating import volume_fractions

__all__ = ["cathode_parameters", "two_phase"]


def two_phase(numbers: Mapping[str, Any]) -> TwoPhasePotential:
    """Equilibrium of the cathode of a file, from its numbers by name."""
    return TwoPhasePotential(
        **{key: numbers[f"Cathode electrode {name}"] for key, name in functions.TWO_PHASE_PARAMETERS.items()}
    )


def cathode_parameters(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """PyBaMM parameters of the cathode from the numbers of its file.

    Parameters
    ----------
    numbers
        Values by name; names begin with "Cathode electrode" or "Cathode particle".

    Returns
    -------
    dict
        Every name with "Positive" in the place of "Cathode", what PyBaMM needs derived from them,
        and the functions. The branches of the hysteresis are there whether or not an option uses them.

    Raises
    ------
    ValueError
        Where loading, density and thickness leave no room for the electrolyte.
    """

    def number(name: str) -> Any:
        return numbers[f"Cathode electrode {name}"]

    values: dict[str, Any] = {
        name.replace("Cathode", "Positive", 1): value
        for name, value in numbers.items()
        if name.startswith("Cathode")
    }
    density = number("true density [kg.m-3]")
    active, porosity = volume_fractions(
        "cathode",
        number("areal loading [kg.m-2]"),
        density,
        number("mass fraction in the coating"),
        number("inactive density [kg.m-3]"),
        number("thickness [m]"),
    )
    capacity = number("usable specific capacity [mA.h.g-1]")
    decay = values.pop("Positive particle hysteresis decay rate")
    values |= {
        "Maximum concentration in positive electrode [mol.m-3]": capacity * (3600.0 * density / FARADAY),
        "Positive electrode active material volume fraction": active,
        "Positive electrode porosity": porosity,
        "Positive electrode OCP [V]": functions.TwoPhaseOCP("positive"),
        "Positive electrode lithiation OCP [V]": functions.TwoPhaseOCP("positive", -1),
        "Positive electrode delithiation OCP [V]": functions.TwoPhaseOCP("positive", 1),
        "Positive particle hysteresis decay rate": decay,
        "Positive particle lithiation hysteresis decay rate": decay,
        "Positive particle delithiation hysteresis decay rate": decay,
        "Initial hysteresis state in positive electrode": -1.0,  # discharged
        "Positive electrode exchange-current density [A.m-2]": functions.InsertionExchangeCurrentDensity(
            "positive"
        ),
        "Positive particle diffusivity [m2.s-1]": functions.InsertionDiffusivity("positive"),
        "Positive electrode reaction-driven LAM factor [m3.mol-1]": 0.0,
    }
    return values
