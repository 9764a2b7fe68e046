"""Schema: a row for every parameter that holds what is shipped; what is unusual needs a word."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pybamm
import pytest
from click.testing import CliRunner

from napore.cells import half_cell
from napore.cli import main
from napore.designs import CellFormat
from napore.designs.geometry import FORMATS
from napore.full_cells import full_cell, load_cell
from napore.models.laws import ADSORPTION_LAWS
from napore.page.quantities import CARBONS, CATHODES, QUANTITIES, check_state, limits_of
from napore.parameters.ageing import load_ageing
from napore.parameters.catalogue import AGEING, NAMES
from napore.parameters.diffusivity import BOUNDS, COEFFICIENTS, node_name
from napore.parameters.law_numbers import with_law
from napore.parameters.provenance import Entry
from napore.parameters.schema import KINDS, check, inert_reason, problem, row_of, rows
from napore.parameters.sets import load_set, problems_of
from napore.parameters.template import write_template


@cache
def shipped() -> dict[str, dict[str, Entry]]:
    """Entries of every shipped set and ageing, by what they are of."""
    found = {name: dict(load_set(name).entries) for name in NAMES}
    found |= {f"law {law}": dict(with_law(load_set("fjh"), law).entries) for law in ADSORPTION_LAWS}
    return found | {f"ageing {name}": dict(load_ageing(name).entries) for name in AGEING}


@cache
def optional() -> tuple[str, ...]:
    return (*COEFFICIENTS, node_name(0.5))


def refused(says: str, do: Callable[..., Any], *arguments: Any, **options: Any) -> None:
    """Assert that a call ends in one sentence of ours that says so."""
    with pytest.raises(ValueError, match=re.escape(says)) as caught:
        do(*arguments, **options)
    assert type(caught.value).__module__.startswith("napore")
    assert "\n" not in str(caught.value)


def test_every_number_and_range_of_every_set_is_plausible() -> None:
    count = 0
    for entries in shipped().values():
        for name, entry in entries.items():
            assert row_of(name) is not None, name
            for value in (entry.value, *(entry.allowed or ())):
                assert problem(name, value) is None, (name, value)
                count += 1
    assert count > 2000


def test_what_the_sets_derive_is_plausible_too() -> None:
    for name in ("fjh", "nvp", "tf-nvp"):
        cell = load_cell(name, model="SPM", ageing=None if name == "nvp" else "gu2025-lam")
        for key, value in cell.parameter_values.items():
            row = row_of(key, cell.kind)
            assert row is not None or isinstance(value, str), key
            if isinstance(value, int | float | pybamm.Symbol):
                assert problem(key, cell.number(key), cell=cell.kind) is None, (key, value)
            elif callable(value) and row is not None:
                assert row.function, key


def test_every_row_is_of_a_set_and_its_kind_fits_its_unit() -> None:
    used = {row.name for entries in shipped().values() for name in entries if (row := row_of(name))}
    used |= {row.name for name in optional() if (row := row_of(name))}
    formats = (name for one in FORMATS for name in CellFormat.of(one).entries)
    used |= {row.name for name in formats if (row := row_of(name))}
    for name, ageing in (("fjh", "gu2025"), ("nvp", None), ("fjh-nvp", "gu2025")):
        cell = load_cell(name, model="SPM", ageing=ageing)
        used |= {row.name for key in cell.parameter_values if (row := row_of(key, cell.kind))}
    assert {row.name for row in rows()} == used
    for row in rows():
        low, high = row.plausible
        assert low < high or low == high == row.hard.low == row.hard.high
        assert low in row.hard
        assert high in row.hard
        assert (row.kind == "temperature") == (row.unit == "K"), row.name
        assert row.kind != "potential" or row.unit == "V", row.name
        assert "fraction" not in row.kind or row.unit == "-", row.name
        assert row.role in ("material", "geometry", "cell", "condition", "setting", "protocol", "derived")
        assert row.hard == KINDS[row.kind] or row.kind in ("signed", "positive", "non-negative", "count")


def test_sliders_and_bounds_of_fits_are_plausible() -> None:
    for quantity in (one for one in QUANTITIES if one.entry):
        for carbon in CARBONS:
            for cathode in filter(quantity.of, CATHODES):
                for end in limits_of(quantity, carbon, cathode):
                    state = check_state({"carbon": carbon, "cathode": cathode, quantity.key: end})
                    for name, value in state.parameters().items():
                        assert problem(name, value) is None, (name, value)
    for end in BOUNDS:
        assert problem(COEFFICIENTS[0], end) is None


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        (
            "Carbon electrode thickness [m]",
            40,
            "is 40 m: plausible is 1e-06 to 0.001 m; did you mean 40e-6? Give",
        ),
        ("Carbon particle radius [m]", 5.0, "did you mean 5e-6? Give allow_unusual=True"),
        ("Carbon electrode areal loading [kg.m-2]", 1.25, "did you mean 0.0125?"),
        ("Carbon electrode true density [kg.m-3]", 1.58, "did you mean 1580?"),
        ("Carbon electrode BET area [m2.kg-1]", 8.1, "did you mean 8100?"),
        ("Ambient temperature [K]", 25, "give a value from 150 to 500 K; did you mean 298.15 (25 C)?"),
        ("Carbon electrode initial coulombic efficiency", 87.8, "did you mean 0.878?"),
        ("Cathode electrode plateau potential [V]", 0.5, "plausible is 1 to 5 V; give allow_unusual=True"),
        ("Contact resistance [Ohm]", -200.0, "is -200 Ohm: give zero or more"),
        ("Carbon electrode pore filling cooperativity", 0.5, "give 1 or more"),
        ("Number of cells connected in series to make a battery", 2, "is 2: give 1"),
        ("Carbon electrode number of pore classes", 1.5, "give a whole number"),
        ("Carbon electrode reversible capacity [mA.h.g-1]", 0.3, "did you mean 300?"),
        ("Carbon electrode strong site exchange rate standard deviation [decades]", 6.0, "5 decades; give"),
    ],
)
def test_the_sentence_has_the_unit_and_the_slip(name: str, value: float, says: str) -> None:
    found = problem(name, value)
    assert found is not None
    assert says in f"{name!r} is {found[0]}: {found[1]}"


@pytest.mark.parametrize(
    "value", [0.5, np.float32(0.5), np.float64(0.5), np.float16(0.5), np.longdouble(0.5), 1, np.int8(1)]
)
def test_numbers_of_python_and_numpy_are_accepted(value: Any) -> None:
    found = check("Separator porosity", value)
    assert type(found) is float
    assert found == float(value)


@pytest.mark.parametrize(
    ("name", "options", "model", "values", "says"),
    [
        ("Separator porosity", {}, "SPM", {}, "the SPM has no electrolyte"),
        ("Separator porosity", {}, "SPMe", {}, ""),
        ("Separator thickness [m]", {"thermal": "lumped"}, "SPM", {}, ""),
        ("Carbon electrode conductivity [S.m-1]", {}, "SPM", {}, "no gradients in its electrodes"),
        (
            "Contact resistance [Ohm]",
            {"contact resistance": "false"},
            "DFN",
            {},
            "'contact resistance': 'true'",
        ),
        ("Contact resistance [Ohm]", {"contact resistance": "true"}, "DFN", {}, ""),
        ("SEI resistivity [Ohm.m]", {"SEI": ("none", "none")}, "SPM", {}, "'SEI' other than 'none'"),
        ("SEI resistivity [Ohm.m]", {"SEI": ("reaction limited", "none")}, "SPM", {}, ""),
        (
            "SEI solvent diffusivity [m2.s-1]",
            {"SEI": "reaction limited"},
            "SPM",
            {},
            "'solvent-diffusion limited'",
        ),
        ("Sodium metal exchange-current activation energy [J.mol-1]", {}, "DFN", {}, "1 at 298.15 K"),
        (
            "Sodium metal exchange-current activation energy [J.mol-1]",
            {},
            "DFN",
            {"Ambient temperature [K]": 273.15},
            "",
        ),
        ("Carbon electrode BET area [m2.kg-1]", {}, "DFN", {}, "napore.formation"),
        ("Carbon electrode initial coulombic efficiency", {"working electrode": "both"}, "SPM", {}, ""),
        ("Carbon particle radius [m]", {}, "SPM", {}, ""),
    ],
)
def test_why_a_number_does_nothing(
    name: str, options: dict[str, Any], model: str, values: dict[str, float], says: str
) -> None:
    found = inert_reason(name, options, model, values)
    assert says in found
    assert bool(says) == bool(found)


def test_unusual_numbers_need_a_word() -> None:
    name = "Carbon electrode thickness [m]"
    refused("plausible is 1e-06 to 0.001 m", half_cell, "fjh", model="SPM", parameters={name: 2e-3})
    thick = half_cell("fjh", model="SPM", parameters={name: 2e-3}, allow_unusual=True)
    assert thick.parameter_values["Positive electrode thickness [m]"] == 2e-3
    ratio = {"Mass ratio of carbon to cathode": 0.015}
    refused("plausible is 0.02 to 10", full_cell, model="SPM", parameters=ratio)
    full = full_cell(model="SPM", parameters=ratio, allow_unusual=True)
    # what the cell was made with is not asked again
    assert full.with_numbers({"Separator porosity": 0.8}).balance.mass_ratio == pytest.approx(0.015)


def test_unusual_in_a_file(tmp_path: Path) -> None:
    file, again = tmp_path / "mine.toml", tmp_path / "again.toml"
    write_template(load_set("fjh"), file)
    text = file.read_text("utf-8")
    name = "Separator thickness [m]"
    block = f'["{name}"]\nvalue = 0.0005\n'
    assert block in text
    wide = text.replace(block, f'["{name}"]\nvalue = 0.021\n').replace("[0.0003, 0.000675]", "[0.001, 0.03]")
    file.write_text(wide, encoding="utf-8")
    (found,) = problems_of(file)
    assert "plausible is 1e-06 to 0.005 m; did you mean 2.1e-05? Write unusual = true beside it" in found
    file.write_text(wide.replace("value = 0.021\n", "value = 0.021\nunusual = true\n"), encoding="utf-8")
    assert problems_of(file) == []
    unusual = load_set(file)
    assert [entry.name for entry in unusual.entries.values() if entry.unusual] == [name]
    cell = half_cell(file, model="SPMe", parameters={name: 0.03})  # the file's own number may be
    assert cell.parameter_values[name] == 0.03
    write_template(unusual, again)
    assert load_set(again).entries == unusual.entries
    file.write_text(wide.replace("value = 0.021\n", "value = 0.021\nunusual = 1\n"), encoding="utf-8")
    assert problems_of(file) == [f"mine.toml, {name!r}: unusual is 1; write true or false."]


@pytest.mark.parametrize(
    ("law", "changes", "says"),
    [
        ("three kinds", {"Lower voltage cut-off [V]": 3.0}, "wrong order"),
        (
            "mean field",
            {"Carbon electrode adsorption stage 1 potential [V]": 0.2},
            "strong sites fill first",
        ),
        ("three kinds", {"Carbon electrode pore interaction [V]": -0.05}, "give more than -0.02376 V"),
    ],
)
def test_what_is_not_possible_together(law: str, changes: dict[str, float], says: str) -> None:
    options = {"adsorption law": law}
    refused(says, half_cell, "fjh", model="SPM", options=options, parameters=changes)
    other = {name: 4.0 if "cut-off" in name else value for name, value in changes.items()}
    refused(says, load_cell, "fjh-nvp", model="SPM", options=options, parameters=other)


def test_functions_are_for_parameters_that_may_be_one() -> None:
    def constant(*_: Any) -> float:
        return 1.0

    given: dict[str, Any] = {"Electrolyte conductivity [S.m-1]": constant}
    cell = half_cell("fjh", model="SPMe", parameters=given)
    assert cell.parameter_values["Electrolyte conductivity [S.m-1]"] is constant
    for name in ("Ambient temperature [K]", "Carbon particle radius [m]", "Electrode height [m]"):
        refused(f"{name!r} is the function", half_cell, "fjh", model="SPM", parameters={name: constant})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = " + 100_000 * "[" + 100_000 * "]", "nested too deep"),
        ("a = " + "1" + 5000 * "0", "is not valid TOML"),
        ("[set]\nkind = []", "kind is []; choose from"),
        ("[set]\ntitle = 3", "title is 3; write it as text"),
        ('["Separator porosity"]\nvalue = 0.9\nclass = []\nsource = "x"', "class is []; choose from"),
    ],
)
def test_files_that_are_none(text: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    found = problems_of(file)
    assert any(says in one for one in found), found
    for one in found:
        assert "\n" not in one
        assert len(one) < 400
    result = CliRunner().invoke(main, ["parameters", "check", str(file)])
    assert result.exit_code == 1
    assert "Traceback" not in result.output


@pytest.mark.parametrize("text", ["options = 3", "title = []", "[set.options]\nSEI = []"])
def test_ageing_files_that_are_none(text: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f"[set]\n{text}\n", encoding="utf-8")
    refused("mine.toml", load_ageing, file)
