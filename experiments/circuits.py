"""Equivalent circuit of a spectrum: resistances of its arcs, with standard errors; counting of arcs."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from .checks import ExperimentError

_BELOW: Final = 30.0
_ABOVE: Final = 100.0
"""Frequencies over and under that of an arc's top that its fit takes."""
_OUTSIDE: Final = 10.0
_LARGEST: Final = 100.0
"""How far the top of an arc may lie outside of the spectrum, and its resistance over the largest modulus."""


@dataclass(frozen=True)
class Circuit:
    """Fitted circuit ``R0 + (R1 || CPE1) + ((R2 + Z_W) || CPE2)``, or without its first arc.

    Parameters
    ----------
    resistances_ohm, standard_errors_ohm
        Of the arcs, the faster one first; a standard error is None where the data leave it open.
    frequencies_Hz
        Characteristic frequencies ``1/(2 pi tau)`` of the arcs.
    exponents
        Of the constant-phase elements; 1 is a capacitor.
    series_resistance_ohm
        ``R0``.
    diffusion_resistance_ohm, diffusion_time_s
        ``R_W`` and ``tau_W`` of the finite diffusion in a sphere.
    residual
        Largest distance of the circuit from the spectrum, over its modulus [-], in the fitted range.
    range_Hz
        Lowest and highest frequency that was fitted.
    total_standard_error_ohm
        Of the sum of the arcs' resistances.
    """

    resistances_ohm: tuple[float, ...]
    standard_errors_ohm: tuple[float | None, ...]
    frequencies_Hz: tuple[float, ...]
    exponents: tuple[float, ...]
    series_resistance_ohm: float
    diffusion_resistance_ohm: float
    diffusion_time_s: float
    residual: float
    range_Hz: tuple[float, float]
    total_standard_error_ohm: float | None

    @property
    def total_ohm(self) -> float:
        """Sum of the arcs' resistances."""
        return sum(self.resistances_ohm)


def circuit_impedance(values: Mapping[str, float], frequency_Hz: Any) -> NDArray[np.complex128]:
    """Impedance of the circuit [ohm].

    ``Z = R0 + R1/(1 + (s tau1)^a1) + 1/[(s tau2)^a2/R2 + 1/(R2 + Z_W)]`` with ``s = 2 pi i f`` and
    diffusion in a sphere ``Z_W = R_W tanh(u)/(u - tanh(u))``, ``u = sqrt(s tau_W)``.

    Parameters
    ----------
    values
        ``R0``, ``R2``, ``tau2``, ``a2``, ``RW``, ``tauW``, and ``R1``, ``tau1``, ``a1`` where there
        are two arcs; resistances but ``R0`` and times by their natural logarithm [ln ohm, ln s].
    frequency_Hz
        Frequencies [Hz].

    References
    ----------
    Sphere: Jacobsen and West, Electrochim. Acta 1995, 40, 255, DOI 10.1016/0013-4686(94)E0192-3.
    """
    names = _names(2 if "R1" in values else 1)
    return _with_slopes([values[name] for name in names], np.asarray(frequency_Hz, dtype=float))[0]


def fit_circuit(frequency_Hz: Any, impedance_ohm: Any, arcs: int = 2) -> Circuit | None:
    """Fit the circuit by least squares, weighted by the modulus, from several starts.

    Frequencies more than 30 times below the slowest arc's top are left to what the circuit does not know
    (filling of pores, salt in the separator); with one arc also those more than 100 times above it, where a
    porous electrode is not filled by the current. Diffusion is that in a sphere, the shape of the particles.

    Parameters
    ----------
    frequency_Hz, impedance_ohm
        Spectrum; complex impedance.
    arcs
        1 (one electrode against a reference) or 2.

    Returns
    -------
    Circuit or None
        None where no start leads to a fit.

    Raises
    ------
    ExperimentError
        For a number of arcs but 1 and 2, or a spectrum of fewer than 12 finite points.
    """
    if arcs not in (1, 2):
        raise ExperimentError(f"arcs is {arcs!r}: give 1 or 2")
    f, Z = np.asarray(frequency_Hz, dtype=float), np.asarray(impedance_ohm, dtype=complex)
    if f.shape != Z.shape or f.size < 12 or not (np.isfinite(f).all() and np.isfinite(Z).all()):
        raise ExperimentError(
            f"a spectrum of {f.size} frequencies and {Z.size} impedances cannot be fitted: give 12 or "
            "more of each, all finite"
        )
    tops = arc_frequencies(f, Z)
    keep = np.ones(f.shape, dtype=bool)
    if len(tops) >= arcs:  # else one is merged into the tail
        keep &= f >= 0.99 * tops[-1] / _BELOW
        if arcs == 1:
            keep &= f <= 1.01 * tops[-1] * _ABOVE
    if keep.sum() < 12:
        keep[:] = True
    found = [_minimised(f[keep], Z[keep], start) for start in _starts(f[keep], Z[keep], tops, arcs)]
    fits = [fit for fit in found if fit is not None and np.isfinite(fit.cost)]
    return _circuit(min(fits, key=lambda fit: fit.cost), f[keep], Z[keep]) if fits else None


