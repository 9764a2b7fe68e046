"""Functions of one variable as tables, between whose places straight lines are near."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SHARE: Final = 1e-4
"""Distance of a line from the function over its value, where no other is given."""

_ROUNDS: Final = 14
_START: Final = 41


def table(
    law: Callable[[float], float],
    between: tuple[float, float],
    knots: Sequence[float],
    *,
    absolute: float = 0.0,
) -> tuple[Array, Array]:
    """Places and values between which straight lines are near a function.

    Intervals are halved until their middle is within ``absolute``, or 1e-4 of the value where that is 0.
    """
    low, high = between
    inside = [x for x in knots if low < x < high]
    known = {float(x): law(float(x)) for x in (*np.linspace(low, high, _START), *inside)}
    places = sorted(known)
    open_ends = list(pairwise(places))
    for _ in range(_ROUNDS):
        halves = []
        for left, right in open_ends:
            middle = 0.5 * (left + right)
            value = law(middle)
            error = abs(value - 0.5 * (known[left] + known[right]))
            if error > (absolute or SHARE * abs(value)):
                known[middle] = value
                halves += [(left, middle), (middle, right)]
        open_ends = halves
    x = np.array(sorted(known))
    return x, np.array([known[one] for one in x.tolist()])


def written(x: Array, y: Array) -> dict[str, list[float]]:
    """Table of a BPX file, without places on the straight line of their neighbours."""
    kept = [0]
    for k in range(1, len(x) - 1):
        a, b = kept[-1], k + 1
        line = y[a] + (y[b] - y[a]) * (x[k] - x[a]) / (x[b] - x[a])
        if abs(y[k] - line) > 1e-9 * float(np.ptp(y)):
            kept.append(k)
    kept.append(len(x) - 1)
    return {"x": [float(f"{x[k]:.12g}") for k in kept], "y": [float(f"{y[k]:.12g}") for k in kept]}
