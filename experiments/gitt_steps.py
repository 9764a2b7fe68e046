"""Pulses and rests in PyBaMM: one built simulation, solved pulse by pulse until the cut-off."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pybamm

from napore.cells import Cell

from .checks import ExperimentError, check_number
from .solving import NO_CAPACITY, StepFailure, simulation_of, solver_failed

__all__ = ["Conditions", "Step", "StepError", "electrode", "first_rest", "half_cycle"]

Array = npt.NDArray[np.float64]

_MOST_PULSES: Final = 50_000
_FIRST_REST_S: Final = 60.0


@dataclass(frozen=True)
class Conditions:
    """What is repeated until the cut-off.

    Parameters
    ----------
    current_mA_g
        Magnitude of the current per gram of active material.
    pulse_s, rest_s
        Durations.
    skip_s
        Time after switching from which the change of the voltage during a pulse counts.

    Raises
    ------
    ExperimentError
        For what is no number or out of range.
    """

    current_mA_g: float = 50.0
    pulse_s: float = 600.0
    rest_s: float = 2400.0
    skip_s: float = 10.0

    def __post_init__(self) -> None:
        for name, unit, low, high in (
            ("current_mA_g", "mA/g", 0.01, 1e5),
            ("pulse_s", "s", 0.1, 1e6),
            ("rest_s", "s", 0.1, 1e7),
        ):
            check_number(getattr(self, name), name, unit, low, high)
        check_number(self.skip_s, "skip_s", "s", 0.0, 0.5 * self.pulse_s)

    def pulses(self, cell: Cell) -> int:
        """Pulses that hold the capacity of all sites.

        Raises
        ------
        ExperimentError
            Where they would be more than 50 000.
        """
        sites = cell.site_capacity / cell.active_mass
        count = math.ceil(sites / (self.current_mA_g * self.pulse_s / 3600.0))
        if count > _MOST_PULSES:
            raise ExperimentError(
                f"pulses of {self.current_mA_g:g} mA/g for {self.pulse_s:g} s would be {count} for "
                f"{sites:.0f} mAh/g: give a longer pulse or a higher current, for at most {_MOST_PULSES}"
            )
        return count


@dataclass(frozen=True)
class Step:
    """A pulse with its rest, or a rest alone, as a laboratory would log it.

    Parameters
    ----------
    time_s, current_mA_g, voltage_V
        Points; current is positive on desodiation of a carbon in its half cell, else on charge.
    state
        Where the cell ended.
    diffusivity_m2_s
        That of the particles' own equation, at the end of rest; None of a rest alone.
    adsorbed_occupancy
        Of a carbon with pores, at the end of rest.
    last
        Whether the cut-off ended the pulse.
    """

    time_s: Array
    current_mA_g: Array
    voltage_V: Array
    state: pybamm.Solution
    diffusivity_m2_s: float | None = None
    adsorbed_occupancy: float | None = None
    last: bool = False


class StepError(Exception):
    """A step that could not be solved; the message is its status."""


def first_rest(cell: Cell, points: Mapping[str, int]) -> Step:
    """Rest of a minute, for the potential that the first pulse starts from."""
    solution = _solve(_simulation(cell, [pybamm.step.Rest(duration=_FIRST_REST_S)], points), None)
    (rest,) = solution.cycles[-1].steps
    time = np.array([0.0, _FIRST_REST_S])
    voltage = np.asarray(rest["Voltage [V]"](time))
    return Step(time, np.zeros(2), voltage, solution.last_state)


def half_cycle(
    cell: Cell,
    conditions: Conditions,
    first: bool,
    state: pybamm.Solution,
    points: Mapping[str, int],
) -> Iterator[Step]:
    """Pulses with their rests until the cut-off, each when it is solved.

    Raises
    ------
    StepError
        With a named status, where a step could not be solved.
    """
    sign = cell.first_sign if first else -cell.first_sign
    low, high = cell.cut_offs
    end = low if sign > 0 else high
    pulse = pybamm.step.Current(
        sign * conditions.current_mA_g * cell.active_mass,
        duration=conditions.pulse_s,
        termination=f"{end:.9f} V",
    )
    rest = pybamm.step.Rest(duration=conditions.rest_s)
    simulation = _simulation(cell, [(pulse, rest)], points)
    for _ in range(3 * conditions.pulses(cell)):
        solution = _solve(simulation, state)
        state = solution.last_state
        steps = solution.cycles[-1].steps
        if len(steps) < 2 or isinstance(steps[0], pybamm.EmptySolution):
            raise StepError(NO_CAPACITY)
        step = _read(cell, conditions, -sign * conditions.current_mA_g, steps, state)
        yield step
        if step.last:
            return
    raise StepError(
        "not finished: the cut-off was not reached; check that it lies inside the range of the open-circuit "
        "potential"
    )


def _simulation(cell: Cell, steps: list[Any], points: Mapping[str, int]) -> pybamm.Simulation:
    return simulation_of(cell, steps, var_pts={**cell.model.default_var_pts, **points})


def _solve(simulation: pybamm.Simulation, state: pybamm.Solution | None) -> pybamm.Solution:
    failure = StepFailure()
    try:
        solution = simulation.solve(starting_solution=state, calc_esoh=False, callbacks=[failure])
    except pybamm.SolverError as error:
        raise StepError(NO_CAPACITY if "infeasible" in str(error) else solver_failed(error)) from None
    if failure.error is not None:
        raise StepError(solver_failed(failure.error))
    return solution


def _read(
    cell: Cell, conditions: Conditions, current: float, steps: list[Any], state: pybamm.Solution
) -> Step:
    times, voltages = [], []
    pulse, rest = steps
    for step in steps:
        time = step.t[0] + _points(float(step.t[-1] - step.t[0]), conditions.skip_s)
        times.append(time)
        voltages.append(np.asarray(step["Voltage [V]"](time)))
    currents = np.concatenate([np.full(len(times[0]), current), np.zeros(len(times[1]))])
    D, theta = _transport(cell, rest)
    last = "event" in pulse.termination
    return Step(np.concatenate(times), currents, np.concatenate(voltages), state, D, theta, last)


def _points(duration: float, skip: float) -> Array:
    """Seconds after switching at which the voltage is logged, the end among them."""
    early = np.array([0.1, 0.3, 1.0, 2.0, 5.0, skip])
    points = np.concatenate([early, np.linspace(0.0, duration, 61)[1:]])
    kept = np.unique(points[(points > 0.0) & (points <= duration)])
    apart = np.append(np.diff(kept) > 1e-6 * duration, True)  # by more than round-off
    return np.asarray(kept[apart])


def _transport(cell: Cell, rest: Any) -> tuple[float, float | None]:
    """Diffusivity in the particles, and occupancy of a carbon's adsorption sites, at the end of rest."""
    domain = electrode(cell)
    end = float(rest.t[-1])
    # a value per size where sizes are spread
    D = float(np.mean(rest[f"Volume-averaged {domain} particle effective diffusivity [m2.s-1]"](end)))
    if getattr(cell.model.options, domain)["sodium storage"] == "single":
        return D, None
    return D, float(rest[f"Average {domain} particle adsorbed occupancy"](end))


def electrode(cell: Cell) -> str:
    """Domain of the electrode that the diffusivity is told of: the carbon; of a cathode its own."""
    return "positive" if cell.kind == "cathode" else cell.anode_domain
