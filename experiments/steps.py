"""Running steps that end at a time or at a cut-off, with a name for how they ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pybamm

from napore.cells import Cell
from napore.models import going_on
from napore.parameters.gu2025 import LEAST_CONTENT

from .base import OK
from .checks import check_number
from .eis_cells import ends_of
from .solving import NO_CAPACITY, StepFailure, carbon_end, refuse_inputs, solver_failed

__all__ = [
    "Run",
    "Solved",
    "contents_at_soc",
    "cut_offs_as_ends",
    "ended_at_once",
    "ending",
    "values_at_soc",
    "voltage_solver",
]


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
        return [step for step in self._begun if not isinstance(step, pybamm.EmptySolution)]

    def ran(self, place: int) -> bool:
        """Whether the step at a place in the order given ran: it was reached and not at its end at once."""
        return place < len(self._begun) and not isinstance(self._begun[place], pybamm.EmptySolution)

    @property
    def _begun(self) -> list[Any]:
        if self.solution is None or isinstance(self.solution, pybamm.EmptySolution):
            return []
        return [step for cycle in self.solution.cycles if cycle for step in cycle.steps]


class Run:
    """Steps that can be run again with other inputs; the model is built once.

    Parameters
    ----------
    cell, steps
        What is done to which cell.
    solver
        Solver; the project's where None.
    values, model
        Parameter values and model in the place of the cell's.
    """

    def __init__(
        self,
        cell: Cell,
        steps: Sequence[Any],
        *,
        solver: pybamm.BaseSolver | None = None,
        values: pybamm.ParameterValues | None = None,
        model: pybamm.BaseModel | None = None,
    ) -> None:
        refuse_inputs(cell)
        chosen = cell.model if model is None else model
        self._simulation = pybamm.Simulation(
            going_on(chosen),
            experiment=pybamm.Experiment([tuple(steps)]),
            parameter_values=cell.parameter_values if values is None else values,
            solver=chosen.default_solver if solver is None else solver,
        )

    def solve(self, inputs: Mapping[str, float] | None = None) -> Solved:
        """Run the steps from the start that the parameter values or the inputs give."""
        failure = StepFailure()
        try:
            solution = self._simulation.solve(
                calc_esoh=False, callbacks=[failure], inputs=dict(inputs) if inputs else None
            )
        except pybamm.SolverError as error:
            return Solved(None, NO_CAPACITY if "infeasible" in str(error) else solver_failed(error))
        if failure.error is not None:
            return Solved(solution, solver_failed(failure.error))
        return Solved(solution)


def ending(cell: Cell, step: pybamm.Solution) -> str:
    """How a step ended: ``"ok"`` at its last time, else the cut-off or the carbon, and when."""
    if "event" not in step.termination:
        return OK
    low, high = cell.cut_offs
    after = f"after {float(step.t[-1] - step.t[0]):.4g} s"
    if carbon_end(step):
        return f"cut-off: {carbon_end(step)} {after}"
    name, limit = ("lower", low) if "<" in step.termination else ("upper", high)
    return f"cut-off: the {name} voltage cut-off of {limit:g} V is reached {after}"


def ended_at_once(cell: Cell, soc: float | None, what: str) -> str:
    """Status of what did not begin: the voltage is beyond its cut-off, or perhaps no site is free."""
    status = f"cut-off: the voltage is beyond its cut-off at the start of the {what}"
    if soc is None or cell.carbon_domain is None:
        return status
    content = ends_of(cell, "two-electrode").stoichiometries(float(soc))[cell.carbon_domain]
    free = 1.0 - float(cell.isotherm.split(content).theta)
    return status if free > 1e-3 else f"{status}, or no site of the carbon is free"


def values_at_soc(cell: Cell, soc: Any) -> pybamm.ParameterValues:
    """Parameter values of the cell with its start at equilibrium at a state of charge.

    SOC 0 is a carbon desodiated at its upper cut-off, else a cell discharged to its lower.

    Raises
    ------
    ExperimentError
        For a SOC outside 0 to 1.
    """
    values = cell.parameter_values.copy()
    for name, content in contents_at_soc(cell, soc).items():
        values[name] = content
    return values


def contents_at_soc(cell: Cell, soc: Any) -> dict[str, float]:
    """Initial concentrations at a state of charge [mol/m3] by the names of the parameters."""
    checked = check_number(soc, "soc", "", 0.0, 1.0)
    found = {}
    for domain, x in ends_of(cell, "two-electrode").stoichiometries(checked).items():
        most = cell.number(f"Maximum concentration in {domain} electrode [mol.m-3]")
        if domain == cell.carbon_domain:  # a cut-off may lie beyond a carbon whose sites are full
            x = min(x, _stoichiometry_of_full_sites(cell))
        found[f"Initial concentration in {domain} electrode [mol.m-3]"] = max(x, LEAST_CONTENT) * most
    return found


def _stoichiometry_of_full_sites(cell: Cell) -> float:
    """Content of the carbon at which no site is free, at the temperature that it starts at."""
    curve, T = cell.isotherm, cell.number("Initial temperature [K]")
    return float(curve.stoichiometry(curve.adsorption.potential(1.0, T), T))


def voltage_solver(cell: Cell) -> pybamm.IDAKLUSolver:
    """Solver for a prescribed voltage, and for a current with jumps.

    The error test leaves out the algebraic states. At a kink of the voltage the current, one of
    them, has no derivative, and the test asks for ever shorter steps: with it a fast cell fails at
    the first moment, and the shipped cells take 6 to 40 times as many steps for the same current. With loss
    of active material the sodium is a product of two states, which needs closer tolerances to be conserved.
    """
    loses = any(
        getattr(cell.model.options, domain)["loss of active material"] != "none"
        for domain in ("negative", "positive")
    )
    rtol, atol = (1e-8, 1e-9) if loses else (1e-6, 1e-7)
    return pybamm.IDAKLUSolver(rtol=rtol, atol=atol, options={"suppress_algebraic_error": True})


def cut_offs_as_ends(cell: Cell) -> list[Any]:
    """Terminations at both cut-offs, whichever comes first."""
    low, high = cell.cut_offs
    return [f"< {low:.9f} V", f"> {high:.9f} V"]
