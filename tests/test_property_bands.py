"""Predictions over samples of uncertain numbers."""

import numpy as np
import pytest

import napore
from napore.calibration import CalibrationError
from napore.calibration.bands import EnergyAndRatio, bands, from_ranges


def test_samples_stay_inside_the_ranges_and_fill_decades_evenly() -> None:
    source = napore.full_cell(model="SPM").source
    samples = from_ranges(source, 64)
    entries = source.entries
    for name in samples[0]:
        assert entries[name].kind in ("assumed", "literature", "fitted")
        low, high = entries[name].allowed or (0.0, 0.0)
        values = np.array([case[name] for case in samples])
        assert np.all((values >= low) & (values <= high)), name
        middle = np.sqrt(low * high) if low > 0.0 and high / low >= 10.0 else 0.5 * (low + high)
        assert abs(int(np.sum(values < middle)) - 32) <= 2, name
    with pytest.raises(CalibrationError, match="unknown parameter"):
        from_ranges(source, 4, ["Carbon electrode thicknes [m]"])


def test_quantiles_of_a_known_distribution() -> None:
    found = bands(lambda case: {"y": 3.0 * case.get("x", 0.5)}, [{"x": k / 1000} for k in range(1001)])
    row = found.table().iloc[0]
    assert row["q025"] == pytest.approx(0.075)
    assert row["q975"] == pytest.approx(2.925)
    assert row["nominal"] == 1.5


def test_energy_and_mass_ratio_of_the_full_cell_have_bands() -> None:
    cell = napore.full_cell(model="SPM")
    names = [
        "Cathode electrode plateau potential [V]",
        "Cathode electrode usable specific capacity [mA.h.g-1]",
    ]
    found = bands(EnergyAndRatio(cell, (0.2,)), from_ranges(cell.source, 4, names))
    assert found.solved == 4
    energy, ratio = found.values("energy_Wh_kg_active at 0.2 C"), found.values("best mass ratio")
    assert np.ptp(energy) > 1.0
    assert np.ptp(ratio) > 1e-3
    with pytest.raises(CalibrationError, match="was not computed"):
        found.values("energy")
