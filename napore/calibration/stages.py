"""Fits of some of an electrode's numbers to some of the data, one after the other.

Equilibrium, then all numbers from several equilibria and rates of the pores, in rough steps, then all of them
from the best outcomes: first with larger errors, then with those of the data. The equilibrium frees what its
data can see: a number whose expected standard error, all others known, is a part of its bounds' distance.

Why from several places: small and large pores, strong and mobile sites, pores that relax and that exchange,
are valleys apart, and a fit stays in the one where it begins. A fit of the slowest curves alone takes a third
of a second, one of all of them seconds: many begin and few go on, to all but the fastest first. Why not all
from the equilibrium of a slow cycle: what does not fill in its time is no part of that. Why numbers are drawn
before the errors are those of the data: a mobile level can stand for the plateau and fast diffusion for slow
pores, and a fit that went there comes back from no bound. Why the cycle before counts from the begin: what
slow sites keep of it is no small error, and a fit of the first cycle is far from that of the second. Why
errors that points of a curve share count as such: the charge's scale alone puts the true numbers up to ten
times as far from the data as the noise, where many others are as near.
Kinetics alone, with the equilibrium held, are no stage: the mean of both directions is no equilibrium where
pores never fill, and they took up its error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from scipy.stats import qmc

from .data import CurveData, Data, derivatives_of, residuals_of, uncorrelated
from .fitted import Fitted, values_at
from .hops import KINDS, apart, beside
from .least_squares import Differentiable, Fit, fit
from .lumped import ROUGH, in_steps
from .numbers import HalfCell
from .parts import by_rate, central, drawn, seen, slowest

_SOFT: Final = ((0.01, 3.0), (0.004, 0.6))
"""Errors of voltage [V] and capacity [mAh/g] in the fits before the last.

