"""Parameters to fit: name, bounds, prior and scale."""

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Fitted"]


@dataclass(frozen=True)
class Fitted:
    """A parameter to fit, on a linear or a decimal logarithmic scale.

    Parameters
    ----------
    name
        Name in the parameter file.
    low, high
        Bounds, in the unit of the parameter.
    start
        Start value.
    prior
        Expected value and its standard deviation, on the scale of the fit; None without a prior.
    logarithmic
        Whether the scale of the fit is log10.
    """

    name: str
    low: float
    high: float
    start: float
    prior: tuple[float, float] | None = None
    logarithmic: bool = False

    def to_scale(self, value: float) -> float:
        """Value on the scale of the fit."""
        return float(np.log10(value)) if self.logarithmic else value

    def from_scale(self, value: Any) -> Any:
        """Value in the unit of the parameter; symbols stay symbols."""
        return 10.0**value if self.logarithmic else value

    def on_bound(self, value: float) -> bool:
        """Whether a fitted value lies within 1 % of the span from a bound."""
        low, high = self.to_scale(self.low), self.to_scale(self.high)
        distance = min(self.to_scale(value) - low, high - self.to_scale(value))
        return distance < 0.01 * (high - low)
