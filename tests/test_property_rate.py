"""Rate test and rate sequence: balances, limits, monotonicity, and failures as named rows."""

from dataclasses import fields
from itertools import pairwise
from typing import Any

import numpy as np
import pybamm
import pytest

from napore.built_model import BuiltModel, State
from napore.cells import Cell, half_cell
from napore.experiments import ExperimentError, HalfCycle, RateTest, direction_test, rate_sequence, rate_test

RATES = (0.02, 0.1, 0.5, 5.0)


@pytest.fixture(scope="module")
def cell() -> Cell:
    return half_cell("fjh", model="SPM")


@pytest.fixture(scope="module")
def test(cell: Cell) -> RateTest:
    return rate_test(cell, RATES)


def test_every_rate_is_solved(test: RateTest) -> None:
    assert [point.rate_C for point in test.points] == list(RATES)
    assert {point.status for point in test.points} == {"ok"}


def test_current_is_300_mA_per_gram_and_C(test: RateTest) -> None:
    for point in test.points:
        assert point.current_mA_g == pytest.approx(300.0 * point.rate_C)
        down = test.curves[point.rate_C].sodiation
        assert down.capacity == pytest.approx(point.current_mA_g * down.time_s[-1] / 3600.0, rel=1e-6)


def test_third_cycle_closes(test: RateTest) -> None:
    for point in test.points:
        if point.rate_C <= 0.1 or point.rate_C == 5.0:
            assert point.capacity_mAh_g == pytest.approx(point.sodiation_capacity_mAh_g, rel=0.01)


def test_capacity_and_filling_fall_and_mean_voltage_rises_with_rate(test: RateTest) -> None:
    table = test.table()
    assert (np.diff(table["capacity_mAh_g"]) < 0).all()
    # not the capacity below 0.1 V: at a high rate a part of the slope lies there too
    filled = [np.ptp(test.curves[point.rate_C].sodiation.filled_mAh_g) for point in test.points]
    assert (np.diff(filled) < 0).all()
    assert (np.diff(table["mean_voltage_V"]) > 0).all()
    assert np.allclose(
        table["slope_capacity_mAh_g"] + table["plateau_capacity_mAh_g"], table["sodiation_capacity_mAh_g"]
    )


def test_curves_lie_between_the_cut_offs_and_are_fine_enough(test: RateTest, cell: Cell) -> None:
    low, high = cell.cut_offs
    for cycle in test.curves.values():
        for half in (cycle.sodiation, cycle.desodiation):
            assert half.voltage_V.min() >= low - 1e-4
            assert half.voltage_V.max() <= high + 1e-4
            assert np.abs(np.diff(half.voltage_V)).max() < 0.02
            assert np.diff(half.capacity_mAh_g).min() >= 0.0
            assert np.diff(half.capacity_mAh_g).max() < 1.5


def test_plateau_capacity_does_not_depend_on_the_points(test: RateTest) -> None:
    for cycle in test.curves.values():
        down = cycle.sodiation
        last = len(down.time_s) - 1
        kept = np.union1d(np.arange(0, last, 2), [last])
        names = [field.name for field in fields(down)][1:]
        thin = HalfCycle(down.direction, *(getattr(down, name)[kept] for name in names))
        assert thin.capacity_below(0.1) == pytest.approx(down.capacity_below(0.1), abs=0.05)


def test_sodium_stored_is_the_charge_passed(test: RateTest) -> None:
    for cycle in test.curves.values():
        for half, sign in ((cycle.sodiation, 1.0), (cycle.desodiation, -1.0)):
            stored = half.adsorbed_mAh_g + half.filled_mAh_g
            assert np.allclose(sign * (stored - stored[0]), half.capacity_mAh_g, atol=0.02)


def test_dQ_dV_integrates_to_the_capacity(test: RateTest) -> None:
    for cycle in test.curves.values():
        derivative = cycle.desodiation.differential_capacity(0.005)["dQ_dV_mAh_g_V"]
        assert 0.005 * derivative.sum() == pytest.approx(cycle.desodiation.capacity, rel=1e-9)


def test_slow_limit_is_the_isotherm() -> None:
    fast = {
        "Carbon particle reference diffusivity [m2.s-1]": 1e-10,
        "Carbon electrode pore median filling rate [s-1]": 1.0,
        "Carbon electrode pore filling rate spread [decades]": 0.0,
    }
    cell = half_cell("fjh", model="SPM", parameters=fast)
    low, high = cell.cut_offs
    sites = cell.source.numbers["Carbon electrode specific capacity of all sites [mA.h.g-1]"]
    expected = sites * float(cell.isotherm.stoichiometry(low) - cell.isotherm.stoichiometry(high))
    (point,) = rate_test(cell, [1e-3], cycles=1).points
    assert point.capacity_mAh_g == pytest.approx(expected, rel=2e-3)


