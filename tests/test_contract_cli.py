"""The command line is a contract: exit statuses, one line for an error, files."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from napore.cli import main


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def error_of(*arguments: str | Path, status: int = 1) -> str:
    """The one line of an error."""
    result = run(*arguments)
    assert result.exit_code == status, result.output
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("napore: ")
    return lines[0].removeprefix("napore: ")


def test_help_is_light() -> None:
    heavy = ("pybamm", "casadi", "numpy", "scipy", "pandas", "matplotlib", "tqdm")
    code = (
        "import sys; from napore.cli import main; main(['--help'], standalone_mode=False);"
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert output.splitlines()[-1] == "[]"
    assert "rate" in output


def test_command_is_installed() -> None:
    script = Path(sys.executable).with_name("napore")
    output = subprocess.run([script, "--version"], check=True, capture_output=True, text=True).stdout
    assert output.startswith("napore ")
    typo = subprocess.run([script, "rte"], capture_output=True, text=True)
    assert typo.returncode == 2
    assert "Did you mean 'rate'?" in typo.stderr


def test_rate(tmp_path: Path) -> None:
    data, picture = tmp_path / "rate.json", tmp_path / "rate.png"
    result = run("rate", "fjh", "--model", "SPM", "--rates", "0.1,5", "--json", data, "--plot", picture)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[0].startswith("fjh, SPM")
    assert [line.split()[0] for line in lines[2:]] == ["0.1", "5"]
    assert [row["rate_C"] for row in json.loads(data.read_text("utf-8"))["rates"]] == [0.1, 5.0]
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_rate_asymmetric(tmp_path: Path) -> None:
    data = tmp_path / "rate.json"
    result = run("rate", "anthracite-TF", "--model", "SPM", "--rates", "1", "--asymmetric", "--json", data)
    assert result.exit_code == 0, result.output
    assert "slow_sodiation" in result.stdout
    content = json.loads(data.read_text("utf-8"))
    assert content["cell"] == "tf"
    assert set(content["asymmetric"]) == {"slow_sodiation", "slow_desodiation", "cc_cv_sodiation"}


def test_a_failed_rate_is_named_and_the_others_stand(tmp_path: Path) -> None:
    data = tmp_path / "rate.json"
    result = run("rate", "fjh", "--model", "SPMe", "--rates", "5,900", "--json", data)
    assert result.exit_code == 0
    assert result.stderr.startswith("napore: 900 C: no capacity: ")
    assert [row["status"] == "ok" for row in json.loads(data.read_text("utf-8"))["rates"]] == [True, False]


def test_nothing_solved() -> None:
    assert error_of("rate", "fjh", "--model", "SPMe", "--rates", "900").startswith(
        "nothing could be solved for fjh: no capacity: "
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rate", "fhj"], "unknown cell 'fhj'; did you mean 'fjh'?"),
        (["rate", "fjh", "--rates", "0"], "rate is 0 C: give a number from 0.0001 to 1000 C"),
        (["rate", "fjh", "--rates", "0.1,-1"], "rate is -1 C: give"),
        (["rate", "fjh", "--rates", "nan"], "rate is nan C: give"),
        (["rate", "fjh", "--rates", "1e4"], "rate is 10000 C: give"),
        (["rate", "nowhere.toml"], "nowhere.toml cannot be read: No such file"),
        (["rate", "fjh", "--json", "missing/rate.json"], "missing/rate.json cannot be written"),
        (["rate", "fjh", "--json", "."], ". is a folder"),
        (["rate", "fjh", "--plot", "rate.xyz"], "rate.xyz cannot be drawn"),
        (["parameters", "show", "tff"], "unknown cell 'tff'; did you mean 'tf'?"),
        (["parameters", "new", "--from", "fjh", "mine.txt"], "mine.txt is no name for a parameter file"),
    ],
)
def test_user_errors(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert error_of(*arguments).startswith(message)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["rate"],
        ["rate", "fjh", "--rates", "a"],
        ["rate", "fjh", "--model", "P2D"],
        ["rate", "fjh", "--colour"],
    ],
)
def test_arguments_that_cannot_be_parsed(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_debug_shows_the_traceback() -> None:
    result = run("rate", "fhj", "--debug")
    assert result.exit_code == 1
    assert "Traceback" in result.stderr
    assert "UnknownCellError" in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_full_disk() -> None:
    result = run("rate", "fjh", "--model", "SPM", "--rates", "5", "--json", "/dev/full")
    assert result.exit_code == 1
    assert result.stderr == "napore: /dev/full cannot be written: the disk is full\n"


@pytest.mark.parametrize("more", [[], ["--asymmetric"]])
def test_interrupt_keeps_what_is_finished(
    more: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from napore.experiments.solving import run_leg

    calls = iter(range(10))

    def interrupted(*arguments: Any, **options: Any) -> Any:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return run_leg(*arguments, **options)

    monkeypatch.setattr("napore.experiments.rate.run_leg", interrupted)
    data = tmp_path / "rate.json"
    result = run("rate", "fjh", "--model", "SPM", "--rates", "1,2,5", "--json", data, *more)
    assert result.exit_code == 130
    assert result.stderr.strip() == "napore: interrupted"
    assert len(result.stdout.partition("\n\n")[0].strip().splitlines()) == 4
    assert [row["rate_C"] for row in json.loads(data.read_text("utf-8"))["rates"]] == [1.0, 2.0]
