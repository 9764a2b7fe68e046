"""Every solution that an experiment makes, checked as it is made: occupancies, conservation, charge, jumps.

An experiment hands back curves and drops the states. Here the one place where built models are stepped is
listened to, and PyBaMM's own simulations, so that what is checked is what the experiment itself solved, at
every point that the solver kept, with what it began from.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pybamm

from napore.built_model import BuiltModel, State
from napore.built_reading import read
from napore.cells import Cell
from napore.experiments.overpotentials import read_overpotentials
from napore.models.constants import FARADAY

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
_CHARGE: Final = "Discharge capacity [A.h]"
_SALT: Final = "Total lithium in electrolyte [mol]"
_STORE: Final = "Total lithium in {domain} electrode [mol]"
_AREA: Final = "{Domain} electrode surface area to volume ratio [m-1]"
_POTENTIAL: Final = "{Domain} electrode surface potential difference [V]"


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
        Whether every state and every input is a number.
    ends
        By the state at the end of each solution, what was made or lost until there [-].
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
    ends: dict[bytes, Any] = field(default_factory=dict, repr=False)

    def occupancy(self, taken: Any, name: str) -> None:
        """Take account of shares between 0 and 1."""
        low, high = float(np.min(taken)), float(np.max(taken))
        self.finite &= bool(np.isfinite(low) and np.isfinite(high))
        self.lowest = min(self.lowest, (low, name))
        self.highest = max(self.highest, (high, name))


@contextmanager
def watch(cell: Cell) -> Iterator[Seen]:
    """Check what is solved while it lasts; ``cell`` says how large its electrodes are.

    What solves is wrapped for that time alone: where nothing is watched, nothing is slower.
    """
    seen = Seen()
    step, step_many, solve = BuiltModel.step, BuiltModel.step_many, pybamm.Simulation.solve

    def watched_step(self: Any, state: State | None, *arguments: Any, **names: Any) -> Any:
        solution = step(self, state, *arguments, **names)
        _check(cell, solution, seen, state)
        return solution

    def watched_step_many(self: Any, states: Any, *arguments: Any, **names: Any) -> Any:
        solutions = step_many(self, states, *arguments, **names)
        for state, solution in zip(states, solutions or [None] * len(states), strict=True):
            if solution is not None:
                _check(cell, solution, seen, state)
        return solutions

    def watched_solve(self: Any, *arguments: Any, **names: Any) -> Any:
        solution = solve(self, *arguments, **names)
        for one in solution if isinstance(solution, list) else [solution]:
            state = None
            for part in getattr(one, "sub_solutions", []):
                if isinstance(part, pybamm.EmptySolution):
                    continue
                _check(cell, part, seen, state)
                y = np.array(part.all_ys[-1][:, -1], dtype=float)
                state = State(y, float(part.t[-1]), part.all_models[-1], part.all_inputs[-1])
        return solution

    BuiltModel.step, BuiltModel.step_many = watched_step, watched_step_many  # type: ignore[method-assign]
    pybamm.Simulation.solve = watched_solve
    try:
        yield seen
    finally:
        BuiltModel.step, BuiltModel.step_many = step, step_many  # type: ignore[method-assign]
        pybamm.Simulation.solve = solve


def _check(cell: Cell, solution: Any, seen: Seen, state: State | None = None) -> None:
    """Check one solution; ``state`` is what it began from, None at a start."""
    seen.solutions += 1
    _states(solution, seen)
    names = _names(cell)
    found = read(solution, names)
    for name in names:
        if name.split("particle ")[-1] in _SURFACES:
            seen.occupancy(found[name], name)
    _conserved(cell, solution, seen, found, state)
    # where little passes, a millionth of the sites, as of sodium and salt, is a thousandth of it
    seen.charge = max(seen.charge, _charge_error(solution, found[_CHARGE], 1e-3 * cell.site_capacity))
    seen.jump = max(seen.jump, largest_jump(cell, solution))


def _states(solution: Any, seen: Seen) -> None:
    """States and inputs: numbers, and between 0 and 1 where they are a share."""
    for model, states, inputs in zip(solution.all_models, solution.all_ys, solution.all_inputs, strict=True):
        y = np.asarray(states)
        given = [np.asarray(value, dtype=float) for value in inputs.values()]
        seen.finite &= bool(np.isfinite(y).all()) and all(np.isfinite(value).all() for value in given)
        for variable, places in model.y_slices.items():
            name = getattr(variable, "name", "")
            stored = _STORED.fullmatch(name)
            if stored is None:
                continue
            for place in places:
                if stored[3] in (None, "adsorbed "):
                    seen.occupancy(y[place], name)
                else:
                    seen.filled = max(seen.filled, -float(y[place].min()), float(y[place].max()) - 1.0)


def _names(cell: Cell) -> tuple[str, ...]:
    """Variables that are checked, of those that the model of a cell has."""
    names = [_CHARGE] if cell.model_name == "SPM" else [_CHARGE, _SALT]
    for domain in _porous(cell):
        Domain = domain.capitalize()
        names += [f"{Domain} particle {kind}" for kind in _SURFACES]
        names += [name.format(domain=domain) for name in (_STORE, *_LOST)]
        if _has_layers(cell):
            names += [name.format(Domain=Domain) for name in (_AREA, _POTENTIAL)]
    return tuple(name for name in names if name in cell.model.variables)


def largest_jump(cell: Cell, step: Any) -> float:
    """Largest change of the voltage that nothing explains [V], where any is above 20 mV.

    ``|dV| - |dU| - sum |d eta|`` between neighbouring points after the first second, with the equilibrium
    ``U`` of the mean contents and the overpotentials ``eta`` of every kind. Where the surface of the carbon
    holds more than its sites no overpotential explains anything: the laws go on there, but no interface does.
    """
    time = np.asarray(step.t, dtype=float)
    later = np.flatnonzero(time[:-1] - time[0] >= 1.0)
    volts = np.abs(np.diff(read(step, ("Voltage [V]",))["Voltage [V]"]))
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


def _has_layers(cell: Cell) -> bool:
    return bool(cell.model.options["surface form"] == "differential")


def _conserved(cell: Cell, solution: Any, seen: Seen, found: Mapping[str, Any], state: State | None) -> None:
    """Sodium of each electrode against the charge, that of both together, and the salt.

    Counted from the state before the solution, with what was made or lost on the way to that.
    """
    scale = cell.site_capacity * 3600.0 / FARADAY
    if state is not None:
        before = read(state.solution, _names(cell))
        found = {name: np.concatenate([before[name], found[name]], axis=-1) for name in found}

    def change(name: str) -> Any:
        return found[name] - found[name][0]

    passed = change(_CHARGE) * 3600.0 / FARADAY
    layers, errors = np.zeros_like(passed), []
    for domain in _porous(cell):
        stored = change(_STORE.format(domain=domain))
        for name in _LOST:
            if name.format(domain=domain) in found:
                stored = stored + change(name.format(domain=domain))
        layer = _double_layer(cell, domain, found)
        layers = layers + layer
        errors.append(stored - layer - (passed if domain == "positive" else -passed))
    if cell.model_name != "SPM":  # whose salt is a constant
        errors.append(change(_SALT) + layers)
    made = np.array(errors) / scale
    if state is not None:
        made += seen.ends.get(state.y.tobytes(), np.zeros(len(made)))[:, None]
    seen.ends[np.array(solution.all_ys[-1][:, -1], dtype=float).tobytes()] = made[:, -1]
    electrodes = made[: len(_porous(cell))]
    seen.passed = max(seen.passed, float(np.abs(electrodes).max()))
    seen.sodium = max(seen.sodium, float(np.abs(electrodes.sum(axis=0)).max()))
    if cell.model_name != "SPM":
        seen.salt = max(seen.salt, float(np.abs(made[-1]).max()))


def _double_layer(cell: Cell, domain: str, found: Mapping[str, Any]) -> Any:
    """Charge in the double layers of an electrode since the start [mol]; it is not yet in the particles.

    The area falls with the active material, and a layer that is lost keeps its charge.
    """
    Domain = domain.capitalize()
    if not _has_layers(cell):
        return 0.0
    area, potential = found[_AREA.format(Domain=Domain)], found[_POTENTIAL.format(Domain=Domain)]
    each = 0.5 * (area[:, 1:] + area[:, :-1]) * np.diff(potential, axis=1)
    charged = np.insert(np.cumsum(each.mean(axis=0)), 0, 0.0)
    volume = cell.area * cell.number(f"{Domain} electrode thickness [m]")
    return cell.number(f"{Domain} electrode double-layer capacity [F.m-2]") * volume * charged / FARADAY


def _charge_error(part: Any, charge: Any, least: float) -> float:
    """Difference between the charge of a solution and the integral of its current.

    Over the charge passed, or over ``least`` [A.h] where next to nothing passes.
    """
    t = np.asarray(part.t, dtype=float)
    # where the solver was asked for given times, it tells nothing of what is between
    if len(t) < 2 or not part.hermite_interpolation:
        return 0.0
    fine = np.append(t[:-1, None] + np.diff(t)[:, None] * np.linspace(0.0, 1.0, 9)[:-1], t[-1])
    current = read(part, ("Current [A]",), fine)["Current [A]"]
    passed = float(np.trapezoid(np.abs(current), fine)) / 3600.0
    gap = float(np.trapezoid(current, fine)) / 3600.0 - float(charge[-1] - charge[0])
    return abs(gap) / max(passed, least)
