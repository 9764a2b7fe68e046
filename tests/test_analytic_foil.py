"""Sodium foil of a half cell: slow exchange, and a film of its own."""

import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pybamm
import pytest

import napore
from napore.cells import Cell, CellError, half_cell
from napore.experiments.lumped import lumped_cell
from napore.models.foil import FILM
from napore.models.solver import CarbonSolver
from napore.parameters.electrolytes import load_electrolyte, with_electrolyte
from napore.parameters.sets import load_set

FOIL = "Sodium metal reference exchange-current density [A.m-2]"
BARRIER = "Sodium metal exchange-current activation energy [J.mol-1]"
OHM_CM2 = 1e-4


def solved(cell: Cell, sign: float = 1.0, **inputs: float) -> pybamm.Solution:
    values = cell.parameter_values.copy()
    values["Current function [A]"] = sign * cell.one_C_current
    values.update(dict.fromkeys(inputs, "[input]"))
    solver = CarbonSolver(rtol=1e-8, atol=1e-10)
    simulation = pybamm.Simulation(cell.model, parameter_values=values, solver=solver)
    return simulation.solve(np.linspace(0.0, 600.0, 61), inputs=inputs)


def current(cell: Cell) -> float:
    """Current density of the foil at 1 C [A/m2]."""
    return cell.one_C_current / cell.number("Electrode width [m]") / cell.number("Electrode height [m]")


@pytest.mark.parametrize(
    ("carbon", "model", "options"),
    [
        ("fjh", "SPM", {}),
        ("fjh", "SPM", {"surface form": "differential"}),
        ("NVP", "SPMe", {}),
        pytest.param("fjh", "DFN", {}, marks=pytest.mark.slow),
        pytest.param("fjh", "DFN", {"surface form": "algebraic"}, marks=pytest.mark.slow),
        pytest.param("fjh", "SPMe", {"intercalation kinetics": "linear"}, marks=pytest.mark.slow),
    ],
)
def test_a_film_takes_current_times_resistance(carbon: str, model: str, options: dict[str, str]) -> None:
    """In both directions, in half cells of carbons and of cathodes; 5.9 ohm cm2 as in diglyme."""
    sign = -1.0 if carbon == "NVP" else 1.0
    bare, filmed = (half_cell(carbon, model, options, {FILM: R} if R else {}) for R in (0.0, 5.9 * OHM_CM2))
    assert filmed.model.options["foil film"] == "true"
    assert bare.model.options["foil film"] == "false"
    at = np.linspace(60.0, 600.0, 10)
    without, with_film = (solved(cell, sign) for cell in (bare, pickle.loads(pickle.dumps(filmed))))
    lost = sign * (without["Voltage [V]"](at) - with_film["Voltage [V]"](at))
    np.testing.assert_allclose(lost, 5.9 * OHM_CM2 * current(bare), rtol=1e-3)


def test_the_film_is_slower_in_the_cold_and_may_be_an_input() -> None:
    cold = half_cell("fjh", "SPM", parameters={FILM: 1e-3, BARRIER: 64e3, "Ambient temperature [K]": 273.15})
    warmer = math.exp(64e3 / 8.314462618 * (1.0 / 298.15 - 1.0 / 273.15))
    drop = solved(cold, **{FILM: 2e-3})["Negative electrode SEI film overpotential [V]"].entries.ravel()[-1]
    assert drop == pytest.approx(-current(cold) * 2e-3 / warmer, rel=1e-6)


@pytest.mark.parametrize("i0", [0.5, pytest.param(40.0, marks=pytest.mark.slow)])
def test_the_foil_and_its_film_are_what_an_impedance_shows(i0: float) -> None:
    """Carbonate and diglyme: ``R T/(F i0) + R_film`` more than a foil without resistance."""
    arcs = []
    for numbers in ({FOIL: 1e5}, {FOIL: i0, FILM: 5.9 * OHM_CM2}):
        cell = half_cell("fjh", "SPM", parameters=numbers)
        spectrum = napore.eis(cell, voltages_V=0.3, frequencies_Hz=[1e4, 1.0, 0.01]).spectra[0]
        arcs.append(spectrum.impedance_ohm[-1].real)
    area = math.pi * 0.25 * 0.011**2
    expected = (8.314462618 * 298.15 / 96485.33212 * (1.0 / i0 - 1e-5) + 5.9 * OHM_CM2) / area
    assert arcs[1] - arcs[0] == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize("R", [0.0, 100.0 * OHM_CM2])