def test_slowing_a_direction_does_not_lower_the_capacity(cell: Cell) -> None:
    directions = direction_test(cell, [1.0])
    row = directions.table().iloc[0]
    symmetric = row["symmetric_capacity_mAh_g"]
    for name in ("slow_sodiation", "slow_desodiation", "cc_cv_sodiation"):
        assert row[f"{name}_capacity_mAh_g"] > symmetric - 0.1
    assert set(directions.to_dict()["asymmetric"]) == {
        "slow_sodiation",
        "slow_desodiation",
        "cc_cv_sodiation",
    }


def test_sequence_recovers_without_ageing(cell: Cell) -> None:
    sequence = rate_sequence(cell, (0.5, 1.0, 5.0, 1.0, 0.5), cycles_each=3)
    assert len(sequence.points) == 15
    assert set(sequence.recovery) == {1.0, 0.5}
    for ratio in sequence.recovery.values():
        assert ratio == pytest.approx(1.0, abs=0.02)
    for one, other in pairwise(sequence.points):
        assert other.cycle == one.cycle + 1


def test_first_leg_of_the_sequence_is_the_rate_test(cell: Cell, test: RateTest) -> None:
    sequence = rate_sequence(cell, (0.5,), cycles_each=3)
    # the test leaves out a third cycle that would be the second again, within the solver's tolerance
    assert sequence.points[-1].capacity_mAh_g == pytest.approx(test.points[2].capacity_mAh_g, abs=5e-3)


def test_a_rate_without_capacity_is_a_named_row() -> None:
    resistive = half_cell(
        "fjh",
        model="SPM",
        parameters={"Contact resistance [Ohm]": 5000.0},
        allow_unusual=True,
        options={"contact resistance": "true"},
    )
    test = rate_test(resistive, [0.02, 1.0], cycles=1)
    slow, fast = test.points
    assert slow.status == "ok"
    assert fast.status.startswith("no capacity: ")
    assert fast.capacity_mAh_g is None
    assert test.solved
    assert list(test.curves) == [0.02]
    assert not rate_test(resistive, [1.0], cycles=1).solved


def test_a_solver_that_fails_in_a_later_step_is_a_named_row(
    cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = BuiltModel.step

    def later(self: BuiltModel, state: State | None, *more: Any) -> pybamm.Solution:
        if state is not None:
            raise pybamm.SolverError("IDA failed\nat t = 3")
        return real(self, state, *more)

    monkeypatch.setattr(BuiltModel, "step", later)
    (point,) = rate_test(cell, [1.0]).points
    assert point.status.startswith("solver failed: IDA failed at t = 3; usually caused by")
    (leg,) = rate_sequence(cell, [1.0]).points
    assert leg.status == point.status


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        ([0.0], "rate is 0 C: give a number from 0.0001 to 1000 C"),
        ([1.0, -2.0], "rate is -2 C: give"),
        ([float("nan")], "rate is nan C: give"),
        ([float("inf")], "rate is inf C: give"),
        ([1001], "rate is 1001 C: give"),
        ([None], "rate is None: give"),
        ([True], "rate is True: give"),
        ([], "no rate is given"),
        ("0.1", "rate is '0.1'"),
    ],
)
def test_bad_rates(cell: Cell, rates: list[float], message: str) -> None:
    with pytest.raises(ExperimentError, match=message.replace("(", r"\(")):
        rate_test(cell, rates)


def test_bad_protocol(cell: Cell) -> None:
    with pytest.raises(ExperimentError, match="cycles is 0: give a whole number"):
        rate_test(cell, [1.0], cycles=0)
    with pytest.raises(ExperimentError, match="cycles is '1': give a whole number"):
        rate_test(cell, [1.0], cycles="1")  # type: ignore[arg-type]
    with pytest.raises(ExperimentError, match="hold is -1 C: give"):
        rate_test(cell, [1.0], hold=-1.0)
    with pytest.raises(
        ExperimentError, match=r"hold is 0\.5 C, more than the 0\.1 C that flow when it begins"
    ):
        rate_test(cell, [1.0, 0.1], hold=0.5)
    with pytest.raises(ExperimentError, match=r"more than the 0\.02 C that flow"):
        rate_test(cell, [1.0], hold=0.05, sodiation_rate=0.02)
