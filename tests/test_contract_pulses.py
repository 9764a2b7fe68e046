"""Pulses, holds and drives: files, refusals, Ctrl-C."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import napore
from napore.cells import Cell, half_cell
from napore.experiments import ExperimentError, Interrupted, pulse, read_profile
from napore.measured import MeasuredDataError


@pytest.fixture(scope="module")
def cell() -> Cell:
    return half_cell("fjh", model="SPM")


def write(folder: Path, text: str) -> Path:
    file = folder / "profile.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_profiles_are_read_with_their_units(tmp_path: Path, cell: Cell) -> None:
    cases = {
        "time [s],current [mA]\n0,1\n1,2\n": ("A", [1e-3, 2e-3]),
        "Time/s;I/mA\n10;1,5\n11;2\n": ("A", [1.5e-3, 2e-3]),
        "t [min],current [A/g]\n0,0.3\n1,0.6\n": ("mA/g", [300.0, 600.0]),
        "time [s],rate [C]\n0,1\n1,-1\n": ("C", [1.0, -1.0]),
        "time [s],power [mW]\n0,1\n1,2\n": ("W", [1e-3, 2e-3]),
    }
    for text, (unit, values) in cases.items():
        profile = read_profile(write(tmp_path, text))
        assert profile.unit == unit
        assert profile.values == pytest.approx(values)
        assert profile.time_s[0] == 0.0
    found = napore.drive(cell, write(tmp_path, "time [s],rate [C]\n0,1\n5,-1\n10,0\n"), soc=0.5)
    assert found.status == "ok"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("time [s],voltage [V]\n0,1\n1,2\n", "has no column: a profile needs one of 'current"),
        ("time [s],current [A],power [W]\n0,1,1\n1,2,1\n", "has columns for current and power"),
        ("current [A],voltage [V]\n1,1\n2,1\n", "no column for the time"),
        ("time [s],current [A]\n0,1\n1,nan\n2,1\n", "no finite number"),
        ("time [s],current [A]\n0,1\n2,1\n1,1\n", "times must increase"),
        ("time [s],current [A]\n0,1\n1,1\n1,2\n", "times must increase"),
        ("time [s],current [furlong]\n0,1\n1,1\n", "furlong"),
        ("time [s],current [A]\n0,1\n", "at least two"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(tmp_path: Path, cell: Cell, text: str, words: str) -> None:
    with pytest.raises((ExperimentError, MeasuredDataError), match=words) as caught:
        napore.drive(cell, write(tmp_path, text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda c: napore.drive(c, ([0, 1], [1, 2]), unit="kA"), "unit 'kA' is unknown"),
        (lambda c: napore.drive(c, ([0, 1], [1, np.nan])), "row 2: give finite numbers"),
        (lambda c: napore.drive(c, ([0, 1], [1, 2, 3])), "2 times and 3 values"),
        (lambda c: napore.drive(c, ([], [])), "profile is empty"),
        (lambda c: napore.drive(c, 3.0), "profile is 3: give a text or a path"),
        (lambda c: napore.drive(c, ([0, 1], [1, 2]), interpolation="cubic"), "interpolation is 'cubic'"),
        (lambda c: napore.drive(c, ([0, 1], [1, 2]), soc=1.5), "soc is 1.5"),
        (lambda c: napore.pulse_test(c, soc=-0.1), "soc is -0.1"),
        (lambda c: napore.pulse_test(c, soc=[]), "no soc is given"),
        (lambda c: napore.pulse_test(c, rate=0.0), "rate is 0 C"),
        (lambda c: napore.pulse_test(c, duration=0.01), "no time lies within the pulse"),
        (lambda c: napore.hold(c, 5.0), "voltage_V is 5 V: give a number from 0.01 to 3 V"),
        (lambda c: napore.hold(c, 0.1, duration=-1.0), "duration is -1 s"),
        (lambda c: napore.hold(c, 0.1, rate=-1.0), "rate is -1 C"),
    ],
)
def test_bad_conditions_are_refused_in_one_sentence(cell: Cell, call: Any, words: str) -> None:
    with pytest.raises(ExperimentError, match=words) as caught:
        call(cell)
    assert "\n" not in str(caught.value)


def test_results_are_written_and_drawn(cell: Cell, tmp_path: Path) -> None:
    results = {
        "pulses": napore.pulse_test(cell, soc=(0.3, 1.0)),
        "holds": napore.hold(cell, 0.1, duration=60.0),
        "points": napore.drive(cell, ([0, 5, 10], [0, 1, 0]), unit="C", soc=0.5),
    }
    for key, result in results.items():
        result.to_json(tmp_path / "result.json")
        result.to_csv(tmp_path / "result.csv")
        content = json.loads((tmp_path / "result.json").read_text())
        assert {"napore", "pybamm", "model", "parameters_sha256", "cell", key} <= set(content)
        assert len((tmp_path / "result.csv").read_text().splitlines()) == len(result.table()) + 1
        assert result.plot().lines


def test_ctrl_c_keeps_the_pulses_that_are_finished(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pulse._pulse

    def stop(cell: Any, run: Any, soc: float, *more: Any) -> Any:
        if soc > 0.5:
            raise KeyboardInterrupt
        return real(cell, run, soc, *more)

    monkeypatch.setattr(pulse, "_pulse", stop)
    with pytest.raises(Interrupted) as caught:
        napore.pulse_test(cell, soc=(0.3, 0.7))
    assert {point.soc for point in caught.value.result.points} == {0.3}
