"""Cyclic voltammetry in limits with known answers: thin film, half space, and Dunn's split in both."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import napore
from napore.cells import Cell, half_cell
from napore.experiments import CyclicVoltammetry
from napore.experiments.power_law import fit_power_law, potential_law, split_surface

FAST = {
    "Sodium metal reference exchange-current density [A.m-2]": 5e4,
    "Carbon electrode reference exchange-current density [A.m-2]": 4e3,
}
RATES = (0.1, 0.4)


def carbon(storage: str, **changed: float) -> Cell:
    """Carbon without resistance and without electrolyte."""
    names = {
        "diffusivity": "Carbon particle reference diffusivity [m2.s-1]",
        "radius": "Carbon particle radius [m]",
    }
    numbers = {names[name]: value for name, value in changed.items()}
    return half_cell("fjh", "SPM", {"sodium storage": storage}, {**FAST, **numbers})


@pytest.fixture(scope="module")
def film() -> tuple[Cell, CyclicVoltammetry]:
    cell = carbon("equilibrium", diffusivity=1e-8)
    return cell, napore.cv(cell, RATES, cycles=1)


def test_a_thin_film_has_b_one(film: tuple[Cell, CyclicVoltammetry]) -> None:
    _, found = film
    assert found.anodic_b == pytest.approx(1.0, abs=0.02)
    assert found.cathodic_b == pytest.approx(1.0, abs=0.03)


def test_current_of_a_thin_film_is_the_scan_rate_times_the_slope_of_the_isotherm(
    film: tuple[Cell, CyclicVoltammetry],
) -> None:
    cell, found = film
    E, step = np.array([0.2, 0.3, 0.5, 0.8]), 1e-4
    curve = cell.isotherm
    slope = (curve.stoichiometry(E + step) - curve.stoichiometry(E - step)) / (2.0 * step)
    charge = 3.6 * cell.site_capacity / cell.active_mass  # C/g
    for rate, sweep in found.sweeps("anodic").items():
        assert sweep.current_at(E) == pytest.approx(-1e-3 * rate * charge * slope, rel=5e-3)


def test_diffusion_into_a_half_space_has_b_one_half(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = carbon("single", diffusivity=2.5e-16, radius=15e-6)
    coarse = dict(cell.model.default_var_pts)
    # the layer of 0.5 um under the surface must be resolved
    points = property(lambda self: {**coarse, "r_p": 150})
    monkeypatch.setattr(type(cell.model), "default_var_pts", points)
    found = napore.cv(cell, RATES, cycles=1)
    assert found.anodic_b == pytest.approx(0.5, abs=0.02)
    # here, and only here, the split is right: no surface, no charge that it calls so
    assert all(abs(share) < 0.1 for share in found.surface_split("anodic").surface_share.values())


def test_the_split_finds_a_surface_in_a_carbon_that_has_none() -> None:
    cell = carbon("equilibrium", diffusivity=3e-14)
    assert cell.model.options["surface form"] == "false"  # no double layer
    shares = napore.cv(cell, (0.1, 0.3, 1.0)).surface_split("anodic").surface_share
    assert min(shares.values()) > 0.3


def test_power_laws_and_split_return_what_they_were_made_from() -> None:
    rates = np.array([0.1, 0.2, 0.5, 1.0])
    law: Any = fit_power_law(dict(zip(rates, 2.0 * rates**0.66, strict=True)))
    assert (law.factor, law.exponent) == pytest.approx((2.0, 0.66))
    assert law.standard_error == pytest.approx(0.0, abs=1e-6)
    assert fit_power_law({0.1: 1.0}) is None
    potentials = pd.Index([0.1, 0.2], name="potential_V")
    made = np.array([[0.3], [0.1]]) * rates + np.array([[0.5], [0.2]]) * rates**0.5
    currents = pd.DataFrame(made, index=potentials, columns=rates)
    split = split_surface(currents)
    assert split.coefficients["k1"].to_numpy() == pytest.approx([0.3, 0.1])
    assert split.coefficients["k2"].to_numpy() == pytest.approx([0.5, 0.2])
    assert split.surface_share[1.0] == pytest.approx(0.4 / 1.1)
    negative = potential_law(currents - 1.0)
    assert negative["b"].isna().all()
