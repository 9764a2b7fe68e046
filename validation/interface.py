"""Charge-transfer resistances, arcs and activation energies of the half cells, by the impedance test."""

from typing import Final

from napore.experiments import ImpedanceTest, Spectrum
from napore.experiments.circuits import has_sloping_line

from .bench import Bench

POTENTIALS_V: Final = (0.02, 0.05, 0.1, 0.3, 0.6, 1.0)
"""Equilibrium potentials at which the resistance is read [V vs Na+/Na]."""

TEMPERATURES_C: Final = (5.0, 15.0, 25.0, 35.0, 45.0)
"""Temperatures of the activation energy [C]."""

_SLOPE_V: Final = 0.3


def spectra(bench: Bench, carbon: str) -> tuple[Spectrum, ...]:
    """Spectra of a half cell at :data:`POTENTIALS_V`, 25 C, 100 kHz to 0.01 Hz."""
    return bench.impedance(carbon, POTENTIALS_V).spectra


def charge_transfer_resistance(bench: Bench, carbon: str) -> tuple[float, ...]:
    """Resistance of the arcs of carbon and sodium foil together [ohm], one per potential.

    Of the circuit fitted to the spectrum; NaN where there is none.
    """
    found = (spectrum.charge_transfer_resistance_ohm for spectrum in spectra(bench, carbon))
    return tuple(float("nan") if value is None else value for value in found)


def two_arcs_and_a_line(bench: Bench, carbon: str) -> bool:
    """Whether the spectrum at every potential shows two arcs and a sloping line, and no more."""
    return all(
        spectrum.impedance_ohm is not None
        and len(spectrum.arcs_Hz) == 2
        and has_sloping_line(spectrum.frequency_Hz, spectrum.impedance_ohm)
        for spectrum in spectra(bench, carbon)
    )


def warm_spectra(bench: Bench, carbon: str) -> ImpedanceTest:
    """Spectra of a half cell at :data:`TEMPERATURES_C`, at the stoichiometry of 0.3 V.

    There the diffusion tail is apart from the arc.
    """
    return bench.impedance(carbon, _SLOPE_V, TEMPERATURES_C)


def activation_energy(bench: Bench, carbon: str) -> tuple[float, float]:
    """Activation energy of the carbon's own arc and that of both arcs together [kJ/mol]."""
    test = warm_spectra(bench, carbon)
    own, apparent = test.activation_energy_J_mol, test.apparent_activation_energy_J_mol
    return (_kilo(own), _kilo(apparent))


def _kilo(energy: float | None) -> float:
    return float("nan") if energy is None else energy / 1000.0
