"""Full cell against known answers: inventory, PyBaMM's own balance and its own model, masses."""

import numpy as np
import pybamm
import pytest

from napore.experiments import HalfCycle, energies, masses
from napore.full_cells import full_cell
from napore.models.insertion import TwoPhasePotential, insertion_exchange_current_density
from napore.parameters.balance import Side, balance

CAPACITY = "Cathode electrode usable specific capacity [mA.h.g-1]"
NVP = TwoPhasePotential(plateau=3.37, slope=0.01, rise=1.5, fall=1.8, end_width=0.004)


def test_two_phase_potential_is_flat_bounded_and_decreasing() -> None:
    y = np.linspace(-0.01, 1.01, 20001)
    U = np.asarray(NVP.potential(y))
    assert (np.diff(U) < 0.0).all()
    assert NVP.potential(0.0) == pytest.approx(3.37 + 1.5, abs=0.01)
    assert NVP.potential(1.0) == pytest.approx(3.37 - 1.8, abs=0.01)
    middle = (y > 0.05) & (y < 0.95)
    assert np.abs(U[middle] - 3.37).max() < 0.006


def test_exchange_current_is_the_reference_at_half_content_and_never_negative() -> None:
    assert insertion_exchange_current_density(0.5, 1000.0, 298.15, 0.3, 3e4) == pytest.approx(0.3, rel=1e-6)
    assert insertion_exchange_current_density(0.5, 250.0, 298.15, 0.3, 3e4) == pytest.approx(0.15, rel=1e-6)
    ends = insertion_exchange_current_density(np.array([-0.1, 0.0, 1.0, 1.1]), 1000.0, 298.15, 0.3, 3e4)
    assert (ends > 0.0).all()
    assert ends.max() < 0.01


def test_inventory_of_the_paper() -> None:
    cell = full_cell("anthracite-FJH", "NVP", mass_ratio=2 / 5, model="SPM", parameters={CAPACITY: 117.6})
    found = cell.balance
    assert found.first_cycle_loss_mAh_g_carbon == pytest.approx(341.0 * (1 / 0.878 - 1), rel=1e-9)
    assert found.inventory_mAh_g_cathode == pytest.approx(98.6, rel=0.005)
    assert full_cell("tf", model="SPM").balance.first_cycle_loss_mAh_g_carbon == pytest.approx(42.4, abs=0.05)


@pytest.mark.parametrize(("ratio", "presodiation"), [(0.3, 0.0), (0.4, 30.0), (0.55, 47.0)])
def test_inventory_is_that_of_the_cathode_less_loss_and_with_presodiation(
    ratio: float, presodiation: float
) -> None:
    found = full_cell(mass_ratio=ratio, presodiation_mAh_g=presodiation, model="SPM").balance
    expected = 115.0 - ratio * (found.first_cycle_loss_mAh_g_carbon - presodiation)
    assert found.inventory_mAh_g_cathode == pytest.approx(expected, rel=1e-9)
    assert found.mass_ratio == pytest.approx(ratio, rel=1e-9)
    (x_0, x_100), (y_0, y_100) = found.anode_window, found.cathode_window
    held = found.anode_capacity_mAh_cm2 * (x_100 - x_0)
    assert held == pytest.approx(found.cathode_capacity_mAh_cm2 * (y_0 - y_100), rel=1e-9)
    assert held == pytest.approx(found.capacity_mAh_g_cathode * 3.125e-3, rel=1e-9)


@pytest.mark.parametrize(("anode", "presodiation"), [("fjh", 0.0), ("tf", 0.0), ("fjh", 60.0)])
def test_balance_is_that_of_pybamm(anode: str, presodiation: float) -> None:
    cell = full_cell(anode, presodiation_mAh_g=presodiation, model="SPM")
    values, parameters = cell.parameter_values, pybamm.LithiumIonParameters()
    inputs = {
        "Q_n": float(values.evaluate(parameters.n.Q_init)),
        "Q_p": float(values.evaluate(parameters.p.Q_init)),
        "Q_Li": float(values.evaluate(parameters.Q_Li_particles_init)),
    }
    theirs = pybamm.lithium_ion.ElectrodeSOHSolver(values, parameters).solve(inputs)
    ours = cell.balance
    assert ours.anode_window == pytest.approx((theirs["x_0"], theirs["x_100"]), abs=1e-6)
    assert ours.cathode_window == pytest.approx((theirs["y_0"], theirs["y_100"]), abs=1e-6)
    assert ours.n_p_ratio == pytest.approx(theirs["NPR"], rel=1e-9)
    assert 1e-3 * ours.capacity_mAh_g_cathode * 1e3 * cell.cathode_mass == pytest.approx(
        theirs["Q"], rel=1e-6
    )


