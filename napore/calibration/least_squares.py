"""Penalised least squares, and what the Jacobian says of its parameters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from .fitted import Fitted, places_of, values_at
from .levenberg_marquardt import Derivatives, Function, minimise

_UNSOLVED = 30.0
"""Residual where there is no solution."""

_LARGEST = 1e6
"""Largest residual: what is beyond tells no more, and its square may overflow."""


@dataclass(frozen=True)
class Fit:
    """Outcome of a fit.

    ``values`` by name in the unit of each parameter, ``misfit`` the sum of squared data residuals,
    ``penalty`` that of the priors and of what is assumed beside them, ``on_bounds`` the names that ended on a
    bound, ``jacobian`` the derivatives of the residuals (of the data, of the ``beside`` assumed ones, then of
    the priors) by the place between the bounds.
    """

    values: dict[str, float]
    misfit: float
    penalty: float
    on_bounds: tuple[str, ...]
    evaluations: int
    jacobian: npt.NDArray[np.float64] | None = field(default=None, repr=False, compare=False)
    beside: int = 0

    @property
    def objective(self) -> float:
        """What was minimised."""
        return self.misfit + self.penalty


Residuals = Callable[[Mapping[str, float]], npt.NDArray[np.float64]]


Slopes = Callable[[Mapping[str, float], Sequence[Fitted]], npt.NDArray[np.float64] | None]


@dataclass(frozen=True)
class Differentiable:
    """Residuals for values by name that know their derivatives.

    Parameters
    ----------
    residuals
        For values by name.
    derivatives
        By the places of parameters, one a column, at values; None where there are none there, or nowhere.
    beside
        How many of the residuals, the last ones, are no data's but assumed.
    """

    residuals: Residuals
    derivatives: Slopes | None = None
    beside: int = 0

    def __call__(self, values: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """Residuals."""
        return self.residuals(values)

    def combined(self, linear: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]) -> Self:
        """Linear combinations of them."""
        own = self.derivatives

        def derivatives(values: Mapping[str, float], by: Sequence[Fitted]) -> npt.NDArray[np.float64] | None:
            found = None if own is None else own(values, by)
            return None if found is None else linear(found)

        return replace(self, residuals=lambda values: linear(self(values)), derivatives=own and derivatives)

    def compressed(self, size: float) -> Self:
        """``size asinh(r / size)`` of each: those beyond the size pull less."""
        own = self.derivatives

        def derivatives(values: Mapping[str, float], by: Sequence[Fitted]) -> npt.NDArray[np.float64] | None:
            found = None if own is None else own(values, by)
            return None if found is None else found / np.hypot(1.0, self(values) / size)[:, None]

        return replace(
            self,
            residuals=lambda values: size * np.arcsinh(self(values) / size),
            derivatives=own and derivatives,
        )

    def shifted(self, offset: npt.NDArray[np.float64]) -> Self:
        """Them and an offset."""
        return replace(self, residuals=lambda values: np.asarray(self(values) + offset))

    def held(self, fixed: Mapping[str, float]) -> Self:
        """Them with some of the values given."""
        own = self.derivatives
        return replace(
            self,
            residuals=lambda values: self({**values, **fixed}),
            derivatives=own and (lambda values, by: own({**values, **fixed}, by)),
        )


def differentiable(residuals: Residuals) -> Differentiable:
    """Residuals as those that may know their derivatives."""
    if isinstance(residuals, Differentiable):
        return residuals
    return Differentiable(residuals)


def fit(
    fitted: Sequence[Fitted],
    residuals: Residuals,
    start: Mapping[str, float],
    evaluations: int = 200,
    tolerance: float = 0.01,
    jacobian: npt.NDArray[np.float64] | None = None,
    renewals: int = 1000,
    enough: float = 0.0,
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
    renewals
        How often derivatives are taken anew at most.
    enough
        Objective at which it ends.
    """
    at, first = penalised_at(fitted, residuals), places_of(fitted, start)
    exact = derivatives_at(fitted, residuals)
    outcome = minimise(at, first, evaluations, tolerance, jacobian, renewals, enough, exact)
    values, beside = values_at(fitted, outcome.place), differentiable(residuals).beside
    size = len(outcome.residuals) - sum(f.prior is not None for f in fitted) - beside
    penalty = float(np.sum(outcome.residuals[size:] ** 2))
    return Fit(
        values=values,
        misfit=outcome.misfit - penalty,
        penalty=penalty,
        on_bounds=tuple(f.name for f in fitted if f.on_bound(values[f.name])),
        evaluations=outcome.evaluations,
        jacobian=outcome.jacobian,
        beside=beside,
    )


