"""Values set in ``parameter_values`` after a cell was made: what is computed from the cell follows."""

import copy
import os
import pickle
import re
import subprocess
import sys
from typing import Any

import pybamm
import pytest

import napore
from napore.cells import Cell, CellError
from napore.experiments.temperature import at_temperature
from napore.models.guards import SWITCHES
from napore.parameters.schema import rows

RATIO = "Mass ratio of carbon to cathode"
USABLE = "Positive electrode usable specific capacity [mA.h.g-1]"
RADIUS = "Negative particle radius [m]"


def capacity(cell: Cell) -> Any:
    (point,) = napore.rate_test(cell, [1.0], cycles=1).points
    assert point.status == "ok"
    return point.capacity_mAh_g


@pytest.mark.parametrize(
    ("name", "value"), [(RATIO, 0.25), (USABLE, 100.0), ("Lower voltage cut-off [V]", 2.5)]
)
def test_balance_follows_an_edit(name: str, value: float) -> None:
    cell = napore.full_cell("fjh", model="SPM")
    before = cell.balance
    cell.parameter_values[name] = value
    made = napore.full_cell("fjh", model="SPM", parameters={name: value}).balance
    assert cell.balance != before
    assert cell.balance.capacity_mAh_g_cathode == pytest.approx(made.capacity_mAh_g_cathode, rel=1e-12)
    assert cell.balance.anode_window == pytest.approx(made.anode_window, rel=1e-12)


def test_what_is_done_to_a_model_touches_no_other_cell() -> None:
    one, other = napore.half_cell("fjh", "SPM").model, napore.half_cell("fjh", "SPM").model
    equations, events = len(other.rhs), len(other.events)
    one.rhs.clear()
    one.events.clear()
    one.variables.clear()
    one.options["thermal"] = "lumped"
    for model in (other, napore.half_cell("fjh", "SPM").model):
        assert (len(model.rhs), len(model.events)) == (equations, events)
        assert "Voltage [V]" in model.variables
        assert model.options["thermal"] == "isothermal"


def test_another_temperature_keeps_an_edit_of_a_full_cell() -> None:
    cell = napore.full_cell("fjh", model="SPM")
    cell.parameter_values[RADIUS] = 1.5e-5
    made = napore.full_cell("fjh", model="SPM", parameters={RADIUS: 1.5e-5})
    assert capacity(at_temperature(cell, 0)) == pytest.approx(capacity(at_temperature(made, 0)), rel=1e-9)


def test_other_numbers_keep_an_edit_but_for_those_given() -> None:
    cell = napore.full_cell("fjh", model="SPM")
    cell.parameter_values[RADIUS] = 1.5e-5
    cell.parameter_values[RATIO] = 0.3
    other = cell.with_numbers({RATIO: 0.25})
    assert other.parameter_values[RADIUS] == 1.5e-5
    assert other.balance.mass_ratio == pytest.approx(0.25)
    assert cell.balance.mass_ratio == pytest.approx(0.3)


def test_an_edit_of_a_number_given_before_counts() -> None:
    cell = napore.full_cell("fjh", model="SPM", parameters={RADIUS: 4e-6})
    before = cell.sha256
    cell.parameter_values[RADIUS] = 1.5e-5
    assert cell.sha256 != before
    assert cell.with_numbers({RATIO: 0.3}).parameter_values[RADIUS] == 1.5e-5


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda cell: pickle.loads(pickle.dumps(cell))])
@pytest.mark.parametrize("name", ["fjh", "nvp", "fjh-nvp"])
def test_the_hash_tells_an_edit_and_no_copy(name: str, copied: Any) -> None:
    cell = napore.load_cell(name, model="SPM")
    before = cell.sha256
    assert not copied(cell).edited
    assert copied(cell).sha256 == before
    cell.parameter_values["Positive particle radius [m]"] = 1e-6
    assert cell.sha256 != before
    assert copied(cell).edited == {"Positive particle radius [m]": 1e-6}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("adsorption spread [V]", -0.1, "is -0.1 V: give"),
        ("adsorption stage 1 share", 1.2, "is 1.2: give a value from 0 to 1"),
        ("pore class 2 capacity share", 0.0, "is 0: give a positive value"),
        ("BET area [m2.kg-1]", float("nan"), "is nan: give a finite number"),
    ],
)
def test_an_edit_that_physics_does_not_allow_is_refused(name: str, value: float, says: str) -> None:
    cell = napore.half_cell("fjh", model="SPM")
    cell.parameter_values[f"Positive electrode {name}"] = value
    with pytest.raises(CellError, match=says):
        napore.rate_test(cell, [1.0], cycles=1)


@pytest.mark.parametrize(
    "name", ["cells connected in series to make a battery", "electrodes connected in parallel to make a cell"]
)
def test_capacities_are_of_one_cell(name: str) -> None:
    with pytest.raises(CellError, match="is 2: give 1"):
        napore.half_cell("fjh", model="SPM", parameters={f"Number of {name}": 2})


