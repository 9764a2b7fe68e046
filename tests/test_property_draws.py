"""Any carbon inside the written ranges solves."""

import pytest

from napore.validation.verification.draws import draws, share_that_solves


def test_a_few_draws_solve() -> None:
    found = list(draws("SPM", range(4)))
    assert len(found) == 8
    assert all(draw.status == "ok" for draw in found), found


@pytest.mark.slow
@pytest.mark.parametrize("model", ["SPM", "DFN"])
def test_three_hundred_draws_solve(model: str) -> None:
    (share,) = share_that_solves(model, 300)
    assert share.met, share
