"""Every experiment has a command: its list, the columns of the table, exit statuses."""

import inspect
import json
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import napore
from napore import designs, experiments
from napore.cli import main
from napore.cli.described import DESCRIBED, OF_FILES
from napore.cli.kinds import is_ours
from napore.results import Interrupted

HEADER = {"napore", "pybamm", "model", "parameters_sha256", "cell"}

COMMANDS = {
    "energy": ("energies", "energy_test", ("fjh-nvp", "--rates", "1", "--cycles", "1")),
    "formation": ("cycles", "formation", ("fjh", "--rate", "0.5")),
    "pulse": ("pulses", "pulse_test", ("fjh", "--soc", "0.5", "--times", "1")),
    "hold": ("holds", "hold", ("fjh", "--voltage", "0.5", "--duration", "60")),
    "drive": ("points", "drive", ("fjh", "PROFILE", "--soc", "0.5")),
    "reference": ("rates", "reference_test", ("fjh", "--rates", "2", "--cycles", "1")),
    "temperature": (
        "temperatures",
        "temperature_test",
        ("fjh", "--rates", "2", "--temperatures", "0", "--cycles", "1"),
    ),
}

COLUMNS = {
    "energy": "rate_C current_mA_g_cathode capacity_mAh_g_cathode charge_capacity_mAh_g_cathode "
    "mean_voltage_V energy_Wh_kg_active energy_Wh_kg_electrodes energy_Wh_kg_stack "
    "mean_charge_voltage_V midpoint_voltage_V peak_voltage_V plating_margin_V plated_mAh_g plated_left_mAh_g "
    "status flags",
    "formation": "cycle sodiation_capacity_mAh_g desodiation_capacity_mAh_g coulombic_efficiency loss_mAh_g "
    "film_mAh_g trapped_mAh_g left_in_carbon_mAh_g film_thickness_nm status",
    "pulse": "soc direction time_s rest_voltage_V voltage_V resistance_ohm resistance_ohm_cm2 status",
    "hold": "time_s current_mA_g capacity_mAh_g status",
    "drive": "time_s current_A voltage_V capacity_mAh_g status",
    "temperature": "temperature_C measured_range rate_C current_mA_g capacity_mAh_g sodiation_capacity_mAh_g "
    "plateau_capacity_mAh_g slope_capacity_mAh_g plateau_share desodiation_plateau_capacity_mAh_g "
    "mean_voltage_V status",
}


def run(tmp_path: Path, *arguments: str | Path) -> Result:
    profile = tmp_path / "profile.csv"
    profile.write_text("time [s],rate [C]\n0,0\n10,1\n20,0\n", encoding="utf-8")
    given = [str(profile) if argument == "PROFILE" else str(argument) for argument in arguments]
    return CliRunner().invoke(main, given)


@pytest.mark.parametrize("name", COMMANDS)
def test_command_writes_its_rows(name: str, tmp_path: Path) -> None:
    key, _, arguments = COMMANDS[name]
    data, picture, table = (tmp_path / one for one in ("data.json", "picture.png", "table.csv"))
    files = ("--json", data, "--plot", picture, "--csv", table)
    result = run(tmp_path, name, *arguments, "--model", "SPM", *files)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    assert result.stdout.startswith(f"{arguments[0]}, SPM")
    content = json.loads(data.read_text("utf-8"))
    assert set(content) >= HEADER | {key}
    assert [name for name, value in content.items() if isinstance(value, list)] == [key]
    rows = content[key]
    assert {row["status"] for row in rows} == {"ok"}
    if name in COLUMNS:
        assert [set(row) for row in rows] == [set(COLUMNS[name].split())] * len(rows)
    else:
        assert {"rate_C", "capacity_mAh_g", "first_capacity_mAh_g", "end_total_mV"} <= set(rows[0])
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert all(is_ours(one) for one in (data, picture, table))


