"""JSON, table, pictures and command of the impedance test are a contract."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from napore.cells import half_cell
from napore.cli import main
from napore.experiments import ImpedanceTest, Interrupted, eis
from napore.experiments.linearised import LinearModel

FEW = "10000,3000,1000,300,100,30,10,3,1,0.3,0.1,0.03,0.01"


@pytest.fixture(scope="module")
def test() -> ImpedanceTest:
    return eis(half_cell("fjh", "SPM"), soc=(0.2, 0.5), temperatures_C=(15, 25, 35))


def test_json(test: ImpedanceTest, tmp_path: Path) -> None:
    file = tmp_path / "eis.json"
    test.to_json(file)
    content = json.loads(file.read_text("utf-8"))
    assert {"napore", "pybamm", "model", "parameters_sha256", "cell", "spectra"} <= set(content)
    assert content["cell"] == "fjh"
    assert len(content["spectra"]) == 6
    for spectrum in content["spectra"]:
        lengths = {len(spectrum[key]) for key in ("frequency_Hz", "z_real_ohm", "z_imag_ohm")}
        assert lengths == {71}
        assert spectrum["carbon_charge_transfer_resistance_ohm"] > 0.0
        assert spectrum["carbon_charge_transfer_resistance_ohm"] < spectrum["charge_transfer_resistance_ohm"]
        assert spectrum["status"] == "ok"
    assert [s["soc"] for s in content["spectra"]] == [0.2] * 3 + [0.5] * 3
    assert [s["temperature_K"] for s in content["spectra"]][:3] == pytest.approx([288.15, 298.15, 308.15])
    assert content["activation_energy_J_mol"] < content["apparent_activation_energy_J_mol"]


def test_one_temperature_has_no_activation_energy_and_a_cathode_no_carbon() -> None:
    content = eis(half_cell("nvp", "SPM"), soc=0.5).to_dict()
    assert content["activation_energy_J_mol"] is None
    assert content["apparent_activation_energy_J_mol"] is None
    (spectrum,) = content["spectra"]
    assert spectrum["carbon_charge_transfer_resistance_ohm"] is None
    assert spectrum["charge_transfer_resistance_ohm"] > 0.0


def test_soc_0_is_the_desodiated_carbon(test: ImpedanceTest) -> None:
    table = test.table()
    assert (table["voltage_V"][:3] > table["voltage_V"][3:].to_numpy()).all()
    ends = eis(half_cell("fjh", "SPM"), soc=(0.0, 1.0), frequencies_Hz=[1.0])
    assert [s.voltage_V for s in ends.spectra] == pytest.approx([3.0, 0.01], abs=1e-6)


def test_tables(test: ImpedanceTest) -> None:
    assert set(test.table()["arcs"]) == {2}
    points = test.curves_table()
    assert len(points) == 6 * 71
    parts = sum(points[f"{name}_real_ohm"] for name in ("carbon", "separator", "foil", "contact"))
    assert np.allclose(parts, points["z_real_ohm"])


def test_pictures(test: ImpedanceTest) -> None:
    ax = test.plot()
    assert ax.get_aspect() == 1.0
    assert len(ax.get_legend().get_texts()) == 6
    assert test.plot_bode().get_yscale() == "log"


def test_command(tmp_path: Path) -> None:
    data, picture = tmp_path / "eis.json", tmp_path / "eis.png"
    arguments = ["eis", "fjh", "--model", "SPM", "--soc", "0.3", "--temperatures", "5,25,45"]
    result = CliRunner().invoke(main, [*arguments, "--json", str(data), "--plot", str(picture)])
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert [line.split()[2] for line in lines[2:5]] == ["5", "25", "45"]
    assert lines[5].startswith("activation energy, carbon: 9.7")
    assert len(json.loads(data.read_text("utf-8"))["spectra"]) == 3
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--soc", "1.5", "soc is 1.5: give a number from 0 to 1"),
        ("--soc", "nan", "soc is nan: give a number from 0 to 1"),
        ("--temperatures", "-300", "temperature is -300 C: give a number from -123.15 to 226.85 C"),
        ("--frequencies", "0", "frequency is 0 Hz: give a number from 1e-09 to 1e+09 Hz"),
        ("--voltages", "4", "voltage is 4 V: give one between the cut-offs, 0.01 and 3 V at equilibrium"),
    ],
)
def test_user_errors_are_one_line(option: str, value: str, message: str) -> None:
    result = CliRunner().invoke(main, ["eis", "fjh", "--model", "SPM", option, value])
    assert result.exit_code == 1
    assert result.stderr.strip() == f"napore: {message}"


def test_a_failed_spectrum_is_a_row_and_the_others_stand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    respond = LinearModel.respond

    def failing(self: LinearModel, frequencies: Any, inputs: Any = None) -> Any:
        if inputs["Ambient temperature [K]"] < 280.0:
            raise ArithmeticError("no state of rest was found")
        return respond(self, frequencies, inputs)

    monkeypatch.setattr(LinearModel, "respond", failing)
    data = tmp_path / "eis.json"
    arguments = ["eis", "fjh", "--model", "SPM", "--soc", "0.3", "--frequencies", FEW]
    result = CliRunner().invoke(main, [*arguments, "--temperatures", "5,25", "--json", str(data)])
    assert result.exit_code == 0
    assert result.stderr.startswith("napore: soc 0.3: solver failed: no state of rest was found")
    spectra = json.loads(data.read_text("utf-8"))["spectra"]
    assert [s["status"] == "ok" for s in spectra] == [False, True]
    assert spectra[0]["z_real_ohm"] == []
    alone = CliRunner().invoke(main, [*arguments, "--temperatures", "5"])
    assert alone.exit_code == 1
    assert "nothing could be solved for fjh: solver failed" in alone.stderr


def test_interrupt_keeps_what_is_finished(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    respond, calls = LinearModel.respond, iter(range(10))

    def interrupted(self: LinearModel, frequencies: Any, inputs: Any = None) -> Any:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return respond(self, frequencies, inputs)

    monkeypatch.setattr(LinearModel, "respond", interrupted)
    with pytest.raises(Interrupted) as stop:
        eis(half_cell("fjh", "SPM"), soc=(0.1, 0.2, 0.3), frequencies_Hz=[1.0])
    assert [s.soc for s in stop.value.result.spectra] == [0.1, 0.2]
    calls = iter(range(10))
    data = tmp_path / "eis.json"
    arguments = ["eis", "fjh", "--model", "SPM", "--soc", "0.1,0.2,0.3", "--frequencies", FEW]
    result = CliRunner().invoke(main, [*arguments, "--json", str(data)])
    assert result.exit_code == 130
    assert len(json.loads(data.read_text("utf-8"))["spectra"]) == 2
