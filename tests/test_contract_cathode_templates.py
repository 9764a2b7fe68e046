"""Templates of cathodes: density, ranges, sources, no potential; a filled one is a cathode."""

import math
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from made_cathodes import VALUES, filled_template, generated

import napore
from napore.cli import main
from napore.parameters.catalogue import ELECTRODES, TEMPLATES
from napore.parameters.cathode_template import read_filled, template
from napore.parameters.hosts import host_entries, host_set
from napore.parameters.provenance import CLASSES, ParameterFileError
from napore.parameters.schema import problem
from napore.parameters.sets import UnknownCellError

AVOGADRO = 6.02214076e23
MASS = {"Na": 22.990, "Fe": 55.845, "P": 30.974, "O": 15.999, "Ni": 58.693, "Mn": 54.938}
CRYSTALS: dict[str, tuple[dict[str, float], float, int]] = {  # formula, cell [cubic angstrom], Z
    "nfpp": ({"Na": 4, "Fe": 3, "P": 4, "O": 15}, 1262.5, 4),
    "nfm": (
        {"Na": 1, "Ni": 1 / 3, "Fe": 1 / 3, "Mn": 1 / 3, "O": 2},
        math.sqrt(0.75) * 2.975**2 * 16.006,
        3,
    ),
    "p2-nnmo": ({"Na": 2 / 3, "Ni": 1 / 3, "Mn": 2 / 3, "O": 2}, math.sqrt(0.75) * 2.8826**2 * 11.1516, 2),
}
SODIUM = {"nfpp": 3.0, "nfm": 1.0, "p2-nnmo": 2.0 / 3.0}


@pytest.mark.parametrize("name", TEMPLATES)
def test_density_and_capacity_follow_from_the_crystal(name: str) -> None:
    formula, volume, z = CRYSTALS[name]
    mass = sum(MASS[element] * count for element, count in formula.items())
    density = 1e-3 * z * mass / AVOGADRO / (volume * 1e-30)
    rows = template(name)
    assert rows["Cathode electrode true density [kg.m-3]"]["value"] == pytest.approx(density, rel=2e-3)
    theory = SODIUM[name] * 96485.33 / 3.6 / mass
    assert rows["Cathode electrode usable specific capacity [mA.h.g-1]"]["range"][1] == pytest.approx(
        theory, rel=2e-3
    )


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_has_sources_and_ranges_and_no_potential(name: str) -> None:
    for key, row in template(name).items():
        assert row["class"] in CLASSES
        assert row["source"]
        assert ("value" in row) == ("true density" in key)
        assert all(problem(key, end) is None for end in row["range"])
        assert not any(word in key for word in ("OCP", "potential", "plateau"))


def test_a_filled_template_is_a_cathode(tmp_path: Path) -> None:
    path = filled_template(tmp_path)
    cell = napore.full_cell("fjh", path, mass_ratio=0.45, model="SPM")
    assert cell.name == "fjh-mine"
    balance = cell.balance
    y = balance.cathode_window[1]
    assert generated(y) - balance.anode_potential_charged_V == pytest.approx(3.8, abs=0.05) or y < 0.01
    point = napore.energy_test(cell, 0.1, cycles=1).points[0]
    assert point.status == "ok"
    assert point.capacity_mAh_g_cathode == pytest.approx(balance.capacity_mAh_g_cathode, rel=0.05)
    assert point.current_mA_g_cathode == pytest.approx(12.9)
    # the loading of the file, and its own porosity at another
    assert cell.number("Positive electrode areal loading [kg.m-2]") == pytest.approx(0.12)
    thick = napore.full_cell("fjh", path, loading_mg_cm2=6.0, model="SPM")
    assert thick.number("Positive electrode thickness [m]") == pytest.approx(35e-6)


