"""What the mesh of a cell is good for: a half cycle on it, and on one of twice the points."""

from dataclasses import dataclass

import numpy as np
import pybamm

from napore.cells import Cell
from napore.parameters.arguments import typed

from .base import AnyCell, as_cell
from .checks import ExperimentError, check_rate
from .solving import refuse_inputs, solver_failed

_RTOL, _ATOL = 1e-7, 1e-9


@dataclass(frozen=True)
class MeshError:
    """Difference between the first half cycle on a cell's mesh and on one of twice the points.

    Parameters
    ----------
    rate
        [C].
    capacity_mAh_g, voltage_mV
        Of the delivered capacity, and the largest of the voltage at equal times from a hundredth of the half
        cycle to 97 % of it. A mesh of second order errs by 4/3 of this.
    points
        Points of the cell's mesh, by PyBaMM's names.
    """

    rate: float
    capacity_mAh_g: float
    voltage_mV: float
    points: dict[str, int]


@typed(ExperimentError)
def mesh_error(cell: AnyCell, rate: float = 1.0) -> MeshError:
    """Check the mesh of a cell by halving it, at a constant current from the cell's own start.

    For any other experiment: do it on ``cell`` and on ``cell.finer()``, and compare.

    Parameters
    ----------
    cell
        Cell, with the mesh that fits its present numbers.
    rate
        [C]

    Raises
    ------
    ExperimentError
        For a rate that is none, an input among the values, or where a half cycle cannot be solved.

    Examples
    --------
    >>> from napore import half_cell
    >>> found = mesh_error(half_cell("fjh", model="SPM"), 5.0)
    >>> abs(found.capacity_mAh_g) < 0.1
    True
    """
    cell = as_cell(cell)
    rate = check_rate(rate)
    refuse_inputs(cell)
    model, finer = cell.meshed() if cell.edited else cell.model, cell.finer().model
    times, voltages = zip(*(_half_cycle(cell, each, rate) for each in (model, finer)), strict=True)
    ends = [time[-1] for time in times]
    at = np.linspace(0.01, 0.97, 400) * min(ends)
    coarse, fine = (np.interp(at, t, v) for t, v in zip(times, voltages, strict=True))
    per_gram = rate * cell.one_C_current / 3600.0 / cell.active_mass  # A/kg is mA/g
    return MeshError(
        rate,
        float(per_gram * (ends[0] - ends[1])),
        float(1e3 * np.abs(coarse - fine).max()),
        {name: model.default_var_pts[name] for name in model.mesh.points},
    )


def _half_cycle(cell: Cell, model: pybamm.BaseModel, rate: float) -> tuple[np.ndarray, np.ndarray]:
    values = cell.parameter_values.copy()
    values["Current function [A]"] = cell.first_sign * rate * cell.one_C_current
    solver = type(model.default_solver)(rtol=_RTOL, atol=_ATOL)
    longest = 3600.0 * cell.site_capacity / (rate * cell.one_C_current)
    simulation = pybamm.Simulation(model, parameter_values=values, solver=solver)
    try:
        solution = simulation.solve([0.0, longest], t_interp=np.linspace(0.0, longest, 4001), calc_esoh=False)
    except pybamm.SolverError as error:
        raise ExperimentError(solver_failed(error)) from None
    return np.asarray(solution.t), np.asarray(solution["Voltage [V]"].entries)
