"""Nodes that PyBaMM settles when it puts the numbers in: exact as numbers, as inputs and in derivatives."""

from typing import Any

import numpy as np
import pybamm
import pytest

from napore.cells import half_cell
from napore.models.isotherm import Isotherm
from napore.models.laws import ADSORPTION_LAWS
from napore.models.live import NumberError
from napore.models.parameters import CarbonParameters
from napore.parameters.carbon import isotherm
from napore.parameters.cathode import content_at, two_phase
from napore.parameters.numbers import number
from napore.parameters.sets import load_set

RADIUS = "Positive electrode pore median radius [m]"
SOURCE = load_set("fjh")
CARBON = CarbonParameters("positive", SOURCE.classes, law=SOURCE.law)


def shipped_isotherm(values: pybamm.ParameterValues) -> Isotherm:
    return isotherm(values, "positive", SOURCE.classes, SOURCE.law)


def processed(values: pybamm.ParameterValues, symbol: pybamm.Symbol, **inputs: float) -> Any:
    return np.squeeze(values.process_symbol(symbol).evaluate(inputs=inputs))


def as_inputs(values: pybamm.ParameterValues, *names: str) -> tuple[pybamm.ParameterValues, dict[str, float]]:
    changed = values.copy()
    changed.update(dict.fromkeys(names, "[input]"))
    return changed, {name: number(values, name) for name in names}


@pytest.mark.parametrize("T", [263.15, 298.15, 323.15])
@pytest.mark.parametrize("x", [1e-4, 0.01, 0.3, 0.7, 0.95])
def test_with_inputs_the_inverse_isotherm_is_exact(x: float, T: float) -> None:
    values = pybamm.ParameterValues("Gu2025_FJH_half")
    live, inputs = as_inputs(values, RADIUS, "Positive electrode mobile site potential [V]")
    split = shipped_isotherm(values).split(x, T)
    theta, fillings = CARBON.rest(pybamm.Scalar(x), pybamm.Scalar(T))
    assert processed(live, theta, **inputs) == pytest.approx(float(split.theta), abs=1e-13)
    assert processed(values, theta) == pytest.approx(float(split.theta), abs=1e-13)
    for phi, exact in zip(fillings, split.phi, strict=True):
        assert processed(live, phi, **inputs) == pytest.approx(float(exact), abs=1e-12)
    occupancy = CARBON.equilibrium_occupancy(pybamm.Scalar(x), pybamm.Scalar(T))
    assert processed(live, occupancy, **inputs) == pytest.approx(float(split.theta), abs=1e-13)


@pytest.mark.parametrize("E", [2.9, 1.0, 0.3, 0.08, 0.02])
def test_content_at_a_potential_and_its_derivative(E: float) -> None:
    values = pybamm.ParameterValues("Gu2025_FJH_half")
    names = ("Positive electrode adsorption capacity fraction", RADIUS)
    live, inputs = as_inputs(values, *names)
    symbol = CARBON.equilibrium_stoichiometry(pybamm.Scalar(E), pybamm.Scalar(298.15))
    assert processed(live, symbol, **inputs) == pytest.approx(
        float(shipped_isotherm(values).stoichiometry(E)), abs=1e-13
    )
    import casadi

    arguments = {name: casadi.MX.sym("a") for name in names}
    expression = live.process_symbol(symbol).to_casadi(inputs=arguments)
    slope = casadi.Function("f", list(arguments.values()), [casadi.gradient(expression, arguments[RADIUS])])
    exact = float(slope(*inputs.values()))
    step = 1e-5 * inputs[RADIUS]
    ends = [processed(live, symbol, **{**inputs, RADIUS: inputs[RADIUS] + sign * step}) for sign in (1, -1)]
    assert exact == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-5, abs=1e-3)


def test_entropic_change_with_inputs_is_that_of_the_table() -> None:
    values = pybamm.ParameterValues("Gu2025_FJH_half")
    live, inputs = as_inputs(values, RADIUS)
    x = pybamm.Vector(np.linspace(0.05, 0.95, 40))
    exact = processed(live, CARBON.entropic_change(x), **inputs)
    table = processed(values, CARBON.entropic_change(x))
    assert np.abs(exact - table).max() < 1e-7  # V/K


@pytest.mark.parametrize("V", [2.5, 3.3, 3.37, 3.9])
def test_content_of_a_cathode_at_a_potential(V: float) -> None:
    values = pybamm.ParameterValues("Gu2025_NVP_half")
    live, inputs = as_inputs(values, "Positive electrode plateau potential [V]")
    law = two_phase(values)
    symbol = content_at(pybamm.Scalar(V))
    for found in (processed(values, symbol), processed(live, symbol, **inputs)):
        assert float(law.potential(found)) == pytest.approx(V, abs=1e-9)
    values.update({"Positive electrode OCP [V]": lambda sto: 3.4 - 0.1 * sto})
    with pytest.raises(NumberError, match="is not that of the plateau"):
        processed(values, symbol)