def test_the_largest_size_lies_above_the_mean() -> None:
    small = {"Carbon particle largest radius [m]": 1e-6}
    with pytest.raises(CellError, match="but the particles have a mean radius of 5e-06 m: give a larger one"):
        napore.half_cell("fjh", "SPM", {"particle size": "distribution"}, small)
    with pytest.raises(CellError, match="does nothing in this cell: it acts with the option 'particle size'"):
        napore.half_cell("fjh", "SPM", parameters=small)


def test_an_input_is_refused_by_an_experiment_and_taken_by_a_simulation() -> None:
    name = "Positive electrode reference exchange-current density [A.m-2]"
    cell = napore.half_cell("fjh", model="SPM")
    cell.parameter_values[name] = "[input]"
    with pytest.raises(ValueError, match=r"m-2\]' is an input, and experiments take"):
        napore.rate_test(cell, [1.0], cycles=1)
    cell.simulation().solve([0.0, 60.0], inputs={name: 4.0})


FUNCTIONS = """
import functools
import numpy as np, pybamm
from napore.parameters.identity import identity

SCALE = 2e-13
PLACES = np.linspace(0.0, 1.0, 5)

def closing(scale):
    return lambda x, T: scale * (1 + 0 * x)

class Callable:
    def __init__(self, scale):
        self.scale = scale
    def __call__(self, x, T):
        return self.scale * (1 + 0 * x)

def tabulated(power):
    return lambda x, T: pybamm.Interpolant(PLACES, 1e-13 * (1 + PLACES**power), x)

def of_module(x, T):
    return SCALE * (1 + 0 * x)

def found():
    given = [closing(1e-13), closing(2e-13), Callable(1e-13), Callable(2e-13), tabulated(1), tabulated(2),
             functools.partial(lambda x, T, scale: scale + 0 * x, scale=1e-13), of_module,
             lambda x, T: 1e-13 if {"a", "b"} else x]
    return [identity(one) for one in given]
"""


def test_functions_enter_the_hash_by_what_they_compute() -> None:
    known: dict[str, Any] = {}
    exec(FUNCTIONS, known)
    here = known["found"]()
    assert len(set(here)) == len(here)
    known["SCALE"] = 3e-13
    assert [one == other for one, other in zip(here, known["found"](), strict=True)].count(False) == 1
    code = FUNCTIONS + "print(*found())"
    there = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.split() == here
    name = "Positive particle diffusivity [m2.s-1]"
    first, same, other = (
        napore.half_cell("fjh", model="SPM", parameters={name: known["closing"](scale)}).sha256
        for scale in (1e-13, 1e-13, 2e-13)
    )
    assert first == same != other


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("Separator porosity", 0.5, "the SPM has no electrolyte: choose SPMe or DFN"),
        ("Positive maximum particle radius [m]", 1e-5, "with the option 'particle size': 'distribution'"),
        ("Positive electrode charge transfer coefficient", 0.4, "no equation of these models reads it"),
    ],
)
def test_what_nothing_reads_is_refused(name: str, value: float, says: str) -> None:
    with pytest.raises(CellError, match="does nothing in this cell") as caught:
        napore.half_cell("fjh", model="SPM", parameters={name: value})
    assert says in str(caught.value)
    assert repr(name) in str(caught.value)
    cell = napore.half_cell("fjh", model="SPM")
    same = cell.number(name)
    cell.parameter_values[name] = value
    with pytest.raises(CellError, match="does nothing in this cell"):
        napore.rate_test(cell, [1.0], cycles=1)
    napore.half_cell("fjh", model="SPM", parameters={name: same} if name == "Separator porosity" else {})


def test_the_current_is_that_of_the_experiment() -> None:
    name = "Current function [A]"
    cell = napore.half_cell("fjh", model="SPM", parameters={name: 1e-5})
    assert cell.simulation().solve([0.0, 60.0])["Current [A]"].entries[-1] == pytest.approx(1e-5)
    with pytest.raises(ValueError, match="which sets the current"):
        napore.rate_test(cell, [1.0], cycles=1)


def test_what_an_experiment_or_another_temperature_brings_is_taken() -> None:
    given = {
        "Carbon electrode double-layer capacity [F.m-2]": 0.3,
        "Carbon electrode pore filling activation energy [J.mol-1]": 4e4,
        "Carbon electrode reversible capacity [mA.h.g-1]": 330.0,
        "Electrolyte density [kg.m-3]": 1100.0,
    }
    assert napore.full_cell("fjh", model="SPM", parameters=given).changed == given


def test_switches_are_those_of_the_schema() -> None:
    for end, switch in SWITCHES.items():
        (row,) = [row for row in rows() if row.name.endswith(end)]
        assert row.acts == (f"{switch.option}: {switch.on}",)
        assert row.plausible[0] <= 0.0


