"""Parameter values of a cell, whose derived numbers can be read as numbers."""

from functools import partial
from typing import Any

import pybamm

from .parameters.numbers import evaluated, is_derived


class CellValues(pybamm.ParameterValues):
    """PyBaMM's values of the parameters; ``float(values[name])`` is a derived number as it is now.

    Examples
    --------
    >>> values = CellValues({"a": 2.0, "b": pybamm.Parameter("a") + 1.0})
    >>> values["a"] = 3.0
    >>> float(values["b"]), f"{values['b']:.2f}"
    (4.0, '4.00')
    """

    def __getitem__(self, key: str) -> Any:
        """Value by name: a number, a function, or an expression that knows these values."""
        value = super().__getitem__(key)
        return Readable(value, partial(evaluated, self)) if is_derived(value) else value


class Readable(pybamm.UnaryOperator):
    """Expression of parameters that gives its number where one is asked for; PyBaMM puts in the expression.

    Parameters
    ----------
    child
        Expression.
    number
        Its number with the present values; a NumberError where it follows from an input.
    """

    __slots__ = ("_number",)

    def __init__(self, child: pybamm.Symbol, number: Any) -> None:
        self._number = number
        super().__init__("readable", child)

    def create_copy(
        self, new_children: list[pybamm.Symbol] | None = None, perform_simplifications: bool = True
    ) -> pybamm.Symbol:
        """The expression itself."""
        child: pybamm.Symbol = self._children_for_copying(new_children)[0]
        return child

    def __float__(self) -> float:
        return float(self._number(self.child))

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec else str(self)

    def __str__(self) -> str:
        return str(self.child)
