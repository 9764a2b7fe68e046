"""Hold at a constant voltage: the current decays, the charge that still passes is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from napore.built import Step, longest_time, read
from napore.cells import Cell
from napore.start import ends_of

from .checks import check_rate
from .records import Record, header
from .solving import OK, built_of, carbon_end, failure
from .steps import check_number, ending, start_at_soc, voltage_solver

__all__ = ["Hold", "hold"]

Array = npt.NDArray[np.float64]

_CHARGE: Final = "Discharge capacity [A.h]"
_CURRENT: Final = "Current [A]"
_NOT_BEGUN: Final = "cut-off: where the hold begins, the carbon is full or empty"


@dataclass(frozen=True)
class Hold(Record):
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
    status
        ``"ok"``, that the carbon became full or empty and when, or the failure, with advice.
    header
        Versions, model and hash of the parameters.
    """

    cell: str
    voltage_V: float
    time_s: Array
    current_mA_g: Array
    capacity_mAh_g: Array
    capacity_before_mAh_g: float
    status: str
    header: Mapping[str, str]

    def time_to(self, share: float) -> float | None:
        """Time [s] after which the current stays below a share of its first value; None if it never does."""
        above = np.flatnonzero(np.abs(self.current_mA_g) > share * abs(float(self.current_mA_g[0])))
        last = int(above[-1]) if len(above) else -1
        return None if last + 1 >= len(self.time_s) else float(self.time_s[last + 1])

    def table(self) -> pd.DataFrame:
        """One row per time."""
        names = ("time_s", "current_mA_g", "capacity_mAh_g")
        return pd.DataFrame({name: getattr(self, name) for name in names})

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {
            **self.header,
            "cell": self.cell,
            "voltage_V": self.voltage_V,
            "capacity_before_mAh_g": self.capacity_before_mAh_g,
            "status": self.status,
            **{str(name): column.tolist() for name, column in self.table().items()},
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw the magnitude of the current over time; return the axes."""
        from .pictures import draw_hold

        return draw_hold(self, ax)


def hold(
    cell: Cell,
    voltage: float,
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
    voltage
        Voltage to hold [V], between the cut-offs of the cell.
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
    low, high = cell.cut_offs
    held = check_number(voltage, "voltage", "V", low, high)
    length = check_number(duration, "duration", "s", 1e-3, 1e8)
    start = start_at_soc(cell, soc)
    steps = []
    if rate is not None:
        checked = check_rate(rate)
        # the charge of PyBaMM's sign that separates the start from the voltage decides the direction
        rest = ends_of(cell).voltage(0.0 if soc is None else float(soc))
        if abs(rest - held) > 1e-6:
            current, longest = checked * cell.one_C_current, longest_time(cell, checked)
            steps.append(
                Step("current", current, longest, below=held)
                if rest > held
                else Step("current", -current, longest, above=held)
            )
    steps.append(Step("voltage", held, length))
    built = built_of(cell, inputs=start, solver=voltage_solver(cell))
    done = built.run(steps, inputs=start)
    ran = done.ran
    # a hold alone that is at its end at once did not begin, which is no failure
    failed = failure(done) if len(steps) > 1 or done.error is not None else ""
    status = failed or OK
    if status == OK:
        # the carbon may end the hold, or the current before it: then there is none
        status = next((ending(cell, step) for step in ran if carbon_end(step)), OK)
    if failed or not done.reached(len(steps) - 1):
        status = _NOT_BEGUN if status == OK else status
        empty = np.empty(0)
        return Hold(cell.name, held, empty, empty, empty, 0.0, status, header(cell))
    last = ran[-1]
    time = np.asarray(last.t, dtype=float)
    found = read(last, (_CHARGE, _CURRENT))
    charge, flow = found[_CHARGE] / cell.active_mass, found[_CURRENT] / cell.active_mass
    before = float(charge[0]) if len(ran) > 1 else 0.0
    return Hold(cell.name, held, time - time[0], flow, charge - charge[0], before, status, header(cell))
