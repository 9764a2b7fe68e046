"""Fits of some of a carbon's numbers to some of the data, one after the other."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from napore.parameters.diffusivity import COEFFICIENTS

from .data import CurveData, Data
from .fitted import Fitted
from .half_cell import HalfCellModel
from .least_squares import Fit, fit

THERMODYNAMIC: Final = (
    "Carbon electrode specific capacity of all sites [mA.h.g-1]",
    "Carbon electrode adsorption capacity fraction",
    "Carbon electrode pore wetting energy [J.m-2]",
    "Carbon electrode pore filling cooperativity",
)
"""Parameters that a slow curve speaks of."""

KINETIC: Final = (
    "Carbon electrode pore median filling rate [s-1]",
    "Carbon electrode pore filling rate spread [decades]",
    "Carbon particle reference diffusivity [m2.s-1]",
    "Carbon electrode reference exchange-current density [A.m-2]",
)
"""Parameters that rates, pulses and impedance speak of."""

_SOFT: Final = ((0.03, 15.0), (0.005, 2.0))
"""Errors of voltage [V] and capacity [mAh/g] in the fits before the last.

With errors of a millivolt a curve that ends elsewhere has residuals of thousands and many minima.
"""

_SAME: Final = 1.05
"""Ratio of two currents that count as one: measured ones differ a little between the directions."""

_FINE: Final = 0.01
_ROUGH: Final = 0.3
"""Tolerances of the last fit, and of those before it, which only choose where it begins."""


class Stages:
    """Fits of some of the parameters to some of the data, one after the other."""

    def __init__(
        self, data: Sequence[Data], half_cell: HalfCellModel, fitted: Sequence[Fitted], evaluations: int
    ) -> None:
        self.data, self.half_cell, self.fitted = data, half_cell, fitted
        self.evaluations = evaluations
        self.slow = _slowest(data)

    def soft(self, start: Mapping[str, float], staged: bool) -> tuple[dict[str, float], float]:
        """Values and misfit with errors so large that there are few minima."""
        values = dict(start)
        if staged and self.slow is not None:
            values |= self._fit(values, THERMODYNAMIC, [self.slow], _SOFT[0]).values
            values |= self._fit(values, (*KINETIC, *COEFFICIENTS), self.data, _SOFT[0]).values
        for errors in _SOFT:
            found = self._fit(values, self._all, self.data, errors)
            values |= found.values
        return values, found.objective

    def hard(self, start: Mapping[str, float]) -> Fit:
        """Fit with the errors of the data."""
        return self._fit(start, self._all, self.data, None)

    @property
    def _all(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.fitted)

    def _fit(
        self,
        values: Mapping[str, float],
        names: Sequence[str],
        data: Sequence[Data],
        errors: tuple[float, float] | None,
    ) -> Fit:
        part = [f for f in self.fitted if f.name in names]
        if not part:
            return Fit({}, np.inf, 0.0, (), 0)
        own = [one.softened(*errors) if errors and isinstance(one, CurveData) else one for one in data]

        def residuals(trial: Mapping[str, float]) -> npt.NDArray[np.float64]:
            return np.concatenate([one.residuals(self.half_cell, {**values, **trial}) for one in own])

        begin = {f.name: values[f.name] for f in part}
        return fit(part, residuals, begin, self.evaluations, _ROUGH if errors else _FINE)


def _slowest(data: Sequence[Data]) -> CurveData | None:
    """Curves at the lowest current, where there are curves at several."""
    curves = [(part, curve) for part in data if isinstance(part, CurveData) for curve in part.curves]
    if not curves:
        return None
    least = min(curve.current_mA_g or 0.0 for _, curve in curves)
    slow = [[(c.current_mA_g or 0.0) <= _SAME * least for c in part.curves] for part, _ in curves]
    return next(part.take(kept) for (part, _), kept in zip(curves, slow, strict=True) if any(kept))
