"""Exchange-current density and charge-transfer resistance of a half cell."""

from collections.abc import Mapping

import numpy as np

from napore.models.constants import FARADAY, GAS_CONSTANT, REFERENCE_TEMPERATURE
from napore.models.foil import FILM

EXCHANGE_CURRENT = "Carbon electrode reference exchange-current density [A.m-2]"
_THERMAL = GAS_CONSTANT * REFERENCE_TEMPERATURE / FARADAY


def charge_transfer_resistance(numbers: Mapping[str, float], electrode: str = "Carbon") -> float:
    """Resistance of an electrode and the sodium foil together [ohm] at 25 C, of a cathode half full.

    ``R T / F (1 / (i0 S) + 1 / (i0_foil A)) + R_film / A`` with the surface of the particles
    ``S = 3 m A / (rho R)``; where the occupancy is away from its ends. The film is that of the foil.
    """
    area, surface = _areas(numbers, electrode)
    exchange = numbers[EXCHANGE_CURRENT.replace("Carbon", electrode)]
    return float(_THERMAL / (exchange * surface) + _foil(numbers, area))


def exchange_current_density(numbers: Mapping[str, float], resistance_ohm: float) -> float:
    """``i0`` of the carbon [A/m2] at which carbon and foil together have ``resistance_ohm``."""
    area, surface = _areas(numbers)
    return float(_THERMAL / ((resistance_ohm - _foil(numbers, area)) * surface))


def _foil(numbers: Mapping[str, float], area: float) -> float:
    transfer = _THERMAL / numbers["Sodium metal reference exchange-current density [A.m-2]"]
    return float((transfer + numbers.get(FILM, 0.0)) / area)


def _areas(numbers: Mapping[str, float], electrode: str = "Carbon") -> tuple[float, float]:
    """Area of the electrode and of its particles [m2]."""
    area = float(np.pi * (numbers["Electrode disc diameter [m]"] / 2) ** 2)
    loading = numbers[f"{electrode} electrode areal loading [kg.m-2]"]
    density = numbers[f"{electrode} electrode true density [kg.m-3]"]
    radius = numbers[f"{electrode} particle radius [m]"]
    return area, 3.0 * loading / density / radius * area
