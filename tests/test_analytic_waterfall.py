"""Energy waterfall: terms against arithmetic, and their sum against the delivered energy."""

import json
from pathlib import Path

import numpy as np
import pytest

from napore.cells import half_cell
from napore.experiments import EnergyWaterfall, ExperimentError, energy_test, energy_waterfall
from napore.full_cells import full_cell

ACTIVE = 1.0 / 1.4  # kg of NVP per kg of both active masses


@pytest.fixture(scope="module")
def fall() -> EnergyWaterfall:
    return energy_waterfall(full_cell(model="SPMe"), 0.05)


@pytest.mark.parametrize(("model", "rate"), [("SPM", 0.2), ("SPMe", 6.0), ("DFN", 6.0)])
def test_terms_add_up_to_the_delivered_energy(model: str, rate: float) -> None:
    found = energy_waterfall(full_cell(model=model), rate, cycles=1)
    assert abs(found.closure_Wh_kg_active) < 1e-6 * found.delivered_Wh_kg_active
    assert found.table()["level_Wh_kg_active"].iloc[-2] == pytest.approx(found.delivered_Wh_kg_active)


def test_delivered_is_the_energy_of_the_energy_test(fall: EnergyWaterfall) -> None:
    (point,) = energy_test(full_cell(model="SPMe"), 0.05).points
    assert fall.delivered_Wh_kg_active == pytest.approx(point.energy_Wh_kg_active, rel=1e-9)
    assert fall.capacity_mAh_g_cathode == pytest.approx(point.capacity_mAh_g_cathode, rel=1e-9)


def test_capacity_terms_are_those_of_the_papers_arithmetic(fall: EnergyWaterfall) -> None:
    loss = 0.4 * 341.0 * (1.0 / 0.878 - 1.0)
    assert fall.theoretical_Wh_kg_active == pytest.approx(117.6 * 3.37 * ACTIVE)
    assert fall.at("cathode_capacity") == pytest.approx((115.0 - 117.6) * 3.37 * ACTIVE)
    assert fall.at("first_cycle") == pytest.approx(-loss * 3.37 * ACTIVE)
    assert fall.at("presodiation") == 0.0
    kept = sum(
        fall.at(name) for name in ("theoretical", "cathode_capacity", "first_cycle", "cut_offs", "rate")
    )
    assert kept == pytest.approx(fall.capacity_mAh_g_cathode * 3.37 * ACTIVE)


def test_carbon_of_a_slow_discharge_lies_where_its_isotherm_does(fall: EnergyWaterfall) -> None:
    cell = full_cell(model="SPMe")
    x = np.linspace(*cell.balance.anode_window, 2001)
    mean = float(np.mean(cell.isotherm.potential(x)))
    assert -fall.at("carbon_potential") / fall.capacity_mAh_g_cathode / ACTIVE == pytest.approx(
        mean, abs=0.01
    )


def test_polarisation_costs_energy_and_more_of_it_when_fast() -> None:
    cell = full_cell(model="SPMe")
    slow, fast = (energy_waterfall(cell, rate, cycles=1) for rate in (0.05, 6.0))
    for name in ("carbon_kinetics", "cathode_kinetics", "electrolyte_ohmic", "carbon_filling", "rate"):
        assert fast.at(name) < slow.at(name) < 0.0, name


def test_presodiation_is_a_term_of_its_own() -> None:
    found = energy_waterfall(full_cell(model="SPM", presodiation_mAh_g=10.0), 0.2, cycles=1)
    assert found.at("presodiation") == pytest.approx(4.0 * 3.37 * ACTIVE)
    assert abs(found.closure_Wh_kg_active) < 1e-6 * found.delivered_Wh_kg_active


def test_contact_resistance_is_ohms_law() -> None:
    cell = full_cell(
        model="SPM", options={"contact resistance": "true"}, parameters={"Contact resistance [Ohm]": 50.0}
    )
    found = energy_waterfall(cell, 1.0, cycles=1)
    drop = 50.0 * cell.one_C_current
    assert found.at("contact") == pytest.approx(-drop * found.capacity_mAh_g_cathode * ACTIVE, rel=1e-6)


def test_file_and_picture(fall: EnergyWaterfall, tmp_path: Path) -> None:
    fall.to_json(tmp_path / "fall.json")
    content = json.loads((tmp_path / "fall.json").read_text("utf-8"))
    assert {"napore", "pybamm", "model", "parameters_sha256", "cell", "terms"} <= content.keys()
    assert content["terms"][0]["name"] == "theoretical"
    assert content["terms"][-1]["energy_Wh_kg_active"] == pytest.approx(fall.delivered_Wh_kg_active)
    axes = fall.plot(reported=225.3)
    labels = [tick.get_text() for tick in axes.get_yticklabels()]
    assert labels[0] == "theoretical pair"
    assert labels[-1] == "delivered"


def test_refusals() -> None:
    with pytest.raises(ExperimentError, match="fjh is no full cell"):
        energy_waterfall(half_cell("fjh", model="SPM"))
    with pytest.raises(ExperimentError, match="is no full cell of a carbon and a cathode of ours"):
        energy_waterfall(full_cell(cathode="Chayambuka2022", model="SPM"))
    with pytest.raises(ExperimentError, match="rate is 0 C"):
        energy_waterfall(full_cell(model="SPM"), 0.0)
    broken = full_cell(
        model="SPM",
        options={"contact resistance": "true"},
        parameters={"Contact resistance [Ohm]": 1e5},
        allow_unusual=True,
    )
    with pytest.raises(ExperimentError, match="fjh-nvp at 1 C: no capacity"):
        energy_waterfall(broken, 1.0, cycles=1)
