"""Pulses and rests in PyBaMM: one built simulation, solved pulse by pulse until the cut-off."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from napore.built import Built, State, Step, read
from napore.cells import Cell

from .checks import ExperimentError, check_number
from .solving import NO_CAPACITY, cut_short

Array = npt.NDArray[np.float64]

_MOST_PULSES: Final = 50_000
_FIRST_REST_S: Final = 60.0
_VOLTAGE: Final = "Voltage [V]"


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
class LoggedStep:
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
    state: State
    diffusivity_m2_s: float | None = None
    adsorbed_occupancy: float | None = None
    last: bool = False


class StepError(Exception):
    """A step that could not be solved; the message is its status."""


def logged_steps(cell: Cell, built: Built, conditions: Conditions, halves: int) -> Iterator[LoggedStep]:
    """A minute's rest, then the pulses with their rests of one or two half cycles, each when it is solved.

    Raises
    ------
    StepError
        With a named status, where a step could not be solved.
    """
    yield (last := _first_rest(built))
    for half in range(halves):
        for step in _half_cycle(cell, built, conditions, half == 0, last.state):
            yield (last := step)


def _first_rest(built: Built) -> LoggedStep:
    (rest,), state = _run(built, [Step("current", 0.0, _FIRST_REST_S)], None)
    time = np.array([0.0, _FIRST_REST_S])
    return LoggedStep(time, np.zeros(2), read(rest, (_VOLTAGE,), time)[_VOLTAGE], state)


def _half_cycle(
    cell: Cell, built: Built, conditions: Conditions, first: bool, state: State
) -> Iterator[LoggedStep]:
    sign = cell.first_sign if first else -cell.first_sign
    low, high = cell.cut_offs
    current = sign * conditions.current_mA_g * cell.active_mass
    pulse = (
        Step("current", current, conditions.pulse_s, below=low)
        if sign > 0
        else Step("current", current, conditions.pulse_s, above=high)
    )
    rest = Step("current", 0.0, conditions.rest_s)
    for _ in range(3 * conditions.pulses(cell)):
        steps, state = _run(built, [pulse, rest], state)
        made = _read(cell, conditions, -sign * conditions.current_mA_g, steps, state)
        yield made
        if made.last:
            return
    raise StepError(
        "not finished: the cut-off was not reached; check that it lies inside the range of the open-circuit "
        "potential"
    )


def _run(built: Built, steps: list[Step], state: State | None) -> tuple[list[Any], State]:
    """Solutions of the steps, all of which must have run, and the state after them."""
    done = built.run(steps, state)
    if failed := cut_short(done):
        raise StepError(failed)
    if len(done.ran) < len(steps) or done.state is None:
        raise StepError(NO_CAPACITY)
    return done.ran, done.state


def _read(cell: Cell, conditions: Conditions, current: float, steps: list[Any], state: State) -> LoggedStep:
    times, voltages = [], []
    pulse, rest = steps
    for part in steps:
        time = part.t[0] + logged_seconds(float(part.t[-1] - part.t[0]), conditions.skip_s)
        times.append(time)
        voltages.append(read(part, (_VOLTAGE,), time)[_VOLTAGE])
    currents = np.concatenate([np.full(len(times[0]), current), np.zeros(len(times[1]))])
    D, theta = _transport(cell, rest)
    last = "event" in pulse.termination
    return LoggedStep(np.concatenate(times), currents, np.concatenate(voltages), state, D, theta, last)


def logged_seconds(duration: float, skip: float) -> Array:
    """Seconds after switching at which the voltage is logged, the end among them."""
    early = np.array([0.1, 0.3, 1.0, 2.0, 5.0, skip])
    points = np.concatenate([early, np.linspace(0.0, duration, 61)[1:]])
    kept = np.unique(points[(points > 0.0) & (points <= duration)])
    apart = np.append(np.diff(kept) > 1e-6 * duration, True)  # by more than round-off
    return np.asarray(kept[apart])


def _transport(cell: Cell, rest: Any) -> tuple[float, float | None]:
    """Diffusivity in the particles, and occupancy of a carbon's adsorption sites, at the end of rest."""
    domain = electrode(cell)
    # a value per size where sizes are spread
    diffusivity = f"Volume-averaged {domain} particle effective diffusivity [m2.s-1]"
    occupancy = f"Average {domain} particle adsorbed occupancy"
    single = getattr(cell.model.options, domain)["sodium storage"] in ("single", "phases")
    found = read(rest, (diffusivity,) if single else (diffusivity, occupancy), rest.t[-1:])
    D = float(np.mean(found[diffusivity][..., -1]))
    return D, None if single else float(found[occupancy][-1])


def electrode(cell: Cell) -> str:
    """Domain of the electrode that the diffusivity is told of: the carbon; of a cathode its own."""
    return "positive" if cell.kind == "cathode" else cell.anode_domain
