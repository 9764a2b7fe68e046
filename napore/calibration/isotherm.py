"""Equilibrium isotherm of a carbon fitted directly to an equilibrium curve, without a cell.

The charge is ``q = q_0 + Q x(V)`` with ``x`` of :class:`napore.models.Isotherm`: adsorption sites and
pores of a log-normal distribution of radii. Beside it stands the multi-species, multi-reaction (MSMR)
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

from napore.measured import MeasuredCurve
from napore.models import Isotherm, MeanFieldSites, PoreClasses
from napore.models.constants import FARADAY, GAS_CONSTANT, REFERENCE_TEMPERATURE
from napore.models.pore_filling import log_normal_radii
from napore.plotting import VOLTAGE_LABEL, new_axes

from .data import CalibrationError
from .protocol import is_cathodes

Array = npt.NDArray[np.float64]

_RADIUS: Final = 1e-9  # m: only wetting energy over radius shows in a curve
_AREA_FACTOR: Final = 3.0  # sphere
_CLASSES: Final = 8
_GRID: Final = 400

# name, low, high, start, on a logarithmic scale
_STORAGE: Final = (
    ("adsorption fraction", 0.05, 0.95, 0.4, False),
    ("stage 2 potential [V]", 0.0, 0.5, 0.15, False),
    ("stage 1 over stage 2 [V]", 0.01, 1.2, 0.4, True),
    ("stage 1 share", 0.02, 0.98, 0.4, False),
    ("stage width", 0.02, 1.0, 0.15, True),
    ("spread [V]", 0.0, 1.0, 0.2, False),
    ("tail [V]", 0.01, 5.0, 0.8, True),
    ("tail share", 0.002, 0.3, 0.02, True),
    ("wetting energy [J.m-2]", 0.02, 0.4, 0.1, True),
    ("spread of radii", 0.005, 1.5, 0.3, True),
    ("cooperativity", 0.5, 8.0, 2.0, True),
)


@dataclass(frozen=True)
class IsothermFit:
    """An isotherm fitted to an equilibrium curve.

    Parameters
    ----------
    law
        ``"adsorption and pore filling"`` or ``"MSMR"``.
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


def average(sodiation: MeasuredCurve, desodiation: MeasuredCurve, points: int = 300) -> tuple[Array, Array]:
    """Charge [mAh/g] and mean potential [V] of two slow curves, an estimate of the equilibrium.

    The desodiation is run backwards and brought to the same charge where the sodiation ends, of a cathode,
    which is charged first, where it begins; half the difference of the two, polarisation and hysteresis, is
    lost.

    Raises
    ------
    CalibrationError
        Where the directions are not these.
    """
    for curve, wanted in ((sodiation, "sodiation"), (desodiation, "desodiation")):
        if curve.direction != wanted:
            raise CalibrationError(f"{curve.source} is a {curve.direction}: give a {wanted}")
    down, up = sodiation.capacity_mAh_g, desodiation.capacity_mAh_g
    back = (up[-1] if is_cathodes((sodiation, desodiation)) else down[-1]) - up[::-1]
    charge = np.linspace(max(down[0], back[0], 0.0), min(down[-1], back[-1]), points)
    mean = 0.5 * (
        np.interp(charge, down, sodiation.voltage_V) + np.interp(charge, back, desodiation.voltage_V[::-1])
    )
    return charge, np.asarray(mean)


def fit_isotherm(charge: npt.ArrayLike, potential_V: npt.ArrayLike, starts: int = 3) -> IsothermFit:
    """Fit adsorption and pore filling to an equilibrium curve at 25 C.

    Thirteen numbers: those of the sites and pores, the charge of all sites and that of the first point.
    The radius is 1 nm: only the wetting energy over it shows in a curve.

    Parameters
    ----------
    charge, potential_V
        Charge in any unit, increasing on sodiation, and equilibrium potential [V vs Na+/Na].
    starts
        Number of starts; the first is a typical hard carbon, the others lie about it.

    Raises
    ------
    CalibrationError
        For fewer than 20 points, or a charge that does not increase.
    """
    q, V = _checked(charge, potential_V)
    rows = _STORAGE
    low = np.array([_scaled(r[1], r[4]) for r in rows] + [0.9, 0.0])
    high = np.array([_scaled(r[2], r[4]) for r in rows] + [2.0, 0.2])
    first = np.array([_scaled(r[3], r[4]) for r in rows] + [1.1, 1e-3])
    length = float(q[-1] - q[0])

    def numbers(place: Array) -> dict[str, float]:
        return {r[0]: float(10.0**p if r[4] else p) for r, p in zip(rows, place, strict=False)}

    def potential(place: Array) -> Array:
        x = place[-1] + (q - q[0]) / (length * place[-2])
        return _potential(_isotherm(numbers(place)), x)

    best = _best(lambda place: potential(place) - V, first, low, high, starts)
    values = numbers(best) | {
        "charge of all sites": length * float(best[-2]),
        "stoichiometry at the first point": float(best[-1]),
    }
    return IsothermFit("adsorption and pore filling", values, q, V, potential(best), _isotherm(numbers(best)))


def fit_msmr(
    charge: npt.ArrayLike, potential_V: npt.ArrayLike, terms: int = 4, starts: int = 3
) -> IsothermFit:
    """Fit an MSMR isotherm of ``3 terms + 1`` numbers to an equilibrium curve at 25 C.

    Parameters
    ----------
    charge, potential_V, starts
        As for :func:`fit_isotherm`.
    terms
        Number of reactions.
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


def _scaled(value: float, logarithmic: bool) -> float:
    return float(np.log10(value)) if logarithmic else value


def _isotherm(values: dict[str, float]) -> Isotherm:
    second = values["stage 2 potential [V]"]
    sites = MeanFieldSites(
        stage_1=second + values["stage 1 over stage 2 [V]"],
        stage_2=second,
        stage_1_share=values["stage 1 share"],
        stage_width=values["stage width"],
        spread=values["spread [V]"],
        tail=values["tail [V]"],
        tail_share=values["tail share"],
    )
    radii = log_normal_radii(_RADIUS, values["spread of radii"], _CLASSES)
    pores = PoreClasses(
        tuple(map(float, radii)),
        (1.0 / _CLASSES,) * _CLASSES,
        values["wetting energy [J.m-2]"],
        _AREA_FACTOR,
        values["cooperativity"],
    )
    return Isotherm(sites, pores, values["adsorption fraction"])


def _potential(isotherm: Isotherm, x: Array) -> Array:
    """Potential at stoichiometries from a table over the occupancy, without a root for each."""
    even = np.linspace(0.0, 1.0, _GRID)
    theta = np.unique(np.concatenate([even**3, even, 1.0 - even**3]))
    E = np.asarray(isotherm.adsorption.potential(theta, REFERENCE_TEMPERATURE))
    filled = sum(
        share * np.asarray(isotherm.pores.filling(k, E, REFERENCE_TEMPERATURE))
        for k, share in enumerate(isotherm.pores.shares)
    )
    total = isotherm.adsorption_fraction * theta + (1.0 - isotherm.adsorption_fraction) * filled
    return np.asarray(np.interp(x, total, E))


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
