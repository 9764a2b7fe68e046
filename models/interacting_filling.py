"""Equilibrium filling of pores that interact, as one node of PyBaMM's expression tree.

Written out in PyBaMM's symbols, the iteration is a tree in which each step holds the one before
several times over, and PyBaMM walks all of it: a model took ten times as long to build.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import casadi
import pybamm

from .pore_filling import filling_beside, logit_near


class InteractingFilling(pybamm.Function):
    """Filling ``phi`` [-] with ``ln(phi/(1 - phi)) + gamma (phi - 1/2) = y``.

    The law of :func:`.pore_filling.equilibrium_filling` at ``y = nu F (V - E)/RT`` and ``gamma = nu F g/RT``.
    In casadi the iteration has no derivatives; the last step, from its fixed result, has the exact ones.

    Parameters
    ----------
    y
        Logit of the filling without interaction [-].
    gamma
        Interaction over the thermal width [-], inside (-3.2, 16).
    """

    __slots__ = ()

    def __init__(self, y: Any, gamma: Any) -> None:
        super().__init__(_filling, y, gamma, name="function (interacting_filling)")

    def create_copy(
        self, new_children: list[pybamm.Symbol] | None = None, perform_simplifications: bool = True
    ) -> pybamm.Symbol:
        """Return the node of other children; a number where both are numbers."""
        node = InteractingFilling(*self._children_for_copying(new_children))
        return pybamm.simplify_if_constant(node) if perform_simplifications else node

    def _casadi_evaluate(self, y: Any, gamma: Any) -> Any:
        y, gamma = casadi.MX(y), casadi.MX(gamma)
        return filling_beside(_iteration(y.shape, gamma.shape)(y, gamma), y, gamma)

    def _function_diff(self, children: Sequence[pybamm.Symbol], idx: float) -> pybamm.Symbol:
        y, gamma = children
        phi = InteractingFilling(y, gamma)
        slope = phi * (1 - phi) / (1 + gamma * phi * (1 - phi))
        return slope if idx == 0 else (0.5 - phi) * slope

    def to_json(self) -> dict[str, Any]:
        """Name of the node, for PyBaMM's serialiser."""
        return {"name": self.name}

    @classmethod
    def _from_json(cls, snippet: dict[str, Any]) -> "InteractingFilling":
        return cls(*snippet["children"])


def _filling(y: Any, gamma: Any) -> Any:
    return filling_beside(logit_near(y, gamma), y, gamma)


@cache
def _iteration(*shapes: tuple[int, int]) -> casadi.Function:
    """Halley's method for fields of these shapes, whose derivative counts as zero."""
    y, gamma = (casadi.MX.sym(name, *shape) for name, shape in zip(("y", "gamma"), shapes, strict=True))
    fixed = {"is_diff_in": [False, False], "is_diff_out": [False]}
    return casadi.Function("interacting_filling", [y, gamma], [logit_near(y, gamma)], fixed)