def test_sentences_name_a_number_of_a_host_as_the_user_did() -> None:
    for name in ("Cathode electrode plateau slope [V]", "Positive electrode plateau slope [V]"):
        with pytest.raises(CellError) as caught:
            napore.full_cell(cathode="Chayambuka2022", model="SPM", parameters={name: 0.01})
        assert str(caught.value).startswith(f"{name!r} is no number of PyBaMM's set 'Chayambuka2022'")
    for name in ("Carbon electrode areal loading [kg.m-2]", "Negative electrode areal loading [kg.m-2]"):
        with pytest.raises(CellError) as caught:
            napore.full_cell("Chayambuka2022", "nvp", model="SPM", parameters={name: 0.01})
        assert str(caught.value).startswith(f"{name!r} follows the loading")
    for name in ("Carbon particle radius [m]", "Positive particle radius [m]"):
        with pytest.raises(CellError) as caught:
            napore.half_cell("fjh", model="SPM", parameters={name: 9e-5})
        assert str(caught.value).startswith(f"{name!r} is 9e-05, above")
    masses = [
        napore.full_cell(cathode="Chayambuka2022", model="SPM", parameters={name: 3000.0}).cathode_mass
        for name in ("Cathode electrode true density [kg.m-3]", "Positive electrode true density [kg.m-3]")
    ]
    assert masses[0] == masses[1]


def test_an_edit_that_nothing_reads_is_refused_by_name() -> None:
    for name, hint in (
        ("Ambient temperature [K] ", "did you mean 'Ambient temp"),
        ("Faraday constant [C.mol-1]", ""),
    ):
        cell = napore.half_cell("fjh", model="SPM")
        cell.parameter_values[name] = 250.0
        with pytest.raises(CellError, match="is read by nothing in this cell: leave it out") as caught:
            capacity(cell)
        assert hint in str(caught.value)


def test_a_function_of_a_user_may_read_a_name_of_its_own() -> None:
    found = []
    for own in (1.0, 0.1):
        cell = napore.half_cell("fjh", model="SPMe")
        cell.parameter_values["Electrolyte conductivity [S.m-1]"] = lambda c_e, T: pybamm.Parameter("mine")
        cell.parameter_values["mine"] = own
        found.append(capacity(cell))
    assert found[0] > found[1] + 1.0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Separator porosity", pybamm.Scalar(2.0)),
        ("Positive electrode porosity", pybamm.Scalar(-0.1)),
        ("Positive particle radius [m]", pybamm.Scalar(float("nan"))),
        ("Initial concentration in electrolyte [mol.m-3]", pybamm.Scalar(-5.0)),
        ("Separator thickness [m]", lambda x: 2e-5),
        ("Ambient temperature [K]", lambda y, z, t: 298.15),
        ("Thermodynamic factor", lambda c_e, T: -1.0),
    ],
)
def test_an_edit_is_checked_in_every_form(name: str, value: Any) -> None:
    cell = napore.half_cell("fjh", model="SPMe")
    cell.parameter_values[name] = value
    with pytest.raises(CellError, match=f"'{re.escape(name)}' is .*give"):
        napore.rate_test(cell, 1.0, cycles=1)


def test_an_edit_may_be_an_expression() -> None:
    capacities = []
    for value in (pybamm.Scalar(2e-5), 2e-5, 0.5 * pybamm.Parameter("Positive particle radius [m]")):
        cell = napore.half_cell("fjh", model="SPMe")
        cell.parameter_values["Separator thickness [m]"] = value
        capacities.append(capacity(cell))
    assert capacities[0] == pytest.approx(capacities[1], rel=1e-9)
    assert capacities[2] != pytest.approx(capacities[1], rel=1e-6)


def test_an_edit_may_be_a_function_where_the_model_reads_one() -> None:
    found = []
    for t_plus in (None, lambda c_e, T: 0.3 + 1e-4 * c_e):
        cell = napore.half_cell("fjh", "SPMe")
        if t_plus is not None:
            cell.parameter_values["Cation transference number"] = t_plus
            cell.parameter_values["Separator porosity"] = lambda x, y, z: 0.4 + 0.0 * x
        found.append(napore.rate_test(cell, 5.0, cycles=1).points[0].capacity_mAh_g)
    assert None not in found
    assert found[0] != pytest.approx(found[1], rel=1e-4)


@pytest.mark.parametrize(
    ("value", "says"),
    [(0.5 * pybamm.Parameter("nonsense"), "has not"), (pybamm.Vector([2e-4, 3e-4]), "an array of 2 values")],
)
def test_an_edit_that_is_no_number_is_refused(value: pybamm.Symbol, says: str) -> None:
    cell = napore.half_cell("fjh", "SPM")
    cell.parameter_values["Separator thickness [m]"] = value
    with pytest.raises(CellError, match=says):
        napore.rate_test(cell, 1.0, cycles=1)
