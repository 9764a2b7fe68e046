"""Meshes that fit: fine where diffusion is slow, right with a radius that is an input, and after edits."""

import dataclasses

import numpy as np
import pybamm
import pytest

import napore
from napore.cells import Cell, half_cell
from napore.experiments.eis_cells import with_double_layers
from napore.models.meshes import Mesh, fitted_mesh
from napore.models.solver import CarbonSolver

RADIUS = "Positive particle radius [m]"
D = "Carbon particle reference diffusivity [m2.s-1]"


def voltages(
    cell: Cell, model: pybamm.BaseModel, seconds: float, inputs: dict[str, float], rate: float = 1.0
) -> np.ndarray:
    values = cell.parameter_values.copy()
    values["Current function [A]"] = rate * cell.one_C_current
    # the content at the start follows from numbers that may be inputs
    content = "Initial concentration in positive electrode [mol.m-3]"
    values[content] = cell.number(content)
    values.update(dict.fromkeys(inputs, "[input]"))
    simulation = pybamm.Simulation(model, parameter_values=values, solver=CarbonSolver(rtol=1e-9, atol=1e-11))
    at = np.linspace(0.0, seconds, 21)
    return np.asarray(simulation.solve([0.0, seconds], t_interp=at, inputs=inputs)["Voltage [V]"].entries)


def test_a_radius_that_is_an_input_has_the_same_graded_mesh() -> None:
    cell = half_cell("fjh", "SPM", parameters={D: 1e-13})
    radius = cell.number(RADIUS)
    plain = voltages(cell, cell.model, 600.0, {})
    assert voltages(cell, cell.model, 600.0, {RADIUS: radius}) == pytest.approx(plain, abs=1e-8)
    # a mesh that is not graded is another one
    even = cell.model.new_copy()
    even.mesh = None
    assert np.abs(voltages(cell, even, 600.0, {}) - plain).max() > 1e-4


@pytest.mark.parametrize("factor", [1.0, 0.1, 0.01])
def test_capacity_errs_little_however_slow_diffusion_is(factor: float) -> None:
    usual = half_cell("fjh", "SPM")
    cell = half_cell(
        "fjh",
        "SPM",
        parameters={D: factor * usual.number("Positive particle reference diffusivity [m2.s-1]")},
    )
    assert abs(napore.mesh_error(cell, 1.0).capacity_mAh_g) < (0.1 if factor == 1.0 else 0.4)


def test_slow_diffusion_and_thick_layers_get_more_points_and_inputs_safe_ones() -> None:
    usual = half_cell("fjh", "DFN")
    slow = half_cell("fjh", "DFN", parameters={D: 5.5e-14})
    assert slow.model.mesh.points["r_p"] > 1.5 * usual.model.mesh.points["r_p"]
    assert slow.model.mesh.stretch["positive particle"] > usual.model.mesh.stretch["positive particle"]
    thin = half_cell("fjh", "DFN", parameters={"Separator thickness [m]": 25e-6})
    assert thin.model.mesh.points["x_s"] < usual.model.mesh.points["x_s"]
    values = usual.parameter_values.copy()
    values.update({RADIUS: "[input]", "Separator thickness [m]": "[input]"})
    unknown = fitted_mesh(usual.model, values).points
    assert unknown["r_p"] > usual.model.mesh.points["r_p"]
    assert unknown["x_s"] == 20


def test_the_mesh_follows_a_later_edit_and_the_shortest_time() -> None:
    cell = half_cell("fjh", "SPM")
    before = cell.model.mesh
    assert cell.meshed() is cell.model
    assert cell.meshed(shortest=1.0).mesh.points["r_p"] > before.points["r_p"]
    cell.parameter_values[RADIUS] = 15e-6
    assert cell.simulation().model.default_var_pts["r_p"] > before.points["r_p"]
    assert cell.model.mesh == before


def test_every_way_to_a_cell_has_a_mesh_and_a_bare_model_has_that_of_pybamm() -> None:
    full = napore.load_cell("fjh-nvp", "SPMe")
    assert set(full.model.mesh.stretch) == {"negative particle", "positive particle"}
    assert set(full.model.default_var_pts) == set(pybamm.lithium_ion.SPMe().default_var_pts)
    bare = pybamm.Model("NaporeSPMe", {"working electrode": "positive"})
    theirs = pybamm.lithium_ion.SPMe().default_var_pts
    assert bare.default_var_pts == {**theirs, "R_n": 20, "R_p": 20}  # fewer particle sizes
    again = dataclasses.replace(full, model=type(full.model)(dict(full.model.options)))
    assert again.model.mesh == full.model.mesh


def test_the_check_by_halving_sees_a_mesh_that_is_too_coarse() -> None:
    cell = half_cell("fjh", "SPM", parameters={D: 1e-13})
    good = napore.mesh_error(cell, 2.0)
    cell.model.mesh = Mesh({"r_p": 5}, {"positive particle": 0.1})
    coarse = napore.mesh_error(cell, 2.0)
    assert abs(coarse.capacity_mAh_g) > 5 * abs(good.capacity_mAh_g)
    assert coarse.voltage_mV > 5 * good.voltage_mV


@pytest.mark.parametrize("model", ["SPM", "DFN"])
def test_a_finer_cell_has_a_finer_mesh_in_every_experiment(model: str) -> None:
    cell = half_cell("fjh", model, {"particle size": "distribution"})
    fine = cell.finer()
    for name in ("r_p", "R_p"):
        assert fine.model.default_var_pts[name] == 2 * cell.model.default_var_pts[name]
    for shortest in (1.0, 600.0):
        points = (each.meshed(shortest=shortest).mesh.points["r_p"] for each in (fine, cell))
        assert next(points) == 2 * next(points)
    assert with_double_layers(fine).model.mesh == with_double_layers(cell).model.mesh.finer(2)
    assert cell.finer(2).finer(2).model.mesh == cell.finer(4).model.mesh
    fine.parameter_values[RADIUS] = 15e-6
    assert fine.finer().model.mesh.points["r_p"] == 4 * fine.meshed().mesh.points["r_p"] / 2


def test_voltages_of_the_cathode_are_exact_where_its_potential_is_vertical() -> None:
    """At 1 C from the discharged end, after ten seconds; 0.45 mV with shells that shrink more."""
    cell = half_cell("nvp", "SPM")
    usual, fine = (voltages(cell, each.model, 60.0, {}, -1.0)[4:] for each in (cell, cell.finer(4)))
    assert np.abs(usual - fine).max() < 3e-4


def test_pores_so_wide_that_some_never_fill_or_empty_are_left_out() -> None:
    """Common terms of all classes were no numbers there, and the solver failed."""
    spread, capacities = "Carbon electrode pore radius spread", []
    for width in (10.0, 100.0):
        cell = half_cell("fjh", "SPM", parameters={spread: width}, allow_unusual=True)
        (point,) = napore.rate_test(cell, 1.0, cycles=1).points
        assert point.status == "ok"
        capacities.append(point.capacity_mAh_g)
    assert capacities[0] == pytest.approx(capacities[1], abs=1e-3)
    assert (
        capacities[0]
        < 0.7 * napore.rate_test(half_cell("fjh", "SPM"), 1.0, cycles=1).points[0].capacity_mAh_g
    )
