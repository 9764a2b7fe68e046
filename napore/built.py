"""One build of a cell's model, solved for any numbers, currents, voltages, starts and temperatures.

Building a model takes as long as tens of half cycles. Here it is built at most once for each kind of
control (current, voltage, power), which differ in one equation. What is done to the cell (value, limits
of the voltage) and any numbers named beforehand are inputs of the build. A step goes on from the state
after another one, of any kind, as in PyBaMM's Experiment, and only that state need be kept.
"""

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pybamm

from .builds import shared
from .built_model import BuiltModel, State, with_symbolic_meshes
from .built_reading import read
from .cells import Cell
from .models import going_on
from .step import Step, controlled, ends
from .uncollected import uncollected

__all__ = [
    "CURRENT",
    "Built",
    "State",
    "Step",
    "Steps",
    "longest_time",
    "longest_time_of",
    "processors",
    "read",
]

Array = npt.NDArray[np.float64]

CURRENT: Final = "Current function [A]"
_FUNCTIONS: Final = {"current": CURRENT, "voltage": "Voltage function [V]", "power": "Power function [W]"}


@dataclass(frozen=True)
class Steps:
    """Steps that were run one after the other.

    Parameters
    ----------
    solutions
        PyBaMM's solution of each step that was begun; an empty one where it was at its end at once.
    state
        Where the cell ended; None where nothing was solved.
    error
        Why the last step could not be solved; None where it was.
    """

    solutions: tuple[Any, ...]
    state: State | None
    error: pybamm.SolverError | None = None

    @property
    def ran(self) -> list[pybamm.Solution]:
        """Solutions of the steps that were not at their end at once."""
        return [step for step in self.solutions if not isinstance(step, pybamm.EmptySolution)]

    def reached(self, place: int) -> bool:
        """Whether the step at a place in the order given was reached, and was not at its end at once."""
        return place < len(self.solutions) and not isinstance(self.solutions[place], pybamm.EmptySolution)


