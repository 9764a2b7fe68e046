"""PyBOP gets the objective of a calibration, and half cells for its own simulator."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pybamm
import pytest

import napore
from napore.calibration import (
    CalibrationError,
    CurveData,
    Fitted,
    HalfCellModel,
    ResistanceData,
    fit,
    free_parameters,
    pybop_parameter_values,
    pybop_problem,
)
from napore.measured import MeasuredCurve
from napore.parameters.sets import load_set

SITES = "Carbon electrode adsorption capacity fraction"
RATE = "Carbon electrode pore median filling rate [s-1]"
EXCHANGE = "Carbon electrode reference exchange-current density [A.m-2]"
CURRENT = 150.0


@pytest.fixture(scope="module")
def pybop() -> Any:
    return pytest.importorskip("pybop")


@pytest.fixture(scope="module")
def free() -> list[Fitted]:
    """Two parameters, the first with a prior away from the values of the set."""
    sites, rate = free_parameters(load_set("fjh"), [SITES, RATE])
    return [replace(sites, prior=(1.2 * sites.start, 0.1)), rate]


@pytest.fixture(scope="module")
def data(free: list[Fitted]) -> CurveData:
    """Sodiation as the set has it."""
    curve = HalfCellModel(load_set("fjh"), free).sodiation(CURRENT, {f.name: f.start for f in free})
    assert curve is not None
    q = np.linspace(0.0, curve.capacity, 200)
    return CurveData((MeasuredCurve("made", "sodiation", q, curve.at(q), CURRENT),), cycles=1)


class Unsolved:
    """Data whose simulation fails."""

    name, size = "none", 1

    def residuals(self, model: HalfCellModel, values: Mapping[str, float]) -> npt.NDArray[np.float64]:
        return np.array([np.nan])


def moved(free: list[Fitted]) -> dict[str, float]:
    return {f.name: f.at(f.place(f.start) + 0.05) for f in free}


def objective(free: list[Fitted], data: Any, values: Mapping[str, float], model: str = "SPM") -> float:
    """Written out: misfit and priors."""
    residuals = data.residuals(HalfCellModel(load_set("fjh"), free, model), values)
    priors = [((f.to_scale(values[f.name]) - f.prior[0]) / f.prior[1]) ** 2 for f in free if f.prior]
    return float(np.sum(residuals**2) + sum(priors))


def test_without_pybop_a_sentence_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, data: CurveData
) -> None:
    monkeypatch.setitem(sys.modules, "pybop", None)
    with pytest.raises(CalibrationError, match=r'not installed: pip install "napore\[pybop\]"'):
        pybop_problem([data])
    with pytest.raises(CalibrationError, match="not installed"):
        pybop_parameter_values("fjh")


@pytest.mark.usefixtures("pybop")
def test_cost_is_the_objective_of_the_calibration(free: list[Fitted], data: CurveData) -> None:
    problem = pybop_problem([data], "fjh", free)
    assert problem.parameters.names == [SITES, RATE]
    for values in ({f.name: f.start for f in free}, moved(free)):
        assert problem(values) == pytest.approx(objective(free, data, values), rel=1e-4)


@pytest.mark.checkout
@pytest.mark.usefixtures("pybop")
def test_rates_of_the_paper_are_data_as_any() -> None:
    from studies.gu2025.carbon_fit import FREE, FJHRates

    source = load_set("fjh")
    free = list(FREE.values())
    values = {f.name: f.start for f in free}
    found = pybop_problem([FJHRates()], source, free)(values)
    assert found == pytest.approx(objective(free, FJHRates(), values), rel=1e-3)


@pytest.mark.usefixtures("pybop")
def test_an_optimum_on_a_bound_is_inside_for_pybop(free: list[Fitted], data: CurveData) -> None:
    problem = pybop_problem([data], "fjh", free)
    change = problem.parameters.transformation
    for corner in ([0.0, 0.0], [1.0, 1.0]):
        values = problem.parameters.to_dict(change.to_model(np.array(corner)))
        assert list(values.values()) == [f.at(c) for f, c in zip(free, corner, strict=True)]
        assert np.isfinite(problem(values))
        assert change.to_search(list(values.values())) == pytest.approx(corner, abs=1e-12)


@pytest.mark.usefixtures("pybop")
def test_mean_and_width_of_the_bounds_where_a_population_begins() -> None:
    parameters = pybop_problem([ResistanceData(30.0, 2.0)], "fjh", [SITES, RATE]).parameters
    linear, logarithmic = parameters.get_mean(transformed=True)
    assert linear == pytest.approx(0.5)
    assert 0.5 < logarithmic < 1.0  # the mean of an even distribution of the logarithm
    assert parameters.get_std(transformed=True)[0] == pytest.approx(12.0**-0.5)


@pytest.mark.usefixtures("pybop")
def test_derivative_of_a_resistance() -> None:
    # r = (a / i0 + b - R) / s: cost r^2 falls by 2 r a / (s i0^2)
    (f,) = free_parameters(load_set("fjh"), [EXCHANGE])
    part = ResistanceData(30.0, 2.0)
    problem = pybop_problem([part], "fjh", [f])
    model = HalfCellModel(load_set("fjh"), [f])
    i0 = 0.7 * f.start
    r = part.residuals(model, {EXCHANGE: i0})[0]
    a = (r - part.residuals(model, {EXCHANGE: 2.0 * i0})[0]) * 2.0 * i0 * part.error_ohm
    _, slopes = problem.evaluate({EXCHANGE: i0}, calculate_sensitivities=True).get_values()
    # a difference over half a per cent of the bounds, one-sided
    assert slopes[EXCHANGE][0] == pytest.approx(-2.0 * r * a / (part.error_ohm * i0**2), rel=2e-2)


def test_an_optimiser_of_pybop_finds_what_ours_finds(pybop: Any, free: list[Fitted], data: CurveData) -> None:
    start = moved(free)
    begun = [replace(f, start=start[f.name]) for f in free]
    found = pybop.SciPyMinimize(pybop_problem([data], "fjh", begun)).run()
    model = HalfCellModel(load_set("fjh"), free)
    ours = fit(free, lambda values: data.residuals(model, values), start)
    assert found.best_cost == pytest.approx(ours.objective, rel=1e-2, abs=1e-3)
    assert found.best_cost < 0.01 * found.initial_cost
    for f in free:
        assert f.place(float(found.best_inputs[f.name])) == pytest.approx(
            f.place(ours.values[f.name]), abs=1e-3
        )


def test_simulator_of_pybop_gives_our_curve(pybop: Any, free: list[Fitted], data: CurveData) -> None:
    cell = napore.half_cell("fjh", model="SPM")
    curve = data.curves[0]
    inside = curve.capacity_mAh_g < 0.99 * curve.capacity_mAh_g[-1]
    time_s = curve.capacity_mAh_g[inside] / CURRENT * 3600.0
    measured = pybop.Dataset(
        {
            "Time [s]": time_s,
            "Current [A]": np.full(len(time_s), CURRENT * cell.carbon_mass),
            "Voltage [V]": curve.voltage_V[inside],
        }
    )
    simulator = pybop.pybamm.Simulator(
        cell.model.new_copy(),
        parameter_values=pybop_parameter_values("fjh", [SITES, RATE]),
        protocol=measured,
        solver=pybamm.IDAKLUSolver(rtol=1e-7, atol=1e-8),
    )
    problem = pybop.Problem(simulator, pybop.RootMeanSquaredError(measured))
    assert problem.parameters.names == [SITES, RATE]
    assert problem({f.name: f.start for f in free}) < 1e-4
    assert problem(moved(free)) > 1e-3


@pytest.mark.usefixtures("pybop")
def test_bad_input_is_one_sentence(data: CurveData) -> None:
    with pytest.raises(CalibrationError, match="no data is given"):
        pybop_problem([])
    with pytest.raises(CalibrationError, match=f"unknown parameter.*{SITES}"):
        pybop_problem([data], "fjh", [SITES[:-1]])
    with pytest.raises(CalibrationError, match="no half cell of a carbon"):
        pybop_parameter_values("nvp")
    with pytest.raises(CalibrationError, match="cannot be simulated at the start"):
        pybop_problem([Unsolved()], "fjh", [SITES])
