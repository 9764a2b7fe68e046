"""Electrolytes by name and from a file: tables are met, each number acts, nonsense is refused."""

from pathlib import Path

import numpy as np
import pybamm
import pytest
from click.testing import CliRunner

import napore
from napore.cells import Cell
from napore.cli import main
from napore.designs import DesignError
from napore.parameters.catalogue import ELECTROLYTES
from napore.parameters.electrolytes import NAMES, load_electrolyte
from napore.parameters.provenance import DATA
from napore.parameters.schema import problem

TABLE = "concentration_mol_m3,conductivity_S_m,diffusivity_m2_s\n"
POINTS = (
    (100, 0.2, 2e-10),
    (500, 0.7, 1.6e-10),
    (1000, 0.9, 1.3e-10),
    (1500, 0.85, 1.1e-10),
    (2000, 0.7, 9e-11),
)
FILE = """[set]
table = "salt.csv"

["Cation transference number"]
value = 0.5
class = "measured"
source = "a test"
range = [0.4, 0.6]
"""


def written(folder: Path, points: object = POINTS, text: str = FILE) -> Path:
    (folder / "salt.csv").write_text(TABLE + "".join(f"{c},{k},{D}\n" for c, k, D in points), "utf-8")  # type: ignore[attr-defined]
    (folder / "salt.toml").write_text(text, "utf-8")
    return folder / "salt.toml"


def number(cell: Cell, name: str, c: float) -> float:
    """Value of a function of the electrolyte of a cell at a concentration and 25 C."""
    values = cell.parameter_values
    symbol = values.process_symbol(values[name](pybamm.Scalar(c), pybamm.Scalar(298.15)))
    return float(symbol.evaluate())


def test_the_shipped_table_is_met() -> None:
    cell = napore.half_cell("fjh", model="SPMe", electrolyte="EC:PC")
    rows = np.genfromtxt(DATA / "electrolyte_ec_pc.csv", delimiter=",", names=True)
    for column, name in (
        ("conductivity_S_m", "conductivity [S.m-1]"),
        ("diffusivity_m2_s", "diffusivity [m2.s-1]"),
    ):
        known = rows[~np.isnan(rows[column])]
        for row in known:
            found = number(cell, f"Electrolyte {name}", row["concentration_mol_m3"])
            assert found == pytest.approx(row[column], rel=0.01)
        assert len(known) > 10
    assert number(cell, "Electrolyte conductivity [S.m-1]", 0.0) == 0.0


def test_every_number_of_an_electrolyte_is_plausible_with_a_source() -> None:
    for name in ELECTROLYTES:
        for key, entry in load_electrolyte(name).entries.items():
            assert key in NAMES
            assert entry.source
            assert all(problem(key, value) is None for value in (entry.value, *(entry.allowed or ())))


def test_a_name_of_the_electrolyte_of_the_sets_changes_nothing() -> None:
    plain, named = (napore.half_cell("fjh", model="SPMe", electrolyte=one) for one in (None, "Diglyme"))
    assert plain.sha256 == named.sha256


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    """Numbers come from the table where the file has none; those of the file act; foil and the rest stay."""
    file = written(tmp_path)
    cell = napore.full_cell(model="SPMe", electrolyte=file)
    for c, kappa, diffusivity in POINTS:
        assert number(cell, "Electrolyte conductivity [S.m-1]", c) == pytest.approx(kappa, rel=1e-3)
        assert number(cell, "Electrolyte diffusivity [m2.s-1]", c) == pytest.approx(diffusivity, rel=1e-3)
    assert cell.number("Cation transference number") == 0.5
    twice = napore.full_cell(
        model="SPMe", electrolyte=file, parameters={"Electrolyte reference conductivity [S.m-1]": 1.8}
    )
    assert number(twice, "Electrolyte conductivity [S.m-1]", 500) == pytest.approx(1.4, rel=1e-3)
    assert napore.full_cell(model="SPMe").sha256 != cell.sha256 != twice.sha256
    changed = written(tmp_path, (*POINTS[:-1], (2000, 0.6, 9e-11)))
    assert napore.full_cell(model="SPMe", electrolyte=changed).sha256 != cell.sha256


