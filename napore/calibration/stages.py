"""Fits of some of an electrode's numbers to some of the data, one after the other.

Equilibrium, then all numbers from several equilibria and rates of the pores, in rough steps, then all of them
from the best outcomes: first with larger errors, then with those of the data. The equilibrium frees what its
data can see: a number whose expected standard error, all others known, is a part of its bounds' distance.

Why from several places: small and large pores, strong and mobile sites, pores that relax and that exchange,
are valleys apart, and a fit stays in the one where it begins. An equilibrium takes a tenth of a second, a fit
of the slowest curves alone a quarter, one of all of them seconds: many begin and few go on. Why numbers are
drawn before the errors are those of the data: a mobile level can stand for the plateau and fast diffusion for
slow pores, and a fit that went there comes back from no bound. Why the cycle before counts from the begin:
what slow sites keep of it is no small error, and a fit of the first cycle is far from that of the second.
Why errors that points of a curve share count as such in the last fits: the charge's scale alone puts the true
numbers up to ten times as far from the data as the noise, where many others are as near.
Kinetics alone, with the equilibrium held, are no stage: the mean of both directions is no equilibrium where
pores never fill, and they took up its error.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

from .data import CurveData, Data, derivatives_of, residuals_of, uncorrelated
from .fitted import Fitted, places_of, values_at
from .least_squares import Differentiable, Fit, fit
from .lumped import ROUGH, in_steps
from .numbers import HalfCell
from .parts import central, drawn, of_slowest, seen, slowest

_SOFT: Final = ((0.01, 3.0), (0.004, 0.6))
"""Errors of voltage [V] and capacity [mAh/g] in the fits before the last.

