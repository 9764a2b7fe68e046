"""PyBaMM's IDAKLU with functions that are fast, and tolerances that fit potentials."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, Final

import casadi
import numpy as np
import pybamm

from napore.uncollected import uncollected

from .compiled import compiled

_LEAST: Final = 1e-7
"""Absolute tolerance of an algebraic state at the least.

Where the exchange current vanishes at an end of the window the round-off of a potential is some 1e-9 to
1e-8 V, and a tolerance beside it stops the solver.
"""

_SUMS: Final = 200.0
"""Absolute tolerance of what the strong sites of a particle have in common over that of other states.

These are sums and means of states that have tolerances of their own: to hold them as well takes a fifth more
steps, for the same error of the voltage, 0.1 mV against 1e-9 at 0.1 and 5 C.
"""

_PORES: Final = (0.3, 0.1)
"""Absolute tolerance of the filling of a pore over the relative one, at the most, and where it is above 1e-7.

One whose rate grows with the affinity empties in a millisecond, and ends up to eight times that beyond empty.
At 3e-7 a quarter of the steps of a rate test had to be solved again (:data:`_BEYOND`), at 1e-7 one or two,
and at 5e-8 none, for a tenth more steps.
"""

_BEYOND: Final = 1e-6
"""How far beyond empty or full a pore may be, or the relative tolerance; what is farther is solved again."""

_FILLED: Final = re.compile(r"pore class \d+|trapped")

_STRICTER: Final = 0.1
"""Relative tolerance of the second solve over that of the first."""

_MOST_INSTRUCTIONS: Final = 300_000
"""Above it a function is left in matrix symbols."""

_MOST_ENTRIES: Final = 100_000
"""Entries of a Jacobian above which it is not even tried: with 80 points a coordinate it takes 15 GB."""

_MOST_MATRICES: Final = 40_000
"""In matrix symbols a seventh is computed twice, but to find it takes half a minute in a large function."""

_MOST_ITERATIONS: Final = 4
"""Newton iterations in a step, IDA's own number.

PyBaMM allows 40, with which it goes on with an old Jacobian that no longer fits: a fifth more time where the
rate of filling grows with the affinity.
"""

_CREEPING: Final = {"num_steps_no_progress": 5000, "t_no_progress": 0.1}
"""Steps in a row that must advance by some time [s], lest the solution be given up.

A half cycle takes some hundreds to two thousand steps. With extreme numbers IDA may go on in steps of
microseconds, whose number PyBaMM does not limit: for hours, to nothing.
"""

_EXPANDED: Final = (
    "jac_rhs_algebraic_eval",
    "algebraic_eval",
    "jac_algebraic_eval",
    "jacp_rhs_algebraic_eval",
)
_VECTORS: Final = ("rhs_algebraic_eval", "jac_rhs_algebraic_action_eval")
"""Functions of a discretised model by PyBaMM's names.

