"""Numbers that are allowed one by one but not together, and functions that are not positive."""

from collections.abc import Callable
from typing import Any

import pytest

import napore
from napore.cells import Cell, CellError
from napore.experiments.hold import hold

CARBON, CATHODE = "Carbon electrode", "Cathode electrode"
NONSENSE = {
    f"{CARBON} reversible capacity [mA.h.g-1]": (900.0, "full", "above 'Carbon electrode specific capacity"),
    f"{CATHODE} usable specific capacity [mA.h.g-1]": (150.0, "full", "above 'Cathode electrode theoretical"),
    "Carbon particle radius [m]": (9e-5, "both", "above 'Carbon electrode thickness [m]'"),
    "Cathode particle radius [m]": (9e-5, "full", "above 'Cathode electrode thickness [m]'"),
    f"{CARBON} pore median radius [m]": (1e-8, "both", "above 'Carbon particle radius [m]'"),
}


def made(kind: str, **given: Any) -> Cell:
    cell: Cell = napore.load_cell({"full": "fjh-nvp", "half": "fjh"}[kind], model="SPM", **given)
    return cell


@pytest.mark.parametrize("name", NONSENSE)
def test_numbers_that_exclude_each_other(name: str) -> None:
    value, where, says = NONSENSE[name]
    others = {"Carbon particle radius [m]": 9e-9} if "pore" in name else {}
    for kind in ("full", "half") if where == "both" else ("full",):
        with pytest.raises(CellError, match="lower the first or raise the other") as caught:
            made(kind, parameters={name: value, **others}, allow_unusual=True)
        assert says in str(caught.value)
    cell = made("full")
    spelt = name.replace("Carbon", "Negative").replace("Cathode", "Positive")
    cell.parameter_values.update({spelt: value, **({"Negative particle radius [m]": 9e-9} if others else {})})
    with pytest.raises(CellError, match="lower the first or raise the other"):
        napore.rate_test(cell, 1.0, cycles=1)
    with pytest.raises(CellError, match="lower the first or raise the other"):
        hold(cell, 3.0)


@pytest.mark.parametrize("name", ["Negative", "Positive"])
def test_pores_beside_the_solid(name: str) -> None:
    with pytest.raises(CellError, match=r"porosity' is 0.8 beside 0.\d+ of active material, more than the"):
        made("full", parameters={f"{name} electrode porosity": 0.8})
    cell = made("full")
    cell.parameter_values[f"{name} electrode active material volume fraction"] = 0.3
    with pytest.raises(CellError, match="follows loading, density and thickness"):
        napore.energy_test(cell, 1.0, cycles=1)


@pytest.mark.parametrize(
    ("name", "function", "says"),
    [
        (
            "Positive particle diffusivity [m2.s-1]",
            lambda x, T: -1e-14,
            "is -1e-14 m2.s-1 at a content of 0.02",
        ),
        ("Positive particle diffusivity [m2.s-1]", lambda x: 1e-14, "cannot be evaluated"),
        (
            "Positive electrode exchange-current density [A.m-2]",
            lambda c_e, c, most, T: 0 * c,
            "is 0 A.m-2 at a content",
        ),
        ("Electrolyte conductivity [S.m-1]", lambda c, T: float("nan"), "is nan S.m-1 at the initial"),
    ],
)
def test_a_function_that_is_not_positive(name: str, function: Callable[..., Any], says: str) -> None:
    with pytest.raises(CellError) as caught:
        made("half", parameters={name: function})
    assert says in str(caught.value)
    cell = made("half")
    cell.parameter_values[name] = function
    with pytest.raises(CellError, match=r"electrode|particle|Electrolyte"):
        napore.rate_test(cell, 1.0, cycles=1)


def test_a_table_of_a_host_is_not_read_beyond_its_end() -> None:
    """It ends at 13,900 mol/m3; below zero beyond, and the solver did not come back."""
    most = "Maximum concentration in positive electrode [mol.m-3]"
    for given in ({}, {most: 15000.0}):
        assert napore.full_cell(cathode="Chayambuka2022", model="SPM", parameters=given).balance
    with pytest.raises(
        CellError, match=r"'Positive particle diffusivity \[m2.s-1\]' is -.* its table reaches"
    ):
        napore.full_cell(cathode="Chayambuka2022", model="SPM", parameters={most: 2e4})
    cell = napore.full_cell(cathode="Chayambuka2022", model="SPM")
    cell.parameter_values[most] = 2e4
    with pytest.raises(CellError, match="its table reaches"):
        napore.rate_test(cell, 1.0, cycles=1)
