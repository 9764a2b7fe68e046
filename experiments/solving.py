"""Running a protocol: the last cycle, or a named failure with advice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pybamm

from napore.cells import Cell
from napore.models import CARBON_EMPTY, CARBON_FULL, going_on

from .base import OK
from .checks import ExperimentError
from .curves import Cycle, read_half_cycle, read_plating_margin
from .protocol import Protocol

__all__ = [
    "NO_CAPACITY",
    "Leg",
    "StepFailure",
    "carbon_end",
    "leg_simulation",
    "read_cycle",
    "refuse_inputs",
    "run_half_cycle",
    "run_leg",
    "simulation_of",
    "solver_failed",
]

_CUT_OFF = "[experiment]"
NO_CAPACITY: Final = (
    "no capacity: the voltage passes its cut-off at once; the rate is too high for the resistance of the "
    "cell, try a lower rate"
)


@dataclass(frozen=True)
class Leg:
    """Cycles at one rate.

    Parameters
    ----------
    cycles
        Those asked for; empty after a failure.
    status
        ``"ok"`` or the failure, with advice.
    state
        Where the cell ended, to go on from; None after a failure.
    steps
        PyBaMM's solutions of the last cycle, step by step; empty after a failure.
    """

    cycles: tuple[Cycle, ...]
    status: str
    state: pybamm.Solution | None = None
    steps: tuple[Any, ...] = ()


def run_leg(
    cell: Cell,
    protocol: Protocol,
    rate: float,
    start: pybamm.Solution | None = None,
    *,
    last_only: bool = True,
    simulation: pybamm.Simulation | None = None,
    read: bool = True,
) -> Leg:
    """Repeat the cycle of ``protocol`` at ``rate`` [C], from the cell's own start or from ``start``.

    Parameters
    ----------
    cell, protocol, rate, start
        What is cycled, how, how fast, and from which state.
    last_only
        Whether only the last cycle is read.
    simulation
        Of :func:`leg_simulation` for the same arguments, to go on without building the model again.
    read
        Whether curves are read; where not, the solutions of the last cycle are all that there is.
    """
    steps = protocol.steps(cell, rate)
    failure = StepFailure()
    try:
        built = simulation or leg_simulation(cell, protocol, rate)
        solution = built.solve(calc_esoh=False, starting_solution=start, callbacks=[failure])
    except pybamm.SolverError as error:
        return Leg((), NO_CAPACITY if "infeasible" in str(error) else solver_failed(error))
    if failure.error is not None:
        return Leg((), solver_failed(failure.error))
    solved = solution.cycles if start is None else solution.cycles[1:]
    problem = _incomplete(solved, protocol.cycles, len(steps), protocol.hold is not None)
    if problem:
        return Leg((), problem)
    if not read:
        return Leg((), OK, solution.last_state, tuple(solved[-1].steps))
    wanted = solved[-1:] if last_only else solved
    cycles = tuple(read_cycle(cell, cycle.steps) for cycle in wanted)
    status = OK if cycles[-1].second.capacity > 0.0 else NO_CAPACITY
    last = tuple(solved[-1].steps)
    return Leg(cycles if status == OK else (), status, solution.last_state, last if status == OK else ())


def run_half_cycle(cell: Cell, protocol: Protocol, rate: float) -> tuple[Any, ...]:
    """PyBaMM's solutions of the first half cycle of ``protocol`` at ``rate`` [C], from the cell's own start.

    At least one.

    Raises
    ------
    ExperimentError
        Where the solver fails, a step does not reach its cut-off, or the first is beyond it at once.
    """
    steps = protocol.steps(cell, rate)[:-1]
    try:
        solution = simulation_of(cell, [steps]).solve(calc_esoh=False)
    except pybamm.SolverError as error:
        raise ExperimentError(NO_CAPACITY if "infeasible" in str(error) else solver_failed(error)) from None
    # without any step that can run, PyBaMM gives back a solution without cycles
    problem = (
        NO_CAPACITY
        if isinstance(solution, pybamm.EmptySolution)
        else _incomplete(solution.cycles, 1, len(steps), protocol.hold is not None)
    )
    if problem:
        raise ExperimentError(problem)
    return tuple(step for step in solution.cycles[0].steps if not isinstance(step, pybamm.EmptySolution))


def leg_simulation(cell: Cell, protocol: Protocol, rate: float) -> pybamm.Simulation:
    """Simulation of the cycles of ``protocol`` at ``rate`` [C]."""
    return simulation_of(cell, [protocol.steps(cell, rate)] * protocol.cycles)


def simulation_of(cell: Cell, cycles: Sequence[Any], **kwargs: Any) -> pybamm.Simulation:
    """Simulation of cycles of steps; it goes on with the next step where the carbon is full or empty.

    Raises
    ------
    ExperimentError
        For an input among the values of the cell.
    """
    refuse_inputs(cell)
    return replace(cell, model=going_on(cell.model)).simulation(pybamm.Experiment(list(cycles)), **kwargs)


def refuse_inputs(cell: Cell) -> None:
    """Refuse an input among the values of a cell.

    Raises
    ------
    ExperimentError
        With its name.
    """
    for name, value in cell.edited.items():
        if isinstance(value, pybamm.InputParameter):
            raise ExperimentError(
                f"{name!r} is an input, and experiments take numbers: give one, or solve cell.simulation() "
                "with inputs"
            )


def carbon_end(step: Any) -> str:
    """What the carbon has run out of where that ended a step; empty where it did not."""
    if CARBON_FULL in step.termination:
        return "no site of the carbon is free"
    return "the sites of the carbon are empty" if CARBON_EMPTY in step.termination else ""


class StepFailure(pybamm.callbacks.Callback):
    """Keeps the error of a step after the first, which PyBaMM logs and does not raise."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def on_experiment_error(self, logs: dict[str, Any]) -> None:
        """Keep it."""
        self.error = logs["error"]


