"""``napore cycle``, its JSON, and the shipped ageing."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import napore
from napore.cli import main
from napore.experiments import ExperimentError
from napore.parameters.ageing import UnknownAgeingError, load_ageing
from napore.parameters.catalogue import AGEING
from napore.parameters.provenance import ParameterFileError


def test_command_writes_the_contract(tmp_path: Path) -> None:
    file, picture = tmp_path / "cycle.json", tmp_path / "cycle.png"
    words = ["cycle", "fjh", "--rate", "1", "--cycles", "4", "--model", "SPM", "--ageing", "gu2025"]
    result = CliRunner().invoke(main, [*words, "--json", str(file), "--plot", str(picture)])
    assert result.exit_code == 0, result.output
    content = json.loads(file.read_text())
    assert {"napore", "pybamm", "model", "parameters_sha256", "cell", "rate_C", "cycles"} <= set(content)
    assert [point["cycle"] for point in content["cycles"]] == [1, 2, 3, 4]
    assert all(0.9 < point["coulombic_efficiency"] <= 1.0 for point in content["cycles"])
    last, third = content["cycles"][-1], content["cycles"][2]
    assert content["retention"] == last["capacity_mAh_g"] / third["capacity_mAh_g"]
    assert content["reference_cycle"] == 3
    assert picture.stat().st_size > 1000
    assert "retention" in result.output


def test_command_goes_on_from_a_folder(tmp_path: Path) -> None:
    words = ["cycle", "fjh-nvp", "--rate", "1", "--model", "SPM", "--ageing", "gu2025"]
    folder = ["--folder", str(tmp_path / "cycles")]
    assert CliRunner().invoke(main, [*words, "--cycles", "2", *folder]).exit_code == 0
    again = CliRunner().invoke(main, [*words, "--cycles", "3", "--resume", str(tmp_path / "cycles")])
    assert again.exit_code == 0, again.output
    assert "3 cycles simulated" in again.output
    other = CliRunner().invoke(main, [*words[:3], "2", *words[4:], "--cycles", "3", *folder])
    assert other.exit_code == 1
    assert "another rate_C" in other.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--rate", "-1", "--cycles", "2"], "from 0.0001 to 1000 C"),
        (["--rate", "1", "--cycles", "0"], "whole number from 1 to 1000"),
        (["--rate", "1", "--cycles", "2", "--ageing", "gu205"], "did you mean 'gu2025'"),
    ],
)
def test_bad_input_is_one_line(words: list[str], said: str) -> None:
    result = CliRunner().invoke(main, ["cycle", "fjh", "--model", "SPM", *words])
    assert result.exit_code == 1
    assert said in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_table_has_one_row_per_cycle_and_curves_are_those_asked_for() -> None:
    cell = napore.half_cell("fjh", model="SPM", ageing="gu2025")
    test = napore.cycle_test(cell, 1.0, 4, curves_at=[1, 4])
    assert list(test.table()["cycle"]) == [1, 2, 3, 4]
    assert list(test.curves) == [1, 4]
    end = test.curves[4].desodiation
    assert end.capacity == pytest.approx(test.points[3].capacity_mAh_g, rel=1e-6)
    assert np.all(np.diff(end.voltage_V) > -1e-3)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    cell = napore.half_cell("fjh", model="SPM")
    with pytest.raises(ExperimentError, match=r"thesis\.txt"):
        napore.cycle_test(cell, 1.0, 1, folder=tmp_path)


def test_a_cell_that_cannot_cycle_says_so() -> None:
    parameters = {"SEI resistivity [Ohm.m]": 1e9}
    cell = napore.half_cell("fjh", model="SPM", ageing="gu2025", parameters=parameters)
    test = napore.cycle_test(cell, 5.0, 2)
    assert test.status.startswith("cycle 1: ")
    assert test.retention is None
    assert test.to_dict()["cycles"] == []


@pytest.mark.parametrize("name", AGEING)
def test_every_ageing_is_sourced_and_makes_both_cells(name: str) -> None:
    found = load_ageing(name)
    fitted = [entry for entry in found.entries.values() if entry.kind == "fitted"]
    assert len(fitted) == 2
    assert all("F06" in entry.source or "H07" in entry.source for entry in fitted)
    assert napore.half_cell("fjh", model="SPM", ageing=name).source.ageing == name
    assert napore.full_cell(model="SPM", ageing=name).source.ageing == name
    assert napore.load_cell("tf-nvp", model="SPM", ageing=name).source.ageing == name


def test_an_ageing_changes_the_hash() -> None:
    hashes = {napore.half_cell("fjh", model="SPM", ageing=name).sha256 for name in (None, *AGEING)}
    assert len(hashes) == 1 + len(AGEING)


def test_own_ageing_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        '[set.options]\n"sodium trapping" = "true"\n\n["Carbon electrode trapping rate [s-1]"]\n'
        'value = 2e-6\nclass = "assumed"\nsource = "trial"\nrange = [1e-7, 1e-5]\n'
    )
    cell = napore.half_cell("fjh", model="SPM", ageing=file)
    assert cell.source.ageing == "mine"
    assert cell.parameter_values["Positive electrode trapping rate [s-1]"] == 2e-6
    file.write_text('[set.options]\n"sodium traping" = "true"\n')
    with pytest.raises(ParameterFileError, match="did you mean 'sodium trapping'"):
        napore.half_cell("fjh", model="SPM", ageing=file)


def test_ageing_is_of_carbons() -> None:
    with pytest.raises(UnknownAgeingError, match="carbon"):
        napore.half_cell("nvp", ageing="gu2025")
    with pytest.raises(ValueError, match="Chayambuka2022"):
        napore.full_cell("Chayambuka2022", "NVP", ageing="gu2025")


def test_traps_need_adsorbed_sodium() -> None:
    import pybamm

    options = {"sodium trapping": "true", "sodium storage": "equilibrium"}
    with pytest.raises(pybamm.OptionError, match="choose sodium storage 'kinetic'"):
        napore.half_cell("fjh", model="SPM", ageing="gu2025", options=options)
