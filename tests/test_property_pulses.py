"""Pulses, holds and drives: monotonicity, cut-offs with a name, hard ends of the range."""

import numpy as np
import pytest

import napore


def test_resistance_grows_with_time_in_half_and_full_cells() -> None:
    for cell in (napore.half_cell("fjh", model="SPMe"), napore.full_cell("fjh", "NVP", model="SPM")):
        found = napore.pulse_test(cell, soc=(0.2, 0.8))
        assert {point.status for point in found.points} == {"ok"}
        assert {point.direction for point in found.points} == set(cell.directions)
        for _, pulse in found.table().groupby(["soc", "direction"]):
            assert (np.diff(pulse["resistance_ohm"]) > 0).all()
            assert (pulse["resistance_ohm"] > 10.0).all()


def test_a_pulse_that_meets_a_cut_off_says_so() -> None:
    cell = napore.half_cell("fjh", model="SPM")
    found = napore.pulse_test(cell, soc=(0.6, 1.0), rate=2.0, duration=600.0, times=(1.0, 600.0))
    short, long = [p for p in found.points if p.soc == 0.6 and p.direction == "sodiation"]
    assert short.resistance_ohm is not None
    assert (long.resistance_ohm, long.status[:24]) == (None, "cut-off: the lower volta")
    beyond = [p for p in found.points if p.soc == 1.0 and p.direction == "sodiation"]
    assert all(p.status.startswith("cut-off: the voltage is beyond") for p in beyond)


def test_a_drive_ends_at_the_cut_off_it_meets() -> None:
    cell = napore.half_cell("fjh", model="SPM")
    time = np.array([0.0, 7200.0])
    down = napore.drive(cell, (time, np.array([5.0, 5.0])), unit="C", soc=0.5)
    assert down.status.startswith("cut-off: the lower voltage cut-off of 0.01 V is reached after")
    assert down.voltage_V[-1] == pytest.approx(0.01, abs=1e-5)
    assert down.time_s[-1] < 0.5 * down.duration_s
    up = napore.drive(cell, (time, np.array([-5.0, -5.0])), unit="C", soc=0.1)
    assert up.status.startswith("cut-off: the upper voltage cut-off of 3 V is reached after")
    at_once = napore.drive(cell, (time, np.array([5.0, 5.0])), unit="C", soc=1.0)
    assert at_once.status.startswith("cut-off: the voltage is beyond")
    assert at_once.table().empty


@pytest.mark.parametrize(("soc", "rate"), [(0.001, 1.0), (0.98, 0.05)])
def test_reversals_every_second_are_followed_at_both_ends_of_the_range(soc: float, rate: float) -> None:
    # large pores fill within a millivolt or two of the lower cut-off: what 0.05 C needs
    seconds = np.arange(61.0)
    values = np.where(seconds % 2 == 0, rate, -rate)
    cell = napore.half_cell("fjh", model="SPMe")
    found = napore.drive(cell, (seconds, values), unit="C", soc=soc, interpolation="previous")
    assert found.status == "ok"
    assert found.time_s[-1] == 60.0


@pytest.mark.slow
@pytest.mark.parametrize("soc", [0.001, 0.98])
@pytest.mark.parametrize("rate", [1.0, 5.0])
def test_an_hour_of_reversals_in_the_dfn(soc: float, rate: float) -> None:
    seconds = np.arange(3601.0)
    values = np.where(seconds % 2 == 0, rate, -rate)
    found = napore.drive(
        napore.half_cell("fjh"), (seconds, values), unit="C", soc=soc, interpolation="previous"
    )
    assert found.status == "ok" or found.status.startswith("cut-off")
    # 5 C from a full electrode lies beyond the cut-off at once
    assert len(found.time_s) > 0 or "at the start" in found.status
