"""Laws of the carbon against numbers known from elsewhere."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pybamm
import pytest
from scipy import integrate, optimize, special

import napore
from napore.models import BraggWilliams, Isotherm, MeanFieldSites, PoreClasses, SiteEnergyDistribution
from napore.models.adsorption import positive_part
from napore.models.constants import FARADAY, GAS_CONSTANT
from napore.models.parameters import CarbonParameters
from napore.models.pore_filling import (
    AREA_TO_VOLUME_FACTOR,
    equilibrium_filling,
    filling_potential,
    log_normal_radii,
    sinh_rate,
    wetting_potential,
)

T = 298.15
SITES = MeanFieldSites(0.75, 0.25, 0.45, 0.08, 0.15, 2.0, 0.01)
PORES = PoreClasses(tuple(log_normal_radii(1e-9, 0.1, 4)), (0.25,) * 4, 0.1, 3.0, 3.0)
DISTRIBUTION = SiteEnergyDistribution((0.7, 0.25), (0.25, 0.12), (0.5, 0.5))


def evaluated(symbol: Any) -> npt.NDArray[np.float64]:
    return np.ravel(symbol.evaluate())


def test_bragg_williams_is_that_of_the_article() -> None:
    law = BraggWilliams(tail=0.0)
    occupancy = np.array([0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98])
    published = [1.15, 1.05, 0.71, 0.38, 0.17, 0.082, 0.043]
    np.testing.assert_allclose(law.potential(occupancy, 298.0), published, atol=0.007)


def test_bragg_williams_tail_is_only_at_an_empty_carbon() -> None:
    law, bare = BraggWilliams(), BraggWilliams(tail=0.0)
    assert law.potential(0.0, T) > 3.0
    assert abs(law.potential(0.1, T) - bare.potential(0.1, T)) < 1e-4


def test_exact_distribution_is_the_convolution_with_the_fermi_function() -> None:
    thermal = GAS_CONSTANT * T / FARADAY

    def convolution(E: float) -> float:
        total = 0.0
        for mean, spread, weight in zip(DISTRIBUTION.means, DISTRIBUTION.spreads, (0.5, 0.5), strict=True):
            value, _ = integrate.quad(
                lambda e, m=mean, s=spread: (
                    np.exp(-0.5 * ((e - m) / s) ** 2) * special.expit((e - E) / thermal)
                ),
                mean - 9 * spread,
                mean + 9 * spread,
                points=[E] if abs(E - mean) < 9 * spread else None,
                limit=400,
                epsabs=1e-12,
            )
            total += weight * value / spread / np.sqrt(2 * np.pi)
        tail, _ = integrate.quad(
            lambda e: special.expit((e - E) / thermal), 0.0, DISTRIBUTION.tail_top, points=[E], limit=400
        )
        return float(
            (1 - DISTRIBUTION.tail_share) * total + DISTRIBUTION.tail_share * tail / DISTRIBUTION.tail_top
        )

    for E in (0.02, 0.3, 0.8, 1.5, 2.5):
        assert DISTRIBUTION.occupancy(E, T) == pytest.approx(convolution(E), abs=1e-8)


def test_exact_distribution_is_inverted_within_a_tenth_of_a_millivolt() -> None:
    E = np.linspace(0.005, 3.0, 997)
    back = DISTRIBUTION.potential(DISTRIBUTION.occupancy(E, T), T)
    assert np.abs(back - E).max() < 1e-4


@pytest.mark.parametrize("temperature", [258.15, 278.15, 318.15, 338.15])
def test_linearised_distribution_stays_close_to_the_exact_one(temperature: float) -> None:
    E = np.linspace(0.01, 2.0, 400)
    linear = DISTRIBUTION.potential(DISTRIBUTION.occupancy(E, temperature), temperature)
    assert np.abs(linear - E).max() < 1e-3


def test_gibbs_thomson_numbers() -> None:
    # 1 J/m2 over 1 nm: V_m / F
    assert 1e3 * wetting_potential(1e-9, 1.0, 1.0) == pytest.approx(246.15, abs=0.05)
    assert AREA_TO_VOLUME_FACTOR == {"sphere": 3.0, "cylinder": 2.0, "slit": 1.0}
    # small pores fill first and higher
    assert wetting_potential(0.5e-9, 0.1, 3.0) == 2 * wetting_potential(1e-9, 0.1, 3.0)


def test_log_normal_classes_hold_equal_capacity() -> None:
    median, spread, classes = 1e-9, 0.4, 6
    radii = log_normal_radii(median, spread, classes)
    share_below = special.ndtr(np.log(radii / median) / spread)
    np.testing.assert_allclose(share_below, (np.arange(classes) + 0.5) / classes, rtol=1e-12)
    fine = np.log(log_normal_radii(median, spread, 4000) / median)
    assert fine.std() == pytest.approx(spread, rel=5e-3)


def test_filling_is_the_hill_isotherm_without_interaction() -> None:
    E = np.linspace(-0.05, 0.3, 50)
    expected = special.expit(3.0 * FARADAY / GAS_CONSTANT / T * (0.08 - E))
    np.testing.assert_allclose(equilibrium_filling(E, T, 0.08, 3.0), expected, atol=1e-15)


@pytest.mark.parametrize("cooperativity", [1.0, 2.0, 4.0])
@pytest.mark.parametrize("reduced", [-0.5, -0.2, 0.5, 2.0])
def test_filling_inverts_its_potential_with_interaction(cooperativity: float, reduced: float) -> None:
    interaction = 4 * reduced * GAS_CONSTANT * T / (cooperativity * FARADAY)
    E = np.linspace(-0.4, 0.6, 400)
    found = equilibrium_filling(E, T, 0.08, cooperativity, interaction)
    exact = [
        special.expit(
            optimize.brentq(
                lambda logit, at=e: filling_potential_of(logit, cooperativity, interaction) - at,
                -300.0,
                300.0,
            )
        )
        for e in E
    ]
    assert np.abs(found - exact).max() < 1e-12


def filling_potential_of(logit: float, cooperativity: float, interaction: float) -> float:
    width = GAS_CONSTANT * T / FARADAY / cooperativity
    return 0.08 - width * logit + interaction * (0.5 - float(special.expit(logit)))


def test_potential_and_filling_round_trip() -> None:
    phi = np.linspace(0.001, 0.999, 300)
    for interaction in (0.0, -0.01, 0.02):
        E = filling_potential(phi, T, 0.08, 2.0, interaction)
        np.testing.assert_allclose(equilibrium_filling(E, T, 0.08, 2.0, interaction), phi, atol=1e-8)


@pytest.mark.parametrize("E", [-0.05, 0.03, 0.09, 0.3, 0.8, 3.0])
def test_fillings_of_classes_far_apart_are_exact(E: float) -> None:
    """From one hyperbolic tangent of all classes they erred by up to 0.4, and were no numbers."""
    changed = {
        "Carbon electrode pore radius spread": 1.0,
        "Carbon electrode pore filling cooperativity": 8.0,
        "Carbon electrode pore wetting energy [J.m-2]": 0.3,
    }
    values = napore.half_cell("hard-carbon", "SPM", parameters=changed).parameter_values
    carbon = CarbonParameters("positive", 5, law="three kinds")
    for k, filling in enumerate(carbon.equilibrium_fillings(pybamm.Scalar(E), pybamm.Scalar(T))):
        V = values.evaluate(carbon.half_filling_potential(k, pybamm.Scalar(T)))
        exact = special.expit(8.0 * FARADAY * (V - E) / (GAS_CONSTANT * T))
        assert values.evaluate(filling) == pytest.approx(exact, abs=1e-13)


def test_sinh_law_is_the_difference_of_the_potentials() -> None:
    phi, E = np.meshgrid(np.linspace(0.01, 0.99, 30), np.linspace(0.0, 0.2, 30))
    V, k = 0.08, 1e-3
    affinity = FARADAY * (V - E) / (2 * GAS_CONSTANT * T)
    rate = sinh_rate(k, phi, equilibrium_filling(E, T, V, 1.0), affinity)
    force = FARADAY * (filling_potential(phi, T, V, 1.0) - E) / (2 * GAS_CONSTANT * T)
    # the affinity saturates smoothly at 10: by 0.3 per cent of the rate at 1
    exact = k * np.sqrt(phi * (1 - phi)) * 2 * np.sinh(force)
    near = np.abs(affinity) < 1.0
    np.testing.assert_allclose(rate[near], exact[near], rtol=4e-3, atol=1e-12)


@pytest.mark.parametrize("law", [SITES, BraggWilliams(), DISTRIBUTION])
def test_entropic_change_is_the_derivative_of_the_potential(law: Any) -> None:
    theta = np.linspace(0.001, 0.95, 200)
    difference = (law.potential(theta, T + 0.5) - law.potential(theta, T - 0.5)) / 1.0
    np.testing.assert_allclose(law.entropic_change(theta, T), difference, rtol=1e-6, atol=1e-12)


def test_positive_part_is_bounded_and_smooth() -> None:
    assert positive_part(0.0, 1e-4) == pytest.approx(1e-4)
    assert positive_part(0.5, 1e-4) == pytest.approx(0.5, abs=3e-8)
    assert positive_part(-10.0, 1e-4) > 0


@pytest.mark.parametrize("adsorption", [SITES, BraggWilliams(), DISTRIBUTION])
@pytest.mark.parametrize("temperature", [253.15, 298.15, 333.15])
def test_isotherm_round_trip(adsorption: Any, temperature: float) -> None:
    if adsorption is DISTRIBUTION and temperature != T:
        pytest.skip("the table is that of the reference temperature")
    isotherm = Isotherm(adsorption, PORES, 0.3)
    E = np.linspace(0.005, 1.0, 800)
    x = isotherm.stoichiometry(E, temperature)
    assert np.abs(isotherm.potential(x, temperature) - E).max() < 1e-7
    assert np.all(np.diff(x) < 0)


@pytest.mark.parametrize("temperature", [260.0, 298.15, 320.0])
def test_split_sums_to_the_whole_at_one_potential(temperature: float) -> None:
    isotherm = Isotherm(SITES, PORES, 0.3)
    x = np.linspace(0.001, 0.999, 300)
    split = isotherm.split(x, temperature)
    np.testing.assert_allclose(
        0.3 * split.theta + 0.7 * np.tensordot(PORES.shares, split.phi, 1), x, atol=1e-13
    )
    E = SITES.potential(split.theta, temperature)
    for k, phi in enumerate(split.phi):
        inside = (phi > 1e-9) & (phi < 1 - 1e-9)
        np.testing.assert_allclose(PORES.potential(k, phi[inside], temperature), E[inside], atol=1e-7)


def test_entropic_change_of_the_whole_follows_from_its_parts() -> None:
    # at fixed x: dU/dT is the mean of the parts' dE/dT, weighted by what each takes up per volt
    isotherm = Isotherm(SITES, PORES, 0.3)
    x = np.linspace(0.02, 0.98, 97)
    split, step = isotherm.split(x), 1e-6
    uptake = [
        0.3 * 2 * step / (SITES.potential(split.theta - step, T) - SITES.potential(split.theta + step, T))
    ]
    change = [SITES.entropic_change(split.theta, T)]
    for k, phi in enumerate(split.phi):
        uptake.append(
            0.7 * PORES.shares[k] * phi * (1 - phi) * PORES.cooperativity * FARADAY / GAS_CONSTANT / T
        )
        safe = np.clip(phi, 1e-12, 1 - 1e-12)
        change.append((PORES.potential(k, safe, T + 0.5) - PORES.potential(k, safe, T - 0.5)) / 1.0)
    expected = sum(u * c for u, c in zip(uptake, change, strict=True)) / sum(uptake)
    np.testing.assert_allclose(isotherm.entropic_change(x), expected, atol=2e-7)


@pytest.mark.parametrize("temperature", [253.0, 273.15, 298.15, 313.15, 333.0])
def test_occupancy_in_a_model_is_within_its_claim(temperature: float) -> None:
    isotherm = Isotherm(SITES, PORES, 0.3)
    x = np.linspace(float(isotherm.stoichiometry(2.9)), 0.999, 3001)
    symbol = isotherm.equilibrium_occupancy(pybamm.Vector(x), pybamm.Scalar(temperature))
    assert np.abs(evaluated(symbol) - isotherm.split(x, temperature).theta).max() < 2e-4


@pytest.mark.parametrize("law", [SITES, BraggWilliams(), DISTRIBUTION])
def test_numpy_and_pybamm_evaluate_one_law(law: Any) -> None:
    theta = np.linspace(0.0005, 0.98, 333)
    for temperature in (273.15, T):
        symbol, at = pybamm.Vector(theta), pybamm.Scalar(temperature)
        for name in ("potential", "entropic_change"):
            np.testing.assert_allclose(
                evaluated(getattr(law, name)(symbol, at)),
                getattr(law, name)(theta, temperature),
                rtol=1e-10,
                atol=1e-12,
            )


def test_numpy_and_pybamm_evaluate_one_filling() -> None:
    E = np.linspace(-0.1, 2.5, 200)
    for interaction in (0.0, -0.01):
        pores = PoreClasses((1e-9,), (1.0,), 0.1, 3.0, 2.0, interaction)
        found = evaluated(pores.filling(0, pybamm.Vector(E), pybamm.Scalar(T)))
        np.testing.assert_allclose(found, pores.filling(0, E, T), atol=1e-14)
