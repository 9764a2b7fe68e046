"""A carbon is neither overfilled nor overdrawn: occupancies, ends of steps and their names, no jumps."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pybamm
import pytest

import napore
from napore.cells import Cell, half_cell
from napore.experiments import energy_test, rate_test
from napore.experiments.curves import HalfCycle
from napore.full_cells import full_cell
from napore.models import CARBON_EMPTY, CARBON_FULL, TOO_WARM, going_on
from napore.models.events import carbon_events
from napore.validation.bench import Bench
from napore.validation.claims import validate

FULL = "no site of the carbon is free"
CC_CV = ("Charge at 1C until 4.2 V", "Hold at 4.2 V for 1 hour")
HALF_CC_CV = ("Discharge at 1C until -0.3 V", "Hold at -0.3 V for 1 hour")
OCCUPANCY = re.compile(r"occupancy( distribution)?$|(pore class \d|pore|trap) filling$")


def small(model: str = "SPM", **options: Any) -> Cell:
    """Full cell with too little carbon: it is full before the cell reaches 4 V."""
    changed = {"Upper voltage cut-off [V]": 4.2}
    return full_cell("tf", model=model, mass_ratio=0.25, parameters=changed, options=options)


def deep(model: str = "SPM", **options: Any) -> Cell:
    """Half cell with a cut-off so far below 0 V that no site of the carbon is free before it."""
    return half_cell("fjh", model, options, {"Lower voltage cut-off [V]": -0.5}, allow_unusual=True)


def weak(model: str = "SPM") -> Cell:
    """Half cell of a carbon without strongest sites: it is empty before the cell reaches 3 V."""
    numbers = {"Carbon electrode adsorption tail [V]": 0.3}
    return half_cell("fjh", model, {"adsorption law": "mean field"}, numbers)


def assert_inside(cell: Cell, solution: pybamm.Solution) -> None:
    """No place, mean or surface is filled below zero or above one."""
    domain = str(cell.carbon_domain)
    names = [name for name in cell.model.variables if OCCUPANCY.search(name) and domain in name.lower()]
    assert len(names) > 6
    for name in names:
        entries = solution[name].entries
        assert entries.min() >= -1e-6, name
        assert entries.max() <= 1.0 + 1e-6, name


def run(cell: Cell, *steps: str) -> pybamm.Solution:
    """Plain PyBaMM."""
    return cell.simulation(pybamm.Experiment([steps])).solve(calc_esoh=False)


def follow(cell: Cell, current: Callable[[Any], Any]) -> pybamm.Solution:
    """Plain PyBaMM with a current [C] as a function of time."""
    values = cell.parameter_values.copy()
    values["Current function [A]"] = lambda t: cell.one_C_current * current(t)
    simulation = pybamm.Simulation(cell.model, parameter_values=values, solver=cell.model.default_solver)
    return simulation.solve([0.0, 20000.0])


def largest_step(half: HalfCycle) -> float:
    """Largest change of the voltage between neighbouring points after the first second [V]."""
    later = half.voltage_V[half.time_s > 1.0]
    return float(np.abs(np.diff(later)).max())


@pytest.mark.parametrize("rate", [0.0, 1e-9, 1e-6, 1e-4, 0.01, 10.0])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_no_current_lets_a_surface_beyond_its_sites(rate: float, sign: float) -> None:
    def left(taken: float) -> list[float]:
        name = "Positive particle surface adsorbed occupancy"
        variables = {name: pybamm.Scalar(taken), "C-rate": pybamm.Scalar(sign * rate)}
        return [float(event.expression.evaluate()) for event in carbon_events("positive", variables)]

    if sign > 0.0 or rate == 0.0:
        assert min(left(1.0 + 1e-6)) < 0.0
    else:  # what gives sodium is not being filled
        assert min(left(1.0)) > 0.0
    assert min(left(-1.1e-6)) < 0.0
    assert min(left(0.5)) > 0.0


@pytest.mark.parametrize("steps", [CC_CV[:1], CC_CV, ("Charge at 1 mW until 4.2 V",)])
def test_charge_of_plain_pybamm_ends_where_the_carbon_is_full(steps: tuple[str, ...]) -> None:
    cell = small()
    solution = run(cell, *steps)
    assert solution.termination == f"event: {CARBON_FULL}"
    assert_inside(cell, solution)
    assert solution["Voltage [V]"].entries[-1] < 3.8


def test_hold_of_plain_pybamm_ends_where_the_carbon_is_full() -> None:
    cell = deep()
    solution = run(cell, "Discharge at 0.2C until -0.06 V", "Hold at -0.15 V for 10 hours")
    assert [step.termination for step in solution.cycles[0].steps][1] == f"event: {CARBON_FULL}"
    assert_inside(cell, solution)


@pytest.mark.parametrize(
    "current",
    [
        lambda t: -0.2 - 8.0 * (t > 7600.0),
        lambda t: -0.3 - 3.0 * pybamm.sin(t / 20.0),
        lambda t: -1.0 * (t < 3000.0) - 1e-4 * (t >= 3000.0),
    ],
)
def test_driven_carbon_ends_where_it_is_full(current: Callable[[Any], Any]) -> None:
    cell = small()
    solution = follow(cell, current)
    assert_inside(cell, solution)
    assert solution.termination in (f"event: {CARBON_FULL}", "final time")
    assert solution.termination != "final time" or solution["Voltage [V]"].entries[-1] < 3.7


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("SPM", {"sodium storage": "equilibrium"}),
        ("SPM", {"particle size": "distribution"}),
        ("SPM", {"pore filling": "sinh"}),
        pytest.param("SPMe", {}, marks=pytest.mark.slow),
        pytest.param("DFN", {}, marks=pytest.mark.slow),
        pytest.param("DFN", {"sodium storage": "equilibrium"}, marks=pytest.mark.slow),
    ],
)
def test_every_law_of_storage_ends_where_the_carbon_is_full(model: str, options: dict[str, str]) -> None:
    cell = deep(model, **options)
    solution = run(cell, *HALF_CC_CV)
    assert solution.termination == f"event: {CARBON_FULL}"
    assert_inside(cell, solution)


def test_carbon_that_traps_ends_where_it_is_full() -> None:
    cell = deep(**{"sodium trapping": "true"})
    cell.parameter_values.update(
        {
            "Positive electrode trap capacity fraction": 0.05,
            "Positive electrode trapping rate [s-1]": 1e-3,
        },
        check_already_exists=False,
    )
    solution = run(cell, *HALF_CC_CV)
    assert solution.termination == f"event: {CARBON_FULL}"
    assert_inside(cell, solution)


def test_fullest_place_of_the_electrode_ends_the_charge() -> None:
    cell = small("DFN")
    solution = run(cell, "Charge at 4C until 4.2 V")
    surface = solution["Negative particle surface adsorbed occupancy"].entries[:, -1]
    assert solution.termination == f"event: {CARBON_FULL}"
    assert surface.max() == pytest.approx(1.0 - 1e-5, abs=1e-9)
    assert surface.argmax() == len(surface) - 1  # beside the separator
    assert surface.min() < surface.max()
    assert_inside(cell, solution)


@pytest.mark.parametrize("model", ["SPM", pytest.param("DFN", marks=pytest.mark.slow)])
def test_rest_and_discharge_begin_at_a_full_carbon(model: str) -> None:
    cell = small(model)
    slow_sites_too = "Hold at 2 V for 10 hours"
    discharges = ("Discharge at 0.001C for 1 minute", "Discharge at 1C until 2 V", slow_sites_too)
    steps = (CC_CV[0], "Rest for 10 minutes", *discharges)
    solution = run_on(cell, steps)
    charge, rest, slow, discharge, hold = solution.cycles[0].steps
    assert CARBON_FULL in charge.termination
    assert [rest.termination, slow.termination] == ["final time", "final time"]
    passed = "Discharge capacity [A.h]"
    returned = hold[passed].entries[-1] - discharge[passed].entries[0]
    assert returned == pytest.approx(float(-charge[passed].entries[-1]), rel=0.01)
    assert_inside(cell, solution)


def run_on(cell: Cell, steps: tuple[str, ...]) -> Any:
    """PyBaMM's experiment, which goes on where the carbon is full or empty."""
    model = going_on(cell.model)
    return replace(cell, model=model).simulation(pybamm.Experiment([steps])).solve(calc_esoh=False)


