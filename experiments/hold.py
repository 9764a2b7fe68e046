"""Hold at a constant voltage: the current decays, the charge that still passes is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from napore.built import Step, longest_time, read
from napore.cells import Cell
from napore.parameters.arguments import typed
from napore.start import ends_of

from .base import OK, AnyCell, TraceResult, as_cell, header
from .checks import ExperimentError, check_number, check_rate
from .solving import built_of, failure, model_end
from .steps import ending, start_at_soc, voltage_solver

Array = npt.NDArray[np.float64]

_CHARGE: Final = "Discharge capacity [A.h]"
_CURRENT: Final = "Current [A]"
_NOT_BEGUN: Final = "cut-off: where the hold begins, the carbon is full or empty"


@dataclass(frozen=True, repr=False)
class Hold(TraceResult):
    """Current and charge of a hold.

    Parameters
    ----------
    cell
        Name of the cell.
    voltage_V
        Voltage that was held.
    time_s
        Time since the hold began [s].
    current_mA_g
        Current [mA/g], positive while the cell delivers (a carbon in its half cell is sodiated).
    capacity_mAh_g
        Charge passed since the hold began, with the same sign.
    capacity_before_mAh_g
        Charge that the constant current before it passed, with the same sign; 0 without one.
    header
        Versions, model and hash of the parameters.
    status
        ``"ok"``, that the carbon became full or empty and when, or the failure, with advice.
    """

    columns = ("time_s", "current_mA_g", "capacity_mAh_g")
    facts = ("cell", "voltage_V", "capacity_before_mAh_g")
    row_key = "holds"

    cell: str
    voltage_V: float
    time_s: Array
    current_mA_g: Array
    capacity_mAh_g: Array
    capacity_before_mAh_g: float
    header: Mapping[str, str]
    status: str = OK

    def plot(self, ax: Any = None) -> Any:
        """Draw the magnitude of the current over time; return the axes."""
        from napore.plotting import new_axes

        ax = new_axes(ax)
        current = np.abs(self.current_mA_g)
        shown = current > 0.0
        ax.plot(self.time_s[shown] / 60.0, current[shown])
        ax.set(yscale="log", xlabel="t / min", ylabel="|i| / mA g$^{-1}$")
        ax.set_title(f"{self.cell}, hold at {self.voltage_V:g} V")
        return ax


@typed(ExperimentError)
def hold(
    cell: AnyCell,
    voltage_V: float | None = None,
    duration: float = 3600.0,
    *,
    rate: float | None = 0.5,
    soc: float | None = None,
) -> Hold:
    """Constant current to a voltage, then a hold there.

    Parameters
    ----------
    cell
        Half or full cell.
    voltage_V
        Voltage to hold, between the cut-offs of the cell; where None the cut-off that ends its first half
        cycle (sodiation of a carbon, else charge).
    duration
        Length of the hold [s].
    rate
        Constant current [C] that leads to the voltage; None for a step of the voltage.
    soc
        State of charge at the start, at equilibrium, 0 to 1; the cell's own start where None.

    Returns
    -------
    Hold
        A failed solve has a status and no points, as has a hold that the carbon does not let begin.

    Raises
    ------
    ExperimentError
        For conditions that are no numbers or out of range.

    Examples
    --------
    >>> import napore
    >>> found = hold(napore.half_cell("fjh", model="SPM"), 0.01, duration=600.0, rate=5.0)
    >>> bool(found.current_mA_g[-1] < 0.5 * found.current_mA_g[0])
    True
    """
    cell = as_cell(cell)
    low, high = cell.cut_offs
    if voltage_V is None:
        voltage_V = low if cell.first_sign > 0 else high
    held = check_number(voltage_V, "voltage_V", "V", low, high)
    length = check_number(duration, "duration", "s", 1e-3, 1e8)
    start = start_at_soc(cell, soc)
    steps = [
        *([] if rate is None else _leading(cell, check_rate(rate), soc, held)),
        Step("voltage", held, length),
    ]
    built = built_of(cell, inputs=start, solver=voltage_solver(cell))
    done = built.run(steps, inputs=start)
    # a hold alone that is at its end at once did not begin, which is no failure
    failed = failure(done) if len(steps) > 1 or done.error is not None else ""
    status = failed or OK
    if status == OK:
        # the carbon or the salt may end the hold, or the current before it: then there is none
        status = next((ending(cell, step) for step in done.ran if model_end(step)), OK)
    if failed or not done.reached(len(steps) - 1) or any(map(model_end, done.ran[:-1])):
        status = _NOT_BEGUN if status == OK else status
        return Hold(cell.name, held, *3 * (np.empty(0),), 0.0, header(cell), status)
    last = done.ran[-1]
    time = np.asarray(last.t, dtype=float)
    found = read(last, (_CHARGE, _CURRENT))
    charge, flow = found[_CHARGE] / cell.active_mass, found[_CURRENT] / cell.active_mass
    before = float(charge[0]) if len(done.ran) > 1 else 0.0
    return Hold(cell.name, held, time - time[0], flow, charge - charge[0], before, header(cell), status)


def _leading(cell: Cell, rate: float, soc: float | None, held: float) -> list[Step]:
    """Constant current from the start to the voltage; none where the cell rests there."""
    # the charge of PyBaMM's sign that separates the start from the voltage decides the direction
    rest = ends_of(cell).voltage(0.0 if soc is None else float(soc))
    if abs(rest - held) <= 1e-6:
        return []
    current, longest = rate * cell.one_C_current, longest_time(cell, rate)
    if rest > held:
        return [Step("current", current, longest, below=held)]
    return [Step("current", -current, longest, above=held)]
