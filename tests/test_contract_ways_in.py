"""Every parameter against nonsense on every way in: one sentence of ours that names it."""

import json
import math
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from napore import study
from napore.calibration import Fitted, HalfCellModel
from napore.calibration.bands import EnergyAndRatio
from napore.cli import main
from napore.designs.variations import variations
from napore.full_cells import full_cell, load_cell
from napore.models.laws import ADSORPTION_LAWS
from napore.page.quantities import QUANTITIES, check_state, limits_of
from napore.parameters.ageing import load_ageing
from napore.parameters.catalogue import AGEING, NAMES
from napore.parameters.diffusivity import COEFFICIENTS, TABLE, node_name
from napore.parameters.law_numbers import names_of_law
from napore.parameters.schema import Row, row_of
from napore.parameters.sets import load_set, problems_of
from napore.parameters.template import write_template

HUGE = 1e30
NONSENSE: dict[str, Any] = {
    "NaN": math.nan,
    "NaN of numpy, float32": np.float32("nan"),
    "NaN of numpy, float64": np.float64("nan"),
    "inf": math.inf,
    "-inf": -math.inf,
    "True": True,
    "text": "1",
    "bytes": b"1",
    "None": None,
    "10**400": 10**400,
    "list": [1.0],
    "array": np.array([1.0, 2.0]),
    "below": None,
    "above": None,
}
"""Values that no parameter can have, by word; those beyond the hard limits are of each row."""

CANNOT: dict[str, dict[str, str]] = {
    "file": {
        "NaN of numpy, float32": "TOML has no numbers of numpy",
        "NaN of numpy, float64": "TOML has no numbers of numpy",
        "bytes": "TOML has no bytes",
        "None": "TOML has no null: a key without a value is no TOML",
        "array": "TOML has no arrays of numpy; its lists are tried",
    },
    "--vary": {
        "NaN of numpy, float32": "a command line holds text",
        "NaN of numpy, float64": "a command line holds text",
        "True": "a word is no number: click refuses it",
        "text": "plain digits are numbers",
        "bytes": "a command line holds text",
        "None": "a word is no number: click refuses it",
        "list": "numbers with commas between them are several values",
        "array": "numbers with commas between them are several values",
    },
    "vary=": {
        "list": "several values of a number that is varied",
        "array": "several values of a number that is varied",
    },
    "page": {
        "NaN of numpy, float32": "JSON has no numbers of numpy",
        "NaN of numpy, float64": "JSON has no numbers of numpy",
        "bytes": "JSON has no bytes",
        "None": "null leaves a slider at its start",
        "array": "JSON has no arrays of numpy; its lists are tried",
    },
    "case": {"array": "an array of a case becomes a list, which is tried"},
}
"""Pairs of a way in and a value that cannot occur, and why."""


def beyond(row: Row, side: str) -> float:
    """Nearest value outside a hard limit."""
    low, high = row.hard.low, row.hard.high
    if side == "below":
        if abs(low) >= HUGE:
            return -2.0 * HUGE
        return low if row.hard.open_low else math.nextafter(low, -math.inf) if low else -1e-300
    if high >= HUGE:
        return 2.0 * HUGE
    return high if row.hard.open_high else math.nextafter(high, math.inf)


def values_for(name: str, way: str, cell: str = "") -> Iterator[tuple[str, Any]]:
    """Values that a way in can carry for a name, by word."""
    row = row_of(name, cell)
    for word, value in NONSENSE.items():
        if word in CANNOT.get(way, {}):
            continue
        if word in ("below", "above"):
            if row is not None:
                yield word, beyond(row, word)
        else:
            yield word, value


