"""Bands beside measured curves: what a cell's draws allow, and how much of a measurement lies inside."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import napore
from napore.calibration.data import CalibrationError
from napore.calibration.files import Reading
from napore.cli import main

LOADING = "Cathode electrode areal loading [kg.m-2]"


def written(file: Path, half: napore.experiments.HalfCycle, offset_V: float = 0.0) -> Path:
    points = zip(half.capacity_mAh_g, half.voltage_V + offset_V, strict=True)
    rows = [f"{q:.5f},{v:.6f}" for q, v in points]
    file.write_text("\n".join(["capacity [mAh/g],voltage [V]", *rows]) + "\n", "utf-8")
    return file


@pytest.fixture(scope="module")
def sodiation() -> napore.experiments.HalfCycle:
    cell = napore.half_cell("hard-carbon", model="SPM")
    half: napore.experiments.HalfCycle = napore.rate_test(cell, [0.5], cycles=2).curves[0.5].first
    return half


def test_a_generic_carbon_lies_inside_its_own_ranges(
    sodiation: napore.experiments.HalfCycle, tmp_path: Path
) -> None:
    inside, outside = tmp_path / "inside.csv", tmp_path / "outside.csv"
    written(inside, sodiation)
    written(outside, sodiation, 1.0)
    out, picture = tmp_path / "compare.json", tmp_path / "compare.png"
    words = ["compare", "hard-carbon", str(inside), str(outside), "--current", "150", "--model", "SPM"]
    run = CliRunner().invoke(main, [*words, "--draws", "24", "--json", str(out), "--plot", str(picture)])
    assert run.exit_code == 0, run.output
    assert "inside" in run.output
    content = json.loads(out.read_text("utf-8"))
    near, far = content["curves"]
    assert content["draws"] == 24
    assert 12 <= near["draws"] <= 24
    assert near["coverage"] > 0.9
    assert far["coverage"] < 0.3
    low, high = near["capacity_95_mAh_g"]
    assert low < near["capacity_mAh_g"] < high
    assert picture.stat().st_size > 1000
    plain = CliRunner().invoke(main, words)
    assert "inside  " not in plain.output


@pytest.mark.parametrize("cathode", ["NVP", "Chayambuka2022"])
def test_full_cells_have_bands_with_hosts_of_other_sets_too(cathode: str, tmp_path: Path) -> None:
    cell = napore.full_cell("hard-carbon", cathode, model="SPM")
    half = napore.rate_test(cell, [0.5], cycles=2).curves[0.5].second
    current = 0.5 * cell.one_C_current / cell.active_mass
    file = written(tmp_path / "discharge.csv", half)
    (one,) = napore.compare(cell, file, how=Reading(current_mA_g=current), draws=12).curves
    assert one.band is not None
    assert one.band.solved >= 4
    assert one.band.end_mAh_g[0] < half.capacity
    assert np.all(one.band.low_V <= one.band.high_V)
    assert one.row()["deviation"] == pytest.approx(0.0, abs=2e-3)


def test_draws_of_one_s_own_make_the_band(tmp_path: Path) -> None:
    """Two draws of the loading about a third apart bound the voltage of the one between them.

    Draws are solved with the tolerances of a study: a tenth apart they differ by as little in places.
    """
    cell = napore.full_cell("fjh", "nvp", model="SPMe")
    half = napore.rate_test(cell, [2.0], cycles=2).curves[2.0].second
    file = written(tmp_path / "discharge.csv", half)
    loading = cell.source.numbers[LOADING]
    how = Reading(current_mA_g=2.0 * cell.one_C_current / cell.active_mass)
    samples = [{LOADING: 0.7 * loading}, {LOADING: 1.3 * loading}]
    (one,) = napore.compare(cell, file, how=how, samples=samples).curves
    assert one.band is not None
    assert one.band.coverage > 0.9
    assert one.band.solved == 2


def test_samples_of_a_half_cell_are_checked(sodiation: napore.experiments.HalfCycle, tmp_path: Path) -> None:
    file, how = written(tmp_path / "c.csv", sodiation), Reading(current_mA_g=150.0)
    rate, foil = "Carbon electrode pore median filling rate [s-1]", "Separator thickness [m]"
    samples = [{rate: value, foil: 1e-4} for value in (1e-3, 1e-2)]
    (one,) = napore.compare("hard-carbon", file, model="SPM", how=how, samples=samples).curves
    assert one.band is not None
    assert one.band.solved == 2
    misspelt = [{rate.replace("median", "medium"): 1e-3}] * 2
    with pytest.raises(CalibrationError, match="did you mean 'Carbon electrode pore median filling rate"):
        napore.compare("hard-carbon", file, model="SPM", how=how, samples=misspelt)


def test_changed_numbers_of_a_half_cell_are_compared(
    sodiation: napore.experiments.HalfCycle, tmp_path: Path
) -> None:
    """They were not: the set was run in the place of the cell, with status ok."""
    file, how = written(tmp_path / "c.csv", sodiation), Reading(current_mA_g=150.0)
    sites, given = "Carbon electrode specific capacity of all sites [mA.h.g-1]", []
    cell = napore.half_cell("fjh", model="SPM", parameters={sites: 300.0})
    edited = napore.half_cell("fjh", model="SPM")
    edited.parameter_values[sites.replace("Carbon", "Positive")] = 300.0
    for one in (cell, edited):
        given.append(napore.compare(one, file, how=how).curves[0].row()["simulated_capacity_mAh_g"])
    true = napore.rate_test(cell, [0.5], cycles=2).curves[0.5].first.capacity
    assert given == pytest.approx([true, true], abs=0.05)


@pytest.mark.parametrize(
    "given",
    [{"parameters": {"Contact resistance [Ohm]": 60.0}}, {"options": {"particle size": "distribution"}}],
)
def test_options_of_a_half_cell_are_compared(
    given: dict[str, Any], sodiation: napore.experiments.HalfCycle, tmp_path: Path
) -> None:
    """They were left out: 248 mAh/g in the place of 215 with a contact resistance."""
    file, how = written(tmp_path / "c.csv", sodiation), Reading(current_mA_g=150.0)
    cell = napore.half_cell("fjh", model="SPM", **given)
    found = napore.compare(cell, file, how=how).curves[0].row()["simulated_capacity_mAh_g"]
    assert found == pytest.approx(napore.rate_test(cell, [0.5], cycles=2).curves[0.5].first.capacity, abs=0.1)


@pytest.mark.parametrize("draws", [1, -3, 2.5, True])
def test_draws_that_are_none_are_refused(
    draws: Any, sodiation: napore.experiments.HalfCycle, tmp_path: Path
) -> None:
    file = written(tmp_path / "c.csv", sodiation)
    with pytest.raises(CalibrationError, match=r"draws is .*: give 0 for none, or a whole number from 2"):
        napore.compare("hard-carbon", file, model="SPM", how=Reading(current_mA_g=150.0), draws=draws)
