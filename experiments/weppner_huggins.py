"""Diffusivity from pulses of current and rests, as it is evaluated in the laboratory.

Weppner and Huggins, J. Electrochem. Soc. 1977, 124, 1569, DOI 10.1149/1.2133112, linearised:

    D = 4/(pi tau) L^2 (dE_s/dE_t)^2

with ``tau`` the duration of the pulse, ``dE_s`` the change of the voltage at the end of rest and
``dE_t`` that during the pulse. ``L`` is volume over area: ``R/3`` of a sphere, ``m V_m/(M S)`` of a
powder. It is exact for ``tau << R^2/D`` and no resistance. With diffusion much faster than that,
``dE_t`` becomes ``dE_s`` and the formula returns ``4 L^2/(pi tau)`` whatever the diffusivity.
"""

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

from .checks import ExperimentError

Array = npt.NDArray[np.float64]

BOUND: Final = 0.5
"""Share of the ceiling above which a diffusivity is only a lower bound."""

_REST: Final = 1e-3
"""Current below which a cell rests, as a share of the largest."""

_COMPLETE: Final = 0.99
"""Share of the usual duration from which a pulse counts as complete."""


@dataclass(frozen=True)
class GittPulse:
    """One pulse with its rest; None where a number does not exist.

    Parameters
    ----------
    direction
        ``"sodiation"`` or ``"desodiation"`` of a carbon in its half cell, else ``"charge"`` or
        ``"discharge"``.
    voltage_V
        At the end of the rest that follows.
    capacity_mAh_g
        Charge since the start of the half cycle, that of the pulse included.
    diffusivity_m2_s
        With ``dE_t`` from some time after switching, when resistances have acted. None where
        ``dE_s`` or ``dE_t`` does not have the sign of the current.
    bound
        Whether the diffusivity lies above half of the ceiling and is only a lower bound.
    uncorrected_diffusivity_m2_s
        With the whole change of the voltage during the pulse for ``dE_t``.
    dE_s_V, dE_t_V, uncorrected_dE_t_V
        Changes of the voltage.
    duration_s
        Of the pulse.
    ceiling_m2_s
        ``4 L^2/(pi tau)``.
    complete
        False for a pulse that the cut-off ended.
    input_diffusivity_m2_s
        Of a simulation: diffusivity of the adsorbed sodium that went in.
    adsorbed_share
        Of a simulated carbon: ``dq_ads/dq`` at common potential, the inverse of the thermodynamic
        factor that filling brings in.
    equilibrium_diffusivity_m2_s
        Their product, the apparent diffusivity where pores are always at equilibrium.
    """

    direction: str
    voltage_V: float
    capacity_mAh_g: float
    diffusivity_m2_s: float | None
    bound: bool
    uncorrected_diffusivity_m2_s: float | None
    dE_s_V: float
    dE_t_V: float
    uncorrected_dE_t_V: float
    duration_s: float
    ceiling_m2_s: float
    complete: bool = True
    input_diffusivity_m2_s: float | None = None
    adsorbed_share: float | None = None
    equilibrium_diffusivity_m2_s: float | None = None


def ceiling(length_m: float, duration_s: float) -> float:
    """Largest diffusivity [m2/s] that a pulse can show, ``4 L^2/(pi tau)``.

    Examples
    --------
    >>> f"{ceiling(5e-6 / 3, 600):.2g}"
    '5.9e-15'
    """
    return 4.0 * length_m**2 / (math.pi * duration_s)


def diffusivity(length_m: float, duration_s: float, dE_s: float, dE_t: float) -> float:
    """Diffusivity [m2/s], ``4/(pi tau) L^2 (dE_s/dE_t)^2``."""
    return ceiling(length_m, duration_s) * (dE_s / dE_t) ** 2


def surface_rise(T: Array | float) -> Array:
    """Concentration at the surface of a sphere under constant flux, over flux times radius over diffusivity.

    ``b = 3 T + 1/5 - 2 sum_n exp(-l_n^2 T)/l_n^2``, ``tan l_n = l_n``, at ``T = t D/R^2`` (Crank, The
    Mathematics of Diffusion, 2nd ed., eq. 6.45). It is ``2 sqrt(T/pi)`` early; the average is ``3 T``.

    Examples
    --------
    >>> surface_rise([0.0, 0.01, 1.0]).round(3)
    array([0.   , 0.124, 3.2  ])
    """
    T = np.asarray(T, dtype=float)
    n = np.arange(1, 31)
    roots = np.pi * (n + 0.5)
    for _ in range(20):
        roots = np.arctan(roots) + n * np.pi
    long = 3.0 * T + 0.2 - 2.0 * np.sum(np.exp(-np.multiply.outer(T, roots**2)) / roots**2, axis=-1)
    early = np.minimum(T, 0.05)  # the series needs many terms there; exact but for exp(-1/T)
    short = np.exp(early) * (1.0 + special.erf(np.sqrt(early))) - 1.0
    return np.asarray(np.where(T < 0.05, short, long))


