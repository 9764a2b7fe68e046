"""Nodes that are computed when PyBaMM puts the numbers in: equilibria, starts, and guards.

A parameter value may be an expression of other parameters, and PyBaMM puts all numbers in when it processes
a model. What has no closed form, such as the inverse isotherm, is a node whose children are its arguments
and every number that it depends on. With plain numbers the node becomes a table or a number; with an
:class:`pybamm.InputParameter` among them it stays a node that CasADi evaluates and differentiates exactly.
A number that is changed in plain PyBaMM, an input and a sensitivity act alike.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

import casadi
import numpy as np
import pybamm

from .laws import law_cache

_UNKNOWN: Final = (pybamm.Parameter, pybamm.FunctionParameter)
_BISECTIONS: Final = 22
_NEWTON_STEPS: Final = 3
_VANISHES: Final = 1e-6
"""Magnitude below which a check counts as zero, in its own unit."""


class NumberError(ValueError):
    """A number that a model cannot use; the message says which, what is allowed and how to mend it."""


def plain_number(symbol: Any) -> float | None:
    """Value of a constant without a domain; None of anything else."""
    if isinstance(symbol, pybamm.Scalar):
        return float(symbol.value)
    return None if isinstance(symbol, pybamm.Symbol) else float(symbol)


def inputs_of(symbols: Sequence[pybamm.Symbol]) -> list[str]:
    """Names of the input parameters in some symbols, sorted."""
    return sorted(
        {s.name for symbol in symbols for s in symbol.pre_order() if isinstance(s, pybamm.InputParameter)}
    )


def is_known(symbol: pybamm.Symbol) -> bool:
    """Whether PyBaMM has put in every parameter of a symbol."""
    return not symbol.has_symbol_of_classes(_UNKNOWN)


def root(increasing: Callable[[Any], Any], target: Any, low: float, high: float) -> Any:
    """Root of ``increasing(x) = target`` in ``low`` to ``high``, in numbers or CasADi symbols.

    Bisection unrolled, which carries no derivative, then Newton's method, which gives the value to
    1e-15 and the exact derivative.
    """
    if isinstance(target, casadi.SX | casadi.MX):
        increasing = _written_once(increasing, type(target))
    left, width = low + 0 * target, high - low
    for _ in range(_BISECTIONS):
        width = 0.5 * width
        left = left + width * (increasing(left + width) < target)
    x, step = left + 0.5 * width, 1e-6 * (high - low)
    for _ in range(_NEWTON_STEPS):
        slope = (increasing(x + step) - increasing(x - step)) / (2 * step)
        x = x + (target - increasing(x)) / slope
    return x


def _written_once(law: Callable[[Any], Any], kind: Any) -> Callable[[Any], Any]:
    """Law in CasADi symbols that Python goes through once."""
    x = kind.sym("x")
    value = law(x)
    others = [symbol for symbol in casadi.symvar(value) if not casadi.is_equal(symbol, x)]
    function = casadi.Function("law", [x, *others], [value])
    return lambda at: function(at, *others)


def _never(*_: Any) -> Any:
    raise NotImplementedError("a live node evaluates by itself")


@law_cache(64)
def _function(cls: type["LiveNode"], key: str, size: int) -> casadi.Function:
    kind: Any = casadi.MX if cls.reads_table(key) else casadi.SX
    arguments = [kind.sym(f"a{k}") for k in range(size)]
    return casadi.Function(cls.__name__, arguments, [cls.law_value(key, *arguments)])


class LiveNode(pybamm.Function):
    """Function of fields and of numbers that is settled once the numbers are known.

    Parameters
    ----------
    key
        What the numbers are of, such as the name of a law; part of the node's identity.
    children
        :attr:`fields` arguments that may vary in space and time, then numbers.
    """

    __slots__ = ("key",)
    fields: ClassVar[int] = 1

    def __init__(self, key: str, *children: Any) -> None:
        self.key = key
        super().__init__(_never, *children, name=f"function ({type(self).__name__} {key})")

    @classmethod
    def law_value(cls, key: str, *arguments: Any) -> Any:
        """Value in CasADi symbols."""
        raise NotImplementedError

    @classmethod
    def settled(cls, key: str, arguments: Sequence[pybamm.Symbol], numbers: tuple[float, ...]) -> Any:
        """Expression for plain numbers: a table, a number, or None where the node stays."""
        raise NotImplementedError

    @classmethod
    def made(cls, key: str, *children: Any) -> pybamm.Symbol:
        """Node, or what it has settled to.

        Raises
        ------
        NumberError
            For an input among numbers that cannot be one.
        """
        symbols = [pybamm.convert_to_symbol(child) for child in children]
        numbers = symbols[cls.fields :]
        values = [plain_number(number) for number in numbers]
        if None not in values:
            found = cls.settled(key, symbols[: cls.fields], tuple(v for v in values if v is not None))
            if found is not None:
                return pybamm.convert_to_symbol(found)
        reason = cls.why_no_input(key)
        if reason and all(map(is_known, symbols)):
            names = ", ".join(map(repr, inputs_of(symbols)))
            raise NumberError(f"{names} cannot be an input here: {reason}")
        return cls(key, *symbols)

    @classmethod
    def reads_table(cls, key: str) -> bool:
        """Whether :meth:`law_value` looks up a table, which CasADi cannot do in its scalar symbols."""
        return False

    @classmethod
    def why_no_input(cls, key: str) -> str:
        """Why no number may be an input, with the remedy; empty where each may."""
        return ""

    def create_copy(
        self, new_children: list[pybamm.Symbol] | None = None, perform_simplifications: bool = True
    ) -> pybamm.Symbol:
        """Copy with new children, settled where their numbers are known."""
        children = self._children_for_copying(new_children)
        return self.made(self.key, *children) if perform_simplifications else type(self)(self.key, *children)

    def _function_new_copy(self, children: list[pybamm.Symbol]) -> pybamm.Symbol:
        return self.made(self.key, *children)

    def _function_evaluate(self, evaluated_children: list[Any]) -> Any:
        # PyBaMM looks for shapes with NaN, thousands of times
        if any(np.all(np.isnan(child)) for child in evaluated_children):
            shape = np.broadcast_shapes(*(np.shape(child) for child in evaluated_children))
            return np.full(shape, np.nan) if shape else math.nan
        found = _mapped(self, [casadi.DM(np.asarray(child, dtype=float)) for child in evaluated_children])
        array = np.asarray(found.full())
        return array if any(np.ndim(child) for child in evaluated_children) else float(array.item())

    def _casadi_evaluate(self, *converted_children: Any) -> Any:
        return _mapped(self, list(converted_children))

    def _evaluate_for_shape(self) -> Any:
        return sum(0.0 * child.evaluate_for_shape() for child in self.children)

    def to_json(self) -> dict[str, Any]:
        """Fields for PyBaMM's serialiser."""
        return {"name": self.name, "key": self.key}

    @classmethod
    def _from_json(cls, snippet: dict[str, Any]) -> "LiveNode":
        return cls(snippet["key"], *snippet["children"])


