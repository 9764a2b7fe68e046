"""Charge of a carbon at equilibrium that no slow current fills: of that it has little, and data say nothing.

A file tells of what was passed. That the sites beside it never fill is as good a carbon to a fit as none of
them; a carbon is taken as one whose capacity at equilibrium is at most about a tenth more than at 0.02 C.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from napore.parameters.half_cell import ONE_C_MA_G

from .fitted import Fitted, Tied
from .least_squares import Differentiable
from .lumped import ROUGH, in_steps
from .numbers import HalfCell

Array = npt.NDArray[np.float64]

_SLOW_MA_G: Final = 0.02 * ONE_C_MA_G

HIDDEN: Final = 0.05
"""Standard error of what does not fill at 0.02 C, over what does (assumed)."""

_STEP: Final = 1e-3


def hidden_share(half_cell: HalfCell, values: Mapping[str, float]) -> float:
    """Capacity at equilibrium that a sodiation at 0.02 C does not fill, over what it does.

    NaN where that cannot be solved.
    """
    with in_steps(half_cell, ROUGH):
        curve = half_cell.sodiation(_SLOW_MA_G, values)
    return float("nan") if curve is None else _whole(half_cell, values) / max(curve.capacity, 1e-9) - 1.0


def assumed(beside: Differentiable, values: Mapping[str, float]) -> str:
    """What is assumed of a carbon by :func:`little_hidden`, and what a fit ended with, for remarks."""
    share = HIDDEN * float(beside(values)[0])
    return (
        f"Assumed: the charge at equilibrium is 0 to {200 * HIDDEN:.0f} % more than what fills at 0.02 C; "
        f"here {abs(100 * share):.0f} %."
    )


def little_hidden(half_cell: HalfCell) -> Differentiable:
    """Residual of :func:`hidden_share` of a lumped half cell, over its error."""

    def residuals(values: Mapping[str, float]) -> Array:
        return np.array([hidden_share(half_cell, values) / HIDDEN])

    def derivatives(values: Mapping[str, float], by: Sequence[Fitted]) -> Array | None:
        with half_cell.differentiated(by), in_steps(half_cell, ROUGH):
            curve = half_cell.sodiation(_SLOW_MA_G, values)
            slopes = getattr(curve, "slopes", None)
        if curve is None or slopes is None:
            return None
        whole, moved = _whole(half_cell, values), np.zeros(len(by))
        tied = any(isinstance(one, Tied) for one in half_cell.fixed.values())
        rates = () if tied else (*half_cell.electrode.slope, *half_cell.electrode.rates)
        for k, f in enumerate(by):
            if f.name in rates:
                continue
            place = f.place(values[f.name])
            there = f.at(place + (_STEP if place < 0.5 else -_STEP))
            off = _whole(half_cell, {**values, f.name: there}) - whole
            moved[k] = off / (f.place(there) - place)
        row = (moved - whole * slopes.capacity_mAh_g / curve.capacity) / curve.capacity
        return np.asarray(row[None] / HIDDEN)

    return Differentiable(residuals, derivatives)


def _whole(half_cell: HalfCell, values: Mapping[str, float]) -> float:
    """Capacity at equilibrium between the cut-offs [mAh/g]."""
    x = np.asarray(half_cell.equilibrium(values).stoichiometry(np.array(half_cell.cut_offs)))
    return float(half_cell.numbers_at(values)[half_cell.electrode.sites]) * float(x[0] - x[1])
