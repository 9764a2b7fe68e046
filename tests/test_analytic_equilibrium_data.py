"""Equilibrium from slow curves of both directions and from rests, as data of a fit."""

import itertools
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from click.testing import CliRunner

from napore.calibration import CalibrationError, HalfCellModel, SeriesData, calibrate, fit, free_parameters
from napore.calibration.equilibrium import EquilibriumData, rest_potentials
from napore.calibration.files import Reading, read_data
from napore.calibration.posterior import sample
from napore.calibration.surrogate import sample_by_surrogate
from napore.cli import main
from napore.measured import MeasuredCurve, MeasuredCycling
from napore.parameters.carbon import carbon_parameters, isotherm
from napore.parameters.sets import load_set

Array = npt.NDArray[np.float64]

CAPACITY = "Carbon electrode specific capacity of all sites [mA.h.g-1]"
SITES = "Carbon electrode adsorption capacity fraction"
WETTING = "Carbon electrode pore wetting energy [J.m-2]"
FREE = (CAPACITY, SITES, WETTING)


@pytest.fixture(scope="module")
def half_cell() -> HalfCellModel:
    return HalfCellModel(load_set("fjh"), free_parameters(load_set("fjh"), FREE), "SPM")


@pytest.fixture(scope="module")
def truth(half_cell: HalfCellModel) -> dict[str, float]:
    return {CAPACITY: 352.0, SITES: 0.25, WETTING: 0.105}


@pytest.fixture(scope="module")
def equilibrium(half_cell: HalfCellModel, truth: dict[str, float]) -> tuple[Array, Array]:
    """Charge [mAh/g] and potential [V], evenly along the curve."""
    classes, law = half_cell.classes, half_cell.law
    values = carbon_parameters({**half_cell.numbers, **truth}, "positive", classes, law)
    curve = isotherm(values, "positive", classes, law)
    V = np.unique(np.concatenate([np.geomspace(0.01, 2.0, 300), np.linspace(0.02, 0.2, 300)]))[::-1]
    x = np.asarray(curve.stoichiometry(V))
    return truth[CAPACITY] * (x - x[0]), V


def written(folder: Path, equilibrium: tuple[Array, Array], hysteresis_V: float) -> Path:
    """A cycler's file at 3 mA/g whose curves lie above and below the equilibrium."""
    q, V = equilibrium
    hours = q / 3.0
    down = [f"{3600 * t:.3f},-3,{v - hysteresis_V:.6f}" for t, v in zip(hours, V, strict=True)]
    turn = 2.0 * hours[-1] + 1e-3
    up = [
        f"{3600 * (turn - t):.3f},3,{v + hysteresis_V:.6f}" for t, v in zip(hours[::-1], V[::-1], strict=True)
    ]
    file = folder / "slow.csv"
    file.write_text("\n".join(["time/s,I/mA g-1,Ewe/V", *down, *up]) + "\n", "utf-8")
    return file


def test_hysteresis_cancels_in_the_mean(
    tmp_path: Path,
    half_cell: HalfCellModel,
    truth: dict[str, float],
    equilibrium: tuple[Array, Array],
) -> None:
    data = read_data(written(tmp_path, equilibrium, 0.02), Reading(mean=True))
    assert isinstance(data, EquilibriumData)
    inside = slice(3, -3)  # at the very ends one of the directions has no charge
    assert np.max(np.abs(data.differences_V(half_cell, truth)[inside])) < 3e-3
    found = fit(
        half_cell.fitted, lambda v: data.residuals(half_cell, v), {f.name: f.start for f in half_cell.fitted}
    )
    assert found.values[CAPACITY] == pytest.approx(truth[CAPACITY], rel=0.01)
    assert found.values[SITES] == pytest.approx(truth[SITES], rel=0.03)
    assert found.values[WETTING] == pytest.approx(truth[WETTING], rel=0.01)


