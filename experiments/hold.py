"""Hold at a constant voltage: the current decays, the charge that still passes is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pybamm

from .base import OK, AnyCell, Result, as_cell, header
from .checks import check_number, check_rate
from .eis_cells import ends_of
from .solving import carbon_end
from .steps import Run, ending, values_at_soc, voltage_solver

__all__ = ["Hold", "hold_test"]

Array = npt.NDArray[np.float64]

_NOT_BEGUN: Final = "cut-off: where the hold begins, the carbon is full or empty"


@dataclass(frozen=True, repr=False)
class Hold(Result):
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

    cell: str
    voltage_V: float
    time_s: Array
    current_mA_g: Array
    capacity_mAh_g: Array
    capacity_before_mAh_g: float
    header: Mapping[str, str]
    status: str = OK

    @property
    def solved(self) -> bool:
        """Whether the hold began."""
        return len(self.time_s) > 0

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
            "holds": self._rows(),
        }

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


def hold_test(
    cell: AnyCell,
    voltage_V: float,
    duration_s: float = 3600.0,
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
        Voltage to hold, between the cut-offs of the cell.
    duration_s
        Length of the hold.
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
    >>> found = hold_test(napore.half_cell("fjh", model="SPM"), 0.01, duration_s=600.0, rate=5.0)
    >>> bool(found.current_mA_g[-1] < 0.5 * found.current_mA_g[0])
    True
    """
    cell = as_cell(cell)
    low, high = cell.cut_offs
    held = check_number(voltage_V, "voltage_V", "V", low, high)
    length = check_number(duration_s, "duration_s", "s", 1e-3, 1e8)
    values = cell.parameter_values if soc is None else values_at_soc(cell, soc)
    steps = []
    if rate is not None:
        checked = check_rate(rate)
        ends = ends_of(cell, "two-electrode")
        # the charge of PyBaMM's sign that separates the start from the voltage decides the direction
        start = ends.voltage(0.0 if soc is None else float(soc))
        if abs(start - held) > 1e-6:
            sign = 1.0 if start > held else -1.0
            hours = 3.0 * cell.site_capacity / cell.one_C_current
            steps.append(
                pybamm.step.c_rate(
                    sign * checked, termination=f"{held:.9f} V", duration=3600.0 * hours / checked
                )
            )
    steps.append(pybamm.step.voltage(held, duration=length))
    solved = Run(cell, steps, solver=voltage_solver(cell), values=values).solve()
    ran, status = solved.steps, solved.status
    if status == OK:
        # the carbon may end the hold, or the current before it: then there is none
        status = next((ending(cell, step) for step in ran if carbon_end(step)), OK)
    if solved.status != OK or not solved.ran(len(steps) - 1):
        status = _NOT_BEGUN if status == OK else status
        empty = np.empty(0)
        return Hold(cell.name, held, empty, empty, empty, 0.0, header(cell), status)
    last = ran[-1]
    time = np.asarray(last.t, dtype=float)
    charge = np.asarray(last["Discharge capacity [A.h]"](time)) / cell.active_mass
    current = np.asarray(last["Current [A]"](time)) / cell.active_mass
    before = float(charge[0]) if len(ran) > 1 else 0.0
    return Hold(cell.name, held, time - time[0], current, charge - charge[0], before, header(cell), status)
