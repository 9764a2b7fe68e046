"""Impedance of the models: parts that add up, symmetry, agreement with a sine, inputs returned."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pybamm
import pytest

from napore.cells import Cell, half_cell
from napore.experiments import ExperimentError, ImpedanceTest, eis
from napore.experiments.circuits import has_sloping_line
from napore.full_cells import full_cell, load_cell
from napore.start import ends_of

VOLTAGES = (0.02, 0.05, 0.1, 0.3, 0.6, 1.0)


@pytest.fixture(scope="module")
def cell() -> Cell:
    return half_cell("fjh", "SPMe")


@pytest.fixture(scope="module")
def spectra(cell: Cell) -> ImpedanceTest:
    return eis(cell, voltages_V=VOLTAGES)


def impedance(test: ImpedanceTest, number: int = 0) -> np.ndarray:
    Z = test.spectra[number].impedance_ohm
    assert Z is not None
    return Z


def test_parts_add_up(spectra: ImpedanceTest) -> None:
    for number, spectrum in enumerate(spectra.spectra):
        assert set(spectrum.parts_ohm) == {"carbon", "separator", "foil", "contact"}
        assert np.allclose(sum(spectrum.parts_ohm.values()), impedance(spectra, number), rtol=1e-10)


def test_resistance_of_carbon_and_foil_is_the_input(spectra: ImpedanceTest) -> None:
    for spectrum in spectra.spectra:
        assert spectrum.charge_transfer_resistance_ohm == pytest.approx(20.0, rel=0.10)
        # above half a volt the exchange of the strong sites shows beside that of the interface
        assert spectrum.voltage_V is not None
        within = 0.03 if spectrum.voltage_V < 0.5 else 0.09
        assert spectrum.carbon_charge_transfer_resistance_ohm == pytest.approx(14.6, rel=within)


def test_two_arcs_and_a_line_at_every_voltage(spectra: ImpedanceTest) -> None:
    for number, spectrum in enumerate(spectra.spectra):
        assert len(spectrum.arcs_Hz) == 2
        assert has_sloping_line(spectrum.frequency_Hz, impedance(spectra, number))


def test_the_fast_arc_is_the_foil_and_the_slow_one_the_carbon(spectra: ImpedanceTest) -> None:
    for spectrum in spectra.spectra:
        foil, carbon = (-spectrum.parts_ohm[name].imag for name in ("foil", "carbon"))
        fast, slow = (int(np.argmin(np.abs(spectrum.frequency_Hz - top))) for top in spectrum.arcs_Hz)
        assert foil[fast] > 5 * carbon[fast]
        assert carbon[slow] > 5 * foil[slow]


def test_spectra_obey_kramers_and_kronig(spectra: ImpedanceTest) -> None:
    for spectrum in spectra.spectra:
        assert spectrum.kramers_kronig_residual is not None
        assert spectrum.kramers_kronig_residual < 0.005


SLOW_DFN = ["SPM", "SPMe", pytest.param("DFN", marks=pytest.mark.slow)]


@pytest.mark.parametrize("model", SLOW_DFN)
def test_half_cell_equals_the_impedance_of_pybamm(model: str) -> None:
    made = half_cell("tf", model, {"surface form": "differential"})
    values = made.parameter_values.copy()
    share = float(made.isotherm.stoichiometry(0.1))
    c_max = made.number("Maximum concentration in positive electrode [mol.m-3]")
    values["Initial concentration in positive electrode [mol.m-3]"] = share * c_max
    frequencies = [1e4, 10.0, 0.01]
    theirs = pybamm.EISSimulation(made.model, parameter_values=values).solve(frequencies).impedance
    ours = eis(made, voltages_V=0.1, frequencies_Hz=frequencies)
    # the SPMe's mean concentration of salt, an algebraic state, is guessed to 1e-5
    assert np.allclose(impedance(ours), theirs, rtol=1e-4 if model == "SPMe" else 1e-9)


@pytest.mark.parametrize("model", SLOW_DFN)
def test_symmetric_cell_is_twice_the_carbon_and_a_separator(model: str) -> None:
    made = half_cell("fjh", model)
    frequencies = np.logspace(4, -1, 16)
    both = eis(made, soc=0.4, arrangement="symmetric", frequencies_Hz=frequencies).spectra[0]
    half = eis(made, soc=0.4, frequencies_Hz=frequencies).spectra[0]
    carbon = half.parts_ohm["carbon"]
    assert both.voltage_V == pytest.approx(0.0, abs=1e-9)
    assert np.allclose(both.parts_ohm["carbon"], both.parts_ohm["other carbon"], rtol=1e-3, atol=1e-3)
    # salt polarises a little differently between two porous electrodes
    assert np.allclose(both.parts_ohm["carbon"], carbon, rtol=0.01, atol=0.02)


def test_reference_electrode_sees_carbon_and_half_the_separator(cell: Cell, spectra: ImpedanceTest) -> None:
    test = eis(cell, voltages_V=0.3, arrangement="three-electrode")
    parts = spectra.spectra[VOLTAGES.index(0.3)].parts_ohm
    high = impedance(test)[:20]
    assert np.allclose(high, (parts["carbon"] + 0.5 * parts["separator"])[:20], rtol=1e-3)
    assert test.spectra[0].charge_transfer_resistance_ohm == pytest.approx(14.6, rel=0.02)


@pytest.mark.slow
def test_full_cell_of_the_spme_is_that_of_the_dfn() -> None:
    # PyBaMM's own EISSimulation of an SPMe with two porous electrodes loses the cathode's arc
    frequencies = np.logspace(3, -1, 13)
    found = {
        model: impedance(eis(full_cell("fjh", "NVP", model=model), soc=0.5, frequencies_Hz=frequencies))
        for model in ("SPMe", "DFN")
    }
    assert np.allclose(found["SPMe"], found["DFN"], rtol=0.02)


@pytest.mark.parametrize(("carbon", "energy"), [("fjh", 9760.0), ("tf", 26490.0)])
def test_activation_energy_of_the_carbon_is_the_input(carbon: str, energy: float) -> None:
    test = eis(half_cell(carbon, "SPMe"), voltages_V=0.3, temperatures_C=(5, 15, 25, 35, 45))
    assert test.activation_energy_J_mol == pytest.approx(energy, rel=0.02)
    assert test.apparent_activation_energy_J_mol is not None
    assert test.apparent_activation_energy_J_mol > energy  # the foil's barrier is 30 kJ/mol


@pytest.mark.parametrize(
    ("name", "model", "law"),
    [
        ("fjh", "SPMe", "mean field"),
        ("fjh", "SPMe", "three kinds"),
        pytest.param("fjh", "DFN", "mean field", marks=pytest.mark.slow),
        pytest.param("fjh", "DFN", "three kinds", marks=pytest.mark.slow),
        pytest.param("fjh-nvp", "SPMe", "mean field", marks=pytest.mark.slow),
    ],
)
def test_impedance_is_that_of_a_small_sine(name: str, model: str, law: str) -> None:
    made = load_cell(name, model, {"surface form": "differential", "adsorption law": law})
    for domain, share in ends_of(made).stoichiometries(0.3).items():
        c_max = made.number(f"Maximum concentration in {domain} electrode [mol.m-3]")
        made.parameter_values[f"Initial concentration in {domain} electrode [mol.m-3]"] = share * c_max
    frequencies = (1000.0, 50.0, 1.0, 0.05)
    Z = impedance(eis(made, soc=0.3, frequencies_Hz=frequencies))
    found = _by_sine(made, frequencies, 1e-3 / np.abs(Z))
    assert np.abs(found) == pytest.approx(np.abs(Z), rel=0.01)
    assert np.angle(found / Z) == pytest.approx(0.0, abs=0.01)


def _by_sine(made: Cell, frequencies: Sequence[float], amplitudes: Any) -> np.ndarray:
    """Impedance by sines of current; a parabola takes the drift of the last two periods."""
    values = made.parameter_values.copy()
    amplitude, frequency = pybamm.InputParameter("amplitude"), pybamm.InputParameter("frequency")
    values["Current function [A]"] = amplitude * pybamm.sin(2 * np.pi * frequency * pybamm.t)
    solver = pybamm.IDAKLUSolver(rtol=1e-8, atol=1e-11)
    simulation = pybamm.Simulation(made.model, parameter_values=values, solver=solver)
    periods, points = 6, 100
    found = []
    for f, a in zip(frequencies, amplitudes, strict=True):
        t = np.linspace(0.0, periods / f, periods * points + 1)
        solution: Any = simulation.solve([0.0, t[-1]], t_interp=t, inputs={"amplitude": a, "frequency": f})
        s = t[-2 * points - 1 :]
        phase = 2 * np.pi * f * s
        basis = np.stack([np.sin(phase), np.cos(phase), np.ones_like(s), s - s[0], (s - s[0]) ** 2], axis=1)
        real, imaginary, *_ = np.linalg.lstsq(basis, np.asarray(solution["Voltage [V]"](s)), rcond=None)[0]
        found.append(-(real + 1j * imaginary) / a)
    return np.array(found)


def test_states_along_a_titration_are_those_of_their_voltages() -> None:
    made = half_cell("fjh", "SPM")
    pulse = ("Discharge at 1C for 10 minutes", "Rest for 40 minutes")
    solution = made.simulation(pybamm.Experiment([pulse] * 3)).solve(calc_esoh=False)
    frequencies = np.logspace(4, 0, 21)
    along = eis(made, states=solution.cycles, frequencies_Hz=frequencies)
    assert len(along.spectra) == 3
    voltages = [float(cycle["Voltage [V]"].entries[-1]) for cycle in solution.cycles]
    assert [s.voltage_V for s in along.spectra] == pytest.approx(voltages, abs=1e-3)
    rest = eis(made, voltages_V=voltages[0], frequencies_Hz=frequencies)
    # on the slope nothing is left to relax after 40 minutes
    assert np.allclose(impedance(along), impedance(rest), rtol=0.01)


@pytest.mark.parametrize(
    "option", [{"SEI": "constant"}, {"contact resistance": "true"}, {"pore filling": "sinh"}]
)
def test_options_of_the_cell_are_kept(option: dict[str, str]) -> None:
    values = {"Contact resistance [Ohm]": 2.0}
    made = half_cell("fjh", "SPM", option, values if "contact resistance" in option else None)
    test = eis(made, voltages_V=0.3)
    spectrum = test.spectra[0]
    assert spectrum.status == "ok"
    contact = 2.0 if "contact resistance" in option else 0.0
    assert np.allclose(spectrum.parts_ohm["contact"], contact, atol=1e-5)
    if "SEI" in option:  # its resistance widens the carbon's arc and makes no other
        assert (spectrum.carbon_charge_transfer_resistance_ohm or 0.0) > 15.5
        assert len(spectrum.arcs_Hz) <= 2


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({"soc": 1.2}, "soc is 1.2: give a number from 0 to 1"),
        ({"soc": float("nan")}, "soc is nan"),
        ({"soc": []}, "no soc is given"),
        ({"soc": "half"}, "soc is 'half'"),
        ({"frequencies_Hz": [0.0]}, "frequency is 0 Hz: give a number from"),
        ({"frequencies_Hz": [1.0, -1.0]}, "frequency is -1 Hz"),
        ({"frequencies_Hz": [float("inf")]}, "frequency is inf Hz"),
        ({"temperatures_C": -200}, "temperature is -200 C: give a number from -123.15 to 226.85 C"),
        ({"temperatures_C": 500}, "temperature is 500 C: give a number from -123.15 to 226.85 C"),
        ({"voltages_V": 5.0}, "voltage is 5 V: give one between the cut-offs, 0.01 and 3 V"),
        ({"soc": 0.2, "voltages_V": 0.3}, "soc and voltages_V are given: give one of them"),
        ({"arrangement": "two"}, "arrangement is 'two': choose from two-electrode"),
        ({"states": []}, "no state is given"),
    ],
)
def test_refusals(cell: Cell, conditions: dict[str, Any], message: str) -> None:
    with pytest.raises(ExperimentError, match=message.replace("(", r"\(")):
        eis(cell, **conditions)


def test_a_cathode_has_no_symmetric_cell() -> None:
    with pytest.raises(ExperimentError, match="nvp is not the half cell of one"):
        eis(half_cell("nvp", "SPM"), arrangement="symmetric")
