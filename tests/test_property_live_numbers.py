"""Every number of every set acts when it is changed, or is refused, or the schema says why it cannot."""

import csv
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pybamm
import pytest

import napore
from napore.full_cells import load_cell
from napore.models.live import NumberError
from napore.parameters.catalogue import CATALOGUE, NAMES
from napore.parameters.numbers import is_derived, numbers_of
from napore.parameters.schema import inert_reason, row_of
from napore.parameters.sets import load_set

COLD = {"Ambient temperature [K]": 283.15, "Initial temperature [K]": 283.15}
BEYOND = {
    (name, "Positive electrode potential fall at the full end [V]")
    for name in ("fjh-nvp", "fjh-b-nvp", "tf-nvp")
} | {("tf-nvp", "Positive electrode potential rise at the empty end [V]")}
"""What acts at an end that a formed cell does not reach; it acts in the cathode's half cell.

The small carbon of the last cell is full before its cathode is empty.
"""
REFUSED = (
    "Contact resistance [Ohm]",
    "Sodium metal film resistance [Ohm.m2]",
    "pore interaction [V]",
    "number of pore classes",
    "Ambient temperature [K]",
    "Initial temperature [K]",
)
"""What an isothermal model refuses alone, or without its option."""
TIMES = np.linspace(0.0, 2400.0, 25)
TEN = (
    "specific capacity of all sites [mA.h.g-1]",
    "areal loading [kg.m-2]",
    "true density [kg.m-3]",
    "adsorption capacity fraction",
    "mobile site potential [V]",
    "pore median radius [m]",
    "pore radius spread",
    "pore wetting energy [J.m-2]",
    "pore median filling rate [s-1]",
    "pore filling rate spread [decades]",
)


def made(name: str, model: str = "SPMe") -> tuple[pybamm.BaseModel, pybamm.ParameterValues]:
    """Plain PyBaMM model and values of a set, at 10 C, where barriers act."""
    kind = CATALOGUE[name].kind
    options: dict[str, Any] = {} if kind == "full" else {"working electrode": "positive"}
    if kind == "cathode":
        options["sodium storage"] = "single"
    else:
        options["pore classes"] = str(load_set(name).classes)
    values = pybamm.ParameterValues(NAMES[name][1])
    values.update(COLD)
    return pybamm.Model(f"Napore{model}", options), values


