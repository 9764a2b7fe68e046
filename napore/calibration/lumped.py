"""A carbon's half cell in the lumped formulation, for fits: milliseconds for a cycle."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from napore.experiments.lumped import lumped_cell, lumped_numbers
from napore.models.laws import adsorption_law
from napore.models.lumped_slopes import Passed, Tangents
from napore.models.lumped_steps import LumpedCell, LumpedError, Trace
from napore.parameters.diffusivity import COEFFICIENTS, table_of
from napore.parameters.sets import ParameterSet

from .curve_slopes import CurveSlopes, interpolated
from .electrode import CONTACT, EQUILIBRIUM
from .fitted import Fitted, Tied
from .lumped_curve import LumpedCurve
from .numbers import HalfCell
from .protocol import Protocol

Array = npt.NDArray[np.float64]

SITES: Final = EQUILIBRIUM[0]
_LINEAR: Final = ("relaxation", "exchange", "emptying", "sinh")
"""Laws of pore filling that the formulation has."""

_STEPS: Final = {"largest_charge": 2.0, "largest_change": 0.008}
"""Of the steps in time [mAh/g, V]: of random carbons nine curves in ten err by at most 0.04 mAh/g, 0.1 mV."""

ROUGH: Final = {"largest_charge": 4.0, "largest_change": 0.015}
"""Steps that choose where a fit begins, and of cycles before the one that is compared."""

_STEP: Final = 1e-6
"""Change of a place with which derivatives of a cell's constants are taken."""

_MOST_ATTEMPTS: Final = 800
"""Steps in time of a current in a fit: usual ones take 50 to 200. Some numbers make it crawl."""

_BEGIN: Final = 2e-3
_RESTING: Final = (0.3, 0.5)
"""First step of a half cycle [mAh/g]; first step of a rest [s], and the largest one over the time before."""

