"""Isotherms fitted directly to equilibrium curves."""

import numpy as np
import pybamm
import pytest

from napore.calibration import CalibrationError
from napore.calibration.electrode import EQUILIBRIUM
from napore.calibration.equilibrium import average
from napore.calibration.isotherm import fit_isotherm, fit_msmr
from napore.measured import MeasuredCurve
from napore.models import Isotherm
from napore.models.laws import SLOPING
from napore.parameters.carbon import isotherm_of_carbon
from napore.parameters.law_numbers import with_law
from napore.parameters.sets import load_set


@pytest.fixture(scope="module")
def known() -> Isotherm:
    numbers = with_law(load_set("hard-carbon"), SLOPING)
    return isotherm_of_carbon(numbers.numbers, numbers.classes, SLOPING)


@pytest.mark.slow
def test_an_isotherm_is_found_again(known: Isotherm) -> None:
    V = np.concatenate([np.linspace(1.2, 0.2, 70), np.linspace(0.199, 0.03, 80)])
    x = known.stoichiometry(V)
    found = fit_isotherm(340.0 * x, V)
    assert found.rms_mV < 1.0
    middle = 0.5 * (x[0] + x[-1])
    assert found.isotherm is not None
    gap = found.isotherm.stoichiometry(np.array([V[0], known.potential(middle)]))
    charge = found.values[EQUILIBRIUM[0]] * float(np.diff(gap)[0])
    assert charge == pytest.approx(340.0 * (middle - x[0]), rel=0.01)


def test_mean_of_two_shifted_curves_is_the_curve_between_them(known: Isotherm) -> None:
    x = np.linspace(0.005, 0.95, 400)
    q, V = 340.0 * (x - x[0]), known.potential(x)
    down = MeasuredCurve("down", "sodiation", q, V - 0.01, 3.0)
    up = MeasuredCurve("up", "desodiation", q, (V + 0.01)[::-1], 3.0)
    charge, mean = average(down, up)
    assert np.max(np.abs(mean - np.interp(charge, q, V))) < 1e-9
    with pytest.raises(CalibrationError, match="give a sodiation"):
        average(up, down)


@pytest.mark.slow
def test_pybamms_hard_carbon_is_described_better_than_by_msmr() -> None:
    curve = pybamm.ParameterValues("Chayambuka2022")["Negative electrode OCP [V]"]
    x = np.linspace(0.002, 0.995, 200)
    V = np.array([curve(pybamm.Scalar(at)).evaluate().item() for at in x])
    ours, other = fit_isotherm(x, V), fit_msmr(x, V, 4)
    assert ours.parameters == other.parameters == 13
    assert ours.rms_mV < other.rms_mV < 2.2


def test_a_curve_that_runs_backwards_is_refused() -> None:
    with pytest.raises(CalibrationError, match="does not increase"):
        fit_isotherm(np.linspace(1.0, 0.0, 30), np.linspace(1.0, 0.0, 30))
