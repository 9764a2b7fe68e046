"""Carbons drawn at random over wide ranges: a fit ends near the truth, and its intervals hold that."""

from collections.abc import Mapping
from functools import partial

import numpy as np
import pytest

from napore.calibration import CurveData, Fitted, LumpedHalfCell, calibrate, free_parameters
from napore.calibration.data import derivatives_of, residuals_of, uncorrelated
from napore.calibration.electrode import ELECTRODES, EQUILIBRIUM, PORES
from napore.calibration.farther import Farther, farther
from napore.calibration.fitted import places_of, values_at
from napore.calibration.least_squares import Differentiable, fit, fit_covariance
from napore.calibration.lumped_curve import LumpedCurve
from napore.calibration.numbers import CUT_OFFS
from napore.calibration.own_start import told
from napore.calibration.parts import by_rate
from napore.calibration.posterior import weighed
from napore.calibration.protocol import Protocol
from napore.calibration.quantities import hidden, quantities_of
from napore.calibration.stock import HIDDEN, hidden_share, little_hidden
from napore.calibration.surrogate import sample_by_surrogate
from napore.measured import MeasuredCurve
from napore.parameters.sets import load_set

SOURCE = load_set("hard-carbon")
NOISE_V, GAIN = 1e-3, 5e-3
FINE = {"largest_charge": 0.5, "largest_change": 0.002}
NAMES = {"capacity": "capacity", "slope capacity": "slope", "plateau capacity": "plateau"}
NAMES |= {"middle of the slope": "middle"}


def measured(
    model: LumpedHalfCell, values: Mapping[str, float], currents: list[float], seed: int
) -> CurveData:
    """Both directions at each current, with noise of a millivolt and half a per cent of the charge."""
    generator, curves, protocols = np.random.default_rng(seed), [], []
    model.steps = FINE
    for current in currents:
        protocol = Protocol(current, current, (0.01, 2.0), 0.0, 0.0, 600.0, 600.0)
        both = model.run(protocol, values, 2)
        assert both is not None
        for direction, curve in zip(("sodiation", "desodiation"), both, strict=True):
            q = np.linspace(0.0, curve.capacity, 301)[1:]
            V = curve.at(q) + generator.normal(0.0, NOISE_V, len(q))
            scaled = q * (1.0 + GAIN * generator.normal())
            curves.append(MeasuredCurve("made", direction, scaled, V, current))
            protocols.append(protocol)
    del model.steps
    return CurveData(tuple(curves), 2e-3, 1.0, protocols=tuple(protocols))


@pytest.mark.slow
def test_a_carbon_drawn_at_random_is_found() -> None:
    """22 numbers from three rates: the fit ends near the noise, and what it calls determined is true."""
    free = free_parameters(SOURCE)
    truth = values_at(free, 0.05 + 0.9 * np.random.default_rng(4014).random(len(free)))
    model = LumpedHalfCell(SOURCE, free)
    data = measured(model, truth, [15.0, 30.0, 300.0], 4014)
    found = calibrate([data], SOURCE, model="lumped")

    def misfit(values: Mapping[str, float]) -> float:
        off = uncorrelated([data], residuals_of([data], model, {**truth, **values}))
        return float(np.mean(off**2))

    assert misfit(found.found.values) < 2.0 * misfit(truth)
    true = quantities_of(model, truth)
    for row in found.quantities():
        if row["verdict"] == "determined":
            assert row["interval_95"][0] <= true[NAMES[row["name"]]] <= row["interval_95"][1], row


def slow_pores() -> tuple[list[Fitted], LumpedHalfCell, dict[str, float]]:
    """Six free numbers of a carbon, its lumped half cell, and values with which some pores stay empty."""
    free = free_parameters(SOURCE, [*EQUILIBRIUM[:2], EQUILIBRIUM[8], EQUILIBRIUM[12], *PORES[:2]])
    return free, LumpedHalfCell(SOURCE, free), {f.name: f.start for f in free} | {PORES[0]: 1e-6}


def test_charge_that_no_file_passed_is_uncertain() -> None:
    """A law extrapolates it, and fits have ended in valleys with a third too much."""
    _, model, values = slow_pores()
    here = quantities_of(model, values)
    curve = MeasuredCurve("made", "sodiation", np.linspace(0.0, 70.0, 50), np.linspace(1.5, 0.01, 50), 1500.0)
    capacity, slope, plateau, middle = hidden([CurveData((curve,))], model, values)
    assert capacity == plateau == pytest.approx(0.5 * (here["capacity"] - 70.0))
    assert 0.0 < slope < capacity
    assert 0.0 < middle < 0.5
    whole = MeasuredCurve("made", "sodiation", 10.0 * curve.capacity_mAh_g, curve.voltage_V, 15.0)
    assert hidden([CurveData((curve, whole))], model, values) == pytest.approx(np.zeros(4))
    model.beside = little_hidden(model)
    filled = here["capacity"] / (1.0 + hidden_share(model, values))
    both = np.hypot(0.5 * (filled - 70.0), HIDDEN * here["capacity"])
    assert hidden([CurveData((curve,))], model, values)[0] == pytest.approx(both)


