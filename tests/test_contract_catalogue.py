"""The catalogue: one list of what is shipped."""

import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pybamm
import pytest

from napore.parameters import entry_points as ours
from napore.parameters.catalogue import AGEING, CATALOGUE, FIRST_OF_KIND, FULL_CELLS
from napore.parameters.provenance import DATA
from napore.parameters.sets import load_set, pair_set

ROOT = Path(__file__).resolve().parents[1]


def test_names_of_the_architecture() -> None:
    names = {short: (row.long_name, row.pybamm_set) for short, row in CATALOGUE.items()}
    assert names["fjh"] == ("anthracite-FJH", "Gu2025_FJH_half")
    assert names["tf"] == ("anthracite-TF", "Gu2025_TF_half")
    assert names["nvp"] == ("NVP", "Gu2025_NVP_half")
    assert names["fjh-nvp"] == ("anthracite-FJH/NVP", "Gu2025_FJH_NVP")
    assert names["tf-nvp"] == ("anthracite-TF/NVP", "Gu2025_TF_NVP")
    assert FIRST_OF_KIND == {"carbon": "fjh", "cathode": "nvp", "full": "fjh-nvp"}


def test_every_file_of_a_row_is_there_and_every_name_is_another() -> None:
    files = [file for row in CATALOGUE.values() for file in row.files] + list(AGEING.values())
    assert all((DATA / f"{file}.toml").is_file() for file in files)
    names = [name for short, row in CATALOGUE.items() for name in (short, row.long_name, row.pybamm_set)]
    assert len({name.lower() for name in names}) == len(names) - 1  # NVP is its own short name
    kinds = [(CATALOGUE[a].kind, CATALOGUE[c].kind) for a, c in FULL_CELLS.values()]
    assert set(kinds) == {("carbon", "cathode")}


@pytest.mark.checkout
def test_entry_points_of_pyproject_are_those_of_the_catalogue() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pybamm_parameter_sets"] == tomllib.loads(ours.section())


@pytest.mark.parametrize("short", CATALOGUE)
def test_pybamm_finds_every_set(short: str) -> None:
    name = CATALOGUE[short].pybamm_set
    (found,) = entry_points(group="pybamm_parameter_sets", name=name)
    assert found.value == f"napore.parameters.entry_points:{name}"
    assert pybamm.ParameterValues(name).keys() == pybamm.ParameterValues(load_set(short).values()).keys()
    assert short in str(pybamm.parameter_sets.get_docstring(name))


def test_no_other_name_is_an_entry_point() -> None:
    with pytest.raises(AttributeError, match="Gu2025_FJH"):
        _ = ours.Gu2025_FJH


def test_pair_of_a_shipped_full_cell_is_that_cell() -> None:
    for short, electrodes in FULL_CELLS.items():
        assert pair_set(*electrodes) == load_set(short)
