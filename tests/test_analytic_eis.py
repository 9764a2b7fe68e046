"""Impedance: circuits, arcs and the Kramers-Kronig test where the answer is known."""

import numpy as np
import pytest

from napore.experiments import activation_energy
from napore.experiments.circuits import arc_frequencies, circuit_impedance, fit_circuit, has_sloping_line
from napore.experiments.kramers_kronig import kramers_kronig

F = np.logspace(5, -2, 71)
S = 2j * np.pi * F
TWO_ARCS = 7.0 + 5.0 / (1 + S * 1e-4) + 15.0 / (1 + S * 1e-2) + 1.0 / (3.0 * S)


def circuit(
    slow: float, fast: float = 5.4, tau: float = 1e-2, diffusion: float = 2.0
) -> tuple[dict[str, float], np.ndarray]:
    values = {
        "R0": 7.0,
        "R1": np.log(fast),
        "tau1": np.log(1e-4),
        "a1": 0.95,
        "R2": np.log(slow),
        "tau2": np.log(tau),
        "a2": 0.9,
        "RW": np.log(diffusion),
        "tauW": np.log(3.0),
    }
    return values, circuit_impedance(values, F)


@pytest.mark.parametrize(("slow", "tau"), [(14.6, 1e-2), (104.6, 8e-2), (3.0, 2e-2), (400.0, 0.3)])
def test_a_circuit_returns_its_own_resistances(slow: float, tau: float) -> None:
    _, Z = circuit(slow, tau=tau)
    found = fit_circuit(F, Z)
    assert found is not None
    assert found.resistances_ohm == pytest.approx((5.4, slow), rel=2e-3)
    assert found.exponents == pytest.approx((0.95, 0.9), abs=2e-3)
    assert found.residual < 1e-3


def test_standard_errors_are_those_of_repeated_noise() -> None:
    _, Z = circuit(14.6)
    rng = np.random.default_rng(3)
    fits = [
        fit_circuit(F, Z * (1 + 2e-3 * (rng.normal(size=F.size) + 1j * rng.normal(size=F.size))))
        for _ in range(25)
    ]
    totals = np.array([fit.total_ohm for fit in fits if fit is not None])
    errors = np.array([fit.total_standard_error_ohm for fit in fits if fit is not None], dtype=float)
    assert totals.mean() == pytest.approx(20.0, abs=4 * totals.std() / 5)
    assert np.nanmedian(errors) == pytest.approx(totals.std(), rel=0.5)


def test_one_arc_is_found_behind_the_resistance_of_half_a_separator() -> None:
    values = {"R0": 3.5, "R2": np.log(14.6), "tau2": np.log(1e-2), "a2": 1.0, "RW": 0.5, "tauW": 1.0}
    found = fit_circuit(F, circuit_impedance(values, F), 1)
    assert found is not None
    assert found.total_ohm == pytest.approx(14.6, rel=1e-3)
    assert found.series_resistance_ohm == pytest.approx(3.5, rel=1e-3)


@pytest.mark.parametrize(("ratio", "arcs"), [(3.0, 1), (100.0, 2)])
def test_arcs_are_counted_by_the_ratio_of_their_time_constants(ratio: float, arcs: int) -> None:
    # two equal RC elements have two maxima from a ratio of 3 + 2 sqrt(2), squared, = 34 on
    Z = 10.0 / (1 + S * 1e-3) + 10.0 / (1 + S * 1e-3 * ratio)
    assert len(arc_frequencies(F, Z)) == arcs
    assert not has_sloping_line(F, Z)


def test_tops_of_arcs_lie_at_their_time_constants_in_any_order_of_frequency() -> None:
    for order in (slice(None), slice(None, None, -1)):
        fast, slow = arc_frequencies(F[order], TWO_ARCS[order])
        assert fast == pytest.approx(1 / (2 * np.pi * 1e-4), rel=0.13)
        assert slow == pytest.approx(1 / (2 * np.pi * 1e-2), rel=0.13)


def test_a_capacitor_behind_the_arcs_is_no_arc_and_warburg_is_a_sloping_line() -> None:
    Z = TWO_ARCS + 1.0 / np.sqrt(S)
    assert len(arc_frequencies(F, Z)) == 2
    assert has_sloping_line(F, Z)


def test_kramers_kronig_holds_for_arcs_and_a_capacitor() -> None:
    assert kramers_kronig(F, TWO_ARCS).worst < 1e-3
    assert kramers_kronig(F[::-1], TWO_ARCS[::-1]).worst < 1e-3


@pytest.mark.parametrize(
    "Z",
    [
        TWO_ARCS.real + 1.05j * TWO_ARCS.imag,
        TWO_ARCS + 0.5j * np.exp(-4 * (np.log10(F) - 1) ** 2),
        TWO_ARCS.conj(),
    ],
)
def test_kramers_kronig_sees_a_part_that_does_not_belong(Z: np.ndarray) -> None:
    assert kramers_kronig(F, Z).worst > 0.01


def test_kramers_kronig_does_not_fit_noise() -> None:
    rng = np.random.default_rng(1)
    noise = 2e-3 * (rng.normal(size=F.size) + 1j * rng.normal(size=F.size))
    found = kramers_kronig(F, TWO_ARCS * (1 + noise))
    left = np.concatenate([found.real, found.imaginary])
    assert left.std() == pytest.approx(2e-3, rel=0.3)


def test_activation_energy_is_that_of_butler_volmer() -> None:
    T = np.array([278.15, 298.15, 318.15])
    R = 20.0 * (T / 298.15) * np.exp(9760.0 / 8.314462618 * (1 / T - 1 / 298.15))
    assert activation_energy(T, R) == pytest.approx(9760.0, rel=1e-9)
    assert activation_energy([300.0], [20.0]) is None


def test_rounded_points_have_the_same_arcs() -> None:
    s = 2j * np.pi * np.logspace(5, -2, 71)
    impedance = 5 / (1 + s * 1e-4) + 15 / (1 + s * 1e-2) + 3.0 / np.sqrt(s)
    exact = arc_frequencies(s.imag / (2 * np.pi), impedance)
    rounded = np.round(impedance.real, 1) + 1j * np.round(impedance.imag, 1)
    level = np.diff(rounded.imag) == 0.0
    assert level.any()
    assert len(arc_frequencies(s.imag / (2 * np.pi), rounded)) == len(exact) == 2
    assert arc_frequencies([], []) == ()
