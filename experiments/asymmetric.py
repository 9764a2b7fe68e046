"""Which direction limits: the rate test with one direction slow, and with a hold after sodiation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from napore.parameters.arguments import typed

from .base import AnyCell, Interrupted, Part, Result, as_cell, header, keeping
from .checks import ExperimentError, check_rate, check_rates
from .rate import RateTest, default_rates, rate_axes, rate_test
from .solving import built_of


@dataclass(frozen=True, repr=False)
class DirectionTest(Result):
    """Rate tests that differ in one direction.

    Parameters
    ----------
    cell
        Name of the cell.
    tests
        ``"symmetric"``; ``"slow_sodiation"`` (desodiation at the rate under test);
        ``"slow_desodiation"`` (sodiation at the rate under test); ``"cc_cv_sodiation"``
        (both at the rate under test, sodiation ended by a hold at the lower cut-off). Of a full
        cell or of a cathode the same with charge and discharge in their places.
    header
        Versions, model and hash of the parameters.
    """

    cell: str
    tests: Mapping[str, RateTest]
    header: Mapping[str, str]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Statuses of the rates of all tests."""
        return tuple(
            Part(f"{name}, {p.rate_C:g} C", p.status)
            for name, test in self.tests.items()
            for p in test.points
        )

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
        """Draw desodiation (discharge) capacity over rate, one line per test; return the axes."""
        from napore.plotting import new_axes

        ax = new_axes(ax)
        table = self.table().sort_values("rate_C")
        for column, marker in zip([c for c in table.columns if c != "rate_C"], "osd^", strict=False):
            label = column.removesuffix("_capacity_mAh_g").replace("_", " ").replace("cc cv", "CC-CV")
            ax.plot(table["rate_C"], table[column], f"{marker}-", label=label)
        return rate_axes(ax, table["rate_C"], self.cell)

    @property
    def panels(self) -> tuple[Any, ...]:
        """Curves of the symmetric test, and the capacities of all."""
        return (self.symmetric.plot_curves, self.plot)


@typed(ExperimentError)
def direction_test(
    cell: AnyCell,
    rates: Iterable[float] | float | None = None,
    *,
    slow_rate: float = 0.02,
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
    slow_rate
        Rate [C] of the slow direction.
    hold
        Rate [C] at which the hold of the CC-CV test ends.

    Raises
    ------
    ExperimentError
        For conditions that are no numbers or out of range.
    Interrupted
        On Ctrl-C, with every test that was begun.
    """
    cell = as_cell(cell)
    checked = check_rates(default_rates(cell) if rates is None else rates)
    check_rate(slow_rate, "slow_rate")
    check_rate(hold, "hold")
    first, second = cell.directions
    variants: dict[str, dict[str, Any]] = {
        "symmetric": {},
        f"slow_{first}": {f"{first}_rate": slow_rate},
        f"slow_{second}": {f"{second}_rate": slow_rate},
        f"cc_cv_{first}": {"hold": hold},
    }
    built = built_of(cell)
    tests: dict[str, RateTest] = {}

    def result() -> DirectionTest:
        return DirectionTest(cell.name, tests, header(cell))

    with keeping(result):
        for name, variant in variants.items():
            try:
                tests[name] = rate_test(
                    cell, checked, cycles=cycles, progress=progress, built=built, **variant
                )
            except Interrupted as stop:
                tests[name] = stop.result
                raise
    return result()
