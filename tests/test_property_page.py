"""Property: any state that the sliders can reach is solved, and its answer is consistent."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from napore.page import PageError, State, check_state
from napore.page.answer import answer
from napore.page.quantities import CARBONS, QUANTITIES, laws_offered, limits_of
from napore.page.solve import build_of

T = TypeVar("T")
FEW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def attempt(make: Callable[[], T]) -> T | str:
    """What is made, or the sentence that refuses it."""
    try:
        return make()
    except PageError as error:
        return str(error)


# each pair is a build of its own, which takes longer than all moves of its sliders
PAIRS = list(zip(sorted(CARBONS), laws_offered(), strict=False))[:3]


@st.composite
def states(draw: st.DrawFn, cathode: str) -> State:
    carbon, law = draw(st.sampled_from(PAIRS))
    chosen: dict[str, Any] = {"carbon": carbon, "cathode": cathode, "adsorption_law": law}
    for quantity in QUANTITIES:
        if not quantity.of(cathode):
            continue
        low, high = limits_of(quantity, carbon, cathode)
        share = draw(st.integers(0, 100)) / 100.0
        value = low * (high / low) ** share if quantity.logarithmic else low + share * (high - low)
        chosen[quantity.key] = min(max(value, low), high)
    return check_state(chosen)


@pytest.mark.parametrize("cathode", ["none", "nvp"])
@FEW
@given(data=st.data())
def test_any_state_is_answered_consistently(cathode: str, data: st.DataObject) -> None:
    state = data.draw(states(cathode))
    run = attempt(lambda: build_of(state.carbon, state.cathode, state.model, state.adsorption_law).run(state))
    if isinstance(run, str):
        # what no cell can do is refused before it is solved, or ends at once
        assert not run.startswith(("solver failed", "unknown cell"))
        return
    assert run is not None
    found = answer(run)
    assert found == json.loads(json.dumps(found, allow_nan=False))
    for curve, sign in zip(found["curves"], (1.0, -1.0), strict=True):
        charge, adsorbed, filled = (
            np.asarray(curve[f"{name}_mAh_g"]) for name in ("capacity", "adsorbed", "filled")
        )
        assert np.all(np.diff(charge) >= 0.0)
        stored = sign * (adsorbed + filled - adsorbed[0] - filled[0])
        # rounded to five digits
        np.testing.assert_allclose(stored, charge, atol=2e-3 * max(charge[-1], 1.0))
    particle = found["particle"]
    for field in particle["fields"]:
        occupancy = np.asarray(field["occupancy"])
        assert occupancy.shape == (len(particle["time_h"]), len(particle["radius"]))
        assert occupancy.min() >= 0.0
        assert occupancy.max() <= 1.0
    for half, curve in zip(found["differential"], found["curves"], strict=True):
        width = 5e-3
        total = width * abs(sum(half["dQ_dV_mAh_g_V"]))
        assert total == pytest.approx(curve["capacity_mAh_g"][-1], rel=0.02)


@given(carbon=st.sampled_from(sorted(CARBONS)), rate=st.floats(0.02, 10.0))
def test_state_survives_the_address(carbon: str, rate: float) -> None:
    state = check_state({"carbon": carbon, "rate_C": rate})
    assert check_state(json.loads(json.dumps(state.to_dict()))) == state


@given(value=st.one_of(st.floats(), st.text(max_size=5), st.booleans(), st.integers()))
def test_any_value_is_taken_or_refused(value: Any) -> None:
    found = attempt(lambda: check_state({"pore_radius_nm": value}))
    if isinstance(found, str):
        assert "give a number from 0.5 to 2 nm" in found
    else:
        assert 0.5 <= found["pore_radius_nm"] <= 2.0
