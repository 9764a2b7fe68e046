"""Diffusion in a sphere under a steady flux, exactly: modes for a surface that lags behind the mean.

With ``u`` the content, ``r = d mean/dt`` [1/s] steady and ``t_D = R^2/D``::

    u_surface = mean + sum_n b_n + (1/5 - sum_n 2/l_n^2) r t_D / 3
    d b_n/dt  = (2 r t_D/3 - l_n^2 b_n) / t_D,   tan l_n = l_n

(Crank, The Mathematics of Diffusion, 1975, 6.3.4). What lies beyond the last mode follows at once.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_MODES: Final = 40
_TURNS: Final = 60


def _roots(count: int) -> Array:
    """Positive roots of tan l = l."""
    turns = (np.arange(1, count + 1) + 0.5) * np.pi
    found = turns - 1.0 / turns
    for _ in range(_TURNS):
        found = turns - np.arctan(1.0 / found)
    return np.asarray(found)


SQUARES: Final = _roots(_MODES) ** 2
"""Squares of the roots of tan l = l."""

_REST: Final = 0.2 - float(np.sum(2.0 / SQUARES))


class SphereLag:
    """How far the surface of a sphere is from its mean, and what becomes of it.

    Parameters
    ----------
    time_s
        ``R^2/D`` [s].

    Examples
    --------
    >>> lag = SphereLag(1000.0)
    >>> round(float(lag.after(1e-4, 5000.0)), 6)  # r t_D / 15
    0.006667
    """

    def __init__(self, time_s: float) -> None:
        self.time_s = time_s
        self.modes: Array = np.zeros(_MODES)

    def after(self, rate: float, times_s: Any) -> Array:
        """Surface less mean [-] at times [s] at a steady rate of the mean [1/s]."""
        steady = 2.0 / 3.0 * rate * self.time_s / SQUARES
        gone = np.exp(-np.multiply.outer(np.asarray(times_s) / self.time_s, SQUARES))
        rest = _REST * rate * self.time_s / 3.0
        return np.asarray(np.sum(steady + gone * (self.modes - steady), axis=-1) + rest)

    def go_on(self, rate: float, time_s: float) -> None:
        """Pass a time [s] at a steady rate of the mean [1/s]."""
        steady = 2.0 / 3.0 * rate * self.time_s / SQUARES
        self.modes = steady + np.exp(-SQUARES * time_s / self.time_s) * (self.modes - steady)
