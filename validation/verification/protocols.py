"""What the cells are put through: a full cycle and a drive cycle."""

from typing import Any

import numpy as np
import pybamm

from napore.cells import Cell
from napore.models.solver import CarbonSolver


def full_cycle(cell: Cell, rate: float) -> list[Any]:
    """Both half cycles at ``rate`` [C] between the cut-offs, with a rest between."""
    current, (low, high) = cell.first_sign * rate * cell.one_C_current, cell.cut_offs
    end, other_end = (low, high) if cell.first_sign > 0 else (high, low)
    longest = 2.0 * 3600.0 / rate
    return [
        pybamm.step.current(current, duration=longest, termination=f"{end} V"),
        pybamm.step.rest(600),
        pybamm.step.current(-current, duration=longest, termination=f"{other_end} V"),
    ]


def drive_cycle(cell: Cell, seed: int, segments: int = 40) -> list[Any]:
    """Sodiation to about a third, then random currents between -2 and 2 C for a minute each."""
    draw = np.random.default_rng(seed)
    # few levels, because each costs a build
    levels = draw.choice([-2.0, -1.3, -0.5, -0.1, 0.0, 0.3, 0.7, 2.0], segments)
    return [
        pybamm.step.current(0.5 * cell.one_C_current, duration=1800),
        *(pybamm.step.current(level * cell.one_C_current, duration=60) for level in levels),
    ]


def solve(
    cell: Cell, steps: list[Any], rtol: float = 1e-8, atol: float = 1e-10, mesh: dict[str, int] | None = None
) -> Any:
    """Solution of ``steps`` on the model's mesh, changed by ``mesh`` ("x_s", "x_p", "r_p")."""
    points = {**cell.model.default_var_pts, **(mesh or {})}
    simulation = cell.simulation(
        pybamm.Experiment([tuple(steps)]), solver=CarbonSolver(rtol=rtol, atol=atol), var_pts=points
    )
    return simulation.solve(calc_esoh=False)
