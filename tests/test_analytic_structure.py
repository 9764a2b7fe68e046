"""Laws of structure against real molecules, tabulated densities and their own inverses; S06, S07."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napore.cells import half_cell
from napore.models import structure as laws
from napore.models.pore_filling import AREA_TO_VOLUME_FACTOR, wetting_potential
from napore.models.three_kinds import ThreeKinds
from napore.parameters.reported import reported
from napore.parameters.structure import (
    CARBONS,
    load_structure,
    structure_entries,
    structure_number,
)
from napore.validation.audit_sources import isotherm_of, numbers_of
from napore.validation.structure import (
    NOT_SIMULATED,
    closed_area_contradiction,
    implied_bet_area,
    pore_area,
    slope_of,
    slope_shows_signs,
    slope_signs,
    stage_potentials,
    three_stages,
)

SIZES = st.floats(1.5e-9, 20e-9)
HEIGHTS = st.floats(0.8e-9, 10e-9)
SPACINGS = st.floats(0.34e-9, 0.40e-9)


@pytest.mark.parametrize("rings", [3, 6, 12, 30])
def test_rims_of_discs_against_hexagonal_molecules(rings: int) -> None:
    """C(6n^2)H(6n), such as coronene: one rim atom in n, all zigzag."""
    area = 6 * rings**2 * laws.ATOM_AREA
    disc = laws.edge_atom_share(math.sqrt(4.0 * area / math.pi))
    # a circle is shorter than the hexagon of its area, its rim (half armchair) denser
    ratio = math.sqrt(math.pi / (2.0 * math.sqrt(3.0))) * 0.5 * (1.0 + 2.0 / math.sqrt(3.0))
    assert disc * rings == pytest.approx(ratio, rel=1e-12)
    assert ratio == pytest.approx(1.0, abs=0.03)


def test_graphite_and_sodium_metal_are_those_of_the_tables() -> None:
    assert laws.stack_density(0.3354e-9) == pytest.approx(2267.0, rel=2e-3)  # graphite, X-ray density
    assert pytest.approx(0.3716e-9, rel=2e-3) == laws.SODIUM_SPACING  # bcc, a = 0.4291 nm at 298 K
    assert laws.face_area(0.3354e-9, 0.3354e-9) == pytest.approx(2630e3, rel=2e-3)  # one layer, both sides
    assert laws.metal_capacity(1e-3) == pytest.approx(1166 * 0.968, rel=1e-3)


@given(st.floats(1e-6, 1e-3), st.floats(1e3, 1e6), st.sampled_from(sorted(AREA_TO_VOLUME_FACTOR)))
def test_pores_of_a_volume_and_an_area_fill_where_no_shape_matters(
    volume: float, area: float, shape: str
) -> None:
    factor = AREA_TO_VOLUME_FACTOR[shape]
    radius = laws.pore_radius(volume, area, factor)
    fills = wetting_potential(radius, 0.1, factor)
    assert fills == pytest.approx(wetting_potential(volume / area, 0.1, 1.0))
    assert laws.largest_filling_radius(fills, 0.1, factor) == pytest.approx(radius)
    assert laws.metal_volume(laws.metal_capacity(volume)) == pytest.approx(volume)


def test_whole_pore_law_is_three_halves_of_the_local_one_for_spheres() -> None:
    whole = wetting_potential(1e-9, 0.1, AREA_TO_VOLUME_FACTOR["sphere"])
    assert whole == pytest.approx(1.5 * laws.local_gibbs_thomson(1e-9, 0.1))
    assert 1e3 * laws.local_gibbs_thomson(1e-9, 0.1) == pytest.approx(49.2, abs=0.1)


@given(SIZES, HEIGHTS, SPACINGS, st.floats(0.01, 1.0), st.floats(0.355e-9, 0.385e-9), st.floats(8e-12, 3e-11))
def test_signs_of_the_slope_hold_for_every_size(
    La: float, Lc: float, d: float, exposed: float, threshold: float, spread: float
) -> None:
    def slope(La: float, Lc: float, d: float) -> float:
        return float(laws.slope_capacity(La, Lc, d, exposed=exposed, threshold=threshold, spread=spread))

    base = slope(La, Lc, d)
    assert slope(La, Lc, 1.01 * d) > base
    assert slope(La, 1.01 * Lc, d) < base
    if laws.admitting_share(d, threshold, spread) > 1e-9:  # else no rim takes any
        assert slope(1.01 * La, Lc, d) < base


@pytest.mark.checkout
def test_slope_of_the_parts_and_without_spread() -> None:
    """No layer admits sodium below the threshold, all do above; a row holds fewer atoms than the rim has."""
    from studies.gu2025.structure_capacities import structure_capacities

    assert laws.admitting_share(0.36e-9, 0.37e-9, 1e-13) == 0.0
    assert laws.admitting_share(0.38e-9, 0.37e-9, 1e-13) == 1.0
    full = laws.edge_capacity(4e-9, 1.0)
    per_rim_atom = full / (2231.4 * laws.edge_atom_share(4e-9))
    assert per_rim_atom == pytest.approx(1.0 / (laws.SODIUM_SPACING * laws.RIM_ATOM_DENSITY), rel=1e-4)
    assert 0.5 < per_rim_atom < 1.0
    s = load_structure("fjh")
    found = structure_capacities("fjh")
    assert slope_of("fjh") == pytest.approx(found.slope_capacity_mAh_g)
    faces = s.area * laws.SODIUM_ON_FACE * 1.602176634e-19 / 3600  # C/kg of the reported area to A.h/kg
    assert found.face_capacity_mAh_g == pytest.approx(faces, rel=1e-9)


def test_signs_of_the_two_carbons() -> None:
    assert slope_shows_signs()
    for carbon in CARBONS:
        signs = slope_signs(carbon)
        assert signs["d"] > 0 > signs["La"]
        assert signs["Lc"] < 0
        # rims go as 1/La, faces as 1/Lc, and nothing else does
        assert 1.05 * (signs["La"] + signs["Lc"]) == pytest.approx(-0.05, rel=1e-9)


@pytest.mark.checkout
def test_raman_has_two_sizes_that_change_in_opposite_directions() -> None:
    from studies.gu2025.structure_capacities import raman_sizes

    large, small = raman_sizes(1.01)
    assert large == pytest.approx(19.03e-9, rel=1e-3)
    assert small == pytest.approx(1.355e-9, rel=1e-3)
    more = raman_sizes(1.11)
    assert more[0] < large
    assert more[1] > small
    # Cancado et al. 2011: one point defect per circle of 10 nm at 514 nm is a ratio of 1.26
    assert laws.defect_distance(1.26, 514e-9) == pytest.approx(10e-9, rel=0.01)


@pytest.mark.parametrize("carbon", ["fjh", "fjh-b", "tf"])
def test_three_stages_in_order(carbon: str) -> None:
    curve = isotherm_of(carbon)
    law = curve.adsorption
    assert isinstance(law, ThreeKinds)
    first, second, clusters = stage_potentials(curve)
    assert first > second > clusters > numbers_of(carbon)["Lower voltage cut-off [V]"]
    # at equilibrium each is half full before the next, and stage I is full before a tenth of the pores is
    V = np.linspace(1.5, 0.005, 3000)
    pores = sum(w * curve.pores.filling(k, V, 298.15) for k, w in enumerate(curve.pores.shares))
    strong = law.strong.filled(V, 298.15)
    half = [int(np.argmax(filled > 0.5)) for filled in (strong, curve.occupancy(V), pores)]
    assert 0 < half[0] < half[1] < half[2]
    assert strong[np.argmax(pores > 0.1)] > 0.8
    swapped = replace(curve, pores=replace(curve.pores, wetting_energy=2.0))
    assert not three_stages(swapped)


def test_three_stages_of_two_levels_of_sites() -> None:
    curve = half_cell("fjh", "SPM", {"adsorption law": "mean field"}).isotherm
    first, second, clusters = stage_potentials(curve)
    assert three_stages(curve)
    # at equilibrium: stage I is full before a tenth of the pores is
    occupied = curve.occupancy(np.array([0.5 * (first + second), 0.5 * (second + clusters)]))
    assert occupied[0] > 0.8 * curve.adsorption.stage_1_share  # type: ignore[attr-defined]
    assert curve.pores.filling(0, 0.5 * (second + clusters), 298.15) < 0.1
    assert not three_stages(replace(curve, pores=replace(curve.pores, wetting_energy=1.0)))


def test_inputs_come_back_or_are_contradicted() -> None:
    assert implied_bet_area("fjh") == pytest.approx(8.1, rel=0.01)
    assert implied_bet_area("tf") == pytest.approx(9.7, rel=0.01)
    for carbon, area in (("fjh", 97.5), ("tf", 30.2)):
        assert pore_area(carbon) > 5.0 * area
        assert f"{area:g} m2/g around" in closed_area_contradiction(carbon, area)
        assert closed_area_contradiction(carbon, pore_area(carbon)) == ""


@pytest.mark.checkout
def test_true_densities_of_the_sets_hold_the_plateau_beside_graphite_only() -> None:
    from studies.gu2025.structure_capacities import structure_capacities

    for carbon, plateau in (("fjh", 216.0), ("tf", 169.0)):
        found = structure_capacities(carbon)
        assert found.capacity_against_graphite_mAh_g == pytest.approx(plateau, rel=0.01)
        assert found.capacity_of_density_mAh_g < 0.75 * plateau


def test_every_number_has_provenance_and_the_paper_is_not_typed_twice() -> None:
    for entry in structure_entries().values():
        assert entry.kind in ("literature", "assumed")
        assert entry.allowed is not None
    assert load_structure("tf").bet_area == pytest.approx(9700.0)
    assert load_structure("tf").raman_ratio is None
    assert structure_number("FJH crystallite diameter La [m]") < structure_number(
        "TF crystallite diameter La [m]"
    )
    assert structure_number("FJH crystallite height Lc [m]") < structure_number(
        "TF crystallite height Lc [m]"
    )
    with pytest.raises(ValueError, match=r"'fhj' is known; did you mean 'fjh'"):
        load_structure("fhj")


def test_what_is_not_simulated_are_claims_with_a_reason() -> None:
    assert set(NOT_SIMULATED) < {row.id for row in reported() if row.id.startswith("S")}
    assert all(len(reason) > 20 for reason in NOT_SIMULATED.values())
