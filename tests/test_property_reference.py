"""Parts of the overpotential add up in every cell and model; the reference leaves out what is behind it."""

from typing import Any

import numpy as np
import pybamm
import pytest

import napore
from napore.cells import Cell
from napore.experiments import ReferenceTest, read_overpotentials

LAYERS: dict[str, Any] = {"surface form": "differential"}
FILM: dict[str, Any] = {"SEI": ("constant", "none"), "SEI film resistance": "distributed"}


def cells() -> list[Any]:
    half, full = napore.half_cell, napore.full_cell
    return [
        pytest.param(lambda: half("fjh", model="SPM"), id="SPM"),
        pytest.param(lambda: half("fjh", model="SPMe"), id="SPMe"),
        pytest.param(lambda: half("fjh"), id="DFN"),
        pytest.param(lambda: half("tf", options=LAYERS), id="double layers"),
        pytest.param(lambda: half("fjh", "SPMe", {"sodium storage": "single"}), id="single"),
        pytest.param(lambda: half("NVP", model="SPMe"), id="cathode"),
        pytest.param(lambda: full("fjh", "NVP", model="SPM"), id="full SPM"),
        pytest.param(lambda: full("fjh-b", "NVP", model="SPMe"), id="full SPMe"),
        pytest.param(lambda: full("fjh", "NVP", model="SPM", options=FILM), id="full with a film"),
    ]


@pytest.mark.parametrize("make", cells())
def test_parts_add_up_to_the_total_in_both_directions(make: Any) -> None:
    cell: Cell = make()
    if "SEI resistivity [Ohm.m]" in cell.parameter_values:
        cell.parameter_values["SEI resistivity [Ohm.m]"] = 1e6  # a film that is felt
    first = pybamm.step.c_rate(2.0 * cell.first_sign, duration=400.0)
    second = pybamm.step.c_rate(-2.0 * cell.first_sign, duration=250.0)
    solution = cell.simulation(pybamm.Experiment([(first, pybamm.step.rest(60.0), second)])).solve(
        calc_esoh=False
    )
    split = read_overpotentials(cell, solution.cycles[0].steps)
    assert np.max(np.abs(split.unexplained_V)) < 1e-3
    assert np.max(np.abs(split.total_V)) > 5e-3
    kinetics = split.parts["cathode_kinetics" if cell.kind == "cathode" else "carbon_kinetics"]
    # delivering costs voltage; at the end of each step, when double layers are charged
    assert kinetics[split.current_A > 1e-9][-1] < -1e-3
    assert kinetics[split.current_A < -1e-9][-1] > 1e-3
    if cell.model.options["SEI"] != "none":
        assert (split.parts["carbon_film"][split.current_A < -1e-9] > 0).all()
    table = split.table()
    parts = [f"{name}_V" for name in split.parts]
    assert np.allclose(table["equilibrium_V"] + table[parts].sum(axis=1), table["voltage_V"], atol=1e-3)


@pytest.fixture(scope="module")
def tests() -> dict[float | None, ReferenceTest]:
    cell = napore.half_cell("fjh", model="SPMe")
    return {place: napore.reference_test(cell, [5.0], place, cycles=2) for place in (None, 0.0, 0.5, 1.0)}


def test_capacity_grows_as_the_reference_moves_to_the_carbon(
    tests: dict[float | None, ReferenceTest],
) -> None:
    capacities = [test.points[0].capacity_mAh_g for test in tests.values()]
    assert None not in capacities
    assert (np.diff(np.array(capacities, dtype=float)) > 0.5).all()


def test_cut_offs_are_those_against_the_reference(tests: dict[float | None, ReferenceTest]) -> None:
    for test in tests.values():
        pair = test.halves[0]
        assert pair is not None
        for half, end in zip(pair, (0.01, 3.0), strict=True):
            assert half.potential_V[-1] == pytest.approx(end, abs=1e-4)
            assert np.max(np.abs(half.overpotentials.unexplained_V)) < 1e-3
    lowest = [test.points[0].lowest_voltage_V for test in tests.values()]
    assert lowest[0] == pytest.approx(0.01, abs=1e-4)
    assert lowest[-1] is not None
    assert lowest[-1] < -0.01  # the foil and the separator are passed over


def test_separator_is_between_the_references(tests: dict[float | None, ReferenceTest]) -> None:
    pair = tests[0.5].halves[0]
    assert pair is not None
    split = pair[0].overpotentials
    electrolyte = split.parts["electrolyte_ohmic"] + split.parts["electrolyte_concentration"]
    assert 0.8 < split.separator_V[-1] / electrolyte[-1] <= 1.001


@pytest.mark.slow
def test_fjh_at_5_C_in_the_dfn() -> None:
    cell = napore.half_cell("fjh")
    foil, middle = (
        napore.reference_test(cell, [5.0], place).points[0].capacity_mAh_g for place in (None, 0.5)
    )
    assert foil is not None
    assert middle is not None
    plain = napore.rate_test(cell, [5.0]).points[0].capacity_mAh_g
    assert foil == pytest.approx(plain, abs=0.05)
    assert 5.0 < middle - foil < 60.0
