"""Builds that cells share: of one cell again, and of cells with other numbers.

Two builds are of one structure where model, options, mesh, solver and functions are the same. A structure
that is met with many numbers is built once more with all plain numbers as inputs, compiled, and from then on
only solved. One that is met with few is built with its numbers each time, which is faster than that.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

import pybamm

from .models.guards import SWITCHES
from .models.live import plain_number

if TYPE_CHECKING:
    from .built import Built

_REFUSED: Final = (*SWITCHES, "number of pore classes")
"""Ends of the names of numbers that models refuse as inputs."""

_SHARED: ContextVar["Builds | None"] = ContextVar("builds", default=None)


_FEW: Final = 3
"""Numbers of a structure that are built one by one; inputs and their compilation take as long as three."""

_RECENT: Final = 8
"""Builds without inputs that are kept."""


@dataclass
class _Met:
    """A structure: with how many numbers it was met, and its build with inputs, if any."""

    structure: tuple[Any, ...]
    times: int = 0
    built: "Built | None" = None


class Builds:
    """Builds of the structures that were met."""

    def __init__(self) -> None:
        self._met: list[_Met] = []
        self._recent: deque[tuple[_Met, dict[str, float], Built]] = deque(maxlen=_RECENT)

    def of(self, made: "Built") -> "Built":
        """Build of the same structure that is there, for the numbers of ``made``; else ``made`` itself."""
        numbers = _numbers(made.parameter_values)
        met = self._structure(_structure(made, numbers))
        if met.built is not None:
            return met.built.with_numbers(numbers)
        for other, known, plain in self._recent:
            if other is met and known == numbers:
                return plain
        met.times += 1
        if met.times > _FEW:
            met.built = replace(made, inputs=(*made.inputs, *numbers), compiled=True)
            return met.built.with_numbers(numbers)
        self._recent.append((met, numbers, made))
        return made

    def _structure(self, structure: tuple[Any, ...]) -> _Met:
        found = next((met for met in self._met if met.structure == structure), None)
        if found is None:
            self._met.append(found := _Met(structure))
        return found


def _numbers(values: Any) -> dict[str, float]:
    """Values that are plain numbers or come to one, such as a start at equilibrium, by name."""
    found = {}
    for name, value in values.items():
        if isinstance(value, pybamm.Symbol):
            value = plain_number(values.process_symbol(value))
        if isinstance(value, Real) and not name.endswith(_REFUSED):
            found[name] = float(value)
    return found


def _structure(made: "Built", numbers: dict[str, float]) -> tuple[Any, ...]:
    """What two builds must have in common to be one with other inputs."""
    model = made.model
    solver = made.solver or model.default_solver
    return (
        (type(model), dict(model.options), model.mesh, dict(model.default_var_pts), dict(made.points)),
        (model.rhs, model.algebraic, model.initial_conditions, dict(made.outputs)),
        (type(solver), solver.rtol, solver.atol, solver.options),
        (made.inputs, made.held, made.threads, made.limited, tuple(numbers)),
        {name: value for name, value in made.parameter_values.items() if name not in numbers},
    )


@contextmanager
def sharing(builds: Builds) -> Iterator[None]:
    """Take builds of cells inside from ``builds``.

    Examples
    --------
    >>> from napore.built import Built
    >>> from napore.cells import half_cell
    >>> with sharing(Builds()):
    ...     one, other = (Built.of(half_cell("fjh", model="SPM")) for _ in range(2))
    >>> one is other
    True
    """
    token = _SHARED.set(builds)
    try:
        yield
    finally:
        _SHARED.reset(token)


def shared(made: "Built") -> "Built":
    """``made``, or the build that is shared in its place."""
    builds = _SHARED.get()
    return made if builds is None else builds.of(made)