def test_sites_that_never_fill_are_held_against_a_fit() -> None:
    """Slow pores hide charge at 0.02 C; derivatives of the residual are those of its differences."""
    free, model, slow = slow_pores()
    assert -0.01 < hidden_share(model, {**slow, PORES[0]: 1e-2}) < 0.02
    assert hidden_share(model, slow) > 0.05
    beside = little_hidden(model)
    assert beside(slow) == pytest.approx([hidden_share(model, slow) / HIDDEN])
    assert beside.derivatives is not None
    model.keep_steps()
    row = beside.derivatives(slow, free)
    assert row is not None
    for f, slope in zip(free, row[0], strict=True):
        ahead, behind = (f.at(f.place(slow[f.name]) + step) for step in (1e-3, -1e-3))
        off = beside({**slow, f.name: ahead}) - beside({**slow, f.name: behind})
        error = 0.02 * float(np.max(np.abs(row)))
        assert slope == pytest.approx(off[0] / (f.place(ahead) - f.place(behind)), abs=error)


def test_an_interval_knows_pores_that_stay_empty() -> None:
    """Data of a carbon that hides little allow one that hides more: no derivative leads there."""
    free = free_parameters(SOURCE, [*EQUILIBRIUM[:2], *EQUILIBRIUM[8:13], *PORES[:3]])
    model, truth = LumpedHalfCell(SOURCE, free), {f.name: f.start for f in free} | {PORES[0]: 1e-3}
    data = measured(model, truth, [30.0], 1)
    model.beside = little_hidden(model)
    residuals = Differentiable(
        partial(residuals_of, [data], model), partial(derivatives_of, [data], model), beside=1
    )
    shared = residuals.combined(partial(uncorrelated, [data]))
    best = fit(free, shared, truth)
    (other,) = farther(model, free, shared, best, [data])
    there = values_at(free, np.clip(places_of(free, best.values) + other.off, 0.0, 1.0))
    assert hidden_share(model, best.values) < 0.02
    assert hidden_share(model, there) == pytest.approx(HIDDEN, abs=0.015)
    less, more = (quantities_of(model, values)["capacity"] for values in (best.values, there))
    assert more > 1.1 * less
    assert 1.0 <= other.errors < 2.5


def test_interfaces_that_stand_for_each_other_are_both_found() -> None:
    """From one current a film on the foil is as good as one on the carbon, and no derivative says so."""
    free = free_parameters(SOURCE, [EQUILIBRIUM[0], *ELECTRODES["carbon"].exchanged[0]])
    model, start = LumpedHalfCell(SOURCE, free), {f.name: f.start for f in free}
    carbon, foil = ELECTRODES["carbon"].exchanged[0]
    truth = {**start, carbon: free[1].at(0.35), foil: free[2].at(0.6)}
    data = measured(model, truth, [30.0], 1)
    residuals = Differentiable(partial(residuals_of, [data], model), partial(derivatives_of, [data], model))
    shared = residuals.combined(partial(uncorrelated, [data]))
    best = fit(free, shared, truth)
    (other,) = farther(model, free, shared, best, [data])
    _, one, two = places_of(free, best.values)
    assert other.off == pytest.approx([0.0, two - one, one - two], abs=0.02)
    assert other.off[1] > 0.2
    assert other.errors == pytest.approx(1.96, abs=0.01)


@pytest.mark.parametrize("far", [0.5, 1.0, 3.0])
def test_a_covariance_reaches_to_another_fit_and_no_farther(far: float) -> None:
    covariance = np.array([[0.04, 0.01], [0.01, 0.09]])
    one = far * np.linalg.cholesky(covariance)[:, 0]
    wider = covariance + Farther(2.0 * one, 2.0).beyond(covariance)
    assert one @ np.linalg.solve(wider, one) == pytest.approx(min(far, 1.0) ** 2)


