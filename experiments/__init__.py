"""Experiments: what is done to a cell. Each takes a cell and returns one frozen result."""

from .asymmetric import DirectionTest, DirectionTestInterrupted, direction_test
from .checks import ExperimentError
from .curves import Cycle, HalfCycle
from .protocol import Protocol
from .rate import RatePoint, RateTest, RateTestInterrupted, rate_test
from .sequence import RateSequence, SequenceCycle, rate_sequence

__all__ = [
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
    "direction_test",
    "rate_sequence",
    "rate_test",
]
