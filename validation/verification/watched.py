"""Every solution that an experiment makes, checked as it is made: occupancies, conservation, charge, jumps.

An experiment hands back curves and drops the states. Here ``napore.built.Built.run`` and PyBaMM's
``Simulation.solve`` are listened to, so that what is checked is what the experiment itself solved, at every
point that the solver kept.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pybamm

from napore.built import Built
from napore.cells import Cell
from napore.experiments.overpotentials import read_overpotentials
from napore.models.constants import FARADAY

__all__ = ["LEAST_JUMP", "Seen", "largest_jump", "watch"]

_STORED: Final = re.compile(
    r"(X-averaged )?(negative|positive) particle (adsorbed |pore class \d |trapped )?concentration"
    r"( distribution)? \[mol\.m-3\]",
    re.IGNORECASE,
)
"""States that PyBaMM keeps as a share of their maximum."""

LEAST_JUMP: Final = 0.02
"""Change of the voltage between neighbouring points that needs no explanation [V]."""

_SURFACES: Final = (
    "surface adsorbed occupancy",
    "surface adsorbed occupancy distribution",
    "adsorbed occupancy",
    "surface stoichiometry",
)
_LOST: Final = (
    "Loss of lithium to {domain} SEI [mol]",
    "Loss of lithium to {domain} SEI on cracks [mol]",
    "Loss of lithium to {domain} lithium plating [mol]",
    "Loss of lithium due to loss of active material in {domain} electrode [mol]",
    "Loss of sodium to trapping in {domain} electrode [mol]",
)


@dataclass
class Seen:
    """The worst of all solutions so far.

    Parameters
    ----------
    solutions
        How many there were.
    lowest, highest
        Least and largest share of sites, or of PyBaMM's particles, that is taken [-], and where.
    filled
        Farthest that the state of a class of pores or of traps lies beyond 0 or 1 [-]. Its law holds it
        between, but the solver leaves that by its tolerance; what is shown of it is the nearest within.
    sodium
        Sodium made or lost in all particles, over the sites of the positive electrode [-]; what side
        reactions, lost material, traps and double layers hold is counted, and in a half cell the charge.
    passed
        The same of the worst single electrode against the charge passed [-].
    salt
        Salt made or lost in the electrolyte, over the same [-].
    charge
        Charge that the model counts against the integral of its current, over the charge passed [-].
    jump
        Largest change of the voltage between neighbouring points of a step after its first second, beyond
        the changes of the open-circuit voltage and of the overpotentials [V].
    finite
        Whether every state is a number.
    """

    solutions: int = 0
    lowest: tuple[float, str] = (0.0, "")
    highest: tuple[float, str] = (0.0, "")
    filled: float = 0.0
    sodium: float = 0.0
    passed: float = 0.0
    salt: float = 0.0
    charge: float = 0.0
    jump: float = 0.0
    finite: bool = True

    def occupancy(self, taken: Any, name: str) -> None:
        """Take account of shares between 0 and 1."""
        low, high = float(np.min(taken)), float(np.max(taken))
        self.finite &= bool(np.isfinite(low) and np.isfinite(high))
        self.lowest = min(self.lowest, (low, name))
        self.highest = max(self.highest, (high, name))


@contextmanager
def watch(cell: Cell) -> Iterator[Seen]:
    """Check what is solved while it lasts; ``cell`` says how large its electrodes are."""
    seen, of_pybamm, of_ours = Seen(), pybamm.Simulation.solve, Built.run

    def solve(self: Any, *arguments: Any, **names: Any) -> Any:
        solution = of_pybamm(self, *arguments, **names)
        for one in solution if isinstance(solution, list) else [solution]:
            if one is not None and not isinstance(one, pybamm.EmptySolution):
                _check(cell, one, _steps(one), seen)
        return solution

    def run(self: Built, *arguments: Any, **names: Any) -> Any:
        done = of_ours(self, *arguments, **names)
        if done.ran:
            _check(cell, pybamm.Solution.from_sub_solutions(done.ran), done.ran, seen)
        return done

    pybamm.Simulation.solve, Built.run = solve, run  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        pybamm.Simulation.solve, Built.run = of_pybamm, of_ours  # type: ignore[method-assign]


def _check(cell: Cell, solution: Any, steps: Sequence[Any], seen: Seen) -> None:
    seen.solutions += 1
    for model, states in zip(solution.all_models, solution.all_ys, strict=True):
        y = np.asarray(states)
        seen.finite &= bool(np.isfinite(y).all())
        for variable, places in model.y_slices.items():
            name = getattr(variable, "name", "")
            found = _STORED.fullmatch(name)
            if found is None:
                continue
            for place in places:
                if found[3] in (None, "adsorbed "):
                    seen.occupancy(y[place], name)
                else:
                    seen.filled = max(seen.filled, -float(y[place].min()), float(y[place].max()) - 1.0)
    known = cell.model.variables
    for domain in _porous(cell):
        for kind in _SURFACES:
            name = f"{domain.capitalize()} particle {kind}"
            if name in known:
                seen.occupancy(solution[name].data, name)
    _conserved(cell, solution, seen)
    # where little passes, a millionth of the sites, as of sodium and salt, is a thousandth of it
    seen.charge = max(seen.charge, _charge_error(solution, 1e-3 * cell.site_capacity))
    for step in steps:
        seen.jump = max(seen.jump, largest_jump(cell, step))


def _steps(solution: Any) -> list[Any]:
    """Steps of a solution that ran: all of it where it is no experiment's."""
    steps = [step for cycle in getattr(solution, "cycles", []) if cycle for step in cycle.steps]
    return [step for step in steps or [solution] if not isinstance(step, pybamm.EmptySolution)]


