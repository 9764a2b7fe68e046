"""How a current grows with the scan rate: the b value, and Dunn's split into two powers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PowerLaw:
    """``i = a v^b``, a straight line through ``log i`` over ``log v``.

    ``b`` is 1 where a surface or a thin film is filled, and 1/2 where diffusion into a half space
    limits; see Lindström et al., J. Phys. Chem. B 101 (1997) 7717, 10.1021/jp970490q.

    Parameters
    ----------
    factor
        ``a`` [A/g at 1 mV/s].
    exponent
        ``b`` [-].
    standard_error
        Of ``b``, from the scatter about the line; None with two points, which no line misses.
    points
        Number of scan rates.
    """

    factor: float
    exponent: float
    standard_error: float | None
    points: int

    def current(self, scan_rate_mV_s: npt.ArrayLike) -> Array:
        """Current of the law [A/g] at scan rates [mV/s]."""
        return np.asarray(self.factor * np.asarray(scan_rate_mV_s, dtype=float) ** self.exponent)


@dataclass(frozen=True)
class SurfaceSplit:
    """Dunn's split ``i(V) = k1 v + k2 v^0.5``.

    Parameters
    ----------
    coefficients
        ``potential_V``, ``k1`` [A/g per mV/s], ``k2`` [A/g per (mV/s)^0.5], ``r_squared`` of the
        fit of ``i / v^0.5``.
    surface_share
        Of the charge of the sweep the share of ``k1 v``, by scan rate [mV/s].
    """

    coefficients: pd.DataFrame
    surface_share: Mapping[float, float]


def fit_power_law(currents: Mapping[float, float]) -> PowerLaw | None:
    """Line through the logarithms; None with fewer than two scan rates.

    Parameters
    ----------
    currents
        Magnitude of the current [A/g] by scan rate [mV/s].

    Examples
    --------
    >>> law = fit_power_law({0.1: 1.0, 0.4: 2.0, 1.6: 4.0})
    >>> round(law.exponent, 6), round(law.standard_error, 6)
    (0.5, 0.0)
    """
    if len(currents) < 2:
        return None
    from scipy.stats import linregress  # a third of a second, which only a fit needs

    line: Any = linregress(np.log10(list(currents)), np.log10(list(currents.values())))
    error = float(line.stderr) if len(currents) > 2 else None
    return PowerLaw(float(10.0**line.intercept), float(line.slope), error, len(currents))


def potential_law(currents: pd.DataFrame) -> pd.DataFrame:
    """``b`` at each potential; NaN where a current is not positive.

    Parameters
    ----------
    currents
        Currents in the direction of the sweep [A/g]: a row per potential, a column per scan rate [mV/s].
    """
    rows = []
    for potential, row in currents.iterrows():
        law = fit_power_law(dict(row.items())) if (row > 0.0).all() else None  # type: ignore[arg-type]
        exponent = np.nan if law is None else law.exponent
        error = np.nan if law is None or law.standard_error is None else law.standard_error
        rows.append((potential, exponent, error))
    return pd.DataFrame(rows, columns=["potential_V", "b", "b_standard_error"])


def split_surface(currents: pd.DataFrame) -> SurfaceSplit:
    """Least squares of ``i / v^0.5 = k1 v^0.5 + k2`` at each potential.

    Method of Wang, Polleux, Lim and Dunn, J. Phys. Chem. C 111 (2007) 14925, 10.1021/jp074464w.
    It presumes that the current at a fixed potential is a sum of these two powers. A drop of
    potential over a resistance, pores that fill at a rate of their own, particles that fill up and
    a content that differs between scan rates all break that: the split then still returns a
    "surface" share, of which nothing is a surface. Negative coefficients are not hidden.

    Parameters
    ----------
    currents
        As for :func:`potential_law`.
    """
    rates = np.array([float(rate) for rate in currents.columns])
    root = np.sqrt(rates)
    values = currents.to_numpy(dtype=float)
    potential = currents.index.to_numpy(dtype=float)
    if len(rates) < 2:
        empty = pd.DataFrame(columns=["potential_V", "k1", "k2", "r_squared"], dtype=float)
        return SurfaceSplit(empty, {})
    scaled = values / root
    k1, k2 = np.polyfit(root, scaled.T, 1)
    missed = scaled - (np.outer(k1, root) + k2[:, None])
    spread = np.sum((scaled - scaled.mean(axis=1, keepdims=True)) ** 2, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        r_squared = 1.0 - np.sum(missed**2, axis=1) / spread
    coefficients = pd.DataFrame({"potential_V": potential, "k1": k1, "k2": k2, "r_squared": r_squared})
    order = np.argsort(potential)
    share = {
        float(rate): float(
            np.trapezoid(k1[order] * rate, potential[order])
            / np.trapezoid(values[order, k], potential[order])
        )
        for k, rate in enumerate(rates)
    }
    return SurfaceSplit(coefficients, share)
