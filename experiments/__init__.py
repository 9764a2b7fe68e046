"""Experiments: what is done to a cell. Each takes a cell and returns one frozen result."""

from .asymmetric import DirectionTest, DirectionTestInterrupted, direction_test
from .checks import ExperimentError
from .curves import Cycle, HalfCycle
from .energy import Energies, EnergyPoint, EnergyTest, Masses, energies, energy_test, masses
from .overpotentials import Overpotentials, read_overpotentials
from .protocol import Protocol
from .rate import ChargeRatePoint, RatePoint, RateTest, RateTestInterrupted, default_rates, rate_test
from .sequence import RateSequence, SequenceCycle, rate_sequence

__all__ = [
    "ChargeRatePoint",
    "Cycle",
    "DirectionTest",
    "DirectionTestInterrupted",
    "Energies",
    "EnergyPoint",
    "EnergyTest",
    "ExperimentError",
    "HalfCycle",
    "Masses",
    "Overpotentials",
    "Protocol",
    "RatePoint",
    "RateSequence",
    "RateTest",
    "RateTestInterrupted",
    "SequenceCycle",
    "default_rates",
    "direction_test",
    "energies",
    "energy_test",
    "masses",
    "rate_sequence",
    "rate_test",
    "read_overpotentials",
]
