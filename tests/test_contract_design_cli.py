"""``napore design`` is a contract: JSON keys, exit statuses, one line for an error, folder of points."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from napore.cli import main
from napore.study import FullCycles

HEAD = ["napore", "pybamm", "model", "parameters_sha256"]
POINT = [
    *("mass_ratio", "n_p_ratio", "rate_C", "current_mA_g_cathode", "capacity_mAh_g_cathode"),
    *("mean_voltage_V", "energy_Wh_kg_active", "energy_Wh_kg_electrodes", "energy_Wh_kg_stack"),
    *("energy_Wh_L_stack", "energy_Wh_kg_cell", "energy_Wh_L_cell", "cost_per_kWh"),
    *("plating_margin_V", "plated_mAh_g", "limiting", "status", "flags"),
]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["design", *map(str, arguments)])


def test_a_sweep(tmp_path: Path) -> None:
    data, picture = tmp_path / "design.json", tmp_path / "design.png"
    options = ("--model", "SPM", "--mass-ratio", "0.3:0.35:2", "--rates", "6,1")
    result = run(*options, "--json", data, "--plot", picture)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[0].startswith("fjh / nvp, SPM")
    assert [line.split()[0] for line in lines[2:6]] == ["0.3", "0.35", "0.3", "0.35"]
    assert lines[2].split()[-1] == "plating"
    assert lines[6].startswith("Most of the stack is separator, electrolyte and foils: ")
    assert lines[8].startswith("Best at 1 C: mass ratio 0.35, ")
    assert lines[9].endswith("(every point would plate)")
    assert lines[10].startswith("At equilibrium: best mass ratio 0.3, ")
    assert picture.read_bytes().startswith(b"\x89PNG")
    content = json.loads(data.read_text("utf-8"))
    assert list(content) == [*HEAD, "anode", "cathode", "format", "points", "best", "cell", "best_per_rate"]
    assert (content["anode"], content["cathode"]) == ("fjh", "nvp")
    for point in (*content["points"], content["best"], *content["best_per_rate"]):
        assert list(point) == POINT
    assert (content["best"]["mass_ratio"], content["best"]["rate_C"]) == (0.35, 1.0)


def test_one_ratio_with_more_varied_and_kept(tmp_path: Path) -> None:
    options = ("--model", "SPMe", "--mass-ratio", "0.4", "--rates", "1", "--charge-rate", "0.5")
    more = ("--loading", "6", "--vary", "Separator thickness [m]=25e-6,5e-4", "--presodiation", "0,500")
    data, folder = tmp_path / "design.json", tmp_path / "points"
    result = run(*options, *more, "--json", data, "--folder", folder)
    assert result.exit_code == 0, result.output
    failed = result.stderr.splitlines()
    assert len(failed) == 2
    assert failed[0].startswith(
        "napore: mass ratio 0.4, presodiation_mAh_g_carbon = 500, Separator thickness [m] = 2.5e-05, 1 C: "
        "presodiation is 500 mAh per g of carbon: the carbon takes at most"
    )
    points = json.loads(data.read_text("utf-8"))["points"]
    varied = ["presodiation_mAh_g_carbon", "Separator thickness [m]"]
    assert list(points[0]) == [POINT[0], *varied, *POINT[1:]]
    thin, thick = points[:2]
    assert thin["energy_Wh_kg_stack"] > 2.0 * thick["energy_Wh_kg_stack"]
    assert len(list(folder.glob("*.json"))) == 5  # a header and one per point
    before = {file: file.stat().st_mtime_ns for file in folder.glob("*.json")}
    again = run(*options, *more, "--folder", folder)
    assert again.stdout == result.stdout
    assert {file: file.stat().st_mtime_ns for file in folder.glob("*.json")} == before


def test_a_file_is_an_electrode(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    assert CliRunner().invoke(main, ["parameters", "new", "--from", "tf", str(own)]).exit_code == 0
    result = run("--anode", own, "--mass-ratio", "0.4", "--rates", "1", "--model", "SPM")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("mine / nvp, SPM")


def test_nothing_solved(tmp_path: Path) -> None:
    data = tmp_path / "design.json"
    result = run("--mass-ratio", "3", "--rates", "1", "--model", "SPM", "--json", data)
    assert result.exit_code == 1
    assert result.stderr.startswith("napore: nothing could be solved for fjh / nvp: no sodium is left")
    assert len(result.stderr.splitlines()) == 1
    content = json.loads(data.read_text("utf-8"))
    assert (content["best"], content["best_per_rate"]) == (None, [])
    assert content["points"][0]["energy_Wh_kg_active"] is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--mass-ratio", "0"], "'Mass ratio of carbon to cathode' is 0: give a positive value"),
        (["--mass-ratio", "-0.4"], "'Mass ratio of carbon to cathode' is -0.4: give a positive value"),
        (["--mass-ratio", "nan"], "'Mass ratio of carbon to cathode' is nan: give a finite number"),
        (
            ["--mass-ratio", "0.6:0.25:8"],
            "'Mass ratio of carbon to cathode' goes from 0.6 to 0.25: the lower",
        ),
        (["--mass-ratio", "40"], "'Mass ratio of carbon to cathode' is 40: plausible is 0.02 to 10"),
        (["--mass-ratio", "0.25:0.6:0"], "the number of points is 0: give a whole number from 1"),
        (["--rates", "0.1,nan"], "rate is nan C: give"),
        (["--charge-rate", "0"], "charge rate is 0 C: give"),
        (["--anode", "fhj"], "unknown electrode 'fhj'; did you mean 'fjh'?"),
        (["--anode", "nvp"], "anode 'nvp' is no carbon"),
        (["--cathode", "nowhere.toml"], "nowhere.toml cannot be read: No such file"),
        (["--presodiation", "500"], "presodiation is 500 mAh per g of carbon: the carbon takes at most"),
        (
            ["--presodiation", "nan"],
            "'Carbon electrode presodiation [mA.h.g-1]' is nan: give a finite number",
        ),
        (
            ["--presodiation", "0,-5"],
            "'Carbon electrode presodiation [mA.h.g-1]' is -5 mA.h.g-1: give zero or more",
        ),
        (["--loading", "0"], "'Cathode electrode areal loading [kg.m-2]' is 0 kg.m-2: give a positive value"),
        (["--vary", "Separater porosity=0.9"], "unknown parameter 'Separater porosity'; did you mean 'Sep"),
        (
            ["--vary", "Negative electrode porosity=1"],
            "'Negative electrode porosity' is 1: give a value between 0 and 1",
        ),
        (["--vary", "Separator porosity=inf"], "'Separator porosity' is inf: give a finite number"),
        (["--vary", "Mass ratio of carbon to cathode=1"], "'Mass ratio of carbon to cathode' is an argument"),
        (
            ["--vary", "Separator porosity=1", "--vary", "Separator porosity=0.9"],
            "'Separator porosity' is given twice",
        ),
        (["--processes", "0"], "executor is 0: give"),
        (["--folder", "/dev/null"], "/dev/null cannot be written: it is a file, not a folder"),
        (["--json", "missing/design.json"], "missing/design.json cannot be written"),
        (["--plot", "design.xyz"], "design.xyz cannot be drawn"),
    ],
)
def test_user_errors(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("--model", "SPM", *arguments)
    assert result.exit_code == 1, result.output
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith(f"napore: {message}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["fjh-nvp"],
        ["--mass-ratio", "a"],
        ["--mass-ratio", "0.2:0.4:2.5"],
        ["--mass-ratio", "0.2:0.3:4:5"],
        ["--rates", "a"],
        ["--vary", "Separator porosity"],
        ["--vary", "Separator porosity=high"],
        ["--model", "P2D"],
        ["--processes", "two"],
    ],
)
def test_arguments_that_cannot_be_parsed(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_interrupt_keeps_what_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls, batch = iter(range(10)), FullCycles.batch

    def interrupted(self: FullCycles, cases: Any) -> Any:
        if next(calls) == 1:
            raise KeyboardInterrupt
        return batch(self, cases)

    monkeypatch.setattr(FullCycles, "batch", interrupted)
    monkeypatch.setattr(FullCycles, "chunk", 1)
    data, folder = tmp_path / "design.json", tmp_path / "points"
    options = ("--model", "SPM", "--mass-ratio", "0.35:0.45:3", "--rates", "1", "--folder", folder)
    result = run(*options, "--json", data)
    assert result.exit_code == 130
    assert result.stderr.strip() == "napore: interrupted"
    assert [point["mass_ratio"] for point in json.loads(data.read_text("utf-8"))["points"]] == [0.35]
    assert len(list(folder.glob("*.json"))) == 2
    assert len(result.stdout.strip().splitlines()) == 3


def test_help_is_light() -> None:
    code = (
        "import sys; from napore.cli import main; main(['design', '--help'], standalone_mode=False);"
        "print('pybamm' in sys.modules)"
    )
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert output.splitlines()[-1] == "False"


PRICES = """currency = "EUR"
[carbon]
price = 5.0
per = "kg"
[cathode]
price = 10.0
per = "kg"
"""


def test_a_pouch_lists_its_parts_and_says_what_has_no_price(tmp_path: Path) -> None:
    prices, data = tmp_path / "prices.toml", tmp_path / "design.json"
    prices.write_text(PRICES, "utf-8")
    options = (
        "--model",
        "SPM",
        "--mass-ratio",
        "0.4",
        "--rates",
        "1",
        "--format",
        "pouch",
        "--prices",
        prices,
    )
    result = run(*options, "--format-number", "Cathode sheets=20", "--json", data)
    assert result.exit_code == 0, result.output
    assert "pouch of the best point: " in result.stdout
    assert "No cost: the prices lack anode binder and conductor, " in result.stdout
    found = json.loads(data.read_text("utf-8"))
    (point,) = found["points"]
    assert found["format"] == found["cell"]["format"] == "pouch"
    assert found["cell"]["energy_Wh_kg"] == pytest.approx(point["energy_Wh_kg_cell"], rel=1e-6)
    assert found["cell"]["energy_Wh_L"] == pytest.approx(point["energy_Wh_L_cell"], rel=1e-6)
    assert point["energy_Wh_kg_cell"] < point["energy_Wh_kg_stack"]
    assert point["cost_per_kWh"] is found["cell"]["cost"] is None
    parts = {item["name"]: item for item in found["cell"]["items"]}
    assert parts["carbon"]["cost"] == pytest.approx(5.0 * parts["carbon"]["mass_kg"])
    # 20 sheets of 50 x 70 mm, both sides
    assert parts["cathode"]["mass_kg"] == pytest.approx(40 * 0.05 * 0.07 * 0.03125)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--format", "brick"), "'brick' is no format of a cell and no file: choose from stack, coin, pouch"),
        (("--format", "pouch", "--format-number", "Sheets=3"), "a pouch has no 'Sheets'"),
        (("--format", "pouch", "--format-number", "Cathode sheets=2.5"), "give a whole number"),
        (("--format", "pouch", "--format-number", "Coating width [m]=50"), "did you mean 0.05"),
        (("--format", "pouch", "--format-number", "Cathode sheets=2,3"), "'Cathode sheets' has 2 values"),
        (("--prices", "none.toml"), "none.toml cannot be read"),
    ],
)
def test_a_format_that_cannot_be_is_refused(options: tuple[str, ...], says: str) -> None:
    result = run("--model", "SPM", *options)
    assert result.exit_code == 1
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_parts_that_do_not_fit_are_a_status(tmp_path: Path) -> None:
    result = run(
        "--model",
        "SPM",
        "--mass-ratio",
        "0.4",
        "--rates",
        "1",
        "--format",
        "coin",
        "--vary",
        "Separator thickness [m]=1.5e-3,2e-4",
    )
    assert result.exit_code == 0
    assert "the parts of the coin cell are 2.87 mm high" in result.stderr
