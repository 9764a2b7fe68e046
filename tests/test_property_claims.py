"""The claims can fail: a fitted number that is changed by a fifth turns verdicts."""

import pytest

from napore.parameters.sets import load_set
from napore.validation.bench import Bench
from napore.validation.claims import validate

CAPACITY = "Carbon electrode specific capacity of all sites [mA.h.g-1]"
SITES = "Carbon electrode adsorption capacity fraction"
SPREAD = "Carbon electrode pore filling rate spread [decades]"


def verdicts(bench: Bench) -> dict[str, str]:
    claims = [
        claim for only in ("H01", "H03", "H04", "H05", "H06") for claim in validate(only, bench=bench).claims
    ]
    return {claim.id: claim.verdict for claim in claims}


@pytest.fixture(scope="module")
def shipped() -> dict[str, str]:
    return verdicts(Bench("SPMe"))


def test_shipped_sets_meet_what_they_were_fitted_to(shipped: dict[str, str]) -> None:
    assert set(shipped.values()) == {"met"}


@pytest.mark.parametrize(("name", "factor"), [(CAPACITY, 0.8), (SITES, 1.2), (SPREAD, 1.2)])
def test_a_fifth_turns_a_verdict(shipped: dict[str, str], name: str, factor: float) -> None:
    changed = {"fjh": {name: factor * load_set("fjh").numbers[name]}}
    found = verdicts(Bench("SPMe", changed))
    turned = {key for key, verdict in found.items() if verdict != shipped[key]}
    assert turned
    assert all(key.endswith(".fjh") or key == "H03" for key in turned - {"H05.tf", "H06.tf"})
