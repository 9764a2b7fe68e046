"""Rate sequence: one continuous test up to a high rate and back, as rate capability is published."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import pandas as pd

from napore.parameters.arguments import typed

from .base import OK, AnyCell, RowResult, as_cell, header, keeping, label, progress_bar, table_of
from .checks import ExperimentError, check_rates
from .protocol import Protocol
from .solving import built_of, run_leg

SEQUENCE: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 1.0, 0.5, 0.2)
"""Rates [C]: up to 5 C, then back to 1, 0.5 and 0.2 C."""


@dataclass(frozen=True)
class SequenceCycle:
    """One cycle of the sequence; None where a number does not exist.

    Parameters
    ----------
    cycle, leg
        Number of the cycle, and of the leg of equal cycles that it belongs to, from 1.
    rate_C
        Rate of both directions.
    capacity_mAh_g
        Capacity of the second half cycle: desodiation of a carbon in its half cell, else discharge.
    first_capacity_mAh_g
        Capacity of the first: sodiation, else charge. In tables and files the name says which.
    coulombic_efficiency
        Second over first [-].
    status
        ``"ok"`` or the failure, with advice.
    """

    cycle: int
    leg: int
    rate_C: float
    capacity_mAh_g: float | None = None
    first_capacity_mAh_g: float | None = None
    coulombic_efficiency: float | None = None
    status: str = OK


@dataclass(frozen=True, repr=False)
class RateSequence(RowResult):
    """Capacity of every cycle of a continuous test.

    Parameters
    ----------
    cell
        Name of the cell.
    directions
        Names of the first and the second half of its cycles.
    points
        Every cycle, in order. The test ends where a leg fails.
    header
        Versions, model and hash of the parameters.
    """

    row_name = "cycle {cycle}"

    cell: str
    directions: tuple[str, str]
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

    def _rows(self) -> list[dict[str, Any]]:
        names = {"first_capacity_mAh_g": f"{self.directions[0]}_capacity_mAh_g"}
        return [{names.get(name, name): x for name, x in asdict(point).items()} for point in self.points]

    def table(self) -> pd.DataFrame:
        """One row per cycle."""
        return table_of(self._rows())

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        recovery = [{"rate_C": rate, "ratio": ratio} for rate, ratio in self.recovery.items()]
        return {**self.header, "cell": self.cell, "cycles": self._rows(), "recovery": recovery}

    def plot(self, ax: Any = None) -> Any:
        """Draw capacity over cycle number, the rate above each leg; return the axes."""
        from napore.plotting import CAPACITY_LABEL, new_axes

        ax = new_axes(ax)
        table, (first, second) = self.table(), self.directions
        ax.plot(table["cycle"], table["capacity_mAh_g"], "o", label=second)
        ax.plot(table["cycle"], table[f"{first}_capacity_mAh_g"], "o", fillstyle="none", label=first)
        for _, leg in table.groupby("leg"):
            place = (float(leg["cycle"].mean()), float(leg["capacity_mAh_g"].max()))
            text = f"{leg['rate_C'].iloc[0]:g} C"
            ax.annotate(text, place, (0, 8), textcoords="offset points", ha="center")
        ax.set(xlabel="Cycle", ylabel=CAPACITY_LABEL, title=self.cell)
        ax.set_ylim(bottom=0.0)
        ax.margins(y=0.15)
        ax.legend()
        return ax


@typed(ExperimentError)
def rate_sequence(
    cell: AnyCell, rates: Iterable[float] | float = SEQUENCE, *, cycles_each: int = 3, progress: bool = False
) -> RateSequence:
    """Cycle at one rate after the other without a pause, from the cell's own start at equilibrium.

    Parameters
    ----------
    cell
        Cell, from :func:`napore.half_cell` or :func:`napore.full_cell`.
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
    Interrupted
        On Ctrl-C, with what is finished.
    """
    cell = as_cell(cell)
    checked = check_rates(rates)
    protocol = Protocol(cycles_each)
    points: list[SequenceCycle] = []
    state, built = None, built_of(cell)

    def result() -> RateSequence:
        return RateSequence(cell.name, cell.directions, tuple(points), header(cell))

    with keeping(result):
        for number, rate in enumerate(progress_bar(label(cell), "leg", checked, show=progress), start=1):
            leg = run_leg(cell, protocol, rate, state, last_only=False, built=built)
            state = leg.state
            if leg.status != OK:
                points.append(SequenceCycle(len(points) + 1, number, rate, status=leg.status))
                break
            for cycle in leg.cycles:
                down, up = cycle.first.capacity, cycle.second.capacity
                efficiency = up / down if down > 0.0 else None
                points.append(SequenceCycle(len(points) + 1, number, rate, up, down, efficiency))
    return result()
