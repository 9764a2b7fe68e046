"""Heat: what storage in a carbon releases is in every total, and energy is conserved with it."""

import pickle
from typing import Any

import casadi
import numpy as np
import pybamm
import pytest

from napore.cells import Cell, half_cell
from napore.full_cells import load_cell

MEAN_FIELD = {"adsorption law": "mean field"}
ASKED = {"calculate heat source for isothermal models": "true"}
WATTS = "Total heating [W]"
PARTS = (
    "Ohmic heating [W]",
    "Irreversible electrochemical heating [W]",
    "Reversible heating [W]",
    "Heat of mixing [W]",
    "Hysteresis electrochemical heating [W]",
    "Pore filling irreversible heating [W]",
    "Pore filling reversible heating [W]",
)


def solve(cell: Cell, minutes: float = 40.0, rest: float = 10.0) -> Any:
    """The first half cycle at 1 C from the cell's start, then a rest."""
    current = cell.first_sign * cell.one_C_current
    steps = (pybamm.step.current(current, duration=60 * minutes), pybamm.step.rest(60 * rest))
    solver = pybamm.IDAKLUSolver(rtol=1e-9, atol=1e-11)
    return cell.simulation(pybamm.Experiment([steps]), solver=solver).solve(calc_esoh=False)


@pytest.mark.parametrize("name", ["fjh", "fjh-nvp"])
@pytest.mark.parametrize("model", ["SPM", "SPMe", pytest.param("DFN", marks=pytest.mark.slow)])
def test_total_is_the_sum_of_its_parts_and_filling_always_dissipates(name: str, model: str) -> None:
    solution = solve(load_cell(name, model, {**ASKED, "heat of mixing": "true"}))
    total = solution[WATTS].data
    assert np.abs(total - sum(solution[part].data for part in PARTS)).max() < 1e-9 * np.abs(total).max()
    lost = solution["Pore filling irreversible heating [W]"].data
    assert lost.min() > -1e-5 * np.abs(total).max()
    assert lost.max() > 0.005 * np.abs(total).max()
    assert np.ptp(solution["Pore filling reversible heating [W]"].data) > 0.0
    volume = solution["Cell thermal volume [m3]"].data
    assert np.allclose(solution["Volume-averaged total heating [W.m-3]"].data * volume, total, rtol=1e-9)


@pytest.mark.parametrize("rate", [0.1, 1.0])
def test_heat_that_is_asked_for_is_not_the_noise_of_fast_pores(rate: float) -> None:
    cell = half_cell("fjh", "SPM", ASKED)
    current = cell.first_sign * rate * cell.one_C_current
    found = []
    for solver in (None, pybamm.IDAKLUSolver(rtol=1e-12, atol=1e-13)):
        step = pybamm.step.current(current, duration=2400.0 / rate)
        solution = cell.simulation(pybamm.Experiment([step]), solver=solver).solve(calc_esoh=False)
        found.append((solution.t, solution[WATTS].entries))
    (t, heat), (times, exact) = found
    largest = np.abs(exact).max()
    assert np.abs(heat[2:] - np.interp(t[2:], times, exact)).max() < 0.15 * largest
    lost, all_lost = np.trapezoid(heat, t), np.trapezoid(exact, times)
    assert lost == pytest.approx(all_lost, rel=5e-3)


def test_own_heat_is_there_over_the_electrode() -> None:
    solution = solve(half_cell("fjh", "SPMe", ASKED))
    local = solution["Pore filling irreversible heating [W.m-3]"].data
    assert local.shape[0] > 1
    assert (np.abs(local).max(axis=1) > 0.0).any()


def test_storage_of_pybamm_has_no_heat_of_filling() -> None:
    cell = half_cell("fjh", "SPM", {**ASKED, "sodium storage": "single"})
    assert not any("filling" in name for name in cell.model.variables)


def test_heat_of_equilibrium_storage_is_that_of_fast_filling() -> None:
    fast = {
        "Carbon electrode pore median filling rate [s-1]": 1.0,
        "Carbon electrode pore filling rate spread [decades]": 0.0,
    }
    found = []
    for storage, parameters in (("kinetic", fast), ("equilibrium", {})):
        options = {**ASKED, **MEAN_FIELD, "sodium storage": storage}  # no strong sites, whose exchange lags
        solution = solve(half_cell("fjh", "SPM", options, parameters), 50.0)
        times = np.linspace(60.0, 2940.0, 60)
        found.append(solution[WATTS](times))
    assert np.abs(found[0] - found[1]).max() < 0.02 * np.abs(found[0]).max()


def test_a_model_with_heat_can_be_pickled() -> None:
    model = half_cell("fjh", "SPM", {"thermal": "lumped"}).model
    again = pickle.loads(pickle.dumps(model))
    assert type(again.submodels["thermal"]) is type(model.submodels["thermal"])


def test_mixing_needs_one_size() -> None:
    for sizes in ("distribution", ("distribution", "single")):
        with pytest.raises((pybamm.OptionError, NotImplementedError), match=r"[Hh]eat of mixing"):
            load_cell(
                "fjh" if sizes == "distribution" else "fjh-nvp",
                "SPM",
                {**ASKED, "heat of mixing": "true", "particle size": sizes},
            )


@pytest.mark.parametrize("name", ["fjh", "fjh-nvp"])
@pytest.mark.parametrize("model", ["SPM", "SPMe", pytest.param("DFN", marks=pytest.mark.slow)])
def test_cooled_without_limit_a_lumped_cell_is_isothermal(name: str, model: str) -> None:
    cooled = {"Total heat transfer coefficient [W.m-2.K-1]": 1e9}
    voltages = []
    for options, parameters in (({}, {}), ({"thermal": "lumped"}, cooled)):
        cell = load_cell(name, model, options, parameters, allow_unusual=True)
        solution = solve(cell, 20.0)
        voltages.append(solution["Voltage [V]"](np.linspace(1.0, 1800.0, 60)))
    assert np.abs(voltages[0] - voltages[1]).max() < 2e-5


