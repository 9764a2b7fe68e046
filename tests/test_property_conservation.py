"""Sodium in the particles and salt in the electrolyte: what the current brings, and nothing else."""

from typing import Any

import numpy as np
import pybamm
import pytest

from napore import models
from napore.cells import Cell, half_cell
from napore.experiments.base import OK
from napore.experiments.protocol import Protocol
from napore.experiments.solving import run_leg
from napore.full_cells import full_cell
from napore.models.constants import FARADAY

CONDUCTIVITY = "Positive electrode conductivity [S.m-1]"
COLD = {"Ambient temperature [K]": 263.15}
DIFFERENTIAL = {"surface form": "differential"}


def drifts(cell: Cell, rate: float) -> tuple[float, float]:
    """Largest drift of sodium in the particles and of salt in a cycle, over the electrode's inventory."""
    leg = run_leg(cell, Protocol(cycles=1), rate)
    assert leg.status == OK, leg.status
    stored, salt = [], []
    for step in leg.steps:
        if isinstance(step, pybamm.EmptySolution):
            continue
        charge = step["Discharge capacity [A.h]"].entries * 3600.0 / FARADAY
        layers = double_layer(cell, step)
        brought = (cell.kind != "full") * charge + layers
        stored.append(step["Total sodium in particles [mol]"].entries - brought)
        salt.append(step["Total sodium in electrolyte [mol]"].entries + layers)
    inventory = cell.site_capacity * 3600.0 / FARADAY
    both = (np.concatenate(stored), np.concatenate(salt))
    found = [float(np.abs(amount - amount[0]).max() / inventory) for amount in both]
    return found[0], found[1]


def double_layer(cell: Cell, step: Any) -> Any:
    """Sodium [mol] that the double layers of the coatings hold; none without the differential form."""
    if cell.model.options["surface form"] != "differential":
        return 0.0
    held: Any = 0.0
    for domain in ("negative", "positive"):
        if cell.model.options.electrode_types[domain] != "porous":
            continue
        Domain = domain.capitalize()
        area = step[f"X-averaged {domain} electrode surface area to volume ratio [m-1]"].entries
        potential = step[f"X-averaged {domain} electrode surface potential difference [V]"].entries
        capacity = cell.number(f"{Domain} electrode double-layer capacity [F.m-2]")
        volume = cell.number(f"{Domain} electrode thickness [m]") * cell.area
        held = held + capacity * volume / FARADAY * area * potential
    return held


def made(kind: str, model: str, options: dict[str, Any], parameters: dict[str, float]) -> Cell:
    if kind == "full":
        return full_cell(model=model, options=options, parameters=parameters)
    return half_cell(kind, model, options, parameters)


FAST: list[tuple[str, str, dict[str, Any], dict[str, float], float]] = [
    ("fjh", "SPMe", {}, {}, 3.0),
    ("fjh", "DFN", {}, {}, 1.0),
    ("tf", "DFN", {"thermal": "lumped"}, {}, 1.0),
    ("nvp", "SPMe", {}, COLD, 3.0),
    ("nvp", "DFN", {"thermal": "lumped"}, {}, 2.0),
    ("nvp", "DFN", {}, {}, 0.05),
    ("full", "SPMe", {}, COLD, 1.0),
    ("nvp", "DFN", DIFFERENTIAL, {}, 1.0),
    ("full", "SPMe", DIFFERENTIAL, {}, 1.0),
    ("fjh", "SPMe", {"particle size": ("single", "distribution")}, {}, 1.0),
]
EVERY: list[tuple[str, str, dict[str, Any], dict[str, float], float]] = [
    (kind, model, options, parameters, rate)
    for kind in ("fjh", "tf", "nvp", "full")
    for model in ("SPM", "SPMe", "DFN")
    for options, parameters in (({}, {}), ({"thermal": "lumped"}, {}), ({}, COLD), (DIFFERENTIAL, {}))
    for rate in (0.1, 1.0, 3.0)
]


@pytest.mark.parametrize(
    ("kind", "model", "options", "parameters", "rate"),
    [*FAST, *(pytest.param(*row, marks=pytest.mark.slow) for row in EVERY)],
    ids=str,
)
def test_sodium_and_salt_are_conserved(
    kind: str, model: str, options: dict[str, Any], parameters: dict[str, float], rate: float
) -> None:
    cell = made(kind, model, options, parameters)
    stored, salt = drifts(cell, rate)
    assert stored < 1e-8
    assert salt < 1e-9


def test_the_half_cell_of_pybamm_loses_salt_and_ours_of_the_same_numbers_does_not() -> None:
    values = pybamm.ParameterValues("Xu2019")
    options = {"working electrode": "positive"}
    lost = []
    for model in (
        pybamm.lithium_ion.DFN(options),
        models.DFN({**options, "sodium storage": "single"}),
    ):
        solver = pybamm.IDAKLUSolver(rtol=1e-6, atol=1e-8)
        solution = pybamm.Simulation(model, parameter_values=values, solver=solver).solve([0, 1800])
        salt = solution["Total lithium in electrolyte [mol]"].entries
        charge = solution["Discharge capacity [A.h]"].entries[-1] * 3600.0 / FARADAY
        lost.append(np.abs(salt - salt[0]).max() / charge)
    theirs, ours = lost
    assert theirs > 2e-7
    assert ours < 0.1 * theirs


@pytest.mark.slow
def test_what_a_slow_DFN_half_cell_drifts_is_round_off_of_the_solid_potential() -> None:
    usual, _ = drifts(half_cell("fjh", "DFN"), 0.1)
    resistive, _ = drifts(
        half_cell("fjh", "DFN", parameters={"Positive electrode conductivity [S.m-1]": 1.0}), 0.1
    )
    assert resistive < 1e-9 < usual
