"""An equilibrium curve alone: which law it is fitted with, and where its thirteen numbers begin.

Without rates nothing tells of kinetics, and no half cell has to be solved: an isotherm is quick, so
that all of what is plausible can be searched. The slope of such a curve lies on mobile sites
(:class:`napore.models.three_kinds.SlopingThreeKinds`).
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares
from scipy.stats import qmc

from napore.models.laws import SLOPING, THREE_KINDS
from napore.parameters.law_numbers import with_law
from napore.parameters.schema import row_of
from napore.parameters.sets import ParameterSet

from .data import Data
from .electrode import ELECTRODES, EQUILIBRIUM, UNSEEN_BESIDE_A_SLOPE
from .equilibrium import EquilibriumData
from .fitted import Fitted, values_at

Array = npt.NDArray[np.float64]

AT_REST: Final = tuple(name for name in EQUILIBRIUM if name not in UNSEEN_BESIDE_A_SLOPE)
"""Numbers that an equilibrium curve is fitted with."""

_SITES: Final = (1.0, 1.5)
"""Capacity of all sites over the charge of the curve: bounds. Large pores may fill below its end."""

_SMALL: Final = "Carbon electrode pore median radius [m]"
_LARGE: Final = "Carbon electrode large pore median radius [m]"
"""Large pores are no smaller than the others."""

_DECADES: Final = 30.0
_DRAWS, _REFINED, _ENDED = 1024, 12, 2
"""Places that are drawn, those that a short fit begins from, and those of them fitted to the end."""


def begun_at_rest(source: ParameterSet, data: Sequence[Data], held: Container[str] = ()) -> ParameterSet:
    """Set in which the numbers of an equilibrium begin near the best of all that is plausible.

    Returns the set itself beside data of other kinds, and where its equilibrium is no assumption.

    Parameters
    ----------
    source
        Set that a fit begins from; of the law "three kinds" it goes over to that with a slope.
    data
        Data that are fitted.
    held
        Names of numbers that the fit holds.
    """
    curves = [part for part in data if isinstance(part, EquilibriumData)]
    own = {n: e for n, e in source.entries.items() if n in EQUILIBRIUM}
    assumed = all(entry.kind in ("assumed", "literature") for entry in own.values())
    suited = source.kind == "carbon" and source.law in (THREE_KINDS, SLOPING) and assumed
    if not suited or len(curves) < len(data):
        return source
    source = with_law(source, SLOPING)
    entries, names = dict(source.entries), ", ".join(dict.fromkeys(curve.name for curve in curves))
    most = max(float(np.ptp(curve.charge_mAh_g)) for curve in curves)
    limits = {EQUILIBRIUM[0]: tuple(limit * most for limit in _SITES), _LARGE: (entries[_SMALL].value, 1e-7)}
    free = [_wide(name, limits.get(name)) for name in AT_REST if name not in held]
    for name, value in _searched(replace(source, entries=entries), free, curves).items():
        ends = next((f.low, f.high) for f in free if f.name == name)
        what = f"start and bounds of a search of all that is plausible, {names}"
        entries[name] = replace(entries[name], value=value, source=what, allowed=ends)
    return replace(source, entries=entries)


def _wide(name: str, limits: tuple[float, ...] | None) -> Fitted:
    """Number within limits, or within all that is plausible."""
    row = row_of(name)
    assert row is not None
    low, high = limits or row.plausible
    logarithmic = low > 0.0 and high / low > _DECADES
    return Fitted(
        name, low, high, (low * high) ** 0.5 if logarithmic else 0.5 * (low + high), None, logarithmic
    )


def _searched(
    source: ParameterSet, free: Sequence[Fitted], curves: Sequence[EquilibriumData]
) -> dict[str, float]:
    """Values of least misfit that were found from many places."""
    carbon = ELECTRODES["carbon"]

    def residuals(place: Array) -> Array:
        numbers = {**source.numbers, **values_at(free, place)}
        with np.errstate(over="ignore", invalid="ignore"):  # site energies of many volts
            balance = carbon.balance(source, numbers, source.classes)
            found = [curve.misfit(balance, numbers[carbon.sites]) for curve in curves]
        return np.nan_to_num(np.concatenate(found), nan=1e3, posinf=1e3, neginf=-1e3)

    drawn = qmc.Sobol(len(free), seed=1).random(_DRAWS)
    ranked = sorted(drawn, key=lambda place: float(np.sum(residuals(place) ** 2)))
    short = [_fit(residuals, place, 40) for place in ranked[:_REFINED]]
    short.sort(key=lambda one: one[0])
    ended = [_fit(residuals, place, 400) for _, place in short[:_ENDED]]
    return values_at(free, min(ended, key=lambda one: one[0])[1])


def _fit(residuals: Callable[[Array], Array], place: Array, evaluations: int) -> tuple[float, Array]:
    begin = np.clip(place, 1e-6, 1.0 - 1e-6)
    found = least_squares(residuals, begin, bounds=(0.0, 1.0), max_nfev=evaluations, ftol=1e-6)
    return float(found.cost), np.asarray(found.x)
