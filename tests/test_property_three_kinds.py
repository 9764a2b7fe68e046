"""Three kinds of sodium: detailed balance, dissipation, conservation, limits, heat."""

from functools import cache
from typing import Any

import numpy as np
import pybamm
import pytest
from hypothesis import given
from hypothesis import strategies as st

import napore
from napore.cells import Cell, half_cell
from napore.full_cells import full_cell
from napore.models.laws import THREE_KINDS, adsorption_law, register_three_kinds
from napore.models.parameters import CarbonParameters
from napore.models.pore_filling import barrier_of, emptying_rate, exchange_rate
from napore.models.strong_sites import StrongSites, exchange_factor
from napore.parameters.law_numbers import with_law
from napore.parameters.sets import load_set

T = 298.15
F_RT = 96485.33212 / (8.314462618 * T)
SLOPE = {"Carbon electrode adsorption capacity fraction": 0.28}
MEDIAN = "Carbon electrode strong site median exchange rate [s-1]"
ENERGIES = st.builds(
    StrongSites, st.floats(0.0, 0.15), st.floats(0.3, 0.9), st.floats(1.0, 4.0), st.integers(1, 12)
)


def made(model: str = "SPM", law: str = THREE_KINDS, cell: str = "half", **more: Any) -> Cell:
    parameters = {**SLOPE, **more.pop("parameters", {})}
    options = {"adsorption law": law, **more}
    if cell == "full":
        return full_cell("fjh", "NVP", model=model, options=options, parameters=parameters)
    return half_cell("fjh", model, options, parameters)


def half_cycle(
    cell: Cell, rate: float, hours: float | None = None, tolerances: tuple[float, float] = (1e-7, 1e-9)
) -> pybamm.Solution:
    rtol, atol = tolerances
    solver = pybamm.IDAKLUSolver(rtol=rtol, atol=atol)
    values = cell.parameter_values.copy()
    values["Current function [A]"] = rate * cell.one_C_current
    simulation = pybamm.Simulation(cell.model, parameter_values=values, solver=solver)
    return simulation.solve(np.linspace(0.0, 3600.0 * (hours or 0.9 / rate), 200))


@given(ENERGIES, st.floats(-0.1, 3.0), st.floats(253.15, 333.15))
def test_potential_of_a_class_inverts_its_filling(sites: StrongSites, E: float, T: float) -> None:
    for j, s in enumerate(sites.fillings(E, T)):
        assert -1e-12 <= s <= 1.0 + 1e-12
        if 1e-6 < s < 1.0 - 1e-6:
            assert sites.potential(j, s, T) == pytest.approx(E, abs=1e-7)
    assert sum(sites.shares) == pytest.approx(1.0, abs=1e-12)
    assert min(sites.shares) > 0.0


@given(ENERGIES, st.floats(0.001, 0.999), st.floats(-0.1, 3.0), st.floats(0.0, 0.5))
def test_exchange_always_dissipates(sites: StrongSites, s: float, E: float, symmetry: float) -> None:
    """Sodium goes to the lower energy, at a finite rate, whatever the symmetry."""
    for j, (at_rest, affinity) in enumerate(zip(sites.fillings(E, T), sites.affinities(E, T), strict=True)):
        rate = exchange_factor(affinity, symmetry) * (at_rest - s)
        assert np.isfinite(rate)
        assert rate * (sites.potential(j, s, T) - E) >= -1e-12 * abs(rate)


@given(st.floats(0.0, 0.5), st.floats(-10.0, 10.0))
def test_taking_and_giving_are_in_detailed_balance(symmetry: float, a: float) -> None:
    """An empty site takes ``e^a`` times as fast as a full one gives."""
    sigma = 1.0 / (1.0 + np.exp(-a))
    for law in (exchange_rate, emptying_rate):
        take, give = (law(1.0, s, sigma, 0.5 * a, symmetry) for s in (0.0, 1.0))
        assert np.log(-take / give) == pytest.approx(a, abs=1e-9)


