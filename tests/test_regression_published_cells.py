"""Published full cells beside ours: the committed result is of the committed data, and says what it says."""

import json
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.checkout

FOLDER = Path(__file__).resolve().parents[1] / "studies" / "cells"
QUANTITIES = ("capacity_mAh_g", "energy_Wh_kg", "energy_ratio")


def test_the_result_is_of_the_data() -> None:
    rows = tomllib.loads((FOLDER / "published.toml").read_text("utf-8"))
    found = json.loads((FOLDER / "result.json").read_text("utf-8"))
    assert list(found) == list(rows)
    for name, row in rows.items():
        for quantity in QUANTITIES:
            if quantity in found[name]:
                assert found[name][quantity]["reported"] == row.get(quantity)
                low, high = found[name][quantity]["band"]
                assert low < high


def test_masses_and_films_are_counted_as_read() -> None:
    from studies.cells.__main__ import EFFICIENCY, REVERSIBLE, cell_of, sodium_mAh_cm2

    rows = tomllib.loads((FOLDER / "published.toml").read_text("utf-8"))
    assert sodium_mAh_cm2(1.0) == pytest.approx(0.1128, rel=2e-3)  # 0.968 g/cm3, 1166 mAh/g
    row = rows["evaporated-2p3"]
    cell = cell_of(row)
    balance = cell.balance
    assert balance.mass_ratio == pytest.approx(row["carbon_mg_cm2"] / row["cathode_mg_cm2"])
    assert balance.presodiation_mAh_g_carbon == pytest.approx(90.1, rel=5e-3)
    loss = balance.first_cycle_loss_mAh_g_carbon
    assert loss == pytest.approx(row["reversible_mAh_g"] * (1.0 / row["efficiency"] - 1.0))
    assert cell.changed[REVERSIBLE] == row["reversible_mAh_g"]
    assert cell.changed[EFFICIENCY] == row["efficiency"]