def test_it_acts_in_half_and_full_cells() -> None:
    """A slower salt and foil: less charge at 1 C in the half cell, lower voltage in the full cell."""
    ours, theirs = (
        napore.rate_test(napore.half_cell("fjh", model="SPMe", electrolyte=one), 1, cycles=1).points[0]
        for one in ("diglyme", "EC:PC")
    )
    assert theirs.capacity_mAh_g is not None
    assert ours.capacity_mAh_g is not None
    assert theirs.capacity_mAh_g < 0.9 * ours.capacity_mAh_g
    first, second = (
        napore.energy_test(napore.full_cell(model="SPMe", electrolyte=one), 1, cycles=1).points[0]
        for one in ("diglyme", "EC:PC")
    )
    assert second.mean_voltage_V is not None
    assert first.mean_voltage_V is not None
    assert second.mean_voltage_V < first.mean_voltage_V
    assert second.energy_Wh_kg_stack is not None  # the density too


@pytest.mark.parametrize(
    ("points", "text", "says"),
    [
        (POINTS[:2], FILE, "the table must reach 1000 mol/m3"),
        (
            ((100, 0.2, 1e-10), (1000, -0.9, 1e-10)),
            FILE,
            "line 3: conductivity_S_m is '-0.9'; give a number from",
        ),
        (((100, 0.2, 1e-10), (1000, 9.0, 1e-2)), FILE, "line 3: diffusivity_m2_s is '0.01'"),
        (((100, "nan", 1e-10), (1000, 9.0, 1e-10)), FILE, "line 2: conductivity_S_m is 'nan'"),
        ((*POINTS, (1000, 0.2, 1e-10), (1001, 2.0, 1e-10)), FILE, "as in no electrolyte"),
        (((900, 0.001, 2e-10), (1000, 8.0, 2e-10), (1100, 0.001, 2e-10)), FILE, "goes from 8 to 0.001"),
        (tuple((200 * k, 0.5 + 0.2 * (k % 2), 1e-10) for k in range(1, 9)), FILE, "is no smooth curve"),
        (
            POINTS,
            FILE.replace("Cation transference number", "Separator porosity"),
            "is no number of an electrolyte",
        ),
        (POINTS, "[set]\ntable = 'salt.csv'\n", "no 'Cation transference number'"),
        (POINTS, FILE.replace('table = "salt.csv"', ""), "no 'Electrolyte reference conductivity"),
        (POINTS, FILE.replace("salt.csv", "sugar.csv"), "sugar.csv cannot be read"),
        (POINTS, FILE.replace("0.5", "1.5"), "Cation transference number"),
    ],
)
def test_what_no_electrolyte_can_have_is_refused(
    tmp_path: Path, points: object, text: str, says: str
) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        load_electrolyte(written(tmp_path, points, text))
    assert "\n" not in str(caught.value)


def test_an_unknown_name_names_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"unknown electrolyte 'EC-PC'.*EC:PC"):
        napore.half_cell("fjh", electrolyte="EC-PC")


def test_commands_take_it() -> None:
    options = ("rate", "fjh", "--rates", "1", "--model", "SPMe", "--electrolyte")
    result = CliRunner().invoke(main, [*options, "EC:PC"])
    assert result.exit_code == 0, result.output
    desodiation = float(result.stdout.splitlines()[-1].split()[2])
    assert desodiation < 150.0  # 270 in diglyme
    refused = CliRunner().invoke(main, [*options, "watre"])
    assert refused.exit_code == 1
    assert refused.stderr.startswith("napore: unknown electrolyte 'watre'")


def test_a_design_takes_it_where_the_cell_is_named() -> None:
    with pytest.raises(DesignError, match="make the cell with it"):
        napore.design(napore.full_cell(model="SPM"), electrolyte="EC:PC")


@pytest.mark.parametrize("electrolyte", ["diglyme", "EC:PC"])
def test_a_pair_of_one_pybamm_set_keeps_its_own(electrolyte: str) -> None:
    with pytest.raises(ValueError, match="'Chayambuka2022' brings its own"):
        napore.full_cell("Chayambuka2022", "Chayambuka2022", model="SPMe", electrolyte=electrolyte)
