"""Contract: commands of the README run as they stand, links lead somewhere, numbers are those of the data."""

import json
import re
import runpy
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import click
import made_files
import matplotlib.pyplot as plt
import numpy as np
import pytest
from click.testing import CliRunner

from napore.cli import main

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
MADE = {  # of a command: the files that it writes
    "napore fit": ("my_carbon.toml", "fit.html"),
    "napore design": ("pair.png",),
    "napore energy": ("energies.json",),
    "napore page --export": ("class.html", "key.md"),
}
SLOW = ("napore fit", "napore page --export")
ELSEWHERE = ("pip install .", "make reproduce", "make test")
"""Run by .ci/run, or by hand (make reproduce): only that they exist is held here."""

if not README.exists():
    pytest.skip("the README is in the checkout, not beside the wheel", allow_module_level=True)

PAGES = sorted({README, *(ROOT / "docs").rglob("*.md")})

pytestmark = pytest.mark.checkout


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", README.read_text("utf-8"), re.M | re.S)


def commands() -> list[str]:
    return [line for block in blocks("sh") for line in block.splitlines()]


def test_commands_are_known_and_write_each_its_own_file() -> None:
    ours = [line for line in commands() if line.startswith("napore ")]
    assert sorted(set(commands()) - set(ours)) == sorted(ELSEWHERE)
    named = [
        word for line in ours for word in shlex.split(line) if re.search(r"\.(toml|html|json|md|png)$", word)
    ]
    written = [file for files in MADE.values() for file in files]
    assert sorted(named) == sorted(written)
    assert len(set(written)) == len(written)
    assert all(any(line.startswith(start) for line in ours) for start in MADE)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(line, marks=pytest.mark.slow) if line.startswith(SLOW) else line
        for line in commands()
        if line.startswith("napore ") and line != "napore page"
    ],
)
def test_command_runs_as_it_stands(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = made_files.cycles()
    columns = {"time/s": record.time, "Ewe/V": record.voltage, "I/mA": 1.2e-3 * np.asarray(record.current)}
    made_files.table(tmp_path / "slow.csv", columns)
    _, *arguments = shlex.split(line)
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(main, arguments)
    assert found.exit_code == 0, found.output
    files = next((files for start, files in MADE.items() if line.startswith(start)), ())
    assert {one.name for one in tmp_path.iterdir()} == {"slow.csv", *files}


@pytest.mark.slow
def test_page_is_served_until_it_is_ended(tmp_path: Path) -> None:
    assert "napore page" in commands()
    ran = [sys.executable, "-m", "napore.cli", "page", "--no-browser"]
    with subprocess.Popen(
        ran, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as page:
        assert page.stdout is not None
        with urlopen(page.stdout.readline().split()[2], timeout=60) as served:  # then it listens to signals
            assert served.status == 200
        page.send_signal(signal.SIGINT)
        page.communicate(timeout=60)


def test_python_runs_as_it_stands() -> None:
    for block in blocks("python"):
        scope: dict[str, Any] = {}
        exec(block, scope)
        if "rates" in scope:
            assert list(scope["rates"].table()["status"]) == ["ok", "ok"]
    plt.close("all")


def told(page: Path) -> Iterator[list[str]]:
    """Commands of a page as words: those after comments, prompts and && are apart."""
    for block in re.findall(r"^```sh\n(.*?)^```", page.read_text("utf-8"), re.M | re.S):
        for line in block.replace("\\\n", " ").splitlines():
            for part in line.split("&&"):
                words = shlex.split(part, comments=True)
                if words[:1] == ["napore"]:
                    yield words[1:]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_are_taken(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in told(page):
        command: click.Command = main
        while isinstance(command, click.Group):
            command, words = command.commands[words[0]], words[1:]
        command.make_context("napore", list(words))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_to_files(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:|mailto:|#)([^)\s]+)\)", page.read_text("utf-8")):
        target = page.parent / link.partition("#")[0]
        assert target.exists() or "generated" in link, link


def test_picture_is_of_the_public_curve_and_the_stored_fit() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "front_picture.py"))
    kept = json.loads(script["KEPT"].read_text("utf-8"))
    q, V = script["measured"]()
    found = script["equilibrium"](kept["changed"], V[0])
    for name, column in kept["curve"].items():
        np.testing.assert_allclose(found[name], column, rtol=1e-4, atol=1e-3)
    assert script["misfit_mV"](q, V, found) == pytest.approx(kept["misfit_mV"], rel=1e-3)
    text = README.read_text("utf-8")
    assert f"(rms {kept['misfit_mV']:.1f} mV below {script['FLAT_V']:g} V)" in text
    assert f"https://doi.org/{kept['doi']}" in text
    assert script["PICTURE"].stat().st_size < 100_000


GALLERY = runpy.run_path(str(ROOT / "scripts" / "gallery.py")) if (ROOT / "scripts").exists() else {}


@pytest.mark.parametrize("name", list(GALLERY["entries"]()) if GALLERY else [])
def test_picture_of_the_gallery_is_there_and_in_ten_lines(name: str) -> None:
    lines = GALLERY["entries"]()[name].splitlines()
    assert len([line for line in lines if line]) <= 10
    assert 5_000 < (ROOT / "docs" / name).stat().st_size < 80_000


@pytest.mark.slow
@pytest.mark.parametrize("name", list(GALLERY["entries"]()) if GALLERY else [])
def test_lines_of_the_gallery_draw_something(name: str) -> None:
    made = GALLERY["drawn"](GALLERY["entries"]()[name])
    assert any(ax.lines or ax.patches or ax.collections for ax in made.axes)
    plt.close(made)


def test_what_to_trust_is_that_of_the_data() -> None:
    from studies.gu2025.render import readme

    assert README.read_text("utf-8") == readme()
