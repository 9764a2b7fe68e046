"""Numbers of a design, refused where they enter."""

from collections.abc import Sequence
from typing import Any

from napore.parameters.schema import check, shown


class DesignError(ValueError):
    """A design that no cell can have; the message names the value and what is allowed."""


def check_bounds(bounds: Sequence[Any], name: str, *, allow_unusual: bool = False) -> tuple[float, float]:
    """Lowest and highest value of a number of a full cell, which may be the same."""
    try:
        low, high = bounds
    except (TypeError, ValueError):
        raise DesignError(f"{name!r} is {shown(bounds)}: give the lowest and the highest value") from None
    low, high = (
        check(name, end, cell="full", allow_unusual=allow_unusual, error=DesignError) for end in (low, high)
    )
    if not low <= high:
        raise DesignError(f"{name!r} goes from {low:g} to {high:g}: the lower value comes first")
    return low, high


def check_points(points: Any) -> int:
    """Whole number of points from 1 to 10000."""
    if isinstance(points, bool) or not isinstance(points, int) or not 1 <= points <= 10_000:
        raise DesignError(f"the number of points is {points!r}: give a whole number from 1 to 10000")
    return points
