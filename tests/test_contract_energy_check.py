"""The examination of the paper's full cell: predictions, designs, explanations, sensitivity, its page."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from napore.designs import DesignError
from napore.designs.sensitivity import sensitivity
from napore.designs.tornado import Output, Sensitivity
from napore.experiments import energy_test
from napore.full_cells import full_cell
from napore.validation import energy_check
from napore.validation.checks import CHECKS
from napore.validation.fast_discharge import explanations_of_fast_capacity, fast_capacity

ROOT = Path(__file__).resolve().parent.parent
DIFFUSIVITY = "Cathode particle reference diffusivity [m2.s-1]"
USABLE = "Cathode electrode usable specific capacity [mA.h.g-1]"


@pytest.fixture(scope="module")
def found() -> tuple[energy_check.Prediction, ...]:
    return energy_check.predictions("SPM", ("fjh", "tf"), (117.6,), cycles=1)


def test_inventory_is_that_of_the_papers_arithmetic(found: tuple[energy_check.Prediction, ...]) -> None:
    one = next(p for p in found if p.cell == "fjh-nvp")
    assert one.inventory_mAh_g_cathode == pytest.approx(98.6, rel=0.005)


def test_predictions_stand_beside_the_reported_numbers(found: tuple[energy_check.Prediction, ...]) -> None:
    by = {(p.cell, p.quantity): p for p in found}
    energy = by["fjh-nvp", "energy at 0.05 C [Wh/kg]"]
    assert (energy.claim, energy.reported, energy.tolerance) == ("F02", 225.3, CHECKS["F02"].tolerance)
    assert energy.predicted is not None
    assert energy.deviation == pytest.approx(energy.predicted / 225.3 - 1.0)
    assert energy.verdict == "met"
    assert by["fjh-nvp", "mean voltage at 0.05 C [V]"].verdict == "inconsistent"
    assert by["fjh-nvp", "capacity at 0.2 C [mAh/g]"].verdict == "inconsistent"
    assert by["fjh-nvp", "capacity at 6 C [mAh/g]"].verdict == "unmet"
    assert by["tf-nvp", "energy at 0.05 C [Wh/kg]"].verdict == ""
    assert by["fjh-nvp", "plating margin at 6 C [V]"].claim == ""


def test_no_carbon_reaches_a_mean_voltage_of_3_41(found: tuple[energy_check.Prediction, ...]) -> None:
    for one in found:
        if one.claim == "F03":
            assert one.predicted is not None
            assert one.predicted < 3.39


@pytest.mark.parametrize(("capacity", "voltage"), [(92.5, 3.41), (98.6, 3.20), (101.7, 3.10), (108.7, 2.90)])
def test_pairs_that_have_the_energy(capacity: float, voltage: float) -> None:
    assert energy_check.mean_voltage_for(capacity) == pytest.approx(voltage, abs=0.006)


def test_designs_of_an_energy_have_it_in_simulation() -> None:
    cell = full_cell(model="SPM")
    ways = energy_check.designs_of_energy(cell)
    assert [way.changed for way in ways] == ["presodiation", "mass ratio"]
    for way in ways:
        assert way.energy_Wh_kg_active == pytest.approx(225.3, rel=1.1e-3)
        assert way.plating_margin_V > 0.0
    assert 5.0 < ways[0].value < 20.0
    assert 0.3 < ways[1].value < 0.4
    assert energy_check.designs_of_energy(cell, energy=500.0) == ()


def test_slow_diffusion_in_the_cathode_lowers_6_C() -> None:
    cell = full_cell(model="SPM")
    usual, slow = fast_capacity(cell, cycles=1), fast_capacity(cell, {DIFFUSIVITY: 1e-17}, cycles=1)
    assert slow < 0.5 * usual
    blocked = full_cell(model="SPM", options={"contact resistance": "true"})
    assert fast_capacity(blocked, {"Contact resistance [Ohm]": 1e4}, cycles=1) == 0.0


@pytest.mark.slow
def test_explanations_give_the_capacity() -> None:
    cell = full_cell(model="SPM", options={"contact resistance": "true"})
    for one in explanations_of_fast_capacity(cell, cycles=1):
        assert one.low <= one.value <= one.high
        if one.needed is not None and "Contact" not in one.parameter:  # the capacity jumps with it
            assert fast_capacity(cell, {one.parameter: one.needed}, cycles=1) == pytest.approx(62.8, abs=1.0)


@pytest.fixture(scope="module")
def moved() -> Sensitivity:
    names = [USABLE, "Cathode electrode plateau potential [V]", "SEI resistivity [Ohm.m]"]
    outputs = [Output("energy", 1.0), Output("capacity", 1.0), Output("capacity", 1.0, 0.5)]
    return sensitivity(full_cell(model="SPM"), outputs, names, cycles=1)


def test_sensitivity_is_the_energy_test_at_the_ends(moved: Sensitivity) -> None:
    row = next(r for r in moved.of("energy_Wh_kg_active at 1 C") if r.parameter == USABLE)
    for end, at in ((row.low, row.at_low), (row.high, row.at_high)):
        (point,) = energy_test(full_cell(model="SPM", parameters={USABLE: end}), 1.0, cycles=1).points
        assert at == pytest.approx(point.energy_Wh_kg_active, rel=1e-9)


def test_sensitivity_is_ordered_and_knows_what_does_nothing(moved: Sensitivity) -> None:
    rows = moved.of(Output("capacity", 1.0))
    assert rows[0].parameter == USABLE
    assert [row.span for row in rows] == sorted((row.span for row in rows), reverse=True)
    assert next(row for row in rows if row.parameter.startswith("SEI")).span == 0.0
    assert len(moved.table()) == 9
    labels = [tick.get_text() for tick in moved.plot().get_yticklabels()]
    assert labels[0] == "Cathode usable capacity / mA h g$^{-1}$"
    assert len(labels) == 2


def test_sensitivity_of_what_cannot_be_made_is_a_row(tmp_path: Path) -> None:
    cell = full_cell(
        model="SPM",
        parameters={
            "Cathode electrode areal loading [kg.m-2]": 0.06,
            "Cathode electrode thickness [m]": 40e-6,
        },
    )
    done = sensitivity(cell, [Output("energy", 1.0)], ["Cathode electrode thickness [m]"], cycles=1)
    (row,) = done.rows
    assert "porosity" in row.status_low
    assert row.at_low is None
    assert row.status_high == "ok"
    done.to_json(tmp_path / "s.json")
    assert json.loads((tmp_path / "s.json").read_text("utf-8"))["rows"][0]["at_low"] is None


@pytest.mark.parametrize(
    ("outputs", "names", "message"),
    [
        ([], None, "no output is given"),
        ([Output("enrgy", 1.0)], None, r"quantity 'enrgy' is unknown: .*did you mean 'energy'"),
        ([Output("energy", 1.0)], ["Separator porosty"], r"did you mean 'Separator porosity'"),
        ([Output("energy", 1.0)], ["Reference temperature [K]"], "is a setting without a range"),
        ([Output("energy", 1.0)], "Separator porosity", "give a list of texts"),
        ([Output("energy", 1.0)], [], "names has no names"),
    ],
)
def test_sensitivity_refuses(outputs: Any, names: Any, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        sensitivity(full_cell(model="SPM"), outputs, names)


@pytest.mark.checkout
def test_page_says_what_is_on_file() -> None:
    from studies.gu2025.data import read

    data = read("energy_check")
    page = (ROOT / "docs" / "energy_check.md").read_text("utf-8")
    for picture in re.findall(r"\((images/[^)]+)\)", page):
        assert (ROOT / "docs" / picture).is_file()
    for one in data["predictions"]:
        if one["cell"] == "fjh-nvp" and one["quantity"] == "energy at 0.05 C [Wh/kg]":
            assert f"{one['predicted']:.1f}" in page
    for fall in data["waterfalls"]:
        assert abs(fall["closure_Wh_kg_active"]) < 1e-6 * fall["terms"][-1]["energy_Wh_kg_active"]
    for one in data["formation"]:
        assert one["imbalance"] < 1e-8
        assert one["coulombic_efficiency"] == pytest.approx(one["measured_efficiency"], abs=3e-4)
    for one in data["designs"]:
        assert one["energy_Wh_kg_active"] == pytest.approx(225.3, rel=1.1e-3)
