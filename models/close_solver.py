"""Solver of models whose heat needs close tolerances, with an absolute one that potentials can meet."""

from typing import Any, Final

import numpy as np
import pybamm

__all__ = ["CloseSolver"]

_ALGEBRAIC: Final = 1e-7


class CloseSolver(pybamm.IDAKLUSolver):
    """IDAKLU with an absolute tolerance of at least 1e-7 on algebraic states.

    In a DFN these are potentials. Where the exchange current vanishes at an end of the window their
    round-off is some 1e-9 to 1e-8 V, and a tolerance beside it stops the solver. What is stored, and
    with it the heat, keeps the closer tolerance.
    """

    def _check_atol_type(self, atol: Any, model: Any) -> Any:
        found = np.array(super()._check_atol_type(atol, model))
        found[model.len_rhs : model.len_rhs_and_alg] = np.maximum(
            found[model.len_rhs : model.len_rhs_and_alg], _ALGEBRAIC
        )
        return found