@pytest.mark.parametrize("model", ["SPM", pytest.param("DFN", marks=pytest.mark.slow)])
def test_empty_carbon_ends_a_desodiation_and_can_be_filled_again(model: str) -> None:
    cell = weak(model)
    down, up = "Discharge at 1C until 0.01 V", "Charge at 1C until 3 V"
    solution = run(cell, down, up)
    assert solution.termination == f"event: {CARBON_EMPTY}"
    assert_inside(cell, solution)
    again = run_on(cell, (down, up, "Rest for 10 minutes", down))
    assert "0.01 [V]" in again.termination
    assert_inside(cell, again)


def test_charge_that_fills_the_carbon_counts_and_has_no_jump() -> None:
    cell = full_cell("fjh", model="SPM", mass_ratio=0.25)
    test = rate_test(cell, 0.5, cycles=1)
    assert test.points[0].status == "ok"
    cycle = test.cycles[0]
    assert cycle is not None
    assert cycle.plating_margin_V is not None
    assert cycle.plating_margin_V < 0.0
    assert largest_step(cycle.first) < 0.02 > largest_step(cycle.second)
    assert energy_test(cell, 0.5, cycles=1).points[0].flags == ("plating",)


@pytest.mark.parametrize(
    ("carbon", "ratio", "model"),
    [("fjh", 0.25, "SPM"), ("tf", 0.2, "SPM"), pytest.param("tf", 0.25, "DFN", marks=pytest.mark.slow)],
)
def test_hold_that_the_carbon_cannot_take_is_a_status(carbon: str, ratio: float, model: str) -> None:
    cell = full_cell(carbon, model=model, mass_ratio=ratio)
    (point,) = rate_test(cell, 0.5, cycles=1, hold=0.02).points
    assert point.status.startswith(f"not finished: {FULL}")
    assert point.capacity_mAh_g is None