def arc_frequencies(frequency_Hz: Any, impedance_ohm: Any) -> tuple[float, ...]:
    """Frequencies of the tops of the arcs [Hz], from fast to slow: the local maxima of ``-Im Z``.

    A maximum counts where it stands out of the lower of the minima beside it by more than 1 % of its
    own height. Arcs that merge into one have one top; a diffusion tail has none.

    Examples
    --------
    >>> f = np.logspace(5, -2, 71)
    >>> s = 2j * np.pi * f
    >>> [float(f"{top:.3g}") for top in arc_frequencies(f, 5 / (1 + s * 1e-4) + 15 / (1 + s * 1e-2))]
    [1580.0, 15.8]
    """
    f, y = np.asarray(frequency_Hz, dtype=float), -np.imag(np.asarray(impedance_ohm))
    order = np.argsort(f)[::-1]
    f, y = f[order], y[order]
    level = np.diff(y, prepend=np.nan) != 0.0  # two equal points, as of rounded data, are one
    f, y = f[level], y[level]
    turns = [0, *(k for k in range(1, y.size - 1) if (y[k] - y[k - 1]) * (y[k + 1] - y[k]) < 0), y.size - 1]
    return tuple(
        float(f[k])
        for before, k, after in zip(turns, turns[1:], turns[2:], strict=False)
        if y[k] > y[k - 1] and y[k] - max(y[before], y[after]) > 0.01 * abs(y[k])
    )


def has_sloping_line(frequency_Hz: Any, impedance_ohm: Any) -> bool:
    """Whether ``-Im Z`` and ``Re Z`` rise again towards low frequency after the last arc."""
    tops = arc_frequencies(frequency_Hz, impedance_ohm)
    f, Z = np.asarray(frequency_Hz, dtype=float), np.asarray(impedance_ohm)
    tail = Z[np.argsort(f)[::-1]][np.sort(f)[::-1] < (tops[-1] if tops else np.inf)]
    if tail.size < 3:
        return False
    least = int(np.argmin(-tail.imag))
    rises = np.diff(-tail.imag[least:]) > 0.0
    return bool(rises.size >= 2 and rises.all() and tail[-1].real > tail[least].real)


def _names(arcs: int) -> tuple[str, ...]:
    """Names of the circuit's numbers, in the order of a vector of them."""
    return ("R0", *(("R1", "tau1", "a1") if arcs == 2 else ()), "R2", "tau2", "a2", "RW", "tauW")


