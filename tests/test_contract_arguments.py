"""Arguments of the wrong type: one sentence of ours from every public function, before anything is solved."""

import inspect
from typing import Any

import numpy as np
import pybamm
import pytest
from click.testing import CliRunner

import napore
from napore import study
from napore.calibration import calibrate, free_parameters
from napore.cli import main
from napore.experiments import at_temperature, fit_film, read_profile
from napore.parameters.arguments import typed
from napore.parameters.sets import UnknownCellError, load_set

FUNCTIONS = {
    **{name: getattr(napore, name) for name in napore.__all__ if callable(getattr(napore, name))},
    "calibrate": calibrate,
    "free_parameters": free_parameters,
    "at_temperature": at_temperature,
    "fit_film": fit_film,
    "read_profile": read_profile,
    "study.run": study.run,
}
LEFT_TO_THE_FUNCTION = {("full_cell", "formation"), ("calibrate", "data")}
"""Protocols, which have no type of their own."""


def sentence(function: Any, /, **given: Any) -> str:
    with pytest.raises((ValueError, pybamm.OptionError)) as caught:
        function(**given)
    text = str(caught.value)
    assert type(caught.value) is not TypeError
    assert "\n" not in text
    return text


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_argument_takes_any_object(name: str) -> None:
    function = FUNCTIONS[name]
    signature = inspect.signature(function)
    required = {one.name: None for one in signature.parameters.values() if one.default is one.empty}
    for argument in signature.parameters:
        if (name, argument) in LEFT_TO_THE_FUNCTION:
            continue
        if argument != next(iter(signature.parameters)):
            required |= _first(name, signature)
        text = sentence(function, **(required | {argument: object()}))
        assert text.startswith(f"{argument} is <object"), text
        assert ": give " in text


def _first(name: str, signature: inspect.Signature) -> dict[str, Any]:
    """A good value of each argument without a default."""
    good = {
        "cell": CELL,
        "carbon": "fjh",
        "name": "fjh",
        "files": "curve.csv",
        "rate": 1.0,
        "cycles": 1,
        "voltage_V": 0.1,
        "profile": ([0.0, 1.0], [0.0, 0.0]),
        "temperatures_C": 25.0,
        "temperature_C": 25.0,
        "efficiency": 0.9,
        "file": "profile.csv",
        "data": [],
        "source": CELL.source,
        "function": dict,
        "cases": [{}],
        "values": CELL.parameter_values,
    }
    if name in ("energy_test", "energy_waterfall", "reference_test", "sensitivity"):
        good["cell"] = FULL
    return {one.name: good[one.name] for one in signature.parameters.values() if one.default is one.empty}


CELL = napore.half_cell("fjh", model="SPM")
FULL = napore.full_cell(model="SPM")