def test_no_hold_follows_a_current_that_the_carbon_ends() -> None:
    """The voltage is not reached: a hold would begin with a jump to it."""
    found = napore.hold(full_cell("tf", mass_ratio=0.2, model="SPM"), 4.0, 600.0)
    assert FULL in found.status
    assert len(found.time_s) == len(found.current_mA_g) == 0


def test_hold_of_a_half_cell_goes_on_to_its_current() -> None:
    cell = half_cell("fjh", "SPM")
    held, plain = (rate_test(cell, 1.0, cycles=1, hold=hold).table() for hold in (0.1, None))
    assert held["status"][0] == "ok"
    assert held["sodiation_capacity_mAh_g"][0] > plain["sodiation_capacity_mAh_g"][0] + 1.0


def test_every_experiment_names_a_full_carbon() -> None:
    cell, half = small(), deep()
    before = napore.hold(cell, 4.1, 600.0, rate=0.5)
    assert FULL in before.status
    assert max(before.time_s, default=0.0) < 1e-6  # full as the hold begins, or just before
    during = napore.hold(half, -0.12, 36000.0, rate=1.0)
    assert FULL in during.status
    assert during.capacity_mAh_g[-1] > 0.0
    driven = napore.drive(cell, ([0.0, 20000.0], [-0.5, -0.5]), unit="C")
    assert FULL in driven.status
    pulses = napore.pulse_test(cell, soc=[0.99], rate=1.0, duration=600.0, times=[1.0, 600.0])
    assert any(FULL in point.status for point in pulses.points)
    assert f"{FULL} before the lower cut-off of -0.5 V" in rate_test(half, 1.0, cycles=1).points[0].status
    (scan,) = napore.cv(half, [1.0], cycles=1).scans
    assert FULL in scan.status


