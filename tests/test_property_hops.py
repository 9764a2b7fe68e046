"""Places beside those where a search ended: what of the numbers moves, and how far."""

import pytest

from napore.calibration import LumpedHalfCell
from napore.calibration.electrode import ELECTRODES
from napore.calibration.fitted import values_at
from napore.calibration.free import free_parameters
from napore.calibration.hops import apart, beside
from napore.parameters.sets import load_set

CARBON = ELECTRODES["carbon"]
FITTED = free_parameters(load_set("hard-carbon"))
HALF_CELL = LumpedHalfCell(load_set("hard-carbon"), FITTED)


@pytest.mark.parametrize("share", [0.01, 0.4, 0.99])
@pytest.mark.parametrize("turn", range(2 * len(CARBON.apart)))
def test_one_number_alone_goes_far_and_stays_off_its_bounds(share: float, turn: int) -> None:
    here = values_at(FITTED, [share] * len(FITTED))
    there = beside(FITTED, HALF_CELL, here, 5 * turn, seed=1)
    moved = [f for f in FITTED if there[f.name] != here[f.name]]
    assert [f.name for f in moved] == [CARBON.apart[turn % len(CARBON.apart)]]
    place = moved[0].place(there[moved[0].name])
    assert abs(place - share) > 0.15
    assert 0.03 <= place <= 0.97
    assert apart(FITTED, here, there) == pytest.approx(abs(place - share) / len(FITTED) ** 0.5)


@pytest.mark.parametrize("kind", [0, 1])
def test_a_kind_of_sites_is_drawn_anew_and_no_other_number(kind: int) -> None:
    here = values_at(FITTED, [0.5] * len(FITTED))
    there = beside(FITTED, HALF_CELL, here, 2 + kind, seed=1)
    moved = {name for name in here if there[name] != here[name]}
    assert moved == set(CARBON.kinds[kind]) & set(here)


@pytest.mark.parametrize("up", [True, False])
def test_one_population_of_pores_stands_for_the_other(up: bool) -> None:
    """What filled at a potential goes on to fill there, as the other population."""
    wetting, share, large, small = CARBON.populations
    here = {**values_at(FITTED, [0.5] * len(FITTED)), wetting: 0.1, share: 0.4, large: 3e-9}
    there = beside(FITTED, HALF_CELL, here, 4 if up else 9, seed=3)
    radius = float(HALF_CELL.numbers_at({})[small])
    before, after = (radius, there[large]) if up else (here[large], radius)
    assert there[share] == pytest.approx(0.6)
    assert there[wetting] / after == pytest.approx(min(0.3, here[wetting] * after / before) / after)
    assert {name for name in here if there[name] != here[name]} == {wetting, share, large}


def test_places_are_repeated_by_their_number_and_seed_alone() -> None:
    here = values_at(FITTED, [0.5] * len(FITTED))
    for k in range(8):
        assert beside(FITTED, HALF_CELL, here, k, 1) == beside(FITTED, HALF_CELL, here, k, 1)
        assert beside(FITTED, HALF_CELL, here, k, 1) != beside(FITTED, HALF_CELL, here, k, 2)
