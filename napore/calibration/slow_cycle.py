"""The slowest cycle among data, and the potential at rest that its two directions have in the middle.

A template of a cathode has no potential of its own: a fit takes it from the slow charge and discharge of the
data. Their mean is free of what both directions share of polarisation; what they do not share, where one is
slower to follow at a steep end, is taken out with the fit itself: the table is moved by the mean of what the
fit differs from both curves, and fitted again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import lsq_linear

from napore.measured import MeasuredCurve
from napore.parameters.catalogue import TEMPLATES
from napore.parameters.cathode_template import template
from napore.parameters.numbered import PotentialTable
from napore.parameters.provenance import Entry
from napore.parameters.sets import ParameterSet

from .curve_data import CurveData
from .data import Data
from .electrode import ELECTRODES
from .equilibrium import average
from .fitted import CalibrationError
from .numbers import CUT_OFFS

if TYPE_CHECKING:
    from .result import Calibration

Array = npt.NDArray[np.float64]

_SITES: Final = ELECTRODES["cathode"].sites
_ONE_C: Final = "Cathode electrode current of 1 C [A.kg-1]"
_SAME: Final = 1.05
_POINTS: Final = 800
_NODES: Final = 71
_LEAST_V: Final = 1e-5
"""Fall of the potential between two contents of a table, at least [V]."""

_MARGIN_V: Final = 0.1
_FARTHEST: Final = 0.04
"""Potential by which a table goes on beyond the window [V], and share of the charge for it at most."""

_ROUNDS: Final = 2
_NEAR: Final = 0.04
"""Bounds of the capacity about that of the table, which is the slow cycle's own."""


@dataclass(frozen=True)
class SlowCycle:
    """Slowest discharge and charge of data, at one current.

    Parameters
    ----------
    part
        Data that hold them.
    sodiation, desodiation
        Their curves.
    """

    part: CurveData
    sodiation: MeasuredCurve
    desodiation: MeasuredCurve

    def mean(self) -> tuple[Array, Array]:
        """Charge of sodiation from the desodiated end [mAh/g], and mean potential [V]."""
        return average(self.sodiation, self.desodiation, _POINTS)


def slow_cycle(data: Sequence[Data]) -> SlowCycle:
    """Slowest charge and discharge of data.

    Raises
    ------
    CalibrationError
        Where a direction is missing, and where their currents differ.
    """
    curves = [(part, curve) for part in data if isinstance(part, CurveData) for curve in part.curves]
    found = {}
    for direction, word in (("sodiation", "discharge"), ("desodiation", "charge")):
        own = [(part, curve) for part, curve in curves if curve.direction == direction]
        if not own:
            names = ", ".join(dict.fromkeys(part.name for part in data))
            raise CalibrationError(
                f"{names}: there is no {word} at constant current; the potential of a cathode and its "
                "resistances are told apart by both directions: give a file with charge and discharge"
            )
        found[direction] = min(own, key=lambda pair: pair[1].current_mA_g or 0.0)
    (part, down), (_, up) = found["sodiation"], found["desodiation"]
    one, other = float(down.current_mA_g or 0.0), float(up.current_mA_g or 0.0)
    if max(one, other) > _SAME * min(one, other):
        raise CalibrationError(
            f"{down.source}: the slowest discharge is at {one:.3g} mA/g and the slowest charge at "
            f"{other:.3g}: give both at one current"
        )
    return SlowCycle(part, down, up)


def tabulated(
    source: ParameterSet, data: Sequence[Data], fit: "Callable[[ParameterSet], Calibration]"
) -> ParameterSet:
    """Set of a template with the potential of the data's slow cycle.

    Parameters
    ----------
    source
        Set of the template (:func:`napore.parameters.sets.template_set`).
    data
        Data with a slow charge and discharge.
    fit
        Fit of a set with a potential to the data, for what the directions do not share.

    Raises
    ------
    CalibrationError
        For a charge that is not of such a cathode, and as :func:`slow_cycle`.
    """
    cycle = slow_cycle(data)
    charge, mean = cycle.mean()
    table = _Table.of(charge, mean, [source.numbers[name] for name in CUT_OFFS])
    made = _with(source, cycle, table)
    for _ in range(_ROUNDS):
        found = fit(made)
        curves = _simulated(cycle, found)
        if curves is None:
            break
        q, simulated = curves.mean()
        mean = mean - np.interp(charge, q, simulated - np.interp(q, charge, cycle.mean()[1]))
        table = _Table.of(charge, mean, [source.numbers[name] for name in CUT_OFFS])
        made = _with(source, cycle, table)
    return made


