"""Running a protocol: the last cycle, or a named failure with advice."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pybamm

from napore.built import Built, State, Step, Steps
from napore.cells import Cell
from napore.models import CARBON_EMPTY, CARBON_FULL, SALT_DEPLETED, TOO_WARM

from .base import OK
from .checks import ExperimentError, check_number
from .curves import Cycle, read_half_cycle, read_plated, read_plating_margin
from .protocol import Protocol

_CUT_OFF = "[experiment]"
NO_CAPACITY: Final = (
    "no capacity: the voltage passes its cut-off at once; the rate is too high for the resistance of the "
    "cell, try a lower rate, or lower than what a side reaction takes, try a higher one"
)


_AGES: Final = ("SEI", "trap", "plat", "Dead", "active material", "crack")
"""Words in the names of states that no cycle brings back: film, traps, plated metal and active material."""


def is_ageing(state: str) -> bool:
    """Whether a state, by its name, is one that no cycle brings back."""
    return any(word in state for word in _AGES)


def ages(model: Any) -> bool:
    """Whether a discretised model has such a state."""
    return any(is_ageing(variable.name) for variable in model.y_slices)


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
    state: State | None = None
    steps: tuple[Any, ...] = ()


def run_leg(
    cell: Cell,
    protocol: Protocol,
    rate: float,
    start: State | None = None,
    *,
    last_only: bool = True,
    built: Built | None = None,
    inputs: Mapping[str, float] | None = None,
) -> Leg:
    """Repeat the cycle of ``protocol`` at ``rate`` [C], from the cell's own start or from ``start``.

    Where only the last cycle is read, the cycles after one that ended where it began are left out: they
    would be the same, within the solver's tolerance for all of them together. A cell that ages does not end
    where it began.

    Parameters
    ----------
    cell, protocol, rate, start
        What is cycled, how, how fast, and from which state.
    last_only
        Whether only the last cycle is read.
    built
        Of :func:`built_of` for the same cell, to go on without building the model again.
    inputs
        Numbers of its inputs.
    """
    steps, own = protocol.steps(cell, rate), built or built_of(cell)
    state, cycles, last = start, [], ()
    for left in reversed(range(protocol.cycles)):
        before, last = state, ()  # states of one cycle at a time: in a DFN they are 20 MB
        state, last, problem = _ran(own, steps, state, inputs)
        if problem:
            return Leg((), problem)
        ends = left == 0 or (last_only and _repeats(own, before, state, left))
        if ends or not last_only:
            cycles.append(read_cycle(cell, last))
        if ends:
            break
    if not cycles[-1].second.capacity > 0.0:
        return Leg((), NO_CAPACITY, state)
    return Leg(tuple(cycles), OK, state, last)


def _repeats(built: Built, before: State | None, after: State | None, left: int) -> bool:
    """Whether a cycle ended where it began, so nearly that the same change ``left`` times over is no more."""
    if before is None or after is None or ages(after.model):
        return False
    return left * built.between(before, after) <= 1.0


def _ran(
    built: Built, steps: Sequence[Step], state: State | None, inputs: Mapping[str, float] | None
) -> tuple[State | None, tuple[Any, ...], str]:
    """State after steps, their solutions, and why not all ran to their end; empty where they did."""
    done = built.run(steps, state, inputs)
    return done.state, done.solutions, problem_of(done, steps)


def built_of(cell: Cell, **changes: Any) -> Built:
    """Build of a cell whose numbers are all known; ``changes`` are those of :meth:`napore.built.Built.of`.

    Raises
    ------
    ExperimentError
        For an input among the values of the cell.
    """
    refuse_inputs(cell)
    return Built.of(cell, **changes)


def inputs_for(built: Built, given: Mapping[str, float] | None) -> dict[str, float]:
    """Numbers of the inputs of a build by name.

    Raises
    ------
    ExperimentError
        For one that is missing, one that the build does not have, and what is no finite number.
    """
    named, known = dict(given or {}), (*built.inputs, *built.held)
    if missing := [name for name in known if name not in {**built.numbers, **named}]:
        raise ExperimentError(f"{missing[0]!r} is an input of this build: give its number in inputs")
    if unknown := [name for name in named if name not in known]:
        raise ExperimentError(
            f"{unknown[0]!r} is no input of this build and does nothing: give Built.of(cell, [name]) as "
            "built, or the number to the cell"
        )
    return {
        name: check_number(value, name, "", -sys.float_info.max, sys.float_info.max)
        for name, value in named.items()
    }


def failure(done: Steps) -> str:
    """Why steps could not be solved, with advice; empty where they could."""
    if not done.ran and done.error is None:
        return NO_CAPACITY
    return "" if done.error is None else solver_failed(done.error)


def cut_short(done: Steps) -> str:
    """As :func:`failure`, and for steps that the electrolyte or the heat did not let end."""
    if failed := failure(done):
        return failed
    last = done.ran[-1]
    advice = next((words for name, words in _ADVICE.items() if name in last.termination), "")
    if not advice:
        return ""
    return f"not finished: {model_end(last)} after {float(last.t[-1] - last.t[0]):.4g} s; try {advice}"


def refuse_inputs(cell: Cell) -> None:
    """Refuse an input among the values of a cell, and edits that no cell can have.

    Raises
    ------
    ExperimentError, CellError
        With the name.
    """
    cell.check()
    for name, value in {**cell.changed, **cell.edited}.items():
        if name == "Current function [A]":
            raise ExperimentError(
                f"{name!r} does nothing in an experiment, which sets the current: leave it out"
            )
        if isinstance(value, pybamm.InputParameter):
            raise ExperimentError(
                f"{name!r} is an input, and experiments take numbers: give one, or solve cell.simulation() "
                "with inputs"
            )


_ENDS: Final = {
    CARBON_FULL: "no site of the carbon is free",
    CARBON_EMPTY: "the sites of the carbon are empty",
    SALT_DEPLETED: "the salt of the electrolyte is used up",
    TOO_WARM: "the cell has warmed itself to 600 K",
}
_ADVICE: Final = {
    SALT_DEPLETED: "a lower rate, a thinner electrode or, in the place of the SPMe, the DFN",
    TOO_WARM: "a lower rate, or numbers with which it keeps less heat",
}


def model_end(step: Any) -> str:
    """What has run out, or the heat, where that ended a step of a model; empty where it did not."""
    return next((words for name, words in _ENDS.items() if name in step.termination), "")


def read_cycle(cell: Cell, steps: Sequence[Any]) -> Cycle:
    """Curves of a cycle from PyBaMM's solutions of its steps."""
    first = [step for step in steps[:-1] if not isinstance(step, pybamm.EmptySolution)]
    second = [step for step in steps[-1:] if not isinstance(step, pybamm.EmptySolution)]
    one, other = cell.directions
    margin = read_plating_margin(first) if cell.kind == "full" else None
    halves = read_half_cycle(cell, one, first), read_half_cycle(cell, other, second)
    if cell.kind == "cathode" or not (first and second):
        return Cycle(*halves, margin)
    after, left = (read_plated(half[-1], cell.active_mass, cell.anode_domain) for half in (first, second))
    return Cycle(*halves, margin, None if after is None or left is None else (after, left))


