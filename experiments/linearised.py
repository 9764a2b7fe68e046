"""Linear response of a model to a small alternating current: any variable, not the voltage alone."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

import casadi
import numpy as np
import pybamm
from numpy.typing import NDArray
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import splu

from napore.builds import shared
from napore.built import Built, Step

_CURRENT, _VARIABLE = "Current [A]", "Current variable [A]"
_STEPS = 50
_CLOSE = 1e-11
"""Newton steps at most, and the last change of an algebraic state (V, or scaled)."""

_FUNCTIONS: WeakKeyDictionary[Any, tuple[casadi.Function, casadi.Function, casadi.Function]] = (
    WeakKeyDictionary()
)
"""What is made of a discretised model for the outputs that it was built with."""


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
        self._built = shared(Built(model, parameter_values, held=tuple(held), outputs=outputs))

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
        if model not in _FUNCTIONS:
            _FUNCTIONS[model] = self._made(model, stacked.shape[0])
        start, balance, rows = _FUNCTIONS[model]
        (place,) = (s[0].start for variable, s in model.y_slices.items() if variable.name == _VARIABLE)
        y0, J = _consistent(start(stacked), lambda y: balance(y, stacked), model.len_rhs, place)
        values, slopes = rows(y0, stacked)
        slopes = csc_matrix(slopes.sparse())
        mass, forcing = csc_matrix(model.mass_matrix.entries), np.zeros(y0.size, dtype=complex)
        forcing[place] = 1.0
        found = []
        for frequency in frequencies:
            moved = slopes @ splu(((2j * np.pi * frequency) * mass - J).tocsc()).solve(forcing)
            found.append(moved[:-1] / moved[-1])
        rest = dict(zip(self.outputs, np.ravel(values.full()).tolist()[:-1], strict=True))
        return rest, dict(zip(self.outputs, np.array(found).T, strict=True))

    def _made(self, model: Any, inputs: int) -> tuple[casadi.Function, casadi.Function, casadi.Function]:
        """Functions of the inputs, and but for the first of the state before them.

        The start; the rate of each state or what is left of its equation, with slopes; the outputs and the
        current, with slopes.
        """
        y, p = casadi.MX.sym("y", model.len_rhs_and_alg), casadi.MX.sym("p", inputs)
        names = sorted(parameter.name for parameter in model.input_parameters)
        by_name = dict(zip(names, casadi.vertsplit(p) if names else [], strict=True))

        def written(*symbols: Any) -> Any:
            return pybamm.numpy_concatenation(*symbols).to_casadi(t=0, y=y, inputs=by_name)

        balance = written(
            *(part for part in (model.concatenated_rhs, model.concatenated_algebraic) if part.size)
        )
        wanted = written(*(model.get_processed_variable(name) for name in (*self.outputs, _CURRENT)))
        return (
            casadi.Function("start", [p], [written(model.concatenated_initial_conditions)]),
            casadi.Function("balance", [y, p], [balance, casadi.jacobian(balance, y)]),
            casadi.Function("outputs", [y, p], [wanted, casadi.jacobian(wanted, y)]),
        )


def _consistent(
    start: casadi.DM, balance: Callable[[Any], Any], first: int, current: int
) -> tuple[NDArray[np.float64], Any]:
    """Initial state with algebraic states that fulfil their equations at no current, and the slopes there.

    The algebraic states begin at ``first``. In the place of the voltage's equation stands that of the
    current, whose state is at ``current``.
    """
    row, y = current - first, np.array(start, dtype=float)
    y[current] = 0.0
    for _ in range(_STEPS):
        left, slopes = balance(y)
        gap = np.asarray(left)[first:]
        gap[row] = y[current]
        if not np.isfinite(gap).all():
            break
        whole = csc_matrix(slopes.sparse())
        J = whole[first:, first:].tolil()
        J[row, :] = 0.0
        J[row, row] = 1.0
        step = splu(J.tocsc()).solve(gap)
        y[first:] -= step
        if np.abs(step).max(initial=0.0) < _CLOSE:
            return y, whole
    raise ArithmeticError("no state of rest was found; check the parameters of the interfaces")
