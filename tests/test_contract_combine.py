"""Carbons, cathodes, electrolytes and formats in one table, every number with class and source."""

import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_cathodes import filled_template

import napore
from napore.cells import CellError
from napore.cli import main
from napore.designs import CellFormat, Combinations, DesignError, combine, sources_of
from napore.designs.prices import Prices
from napore.parameters.provenance import CLASSES, Entry

THIN = {"Separator thickness [m]": 16e-6}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Combinations:
    file = filled_template(tmp_path_factory.mktemp("template"))
    cylinder = CellFormat.of("cylinder", {"Electrolyte excess": 0.05})
    return combine(
        ["fjh"],
        ["nvp", "nvpf", file],
        ["diglyme"],
        ["coin", "pouch", cylinder],
        mass_ratio=0.5,
        points=1,
        rate=0.5,
        model="SPM",
        loading_mg_cm2=15.0,
        vary=THIN,
        cycles=1,
    )


def test_every_combination_is_a_row(found: Combinations) -> None:
    table = found.table()
    assert len(table) == 9
    assert table["status"].tolist() == ["ok"] * 9
    assert set(table["cathode"]) == {"nvp", "nvpf", "mine"}
    assert (table.groupby("cathode")["capacity_mAh_g_cathode"].nunique() == 1).all()  # solved once each
    cells = table[table["format"] != "coin"]
    assert (cells["energy_Wh_kg"] < cells["energy_Wh_kg_active"]).all()
    assert found.seconds > 0.0


def test_it_is_what_a_design_gives(found: Combinations) -> None:
    alone = napore.design(
        ("fjh", "nvp"),
        0.5,
        rates=[0.5],
        model="SPM",
        cycles=1,
        loading_mg_cm2=15.0,
        vary=THIN,
        format="pouch",
    )
    row = next(c for c in found.combinations if (c.cathode, c.format) == ("nvp", "pouch"))
    assert row.energy_Wh_kg == pytest.approx(alone.best().energy_Wh_kg_cell, rel=1e-6)
    assert row.energy_Wh_L == pytest.approx(alone.best().energy_Wh_L_cell, rel=1e-6)


def test_every_number_has_class_and_source(found: Combinations) -> None:
    assert set(found.sources) == {
        *("coin", "pouch", "cylinder"),
        *(f"fjh / {cathode} / diglyme" for cathode in ("nvp", "nvpf", "mine")),
    }
    for entries in found.sources.values():
        assert entries
        for name, entry in entries.items():
            assert entry.kind in CLASSES, name
            assert len(entry.source) > 3, name
    given = found.sources["fjh / nvp / diglyme"]["Separator thickness [m]"]
    assert (given.value, given.kind) == (16e-6, "setting")


def test_sources_are_of_all_numbers_of_a_cell() -> None:
    cell = napore.full_cell("tf", "nvp", model="SPMe", electrolyte="EC:PC", mass_ratio=0.5)
    found = sources_of(cell)
    for name, value in cell.parameter_values.items():
        if isinstance(value, str | list | bool):
            continue
        entry: Entry = found[name]
        assert math.isnan(entry.value) or entry.value == pytest.approx(cell.number(name), rel=1e-12), name
    assert "Chayambuka" in found["Cation transference number"].source
    assert found["Mass ratio of carbon to cathode"].kind == "setting"


@pytest.mark.slow
def test_the_whole_table_in_one_command(tmp_path: Path) -> None:
    file, out = filled_template(tmp_path), tmp_path / "out.json"
    told = [
        "combine",
        "--anodes",
        "fjh,tf",
        "--cathodes",
        f"nvp,nvpf,{file}",
        "--electrolytes",
        "diglyme,EC:PC",
    ]
    told += [
        "--loading",
        "15",
        "--vary",
        "Separator thickness [m]=16e-6",
        "--mass-ratio",
        "0.5",
        "--cycles",
        "1",
    ]
    told += ["--format-number", "Electrolyte excess=0.05", "--json", str(out)]
    shown = CliRunner().invoke(main, told)
    assert shown.exit_code == 0, shown.output
    content = json.loads(out.read_text("utf-8"))
    assert len(content["combinations"]) == 36
    assert all(row["status"] == "ok" for row in content["combinations"])
    assert len(content["numbers"]) == 12 + 3
    assert all(
        row[1] in CLASSES and row[2] for numbers in content["numbers"].values() for row in numbers.values()
    )


def test_bad_input(tmp_path: Path) -> None:
    shown = CliRunner().invoke(main, ["combine", "--format-number", "Cathode sheet=4"])
    assert shown.exit_code == 1
    assert "has no 'Cathode sheet'" in shown.stderr
    with pytest.raises(DesignError, match="nothing to combine"):
        combine([], ["nvp"], ["diglyme"], ["pouch"], 0.4)
    (tmp_path / "prices.toml").write_text("[carbon]\nprice = 5\nper = 'kg'\n", "utf-8")
    with pytest.raises(DesignError, match=r"has no currency: write a first line such as currency"):
        Prices.read(tmp_path / "prices.toml")
    thin = {"Cathode electrode thickness [m]": 50e-6}
    with pytest.raises(
        CellError, match=r"40 mg/cm2 at 3170 kg/m3 leave a porosity of -.*: lower the loading"
    ):
        napore.full_cell("fjh", "nvp", loading_mg_cm2=40.0, parameters=thin, model="SPM")
    heavy = CellFormat.of("pouch", {"Tabs mass [kg]": 0.4}, allow_unusual=True)
    tried = napore.design(("fjh", "nvp"), 0.4, rates=[1], model="SPM", cycles=1, format=heavy)
    assert "Tabs mass [kg]' is 0.4, more than the" in tried.points[0].status