@pytest.mark.parametrize("name", ["mine.json", "mine.csv", "mine.svg"])
def test_only_what_napore_wrote_is_written_over(name: str, tmp_path: Path) -> None:
    mine, option = tmp_path / name, {"json": "--json", "csv": "--csv", "svg": "--plot"}[name[5:]]
    own = "time/s,I/mA\n0,1\n"
    mine.write_text(own, encoding="utf-8")
    given = ("rate", "fjh", "--rates", "5", "--model", "SPM", option, mine)
    refused = run(tmp_path, *given)
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert (
        f"{name} exists and is no earlier result of napore: give another name, or --overwrite"
        in refused.stderr
    )
    assert mine.read_text("utf-8") == own
    assert run(tmp_path, *given, "--overwrite").exit_code == 0
    assert mine.read_text("utf-8") != own
    assert run(tmp_path, *given).exit_code == 0  # its own


@pytest.mark.parametrize("name", COMMANDS)
def test_errors_of_a_user(name: str, tmp_path: Path) -> None:
    _, _, arguments = COMMANDS[name]
    unknown = run(tmp_path, name, "fjhh", *arguments[1:], "--model", "SPM")
    assert (unknown.exit_code, len(unknown.stderr.strip().splitlines())) == (1, 1)
    assert "did you mean 'fjh'" in unknown.stderr
    assert run(tmp_path, name, *arguments, "--frequency", "1").exit_code == 2
    assert run(tmp_path, name, *arguments, "--plot", tmp_path / "picture.abc").exit_code == 1