def sphere_bias(T: Array | float) -> Array:
    """Diffusivity from the formula over the one that went in, of a sphere with a straight isotherm.

    ``4 T/(pi b^2)`` with ``T = tau D/R^2``, ``L = R/3`` and ``b`` of :func:`surface_rise`. It is 1 for
    short pulses and ``4/(9 pi T)``, the ceiling, for long.

    Parameters
    ----------
    T
        Duration of the pulse over the time of diffusion [-], > 0.

    Examples
    --------
    >>> sphere_bias([1e-6, 10.0]).round(3)
    array([0.998, 0.014])
    """
    return np.asarray(4.0 * np.asarray(T, dtype=float) / (np.pi * surface_rise(T) ** 2))


def evaluate_pulses(
    time_s: Array,
    current_mA_g: Array,
    voltage_V: Array,
    length_m: float,
    *,
    skip_s: float = 10.0,
    directions: tuple[str, str] = ("sodiation", "desodiation"),
) -> tuple[GittPulse, ...]:
    """Evaluate every pulse that has a rest before and after it.

    Parameters
    ----------
    time_s, current_mA_g, voltage_V
        Points in the order of time. The current of a point is that since the point before it, so
        that a pulse begins with the last point of rest.
    length_m
        Volume over area ``L`` [m].
    skip_s
        Time after switching [s] from which ``dE_t`` counts; 0: from the rest before the pulse.
    directions
        Names of negative and of positive current.

    Raises
    ------
    ExperimentError
        Where there is no pulse between rests, or the first point of a pulse comes later than ``skip_s``.
    """
    sign = np.where(np.abs(current_mA_g) > _REST * np.max(np.abs(current_mA_g)), np.sign(current_mA_g), 0.0)
    charge = np.concatenate([[0.0], np.cumsum(current_mA_g[1:] * np.diff(time_s))]) / 3600.0
    edges = np.concatenate([[0], np.flatnonzero(np.diff(sign)) + 1, [len(sign)]])
    blocks, pulses = list(pairwise(edges)), list[GittPulse]()
    start, before = 0.0, 0.0
    for number, (first, stop) in enumerate(blocks):
        if sign[first] == 0.0:
            continue
        if sign[first] != before:
            start, before = charge[max(first - 1, 0)], sign[first]
        if number == 0 or number == len(blocks) - 1:
            continue
        (_, rest_stop), between = blocks[number + 1], slice(first - 1, stop)
        if sign[first - 1] != 0.0 or sign[stop] != 0.0:
            continue
        time, voltage = time_s[between] - time_s[first - 1], voltage_V[between]
        if skip_s > 0.0 and time[1] > skip_s and time[-1] > skip_s:
            raise ExperimentError(
                f"the pulse at {time_s[first - 1]:g} s has its first point {time[1]:g} s after "
                f"switching, later than skip_s = {skip_s:g} s: give a skip_s of {time[1]:g} s or more, or "
                "data with more points"
            )
        end = float(voltage_V[rest_stop - 1])
        after_skip = float(np.interp(min(skip_s, float(time[-1])), time, voltage))
        pulses.append(
            _pulse(
                directions[int(sign[first] > 0.0)],
                end,
                abs(float(charge[stop - 1] - start)),
                end - float(voltage[0]),
                float(voltage[-1]) - after_skip,
                float(voltage[-1] - voltage[0]),
                float(time[-1]),
                length_m,
                sign[first],
            )
        )
    if not pulses:
        raise ExperimentError("there is no pulse of current between two rests: GITT needs rests")
    usual = float(np.median([pulse.duration_s for pulse in pulses]))
    return tuple(replace(pulse, complete=pulse.duration_s >= _COMPLETE * usual) for pulse in pulses)


def _pulse(
    direction: str,
    voltage: float,
    capacity: float,
    dE_s: float,
    dE_t: float,
    whole: float,
    duration: float,
    length: float,
    sign: float,
) -> GittPulse:
    def found(change: float) -> float | None:
        meaningful = sign * dE_s > 0.0 and sign * change > 0.0
        return diffusivity(length, duration, dE_s, change) if meaningful else None

    D, top = found(dE_t), ceiling(length, duration)
    return GittPulse(
        direction=direction,
        voltage_V=voltage,
        capacity_mAh_g=capacity,
        diffusivity_m2_s=D,
        bound=D is not None and BOUND * top < D,
        uncorrected_diffusivity_m2_s=found(whole),
        dE_s_V=dE_s,
        dE_t_V=dE_t,
        uncorrected_dE_t_V=whole,
        duration_s=duration,
        ceiling_m2_s=top,
    )