def largest_jump(cell: Cell, step: Any) -> float:
    """Largest change of the voltage that nothing explains [V], where any is above 20 mV.

    ``|dV| - |dU| - sum |d eta|`` between neighbouring points after the first second, with the equilibrium
    ``U`` of the mean contents and the overpotentials ``eta`` of every kind. Where the surface of
    the carbon holds more than its sites no overpotential explains anything: the laws go on there, but no
    interface does.
    """
    time = np.asarray(step.t, dtype=float)
    later = np.flatnonzero(time[:-1] - time[0] >= 1.0)
    volts = np.abs(np.diff(np.asarray(step["Voltage [V]"].data)))
    if volts[later].max(initial=0.0) <= LEAST_JUMP:
        return 0.0
    split = read_overpotentials(cell, [step])
    parts = np.sum([np.abs(np.diff(part)) for part in split.parts.values()], axis=0)
    beyond = np.maximum(_surface(cell, step)[1:], _surface(cell, step)[:-1]) > 1.0 + 1e-6
    explained = np.abs(np.diff(split.equilibrium_V)) + np.where(beyond, 0.0, parts)
    return float((volts - explained)[later].max())


def _surface(cell: Cell, step: Any) -> Any:
    """Occupancy of the fullest surface of the carbon against time; zero where the model has none."""
    name = f"{str(cell.carbon_domain).capitalize()} particle surface adsorbed occupancy"
    if name not in cell.model.variables:
        return np.zeros(len(step.t))
    taken = np.asarray(step[name].data)
    return taken.reshape(-1, taken.shape[-1]).max(axis=0)


def _porous(cell: Cell) -> list[str]:
    return [side for side in ("negative", "positive") if cell.model.options.electrode_types[side] == "porous"]


def _conserved(cell: Cell, solution: Any, seen: Seen) -> None:
    """Sodium of each electrode against the charge, that of both together, and the salt."""
    known, scale = cell.model.variables, cell.site_capacity * 3600.0 / FARADAY

    def change(name: str) -> Any:
        values = np.asarray(solution[name].data)
        return values - values[0]

    passed = change("Discharge capacity [A.h]") * 3600.0 / FARADAY
    layers, errors = np.zeros_like(passed), []
    for domain in _porous(cell):
        stored = change(f"Total lithium in {domain} electrode [mol]")
        for name in _LOST:
            if name.format(domain=domain) in known:
                stored = stored + change(name.format(domain=domain))
        layer = _double_layer(cell, domain, solution)
        layers = layers + layer
        errors.append(stored - layer - (passed if domain == "positive" else -passed))
    seen.passed = max([seen.passed, *(float(np.abs(error).max()) / scale for error in errors)])
    seen.sodium = max(seen.sodium, float(np.abs(sum(errors)).max()) / scale)
    if cell.model_name != "SPM":  # whose salt is a constant
        salt = change("Total lithium in electrolyte [mol]") + layers
        seen.salt = max(seen.salt, float(np.abs(salt).max()) / scale)


def _double_layer(cell: Cell, domain: str, solution: Any) -> Any:
    """Charge in the double layers of an electrode since the start [mol]; it is not yet in the particles.

    The area falls with the active material, and a layer that is lost keeps its charge.
    """
    Domain = domain.capitalize()
    if cell.model.options["surface form"] != "differential":
        return 0.0
    area = np.asarray(solution[f"{Domain} electrode surface area to volume ratio [m-1]"].data)
    potential = np.asarray(solution[f"{Domain} electrode surface potential difference [V]"].data)
    each = 0.5 * (area[:, 1:] + area[:, :-1]) * np.diff(potential, axis=1)
    charged = np.insert(np.cumsum(each.mean(axis=0)), 0, 0.0)
    volume = cell.area * cell.number(f"{Domain} electrode thickness [m]")
    return cell.number(f"{Domain} electrode double-layer capacity [F.m-2]") * volume * charged / FARADAY


def _charge_error(solution: Any, least: float) -> float:
    """Largest difference over the parts of a solution between the charge and the integral of the current.

    Over the charge passed, or over ``least`` [A.h] where next to nothing passes.
    """
    worst = 0.0
    for part in getattr(solution, "sub_solutions", [solution]):
        t = np.asarray(part.t, dtype=float)
        # where the solver was asked for given times, it tells nothing of what is between
        if len(t) < 2 or not part.hermite_interpolation:
            continue
        fine = np.append(t[:-1, None] + np.diff(t)[:, None] * np.linspace(0.0, 1.0, 9)[:-1], t[-1])
        current = np.asarray(part["Current [A]"](fine))
        charge = np.asarray(part["Discharge capacity [A.h]"].data)
        passed = float(np.trapezoid(np.abs(current), fine)) / 3600.0
        gap = float(np.trapezoid(current, fine)) / 3600.0 - (charge[-1] - charge[0])
        worst = max(worst, abs(float(gap)) / max(passed, least))
    return worst