def test_a_slow_foil_takes_its_share_of_the_voltage(R: float) -> None:
    """At 0.5 A/m2 the arcsinh of Butler and Volmer, not its linear part; the lumped formulation alike."""
    numbers = {FOIL: 0.5, FILM: R}
    slow, fast = (half_cell("fjh", "SPM", parameters=p) for p in (numbers, {FOIL: 1e5}))
    at = np.array([120.0, 500.0])
    lost = solved(fast)["Voltage [V]"](at) - solved(slow)["Voltage [V]"](at)
    i = current(slow)
    expected = 2.0 * 8.314462618 * 298.15 / 96485.33212 * math.asinh(i / (2.0 * 0.5)) + i * R
    np.testing.assert_allclose(lost, expected, rtol=2e-3)
    source = load_set("fjh")
    lumped = [
        lumped_cell({**source.numbers, **p}, source.classes, source.law)
        .current(300.0, longest_s=120.0)
        .voltage_V[-1]
        for p in ({FOIL: 1e5}, numbers)
    ]
    assert lumped[0] - lumped[1] == pytest.approx(expected, rel=2e-3)


def test_its_heat_counts() -> None:
    option = {"calculate heat source for isothermal models": "true"}
    bare, filmed = (half_cell("fjh", "SPM", option, {FILM: R} if R else {}) for R in (0.0, 1e-3))
    heats = [solved(cell)["Total heating [W]"].entries[-1] for cell in (bare, filmed)]
    drop = current(bare) * 1e-3
    assert heats[1] - heats[0] == pytest.approx(drop * bare.one_C_current, rel=1e-4)


def test_where_it_cannot_act_it_is_refused() -> None:
    refused: list[tuple[Any, str]] = [
        (lambda: half_cell("fjh", "SPM", {"foil film": "false"}, {FILM: 1e-3}), "does nothing"),
        (lambda: napore.full_cell("fjh", model="SPM", parameters={FILM: 1e-3}), "no sodium foil"),
        (lambda: napore.full_cell("fjh", model="SPM", options={"foil film": "true"}), "no sodium foil"),
        (lambda: half_cell("fjh", "SPM", parameters={FILM: -1e-3}), "-0.001"),
        (lambda: half_cell("fjh", "SPM", {"foil film": ("true", "false")}), "give 'true' or"),
    ]
    for make, said in refused:
        with pytest.raises((CellError, pybamm.OptionError, ValueError), match=said):
            make()
    # what an edit of the values would leave dead
    cell = half_cell("fjh", "SPM")
    cell.parameter_values[FILM] = 1e-3
    with pytest.raises(ValueError, match="foil film"):
        solved(cell)


def test_a_film_goes_with_an_electrolyte(tmp_path: Path) -> None:
    text = "\n".join(
        f'["{name}"]\nvalue = {value}\nclass = "assumed"\nsource = "test"\nrange = [{value / 2}, {value}]'
        for name, value in {
            "Electrolyte reference conductivity [S.m-1]": 0.8,
            "Electrolyte reference diffusivity [m2.s-1]": 1e-10,
            "Cation transference number": 0.4,
            FILM: 0.02,
        }.items()
    )
    path = tmp_path / "carbonate.toml"
    path.write_text('[set]\nkind = "electrolyte"\n' + text + "\n", encoding="utf-8")
    for carbon in ("fjh", "NVP"):
        assert with_electrolyte(load_set(carbon), path).numbers[FILM] == 0.02
    assert half_cell("fjh", "SPM", electrolyte=str(path)).model.options["foil film"] == "true"
    assert FILM not in with_electrolyte(load_set("fjh-nvp"), path).numbers
    # and not with another
    assert FILM in load_electrolyte(path).entries
    assert FILM not in with_electrolyte(with_electrolyte(load_set("fjh"), path), "EC:PC").numbers
