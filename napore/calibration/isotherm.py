"""Equilibrium isotherm of a carbon fitted directly to an equilibrium curve, without a cell.

The charge is ``q = q_0 + Q x(V)`` with ``x`` of :class:`napore.models.Isotherm`. Beside it stands the
multi-species, multi-reaction (MSMR)
isotherm ``q = q_0 + sum_j X_j / (1 + exp(F (V - U_j) / (R T w_j)))`` (Verbrugge et al. 2017,
DOI 10.1149/2.0341708jes), which fits any curve with enough terms and says nothing of storage.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import least_squares

from napore.models import Isotherm
from napore.models.constants import FARADAY, GAS_CONSTANT, REFERENCE_TEMPERATURE
from napore.parameters.carbon import isotherm_of_carbon
from napore.parameters.sets import load_set
from napore.plotting import VOLTAGE_LABEL, new_axes

from .at_rest import AT_REST, begun_at_rest
from .data import CalibrationError
from .electrode import ELECTRODES
from .equilibrium import EquilibriumData

Array = npt.NDArray[np.float64]

_USUAL: Final = 200.0
"""Charge [mAh/g] that a curve is brought to, whatever its unit."""

_GRID: Final = 400


@dataclass(frozen=True)
class IsothermFit:
    """An isotherm fitted to an equilibrium curve.

    Parameters
    ----------
    law
        Name of the adsorption law, or ``"MSMR"``.
    values
        Fitted numbers by name.
    charge, measured_V, fitted_V
        Charge, in the unit of the curve, and potential [V] there, as measured and as fitted.
    isotherm
        The isotherm; None for MSMR.
    """

    law: str
    values: dict[str, float]
    charge: Array
    measured_V: Array
    fitted_V: Array
    isotherm: Isotherm | None = None

    @property
    def parameters(self) -> int:
        """Number of fitted numbers."""
        return len(self.values)

    @property
    def rms_mV(self) -> float:
        """Root mean square of the differences [mV], evenly over the charge."""
        return float(1e3 * np.sqrt(np.mean((self.fitted_V - self.measured_V) ** 2)))

    def table(self) -> pd.DataFrame:
        """One row per number."""
        return pd.DataFrame({"name": list(self.values), "value": list(self.values.values())})

    def plot(self, ax: Any = None) -> Any:
        """Draw both curves; return the axes."""
        ax = new_axes(ax)
        ax.plot(self.charge, self.measured_V, ".", label="curve")
        ax.plot(self.charge, self.fitted_V, label=f"{self.law}, {self.rms_mV:.1f} mV")
        ax.set(xlabel="Charge", ylabel=VOLTAGE_LABEL)
        ax.legend()
        return ax


def fit_isotherm(charge: npt.ArrayLike, potential_V: npt.ArrayLike) -> IsothermFit:
    """Fit sites and pores to an equilibrium curve at 25 C, by a search of all that is plausible.

    Thirteen numbers of the law "three kinds, sloping" (:data:`.at_rest.AT_REST`); the first point gives where
    the charge begins.

    Parameters
    ----------
    charge, potential_V
        Charge in any unit, increasing on sodiation, and equilibrium potential [V vs Na+/Na].

    Raises
    ------
    CalibrationError
        For fewer than 20 points, or a charge that does not increase.
    """
    q, V = _checked(charge, potential_V)
    scale = _USUAL / float(q[-1] - q[0])
    data = EquilibriumData(scale * (q - q[0]), V, capacity_error_mAh_g=0.0)
    carbon = ELECTRODES["carbon"]
    found = begun_at_rest(load_set(carbon.generic), [data])
    values = {name: found.numbers[name] for name in AT_REST}
    balance = carbon.balance(found, found.numbers, found.classes)
    fitted_V = data.potential_of(balance, values[carbon.sites])
    values[carbon.sites] /= scale
    isotherm = isotherm_of_carbon(found.numbers, found.classes, found.law)
    return IsothermFit(found.law, values, q, V, fitted_V, isotherm)


def fit_msmr(
    charge: npt.ArrayLike, potential_V: npt.ArrayLike, terms: int = 4, starts: int = 3
) -> IsothermFit:
    """Fit an MSMR isotherm of ``3 terms + 1`` numbers to an equilibrium curve at 25 C.

    Parameters
    ----------
    charge, potential_V
        As for :func:`fit_isotherm`.
    terms
        Number of reactions.
    starts
        Number of starts; the first is spread evenly, the others lie about it.
    """
    q, V = _checked(charge, potential_V)
    length = float(q[-1] - q[0])
    thermal = GAS_CONSTANT * REFERENCE_TEMPERATURE / FARADAY
    middles = np.interp((np.arange(terms) + 0.5) / terms, (q - q[0]) / length, V)
    low = np.concatenate([np.full(terms, -4.0), np.full(terms, -0.3), np.full(terms, -1.5), [-0.5]])
    high = np.concatenate([np.full(terms, 0.5), np.full(terms, 2.0), np.full(terms, 2.0), [0.1]])
    first = np.concatenate([np.full(terms, -np.log10(terms)), middles, np.full(terms, 0.3), [-1e-3]])
    grid = np.concatenate(
        [np.linspace(V.min() - 0.05, 0.3, _GRID), np.linspace(0.3, V.max() + 0.5, _GRID)[1:]]
    )

    def potential(place: Array) -> Array:
        share, middle, width = np.split(place[:-1], 3)
        exponent = (grid[:, None] - middle) / (thermal * 10.0**width)
        filled = place[-1] + np.sum(10.0**share / (1.0 + np.exp(np.clip(exponent, -700.0, 700.0))), axis=1)
        return np.asarray(np.interp((q - q[0]) / length, filled[::-1], grid[::-1]))

    best = _best(lambda place: potential(place) - V, first, low, high, starts)
    share, middle, width = np.split(best[:-1], 3)
    values: dict[str, float] = {}
    for j in range(terms):
        values |= {
            f"X_{j + 1}": length * 10.0 ** float(share[j]),
            f"U_{j + 1} [V]": float(middle[j]),
            f"w_{j + 1}": 10.0 ** float(width[j]),
        }
    values["offset of the charge"] = length * float(best[-1])
    return IsothermFit("MSMR", values, q, V, potential(best))


def _checked(charge: npt.ArrayLike, potential_V: npt.ArrayLike) -> tuple[Array, Array]:
    q, V = np.asarray(charge, dtype=float), np.asarray(potential_V, dtype=float)
    if len(q) < 20 or len(q) != len(V):
        raise CalibrationError(f"{len(q)} charges and {len(V)} potentials are given: give 20 or more of each")
    if not np.all(np.diff(q) > 0.0):
        raise CalibrationError(
            "the charge does not increase: give an equilibrium curve in order of sodiation"
        )
    return q, V


def _best(residual: Callable[[Array], Array], first: Array, low: Array, high: Array, starts: int) -> Array:
    generator = np.random.default_rng(1)
    places = [first] + [
        np.clip(first + 0.15 * (high - low) * generator.normal(size=len(first)), low, high)
        for _ in range(starts - 1)
    ]
    inside = 1e-6 * (high - low)
    found = [
        least_squares(
            residual,
            np.clip(place, low + inside, high - inside),
            bounds=(low, high),
            x_scale=high - low,
            max_nfev=400,
        )
        for place in places
    ]
    return np.asarray(min(found, key=lambda outcome: outcome.cost).x)