@pytest.mark.parametrize("name", ["pulse", "drive"])
def test_ctrl_c_writes_what_is_finished(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, function, arguments = COMMANDS[name]
    made = getattr(experiments, function)

    def stopped(*given: object, **options: object) -> None:
        raise Interrupted(made(*given, **options))

    monkeypatch.setattr(experiments, function, stopped)
    data = tmp_path / "data.json"
    result = run(tmp_path, name, *arguments, "--model", "SPM", "--json", data)
    assert result.exit_code == 130
    assert result.stderr.strip() == "napore: interrupted"
    assert set(json.loads(data.read_text("utf-8"))) >= HEADER


def test_what_fails_is_named_and_nothing_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some = run(tmp_path, "pulse", "fjh", "--model", "SPM", "--soc", "0.5,1", "--times", "1", "--rate", "1")
    assert some.exit_code == 0
    (line,) = some.stderr.strip().splitlines()
    assert line.startswith("napore: soc 1, sodiation, 1 s: cut-off")
    none = run(tmp_path, "hold", "fjh", "--model", "SPM", "--voltage", "9")
    assert (none.exit_code, none.stderr) == (
        1,
        "napore: voltage_V is 9 V: give a number from 0.01 to 3 V\n",
    )
    large = {"Contact resistance [Ohm]": 1e4}
    resistive = napore.half_cell("fjh", "SPM", parameters=large, allow_unusual=True)
    monkeypatch.setattr("napore.full_cells.load_cell", lambda *given, **options: resistive)
    failed = run(tmp_path, "reference", "fjh", "--model", "SPM", "--rates", "1", "--cycles", "1")
    assert failed.exit_code == 1
    assert failed.stderr.startswith("napore: nothing could be solved for fjh: ")


def test_a_hold_without_a_voltage_is_at_the_cut_off() -> None:
    assert napore.hold(napore.half_cell("fjh", "SPM"), duration=10.0).voltage_V == 0.01
    assert napore.hold(napore.full_cell(model="SPM"), duration=10.0).voltage_V > 3.0


@pytest.mark.checkout
def test_every_experiment_and_command_is_in_the_reference() -> None:
    docs = Path(__file__).resolve().parent.parent / "docs"
    text = "".join(page.read_text("utf-8") for page in (docs / "api.md", *(docs / "api").glob("*.md")))
    public = [name for name in napore.__all__ if callable(getattr(napore, name))]
    assert [name for name in public if f"autofunction:: napore.{name}\n" not in text] == []
    assert [name for name in main.commands if f"`napore {name}" not in text] == []


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, one in group.commands.items():
        found += leaves(one, (*path, name)) if isinstance(one, click.Group) else [(*path, name)]
    return found


@pytest.mark.parametrize("path", [(), *leaves(main)], ids=lambda path: " ".join(path) or "napore")
def test_help_fits_a_screen(path: tuple[str, ...], tmp_path: Path) -> None:
    text = CliRunner().invoke(main, [*path, "--help"], terminal_width=80).stdout
    assert len(text.splitlines()) <= 46
    assert max(map(len, text.splitlines())) <= 80
    if "--help-all" in text:
        whole = CliRunner().invoke(main, [*path, "--help-all"], terminal_width=80).stdout
        assert len(whole.splitlines()) > len(text.splitlines())
        assert "--debug" in whole


def test_every_command_is_listed_once_with_its_words() -> None:
    named = [name for names in main.groups.values() for name in names]
    assert sorted(named) == sorted(main.commands)
    assert all(66 > len(main.commands[name].get_short_help_str(70)) > 10 for name in named)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("napore ra", "plain,rate"),
        ("napore rate hard", "plain,hard-carbon"),
        ("napore rate fjh --mo", "plain,--model"),
    ],
)
def test_a_shell_completes(words: str, offered: str) -> None:
    env = {"_NAPORE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    found = CliRunner().invoke(main, [], prog_name="napore", env=env)
    assert offered in found.stdout.splitlines()


def test_curves_as_csv_and_energy_of_a_full_cell(tmp_path: Path) -> None:
    curves, data = tmp_path / "curves.csv", tmp_path / "data.json"
    given = ("fjh-nvp", "--rates", "1", "--model", "SPM", "--csv", curves, "--json", data)
    result = run(tmp_path, "rate", *given)
    assert result.exit_code == 0, result.output
    assert "energy in Wh per kg of both active masses" in result.stdout
    (row,) = json.loads(data.read_text("utf-8"))["rates"]
    (point,) = napore.energy_test(napore.full_cell(model="SPM"), 1.0).points
    assert row["energy_Wh_kg_active"] == pytest.approx(point.energy_Wh_kg_active, rel=1e-9)
    assert f" {row['energy_Wh_kg_active']:.1f} " in result.stdout
    table = pd.read_csv(curves)
    assert {"rate_C", "direction", "capacity_mAh_g", "voltage_V"} <= set(table.columns)
    assert table["capacity_mAh_g"].max() == pytest.approx(row["charge_capacity_mAh_g"], rel=1e-5)
    assert run(tmp_path, "rate", "nvp", "--rates", "1", "--model", "SPM").stdout.count("energy") == 0


def test_energy_of_a_carbon_with_a_cathode(tmp_path: Path) -> None:
    given, data = ("--rates", "1", "--cycles", "1", "--model", "SPM"), tmp_path / "data.json"
    pair = ("--cathode", "nvp", "--mass-ratio", "0.5", "--json", data)
    assert run(tmp_path, "energy", "fjh", *given, *pair).exit_code == 0
    (row,) = json.loads(data.read_text("utf-8"))["energies"]
    full = napore.full_cell("fjh", "nvp", mass_ratio=0.5, model="SPM")
    (point,) = napore.energy_test(full, 1.0, cycles=1).points
    assert row["energy_Wh_kg_active"] == pytest.approx(point.energy_Wh_kg_active, rel=1e-9)
    alone = run(tmp_path, "energy", "fjh-nvp", *given, "--mass-ratio", "0.5")
    assert (alone.exit_code, alone.output.count("\n")) == (1, 1)
    assert "--mass-ratio is of a pair: give --cathode too" in alone.output


def test_what_is_described_is_what_each_command_takes() -> None:
    group = main.commands["parameters"]
    assert isinstance(group, click.Group)
    commands = {**main.commands, **group.commands}
    del commands["parameters"]
    assert set(DESCRIBED) == {"shared", *commands}
    for name, command in commands.items():
        assert command.callback is not None
        taken = set(inspect.signature(inspect.unwrap(command.callback)).parameters)
        given = {one.name for one in command.params if one.expose_value}
        if "how" in taken:
            given = (given - {*OF_FILES, "column", "unit"}) | {"how"}
        if "run" in taken:
            of_run = {"cell", "model", "electrolyte", "formation", "json_file", "csv_file", "plot_file"}
            given = (given - of_run) | {"run"}
        if "asked" in taken:  # handed on to the function of that name
            handed = given - taken
            assert handed <= set(inspect.signature(getattr(designs, name)).parameters), name
            given = (given - handed) | {"asked"}
        assert given == taken, name
