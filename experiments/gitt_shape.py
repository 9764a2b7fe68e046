"""Shape of the diffusivity over the voltage: slope, dip at the plateau, and what comes after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from .checks import ExperimentError
from .weppner_huggins import GittPulse

SLOPE_V: Final = (0.2, 0.6)
"""Voltages at the end of rest that count as the slope [V]."""

DIP_V: Final = (0.03, 0.1)
"""Voltages at the end of rest among which the smallest diffusivity is sought [V]."""


@dataclass(frozen=True)
class GittShape:
    """What the diffusivities of one half cycle show [m2/s].

    Parameters
    ----------
    slope, slope_range
        Median on the slope, and largest over smallest.
    least, least_voltage_V
        Smallest diffusivity at the plateau, and where.
    last, last_voltage_V
        That of the last pulse.
    bounds
        Share of the pulses that are lower bounds only.
    """

    slope: float
    slope_range: float
    least: float
    least_voltage_V: float
    last: float
    last_voltage_V: float
    bounds: float

    @property
    def dip_ratio(self) -> float:
        """Median on the slope over the smallest at the plateau."""
        return self.slope / self.least

    @property
    def end_ratio(self) -> float:
        """Last over the smallest at the plateau."""
        return self.last / self.least

    @property
    def flat(self) -> bool:
        """Whether the diffusivity on the slope varies by a factor of two at most."""
        return self.slope_range <= 2.0

    @property
    def falls(self) -> bool:
        """Whether the dip is pronounced: a factor of three or more."""
        return self.dip_ratio >= 3.0

    @property
    def rises(self) -> bool:
        """Whether the diffusivity rises again before the cut-off: by 30 % or more."""
        return self.end_ratio >= 1.3


def gitt_shape(
    pulses: Iterable[GittPulse], direction: str = "sodiation", *, complete: bool = True
) -> GittShape:
    """Shape of the diffusivity of one half cycle of a carbon.

    Parameters
    ----------
    pulses
        Such as those of a :class:`Gitt`.
    direction
        Half cycle.
    complete
        Whether to leave out a pulse that the cut-off ended: its ``dE_t`` ends at the cut-off by construction.

    Raises
    ------
    ExperimentError
        Where no pulse ends on the slope, or none at the plateau.
    """
    kept = [pulse for pulse in pulses if pulse.direction == direction and (pulse.complete or not complete)]
    voltage, D = _points(kept)
    slope = D[(voltage >= SLOPE_V[0]) & (voltage <= SLOPE_V[1])]
    plateau = np.flatnonzero((voltage >= DIP_V[0]) & (voltage <= DIP_V[1]))
    if not len(slope) or not len(plateau):
        (low, high), where = (SLOPE_V, "slope") if not len(slope) else (DIP_V, "plateau")
        raise ExperimentError(
            f"no pulse of the {direction} rests between {low:g} and {high:g} V, the {where}: its shape "
            "cannot be told"
        )
    least = plateau[np.argmin(D[plateau])]
    return GittShape(
        slope=float(np.median(slope)),
        slope_range=float(slope.max() / slope.min()),
        least=float(D[least]),
        least_voltage_V=float(voltage[least]),
        last=float(D[-1]),
        last_voltage_V=float(voltage[-1]),
        bounds=float(np.mean([pulse.bound for pulse in kept])),
    )


def share_below(
    pulses: Iterable[GittPulse],
    others: Iterable[GittPulse],
    direction: str = "sodiation",
    *,
    complete: bool = True,
) -> float:
    """Share of the pulses whose diffusivity lies below that of ``others`` at the same voltage.

    Between two pulses of ``others`` the logarithm of the diffusivity is linear in the voltage; pulses
    outside their range of voltage do not count.

    Raises
    ------
    ExperimentError
        Where the two have no voltage in common.
    """
    (voltage, D), (place, reference) = (
        _points(p for p in some if p.direction == direction and (p.complete or not complete))
        for some in (pulses, others)
    )
    order = np.argsort(place)
    common = (voltage >= place.min(initial=np.inf)) & (voltage <= place.max(initial=-np.inf))
    if not common.any():
        raise ExperimentError(f"the pulses of the {direction} have no voltage in common: nothing to compare")
    expected = np.exp(np.interp(voltage[common], place[order], np.log(reference[order])))
    return float(np.mean(D[common] < expected))


def _points(pulses: Iterable[GittPulse]) -> tuple[np.ndarray, np.ndarray]:
    kept = [(p.voltage_V, p.diffusivity_m2_s) for p in pulses if p.diffusivity_m2_s is not None]
    voltage, D = np.array(kept, dtype=float).reshape(-1, 2).T
    return voltage, D