def test_start_at_a_state_of_charge_is_not_overfilled() -> None:
    found = napore.pulse_test(small(), soc=[1.0], rate=1.0, duration=10.0, times=[1.0])
    by_direction = {point.direction: point.status for point in found.points}
    assert by_direction["discharge"] == "ok"
    assert FULL in by_direction["charge"]


def test_run_that_would_plate_does_not_count_for_a_claim() -> None:
    plated = {"fjh-nvp": {"Mass ratio of carbon to cathode": 0.25}}
    claims = validate("F02", bench=Bench("SPM", plated, brief=True)).claims
    assert [(claim.verdict, claim.simulated) for claim in claims] == [("not simulated", None)]
    assert "plating" in claims[0].reason
    assert validate("F02", bench=Bench("SPM", brief=True)).claims[0].verdict == "met"


@pytest.mark.parametrize("model", ["SPM", "DFN"])
def test_film_that_empties_a_desodiated_carbon_at_rest_ends_the_rest(model: str) -> None:
    cell = half_cell("fjh", model, {"SEI": ("none", "solvent-diffusion limited")})
    solution = run(cell, "Rest for 24 hours")
    assert solution.termination == f"event: {CARBON_EMPTY}"
    assert_inside(cell, solution)


def thick(model: str) -> Cell:
    """Full cell whose salt is used up at 3 C."""
    return full_cell("fjh", model=model, loading_mg_cm2=40.0)


def test_salt_that_is_used_up_ends_an_spme_by_name_and_not_a_dfn() -> None:
    found = rate_test(thick("SPMe"), 3.0, cycles=1).points[0]
    assert found.capacity_mAh_g is None
    assert found.status.startswith("not finished: the salt of the electrolyte is used up after")
    driven = napore.drive(thick("SPMe"), ([0.0, 500.0], [-3.0, -3.0]), unit="C")
    assert driven.status.startswith("cut-off: the salt of the electrolyte is used up after")
    assert driven.capacity_mAh_g[-1] < -1.0  # what was solved is kept
    assert rate_test(thick("DFN"), 3.0, cycles=1).points[0].status == "ok"


def test_a_jump_of_the_voltage_that_the_salt_does_not_follow_has_a_name() -> None:
    cell = half_cell("fjh", "SPMe", {"pore filling": "sinh"}, {"Separator thickness [m]": 3e-4})
    found = napore.hold(cell, 3.0, duration=60.0, rate=None, soc=0.9)
    assert found.status.startswith("cut-off: the salt of the electrolyte is used up after")
    assert len(found.current_mA_g) > 10


def test_a_cell_that_warms_itself_without_end_has_a_name_and_no_capacity() -> None:
    numbers = {"Total heat transfer coefficient [W.m-2.K-1]": 0.0, "Cell volume [m3]": 1e-11}
    cell = half_cell("fjh", "SPM", {"thermal": "lumped"}, numbers, allow_unusual=True)
    (point,) = rate_test(cell, 5.0, cycles=1).points
    assert point.status.startswith("not finished: the cell has warmed itself to 600 K after")
    assert point.capacity_mAh_g is None
    solution = run(cell, "Discharge at 5C until 0.01 V")
    assert solution.termination == f"event: {TOO_WARM}"
    assert solution["Cell temperature [K]"].entries.max() < 601.0
    driven = napore.drive(cell, ([0.0, 500.0], [5.0, 5.0]), unit="C")
    assert driven.status.startswith("cut-off: the cell has warmed itself to 600 K")


@pytest.mark.parametrize("filling", ["exchange", "relaxation"])
@pytest.mark.parametrize("carbon", ["fjh", "fjh-b"])
def test_a_hold_at_equilibrium_is_solved_to_the_full_carbon(carbon: str, filling: str) -> None:
    numbers = {"Lower voltage cut-off [V]": -0.5}
    options = {"sodium storage": "equilibrium", "pore filling": filling}
    cell = half_cell(carbon, "SPM", options, numbers, allow_unusual=True)
    solution = run(cell, "Discharge at 0.5C until -0.2 V", "Hold at -0.2 V for 1 hour")
    assert solution.termination == f"event: {CARBON_FULL}"
