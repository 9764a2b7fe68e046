"""One record, written as eight cyclers write it, is read the same to a millionth and fitted the same."""

from pathlib import Path

import numpy as np
import pytest
from made_files import WRITERS, Array, Record, potential

from napore.built import Step
from napore.built import read as read_solution
from napore.calibration import CalibrationError, CurveData, Fitted, HalfCellModel, calibrate
from napore.calibration.files import Reading, read_data
from napore.calibration.protocol import Protocol, protocol_of, returned_mAh_g
from napore.measured import Hold, MeasuredCurve, MeasuredFile, read
from napore.parameters.sets import load_set

SITES = "Carbon electrode specific capacity of all sites [mA.h.g-1]"
TRUTH = 355.0
MASS = 1.37
RATES = (60.0, 150.0)
CYCLES = 3
LOSS = 1.15


def _step(record: Record, time: Array, current: Array, voltage: Array) -> None:
    record.add(np.round(time, 3), current, voltage)


@pytest.fixture(scope="module")
def model() -> HalfCellModel:
    return HalfCellModel(load_set("fjh"), [Fitted(SITES, 300.0, 420.0, 340.0)], "SPM")


@pytest.fixture(scope="module")
def record(model: HalfCellModel) -> Record:
    """Two rates, three cycles each, rests, holds, charge lost in the first, the last one unfinished."""
    low, high = model.cut_offs
    rates = np.repeat(RATES, CYCLES)
    steps = []
    for rate in rates:
        current = rate * model._mass
        steps += [
            Step("current", current, 1e6, below=low),
            Step("voltage", low, 1200.0),
            Step("current", 0.0, 600.0),
        ]
        steps += [Step("current", -current, 1e6, above=high), Step("current", 0.0, 600.0)]
    steps.append(Step("current", RATES[1] * model._mass, 2000.0))
    solutions = model._run(steps, {SITES: TRUTH})
    assert len(solutions) == len(steps)
    made = Record()
    _step(made, np.array([0.0, 30.0, 60.0]), np.zeros(3), np.full(3, 2.5))
    for number, (step, solution) in enumerate(zip(steps, solutions, strict=True)):
        count = 161 if step.value and step.control == "current" else 41 if step.value else 11
        times = solution.t[0] + (solution.t[-1] - solution.t[0]) * np.linspace(0, 1, count) ** 1.5
        found = read_solution(solution, ("Voltage [V]", "Current [A]"), times)
        current = -found["Current [A]"] / model._mass
        if step.control == "current":
            current = np.full(count, -step.value / model._mass)
        stretch = LOSS if number == 0 else 1.0
        voltage = np.full(count, low) if step.control == "voltage" else found["Voltage [V]"]
        _step(made, stretch * (times - times[0]), current, voltage)
    return made.noisy(1e-3, 1)


def _mass(name: str) -> dict[str, float]:
    return {} if name == "EC-Lab" else {"mass_mg": MASS}


def _read(name: str, record: Record, folder: Path) -> MeasuredFile:
    return read(WRITERS[name](record, folder, MASS), **_mass(name))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", list(WRITERS))