def penalised(
    fitted: Sequence[Fitted], residuals: Residuals, values: Mapping[str, float]
) -> npt.NDArray[np.float64]:
    """Residuals of the data, 30 where there is no solution, then those of the priors."""
    data = residuals(values)
    solved = np.clip(np.where(np.isfinite(data), data, _UNSOLVED), -_LARGEST, _LARGEST)
    return np.concatenate([solved, prior_residuals(fitted, values)])


def penalised_at(fitted: Sequence[Fitted], residuals: Residuals) -> Function:
    """The same as a function of the places between the bounds."""
    return lambda places: penalised(fitted, residuals, values_at(fitted, places))


def derivatives_at(fitted: Sequence[Fitted], residuals: Residuals) -> Derivatives | None:
    """Derivatives of :func:`penalised_at` by the places; None of residuals that have none."""
    slopes = residuals.derivatives if isinstance(residuals, Differentiable) else None
    if slopes is None:
        return None
    priors = np.array(
        [[f.span / f.prior[1] * (f is one) for one in fitted] for f in fitted if f.prior is not None]
    ).reshape(-1, len(fitted))

    def derivatives(places: npt.NDArray[np.float64]) -> npt.NDArray[np.float64] | None:
        found = slopes(values_at(fitted, places), fitted)
        return None if found is None else np.concatenate([found, priors])

    return derivatives


def prior_residuals(fitted: Sequence[Fitted], values: Mapping[str, float]) -> npt.NDArray[np.float64]:
    """Distance of each value from its prior in standard deviations, of those that have one."""
    return np.array(
        [(f.to_scale(values[f.name]) - f.prior[0]) / f.prior[1] for f in fitted if f.prior is not None]
    )


def fit_covariance(
    fitted: Sequence[Fitted],
    found: Fit,
    information: float = 1.0,
    *,
    assumed: bool = True,
) -> npt.NDArray[np.float64]:
    """Covariance of the places between the bounds from the Jacobian of a fit.

    A parameter without a prior counts its bounds as a uniform prior of that width. ``information`` is what
    the data tell over what their errors promise; ``assumed`` whether what is assumed beside them counts.
    """
    J = np.asarray(found.jacobian)
    bounds = np.diag([0.0 if f.prior is not None else 12.0 for f in fitted])
    # what is assumed and the priors come last
    rows = len(J) - found.beside - sum(f.prior is not None for f in fitted)
    others = J[rows if assumed else rows + found.beside :]
    told = information * J[:rows].T @ J[:rows] + others.T @ others
    return np.asarray(np.linalg.inv(told + bounds), dtype=float)


def data_shares(fitted: Sequence[Fitted], matrix: npt.NDArray[np.float64]) -> dict[str, float]:
    """Share of the information on each value that is the data's, by name.

    One minus the squared ratio of the standard error to the prior's; without a prior, to that of a
    uniform one over the bounds.

    Parameters
    ----------
    fitted
        Parameters.
    matrix
        Covariance of their places between the bounds, as :func:`fit_covariance` gives it.
    """
    widths = [f.prior[1] / f.span if f.prior is not None else 12.0**-0.5 for f in fitted]
    return {
        f.name: float(1.0 - variance / width**2)
        for f, variance, width in zip(fitted, np.diag(matrix), widths, strict=True)
    }
