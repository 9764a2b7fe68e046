"""Pulses, holds and drives with known answers."""

import numpy as np
import pytest

import napore
from napore.cells import Cell, half_cell


@pytest.fixture(scope="module")
def spm() -> Cell:
    return half_cell("fjh", model="SPM")


def test_first_resistance_is_that_of_charge_transfer_at_carbon_and_foil(spm: Cell) -> None:
    # without electrolyte: both interfaces by Butler-Volmer, linear at a small current
    found = napore.pulse_test(spm, soc=0.5, rate=0.01, duration=1e-3, times=[1e-4])
    values, F, R, T = spm.parameter_values, 96485.33212, 8.314462618, 298.15
    theta = float(spm.isotherm.split(0.5 * (1.0 + spm.isotherm.stoichiometry(3.0))).theta)
    radius = float(values["Positive particle radius [m]"])
    area = 3.0 / radius * spm.carbon_volume
    i0 = float(values["Positive electrode reference exchange-current density [A.m-2]"])
    assert 0.05 < theta < 0.999  # where the exchange current is flat
    foil_i0 = float(values["Sodium metal reference exchange-current density [A.m-2]"])
    expected = R * T / F * (1.0 / (i0 * area) + 1.0 / (foil_i0 * spm.area))
    for point in found.points:
        assert point.resistance_ohm == pytest.approx(expected, rel=0.02)
        assert point.resistance_ohm_cm2 == pytest.approx(1e4 * spm.area * point.resistance_ohm)


def test_slow_pulse_is_the_slope_of_the_equilibrium() -> None:
    fast = {
        "Sodium metal reference exchange-current density [A.m-2]": 5e3,
        "Carbon electrode reference exchange-current density [A.m-2]": 400.0,
    }
    cell = napore.half_cell("fjh", "SPM", {"sodium storage": "equilibrium"}, fast)
    found = napore.pulse_test(cell, soc=0.1, rate=0.01, duration=3600.0, times=[3600.0])
    down = found.points[0]
    assert down.rest_voltage_V is not None
    x = float(cell.isotherm.stoichiometry(down.rest_voltage_V))
    moved = 0.01 * cell.one_C_current / cell.site_capacity
    assert down.voltage_V == pytest.approx(float(cell.isotherm.potential(x + moved)), abs=2e-4)


def test_long_hold_reaches_the_equilibrium_content(spm: Cell) -> None:
    found = napore.hold(spm, 0.2, duration=2e6, rate=1.0)
    between = float(spm.isotherm.stoichiometry(0.2) - spm.isotherm.stoichiometry(3.0))
    total = found.capacity_before_mAh_g + found.capacity_mAh_g[-1]
    assert total == pytest.approx(between * spm.site_capacity / spm.active_mass, rel=2e-3)
    assert abs(found.current_mA_g[-1]) < 0.02


def test_charge_of_a_hold_is_the_integral_of_its_current(spm: Cell) -> None:
    found = napore.hold(spm, 0.05, duration=1800.0, rate=1.0)
    assert (np.diff(found.current_mA_g) <= 1e-2).all()
    passed = np.trapezoid(found.current_mA_g, found.time_s) / 3600.0
    assert passed == pytest.approx(found.capacity_mAh_g[-1], rel=2e-3)


def test_drive_counts_the_charge_of_its_profile(spm: Cell) -> None:
    time, rate = np.array([0.0, 100.0, 300.0, 400.0]), np.array([0.0, 2.0, -1.0, 0.0])
    found = napore.drive(spm, (time, rate), unit="C", soc=0.5)
    assert found.status == "ok"
    expected = np.trapezoid(rate, time) / 3600.0 * 300.0
    assert found.capacity_mAh_g[-1] == pytest.approx(expected, abs=0.02)
    held = napore.drive(spm, (time, rate), unit="C", soc=0.5, interpolation="previous")
    steps = np.sum(rate[:-1] * np.diff(time)) / 3600.0 * 300.0
    assert held.capacity_mAh_g[-1] == pytest.approx(steps, abs=0.02)


def test_units_of_a_profile_mean_the_same_current() -> None:
    time = np.array([0.0, 5.0, 10.0])
    # what stores the sodium does not matter, and PyBaMM's own particle is built at once
    spm = half_cell("fjh", "SPM", {"sodium storage": "single"})
    amperes = spm.one_C_current
    scales = {"C": 1.0, "A": amperes, "mA": 1e3 * amperes, "mA/g": 300.0, "A/g": 0.3}
    for unit, scale in scales.items():
        found = napore.drive(spm, (time, np.full(3, scale)), unit=unit, soc=0.5)
        assert found.current_A == pytest.approx(amperes, rel=1e-6)
    power = {"W": 1e-4, "mW": 0.1}
    for unit, value in power.items():
        found = napore.drive(spm, (time, np.full(3, value)), unit=unit, soc=0.1)
        assert found.status == "ok"
        assert found.current_A * found.voltage_V == pytest.approx(1e-4, rel=1e-4)
