"""The static design against finite differences, the balance of the cell and a very slow simulation."""

import math

import numpy as np
import pytest

import napore
from napore.designs import DesignError, EquilibriumPair, optimum
from napore.designs.equilibrium import OUTPUTS
from napore.full_cells import FullCell, full_cell


@pytest.fixture(scope="module")
def cell() -> FullCell:
    return full_cell("fjh", "nvp", mass_ratio=0.4, model="SPM")


@pytest.fixture(scope="module")
def pair(cell: FullCell) -> EquilibriumPair:
    return EquilibriumPair.of(cell)


def outputs(
    pair: EquilibriumPair, ratio: float, added: float
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    found = pair.at(ratio, added)
    return np.array([getattr(found, name) for name in OUTPUTS])


@pytest.mark.parametrize(("ratio", "added"), [(0.4, 10.0), (0.3, 60.0), (0.25, 0.0)])
def test_derivatives_equal_finite_differences(pair: EquilibriumPair, ratio: float, added: float) -> None:
    exact = pair.derivatives(ratio, added)
    step = 1e-6  # the last of them is near a kink
    of_ratio = (outputs(pair, ratio + step, added) - outputs(pair, ratio - step, added)) / (2 * step)
    assert exact[:, 0] == pytest.approx(of_ratio, rel=1e-3, abs=1e-5)
    if added > 0.0:
        step = 1e-2
        of_added = (outputs(pair, ratio, added + step) - outputs(pair, ratio, added - step)) / (2 * step)
        assert exact[:, 1] == pytest.approx(of_added, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize(
    ("ratio", "added", "limiting"),
    [(0.2, 0.0, "anode"), (0.4, 0.0, "inventory"), (0.4, 60.0, "cathode"), (0.6, 20.0, "inventory")],
)
def test_equals_the_balance_of_the_cell(
    pair: EquilibriumPair, ratio: float, added: float, limiting: str
) -> None:
    balance = full_cell(mass_ratio=ratio, presodiation_mAh_g=added, model="SPM").balance
    found = pair.at(ratio, added)
    assert found.limiting == limiting
    assert found.capacity_mAh_g_cathode == pytest.approx(balance.capacity_mAh_g_cathode, rel=1e-8)
    assert found.plating_margin_V == pytest.approx(balance.anode_potential_charged_V, abs=1e-6)
    assert found.n_p_ratio == pytest.approx(balance.n_p_ratio)


@pytest.mark.parametrize(("ratio", "added"), [(0.3, 0.0), (0.4, 0.0), (0.6, 0.0), (0.4, 30.0), (0.5, 47.0)])
def test_equals_a_simulation_at_a_thousandth_of_c(pair: EquilibriumPair, ratio: float, added: float) -> None:
    cell = full_cell("fjh", "nvp", mass_ratio=ratio, presodiation_mAh_g=added, model="SPM")
    slow = napore.energy_test(cell, 0.001, cycles=1).points[0]
    found = pair.at(ratio, added)
    assert slow.status == "ok"
    assert found.capacity_mAh_g_cathode == pytest.approx(slow.capacity_mAh_g_cathode, rel=5e-3)
    assert found.mean_voltage_V == pytest.approx(slow.mean_voltage_V, rel=5e-3)
    assert found.energy_Wh_kg_active == pytest.approx(slow.energy_Wh_kg_active, rel=5e-3)


def test_best_at_a_low_rate_is_that_at_equilibrium(pair: EquilibriumPair) -> None:
    # a grid beside the plating limit at 0.26, where round-off would decide
    slow = napore.design("fjh-nvp", (0.252, 0.282), 4, 0.001, "SPM", cycles=1).best()
    found = optimum(pair, (0.25, 0.6))
    assert slow.mass_ratio == pytest.approx(found.mass_ratio, abs=0.01)
    assert slow.energy_Wh_kg_active == pytest.approx(found.energy_Wh_kg_active, rel=0.015)


def test_optimum_is_the_best_of_a_scan(pair: EquilibriumPair) -> None:
    best = optimum(pair, (0.25, 0.6))
    scan = [pair.at(float(ratio)) for ratio in np.linspace(0.25, 0.6, 71)]
    allowed = [found.energy_Wh_kg_active for found in scan if found.plating_margin_V >= 0.0]
    assert max(allowed) <= best.energy_Wh_kg_active <= 1.01 * max(allowed)
    assert best.plating_margin_V >= -1e-6


def test_optimum_is_found_where_most_of_the_range_is_beyond_the_limits(pair: EquilibriumPair) -> None:
    found = optimum(pair, (0.4, 0.4), (0.0, 500.0))
    scan = [pair.at(0.4, added) for added in np.linspace(0.0, 300.0, 61)]
    best = max(one.energy_Wh_kg_active for one in scan if one.plating_margin_V >= 0.0)
    assert found.plating_margin_V > -1e-6
    assert best <= found.energy_Wh_kg_active < 1.005 * best
    with pytest.raises(DesignError, match="keeps the limits: widen them"):
        optimum(pair, (0.4, 0.4), (300.0, 450.0))


def test_optimum_keeps_its_limits(pair: EquilibriumPair) -> None:
    free = optimum(pair, presodiation=(0.0, 100.0))
    assert free.energy_Wh_kg_active > optimum(pair).energy_Wh_kg_active
    careful = optimum(pair, plating_margin_V=0.05)
    assert careful.plating_margin_V >= 0.05 - 1e-6
    low = optimum(pair, cathode_limit_V=4.005)
    assert low.cathode_potential_charged_V <= 4.005 + 1e-6
    with pytest.raises(DesignError, match="keeps the limits: widen them"):
        optimum(pair, (0.1, 0.2))


@pytest.mark.parametrize(
    ("ratio", "added", "message"),
    [
        (0.0, 0.0, "Mass ratio .* is 0: give a positive value"),
        (math.nan, 0.0, "Mass ratio .* is nan"),
        (True, 0.0, "Mass ratio .* is True: give a finite number"),
        ("0.4", 0.0, "Mass ratio .* is '0.4': give a finite number"),
        (0.4, 10**400, "presodiation .* is a whole number of 401 digits"),
        (0.4, -1.0, "presodiation .* is -1 mA"),
        (0.4, 1e4, "presodiation is 10000 mAh"),
        (2.5, 0.0, "no sodium is left to cycle at mass ratio 2.5"),
        (0.4, 453.0, "do not fit|out of reach"),
    ],
)
def test_refusals(pair: EquilibriumPair, ratio: float, added: float, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        pair.at(ratio, added)


def test_stand_ins_are_refused() -> None:
    with pytest.raises(DesignError, match="no static design"):
        EquilibriumPair.of(full_cell("fjh", "Chayambuka2022", model="SPM"))
