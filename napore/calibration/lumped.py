"""A carbon's half cell in the lumped formulation, for fits: milliseconds for a cycle."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

from napore.experiments.lumped import lumped_cell
from napore.models.laws import adsorption_law
from napore.models.lumped_steps import LumpedCell, LumpedError, Trace
from napore.parameters.diffusivity import COEFFICIENTS, table_of
from napore.parameters.sets import ParameterSet

from .electrode import CONTACT, EQUILIBRIUM
from .fitted import Fitted, Tied
from .numbers import HalfCell
from .protocol import Protocol

Array = npt.NDArray[np.float64]

SITES: Final = EQUILIBRIUM[0]
_LINEAR: Final = ("relaxation", "exchange", "emptying", "sinh")
"""Laws of pore filling that the formulation has."""

_STEPS: Final = {"largest_charge": 2.0, "largest_change": 0.006}
"""Of the steps in time [mAh/g, V]: what they get wrong the last stage of a fit corrects."""

FINE: Final = {"largest_charge": 1.0, "largest_change": 0.004}
"""Steps for derivatives: where steps are chosen anew, residuals jump, and weak derivatives would be noise."""

ROUGH: Final = {"largest_charge": 4.0, "largest_change": 0.015}
"""Steps that choose where a fit begins, and of cycles before the one that is compared."""

_LAST: Final = 0.2  # mAh/g: the slope with which a curve goes on
_LONGEST: Final = 3.0
"""Time of a half cycle over that in which its current passes the capacity of all sites."""


def can_be_lumped(source: ParameterSet, names: Sequence[str], options: Mapping[str, Any] | None) -> bool:
    """Whether the lumped formulation has the laws that a fit asks for.

    Parameters
    ----------
    source
        Parameter set.
    names
        Names of the numbers that are free or fixed.
    options
        Options of the model.
    """
    known = {"adsorption law", "pore classes", "pore filling", "contact resistance"}
    usual = adsorption_law(source.law).filling
    if not set(options or {}) <= known or (options or {}).get("pore filling", usual) not in _LINEAR:
        return False
    dependent = {*source.numbers, *names} & set(COEFFICIENTS)
    if dependent or table_of(source.numbers) is not None:
        return False
    try:
        lumped_cell(source.numbers, source.classes, source.law)
    except (ValueError, KeyError):  # a law that is a table
        return False
    return True


@contextmanager
def in_steps(half_cell: HalfCell, steps: Mapping[str, float]) -> Iterator[None]:
    """Take other steps in time for a while; none for a half cell that is not lumped."""
    if isinstance(half_cell, LumpedHalfCell):
        half_cell.steps = steps
    try:
        yield
    finally:
        if isinstance(half_cell, LumpedHalfCell):
            del half_cell.steps


class LumpedCurve:
    """Half cycle of the lumped formulation; as :class:`.numbers.Curve`."""

    hold_mAh_g: float = 0.0

    def __init__(self, trace: Trace, start: tuple[float, float]) -> None:
        q = np.concatenate([[0.0], np.abs(trace.charge_Ah_kg)])
        V = np.concatenate([[start[1]], trace.voltage_V])
        if len(q) > 2:
            V[0] = V[1] - (V[2] - V[1]) / max(q[2] - q[1], 1e-12) * q[1]
        kept = np.append(True, np.diff(q) > 1e-9)
        self.capacity_mAh_g, self.voltage_V = q[kept], V[kept]

    @property
    def capacity(self) -> float:
        """Charge passed at constant current [mAh/g]."""
        return float(self.capacity_mAh_g[-1])

    @cached_property
    def _curve(self) -> PchipInterpolator:
        return PchipInterpolator(self.capacity_mAh_g, self.voltage_V)

    def at(self, capacity_mAh_g: Array) -> Array:
        """Voltage [V] at a capacity; beyond the end along the last slope, by at most 0.3 V."""
        q = np.asarray(capacity_mAh_g)
        if len(self.capacity_mAh_g) < 2:
            return np.full(q.shape, self.voltage_V[-1])
        curve = self._curve
        inside = curve(np.clip(q, 0.0, self.capacity))
        before = max(self.capacity - _LAST, 0.0)
        slope = (self.voltage_V[-1] - float(curve(before))) / max(self.capacity - before, 1e-12)
        return np.asarray(inside + np.clip(slope * np.maximum(q - self.capacity, 0.0), -0.3, 0.3))


class LumpedHalfCell(HalfCell):
    """Half cell of a carbon with a uniform particle (:mod:`napore.experiments.lumped`).

    Parameters
    ----------
    source, fitted, fixed
        As for :class:`.half_cell.HalfCellModel`.
    electrolyte
        Whether salt and its resistance count, as in an SPMe.
    options
        Options of the model; of those only "pore filling" and "contact resistance" act.
    allow_unusual
        As for :class:`.half_cell.HalfCellModel`.
    """

    name = "lumped"
    steps: Mapping[str, float] = _STEPS
    """Of the steps in time; a model of one's own class may take others."""

    def __init__(
        self,
        source: ParameterSet,
        fitted: Sequence[Fitted],
        fixed: Mapping[str, float | Tied] | None = None,
        *,
        electrolyte: bool = False,
        options: Mapping[str, str] | None = None,
        allow_unusual: bool = False,
    ) -> None:
        super().__init__(source, fitted, fixed, allow_unusual=allow_unusual)
        chosen = dict(options or {})
        self.classes = int(chosen.get("pore classes", self.classes))
        self._electrolyte = electrolyte
        self._filling = chosen.get("pore filling")
        self._touches = chosen.get("contact resistance", "false") == "true"
        self._made: tuple[dict[str, float], LumpedCell, Array] | None = None
        self._along: dict[Any, list[float]] | None = None

    def keep_steps(self, kept: bool = True) -> None:
        """Take steps at the times of the next evaluation from then on, or choose them each time.

        Steps that are chosen anew move residuals by some hundredths of their errors: false minima.
        """
        self._along = {} if kept else None

    def _times(self, *what: Any) -> list[float] | None:
        """Times of steps of a part of an experiment, as :meth:`LumpedCell.current` takes them."""
        return None if self._along is None else self._along.setdefault((*what, *self.steps.values()), [])

    def _cell(self, values: Mapping[str, float]) -> LumpedCell:
        """At rest at the upper cut-off of the set; currents and rates of the same numbers share it."""
        numbers = self.numbers_at(values)
        if not self._touches:
            numbers[CONTACT] = 0.0  # as in PyBaMM's models without the option
        if self._made is None or self._made[0] != numbers:
            made = lumped_cell(numbers, self.classes, self.law, self._filling, electrolyte=self._electrolyte)
            self._made = numbers, made, made.state.copy()
        _, cell, rest = self._made
        cell.state[:] = rest
        self._step(cell, self.steps)
        return cell

    @staticmethod
    def _step(cell: LumpedCell, steps: Mapping[str, float]) -> None:
        cell.largest_charge, cell.largest_change = steps["largest_charge"], steps["largest_change"]

    def half_cycles(
        self, protocol: Protocol, values: Mapping[str, float], count: int
    ) -> list[LumpedCurve] | None:
        """As :meth:`HalfCell.half_cycles`."""
        low, high = protocol.window_V or self.cut_offs
        sites = float(self.numbers_at(values)[SITES])
        curves: list[LumpedCurve] = []
        try:
            cell = self._cell(values)
            for k in range(count):
                self._step(cell, ROUGH if k < count - 2 else self.steps)
                down = k % 2 == 0
                current = protocol.sodiation_mA_g if down else -protocol.desodiation_mA_g
                end = low if down else high
                longest = _LONGEST * 3600.0 * sites / abs(current)
                trace = cell.current(current, end, longest, self._times(protocol, count, k))
                if trace.time_s[-1] >= longest * (1.0 - 1e-9) or not np.all(np.isfinite(trace.voltage_V)):
                    return None
                curves.append(LumpedCurve(trace, (0.0, float(trace.voltage_V[0]))))
                held = protocol.sodiation_hold_s if down else protocol.desodiation_hold_s
                if held > 0.0:
                    curves[-1].hold_mAh_g = abs(float(cell.voltage(end, 0.0, held).charge_Ah_kg[-1]))
                rested = protocol.rest_after_sodiation_s if down else protocol.rest_after_desodiation_s
                if rested > 0.0:
                    cell.current(0.0, None, rested, self._times(protocol, count, k, "rest"))
        except (LumpedError, ValueError):
            return None
        return curves

    def series(
        self, segments: Sequence[tuple[float, Array]], values: Mapping[str, float]
    ) -> list[Array] | None:
        """As :meth:`HalfCell.series`."""
        found = []
        try:
            cell = self._cell(values)
            for k, (current, times) in enumerate(segments):
                trace = cell.current(current, None, float(times[-1]), self._times(len(segments), k, current))
                found.append(np.interp(times, trace.time_s, trace.voltage_V))
        except (LumpedError, ValueError):
            return None
        return found
