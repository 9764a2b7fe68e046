"""``napore read`` and ``napore gitt --data``: keys of the JSON, pictures, words of the command line."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from made_files import Record, cycles, eclab, half, potential, rest, table

import napore
from napore.calibration import CalibrationError, CurveData, ResistanceData
from napore.calibration.files import Reading, read_data
from napore.cli import main
from napore.measured import MeasuredDataError, in_words_of_the_command_line


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def pulses(folder: Path) -> Path:
    record = rest(Record(), 600.0)
    for k in range(8):
        time = np.concatenate([np.geomspace(1.0, 600.0, 12)])
        x = (k + time / 600.0) / 8
        record.add(np.concatenate([[0.0], time]), np.full(13, -50.0), potential(np.r_[k / 8, x], True) - 0.02)
        rest(record, 1800.0, float(potential(np.array([(k + 1) / 8]), True)[0]))
    columns = {"time/s": record.time, "I/mA g-1": record.current, "Ewe/V": record.voltage}
    return table(folder / "pulses.csv", columns)


def test_json_of_the_contract(tmp_path: Path) -> None:
    file = eclab(cycles(2), tmp_path, 1.37, comma=True)
    done = run("read", file, "--json", tmp_path / "read.json", "--plot", tmp_path / "read.png")
    assert done.exit_code == 0, done.output
    content = json.loads((tmp_path / "read.json").read_text("utf-8"))
    assert {"napore", "pybamm", "model", "parameters_sha256", "files"} == set(content)
    (one,) = content["files"]
    assert {
        *("file", "kind", "columns", "units", "mass_mg", "area_cm2", "mass_from", "electrodes"),
        *("half_cycles", "spectra", "rates", "remarks"),
    } == set(one)
    assert (one["kind"], one["mass_mg"], one["mass_from"], one["area_cm2"]) == (
        "cycling",
        1.37,
        "header",
        1.54,
    )
    assert one["columns"]["current"] == "<I>/mA"
    assert one["units"]["current"] == "mA"
    assert set(one["half_cycles"][0]) == {
        *("direction", "capacity_mAh_g", "current_mA_g", "hold_mAh_g", "rest_before_s", "complete"),
        *("first_V", "last_V"),
    }
    assert [round(row["capacity_mAh_g"], 2) for row in one["half_cycles"]] == [300.0] * 4
    assert any("--mass 1.2 gives another" in remark for remark in one["remarks"])
    assert "--mass 1.2 gives another" in done.output
    assert (tmp_path / "read.png").stat().st_size > 10_000


def test_python_says_the_same(tmp_path: Path) -> None:
    file = eclab(cycles(1), tmp_path, 1.37)
    found = napore.read(file)
    assert list(found.table()["capacity_mAh_g"].round(2)) == [300.0, 300.0]
    assert any("mass_mg=1.2 gives another" in remark for remark in found.remarks)
    axes = found.plot()
    assert axes.get_ylabel().startswith("E / V")


@pytest.mark.parametrize(
    ("python", "command"),
    [
        ("give the active mass, mass_mg=1.2", "give the active mass, --mass 1.2"),
        ("say columns={'state': '...'}", "say --column 'state=...'"),
        ("units={'time': 'ms'}, or", "--unit 'time=ms', or"),
        ("positive_on='sodiation'", "--positive-on sodiation"),
        ("sheet='record'", "--sheet 'record'"),
        ("current_mA_g=30, or", "--current 30, or"),
        ("spectrum=1;", "--spectrum 1;"),
    ],
)
def test_words_of_the_command_line(python: str, command: str) -> None:
    assert in_words_of_the_command_line(python) == command


def test_refusals_are_one_line_in_the_words_of_the_command(tmp_path: Path) -> None:
    record = cycles(1)
    columns = {"time/s": record.time, "I/mA": -1e-3 * record.current, "Ewe/V": record.voltage}
    file = table(tmp_path / "turned.csv", columns)
    done = run("read", file)
    assert done.exit_code == 1
    assert "turned.csv" in done.output
    assert "--positive-on sodiation" in done.output
    assert len(done.output.strip().splitlines()) == 1
    assert run("read", file, "--positive-on", "sodiation").exit_code == 0
    done = run("fit", file, "--positive-on", "sodiation")
    assert done.exit_code == 1
    assert "give the active mass, --mass 1.2" in done.output
    assert "there is no such file" in run("read", tmp_path / "absent.csv").output


def test_gitt_of_a_file(tmp_path: Path) -> None:
    file = pulses(tmp_path)
    done = run("gitt", "--data", file, "--length", "1e-6", "--json", tmp_path / "gitt.json")
    assert done.exit_code == 0, done.output
    content = json.loads((tmp_path / "gitt.json").read_text("utf-8"))
    assert (content["cell"], content["file"], content["length_m"]) == (None, "pulses.csv", 1e-6)
    assert len(content["pulses"]) == 8
    assert {"direction", "voltage_V", "capacity_mAh_g", "diffusivity_m2_s", "bound"} <= set(
        content["pulses"][0]
    )
    assert [row["direction"] for row in content["pulses"]] == ["sodiation"] * 8
    assert "a third of the radius of tf" in run("gitt", "tf", "--data", file).output


def test_cycling_with_rests_is_no_gitt(tmp_path: Path) -> None:
    record = cycles(3)
    columns = {"time/s": record.time, "I/mA g-1": record.current, "Ewe/V": record.voltage}
    done = run("gitt", "--data", table(tmp_path / "rests.csv", columns))
    assert done.exit_code == 1
    assert "this is cycling with rests, not GITT" in done.output


def test_which_half_cycles_a_fit_takes(tmp_path: Path) -> None:
    """The last complete ones of each rate; of all, the first sodiation left out where a film took charge."""
    record = rest(Record(), 60.0)
    record.add(np.linspace(0, 4e4, 101), np.full(101, -36.0), potential(np.linspace(0, 1, 101), True))
    half(record, False, 36.0)
    for rate in (36.0, 90.0, 90.0):
        half(half(record, True, rate), False, rate)
    half(record, True, 90.0, share=0.4)
    columns = {"time/s": record.time, "I/mA g-1": record.current, "Ewe/V": record.voltage}
    file = table(tmp_path / "rates.csv", columns)
    last, every = read_data(file), read_data(file, Reading(cycles="all"))
    assert isinstance(last, CurveData)
    assert isinstance(every, CurveData)
    assert [(c.direction, c.current_mA_g) for c in last.curves] == [
        ("sodiation", 36.0),
        ("desodiation", 36.0),
        ("sodiation", 90.0),
        ("desodiation", 90.0),
    ]
    assert [round(c.capacity) for c in last.curves] == [300] * 4
    assert len(every.curves) == 7
    assert last.protocols is not None
    assert {p.window_V for p in last.protocols if p is not None} == {(0.01, 1.735)}


def test_a_choice_of_spectra_is_asked_for(tmp_path: Path) -> None:
    f = np.tile(np.geomspace(1e5, 0.01, 40), 2)
    R = np.repeat([50.0, 200.0], 40)
    z = 5.0 + R / (1 + 1j * f * R * 1e-4)
    file = table(tmp_path / "two.csv", {"freq/Hz": f, "Re(Z)/Ohm": z.real, "-Im(Z)/Ohm": -z.imag})
    with pytest.raises(CalibrationError, match=r"holds 2 spectra: say which counts, spectrum=1"):
        read_data(file)
    second = read_data(file, Reading(spectrum=2))
    assert isinstance(second, ResistanceData)
    assert second.resistance_ohm == pytest.approx(200.0, rel=0.15)
    with pytest.raises(MeasuredDataError, match="GITT needs time"):
        napore.experiments.read_gitt(file, 1e-6)
