"""Uncertain inputs of the claims, and which simulations can feel them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from napore.cells import Cell, build_model, spelt
from napore.full_cells import load_cell
from napore.models.guards import SWITCHES
from napore.models.live import inputs_of
from napore.parameters.numbers import read_by
from napore.parameters.provenance import Entry
from napore.parameters.schema import row_of
from napore.validation.bench import (
    AGED,
    AGEING,
    AGEING_NAME,
    FORMATION,
    FULL,
    IMPEDANCE,
    NUMBERS,
    STRUCTURE,
    WARM_IMPEDANCE,
)
from napore.validation.identity import HALF_CELLS, entries_of

FITTED: Final = "fitted"

_MODEL: Final = "SPMe"
_SECOND: Final = "fjh-b"
_LEFT_OUT: Final = ("Initial temperature [K]",)
"""What an isothermal cell takes from elsewhere: the surroundings."""
_WINDOW: Final = ("Lower voltage cut-off [V]", "Upper voltage cut-off [V]")
"""Protocol, not uncertainty, where the paper states it."""
_GUARDED: Final = (*SWITCHES, "number of pore classes")
"""What models refuse as inputs, since the options are off."""
_OF_FORMATION: Final = {"formation", "SEI: *"}
"""What a first cycle has beside its model, as the schema says where a number acts."""


@dataclass(frozen=True)
class Input:
    """One uncertain input.

    Parameters
    ----------
    name, kind
        Name in the sets, and class.
    sample
        What it is an input of: ``"FJH"``, ``"TF"``, ``"NVP"``, ``"half cells"``, ...
    low, value, high
        Range and value, in the unit of the name.
    sets
        Sets that change with it.
    """

    name: str
    kind: str
    sample: str
    low: float
    value: float
    high: float
    sets: tuple[str, ...]

    @property
    def key(self) -> str:
        """Name and sample."""
        return f"{self.name} ({self.sample})"

    def changes(self, value: float) -> dict[str, dict[str, float]]:
        """Changes of a bench with another value."""
        return {name: {self.name: value} for name in self.sets}

    @property
    def logarithmic(self) -> bool:
        """Whether the range spans more than a decade."""
        return self.low > 0.0 and self.high > 10.0 * self.low


def uncertain_inputs() -> tuple[Input, ...]:
    """Inputs with a range, assumed ones first, fitted ones last.

    An assumption on the carbon FJH holds in both of its sets and in its full cell, one on the cell in every
    cell with the same value; what was fitted is of one set.
    """
    found: dict[tuple[Any, ...], Input] = {}
    for cell in (*HALF_CELLS, FULL, AGEING, STRUCTURE):
        for name, entry in entries_of(cell).items():
            if entry.allowed is None or not entry.allowed[0] < entry.allowed[1] or name in _LEFT_OUT:
                continue
            if name in _WINDOW and entry.kind == "measured":
                continue
            sample = _sample(cell, name, entry)
            key = (name, sample, entry.value, entry.allowed)
            low, high = entry.allowed
            made = found.get(key) or Input(name, entry.kind, sample, low, entry.value, high, ())
            # in a full cell the carbon's loading follows the mass ratio
            if not (cell == FULL and name == "Carbon electrode areal loading [kg.m-2]"):
                found[key] = replace(made, sets=(*made.sets, cell))
    ordered = ("assumed", "literature", "derived", "measured", FITTED)
    inputs = (_named(one) for one in found.values())
    return tuple(sorted(inputs, key=lambda one: ordered.index(one.kind)))


def _sample(cell: str, name: str, entry: Entry) -> str:
    if cell in (AGEING, STRUCTURE):
        return cell
    if name.startswith("Carbon"):
        if cell == "tf":
            return "TF"
        return "FJH, second set" if cell == _SECOND and entry.kind == FITTED else "FJH"
    return "NVP" if name.startswith("Cathode") else "cells"


def _named(one: Input) -> Input:
    """Sample of an input of the cells by the cells that have it."""
    if one.sample != "cells" or len(one.sets) > len(HALF_CELLS):
        return one
    return replace(one, sample="full cell" if one.sets == (FULL,) else "half cells")


def feels(one: Input, used: Iterable[tuple[str, str]]) -> bool:
    """Whether simulations, by set and kind, read anything that an input changes.

    Found by what the equations of each model read; an input that only scales with temperature is not felt
    at the reference temperature.
    """
    return any(_feels(one, cell, kind) for cell, kind in used if cell in one.sets)


@cache
def _feels(one: Input, cell: str, kind: str) -> bool:
    if kind == NUMBERS:
        return True
    row = row_of(one.name)
    acts = () if row is None else row.acts
    if kind == FORMATION and not _OF_FORMATION.isdisjoint(acts):
        return True
    if kind != WARM_IMPEDANCE and "warm" in acts:
        return False
    if one.name.endswith("areal loading [kg.m-2]"):
        return True
    made = _cell(cell, kind == AGED)
    return spelt(made, one.name) in _read(cell, kind)


@cache
def _read(cell: str, kind: str) -> frozenset[str]:
    """Names of what the equations and events of a cell read, and of its loadings."""
    made = _cell(cell, kind == AGED)
    chosen = dict(made.model.options)
    if kind in (IMPEDANCE, WARM_IMPEDANCE):
        chosen["surface form"] = "differential"
    values = made.parameter_values.copy()
    start = [name for name in values if name.startswith("Initial concentration in") and "electrode" in name]
    names = {name for begin in start for name in read_by(values, values[begin])}
    for name, value in list(values.items()):
        if isinstance(value, int | float) and not name.endswith(_GUARDED):
            values[name] = "[input]"
    values.update(dict.fromkeys(start, "[input]"))
    model = values.process_model(build_model(_MODEL, chosen), inplace=False)
    parts = [
        *model.rhs.values(),
        *model.algebraic.values(),
        *model.initial_conditions.values(),
        *(side[0] for sides in model.boundary_conditions.values() for side in sides.values()),
        *(event.expression for event in model.events),
        model.variables["Battery voltage [V]"],
    ]
    return frozenset(names | set(inputs_of(parts)))


@cache
def _cell(name: str, with_ageing: bool) -> Cell:
    return load_cell(name, _MODEL, ageing=AGEING_NAME if with_ageing else None)
