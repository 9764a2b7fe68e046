"""A discretised PyBaMM model that is stepped, from a state and for many sets of inputs at once."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import casadi
import numpy as np
import numpy.typing as npt
import pybamm

from .built_reading import compile_readers, read, written_out
from .models.compiled import compiled as compiled_functions
from .models.live import inputs_of
from .models.solver import compiling

Array = npt.NDArray[np.float64]

_THROUGH: Final = ("negative electrode", "separator", "positive electrode")
_FEW_STATES: Final = 400
"""States of a model below which its start is written out in scalar symbols."""

_CURRENT_VARIABLE: Final = "Current variable [A]"


@dataclass(frozen=True, eq=False)
class State:
    """A cell at a moment, to go on from.

    Parameters
    ----------
    y
        State vector of a model.
    time
        PyBaMM's clock [s].
    model
        The discretised model that the state vector is one of.
    inputs
        Inputs of the step that led to it, by name.
    current
        Current [A], where a step at controlled voltage begins to look for its own.
    """

    y: Array
    time: float
    model: Any
    inputs: Mapping[str, float] = field(default_factory=dict)
    current: float = 0.0

    def at_time(self, time: float) -> "State":
        """Return the same state at another time of the clock."""
        return replace(self, time=time)

    @property
    def solution(self) -> pybamm.Solution:
        """The state as a PyBaMM solution of one moment, to read variables from."""
        return pybamm.Solution(
            np.array([self.time]),
            self.y.reshape(-1, 1),
            self.model,
            dict(self.inputs),
            termination="final time",
        )


@dataclass(eq=False)
class BuiltModel:
    """A discretised model with its solver.

    Parameters
    ----------
    model
        Discretised PyBaMM model.
    solver
        Its solver, not yet set up.
    compiled
        Whether functions are compiled where there is a C compiler (:mod:`napore.models.compiled`).
    """

    model: Any
    solver: pybamm.IDAKLUSolver
    compiled: bool = False
    _ready: bool = False
    _initial: Any = None

    @classmethod
    def of(
        cls,
        model: pybamm.BaseModel,
        values: pybamm.ParameterValues,
        solver: pybamm.IDAKLUSolver,
        mesh: Mapping[str, Any],
        threads: int,
        compiled: bool,
    ) -> "BuiltModel":
        """Discretise a model; ``mesh`` holds what :class:`pybamm.Simulation` is told of it."""
        if threads > 1:
            options = {**solver.options, "num_threads": threads, "num_solvers": threads}
            solver = type(solver)(rtol=solver.rtol, atol=solver.atol, options=options)
        simulation = pybamm.Simulation(model, parameter_values=values, solver=solver, **mesh)
        simulation.build()
        if compiled:
            compile_readers(simulation.built_model)
        return cls(simulation.built_model, simulation.solver, compiled)

    @property
    def is_compiled(self) -> bool:
        """Whether a compiler made the solver's functions."""
        return self._ready and getattr(self.solver, "is_compiled", False)

    def step(
        self,
        state: State | None,
        inputs: Mapping[str, float],
        duration: float,
        stops: Array | None = None,
        points: Array | None = None,
    ) -> pybamm.Solution:
        """Solution from a state, or from the start that the inputs give, to an event or a time.

        Raises
        ------
        pybamm.SolverError
            Where the solver fails, or an event is past at the start.
        """
        given = self._prepared(inputs)
        began = self.start(given) if state is None else self._own(state, given)
        return self.solver.step(
            began.solution, self.model, duration, t_eval=stops, t_interp=points, inputs=given, save=False
        )

    def step_many(
        self, states: Sequence[State | None], inputs: Sequence[Mapping[str, float]], duration: float
    ) -> list[pybamm.Solution | None] | None:
        """Solutions of one step from time zero for many inputs, on the solver's threads.

        None for one that failed, and in the place of all where the solver says that one could not begin.
        """
        given = [self._prepared(one) for one in inputs]
        began = [
            self.start(one) if state is None else self._own(state, one)
            for state, one in zip(states, given, strict=True)
        ]
        # what PyBaMM's solve does with a list of inputs, from states in the place of the model's start
        solver, model, span = self.solver, self.model, np.array([0.0, duration])
        model.y0_list = [one.y for one in began]
        reports, solver.on_failure = solver.on_failure, "ignore"
        try:
            solver._set_consistent_initialization(model, 0.0, given)
            found = solver._integrate(model, span, given, np.empty(0))
        except pybamm.SolverError:
            return None
        finally:
            solver.on_failure = reports
        solutions: list[pybamm.Solution | None] = []
        for solution in found:
            solver.get_termination_reason(solution, model.events)
            solutions.append(None if solution.termination == "failure" else solution)
        return solutions

    def start(self, inputs: Mapping[str, float]) -> State:
        """State that the initial conditions give, at time zero."""
        if self._initial is None:
            self._initial = self.model.initial_conditions_eval
            if self.model.len_rhs_and_alg < _FEW_STATES:
                self._initial = written_out(self._initial)
            if self.compiled:
                (self._initial,) = compiled_functions([self._initial])
        y = self._initial(0.0, np.zeros(self.model.len_rhs_and_alg), casadi.DM(list(inputs.values())))
        return State(np.asarray(y, dtype=float).reshape(-1), 0.0, self.model, inputs)

    def state_after(self, solution: pybamm.Solution, current: float | None = None) -> State:
        """State at the end of a solution of this model, of which the current is read where not given."""
        y = np.array(solution.all_ys[-1][:, -1], dtype=float)
        if current is None:
            current = float(read(solution, ("Current [A]",))["Current [A]"][-1])
        return State(y, float(solution.t[-1]), self.model, solution.all_inputs[-1], current)

    def between(self, one: State, other: State) -> float:
        """Norm of the difference of two states of this model over its tolerance, as the solver's error test.

        Of the states with a rate, without counters of charge; 1 is the error that a step may have.
        """
        off = (one.y - other.y) / (self.solver.rtol * np.abs(one.y) + self.solver._setup["atol"])
        for variable, places in self.model.y_slices.items():
            if "capacity [A.h]" in variable.name:
                off[places[0]] = 0.0
        return float(np.sqrt(np.mean(off[: self.model.len_rhs] ** 2)))

    def stacked(self, inputs: Mapping[str, float]) -> casadi.DM:
        """Inputs as the model's functions take them."""
        return casadi.DM([inputs[name] for name in self._known])

    def _prepared(self, inputs: Mapping[str, float]) -> dict[str, float]:
        """Inputs that the model knows, in PyBaMM's order; the solver is set up with the first."""
        known = self._known
        given = {name: inputs[name] for name in known}
        if not self._ready:
            with compiling() if self.compiled else nullcontext():
                self.solver.set_up(self.model, given)
            self.solver._model_set_up[self.model] = {
                "initial conditions": self.model.concatenated_initial_conditions
            }
            self._ready = True
        return given

    @cached_property
    def _known(self) -> list[str]:
        return sorted(parameter.name for parameter in self.model.input_parameters)

    def _own(self, state: State, inputs: Mapping[str, float]) -> State:
        """State of another kind of control as one of this model."""
        if state.model is self.model:
            return replace(state, inputs=inputs)
        theirs = _places(state.model, state.inputs)
        y = np.full(self.model.len_rhs_and_alg, np.nan)
        for name, (place, scale, reference) in _places(self.model, inputs).items():
            if name in theirs:
                own, other_scale, other_reference = theirs[name]
                value = other_reference + other_scale * state.y[own]
            elif name == _CURRENT_VARIABLE:
                value = np.array([state.current])
            else:
                raise pybamm.ModelError(f"the state before the step has no {name!r}")
            y[place] = (value - reference) / scale
        return State(y, state.time, self.model, inputs, state.current)


