"""Names, entry points, files and refusals of full cells."""

import json
from pathlib import Path
from typing import Any

import pybamm
import pytest
from click.testing import CliRunner

from napore.cells import CellError, half_cell
from napore.cli import main
from napore.full_cells import FullCell, full_cell, load_cell
from napore.parameters.catalogue import NAMES
from napore.parameters.sets import UnknownCellError, load_set

MODELS = ("SPM", "SPMe", "DFN")


@pytest.mark.parametrize("short", NAMES)
def test_entry_point_equals_the_files(short: str) -> None:
    ours, theirs = load_set(short).values(), dict(pybamm.ParameterValues(NAMES[short][1]))
    numbers = {name: value for name, value in ours.items() if isinstance(value, int | float)}
    assert {name: theirs[name] for name in numbers} == pytest.approx(numbers)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("short", ["nvp", "fjh-nvp", "fjh-b-nvp", "tf-nvp"])
def test_every_set_loads_with_every_model_by_every_name(short: str, model: str) -> None:
    for name in (short, *NAMES[short]):
        cell = load_cell(name, model)
        assert cell.name == short
    cell.parameter_values.process_model(cell.model, inplace=False)


def test_pybamm_solves_the_set_as_it_is() -> None:
    options = {"sodium storage": ("kinetic", "single"), "pore classes": "5", "adsorption law": "three kinds"}
    values = pybamm.ParameterValues("Gu2025_FJH_NVP")
    simulation = pybamm.Simulation(pybamm.Model("NaporeSPM", options), parameter_values=values)
    solution = simulation.solve([0, 600], initial_soc=0.5)
    assert 3.0 < float(solution["Voltage [V]"].entries[0]) < 3.4


def test_full_cell_is_the_set() -> None:
    built = full_cell("anthracite-FJH", "NVP", mass_ratio=2 / 5, model="SPM")
    loaded = load_cell("fjh-nvp", "SPM")
    assert isinstance(loaded, FullCell)
    assert built.name == loaded.name
    assert built.balance == loaded.balance
    assert full_cell("fjh-nvp", "fjh-nvp", model="SPM").balance == loaded.balance
    with pytest.raises(CellError, match="is a full cell: use"):
        half_cell("fjh-nvp")


