"""The law "three kinds" through options, files, values and experiments, and what it refuses."""

from pathlib import Path
from typing import Any

import numpy as np
import pybamm
import pytest
from click.testing import CliRunner

import napore
from napore.cells import Cell, CellError, half_cell
from napore.cli import main
from napore.designs.equilibrium import EquilibriumPair
from napore.models.laws import THREE_KINDS, adsorption_law
from napore.models.options import CarbonOptions
from napore.parameters.carbon import pore_classes
from napore.parameters.numbers import numbers_of
from napore.validation.verification.energy_electrode import CarbonBudget

C = "Carbon electrode"
BARRIERS = f"{C} barrier share of the rate spread"
NUMBERS = (*adsorption_law(THREE_KINDS).parameters.values(), *adsorption_law(THREE_KINDS).beside)


def made(model: str = "SPM", options: dict[str, Any] | None = None, **parameters: Any) -> Cell:
    return half_cell("fjh", model, options, parameters)


def voltages(cell: Cell, **inputs: Any) -> Any:
    values = cell.parameter_values.copy()
    values.update(dict.fromkeys(inputs, "[input]"))
    values["Current function [A]"] = cell.one_C_current
    solver = pybamm.IDAKLUSolver(rtol=1e-8, atol=1e-10)
    solution = pybamm.Simulation(cell.model, parameter_values=values, solver=solver).solve(
        [0.0, 2400.0], inputs=inputs
    )
    return solution["Voltage [V]"](np.minimum(np.linspace(10.0, 2400.0, 20), solution.t[-1]))


@pytest.mark.parametrize(
    ("asked", "filling"),
    [
        ({}, "exchange"),
        ({"adsorption law": "mean field"}, "relaxation"),
        ({"adsorption law": (THREE_KINDS, "mean field")}, ("exchange", "relaxation")),
        ({"pore filling": "emptying"}, "emptying"),
        ({"pore filling": "relaxation"}, "relaxation"),
    ],
)
def test_law_brings_its_filling_law(asked: dict[str, Any], filling: str | tuple[str, str]) -> None:
    options = CarbonOptions({"sodium storage": "kinetic", **asked})
    assert options["pore filling"] == filling
    again = CarbonOptions(dict(options))
    assert again["pore filling"] == filling


def test_filling_law_that_nothing_follows_is_refused() -> None:
    assert CarbonOptions({"sodium storage": "equilibrium"})["pore filling"] == "exchange"
    with pytest.raises(pybamm.OptionError, match="leave it 'exchange'"):
        CarbonOptions({"sodium storage": "equilibrium", "pore filling": "emptying"})


def test_exchange_without_symmetry_is_relaxation() -> None:
    zero: dict[str, Any] = {f"{C} pore exchange symmetry": 0.0}
    own, other = made("SPM", None, **zero), made("SPM", {"pore filling": "relaxation"})
    assert np.abs(voltages(own) - voltages(other)).max() < 1e-6
    assert (
        np.abs(voltages(made("SPM", None, **{f"{C} pore exchange symmetry": 0.3})) - voltages(own)).max()
        > 1e-4
    )


@pytest.mark.parametrize(
    "numbers",
    [
        ("strong site potential width [V]", "strong site exchange symmetry", "large pore share"),
        pytest.param(NUMBERS, marks=pytest.mark.slow),
    ],
)
def test_numbers_act_as_values_and_as_inputs(numbers: tuple[str, ...]) -> None:
    options = {"pore filling": "exchange"}
    base: dict[str, Any] = {f"{C} pore exchange symmetry": 0.1, "Ambient temperature [K]": 288.15}
    cell = made(options=options, **base)
    known = numbers_of(cell.parameter_values)
    names = {name: f"Positive electrode {name}" for name in numbers}
    inputs = {full: known[full] for full in names.values()}
    plain = voltages(cell)
    assert np.abs(voltages(cell, **inputs) - plain).max() < 1e-6
    for name, full in names.items():
        changed = voltages(cell, **{**inputs, full: 0.8 * known[full]})
        assert np.abs(changed - plain).max() > 1e-5, name
    full = names["strong site potential width [V]"]
    given = made(options=options, **{**base, f"{C} strong site potential width [V]": 1.05 * known[full]})
    same = voltages(cell, **{**inputs, full: 1.05 * known[full]})
    assert np.abs(voltages(given) - same).max() < 1e-6


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"strong sites": "local", "adsorption law": "mean field"}, "has none"),
        ({"strong sites": "local", "sodium storage": "equilibrium"}, "does nothing"),
        ({"strong sites": "each"}, "choose from 'averaged', 'local'"),
    ],
)
def test_options_that_cannot_act_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(pybamm.OptionError, match=said):
        made(options=options)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (
            {BARRIERS: 1.0, f"{C} strong site exchange activation energy [J.mol-1]": 10e3},
            "barrier below",
        ),
        ({f"{C} strong site exchange symmetry": 0.7}, "is 0.7: give a value from 0 to 0.5"),
        ({f"{C} large pore share": 1.0}, "large pore share"),
    ],
)
def test_numbers_that_cannot_be_are_refused(numbers: dict[str, Any], said: str) -> None:
    with pytest.raises(CellError, match=said):
        made(**numbers)