def test_rests_of_both_directions(
    half_cell: HalfCellModel, truth: dict[str, float], equilibrium: tuple[Array, Array]
) -> None:
    q, V = equilibrium
    steps = np.linspace(0.0, q[-1], 31)
    rows = [(0.0, 0.0, V[0])]
    for sign, marks in ((-1.0, steps), (1.0, steps[::-1])):
        for begin, end in itertools.pairwise(marks):
            t, hours = rows[-1][0], abs(end - begin) / 30.0
            rest = float(np.interp(end, q, V)) + 0.01 * sign
            rows += [(t + 1e-6, sign * 30.0, rest + 0.05 * sign)]
            rows += [(t + hours, sign * 30.0, rest + 0.05 * sign)]
            rows += [(t + hours + 1e-6, 0.0, rest + 0.04 * sign), (t + hours + 1.0, 0.0, rest)]
    time, current, voltage = np.array(rows).T
    down, up = rest_potentials(MeasuredCycling("gitt", 3600.0 * time, current, voltage))
    assert up is not None
    assert len(down.capacity_mAh_g) == 30
    data = EquilibriumData.of_curves(down, up)
    assert np.max(np.abs(data.differences_V(half_cell, truth)[5:-5])) < 0.012
    first = slice(0, len(time) // 2 + 1)
    alone, none = rest_potentials(MeasuredCycling("gitt", 3600 * time[first], current[first], voltage[first]))
    assert none is None
    assert alone.capacity_mAh_g == pytest.approx(down.capacity_mAh_g)
    with pytest.raises(CalibrationError, match="give five or more"):
        rest_potentials(MeasuredCycling("gitt", 3600 * time[:12], current[:12], voltage[:12]))


def test_what_is_no_equilibrium_is_refused() -> None:
    q = np.linspace(0.0, 10.0, 6)
    with pytest.raises(CalibrationError, match="does not rise"):
        EquilibriumData(q[::-1], q)
    with pytest.raises(CalibrationError, match="give five or more"):
        EquilibriumData(q[:3], q[:3])
    down = MeasuredCurve("a", "sodiation", np.linspace(0, 300, 20), np.linspace(1, 0, 20))
    up = MeasuredCurve("a", "desodiation", np.linspace(0, 100, 20), np.linspace(0, 1, 20))
    with pytest.raises(CalibrationError, match="share too little charge"):
        EquilibriumData.of_curves(down, up)


def test_command_fits_the_mean_and_samples_its_posterior(
    tmp_path: Path, truth: dict[str, float], equilibrium: tuple[Array, Array]
) -> None:
    file = written(tmp_path, equilibrium, 0.02)
    free = ["--cell", "fjh", *(word for name in FREE for word in ("--free", name))]
    run = CliRunner().invoke(
        main,
        [
            "fit",
            str(file),
            "--mean",
            *free,
            "--uncertainty",
            "--steps",
            "12",
            "--json",
            str(tmp_path / "a.json"),
        ],
    )
    assert run.exit_code == 0, run.output
    assert "NOT converged" in run.output  # twelve steps are none
    rows = json.loads((tmp_path / "a.json").read_text("utf-8"))["parameters"]
    assert [row["value"] for row in rows] == pytest.approx([truth[name] for name in FREE], rel=0.03)
    page = tmp_path / "a.html"
    words = ["--uncertainty", "--draws", "200", "--report", str(page)]
    run = CliRunner().invoke(main, ["fit", str(file), "--mean", *free, *words])
    assert run.exit_code == 0, run.output
    assert "100 draws worth" in run.output
    assert "100 draws worth" in page.read_text("utf-8")
    run = CliRunner().invoke(main, ["fit", str(file), "--mean", *free, "--draws", "100"])
    assert run.exit_code == 1
    assert "without --uncertainty" in run.output


@pytest.mark.slow
def test_walkers_and_weighed_draws_agree_on_a_converged_posterior(
    tmp_path: Path, truth: dict[str, float], equilibrium: tuple[Array, Array]
) -> None:
    how = Reading(mean=True, voltage_error_V=0.01, capacity_error_mAh_g=5.0)
    data = read_data(written(tmp_path, equilibrium, 0.02), how)
    assert not isinstance(data, SeriesData)
    found = calibrate([data], "fjh", free_parameters(load_set("fjh"), FREE), profiles=False)
    chained = sample(found, steps=3000)
    weighted = sample_by_surrogate(found, first=200, draws=250, rounds=3)
    assert chained.converged, chained.summary()
    assert weighted.converged, weighted.summary()
    for k, f in enumerate(found.fitted):
        low, middle, high = (float(chained.table()[q][k]) for q in ("q025", "q500", "q975"))
        under, centre, over = (float(weighted.table()[q][k]) for q in ("q025", "q500", "q975"))
        assert centre == pytest.approx(middle, abs=0.1 * (high - low))
        assert over - under == pytest.approx(high - low, rel=0.25)
        assert low <= truth[f.name] <= high
