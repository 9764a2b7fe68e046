"""Long cycling: capacity, coulombic efficiency and ageing over many cycles at one rate."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from napore.cells import Cell
from napore.parameters.arguments import typed

from .base import OK, AnyCell, RowResult, as_cell, header, keeping, label, progress_bar, table_of
from .checks import ExperimentError, check_count, check_number, check_rate
from .curves import Cycle
from .cycle_folder import CyclingFolder
from .cycle_jumping import Jumper, filled_in
from .cycle_states import Array, CycleEnd, CyclePoint, Cycler

REFERENCE_CYCLE: Final = 3
"""Cycle whose capacity the retention is over: a capacity at a rate is that of the third cycle."""

FAST_TOLERANCE: Final = 2e-3
"""Error of the capacity at the end over that at the start which the estimate of a jump allows [-]."""
_MANY: Final = 100
"""Cycles that are solved from which on a compiler is worth its seconds; jumps leave out two of three."""


@dataclass(frozen=True, repr=False)
class CycleTest(RowResult):
    """Capacity, coulombic efficiency and ageing, cycle by cycle.

    Parameters
    ----------
    cell
        Name of the cell.
    ageing
        Name of its ageing, None without.
    rate_C
        Rate of both directions.
    points
        One per cycle, in order; the test ends where a cycle fails.
    curves
        Both half cycles of chosen cycles, by number.
    header
        Versions, model and hash of the parameters.
    status
        ``"ok"``, or why the test ended early.
    """

    row_key = "cycles"
    facts = ("cell", "ageing", "rate_C", "reference_cycle", "retention", "status")

    cell: str
    ageing: str | None
    rate_C: float
    points: tuple[CyclePoint, ...]
    curves: Mapping[int, Cycle]
    header: Mapping[str, str]
    status: str = OK

    @property
    def solved(self) -> bool:
        """Whether a cycle was solved."""
        return bool(self.points)

    @property
    def reference_cycle(self) -> int:
        """Cycle whose capacity the retention is over: the third, the last where there are fewer."""
        return min(REFERENCE_CYCLE, len(self.points))

    @property
    def retention(self) -> float | None:
        """Capacity of the last cycle over that of the reference cycle [-]; None without a cycle."""
        if not self.points:
            return None
        return self.points[-1].capacity_mAh_g / self.points[self.reference_cycle - 1].capacity_mAh_g

    @property
    def simulated_cycles(self) -> int:
        """Cycles that were simulated; the others were left out by the fast mode."""
        return sum(point.simulated for point in self.points)

    def table(self) -> pd.DataFrame:
        """One row per cycle, units in the column names."""
        return table_of(map(asdict, self.points), list(CyclePoint.__dataclass_fields__))

    def curves_table(self) -> pd.DataFrame:
        """Points of the kept curves, one row each, the cycle in the last column."""
        tables = [cycle.table().assign(cycle=number) for number, cycle in self.curves.items()]
        return pd.concat(tables, ignore_index=True) if tables else super().curves_table()

    def plot(self, ax: Any = None) -> Any:
        """Draw capacity, and to the right coulombic efficiency, over the cycles; return the left axes."""
        from napore.plotting import CAPACITY_LABEL, new_axes

        ax = new_axes(ax)
        table = self.table()
        line = ax.plot(table["cycle"], table["capacity_mAh_g"], "-", color="C0", label="capacity")
        right = ax.twinx()
        right.spines["right"].set_visible(True)
        style = {"color": "C1", "markersize": 3, "label": "coulombic efficiency"}
        dots = right.plot(table["cycle"], 100.0 * table["coulombic_efficiency"], ".", **style)
        right.set_ylabel("Coulombic efficiency / %")
        right.set_ylim(95.0, 100.2)
        ageing = f", ageing {self.ageing}" if self.ageing else ""
        ax.set(xlabel="Cycle", ylabel=CAPACITY_LABEL, title=f"{self.cell}, {self.rate_C:g} C{ageing}")
        ax.set_ylim(0.0, 1.15 * float(table["capacity_mAh_g"].max()))
        ax.legend(handles=[*line, *dots], loc="center")
        return ax

    def plot_curves(self, ax: Any = None) -> Any:
        """Draw voltage over capacity of the kept cycles, one colour per cycle; return the axes."""
        from napore.plotting import draw_cycles

        named = {f"cycle {number}": cycle for number, cycle in self.curves.items()}
        full = any(cycle.first.direction == "charge" for cycle in named.values())
        ax = draw_cycles(named, ax, full_cell=full)
        ax.set_title(f"{self.cell}, {self.rate_C:g} C")
        ax.legend()
        return ax

    @property
    def panels(self) -> tuple[Any, ...]:
        """Capacity over cycles, and curves where some were kept."""
        return (self.plot, self.plot_curves) if self.curves else (self.plot,)


@typed(ExperimentError)
def cycle_test(
    cell: AnyCell,
    rate: float,
    cycles: int,
    *,
    curves_at: Iterable[int] | None = None,
    fast: bool = False,
    tolerance: float = FAST_TOLERANCE,
    folder: str | Path | None = None,
    progress: bool = False,
) -> CycleTest:
    """Cycle between the cut-offs at one rate, from the cell's own start, without rest or hold.

    Only the state after the last cycle is kept in memory. Capacity fades where the cell was made with
    an ageing (``napore.half_cell("fjh", ageing="gu2025")``).

    Parameters
    ----------
    cell
        Cell, from :func:`napore.half_cell` or :func:`napore.full_cell`.
    rate
        Rate [C]; 1 C = 300 mA per gram of carbon in its half cell, else 117.6 mA per gram of NVP.
    cycles
        Number of cycles, 1 to 1000.
    curves_at
        Cycles whose curves are kept; the first, third and last and some between where None. The fast
        mode keeps those of them that it simulates.
    fast
        Whether to leave out cycles over which the state changes evenly (:mod:`.cycle_jumping`); they are
        read between those simulated and marked.
    tolerance
        Of the fast mode: estimated error of the capacity at the end over that at the start, 1e-5 to 0.1.
    folder
        Folder for the finished cycles and the state, on the disk after each cycle, also through a kill or
        a power cut; what is there already is not run again.
    progress
        Whether to show a bar, on a terminal and after two seconds.

    Returns
    -------
    CycleTest
        A cycle that fails ends the test with a status.

    Raises
    ------
    ExperimentError
        For conditions that are no numbers or out of range, a folder of another test or a damaged one.
    Interrupted
        On Ctrl-C, with what is finished.
    WriteError
        Where a finished cycle cannot be written, as on a full disk; ``result`` holds all that are finished.

    Examples
    --------
    >>> import napore
    >>> cell = napore.half_cell("fjh", model="SPM", ageing="gu2025")
    >>> test = cycle_test(cell, 0.5, 3)
    >>> len(test.points), test.status
    (3, 'ok')
    """
    cell = as_cell(cell)
    rate, cycles = check_rate(rate), check_count(cycles, "cycles")
    allowed = check_number(tolerance, "tolerance", "", 1e-5, 0.1)
    run = _Run(cell, rate, cycles, _kept(curves_at, cycles), allowed if fast else None, folder)
    with keeping(run.result, run.on_file):
        run.finish(progress)
    return run.result()


def _kept(curves_at: Iterable[int] | None, cycles: int) -> frozenset[int]:
    if curves_at is None:
        between = np.linspace(1, cycles, 5).round().astype(int).tolist()
        return frozenset({1, min(REFERENCE_CYCLE, cycles), *between})
    return frozenset(check_count(number, "curves_at") for number in curves_at)


class _Run:
    """Cycling under way."""

    def __init__(
        self,
        cell: Cell,
        rate: float,
        cycles: int,
        kept: frozenset[int],
        tolerance: float | None,
        folder: str | Path | None,
    ) -> None:
        self._cell, self._rate, self._cycles, self._kept = cell, rate, cycles, kept
        self._points: list[CyclePoint] = []
        self._curves: dict[int, Cycle] = {}
        self._state: Array | None = None
        self._done = self._kept_cycles = 0
        self._status = OK
        self._jumper = None if tolerance is None else Jumper(cycles, tolerance)
        self._folder: CyclingFolder | None = None
        if folder is not None:
            options = {name: str(value) for name, value in cell.model.options.items()}
            identity = {**header(cell), "cell": cell.name, "options": options, "rate_C": rate}
            if tolerance is not None:  # whose path depends on where it ends
                identity |= {"tolerance": tolerance, "cycles": cycles}
            identity["fast"] = tolerance is not None
            self._folder = CyclingFolder(folder, identity)
            self._resume(self._folder)

    def _resume(self, folder: CyclingFolder) -> None:
        content = folder.content
        if not content:
            return
        self._points = [CyclePoint(**point) for point in content["points"]][: self._cycles]
        self._done = self._kept_cycles = content["done"]
        self._status = content["status"]
        self._state = None if content["state"] is None else np.array(content["state"])
        for point in self._points:
            curve = folder.curve(point.cycle) if point.cycle in self._kept else None
            if curve is not None:
                self._curves[point.cycle] = curve
        if self._jumper is not None:
            self._jumper.restore(content["jumper"])

    def finish(self, progress: bool) -> None:
        """Cycle on to the end."""
        if self._done >= self._cycles or self._status != OK:
            return
        # of all cycles, so that a run that was stopped goes on with the same functions
        solved = self._cycles if self._jumper is None else self._cycles / 3
        cycler = Cycler(self._cell, self._rate, solved >= _MANY)
        if self._jumper is not None:
            self._jumper.ages = cycler.ages
        with progress_bar(
            label(self._cell), "cycle", show=progress, total=self._cycles, done=self._done
        ) as bar:
            while self._done < self._cycles and self._status == OK:
                self._one(cycler)
                bar.update(self._done - bar.n)

    def _one(self, cycler: Cycler) -> None:
        """One cycle, and the jump after it if any."""
        number = self._done + 1
        end = cycler.run(self._state, number in self._kept)
        if end.status != OK:
            self._status = f"cycle {number}: {end.status}"
        else:
            self._points.append(self._point(number, end))
            if end.curves is not None:
                self._curves[number] = end.curves
            self._done, self._state = number, end.state
            self._move()
        if self._folder is not None:
            if end.curves is not None:
                self._folder.write_curve(number, end.curves)
            self._folder.write(
                {
                    "done": self._done,
                    "status": self._status,
                    "points": [asdict(point) for point in self._points],
                    "state": None if self._state is None else self._state.tolist(),
                    "jumper": None if self._jumper is None else self._jumper.to_dict(),
                }
            )
            self._kept_cycles = self._done

    def on_file(self) -> str:
        """What of the cycles the folder holds, and how to go on from there."""
        if self._folder is None or not self._kept_cycles:
            return "no cycle is on file yet: make room, and run the same again"
        return (
            f"cycles 1 to {self._kept_cycles} are kept in {self._folder.path}: make room, and run the same "
            "again to go on"
        )

    def _move(self) -> None:
        if self._jumper is None or self._state is None:
            return
        first, last = self._points[0], self._points[-1]
        lost = last.film_loss_mAh_g + last.trapped_mAh_g + last.plated_mAh_g
        lost += (1.0 - last.active_share) * first.capacity_mAh_g
        move = self._jumper.next(self._done, self._state, last.capacity_mAh_g, lost)
        self._points = [point for point in self._points if point.cycle <= move.keep]
        self._done, self._state = move.cycle, move.state

    def _point(self, number: int, end: CycleEnd) -> CyclePoint:
        before = self._points[-1] if self._points else None
        # cycles that were left out took as long as this one
        elapsed = 0.0 if before is None else before.elapsed_h + end.hours * (number - before.cycle - 1)
        return CyclePoint(cycle=number, elapsed_h=elapsed + end.hours, **end.readings)

    def result(self) -> CycleTest:
        """Result as far as it came."""
        # a jump that was taken back may have left curves
        counted = {point.cycle for point in self._points}
        curves = {number: self._curves[number] for number in sorted(counted & self._curves.keys())}
        return CycleTest(
            self._cell.name,
            self._cell.source.ageing or None,
            self._rate,
            filled_in(self._points),
            curves,
            header(self._cell),
            self._status,
        )
