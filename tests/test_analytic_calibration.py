"""Calibration on problems with a known answer."""

import ast
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from napore.calibration import Fitted, RateModel, fit, identify
from napore.parameters.sets import load_set

RATE = "Carbon electrode pore median filling rate [s-1]"
CAPACITY = "Carbon electrode specific capacity of all sites [mA.h.g-1]"


def linear(values: Mapping[str, float]) -> npt.NDArray[np.float64]:
    return np.array([(values["a"] - 2.0) / 0.1, (values["a"] - 2.0) / 0.1])


def test_penalised_fit_of_a_linear_problem_is_the_weighted_mean() -> None:
    fitted = [Fitted("a", 0.0, 5.0, 1.0, prior=(1.0, 0.1)), Fitted("b", 0.0, 5.0, 1.0, prior=(3.0, 0.5))]
    outcome = fit(fitted, linear, {"a": 1.0, "b": 1.0})
    assert outcome.values["a"] == pytest.approx((2 * 2.0 + 1.0) / 3.0, abs=1e-6)
    assert outcome.values["b"] == pytest.approx(3.0, abs=1e-6)
    assert outcome.on_bounds == ()


def test_identifiability_of_a_linear_problem() -> None:
    fitted = [Fitted("a", 0.0, 5.0, 1.0, prior=(1.0, 1.0)), Fitted("b", 0.0, 5.0, 1.0, prior=(3.0, 0.5))]
    seen, unseen = identify(fitted, linear, {"a": 2.0, "b": 3.0})
    assert seen.standard_error == pytest.approx((2.0 / 0.01 + 1.0) ** -0.5, rel=1e-6)
    assert seen.verdict == "determined"
    assert unseen.standard_error == pytest.approx(0.5, rel=1e-6)
    assert unseen.verdict.startswith("not determined")


def test_a_value_on_a_bound_is_said() -> None:
    fitted = [Fitted("a", 0.0, 1.0, 0.5)]
    outcome = fit(fitted, linear, {"a": 0.5})
    assert outcome.on_bounds == ("a",)
    assert identify(fitted, linear, outcome.values)[0].verdict.startswith("on a bound")


def test_rate_and_capacity_are_recovered_from_synthetic_rates() -> None:
    # 442 mAh/g with a rate of 0.00165 1/s has the same two capacities
    fitted = [Fitted(RATE, 1e-4, 1e-1, 3e-3, logarithmic=True), Fitted(CAPACITY, 300.0, 400.0, 350.0)]
    model = RateModel(load_set("fjh"), fitted, (0.5, 2.0), "SPM", cycles=1)
    truth = {RATE: 1.2e-2, CAPACITY: 371.0}
    data = model(truth)

    def residuals(values: Mapping[str, float]) -> npt.NDArray[np.float64]:
        points = model(values)
        return np.array([(points[r].desodiation - data[r].desodiation) / 0.1 for r in data])

    outcome = fit(fitted, residuals, {RATE: 3e-3, CAPACITY: 350.0})
    assert outcome.values[RATE] == pytest.approx(truth[RATE], rel=0.02)
    assert outcome.values[CAPACITY] == pytest.approx(truth[CAPACITY], rel=0.002)


def test_inputs_of_one_build_give_what_a_new_build_gives() -> None:
    fitted = [Fitted(RATE, 1e-4, 1e-1, 3e-3, logarithmic=True), Fitted(CAPACITY, 300.0, 450.0, 350.0)]
    values = {RATE: 1.2e-2, CAPACITY: 371.0}
    inputs = RateModel(load_set("fjh"), fitted, (1.0,), "SPM", cycles=1)(values)[1.0]
    fixed = RateModel(load_set("fjh"), [], (1.0,), "SPM", fixed=values, cycles=1)({})[1.0]
    assert inputs.desodiation == pytest.approx(fixed.desodiation, abs=0.05)
    assert inputs.plateau == pytest.approx(fixed.plateau, abs=0.05)


@pytest.mark.checkout
def test_calibration_reads_fit_rows_only() -> None:
    root = Path(__file__).parent.parent
    calibration = sorted((root / "napore" / "calibration").glob("*.py"))
    for file in (*calibration, root / "scripts" / "calibrate_gu2025.py"):
        imported = {
            alias.name
            for node in ast.walk(ast.parse(file.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("reported")
            for alias in node.names
        }
        assert imported <= {"fit_targets"}, file.name