def test_start_is_at_the_lower_cut_off() -> None:
    cell, rest = full_cell(model="SPM"), pybamm.Experiment(["Rest for 1 minute"])
    assert cell.simulation(rest).solve(calc_esoh=False)["Voltage [V]"].entries[0] == pytest.approx(
        2.0, abs=1e-3
    )


def test_limiting_electrodes() -> None:
    starved = full_cell(mass_ratio=0.22, model="SPM").balance
    assert starved.charge_limited_by == "anode"
    assert starved.anode_potential_charged_V < 0.0
    usual = full_cell(model="SPM").balance
    assert (usual.charge_limited_by, usual.discharge_limited_by) == ("cathode", "anode")
    rich = full_cell(presodiation_mAh_g=80.0, model="SPM").balance
    assert rich.discharge_limited_by == "cathode"


def test_balance_of_two_straight_lines() -> None:
    anode = Side("anode", 1.0, 2.0, lambda x: 1.0 - x)
    cathode = Side("cathode", 2.0, 2.0, lambda y: 4.0 - y)
    found = balance(anode, cathode, (2.2, 3.2), inventory=2.0)
    # x + y = 1, so U = 3 - y + x = 2 + 2 x
    assert found.anode_window == pytest.approx((0.1, 0.6), abs=1e-12)
    assert found.cathode_window == pytest.approx((0.9, 0.4), abs=1e-12)
    assert found.capacity_mAh_g_cathode == pytest.approx(0.5)


Pair = list[tuple[pybamm.Simulation, float]]


@pytest.fixture(scope="module")
def pair() -> Pair:
    """Both models, built once for every current, and the current of 1 C of each [A]."""
    cell = full_cell("Chayambuka2022", "Chayambuka2022", model="DFN")
    own = pybamm.ParameterValues("Chayambuka2022")
    ours = cell.parameter_values.copy()
    charged = [f"Initial concentration in {side} electrode [mol.m-3]" for side in ("negative", "positive")]
    ours.update({name: own[name] for name in charged})
    theirs = pybamm.sodium_ion.BasicDFN()
    mesh = {"var_pts": theirs.default_var_pts, "submesh_types": theirs.default_submesh_types}
    made = []
    for model, values in ((cell.model, ours), (theirs, own)):
        capacity = float(values.evaluate(pybamm.Parameter("Nominal cell capacity [A.h]")))
        values["Current function [A]"] = "[input]"
        solver = pybamm.IDAKLUSolver(rtol=1e-6, atol=1e-8)
        made.append((pybamm.Simulation(model, parameter_values=values, solver=solver, **mesh), capacity))
    return made


@pytest.mark.filterwarnings("ignore:While solving")
@pytest.mark.parametrize("rate", [0.1, 0.5, 1.0, 1.4])
def test_pair_of_pybamm_is_its_own_model(pair: Pair, rate: float) -> None:
    span = [0, 1.2 * 3600 / rate]
    solutions = [one.solve(span, inputs={"Current function [A]": rate * one_C}) for one, one_C in pair]
    end = min(float(solution.t[-1]) for solution in solutions)
    assert end > 0.4 * 3600 / rate
    times = np.linspace(0.0, 0.999 * end, 300)
    one, other = (solution["Voltage [V]"](times) for solution in solutions)
    assert np.abs(one - other).max() < 1e-3


def test_masses_of_the_stack() -> None:
    cell = full_cell(model="SPM")
    mass = masses(cell)
    assert 100 * mass.carbon == pytest.approx(1.25)
    assert 100 * mass.cathode == pytest.approx(3.125)
    assert mass.coatings == pytest.approx(0.0125 / 0.92 + 0.03125 / 0.90, rel=1e-9)
    assert mass.foils == pytest.approx(10e-6 * 8960.0 + 15e-6 * 2700.0)
    assert mass.active < mass.coatings < mass.stack


def test_energy_of_a_straight_discharge() -> None:
    cell = full_cell(model="SPM")
    charge, none = np.linspace(0.0, 90.0, 50), np.zeros(50)
    half = HalfCycle("discharge", charge, charge, 3.5 - charge / 90.0, none, none)
    found = energies(cell, half)
    assert found.mean_voltage_V == pytest.approx(3.0)
    assert found.energy_Wh_kg_active == pytest.approx(90.0 * 3.0 * 5 / 7)
    mass = masses(cell)
    assert found.energy_Wh_kg_stack == pytest.approx(270.0 * mass.cathode / mass.stack)
