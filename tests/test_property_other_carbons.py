"""Carbons far from the generic one, measured by the lumped formulation, are found again."""

import numpy as np
import pytest

from napore.calibration import CurveData, LumpedHalfCell, calibrate, free_parameters
from napore.calibration.own_start import started
from napore.measured import MeasuredCurve
from napore.parameters.sets import load_set

SITES = "Carbon electrode specific capacity of all sites [mA.h.g-1]"

RANGES = {
    SITES: (130.0, 450.0),
    "Carbon electrode adsorption capacity fraction": (0.2, 0.8),
    "Carbon electrode strong site potential width [V]": (0.3, 0.8),
    "Carbon electrode pore wetting energy [J.m-2]": (0.06, 0.14),
    "Carbon electrode pore filling cooperativity": (1.5, 4.0),
    "Carbon electrode large pore share": (0.1, 0.6),
}


def measured(
    truth: dict[str, float], currents: tuple[float, ...], generator: np.random.Generator
) -> CurveData:
    """Second cycles with noise of 1 mV, and an error of 0.1 % of each curve's charge."""
    model = LumpedHalfCell(load_set("hard-carbon"), [], truth)
    curves = []
    for current in currents:
        both = model.cycles(current, {}, 2)
        assert both is not None
        for direction, curve in zip(("sodiation", "desodiation"), both, strict=True):
            q = np.linspace(0.0, curve.capacity, 250)
            V = curve.at(q) + 1e-3 * generator.normal(size=len(q))
            gain = 1.0 + 1e-3 * generator.normal()
            curves.append(MeasuredCurve("made", direction, gain * q, V, current))
    return CurveData(tuple(curves), 2e-3, 0.3)


def test_a_carbon_of_another_capacity_is_found() -> None:
    truth = {name: low + 0.3 * (high - low) for name, (low, high) in RANGES.items()}
    data = measured(truth, (30.0,), np.random.default_rng(5))
    source = started(load_set("hard-carbon"), [], [data])
    found = calibrate([data], source, free_parameters(source, truth), model="lumped", profiles=False)
    assert found.rms_mV is not None
    assert found.rms_mV < 4.0
    assert found.found.values[SITES] == pytest.approx(truth[SITES], rel=0.01)
