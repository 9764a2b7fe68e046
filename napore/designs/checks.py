"""Numbers of a design, refused where they enter."""

import math
from collections.abc import Sequence
from typing import Any

__all__ = ["DesignError", "check_bounds", "check_points", "check_positive"]


class DesignError(ValueError):
    """A design that no cell can have; the message names the value and what is allowed."""


def check_positive(value: Any, name: str, example: str) -> float:
    """Positive finite number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise DesignError(f"{name} is {value!r}: give a positive number, {example}") from None
    if not (math.isfinite(number) and number > 0.0):
        raise DesignError(f"{name} is {number:g}: give a positive number, {example}")
    return number


def check_bounds(bounds: Sequence[Any], name: str, least: float = 0.0) -> tuple[float, float]:
    """Two finite numbers, the lower first, neither below ``least``."""
    try:
        low, high = (float(value) for value in bounds)
    except (TypeError, ValueError):
        raise DesignError(f"{name} is {bounds!r}: give the lowest and the highest value") from None
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise DesignError(f"{name} goes from {low:g} to {high:g}: the lower value comes first")
    if low < least:
        raise DesignError(f"{name} begins at {low:g}: give {least:g} or more")
    return low, high


def check_points(points: Any) -> int:
    """Whole number of points from 1 to 10000."""
    if isinstance(points, bool) or not isinstance(points, int) or not 1 <= points <= 10_000:
        raise DesignError(f"the number of points is {points!r}: give a whole number from 1 to 10000")
    return points
