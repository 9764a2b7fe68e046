"""Parameter files: shown, written, checked, and refused with one sentence per problem."""

import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from napore.cells import CellError, half_cell
from napore.cli import main
from napore.parameters.catalogue import NAMES
from napore.parameters.provenance import ParameterFileError
from napore.parameters.sets import load_set, problems_of


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    result = run("parameters", "new", "--from", "fjh", path)
    assert result.exit_code == 0, result.output
    return path


def change(file: Path, name: str, **keys: object) -> None:
    """Set keys of an entry; None removes one."""
    head, _, tail = file.read_text("utf-8").partition(f'["{name}"]\n')
    block, _, rest = tail.partition("\n\n")
    lines = [line for line in block.splitlines() if line.partition(" = ")[0] not in keys]
    lines += [f"{key} = {json.dumps(value)}" for key, value in keys.items() if value is not None]
    file.write_text(f'{head}["{name}"]\n' + "\n".join(lines) + "\n\n" + rest, encoding="utf-8")


def test_list_and_show(tmp_path: Path) -> None:
    data = tmp_path / "sets.json"
    result = run("parameters", "list", "--json", data)
    assert result.exit_code == 0
    for short, others in NAMES.items():
        assert all(name in result.stdout for name in (short, *others))
    assert [item["name"] for item in json.loads(data.read_text("utf-8"))["sets"]] == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_show_prints_every_number_and_the_count_of_each_class(name: str, tmp_path: Path) -> None:
    data = tmp_path / "set.json"
    result = run("parameters", "show", name, "--json", data)
    assert result.exit_code == 0
    content, entries = json.loads(data.read_text("utf-8")), load_set(name).entries
    assert {entry["name"]: entry["value"] for entry in content["entries"]} == load_set(name).numbers
    assert content["parameters_sha256"] == load_set(name).sha256
    counts = Counter(entry.kind for entry in entries.values())
    assert {kind: n for kind, n in content["counts"].items() if n} == counts
    last = result.stdout.strip().splitlines()[-1]
    assert last == ", ".join(f"{n} {kind}" for kind, n in content["counts"].items() if n)
    assert all(entry.source.split()[0] in result.stdout for entry in entries.values())


def test_new_keeps_every_number_with_its_provenance(file: Path) -> None:
    assert load_set(file).entries == load_set("fjh").entries
    assert load_set(file).sha256 == load_set("fjh").sha256
    assert load_set(file).classes == load_set("fjh").classes
    text = file.read_text("utf-8")
    assert tomllib.loads(text)["set"]["pore classes"] == load_set("fjh").classes
    assert text.index("Change first") < text.index("[set]")
    assert run("parameters", "check", file).stdout == "mine.toml: OK\n"


def test_new_does_not_overwrite(file: Path) -> None:
    before = file.read_text("utf-8")
    result = run("parameters", "new", "--from", "tf", file)
    assert result.exit_code == 1
    assert "exists already" in result.stderr
    assert file.read_text("utf-8") == before


def test_a_file_is_accepted_as_a_cell(file: Path) -> None:
    change(file, "Carbon electrode areal loading [kg.m-2]", value=0.011)
    cell = half_cell(file, model="SPM")
    assert cell.name == "mine"
    assert cell.carbon_mass == pytest.approx(0.011 * cell.area)
    assert cell.sha256 != half_cell("fjh", model="SPM").sha256


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"source": None}, "no source; every number needs value, class and source"),
        ({"source": ""}, "no source; every number needs value, class and source"),
        ({"value": 1.0}, "value is 1 m; plausible is 1e-08 to 0.0001 m; did you mean 1e-6? Write unusual"),
        ({"value": 2e-5}, "value 2e-05 is outside its range"),
        ({"value": float("nan")}, "value is nan; give a finite number"),
        ({"value": "5 um"}, "value is '5 um'; give a finite number"),
        ({"class": "mesured"}, "class is 'mesured'; choose from measured"),
        ({"range": [1.0]}, "range is [1.0]; write [low, high]"),
        ({"range": None}, "no range; give the plausible range"),
        ({"value": -5e-6, "range": [-1e-5, 1e-5]}, "value is -5e-06 m; give a positive value"),
        ({"unit": "m"}, "unknown key 'unit'"),
    ],
)
def test_a_bad_entry_is_one_sentence(file: Path, keys: dict[str, object], message: str) -> None:
    change(file, "Carbon particle radius [m]", **keys)
    content = file.read_text("utf-8").replace("NaN", "nan")
    file.write_text(content, encoding="utf-8")
    (problem,) = problems_of(file)
    assert problem.startswith("mine.toml, 'Carbon particle radius [m]': ")
    assert message in problem
    with pytest.raises(ParameterFileError, match=r"Carbon particle radius"):
        half_cell(file, model="SPM")
    result = run("rate", file, "--rates", "1")
    assert result.exit_code == 1
    assert result.stderr.strip() == f"napore: {problem}"


