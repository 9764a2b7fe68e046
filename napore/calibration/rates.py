"""Capacities of a half cell at several rates, with some numbers free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from napore.parameters.sets import ParameterSet

from .fitted import Fitted
from .half_cell import HalfCellModel

__all__ = ["RateModel", "RatePoint"]


@dataclass(frozen=True)
class RatePoint:
    """Capacities of the last cycle at one rate [mAh/g]; NaN where it could not be solved."""

    desodiation: float
    sodiation: float
    plateau: float

    @property
    def plateau_share(self) -> float:
        """Sodiation capacity below 0.1 V over sodiation capacity [-]."""
        return self.plateau / self.sodiation


class RateModel:
    """Capacities of a half cell at several rates, with some parameters as inputs of one build.

    Parameters
    ----------
    source, fitted, model, options, fixed, classes, points
        As for :class:`HalfCellModel`.
    rates
        C-rates, 1 C = 300 mA per gram of carbon.
    cycles
        Symmetric cycles at each rate; the last one counts.
    """

    def __init__(
        self,
        source: ParameterSet,
        fitted: Sequence[Fitted],
        rates: Sequence[float],
        model: str = "SPMe",
        options: Mapping[str, str] | None = None,
        fixed: Mapping[str, float] | None = None,
        classes: int | None = None,
        cycles: int = 3,
        points: Mapping[str, int] | None = None,
    ) -> None:
        self.rates = tuple(rates)
        self._cycles = cycles
        self._cell = HalfCellModel(source, fitted, model, options, fixed, classes, points)

    def __call__(self, values: Mapping[str, float]) -> dict[float, RatePoint]:
        """Capacities by rate for the fitted values (in the unit of each parameter, by name)."""
        return {rate: self._point(rate, values) for rate in self.rates}

    def _point(self, rate: float, values: Mapping[str, float]) -> RatePoint:
        curves = self._cell.cycles(300.0 * rate, values, self._cycles)
        if curves is None:
            return RatePoint(np.nan, np.nan, np.nan)
        down, up = curves
        above = np.interp(0.1, down.voltage_V[::-1], down.capacity_mAh_g[::-1])
        return RatePoint(up.capacity, down.capacity, down.capacity - float(above))