def test_open_circuit_potential_of_pybamm_is_the_equilibrium() -> None:
    values = pybamm.ParameterValues("Gu2025_FJH_half")
    curve = shipped_isotherm(values)
    param = pybamm.LithiumIonParameters({"working electrode": "positive"})
    for E in (2.9, 1.0, 0.3, 0.08, 0.03):
        x = float(curve.stoichiometry(E))
        assert processed(values, param.p.prim.U(pybamm.Scalar(x), pybamm.Scalar(298.15))) == pytest.approx(
            E, abs=1e-3
        )


def test_a_law_that_is_a_table_takes_no_input() -> None:
    cell = half_cell("fjh", "SPM", {"adsorption law": "site energy distribution"})
    values = cell.parameter_values.copy()
    values["Positive electrode adsorption stage 1 potential [V]"] = "[input]"
    with pytest.raises(NumberError, match="cannot be an input here: the adsorption law"):
        values.process_model(cell.model, inplace=False)


@pytest.mark.parametrize("T", [263.15, 298.15, 323.15])
@pytest.mark.parametrize("x", [1e-4, 0.01, 0.3, 0.7, 0.95])
def test_pores_are_inputs_beside_a_law_that_is_a_table(x: float, T: float) -> None:
    cell = half_cell("fjh", "SPM", {"adsorption law": "site energy distribution"})
    live, inputs = as_inputs(cell.parameter_values, RADIUS, "Positive electrode adsorption capacity fraction")
    carbon = CarbonParameters("positive", cell.pore_classes, law="site energy distribution")
    theta, _ = carbon.rest(pybamm.Scalar(x), pybamm.Scalar(T))
    assert processed(live, theta, **inputs) == pytest.approx(
        float(cell.isotherm.split(x, T).theta), abs=1e-12
    )
    wider = {**inputs, RADIUS: 1.1 * inputs[RADIUS]}
    changed = half_cell(
        "fjh", "SPM", {"adsorption law": "site energy distribution"}, {RADIUS: wider[RADIUS]}
    ).isotherm
    potential = carbon.equilibrium_potential(pybamm.Scalar(x), pybamm.Scalar(T))
    assert processed(live, potential, **wider) == pytest.approx(float(changed.potential(x, T)), abs=1e-9)


@pytest.mark.parametrize("law", list(ADSORPTION_LAWS))
def test_a_cell_at_rest_is_at_its_upper_cut_off_with_each_law(law: str) -> None:
    cell = half_cell("fjh", "SPM", {"adsorption law": law})
    x = cell.number("Initial concentration in positive electrode [mol.m-3]") / cell.number(
        "Maximum concentration in positive electrode [mol.m-3]"
    )
    assert float(cell.isotherm.potential(x)) == pytest.approx(cell.cut_offs[1], abs=1e-4)
    own, other = (
        {f"Carbon electrode {name}" for name in (*known.parameters.values(), *known.beside)}
        for known in (ADSORPTION_LAWS[SOURCE.law], ADSORPTION_LAWS[law])
    )
    assert set(SOURCE.entries) - set(cell.source.entries) == own - other


@pytest.mark.parametrize("model", ["SPM", "DFN"])
def test_inputs_of_equilibrium_storage_give_what_new_numbers_give(model: str) -> None:
    cell = half_cell("fjh", model, {"sodium storage": "equilibrium"})
    times = np.linspace(1.0, 1800.0, 20)

    def voltage(values: pybamm.ParameterValues, inputs: dict[str, float]) -> np.ndarray:
        simulation = pybamm.Simulation(cell.model.new_copy(), parameter_values=values)
        return np.asarray(simulation.solve([0.0, 1800.0], inputs=inputs)["Voltage [V]"](times))

    live, inputs = as_inputs(cell.parameter_values, "Positive electrode pore wetting energy [J.m-2]", RADIUS)
    # radii and energy by the same factor would change nothing
    wider = {name: value * factor for (name, value), factor in zip(inputs.items(), (1.1, 0.9), strict=True)}
    changed = cell.parameter_values.copy()
    changed.update(wider)
    found = voltage(live, wider)
    assert np.abs(found - voltage(changed, {})).max() < 1e-6
    assert np.abs(found - voltage(live, inputs)).max() > 1e-3
