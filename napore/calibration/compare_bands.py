"""Bands beside measured curves: where the half cycles of a cell's draws lie."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from napore import study
from napore.cell_numbers import in_own_names
from napore.cells import Cell
from napore.designs.bands import uncertain
from napore.experiments.curves import HalfCycle
from napore.experiments.energy import EnergyPoint
from napore.measured import MeasuredCurve
from napore.parameters.provenance import nearest
from napore.parameters.schema import shown
from napore.results import OK
from napore.study.constant_current import RATE

from .curve_data import CurveData
from .data import CalibrationError
from .draws import from_ranges
from .fitted import Fitted, acting
from .free import fixed_foil
from .half_cell import HalfCellModel
from .numbers import Array

Samples = Sequence[Mapping[str, float]]
Drawn = list[tuple[Array, Array]]
"""Capacity [mAh/g] and voltage [V] of each draw that has a solution."""

_WITHIN: Final = (0.025, 0.975)
_POINTS: Final = 120
_BEYOND_V: Final = 100.0
"""Voltage of a draw beyond its end: past every cut-off."""


@dataclass(frozen=True)
class Band:
    """Where 95 % of the draws of a half cycle lie.

    Parameters
    ----------
    capacity_mAh_g, low_V, high_V
        Limits of the voltage at capacities; of a draw that has ended it is past its cut-off.
    end_mAh_g
        Limits of the capacity at the end.
    coverage
        Share of the measured points inside.
    solved
        Number of draws with a solution.
    """

    capacity_mAh_g: Array
    low_V: Array
    high_V: Array
    end_mAh_g: tuple[float, float]
    coverage: float
    solved: int

    @classmethod
    def of(cls, curve: MeasuredCurve, measured: tuple[Array, Array], drawn: Drawn) -> "Band | None":
        """Band of draws about a measured half cycle; None of fewer than two draws."""
        if len(drawn) < 2:
            return None
        past = -_BEYOND_V if curve.direction == "sodiation" else _BEYOND_V  # it falls, or it rises
        ends = [float(q[-1]) for q, _ in drawn]

        def limits(places: Array) -> Array:
            at = [np.interp(places, q, V, right=past) for q, V in drawn]
            return np.asarray(np.quantile(at, _WITHIN, axis=0, method="nearest"))

        q, V = measured
        inside = limits(q)
        grid = np.linspace(0.0, max(*ends, float(q[-1])), _POINTS)
        low, high = limits(grid)
        lowest = min(float(min(v.min() for _, v in drawn)), float(V.min()))
        highest = max(float(max(v.max() for _, v in drawn)), float(V.max()))
        return cls(
            grid,
            np.clip(low, lowest, highest),
            np.clip(high, lowest, highest),
            (float(np.quantile(ends, _WITHIN[0])), float(np.quantile(ends, _WITHIN[1]))),
            float(np.mean((inside[0] <= V) & (inside[1] >= V))),
            len(drawn),
        )


def drawn_numbers(cell: Cell, count: int) -> Samples:
    """Draws of what nobody measured in a cell, and of what was fitted, within two of its standard errors.

    Raises
    ------
    CalibrationError
        For a number of draws that is none, and a cell without such numbers.
    """
    if not isinstance(count, int) or isinstance(count, bool) or count < 0 or count == 1:
        raise CalibrationError(f"draws is {shown(count)}: give 0 for none, or a whole number from 2")
    if not count:
        return ()
    entries, names = dict(cell.source.entries), list(uncertain(cell))
    for name, entry in entries.items():
        error = entry.standard_error
        if entry.kind == "fitted" and error and entry.allowed and name not in cell.changed:
            low, high = entry.value - 2.0 * error, entry.value + 2.0 * error
            entries[name] = replace(entry, allowed=(max(low, entry.allowed[0]), min(high, entry.allowed[1])))
            names.append(name)
    return from_ranges(replace(cell.source, entries=entries), count, names)


def held_numbers(cell: Cell, data: CurveData) -> dict[str, float]:
    """Numbers that a half cell has in the place of its set's; the foil's where the data are without it."""
    return {**in_own_names(cell.source, {**cell.changed, **cell.edited}), **fixed_foil([data])}


def drawn_half_cells(cell: Cell, data: CurveData, samples: Samples) -> list[Drawn]:
    """Half cycles of draws of a half cell, run as each measured one was."""
    source, fixed = cell.source, held_numbers(cell, data)
    fitted = []
    for name in samples[0]:
        if name not in source.entries:
            raise CalibrationError(f"{source.name} has no {name!r}{nearest(name, source.entries)}")
        values = [float(sample[name]) for sample in samples]
        low, high, entry = min(values), max(values), source.entries[name]
        if name not in fixed and low < high:
            own = min(max(entry.value, low), high)  # of which mesh and longest time are
            fitted.append(Fitted(name, low, high, own, allow_unusual=entry.unusual))
        elif name not in fixed:
            fixed[name] = low
    fitted = acting(source, fitted, cell.model_name, cell.own_options)
    try:
        half_cell = HalfCellModel(source, fitted, cell.model_name, cell.own_options, fixed)
    except ValueError as error:
        raise CalibrationError(f"the draws cannot be simulated: {error}") from None
    free = [f.name for f in fitted]
    found: list[Drawn] = [[] for _ in data.curves]
    for sample in samples:
        simulated = data.simulated(half_cell, {name: sample[name] for name in free})
        for drawn, one in zip(found, simulated, strict=True):
            if one is not None and one.capacity > 0.0:
                q = np.linspace(0.0, one.capacity, _POINTS)
                drawn.append((q, one.at(q)))
    return found


class _Halves(study.FullCycles):
    """Cycles of a full cell with their curves."""

    def more(
        self, numbers: Mapping[str, float], point: EnergyPoint, halves: Callable[[], Sequence[HalfCycle]]
    ) -> Mapping[str, Any]:
        return {"halves": halves()}


def drawn_full_cells(
    cell: Any, curves: Sequence[MeasuredCurve], samples: Samples, charge_rate: float | None
) -> list[Drawn]:
    """Half cycles of draws of a full cell at the current of each measured one."""
    found = []
    for curve in curves:
        rate = float(curve.current_mA_g or 0.0) * cell.active_mass / cell.one_C_current
        discharges = curve.direction == "sodiation"
        cycles = _Halves(cell, charge_rate=charge_rate if discharges else None, cycles=2, varied=samples[0])
        records = cycles.batch([{**sample, RATE: rate} for sample in samples])
        if all(record["status"] != OK for record in records):
            raise CalibrationError(f"none of {len(records)} draws was solved: {records[0]['status']}")
        halves = [record["halves"][discharges] for record in records if record["status"] == OK]
        found.append([(np.asarray(h.capacity_mAh_g), np.asarray(h.voltage_V)) for h in halves])
    return found
