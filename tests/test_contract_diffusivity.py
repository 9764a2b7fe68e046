"""Diffusivity against occupancy in files, in Python and on the command line; one sentence for an error."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from napore.calibration import CalibrationError, HalfCellModel, free_parameters
from napore.cells import CellError, half_cell
from napore.cli import main
from napore.experiments import ExperimentError, Gitt, GittPulse, occupancy_diffusivity
from napore.parameters.diffusivity import COEFFICIENTS, REFERENCE, TABLE, DiffusivityTable, node_name
from napore.parameters.law_numbers import with_law
from napore.parameters.sets import ParameterSet, load_set, problems_of
from napore.parameters.template import write_set, write_template

COLUMNS = "occupancy = [0.1, 0.5, 0.9]\nvalue = [1e-14, 5e-14, 2e-14]"
REST = 'class = "assumed"\nsource = "of a test"\nrange = [1e-16, 1e-11]\n'
SITES_ALONE = {"adsorption law": "mean field"}
"""A carbon whose slope is mobile sodium alone: its pulses show one diffusivity."""
DATA = DiffusivityTable((0.1, 0.5, 0.9), (1e-14, 5e-14, 2e-14))


def written(path: Path, text: str) -> Path:
    write_template(load_set("fjh"), path)
    path.write_text(path.read_text() + text)
    return path


def with_table(path: Path, columns: str = COLUMNS, rest: str = REST) -> Path:
    return written(path, f'\n["{TABLE}"]\n{columns}\n{rest}')


def test_a_table_in_a_file_is_that_of_the_cell(tmp_path: Path) -> None:
    file = with_table(tmp_path / "mine.toml")
    assert problems_of(file) == []
    cell = half_cell(file, "SPM")
    assert cell.parameter_values["Positive particle diffusivity [m2.s-1]"].table == DATA
    entry = cell.source.entries[node_name(0.5)]
    assert (entry.value, entry.kind, entry.source) == (5e-14, "assumed", "of a test")
    again = tmp_path / "again.toml"
    write_template(cell.source, again)
    assert load_set(again).entries == cell.source.entries
    other = DiffusivityTable((0.0, 1.0), (1e-14, 1e-13))
    changed = half_cell(file, "SPM", None, {TABLE: other})
    assert changed.parameter_values["Positive particle diffusivity [m2.s-1]"].table == other
    assert changed.sha256 != cell.sha256


@pytest.mark.parametrize(
    ("columns", "rest", "says"),
    [
        ("occupancy = [0.1, 0.5]\nvalue = [1e-14, 5e-14, 2e-14]", REST, "2 occupancies and 3 values"),
        ("occupancy = [0.5, 0.1]\nvalue = [1e-14, 5e-14]", REST, "increasing"),
        ("occupancy = [0.5, 0.5]\nvalue = [1e-14, 5e-14]", REST, "increasing"),
        ("occupancy = [0.5]\nvalue = [1e-14]", REST, "give two or more"),
        ("occupancy = [0.5, 1.5]\nvalue = [1e-14, 5e-14]", REST, "1.5 .* give 0 to 1"),
        ("occupancy = [0.5, nan]\nvalue = [1e-14, 5e-14]", REST, "give a finite number"),
        ("occupancy = [0.1, 0.5]\nvalue = [1e-14, -5e-14]", REST, "positive numbers in m2/s"),
        ('occupancy = [0.1, 0.5]\nvalue = [1e-14, "a"]', REST, "give a finite number"),
        ("value = 1e-14", REST, "give 'occupancy' and 'value'"),
        (COLUMNS, 'class = "assumed"\nrange = [1e-16, 1e-11]\n', "no source"),
        (COLUMNS, REST.replace("1e-16", "2e-14"), "outside its range"),
    ],
)
def test_a_bad_table_is_refused_in_one_sentence(tmp_path: Path, columns: str, rest: str, says: str) -> None:
    problems = problems_of(with_table(tmp_path / "mine.toml", columns, rest))
    assert len(problems) == 1
    assert TABLE in problems[0]
    assert re.search(says, problems[0])


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        (COEFFICIENTS[0], "3.0\nrange = [-2.0, 2.0]", "outside its range"),
        (COEFFICIENTS[0], "5.0\nrange = [-9.0, 9.0]", "give a value from -4 to 4 decades"),
        (COEFFICIENTS[0].replace("1", "7"), "0.1\nrange = [-2.0, 2.0]", "unknown parameter.*did you mean"),
        (node_name(0.5), "1e-14\nrange = [1e-16, 1e-11]", "lists 'occupancy' and 'value'"),
    ],
)
def test_bad_coefficients_and_rows_are_refused(tmp_path: Path, name: str, value: str, says: str) -> None:
    text = f'\n["{name}"]\nvalue = {value}\nclass = "assumed"\nsource = "of a test"\n'
    (problem,) = problems_of(written(tmp_path / "mine.toml", text))
    assert name in problem or "coefficients" in problem
    assert re.search(says, problem)


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        ({TABLE: [1.0, 2.0]}, "give a DiffusivityTable"),
        ({TABLE: DATA, REFERENCE: 1e-15}, "no effect beside a table"),
        ({node_name(0.5): 1e-14}, "give two or more"),
        ({node_name(0.5): -1e-14, node_name(0.6): 1e-14}, "positive"),
        ({COEFFICIENTS[0]: float("nan")}, "finite"),
        ({COEFFICIENTS[0]: 2.0, COEFFICIENTS[1]: -2.5}, "at most 4"),
        ({"Carbon particle diffusivity coefficient 9 [decades]": 0.1}, "unknown parameter"),
    ],
)
def test_what_no_cell_can_have_is_refused(numbers: dict[str, Any], says: str) -> None:
    with pytest.raises(CellError, match=says):
        half_cell("fjh", "SPM", None, numbers)


def test_a_cathode_has_neither() -> None:
    with pytest.raises(CellError, match="unknown parameter"):
        half_cell("nvp", "SPM", None, {COEFFICIENTS[0]: 0.1})


def test_a_fit_beside_a_table_frees_coefficients_and_no_row(tmp_path: Path) -> None:
    source = load_set(with_table(tmp_path / "mine.toml"))
    assert REFERENCE not in [f.name for f in free_parameters(source)]
    with pytest.raises(CalibrationError, match="no effect"):
        free_parameters(source, [REFERENCE])
    (row,) = free_parameters(source, [node_name(0.5)])
    with pytest.raises(ValueError, match="fit coefficients"):
        HalfCellModel(source, [row])
    model = HalfCellModel(source, free_parameters(source, [COEFFICIENTS[0]]))
    ends = [model.sodiation(1500.0, {COEFFICIENTS[0]: value}) for value in (0.0, -1.5)]
    assert ends[0] is not None
    assert ends[1] is not None
    assert abs(ends[1].capacity - ends[0].capacity) > 1.0


def pulses(cell_name: str) -> Gitt:
    """Two made-up pulses on the slope, as a file would give them."""
    common = ("sodiation", 0.0, 0.0, 1e-16, False, 1e-16, -0.03, -0.08, -0.08, 300.0, 1.2e-14)
    made = []
    for number, voltage in enumerate((0.6, 0.4)):
        fields: dict[str, Any] = dict(zip(GittPulse.__dataclass_fields__, common, strict=False))
        made.append(replace(GittPulse(**fields), voltage_V=voltage, capacity_mAh_g=10.0 * number))
    empty = np.zeros(2)
    return Gitt(cell_name, tuple(made), 5e-6 / 3, "given", 0.0, empty, empty, empty, {"napore": "0"})


def test_pulses_of_a_file_become_a_parameter_file(tmp_path: Path) -> None:
    cell = half_cell("fjh", "SPM", SITES_ALONE)
    found = occupancy_diffusivity(pulses("mine.csv"), cell)
    assert not found.simulated
    found.write_parameter_file(tmp_path / "mine.toml")
    back = half_cell(tmp_path / "mine.toml", "SPM")
    table = back.parameter_values["Positive particle diffusivity [m2.s-1]"].table
    assert table == found.diffusivity_table()
    entry = back.source.entries[node_name(table.occupancy[0])]
    assert entry.kind == "derived"
    assert "measured GITT of mine.csv" in entry.source
    assert "0 of 2 points are lower bounds" in entry.note
    found.to_json(tmp_path / "found.json")
    assert list(found.table()["bound"]) == ["", ""]
    assert len(found.plot().lines) == 2
    with pytest.raises(ExperimentError, match="were changed"):
        occupancy_diffusivity(
            pulses("mine.csv"), half_cell("fjh", "SPM", SITES_ALONE, {COEFFICIENTS[0]: 0.1})
        ).write_parameter_file(tmp_path / "other.toml")


def test_a_pulse_with_a_slow_resistance_is_no_number() -> None:
    test = pulses("mine.csv")
    large = tuple(replace(pulse, dE_t_V=-1.0) for pulse in test.pulses)
    found = occupancy_diffusivity(replace(test, pulses=large), half_cell("fjh", "SPM", SITES_ALONE))
    assert [point.bound for point in found.points] == ["resistance"] * 2


@pytest.mark.parametrize(
    ("cell", "choice", "says"),
    [
        ("nvp", {}, "no half cell of a carbon"),
        ("fjh", {"direction": "charge"}, "give one of sodiation, desodiation"),
        ("fjh", {"direction": "desodiation"}, "no complete pulse"),
        ("fjh", {"least_share": 0.0}, "above 0 and up to 1"),
    ],
)
def test_bad_choices_are_refused(cell: str, choice: dict[str, Any], says: str) -> None:
    with pytest.raises(ExperimentError, match=says):
        occupancy_diffusivity(pulses("mine.csv"), half_cell(cell, "SPM"), **choice)


def slow_set(path: Path) -> ParameterSet:
    """FJH with a diffusivity that pulses can show, of its upper slope."""
    source = with_law(load_set("fjh"), SITES_ALONE["adsorption law"])
    numbers = {REFERENCE: 1e-15, "Lower voltage cut-off [V]": 0.3}
    entries = {
        name: replace(entry, value=numbers.get(name, entry.value), allowed=None, kind="setting")
        if name in numbers
        else entry
        for name, entry in source.entries.items()
    }
    made = replace(source, name=path.stem, entries=entries)
    write_set(made, path, "", "slow")
    return made


def test_the_command_writes_a_table_that_loads(tmp_path: Path) -> None:
    slow_set(tmp_path / "slow.toml")
    target = tmp_path / "table.toml"
    command = ["gitt", str(tmp_path / "slow.toml"), "--model", "SPM", "--current", "25"]
    command += ["--rest", "7200", "--direction", "sodiation", "--table", str(target)]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    assert "diffusivity against occupancy" in done.output
    table = half_cell(target, "SPM").parameter_values["Positive particle diffusivity [m2.s-1]"].table
    # with PyBaMM's 20 points in a particle
    assert all(0.4e-15 < table(theta) < 2.5e-15 for theta in (0.2, 0.4, 0.6))
    again = CliRunner().invoke(main, command)
    assert again.exit_code == 1
    assert "new name" in again.output


def test_the_command_refuses_a_cathode(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["gitt", "nvp", "--table", str(tmp_path / "a.toml")])
    assert done.exit_code == 1
    assert "half cell of a carbon" in done.output