def _mapped(node: LiveNode, arguments: list[Any]) -> Any:
    """The node's CasADi function, over the rows of its arguments."""
    function = _function(type(node), node.key, len(arguments))
    rows = [a.shape[0] if hasattr(a, "shape") and len(a.shape) else 1 for a in arguments]
    n = max(rows)
    if n == 1:
        return function(*arguments)
    wide = [casadi.repmat(a, n, 1) if r == 1 else a for a, r in zip(arguments, rows, strict=True)]
    return function.map(n)(*[a.T for a in wide]).T


class Within(pybamm.Function):
    """A number that must lie between two bounds once it is known; then it is the number alone.

    Parameters
    ----------
    child
        Expression of parameters.
    details
        Further numbers for the message.
    low, high
        Bounds, both excluded.
    message
        Sentence for a value outside, with ``{0}`` for the value and ``{1}`` ... for the details.
    """

    __slots__ = ("high", "low", "message")

    def __init__(self, child: Any, *details: Any, low: float, high: float, message: str) -> None:
        self.low, self.high, self.message = low, high, message
        super().__init__(_never, child, *details, name=f"function (Within {low:g} {high:g})")

    def create_copy(
        self, new_children: list[pybamm.Symbol] | None = None, perform_simplifications: bool = True
    ) -> pybamm.Symbol:
        """The number itself where it is known.

        Raises
        ------
        NumberError
            For a number outside.
        """
        value, *details = self._children_for_copying(new_children)
        number = plain_number(value)
        if number is not None:
            self.check(number, *(plain_number(detail) for detail in details))
        if is_known(value):
            return value
        return Within(value, *details, low=self.low, high=self.high, message=self.message)

    def check(self, number: float, *details: float | None) -> None:
        """Refuse a number outside; a detail that is not known is NaN in the message.

        Raises
        ------
        NumberError
            With the value and the remedy.
        """
        if not self.low < number < self.high:
            known = (math.nan if detail is None else detail for detail in details)
            raise NumberError(self.message.format(number, *known))

    def _function_evaluate(self, evaluated_children: list[Any]) -> Any:
        return evaluated_children[0]

    def to_json(self) -> dict[str, Any]:
        """Fields for PyBaMM's serialiser."""
        return {"name": self.name, "low": self.low, "high": self.high, "message": self.message}

    @classmethod
    def _from_json(cls, snippet: dict[str, Any]) -> "Within":
        return cls(*snippet["children"], **{name: snippet[name] for name in ("low", "high", "message")})