@dataclass(frozen=True)
class _Table:
    """Contents and potentials, and the charge between contents 0 and 1 [mAh/g]."""

    content: Array
    potential_V: Array
    capacity_mAh_g: float

    @classmethod
    def of(cls, charge: Array, potential_V: Array, window_V: Sequence[float]) -> "_Table":
        """Table of a slow cycle's mean, gone on with along its last slopes to beyond the window."""
        q, V = _nodes(charge, potential_V)
        most = _FARTHEST * float(q[-1] - q[0])
        begin, end = (
            float(np.clip(abs(aim - V[k]) / max(abs(V[j] - V[k]) / abs(q[j] - q[k]), 1e-9), 0.0, most))
            for k, j, aim in (
                (0, 1, max(window_V[1], V[0]) + _MARGIN_V),
                (-1, -2, min(window_V[0], V[-1]) - _MARGIN_V),
            )
        )
        first = V[0] + (V[0] - V[1]) / (q[1] - q[0]) * begin
        last = V[-1] - (V[-2] - V[-1]) / (q[-1] - q[-2]) * end
        q = np.concatenate([[q[0] - begin], q, [q[-1] + end]])
        whole = float(q[-1] - q[0])
        return cls((q - q[0]) / whole, np.concatenate([[first], V, [last]]), whole)


def _nodes(charge: Array, potential_V: Array) -> tuple[Array, Array]:
    """Charges along the length of a curve and the potentials of the falling broken line nearest to it."""
    span = float(potential_V[0] - potential_V[-1])
    width = max(len(charge) // 100, 1)
    smooth = np.convolve(
        np.pad(potential_V, width, mode="edge"), np.ones(2 * width + 1) / (2 * width + 1), "valid"
    )
    passed = (charge - charge[0]) / (charge[-1] - charge[0])
    length = passed + np.maximum.accumulate(np.clip((smooth[0] - smooth) / max(span, 1e-9), 0.0, 1.0))
    places = np.searchsorted(length, np.linspace(0.0, length[-1], _NODES))
    q = charge[np.unique(np.clip(places, 0, len(charge) - 1))]
    # what a step between two nodes adds to the potentials behind it
    steps = np.clip((charge[:, None] - q[None, :-1]) / np.diff(q), 0.0, 1.0)
    rows = np.column_stack([np.ones(len(charge)), -steps])
    low = np.concatenate([[-np.inf], np.full(len(q) - 1, _LEAST_V)])
    found = lsq_linear(rows, potential_V, (low, np.full(len(low), np.inf))).x
    return q, np.asarray(found[0] - np.concatenate([[0.0], np.cumsum(found[1:])]))


def _with(source: ParameterSet, cycle: SlowCycle, table: _Table) -> ParameterSet:
    """Set with a table, the capacity that it spans and the current of 1 C that passes it."""
    assert source.potential is not None
    name, Q = source.potential.template, table.capacity_mAh_g
    low, high = template(name)[_SITES]["range"]
    if not low <= Q <= high:
        raise CalibrationError(
            f"{cycle.sodiation.source}: its slow cycle passes {Q:.4g} mAh/g, and {TEMPLATES[name].long_name} "
            f"has {low:g} to {high:g}: check the mass, and that it is a half cell of this cathode, no full "
            "cell"
        )
    current = float(cycle.sodiation.current_mA_g or 0.0)
    where = f"charge and discharge at {current:.3g} mA/g of {cycle.sodiation.source}"
    potential = PotentialTable(
        name,
        tuple(float(f"{y:.7g}") for y in table.content),
        tuple(float(f"{V:.7g}") for V in table.potential_V),
        "derived",
        f"{where}, in their middle",
    )
    entries: dict[str, Entry] = dict(source.entries)
    bounds = (float(f"{(1.0 - _NEAR) * Q:.6g}"), float(f"{(1.0 + _NEAR) * Q:.6g}"))
    told = f"of the table of the potential: {where}"
    entries[_SITES] = Entry(_SITES, float(f"{Q:.6g}"), "assumed", told, bounds)
    entries[_ONE_C] = replace(
        entries[_ONE_C], value=float(f"{Q:.3g}"), source="the usable capacity in an hour"
    )
    return replace(source, entries=entries, potential=potential)


def _simulated(cycle: SlowCycle, found: "Calibration") -> SlowCycle | None:
    """The cycle as a fit has it, at the charges of the measured one."""
    own = [one is cycle.sodiation or one is cycle.desodiation for one in cycle.part.curves]
    part = cycle.part.take(own)
    made: Mapping[str, MeasuredCurve] = {}
    for curve, line in zip(part.curves, part.simulated(found.half_cell, found.found.values), strict=True):
        if line is None:
            return None
        made = {**made, curve.direction: replace(curve, voltage_V=line.at(curve.capacity_mAh_g))}
    if len(made) < 2:
        return None
    return SlowCycle(cycle.part, made["sodiation"], made["desodiation"])
