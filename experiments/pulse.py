"""Pulse test: resistance at stated times after a step of current, over the state of charge."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from napore.built import Built, Step, read
from napore.cells import Cell
from napore.parameters.arguments import typed

from .base import OK, AnyCell, RowResult, as_cell, header, keeping, label, progress_bar
from .checks import ExperimentError, check_number, check_numbers, check_rate
from .solving import NO_CAPACITY, built_of, failure
from .steps import ended_at_once, ending, start_at_soc, voltage_solver

PULSE_SOC: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
"""States of charge of a test for which none are given."""

PULSE_TIMES: Final = (0.1, 1.0, 10.0, 30.0)
"""Times after the step of current at which the resistance is read [s]."""


@dataclass(frozen=True)
class PulsePoint:
    """Resistance at one time of one pulse; None where the pulse did not reach it.

    Parameters
    ----------
    soc
        State of charge [-]: 0 is a carbon desodiated at its upper cut-off, else a cell discharged.
    direction
        ``"sodiation"``, ``"desodiation"``, ``"charge"`` or ``"discharge"``.
    time_s
        Time since the step of current [s].
    rest_voltage_V
        Voltage at equilibrium before the pulse.
    voltage_V
        Voltage at the time.
    resistance_ohm
        Change of voltage over current.
    resistance_ohm_cm2
        The same times the area of the electrodes.
    status
        ``"ok"``, the cut-off that ended the pulse, or the failure, with advice.
    """

    soc: float
    direction: str
    time_s: float
    rest_voltage_V: float | None = None
    voltage_V: float | None = None
    resistance_ohm: float | None = None
    resistance_ohm_cm2: float | None = None
    status: str = OK


@dataclass(frozen=True, repr=False)
class PulseTest(RowResult):
    """Resistances of both directions over the state of charge.

    Parameters
    ----------
    cell
        Name of the cell.
    rate_C
        Magnitude of the current [C].
    duration_s
        Length of each pulse [s].
    points
        One per state of charge, direction and time.
    header
        Versions, model and hash of the parameters.
    """

    row_name = "soc {soc:g}, {direction}, {time_s:g} s"
    row_key = "pulses"
    facts = ("cell", "rate_C", "duration_s")

    cell: str
    rate_C: float
    duration_s: float
    points: tuple[PulsePoint, ...]
    header: Mapping[str, str]

    def plot(self, ax: Any = None) -> Any:
        """Draw resistance over state of charge, a colour per time, a mark per direction; return the axes."""
        from napore.plotting import new_axes, sequential_colours

        ax = new_axes(ax)
        table = self.table()
        times = sorted(table["time_s"].unique())
        for time, colour in zip(times, sequential_colours(len(times)), strict=True):
            for direction, marker in zip(table["direction"].unique(), ("o-", "s--"), strict=False):
                rows = table[(table["time_s"] == time) & (table["direction"] == direction)].sort_values("soc")
                name = f"{time:g} s, {direction}"
                ax.plot(rows["soc"], rows["resistance_ohm"], marker, color=colour, label=name)
        ax.set(xlabel="SOC", ylabel="R / $\\Omega$", title=f"{self.cell}, {self.rate_C:g} C")
        ax.set_ylim(bottom=0.0)
        ax.legend(ncols=2, fontsize="x-small")
        return ax


@typed(ExperimentError)
def pulse_test(
    cell: AnyCell,
    soc: Iterable[float] | float = PULSE_SOC,
    rate: float = 1.0,
    duration: float = 30.0,
    *,
    times: Iterable[float] = PULSE_TIMES,
    progress: bool = False,
) -> PulseTest:
    """Pulses of both directions, each from equilibrium at a state of charge.

    ``R(t) = [V(t) - V(0)] / [I(t) - I(0)]`` with ``V(0)`` at equilibrium and ``I(0) = 0``: at short
    times ohmic drop and charge transfer, at long times diffusion, filling and the change of the
    equilibrium itself as well. A cell without double layers (the default of the models) has its
    charge-transfer resistance from the first moment.

    Parameters
    ----------
    cell
        Half or full cell.
    soc
        States of charge, 0 to 1.
    rate
        Current of the pulses [C].
    duration
        Length of the pulses [s].
    times
        Times [s] at which the resistance is read, not beyond ``duration``; later ones are left out.
    progress
        Whether to show a bar, on a terminal and after two seconds.

    Raises
    ------
    ExperimentError
        For conditions that are no numbers or out of range.
    Interrupted
        On Ctrl-C, with what is finished.

    Examples
    --------
    >>> import napore
    >>> found = pulse_test(napore.half_cell("fjh", model="SPM"), soc=[0.5], times=[1.0, 30.0])
    >>> short, long = (point.resistance_ohm for point in found.points[:2])
    >>> short < long
    True
    """
    cell = as_cell(cell)
    charged = check_numbers(soc, "soc", "", 0.0, 1.0)
    current = check_rate(rate) * cell.one_C_current
    length = check_number(duration, "duration", "s", 1e-3, 1e7)
    at = [time for time in check_numbers(times, "time", "s", 1e-6, 1e7) if time <= length]
    if not at:
        raise ExperimentError(f"no time lies within the pulse of {length:g} s: give shorter times")
    points: list[PulsePoint] = []

    def result() -> PulseTest:
        return PulseTest(cell.name, float(rate), length, tuple(points), header(cell))

    start = start_at_soc(cell, 0.5)
    built = built_of(cell, inputs=start, solver=voltage_solver(cell), shortest=min(at))
    with keeping(result):
        for value in progress_bar(label(cell), "soc", charged, show=progress):
            for direction, sign in zip(cell.directions, (1, -1), strict=True):
                signed = sign * cell.first_sign * current
                points += _pulse(cell, built, value, direction, signed, length, at)
    return result()


def _pulse(
    cell: Cell, built: Built, soc: float, direction: str, current: float, duration: float, times: list[float]
) -> list[PulsePoint]:
    low, high = cell.cut_offs
    pulse = Step("current", current, duration, below=low, above=high)
    done = built.run([pulse], inputs=start_at_soc(cell, soc))
    status = failure(done)
    if not done.ran:
        if status == NO_CAPACITY:
            status = f"{ended_at_once(cell, soc, 'pulse')}; try a smaller current"
        return [PulsePoint(soc, direction, time, status=status) for time in times]
    step = done.ran[0]
    status = status or ending(cell, step)
    open_circuit, terminals = "Bulk open-circuit voltage [V]", "Voltage [V]"
    rest = float(read(step, (open_circuit,))[open_circuit][0])
    found = []
    for time in times:
        if time > step.t[-1] - step.t[0] + 1e-9:
            found.append(PulsePoint(soc, direction, time, rest, status=status))
            continue
        voltage = float(read(step, (terminals,), np.array([step.t[0] + time]))[terminals][0])
        resistance = (rest - voltage) / current
        found.append(
            PulsePoint(soc, direction, time, rest, voltage, resistance, 1e4 * cell.area * resistance)
        )
    return found
