"""The study of the paper: the full cell's predictions and designs, and verdicts at the ends of the ranges."""

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from napore.full_cells import full_cell
from napore.validation.checks import CHECKS

pytestmark = pytest.mark.checkout
ROOT = Path(__file__).resolve().parents[1]
if not (ROOT / "studies").is_dir():
    pytest.skip("the study is in the checkout only", allow_module_level=True)

from studies.gu2025 import full_cell_predictions as energy_check  # noqa: E402 (the checkout only)
from studies.gu2025.fast_discharge import explanations_of_fast_capacity, fast_capacity  # noqa: E402
from studies.gu2025.sensitivity_command import sensitivity  # noqa: E402
from studies.gu2025.verdict_inputs import Input, feels, uncertain_inputs  # noqa: E402
from studies.gu2025.verdict_sensitivity import reads, verdict_sensitivity  # noqa: E402
from studies.gu2025.verdict_text import turned_by  # noqa: E402

DIFFUSIVITY = "Cathode particle reference diffusivity [m2.s-1]"


@pytest.fixture(scope="module")
def found() -> list[dict[str, Any]]:
    return energy_check.predictions("SPM", ("fjh", "tf"), (117.6,), cycles=1)


def test_inventory_is_that_of_the_papers_arithmetic(found: list[dict[str, Any]]) -> None:
    one = next(p for p in found if p["cell"] == "fjh-nvp")
    assert one["inventory_mAh_g_cathode"] == pytest.approx(98.6, rel=0.005)


def test_predictions_stand_beside_the_reported_numbers(found: list[dict[str, Any]]) -> None:
    by = {(p["cell"], p["quantity"]): p for p in found}
    energy = by["fjh-nvp", "energy at 0.05 C [Wh/kg]"]
    assert (energy["claim"], energy["reported"], energy["tolerance"]) == (
        "F02",
        225.3,
        CHECKS["F02"].tolerance,
    )
    assert energy["predicted"] is not None
    assert energy["deviation"] == pytest.approx(energy["predicted"] / 225.3 - 1.0)
    assert energy["verdict"] == "met"
    assert by["fjh-nvp", "mean voltage at 0.05 C [V]"]["verdict"] == "inconsistent"
    assert by["fjh-nvp", "capacity at 0.2 C [mAh/g]"]["verdict"] == "inconsistent"
    # the carbon falls below sodium on the charge at 6 C: without plating that is no prediction
    assert by["fjh-nvp", "plating margin at 6 C [V]"]["predicted"] < 0.0
    assert by["fjh-nvp", "capacity at 6 C [mAh/g]"]["verdict"] == "not simulated"
    assert by["tf-nvp", "energy at 0.05 C [Wh/kg]"]["verdict"] == ""
    assert by["fjh-nvp", "plating margin at 6 C [V]"]["claim"] == ""


def test_no_carbon_reaches_a_mean_voltage_of_3_41(found: list[dict[str, Any]]) -> None:
    for one in found:
        if one["claim"] == "F03":
            assert one["predicted"] is not None
            assert one["predicted"] < 3.39


@pytest.mark.parametrize(("capacity", "voltage"), [(92.5, 3.41), (98.6, 3.20), (101.7, 3.10), (108.7, 2.90)])
def test_pairs_that_have_the_energy(capacity: float, voltage: float) -> None:
    assert energy_check.mean_voltage_for(capacity) == pytest.approx(voltage, abs=0.006)


def test_designs_of_an_energy_have_it_in_simulation() -> None:
    cell = full_cell(model="SPM")
    ways = energy_check.designs_of_energy(cell)
    assert [way["changed"] for way in ways] == ["presodiation", "mass ratio"]
    for way in ways:
        assert way["energy_Wh_kg_active"] == pytest.approx(225.3, rel=1.1e-3)
        assert way["plating_margin_V"] > 0.0
    assert 5.0 < ways[0]["value"] < 20.0
    assert 0.3 < ways[1]["value"] < 0.4
    assert energy_check.designs_of_energy(cell, energy=500.0) == []


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
        assert one["low"] <= one["value"] <= one["high"]
        if one["needed"] is not None and "Contact" not in one["parameter"]:  # the capacity jumps with it
            again = fast_capacity(cell, {one["parameter"]: one["needed"]}, cycles=1)
            assert again == pytest.approx(62.8, abs=1.0)


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


