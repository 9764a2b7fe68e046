"""Penalised least squares, and what the Jacobian says of its parameters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .fitted import Fitted
from .levenberg_marquardt import minimise

__all__ = [
    "Fit",
    "Identified",
    "Residuals",
    "covariance",
    "fit",
    "fit_covariance",
    "identify",
    "prior_residuals",
]

_STEP = 4e-3
"""Step of the derivatives for :func:`covariance` over the distance of the bounds."""

_UNSOLVED = 30.0
"""Residual where there is no solution."""


@dataclass(frozen=True)
class Fit:
    """Outcome of a fit.

    ``values`` by name in the unit of each parameter, ``misfit`` the sum of squared data residuals,
    ``penalty`` that of the priors, ``on_bounds`` the names that ended on a bound, ``jacobian`` the
    derivatives of the residuals (of the data, then of the priors) by the place between the bounds.
    """

    values: dict[str, float]
    misfit: float
    penalty: float
    on_bounds: tuple[str, ...]
    evaluations: int
    jacobian: npt.NDArray[np.float64] | None = field(default=None, repr=False, compare=False)

    @property
    def objective(self) -> float:
        """What was minimised."""
        return self.misfit + self.penalty


Residuals = Callable[[Mapping[str, float]], npt.NDArray[np.float64]]


def fit(
    fitted: Sequence[Fitted],
    residuals: Residuals,
    start: Mapping[str, float],
    evaluations: int = 200,
    tolerance: float = 0.01,
    jacobian: npt.NDArray[np.float64] | None = None,
) -> Fit:
    """Penalised least squares of ``residuals`` (data over tolerance) and the priors.

    Parameters
    ----------
    fitted
        Parameters with bounds and priors.
    residuals
        Data residuals for values by name.
    start
        Start values by name.
    evaluations
        Largest number of residual evaluations, those of the Jacobian not counted.
    tolerance
        Ends where less than this, times the mean squared residual, can be gained.
    jacobian
        Of the start, as in :class:`Fit`, where it is known.
    """

    def values_of(place: npt.NDArray[np.float64]) -> dict[str, float]:
        return {f.name: f.at(float(p)) for f, p in zip(fitted, place, strict=True)}

    def penalised(place: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        values = values_of(place)
        data = residuals(values)
        return np.concatenate([np.where(np.isfinite(data), data, _UNSOLVED), prior_residuals(fitted, values)])

    first = np.clip([f.place(start[f.name]) for f in fitted], 0.0, 1.0)
    outcome = minimise(penalised, first, evaluations, tolerance, jacobian)
    values = values_of(outcome.place)
    penalty = float(np.sum(prior_residuals(fitted, values) ** 2))
    return Fit(
        values=values,
        misfit=outcome.misfit - penalty,
        penalty=penalty,
        on_bounds=tuple(f.name for f in fitted if f.on_bound(values[f.name])),
        evaluations=outcome.evaluations,
        jacobian=outcome.jacobian,
    )


def prior_residuals(fitted: Sequence[Fitted], values: Mapping[str, float]) -> npt.NDArray[np.float64]:
    """Distance of each value from its prior in standard deviations, of those that have one."""
    return np.array(
        [(f.to_scale(values[f.name]) - f.prior[0]) / f.prior[1] for f in fitted if f.prior is not None]
    )


@dataclass(frozen=True)
class Identified:
    """What the data say of one fitted value.

    ``standard_error`` with data and prior, on the scale of the fit; ``share`` of its information that
    is the data's; ``verdict`` in words.
    """

    name: str
    standard_error: float
    share: float
    verdict: str


def identify(fitted: Sequence[Fitted], residuals: Residuals, values: Mapping[str, float]) -> list[Identified]:
    """Identifiability from the Jacobian of the data residuals at ``values``.

    The share of the data is one minus the squared ratio of the standard error, from
    :func:`covariance`, to the prior's.
    """
    matrix, widths = covariance(fitted, residuals, values)
    errors = np.sqrt(np.diag(matrix))
    shares = 1.0 - np.square(errors / widths)
    return [
        Identified(f.name, float(error), float(share), _verdict(f, float(share), values[f.name]))
        for f, error, share in zip(fitted, errors, shares, strict=True)
    ]


def fit_covariance(fitted: Sequence[Fitted], found: Fit) -> npt.NDArray[np.float64]:
    """Covariance of the places between the bounds from the Jacobian of a fit.

    A parameter without a prior counts its bounds as a uniform prior of that width.
    """
    J = np.asarray(found.jacobian)
    bounds = np.diag([0.0 if f.prior is not None else 12.0 for f in fitted])
    return np.asarray(np.linalg.inv(J.T @ J + bounds), dtype=float)


def covariance(
    fitted: Sequence[Fitted], residuals: Residuals, values: Mapping[str, float]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Covariance of data and priors together on the scale of the fit, and widths of the priors.

    From the Jacobian of the data residuals, by differences. A parameter without a prior counts its
    bounds as a uniform prior of that width.
    """
    rows = []
    base = residuals(values)
    widths = []
    for f in fitted:
        span = f.to_scale(f.high) - f.to_scale(f.low)
        step = _STEP * span
        centre = f.to_scale(values[f.name])
        step = -step if centre + step > f.to_scale(f.high) else step
        moved = residuals({**values, f.name: float(f.from_scale(centre + step))})
        rows.append((moved - base) / step)
        widths.append(f.prior[1] if f.prior is not None else span / np.sqrt(12.0))
    jacobian = np.stack(rows, axis=1)
    information = jacobian.T @ jacobian + np.diag(1.0 / np.square(widths))
    return np.asarray(np.linalg.inv(information), dtype=float), np.array(widths, dtype=float)


def _verdict(f: Fitted, share: float, value: float) -> str:
    if f.on_bound(value):
        return "on a bound: bounded from one side"
    if share > 0.9:
        return "determined"
    return "partly determined" if share > 0.5 else "not determined: the prior decides"