With errors of a millivolt a curve that ends elsewhere has residuals of thousands and many minima; with errors
of 30 mV and 15 mAh/g the ends of curves do not count, and the fit ends in a valley without them.
"""

_EQUILIBRIA, _BEGUN = 16, 5
_WORSE, _APART = 3.0, 0.1
"""Equilibria that are fitted from places at random, and those that rates are begun with at most: of an
objective up to so many times the least, and farther from one another, root mean square over the distance of
the bounds."""

_ROUNDS: Final = ((12, 8), (8, 4), (30, 3))
"""Evaluations of each that is begun, and how many go on: of the slowest curves alone, then twice of all."""

_FOUND: Final = 0.06
"""Mean squared residual, with the first of the larger errors, from which on no other begin is tried."""

_HOPS: Final = 16
_IDLE, _BETTER = 4, 0.95
_FAR: Final = (0.05, 0.1, 0.2, 0.35)
_SOME: Final = (0.2, 0.5, 1.0)
_SHORT, _NEAR, _LAST = 10, 3.0, 15
"""How often a fit with the first of the larger errors is begun again beside the best of them at most, and how
often after the last that was so much better; by how much and which share of the numbers are moved; the
evaluations after which one is given up whose misfit is so many times that of the best; and those of a last
fit from such a place."""

_MOST_CALLS: Final = (250_000, 500_000)
"""Calls of the lumped equations from which on no other begin is tried, with the larger errors and with those
of the data: half a minute. Some numbers take ten times as many steps in time as usual ones."""

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

_INSIDE: Final = 0.03
"""Least distance of such a place from a bound."""


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
            centre = {n: start[n] for n in (self.half_cell.electrode.sites,) if n in start}
            equilibria = [{**values, **one} for one in self._equilibria(values, slow)]
            begins = self._from_several(equilibria, centre)
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
            if found.misfit > _HOPELESS * sum(d.size for d in self.data):
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
        """A fit begun from the ``k``-th place at random about the best; None for one that is lost."""
        size = sum(d.size for d in self.data)
        with in_steps(self.half_cell, ROUGH):
            first = self._fit(
                self._moved(best.values, 100 + k), self.fitted, self.data, _SOFT[1], most=_SHORT
            )
        if not first.misfit < _NEAR * best.misfit + size:
            return None
        return self._fit(first.values, self.fitted, self.data, None, most=_LAST)

    def _moved(self, values: Mapping[str, float], k: int) -> dict[str, float]:
        """Place at random about values: some numbers or all, a little or far, as the ``k`` has it.

        In every other one numbers are turned or exchanged (:class:`.Electrode`).
        """
        generator, electrode = np.random.default_rng(self.seed + k), self.half_cell.electrode
        own = {f.name: f for f in self.fitted}
        places = {f.name: f.place(values[f.name]) for f in self.fitted}
        far, share = generator.choice(_FAR), generator.choice(_SOME)
        mirrors = [(electrode.turned, electrode.turned), *electrode.exchanged]
        one, other = mirrors[k // 2 % len(mirrors)]
        if k % 2 == 0 and {one, other} <= set(own):
            mirrored = (places[other], places[one]) if one != other else (1.0 - places[one],) * 2
            places[one], places[other] = mirrored
            far = _FAR[0]
        for name in own:
            if generator.random() < share:
                places[name] += far * (2.0 * generator.random() - 1.0)
        inside = {name: float(np.clip(place, _INSIDE, 1.0 - _INSIDE)) for name, place in places.items()}
        moved = {name: own[name].at(place) for name, place in inside.items()}
        return {**values, **moved}

    def seen(self, values: Mapping[str, float]) -> list[Fitted]:
        """Parameters that the data see at values, all of them; the stage of all is noted."""
        kept = seen(self.fitted, self.data, self.half_cell, values)
        names = tuple(f.name for f in kept)
        unseen = tuple(f.name for f in self.fitted if f.name not in names)
        self.trail.append(Stage("all together", names, unseen))
        return kept

    def _equilibria(self, values: Mapping[str, float], slow: Sequence[Data]) -> list[Mapping[str, float]]:
        """Equilibria that meet the slow data, the nearest first: what is small or large, strong or mobile.

        From the values of the start, drawn to them, and from others, drawn to the middle of the bounds.
        """
        part = [f for f in self.fitted if f.name in self.half_cell.electrode.equilibrium]
        if not part:
            return [{}]
        kept = seen(part, slow, self.half_cell, values)
        freed = tuple(f.name for f in kept)
        self.trail.append(Stage("equilibrium", freed, tuple(f.name for f in part if f not in kept)))
        if not kept:
            return [{}]
        found = [self._fit(values, drawn(kept, values), slow, _SOFT[0])]
        count = _EQUILIBRIA if self.half_cell.is_lumped else 0
        for row in qmc.Sobol(len(part), seed=self.seed).random_base2(4)[:count]:
            begin = {**values, **values_at(part, _INSIDE + (1.0 - 2.0 * _INSIDE) * row)}
            found.append(self._fit(begin, central(part), slow, _SOFT[0]))
        found.sort(key=lambda one: one.objective)
        apart: list[Fit] = []
        for one in found:
            places = [places_of(kept, {**values, **other.values}) for other in (one, *apart)]
            off = [float(np.sqrt(np.mean(np.square(places[0] - other)))) for other in places[1:]]
            if one.objective < _WORSE * found[0].objective + 1.0 and all(each > _APART for each in off):
                apart.append(one)
        return [one.values for one in apart[:_BEGUN]]

    def _from_several(
        self, equilibria: Sequence[Mapping[str, float]], centre: Mapping[str, float]
    ) -> list[dict[str, float]]:
        """Best of fits of all numbers begun with several rates of the pores, and from places about them.

        They are drawn to where they begin, or to ``centre``: the equilibrium counts as many sites as fill.
        Of many a few evaluations choose those that go on.
        """
        own, lumped = {f.name: f for f in self.fitted}, self.half_cell.is_lumped
        rates = dict.fromkeys(
            tuple((n, v) for n, v in begin.items() if n in own and own[n].low <= v <= own[n].high)
            for begin in (self.half_cell.electrode.begins if lumped else ({},))
        )
        self.trail.append(Stage("all, begun with several rates", tuple(own), ()))
        data = self.data
        enough = _FOUND * sum(d.size for d in data)
        begins = [
            {**values, **dict(rate)}
            for rate, values in itertools.product(rates, equilibria if lumped else equilibria[:1])
        ]
        with in_steps(self.half_cell, ROUGH):
            going = [(begin, drawn(self.fitted, {**begin, **centre})) for begin in begins]
            rounds = _ROUNDS if lumped else ((self.evaluations, 1),)
            for k, (most, kept) in enumerate(rounds):
                some = of_slowest(data) if k < len(rounds) - 2 else data
                found = [
                    (self._fit(begin, part, some, _SOFT[0], _ROUGHEST, most=most), part)
                    for begin, part in going
                ]
                found.sort(key=lambda one: one[0].objective)
                going = [({**begins[0], **fit.values}, part) for fit, part in found[:kept]]
            best, others = found[0][0], [begin for begin, _ in going]
            last = 0
            for k in range(_HOPS):
                if best.misfit < enough or k - last > _IDLE or self.half_cell.calls > _MOST_CALLS[0]:
                    break
                hop = self._hop(others[0], k, best.misfit)
                if hop.misfit < best.misfit:
                    last = k if hop.misfit < _BETTER * best.misfit else last
                    best = hop
                    others.insert(0, {**others[0], **hop.values})
        return others[: _ROUNDS[-1][1]]

    def _hop(self, values: Mapping[str, float], k: int, misfit: float) -> Fit:
        """Fit with the larger errors from the ``k``-th place about values; a short one where it is lost."""
        first = self._fit(self._moved(values, k), self.fitted, self.data, _SOFT[0], most=_SHORT)
        if not first.misfit < _NEAR * misfit:
            return first
        return self._fit(first.values, self.fitted, self.data, _SOFT[0], most=2 * _LAST)

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
        shared = errors is None and not plain

        def residuals(trial: Mapping[str, float]) -> npt.NDArray[np.float64]:
            found = residuals_of(own, self.half_cell, {**values, **trial})
            return uncorrelated(own, found) if shared else found

        def derivatives(trial: Mapping[str, float], by: Sequence[Fitted]) -> npt.NDArray[np.float64] | None:
            found = derivatives_of(own, self.half_cell, {**values, **trial}, by)
            return uncorrelated(own, found) if shared and found is not None else found

        begin = {f.name: values[f.name] for f in part}
        if not plain:
            part = central(part)
        self.half_cell.keep_steps()
        return fit(
            part,
            Differentiable(residuals, derivatives),
            begin,
            min(self.evaluations, most or self.evaluations),
            tolerance or (_ROUGH if errors else _FINE),
        )
