"""What a half cell shows of the rows that the joint calibration is fitted to, and the residuals.

Rates (H01, H03 to H06, H08), the shape of GITT's diffusivity (K03), the sodium left at 3 V (S09 and the
issue of a capacity that comes back), and two priors of the class of carbons: potential at half of the slope
(L01) and its hysteresis (L02). The same numbers come from PyBaMM's models and from the lumped formulation.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from napore.calibration.half_cell import HalfCellModel
from napore.calibration.protocol import Protocol
from napore.experiments import ExperimentError, gitt_shape
from napore.experiments.curves import half_slope
from napore.experiments.lumped import lumped_cell, lumped_cycles
from napore.experiments.weppner_huggins import GittPulse, evaluate_pulses
from napore.models.lumped_steps import LumpedCell, LumpedError
from napore.models.strong_sites import rate_quantiles
from napore.models.three_kinds import ThreeKinds
from napore.parameters.half_cell import ONE_C_MA_G

from .joint_free import C

Array = npt.NDArray[np.float64]

RATES: Final = (0.02, 0.1, 0.5, 5.0)
SLOPE_END_V: Final = 0.1
SLOW: Final = 0.1
"""Rate of the plateau's rows and of L01 and L02 [C]."""


@dataclass
class Seen:
    """Numbers of one carbon [mAh/g, V, -]; a rate that could not be solved is left out.

    Parameters
    ----------
    capacity, plateau, left
        By rate, of the third cycle: desodiation, sodiation below 0.1 V, and what three cycles left.
    share, half_slope_V, hysteresis_V
        Of the third cycle at 0.1 C: plateau over sodiation; potential at half of the sodiation above 0.1 V;
        desodiation less sodiation at that content.
    flat, dip, rise
        Of GITT: :class:`napore.experiments.GittShape`.
    """

    capacity: dict[float, float] = field(default_factory=dict)
    plateau: dict[float, float] = field(default_factory=dict)
    left: dict[float, float] = field(default_factory=dict)
    share: float = np.nan
    half_slope_V: float = np.nan
    hysteresis_V: float = np.nan
    flat: float = np.nan
    dip: float = np.nan
    dip_V: float = np.nan
    rise: float = np.nan
    pulses: tuple[GittPulse, ...] = ()

    def moved(self, before: "Seen", after: "Seen") -> "Seen":
        """The same moved by ``after`` less ``before``; GITT's ratios and diffusivities by the ratio."""
        found = Seen(pulses=_moved(self.pulses, before.pulses, after.pulses))
        for name in ("capacity", "plateau", "left"):
            own, one, other = (getattr(each, name) for each in (self, before, after))
            setattr(found, name, {r: q + other[r] - one[r] for r, q in own.items() if r in other})
        for name in ("share", "half_slope_V", "hysteresis_V", "dip_V"):
            setattr(found, name, getattr(self, name) + getattr(after, name) - getattr(before, name))
        for name in ("flat", "dip", "rise"):
            setattr(found, name, getattr(self, name) * getattr(after, name) / getattr(before, name))
        return found

    def add_cycle(self, rate: float, halves: Sequence[tuple[Array, Array]]) -> None:
        """Add capacity and voltage of all half cycles at a rate, sodiation first, capacities from zero."""
        (down, V_down), (up, V_up) = halves[-2:]
        above = float(np.interp(-SLOPE_END_V, -V_down, down))
        self.capacity[rate] = float(up[-1])
        self.plateau[rate] = float(down[-1]) - above
        self.left[rate] = float(sum((-1.0) ** k * q[-1] for k, (q, _) in enumerate(halves)))
        if rate == SLOW:
            self.share = self.plateau[rate] / float(down[-1])
            self.half_slope_V, self.hysteresis_V = half_slope((down, V_down), (up, V_up))

    def add_pulses(self, pulses: Sequence[GittPulse]) -> None:
        """Add the shape of the diffusivity, where there is one."""
        try:
            shape = gitt_shape(pulses)
        except (ExperimentError, ValueError):
            return
        self.flat, self.dip, self.rise = shape.slope_range, shape.dip_ratio, shape.end_ratio
        self.dip_V, self.pulses = shape.least_voltage_V, tuple(pulses)


def _moved(
    pulses: tuple[GittPulse, ...], before: Sequence[GittPulse], after: Sequence[GittPulse]
) -> tuple[GittPulse, ...]:
    """Pulses with their diffusivities times the ratio of ``after`` to ``before`` at the same capacity."""
    known = [
        (one.capacity_mAh_g, other.diffusivity_m2_s / one.diffusivity_m2_s)
        for one, other in zip(before, after, strict=False)
        if one.complete and other.complete and one.diffusivity_m2_s and other.diffusivity_m2_s
    ]
    if not known:
        return pulses
    q, ratio = np.array(known).T
    return tuple(
        replace(one, diffusivity_m2_s=one.diffusivity_m2_s * float(np.interp(one.capacity_mAh_g, q, ratio)))
        if one.diffusivity_m2_s
        else one
        for one in pulses
    )


