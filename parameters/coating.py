"""Volume fractions of a porous coating from its loading and thickness, and the disc that it is on."""

import math
from typing import Any, Final

import pybamm

from napore.models.live import Within

__all__ = ["LEAST_POROSITY", "disc", "volume_fractions"]

LEAST_POROSITY: Final = 0.05
"""Porosity above which a coating has room for the electrolyte [-]."""


def volume_fractions(electrode: str, Domain: str) -> tuple[Any, Any]:
    """Volume fractions of the active material and of the pores of a coating [-], as expressions.

    ``m/(rho L)`` and ``1 - m/(rho L) - m (1/w - 1)/(rho_i L)`` of the loading of active material m, the
    thickness L, the mass fraction w, and the densities of active and of inactive material.

    Parameters
    ----------
    electrode
        Name for the message of an error.
    Domain
        ``"Negative"`` or ``"Positive"``, before the names of the parameters.

    Raises
    ------
    napore.models.live.NumberError
        When the numbers are put in, where no room is left for the electrolyte.
    """

    def number(name: str) -> pybamm.Parameter:
        return pybamm.Parameter(f"{Domain} electrode {name}")

    loading, thickness = number("areal loading [kg.m-2]"), number("thickness [m]")
    active = loading / number("true density [kg.m-3]") / thickness
    binder = loading * (1.0 / number("mass fraction in the coating") - 1.0)
    inactive = binder / number("inactive density [kg.m-3]") / thickness
    message = (
        f"{electrode}: loading, thickness and densities leave a porosity of {{}}; a porosity above "
        f"{LEAST_POROSITY} is needed: lower the loading or raise the thickness"
    )
    return active, Within(1.0 - active - inactive, LEAST_POROSITY, 1.0, message)


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
