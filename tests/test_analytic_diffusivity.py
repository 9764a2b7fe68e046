"""Diffusivity against occupancy: limits with known answers, balances, and what GITT and a fit recover."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pybamm
import pytest

from napore.calibration import CurveData, Fitted, HalfCellModel, calibrate, free_parameters
from napore.cells import Cell, half_cell
from napore.experiments import Gitt, gitt, occupancy_diffusivity
from napore.full_cells import full_cell
from napore.measured import MeasuredCurve
from napore.parameters.diffusivity import (
    COEFFICIENTS,
    REFERENCE,
    TABLE,
    DiffusivityTable,
    chebyshev,
    node_name,
)
from napore.parameters.functions import AdsorbedDiffusivity
from napore.parameters.sets import load_set

FIRST, SECOND = COEFFICIENTS[:2]
LOADING = "Carbon electrode areal loading [kg.m-2]"
STORED = "Total lithium in positive electrode [mol]"
SITES_ONLY = {
    "Carbon electrode adsorption capacity fraction": 0.999,
    "Carbon electrode pore median filling rate [s-1]": 1e-9,
}
WITHOUT_RESISTANCE = {
    "Carbon electrode reference exchange-current density [A.m-2]": 1e4,
    "Sodium metal reference exchange-current density [A.m-2]": 1e5,
}

SLOW = [pytest.param(model, marks=pytest.mark.slow) for model in ("SPMe", "DFN")]
SPREAD = pytest.param("DFN", 1.0, marks=pytest.mark.slow)


def solved(cell: Cell, hours: float = 0.5) -> pybamm.Solution:
    """Half cycle at 1 C that a cell begins with."""
    simulation = cell.simulation()
    simulation.parameter_values["Current function [A]"] = cell.first_sign * cell.one_C_current
    return simulation.solve(np.linspace(0.0, 3600.0 * hours, 60))


def voltages(cell: Cell) -> Any:
    """Voltage [V] during the first 10 minutes of :func:`solved`."""
    return solved(cell, 1.0 / 6.0)["Voltage [V]"](np.linspace(0.0, 600.0, 11))


def law(**numbers: Any) -> Callable[[float], float]:
    """Diffusivity at an occupancy and 298.15 K as the cell's parameter values have it."""
    cell = half_cell("fjh", "SPM", None, numbers)
    theta = pybamm.InputParameter("theta")
    D = cell.parameter_values["Positive particle diffusivity [m2.s-1]"]
    symbol = cell.parameter_values.process_symbol(D(theta, 298.15))
    return lambda at: float(np.squeeze(symbol.evaluate(inputs={"theta": at})))


@pytest.mark.parametrize("model", ["SPM", *SLOW])
def test_zero_coefficients_and_a_constant_table_are_the_constant(model: str) -> None:
    constant = half_cell("fjh", model)
    D = constant.source.numbers[REFERENCE]
    expected = voltages(constant)
    zero = voltages(half_cell("fjh", model, None, dict.fromkeys(COEFFICIENTS, 0.0)))
    np.testing.assert_allclose(zero, expected, rtol=0.0, atol=1e-9)
    table = DiffusivityTable((0.0, 0.3, 1.0), (D, D, D))
    # the last digit may move a step of the solver
    tabulated = voltages(half_cell("fjh", model, None, {TABLE: table}))
    np.testing.assert_allclose(tabulated, expected, rtol=0.0, atol=2e-5)
    assert law(**{TABLE: table})(0.17) == pytest.approx(law()(0.17), rel=1e-13)


def test_shipped_sets_have_the_law_without_coefficients_and_table() -> None:
    values = pybamm.ParameterValues("Gu2025_FJH_half")
    assert values["Positive particle diffusivity [m2.s-1]"] == AdsorbedDiffusivity("positive")