@dataclass
class Built:
    """A model with inputs, built for each kind of control when it is first asked for.

    Parameters
    ----------
    model, parameter_values
        PyBaMM model, which is not changed, and its values.
    inputs
        Names of plain numbers that are inputs at each solve, geometry included.
    held
        Names of inputs that the parameter values hold already, in expressions.
    solver
        Solver to copy for each kind of control; that of the model where None.
    points
        Mesh points that differ from the model's, by PyBaMM's names.
    outputs
        Further variables by name, as expressions of those of the model.
    threads
        Threads of :meth:`run_many`.
    limited
        Variable that the limits of a step are of [V].
    compiled
        Whether to compile functions where there is a C compiler: seconds for a model the first time, which
        many solves are worth.
    numbers
        Those of inputs for which a run is given none, by name.

    Examples
    --------
    >>> from napore.cells import half_cell
    >>> cell = half_cell("fjh", model="SPM")
    >>> built, low = Built.of(cell), cell.cut_offs[0]
    >>> slow, fast = (
    ...     built.run([Step("current", rate * cell.one_C_current, 36000.0 / rate, below=low)])
    ...     for rate in (0.5, 2.0)
    ... )
    >>> bool(slow.ran[0].t[-1] > 4 * fast.ran[0].t[-1])
    True
    """

    model: pybamm.BaseModel
    parameter_values: pybamm.ParameterValues
    inputs: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    solver: pybamm.IDAKLUSolver | None = None
    points: Mapping[str, int] = field(default_factory=dict)
    outputs: Mapping[str, pybamm.Symbol] = field(default_factory=dict)
    threads: int = 1
    limited: str = "Voltage [V]"
    compiled: bool = False
    numbers: Mapping[str, float] = field(default_factory=dict)
    _kinds: dict[Any, BuiltModel] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(
        cls, cell: Cell, inputs: Iterable[str] = (), *, shortest: float | None = None, **changes: Any
    ) -> "Built":
        """Build of a cell with the numbers that it has now, the mesh that fits them, and its solver.

        Parameters
        ----------
        cell, inputs
            Cell, and the names of its numbers that are inputs.
        shortest
            Shortest time that matters [s], of which the mesh must be; a half cycle at 5 C where None.
        changes
            Other arguments of the class.
        """
        names = tuple(inputs)
        if shortest is not None:
            model = cell.meshed(shortest, names)
        else:
            model = cell.meshed(varied=names) if names or cell.edited else cell.model
        made = {"model": model, "parameter_values": cell.parameter_values.copy(), "solver": cell.solver}
        return shared(cls(**{**made, "inputs": names, **changes}))

    def with_numbers(self, numbers: Mapping[str, float]) -> "Built":
        """The same build, with other numbers for which a run is given none."""
        found = replace(self, numbers=numbers)
        found._kinds = self._kinds
        return found

    def run(
        self, steps: Iterable[Step], state: State | None = None, inputs: Mapping[str, float] | None = None
    ) -> Steps:
        """Run steps one after the other, each from the end of the one before.

        As in PyBaMM's Experiment a step that is at its end at once is passed over, and the steps end at
        an event of the model that is not one of theirs, and where the solver fails.

        Parameters
        ----------
        steps
            Steps in order.
        state
            State to go on from; the start that the parameter values or the inputs give where None.
        inputs
            Numbers of :attr:`inputs` and :attr:`held` by name, all but those of :attr:`numbers`.
        """
        done: list[Any] = []
        for step in steps:
            kind = self._kind(step)
            start = 0.0 if state is None else state.time
            try:
                solution = kind.step(state, self._inputs(step, start, inputs), step.duration, *step.times)
            except pybamm.SolverError as error:
                if "non-positive at initial conditions" in str(error) and "[experiment]" in str(error):
                    done.append(pybamm.EmptySolution("Event exceeded in initial conditions", t=start))
                    continue
                return Steps(tuple(done), state, error)
            done.append(solution)
            state = kind.state_after(solution, step.current)
            if solution.termination != "final time" and "[experiment]" not in solution.termination:
                break
        return Steps(tuple(done), state)

    def run_many(
        self,
        steps: Sequence[Step],
        inputs: Sequence[Mapping[str, float]],
        states: Sequence[State | None] | None = None,
    ) -> list[Steps]:
        """One step of each of many cells, on :attr:`threads`; what becomes of one does not touch another.

        Parameters
        ----------
        steps, inputs, states
            As for :meth:`run`, one per cell. Each is solved from time zero.

        Returns
        -------
        list of Steps
            Of one step each.
        """
        before: Sequence[State | None] = states if states is not None else [None] * len(steps)
        found: dict[int, Steps] = {}
        groups: dict[Any, list[int]] = {}
        for k, step in enumerate(steps):
            groups.setdefault((step.key, step.duration), []).append(k)
        for members in groups.values():
            kind = self._kind(steps[members[0]])
            given = [self._inputs(steps[k], 0.0, inputs[k]) for k in members]
            origins = [before[k] for k in members]
            solutions = kind.step_many(origins, given, steps[members[0]].duration)
            for place, k in enumerate(members):
                one = None if solutions is None else solutions[place]
                if one is None:  # alone, for its own error
                    origin = before[k]
                    at_zero = None if origin is None else origin.at_time(0.0)
                    found[k] = self.run([steps[k]], at_zero, inputs[k])
                else:
                    found[k] = Steps((one,), kind.state_after(one, steps[k].current))
        return [found[k] for k in range(len(steps))]

    def looser(self, control: str, factor: float) -> "Built":
        """The same build of a kind of control with larger tolerances, for what is looked at or only leads on.

        Parameters
        ----------
        control
            Such as ``"current"``.
        factor
            Tolerances over those of this build.
        """
        step = Step(control, 0.0, 1.0)
        own = self._kind(step)
        solver = own.solver.copy()
        solver.rtol, solver.atol = factor * solver.rtol, factor * solver.atol
        solver.solves_again = False
        found = replace(self, solver=solver)
        found._kinds[step.key] = BuiltModel(own.model, solver, own.compiled)
        return found

    def system(self, step: Step, inputs: Mapping[str, float] | None = None) -> tuple[Any, Any]:
        """Discretised model of a step with its functions, and the inputs as those take them, to linearise."""
        kind = self._kind(step)
        return kind.model, kind.stacked(self._inputs(step, 0.0, inputs))

    def between(self, one: State, other: State) -> float:
        """Difference of two states over the solver's tolerance; infinite for states of different controls."""
        own = (kind for kind in self._kinds.values() if kind.model is one.model is other.model)
        return next((kind.between(one, other) for kind in own), math.inf)

    @property
    def is_compiled(self) -> bool:
        """Whether a compiler made the functions of what was built."""
        return any(kind.is_compiled for kind in self._kinds.values())

    def discretised(self, control: str) -> Any:
        """PyBaMM's discretised model of a kind of control, such as ``"current"``."""
        return self._kind(Step(control, 0.0, 1.0)).model

    def _inputs(self, step: Step, start: float, given: Mapping[str, float] | None) -> dict[str, float]:
        """Inputs of a step that begins at ``start`` [s]."""
        known = {**self.numbers, **(given or {})}
        return {name: float(known[name]) for name in (*self.inputs, *self.held)} | step.inputs(start)

    def _kind(self, step: Step) -> BuiltModel:
        if step.key not in self._kinds:
            self._kinds[step.key] = self._build(step)
        return self._kinds[step.key]

    @uncollected()
    def _build(self, step: Step) -> BuiltModel:
        """Discretised model for one kind of control."""
        values = self.parameter_values.copy()
        values.update(dict.fromkeys(self.inputs, "[input]"))
        model = going_on(self.model)
        model.variables.update(self.outputs)
        held = controlled(step)
        if step.control == "current":
            values[CURRENT] = held
        else:
            control = pybamm.external_circuit
            submodel = (
                control.VoltageFunctionControl if step.control == "voltage" else control.PowerFunctionControl
            )
            model, _ = pybamm.step.BaseStepImplicit.add_control_submodel(
                model, submodel(model.param, model.options), values
            )
            values[_FUNCTIONS[step.control]] = held
        model.events += ends(model.variables, self.limited)
        pybamm.step.BaseStep.update_voltage_safety_events(model)
        solver = (self.model.default_solver if self.solver is None else self.solver).copy()
        return BuiltModel.of(model, values, solver, self._mesh(values), self.threads, self.compiled)

    def _mesh(self, values: pybamm.ParameterValues) -> dict[str, Any]:
        return {
            "var_pts": {**self.model.default_var_pts, **self.points},
            "submesh_types": with_symbolic_meshes(self.model, values),
        }


def longest_time(cell: Cell, rate: float) -> float:
    """Time [s] by which a half cycle at ``rate`` [C] has ended, as :func:`longest_time_of`."""
    return longest_time_of(cell.site_capacity, cell.one_C_current, rate)


def longest_time_of(site_capacity: float, one_C: float, rate: float) -> float:
    """Three times the time [s] in which a rate [C] passes the capacity of all sites, to three digits.

    Parameters
    ----------
    site_capacity, one_C
        Capacity of all sites [A.h] and current of 1 C [A] of a cell.
    rate
        Rate [C].
    """
    # designs of a batch with the same rate have the same time: the solver's first step depends on it
    return float(f"{3.0 * 3600.0 * site_capacity / one_C / rate:.3g}")


def processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