def test_loading_scales_both_thicknesses_at_constant_porosity() -> None:
    usual, heavy = full_cell(model="SPM"), full_cell(loading_mg_cm2=12.5, mass_ratio=0.5, model="SPM")
    for side, scale in (("Negative", 5.0), ("Positive", 4.0)):
        thickness, porosity = f"{side} electrode thickness [m]", f"{side} electrode porosity"
        assert heavy.number(thickness) == pytest.approx(scale * usual.number(thickness))
        assert heavy.number(porosity) == pytest.approx(usual.number(porosity))
    given = full_cell(mass_ratio=0.5, model="SPM", parameters={"Negative electrode thickness [m]": 20e-6})
    assert given.number("Negative electrode thickness [m]") == pytest.approx(20e-6)
    assert given.balance.mass_ratio == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mass_ratio": 0.0}, r"'Mass ratio of carbon to cathode' is 0: give a positive value"),
        ({"mass_ratio": -1.0}, r"'Mass ratio of carbon to cathode' is -1: give a positive value"),
        ({"mass_ratio": float("nan")}, r"'Mass ratio of carbon to cathode' is nan: give a finite number"),
        ({"mass_ratio": 3.0}, r"no sodium is left to cycle: .* lower the mass ratio or presodiate"),
        ({"loading_mg_cm2": 0.0}, r"areal loading .* is 0 kg\.m-2: give a positive value"),
        (
            {"loading_mg_cm2": 20.0, "parameters": {"Cathode electrode thickness [m]": 25e-6}},
            r"cathode: 20 mg/cm2 .* a porosity of -2\.01 in 25 um; a porosity above 0\.05 is needed",
        ),
        (
            {"mass_ratio": 0.6, "parameters": {"Carbon electrode thickness [m]": 10e-6}},
            r"carbon electrode: 1\.875 mg/cm2 .* a porosity above 0\.05 is needed",
        ),
        (
            {"presodiation_mAh_g": 400.0},
            r"presodiation is 400 mAh per g of carbon: the carbon takes at most 388",
        ),
        ({"presodiation_mAh_g": -5.0}, r"presodiation .* is -5 mA\.h\.g-1: give zero or more"),
        (
            {"parameters": {"Upper voltage cut-off [V]": 5.5}},
            r"upper cut-off 5\.5 V cannot be reached: the cathode ends at 4\.87 V",
        ),
        (
            {"options": {"adsorption law": "mean field"}, "parameters": {"Lower voltage cut-off [V]": 0.05}},
            r"lower cut-off 0\.05 V cannot be reached: the discharged pair",
        ),
        (
            {"parameters": {"Lower voltage cut-off [V]": 3.99, "Upper voltage cut-off [V]": 3.9}},
            r"cut-offs 3\.99 V and 3\.9 V are in the wrong order",
        ),
        ({"anode": "NVP"}, r"anode 'NVP' is no carbon"),
        ({"cathode": "tf"}, r"cathode 'tf' is no cathode"),
        ({"parameters": {"Carbon electrode areal loading [kg.m-2]": 0.01}}, r"follows the mass ratio"),
        (
            {"mass_ratio": 0.4, "parameters": {"Mass ratio of carbon to cathode": 0.4}},
            r"mass_ratio and .* are both given",
        ),
        ({"cathode": "Chen2020"}, r"'Chen2020' does not give the density of its positive active material"),
        ({"model": "P2D"}, r"model 'P2D' is unknown"),
        (
            {"parameters": {"Cathode particle radus [m]": 1e-6}},
            r"did you mean 'Cathode particle radius \[m\]'",
        ),
    ],
)
def test_bad_input_is_one_sentence(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(CellError, match=message) as caught:
        full_cell(**{"model": "SPM", **arguments})
    assert "\n" not in str(caught.value)


def test_parameters_in_the_spelling_of_pybamm() -> None:
    porous = full_cell(model="SPM", parameters={"Negative electrode porosity": 0.4})
    assert porous.parameter_values["Negative electrode porosity"] == 0.4
    fine = full_cell(model="SPM", parameters={"Positive particle radius [m]": 3e-7})
    assert fine.parameter_values["Positive particle radius [m]"] == 3e-7
    assert fine.sha256 != porous.sha256 != full_cell(model="SPM").sha256
    for name in ("Positive particle radius [m]", "Cathode particle radius [m]"):
        nvpf = full_cell(cathode="Chayambuka2022", model="SPM", parameters={name: 3e-7})
        assert nvpf.parameter_values["Positive particle radius [m]"] == 3e-7
    with pytest.raises(CellError, match="follows the loading in an electrode of PyBaMM's set"):
        full_cell(cathode="Chayambuka2022", parameters={"Positive electrode thickness [m]": 1e-5})
    dense = {"Cathode electrode true density [kg.m-3]": 3100.0}
    nvpf = full_cell(cathode="Chayambuka2022", model="SPM", parameters=dense)
    assert nvpf.cathode_mass / nvpf.area == pytest.approx(0.55 * 68e-6 * 3100.0)
    lithium = full_cell(cathode="Chen2020", model="SPM", parameters={dense.popitem()[0]: 4700.0})
    assert lithium.balance.charge_limited_by == "anode"


def test_impedance_of_the_full_cell() -> None:
    cell = full_cell(model="SPMe", options={"surface form": "differential"})
    simulation = pybamm.EISSimulation(cell.model, parameter_values=cell.parameter_values)
    impedance = simulation.solve([1e4, 1.0, 1e-2]).impedance
    assert (impedance.real > 0.0).all()
    assert (impedance.imag < 0.0).all()


def test_unknown_electrode_names_the_nearest() -> None:
    with pytest.raises(UnknownCellError, match="did you mean 'anthracite-FJH'"):
        full_cell("antracite-FJH")
    with pytest.raises(UnknownCellError, match="did you mean 'NVP'"):
        full_cell(cathode="NVPP")
    with pytest.raises(UnknownCellError, match="did you mean 'Chayambuka2022'"):
        full_cell(cathode="Chayambuka2021")


@pytest.mark.parametrize("short", ["nvp", "fjh-nvp"])
def test_file_of_ones_own(short: str, tmp_path: Path) -> None:
    runner, file = CliRunner(), tmp_path / "mine.toml"
    assert runner.invoke(main, ["parameters", "new", "--from", short, str(file)]).exit_code == 0
    checked = runner.invoke(main, ["parameters", "check", str(file)])
    assert checked.stdout == "mine.toml: OK\n"
    cell = load_cell(file, "SPM")
    assert (cell.name, cell.kind) == ("mine", load_set(short).kind)
    assert cell.source.sha256 == load_set(short).sha256
    if short == "nvp":
        assert full_cell("fjh", str(file), model="SPM").balance == full_cell(model="SPM").balance


def test_kind_of_a_file_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[set]\nkind = "anode"\n', encoding="utf-8")
    result = CliRunner().invoke(main, ["parameters", "check", str(file)])
    assert result.exit_code == 1
    assert "kind is 'anode'; choose from carbon, cathode, full" in result.stderr


@pytest.mark.parametrize("short", ["nvp", "fjh-nvp"])
def test_rate_command(short: str, tmp_path: Path) -> None:
    data, picture = tmp_path / "rate.json", tmp_path / "rate.png"
    arguments = ["rate", short, "--model", "SPM", "--rates", "0.2,6", "--json", data, "--plot", picture]
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    assert "per gram of cathode" in result.stdout
    content = json.loads(data.read_text("utf-8"))
    assert content["cell"] == short
    slow, fast = content["rates"]
    assert slow["current_mA_g"] == pytest.approx(0.2 * 117.6)
    for row in (slow, fast):
        assert row["status"] == "ok"
        assert 60.0 < row["capacity_mAh_g"] <= 115.0
        assert row["charge_capacity_mAh_g"] >= row["capacity_mAh_g"] - 0.1
    assert slow["capacity_mAh_g"] > fast["capacity_mAh_g"]
    assert picture.read_bytes().startswith(b"\x89PNG")
