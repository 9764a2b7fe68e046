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


def test_what_a_change_does_not_touch_is_simulated_once() -> None:
    base = Bench("SPM", brief=True)
    bench = Bench("SPM", {"fjh": {CAPACITY: 0.9 * load_set("fjh").numbers[CAPACITY]}}, brief=True, base=base)
    assert bench.rates("tf") is base.rates("tf")
    assert bench.full is base.full
    assert bench.rates("fjh") is not base.rates("fjh")
    assert bench.at("fjh", 0.1, "capacity_mAh_g") < base.at("fjh", 0.1, "capacity_mAh_g")
    assert {("tf", "current"), ("fjh-nvp", "current"), ("fjh", "current")} <= bench.used
    bench.used.clear()
    assert bench.numbers("fjh")[CAPACITY] == 0.9 * base.numbers("fjh")[CAPACITY]
    assert bench.used == {("fjh", CAPACITY)}