def test_a_budget_without_strong_sites_is_refused() -> None:
    cell = made()
    with pytest.raises(ValueError, match="strongly bound sodium"):
        CarbonBudget(cell, "positive", None)  # type: ignore[arg-type]


def test_a_share_of_barriers_in_a_set_of_another_law() -> None:
    """It acts on the pores of any law; without it nothing changes."""
    cold = {"Ambient temperature [K]": 273.15}
    law = {"adsorption law": "mean field"}
    plain, zero, half = (
        half_cell("fjh", "SPM", law, {**cold, **more}) for more in ({}, {BARRIERS: 0.0}, {BARRIERS: 0.5})
    )
    assert np.array_equal(voltages(plain), voltages(zero))
    assert np.abs(voltages(half) - voltages(plain)).max() > 2e-5


def test_a_file_of_the_law_runs(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    runner = CliRunner()
    asked = ["parameters", "new", "--from", "fjh", "--law", THREE_KINDS, str(file)]
    assert runner.invoke(main, asked).exit_code == 0
    for name in NUMBERS:
        assert f'["{C} {name}"]' in file.read_text("utf-8")
    assert runner.invoke(main, ["parameters", "check", str(file)]).exit_code == 0
    shown = runner.invoke(main, ["rate", str(file), "--rates", "1", "--model", "SPM"])
    assert shown.exit_code == 0
    assert "ok" in shown.output


def test_two_populations_of_pores() -> None:
    assert [one.population for one in pore_classes(5, THREE_KINDS)] == ["small"] * 3 + ["large"] * 2
    assert [one.population for one in pore_classes(3, "mean field")] == ["all"] * 3
    cell = half_cell("fjh", "SPM", parameters={f"{C} large pore share": 0.3})
    shares = [cell.number(f"Positive electrode pore class {k} capacity share") for k in range(1, 6)]
    assert shares == pytest.approx([0.7 / 3.0] * 3 + [0.15] * 2)
    radii = [cell.number(f"Positive electrode pore class {k} radius [m]") for k in range(1, 6)]
    assert radii[2] < 2e-9 < 5e-9 < radii[3]


def test_the_balance_of_a_full_cell_counts_strong_sites() -> None:
    cell = napore.full_cell("fjh", "NVP", model="SPM")
    pair, curve = EquilibriumPair.of(cell), cell.isotherm
    for theta in (0.1, 0.5, 0.99):
        E, x, _ = (float(value) for value in pair._curve(theta))
        assert x == pytest.approx(float(curve.stoichiometry_at(theta, 298.15)), abs=1e-12)
        assert pytest.approx(float(curve.potential(x)), abs=1e-9) == E


@pytest.mark.slow
@pytest.mark.parametrize("model", ["SPM", "DFN"])
def test_experiments(model: str) -> None:
    cell = made(model)
    spectrum = napore.eis(cell, soc=[0.3]).table()
    assert list(spectrum["status"]) == ["ok"]
    pulses = napore.gitt(cell, direction="sodiation").table()
    assert len(pulses) > 20
    assert list(napore.cv(cell, [0.5]).table()["status"]) == ["ok"]
