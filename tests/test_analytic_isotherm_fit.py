"""Isotherms fitted directly to equilibrium curves."""

import numpy as np
import pybamm
import pytest

from napore.calibration import CalibrationError
from napore.calibration.isotherm import average, fit_isotherm, fit_msmr
from napore.measured import MeasuredCurve
from napore.models import Isotherm, MeanFieldSites, PoreClasses
from napore.models.pore_filling import log_normal_radii


@pytest.fixture(scope="module")
def known() -> Isotherm:
    sites = MeanFieldSites(
        stage_1=0.7, stage_2=0.2, stage_1_share=0.3, stage_width=0.12, spread=0.3, tail=0.9, tail_share=0.02
    )
    radii = tuple(map(float, log_normal_radii(1e-9, 0.2, 8)))
    return Isotherm(sites, PoreClasses(radii, (0.125,) * 8, 0.1, 3.0, 2.5), 0.35)


def test_an_isotherm_is_found_again(known: Isotherm) -> None:
    x = np.linspace(0.005, 0.95, 150)
    found = fit_isotherm(340.0 * x, known.potential(x), starts=2)
    assert found.rms_mV < 0.5
    assert found.values["adsorption fraction"] == pytest.approx(0.35, abs=0.01)
    assert found.values["charge of all sites"] == pytest.approx(340.0, rel=0.02)
    assert found.isotherm is not None
    start = found.values["stoichiometry at the first point"]
    exact = found.isotherm.potential(start + 340.0 * (x - x[0]) / found.values["charge of all sites"])
    assert np.max(np.abs(exact - found.fitted_V)) < 2e-3


def test_mean_of_two_shifted_curves_is_the_curve_between_them(known: Isotherm) -> None:
    x = np.linspace(0.005, 0.95, 400)
    q, V = 340.0 * (x - x[0]), known.potential(x)
    down = MeasuredCurve("down", "sodiation", q, V - 0.01, 3.0)
    up = MeasuredCurve("up", "desodiation", q, (V + 0.01)[::-1], 3.0)
    charge, mean = average(down, up)
    assert np.max(np.abs(mean - np.interp(charge, q, V))) < 1e-9
    with pytest.raises(CalibrationError, match="give a sodiation"):
        average(up, down)


def test_pybamms_hard_carbon_is_described_within_a_few_millivolts() -> None:
    curve = pybamm.ParameterValues("Chayambuka2022")["Negative electrode OCP [V]"]
    x = np.linspace(0.002, 0.995, 120)
    V = np.array([curve(pybamm.Scalar(at)).evaluate().item() for at in x])
    ours, other = fit_isotherm(x, V, starts=2), fit_msmr(x, V, 4, starts=2)
    assert ours.parameters == other.parameters == 13
    assert ours.rms_mV < 5.0
    assert other.rms_mV < 5.0


def test_a_curve_that_runs_backwards_is_refused() -> None:
    with pytest.raises(CalibrationError, match="does not increase"):
        fit_isotherm(np.linspace(1.0, 0.0, 30), np.linspace(1.0, 0.0, 30))
