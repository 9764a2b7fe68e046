"""A result on a set whose fit determined nothing says so, in the table and in the JSON."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import napore
from napore.calibration.bands import Bands, EnergyAndRatio, bands
from napore.cli import main
from napore.designs.doubts import doubts_of
from napore.parameters.sets import load_set
from napore.parameters.template import write_set

SITES = "Carbon electrode specific capacity of all sites [mA.h.g-1]"
NOT_MET = "not determined: the law does not meet the data; 95 % interval 100 to 600"
DOUBT = "the fit that made the carbon determined none of its 2 numbers (the law does not meet the data): "


def written(path: Path, *verdicts: str) -> Path:
    """Set of a fit of two numbers with such verdicts."""
    source = load_set("hard-carbon")
    names = (SITES, "Carbon electrode pore wetting energy [J.m-2]")
    entries = dict(source.entries)
    for name, verdict in zip(names, verdicts, strict=True):
        entries[name] = replace(entries[name], kind="fitted", verdict=verdict)
    write_set(replace(source, name=path.stem, entries=entries), path, "", "mine")
    return path


DESIGN = ("--mass-ratio", "0.4:0.4:1", "--rates", "1", "--model", "SPM")


@pytest.mark.parametrize(
    "command", [["rate", "MINE", "--rates", "1", "--model", "SPM"], ["design", "--anode", "MINE", *DESIGN]]
)
def test_commands_warn_of_a_set_that_no_data_determine(tmp_path: Path, command: list[str]) -> None:
    mine, data = written(tmp_path / "mine.toml", NOT_MET, NOT_MET), tmp_path / "out.json"
    words = [str(mine) if word == "MINE" else word for word in command]
    run = CliRunner().invoke(main, [*words, "--json", str(data)])
    assert run.exit_code == 0, run.output
    (warning,) = json.loads(data.read_text("utf-8"))["warnings"]
    assert warning.startswith("mine")
    assert DOUBT in warning
    assert f"Warning: {warning}" in run.stdout


def test_one_number_that_is_determined_is_enough_and_a_mixed_reason_is_left_out(tmp_path: Path) -> None:
    mine = written(tmp_path / "a.toml", NOT_MET, "determined; 95 % interval 0.1 to 0.11")
    assert doubts_of(load_set(mine)) == []
    mixed = written(tmp_path / "b.toml", NOT_MET, "bounded from below; 95 % interval 0.1 to 0.3")
    assert "none of its 2 numbers: read this" in doubts_of(load_set(mixed))[0]


def test_bands_of_such_a_cell_warn(tmp_path: Path) -> None:
    mine = written(tmp_path / "mine.toml", NOT_MET, NOT_MET)
    cell = napore.full_cell(mine, "nvp", model="SPM")
    found = bands(EnergyAndRatio(cell, ()), [{SITES: 320.0}], nominal=False)
    assert isinstance(found, Bands)
    assert DOUBT in found.to_dict()["warnings"][0]
    sure = bands(lambda case: {"y": 1.0}, [{"x": 1.0}])
    assert "warnings" not in sure.to_dict()
