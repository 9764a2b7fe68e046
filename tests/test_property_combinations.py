"""Options in combination: a cell with them runs a cycle, or it is refused before anything is solved."""

from typing import Any

import numpy as np
import pybamm
import pytest

from napore.cells import Cell, CellError, half_cell
from napore.experiments import rate_test
from napore.full_cells import FullCell, full_cell
from napore.results import OK

LUMPED = {"thermal": "lumped"}
FILM = "ec reaction limited"
CONTACT = "Contact resistance [Ohm]"
INTERACTION = "Carbon electrode pore interaction [V]"


def made(kind: str, model: str, options: dict[str, Any], **more: Any) -> Cell:
    """Full cell, or half cell by the name of its set."""
    if kind == "full":
        return full_cell(model=model, options=options, **more)
    return half_cell(kind, model, options, **more)


def capacity(cell: Cell, rate: float = 1.0) -> float:
    """Capacity of one cycle [mAh/g], which must end at both cut-offs."""
    point = rate_test(cell, rate, cycles=1).points[0]
    assert point.status == OK, point.status
    assert point.capacity_mAh_g is not None
    assert point.capacity_mAh_g > 20.0
    return point.capacity_mAh_g


IN_THE_SPM: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("full", {"particle size": ("distribution", "single")}, {}),
    ("full", {"sodium trapping": "true"}, {}),
    ("full", {"pore classes": "7"}, {}),
    ("full", {"lithium plating": "partially reversible"}, {}),
    ("full", {**LUMPED, "SEI": FILM}, {}),
    ("full", {"SEI": "interstitial-diffusion limited", "SEI porosity change": "true"}, {}),
    ("fjh", {"sodium trapping": ("false", "true")}, {}),
    ("fjh", {"loss of active material": ("none", "current-driven")}, {}),
    ("fjh", {"lithium plating": ("none", "partially reversible")}, {}),
    ("fjh", {"SEI": ("none", "interstitial-diffusion limited"), "SEI porosity change": "true"}, {}),
    ("fjh", {"particle size": ("single", "distribution"), "pore interaction": "mean field"}, {}),
    ("tf", LUMPED, {"ageing": "gu2025"}),
    ("nvp", LUMPED, {}),
]
"""Cell, options and arguments of combinations that the documentation names."""

IN_THE_DFN: list[tuple[str, dict[str, Any], dict[str, Any], float]] = [
    ("nvp", LUMPED, {}, 0.3),
    ("fjh", {**LUMPED, "SEI": ("none", FILM)}, {}, 1.0),
]
SLOW: list[tuple[str, dict[str, Any], dict[str, Any], float]] = [
    *(("nvp", LUMPED, {}, rate) for rate in (0.05, 0.1, 0.5, 1.0, 2.0)),
    ("fjh", LUMPED, {"ageing": "gu2025"}, 0.2),
    ("fjh", LUMPED, {"ageing": "gu2025-b"}, 1.0),
    ("full", LUMPED, {"ageing": "gu2025"}, 0.2),
    ("full", LUMPED, {"ageing": "gu2025-b"}, 1.0),
    ("full", {"particle size": ("distribution", "single")}, {}, 1.0),
    ("full", {**LUMPED, "pore interaction": "mean field"}, {}, 1.0),
    ("fjh", {"calculate heat source for isothermal models": "true", "surface form": "differential"}, {}, 1.0),
]


@pytest.mark.parametrize(("kind", "options", "more"), IN_THE_SPM, ids=str)
def test_documented_combinations_run(kind: str, options: dict[str, Any], more: dict[str, Any]) -> None:
    capacity(made(kind, "SPM", options, **more))


@pytest.mark.parametrize(("kind", "options", "more", "rate"), IN_THE_DFN, ids=str)
def test_combinations_run_in_the_DFN(
    kind: str, options: dict[str, Any], more: dict[str, Any], rate: float
) -> None:
    capacity(made(kind, "DFN", options, **more), rate)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "options", "more", "rate"), SLOW, ids=str)
def test_slow_combinations_run_in_the_DFN(
    kind: str, options: dict[str, Any], more: dict[str, Any], rate: float
) -> None:
    capacity(made(kind, "DFN", options, **more), rate)