_Part = tuple[str, Trace, Any]
"""Whether "current", "hold" or "rest", what was passed over time, and the steps of it."""

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
    if not isinstance(half_cell, LumpedHalfCell):
        yield
        return
    before, half_cell.steps = half_cell.steps, steps
    try:
        yield
    finally:
        half_cell.steps = before


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
    is_differentiable = True
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
        self._ran: dict[Any, list[_Part]] = {}
        self._by: tuple[Fitted, ...] = ()
        self._tangent: tuple[LumpedCell, Tangents] | None = None

    def keep_steps(self, kept: bool = True) -> None:
        """Take steps at the times of the next evaluation from then on, or choose them each time.

        Steps that are chosen anew move residuals by some hundredths of their errors: false minima.
        """
        self._along = {} if kept else None
        self._ran.clear()

    @contextmanager
    def differentiated(self, by: Sequence[Fitted]) -> Iterator[None]:
        """Curves have derivatives by the places of numbers for a while."""
        self._by = tuple(by)
        try:
            yield
        finally:
            self._by, self._tangent = (), None

    def _times(self, *what: Any) -> list[float] | None:
        """Times of steps of a part of an experiment, as :meth:`LumpedCell.current` takes them."""
        return None if self._along is None else self._along.setdefault((*what, *self.steps.values()), [])

    def _cell(self, values: Mapping[str, float]) -> LumpedCell:
        """At rest at the upper cut-off of the set; currents and rates of the same numbers share it."""
        numbers = self._own(values)
        if self._made is None or self._made[0] != numbers:
            made = lumped_cell(numbers, self.classes, self.law, self._filling, electrolyte=self._electrolyte)
            made.most_attempts = _MOST_ATTEMPTS
            self._made = numbers, made, made.state.copy()
            self._ran.clear()
        _, cell, rest = self._made
        cell.state[:] = rest
        self._step(cell, self.steps)
        cell.passed = Passed("current")
        return cell

    def _tangents(self, cell: LumpedCell, values: Mapping[str, float]) -> Tangents | None:
        """Derivatives of the cell at rest, where they are asked for; its steps are kept from now on."""
        if not self._by:
            return None
        if self._tangent is None or self._tangent[0] is not cell:
            columns = []
            for f in self._by:
                place = f.place(values[f.name])
                moved = f.at(place + (_STEP if place < 0.5 else -_STEP))
                constants = cell.constants_of(
                    lumped_numbers(self._own({**values, f.name: moved}), self.classes, self.law)
                )
                columns.append((constants - cell.constants) / (f.place(moved) - place))
            self._tangent = cell, cell.tangents(np.stack(columns, axis=1))
        self._tangent[1].restart()
        return self._tangent[1]

    def _own(self, values: Mapping[str, float]) -> dict[str, float]:
        """Numbers as the lumped formulation has them."""
        numbers = self.numbers_at(values)
        if not self._touches:
            numbers[CONTACT] = 0.0  # as in PyBaMM's models without the option
        return numbers

    @staticmethod
    def _step(cell: LumpedCell, steps: Mapping[str, float]) -> None:
        cell.largest_charge, cell.largest_change = steps["largest_charge"], steps["largest_change"]

    def half_cycles(
        self, protocol: Protocol, values: Mapping[str, float], count: int
    ) -> list[LumpedCurve] | None:
        """As :meth:`HalfCell.half_cycles`."""
        try:
            cell = self._cell(values)
            sites = float(self.numbers_at(values)[SITES])
            tangents = self._tangents(cell, values)  # of the cell at rest, so before it is run
            parts = self._passed(cell, protocol, count, sites)
        except (LumpedError, ValueError):
            return None
        finally:
            self._counted()
        curves, ends = list[LumpedCurve](), protocol.window_V or self.cut_offs
        for what, trace, passed in parts:
            if what == "hold":
                curves[-1].hold(trace, passed, tangents)
            elif what == "current":
                slopes = None if tangents is None else CurveSlopes.of(trace, passed, tangents)
                curves.append(LumpedCurve(trace, ends[len(curves) % 2], slopes))
            elif tangents is not None:
                tangents.along(passed)
        return curves

    def _passed(self, cell: LumpedCell, protocol: Protocol, count: int, sites: float) -> list[_Part]:
        """Currents, holds and rests of so many half cycles; kept, for derivatives ask for them again."""
        key = (protocol, count, *self.steps.values())
        if key in self._ran:
            return self._ran[key]
        low, high = protocol.window_V or self.cut_offs
        parts: list[_Part] = []
        for k in range(count):
            self._step(cell, ROUGH if k < count - 2 else self.steps)
            down = k % 2 == 0
            current = protocol.sodiation_mA_g if down else -protocol.desodiation_mA_g
            end = low if down else high
            longest = _LONGEST * 3600.0 * sites / abs(current)
            begin = 3600.0 * _BEGIN / abs(current), 0.0
            trace = cell.current(current, end, longest, self._times(protocol, count, k), begin)
            if trace.time_s[-1] >= longest * (1.0 - 1e-9) or not np.all(np.isfinite(trace.voltage_V)):
                raise LumpedError("a half cycle does not end")
            parts.append(("current", trace, cell.passed))
            held = protocol.sodiation_hold_s if down else protocol.desodiation_hold_s
            if held > 0.0:
                parts.append(("hold", cell.voltage(end, 0.0, held), cell.passed))
            rested = protocol.rest_after_sodiation_s if down else protocol.rest_after_desodiation_s
            if rested > 0.0:
                times = self._times(protocol, count, k, "rest")
                parts.append(("rest", cell.current(0.0, None, rested, times, _RESTING), cell.passed))
        self._ran[key] = parts
        return parts

    def _counted(self) -> None:
        """Add what the cell was called for."""
        if self._made is not None:
            self.calls, self._made[1].calls = self.calls + self._made[1].calls, 0

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

    def series_slopes(
        self, segments: Sequence[tuple[float, Array]], values: Mapping[str, float]
    ) -> list[Array] | None:
        """As :meth:`HalfCell.series_slopes`."""
        found = []
        try:
            cell = self._cell(values)
            tangents = self._tangents(cell, values)
            for k, (current, times) in enumerate(segments):
                trace = cell.current(current, None, float(times[-1]), self._times(len(segments), k, current))
                if tangents is None or cell.passed is None:
                    return None
                found.append(interpolated(times, trace.time_s, tangents.along(cell.passed)[0]))
        except (LumpedError, ValueError):
            return None
        return found
