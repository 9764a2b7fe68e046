"""A cell in a format against what can be reckoned by hand, and against a published cylinder."""

from math import pi
from pathlib import Path

import pytest

from napore.designs import CellFormat, DesignError, Prices
from napore.experiments.masses import MASS_NUMBERS, masses_from
from napore.parameters.schema import problem

SIDES = {"Negative": (0.0754, 0.95, 980.0, 1950.0), "Positive": (0.1460, 0.97, 3020.0, 4530.0)}
"""Coating [kg/m2] per side, share of active material, density of the coating and of the material [kg/m3]."""


def coatings() -> dict[str, float]:
    """A published 32140 with a layered cathode: loadings and densities of its coatings, foils of 13 um."""
    numbers = {
        "Separator thickness [m]": 11e-6,
        "Separator porosity": 0.45,
        "Separator density [kg.m-3]": 950.0,
        "Electrolyte density [kg.m-3]": 1260.0,
    }
    for side, (coating, share, dense, true) in SIDES.items():
        thickness, inactive = coating / dense, 1700.0
        solid, rest = share * coating / true / thickness, (1.0 - share) * coating / inactive / thickness
        numbers |= {
            f"{side} electrode areal loading [kg.m-2]": share * coating,
            f"{side} electrode thickness [m]": thickness,
            f"{side} electrode active material volume fraction": solid,
            f"{side} electrode porosity": 1.0 - solid - rest,
            f"{side} electrode inactive density [kg.m-3]": inactive,
            f"{side} current collector thickness [m]": 13e-6,
            f"{side} current collector density [kg.m-3]": 2700.0,
        }
    assert set(numbers) == set(MASS_NUMBERS)
    return numbers


_NO_MARGINS = ("Anode overhang [m]", "Separator overhang [m]", "Electrolyte excess")


def test_a_published_cylinder() -> None:
    """HiNa NaCR32140-MP10: 10 Ah, 3.0 V, 270 g, 0.1212 L, 111 Wh/kg, 248 Wh/L.

    Mass and volume follow from the published coatings and dimensions. The charge is the published one: the
    capacity of its cathode is not published.
    """
    format, numbers = CellFormat.of("cylinder"), coatings()
    one = format.package(numbers, 1.0, 3.0)  # capacity of 1 Ah/m2 gives the area
    cell = format.package(numbers, 10.0 / one.capacity_A_h, 3.0)
    assert cell.capacity_A_h == pytest.approx(10.0)
    assert 1e3 * cell.mass_kg == pytest.approx(270.0, rel=0.1)
    assert 1e3 * cell.volume_m3 == pytest.approx(0.1212, rel=0.1)
    assert cell.energy_Wh_kg == pytest.approx(111.0, rel=0.1)
    assert cell.energy_Wh_L == pytest.approx(248.0, rel=0.1)


def test_a_stack_is_what_the_masses_of_an_experiment_are() -> None:
    numbers = coatings()
    cell, mass = CellFormat.of("stack").package(numbers, 10.0, 3.0), masses_from(numbers)
    assert cell.mass_kg == pytest.approx(mass.stack, rel=1e-12)
    assert cell.free_m3 == pytest.approx(0.0, abs=1e-15)
    assert cell.energy_Wh_kg == pytest.approx(30.0 / mass.stack, rel=1e-12)


def test_the_roll_fills_its_can() -> None:
    """With nothing but one thickness the wound sheets have the cross-section of the roll."""
    numbers = coatings()
    format = CellFormat.of("cylinder", dict.fromkeys(_NO_MARGINS, 0.0))
    cell, own = format.package(numbers, 1.0, 3.0), format.numbers
    inner = own["Case outer diameter [m]"] - 2.0 * own["Case wall thickness [m]"] - own["Roll clearance [m]"]
    area = {item.name: item.area_m2 or 0.0 for item in cell.items}
    wide = own["Case height [m]"] - 2.0 * own["Case lid thickness [m]"] - own["Headspace [m]"]
    section = (
        area["carbon"] * numbers["Negative electrode thickness [m]"]
        + area["cathode"] * numbers["Positive electrode thickness [m]"]
        + area["separator"] * numbers["Separator thickness [m]"]
        + (area["anode foil"] + area["cathode foil"]) * 13e-6
    ) / wide
    assert section == pytest.approx(pi / 4.0 * (inner**2 - own["Winding core diameter [m]"] ** 2), rel=1e-12)


