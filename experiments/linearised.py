"""Linear response of a model to a small alternating current: any variable, not the voltage alone."""

from collections.abc import Iterable, Mapping
from typing import Any

import casadi
import numpy as np
import pybamm
from numpy.typing import NDArray
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import splu

from napore.built import Built, Step

_CURRENT, _VARIABLE = "Current [A]", "Current variable [A]"
_STEPS = 50
_CLOSE = 1e-11
"""Newton steps at most, and the last change of an algebraic state (V, or scaled)."""


class LinearModel:
    """A model linearised about its initial state, with the outputs that are wanted.

    The problem ``(i w M - J) x = b`` gives the response ``x`` of every state to a small change of the
    voltage that is held; each output has a row of its own, and its change is told per ampere. The algebraic
    states are solved for first: of an SPMe with two porous electrodes their guess lies off by the anode's
    potential, and about the guess the impedance is another one.

    Parameters
    ----------
    model
        PyBaMM model with double layers (option "surface form": "differential").
    parameter_values
        Its parameter values; "[input]" for what :meth:`respond` is given.
    outputs
        Symbols by name.
    """

    def __init__(
        self,
        model: pybamm.BaseModel,
        parameter_values: pybamm.ParameterValues,
        outputs: Mapping[str, pybamm.Symbol],
    ) -> None:
        held = [value.name for value in parameter_values.values() if isinstance(value, pybamm.InputParameter)]
        self.outputs = tuple(outputs)
        self._built = Built(model, parameter_values, held=tuple(held), outputs=outputs)
        self._rows: Any = None

    def respond(
        self, frequencies: Iterable[float], inputs: Mapping[str, float] | None = None
    ) -> tuple[dict[str, float], dict[str, NDArray[np.complex128]]]:
        """Outputs at rest, and their change per ampere of discharge current at each frequency.

        Parameters
        ----------
        frequencies
            [Hz].
        inputs
            Values of the parameters that are "[input]", the same ones at each call.
        """
        model, stacked = self._built.system(Step("voltage", 0.0, 1.0), inputs)
        if self._rows is None:
            self._rows = self._compiled(model, stacked)
        (place,) = (s[0].start for variable, s in model.y_slices.items() if variable.name == _VARIABLE)
        y0 = _consistent(model, stacked, place)
        values, slopes = self._rows(y0, stacked)
        slopes = csc_matrix(slopes.sparse())
        J = csc_matrix(model.jac_rhs_algebraic_eval(0, y0, stacked).sparse())
        mass, forcing = csc_matrix(model.mass_matrix.entries), np.zeros(y0.size, dtype=complex)
        forcing[place] = 1.0
        found = []
        for frequency in frequencies:
            moved = slopes @ splu(((2j * np.pi * frequency) * mass - J).tocsc()).solve(forcing)
            found.append(moved[:-1] / moved[-1])
        rest = dict(zip(self.outputs, np.ravel(values.full()).tolist()[:-1], strict=True))
        return rest, dict(zip(self.outputs, np.array(found).T, strict=True))

    def _compiled(self, model: Any, stacked: casadi.DM) -> casadi.Function:
        """Outputs and current with their slopes, of the state and the inputs."""
        y, inputs = casadi.MX.sym("y", model.len_rhs_and_alg), casadi.MX.sym("p", stacked.shape[0])
        variables = (model.get_processed_variable(name) for name in (*self.outputs, _CURRENT))
        names = sorted(parameter.name for parameter in model.input_parameters)
        by_name = dict(zip(names, casadi.vertsplit(inputs), strict=True))
        expression = pybamm.numpy_concatenation(*variables).to_casadi(t=0, y=y, inputs=by_name)
        return casadi.Function("outputs", [y, inputs], [expression, casadi.jacobian(expression, y)])


def _consistent(model: Any, inputs: casadi.DM, current: int) -> NDArray[np.float64]:
    """Initial state with algebraic states that fulfil their equations at no current.

    In the place of the voltage's equation stands that of the current, whose state is at ``current``.
    """
    first, row = model.len_rhs, current - model.len_rhs
    y = np.array(model.initial_conditions_eval(0, np.zeros((model.len_rhs_and_alg, 1)), inputs), dtype=float)
    y[current] = 0.0
    for _ in range(_STEPS):
        gap = np.asarray(model.rhs_algebraic_eval(0, y, inputs))[first:]
        gap[row] = y[current]
        if not np.isfinite(gap).all():
            break
        J = csc_matrix(model.jac_rhs_algebraic_eval(0, y, inputs).sparse())[first:, first:].tolil()
        J[row, :] = 0.0
        J[row, row] = 1.0
        step = splu(J.tocsc()).solve(gap)
        y[first:] -= step
        if np.abs(step).max(initial=0.0) < _CLOSE:
            return y
    raise ArithmeticError("no state of rest was found; check the parameters of the interfaces")
