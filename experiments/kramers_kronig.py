"""Linear Kramers-Kronig test: whether a spectrum can be that of a linear, causal, stable cell."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .checks import ExperimentError

_MU: Final = 0.5
_FEWEST: Final = 3
_MOST: Final = 7
"""RC elements per decade of frequency: fewer leave 1 % beside an exact arc between two of them."""

_SLOWER: Final = 10.0
"""Slowest time constant over that of the lowest frequency."""


@dataclass(frozen=True)
class KramersKronig:
    """Residuals of a spectrum against the best chain of RC elements.

    Parameters
    ----------
    elements
        Number of RC elements.
    mu
        ``1 - sum|R_k < 0| / sum|R_k >= 0|`` of the elements inside the range of frequency: 1 where
        every resistance is positive, near 0 where the chain fits noise by alternating signs.
    real, imaginary
        Residuals of each frequency over the modulus [-].
    """

    elements: int
    mu: float
    real: NDArray[np.float64]
    imaginary: NDArray[np.float64]

    @property
    def worst(self) -> float:
        """Largest residual, real or imaginary [-]."""
        return float(max(np.abs(self.real).max(), np.abs(self.imaginary).max()))


def kramers_kronig(frequency_Hz: Any, impedance_ohm: Any, mu: float = _MU) -> KramersKronig:
    """Fit ``R0 + 1/(s C) + s L + sum_k R_k/(1 + s tau_k)``, which obeys Kramers and Kronig, and compare.

    The time constants are even in the logarithm between ``1/(2 pi f_max)`` and ``10/(2 pi f_min)``,
    so that the fit is linear; real and imaginary parts are weighted by the modulus. Beginning with
    three to a decade, elements are added until ``mu`` falls below the criterion: more of them would
    fit noise. Where it never does, there are seven to a decade.

    Parameters
    ----------
    frequency_Hz, impedance_ohm
        Spectrum; complex impedance, ten points or more.
    mu
        Criterion, between 0 and 1. Exact spectra with sharp arcs go down to 0.65 between three and
        five elements to a decade, noise of 0.2 % takes it below 0.5 at four; the usual 0.85 would
        stop at residuals of 1 % that are the chain's.

    Raises
    ------
    ExperimentError
        For too few points, frequencies that are not positive and different, or what is not finite.

    References
    ----------
    Boukamp, J. Electrochem. Soc. 1995, 142, 1885, DOI 10.1149/1.2044210; Schönleber, Klotz and
    Ivers-Tiffée, Electrochim. Acta 2014, 131, 20, DOI 10.1016/j.electacta.2014.01.034.

    Examples
    --------
    >>> f = np.logspace(4, -1, 51)
    >>> kramers_kronig(f, 7 + 20 / (1 + 2j * np.pi * f * 0.01)).worst < 1e-3
    True
    """
    f, Z = np.asarray(frequency_Hz, dtype=float), np.asarray(impedance_ohm, dtype=complex)
    if f.ndim != 1 or f.shape != Z.shape or f.size < 10:
        raise ExperimentError(
            f"a spectrum of {f.size} frequencies and {Z.size} impedances cannot be tested: give ten or "
            "more of each"
        )
    if not (np.isfinite(f).all() and np.isfinite(Z).all() and (f > 0).all() and np.unique(f).size == f.size):
        raise ExperimentError(
            "the spectrum has values that are not finite, or frequencies that are not positive and different"
        )
    if not 0.0 < mu < 1.0:
        raise ExperimentError(f"mu is {mu!r}: give a number between 0 and 1, such as 0.5")
    decades = np.log10(_SLOWER * f.max() / f.min())
    fewest, most = (min(f.size - 4, int(np.ceil(every * decades))) for every in (_FEWEST, _MOST))
    found = _fit(f, Z, fewest)
    for elements in range(fewest + 1, most + 1):
        if found.mu < mu:
            break
        found = _fit(f, Z, elements)
    return found


def _fit(f: NDArray[np.float64], Z: NDArray[np.complex128], elements: int) -> KramersKronig:
    s = 2j * np.pi * f
    tau = np.logspace(-np.log10(2 * np.pi * f.max()), np.log10(_SLOWER / (2 * np.pi * f.min())), elements)
    chain = 1.0 / (1.0 + s[:, None] * tau[None, :])
    columns = np.column_stack([np.ones_like(s), 1.0 / s, s, chain])
    weighted = columns / np.abs(Z)[:, None]
    scale = np.linalg.norm(weighted, axis=0)
    A = np.concatenate([weighted.real, weighted.imag]) / scale
    target = Z / np.abs(Z)
    solution = np.linalg.lstsq(A, np.concatenate([target.real, target.imag]), rcond=1e-12)[0]
    difference = target - weighted @ (solution / scale)
    R = (solution[3:] / scale[3:])[tau <= 1.0 / (2 * np.pi * f.min())]
    positive = float(R[R >= 0].sum())
    mu = 1.0 - float(-R[R < 0].sum()) / positive if positive > 0 else 0.0
    return KramersKronig(elements, mu, difference.real, difference.imag)
