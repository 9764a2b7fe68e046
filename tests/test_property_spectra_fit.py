"""Impedance at three states of charge fitted as spectra: the numbers that made them are found."""

import numpy as np
import pytest

import napore
from napore.calibration import calibrate, free_parameters
from napore.calibration.spectrum_data import SpectrumData
from napore.measured import MeasuredImpedance
from napore.parameters.sets import load_set

TRUTHS = {
    "hard-carbon": {
        "Carbon electrode reference exchange-current density [A.m-2]": 0.8,
        "Contact resistance [Ohm]": 6.0,
        "Carbon electrode double-layer capacity [F.m-2]": 1.2,
        "Carbon particle reference diffusivity [m2.s-1]": 3e-12,
    },
    "nvp": {
        "Cathode electrode reference exchange-current density [A.m-2]": 0.15,
        "Contact resistance [Ohm]": 3.0,
        "Cathode electrode double-layer capacity [F.m-2]": 0.2,
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TRUTHS)
def test_three_states_give_the_numbers_that_made_them(name: str) -> None:
    truths, options = TRUTHS[name], {"contact resistance": "true"}
    cell = napore.half_cell(name, model="SPM", parameters=truths, options=options)
    f, noise = np.logspace(5, -2, 22), np.random.default_rng(5)
    spectra = []
    for one in napore.eis(cell, soc=(0.2, 0.5, 0.8), frequencies_Hz=f).spectra:
        Z = one.impedance_ohm
        assert Z is not None
        error = 0.01 * np.abs(Z) * (noise.normal(size=f.size) + 1j * noise.normal(size=f.size))
        spectra.append(MeasuredImpedance("made", f, Z + error, one.soc or 0.0))
    data = SpectrumData(tuple(spectra), (0.2, 0.5, 0.8))
    found = calibrate([data], name, free_parameters(load_set(name), truths))
    for row in found.rows():
        truth, (low, high) = truths[row["name"] + f" [{row['unit']}]"], row["interval_95"]
        assert row["value"] == pytest.approx(truth, rel=0.04)
        assert low - 0.005 * truth <= truth <= high + 0.005 * truth