With errors of a millivolt a curve that ends elsewhere has residuals of thousands and many minima; with errors
of 30 mV and 15 mAh/g the ends of curves do not count, and the fit ends in a valley without them.
"""

_FAR_OFF: Final = 5.0
"""Residual with the first of them from which on a point pulls less: far from the data a few steep ends of
curves would decide which way to go."""

_RANDOM, _INNER, _BLOCKS = 4, 0.25, 3
"""Places at random where fits begin, as a power of two, their least distance from the bounds, and how many
such sets are tried while none comes near the data."""

_SLOW_ROUNDS: Final = ((8, 10), (20, 8))
_BETWEEN: Final = ((15, 4),)
_ROUNDS: Final = ((15, 3), (30, 3))
_GOING, _APART = 6, 0.05
"""Evaluations of each that goes on and how many do, of the slowest curves alone and of all; how many go from
the one to the other, and how far they lie apart, root mean square over the distance of the bounds."""

_FOUND, _POOR = 0.015, 0.2
"""Mean squared residual, with the first of the larger errors, from which on no other begin is tried; and
that of the slowest curves above which faster ones are not looked at before others were begun."""

_HOPS: Final = 24
_IDLE, _BETTER = 10, 0.95
_SHORT, _NEAR, _LAST = 10, 3.0, 15
"""How often a fit of some data with the first of the larger errors is begun again beside the best ones, and
how often after the last that was so much better; the evaluations after which one is given up whose misfit is
so many times that of the best; and those of a last fit from such a place."""

_BACK, _ACROSS, _HIGH = 0.04, 0.1, (100.0, 10.0)
"""Distance as :data:`_APART` within which such a fit is back where it came from; and beyond which it is in
another valley and given up only where its misfit is so many times that of the best, after the first
evaluations and some more."""

_MOST_CALLS: Final = (300_000, 500_000)
_MOST_HOPPING: Final = (80_000, 200_000)
"""Calls of the lumped equations from which on no other begin is tried, with the larger errors and with those
of the data; and those after which a set of places gets no more hops, far from the data and near them."""

_FINEST: Final = 0.001
_FINE: Final = 0.02
_ROUGH: Final = 0.3
_ROUGHEST: Final = 5.0
"""Tolerances of the last fit where it comes near the data, of the last one, of those before it, which only
choose where it begins, and of those that choose among several."""

_AGAIN: Final = 3
_WORTH: Final = 0.02
"""How often a fit is begun again, and the gain over the objective for which it is."""

_HOPELESS: Final = 2.0
"""Mean squared residual from which on a fit is begun elsewhere, not again where it is."""

_Begun = tuple[dict[str, float], Fit]
"""Values of all numbers, and the fit that ended there."""


def _best(found: Sequence[_Begun]) -> list[_Begun]:
    """The nearest to the data first."""
    return sorted(found, key=lambda one: one[1].objective)


def _size(data: Sequence[Data]) -> int:
    return sum(part.size for part in data)


@dataclass(frozen=True)
class Stage:
    """A stage of a fit: what it freed, and what its data did not see."""

    name: str
    freed: tuple[str, ...]
    unseen: tuple[str, ...]


@dataclass
class Stages:
    """Fits of some of the parameters to some of the data, one after the other.

    Parameters
    ----------
    data, half_cell, fitted
        Data, what simulates them, and the parameters.
    evaluations
        Largest number of evaluations in each fit.
    seed
        Of the places at random where fits are begun again.
    trail
        Stages that were gone through.
    """

    data: Sequence[Data]
    half_cell: HalfCell
    fitted: Sequence[Fitted]
    evaluations: int
    seed: int = 1
    trail: list[Stage] = field(default_factory=list)

    def soft(self, start: Mapping[str, float], staged: bool) -> tuple[dict[str, float], float]:
        """Values and misfit with errors so large that there are few minima."""
        values = dict(start)
        slow = slowest(self.data, _SOFT[0])
        begins = [values]
        if staged and slow:
            self.trail.clear()
            begins = self._from_several(self._equilibrium(values, slow))
        with in_steps(self.half_cell, ROUGH):
            for one in _SOFT[1:] if staged and slow else _SOFT:
                found = sorted(
                    (self._fit(begin, self.fitted, self.data, one) for begin in begins),
                    key=lambda fit: fit.objective,
                )
                begins = [{**values, **fit.values} for fit in found]
        return begins[0], found[0].objective

    def hard(self, start: Mapping[str, float], plain: bool = False) -> Fit:
        """Fit with the errors of the data, begun again while that gains.

        Errors that points of a curve share count as such, or where ``plain`` as those of each point.
        """
        found = self._fit(start, self.fitted, self.data, None, plain=plain)
        for _ in range(_AGAIN if self.evaluations > 1 else 0):
            if found.misfit > _HOPELESS * _size(self.data):
                break
            again = self._fit(found.values, self.fitted, self.data, None, _FINEST, plain=plain)
            gained = found.objective - again.objective
            found = again if gained >= 0.0 else found
            if gained < _WORTH * found.objective + 1.0:
                break
        return found

    @property
    def is_spent(self) -> bool:
        """Whether so much was computed that no other begin is tried."""
        return self.half_cell.calls > _MOST_CALLS[1]

    def elsewhere(self, best: Fit, k: int) -> Fit | None:
        """A fit begun from the ``k``-th place about the best; None for one that is lost."""
        with in_steps(self.half_cell, ROUGH):
            here = self._fit(best.values, self.fitted, self.data, _SOFT[1], most=1).misfit
            first = self._hop(best.values, 2 * _HOPS + k, here, self.data, _SOFT[1])
        if not first.misfit < _NEAR * here + _size(self.data):
            return None
        return self._fit(first.values, self.fitted, self.data, None, most=_LAST)

    def seen(self, values: Mapping[str, float]) -> list[Fitted]:
        """Parameters that the data see at values, all of them; the stage of all is noted."""
        kept = seen(self.fitted, self.data, self.half_cell, values)
        names = tuple(f.name for f in kept)
        unseen = tuple(f.name for f in self.fitted if f.name not in names)
        self.trail.append(Stage("all together", names, unseen))
        return kept

    def _equilibrium(self, values: Mapping[str, float], slow: Sequence[Data]) -> dict[str, float]:
        """Values with an equilibrium that meets the slow data, drawn to those of the start."""
        part = [f for f in self.fitted if f.name in self.half_cell.electrode.equilibrium]
        kept = seen(part, slow, self.half_cell, values) if part else []
        freed = tuple(f.name for f in kept)
        if part:
            self.trail.append(Stage("equilibrium", freed, tuple(f.name for f in part if f not in kept)))
        if not kept:
            return dict(values)
        beside = self.half_cell.beside
        self.half_cell.beside = None  # it takes rates, which are not fitted yet
        found = self._fit(values, drawn(kept, values), slow, _SOFT[0])
        self.half_cell.beside = beside
        return {**values, **found.values}

    def _from_several(self, values: Mapping[str, float]) -> list[dict[str, float]]:
        """Best of fits of all numbers from several places, with the larger errors.

        From one equilibrium with several rates of the pores, and from places at random about the middle of
        the bounds. The slowest curves alone choose those that go on to all but the fastest, then to all data;
        hops about the best of each.
        """
        own, lumped = {f.name: f for f in self.fitted}, self.half_cell.is_lumped
        rates = dict.fromkeys(
            tuple((n, v) for n, v in begin.items() if n in own and own[n].low <= v <= own[n].high)
            for begin in (self.half_cell.electrode.begins if lumped else ({},))
        )
        self.trail.append(Stage("all, begun at several places", tuple(own), ()))
        begins = [{**values, **dict(rate)} for rate in rates]
        if not lumped:
            return [self._round(begins, self.data, self.evaluations)[0][0]]
        slow, *_ = every = by_rate(self.data)
        enough, size = _FOUND * _size(self.data), _size(slow)
        found, first = list[_Begun](), list[_Begun]()
        with in_steps(self.half_cell, ROUGH):
            for block in range(_BLOCKS):
                rows = qmc.Sobol(len(own), seed=self.seed + block).random_base2(_RANDOM)
                places = _INNER + (1.0 - 2.0 * _INNER) * rows
                begins += [{**values, **values_at(self.fitted, place)} for place in places]
                if len(every) > 1:
                    first = _best([*first, *self._hopped(self._rounds(begins, slow, _SLOW_ROUNDS), slow)])
                    spent = block == _BLOCKS - 1 or self.half_cell.calls > _MOST_CALLS[0]
                    if first[0][1].misfit > _POOR * size and not spent:
                        begins = []
                        continue
                    begins, first = [one for one, _ in first[:_GOING]], []
                for data in every[1:-1]:
                    begins = [one for one, _ in self._rounds(begins, data, _BETWEEN)]
                found = _best([*found, *self._hopped(self._rounds(begins, self.data, _ROUNDS), self.data)])
                if found[0][1].misfit < enough or self.half_cell.calls > _MOST_CALLS[0]:
                    break
                begins = []
        return [one for one, _ in found[: _ROUNDS[-1][1]]]

    def _rounds(
        self, begins: Sequence[dict[str, float]], data: Sequence[Data], rounds: Sequence[tuple[int, int]]
    ) -> list[_Begun]:
        """Fits of some data from places, fewer and longer each round."""
        found: list[_Begun] = []
        for most, kept in rounds:
            found = self._round(begins, data, most)[:kept]
            begins = [one for one, _ in found]
        return found

    def _round(self, begins: Sequence[Mapping[str, float]], data: Sequence[Data], most: int) -> list[_Begun]:
        """Fits of all numbers from places, the best first: values of all and the fit."""
        found = [self._fit(begin, self.fitted, data, _SOFT[0], _ROUGHEST, most=most) for begin in begins]
        return _best([({**begin, **fit.values}, fit) for begin, fit in zip(begins, found, strict=True)])

    def _hopped(self, found: Sequence[_Begun], data: Sequence[Data]) -> list[_Begun]:
        """Fits apart, the best first, after others begun about the best of them while that helps."""
        enough, poor, first = _FOUND * _size(data), _POOR * _size(data), self.half_cell.calls
        kept, last = list(found), 0
        for k in range(_HOPS):
            best = kept[0][1]
            most = first + _MOST_HOPPING[int(best.misfit < poor)]
            if best.misfit < enough or k - last > _IDLE or self.half_cell.calls >= most:
                break
            begin = kept[0 if k % KINDS != 1 else min(k // KINDS % _GOING, len(kept) - 1)][0]
            hop = self._hop(begin, k, best.misfit, data)
            last = k if hop.misfit < _BETTER * best.misfit else last
            kept = _best([*kept, ({**begin, **hop.values}, hop)])
        going: list[_Begun] = []
        for one in kept:
            if all(apart(self.fitted, one[0], other) > _APART for other, _ in going):
                going.append(one)
        return going[:_GOING]

    def _hop(
        self,
        values: Mapping[str, float],
        k: int,
        misfit: float,
        data: Sequence[Data],
        errors: tuple[float, float] = _SOFT[0],
    ) -> Fit:
        """Fit with larger errors from the ``k``-th place beside values; a short one where that is lost."""
        begin = beside(self.fitted, self.half_cell, values, k, self.seed)
        found = self._fit(begin, self.fitted, data, errors, most=_SHORT)
        off = apart(self.fitted, found.values, values)
        if off < _BACK and found.misfit > _BETTER * misfit:
            return found
        for most in _HIGH if off > _ACROSS else (_NEAR, _NEAR):
            if not found.misfit < most * misfit:
                break
            found = self._fit(found.values, self.fitted, data, errors, most=_LAST)
        return found

    def _fit(
        self,
        values: Mapping[str, float],
        part: Sequence[Fitted],
        data: Sequence[Data],
        errors: tuple[float, float] | None,
        tolerance: float | None = None,
        most: int | None = None,
        plain: bool = False,
    ) -> Fit:
        own = [one.softened(*errors) if errors and isinstance(one, CurveData) else one for one in data]
        asked = Differentiable(
            lambda trial: residuals_of(own, self.half_cell, {**values, **trial}),
            lambda trial, by: derivatives_of(own, self.half_cell, {**values, **trial}, by),
            int(self.half_cell.beside is not None),
        )
        if not plain:
            asked = asked.combined(partial(uncorrelated, own))
        if errors == _SOFT[0]:
            asked = asked.compressed(_FAR_OFF)

        begin = {f.name: values[f.name] for f in part}
        if not plain:
            part = central(part)
        self.half_cell.keep_steps()
        return fit(
            part,
            asked if self.half_cell.is_differentiable else asked.residuals,
            begin,
            min(self.evaluations, most or self.evaluations),
            tolerance or (_ROUGH if errors else _FINE),
        )
