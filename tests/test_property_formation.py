"""Formation: sodium, film and efficiency of the first cycle, and the full cell made from it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napore.cells import CellError, half_cell
from napore.experiments import ExperimentError, Formation, fit_film, formation
from napore.experiments.formation import roughness
from napore.full_cells import full_cell

FARADAY = 96485.33212
ICE = {"fjh": 0.878, "tf": 0.856}


@pytest.fixture(scope="module")
def found() -> dict[str, Formation]:
    return {name: formation(half_cell(name, model="SPM"), cycles=3) for name in ICE}


@pytest.mark.parametrize("name", ICE)
def test_efficiency_is_the_measured_one_that_it_was_fitted_to(found: dict[str, Formation], name: str) -> None:
    assert found[name].coulombic_efficiency == pytest.approx(ICE[name], abs=2e-4)


@pytest.mark.parametrize("name", ICE)
def test_sodium_is_conserved(found: dict[str, Formation], name: str) -> None:
    assert found[name].imbalance < 1e-8


def test_film_stops_growing(found: dict[str, Formation]) -> None:
    for one in found.values():
        first, second, third = (cycle.film_mAh_g for cycle in one.cycles)
        assert first > 20 * second > 20 * third > 0.0
        assert one.cycles[1].coulombic_efficiency > 0.99
        assert one.cycles[1].trapped_mAh_g == pytest.approx(0.0, abs=1e-6)


def test_traps_fill_in_the_first_cycle(found: dict[str, Formation]) -> None:
    assert found["fjh"].cycles[0].trapped_mAh_g == pytest.approx(12.0, abs=1e-3)
    assert found["tf"].cycles[0].trapped_mAh_g == 0.0


@pytest.mark.parametrize(("name", "area"), [("fjh", 8.1), ("tf", 9.7)])
def test_thickness_is_that_of_the_charge_on_the_bet_area(
    found: dict[str, Formation], name: str, area: float
) -> None:
    first = found[name].cycles[0]
    moles_per_area = first.film_mAh_g * 3.6 / FARADAY / 2.0 / area
    assert first.film_thickness_nm - 0.1 == pytest.approx(1e9 * 4.1e-5 * moles_per_area, rel=1e-6)


def test_film_is_the_same_on_both_carbons(found: dict[str, Formation]) -> None:
    # what the trapped sodium of FJH was derived from
    thin, thick = (found[name].cycles[0].film_thickness_nm for name in ICE)
    assert thin == pytest.approx(thick, rel=0.01)


def test_roughness_is_bet_area_over_spheres() -> None:
    cell = half_cell("fjh", model="SPM")
    assert roughness(cell) == pytest.approx(8100.0 * 1580.0 * 5e-6 / 3.0)


def test_fast_formation_loses_less_film_and_ends_with_a_better_efficiency(
    found: dict[str, Formation],
) -> None:
    fast = formation(half_cell("fjh", model="SPM"), rate=0.5)
    assert fast.cycles[0].film_mAh_g < found["fjh"].cycles[0].film_mAh_g
    assert fast.imbalance < 1e-8


def test_a_film_is_found_for_an_efficiency() -> None:
    cell = half_cell("fjh", model="SPM")
    current = fit_film(cell, 0.85, rate=0.1)
    again = formation(cell, 0.1, film_current_A_m2=current)
    assert again.coulombic_efficiency == pytest.approx(0.85, abs=1e-4)
    with pytest.raises(
        ExperimentError, match=r"efficiency is 0\.99: with this trapped sodium the film gives"
    ):
        fit_film(cell, 0.99, rate=0.5)


@pytest.mark.parametrize("name", ICE)
def test_full_cell_has_the_inventory_of_the_stated_form(found: dict[str, Formation], name: str) -> None:
    once = formation(half_cell(name, model="SPM"))
    made, stated = full_cell(name, model="SPM", formation=once), full_cell(name, model="SPM")
    assert made.balance.first_cycle_loss_mAh_g_carbon == pytest.approx(once.loss_mAh_g, rel=1e-9)
    assert made.balance.inventory_mAh_g_cathode == pytest.approx(
        stated.balance.inventory_mAh_g_cathode, rel=0.005
    )
    again = made.with_numbers({"Mass ratio of carbon to cathode": 0.5})
    assert again.balance.first_cycle_loss_mAh_g_carbon == pytest.approx(once.loss_mAh_g, rel=1e-9)


def test_table_file_and_picture(found: dict[str, Formation], tmp_path: Path) -> None:
    one = found["fjh"]
    assert list(one.table()["cycle"]) == [1, 2, 3]
    one.to_json(tmp_path / "formation.json")
    content = json.loads((tmp_path / "formation.json").read_text("utf-8"))
    assert content["cycles"][0]["loss_mAh_g"] == pytest.approx(one.cycles[0].loss_mAh_g)
    line = one.plot().lines[1]
    assert np.asarray(line.get_xdata())[-1] == pytest.approx(one.cycles[0].loss_mAh_g, abs=1e-6)


@pytest.mark.slow
def test_models_agree() -> None:
    for name, ice in ICE.items():
        one = formation(half_cell(name, model="DFN"))
        assert one.coulombic_efficiency == pytest.approx(ice, abs=3e-4)
        assert one.imbalance < 1e-8


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rate": 0.0}, "rate is 0 C"),
        ({"cycles": 0}, "cycles is 0: give a whole number"),
        ({"trapped_mAh_g": -1.0}, "trapped sodium is -1 mAh per g of carbon: give a number from 0 to 340"),
        (
            {"film_current_A_m2": 0.0},
            "exchange-current density of the film is 0 A/m2: give a number from 1e-30",
        ),
        ({"trapped_mAh_g": True}, "trapped sodium is True: give a number from 0 to"),
        ({"film_current_A_m2": "1"}, "exchange-current density of the film is '1': give a number"),
        ({"cycles": 10**400}, "cycles is a whole number of 401 digits: give a whole number from 1"),
    ],
)
def test_conditions_are_checked(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        formation(half_cell("fjh", model="SPM"), **arguments)


def test_cells_are_checked(found: dict[str, Formation]) -> None:
    with pytest.raises(ExperimentError, match="nvp is no half cell of a carbon"):
        formation(half_cell("nvp", model="SPM"))
    grown = half_cell("fjh", model="SPM", options={"SEI": ("none", "solvent-diffusion limited")})
    with pytest.raises(ExperimentError, match="formation sets it"):
        formation(grown)
    with pytest.raises(CellError, match=r"formation is 'simulated': give 'stated' or 'precycled', or what"):
        full_cell(model="SPM", formation="simulated")  # type: ignore[arg-type]
    with pytest.raises(CellError, match="formation is that of 'tf', but the anode is 'fjh'"):
        full_cell(model="SPM", formation=found["tf"])
    efficiency = {"Carbon electrode initial coulombic efficiency": 0.9}
    with pytest.raises(CellError, match="are both given"):
        full_cell(model="SPM", formation=found["fjh"], parameters=efficiency)