def read_cycle(cell: Cell, steps: Sequence[Any]) -> Cycle:
    """Curves of a cycle from PyBaMM's solutions of its steps."""
    first = [step for step in steps[:-1] if not isinstance(step, pybamm.EmptySolution)]
    second = [step for step in steps[-1:] if not isinstance(step, pybamm.EmptySolution)]
    one, other = cell.directions
    margin = read_plating_margin(first) if cell.kind == "full" else None
    return Cycle(read_half_cycle(cell, one, first), read_half_cycle(cell, other, second), margin)


def _incomplete(cycles: list[Any], expected: int, steps: int, held: bool) -> str:
    """Why not every step ran to its end; empty where all did."""
    if held and (short := _hold_cut_short(cycles)):
        return short
    done = [step for cycle in cycles if cycle for step in cycle.steps]
    # an empty solution is a step whose end was reached before it began
    ends = [_CUT_OFF if isinstance(step, pybamm.EmptySolution) else step.termination for step in done]
    late = [end for end in ends if _CUT_OFF not in end]
    if late:
        return (
            f"not finished: a step ended with {late[0]!r} instead of its cut-off; check that the cut-offs "
            "lie inside the range of the open-circuit potential"
        )
    if len(ends) < expected * steps:
        return (
            f"not finished: {len(ends)} of {expected * steps} steps ran; check that the cut-offs lie inside "
            "the range of the open-circuit potential, or try fewer cycles or a lower rate"
        )
    return ""


def _hold_cut_short(cycles: list[Any]) -> str:
    """Why the first half cycle did not reach the end of its hold; empty where the carbon let it."""
    for first in [cycle.steps[:2] for cycle in cycles if cycle]:
        ran = [step for step in first if not isinstance(step, pybamm.EmptySolution)]
        if ran and carbon_end(ran[-1]):
            after = ran[-1].t[-1] - ran[0].t[0]
            return (
                f"not finished: {carbon_end(ran[-1])} after {after:.4g} s, before the hold could end; give "
                "the cell more carbon, or leave the hold out"
            )
    return ""


def solver_failed(error: Exception) -> str:
    """Status of a solve that failed, with advice."""
    reason = " ".join(str(error).split())[:160]
    return f"solver failed: {reason}; usually caused by extreme parameters, try a lower rate or the model SPM"
