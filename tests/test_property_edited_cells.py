"""Values set in ``parameter_values`` after a cell was made: what is computed from the cell follows."""

import copy
import pickle
from typing import Any

import pytest

import napore
from napore.cells import Cell, CellError
from napore.experiments.temperature import at_temperature

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
    napore.half_cell("fjh", "SPM", parameters=small)  # without a distribution it is not read


def test_an_input_is_refused_by_an_experiment_and_taken_by_a_simulation() -> None:
    name = "Positive electrode reference exchange-current density [A.m-2]"
    cell = napore.half_cell("fjh", model="SPM")
    cell.parameter_values[name] = "[input]"
    with pytest.raises(ValueError, match=r"m-2\]' is an input, and experiments take"):
        napore.rate_test(cell, [1.0], cycles=1)
    cell.simulation().solve([0.0, 60.0], inputs={name: 4.0})