def test_the_limits_of_the_symmetry_are_relaxation_and_butler_volmer() -> None:
    a = np.linspace(-8.0, 8.0, 33)
    sigma, s = 1.0 / (1.0 + np.exp(-a)), 0.3
    assert np.array_equal(exchange_rate(1.0, s, sigma, 0.5 * a, 0.0), sigma - s)
    symmetric = 0.5 * ((1.0 - s) * np.exp(0.5 * a) - s * np.exp(-0.5 * a))
    np.testing.assert_allclose(exchange_rate(1.0, s, sigma, 0.5 * a, 0.5), symmetric, rtol=5e-4)
    one_way = (1.0 - s) - s * np.exp(-a)
    np.testing.assert_allclose(emptying_rate(1.0, s, sigma, 0.5 * a, 0.0), one_way, rtol=0.01)


def test_a_class_is_independent_sites_of_all_its_energies() -> None:
    """The closed form against 4000 sites, and the whole against the distribution."""
    sites = StrongSites(0.05, 0.6, 2.0, 12)
    E = np.linspace(0.0, 1.6, 81)
    low, high = sites.edges[3:5]
    energies = np.linspace(low, high, 4001)
    exact = np.trapezoid(1.0 / (1.0 + np.exp(F_RT * (E[:, None] - energies))), energies) / (high - low)
    np.testing.assert_allclose(sites.fillings(E, T)[3], exact, atol=1e-6)
    u = (np.arange(20000) + 0.5) / 20000
    energies = 0.05 + 0.6 * np.sqrt(-np.log(1.0 - u))
    whole = np.array([np.mean(1.0 / (1.0 + np.exp(F_RT * (one - energies)))) for one in E])
    assert np.abs(sites.filled(E, T) - whole).max() < 0.006


def test_number_of_energies_converges() -> None:
    E = np.linspace(0.05, 1.4, 200)
    fine = StrongSites(0.05, 0.6, 2.0, 96).filled(E, T)
    errors = [np.abs(StrongSites(0.05, 0.6, 2.0, n).filled(E, T) - fine).max() for n in (6, 12, 24)]
    assert errors[0] < 0.03
    assert errors[1] < 0.3 * errors[0]
    assert errors[2] < 0.3 * errors[1]


@cache
def discharged(model: str, kind: str, sites: str, sizes: str = "single") -> pybamm.Solution:
    options = {"strong sites": sites, "particle size": sizes}
    cell = made(model, cell=kind, **options)
    usual = (cell.model.default_solver.rtol, cell.model.default_solver.atol)
    if kind == "full":
        return half_cycle(cell, -1.0, 0.3, usual)
    return half_cycle(cell, 5.0, 0.19, usual)


