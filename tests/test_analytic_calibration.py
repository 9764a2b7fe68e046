"""Calibration on problems with a known answer."""

import ast
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from napore.calibration import (
    CalibrationError,
    CurveData,
    Fitted,
    HalfCellModel,
    RateData,
    Tied,
    calibrate,
    fit,
    free_parameters,
)
from napore.calibration.least_squares import data_shares, fit_covariance
from napore.calibration.lumped_curve import LumpedCurve
from napore.calibration.numbers import HalfCell
from napore.measured import MeasuredCurve, MeasuredRates
from napore.parameters.sets import load_set

RATE = "Carbon electrode pore median filling rate [s-1]"
CAPACITY = "Carbon electrode specific capacity of all sites [mA.h.g-1]"
DIFFUSIVITY = "Carbon particle reference diffusivity [m2.s-1]"


def linear(values: Mapping[str, float]) -> npt.NDArray[np.float64]:
    return np.array([(values["a"] - 2.0) / 0.1, (values["a"] - 2.0) / 0.1])


def test_penalised_fit_of_a_linear_problem_is_the_weighted_mean() -> None:
    fitted = [Fitted("a", 0.0, 5.0, 1.0, prior=(1.0, 0.1)), Fitted("b", 0.0, 5.0, 1.0, prior=(3.0, 0.5))]
    outcome = fit(fitted, linear, {"a": 1.0, "b": 1.0})
    assert outcome.values["a"] == pytest.approx((2 * 2.0 + 1.0) / 3.0, abs=1e-6)
    assert outcome.values["b"] == pytest.approx(3.0, abs=1e-6)
    assert outcome.on_bounds == ()


def test_information_on_a_linear_problem() -> None:
    fitted = [Fitted("a", 0.0, 5.0, 1.0, prior=(1.0, 1.0)), Fitted("b", 0.0, 5.0, 1.0, prior=(3.0, 0.5))]
    matrix = fit_covariance(fitted, fit(fitted, linear, {"a": 2.0, "b": 3.0}))
    errors = 5.0 * np.sqrt(np.diag(matrix))
    assert errors[0] == pytest.approx((2.0 / 0.01 + 1.0) ** -0.5, rel=1e-6)
    assert errors[1] == pytest.approx(0.5, rel=1e-6)
    shares = data_shares(fitted, matrix)
    assert shares["a"] == pytest.approx(200.0 / 201.0, rel=1e-6)
    assert shares["b"] == pytest.approx(0.0, abs=1e-6)


class Straight(LumpedCurve):
    """A straight line in place of a simulation."""

    def __init__(self, offset: float) -> None:
        self.capacity_mAh_g = np.linspace(0.0, 100.0 + offset / 5e-3, 50)
        self.voltage_V = 1.0 - 5e-3 * self.capacity_mAh_g + offset


class Offset(HalfCell):
    """A half cell that is off by three errors everywhere."""

    def __init__(self) -> None:
        pass

    def half_cycles(self, *_: object) -> list[Straight]:
        return [Straight(6e-3)]


def test_an_error_that_points_share_is_not_averaged() -> None:
    # an offset by three errors is three standard deviations, not three times the root of the number of points
    q = np.linspace(0.0, 100.0, 400)
    curve = MeasuredCurve("c", "sodiation", q, 1.0 - 5e-3 * q, 30.0)
    data = CurveData((curve,), 2e-3, 0.01, cycles=1)
    alone = data.residuals(Offset(), {})
    assert float(np.linalg.norm(alone)) > 20.0
    assert float(np.linalg.norm(data.uncorrelated(alone))) == pytest.approx(3.0, rel=0.05)


def test_a_value_on_a_bound_is_said() -> None:
    outcome = fit([Fitted("a", 0.0, 1.0, 0.5)], linear, {"a": 0.5})
    assert outcome.on_bounds == ("a",)


def test_a_value_that_its_prior_decides_is_said() -> None:
    # a slow curve says nothing of the diffusivity, whose interval is then that of its prior
    source = load_set("fjh")
    capacity, diffusivity = free_parameters(source, (CAPACITY, DIFFUSIVITY))
    prior = replace(diffusivity, prior=(diffusivity.to_scale(diffusivity.start), 0.1))
    rates = MeasuredRates("slow", np.array([30.0, 31.0]), np.array([320.0, 320.0]))
    done = calibrate([RateData(rates, cycles=1)], source, [capacity, prior])
    first, second = done.table().to_dict("records")
    assert first["verdict"] == "determined"
    assert second["verdict"] == "not determined: the prior decides"
    assert second["share_of_data"] < 0.05 < 0.9 < first["share_of_data"]


def test_remarks_say_that_a_fit_is_poor_on_a_bound_or_short_of_the_minimum() -> None:
    source = load_set("fjh")
    (capacity,) = free_parameters(source, (CAPACITY,))
    slow = MeasuredRates("slow", np.array([30.0, 31.0]), np.array([330.0, 330.0]))
    good = calibrate([RateData(slow, cycles=1)], source, [capacity])
    first, assumed = good.remarks
    assert first == "Residuals are as large as the errors of the data allow."
    assert assumed.startswith("Assumed: the charge at equilibrium is 0 to 10 % more")
    below = replace(good, profiles=(replace(good.profiles[0], rise=np.array([1.0, 0.0, -2.0])),))
    assert "lower by 2: the fit stopped short" in below.remarks[-1]
    high = MeasuredRates("high", np.array([30.0, 31.0]), np.array([500.0, 500.0]))
    poor, _, bound = calibrate([RateData(high, cycles=1)], source, [capacity]).remarks
    assert "times the errors of the data" in poor
    assert "on a bound: Carbon electrode specific capacity of all sites." in bound


