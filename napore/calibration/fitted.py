"""Parameters to fit: name, bounds, prior and scale."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napore.models.laws import adsorption_law
from napore.parameters.schema import check, check_range, inert_reason, number
from napore.parameters.sets import ParameterSet

from .electrode import ELECTRODES


class CalibrationError(ValueError):
    """Data or parameters that cannot be calibrated; the message says which and how to mend it."""


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
    allow_unusual
        Whether bounds and start may lie outside what is plausible (:mod:`napore.parameters.schema`).

    Raises
    ------
    CalibrationError
        For bounds or a start that the parameter cannot have, and a start outside the bounds.
    """

    name: str
    low: float
    high: float
    start: float
    prior: tuple[float, float] | None = None
    logarithmic: bool = False
    allow_unusual: bool = False

    def __post_init__(self) -> None:
        unusual = self.allow_unusual
        ends = check_range(self.name, self.low, self.high, allow_unusual=unusual, error=CalibrationError)
        start = check(self.name, self.start, allow_unusual=unusual, error=CalibrationError)
        rounding = 1e-9 * max(abs(end) for end in ends)  # a value on its bound comes back from log10
        if not ends[0] - rounding <= start <= ends[1] + rounding:
            raise CalibrationError(
                f"start of {self.name!r} is {start:g}, outside its bounds {ends[0]:g} to {ends[1]:g}"
            )
        if self.logarithmic and not ends[0] > 0.0:
            raise CalibrationError(
                f"bounds of {self.name!r} begin at {ends[0]:g}: a logarithmic scale begins above zero"
            )

    def to_scale(self, value: float) -> float:
        """Value on the scale of the fit."""
        return float(np.log10(value)) if self.logarithmic else value

    def from_scale(self, value: Any) -> Any:
        """Value in the unit of the parameter; symbols stay symbols."""
        return 10.0**value if self.logarithmic else value

    @property
    def span(self) -> float:
        """Distance of the bounds on the scale of the fit."""
        return self.to_scale(self.high) - self.to_scale(self.low)

    def place(self, value: float) -> float:
        """Place of a value between the bounds, from 0 to 1 on the scale of the fit."""
        return (self.to_scale(value) - self.to_scale(self.low)) / self.span

    def at(self, place: float) -> float:
        """Value at a place between the bounds, on a bound where it is 0 or 1."""
        if place <= 0.0 or place >= 1.0:
            return self.low if place <= 0.0 else self.high
        return float(self.from_scale(self.to_scale(self.low) + place * self.span))

    def on_bound(self, value: float) -> bool:
        """Whether a fitted value lies within 1 % of the span from a bound."""
        place = self.place(value)
        return min(place, 1.0 - place) < 0.01


def values_at(fitted: Iterable[Fitted], places: Iterable[float]) -> dict[str, float]:
    """Values by name at places between the bounds."""
    return {f.name: f.at(float(place)) for f, place in zip(fitted, places, strict=True)}


def places_of(fitted: Iterable[Fitted], values: Mapping[str, float]) -> npt.NDArray[np.float64]:
    """Places of values between the bounds, on a bound where one is beyond."""
    return np.clip([f.place(values[f.name]) for f in fitted], 0.0, 1.0)


@dataclass(frozen=True)
class Tied:
    """A number that stays in a fixed ratio to another one, which may be free.

    Parameters
    ----------
    to
        Name of the other parameter.
    factor
        Ratio to it.

    Examples
    --------
    >>> Tied("b", 2.0).of({"b": 1.5})
    3.0
    """

    to: str
    factor: float = 1.0

    def __post_init__(self) -> None:
        number(f"factor to {self.to}", self.factor, CalibrationError)

    def of(self, numbers: Mapping[str, Any]) -> Any:
        """Value from the numbers, symbols among them."""
        return self.factor * numbers[self.to]


def check_acts(
    source: ParameterSet, names: Iterable[str], model: str, options: Mapping[str, str] | None
) -> None:
    """Refuse numbers to fit or to fix on which no curve depends; data may be of any temperature.

    Raises
    ------
    CalibrationError
        With the number and what it takes to act.
    """
    for name in names:
        if reason := _inert(source, name, model, options):
            raise CalibrationError(f"{name!r} does nothing in this fit: {reason}; or leave it out")


def acting(
    source: ParameterSet, fitted: Iterable[Fitted], model: str, options: Mapping[str, str] | None
) -> list[Fitted]:
    """Those parameters on which a curve depends."""
    return [f for f in fitted if not _inert(source, f.name, model, options)]


def _inert(source: ParameterSet, name: str, model: str, options: Mapping[str, str] | None) -> str:
    values = {**source.numbers, "Ambient temperature [K]": math.nan}
    electrode = ELECTRODES[source.kind]
    usual = {"sodium storage": electrode.storage, "working electrode": "positive", **electrode.options}
    chosen = {**usual, "pore filling": adsorption_law(source.law).filling, **(options or {})}
    return inert_reason(name, chosen, "SPM" if model == "lumped" else model, values, source.kind)
