"""Random carbons of wide ranges, measured by the lumped formulation, are found again."""

import numpy as np
import pytest

from napore.calibration import CurveData, LumpedHalfCell, calibrate
from napore.calibration.own_start import started
from napore.measured import MeasuredCurve
from napore.parameters.sets import load_set

COUNT = 12
NOISE_V = 1e-3

RANGES = {
    "Carbon electrode specific capacity of all sites [mA.h.g-1]": (130.0, 450.0),
    "Carbon electrode adsorption capacity fraction": (0.2, 0.8),
    "Carbon electrode mobile site potential [V]": (0.12, 0.22),
    "Carbon electrode strong site share": (0.6, 0.9),
    "Carbon electrode strong site potential width [V]": (0.3, 0.8),
    "Carbon electrode strong site potential shape": (1.2, 3.0),
    "Carbon electrode strong site median exchange rate [s-1]": (5e-4, 5e-2),
    "Carbon electrode pore wetting energy [J.m-2]": (0.06, 0.14),
    "Carbon electrode pore filling cooperativity": (1.5, 4.0),
    "Carbon electrode large pore share": (0.1, 0.6),
    "Carbon electrode pore median filling rate [s-1]": (1e-3, 0.3),
    "Carbon electrode reference exchange-current density [A.m-2]": (0.3, 10.0),
}


def carbon(generator: np.random.Generator) -> dict[str, float]:
    found = {}
    for name, (low, high) in RANGES.items():
        place = generator.random()
        found[name] = low * (high / low) ** place if high > 10.0 * low else low + place * (high - low)
    return found


def cycles(truth: dict[str, float], generator: np.random.Generator) -> CurveData | None:
    """Second cycles at 30 and 150 mA/g with noise of 1 mV and a gain of the charge of 0.1 %."""
    model = LumpedHalfCell(load_set("hard-carbon"), [], truth)
    curves = []
    for current in (30.0, 150.0):
        both = model.cycles(current, {}, 2)
        if both is None:
            return None
        for direction, curve in zip(("sodiation", "desodiation"), both, strict=True):
            q = np.linspace(0.0, curve.capacity, 250)
            V = curve.at(q) + NOISE_V * generator.normal(size=len(q))
            gain = 1.0 + 1e-3 * generator.normal()
            curves.append(MeasuredCurve("made", direction, gain * q, V, current))
    return CurveData(tuple(curves), 2e-3, 0.3)


@pytest.mark.slow
def test_random_carbons_are_found_again() -> None:
    generator = np.random.default_rng(2026)
    inside = determined = asked = good = 0
    failures = []
    for k in range(COUNT):
        truth = carbon(generator)
        data = cycles(truth, generator)
        assert data is not None
        source = started(load_set("hard-carbon"), [], [data])
        found = calibrate([data], source, model="lumped", profiles=False)
        exact = LumpedHalfCell(load_set("hard-carbon"), found.fitted, truth)
        for f, p in zip(found.fitted, found.profiles, strict=True):
            assert not (p.verdict == "determined" and f.on_bound(found.found.values[f.name]))
            if f.name in truth and p.verdict == "determined":
                determined += 1
                inside += p.interval_95[0] <= truth[f.name] <= p.interval_95[1]
        (capacity, *_) = found.quantities()
        own = exact.cycles(30.0, {f.name: truth.get(f.name, f.start) for f in found.fitted}, 2)
        assert own is not None
        simulated = found.half_cell.cycles(30.0, found.found.values, 2)
        assert simulated is not None
        asked += 1
        well = found.rms_mV is not None and found.rms_mV < 4.0
        well = well and abs(simulated[1].capacity / own[1].capacity - 1.0) < 0.01
        good += well
        if not well:
            failures.append((k, found.rms_mV, capacity["value"], own[1].capacity))
    assert good >= 0.9 * asked, failures
    assert inside >= 0.85 * determined, (inside, determined)
    assert determined >= 5 * asked
