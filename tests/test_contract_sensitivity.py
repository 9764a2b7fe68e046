"""Sensitivity of a full cell's energy to its numbers."""

import json
from pathlib import Path
from typing import Any

import pytest

from napore.designs import DesignError
from napore.designs.sensitivity import sensitivity
from napore.designs.tornado import Output, Sensitivity
from napore.experiments import energy_test
from napore.full_cells import full_cell

ROOT = Path(__file__).resolve().parent.parent
DIFFUSIVITY = "Cathode particle reference diffusivity [m2.s-1]"
USABLE = "Cathode electrode usable specific capacity [mA.h.g-1]"


@pytest.fixture(scope="module")
def moved() -> Sensitivity:
    names = [USABLE, "Cathode electrode plateau potential [V]", "SEI resistivity [Ohm.m]"]
    outputs = [Output("energy", 1.0), Output("capacity", 1.0), Output("capacity", 1.0, 0.5)]
    return sensitivity(full_cell(model="SPM"), outputs, names, cycles=1)


def test_sensitivity_is_the_energy_test_at_the_ends(moved: Sensitivity) -> None:
    row = next(r for r in moved.of("energy_Wh_kg_active at 1 C") if r.parameter == USABLE)
    for end, at in ((row.low, row.at_low), (row.high, row.at_high)):
        (point,) = energy_test(full_cell(model="SPM", parameters={USABLE: end}), 1.0, cycles=1).points
        # one build for all inputs has meshes and tables of its own
        assert at == pytest.approx(point.energy_Wh_kg_active, rel=1e-4)


def test_sensitivity_is_ordered_and_knows_what_does_nothing(moved: Sensitivity) -> None:
    rows = moved.of(Output("capacity", 1.0))
    assert rows[0].parameter == USABLE
    assert [row.span for row in rows] == sorted((row.span for row in rows), reverse=True)
    assert next(row for row in rows if row.parameter.startswith("SEI")).span == 0.0
    assert len(moved.table()) == 9
    labels = [tick.get_text() for tick in moved.plot().get_yticklabels()]
    assert labels[0] == "Cathode usable capacity / mA h g$^{-1}$"
    assert len(labels) == 2


def test_sensitivity_of_what_cannot_be_made_is_a_row(tmp_path: Path) -> None:
    cell = full_cell(
        model="SPM",
        parameters={
            "Cathode electrode areal loading [kg.m-2]": 0.06,
            "Cathode electrode thickness [m]": 40e-6,
        },
    )
    done = sensitivity(cell, [Output("energy", 1.0)], ["Cathode electrode thickness [m]"], cycles=1)
    (row,) = done.rows
    assert "porosity" in row.status_low
    assert row.at_low is None
    assert row.status_high == "ok"
    done.to_json(tmp_path / "s.json")
    assert json.loads((tmp_path / "s.json").read_text("utf-8"))["rows"][0]["at_low"] is None


@pytest.mark.parametrize(
    ("outputs", "names", "message"),
    [
        ([], None, "no output is given"),
        ([Output("enrgy", 1.0)], None, r"quantity 'enrgy' is unknown: .*did you mean 'energy'"),
        ([Output("energy", 1.0)], ["Separator porosty"], r"did you mean 'Separator porosity'"),
        ([Output("energy", 1.0)], ["Reference temperature [K]"], "is a setting without a range"),
        ([Output("energy", 1.0)], "Separator porosity", "give a list of texts"),
        ([Output("energy", 1.0)], [], "names has no names"),
    ],
)
def test_sensitivity_refuses(outputs: Any, names: Any, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        sensitivity(full_cell(model="SPM"), outputs, names)