def refused(says: str, do: Callable[..., Any], *arguments: Any, **options: Any) -> None:
    """Assert that a call ends in one sentence of ours, which names the parameter."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - its class is asserted below
        do(*arguments, **options)
    assert type(caught.value).__module__.startswith("napore"), repr(caught.value)
    sentence(str(caught.value), says)


def sentence(text: str, says: str) -> None:
    assert "\n" not in text
    assert says in text
    assert len(text) < 400, text


@cache
def optional() -> tuple[str, ...]:
    return (*COEFFICIENTS, node_name(0.5))


def carried_by_sets() -> Iterator[tuple[str, dict[str, Any], tuple[str, ...]]]:
    """Set, what else its cell is made with, and the numbers that only they bring, optional ones too."""
    for name in NAMES:
        extra = optional() if load_set(name).kind != "cathode" else ()
        yield name, {}, (*load_set(name).entries, *extra)
    for ageing in AGEING:
        own = load_ageing(ageing).entries
        new = tuple(name for name in own if name not in load_set("fjh-nvp").entries)
        yield "fjh-nvp", {"ageing": ageing}, new
    for law in ADSORPTION_LAWS:
        yield "fjh", {"options": {"adsorption law": law}}, names_of_law(law)


def test_python() -> None:
    count = 0
    for name, made, parameters in carried_by_sets():
        for parameter in parameters:
            for _, value in values_for(parameter, "Python", load_set(name).kind):
                given = {"parameters": {parameter: value}, "allow_unusual": True}
                refused(repr(parameter), load_cell, name, "SPM", **made, **given)
                count += 1
    assert count > 10_000


def test_python_in_the_spelling_of_pybamm() -> None:
    count = 0
    for name in ("fjh", "nvp", "fjh-nvp"):
        cell = load_cell(name, model="SPM")
        for parameter in cell.parameter_values:
            row = row_of(parameter, cell.kind)
            for _, value in values_for(parameter, "Python", cell.kind) if row is not None else ():
                given = {parameter: value}
                refused(repr(parameter), load_cell, name, "SPM", parameters=given)
                count += 1
    assert count > 4000


def test_arguments_of_a_full_cell_and_its_other_numbers() -> None:
    cell = full_cell(model="SPM")
    count = 0
    arguments = {
        "mass_ratio": "Mass ratio of carbon to cathode",
        "loading_mg_cm2": "Cathode electrode areal loading [kg.m-2]",
        "presodiation_mAh_g": "Carbon electrode presodiation [mA.h.g-1]",
    }
    for argument, parameter in arguments.items():
        for word, value in values_for(parameter, "Python"):
            of_loading = argument == "loading_mg_cm2"
            if word == "None":  # stands for the set's own
                continue
            if word in ("below", "above"):
                given, says = (100.0 * value if of_loading else value), parameter
            else:
                by_argument = of_loading or isinstance(value, np.ndarray | list | tuple)
                given, says = value, argument if by_argument else parameter
            refused(says, full_cell, model="SPM", **{argument: given})
            count += 1
    for parameter in cell.source.entries:
        for _, value in values_for(parameter, "Python", "full"):
            refused(repr(parameter), cell.with_numbers, {parameter: value}, allow_unusual=True)
            count += 1
    assert count > 1800


def toml(value: Any) -> str:
    """Value as TOML has it."""
    return json.dumps(value).replace("Infinity", "inf").replace("NaN", "nan")


@pytest.mark.parametrize("name", NAMES)
def test_files(name: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    write_template(load_set(name), file)
    head, *blocks = file.read_text("utf-8").split('\n["')
    count = 0
    for key in ("value", "range", "standard_error"):
        for word in NONSENSE.keys() - CANNOT["file"].keys():
            changed, wrong = [head], []
            for block in blocks:
                parameter = block.partition('"]')[0]
                value = dict(values_for(parameter, "file"))[word]
                if key == "standard_error" and word == "above":
                    changed.append(block)
                    continue
                given = toml([value, value] if key == "range" else value)
                lines = [line for line in block.splitlines() if not line.startswith(f"{key} =")]
                lines += [f"{key} = {given}"] + ["unusual = true"] * (key != "standard_error")
                changed.append("\n".join(line for line in lines if line) + "\n")
                wrong.append(parameter)
            file.write_text('\n["'.join(changed), encoding="utf-8")
            problems = problems_of(file)
            if key == "standard_error" and word == "below":
                continue  # a standard error has a limit of its own: it is not negative
            assert len(problems) == len(wrong), (key, word)
            for parameter, text in zip(wrong, problems, strict=True):
                assert text.startswith(f"mine.toml, {parameter!r}: "), text
                sentence(text, parameter)
                count += 1
    assert count > 20 * len(blocks)


def test_a_table_of_the_diffusivity_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    for value in ("nan", "inf", "true", '"1"', "0.0", "-1e-14", "1e31", "1" + 400 * "0"):
        file.unlink(missing_ok=True)
        write_template(load_set("fjh"), file)
        table = f'\n["{TABLE}"]\noccupancy = [0.2, 0.8]\nvalue = [1e-14, {value}]\nclass = "assumed"\n'
        with file.open("a", encoding="utf-8") as text:
            text.write(table + 'source = "of a test"\nrange = [1e-15, 1e-13]\n')
        (found,) = problems_of(file)
        sentence(found, TABLE)


def test_vary() -> None:
    cell = full_cell(model="SPM")
    count = 0
    for parameter in cell.source.entries:
        for way in ("vary=", "--vary"):
            for _, value in values_for(parameter, way, "full"):
                # on the command line text; click makes floats of it
                given = float("inf") if way == "--vary" and value == 10**400 else value
                refused(repr(parameter), variations, cell, None, None, {parameter: given}, allow_unusual=True)
                count += 1
    assert count > 2000


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e400", "2", "-0.1", "0", "0.9,nan", "0.9,2"])
@pytest.mark.parametrize("unusual", [[], ["--unusual"]])
def test_vary_on_the_command_line(value: str, unusual: list[str]) -> None:
    arguments = ["design", "--model", "SPM", "--vary", f"Separator porosity={value}", *unusual]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    (line,) = result.stderr.strip().splitlines()
    sentence(line, "napore: 'Separator porosity' is ")


@pytest.mark.parametrize("value", ["many", "True", "None", "b'1'", "[1.0]", ""])
def test_words_are_no_numbers_on_the_command_line(value: str) -> None:
    result = CliRunner().invoke(main, ["design", "--vary", f"Separator porosity={value}"])
    assert result.exit_code == 2
    assert "is not a list of numbers" in result.stderr


def test_page() -> None:
    count = 0
    for quantity in QUANTITIES:
        cathode = "none" if quantity.only == "half" else "nvp"
        given: dict[str, Any] = {"carbon": "fjh", "cathode": cathode}
        low, high = limits_of(quantity, "fjh", cathode)
        for _, value in values_for(quantity.key, "page"):
            refused(quantity.label, check_state, {**given, quantity.key: value})
            count += 1
        for value in (math.nextafter(low, -math.inf), math.nextafter(high, math.inf), -1.0e9, 1e300):
            refused(quantity.label, check_state, {**given, quantity.key: value})
            count += 1
    assert count == len(QUANTITIES) * 11


def test_cases_of_a_study() -> None:
    half_cycle = study.ConstantCurrent("fjh", "SPM", threads=1)
    count = 0
    for parameter in load_set("fjh").entries:
        for word, value in values_for(parameter, "case", "carbon"):
            if word not in ("below", "above"):
                refused(repr(parameter), study.run, half_cycle, [{parameter: value}])
                count += 1
        # one bad case is a row with a status
        outside = [beyond(row, side) for side in ("below", "above") if (row := row_of(parameter))]
        for found in half_cycle.batch([{parameter: v} for v in (*outside, beyond_plausible(parameter))]):
            assert isinstance(found, ValueError)
            sentence(str(found), repr(parameter))
            count += 1
        for ends in ((math.nan, 1.0), (True, 2), ("0", "1"), (0.0, 10**400), (None, 1.0)):
            refused(parameter, study.sample, {parameter: ends}, 2)
            count += 1
    assert count > 1500


def beyond_plausible(name: str) -> float:
    """Value that physics allows and the plausible range does not; one that nothing allows where none is."""
    row = row_of(name)
    assert row is not None
    low, high = row.plausible
    for value in (2.0 * abs(high), 0.5 * low, low - 1.0):
        if value in row.hard and not low <= value <= high:
            return value
    return beyond(row, "above")


def test_fits() -> None:
    source = load_set("fjh")
    count = 0
    for parameter, entry in source.entries.items():
        low, high = entry.allowed or (entry.value, 2.0 * entry.value + 1.0)
        for _, value in values_for(parameter, "fit", "carbon"):
            for bounds in ((value, high, entry.value), (low, value, entry.value), (low, high, value)):
                refused(repr(parameter), Fitted, parameter, *bounds, None, False, True)
                count += 1
            refused(parameter, HalfCellModel, source, [], fixed={parameter: value}, allow_unusual=True)
            count += 1
    assert count > 5000
    refused("did you mean", HalfCellModel, source, [], fixed={"Carbon particle radus [m]": 1e-6})
    refused("did you mean 5e-6?", Fitted, "Carbon particle radius [m]", 1e-6, 5.0, 2e-6)
    refused("outside its bounds", Fitted, "Carbon particle radius [m]", 1e-6, 5e-6, 9e-6)


def test_samples_of_bands() -> None:
    bands = EnergyAndRatio(full_cell(model="SPM"), allow_unusual=True)
    count = 0
    for parameter in bands.cell.source.entries:
        for _, value in values_for(parameter, "Python", "full"):
            sentence(bands({parameter: value})["status"], repr(parameter))
            count += 1
    assert count > 1500
