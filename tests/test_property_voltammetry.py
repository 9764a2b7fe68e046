"""Cyclic voltammetry: charge against content, peaks, order of the carbons, starts of cathodes."""

import numpy as np
import pytest

import napore
from napore.experiments import CyclicVoltammetry, Sweep, cv


@pytest.fixture(scope="module")
def found() -> CyclicVoltammetry:
    return cv(napore.half_cell("fjh", model="SPMe"), (0.1, 0.3, 1.0))


def test_charge_of_each_sweep_is_the_change_of_content(found: CyclicVoltammetry) -> None:
    for direction in ("cathodic", "anodic"):
        for sweep in found.sweeps(direction).values():
            change = sweep.content_mAh_g - sweep.content_mAh_g[0]
            assert np.max(np.abs(change - sweep.capacity_mAh_g)) < 0.01
            passed = -np.trapezoid(sweep.current_A_g, sweep.time_s) / 3.6
            assert passed == pytest.approx(sweep.capacity_mAh_g[-1], abs=0.1)


def test_potential_follows_the_ramp(found: CyclicVoltammetry) -> None:
    for rate, sweep in found.sweeps("anodic").items():
        assert np.max(np.abs(sweep.potential_V - (0.01 + 1e-3 * rate * sweep.time_s))) < 5e-4
        assert sweep.potential_V[-1] == pytest.approx(3.0, abs=1e-4)


def test_peaks_grow_and_move_up_with_the_scan_rate(found: CyclicVoltammetry) -> None:
    table = found.table()
    assert (np.diff(table["anodic_peak_A_g"]) > 0).all()
    assert (np.diff(table["anodic_peak_V"]) > 0).all()
    assert (np.diff(table["anodic_charge_mAh_g"]) < 0).all()
    assert found.anodic_b is not None
    assert 0.0 < found.anodic_b < 1.0


def test_a_largest_current_at_the_vertex_is_no_peak(found: CyclicVoltammetry) -> None:
    fast = found.scans[-1]
    assert fast.cathodic is not None
    k = int(np.argmin(fast.cathodic.current_A_g))
    assert fast.cathodic.potential_V[k] < 0.015
    assert fast.cathodic.peak is None
    row = np.array([0.0, 0.1, 0.2, 0.3])
    inside = Sweep("anodic", row, row, np.array([0.0, 1.0, 3.0, 1.0]), row, row)
    assert inside.peak is not None
    assert (inside.peak.current_A_g, inside.peak.potential_V) == (3.0, 0.2)


def test_low_potential_peaks_are_more_pronounced_for_fjh() -> None:
    peaks = []
    for name in ("fjh", "fjh-b", "tf"):
        anodic = napore.cv(napore.half_cell(name, model="SPMe"), 0.1).scans[0].anodic
        assert anodic is not None
        assert anodic.peak is not None
        assert anodic.background_A_g is not None
        peaks.append(anodic.peak.current_A_g - anodic.background_A_g)
    assert min(peaks[:2]) > 1.3 * peaks[2]


def test_a_cathode_is_swept_up_first() -> None:
    found = napore.cv(napore.half_cell("NVP", model="SPM"), 0.2, (2.5, 4.0))
    scan = found.scans[0]
    assert scan.status == "ok"
    assert scan.anodic is not None
    assert scan.anodic.peak is not None
    assert scan.anodic.peak.potential_V > 3.37
    assert scan.anodic.capacity_mAh_g[-1] < -90.0


@pytest.mark.slow
def test_dfn_agrees_with_spme_and_with_a_tenth_of_the_tolerance(monkeypatch: pytest.MonkeyPatch) -> None:
    import pybamm

    from napore.experiments import voltammetry

    cell = napore.half_cell("fjh")
    found = napore.cv(cell, (0.1, 1.0)).table()["anodic_peak_A_g"].to_numpy()
    simple = napore.cv(napore.half_cell("fjh", model="SPMe"), (0.1, 1.0)).table()["anodic_peak_A_g"]
    assert found == pytest.approx(simple.to_numpy(), rel=5e-3)
    tight = pybamm.IDAKLUSolver(rtol=1e-7, atol=1e-8, options={"suppress_algebraic_error": True})
    monkeypatch.setattr(voltammetry, "voltage_solver", lambda cell: tight)
    assert napore.cv(cell, (0.1, 1.0)).table()["anodic_peak_A_g"].to_numpy() == pytest.approx(found, rel=1e-3)