def test_inputs_have_a_range_and_are_felt_by_what_reads_them() -> None:
    inputs = {one.key: one for one in uncertain_inputs()}
    assert all(one.low < one.high and one.low <= one.value <= one.high for one in inputs.values())
    # the window of the half cells is the paper's, that of the full cell is assumed
    assert "Lower voltage cut-off [V] (half cells)" not in inputs
    assert "Lower voltage cut-off [V] (full cell)" in inputs
    foil = inputs["Sodium metal reference exchange-current density [A.m-2] (half cells)"]
    assert foil.sets == ("fjh", "fjh-b", "tf")
    layer = inputs["Carbon electrode double-layer capacity [F.m-2] (TF)"]
    assert not feels(layer, [("tf", "current")])
    assert feels(layer, [("tf", "impedance")])
    assert not feels(layer, [("fjh", "impedance")])
    cathode = inputs["Cathode electrode usable specific capacity [mA.h.g-1] (NVP)"]
    assert feels(cathode, [("fjh-nvp", "current")])
    assert not feels(cathode, [("fjh", "current")])
    assert reads(layer, "tf", layer.name)
    assert not reads(layer, "tf", "Carbon particle radius [m]")
    warm = inputs["Carbon electrode pore filling activation energy [J.mol-1] (FJH)"]
    assert not feels(warm, [("fjh", "current")])
    assert feels(warm, [("fjh", "impedance at temperatures")])


def test_a_double_layer_turns_the_area_that_it_was_made_with(tmp_path: Path) -> None:
    layer = "Carbon electrode double-layer capacity [F.m-2]"
    inputs = [one for one in uncertain_inputs() if one.name == layer or one.sample == "structure"]
    file = tmp_path / "rows.jsonl"
    found = verdict_sensitivity("S02", model="SPM", reference="SPM", inputs=inputs, resume=file)
    assert [claim.claim for claim in found.claims] == ["S02.fjh", "S02.tf"]
    turning = [row for row in found.turning("S02.fjh") if row.parameter == layer]
    assert [row.sample for row in turning] == ["FJH"]
    row = turning[0]
    assert row.turned == ("low", "high")
    texts = turned_by(found, "S02.fjh")
    assert len(texts) == len(found.turning("S02.fjh"))
    told = next(text for text in texts if text.startswith(f"{layer} (FJH, assumed): unmet from "))
    assert told.endswith(f" down to {row.low:.3g} and from {row.turns_above:.3g} up to {row.high:.3g}")
    assert row.turns_above == pytest.approx(row.value * 1.01 * 8.1 / float(row.nominal or 0), rel=1e-6)
    lines = file.read_text("utf-8")
    again = verdict_sensitivity("S02", model="SPM", reference="SPM", inputs=inputs, resume=file)
    assert file.read_text("utf-8") == lines
    assert again == found
    assert found.plot() is not None


def test_an_end_that_no_cell_can_have_is_a_row_with_a_status() -> None:
    name = "Carbon electrode thickness [m]"
    thin = Input(name, "assumed", "FJH", 1e-6, 18e-6, 19e-6, ("fjh",))
    (row,) = verdict_sensitivity("S03.fjh", model="SPM", reference="SPM", inputs=[thin]).rows
    assert row.status_low.startswith("not simulated: ")
    assert row.status_high == "ok"
    assert row.turned == ()


def test_the_command_writes_table_and_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = [one for one in uncertain_inputs() if one.sample == "structure"]
    monkeypatch.setattr("studies.gu2025.verdict_sensitivity.uncertain_inputs", lambda: inputs)
    out, both = tmp_path / "out", tmp_path / "all.json"
    result = CliRunner().invoke(
        sensitivity, ["--only", "S02", "--model", "SPM", "--json", str(both), str(out)]
    )
    assert result.exit_code == 0, result.output
    assert "S02.fjh" in result.stdout
    written = {path.name for path in out.iterdir()}
    assert written == {"rows.jsonl", "verdicts.csv", "verdicts.json", "verdicts.png"}
    assert both.read_text("utf-8") == (out / "verdicts.json").read_text("utf-8")
