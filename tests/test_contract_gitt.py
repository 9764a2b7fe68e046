"""GITT on the command line and from files: keys, one line for an error, what is kept on Ctrl-C."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from click.testing import CliRunner, Result

import napore
from napore.built import Built
from napore.cli import main
from napore.experiments import GittPulse, read_gitt
from napore.measured import MeasuredDataError

CONTRACT = {"direction", "voltage_V", "capacity_mAh_g", "diffusivity_m2_s", "bound"}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["gitt", *(str(argument) for argument in arguments)])


def test_json_and_picture(tmp_path: Path) -> None:
    data, picture = tmp_path / "gitt.json", tmp_path / "gitt.png"
    result = run("fjh", "--model", "SPM", "--pulse", "1200", "--json", data, "--plot", picture)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    content = json.loads(data.read_text("utf-8"))
    assert content["cell"] == "fjh"
    assert content["napore"] == version("napore")
    assert content["pybamm"] == version("pybamm")
    assert content["model"] == "SPM"
    assert len(content["parameters_sha256"]) == 64
    assert content["status"] == "ok"
    assert content["length_m"] == pytest.approx(5e-6 / 3)
    pulses = content["pulses"]
    assert {pulse["direction"] for pulse in pulses} == {"sodiation", "desodiation"}
    for pulse in pulses:
        assert list(pulse) == list(GittPulse.__dataclass_fields__)
        assert set(pulse) > CONTRACT
        assert isinstance(pulse["bound"], bool)
        assert isinstance(pulse["voltage_V"], float)
    lines = result.stdout.splitlines()
    assert lines[0].startswith("fjh, SPM, L = 1.67e-06 m (R/3")
    assert "ceiling 2.95e-15 m2/s" in lines[0]
    assert len(lines) == 2 + len(pulses)
    assert sum(" > " in line for line in lines[2:]) == sum(pulse["bound"] for pulse in pulses)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_full_cell_has_charge_and_discharge(tmp_path: Path) -> None:
    data = tmp_path / "gitt.json"
    result = run("fjh-nvp", "--model", "SPM", "--pulse", "3600", "--json", data)
    assert result.exit_code == 0, result.output
    pulses = json.loads(data.read_text("utf-8"))["pulses"]
    assert [*dict.fromkeys(pulse["direction"] for pulse in pulses)] == ["charge", "discharge"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("fhj",), "unknown cell 'fhj'"),
        (("fjh", "--current", "0"), "--current is 0 mA/g: give a number from 0.01 to 100000 mA/g"),
        (("fjh", "--rest", "nan"), "rest_s is nan s: give a number"),
        (("fjh", "--direction", "charge"), "direction is 'charge': fjh has 'sodiation' and 'desodiation'"),
        (("fjh", "--area", "-1"), "specific_area_m2_g is -1 m2/g: give a number"),
        (("fjh", "--plot", "picture.xyz"), "picture.xyz cannot be drawn"),
    ],
)
def test_errors_are_one_line(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments, "--model", "SPM")
    assert result.exit_code == 1
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith(f"napore: {message}")


def test_interrupt_keeps_what_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solve, calls = Built.run, iter(range(100))

    def interrupted(*arguments: Any, **options: Any) -> Any:
        if next(calls) == 4:
            raise KeyboardInterrupt
        return solve(*arguments, **options)

    monkeypatch.setattr(Built, "run", interrupted)
    data = tmp_path / "gitt.json"
    result = run("fjh", "--model", "SPM", "--json", data)
    assert result.exit_code == 130
    assert result.stderr.strip() == "napore: interrupted"
    content = json.loads(data.read_text("utf-8"))
    assert len(content["pulses"]) == 3
    assert content["status"] == "interrupted"


def test_python_names_and_tables_have_units() -> None:
    test = napore.gitt(napore.half_cell("fjh", model="SPM"), pulse_s=3600, direction="sodiation")
    units = ("_V", "_mAh_g", "_m2_s", "_s", "_mA_g")
    for name in (*test.table().columns, *test.curves_table().columns):
        assert name.endswith(units) or name in ("direction", "bound", "complete", "adsorbed_share")
    with mpl.rc_context({"backend": "agg"}):
        assert test.plot().get_ylabel() == "D / m$^2$ s$^{-1}$"
        assert test.plot_curves().get_xlabel() == "t / h"


GOOD = ("0,0,1.0", "60,0,1.0", "61,-50,0.99", "660,-50,0.9", "661,0,0.91", "3000,0,0.94")


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        ("time [s],current [mA/g]", [row.rpartition(",")[0] for row in GOOD], "voltage"),
        ("time [s],current [mA/g],voltage [V]", [*GOOD[:3], "500,-50,", *GOOD[4:]], "line 5"),
        ("time [s],current [mA/g],voltage [V]", [*GOOD[:3], "30,-50,0.9", *GOOD[4:]], "time"),
        (
            "time [s],current [mA/g],voltage [V]",
            ["0,-50,1.0", "100,-50,0.9", "600,-50,0.8", "900,-50,0.7"],
            "there is no pulse of current between two rests: GITT needs rests",
        ),
        (
            "time [s],current [mA/g],voltage [V]",
            [*GOOD[:2], "120,-50,0.99", *GOOD[3:]],
            "the pulse at 60 s has its first point 60 s after switching, later than skip_s = 10 s: give",
        ),
        ("time [s],current [mA/g],voltage [V]", [row.replace("-50", "50") for row in GOOD], "positive_on"),
    ],
)
def test_bad_files(header: str, rows: list[str], message: str, tmp_path: Path) -> None:
    file = tmp_path / "gitt.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    with pytest.raises(MeasuredDataError) as error:
        read_gitt(file, 5e-6 / 3)
    assert "gitt.csv" in str(error.value)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_in_other_units_and_signs(tmp_path: Path) -> None:
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.write_text("\n".join(["time [s],current [mA/g],voltage [V]", *GOOD]), encoding="utf-8")
    rows = [[float(number) for number in row.split(",")] for row in GOOD]
    text = [f"{t / 3600!r};{-i * 1.25e-3!r};{1e3 * v!r}" for t, i, v in rows]
    other.write_text("\n".join(["time [h];current [mA];voltage [mV]", *text]), encoding="utf-8")
    (first,) = read_gitt(one, 1e-6).pulses
    (second,) = read_gitt(other, 1e-6, mass_mg=1.25, positive_on="sodiation").pulses
    assert second.capacity_mAh_g == pytest.approx(first.capacity_mAh_g)
    assert second.diffusivity_m2_s == pytest.approx(first.diffusivity_m2_s)
    assert first.capacity_mAh_g == pytest.approx(50 * 600 / 3600)
