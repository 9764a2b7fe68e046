"""Many full cells of one pair that differ in plain numbers: all that follows from them, at once."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import numpy as np
import pybamm

from .cell_numbers import CellError, checked, in_own_names
from .cell_options import SWITCHED
from .derived import Derived
from .full_cell_electrodes import effective_numbers
from .full_cells import FullCell
from .parameters import schema
from .parameters.balance import Balance
from .parameters.full_cell import Pair
from .parameters.numbers import is_derived, numbers_of

_CONTENTS: Final = tuple(
    f"Initial concentration in {domain} electrode [mol.m-3]" for domain in ("negative", "positive")
)
_MOST: Final = tuple(
    f"Maximum concentration in {domain} electrode [mol.m-3]" for domain in ("negative", "positive")
)


@dataclass(frozen=True)
class CellNumbers:
    """Numbers of one of many cells.

    Parameters
    ----------
    inputs
        Values of the inputs of a build (:attr:`FullCells.inputs`), by name.
    balance
        Balance of the electrodes.
    numbers
        Other numbers that were asked for, by PyBaMM's name.
    """

    inputs: Mapping[str, float]
    balance: Balance
    numbers: Mapping[str, float]


class FullCells:
    """Full cells that differ from ``cell`` in some numbers, as inputs of one build.

    Parameters
    ----------
    cell
        Cell that they are made from.
    example
        Numbers of one of them by name, as for :meth:`napore.full_cells.FullCell.with_numbers`. All have
        numbers by these names.
    wanted
        Names of further numbers, derived or plain.

    Raises
    ------
    CellError
        Where one build cannot have these numbers as inputs; :meth:`with_numbers` makes such cells one by one.

    Examples
    --------
    >>> from napore.full_cells import full_cell
    >>> ratio = "Mass ratio of carbon to cathode"
    >>> many = FullCells(full_cell(model="SPM"), {ratio: 0.3})
    >>> [round(cell.balance.n_p_ratio, 1) for cell in many.cells([{ratio: 0.3}, {ratio: 0.5}])]
    [1.1, 1.8]
    """

    def __init__(self, cell: FullCell, example: Mapping[str, float], wanted: Sequence[str] = ()) -> None:
        self.cell = cell
        self._pair = Pair(cell.source.classes, cell.source.law, *cell.hosts)
        self._own = in_own_names(cell.source, cell.changed)
        for role in ("anode", "cathode"):
            self._own.pop(role, None)
        if SWITCHED.keys() & set(in_own_names(cell.source, example)):
            raise CellError("a number that may switch an option on is none of one build")
        self._edited = cell.edited.keys()
        self._plain = tuple(sorted({*self._plain_numbers(example), *self._followers(example)}))
        # a number that equals the cell's own changes nothing that follows it
        self._held = {name: cell.number(name) for name in self._plain}
        values = cell.parameter_values
        # a start that the user has set does not follow the balance
        self._follows = all(is_derived(values[name]) for name in _CONTENTS)
        self.inputs = (*self._plain, *(_CONTENTS if self._follows else ()))
        self._wanted = (*_MOST, *wanted)
        wanted_symbols = [pybamm.Parameter(name) for name in self._wanted]
        self._derived = Derived(values, self._plain, (*self._pair.symbols, *wanted_symbols))
        self._balanced = len(self._pair.symbols)
        self._prove(example)

    def cells(self, given: Sequence[Mapping[str, float]]) -> list[CellNumbers | ValueError]:
        """Numbers of cells with the given numbers, or why one cannot be."""
        found: dict[int, CellNumbers | ValueError] = {}
        plain: dict[int, list[float]] = {}
        for k, one in enumerate(given):
            try:
                numbers = self._held | self._plain_numbers(one)
                if set(numbers) != set(self._plain):
                    raise CellError(f"numbers are {', '.join(numbers)}: give {', '.join(self._plain)}")
                plain[k] = [numbers[name] for name in self._plain]
            except ValueError as error:
                found[k] = error
        if not plain:
            return [found[k] for k in range(len(given))]
        table, problems = self._derived.table(list(plain.values()))
        balances = self._pair.balances(table[: self._balanced])
        for place, (k, own) in enumerate(plain.items()):
            problem = problems[place] or balances[place]
            if isinstance(problem, ValueError):
                found[k] = CellError(str(problem))
            else:
                numbers = dict(zip(self._wanted, table[self._balanced :, place].tolist(), strict=True))
                found[k] = CellNumbers(self._inputs(own, problem, numbers), problem, numbers)
        return [found[k] for k in range(len(given))]

    def _inputs(
        self, plain: Sequence[float], balance: Balance, numbers: Mapping[str, float]
    ) -> dict[str, float]:
        """Inputs of one cell: its plain numbers and its start."""
        inputs = dict(zip(self._plain, plain, strict=True))
        if self._follows:
            windows = (balance.anode_window, balance.cathode_window)
            for name, most, window in zip(_CONTENTS, _MOST, windows, strict=True):
                inputs[name] = window[0] * numbers[most]
        return inputs

    def _followers(self, example: Mapping[str, float]) -> set[str]:
        """Names that change with the numbers of an example, also where these equal the cell's own."""
        with suppress(ValueError):
            return set(self._plain_numbers({name: value * (1.0 - 1e-6) for name, value in example.items()}))
        return set()

    def _plain_numbers(self, given: Mapping[str, float]) -> dict[str, float]:
        """Plain values of PyBaMM's names that a cell with the given numbers has in the place of the cell's.

        Raises
        ------
        CellError
            For numbers that no cell can have.
        """
        cell = self.cell
        new = in_own_names(cell.source, checked(cell.source, given, allow_unusual=True))
        changed = {**self._own, **new}
        effective = effective_numbers(cell.model, cell.source, cell.hosts, changed)
        schema.check_jointly({**cell.source.numbers, **effective}, CellError)
        kept = self._edited - {schema.pybamm_name(name, "full") for name in new}
        found = {}
        for own, value in effective.items():
            name = schema.pybamm_name(own, "full")
            if name not in cell.parameter_values or is_derived(cell.parameter_values[name]):
                name = own
            held = cell.parameter_values.get(name)
            if own in new or (name not in kept and held != value):
                if not isinstance(held, int | float):
                    raise CellError(f"{own!r} is no plain number of the model")
                found[name] = float(value)
        return found

    def _prove(self, example: Mapping[str, float]) -> None:
        """Refuse numbers whose cell, made alone, has others than those that follow here."""
        alone = self.cell.with_numbers(example, allow_unusual=True).parameter_values
        here = self.cell.parameter_values.copy()
        here.update(self._plain_numbers(example))
        there = numbers_of(alone)
        for name, value in numbers_of(here).items():
            if not np.isclose(value, there[name], rtol=1e-10, atol=0.0):
                raise CellError(f"{name!r} does not follow from {', '.join(self._plain)} alone")
