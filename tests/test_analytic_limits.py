"""Limits and meshes: what the models must come to."""

from collections.abc import Callable

import numpy as np
import pybamm
import pytest

from napore.cells import Cell, half_cell
from napore.parameters.sets import load_set
from napore.validation.verification.finding import Finding, table
from napore.validation.verification.finer import pulses
from napore.validation.verification.impedance import consistent_guess, sine_against_impedance
from napore.validation.verification.limits import (
    SLOW,
    equilibrium_limit,
    single_is_pybamm,
    slow_limit,
    transport_limit,
)
from napore.validation.verification.mesh import (
    default_mesh,
    electrolyte_loss,
    order_in_electrode,
    order_in_radius,
)
from napore.validation.verification.problems import FINER


def check(found: list[Finding]) -> None:
    assert all(finding.met for finding in found), "\n" + table(found)


@pytest.mark.parametrize("model", ["SPM", "SPMe", "DFN"])
def test_single_is_pybamm_itself(model: str) -> None:
    check(single_is_pybamm(model))


def test_kinetic_comes_to_equilibrium() -> None:
    check(equilibrium_limit())


def test_dfn_comes_to_the_spm() -> None:
    check(transport_limit())


def test_slow_limit_of_the_sinh_law() -> None:
    check(slow_limit("SPM", "sinh"))


def test_slow_limit_of_the_default_law() -> None:
    fast, slow = slow_limit("SPM", "relaxation"), slow_limit("SPM", "relaxation", 0.1 * SLOW)
    check(fast)
    # the lag of the slowest class is linear in the current
    assert 5.0 < fast[0].found / slow[0].found < 15.0


@pytest.mark.slow
def test_slow_limit_of_the_dfn() -> None:
    check(slow_limit("DFN", "sinh"))
    check(slow_limit("DFN", "relaxation")[1:])


def test_order_in_the_particle_is_two() -> None:
    check(order_in_radius())


@pytest.mark.slow
@pytest.mark.parametrize("problem", [order_in_electrode, electrolyte_loss])
def test_order_in_the_electrolyte(problem: Callable[[], list[Finding]]) -> None:
    check(problem())


@pytest.mark.parametrize("rate", [0.02, 5.0])
@pytest.mark.parametrize("model", ["SPM", "SPMe"])
def test_default_mesh_is_fine_enough(model: str, rate: float) -> None:
    check(default_mesh(model, rate))


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.02, 5.0])
def test_default_mesh_of_the_dfn_is_fine_enough(rate: float) -> None:
    check(default_mesh("DFN", rate))


def test_pulses_are_those_of_a_finer_mesh() -> None:
    check(pulses("fjh", "SPMe"))


@pytest.mark.slow
@pytest.mark.parametrize("problem", FINER)
def test_experiments_are_those_of_a_finer_mesh(problem: Callable[[str, str], list[Finding]]) -> None:
    for case in FINER[problem]:
        check(problem(*case))


def test_separator_and_electrode_resist_in_series() -> None:
    # drop of potential between the two middle volumes at the edge, at rest of the salt: Ohm's law
    cell = half_cell("fjh", "DFN")
    cell.parameter_values.update({"Electrolyte conductivity [S.m-1]": 0.9, "Thermodynamic factor": 1e-9})
    current = cell.one_C_current
    solution = cell.simulation(pybamm.Experiment([pybamm.step.current(current, duration=60)])).solve()
    potential = solution["Electrolyte potential [V]"].data[:, -1]
    drop, points = 0.0, cell.model.default_var_pts
    for name in ("Separator", "Positive electrode"):
        efficiency = cell.number(f"{name} porosity") ** cell.number(
            f"{name} Bruggeman coefficient (electrolyte)"
        )
        half = cell.number(f"{name} thickness [m]") / (2 * points["x_s" if name == "Separator" else "x_p"])
        drop += current / cell.area * half / 0.9 / efficiency
    edge = points["x_s"]
    assert potential[edge - 1] - potential[edge] == pytest.approx(drop, rel=1e-3)


@pytest.mark.parametrize("temperature", [273.15, 298.15, 323.15])
@pytest.mark.parametrize("stoichiometry", [0.05, 0.3, 0.8])
def test_guess_of_an_impedance_is_a_state_of_rest(stoichiometry: float, temperature: float) -> None:
    check(consistent_guess("SPM", stoichiometry, temperature))


def test_guess_of_the_dfn_is_a_state_of_rest() -> None:
    check(consistent_guess("DFN", 0.3, 273.15))


@pytest.mark.parametrize("frequency", [100.0, 1.0, 1e-2])
def test_impedance_is_that_of_a_small_sine(frequency: float) -> None:
    check(sine_against_impedance("DFN", 0.5, frequency))


def voltage(cell: Cell) -> np.ndarray:
    steps = [pybamm.step.current(cell.one_C_current, duration=1800)]
    solution = cell.simulation(pybamm.Experiment(steps)).solve()
    return np.asarray(solution["Voltage [V]"](np.linspace(10.0, 1790.0, 40)))


def test_equal_classes_are_one_class() -> None:
    # classes of one radius and one rate, against one of them alone
    alike = {
        "Carbon electrode pore filling rate spread [decades]": 0.0,
        "Carbon electrode pore radius spread": 0.0,
        "Carbon electrode large pore median radius [m]": load_set("fjh").numbers[
            "Carbon electrode pore median radius [m]"
        ],
    }
    cell = half_cell("fjh", "SPM", parameters=alike, allow_unusual=True)
    rates = {
        cell.number(f"Positive electrode pore class {k + 1} filling rate [s-1]")
        for k in range(cell.pore_classes)
    }
    assert len(rates) == 1
    many = voltage(cell)
    # all but one class without capacity
    for k in range(1, cell.pore_classes):
        cell.parameter_values[f"Positive electrode pore class {k + 1} capacity share"] = 1e-9
    assert np.abs(voltage(cell) - many).max() < 1e-4


def test_narrow_distribution_of_sizes_is_one_size() -> None:
    one = voltage(half_cell("fjh", "SPM").finer())
    errors = []
    for spread in (0.02, 0.3):
        cell = half_cell(
            "fjh",
            "SPM",
            {"particle size": "distribution"},
            {"Carbon particle size standard deviation": spread},
        )
        # so narrow a distribution is one bin of sizes, whose middle is nearer with more of them; beside sizes
        # there are a third fewer shells
        errors.append(float(np.abs(voltage(cell.finer()) - one).max()))
    assert errors[0] < 2e-4
    assert 3 * errors[0] < errors[1] < 5e-3


def test_sizes_conserve_sodium() -> None:
    cell = half_cell("fjh", "SPM", {"particle size": "distribution"})
    current = cell.one_C_current
    steps = [pybamm.step.current(current, duration=1200), pybamm.step.current(-2 * current, duration=300)]
    solution = cell.simulation(pybamm.Experiment([tuple(steps)])).solve()
    sodium = solution["Total sodium in positive electrode [mol]"].data
    passed = current * (1200 - 600) / 96485.33212
    assert sodium[-1] - sodium[0] == pytest.approx(passed, rel=1e-7)
