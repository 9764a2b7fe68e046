"""One build of each cell, model and adsorption law, solved for any state of the sliders.

The numbers that the sliders move are inputs of the build, found by comparing the parameter values of
two states; a solution takes some tenths of a second. So are the contents at the start, which a full cell's
balance gives.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import pybamm

from napore.built import Built
from napore.built import State as CellState
from napore.cell_checks import check_together
from napore.cells import Cell, checked, half_cell, set_and_values
from napore.experiments.curves import Cycle
from napore.experiments.protocol import Protocol
from napore.experiments.solving import NO_CAPACITY, problem_of, read_cycle
from napore.full_cells import FullCell, full_cell

from .quantities import CHOICES, QUANTITIES, PageError, State, check_state, limits_of

CYCLES: Final = 3
"""Cycles of a state, of which the last is shown, as in ``napore.rate_test``."""

CURRENT: Final = "Current function [A]"
_LOOSER: Final = (10.0, 3.0)
"""Tolerances of the cycles before the last and of the last one over those of the cell: its charge moves by up
to 0.02 mAh/g of carbon, 0.04 of a cathode."""

INITIAL_TEMPERATURE: Final = "Initial temperature [K]"


@dataclass(frozen=True)
class Run:
    """Last cycle of a state.

    Parameters
    ----------
    state, cell, cycle
        What was solved, its cell and the curves.
    steps
        PyBaMM's solutions of both half cycles.
    """

    state: State
    cell: Cell
    cycle: Cycle
    steps: tuple[pybamm.Solution, pybamm.Solution]


def pair_of(carbon: str, cathode: str, model: str, adsorption_law: str) -> FullCell:
    """Full cell of a state at the start of its sliders, whether or not the pair is shipped."""
    return full_cell(carbon, cathode, model=model, options={"adsorption law": adsorption_law})


class Build:
    """Cell with inputs in the place of what the sliders move.

    Parameters
    ----------
    carbon, cathode, model, adsorption_law
        As for :class:`napore.page.quantities.State`; the law of the carbon's set where None.

    Raises
    ------
    PageError
        For a law that the numbers of the carbon do not allow.
    """

    def __init__(self, carbon: str, cathode: str, model: str, adsorption_law: str | None = None) -> None:
        start = check_state(dict(zip(CHOICES, (carbon, cathode, model, adsorption_law), strict=True)))
        try:
            law = start.adsorption_law
            made = (
                pair_of(carbon, cathode, model, law)
                if start.full
                else half_cell(carbon, model, {"adsorption law": law})
            )
        except ValueError as error:
            raise PageError(str(error)) from None
        # a plain cell: the balance of a full one would have to follow every state
        self._cell = Cell(
            made.name,
            made.model,
            made.parameter_values,
            made.carbon_domain,
            made.pore_classes,
            made.source,
            {},
            made.kind,
        )
        domains = ("negative", "positive") if made.kind == "full" else (str(made.carbon_domain),)
        starts = tuple(f"Initial concentration in {domain} electrode [mol.m-3]" for domain in domains)
        self._moved = (*self._moved_by_sliders(start), *starts)
        self._prepared = lru_cache(maxsize=64)(self._prepare)
        built = Built.of(self._cell, self._moved, compiled=True)
        self._before, self._last = (built.looser("current", factor) for factor in _LOOSER)
        self.run(start)  # PyBaMM prepares each variable when it is first read

    def run(self, state: State, wanted: Callable[[], bool] = lambda: True) -> Run | None:
        """Last of :data:`CYCLES` cycles of a state of this cell, model and law.

        Parameters
        ----------
        state
            State.
        wanted
            Asked between half cycles; where it says no, the result is None.

        Raises
        ------
        PageError
            For a state that no cell can have, or that cannot be solved.
        """
        values = self._prepared(tuple(sorted(state.parameters().items())))
        cell = replace(self._cell, parameter_values=values, changed=state.parameters())
        inputs = {name: cell.number(name) for name in self._moved}
        steps = Protocol(1).steps(cell, state["rate_C"])
        last: CellState | None = None
        ends: list[pybamm.Solution] = []
        for half in range(2 * CYCLES):
            if not wanted():
                return None
            built = self._last if half >= 2 * CYCLES - 2 else self._before
            end = built.run(steps[half % 2 : half % 2 + 1], last, inputs)
            if problem := problem_of(end, steps):
                raise PageError(problem)
            last = end.state
            ends += end.ran
        pair = (ends[-2], ends[-1])
        cycle = read_cycle(cell, pair)
        if not cycle.second.capacity > 0.0:
            raise PageError(NO_CAPACITY)
        return Run(state, cell, cycle, pair)

    def _prepare(self, changed: tuple[tuple[str, float], ...]) -> pybamm.ParameterValues:
        """Parameter values of a state."""
        given = dict(changed)
        if "Ambient temperature [K]" in given:
            given[INITIAL_TEMPERATURE] = given["Ambient temperature [K]"]
        try:
            _, values = set_and_values(self._cell.source, checked(self._cell.source, given))
            check_together(values, self._cell.source)
        except ValueError as error:
            raise PageError(str(error)) from None
        return values

    def _moved_by_sliders(self, start: State) -> tuple[str, ...]:
        """Plain numbers that differ between the cell and one with every slider elsewhere."""
        moved = {}
        for quantity in QUANTITIES:
            if quantity.key in dict(start.values):
                low, high = limits_of(quantity, start.carbon, start.cathode)
                value = start[quantity.key]
                moved[quantity.key] = value + 0.1 * ((high if high - value > value - low else low) - value)
        other = self._prepare(tuple(check_state({**start.to_dict(), **moved}).parameters().items()))
        values = self._cell.parameter_values
        return tuple(
            name
            for name in values.keys()  # noqa: SIM118 - no dictionary
            if name != CURRENT and isinstance(values[name], int | float) and values[name] != other[name]
        )
