"""Leaving out cycles: the slow change of a cycled cell, carried on over cycles that are not simulated.

Ageing changes the state of a cell little from one cycle to the next. A few cycles are simulated and
what ages (film, traps, plated metal, active material) is carried on over ``m`` cycles,

    a(n + m) = a(n) + m a'(n) + m (m + 1)/2 a''(n),

``a'`` the difference of two cycles in a row, ``a''`` that of the slopes before and after the last jump.
The rest of the state follows what is lost, as it did from jump to jump,

    b(n + m) = b(n) + [b(n) - b(n_0)] [q(n + m) - q(n)]/[q(n) - q(n_0)]

with ``q`` the sodium lost: sodium is conserved, and what settles within a cycle or two (slow pores) is
not carried on. Then a few cycles are simulated again.

The error of a jump is read from what ages: sodium lost and active material lost, whose change per cycle
is free of the noise of a capacity between two cut-offs. A jump whose change at its end is not the
expected one is taken back and made shorter.
Adaptive extrapolation between cycles: Sulzer et al., J. Electrochem. Soc. 2021, 168, 120531.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import interpolate

from .cycle_states import CyclePoint

Array = npt.NDArray[np.float64]

FIRST_CYCLES: Final = 5
"""Cycles that are simulated before the first jump: slow pores settle in them."""

SETTLING: Final = 2
"""Cycles that are simulated after a jump; they give the slope."""

_LONGEST_GROWTH = 3.0
_SAFETY = 0.9


@dataclass(frozen=True)
class Seen:
    """State, capacity and loss [mAh/g] at the end of a simulated cycle."""

    cycle: int
    state: Array
    capacity: float
    loss: float


@dataclass(frozen=True)
class Slope:
    """Change per cycle of state and loss [mAh/g], between ``cycle - 1`` and ``cycle``."""

    cycle: int
    state: Array
    loss: float


@dataclass(frozen=True)
class Move:
    """Where to go on: ``cycle`` cycles done, in ``state``; those after ``keep`` are to be dropped."""

    cycle: int
    state: Array
    keep: int


class Jumper:
    """Decides after each simulated cycle whether to go on, to jump, or to take a jump back.

    Parameters
    ----------
    cycles
        Cycles in all; the last ones are simulated.
    tolerance
        Error of the capacity at the end over the capacity at the start that the estimate allows [-].

    Attributes
    ----------
    ages
        Which entries of the state age; to be set before :meth:`next`.
    """

    def __init__(self, cycles: int, tolerance: float) -> None:
        self.ages: npt.NDArray[np.bool_] = np.zeros(0, dtype=bool)
        self._cycles = cycles
        self._tolerance = tolerance
        self._tail: list[Seen] = []
        self._slope: Slope | None = None
        self._earlier: Slope | None = None
        self._anchor: Seen | None = None
        self._base: Seen | None = None
        self._leap = 4
        self._scale = 0.0

    def next(self, cycle: int, state: Array, capacity: float, loss: float) -> Move:
        """Move after ``cycle`` was simulated.

        Parameters
        ----------
        cycle, state
            Its number and the state at its end.
        capacity
            What it gave [mAh/g].
        loss
            Sodium and active material lost by its end, as capacity [mAh/g].
        """
        here = Seen(cycle, state, capacity, loss)
        stay = Move(cycle, state, cycle)
        self._scale = self._scale or capacity
        self._tail = [*self._tail, here][-3:]
        needed = FIRST_CYCLES if self._anchor is None else self._anchor.cycle + self._leap + SETTLING
        if cycle < needed:
            return stay
        before = self._tail[-2]
        slope = Slope(cycle, state - before.state, loss - before.loss)
        if self._anchor is not None and self._slope is not None:
            error = self._error(here, slope, self._slope, self._anchor)
            allowed = self._tolerance * self._scale * self._leap / self._cycles
            factor = _SAFETY * (allowed / max(error, 1e-12 * self._scale)) ** (1.0 / 3.0)
            if error > allowed and self._leap > 1:
                self._leap = max(1, round(self._leap * min(max(factor, 0.2), _SAFETY) - 0.5))
                return self._jump(self._anchor, self._slope)
            self._leap = max(1, round(self._leap * min(max(factor, 0.5), _LONGEST_GROWTH)))
            self._earlier = self._slope
        self._base = self._anchor or self._tail[0]
        self._slope, self._anchor = slope, here
        if self._cycles - cycle <= SETTLING + 1:
            self._anchor = replace(here, cycle=self._cycles)  # no more jumps
            return stay
        return self._jump(here, slope)

    def _error(self, here: Seen, found: Slope, slope: Slope, anchor: Seen) -> float:
        """Error of the capacity that the last jump made [mAh/g], by what it expected of the loss.

        What is left of the change of the slope grows with the square of the distance, so that over
        the ``m`` cycles of the jump it adds up to ``m/3 (m/d)^2`` of that seen ``d`` cycles on; without
        an earlier slope linearly, to ``m/2 (m/d)``. One lost mAh/g costs the capacity that it has cost
        so far, at least one.
        """
        m, distance = self._leap, found.cycle - slope.cycle
        expected, share = slope.loss, 0.5 * m / distance
        if self._earlier is not None:
            rise = (slope.loss - self._earlier.loss) / (slope.cycle - self._earlier.cycle)
            expected, share = expected + rise * distance, (m / distance) ** 2 / 3.0
        lost = here.loss - anchor.loss
        cost = abs(here.capacity - anchor.capacity) / lost if lost > 1e-9 * self._scale else 1.0
        return max(1.0, cost) * m * share * abs(found.loss - expected)

    def _jump(self, start: Seen, slope: Slope) -> Move:
        self._leap = min(self._leap, self._cycles - start.cycle - SETTLING)
        m = float(self._leap)
        aged, lost = m * slope.state, m * slope.loss
        earlier, base = self._earlier, self._base
        if earlier is not None:
            # a slope between two cycles is that of the middle between them
            share = 0.5 * m * (m + 1.0) / (slope.cycle - earlier.cycle)
            aged = aged + share * (slope.state - earlier.state)
            lost += share * (slope.loss - earlier.loss)
        follows = np.zeros_like(start.state)
        if base is not None and start.loss - base.loss > 1e-9 * self._scale:
            follows = (start.state - base.state) * (lost / (start.loss - base.loss))
        self._tail = []
        return Move(start.cycle + self._leap, start.state + np.where(self.ages, aged, follows), start.cycle)

    def to_dict(self) -> dict[str, Any]:
        """What is remembered, as plain numbers."""

        def plain(item: Seen | Slope | None) -> dict[str, Any] | None:
            return None if item is None else {**asdict(item), "state": item.state.tolist()}

        return {
            "tail": [plain(seen) for seen in self._tail],
            "slope": plain(self._slope),
            "earlier": plain(self._earlier),
            "anchor": plain(self._anchor),
            "base": plain(self._base),
            "leap": self._leap,
            "scale": self._scale,
        }

    def restore(self, content: dict[str, Any]) -> None:
        """Remember what :meth:`to_dict` gave."""

        def made(kind: Any, item: dict[str, Any] | None) -> Any:
            return None if item is None else kind(**{**item, "state": np.array(item["state"])})

        self._tail = [made(Seen, item) for item in content["tail"]]
        self._slope, self._earlier = made(Slope, content["slope"]), made(Slope, content["earlier"])
        self._anchor, self._base = made(Seen, content["anchor"]), made(Seen, content["base"])
        self._leap, self._scale = content["leap"], content["scale"]


def filled_in(points: Sequence[CyclePoint]) -> tuple[CyclePoint, ...]:
    """Points of every cycle: those that were left out are read from a monotone curve, and marked."""
    if len(points) < 2 or points[-1].cycle == len(points):
        return tuple(points)
    seen = np.array([point.cycle for point in points])
    names = [field.name for field in fields(CyclePoint) if field.name not in ("cycle", "simulated")]
    every = np.arange(1, seen[-1] + 1)
    columns = {
        name: interpolate.PchipInterpolator(seen, [getattr(point, name) for point in points])(every)
        for name in names
    }
    by_cycle = {point.cycle: point for point in points}
    return tuple(
        by_cycle.get(int(n))
        or replace(
            points[0], cycle=int(n), simulated=False, **{name: float(columns[name][n - 1]) for name in names}
        )
        for n in every
    )
