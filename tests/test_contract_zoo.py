"""The entry for PyBaMM's model zoo: its manifest, and the checks that the zoo itself holds it to."""

import importlib
import runpy
import tomllib
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pybamm
import pytest

import napore.zoo

FOLDERS = sorted(file.parent for file in Path(napore.zoo.__file__).parent.glob("*/model.toml"))
IDS = [folder.name for folder in FOLDERS]


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((folder / "model.toml").read_text("utf-8"))["model"]
    return found


def test_the_zoo_is_told_where_the_manifests_are() -> None:
    (point,) = entry_points(group="pybamm_zoo_models", name="napore")
    assert list(importlib.import_module(point.value).__path__) == [str(Path(napore.zoo.__file__).parent)]
    assert FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=IDS)
def test_a_manifest_is_what_the_zoo_reads(folder: Path) -> None:
    model = manifest(folder)
    assert {"slug", "name", "title", "summary", "class", "tier", "added", "license"} < set(model)
    assert model["slug"] == folder.name
    assert model["license"] == "BSD-3-Clause"
    assert all(maintainer["name"] and maintainer["github"] for maintainer in model["maintainers"])
    module, _, name = model["class"].partition(":")
    made = getattr(importlib.import_module(module), name)
    assert issubclass(made, pybamm.BaseModel)
    assert made.__name__ == model["name"]


@pytest.mark.parametrize("folder", FOLDERS, ids=IDS)
def test_an_example_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in (folder / "examples").glob("*.py"):
        runpy.run_path(str(file), run_name="__main__")
        assert len(capsys.readouterr().out.splitlines()) > 5


@pytest.mark.skipif(find_spec("pybamm_model_zoo") is None, reason="pybamm-model-zoo is not installed")
@pytest.mark.parametrize("name", ["manifest", "layout", "import", "citation", "well_posed", "build", "solve"])
@pytest.mark.parametrize("folder", FOLDERS, ids=IDS)
def test_the_zoo_accepts_it(folder: Path, name: str) -> None:
    zoo = importlib.import_module("pybamm_model_zoo")
    contract = importlib.import_module("pybamm_model_zoo.testing.contract")
    entry = zoo.info(manifest(folder)["name"])
    assert entry.path.samefile(folder)
    assert entry.external
    checks = {check.name: check for check in contract.checks_in_scope(contract.MODEL)}
    assert set(checks) == {"manifest", "layout", "import", "citation", "well_posed", "build", "solve"}
    checks[name].run(entry)
