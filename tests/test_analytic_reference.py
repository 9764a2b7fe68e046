"""Overpotential parts with known answers, and the reference electrode against PyBaMM's own."""

import numpy as np
import pybamm
import pytest

import napore
from napore.cells import Cell
from napore.experiments import Overpotentials, read_overpotentials
from napore.experiments.reference import POTENTIAL, _with_reference


def discharged(cell: Cell, rate: float, seconds: float = 1200.0) -> tuple[pybamm.Solution, Overpotentials]:
    step = pybamm.step.c_rate(cell.first_sign * rate, duration=seconds)
    solution = cell.simulation(pybamm.Experiment([step])).solve(calc_esoh=False)
    return solution, read_overpotentials(cell, solution.cycles[0].steps)


def test_foil_and_contact_follow_butler_volmer_and_ohm() -> None:
    cell = napore.half_cell("fjh", "SPM", {"contact resistance": "true"}, {"Contact resistance [Ohm]": 3.0})
    _, split = discharged(cell, 1.0)
    current = cell.one_C_current
    assert split.parts["contact"] == pytest.approx(-3.0 * current, rel=1e-6)
    i0 = cell.number("Sodium metal reference exchange-current density [A.m-2]")
    expected = -2.0 * 8.314462618 * 298.15 / 96485.33212 * np.arcsinh(current / cell.area / (2.0 * i0))
    assert split.parts["foil_kinetics"] == pytest.approx(expected, rel=1e-4)


def test_filling_vanishes_where_pores_follow_at_once_and_is_no_part_elsewhere() -> None:
    quick = {
        "Carbon electrode pore median filling rate [s-1]": 1.0,
        "Carbon electrode pore filling rate spread [decades]": 0.01,
        "Carbon electrode strong site median exchange rate [s-1]": 1.0,
        "Carbon electrode strong site exchange rate standard deviation [decades]": 0.01,
    }
    _, split = discharged(napore.half_cell("fjh", "SPM", parameters=quick), 0.05, 3600.0)
    late = split.time_s > 1800.0
    assert np.max(np.abs(split.parts["carbon_filling"][late])) < 1e-3
    _, equilibrium = discharged(napore.half_cell("fjh", "SPM", {"sodium storage": "equilibrium"}), 0.05)
    assert "carbon_filling" not in equilibrium.parts


@pytest.mark.parametrize("position", [0.0, 0.275, 0.5, 1.0])
def test_potential_at_the_reference_is_linear_between_the_volumes(position: float) -> None:
    cell = napore.half_cell("fjh", model="SPMe")
    model = _with_reference(cell, position)
    theirs = cell.model.new_copy()
    theirs.insert_reference_electrode()
    step = pybamm.step.c_rate(5.0, duration=200.0)
    solutions = [
        pybamm.Simulation(
            m,
            experiment=pybamm.Experiment([step]),
            parameter_values=cell.parameter_values,
            solver=pybamm.IDAKLUSolver(rtol=1e-5, atol=1e-6),
        ).solve(calc_esoh=False)
        for m in (model, theirs)
    ]
    at = np.linspace(20.0, 190.0, 5)
    found = solutions[0][POTENTIAL](at)
    potential = solutions[0]["Separator electrolyte potential [V]"]
    foil = solutions[0]["Lithium metal interface electrolyte potential [V]"](at)
    start, width = (cell.number(f"{p} thickness [m]") for p in ("Negative electrode", "Separator"))
    place = foil if position == 0.0 else potential(t=at, x=start + position * width)
    working = solutions[0]["X-averaged positive electrode potential [V]"](at)
    assert found == pytest.approx(working - place, abs=2e-4)
    if position == 0.5:  # within half a volume of PyBaMM's, which takes the nearest
        assert found == pytest.approx(solutions[1][POTENTIAL](at), abs=1e-3)


def test_terminal_voltage_is_what_the_foil_counts_from() -> None:
    cell = napore.half_cell("fjh", model="SPMe")
    against_foil = napore.reference_test(cell, [2.0], None, cycles=2)
    plain = napore.rate_test(cell, [2.0], cycles=2)
    assert against_foil.points[0].capacity_mAh_g == pytest.approx(plain.points[0].capacity_mAh_g, abs=0.05)
    pair = against_foil.halves[0]
    assert pair is not None
    assert pair[0].potential_V == pytest.approx(pair[0].overpotentials.voltage_V, abs=1e-9)