Jacobians are thousands of small nodes in CasADi's matrix symbols, and take less than half of the time in
scalar ones; right-hand sides are a few hundred operations on whole vectors, which the interpreter does
faster. A compiler makes both faster.
"""

_COMPILING: ContextVar[bool] = ContextVar("compiling", default=False)


@contextmanager
def compiling() -> Iterator[None]:
    """Compile what is set up inside, where there is a C compiler: for studies, fits and sessions.

    It takes some seconds for a DFN the first time, and is kept (:mod:`.compiled`).
    """
    token = _COMPILING.set(True)
    try:
        yield
    finally:
        _COMPILING.reset(token)


class _Between(pybamm.BaseSolver):
    """Exchanges the functions of the model after PyBaMM has made them and before IDAKLU takes them."""

    output_variables: Any
    computed_var_fcns: dict[str, Any]
    computed_dvar_dy_fcns: dict[str, Any]
    computed_dvar_dp_fcns: dict[str, Any]

    def set_up(self, model: Any, inputs: Any = None, t_eval: Any = None, ics_only: bool = False) -> None:
        super().set_up(model, inputs, t_eval, ics_only)
        if not ics_only:
            self._exchange(model)

    def _exchange(self, model: Any) -> None:
        raise NotImplementedError


class CarbonSolver(pybamm.IDAKLUSolver, _Between):
    """IDAKLU whose functions are in scalar symbols or compiled, with a tolerance for potentials.

    The absolute tolerance of a potential without a balance of its own is at least ``rtol`` volts: one near
    zero is no more exact than one of some volts. That of the filling of a pore is less (:data:`_PORES`),
    and what leaves one beyond empty or full by more than :data:`_BEYOND` is solved again, more strictly. What
    strong sites have in common is held less (:data:`_SUMS`). What else is stored keeps ``atol``.

    Parameters are those of :class:`pybamm.IDAKLUSolver`. Its option ``"compile"`` compiles with a cache for
    the user and little optimisation (:mod:`.compiled`), on which PyBaMM's own takes twice as long.
    """

    is_compiled: bool = False
    """Whether a compiler made the functions of the last model that was set up."""
    _compiles: bool
    solves_again: bool = True
    """Whether what leaves a pore beyond empty or full is solved again."""
    _strict: "CarbonSolver | None" = None
    """What solves again where a pore came out beyond empty or full."""

    def _combine_options(self, user_options: dict[str, Any] | None) -> dict[str, Any]:
        given = dict(user_options or {})
        self._compiles = bool(given.get("compile", False))
        # PyBaMM's own compilation stays off, of the functions and of the variables of a solution
        own = {
            "max_nonlinear_iterations": _MOST_ITERATIONS,
            **_CREEPING,
            **given,
            "compile": False,
        }
        combined: dict[str, Any] = super()._combine_options(own)
        return combined

    @property
    def options(self) -> dict[str, Any]:
        """Options, with whether functions are compiled."""
        return {**self._options, "compile": self._compiles}

    def _check_atol_type(self, atol: Any, model: Any) -> Any:
        found = np.array(super()._check_atol_type(atol, model))
        for variable, places in model.y_slices.items():
            for place in places:
                found[place] = self._of_state(variable.name, found[place], place.start >= model.len_rhs)
        return found

    def _of_state(self, name: str, atol: Any, algebraic: bool) -> Any:
        """Absolute tolerance of a state."""
        if _FILLED.search(name):
            most, least = (share * self.rtol for share in _PORES)
            return np.minimum(atol, min(most, max(least, 0.1 * _BEYOND)))
        if not algebraic:  # the potential of a double layer is differential, and charge
            return atol
        if "strong site" in name:
            return np.maximum(_SUMS * atol, _LEAST)
        # differences of potentials along an electrode carry its current
        potential = "potential" in name and "over its collector" not in name
        return np.maximum(atol, max(self.rtol if potential else 0.0, _LEAST))

    @uncollected()
    def set_up(self, model: Any, inputs: Any = None, t_eval: Any = None, ics_only: bool = False) -> None:
        """Set up as PyBaMM does, with other functions; the model keeps its own."""
        try:
            super().set_up(model, inputs, t_eval, ics_only)
        finally:
            for name, own in self.__dict__.pop("_kept", {}).items():
                setattr(model, name, own)
        if not ics_only:
            self._strict = None

    def _integrate(
        self, model: Any, t_eval: Any, inputs_list: Any = None, t_interp: Any = None, nproc: Any = None
    ) -> list[Any]:
        """Solutions of all inputs; those that leave a pore beyond empty or full are found once more."""
        found: list[Any] = super()._integrate(model, t_eval, inputs_list, t_interp, nproc)
        inputs = list(inputs_list or [{}])
        pores = _pores(model) if self.solves_again and not self.output_variables else []
        again = [
            k
            for k, solution in enumerate(found)
            if pores and _beyond(solution, pores) > max(_BEYOND, self.rtol)
        ]
        if not again:
            return found
        starts = model.y0full, model.ydot0full
        if self._strict is None:
            self._strict = self.copy()
            self._strict.solves_again, self._strict.on_failure = False, "ignore"
            self._strict.rtol *= _STRICTER
            with compiling() if self.is_compiled else nullcontext():
                self._strict.set_up(model, inputs[again[0]])
        model.y0full, model.ydot0full = ([start[k] for k in again] for start in starts)
        try:
            stricter = self._strict._integrate(model, t_eval, [inputs[k] for k in again], t_interp)
        except pybamm.SolverError:
            return found
        finally:
            model.y0full, model.ydot0full = starts
        for k, solution in zip(again, stricter, strict=True):
            if solution.termination != "failure":
                found[k] = solution
        return found

    def _exchange(self, model: Any) -> None:
        compiles = self._compiles or _COMPILING.get()
        self._kept = {name: getattr(model, name) for name in (*_EXPANDED, *_VECTORS, "terminate_events_eval")}
        places = [(model.__dict__, name) for name in (*_EXPANDED, *(_VECTORS if compiles else ()))]
        if events := model.terminate_events_eval:
            events = model.terminate_events_eval = [_together(events), *[_nothing] * (len(events) - 1)]
            places.append((events, 0))
        outputs = (self.computed_var_fcns, self.computed_dvar_dy_fcns, self.computed_dvar_dp_fcns)
        places += [(by_name, name) for by_name in outputs for name in by_name]
        places = [(holder, key) for holder, key in places if _is_work(holder[key])]
        functions = [_expanded(holder[key], f"f{k}") for k, (holder, key) in enumerate(places)]
        if compiles:
            functions = compiled(functions)
        self.is_compiled = all(function.class_name() == "External" for function in functions)
        for (holder, key), function in zip(places, functions, strict=True):
            holder[key] = function


def _pores(model: Any) -> list[slice]:
    """Places of the filling of pores and traps among the states of a model."""
    stored = model.y_slices.items()
    return [place for variable, places in stored if _FILLED.search(variable.name) for place in places]


def _beyond(solution: Any, pores: Sequence[slice]) -> float:
    """How far the filling of pores leaves 0 to 1 anywhere in a solution."""
    states = [np.asarray(solution.all_ys[0])[place] for place in pores]
    return max(max(-float(filling.min()), float(filling.max()) - 1.0) for filling in states)


def _together(events: Sequence[Any]) -> casadi.Function:
    """Events as one function: most of them are limits of the same voltage, which is computed once."""
    arguments = events[0].mx_in()
    values = casadi.vertcat(*[event.call(arguments, True, False)[0] for event in events])
    return casadi.Function("events", arguments, [casadi.cse(values)])


def _nothing(*_: Any) -> casadi.MX:
    """Event that the first one holds already."""
    return casadi.MX(0, 1)


def _is_work(function: Any) -> bool:
    return isinstance(function, casadi.Function) and function.n_in() > 0 and function.n_instructions() > 0


def _expanded(function: casadi.Function, name: str) -> casadi.Function:
    """Function under another name, in scalar symbols where it can be.

    Among scalar symbols some 1 % are computed twice; to find them takes as long as half of a set-up, and
    twenty seconds in a DFN with sizes.
    """
    if function.nnz_out() <= _MOST_ENTRIES:
        try:
            arguments = function.sx_in()
            expanded = casadi.Function(name, arguments, function.call(arguments))
            if expanded.n_instructions() <= _MOST_INSTRUCTIONS:
                return expanded
        except RuntimeError:  # a table has no scalar form
            pass
    matrices = function.mx_in()
    outputs = function.call(matrices, True, False)
    if function.n_instructions() <= _MOST_MATRICES:
        outputs = casadi.cse(outputs)
    return casadi.Function(name, matrices, outputs)
