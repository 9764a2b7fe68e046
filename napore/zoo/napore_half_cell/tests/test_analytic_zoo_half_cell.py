"""Half cell of the zoo: sodium is conserved, and pores fill after sites."""

import numpy as np
import pybamm
import pytest

from napore.zoo.napore_half_cell import NaporeHalfCell

FARADAY = 96485.33212


@pytest.fixture(scope="module")
def sodiated() -> pybamm.Solution:
    """An hour of sodiation with the default current."""
    return pybamm.Simulation(NaporeHalfCell()).solve([0, 3600])


def test_the_carbon_holds_what_the_current_brings(sodiated: pybamm.Solution) -> None:
    """Sodium [mol] in the carbon grows by the charge over Faraday's constant."""
    held = sodiated["Total sodium in positive electrode [mol]"].entries
    brought = sodiated["Discharge capacity [A.h]"].entries * 3600.0 / FARADAY
    np.testing.assert_allclose(held - held[0], brought, rtol=0.0, atol=1e-6 * brought[-1])


def test_pores_fill_after_sites(sodiated: pybamm.Solution) -> None:
    """Where the sites are half as full as at the end, pores hold a tenth of what they take."""
    sites = sodiated["Average positive particle adsorbed occupancy"].entries
    pores = sodiated["Average positive particle pore filling"].entries
    half_way = np.argmax(sites > 0.5 * sites[-1])
    assert 0 < half_way < len(sites) - 1
    assert pores[half_way] < 0.1 * pores[-1]