class Guard(pybamm.Function):
    """An expression beside numbers that must vanish; once all are known it is the expression alone.

    Parameters
    ----------
    child
        Expression that the guard stands around.
    checks
        Expressions of parameters that must be zero.
    messages
        A sentence for each that is not.
    inputs_pass
        For each, whether an input or a field in it is let through unchecked; else an input is refused.
    """

    __slots__ = ("inputs_pass", "messages")

    def __init__(
        self, child: Any, *checks: Any, messages: Sequence[str] = (), inputs_pass: Sequence[bool] = ()
    ) -> None:
        self.messages = tuple(messages)
        self.inputs_pass = tuple(inputs_pass) or (False,) * len(checks)
        super().__init__(_never, child, *checks, name="function (Guard)")

    def create_copy(
        self, new_children: list[pybamm.Symbol] | None = None, perform_simplifications: bool = True
    ) -> pybamm.Symbol:
        """Copy without the checks that are settled.

        Raises
        ------
        NumberError
            Where a check does not vanish, or depends on an input.
        """
        value, *checks = self._children_for_copying(new_children)
        rows = [
            row for row in zip(checks, self.messages, self.inputs_pass, strict=True) if not _settled(*row)
        ]
        if not rows:
            return value
        left, messages, passing = zip(*rows, strict=True)
        return Guard(value, *left, messages=messages, inputs_pass=passing)

    def _function_evaluate(self, evaluated_children: list[Any]) -> Any:
        return evaluated_children[0]

    def _evaluate_for_shape(self) -> Any:
        return self.children[0].evaluate_for_shape()

    def to_json(self) -> dict[str, Any]:
        """Fields for PyBaMM's serialiser."""
        return {
            "name": self.name,
            "messages": list(self.messages),
            "inputs_pass": list(self.inputs_pass),
        }

    @classmethod
    def _from_json(cls, snippet: dict[str, Any]) -> "Guard":
        return cls(*snippet["children"], messages=snippet["messages"], inputs_pass=snippet["inputs_pass"])


def _settled(check: pybamm.Symbol, message: str, inputs_pass: bool) -> bool:
    """Whether a check has vanished; an error where it has not."""
    if not is_known(check):
        return False
    names = inputs_of([check])
    if inputs_pass and (names or not check.is_constant()):
        return True
    if names:
        raise NumberError(f"{', '.join(map(repr, names))} cannot be an input: {message}")
    if not float(np.max(np.abs(check.evaluate()))) < _VANISHES:
        raise NumberError(message)
    return True
