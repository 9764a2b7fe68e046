"""What every carbon inside the written ranges must have: monotone and bounded laws."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napore.models import BraggWilliams, Isotherm, MeanFieldSites, PoreClasses, SiteEnergyDistribution
from napore.models.interface import exchange_current_density
from napore.models.laws import ADSORPTION_LAWS, FILLING_LAWS, FILLING_NUMBERS
from napore.models.pore_filling import equilibrium_filling, filling_potential, log_normal_radii
from napore.parameters.law_numbers import with_law
from napore.parameters.sets import load_set

ENTRIES = with_law(load_set("fjh"), "mean field").entries
THETA = np.concatenate([[0.0], np.geomspace(1e-6, 1e-3, 40), np.linspace(1e-3, 0.9999, 900)[1:]])


def inside(name: str) -> st.SearchStrategy[float]:
    """Values inside the range that the parameter file writes for the carbon's electrode."""
    entry = ENTRIES[f"Carbon electrode {name}"]
    low, high = entry.allowed or (entry.value, entry.value)
    return st.floats(low, high)


sites = st.builds(
    MeanFieldSites, **{key: inside(name) for key, name in ADSORPTION_LAWS["mean field"].parameters.items()}
)


@st.composite
def pores(draw: Any) -> PoreClasses:
    classes = draw(st.integers(1, 6))
    radii = log_normal_radii(
        draw(inside("pore median radius [m]")), draw(inside("pore radius spread")), classes
    )
    return PoreClasses(
        tuple(radii),
        (1 / classes,) * classes,
        draw(inside("pore wetting energy [J.m-2]")),
        draw(inside("pore area to volume factor")),
        draw(inside("pore filling cooperativity")),
        wetting_energy_slope=draw(inside("pore wetting energy temperature coefficient [J.m-2.K-1]")),
    )


@given(sites, st.floats(230.0, 350.0))
def test_mean_field_sites_decrease_and_are_finite(law: MeanFieldSites, T: float) -> None:
    E = law.potential(THETA, T)
    assert np.isfinite(E).all()
    assert (np.diff(E) < 0).all()


@given(st.floats(230.0, 350.0), st.floats(1.0, 3.0), st.floats(0.003, 0.03))
def test_bragg_williams_decreases_and_is_finite(T: float, tail: float, share: float) -> None:
    E = BraggWilliams(tail=tail, tail_share=share).potential(THETA, T)
    assert np.isfinite(E).all()
    assert (np.diff(E) < 0).all()


@settings(max_examples=8, deadline=None)
@given(st.floats(0.5, 0.9), st.floats(0.1, 0.3), st.floats(0.1, 0.3), st.floats(0.2, 0.8))
def test_exact_distribution_decreases(mean: float, spread: float, other: float, weight: float) -> None:
    law = SiteEnergyDistribution((mean, 0.25), (spread, other), (weight, 1 - weight))
    E = law.potential(np.linspace(0.0, 0.97, 400), 298.15)
    assert np.isfinite(E).all()
    assert (np.diff(E) < 0).all()


@given(pores(), st.floats(240.0, 340.0))
def test_pore_potential_decreases_and_inverts(law: PoreClasses, T: float) -> None:
    phi = np.linspace(0.001, 0.999, 200)
    for k in range(len(law.radii)):
        E = law.potential(k, phi, T)
        assert (np.diff(E) < 0).all()
        np.testing.assert_allclose(law.filling(k, E, T), phi, atol=1e-10)


@settings(max_examples=25, deadline=None)
@given(sites, pores(), inside("adsorption capacity fraction"), st.floats(253.0, 333.0))
def test_isotherm_is_monotone_and_conserves(
    law: MeanFieldSites, classes: PoreClasses, share: float, T: float
) -> None:
    isotherm = Isotherm(law, classes, share)
    E = np.linspace(0.005, 1.0, 200)
    x = isotherm.stoichiometry(E, T)
    assert (np.diff(x) < 0).all()
    # weak sites may fill only below 0 V: the laws go on smoothly beyond a full carbon
    assert (x > 0).all()
    assert (x < 1.03).all()
    assert np.abs(isotherm.potential(x, T) - E).max() < 1e-4


@given(
    st.sampled_from(["relaxation", "sinh", "exchange", "emptying"]),
    st.floats(0.001, 0.999),
    st.floats(-0.1, 3.0),
    st.floats(1.0, 4.0),
    st.floats(0.0, 0.5),
)
def test_filling_always_dissipates(
    law: str, phi: float, E: float, cooperativity: float, symmetry: float
) -> None:
    T, V = 298.15, 0.08
    affinity = cooperativity * 96485.33212 * (V - E) / (2 * 8.314462618 * T)
    numbers = [symmetry for _ in FILLING_NUMBERS.get(law, ())]
    rate = FILLING_LAWS[law](1e-3, phi, equilibrium_filling(E, T, V, cooperativity), affinity, *numbers)
    force = filling_potential(phi, T, V, cooperativity) - E
    assert np.isfinite(rate)
    assert rate * force >= -1e-18


@given(st.floats(-0.01, 1.01), st.floats(1.0, 3000.0), st.floats(250.0, 340.0))
def test_exchange_current_is_positive(theta: float, c_e: float, T: float) -> None:
    assert exchange_current_density(theta, c_e, T, 3.0, 1e4, (0.002, 0.002)) > 0


def test_exchange_current_is_flat_where_the_resistance_is() -> None:
    theta = np.linspace(0.02, 0.98, 50)
    i0 = exchange_current_density(theta, 1000.0, 298.15, 3.0, 1e4, (0.002, 0.002))
    np.testing.assert_allclose(i0, 3.0, rtol=1e-3)


@pytest.mark.parametrize("classes", [1, 3, 9])
def test_classes_refuse_nonsense(classes: int) -> None:
    with pytest.raises(ValueError, match="median > 0"):
        log_normal_radii(-1e-9, 0.1, classes)