@pytest.mark.checkout
def test_rate_and_capacity_are_recovered_from_synthetic_rates() -> None:
    from studies.gu2025.carbon_fit import rate_points

    fitted = [Fitted(RATE, 1e-2, 1e1, 0.1, logarithmic=True), Fitted(CAPACITY, 300.0, 450.0, 350.0)]
    model = HalfCellModel(load_set("fjh"), fitted, "SPM")
    truth = {RATE: 0.3, CAPACITY: 371.0}
    data = rate_points(model, truth, (0.5, 2.0), 1)

    def residuals(values: Mapping[str, float]) -> npt.NDArray[np.float64]:
        points = rate_points(model, values, (0.5, 2.0), 1)
        return np.array([(points[r].desodiation - data[r].desodiation) / 0.1 for r in data])

    outcome = fit(fitted, residuals, {RATE: 0.1, CAPACITY: 350.0})
    assert outcome.values[RATE] == pytest.approx(truth[RATE], rel=0.02)
    assert outcome.values[CAPACITY] == pytest.approx(truth[CAPACITY], rel=0.002)


@pytest.mark.checkout
def test_inputs_of_one_build_give_what_a_new_build_gives() -> None:
    from studies.gu2025.carbon_fit import rate_points

    fitted = [Fitted(RATE, 1e-4, 1e-1, 3e-3, logarithmic=True), Fitted(CAPACITY, 300.0, 450.0, 350.0)]
    values = {RATE: 1.2e-2, CAPACITY: 371.0}
    source = load_set("fjh")
    inputs = rate_points(HalfCellModel(source, fitted), values, (1.0,), 1)[1.0]
    fixed = rate_points(HalfCellModel(source, [], fixed=values), {}, (1.0,), 1)[1.0]
    assert inputs.desodiation == pytest.approx(fixed.desodiation, abs=0.05)
    assert inputs.plateau == pytest.approx(fixed.plateau, abs=0.05)


def test_pore_classes_of_the_options_are_those_of_the_model_and_of_the_set_that_is_written() -> None:
    measured = MeasuredRates("synthetic", np.array([30.0]), np.array([310.0]))
    free = [Fitted(CAPACITY, 300.0, 450.0, 350.0)]
    options = {"pore classes": "3"}
    found = calibrate(
        [RateData(measured, cycles=1)], "fjh", free, options=options, evaluations=1, profiles=False
    )
    assert found.half_cell.classes == found.source.classes == 3
    own = replace(load_set("fjh"), classes=3)
    again = HalfCellModel(own, [], fixed={CAPACITY: found.found.values[CAPACITY]}).cycles(30.0, {})
    seen = found.half_cell.cycles(30.0, found.found.values)
    assert again is not None
    assert seen is not None
    assert seen[1].capacity == pytest.approx(again[1].capacity, abs=0.01)


@pytest.mark.checkout
def test_a_tied_number_follows_and_what_was_held_is_written(tmp_path: Path) -> None:
    from studies.gu2025.carbon_fit import rate_points

    source = load_set("fjh")
    spread, cooperativity = (
        "Carbon electrode pore filling rate spread [decades]",
        "Carbon electrode pore filling cooperativity",
    )
    fitted = free_parameters(source, (CAPACITY, cooperativity))
    fixed: dict[str, float | Tied] = {spread: Tied(cooperativity, 1.5), DIFFUSIVITY: 2e-12}
    values = {CAPACITY: 350.0, cooperativity: 2.0}
    tied = rate_points(HalfCellModel(source, fitted, fixed=fixed), values, (1.0,), 1)[1.0]
    plain = HalfCellModel(source, fitted, fixed={spread: 3.0, DIFFUSIVITY: 2e-12})
    assert tied.desodiation == pytest.approx(rate_points(plain, values, (1.0,), 1)[1.0].desodiation, abs=0.01)
    rates = MeasuredRates("rates", np.array([30.0, 300.0]), np.array([310.0, 250.0]))
    done = calibrate([RateData(rates, cycles=1)], source, fitted, fixed=fixed, profiles=False)
    done.write_parameter_file(tmp_path / "mine.toml", "2026-01-01")
    written = load_set(tmp_path / "mine.toml").entries
    assert written[DIFFUSIVITY].value == 2e-12
    assert written[spread].value == pytest.approx(1.5 * written[cooperativity].value, rel=1e-6)
    assert written[spread].kind == "derived"


def test_ties_that_cannot_be() -> None:
    source = load_set("fjh")
    fitted = free_parameters(source, (CAPACITY,))
    rates = [RateData(MeasuredRates("rates", np.array([30.0, 300.0]), np.array([310.0, 250.0])))]
    wrong: tuple[dict[str, float | Tied], ...] = (
        {CAPACITY: Tied(RATE)},
        {RATE: Tied("nothing")},
        {RATE: Tied(DIFFUSIVITY), DIFFUSIVITY: Tied(RATE)},
    )
    for fixed in wrong:
        with pytest.raises(CalibrationError, match="is tied to"):
            calibrate(rates, source, fitted, fixed=fixed)


@pytest.mark.checkout
def test_calibration_reads_fit_rows_only() -> None:
    root = Path(__file__).parent.parent
    calibration = sorted((root / "napore" / "calibration").glob("*.py"))
    study = root / "studies" / "gu2025"
    for file in (*calibration, study / "carbon_fit.py", *study.glob("joint*.py")):
        imported = {
            alias.name
            for node in ast.walk(ast.parse(file.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("reported")
            for alias in node.names
        }
        assert imported <= {"fit_targets"}, file.name
