"""Experiments: what is done to a cell. Each takes a cell or its name and returns one frozen result.

Imported are models, parameters and the cells, never a study, a design or a command. The next experiment is
a file here with its result (``base.py`` says what every result can), a command in ``napore/cli`` and its
public name (``docs/howto/maintain.md``).
"""

from .asymmetric import DirectionTest, direction_test
from .base import AnyCell, Interrupted, Result, as_cell
from .checks import ExperimentError
from .curves import Cycle, HalfCycle
from .cycling import CycleTest, cycle_test
from .drive import Drive, Profile, drive, read_profile
from .eis import eis
from .eis_results import ImpedanceTest, Spectrum, activation_energy
from .energy import EnergyPoint, EnergyTest, energy_test
from .formation import Formation, FormationCycle, fit_film, formation
from .gitt import Gitt, diffusion_length, gitt
from .gitt_file import read_gitt
from .gitt_occupancy import OccupancyDiffusivity, OccupancyPoint, occupancy_diffusivity
from .gitt_shape import GittShape, gitt_shape, share_below
from .hold import Hold, hold
from .masses import Energies, Masses, energies, masses
from .overpotentials import Overpotentials, read_overpotentials
from .protocol import Protocol
from .pulse import PulsePoint, PulseTest, pulse_test
from .rate import ChargeRatePoint, RatePoint, RateTest, default_rates, rate_test
from .reference import ReferenceHalf, ReferencePoint, ReferenceTest, reference_test
from .sequence import RateSequence, SequenceCycle, rate_sequence
from .temperature import TemperatureTest, at_temperature, temperature_test
from .voltammetry import SCAN_RATES, CyclicVoltammetry, cv
from .voltammogram import Peak, Scan, Sweep
from .waterfall import EnergyWaterfall, Term, energy_waterfall
from .weppner_huggins import GittPulse, evaluate_pulses

__all__ = [
    "SCAN_RATES",
    "AnyCell",
    "ChargeRatePoint",
    "Cycle",
    "CycleTest",
    "CyclicVoltammetry",
    "DirectionTest",
    "Drive",
    "Energies",
    "EnergyPoint",
    "EnergyTest",
    "EnergyWaterfall",
    "ExperimentError",
    "Formation",
    "FormationCycle",
    "Gitt",
    "GittPulse",
    "GittShape",
    "HalfCycle",
    "Hold",
    "ImpedanceTest",
    "Interrupted",
    "Masses",
    "OccupancyDiffusivity",
    "OccupancyPoint",
    "Overpotentials",
    "Peak",
    "Profile",
    "Protocol",
    "PulsePoint",
    "PulseTest",
    "RatePoint",
    "RateSequence",
    "RateTest",
    "ReferenceHalf",
    "ReferencePoint",
    "ReferenceTest",
    "Result",
    "Scan",
    "SequenceCycle",
    "Spectrum",
    "Sweep",
    "TemperatureTest",
    "Term",
    "activation_energy",
    "as_cell",
    "at_temperature",
    "cv",
    "cycle_test",
    "default_rates",
    "diffusion_length",
    "direction_test",
    "drive",
    "eis",
    "energies",
    "energy_test",
    "energy_waterfall",
    "evaluate_pulses",
    "fit_film",
    "formation",
    "gitt",
    "gitt_shape",
    "hold",
    "masses",
    "occupancy_diffusivity",
    "pulse_test",
    "rate_sequence",
    "rate_test",
    "read_gitt",
    "read_overpotentials",
    "read_profile",
    "reference_test",
    "share_below",
    "temperature_test",
]
