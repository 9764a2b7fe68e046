"""Fits of some of an electrode's numbers to some of the data, one after the other.

Equilibrium, then all numbers from several rates of the pores, in rough steps, then all of them from the best
outcome: first with larger errors, then with those of the data. The equilibrium frees what its data can see: a
number whose expected standard error, all others known, is a part of the distance of its bounds.

Why the rates begin from several places: pores that relax and pores that exchange, small pores that fill first
or last, are valleys apart, and a fit stays in the one where it begins. Why numbers are drawn to where they
begin before the errors are those of the data: a mobile level can stand for the plateau and fast diffusion for
slow pores, and a fit that went there comes back from no bound. Why the cycle before counts from the begin:
what slow sites keep of it is no small error, and a fit of the first cycle is far from that of the second.
Kinetics alone, with the equilibrium held, are no stage: the mean of both directions is no equilibrium where
pores never fill, and they took up its error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from .data import CurveData, Data, derivatives_of, residuals_of
from .equilibrium import EquilibriumData
from .fitted import CalibrationError, Fitted, places_of, values_at
from .least_squares import Differentiable, Fit, fit, penalised
from .levenberg_marquardt import differences
from .lumped import ROUGH, in_steps
from .numbers import HalfCell

_SOFT: Final = ((0.01, 3.0), (0.004, 0.6))
"""Errors of voltage [V] and capacity [mAh/g] in the fits before the last.

