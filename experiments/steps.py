"""Steps that end at a time or at a cut-off, with a name for how they ended."""

from typing import Any, Final

import pybamm

from napore.cells import Cell
from napore.models.tolerances import loses_material
from napore.start import ends_of

from .base import OK
from .checks import check_number
from .solving import model_end

__all__ = ["check_number", "ended_at_once", "ending", "start_at_soc", "voltage_solver"]


def ending(cell: Cell, step: pybamm.Solution) -> str:
    """How a step ended: ``"ok"`` at its last time, else the cut-off, the carbon or the salt, and when."""
    if "event" not in step.termination:
        return OK
    low, high = cell.cut_offs
    after = f"after {float(step.t[-1] - step.t[0]):.4g} s"
    if model_end(step):
        return f"cut-off: {model_end(step)} {after}"
    name, limit = ("lower", low) if "<" in step.termination else ("upper", high)
    return f"cut-off: the {name} voltage cut-off of {limit:g} V is reached {after}"


def ended_at_once(cell: Cell, soc: float | None, what: str) -> str:
    """Status of what did not begin: the voltage is beyond its cut-off, or perhaps no site is free."""
    status = f"cut-off: the voltage is beyond its cut-off at the start of the {what}"
    if soc is None or cell.carbon_domain is None:
        return status
    content = ends_of(cell).stoichiometries(float(soc))[cell.carbon_domain]
    free = 1.0 - float(cell.isotherm.split(content).theta)
    return status if free > 1e-3 else f"{status}, or no site of the carbon is free"


def start_at_soc(cell: Cell, soc: Any) -> dict[str, float]:
    """Inputs of a start at equilibrium at a state of charge; none for the cell's own start.

    Raises
    ------
    ExperimentError
        For a SOC outside 0 to 1.
    """
    return {} if soc is None else cell.start_at(soc=check_number(soc, "soc", "", 0.0, 1.0))


_CLOSE: Final = 0.01
"""Convergence of Newton's method where the isotherm is an algebraic state that the error test leaves out.

An old Jacobian has the isotherm's slope of before, up to a thousand times that at its end: at PyBaMM's 0.33
an almost full place is off its isotherm by 1e-5 of all sodium. Between two steps, where an event ends one, it
is off by what the steps are apart, 3e-6 at a tolerance of 1e-6.
"""


def voltage_solver(cell: Cell) -> pybamm.IDAKLUSolver:
    """Solver for a prescribed voltage, and for a current with jumps.

    The error test leaves out the algebraic states. At a kink of the voltage the current, one of
    them, has no derivative, and the test asks for ever shorter steps: with it a fast cell fails at
    the first moment, and the shipped cells take 6 to 40 times as many steps for the same current.
    """
    own = cell.model.options
    options: dict[str, Any] = {"suppress_algebraic_error": True}
    rtol, atol = (1e-8, 1e-9) if loses_material(own) else (1e-6, 1e-7)
    if "equilibrium" in (own.negative["sodium storage"], own.positive["sodium storage"]):
        options["nonlinear_convergence_coefficient"] = _CLOSE
        rtol, atol = min(rtol, 1e-7), min(atol, 1e-8)
    return type(cell.model.default_solver)(rtol=rtol, atol=atol, options=options)
