"""Which direction limits: the rate test with one direction slow, and with a hold after sodiation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from napore.cells import Cell

from .checks import check_rates
from .rate import RateTest, RateTestInterrupted, default_rates, rate_test
from .records import Record
from .solving import built_of

__all__ = ["DirectionTest", "DirectionTestInterrupted", "direction_test"]


@dataclass(frozen=True)
class DirectionTest(Record):
    """Rate tests that differ in one direction.

    Parameters
    ----------
    tests
        ``"symmetric"``; ``"slow_sodiation"`` (desodiation at the rate under test);
        ``"slow_desodiation"`` (sodiation at the rate under test); ``"cc_cv_sodiation"``
        (both at the rate under test, sodiation ended by a hold at the lower cut-off). Of a full
        cell or of a cathode the same with charge and discharge in their places.
    """

    tests: Mapping[str, RateTest]

    @property
    def symmetric(self) -> RateTest:
        """The test with both directions at the rate under test."""
        return self.tests["symmetric"]

    def table(self) -> pd.DataFrame:
        """Desodiation (discharge) capacity by rate, one column per test.

        The direction that limits is the one whose slowing brings the capacity back.
        """
        table = pd.DataFrame({"rate_C": [point.rate_C for point in self.symmetric.points]})
        for name, test in self.tests.items():
            capacities = [point.capacity_mAh_g for point in test.points]
            table[f"{name}_capacity_mAh_g"] = pd.Series(capacities, dtype=float)
        return table

    def to_dict(self) -> dict[str, Any]:
        """The symmetric test as :meth:`RateTest.to_dict`, the others under ``"asymmetric"``."""
        others = {
            name: {"protocol": test.protocol.name, "rates": test.to_dict()["rates"]}
            for name, test in self.tests.items()
            if name != "symmetric"
        }
        return {**self.symmetric.to_dict(), "asymmetric": others}

    def plot(self, ax: Any = None) -> Any:
        """Draw the capacities against rate; return the axes."""
        from napore.plotting import draw_directions

        return draw_directions(self.table(), self.symmetric.cell, ax)


class DirectionTestInterrupted(RateTestInterrupted):
    """Ctrl-C; ``result`` is the symmetric test as far as it came, ``finished`` every test begun."""

    def __init__(self, finished: DirectionTest) -> None:
        super().__init__(finished.symmetric)
        self.finished = finished


def direction_test(
    cell: Cell,
    rates: Iterable[float] | float | None = None,
    *,
    slow: float = 0.02,
    hold: float = 0.02,
    cycles: int = 3,
    progress: bool = False,
) -> DirectionTest:
    """Rate test four times: symmetric, slow sodiation, slow desodiation, CC-CV sodiation.

    Of a full cell or of a cathode: symmetric, slow charge, slow discharge, CC-CV charge.

    Parameters
    ----------
    cell, rates, cycles, progress
        As for :func:`rate_test`.
    slow
        Rate [C] of the slow direction.
    hold
        Rate [C] at which the hold of the CC-CV test ends.

    Raises
    ------
    ExperimentError
        For conditions that are no numbers or out of range.
    DirectionTestInterrupted
        On Ctrl-C, with what is finished.
    """
    checked = check_rates(default_rates(cell) if rates is None else rates)
    first, second = cell.directions
    variants: dict[str, dict[str, Any]] = {
        "symmetric": {},
        f"slow_{first}": {f"{first}_rate": slow},
        f"slow_{second}": {f"{second}_rate": slow},
        f"cc_cv_{first}": {"hold": hold},
    }
    built = built_of(cell)
    tests: dict[str, RateTest] = {}
    for name, variant in variants.items():
        try:
            tests[name] = rate_test(cell, checked, cycles=cycles, progress=progress, built=built, **variant)
        except RateTestInterrupted as interrupted:
            tests[name] = interrupted.result
            raise DirectionTestInterrupted(DirectionTest(tests)) from None
    return DirectionTest(tests)