def test_the_law_is_the_series_of_chebyshev() -> None:
    D = law(**{REFERENCE: 1e-14, FIRST: -0.7, SECOND: 0.3})
    for theta in (0.0, 0.2, 0.5, 1.0):
        z = 2.0 * theta - 1.0
        decades = -0.7 * z + 0.3 * np.polynomial.chebyshev.chebval(z, [0, 0, 1])
        assert D(theta) == pytest.approx(1e-14 * 10.0**decades, rel=1e-12)
    assert chebyshev(6, 0.3) == pytest.approx(np.cos(6 * np.arccos(0.3)))


def test_coefficients_multiply_a_table_and_names_are_those_of_pybamm_too() -> None:
    table = DiffusivityTable((0.1, 0.4, 0.9), (1e-15, 1e-13, 1e-14))
    assert law(**{TABLE: table})(0.4) == pytest.approx(1e-13)
    both = law(**{TABLE: table, FIRST.replace("Carbon", "Positive"): 0.5})
    assert both(0.9) == pytest.approx(1e-14 * 10.0 ** (0.5 * 0.8))
    one_by_one = law(**{node_name(0.1): 1e-15, node_name(0.4): 1e-13, node_name(0.9): 1e-14})
    assert one_by_one(0.6) == law(**{TABLE: table})(0.6)
    plain = pybamm.ParameterValues("Gu2025_FJH_half")
    plain["Positive particle diffusivity [m2.s-1]"] = AdsorbedDiffusivity("positive", table=table)
    in_model = pybamm.Simulation(
        half_cell("fjh", "SPM").model, parameter_values=plain, solver=pybamm.IDAKLUSolver()
    ).solve([0.0, 600.0])
    assert in_model["Positive particle effective diffusivity [m2.s-1]"].entries.min() < 2e-14


@pytest.mark.parametrize(("model", "sign"), [("SPM", -1.0), ("SPM", 1.0), ("DFN", -1.0), SPREAD])
def test_sodium_is_conserved_where_the_diffusivity_spans_decades(model: str, sign: float) -> None:
    cell = half_cell("fjh", model, None, {REFERENCE: 1e-14, FIRST: 1.5 * sign, SECOND: 0.5})
    solution = solved(cell, 1.0)
    stored = np.squeeze(solution[STORED].entries)
    passed = np.squeeze(solution["Discharge capacity [A.h]"].entries) * 3600.0 / pybamm.constants.F.value
    assert stored[-1] - stored[0] == pytest.approx(passed[-1], rel=2e-5)
    assert passed[-1] > 0.0
    D = solution["Positive particle effective diffusivity [m2.s-1]"].entries
    assert D.max() / D.min() > 30.0


@pytest.mark.parametrize("storage", ["kinetic", "equilibrium"])
def test_a_full_cell_takes_the_coefficients_of_its_carbon(storage: str) -> None:
    options = {"sodium storage": storage}
    ends = [
        voltages(full_cell("fjh", "nvp", model="SPM", options=options, parameters=numbers))
        for numbers in ({REFERENCE: 1e-13}, {REFERENCE: 1e-13, FIRST: 0.0}, {REFERENCE: 1e-13, FIRST: -0.3})
    ]
    np.testing.assert_allclose(ends[1], ends[0], rtol=0.0, atol=1e-9)
    assert np.isfinite(ends[2]).all()
    assert np.max(np.abs(ends[2] - ends[0])) > 1e-3


def titration(coefficients: dict[str, float], model: str = "SPM") -> tuple[Gitt, Cell]:
    """GITT of one kind of sites alone in a sphere: short pulses without resistance, rests to equilibrium."""
    window = {"Lower voltage cut-off [V]": 0.18, "Upper voltage cut-off [V]": 0.85}
    own = load_set("fjh").numbers
    # half as thick, so that the DFN uses its depth evenly
    thin = {name: 0.5 * own[name] for name in (LOADING, "Carbon electrode thickness [m]")}
    numbers = {REFERENCE: 4e-16, **coefficients, **SITES_ONLY, **WITHOUT_RESISTANCE, **window, **thin}
    cell = half_cell("fjh", model, {"adsorption law": "mean field"}, numbers)
    test = gitt(cell, 50.0, 600.0, 30000.0, direction="sodiation", skip_s=0.0, points={"r_p": 50})
    return test, cell


