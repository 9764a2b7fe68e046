"""Cycling and ageing where the answer is known."""

import numpy as np
import pytest

import napore
from napore.experiments.cycle_jumping import FIRST_CYCLES, Jumper


def test_nothing_fades_without_ageing() -> None:
    test = napore.cycle_test(napore.half_cell("fjh", model="SPM"), 0.5, 12, curves_at=())
    settled = [point.capacity_mAh_g for point in test.points[6:]]
    assert max(settled) - min(settled) < 0.1  # mAh/g
    assert test.points[-1].film_thickness_nm == 0.0


def test_film_grows_as_the_root_of_time() -> None:
    # dL/dt = V D c / (z L): L^2 = L_0^2 + 2 V D c t / z, whatever the cell does
    cell = napore.half_cell("fjh", model="SPM", ageing="gu2025")
    test = napore.cycle_test(cell, 0.5, 4, curves_at=())
    values = cell.parameter_values
    growth = (
        2.0
        * values["SEI partial molar volume [m3.mol-1]"]
        * values["SEI solvent diffusivity [m2.s-1]"]
        * values["Bulk solvent concentration [mol.m-3]"]
        / values["Ratio of lithium moles to SEI moles"]
    )
    for point in test.points:
        expected = values["Initial SEI thickness [m]"] ** 2 + growth * 3600.0 * point.elapsed_h
        assert 1e-9 * point.film_thickness_nm == pytest.approx(np.sqrt(expected), rel=1e-4)


def test_material_is_lost_with_the_charge_that_passed() -> None:
    cell = napore.half_cell("fjh", model="SPM", ageing="gu2025-lam")
    test = napore.cycle_test(cell, 0.5, 4, curves_at=())
    share = cell.parameter_values["Positive electrode active material lost per charge passed [kg.A-1.h-1]"]
    passed = sum(point.capacity_mAh_g + point.first_capacity_mAh_g for point in test.points)
    assert 1.0 - test.points[-1].active_share == pytest.approx(share * passed, rel=1e-4)


def test_fast_traps_fill_and_no_more() -> None:
    cell = napore.half_cell(
        "fjh",
        model="SPM",
        ageing="gu2025",
        options={"SEI": "none", "SEI film resistance": "none", "sodium trapping": "true"},
        parameters={"Carbon electrode trapping rate [s-1]": 1e-3},
    )
    test = napore.cycle_test(cell, 0.5, 3, curves_at=())
    fraction = cell.parameter_values["Positive electrode trap capacity fraction"]
    sites = 1e-3 * cell.site_capacity / cell.active_mass * 1e3
    assert test.points[-1].trapped_mAh_g == pytest.approx(fraction * sites, rel=1e-3)


@pytest.mark.parametrize("law", ["linear", "root"])
def test_jumps_follow_a_known_ageing(law: str) -> None:
    # two entries: what ages, and what it takes the sodium from; a settling part beside them
    cycles = 120

    def aged(n: int, now: float) -> float:
        return now + (0.3 if law == "linear" else 2.0 * (np.sqrt(n + 1.0) - np.sqrt(n)))

    jumper = Jumper(cycles, 2e-3)
    jumper.ages = np.array([True, False, False])
    state, cycle, simulated = np.array([0.0, 200.0, 5.0]), 0, 0
    while cycle < cycles:
        before = state[0]
        now = aged(cycle, before) if law == "linear" else before + 2.0**2 / (2.0 * max(before, 0.2) + 4.0)
        state = np.array([now, state[1] - (now - before), 0.25 * state[2]])
        cycle, simulated = cycle + 1, simulated + 1
        move = jumper.next(cycle, state, state[1], state[0])
        cycle, state = move.cycle, move.state
        assert state[0] + state[1] == pytest.approx(200.0, abs=1e-9)
    exact = 0.0
    for n in range(cycles):
        exact = aged(n, exact) if law == "linear" else exact + 2.0**2 / (2.0 * max(exact, 0.2) + 4.0)
    assert simulated < 0.6 * cycles
    assert state[1] == pytest.approx(200.0 - exact, rel=5e-3)
    if law == "linear":
        assert state[0] == pytest.approx(exact, abs=1e-6)


def test_a_jump_is_taken_back_where_ageing_turns() -> None:
    jumper = Jumper(400, 2e-3)
    jumper.ages = np.array([True])
    taken_back = False
    state, cycle, furthest = np.zeros(1), 0, 0
    while cycle < 400:
        rate = 0.1 if cycle < 60 else 5.0
        state, cycle = state + rate, cycle + 1
        capacity = 300.0 - state[0]
        move = jumper.next(cycle, state, capacity, float(state[0]))
        taken_back |= move.keep < cycle and cycle > FIRST_CYCLES
        cycle, state = move.cycle, move.state
        furthest = max(furthest, cycle)
        if state[0] > 200.0:
            break
    assert taken_back