def test_read_the_same(name: str, record: Record, tmp_path: Path) -> None:
    for module in {"BDF": ("pyarrow",), "Arbin": ("openpyxl",), "Neware sheets": ("openpyxl",)}.get(name, ()):
        pytest.importorskip(module)
    found = _read(name, record, tmp_path)
    assert (found.kind, found.mass_mg) == ("cycling", MASS)
    assert len(found.half_cycles) == 4 * CYCLES + 1
    assert [curve.complete for curve in found.half_cycles] == [True] * 4 * CYCLES + [False]
    rates = np.repeat(RATES, 2 * CYCLES)
    for k, curve in enumerate(found.half_cycles[:-1]):
        assert curve.direction == ("sodiation" if k % 2 == 0 else "desodiation")
        assert curve.current_mA_g == pytest.approx(rates[k], rel=1e-6)
        assert (curve.hold is not None) == (k % 2 == 0)
        if k:
            assert curve.rest_before_s == pytest.approx(600.0, rel=1e-6)
    # against sums over the record itself
    for k, curve in enumerate(found.half_cycles):
        steps = [n for n in sorted(set(record.step)) if record.state[record.step.index(n)] != "rest"]
        own = (
            steps[3 * (k // 2) : 3 * (k // 2) + 2]
            if k % 2 == 0
            else steps[3 * (k // 2) + 2 : 3 * (k // 2) + 3]
        )
        last = [record.charge[np.flatnonzero(np.array(record.step) == n)[-1]] for n in own]
        assert curve.capacity == pytest.approx(sum(last), rel=1e-6)
        if curve.hold is not None:
            assert curve.hold.capacity_mAh_g == pytest.approx(last[1], rel=1e-6)


def test_a_hold_is_simulated(model: HalfCellModel) -> None:
    """Its charge comes back in the desodiation, and what it passes falls as it goes on."""
    values = {SITES: TRUTH}
    without = model.run(Protocol(150.0, 150.0), values, 2)
    held = [model.run(Protocol(150.0, 150.0, None, seconds), values, 3) for seconds in (600.0, 1200.0)]
    assert without is not None
    charges = []
    for found in held:
        assert found is not None
        down, up = found
        assert up.capacity == pytest.approx(down.capacity + down.hold_mAh_g, rel=3e-3)
        charges.append(down.hold_mAh_g)
    assert 0.0 < charges[0] < charges[1] < 2.0 * charges[0]
    assert held[0] is not None
    assert held[0][1].capacity > without[1].capacity + 1.0


@pytest.mark.parametrize(("comes_back", "simulated"), [(20.0, 20.0), (5.0, 5.0), (-8.0, 0.0)])
def test_of_a_hold_what_comes_back(comes_back: float, simulated: float) -> None:
    q, t = np.linspace(0.0, 300.0, 31), np.linspace(0.0, 3600.0, 37)
    charge = 20.0 * (1 - np.exp(-t / 600.0)) / (1 - np.exp(-6.0))
    volts = potential(q / 300.0, True)
    held = Hold(0.01, 3600.0, 20.0, 1.0, t, charge)
    down = MeasuredCurve(
        "made", "sodiation", np.r_[q, 300.0 + charge[1:]], np.r_[volts, np.full(36, 0.01)], 60.0, held
    )
    back = np.linspace(0.0, 300.0 + comes_back, 31)
    up = MeasuredCurve("made", "desodiation", back, potential(1 - q / 300.0, False), 60.0)
    assert returned_mAh_g(down, up) == pytest.approx(simulated)
    protocol = protocol_of([down, up], 0)
    assert protocol is not None
    assert np.interp(protocol.sodiation_hold_s, t, charge) == pytest.approx(simulated, abs=0.01)
    assert protocol_of([down, up], 1) == protocol


@pytest.mark.parametrize(("start", "simulated"), [(1.1, 600.0), (1.73, 0.0)])
def test_a_rest_in_which_nothing_relaxes_is_not_simulated(start: float, simulated: float) -> None:
    q = np.linspace(0.0, 300.0, 31)
    down, up = potential(q / 300.0, True), potential(1 - q / 300.0, False)
    up[0] = 0.05
    halves = [
        MeasuredCurve("made", "sodiation", q, down, 60.0),
        MeasuredCurve("made", "desodiation", q, up, 60.0, rest_before_s=600.0),
        MeasuredCurve("made", "sodiation", q, np.r_[start, down[1:]], 60.0, rest_before_s=600.0),
        MeasuredCurve("made", "desodiation", q, up, 60.0, rest_before_s=600.0),
    ]
    protocol = protocol_of(halves, 2)
    assert protocol is not None
    assert protocol.rest_after_desodiation_s == simulated
    assert protocol.rest_after_sodiation_s == 600.0
    assert "rests of 600 s after sodiation" in str(protocol)
    assert "from 0.01 to 1.735 V" in str(protocol)


def test_two_and_three_electrodes_are_not_mixed() -> None:
    q = np.linspace(0.0, 300.0, 31)
    curve = MeasuredCurve("made", "sodiation", q, potential(q / 300.0, True), 60.0)
    data = [CurveData((curve,)), CurveData((curve,), electrodes=3)]
    with pytest.raises(CalibrationError, match="some files have two electrodes and some three"):
        calibrate(data, "fjh")


@pytest.mark.slow
@pytest.mark.parametrize("name", list(WRITERS))
def test_fitted_the_same(name: str, record: Record, tmp_path: Path) -> None:
    file = WRITERS[name](record, tmp_path, MASS)
    data = read_data(file, Reading(**_mass(name)))  # type: ignore[arg-type]
    found = calibrate([data], "fjh", [Fitted(SITES, 300.0, 420.0, 340.0)], profiles=False)
    assert found.found.values[SITES] == pytest.approx(TRUTH, rel=0.01)