def check_titration(model: str) -> None:
    test, cell = titration({FIRST: -0.6, SECOND: 0.4}, model)
    points = occupancy_diffusivity(test, cell).table()
    assert not points["bound"].any()
    z = 2.0 * points["occupancy"].to_numpy() - 1.0
    truth = 4e-16 * 10.0 ** (-0.6 * z + 0.4 * (2.0 * z**2 - 1.0))
    assert truth.max() / truth.min() > 7.0
    # a tenth; the formula itself, with its straight isotherm, is off by more than half
    np.testing.assert_allclose(points["diffusivity_m2_s"], truth, rtol=0.10)
    table = occupancy_diffusivity(test, cell).diffusivity_table()
    for theta, D in zip(points["occupancy"], truth, strict=True):
        assert table(theta) == pytest.approx(D, rel=0.10)
    raw = np.array([pulse.diffusivity_m2_s for pulse in test.pulses if pulse.complete])
    assert np.max(np.abs(np.log(raw / truth))) > np.log(1.5)


def test_gitt_recovers_what_went_in_where_it_holds() -> None:
    check_titration("SPM")


@pytest.mark.slow
def test_gitt_recovers_what_went_in_the_dfn() -> None:
    check_titration("DFN")


def test_what_gitt_cannot_show_is_a_bound_and_no_point_of_the_table() -> None:
    cell = half_cell("fjh", "SPM")
    found = occupancy_diffusivity(gitt(cell, 50.0, 1800.0, 2400.0, direction="sodiation"), cell)
    assert {point.bound for point in found.points} <= {"ceiling", "filling"}
    filling = [point for point in found.points if point.bound == "filling"]
    D = cell.source.numbers[REFERENCE]
    assert filling
    assert all(point.diffusivity_m2_s < D and point.adsorbed_share < 0.95 for point in filling)
    with pytest.raises(ValueError, match="fit coefficients instead"):
        found.diffusivity_table()


def made(model: HalfCellModel, truth: dict[str, float]) -> CurveData:
    """Sodiation curves with noise of half a millivolt."""
    generator, curves = np.random.default_rng(3), []
    for current in (30.0, 150.0, 600.0):
        curve = model.sodiation(current, truth)
        assert curve is not None
        q = np.linspace(0.0, curve.capacity, 80)
        noisy = curve.at(q) + generator.normal(0.0, 5e-4, len(q))
        curves.append(MeasuredCurve("synthetic", "sodiation", q, noisy, current))
    return CurveData(tuple(curves), 5e-4, 0.05, cycles=1)


def test_a_fit_recovers_the_coefficients_and_its_file_loads(tmp_path: Any) -> None:
    source = load_set("fjh")
    free = [Fitted(REFERENCE, 1e-16, 1e-12, 1e-14, logarithmic=True)]
    free += free_parameters(source, (FIRST, SECOND))
    assert [f.prior for f in free] == [None, (0.0, 1.0), (0.0, 1.0)]
    truth = {REFERENCE: 5e-15, FIRST: -0.6, SECOND: 0.4}
    fixed = {**SITES_ONLY, "Lower voltage cut-off [V]": 0.15}
    data = made(HalfCellModel(source, free, fixed=fixed), truth)
    found = calibrate([data], source, free, fixed=fixed, staged=False, profiles=False)
    values = found.found.values
    assert np.log10(values[REFERENCE] / truth[REFERENCE]) == pytest.approx(0.0, abs=0.03)
    for name in (FIRST, SECOND):
        assert values[name] == pytest.approx(truth[name], abs=0.03)
        assert abs(values[name] - truth[name]) < 4.0 * found.standard_errors[name]
    found.write_parameter_file(tmp_path / "mine.toml")
    entry = load_set(tmp_path / "mine.toml").entries[FIRST]
    assert (entry.kind, entry.allowed) == ("fitted", (-2.0, 2.0))
    assert entry.value == pytest.approx(values[FIRST], rel=1e-6)