REFUSED: list[tuple[str, dict[str, Any], dict[str, float], str]] = [
    ("fjh", {"SEI": ("none", "VonKolzenberg2020")}, {}, "'fjh' lacks 'SEI lithium ion conductivity"),
    ("nvp", {"particle size": ("single", "distribution")}, {}, "'nvp' lacks 'Positive area-weighted"),
    ("fjh", {"lithium plating": ("none", "partially reversible"), "SEI": "none"}, {}, "metal goes dead"),
    ("full", {"lithium plating": "partially reversible", "SEI": "none"}, {}, "metal goes dead"),
    ("full", {"sodium trapping": ("false", "true")}, {}, "does nothing in the positive electrode"),
    ("fjh", {"sodium storage": "single", "pore filling": "sinh"}, {}, "does nothing"),
    (
        "fjh",
        {"sodium storage": "equilibrium", "sodium trapping": "true"},
        {},
        "choose sodium storage 'kinetic'",
    ),
    ("nvp", {"sodium trapping": "true"}, {}, "does nothing"),
    ("fjh", {"contact resistance": "false"}, {CONTACT: 5.0}, "without which it does nothing"),
    ("fjh", {"pore interaction": "none"}, {INTERACTION: 0.004}, "without which it does nothing"),
    ("nvp", {"open-circuit potential": ("one-state hysteresis", "single")}, {}, "has none of its own"),
    ("fjh", {"electrolyte conductivity": "integrated"}, {}, "full cells only"),
    ("full", {"thermal": "x-full", "particle size": ("distribution", "single")}, {}, "PyBaMM has none"),
    (
        "fjh",
        {"particle size": "distribution", "SEI": ("none", FILM), "SEI porosity change": "true"},
        {},
        "not yet support",
    ),
]
"""Cell, options, parameters and a part of the reason."""


@pytest.mark.parametrize(("kind", "options", "parameters", "reason"), REFUSED, ids=str)
def test_other_combinations_are_refused_with_the_reason(
    kind: str, options: dict[str, Any], parameters: dict[str, float], reason: str
) -> None:
    with pytest.raises((pybamm.OptionError, CellError), match=reason):
        made(kind, "SPMe", options, parameters=parameters)


@pytest.mark.parametrize("storage", ["kinetic", "equilibrium", "single"])
def test_every_storage_begins_at_the_upper_cut_off(storage: str) -> None:
    cell = made("fjh", "SPM", {"sodium storage": storage})
    slow = pybamm.Experiment(["Discharge at 1e-6C for 1 second"])
    voltage = cell.simulation(slow).solve(calc_esoh=False)["Voltage [V]"].entries
    assert voltage[0] == pytest.approx(cell.cut_offs[1], abs=1e-4)


@pytest.mark.parametrize("kind", ["fjh", "nvp", "full"])
def test_a_contact_resistance_acts_without_its_option(kind: str) -> None:
    resistive = made(kind, "SPM", {}, parameters={CONTACT: 200.0})
    assert resistive.model.options["contact resistance"] == "true"
    assert capacity(resistive) < capacity(made(kind, "SPM", {})) - 0.01


def test_other_numbers_of_a_full_cell_switch_the_option_on() -> None:
    cell = made("full", "SPM", {})
    assert isinstance(cell, FullCell)
    assert cell.with_numbers({CONTACT: 5.0}).model.options["contact resistance"] == "true"


@pytest.mark.parametrize("kind", ["fjh", "full"])
def test_a_hold_beside_double_layers_ends(kind: str) -> None:
    cell = made(kind, "SPM", {"surface form": "differential"})
    (point,) = rate_test(cell, 1.0, cycles=1, hold=0.05).points
    assert point.status == OK


def test_any_number_of_pore_classes_has_the_median_and_the_spread_of_the_set() -> None:
    radii = {}
    for classes in (1, 4, 5):
        # with three kinds the classes are those of two populations of pores
        cell = made("fjh", "SPM", {"adsorption law": "mean field", "pore classes": str(classes)})
        assert cell.pore_classes == classes
        names = [f"Positive electrode pore class {k + 1} radius [m]" for k in range(classes)]
        radii[classes] = np.array([cell.number(name) for name in names])
    median = radii[1][0]
    assert radii[5][2] == pytest.approx(median, rel=1e-12)
    for spread in (radii[4], radii[5]):
        assert np.exp(np.log(spread).mean()) == pytest.approx(median, rel=1e-12)