def run(model: pybamm.BaseModel, values: pybamm.ParameterValues, inputs: dict[str, float]) -> np.ndarray:
    """Voltage at fixed times of a half cycle at 1 C, and its duration over an hour."""
    solver = pybamm.IDAKLUSolver(rtol=1e-8, atol=1e-10)
    solution = pybamm.Simulation(model, parameter_values=values, solver=solver).solve(
        [0.0, 4800.0], inputs=inputs
    )
    end = float(solution.t[-1])
    voltage = solution["Voltage [V]"](np.minimum(TIMES, end))
    return np.append(np.where(end >= TIMES, voltage, np.nan), end / 3600.0)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Largest difference of two runs [V], or of their durations [h]."""
    return float(np.nanmax(np.abs(one - other)))


def changed_by_a_fifth(name: str, value: float, cell: str) -> list[float]:
    """A fifth more and a fifth less; of zero, a little of what is plausible."""
    if value != 0.0:
        return [1.2 * value, 0.8 * value]
    row = row_of(name, cell)
    return [0.05 * row.plausible[1]] if row is not None else [1e-3]


def outcome(ways: Any, values: list[float]) -> tuple[str, float, float]:
    """How a change ended: "acts", "inert" or "refused"; the difference, and the value that it is of."""
    refused, tried = "", False
    for value in values:
        try:
            effect = ways(value)
        except (NumberError, ValueError, pybamm.OptionError) as error:
            refused = str(error)
            continue
        except pybamm.SolverError as error:  # a fifth more of a cut-off that the cell then begins beyond
            refused = str(error)
            continue
        except IndexError:  # PyBaMM's default mesh takes no input in the geometry
            refused = "PyBaMM's default mesh takes no input: give pybamm.SymbolicUniform1DSubMesh"
            continue
        except AttributeError:  # the bound of PyBaMM's own particle has no number then
            refused = "PyBaMM's own particle: give the initial concentration as an input too"
            continue
        tried = True
        if effect > 0.0:  # what no equation reads changes not a bit
            return "acts", effect, value
    return ("inert", 0.0, values[0]) if tried else (f"refused: {refused[:90]}", math.nan, math.nan)


def rows_of(name: str) -> list[dict[str, Any]]:
    cell = CATALOGUE[name].kind
    model, values = made(name)
    base = run(model, values, {})
    numbers = numbers_of(values)
    plain = [n for n in values if isinstance(values[n], int | float) and not isinstance(values[n], bool)]
    found = []
    for number in plain:
        row: dict[str, Any] = {"set": name, "number": number, "value": numbers[number]}
        row["why inert"] = inert_reason(number, model.options, "SPMe", numbers, cell)
        steps = changed_by_a_fifth(number, numbers[number], cell)

        def as_value(value: float, number: str = number) -> float:
            own = values.copy()
            own[number] = value
            return difference(run(model, own, {}), base)

        def as_input(value: float, number: str = number) -> float:
            own = values.copy()
            own[number] = "[input]"
            return difference(run(model, own, {number: value}), base)

        def as_parameter(value: float, number: str = number) -> float:
            given = {**COLD, number: value}
            changed = load_cell(name, "SPMe", parameters=given, allow_unusual=True)
            # on the mesh of the base, not that which fits the changed cell
            return difference(run(model, changed.parameter_values, {}), base)

        if not row["why inert"]:  # what acts at an end of the window only
            steps = [*steps, 10.0 * numbers[number], 0.1 * numbers[number]]
        row["value changed"], row["by V or h"], row["to"] = outcome(as_value, steps)
        if not row["why inert"]:
            row["[input]"], row["as input"], _ = outcome(as_input, [row["to"]])
            row["parameters="], row["as parameter"], _ = outcome(as_parameter, [row["to"]])
        found.append(row)
    return found


def check(rows: list[dict[str, Any]]) -> None:
    """None silently dead, none called inert that acts, and an input does what a value does."""
    dead = [
        row
        for row in rows
        if row["value changed"] == "inert"
        and not row["why inert"]
        and (row["set"], row["number"]) not in BEYOND
    ]
    assert not dead, [(row["set"], row["number"]) for row in dead]
    alive = [row for row in rows if row["value changed"] == "acts" and row["why inert"]]
    assert not alive, [(row["set"], row["number"], row["why inert"]) for row in alive]
    for row in rows:
        if row["value changed"].startswith("refused"):
            assert row["number"].endswith(REFUSED), (row["set"], row["number"], row["value changed"])
        if row["why inert"] or row["value changed"] != "acts":
            continue
        for way, effect in (("[input]", "as input"), ("parameters=", "as parameter")):
            # through full_cell the thickness of the cathode follows its loading
            follows = way == "parameters=" and row["number"] == "Positive electrode areal loading [kg.m-2]"
            if row[way] == "acts" and not follows:
                # a number and a symbol differ by 2 uV and 1e-5 h (PyBaMM averages each in its own order), two
                # solves of a carbon that is almost full by 9 uV
                close = pytest.approx(row["by V or h"], rel=0.01, abs=1e-5)
                assert row[effect] == close, (row["set"], row["number"], way)


@pytest.mark.slow
@pytest.mark.parametrize("name", CATALOGUE)
def test_every_number_acts_or_is_refused_or_has_a_reason(name: str) -> None:
    rows = rows_of(name)
    folder = Path(os.environ.get("NAPORE_LIVE_NUMBERS", "build/live_numbers"))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        columns = list(dict.fromkeys(name for row in rows for name in row))
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    check(rows)


def test_ten_numbers_of_a_half_cell_act_as_values_and_as_inputs() -> None:
    model, values = made("fjh", "SPM")
    names = [f"Positive electrode {rest}" for rest in TEN]
    own = numbers_of(values)
    base = run(model, values, {})
    live = values.copy()
    live.update(dict.fromkeys(names, "[input]"))
    solver = pybamm.IDAKLUSolver(rtol=1e-8, atol=1e-10)
    simulation = pybamm.Simulation(model, parameter_values=live, solver=solver)
    nominal = {name: own[name] for name in names}
    for name in names:
        solution = simulation.solve([0.0, 1200.0], inputs={**nominal, name: 1.2 * own[name]})
        changed = values.copy()
        changed[name] = 1.2 * own[name]
        alone = run(model, changed, {})
        kept = TIMES <= 1200.0
        assert np.abs(solution["Voltage [V]"](TIMES[kept]) - alone[:-1][kept]).max() < 1e-6, name
        assert difference(alone, base) > 1e-5, name


def test_sensitivities_of_ten_numbers_are_central_differences() -> None:
    model, values = made("fjh", "SPM")
    names = [f"Positive electrode {rest}" for rest in TEN]
    nominal = {name: numbers_of(values)[name] for name in names}
    values.update(dict.fromkeys(names, "[input]"))
    solver = pybamm.IDAKLUSolver(rtol=1e-9, atol=1e-11)
    simulation = pybamm.Simulation(model, parameter_values=values, solver=solver)
    times = np.linspace(0.0, 1200.0, 13)
    solution = simulation.solve([0.0, 1200.0], t_interp=times, inputs=nominal, calculate_sensitivities=True)
    found = solution["Voltage [V]"].sensitivities
    for name in names:
        step = 1e-3 * nominal[name]
        ends = []
        for sign in (1.0, -1.0):
            moved = {**nominal, name: nominal[name] + sign * step}
            ends.append(simulation.solve([0.0, 1200.0], t_interp=times, inputs=moved)["Voltage [V]"](times))
        central = (ends[0] - ends[1]) / (2.0 * step)
        exact = np.asarray(found[name]).ravel()
        assert np.abs(exact - central).max() < 0.01 * np.abs(central).max(), name


def test_what_a_model_refuses_as_an_input() -> None:
    model, values = made("fjh")
    values["Contact resistance [Ohm]"] = "[input]"
    with pytest.raises(NumberError, match="cannot be an input: 'Contact resistance"):
        values.process_model(model, inplace=False)
    model, values = made("fjh-nvp")
    wetting = "Negative electrode pore wetting energy [J.m-2]"
    values[wetting] = "[input]"
    with pytest.raises(NumberError, match="cannot be an input here: the balance of a full cell"):
        values.process_model(model, inplace=False)
    own = numbers_of(pybamm.ParameterValues("Gu2025_FJH_NVP"))
    starts = {n: own[n] for n in own if n.startswith("Initial concentration in") and "electrode" in n}
    starts = {name: value for name, value in starts.items() if "electrolyte" not in name}
    values.update(dict.fromkeys(starts, "[input]"))
    inputs = {**starts, wetting: 1.05 * own[wetting]}
    simulation = pybamm.Simulation(model, parameter_values=values, solver=model.default_solver)
    assert float(simulation.solve([0.0, 60.0], inputs=inputs).t[-1]) == 60.0


@pytest.mark.parametrize("name", ["fjh", "nvp", "fjh-nvp"])
def test_rebuilding_restores_what_is_derived_and_nothing_else(name: str) -> None:
    values = pybamm.ParameterValues(NAMES[name][1])
    before = numbers_of(values)
    broken = values.copy()
    for derived, value in values.items():
        if is_derived(value):
            broken[derived] = 0.9 * before[derived]
    broken["Separator porosity"] = 0.45
    again = napore.rebuild(broken)
    after = numbers_of(again)
    assert {n for n in before if after[n] != pytest.approx(before[n], rel=1e-12)} == {
        "Separator porosity",
        "Current function [A]",  # a user's own
    }
    assert broken["Separator porosity"] == 0.45


def test_another_number_of_classes_is_rebuilt() -> None:
    values = pybamm.ParameterValues("Gu2025_FJH_half")
    values["Positive electrode number of pore classes"] = 6
    model = pybamm.Model("NaporeSPM", {"working electrode": "positive", "pore classes": "6"})
    with pytest.raises((NumberError, KeyError)):
        values.process_model(model, inplace=False)
    cell = napore.half_cell("fjh", "SPM", {"pore classes": "6"})
    model.mesh = cell.model.mesh
    found = run(model, napore.rebuild(values), {})
    assert difference(found, run(cell.model, cell.parameter_values, {})) < 1e-9
    values["Positive electrode number of pore classes"] = 2.5
    with pytest.raises(ValueError, match="give a whole number from 1 to 9"):
        napore.rebuild(values)
    with pytest.raises(ValueError, match="of no cell of ours"):
        napore.rebuild(pybamm.ParameterValues("Chen2020"))


def test_rebuilding_keeps_the_adsorption_law_and_leaves_electrodes_of_other_sets() -> None:
    values = napore.half_cell("fjh", "SPM", {"adsorption law": "Bragg-Williams"}).parameter_values
    own = values["Positive electrode OCP [V]"]
    values["Positive electrode OCP [V]"] = lambda sto: 1.0 - sto
    assert napore.rebuild(values)["Positive electrode OCP [V]"] == own
    with pytest.raises(ValueError, match="no full cell of a carbon and a cathode of ours"):
        napore.rebuild(napore.full_cell("fjh", "Chayambuka2022", model="SPM").parameter_values)
