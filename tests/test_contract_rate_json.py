"""The JSON and the tables of a rate test are a contract."""

import json
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pytest

from napore.cells import half_cell
from napore.experiments import RateTest, rate_test
from napore.files import WriteError

KEYS = [
    "rate_C",
    "current_mA_g",
    "capacity_mAh_g",
    "sodiation_capacity_mAh_g",
    "plateau_capacity_mAh_g",
    "desodiation_plateau_capacity_mAh_g",
    "mean_voltage_V",
    "status",
]


@pytest.fixture(scope="module")
def test() -> RateTest:
    """One rate that works, one that cannot."""
    resistive, option = {"Contact resistance [Ohm]": 3000.0}, {"contact resistance": "true"}
    cell = half_cell("fjh", model="SPM", parameters=resistive, options=option, allow_unusual=True)
    return rate_test(cell, [0.05, 20], cycles=1)


def test_keys_and_nulls(test: RateTest, tmp_path: Path) -> None:
    file = tmp_path / "rate.json"
    test.to_json(file)
    text = file.read_text("utf-8")
    assert "NaN" not in text
    content = json.loads(text)
    assert list(content) == ["napore", "pybamm", "model", "parameters_sha256", "cell", "rates"]
    assert content["napore"] == version("napore")
    assert content["pybamm"] == version("pybamm")
    assert content["model"] == "SPM"
    assert content["cell"] == "fjh"
    assert len(content["parameters_sha256"]) == 64
    good, bad = content["rates"]
    assert list(good) == list(bad) == KEYS
    assert good["rate_C"] == 0.05
    assert good["status"] == "ok"
    assert all(isinstance(good[key], float) for key in KEYS[:-1])
    assert bad["status"] != "ok"
    assert [bad[key] for key in KEYS[2:-1]] == [None] * 5
    assert bad["current_mA_g"] == pytest.approx(6000.0)


def test_csv_is_the_table(test: RateTest, tmp_path: Path) -> None:
    file = tmp_path / "rate.csv"
    test.to_csv(file)
    pd.testing.assert_frame_equal(pd.read_csv(file), test.table())
    assert set(KEYS) <= set(test.table().columns)


def test_tables_name_their_units(test: RateTest) -> None:
    units = ("_C", "_mA_g", "_mAh_g", "_V", "_s")
    for name in (*test.table().columns, *test.curves_table().columns):
        assert name.endswith(units) or name in ("status", "plateau_share", "direction")


def test_pictures(test: RateTest) -> None:
    import matplotlib as mpl

    with mpl.rc_context({"backend": "agg"}):
        assert test.plot().get_ylabel() == "Q / mAh g$^{-1}$"
        assert test.plot_curves().get_ylabel() == "E / V vs Na$^+$/Na"


def test_a_file_that_cannot_be_written_leaves_nothing(test: RateTest, tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="does not exist"):
        test.to_json(tmp_path / "missing" / "rate.json")
    assert list(tmp_path.iterdir()) == []
