"""Running steps that end at a time or at a cut-off, with a name for how they ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pybamm

from napore.cells import Cell

from .checks import ExperimentError
from .solving import NO_CAPACITY, OK, StepFailure, solver_failed

__all__ = ["Solved", "check_number", "cut_offs_as_ends", "solve_steps", "voltage_solver"]


@dataclass(frozen=True)
class Solved:
    """Steps that were run.

    Parameters
    ----------
    solution
        PyBaMM's solution of all of them; None after a failure at the start.
    status
        ``"ok"``, or the failure, with advice.
    """

    solution: pybamm.Solution | None
    status: str = OK

    @property
    def steps(self) -> list[Any]:
        """Solutions of the steps that ran, in order."""
        cycles = [] if self.solution is None else self.solution.cycles
        done = [step for cycle in cycles if cycle for step in cycle.steps]
        return [step for step in done if not isinstance(step, pybamm.EmptySolution)]


def solve_steps(
    cell: Cell,
    steps: Sequence[Any],
    *,
    solver: pybamm.BaseSolver | None = None,
    values: pybamm.ParameterValues | None = None,
    model: pybamm.BaseModel | None = None,
) -> Solved:
    """Run steps one after the other from the start that the parameter values give.

    Parameters
    ----------
    cell, steps
        What is done to which cell.
    solver
        Solver; the project's where None.
    values, model
        Parameter values and model in the place of the cell's.
    """
    failure = StepFailure()
    try:
        simulation = pybamm.Simulation(
            cell.model if model is None else model,
            experiment=pybamm.Experiment([tuple(steps)]),
            parameter_values=cell.parameter_values if values is None else values,
            solver=pybamm.IDAKLUSolver(rtol=1e-5, atol=1e-6) if solver is None else solver,
        )
        solution = simulation.solve(calc_esoh=False, callbacks=[failure])
    except pybamm.SolverError as error:
        return Solved(None, NO_CAPACITY if "infeasible" in str(error) else solver_failed(error))
    if failure.error is not None:
        return Solved(solution, solver_failed(failure.error))
    return Solved(solution)


def voltage_solver() -> pybamm.IDAKLUSolver:
    """Solver for a prescribed voltage, and for a current with jumps.

    The error test leaves out the algebraic states. At a kink of the voltage the current, one of
    them, has no derivative, and the test asks for ever shorter steps: with it a fast cell fails at
    the first moment, and the shipped cells take ten times as many steps for the same current.
    """
    return pybamm.IDAKLUSolver(rtol=1e-6, atol=1e-7, options={"suppress_algebraic_error": True})


def cut_offs_as_ends(cell: Cell) -> list[str]:
    """Terminations at both cut-offs, whichever comes first."""
    low, high = cell.cut_offs
    return [f"< {low:.9f} V", f"> {high:.9f} V"]


def check_number(value: Any, name: str, unit: str, low: float, high: float) -> float:
    """Number inside bounds that belong to the range.

    Raises
    ------
    ExperimentError
        For what is not a number, NaN or out of range.

    Examples
    --------
    >>> check_number(-1, "scan rate", "mV/s", 1e-4, 1e3)
    Traceback (most recent call last):
    napore.experiments.checks.ExperimentError: scan rate is -1 mV/s: give a number from 0.0001 to 1000 mV/s
    """
    allowed = f"give a number from {low:g} to {high:g} {unit}".rstrip()
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ExperimentError(f"{name} is {value!r}: {allowed}") from None
    if isinstance(value, bool) or not low <= number <= high:
        raise ExperimentError(f"{name} is {number:g} {unit}".rstrip() + f": {allowed}")
    return number
