"""Filling of interacting pores as one node: the law's own value, its derivatives, no deep tree."""

import casadi
import numpy as np
import pybamm
import pytest

from napore.cells import half_cell
from napore.models.constants import FARADAY, GAS_CONSTANT
from napore.models.interacting_filling import InteractingFilling
from napore.models.pore_filling import equilibrium_filling

T, V, NU = 298.15, 0.08, 2.0
SLOPE = FARADAY * NU / (GAS_CONSTANT * T)
E = np.linspace(-0.3, 0.6, 301)


@pytest.mark.parametrize("reduced", [-0.7, -0.5, 0.0, 1.0, 2.0])
def test_the_node_is_the_law_and_has_its_derivatives(reduced: float) -> None:
    gamma = 4.0 * reduced
    law = equilibrium_filling(E, T, V, NU, gamma / SLOPE)
    node = InteractingFilling(pybamm.StateVector(slice(0, E.size)), pybamm.InputParameter("gamma"))
    y = (V - E) * SLOPE
    np.testing.assert_allclose(node.evaluate(y=y, inputs={"gamma": gamma}).ravel(), law, atol=1e-14)
    state, number = casadi.MX.sym("y", E.size), casadi.MX.sym("gamma")
    value = node.to_casadi(y=state, inputs={"gamma": number})
    outputs = [value, casadi.jacobian(value, state), casadi.jacobian(value, number)]
    found, to_y, to_gamma = casadi.Function("f", [state, number], outputs)(y, gamma)
    np.testing.assert_allclose(found.full().ravel(), law, atol=1e-14)
    free = law * (1.0 - law)
    np.testing.assert_allclose(np.diag(to_y.full()), free / (1.0 + gamma * free), atol=1e-9)
    np.testing.assert_allclose(to_gamma.full().ravel(), (0.5 - law) * free / (1.0 + gamma * free), atol=1e-9)
    assert np.count_nonzero(to_y.full() - np.diag(np.diag(to_y.full()))) == 0


@pytest.mark.parametrize("variable", ["y", "gamma"])
def test_the_node_differentiates_itself(variable: str) -> None:
    y, gamma = pybamm.InputParameter("y"), pybamm.InputParameter("gamma")
    node = InteractingFilling(y, gamma)
    at = {"y": 0.7, "gamma": 1.3}
    slope = node.diff({"y": y, "gamma": gamma}[variable]).evaluate(inputs=at)
    step = 1e-5
    ends = [node.evaluate(inputs={**at, variable: at[variable] + sign * step}) for sign in (1, -1)]
    difference = np.ravel(ends[0] - ends[1])[0] / (2 * step)
    assert np.ravel(slope)[0] == pytest.approx(difference, rel=1e-7)


def test_interaction_does_not_make_the_trees_larger() -> None:
    nodes = {}
    for interaction in ("none", "mean field"):
        cell = half_cell("fjh", "SPM", {"pore interaction": interaction})
        model = cell.parameter_values.process_model(cell.model, inplace=False)
        trees = [*model.rhs.values(), *model.initial_conditions.values()]
        nodes[interaction] = sum(1 for tree in trees for _ in tree.pre_order())
    assert nodes["mean field"] < 1.5 * nodes["none"]
