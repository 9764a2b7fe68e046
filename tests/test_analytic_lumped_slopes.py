"""Exact derivatives of lumped curves, steps taken together, and carbons whose pores fill far apart."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from napore.calibration import CurveData, LumpedHalfCell, free_parameters
from napore.calibration.data import Data, derivatives_of, residuals_of
from napore.calibration.fitted import places_of, values_at
from napore.calibration.least_squares import Fit
from napore.calibration.protocol import Protocol
from napore.calibration.stages import Stages
from napore.experiments.lumped import lumped_cell
from napore.measured import MeasuredCurve
from napore.models.lumped_steps import LumpedCell
from napore.parameters.sets import load_set

SOURCE = load_set("hard-carbon")
FREE = free_parameters(SOURCE)
HELD = Protocol(30.0, 30.0, (0.01, 2.0), 3600.0, 0.0, 600.0, 600.0)


def data_of(values: Mapping[str, float]) -> CurveData:
    """Second cycle of a carbon with a hold and rests."""
    model = LumpedHalfCell(SOURCE, FREE)
    both = model.run(HELD, values, 2)
    assert both is not None
    curves = []
    for direction, curve in zip(("sodiation", "desodiation"), both, strict=True):
        q = np.linspace(0.0, curve.capacity, 200)
        curves.append(MeasuredCurve("made", direction, q, curve.at(q), 30.0))
    holds = (both[0].hold_mAh_g, None)
    return CurveData(tuple(curves), 0.01, 3.0, protocols=(HELD, HELD), holds_mAh_g=holds)


def test_derivatives_are_those_of_differences() -> None:
    data, step = data_of({f.name: f.start for f in FREE}), 1e-3
    place = np.clip(places_of(FREE, {f.name: f.start for f in FREE}), 0.1, 0.9)
    model = LumpedHalfCell(SOURCE, FREE)
    model.keep_steps()
    residuals_of([data], model, values_at(FREE, place))
    exact = derivatives_of([data], model, values_at(FREE, place), FREE)
    assert exact is not None
    for k, f in enumerate(FREE):
        moved = np.zeros(len(FREE))
        moved[k] = step
        ahead, behind = (residuals_of([data], model, values_at(FREE, place + s * moved)) for s in (1, -1))
        found = (ahead - behind) / (2.0 * step)
        assert np.linalg.norm(exact[:, k] - found) < 0.05 * np.linalg.norm(found) + 0.02, f.name


def test_steps_taken_together_are_those_taken_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {f.name: f.start for f in FREE}
    data, model = data_of(values), LumpedHalfCell(SOURCE, FREE)
    model.keep_steps()
    residuals_of([data], model, values)
    moved = values | {FREE[0].name: 1.01 * values[FREE[0].name]}
    together = residuals_of([data], model, moved)
    monkeypatch.setattr(LumpedCell, "_several", lambda *_: 0)
    assert residuals_of([data], model, moved) == pytest.approx(together, abs=1e-3)


def test_a_search_ends_when_it_has_computed_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A carbon with ten times the usual steps in time was fitted for ten minutes."""
    start = {f.name: f.start for f in FREE}
    far = values_at(FREE, np.where(places_of(FREE, start) < 0.5, 0.8, 0.2))
    hop, hops = Stages._hop, []

    def noted(self: Stages, values: Mapping[str, float], k: int, misfit: float, data: Sequence[Data]) -> Fit:
        hops.append(k)
        return hop(self, values, k, misfit, data)

    monkeypatch.setattr(Stages, "_hop", noted)
    monkeypatch.setattr("napore.calibration.stages._BLOCKS", 1)
    begun = []
    for most in (10**9, 1):
        monkeypatch.setattr("napore.calibration.stages._MOST_CALLS", (most, most))
        monkeypatch.setattr("napore.calibration.stages._MOST_HOPPING", (most - 1, most - 1))
        hops.clear()
        stages = Stages([data_of(start)], LumpedHalfCell(SOURCE, FREE), FREE, 2)
        stages.soft(far, staged=True)
        begun.append(len(hops))
    assert begun[0] > 0
    assert begun[1] == 0
    assert stages.is_spent


def test_pores_that_fill_far_apart_are_solved() -> None:
    """Of common terms of all classes only round-off was left in the first that fill, a step without width."""
    numbers = {
        "Carbon electrode specific capacity of all sites [mA.h.g-1]": 312.0,
        "Carbon electrode adsorption capacity fraction": 0.779,
        "Carbon electrode mobile site potential [V]": 0.144,
        "Carbon electrode pore wetting energy [J.m-2]": 0.245,
        "Carbon electrode pore radius spread": 0.998,
        "Carbon electrode large pore share": 0.774,
        "Carbon electrode large pore median radius [m]": 9.67e-9,
        "Carbon electrode pore filling cooperativity": 3.13,
        "Carbon electrode pore median filling rate [s-1]": 0.1,
        "Carbon electrode pore filling rate spread [decades]": 5.0,
        "Carbon electrode pore exchange symmetry": 0.2,
    }
    cell = lumped_cell({**SOURCE.numbers, **numbers}, SOURCE.classes, SOURCE.law)
    trace = cell.current(15.0, 0.01)
    assert trace.voltage_V[-1] == pytest.approx(0.01, abs=1e-4)
    assert np.max(np.abs(np.diff(trace.voltage_V[trace.charge_Ah_kg > 5.0]))) < 0.1