def problem_of(done: Steps, steps: Sequence[Step]) -> str:
    """Why not every step of a cycle ran to its end; empty where all did."""
    if failed := cut_short(done):
        return failed
    if any(step.least_current is not None for step in steps) and (short := _hold_cut_short(done)):
        return short
    for step, ran in zip(steps, done.solutions, strict=False):
        if (step.below or 0.0) < 0.0 and CARBON_FULL in ran.termination:
            return (
                f"not finished: {_ENDS[CARBON_FULL]} before the lower cut-off of {step.below:g} V, and metal "
                "would plate; raise the cut-off to 0 V or more"
            )
    # an empty solution is a step whose end was reached before it began
    ends = [_CUT_OFF if isinstance(s, pybamm.EmptySolution) else s.termination for s in done.solutions]
    late = [end for end in ends if _CUT_OFF not in end]
    if late:
        return (
            f"not finished: a step ended with {late[0]!r} instead of its cut-off; check that the cut-offs "
            "lie inside the range of the open-circuit potential"
        )
    return ""


def _hold_cut_short(done: Steps) -> str:
    """Why the first half cycle did not reach the end of its hold; empty where the carbon let it."""
    ran = [step for step in done.solutions[:2] if not isinstance(step, pybamm.EmptySolution)]
    if not ran or not model_end(ran[-1]):
        return ""
    after = ran[-1].t[-1] - ran[0].t[0]
    return (
        f"not finished: {model_end(ran[-1])} after {after:.4g} s, before the hold could end; give "
        "the cell more carbon, or leave the hold out"
    )


def solver_failed(error: Exception) -> str:
    """Status of a solve that failed, with advice."""
    reason = " ".join(str(error).split())[:160]
    return f"solver failed: {reason}; usually caused by extreme parameters, try a lower rate or the model SPM"