CASES = [
    pytest.param("SPM", "half", "averaged", "single"),
    pytest.param("SPM", "half", "local", "single"),
    pytest.param("SPM", "full", "averaged", "single"),
    pytest.param("SPM", "half", "averaged", "distribution", marks=pytest.mark.slow),
    pytest.param("SPM", "half", "local", "distribution", marks=pytest.mark.slow),
    pytest.param("SPMe", "half", "averaged", "single", marks=pytest.mark.slow),
    pytest.param("DFN", "half", "averaged", "single", marks=pytest.mark.slow),
    pytest.param("DFN", "half", "local", "single", marks=pytest.mark.slow),
    pytest.param("DFN", "full", "averaged", "single", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("model", "kind", "sites", "sizes"), CASES)
def test_sodium_is_conserved(model: str, kind: str, sites: str, sizes: str) -> None:
    """The public concentration takes what the current brings: 1e-8 of it in a half cell."""
    solution = discharged(model, kind, sites, sizes)
    domain = "positive" if kind == "half" else "negative"
    total = solution[f"Total lithium in {domain} electrode [mol]"].entries
    passed = solution["Discharge capacity [A.h]"].entries * 3600.0 / 96485.33212
    sign = 1.0 if kind == "half" else -1.0
    assert np.abs(total - total[0] - sign * (passed - passed[0])).max() < 1e-8 * np.abs(passed).max()


@pytest.mark.parametrize("model", ["SPM", pytest.param("DFN", marks=pytest.mark.slow)])
def test_one_occupancy_in_a_particle_is_nearly_that_of_each_place(model: str) -> None:
    """At 5 C, to 0.2 % of the capacity, and in the voltage 5 mV in the steep first minute, then 1."""
    one, each = (discharged(model, "half", sites) for sites in ("averaged", "local"))
    end = min(one.t[-1], each.t[-1])
    assert one.t[-1] == pytest.approx(each.t[-1], rel=2e-3)
    times = np.linspace(10.0, 0.95 * end, 60)
    error = np.abs(one["Voltage [V]"](times) - each["Voltage [V]"](times))
    assert error.max() < 5e-3
    assert error[times > 60.0].max() < 1e-3


@pytest.mark.parametrize("rate", [pytest.param(0.5, marks=pytest.mark.slow), 5.0])
def test_meshes_and_tolerances_suffice(rate: float) -> None:
    """0.1 mAh/g, also of a finer mesh, and 0.3 mV after the first seconds."""
    cell = made(parameters={"Carbon particle reference diffusivity [m2.s-1]": 2e-11})
    assert abs(napore.mesh_error(cell, rate).capacity_mAh_g) < 0.1
    usual, close = (
        half_cycle(cell, rate, 1.5 / rate, each)
        for each in ((cell.model.default_solver.rtol, cell.model.default_solver.atol), (1e-9, 1e-11))
    )
    assert usual.t[-1] == pytest.approx(close.t[-1], rel=2e-4)
    times = np.linspace(10.0, 0.97 * close.t[-1], 60)
    assert np.abs(usual["Voltage [V]"](times) - close["Voltage [V]"](times)).max() < 3e-4


def test_fast_exchange_is_equilibrium() -> None:
    rates = {
        MEDIAN: 10.0,
        "Carbon electrode strong site exchange rate standard deviation [decades]": 0.0,
        "Carbon electrode pore median filling rate [s-1]": 10.0,
        "Carbon electrode pore filling rate spread [decades]": 0.0,
    }
    kinetic = half_cycle(made(parameters=rates, **{"strong sites": "local"}), 0.5)
    equilibrium = half_cycle(made(**{"sodium storage": "equilibrium"}), 0.5)
    times = np.linspace(60.0, 0.98 * min(kinetic.t[-1], equilibrium.t[-1]), 40)
    assert np.abs(kinetic["Voltage [V]"](times) - equilibrium["Voltage [V]"](times)).max() < 1e-3


def test_a_start_is_at_rest() -> None:
    cell = made(parameters={"Carbon electrode pore filling rate spread [decades]": 2.0})
    for voltage in (0.06, 0.6):
        x = float(cell.isotherm.stoichiometry(voltage))
        values = cell.parameter_values.copy()
        c_max = cell.number("Maximum concentration in positive electrode [mol.m-3]")
        values.update({"Initial concentration in positive electrode [mol.m-3]": x * c_max})
        values["Current function [A]"] = 0.0
        solution = pybamm.Simulation(
            cell.model, parameter_values=values, solver=pybamm.IDAKLUSolver(rtol=1e-8, atol=1e-10)
        ).solve([0.0, 36000.0])
        V = solution["Voltage [V]"].entries
        assert V[0] == pytest.approx(voltage, abs=1e-6)
        assert np.ptp(V) < 2e-6


@pytest.mark.slow
def test_registered_numbers_of_classes_are_the_same_law() -> None:
    name = register_three_kinds(16, 5)
    assert adsorption_law(name).parameters == adsorption_law(THREE_KINDS).parameters
    coarse, fine = (half_cycle(made(law=law), 1.0, 0.5) for law in (THREE_KINDS, name))
    assert coarse.t[-1] == pytest.approx(fine.t[-1], rel=0.01)


@pytest.mark.slow
def test_heat_is_the_change_of_enthalpy() -> None:
    """Work, heat and the enthalpy of what is stored, strong sites included, add up to zero."""
    cell = made(**{"calculate heat source for isothermal models": "true", "heat of mixing": "true"})
    values = cell.parameter_values.copy()
    values["Current function [A]"] = cell.one_C_current
    simulation = pybamm.Simulation(
        cell.model, parameter_values=values, solver=pybamm.IDAKLUSolver(rtol=1e-9, atol=1e-10)
    )
    solution = simulation.solve(np.linspace(0.0, 1500.0, 1501))
    edges = simulation.mesh["positive particle"].edges
    shells = np.diff((edges / edges[-1]) ** 3)
    t = solution.t
    work = np.trapezoid(solution["Current [A]"].entries * solution["Voltage [V]"].entries, t)
    heat = np.trapezoid(solution["Total heating [W]"].entries, t)
    enthalpy = np.diff(stored_enthalpy(cell, solution, shells)[[0, -1]])[0]
    throughput = np.trapezoid(np.abs(solution["Current [A]"].entries * solution["Voltage [V]"].entries), t)
    assert abs(work + heat + enthalpy) < 1e-3 * throughput
    assert solution["Pore filling irreversible heating [W]"].entries.min() > -1e-12


def stored_enthalpy(cell: Cell, solution: pybamm.Solution, shells: Any) -> Any:
    """``-F integral (E - T dE/dT) dc`` over every kind, from the stored states [J]."""
    from scipy import integrate

    law: Any = cell.isotherm.adsorption
    curve = cell.isotherm
    amount = cell.number("Maximum concentration in positive electrode [mol.m-3]") * cell.carbon_volume
    field = solution["X-averaged positive particle adsorbed concentration [mol.m-3]"].entries
    c_max = cell.number("Maximum concentration in positive electrode [mol.m-3]")

    def integral(function: Any, ends: Any) -> Any:
        grid = np.unique(np.concatenate([np.geomspace(1e-7, 1e-2, 4000), np.linspace(1e-2, 0.99999, 40000)]))
        table = integrate.cumulative_trapezoid(function(grid), grid, initial=0)
        return np.interp(ends, grid, table)

    def enthalpic(theta: Any) -> Any:
        return law.potential(theta, T) - T * law.entropic_change(theta, T)

    f_m = float(curve.mobile_fraction)
    total = f_m * shells @ integral(enthalpic, field / (f_m * c_max))
    for k, share in enumerate(curve.pores.shares):
        name = f"X-averaged positive particle pore class {k + 1} concentration [mol.m-3]"
        part = (1.0 - curve.adsorption_fraction) * share
        phi = solution[name].entries / (part * c_max)
        # the entropy of a class is that of mixing: E - T dE/dT is the potential of half filling
        total = total + part * curve.pores.half_filling(k, T) * (shells @ phi)
    strong, rates = law.strong, law.rates
    for j, share in enumerate(strong.shares):

        def of_class(s: Any, j: int = j) -> Any:
            slope = strong.potential(j, s, T + 0.5) - strong.potential(j, s, T - 0.5)
            return strong.potential(j, s, T) - T * slope

        part = curve.adsorption_fraction * law.strong_share * share / rates
        for m in range(rates):
            s = solution[f"X-averaged positive particle strong site class {j + 1}.{m + 1} occupancy"].entries
            total = total + part * integral(of_class, s)
    return -96485.33212 * amount * total


def exchange_at(T: float, name: str, share: float) -> list[float]:
    """Rate constants of the strong sites [1/s] at a temperature."""
    values = made().parameter_values.copy()
    values[name.replace("Carbon", "Positive")] = share
    carbon = CarbonParameters("positive", 4, law=THREE_KINDS)
    return [float(values.evaluate(k)) for k in carbon._strong_k(T)]


def test_barriers_apart_from_radius_change_nothing_at_the_reference() -> None:
    share = "Carbon electrode barrier share of the rate spread"
    median = {"Carbon electrode pore filling activation energy [J.mol-1]": 30e3}
    warm = [exchange_at(298.15, share, x) for x in (0.0, 1.0)]
    assert warm[0] == pytest.approx(warm[1], rel=1e-12)
    cold = {"Ambient temperature [K]": 273.15, **median}
    ends = [half_cycle(made(parameters={share: x, **cold}), 1.0, 1.0).t[-1] for x in (0.0, 1.0)]
    assert abs(ends[0] - ends[1]) > 5.0
    # one prefactor: slow classes have the higher barriers, 5.71 kJ/mol for a decade
    assert barrier_of(0.1, 1.0, 30e3, 1.0) - 30e3 == pytest.approx(5708.0, abs=1.0)
    assert share not in with_law(load_set("fjh"), "mean field").numbers