def test_a_long_pouch_tends_to_its_repeating_unit() -> None:
    """Many large sheets without margins: coatings, half of each foil, separator and electrolyte remain."""
    numbers = coatings()
    large = {
        "Cathode sheets": 10_000,
        "Coating width [m]": 1.0,
        "Coating height [m]": 1.0,
        "Anode overhang [m]": 0.0,
        "Separator overhang [m]": 0.0,
        "Electrolyte excess": 0.0,
    }
    cell, mass = (
        CellFormat.of("pouch", large, allow_unusual=True).package(numbers, 10.0, 3.0),
        masses_from(numbers),
    )
    assert cell.energy_Wh_kg == pytest.approx(30.0 / (mass.stack - 0.5 * mass.foils), rel=1e-3)


def test_every_number_of_a_format_acts_is_plausible_and_has_a_source() -> None:
    numbers = coatings()
    for name in ("coin", "pouch", "cylinder"):
        format = CellFormat.of(name)
        cell = format.package(numbers, 10.0, 3.0)
        for key, entry in format.entries.items():
            assert entry.source
            assert all(problem(key, value) is None for value in (entry.value, *(entry.allowed or ())))
            step = 1 if key == "Cathode sheets" else 0.02 * entry.value
            try:
                other = CellFormat.of(name, {key: entry.value + step}, allow_unusual=True)
                found = other.package(numbers, 10.0, 3.0)
            except DesignError:
                continue  # refused, not ignored
            outcomes = [(one.mass_kg, one.volume_m3, one.free_m3, one.energy_W_h) for one in (cell, found)]
            limits = name == "coin" and key in (
                "Case wall thickness [m]",
                "Spring height [m]",
            )  # refused below
            assert (outcomes[0] == outcomes[1]) == limits, key


def test_costs_add_up(tmp_path: Path) -> None:
    cell = CellFormat.of("coin").package(coatings(), 10.0, 3.0)
    lines = ['currency = "EUR"']
    for item in cell.items:
        per = "m2" if item.name == "separator" else "cell" if item.name == "casing" else "kg"
        lines += [f'["{item.name}"]', "price = 2.0", f'per = "{per}"']
    file = tmp_path / "prices.toml"
    file.write_text("\n".join(lines), "utf-8")
    priced = CellFormat.of("coin").package(coatings(), 10.0, 3.0, Prices.read(file))
    parts = {item.name: item for item in priced.items}
    by_mass = sum(part.mass_kg for name, part in parts.items() if name not in ("separator", "casing"))
    assert priced.cost == pytest.approx(2.0 * (by_mass + (parts["separator"].area_m2 or 0.0) + 1.0))
    assert priced.cost is not None
    assert priced.cost_per_kWh == pytest.approx(1e3 * priced.cost / priced.energy_W_h)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[carbon]\nprice = 1\nper = 'kg'", "has no currency"),
        ("currency = 'EUR'\n[lid]\nprice = 1\nper = 'kg'", "'lid' is no part of a cell"),
        ("currency = 'EUR'\n[carbon]\nprice = -1\nper = 'kg'", "price is -1; give a number from 0"),
        ("currency = 'EUR'\n[carbon]\nprice = nan\nper = 'kg'", "price is nan; give a number from 0"),
        ("currency = 'EUR'\n[carbon]\nprice = true\nper = 'kg'", "price is True"),
        ("currency = 'EUR'\n[carbon]\nprice = 1\nper = 'lb'", "per is 'lb'; choose from kg, m2, cell"),
        ("currency = 'EUR'\n[carbon]\nprice = 1", "write a table with price, per and source"),
        ("currency = ", "is not valid TOML"),
    ],
)
def test_a_price_file_that_cannot_be_is_refused(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(DesignError, match=says):
        Prices.read(file)


def test_what_cannot_be_built_is_refused(tmp_path: Path) -> None:
    numbers = coatings()
    for name, changes, says in (
        ("pouch", {"Tabs mass [kg]": 0.05, "Cathode sheets": 1}, "more than the .* kg of all else"),
        ("pouch", {"Anode overhang [m]": 5e-3}, "the electrodes would touch"),
        (
            "cylinder",
            {"Winding core diameter [m]": 0.02, "Case outer diameter [m]": 0.018},
            "nothing can be wound",
        ),
        ("cylinder", {"Electrolyte excess": 2.0}, "mL more than its"),
        ("coin", {"Spacer thickness [m]": 2.9e-3}, "mm high, more than"),
        ("coin", {"Case wall thickness [m]": 5e-4, "Spacer thickness [m]": 2e-3}, "mm high, more than"),
        ("coin", {"Spring height [m]": 1.6e-3}, "mm high, more than"),
        ("coin", {"Electrolyte volume [m3]": 2e-9}, "that the pores"),
    ):
        with pytest.raises(DesignError, match=says):
            CellFormat.of(name, changes).package(numbers, 10.0, 3.0)
    own = tmp_path / "mine.toml"
    own.write_text('[set]\nformat = "brick"\n', "utf-8")
    with pytest.raises(ValueError, match="choose from stack, coin, pouch, cylinder"):
        CellFormat.of(own)