def test_check_names_every_problem(file: Path) -> None:
    change(file, "Carbon particle radius [m]", source=None)
    change(file, "Separator porosity", value=2.0)
    text = file.read_text("utf-8").replace('["Separator thickness [m]"]', '["Separator thicknes [m]"]')
    file.write_text(text, encoding="utf-8")
    result = run("parameters", "check", file)
    assert result.exit_code == 1
    assert result.stdout == ""
    for part in (
        "'Carbon particle radius [m]': no source",
        "'Separator porosity': value is 2; give a value above 0, up to 1",
        "'Separator thickness [m]' is missing",
        "unknown parameter 'Separator thicknes [m]'; did you mean 'Separator thickness [m]'?",
        "napore: mine.toml: 4 problems",
    ):
        assert part in result.stderr


def test_cut_offs_in_the_wrong_order(file: Path) -> None:
    change(file, "Lower voltage cut-off [V]", value=2.5, range=[0.0, 3.0])
    change(file, "Upper voltage cut-off [V]", value=2.0)
    message = "cut-offs 2.5 V and 2 V are in the wrong order"
    assert problems_of(file) == [f"mine.toml: {message}: the lower comes first"]
    with pytest.raises(CellError, match=r"cut-offs 3\.5 V and 3 V are in the wrong order"):
        half_cell("fjh", model="SPM", parameters={"Lower voltage cut-off [V]": 3.5})


def test_no_room_for_the_electrolyte(file: Path) -> None:
    change(file, "Carbon electrode thickness [m]", value=8e-6, range=[1e-6, 1e-4])
    (problem,) = problems_of(file)
    assert "porosity above 0.05 is needed" in problem


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = [", "is not valid TOML"),
        ("set = 3", "set is 3; write a table [set]"),
        (
            '[set]\n"pore clases" = 2',
            "unknown key 'pore clases'; allowed are title, pore classes, kind, adsorption law; did you mean",
        ),
        ('[set]\n"pore classes" = 12', "pore classes is 12; give a whole number from 1 to 9"),
        ('"Separator porosity" = 0.9', "write a table with value, class and source"),
    ],
)
def test_broken_files(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "broken.toml"
    file.write_text(text, encoding="utf-8")
    assert any(message in problem for problem in problems_of(file))
    assert run("parameters", "check", file).exit_code == 1


def test_bad_parameters_of_a_cell() -> None:
    with pytest.raises(CellError, match="did you mean 'Carbon particle radius"):
        half_cell("fjh", parameters={"Carbon particle radus [m]": 1e-6})
    with pytest.raises(CellError, match="nan: give a finite number"):
        half_cell("fjh", parameters={"Carbon particle radius [m]": float("nan")})
    both = {"Carbon particle radius [m]": 1e-6, "Positive particle radius [m]": 2e-6}
    with pytest.raises(CellError, match="are the same number: give one of them"):
        half_cell("fjh", parameters=both)
    with pytest.raises(CellError, match="adsorption law is 3: choose from"):
        half_cell("fjh", options={"adsorption law": 3})
