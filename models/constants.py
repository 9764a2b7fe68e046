"""Physical constants and the reference temperature, SI."""

from typing import Final

from scipy import constants as _codata

FARADAY: Final = _codata.physical_constants["Faraday constant"][0]  # C/mol
GAS_CONSTANT: Final = _codata.R  # J/mol/K
REFERENCE_TEMPERATURE: Final = 298.15  # K; the paper's measurements at 25 C
SODIUM_MOLAR_MASS: Final = 22.98976928e-3  # kg/mol, IUPAC 2021
SODIUM_DENSITY: Final = 968.0  # kg/m3 at 20 C, CRC Handbook
SODIUM_MOLAR_VOLUME: Final = SODIUM_MOLAR_MASS / SODIUM_DENSITY  # m3/mol
