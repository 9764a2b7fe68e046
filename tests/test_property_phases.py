"""NVP with its phases: equilibrium, mass, limits of its kinetics, and its cost."""

import numpy as np
import pybamm
import pytest
from scipy.optimize import brentq

from napore import eis, energy_test, energy_waterfall, full_cell, half_cell, rate_test
from napore.cells import Cell
from napore.models.constants import FARADAY
from napore.models.insertion import TwoPhasePotential
from napore.models.phases import PhaseLaw
from napore.validation.verification.front import shell_front

PHASES = {"sodium storage": "phases"}
D, R = "Cathode particle reference diffusivity [m2.s-1]", "Cathode particle radius [m]"
BARRIER = "Cathode electrode phase hysteresis [V]"
SPREAD = "Cathode particle radius spread of the phases"
T = 298.15
LAW = PhaseLaw(TwoPhasePotential(3.37, 0.01, 1.5, 1.8, 0.004), 0.03, 0.005, 10.0, 0.0)


def nvp(model: str = "SPM", **numbers: float) -> Cell:
    """Half cell with phases."""
    given = {{"D": D, "spread": SPREAD, "barrier": BARRIER}[name]: value for name, value in numbers.items()}
    made: Cell = half_cell("nvp", model, PHASES, given, allow_unusual=True)
    return made


def test_ends_are_those_of_the_single_phase_law() -> None:
    theta = np.linspace(0.0, 1.0, 4001)
    content, E = LAW.content(theta, T), LAW.potential(theta)
    assert np.all(np.diff(content) > 0.0)
    assert np.all(np.diff(E) < 0.0)
    at = np.interp([3.9, 2.1], E[::-1], content[::-1])
    own = LAW.ends.potential(at)
    assert own == pytest.approx([3.9, 2.1], abs=0.02)
    # the plateau lies where both steps do, Na2 between them
    middle = float(np.interp(0.5, content, E))
    assert middle == pytest.approx(3.37, abs=1e-3)
    steps = [float(np.interp(y, content, E)) for y in (0.25, 0.75)]
    assert 0.004 < steps[0] - steps[1] < 0.009  # with what the solid solution adds


@pytest.mark.parametrize("symmetry", [0.0, 0.3, 0.5])
@pytest.mark.parametrize("barrier", [0.0, 0.005, 0.02])
def test_exchange_vanishes_within_the_hysteresis_only_and_dissipates(symmetry: float, barrier: float) -> None:
    law = PhaseLaw(LAW.ends, 0.03, 0.005, 10.0, symmetry, barrier)
    for j in (0, 1):
        for E in np.linspace(3.35, 3.39, 9):
            at_rest = float(law.filled(j, E, T))
            assert law.rate(j, 1.0, at_rest, E, T) == pytest.approx(0.0, abs=1e-12)
            for phi in (0.2, 0.8):
                own = law.steps[j] + 8.314462618 * T / (10.0 * FARADAY) * np.log((1.0 - phi) / phi)
                rate = law.rate(j, 1.0, phi, E, T)
                assert rate * (own - E) >= 0.0
                assert (abs(rate) > 1e-12) == (abs(own - E) > barrier + 1e-9)


def test_hysteresis_at_zero_rate_is_its_number_each_way() -> None:
    for barrier in (0.0, 0.01, 0.02):
        cell = half_cell("nvp", "SPM", PHASES, {BARRIER: barrier})
        (cycle,) = rate_test(cell, 0.01, cycles=1).cycles
        assert cycle is not None
        middle = 0.5 * cycle.charge.capacity
        charged = np.interp(middle, cycle.charge.capacity_mAh_g, cycle.charge.voltage_V)
        left = cycle.discharge.capacity - middle
        discharged = np.interp(left, cycle.discharge.capacity_mAh_g, cycle.discharge.voltage_V)
        assert charged - discharged == pytest.approx(2.0 * barrier, abs=4e-4)


def test_a_boundary_in_a_sphere_is_the_closed_form_of_a_shell() -> None:
    error, order, lost = shell_front((25, 50))
    assert error.found < 6e-3
    assert order.met
    assert lost.met


@pytest.mark.parametrize("model", ["SPM", "SPMe", "DFN"])
def test_no_sodium_is_made_or_lost(model: str) -> None:
    cell = nvp(model)
    sim = cell.simulation()
    sim.parameter_values["Current function [A]"] = -2.0 * cell.one_C_current
    found = sim.solve(np.linspace(0.0, 1500.0, 40))
    held = found["Average positive particle concentration [mol.m-3]"].entries
    volume = cell.number("Positive electrode active material volume fraction") * cell.number(
        "Positive electrode thickness [m]"
    )
    area = cell.number("Electrode height [m]") * cell.number("Electrode width [m]")
    passed = 2.0 * cell.one_C_current * found.t
    stored = (held - held[0]) * volume * area * FARADAY
    assert np.max(np.abs(stored + passed)) < 1e-8 * passed[-1]


