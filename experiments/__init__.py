"""Experiments: what is done to a cell. Each takes a cell and returns one frozen result."""

from .asymmetric import DirectionTest, DirectionTestInterrupted, direction_test
from .checks import ExperimentError
from .curves import Cycle, HalfCycle
from .protocol import Protocol
from .rate import ChargeRatePoint, RatePoint, RateTest, RateTestInterrupted, default_rates, rate_test
from .sequence import RateSequence, SequenceCycle, rate_sequence

__all__ = [
    "ChargeRatePoint",
    "Cycle",
    "DirectionTest",
    "DirectionTestInterrupted",
    "ExperimentError",
    "HalfCycle",
    "Protocol",
    "RatePoint",
    "RateSequence",
    "RateTest",
    "RateTestInterrupted",
    "SequenceCycle",
    "default_rates",
    "direction_test",
    "rate_sequence",
    "rate_test",
]