def _places(model: Any, inputs: Mapping[str, float]) -> dict[str, tuple[slice, Array, Array]]:
    """Place in the state vector, scale and reference of each variable by name."""

    def number(symbol: Any) -> Any:
        return np.asarray(symbol.evaluate(inputs=dict(inputs))).reshape(-1)

    return {
        variable.name: (slices[0], number(variable.scale), number(variable.reference))
        for variable, slices in model.y_slices.items()
        if not isinstance(variable, pybamm.Concatenation)
    }


def with_symbolic_meshes(model: Any, values: pybamm.ParameterValues) -> dict[str, Any]:
    """Submeshes of a model; symbolic where the geometry depends on an input.

    Electrodes and separator go together: PyBaMM joins them, and is wrong where they are of two kinds.
    """
    submeshes = dict(model.default_submesh_types)
    moved = {
        domain
        for domain, coordinates in model.default_geometry.items()
        if _depends_on_input(coordinates, values)
    }
    if moved & set(_THROUGH):
        moved |= set(_THROUGH)
    for domain in moved:
        if submeshes.get(domain) is pybamm.Uniform1DSubMesh:
            submeshes[domain] = pybamm.SymbolicUniform1DSubMesh
    return submeshes


def _depends_on_input(coordinates: Mapping[Any, Any], values: pybamm.ParameterValues) -> bool:
    """Whether a limit of a domain depends on an input."""
    limits = [limit for ends in coordinates.values() if isinstance(ends, Mapping) for limit in ends.values()]
    symbols = [values.process_symbol(limit) for limit in limits if isinstance(limit, pybamm.Symbol)]
    return bool(inputs_of(symbols))