def without_casing(name: str, model: str) -> Cell:
    """Cell of its own volume that gives off no heat, so that it warms."""
    cell = load_cell(name, model, {"thermal": "lumped"}, {"Total heat transfer coefficient [W.m-2.K-1]": 0.0})
    values = cell.parameter_values
    thickness = float(values.evaluate(pybamm.LithiumIonParameters().L))
    values["Cell volume [m3]"] = thickness * cell.area
    return cell


@pytest.mark.parametrize("name", ["fjh", "fjh-nvp"])
@pytest.mark.parametrize("model", ["SPM", pytest.param("DFN", marks=pytest.mark.slow)])
def test_adiabatic_change_of_temperature_is_heat_over_heat_capacity(name: str, model: str) -> None:
    # where little is lost, the entropy of filling cools it
    cell = without_casing(name, model)
    solution = solve(cell, 30.0, 1.0)
    t = np.linspace(0.0, float(solution.t[-1]), 20001)
    T = solution["Volume-averaged cell temperature [K]"](t)
    capacity = solution["Volume-averaged effective heat capacity [J.K-1.m-3]"](t)
    warming = solution["Volume-averaged total heating [W.m-3]"](t) / capacity
    expected = np.concatenate([[0.0], np.cumsum(0.5 * (warming[1:] + warming[:-1]) * np.diff(t))])
    assert np.ptp(T) > 1e-3
    assert np.abs(T - T[0] - expected).max() < 0.01 * np.ptp(T)


def test_derivatives_with_the_balance_of_heat_apart_are_those_of_the_whole() -> None:
    simulation = half_cell("fjh", "SPM", {"thermal": "lumped", **MEAN_FIELD}).simulation()
    simulation.build()
    model = simulation.built_model
    t, y = casadi.MX.sym("t"), casadi.MX.sym("y", model.len_rhs_and_alg)
    equations = model.concatenated_rhs.to_casadi(t, y)
    apart, whole = (
        casadi.Function("derivatives", [t, y], [made])
        for made in (model.build_casadi_jacobian(equations, y), casadi.jacobian(equations, y))
    )
    start = model.concatenated_initial_conditions.evaluate() + 0.01
    assert apart.sparsity_out(0) == whole.sparsity_out(0)
    assert np.allclose(apart(0, start), whole(0, start), rtol=1e-12, atol=0)
    # some hundred sweeps less
    assert apart.n_instructions() < 0.5 * whole.n_instructions()


@pytest.mark.parametrize("name", ["fjh", "fjh-b", "fjh-nvp"])
def test_default_tolerances_are_close_enough_for_heat(name: str) -> None:
    """Not so those of a model without heat: classes that fill fast make their heat noise."""
    cell = without_casing(name, "SPM")
    current = cell.first_sign * cell.one_C_current
    experiment = pybamm.Experiment([pybamm.step.current(current, duration=1800)])
    warming = []
    for solver in (cell.model.default_solver, pybamm.IDAKLUSolver(rtol=1e-10, atol=1e-11)):
        simulation = cell.simulation(experiment, solver=solver)
        T = simulation.solve(calc_esoh=False)["Volume-averaged cell temperature [K]"].data
        warming.append(T[-1] - T[0])
    assert warming[0] == pytest.approx(warming[1], abs=1e-3)
    plain = load_cell(name, "SPM").model.default_solver
    assert (plain.rtol, plain.atol) == (1e-6, 5e-6)


@pytest.mark.parametrize("name", ["fjh", "fjh-nvp"])
@pytest.mark.parametrize("celsius", [-20.0, 50.0])
@pytest.mark.parametrize("options", [{}, {"thermal": "lumped"}], ids=str)
def test_start_at_another_temperature_is_equilibrium_at_the_cut_off(
    name: str, celsius: float, options: dict[str, Any]
) -> None:
    given = {"Ambient temperature [K]": 273.15 + celsius}
    if options:
        given["Initial temperature [K]"] = 273.15 + celsius
    cell = load_cell(name, "SPM", options, given)
    rest = pybamm.Experiment([pybamm.step.rest(3600)])
    voltage = cell.simulation(rest).solve(calc_esoh=False)["Voltage [V]"].data
    end = cell.cut_offs[1] if cell.kind == "carbon" else cell.cut_offs[0]
    assert voltage[0] == pytest.approx(end, abs=2e-3)
    assert np.ptp(voltage) < 1e-5


def test_an_isothermal_cell_has_no_initial_temperature_of_its_own() -> None:
    for name in ("fjh", "nvp", "fjh-nvp"):
        with pytest.raises(ValueError, match="'Ambient temperature"):
            load_cell(name, "SPM", parameters={"Initial temperature [K]": 273.15})


def test_heat_is_finite_where_pores_are_full_and_where_they_are_empty() -> None:
    cell = half_cell("fjh", "SPMe", {**ASKED, "heat of mixing": "true"})
    low, high = cell.cut_offs
    steps = [
        pybamm.step.current(sign * cell.one_C_current, duration=7200, termination=f"{end} V")
        for sign, end in ((1, low), (-1, high))
    ]
    solution = cell.simulation(pybamm.Experiment([tuple(steps)])).solve(calc_esoh=False)
    for part in PARTS:
        assert np.isfinite(solution[part].data).all(), part