def _with_slopes(values: Any, f: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Impedance, and its derivative by each number (a column each), of a vector as :func:`_names`."""
    s = 2j * np.pi * f
    R0, *first, R2, tau2, a2, RW, tauW = values
    u = np.sqrt(s * np.exp(tauW))
    tanh = np.tanh(u)
    diffusion = np.exp(RW) * tanh / (u - tanh)
    faradaic = np.exp(R2) + diffusion
    layer = (s * np.exp(tau2)) ** a2 / np.exp(R2)
    Z = 1.0 / (layer + 1.0 / faradaic)
    by_tauW = np.exp(RW) * ((1.0 - tanh**2) * u - tanh) / (u - tanh) ** 2 * u / 2.0
    admittance = (
        -layer - np.exp(R2) / faradaic**2,
        a2 * layer,
        layer * np.log(s * np.exp(tau2)),
        -diffusion / faradaic**2,
        -by_tauW / faradaic**2,
    )
    columns = [-(Z**2) * part for part in admittance]
    total = R0 + Z
    if first:
        R1, tau1, a1 = first
        element = (s * np.exp(tau1)) ** a1
        arc = np.exp(R1) / (1.0 + element)
        by_element = -arc / (1.0 + element)
        columns[:0] = [arc, by_element * a1 * element, by_element * element * np.log(s * np.exp(tau1))]
        total = total + arc
    return total, np.array([np.ones_like(total), *columns]).T


def _starts(
    f: NDArray[np.float64], Z: NDArray[np.complex128], tops: tuple[float, ...], arcs: int
) -> list[NDArray[np.float64]]:
    """Starts about what the spectrum shows: its width and the tops of its arcs."""
    slow = 1.0 / (2 * np.pi * tops[-1]) if tops else 1.0 / (2 * np.pi * np.sqrt(f.max() * f.min()))
    past = f < 0.5 / (2 * np.pi * slow)
    end = Z[past][np.argmin(-Z[past].imag)] if past.any() else Z[np.argmin(f)]
    first = Z[np.argmax(f)].real
    width = max(end.real - first, 1e-3 * abs(end))
    fast = 1.0 / (2 * np.pi * tops[0]) if len(tops) > 1 else 0.1 * slow
    starts = []
    for share, diffusion in product((0.3, 0.7) if arcs == 2 else (0.0,), (3.0, 100.0)):
        fast_arc = (np.log(share * width), np.log(fast), 0.98) if arcs == 2 else ()
        slow_arc = (np.log((1.0 - share) * width), np.log(slow), 0.98)
        starts.append(np.array([first, *fast_arc, *slow_arc, np.log(width), np.log(diffusion * slow)]))
    return starts


def _minimised(f: NDArray[np.float64], Z: NDArray[np.complex128], start: NDArray[np.float64]) -> Any:
    weight = 1.0 / np.abs(Z)
    bounds = np.array([_allowed(name, f, Z) for name in _names(2 if start.size > 6 else 1)]).T

    def parts(difference: Any, otherwise: float) -> Any:
        found = np.concatenate([difference.real, difference.imag])
        return np.where(np.isfinite(found), found, otherwise)

    def residual(values: Any) -> Any:
        return parts((_with_slopes(values, f)[0] - Z) * weight, 1e3)

    def slopes(values: Any) -> Any:
        return parts(_with_slopes(values, f)[1] * weight[:, None], 0.0)

    with np.errstate(all="ignore"):
        try:
            return least_squares(residual, np.clip(start, *bounds), slopes, tuple(bounds), max_nfev=300)
        except (ValueError, np.linalg.LinAlgError):
            return None


def _allowed(name: str, f: NDArray[np.float64], Z: NDArray[np.complex128]) -> tuple[float, float]:
    """Bounds of a number of the circuit: an arc outside of the spectrum could have any resistance."""
    if name.startswith("a"):
        return 0.5, 1.0
    if name in ("tau1", "tau2"):
        low, high = 1.0 / (2 * np.pi * f.max()), 1.0 / (2 * np.pi * f.min())
        return float(np.log(low / _OUTSIDE)), float(np.log(high * _OUTSIDE))
    return -np.inf, float(np.log(_LARGEST * np.abs(Z).max())) if name in ("R1", "R2", "RW") else np.inf


def _covariance(fit: Any) -> NDArray[np.float64] | None:
    """Covariance of the fitted numbers, scaled by the fit's residual; None where the data leave one open."""
    free = fit.fun.size - fit.x.size
    try:
        with np.errstate(all="ignore"):
            found = np.linalg.inv(fit.jac.T @ fit.jac) * 2.0 * fit.cost / free
    except np.linalg.LinAlgError:
        return None
    return found if free > 0 and np.isfinite(found).all() and (np.diag(found) >= 0.0).all() else None


def _circuit(fit: Any, f: NDArray[np.float64], Z: NDArray[np.complex128]) -> Circuit:
    names = _names(2 if fit.x.size > 6 else 1)
    values = dict(zip(names, fit.x.tolist(), strict=True))
    # fast first, whatever the start
    arcs = sorted((k for k in (1, 2) if f"R{k}" in values), key=lambda k: values[f"tau{k}"])
    resistances = np.exp([values[f"R{k}"] for k in arcs])
    covariance, errors, of_sum = _covariance(fit), None, None
    if covariance is not None:
        places = [names.index(f"R{k}") for k in arcs]
        own = covariance[np.ix_(places, places)] * np.outer(resistances, resistances)
        errors, of_sum = np.sqrt(np.diag(own)).tolist(), float(np.sqrt(max(own.sum(), 0.0)))
    difference = np.abs(circuit_impedance(values, f) - Z) / np.abs(Z)
    return Circuit(
        tuple(resistances.tolist()),
        tuple(errors or [None] * len(arcs)),
        tuple(float(np.exp(-values[f"tau{k}"]) / (2 * np.pi)) for k in arcs),
        tuple(values[f"a{k}"] for k in arcs),
        values["R0"],
        float(np.exp(values["RW"])),
        float(np.exp(values["tauW"])),
        float(difference.max()),
        (float(f.min()), float(f.max())),
        of_sum,
    )
