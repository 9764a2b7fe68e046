"""Parts of a fit: numbers that data see, where numbers are drawn to, and the slowest of the data."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from .data import CurveData, Data, derivatives_of, residuals_of
from .equilibrium import EquilibriumData
from .fitted import CalibrationError, Fitted, places_of, values_at
from .least_squares import penalised
from .levenberg_marquardt import differences
from .numbers import HalfCell

_DRAWN: Final = 0.3
"""Standard deviation with which a number is drawn to where it begins, or in a search to the middle of its
bounds, over their distance: what the data do not see stays off the bounds, where valleys are left."""

_SAME: Final = 1.05
"""Ratio of two currents that count as one: measured ones differ a little between the directions."""

_ASIDE: Final = 0.2
"""How far beside a place, over the distance of the bounds, it is looked whether data see a number."""

_SEEN: Final = 0.25
"""Expected standard error over the distance of the bounds up to which data see a number; a uniform
distribution over them has 0.29."""


def drawn(fitted: Sequence[Fitted], values: Mapping[str, float]) -> list[Fitted]:
    """Parameters that are drawn to values; those with a prior of their own are drawn to that."""
    return [f if f.prior else replace(f, prior=(f.to_scale(values[f.name]), _DRAWN * f.span)) for f in fitted]


def central(fitted: Sequence[Fitted]) -> list[Fitted]:
    """Parameters that are drawn to the middle of their bounds; those with a prior keep it."""
    return [f if f.prior else replace(f, prior=(f.to_scale(f.at(0.5)), _DRAWN * f.span)) for f in fitted]


def seen(
    fitted: Sequence[Fitted], data: Sequence[Data], half_cell: HalfCell, values: Mapping[str, float]
) -> list[Fitted]:
    """Parameters of which data tell something at values or some way beside: expected information of each."""

    def residuals(place: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        found = residuals_of(data, half_cell, {**values, **values_at(fitted, place)})
        return penalised((), lambda _: found[:size], {})

    place, size = places_of(fitted, values), sum(part.size for part in data)
    half_cell.keep_steps()
    here = residuals(place)
    exact = derivatives_of(data, half_cell, values, fitted)
    slopes = differences(residuals, place, here) if exact is None else exact[:size]
    found = []
    for k, (f, slope) in enumerate(zip(fitted, np.linalg.norm(slopes, axis=0), strict=True)):
        # pores that are fast here tell nothing of their rates, and do where they are slower
        aside = (place + reach * (np.arange(len(place)) == k) for reach in (_ASIDE, -_ASIDE))
        moved = (residuals(one) - here for one in aside if 0.0 <= one[k] <= 1.0)
        if slope * _SEEN > 1.0 or any(np.linalg.norm(one) * _SEEN > _ASIDE for one in moved):
            found.append(f)
    return found


def by_rate(data: Sequence[Data]) -> list[list[Data]]:
    """The data with the slowest of all curves alone, with all but the fastest ones, and all of them.

    Fewer where that are the same; each fit begins where the one of slower curves ended.
    """
    currents = sorted(c.current_mA_g or 0.0 for p in data if isinstance(p, CurveData) for c in p.curves)
    steps = [current for k, current in enumerate(currents) if not k or current > _SAME * currents[k - 1]]
    chosen = [steps[0], *steps[-2:-1]][: len(steps) - 1] if len(steps) > 1 else []
    found = []
    for most in dict.fromkeys(chosen):
        kept: list[Data] = []
        for part in data:
            if isinstance(part, CurveData):
                slow = [(curve.current_mA_g or 0.0) <= _SAME * most for curve in part.curves]
                kept += [part.take(slow)] if any(slow) else []
            else:
                kept.append(part)
        found.append(kept)
    return [*found, list(data)]


def slowest(data: Sequence[Data], errors: tuple[float, float]) -> list[Data]:
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
            return [EquilibriumData.of_curves(both["sodiation"], both["desodiation"], *errors)]
        except CalibrationError:  # too little charge in common
            pass
    part = slow[0][0]
    return [part.take([(curve.current_mA_g or 0.0) <= _SAME * least for curve in part.curves])]