def store_resistance(
    numbers: Mapping[str, float],
    potentials_V: Sequence[float] = (0.05, 0.3, 0.6, 1.0),
    frequency_Hz: float = 1.0,
) -> tuple[Array, Array]:
    """Resistances of a disc's sites at a frequency [ohm], by potential: of exchange, and of diffusion.

    The first is the real part of ``Z = 1/(j w [C_m + sum_jm C_jm k_m/(k_m + j w)])`` of a uniform particle at
    rest, the second ``R^2/(15 D C_m)``. Either would show as a part of the charge transfer (K01).

    Parameters
    ----------
    numbers
        Of a set with the law "three kinds", by name.
    potentials_V, frequency_Hz
        Where it is told.
    """

    def of(name: str) -> float:
        return numbers[f"{C} {name}"]

    T = 298.15
    law = ThreeKinds(
        level=of("mobile site potential [V]"),
        tail=of("mobile site tail [V]"),
        tail_share=of("mobile site tail share"),
        strong_share=of("strong site share"),
        lowest=of("strong site lowest potential [V]"),
        width=of("strong site potential width [V]"),
        shape=of("strong site potential shape"),
    )
    sites = of("specific capacity of all sites [mA.h.g-1]") * of("adsorption capacity fraction")
    spread = of("strong site exchange rate standard deviation [decades]")
    rates = [
        of("strong site median exchange rate [s-1]") * 10.0 ** (z * spread) for z in rate_quantiles(law.rates)
    ]
    theta = np.geomspace(1e-7, 1.0 - 1e-7, 4001)
    E = law.potential(theta, T)
    time = numbers["Carbon particle radius [m]"] ** 2 / (
        15.0 * numbers["Carbon particle reference diffusivity [m2.s-1]"]
    )
    w, step, found = 2.0 * np.pi * frequency_Hz, 1e-3, []
    grams = 1e3 * of("areal loading [kg.m-2]") * 0.25 * np.pi * numbers["Electrode disc diameter [m]"] ** 2
    for potential in potentials_V:
        ends = np.array([potential + step, potential - step])
        mobile = np.diff(np.interp(-ends, -E, theta))[0] * (1.0 - law.strong_share)
        strong = np.diff([law.strong.filled(one, T) for one in ends])[0] * law.strong_share
        seen = sum(k / (k + 1j * w) for k in rates) / len(rates)
        farads = 3.6 * sites * grams * (mobile + strong * seen) / (2.0 * step)
        alone = 3.6 * sites * grams * mobile / (2.0 * step)
        found.append(((1.0 / (1j * w * farads)).real, time / alone))
    exchange, diffusion = np.array(found).T
    return exchange, diffusion


def seen(
    model: HalfCellModel,
    values: Mapping[str, float],
    rates: Sequence[float] = RATES,
    cycles: int = 3,
    *,
    gitt: bool = True,
) -> Seen:
    """Numbers of a half cell in PyBaMM's models."""
    found = Seen()
    for rate in rates:
        current = ONE_C_MA_G * rate
        halves = model.half_cycles(Protocol(current, current), values, 2 * cycles)
        if halves is not None:
            found.add_cycle(rate, [(half.capacity_mAh_g, half.voltage_V) for half in halves])
    pulses = model.pulses(values) if gitt else None
    if pulses is not None:
        found.add_pulses(pulses)
    return found


def seen_lumped(
    numbers: Mapping[str, float], classes: int, law: str, rates: Sequence[float] = RATES, *, gitt: bool = True
) -> Seen:
    """The same in the lumped formulation, of the second cycle; ``gitt=False``: without the pulses."""
    found = Seen()
    cell = lumped_cell(numbers, classes, law, electrolyte=True)
    for rate in rates:
        try:
            cycles = lumped_cycles(cell, rate, 2)
        except LumpedError:
            continue
        traces = [trace for one in cycles for trace in (one.sodiation, one.desodiation)]
        found.add_cycle(rate, [(abs(t.charge_Ah_kg), t.voltage_V) for t in traces])
    if gitt:
        with suppress(LumpedError):
            found.add_pulses(_lumped_pulses(cell, numbers["Carbon particle radius [m]"] / 3.0))
    return found


def _lumped_pulses(cell: LumpedCell, length: float) -> tuple[GittPulse, ...]:
    """GITT at 50 mA/g, 600 s and 2400 s, of the first sodiation."""
    current, pulse_s, rest_s = 50.0, 600.0, 2400.0
    cell.equilibrate(3.0)
    before = cell.rest(60.0)
    rows = [(before.time_s, np.zeros(len(before.time_s)), before.voltage_V)]
    t, early = 60.0, np.array([1.0, 2.0, 5.0, 10.0])
    for _ in range(200):
        for flow, last in ((current, pulse_s), (0.0, rest_s)):
            part = cell.current(flow, 0.01 if flow else None, last)
            end = float(part.time_s[-1])
            at = np.unique(np.append(np.concatenate([early, np.linspace(20.0, last, 15)]).clip(max=end), end))
            rows.append((t + at, np.full(len(at), -flow), np.interp(at, part.time_s, part.voltage_V)))
            t += end
            if flow and end < 0.999 * pulse_s:
                rows.append((np.array([t + rest_s]), np.zeros(1), np.array([part.voltage_V[-1]])))
                time, flows, voltage = (np.concatenate(parts) for parts in zip(*rows, strict=True))
                return evaluate_pulses(time, flows, voltage, length)
    raise LumpedError("the cut-off was not reached")