@pytest.mark.parametrize(
    ("function", "given", "says"),
    [
        (napore.half_cell, {"carbon": None}, "carbon is None: give a text or a path"),
        (napore.half_cell, {"carbon": "fjh", "model": 3}, "model is 3: give a text"),
        (napore.half_cell, {"carbon": "fjh", "parameters": ["a"]}, "give a dictionary of values by name"),
        (napore.half_cell, {"carbon": "fjh", "options": ["a"]}, "give a dictionary of values by name"),
        (napore.half_cell, {"carbon": "fjh", "parameters": {1: 2.0}}, "give a dictionary of values by name"),
        (
            napore.half_cell,
            {"carbon": "fjh", "options": {"thermal": np.ones(2)}},
            "Option 'thermal' is array",
        ),
        (napore.half_cell, {"carbon": ""}, "unknown cell ''"),
        (napore.full_cell, {"anode": 3, "cathode": 4}, "anode is 3: give a text or a path"),
        (napore.full_cell, {"mass_ratio": 10**400}, "is a whole number of 401 digits: give a finite number"),
        (napore.full_cell, {"model": "SPM", "formation": np.ones(2)}, "formation is array"),
        (napore.eis, {"cell": CELL, "soc": True}, "soc is True: give a number from 0 to 1"),
        (napore.rate_test, {"cell": CELL, "rates": ["1"]}, "rate is '1': give a number from 0.0001 to"),
        (
            napore.energy_test,
            {"cell": 3},
            "cell is 3: give a cell, such as napore.half_cell returns,",
        ),
        (napore.gitt, {"cell": CELL, "pulse_s": 1j}, "pulse_s is 1j: give a number"),
        (napore.gitt, {"cell": CELL, "points": {"a": 9}}, "points is given for 'a': give names among x_n"),
        (napore.gitt, {"cell": CELL, "points": {"r_p": 0}}, "points of r_p is 0: give a whole number"),
        (napore.rate_test, {"cell": CELL, "inputs": {"x": 1.0}}, "'x' is no input of this build and does"),
        (napore.drive, {"cell": CELL, "profile": ([0, 1], ["1", "2"])}, "profile is no file and no pair of"),
        (napore.drive, {"cell": CELL, "profile": ([0, 1], [1j, 1])}, "profile is no file and no pair of"),
        (
            napore.drive,
            {"cell": CELL, "profile": ([0, 1], [10**400, 1])},
            "profile is no file and no pair of",
        ),
        (
            napore.half_cell,
            {"carbon": "fjh", "options": {"dimensionality": 2}},
            "Options 'dimensionality' and",
        ),
        (napore.rebuild, {"values": 3}, "values is 3: give a ParameterValues"),
        (FULL.with_numbers, {"parameters": None}, "parameters is None: give a dictionary"),
        (
            napore.half_cell,
            {"carbon": "fjh", "parameters": {"Nominal cell capacity [A.h]": 0.357}},
            "with which 1 C is 3.01e+05 mA per gram of active material: give 1.19e-06 to 0.0119 A.h",
        ),
        (napore.direction_test, {"cell": CELL, "hold": "1"}, "hold is '1': give a number from 0.0001"),
        (napore.direction_test, {"cell": CELL, "slow_rate": 1e30}, "slow_rate is 1e+30 C: give a number"),
        (
            napore.optimise,
            {"cell": FULL, "temperature_C": 298.15},
            "temperature_C is 298.15 C: give a number from -123.15 to 226.85 C",
        ),
        (napore.read, {"file": "x.csv", "columns": {"time": 1}}, "columns is {'time': 1}: give a dictionary"),
        (CELL.number, {"name": "Positive particle radius"}, "unknown parameter 'Positive particle radius'"),
    ],
)
def test_sentences(function: Any, given: dict[str, Any], says: str) -> None:
    assert says in sentence(function, **given)


@pytest.mark.parametrize("kind", [napore.half_cell, napore.full_cell])
def test_a_whole_number_of_classes_is_its_text(kind: Any) -> None:
    text, number = (kind("fjh", model="SPM", options={"pore classes": classes}) for classes in ("5", 5))
    assert text.pore_classes == number.pore_classes == 5
    assert text.model.options == number.model.options
    for wrong in (True, 0, 10, 5.0, 10**400):
        assert "Option 'pore classes'" in sentence(
            kind, model="SPM", options={"pore classes": wrong}, **_of(kind)
        )


def _of(kind: Any) -> dict[str, str]:
    return {"carbon": "fjh"} if kind is napore.half_cell else {}


def test_an_iterator_is_not_used_up() -> None:
    @typed(ValueError)
    def total(numbers: list[float] | Any) -> float:
        return sum(numbers)

    assert total(number for number in (1.0, 2.0)) == 3.0


@pytest.mark.parametrize("name", ["", " ", "."])
def test_no_name_on_the_command_line(name: str) -> None:
    with pytest.raises(UnknownCellError, match="unknown cell '"):
        load_set(name)
    run = CliRunner().invoke(main, ["rate", name])
    assert run.exit_code != 0
    assert run.stderr.startswith("napore: unknown cell ")
