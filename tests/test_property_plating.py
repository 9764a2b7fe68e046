"""Sodium metal as a state: balances, where it appears, and what comes back."""

from typing import Any

import numpy as np
import pytest

from napore import design, energy_test, full_cell
from napore.experiments import cycle_test
from napore.full_cells import FullCell
from napore.models.constants import FARADAY

PLATES = {"lithium plating": ("partially reversible", "none")}
METAL = "Loss of lithium to negative lithium plating [mol]"


def plating_cell(model: str = "SPM", ratio: float = 0.3, **more: Any) -> FullCell:
    """Cell with more sodium than its carbon takes at a rate."""
    made: FullCell = full_cell(mass_ratio=ratio, model=model, formation="precycled", options=PLATES, **more)
    return made


@pytest.mark.parametrize("model", ["SPM", "DFN"])
def test_no_sodium_is_made_or_lost(model: str) -> None:
    cell = plating_cell(model)
    current = 2.0 * cell.one_C_current
    sim = cell.simulation()
    names = ["Total lithium in particles [mol]", METAL]
    names += [] if model == "SPM" else ["Total lithium in electrolyte [mol]"]
    sim.parameter_values["Current function [A]"] = -current
    solution = sim.solve(np.linspace(0.0, 1700.0, 50))
    total = sum(solution[name].entries for name in names)
    inventory = 3600.0 * cell.balance.inventory_mAh_g_cathode * cell.cathode_mass / FARADAY
    assert solution[METAL].entries[-1] > 0.05 * inventory
    assert np.max(np.abs(total - total[0])) < 1e-9 * inventory


def test_metal_appears_where_the_carbon_is_below_it_and_comes_back() -> None:
    slow = energy_test(plating_cell(ratio=0.5), 0.2, cycles=1).table().iloc[0]
    fast = energy_test(plating_cell(), 2.0, cycles=2).table().iloc[0]
    assert slow["plating_margin_V"] > 0.0
    assert abs(slow["plated_mAh_g"]) < 1e-3
    assert fast["plated_mAh_g"] > 10.0
    assert -0.02 < fast["plating_margin_V"] < 0.0
    assert 0.0 < fast["plated_left_mAh_g"] < 1e-3 * fast["plated_mAh_g"]
    assert fast["flags"] == "plating"


def test_a_cell_without_the_reaction_says_nothing_of_metal() -> None:
    (point,) = energy_test(full_cell(model="SPM"), 1.0, cycles=1).points
    assert (point.plated_mAh_g, point.plated_left_mAh_g) == (None, None)


def test_models_agree_on_the_metal() -> None:
    found = [
        energy_test(plating_cell(model), 1.0, cycles=1).points[0].plated_mAh_g for model in ("SPM", "SPMe")
    ]
    assert found[0] == pytest.approx(found[1], rel=0.01)


def test_designs_hold_the_metal_beside_the_margin() -> None:
    found = design(plating_cell(), (0.3, 0.5), 2, 1.0, cycles=1)
    little, much = found.table().sort_values("mass_ratio")["plated_mAh_g"]
    alone = energy_test(plating_cell(), 1.0, cycles=1).points[0].plated_mAh_g
    assert little == pytest.approx(alone, rel=1e-3)
    assert abs(much) < 1e-3


def test_metal_and_film_age_a_cell_together() -> None:
    cell = plating_cell(ageing="gu2025")
    last = cycle_test(cell, 2.0, 2).table().iloc[-1]
    assert last["film_loss_mAh_g"] > 0.0
    # what has gone dead after two cycles of about an hour, per gram of cathode
    assert 1e-3 < last["plated_mAh_g"] < 0.1