def test_a_half_cycle_that_its_first_step_ends_lies_near_its_end() -> None:
    """Where rates are slow a first step leads to kilovolts; derivatives are those of what is compared."""
    free, model, values = slow_pores()
    exchange = "Carbon electrode reference exchange-current density [A.m-2]"
    free = [*free, *free_parameters(SOURCE, [exchange])]
    slowest = {**values, exchange: free[-1].low, PORES[0]: 1e-6, PORES[1]: 0.0, EQUILIBRIUM[1]: 0.09}
    protocol = Protocol(6e4, 6e4, (0.01, 2.0))
    model.keep_steps()
    both = model.run(protocol, slowest, 1)
    assert both is not None
    assert both[0].capacity < 0.01
    assert -3.0 < float(both[0].at(np.array([1.0]))[0]) < 0.01
    with model.differentiated(free):
        found = model.run(protocol, slowest, 1)
    assert found is not None
    curve = found[0]
    assert isinstance(curve, LumpedCurve)
    assert curve.slopes is not None
    assert not np.any(curve.slopes.capacity_mAh_g)
    f, q = free[-1], np.array([1.0, 50.0])
    there = model.run(protocol, {**slowest, f.name: f.at(1e-4)}, 1)
    assert there is not None
    off = (there[0].at(q) - both[0].at(q)) / 1e-4
    assert curve.slopes_at(q)[:, -1] == pytest.approx(off, rel=0.02)


def test_residuals_far_off_pull_less() -> None:
    def residuals(values: Mapping[str, float]) -> np.ndarray:
        return np.array([values["x"], 100.0 * values["x"]])

    x = Fitted("x", 0.0, 1.0, 0.5)
    found = Differentiable(residuals, lambda _, by: np.array([[1.0], [100.0]]) * len(by)).compressed(5.0)
    assert found({"x": 0.01}) == pytest.approx([0.01, 1.0], rel=0.01)
    assert found({"x": 1.0})[1] == pytest.approx(5.0 * np.arcsinh(20.0))
    assert found.derivatives is not None
    row = found.derivatives({"x": 0.5}, [x])
    assert row is not None
    off = (found({"x": 0.5 + 1e-6}) - found({"x": 0.5 - 1e-6})) / 2e-6
    assert row[:, 0] == pytest.approx(off, rel=1e-5)


def test_a_search_goes_from_slow_curves_to_fast_ones() -> None:
    V = np.linspace(1.5, 0.01, 50)
    q = np.linspace(0.0, 90.0, 50)
    made = [MeasuredCurve("made", "sodiation", q, V, current) for current in (30, 15, 300, 15.2)]
    steps = [
        [c.current_mA_g for part in one if isinstance(part, CurveData) for c in part.curves]
        for one in by_rate([CurveData(tuple(made))])
    ]
    assert steps == [[15, 15.2], [30, 15, 15.2], [30, 15, 300, 15.2]]
    assert len(by_rate([CurveData(tuple(made[:1]))])) == 1


def test_bounds_of_the_capacity_come_from_the_data() -> None:
    """Also in Python, as on the command line."""
    _, model, values = slow_pores()
    data = measured(model, {**values, EQUILIBRIUM[0]: 150.0, PORES[0]: 1e-2}, [30.0], 1)
    found = calibrate([data], SOURCE, model="lumped", evaluations=1, staged=False)
    sites = next(f for f in found.fitted if f.name == EQUILIBRIUM[0])
    most = max(c.capacity for c in data.curves)
    assert (sites.low, sites.high) == pytest.approx((0.97 * most, 1.6 * most), rel=0.01)


def test_what_is_assumed_is_no_misfit_of_the_data() -> None:
    """Sites that do not fill in the cold are a penalty; draws weigh it beside the data."""
    free, model, slow = slow_pores()
    data = measured(model, slow, [30.0, 300.0], 2)
    found = calibrate([data], SOURCE, free[:1], model="lumped", fixed={n: slow[n] for n in (PORES[0],)})
    residuals = residuals_of([data], found.half_cell, found.found.values)
    assert found.found.beside == 1
    assert len(residuals) == data.size + 1
    assert found.found.misfit == pytest.approx(float(residuals[:-1] @ residuals[:-1]), rel=1e-6)
    assert found.found.penalty == pytest.approx(float(residuals[-1] ** 2), rel=1e-6)
    assert found.found.penalty > 1.0
    assert weighed(found, residuals) == pytest.approx(
        found.found.misfit / found.inflated + found.found.penalty, rel=1e-6
    )
    alone = fit_covariance(found.fitted, found.found, assumed=False)
    assert alone[0, 0] > fit_covariance(found.fitted, found.found)[0, 0]  # so it is no share of the data's
    drawn = sample_by_surrogate(found, first=8, draws=4, rounds=1)
    assert len(drawn.samples) == 4


def test_a_window_is_not_that_of_files_that_have_none() -> None:
    V = np.linspace(1.5, 0.01, 50)
    curves = tuple(MeasuredCurve("made", "sodiation", np.linspace(0.0, 90.0, 50), V, 30.0) for _ in range(2))
    narrow = Protocol(30.0, 30.0, (0.1, 1.5))
    for protocols, low in (((narrow, narrow), 0.1), ((narrow, None), SOURCE.numbers[CUT_OFFS[0]])):
        found = told(SOURCE, [CurveData(curves, protocols=protocols)])
        assert found.numbers[CUT_OFFS[0]] == pytest.approx(low)
        assert "made" in found.entries[EQUILIBRIUM[0]].source