With errors of a millivolt a curve that ends elsewhere has residuals of thousands and many minima; with errors
of 30 mV and 15 mAh/g the ends of curves do not count, and the fit ends in a valley without them.
"""

_DRAWN: Final = 0.3
"""Standard deviation with which a number is drawn to where it begins, over the distance of its bounds."""

_FOUND: Final = 0.06
"""Mean squared residual, with the first of the larger errors, from which on no other begin is tried."""

_HOPS: Final = 12
_FAR: Final = (0.05, 0.1, 0.2, 0.35)
_SOME: Final = (0.2, 0.5, 1.0)
_SHORT, _NEAR, _LAST = 10, 3.0, 15
"""How often a fit with the first of the larger errors is begun again beside the best of them at most; by how
much and which share of the numbers are moved; the evaluations after which one is given up whose misfit is so
many times that of the best; and those of a last fit from such a place."""

_MOST_CALLS: Final = (200_000, 350_000)
"""Calls of the lumped equations from which on no other begin is tried, with the larger errors and with those
of the data: half a minute. Some numbers take ten times as many steps in time as usual ones."""

_SAME: Final = 1.05
"""Ratio of two currents that count as one: measured ones differ a little between the directions."""

_FINE: Final = 0.02
_ROUGH: Final = 0.3
_ROUGHEST: Final = 5.0
"""Tolerances of the last fit, of those before it, which only choose where it begins, and of those that choose
among several."""

_AGAIN: Final = 3
_WORTH: Final = 0.02
"""How often a fit is begun again, and the gain over the objective for which it is."""

_HOPELESS: Final = 2.0
"""Mean squared residual from which on a fit is begun elsewhere, not again where it is."""

_INSIDE: Final = 0.03
"""Least distance of such a place from a bound."""

_ASIDE: Final = 0.2
"""How far beside a place, over the distance of the bounds, it is looked whether data see a number."""

_SEEN: Final = 0.25
"""Expected standard error over the distance of the bounds up to which data see a number; a uniform
distribution over them has 0.29."""


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
        errors: Sequence[tuple[float, float]] = _SOFT
        slow = _slowest(self.data)
        if staged and slow:
            self.trail.clear()
            values |= self._equilibrium(values, slow)
            values = self._from_several(
                values, {n: start[n] for n in (self.half_cell.electrode.sites,) if n in start}
            )
            errors = _SOFT[1:]
        with in_steps(self.half_cell, ROUGH):
            for one in errors:
                found = self._fit(values, self.fitted, self.data, one)
                values |= found.values
        return values, found.objective

    def hard(self, start: Mapping[str, float]) -> Fit:
        """Fit with the errors of the data, begun again while that gains."""
        found = self._fit(start, self.fitted, self.data, None)
        for _ in range(_AGAIN if self.evaluations > 1 else 0):
            if found.misfit > _HOPELESS * sum(d.size for d in self.data):
                break
            again = self._fit(found.values, self.fitted, self.data, None)
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

    def _equilibrium(self, values: Mapping[str, float], slow: Sequence[Data]) -> dict[str, float]:
        part = [f for f in self.fitted if f.name in self.half_cell.electrode.equilibrium]
        if not part:
            return {}
        kept = seen(part, slow, self.half_cell, values)
        freed = tuple(f.name for f in kept)
        self.trail.append(Stage("equilibrium", freed, tuple(f.name for f in part if f not in kept)))
        return dict(self._fit(values, _drawn(kept, values), slow, _SOFT[0]).values) if kept else {}

    def _from_several(self, values: Mapping[str, float], centre: Mapping[str, float]) -> dict[str, float]:
        """Best of fits of all numbers begun with several rates of the pores, and from places about it.

        They are drawn to where they begin, or to ``centre``: the equilibrium counts as many sites as fill.
        """
        own = {f.name: f for f in self.fitted}
        begins = dict.fromkeys(
            tuple((n, v) for n, v in begin.items() if n in own and own[n].low <= v <= own[n].high)
            for begin in (self.half_cell.electrode.begins if self.half_cell.is_lumped else ({},))
        )
        self.trail.append(Stage("all, begun with several rates", tuple(own), ()))
        data = self.data
        enough, best = _FOUND * sum(d.size for d in data), None
        with in_steps(self.half_cell, ROUGH):
            for begin in begins:
                first = {**values, **dict(begin)}
                found = self._fit(first, _drawn(self.fitted, {**first, **centre}), data, _SOFT[0], _ROUGHEST)
                best = found if best is None or found.objective < best.objective else best
                if best.misfit < enough:
                    break
            for k in range(_HOPS):
                if best is None or best.misfit < enough or self.half_cell.calls > _MOST_CALLS[0]:
                    break
                found = self._hop({**values, **best.values}, k, best.misfit)
                best = found if found.misfit < best.misfit else best
        return {**values, **best.values} if best else dict(values)

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
        tolerance: float = _ROUGH,
        enough: float = 0.0,
        most: int | None = None,
    ) -> Fit:
        own = [one.softened(*errors) if errors and isinstance(one, CurveData) else one for one in data]

        def residuals(trial: Mapping[str, float]) -> npt.NDArray[np.float64]:
            return residuals_of(own, self.half_cell, {**values, **trial})

        def derivatives(trial: Mapping[str, float], by: Sequence[Fitted]) -> npt.NDArray[np.float64] | None:
            return derivatives_of(own, self.half_cell, {**values, **trial}, by)

        begin = {f.name: values[f.name] for f in part}
        self.half_cell.keep_steps()
        tolerance = tolerance if errors else _FINE
        return fit(
            part,
            Differentiable(residuals, derivatives),
            begin,
            min(self.evaluations, most or self.evaluations),
            tolerance,
            enough=enough,
        )


def _drawn(fitted: Sequence[Fitted], values: Mapping[str, float]) -> list[Fitted]:
    """Parameters that are drawn to values; those with a prior of their own are drawn to that."""
    return [f if f.prior else replace(f, prior=(f.to_scale(values[f.name]), _DRAWN * f.span)) for f in fitted]


def seen(
    fitted: Sequence[Fitted], data: Sequence[Data], half_cell: HalfCell, values: Mapping[str, float]
) -> list[Fitted]:
    """Parameters of which data tell something at values or some way beside: expected information of each."""

    def residuals(place: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        found = residuals_of(data, half_cell, {**values, **values_at(fitted, place)})
        return penalised((), lambda _: found, {})

    place = places_of(fitted, values)
    half_cell.keep_steps()
    here = residuals(place)
    exact = derivatives_of(data, half_cell, values, fitted)
    sizes = np.linalg.norm(differences(residuals, place, here) if exact is None else exact, axis=0)
    found = []
    for k, (f, size) in enumerate(zip(fitted, sizes, strict=True)):
        # pores that are fast here tell nothing of their rates, and do where they are slower
        aside = (place + reach * (np.arange(len(place)) == k) for reach in (_ASIDE, -_ASIDE))
        moved = (residuals(one) - here for one in aside if 0.0 <= one[k] <= 1.0)
        if size * _SEEN > 1.0 or any(np.linalg.norm(one) * _SEEN > _ASIDE for one in moved):
            found.append(f)
    return found


def _slowest(data: Sequence[Data]) -> list[Data]:
    """Equilibrium where it is given; else the mean of the slowest cycle, else its curve.

    None of them where all curves have one current in one direction: then there is nothing to stage.
    """
    at_rest = [part for part in data if isinstance(part, EquilibriumData)]
    if at_rest:
        return list(at_rest)
    curves = [(part, curve) for part in data if isinstance(part, CurveData) for curve in part.curves]
    if not curves:
        return []
    least = min(curve.current_mA_g or 0.0 for _, curve in curves)
    slow = [(part, curve) for part, curve in curves if (curve.current_mA_g or 0.0) <= _SAME * least]
    both = {curve.direction: curve for _, curve in slow}
    if len(both) == 2:
        try:
            return [EquilibriumData.of_curves(both["sodiation"], both["desodiation"], *_SOFT[0])]
        except CalibrationError:  # too little charge in common
            pass
    part = slow[0][0]
    return [part.take([(curve.current_mA_g or 0.0) <= _SAME * least for curve in part.curves])]
