"""Linear response of a model to a small alternating current: any variable, not the voltage alone."""

from collections.abc import Iterable, Mapping
from typing import Any

import casadi
import numpy as np
import pybamm
from numpy.typing import NDArray
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import splu

__all__ = ["LinearModel"]

_CURRENT = "Current [A]"
_STEPS = 50
_CLOSE = 1e-11
"""Newton steps at most, and the last change of an algebraic state (V, or scaled)."""


def _consistent(built: pybamm.BaseModel, inputs: casadi.DM) -> NDArray[np.float64]:
    """Initial state with algebraic states that fulfil their equations at no current."""
    first = built.len_rhs
    y = np.array(built.initial_conditions_eval(0, np.zeros((built.len_rhs_and_alg, 1)), inputs), dtype=float)
    for _ in range(_STEPS):
        gap = np.asarray(built.rhs_algebraic_eval(0, y, inputs))[first:]
        if not np.isfinite(gap).all():
            break
        J = csc_matrix(built.jac_rhs_algebraic_eval(0, y, inputs).sparse())[first:, first:]
        step = splu(J.tocsc()).solve(gap)
        y[first:] -= step
        if np.abs(step).max(initial=0.0) < _CLOSE:
            return y
    raise ArithmeticError("no state of rest was found; check the parameters of the interfaces")


class LinearModel:
    """A model linearised about its initial state, with the outputs that are wanted.

    PyBaMM's :class:`pybamm.EISSimulation` sets up the problem ``(i w M - J) x = b``, whose solution
    is the response of every state; it returns the voltage's. Here each output has a row of its own,
    and the algebraic states are solved for first: of an SPMe with two porous electrodes their guess
    lies off by the anode's potential, and about the guess the impedance is another one.

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
        model = model.new_copy()
        model.variables.update(outputs)
        self.outputs = tuple(outputs)
        self._simulation = pybamm.EISSimulation(model, parameter_values=parameter_values)
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
        given = dict(inputs or {})
        if self._rows is None:
            self._build(given)
        built = self._simulation.built_model
        stacked = casadi.DM(list(given.values()))
        y0 = _consistent(built, stacked)
        values, slopes = self._rows(y0, stacked)
        slopes = csc_matrix(slopes.sparse())
        J = csc_matrix(built.jac_rhs_algebraic_eval(0, y0, stacked).sparse())
        forcing = np.zeros(y0.size, dtype=complex)
        forcing[self._current] = -1.0
        found = []
        for frequency in frequencies:
            moved = slopes @ splu((2j * np.pi * frequency) * self._mass - J).solve(forcing)
            found.append(moved[:-1] / moved[-1])
        rest = dict(zip(self.outputs, np.ravel(values.full()).tolist()[:-1], strict=True))
        return rest, dict(zip(self.outputs, np.array(found).T, strict=True))

    def _build(self, given: dict[str, float]) -> None:
        """Discretise, and compile what every state needs."""
        self._simulation.build(inputs=given)
        built = self._simulation.built_model
        pybamm.BaseSolver().set_up(built, inputs=given)
        y = casadi.MX.sym("y", built.len_rhs_and_alg)
        inputs = casadi.MX.sym("p", len(given))
        names = (*self.outputs, _CURRENT)
        rows = pybamm.numpy_concatenation(*(built.get_processed_variable(name) for name in names))
        by_name = dict(zip(given, casadi.vertsplit(inputs) if given else [], strict=True))
        expression = rows.to_casadi(t=0, y=y, inputs=by_name)
        self._rows = casadi.Function("outputs", [y, inputs], [expression, casadi.jacobian(expression, y)])
        self._mass = csc_matrix(built.mass_matrix.entries)
        place = {variable.name: slices[0].start for variable, slices in built.y_slices.items()}
        self._current = place["Current variable [A]"]
