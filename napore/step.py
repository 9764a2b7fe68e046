"""One step of what is done to a cell: what is held, for how long and to which limit, as inputs of a build."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pybamm

Array = npt.NDArray[np.float64]

_LOWER: Final = "Lower limit of the step [V]"
_UPPER: Final = "Upper limit of the step [V]"
_LEAST: Final = "Least current of the step [A]"
_VALUE: Final = "Value at the start of the step"
_SLOPE: Final = "Slope of the step [s-1]"
_START: Final = "Start of the step [s]"
_NEVER: Final = 1e3
"""Limit of the voltage that no cell reaches [V]."""


@dataclass(frozen=True, eq=False)
class Step:
    """What a cell does until a time, a limit or an event of the model ends it.

    Parameters
    ----------
    control
        ``"current"`` [A] (0: rest), ``"voltage"`` [V] or ``"power"`` [W]; positive where the cell
        delivers, which in a carbon's half cell is sodiation.
    value
        Value at the start of the step.
    duration
        Time at which the step ends at the latest [s].
    below, above
        Voltages that end the step [V]; None: the safety limits of the model, 1 V beyond its cut-offs.
    least_current
        Magnitude of the current below which a hold ends [A].
    slope
        Change of the value with time, of a ramp of the voltage [V/s].
    profile
        Times since the start [s] and values, linear between, in the place of ``value``; a build of its own.
    period
        Time between two points of the solution [s]; those of the solver where None.
    """

    control: str
    value: float
    duration: float
    below: float | None = None
    above: float | None = None
    least_current: float | None = None
    slope: float = 0.0
    profile: tuple[Array, Array] | None = None
    period: float | None = None

    @property
    def current(self) -> float | None:
        """Current of a step at constant current [A], else None."""
        return self.value if self.control == "current" and self.profile is None else None

    @property
    def key(self) -> Any:
        """What a build is for: the kind of control, and a profile."""
        if self.profile is None:
            return self.control
        return self.control, self.profile[0].tobytes(), self.profile[1].tobytes()

    def inputs(self, start: float) -> dict[str, float]:
        """Inputs of a build by name, for a step that begins at ``start`` [s]."""
        return {
            _LOWER: -_NEVER if self.below is None else self.below,
            _UPPER: _NEVER if self.above is None else self.above,
            _LEAST: -1.0 if self.least_current is None else self.least_current,
            _VALUE: self.value,
            _SLOPE: self.slope,
            _START: start,
        }

    @property
    def times(self) -> tuple[Array | None, Array | None]:
        """Times since the start at which the solver stops, and at which the solution has its points [s]."""
        stops = None
        if self.profile is not None:
            stops = np.append(self.profile[0][self.profile[0] < self.duration], self.duration)
        if self.period is None:
            return stops, None
        count = max(round(self.duration / self.period) + 1, 2)
        return stops, np.linspace(0.0, self.duration, count)


def controlled(step: Step) -> pybamm.Symbol:
    """Value that is held, as a function of time and of inputs."""
    given = pybamm.InputParameter
    if step.profile is not None:
        return pybamm.Interpolant(*step.profile, pybamm.t - given(_START), name="profile")
    if step.control == "voltage":
        return given(_VALUE) + given(_SLOPE) * (pybamm.t - given(_START))
    return given(_VALUE)


def ends(variables: Mapping[str, pybamm.Symbol], limited: str) -> list[pybamm.Event]:
    """Events at the limits of a step; PyBaMM's word in the name lets the next step go on from there."""
    given, voltage, current = pybamm.InputParameter, variables[limited], variables["Current [A]"]
    return [
        pybamm.Event("Voltage < lower limit [experiment]", voltage - given(_LOWER)),
        pybamm.Event("Voltage > upper limit [experiment]", given(_UPPER) - voltage),
        pybamm.Event("Current at its least [experiment]", abs(current) - given(_LEAST)),
    ]
