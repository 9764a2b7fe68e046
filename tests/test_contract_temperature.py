"""Rate test at several temperatures: table, file, refusals, and what must be true of it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napore.cells import half_cell
from napore.experiments import Interrupted, temperature
from napore.experiments.checks import ExperimentError
from napore.experiments.rate import rate_test
from napore.experiments.temperature import at_temperature, temperature_test
from napore.full_cells import load_cell


@pytest.mark.parametrize("name", ["fjh", "fjh-nvp", "nvp"])
def test_capacity_rises_with_temperature_and_the_file_says_what_was_measured(
    name: str, tmp_path: Path
) -> None:
    test = temperature_test(load_cell(name, "SPM"), [5.0], [0.0, 25.0, 50.0], cycles=1)
    table = test.table()
    assert (table["status"] == "ok").all()
    assert (np.diff(table["capacity_mAh_g"].astype(float)) > 0.0).all()
    assert list(table["measured_range"]) == [False, True, False]
    test.to_json(tmp_path / "t.json")
    content = json.loads((tmp_path / "t.json").read_text())
    assert {"napore", "pybamm", "model", "parameters_sha256", "cell", "temperatures"} == set(content)
    assert [row["temperature_C"] for row in content["temperatures"]] == [0.0, 25.0, 50.0]
    assert content["temperatures"][1]["rate_C"] == 5.0
    test.to_csv(tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text().startswith("temperature_C,measured_range,rate_C")
    assert test.plot().get_xlabel().startswith("Temperature")


@pytest.mark.parametrize("name", ["fjh", "fjh-nvp"])
def test_a_cell_at_a_temperature_is_that_made_there(name: str) -> None:
    cold = {"Ambient temperature [K]": 263.15}
    one = rate_test(at_temperature(load_cell(name, "SPM"), -10.0), 1.0, cycles=1).points[0]
    other = rate_test(load_cell(name, "SPM", parameters=cold), 1.0, cycles=1).points[0]
    assert one.capacity_mAh_g == pytest.approx(other.capacity_mAh_g, rel=1e-6)


def test_at_25_C_it_is_the_rate_test() -> None:
    cell = half_cell("fjh", "SPM")
    (test,) = temperature_test(cell, 1.0, 25.0, cycles=1).tests.values()
    (one,), (other,) = test.points, rate_test(cell, 1.0, cycles=1).points
    # the temperature is an input of its build, so that the solver steps elsewhere
    assert one.capacity_mAh_g == pytest.approx(other.capacity_mAh_g, rel=2e-4)
    assert one.sodiation_capacity_mAh_g == pytest.approx(other.sodiation_capacity_mAh_g, rel=2e-4)
    assert one.mean_voltage_V == pytest.approx(other.mean_voltage_V, rel=2e-4)


@pytest.mark.parametrize(
    ("temperatures", "message"),
    [
        ([float("nan")], "temperature is nan C: give a number from -20 to 60 C"),
        ([-40.0], "temperature is -40 C"),
        (["cold"], "temperature is 'cold'"),
        ("25", "temperature is '25'"),
        ([], "no temperature is given"),
    ],
)
def test_temperatures_that_cannot_be_are_named(temperatures: Any, message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        temperature_test(half_cell("fjh", "SPM"), 1.0, temperatures)


def test_ctrl_c_keeps_what_is_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    cell, real = half_cell("fjh", "SPM"), rate_test

    def interrupted(at: Any, *arguments: Any, **options: Any) -> Any:
        result = real(at, *arguments, **options)
        if at.parameter_values["Ambient temperature [K]"] > 300.0:
            raise Interrupted(result)
        return result

    monkeypatch.setattr(temperature, "rate_test", interrupted)
    with pytest.raises(Interrupted) as caught:
        temperature_test(cell, 1.0, [25.0, 50.0, 0.0], cycles=1)
    assert list(caught.value.result.tests) == [25.0, 50.0]
