"""What is read from a curve, against curves with known answers."""

import numpy as np
import pytest

from napore.experiments import HalfCycle


def half_cycle(direction: str, capacity: list[float], voltage: list[float]) -> HalfCycle:
    charge, potential = np.array(capacity), np.array(voltage)
    return HalfCycle(direction, 36.0 * charge, charge, potential, 0.0 * charge, 0.0 * charge)


def test_line() -> None:
    line = half_cycle("sodiation", [0.0, 200.0], [2.0, 0.0])
    assert line.capacity == 200.0
    assert line.mean_voltage == pytest.approx(1.0)
    assert line.capacity_below(0.1) == pytest.approx(10.0)
    assert line.capacity_below(3.0) == pytest.approx(200.0)
    assert line.capacity_below(-1.0) == 0.0
    derivative = line.differential_capacity(0.01)
    assert np.allclose(derivative["dQ_dV_mAh_g_V"], -100.0)


def test_hold_counts_as_plateau() -> None:
    held = half_cycle("sodiation", [0.0, 100.0, 130.0], [1.01, 0.01, 0.01])
    assert held.capacity_below(0.1) == pytest.approx(9.0 + 30.0)
    assert 0.005 * held.differential_capacity(0.005)["dQ_dV_mAh_g_V"].sum() == pytest.approx(-130.0)


def test_voltage_that_turns_back_is_counted_once() -> None:
    bump = half_cycle("desodiation", [0.0, 10.0, 20.0, 30.0], [0.1, 0.3, 0.1, 0.5])
    assert bump.capacity_below(0.2) == pytest.approx(5.0 + 5.0 + 2.5)


@pytest.mark.parametrize("direction", ["sodiation", "desodiation"])
def test_smooth_curve(direction: str) -> None:
    x = np.linspace(0.0, 1.0, 4001)
    voltage = np.exp(-3.0 * x) if direction == "sodiation" else np.exp(-3.0 * (1.0 - x))
    curve = half_cycle(direction, list(300.0 * x), list(voltage))
    below = 300.0 * (1.0 - np.log(10.0) / 3.0)
    assert curve.capacity_below(0.1) == pytest.approx(below, abs=1e-3)
    assert curve.mean_voltage == pytest.approx((1.0 - np.exp(-3.0)) / 3.0, rel=1e-6)
    derivative = curve.differential_capacity(0.005)
    middle = derivative[(derivative["voltage_V"] > 0.06) & (derivative["voltage_V"] < 0.98)]
    sign = -1.0 if direction == "sodiation" else 1.0
    assert np.allclose(middle["dQ_dV_mAh_g_V"], sign * 100.0 / middle["voltage_V"], rtol=2e-3)


def test_nothing_passed() -> None:
    empty = half_cycle("desodiation", [0.0], [3.0])
    assert empty.capacity == 0.0
    assert empty.mean_voltage is None
    assert empty.capacity_below(0.2) == 0.0
