"""Volume fractions of a porous coating from its loading and thickness, and the disc that it is on."""

import math
from typing import Any, Final

import pybamm

from napore.models.live import Within

LEAST_POROSITY: Final = 0.05
"""Porosity above which a coating has room for the electrolyte [-]."""


def volume_fractions(
    loading: Any, density: Any, share: Any, inactive_density: Any, thickness: Any
) -> tuple[Any, Any]:
    """Volume fractions of the active material and of the pores of a coating [-].

    ``m/(rho L)`` and ``1 - m/(rho L) - m (1/w - 1)/(rho_i L)``, of numbers or expressions.

    Parameters
    ----------
    loading
        Areal loading m of active material [kg/m2].
    density, inactive_density
        Of the active material and of binder with conductive carbon [kg/m3].
    share
        Mass fraction w of active material in the coating [-].
    thickness
        L [m].
    """
    active = loading / density / thickness
    inactive = loading * (1.0 / share - 1.0) / inactive_density / thickness
    return active, 1.0 - active - inactive


def coating(electrode: str, Domain: str) -> dict[str, Any]:
    """Volume fractions of an electrode's coating as expressions of its parameters, by PyBaMM's names.

    Parameters
    ----------
    electrode
        Name for the message of an error.
    Domain
        ``"Negative"`` or ``"Positive"``.

    Raises
    ------
    napore.models.live.NumberError
        When the numbers are put in, where no room is left for the electrolyte.
    """
    names = (
        "areal loading [kg.m-2]",
        "true density [kg.m-3]",
        "mass fraction in the coating",
        "inactive density [kg.m-3]",
        "thickness [m]",
    )
    numbers = [pybamm.Parameter(f"{Domain} electrode {name}") for name in names]
    active, porosity = volume_fractions(*numbers)
    loading, density, *_, thickness = numbers
    message = (
        f"{electrode}: {{1:g}} mg/cm2 at {{2:g}} kg/m3 leave a porosity of {{0:.2f}} in {{3:g}} um; a "
        f"porosity above {LEAST_POROSITY} is needed: lower the loading or raise the thickness"
    )
    details = (100.0 * loading, density, 1e6 * thickness)
    return {
        f"{Domain} electrode active material volume fraction": active,
        f"{Domain} electrode porosity": Within(
            porosity, *details, low=LEAST_POROSITY, high=1.0, message=message
        ),
    }


def disc(one_C: Any) -> dict[str, Any]:
    """Size of a disc as the square that PyBaMM knows, and its current of 1 C given in A/m2."""
    side = math.sqrt(math.pi / 4.0) * pybamm.Parameter("Electrode disc diameter [m]")
    area = pybamm.Parameter("Electrode height [m]") * pybamm.Parameter("Electrode width [m]")
    return {
        "Electrode height [m]": side,
        "Electrode width [m]": side,
        "Nominal cell capacity [A.h]": one_C * area,
        "Current function [A]": pybamm.Parameter("Nominal cell capacity [A.h]"),
    }