def test_fast_exchange_is_equilibrium() -> None:
    cell = nvp(D=1e-9, spread=0.0, barrier=0.0)
    (cycle,) = rate_test(cell, 0.02, cycles=1).cycles
    assert cycle is not None
    y0 = cell.parameter_values.evaluate(
        pybamm.Parameter("Initial concentration in positive electrode [mol.m-3]")
    )
    y0 /= cell.parameter_values.evaluate(
        pybamm.Parameter("Maximum concentration in positive electrode [mol.m-3]")
    )
    usable = cell.number("Positive electrode usable specific capacity [mA.h.g-1]")
    theta = np.linspace(0.0, 1.0, 20001)
    content, E = LAW.content(theta, T), LAW.potential(theta)
    at = np.linspace(2.0, cycle.charge.capacity - 2.0, 60)
    measured = np.interp(at, cycle.charge.capacity_mAh_g, cycle.charge.voltage_V)
    expected = np.interp(y0 - at / usable, content, E)
    assert np.max(np.abs(measured - expected)) < 1e-3  # of which 0.6 mV are foil and interface


def left_at_the_end(k: float, current: float) -> float:
    """Sodium that one size holds at the end of a charge [-], beyond the plateau: of ``u' = -k u`` beside a
    solid solution that gives the rest, ``-f theta' = I - k u``, from ``u = I/k``."""
    theta = np.interp([3.37, 4.0], LAW.potential(np.linspace(1.0, 0.0, 4001)), np.linspace(1.0, 0.0, 4001))
    gives = LAW.share * (theta[0] - theta[1])
    x = brentq(lambda x: x - 1.0 + np.exp(-x) - k * gives / current, 0.0, 1e3)
    return float(current / k * np.exp(-x))


def test_what_is_left_at_a_rate_is_that_of_the_closed_form() -> None:
    slow = 1e-16
    cell = half_cell("nvp", "SPM", {**PHASES, "phase classes": "1"}, {D: slow, SPREAD: 0.0, BARRIER: 0.0})
    k = 15.0 * slow / cell.number("Positive particle radius [m]") ** 2
    usable = cell.number("Positive electrode usable specific capacity [mA.h.g-1]")
    rates = (0.5, 2.0)
    charges = rate_test(cell, rates, cycles=1).table()["charge_capacity_mAh_g"].to_numpy()
    expected = [left_at_the_end(k, rate * 117.6 / usable / 3600.0) for rate in rates]
    assert (charges[0] - charges[1]) / usable == pytest.approx(expected[1] - expected[0], rel=0.06)


def test_sizes_make_the_end_gradual_and_the_phases_follow_one_another() -> None:
    found = {
        spread: rate_test(nvp(D=2e-16, spread=spread), [1, 6], cycles=2).table() for spread in (0.0, 0.8)
    }
    narrow, wide = (table["capacity_mAh_g"].to_numpy() for table in found.values())
    assert wide[0] < narrow[0]
    cell = nvp()
    sim = cell.simulation()
    sim.parameter_values["Current function [A]"] = -0.1 * cell.one_C_current
    solution = sim.solve(np.linspace(0.0, 3600.0 * 9.6, 200))
    shares = {p: solution[f"Average positive particle {p} share"].entries for p in ("Na3", "Na2", "Na1")}
    assert np.max(np.abs(sum(shares.values()) - 1.0)) < 1e-9
    assert shares["Na3"][0] > 0.99
    assert shares["Na1"][-1] > 0.9
    assert max(shares["Na2"]) > 0.3


def test_full_cells_waterfalls_pulses_and_impedance_have_it() -> None:
    cell = full_cell(model="SPM", options={"sodium storage": ("kinetic", "phases")})
    single = full_cell(model="SPM")
    found = [energy_test(one, 0.2, cycles=1).points[0].capacity_mAh_g_cathode for one in (cell, single)]
    assert found[0] == pytest.approx(found[1], rel=0.01)
    assert abs(energy_waterfall(cell, 1.0, cycles=1).closure_Wh_kg_active) < 1e-3
    assert eis(nvp(), [0.5], frequencies_Hz=(1e3, 1.0)).spectra[0].status == "ok"


def test_cost_is_at_most_twice_that_of_the_single_phase() -> None:
    states = []
    for storage in ("single", "phases"):
        sim = half_cell("nvp", "DFN", {"sodium storage": storage}).simulation()
        sim.build()
        states.append(sim.built_model.len_rhs_and_alg)
    assert states[1] < 0.6 * states[0]


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("nvp", {**PHASES, "thermal": "lumped"}, "works with 'isothermal' only"),
        ("nvp", {**PHASES, "particle size": "distribution"}, "works with 'single' only"),
        ("nvp", {"phase classes": "2"}, "does nothing"),
    ],
)
def test_what_the_phases_cannot_have_is_refused(name: str, options: dict[str, str], says: str) -> None:
    with pytest.raises(pybamm.OptionError, match=says):
        half_cell(name, "SPM", options)
