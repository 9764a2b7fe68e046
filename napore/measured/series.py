"""What cyclers and impedance analysers measure, as arrays with units in the names."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Hold:
    """A hold at the potential that ends a half cycle.

    Parameters
    ----------
    voltage_V
        Mean potential [V].
    duration_s
        From the last point at constant current [s].
    capacity_mAh_g
        Charge passed [mAh per gram].
    last_current_mA_g
        Magnitude of the current at the end [mA per gram].
    time_s, charge_mAh_g
        Points since its begin: time [s] and charge [mAh per gram].
    """

    voltage_V: float
    duration_s: float
    capacity_mAh_g: float
    last_current_mA_g: float
    time_s: Array
    charge_mAh_g: Array


@dataclass(frozen=True)
class MeasuredCurve:
    """Voltage against capacity of one half cycle.

    Parameters
    ----------
    source
        Where it was read.
    direction
        ``"sodiation"`` or ``"desodiation"`` of a carbon's half cell.
    capacity_mAh_g
        Charge passed since its start, rising [mAh per gram], the hold's among it.
    voltage_V
        Voltage [V].
    current_mA_g
        Magnitude of the constant current [mA per gram]; None where it is not known.
    hold
        At the end; None without one.
    rest_before_s
        Time at rest before it [s].
    complete
        Whether it ends where the half cycles of its direction end.
    interruptions
        Rests inside it.
    current_varies
        Whether the current is not constant before the hold.
    """

    source: str
    direction: str
    capacity_mAh_g: Array
    voltage_V: Array
    current_mA_g: float | None = None
    hold: Hold | None = None
    rest_before_s: float = 0.0
    complete: bool = True
    interruptions: int = 0
    current_varies: bool = False

    @property
    def capacity(self) -> float:
        """Charge passed [mAh/g]."""
        return float(self.capacity_mAh_g[-1])

    @property
    def constant_current_capacity(self) -> float:
        """Charge passed before the hold [mAh/g]."""
        return self.capacity - (self.hold.capacity_mAh_g if self.hold else 0.0)

    def table(self) -> pd.DataFrame:
        """One row per point."""
        return pd.DataFrame(
            {"direction": self.direction, "capacity_mAh_g": self.capacity_mAh_g, "voltage_V": self.voltage_V}
        )


@dataclass(frozen=True)
class MeasuredCycling:
    """Time, current and voltage of a cycler; current is positive on desodiation (charge).

    Parameters
    ----------
    source
        Where it was read.
    time_s, current_mA_g, voltage_V
        Points in the order of time.
    charge_mAh_g
        Net charge since the start, where the cycler counted it itself; integrated by trapezoids where None.
    lines
        Line of the file of each point, for messages.
    """

    source: str
    time_s: Array
    current_mA_g: Array
    voltage_V: Array
    charge_mAh_g: Array | None = None
    lines: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @property
    def charge(self) -> Array:
        """Net charge since the start, positive on desodiation [mAh/g]."""
        if self.charge_mAh_g is not None:
            return self.charge_mAh_g
        means = 0.5 * (self.current_mA_g[1:] + self.current_mA_g[:-1])
        return np.concatenate([[0.0], np.cumsum(means * np.diff(self.time_s / 3600.0))])

    def place(self, row: int) -> str:
        """Where a point stands, for messages."""
        return f"line {self.lines[row]}" if len(self.lines) else f"row {row + 1}"

    def half_cycles(self) -> tuple[MeasuredCurve, ...]:
        """Half cycles, as :func:`napore.measured.half_cycles.split_half_cycles`."""
        from .half_cycles import split_half_cycles

        return split_half_cycles(self).curves

    def table(self) -> pd.DataFrame:
        """One row per point."""
        return pd.DataFrame(
            {"time_s": self.time_s, "current_mA_g": self.current_mA_g, "voltage_V": self.voltage_V}
        )


@dataclass(frozen=True)
class MeasuredRates:
    """Capacity at each current.

    Parameters
    ----------
    source
        Where it was read.
    current_mA_g, capacity_mAh_g
        One per rate.
    """

    source: str
    current_mA_g: Array
    capacity_mAh_g: Array

    def table(self) -> pd.DataFrame:
        """One row per rate."""
        return pd.DataFrame({"current_mA_g": self.current_mA_g, "capacity_mAh_g": self.capacity_mAh_g})


@dataclass(frozen=True)
class MeasuredImpedance:
    """An impedance spectrum.

    Parameters
    ----------
    source
        Where it was read.
    frequency_Hz, impedance_ohm
        One per frequency, complex.
    soc_or_cycle
        State of charge or number of the cycle that the file gives; its place in the file where it gives none.
    """

    source: str
    frequency_Hz: Array
    impedance_ohm: npt.NDArray[np.complex128]
    soc_or_cycle: float = 1.0

    def table(self) -> pd.DataFrame:
        """One row per frequency."""
        return pd.DataFrame(
            {
                "frequency_Hz": self.frequency_Hz,
                "z_real_ohm": self.impedance_ohm.real,
                "z_imag_ohm": self.impedance_ohm.imag,
            }
        )
