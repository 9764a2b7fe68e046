"""Conditions of an experiment, refused where they enter."""

import math
from collections.abc import Iterable
from numbers import Real
from typing import Any, Final

__all__ = ["RATE_LIMITS", "ExperimentError", "check_count", "check_rate", "check_rates"]

RATE_LIMITS: Final = (1e-4, 1e3)
"""Lowest and highest rate [C] that an experiment accepts."""


class ExperimentError(ValueError):
    """Conditions that no experiment can have; the message names the value and what is allowed."""


def check_rate(rate: Any, name: str = "rate") -> float:
    """Rate as a float [C].

    Raises
    ------
    ExperimentError
        For what is not a number, NaN, zero, negative or outside :data:`RATE_LIMITS`.

    Examples
    --------
    >>> check_rate(-1)
    Traceback (most recent call last):
    napore.experiments.checks.ExperimentError: rate is -1 C: give a number from 0.0001 to 1000 C
    """
    low, high = RATE_LIMITS
    allowed = f"give a number from {low:g} to {high:g} C"
    try:
        value = float(None if isinstance(rate, bool) else rate)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ExperimentError(f"{name} is {rate!r}: {allowed}") from None
    if not low <= value <= high:
        raise ExperimentError(f"{name} is {value:g} C: {allowed}")
    return value


def check_rates(rates: Iterable[Any] | float) -> tuple[float, ...]:
    """Rates as a tuple of floats [C], in the given order; one number stands for itself."""
    if isinstance(rates, str):
        raise ExperimentError(f"rates are {rates!r}: give numbers, such as (0.1, 1)")
    checked = tuple(check_rate(r) for r in (rates if isinstance(rates, Iterable) else (rates,)))
    if not checked:
        raise ExperimentError("no rate is given: give at least one, in C")
    return checked


def check_count(count: Any, name: str) -> int:
    """Whole number of repeats, from 1 to 1000."""
    whole = isinstance(count, Real) and not isinstance(count, bool) and math.isfinite(count)
    if not whole or int(count) != count or not 1 <= count <= 1000:
        raise ExperimentError(f"{name} is {count!r}: give a whole number from 1 to 1000")
    return int(count)
