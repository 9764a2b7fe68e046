"""Rate sequence: one continuous test up to a high rate and back, as rate capability is published."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import pandas as pd
from tqdm import tqdm

from napore.cells import Cell

from .checks import check_rates
from .protocol import Protocol
from .records import Record, header
from .solving import OK, built_of, run_leg

__all__ = ["SEQUENCE", "RateSequence", "SequenceCycle", "rate_sequence"]

SEQUENCE: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 1.0, 0.5, 0.2)
"""Rates [C]: up to 5 C, then back to 1, 0.5 and 0.2 C."""


@dataclass(frozen=True)
class SequenceCycle:
    """One cycle of the sequence; None where a number does not exist.

    Of a full cell or of a cathode ``sodiation_capacity_mAh_g`` is that of the charge, and
    ``capacity_mAh_g`` that of the discharge.
    """

    cycle: int
    leg: int
    rate_C: float
    capacity_mAh_g: float | None
    sodiation_capacity_mAh_g: float | None
    coulombic_efficiency: float | None
    status: str = OK


@dataclass(frozen=True)
class RateSequence(Record):
    """Capacity of every cycle of a continuous test.

    Parameters
    ----------
    cell
        Name of the cell.
    points
        Every cycle, in order. The test ends where a leg fails.
    header
        Versions, model and hash of the parameters.
    """

    cell: str
    points: tuple[SequenceCycle, ...]
    header: Mapping[str, str]

    @property
    def recovery(self) -> dict[float, float]:
        """Capacity on the return to a rate over that before it, last cycle of each leg, by rate [C]."""
        last = {point.leg: point for point in self.points if point.status == OK}
        first: dict[float, float] = {}
        ratios: dict[float, float] = {}
        for point in last.values():
            if point.capacity_mAh_g is None:
                continue
            if point.rate_C in first:
                ratios[point.rate_C] = point.capacity_mAh_g / first[point.rate_C]
            else:
                first[point.rate_C] = point.capacity_mAh_g
        return ratios

    def table(self) -> pd.DataFrame:
        """One row per cycle."""
        return pd.DataFrame([asdict(point) for point in self.points])

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        recovery = [{"rate_C": rate, "ratio": ratio} for rate, ratio in self.recovery.items()]
        cycles = [asdict(point) for point in self.points]
        return {**self.header, "cell": self.cell, "cycles": cycles, "recovery": recovery}

    def plot(self, ax: Any = None) -> Any:
        """Draw capacity against cycle number; return the axes."""
        from napore.plotting import draw_sequence

        return draw_sequence(self.table(), self.cell, ax)


def rate_sequence(
    cell: Cell,
    rates: Iterable[float] | float = SEQUENCE,
    *,
    cycles_each: int = 3,
    progress: bool = False,
) -> RateSequence:
    """Cycle at one rate after the other without a pause, from equilibrium at the upper cut-off.

    Parameters
    ----------
    cell
        Cell, from :func:`napore.half_cell`.
    rates
        Rates of the legs [C], in order; a rate that comes again gives a recovery ratio.
    cycles_each
        Cycles of each leg.
    progress
        Whether to show a bar, on a terminal and after two seconds.

    Raises
    ------
    ExperimentError
        For conditions that are no numbers or out of range.
    """
    checked = check_rates(rates)
    protocol = Protocol(cycles_each)
    points: list[SequenceCycle] = []
    state, built = None, built_of(cell)
    bar = tqdm(
        checked, desc=f"{cell.name} {cell.model_name}", unit="leg", delay=2, disable=not progress or None
    )
    for number, rate in enumerate(bar, start=1):
        leg = run_leg(cell, protocol, rate, state, last_only=False, built=built)
        state = leg.state
        if leg.status != OK:
            points.append(SequenceCycle(len(points) + 1, number, rate, None, None, None, leg.status))
            break
        for cycle in leg.cycles:
            down, up = cycle.first.capacity, cycle.second.capacity
            efficiency = up / down if down > 0.0 else None
            points.append(SequenceCycle(len(points) + 1, number, rate, up, down, efficiency))
    return RateSequence(cell.name, tuple(points), header(cell))
