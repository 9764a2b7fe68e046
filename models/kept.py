"""A term that PyBaMM does not multiply out, as one node of its expression tree."""

from collections.abc import Sequence
from typing import Any

import pybamm


class Kept(pybamm.Function):
    """Its argument, which PyBaMM does not simplify together with what stands around it.

    A constant times a difference becomes a difference of products, apart in each equation. Where two
    equations exchange what such a difference gives, the round-off of its parts is then made or lost, not
    exchanged: with a constant of 1e4 per second and a cycle of 1e5 s, 1e-8 of what is there. So it is with the
flux between shells where diffusion is fast, once divergence, constant and gradient are one matrix.

    Parameters
    ----------
    child
        Any expression.
    """

    __slots__ = ()

    def __init__(self, child: Any) -> None:
        super().__init__(_itself, child, name="function (kept)")

    def create_copy(
        self, new_children: list[pybamm.Symbol] | None = None, perform_simplifications: bool = True
    ) -> pybamm.Symbol:
        """Return the node of another child; a number where that is one."""
        node = Kept(*self._children_for_copying(new_children))
        return pybamm.simplify_if_constant(node) if perform_simplifications else node

    def _casadi_evaluate(self, child: Any) -> Any:
        return child

    def _function_diff(self, children: Sequence[pybamm.Symbol], idx: float) -> pybamm.Symbol:
        return pybamm.Scalar(1)

    def to_json(self) -> dict[str, Any]:
        """Name of the node, for PyBaMM's serialiser."""
        return {"name": self.name}

    @classmethod
    def _from_json(cls, snippet: dict[str, Any]) -> "Kept":
        return cls(*snippet["children"])


def _itself(child: Any) -> Any:
    return child
