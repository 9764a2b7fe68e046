"""What follows from plain numbers of many cells, at once: expressions of parameters as one function."""

from collections.abc import Sequence

import casadi
import numpy as np
import numpy.typing as npt
import pybamm

from .models.live import NumberError, Within

Array = npt.NDArray[np.float64]


class Derived:
    """Expressions of parameters as a function of some plain ones.

    Parameters
    ----------
    values
        PyBaMM's values of the parameters.
    names
        Plain numbers that differ from cell to cell.
    symbols
        What is wanted, as expressions of parameters.

    Raises
    ------
    NumberError
        For a plain number that cannot be one of many cells.

    Examples
    --------
    >>> values = pybamm.ParameterValues({"a": 2.0, "b": pybamm.Parameter("a") + 1.0})
    >>> found, _ = Derived(values, ["a"], [pybamm.Parameter("b")]).table([[1.0], [5.0]])
    >>> found.tolist()
    [[2.0, 6.0]]
    """

    def __init__(
        self, values: pybamm.ParameterValues, names: Sequence[str], symbols: Sequence[pybamm.Symbol]
    ) -> None:
        self.names, self._count = tuple(names), len(symbols)
        free = values.copy()
        free.update(dict.fromkeys(names, "[input]"))
        self._bounds = [
            node
            for value in free.values()
            if isinstance(value, pybamm.Symbol)
            for node in value.pre_order()
            if isinstance(node, Within)
        ]
        inputs = {name: casadi.MX.sym("x") for name in self.names}
        wanted = [*symbols, *(child for bound in self._bounds for child in bound.children)]
        rows = [casadi.MX(free.process_symbol(symbol).to_casadi(inputs=inputs)) for symbol in wanted]
        self._function = casadi.Function(
            "derived", [casadi.vertcat(*inputs.values())], [casadi.vertcat(*rows)]
        )

    def table(self, cells: Sequence[Sequence[float]]) -> tuple[Array, list[NumberError | None]]:
        """Values of the symbols, a column per cell, and which number of a cell lies outside its bounds.

        Parameters
        ----------
        cells
            Numbers of each cell in the order of the names.
        """
        rows = np.array(cells, dtype=float).reshape(len(cells), len(self.names))
        found = np.asarray(self._function(rows.T).full())
        if found.shape[1] != len(rows):  # nothing differs
            found = np.repeat(found[:, :1], len(rows), axis=1)
        return found[: self._count], [self._problem(column) for column in found[self._count :].T]

    def _problem(self, column: Array) -> NumberError | None:
        numbers = iter(column.tolist())
        try:
            for bound in self._bounds:
                bound.check(*[next(numbers) for _ in bound.children])
        except NumberError as error:
            return error
        return None
