"""Calibration of a carbon: rate curves as a function of parameters that stay inputs of one build.

A :class:`Fitted` names a parameter, its bounds and its prior; :class:`RateModel` builds the
simulations once and returns the capacities for any values. :func:`fit` is penalised least squares:
residuals of the data over their tolerances and of the priors over their widths.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import lmfit
import numpy as np
import numpy.typing as npt
import pybamm

from . import models
from .parameters.gu2025 import half_cell_values
from .parameters.sets import ParameterSet

__all__ = ["Fit", "Fitted", "Identified", "RateModel", "RatePoint", "Residuals", "fit", "identify"]


@dataclass(frozen=True)
class Fitted:
    """A parameter to fit, on a linear or a decimal logarithmic scale.

    Parameters
    ----------
    name
        Name in the parameter file.
    low, high
        Bounds, in the unit of the parameter.
    start
        Start value.
    prior
        Expected value and its standard deviation, on the scale of the fit; None without a prior.
    logarithmic
        Whether the scale of the fit is log10.
    """

    name: str
    low: float
    high: float
    start: float
    prior: tuple[float, float] | None = None
    logarithmic: bool = False

    def to_scale(self, value: float) -> float:
        """Value on the scale of the fit."""
        return float(np.log10(value)) if self.logarithmic else value

    def from_scale(self, value: Any) -> Any:
        """Value in the unit of the parameter; symbols stay symbols."""
        return 10.0**value if self.logarithmic else value

    def on_bound(self, value: float) -> bool:
        """Whether a fitted value lies within 1 % of the span from a bound."""
        low, high = self.to_scale(self.low), self.to_scale(self.high)
        distance = min(self.to_scale(value) - low, high - self.to_scale(value))
        return distance < 0.01 * (high - low)


@dataclass(frozen=True)
class RatePoint:
    """Capacities of the last cycle at one rate [mAh/g]; NaN where it could not be solved."""

    desodiation: float
    sodiation: float
    plateau: float

    @property
    def plateau_share(self) -> float:
        """Sodiation capacity below 0.1 V over sodiation capacity [-]."""
        return self.plateau / self.sodiation


class RateModel:
    """Capacities of a half cell at several rates, with some parameters as inputs of one build.

    Parameters
    ----------
    source
        Parameter set of the half cell.
    fitted
        Parameters that stay free.
    rates
        C-rates, 1 C = 300 mA per gram of carbon.
    model
        ``"SPM"``, ``"SPMe"`` or ``"DFN"``.
    options
        Options of the model.
    fixed
        Numbers that replace those of the set, by name.
    classes
        Number of pore classes; that of the set where None.
    cycles
        Symmetric cycles at each rate; the last one counts.
    points
        Mesh points that differ from PyBaMM's default, by its names.
    """

    def __init__(
        self,
        source: ParameterSet,
        fitted: Sequence[Fitted],
        rates: Sequence[float],
        model: str = "SPMe",
        options: Mapping[str, str] | None = None,
        fixed: Mapping[str, float] | None = None,
        classes: int | None = None,
        cycles: int = 3,
        points: Mapping[str, int] | None = None,
    ) -> None:
        self.fitted = tuple(fitted)
        self.rates = tuple(rates)
        classes = classes or source.classes
        self.numbers = {**source.numbers, **(fixed or {}), **{f.name: f.start for f in fitted}}
        symbols = {f.name: f.from_scale(pybamm.InputParameter(f.name)) for f in fitted}
        values = pybamm.ParameterValues(half_cell_values({**self.numbers, **symbols}, classes, self.numbers))
        low, high = values["Lower voltage cut-off [V]"], values["Upper voltage cut-off [V]"]
        self._one_C = float(values["Nominal cell capacity [A.h]"])
        chosen = {"working electrode": "positive", "pore classes": str(classes), **(options or {})}
        self._simulations = {}
        for rate in self.rates:
            cycle = (f"Discharge at {rate} C until {low} V", f"Charge at {rate} C until {high} V")
            built = getattr(models, model)(chosen)
            self._simulations[rate] = pybamm.Simulation(
                built,
                var_pts={**built.default_var_pts, **(points or {})},
                experiment=pybamm.Experiment([cycle] * cycles),
                parameter_values=values,
                solver=pybamm.IDAKLUSolver(rtol=1e-5, atol=1e-6),
            )

    def __call__(self, values: Mapping[str, float]) -> dict[float, RatePoint]:
        """Capacities by rate for the fitted values (in the unit of each parameter, by name)."""
        inputs = {f.name: f.to_scale(values[f.name]) for f in self.fitted}
        return {rate: self._point(simulation, inputs) for rate, simulation in self._simulations.items()}

    def _point(self, simulation: pybamm.Simulation, inputs: dict[str, float]) -> RatePoint:
        unsolved = RatePoint(np.nan, np.nan, np.nan)
        try:
            solution = simulation.solve(inputs=inputs, calc_esoh=False)
        except pybamm.SolverError:
            return unsolved
        cycle = solution.cycles[-1] if solution.cycles else None
        if cycle is None or len(cycle.steps) < 2:
            return unsolved
        steps = []
        for step in cycle.steps:
            charge = step["Discharge capacity [A.h]"].entries
            steps.append((np.abs(charge - charge[0]) / self._one_C * 300.0, step["Voltage [V]"].entries))
        (charge, voltage), (returned, _) = steps
        above = np.interp(0.1, voltage[::-1], charge[::-1])
        return RatePoint(float(returned[-1]), float(charge[-1]), float(charge[-1] - above))


@dataclass(frozen=True)
class Fit:
    """Outcome of a fit.

    ``values`` by name in the unit of each parameter, ``misfit`` the sum of squared data residuals,
    ``penalty`` that of the priors, ``on_bounds`` the names that ended on a bound.
    """

    values: dict[str, float]
    misfit: float
    penalty: float
    on_bounds: tuple[str, ...]
    evaluations: int


Residuals = Callable[[Mapping[str, float]], npt.NDArray[np.float64]]


def fit(
    fitted: Sequence[Fitted], residuals: Residuals, start: Mapping[str, float], evaluations: int = 200
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
    """
    keys = [f"p{i}" for i in range(len(fitted))]
    parameters = lmfit.Parameters()
    for key, f in zip(keys, fitted, strict=True):
        low, high = f.to_scale(f.low), f.to_scale(f.high)
        inside = min(max(f.to_scale(start[f.name]), low + 1e-6 * (high - low)), high - 1e-6 * (high - low))
        parameters.add(key, value=inside, min=low, max=high)

    def values_of(trial: lmfit.Parameters) -> dict[str, float]:
        return {f.name: float(f.from_scale(trial[k].value)) for k, f in zip(keys, fitted, strict=True)}

    def penalised(trial: lmfit.Parameters) -> npt.NDArray[np.float64]:
        values = values_of(trial)
        data = residuals(values)
        return np.concatenate([np.where(np.isfinite(data), data, 30.0), prior_residuals(fitted, values)])

    spans = [f.to_scale(f.high) - f.to_scale(f.low) for f in fitted]
    outcome = lmfit.minimize(
        penalised,
        parameters,
        method="least_squares",
        max_nfev=evaluations,
        x_scale=np.array(spans),
        diff_step=3e-3,
    )
    values = values_of(outcome.params)
    data = residuals(values)
    return Fit(
        values=values,
        misfit=float(np.sum(data**2)),
        penalty=float(np.sum(prior_residuals(fitted, values) ** 2)),
        on_bounds=tuple(f.name for f in fitted if f.on_bound(values[f.name])),
        evaluations=int(outcome.nfev),
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

    The covariance is that of data and priors together (a parameter without a prior counts its
    bounds as a uniform prior of that width). The share of the data is one minus the squared ratio
    of the standard error to the prior's.
    """
    rows = []
    base = residuals(values)
    widths = []
    for f in fitted:
        span = f.to_scale(f.high) - f.to_scale(f.low)
        step = 4e-3 * span
        centre = f.to_scale(values[f.name])
        step = -step if centre + step > f.to_scale(f.high) else step
        moved = residuals({**values, f.name: float(f.from_scale(centre + step))})
        rows.append((moved - base) / step)
        widths.append(f.prior[1] if f.prior is not None else span / np.sqrt(12.0))
    jacobian = np.stack(rows, axis=1)
    information = jacobian.T @ jacobian + np.diag(1.0 / np.square(widths))
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    shares = 1.0 - np.square(errors / np.array(widths))
    return [
        Identified(f.name, float(error), float(share), _verdict(f, float(share), values[f.name]))
        for f, error, share in zip(fitted, errors, shares, strict=True)
    ]


def _verdict(f: Fitted, share: float, value: float) -> str:
    if f.on_bound(value):
        return "on a bound: bounded from one side"
    if share > 0.9:
        return "determined"
    return "partly determined" if share > 0.5 else "not determined: the prior decides"