def test_every_number_of_it_has_class_and_source(tmp_path: Path) -> None:
    name = host_set(str(filled_template(tmp_path)))
    assert name is not None
    entries = host_entries(name, "positive")
    assert entries["Positive electrode OCP [V]"].source == "made"
    assert entries["Positive electrode true density [kg.m-3]"].kind == "derived"
    assert all(entry.kind in CLASSES and entry.source for entry in entries.values())


def test_nvpf_is_built_in() -> None:
    cell, same = (napore.full_cell("fjh", name, model="SPM") for name in ("NVPF", "Chayambuka2022"))
    assert cell.sha256 == same.sha256
    entries = host_entries("Chayambuka2022", "positive")
    assert "10.1016/j.electacta.2021.139764" in entries["Positive particle radius [m]"].source
    assert entries["Positive electrode true density [kg.m-3]"].kind == "derived"


def changed(**values: float) -> dict[str, float]:
    return {
        word: values.get(word.replace(" ", "_").replace("-", "_"), value) for word, value in VALUES.items()
    }


REFUSED: list[tuple[dict[str, float], Any, str]] = [
    (changed(usable_specific_capacity=140.0), generated, "outside its range 77 to 129"),
    (changed(areal_loading=0.25), generated, "leave a porosity of -"),
    (dict(VALUES), lambda x: 3.0 + 0.1 * x, "must fall as the content rises"),
    (dict(VALUES), lambda x: 9.0 - x, "potential_V is '9'; give a number from 0.5 to 5.5"),
]


@pytest.mark.parametrize(("values", "potential", "words"), REFUSED)
def test_what_no_cathode_can_be(tmp_path: Path, values: dict[str, float], potential: Any, words: str) -> None:
    path = filled_template(tmp_path, values, potential)
    with pytest.raises(ValueError, match=words) as raised:
        napore.full_cell("fjh", path, model="SPM")
    shown = CliRunner().invoke(main, ["parameters", "check", str(path)])
    assert shown.exit_code == 1
    assert str(raised.value) in shown.stderr


def test_sentences_for_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(
        UnknownCellError, match=r"'nfm' is a template .* parameters new --from nfm FILE\.toml"
    ):
        napore.full_cell("fjh", "nfm", model="SPM")
    path = filled_template(tmp_path)
    text = path.read_text("utf-8")
    for before, after, words in (
        ('template = "nfpp"', 'template = "lfp"', "template is 'lfp'; choose from nfpp, nfm, p2-nnmo"),
        ('potential = "curve.csv"', 'potential = "none.csv"', "cannot be read"),
        ('"potential source" = "made"', '"potential source" = ""', "'potential source' ''"),
        ('["Cathode particle radius [m]"]', '["Cathode particle radii [m]"]', "did you mean"),
    ):
        path.write_text(text.replace(before, after), "utf-8")
        with pytest.raises(ValueError, match=words):
            napore.full_cell("fjh", path, model="SPM")
    beyond = text.replace("value = 110.0", "value = 140.0").replace("[77.0, 129.0]", "[77.0, 200.0]")
    path.write_text(beyond, "utf-8")
    with pytest.raises(ValueError, match=r"it lies from 77 to 129 .*unusual = true beside it"):
        napore.full_cell("fjh", path, model="SPM")
    path.write_text(text, "utf-8")
    (tmp_path / "curve.csv").write_text("content,potential_V\n0.2,3.5\n0.9,3.0\n", "utf-8")
    with pytest.raises(ParameterFileError, match=r"2 contents from 0.2 to 0.9; give 5 or more"):
        read_filled(path)


def test_from_the_command_line(tmp_path: Path) -> None:
    run = CliRunner()
    listed = run.invoke(main, ["parameters", "list"]).output
    assert all(name in listed for name in (*TEMPLATES, *ELECTRODES))
    made = run.invoke(main, ["parameters", "new", "--from", "nfm", str(tmp_path / "my.toml")])
    assert made.exit_code == 0, made.output
    unfilled = run.invoke(main, ["parameters", "check", str(tmp_path / "my.toml")])
    assert unfilled.exit_code == 1
    assert "potential source" in unfilled.stderr
