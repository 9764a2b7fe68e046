"""Residuals of a half cell as a simulation of PyBOP's; importable only where PyBOP is installed."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pybop
from scipy import stats

from .data import CalibrationError, Data, residuals_of
from .fitted import Fitted
from .half_cell import HalfCellModel
from .least_squares import penalised, penalised_at, prior_residuals
from .levenberg_marquardt import differences

RESIDUAL: Final = "Residual"

Array = npt.NDArray[np.float64]


class Place(pybop.Transformation):
    """Place of a value between its bounds, from 0 to 1 on the scale of the fit.

    PyBOP's own transformations go to a bound and back with a rounding error, and outside the bounds
    PyBOP's cost is infinite: an optimum on a bound would not be found.

    Parameters
    ----------
    fitted
        Parameter with its bounds and scale.
    """

    def __init__(self, fitted: Fitted) -> None:
        self._fitted = fitted
        self._n_parameters = 1

    def jacobian(self, q: Any) -> Array:
        """Derivative of the value by its place."""
        f = self._fitted
        value = f.at(float(np.ravel(q)[0]))
        return np.array([[f.span * (value * np.log(10.0) if f.logarithmic else 1.0)]])

    def is_elementwise(self) -> bool:
        """Each value has its own place."""
        return True

    def _transform(self, x: Any, method: str) -> Array:
        change = self._fitted.at if method == "to_model" else self._fitted.place
        return np.array([change(float(one)) for one in np.ravel(self.verify_input(x))])


def as_parameter(f: Fitted) -> pybop.Parameter:
    """PyBOP parameter with the bounds, the start and the scale of a fitted one."""
    low, high, width = f.low, f.high, f.high - f.low
    while low + width < high:  # SciPy adds them up again, and a bound must not be outside
        width = np.nextafter(width, np.inf)
    even = stats.loguniform(low, high) if f.logarithmic else stats.uniform(low, width)
    return pybop.Parameter(even, initial_value=f.start, transformation=Place(f))


class ResidualSimulator(pybop.BaseSimulator):
    """Simulator whose only variable is the residuals of data and priors.

    Parameters
    ----------
    data
        What is fitted to.
    half_cell
        Half cell with its free numbers.
    """

    def __init__(self, data: Sequence[Data], half_cell: HalfCellModel) -> None:
        self._data, self._half_cell = tuple(data), half_cell
        self._fitted = half_cell.fitted
        super().__init__(pybop.Parameters({f.name: as_parameter(f) for f in self._fitted}))

    def size(self) -> int:
        """Number of residuals.

        Raises
        ------
        CalibrationError
            Where the half cell cannot be simulated at the start.
        """
        start = {f.name: f.start for f in self._fitted}
        residuals = self._residuals(start)
        if not np.all(np.isfinite(residuals)):
            raise CalibrationError(
                "the half cell cannot be simulated at the start of the fit: begin from another cell, or "
                "check the currents of the data"
            )
        return len(residuals) + len(prior_residuals(self._fitted, start))

    @property
    def has_sensitivities(self) -> bool:
        """Whether derivatives are available: by differences."""
        return True

    def set_output_variables(self, target: list[str]) -> None:
        """Nothing to choose: there is one variable."""

    def solve_batch(
        self, inputs: list[dict[str, float]], calculate_sensitivities: bool = False
    ) -> list[pybop.Solution]:
        """Residuals for each of the inputs, with their derivatives by the values where asked for."""
        return [self._solution(values, calculate_sensitivities) for values in inputs]

    def _solution(self, values: Mapping[str, float], with_derivatives: bool) -> pybop.Solution:
        residuals = penalised(self._fitted, self._residuals, values)
        derivatives = self._derivatives(values, residuals) if with_derivatives else None
        solution = pybop.Solution(dict(values))
        solution.set_solution_variable(RESIDUAL, residuals, derivatives)
        return solution

    def _derivatives(self, values: Mapping[str, float], residuals: Array) -> dict[str, Array]:
        places = np.array([f.place(values[f.name]) for f in self._fitted])
        J = differences(penalised_at(self._fitted, self._residuals), np.clip(places, 0.0, 1.0), residuals)
        slopes = [float(Place(f).jacobian(p)[0, 0]) for f, p in zip(self._fitted, places, strict=True)]
        return {f.name: J[:, k] / slopes[k] for k, f in enumerate(self._fitted)}

    def _residuals(self, values: Mapping[str, float]) -> Array:
        return residuals_of(self._data, self._half_cell, values)
