"""Pulse test: resistance at stated times after a step of current, over the state of charge."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from tqdm import tqdm

from napore.built import Built, Step, read
from napore.cells import Cell

from .checks import ExperimentError, check_rate
from .records import Record, header
from .solving import NO_CAPACITY, OK, built_of, failure
from .steps import check_number, ended_at_once, ending, start_at_soc, voltage_solver

__all__ = ["PULSE_SOC", "PULSE_TIMES", "PulsePoint", "PulseTest", "PulseTestInterrupted", "pulse_test"]

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


@dataclass(frozen=True)
class PulseTest(Record):
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

    cell: str
    rate_C: float
    duration_s: float
    points: tuple[PulsePoint, ...]
    header: Mapping[str, str]

    @property
    def solved(self) -> bool:
        """Whether at least one resistance was found."""
        return any(point.resistance_ohm is not None for point in self.points)

    def table(self) -> pd.DataFrame:
        """One row per state of charge, direction and time."""
        table = pd.DataFrame([asdict(point) for point in self.points])
        numbers = [name for name in table.columns if name not in ("direction", "status")]
        table[numbers] = table[numbers].astype(float)
        return table

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {
            **self.header,
            "cell": self.cell,
            "rate_C": self.rate_C,
            "duration_s": self.duration_s,
            "pulses": [asdict(point) for point in self.points],
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw resistance over state of charge, one colour per time; return the axes."""
        from .pictures import draw_pulses

        return draw_pulses(self, ax)


class PulseTestInterrupted(KeyboardInterrupt):
    """Ctrl-C; ``result`` holds the pulses that were finished."""

    def __init__(self, result: PulseTest) -> None:
        super().__init__("pulse test interrupted")
        self.result = result


def pulse_test(
    cell: Cell,
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
        Times at which the resistance is read [s], not beyond ``duration``; later ones are left out.
    progress
        Whether to show a bar, on a terminal and after two seconds.

    Raises
    ------
    ExperimentError
        For conditions that are no numbers or out of range.
    PulseTestInterrupted
        On Ctrl-C, with what is finished.

    Examples
    --------
    >>> import napore
    >>> found = pulse_test(napore.half_cell("fjh", model="SPM"), soc=[0.5], times=[1.0, 30.0])
    >>> short, long = (point.resistance_ohm for point in found.points[:2])
    >>> short < long
    True
    """
    given = soc if isinstance(soc, Iterable) and not isinstance(soc, str) else (soc,)
    charged = [check_number(value, "soc", "", 0.0, 1.0) for value in given]
    if not charged:
        raise ExperimentError("no soc is given: give at least one, 0 to 1")
    current = check_rate(rate) * cell.one_C_current
    length = check_number(duration, "duration", "s", 1e-3, 1e7)
    at = [check_number(time, "time", "s", 1e-6, 1e7) for time in times]
    at = [time for time in at if time <= length]
    if not at:
        raise ExperimentError(f"no time lies within the pulse of {length:g} s: give shorter times")
    points: list[PulsePoint] = []

    def result() -> PulseTest:
        return PulseTest(cell.name, float(rate), length, tuple(points), header(cell))

    try:
        built = built_of(cell, inputs=start_at_soc(cell, 0.5), solver=voltage_solver(cell))
        bar = tqdm(
            charged, desc=f"{cell.name} {cell.model_name}", unit="soc", delay=2, disable=not progress or None
        )
        for value in bar:
            for direction, sign in zip(cell.directions, (1, -1), strict=True):
                signed = sign * cell.first_sign * current
                points += _pulse(cell, built, value, direction, signed, length, at)
    except KeyboardInterrupt:
        raise PulseTestInterrupted(result()) from None
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
