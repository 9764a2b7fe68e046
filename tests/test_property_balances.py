"""Sodium and energy are conserved: in a full cycle, a drive cycle, every model and law."""

import pytest

from napore.validation.verification.balances import CASES, balance, full_cell_balance, windows
from napore.validation.verification.finding import Finding, table

FAST = {
    ("SPM", "relaxation", True),
    ("SPM", "sinh", False),
    ("SPMe", "relaxation", False),
    ("DFN", "relaxation", False),
}


def check(found: list[Finding]) -> None:
    assert all(finding.met for finding in found), "\n" + table(found)


@pytest.mark.parametrize(("model", "law", "drive"), sorted(FAST))
def test_sodium_and_energy(model: str, law: str, drive: bool) -> None:
    check(balance(model, law, drive))


@pytest.mark.slow
@pytest.mark.parametrize(("model", "law", "drive"), [case for case in CASES if case not in FAST])
def test_sodium_and_energy_in_every_case(model: str, law: str, drive: bool) -> None:
    check(balance(model, law, drive))


@pytest.mark.slow
@pytest.mark.parametrize("drive", [False, True])
@pytest.mark.parametrize("model", ["SPM", "SPMe", "DFN"])
def test_double_layers_are_counted(model: str, drive: bool) -> None:
    check(balance(model, "relaxation", drive, options={"surface form": "differential"}))


@pytest.mark.slow
@pytest.mark.parametrize("model", ["SPM", "SPMe", "DFN"])
def test_sodium_and_energy_at_5_C(model: str) -> None:
    check(balance(model, "relaxation", False, rate=5.0))


@pytest.mark.slow
def test_sodium_and_energy_off_the_reference() -> None:
    # 10 C, interacting pores, a wetting energy that changes with temperature
    parameters = {
        "Ambient temperature [K]": 283.15,
        "Initial temperature [K]": 283.15,
        "Carbon electrode pore interaction [V]": -0.005,
        "Carbon electrode pore wetting energy temperature coefficient [J.m-2.K-1]": 5e-5,
    }
    options = {"pore interaction": "mean field"}
    # at 1e-8 the solver's error in the fastest pores makes 1.6e-3 of the enthalpy
    check(balance("SPM", "relaxation", False, options=options, parameters=parameters, rtol=1e-9))


@pytest.mark.parametrize("model", ["SPM", "SPMe"])
def test_sodium_and_energy_of_a_full_cell(model: str) -> None:
    check(full_cell_balance(model, 2.0))


@pytest.mark.slow
@pytest.mark.parametrize(("model", "rate"), [("SPM", 0.2), ("SPMe", 0.2), ("DFN", 0.2), ("DFN", 2.0)])
def test_sodium_and_energy_of_a_full_cell_in_every_case(model: str, rate: float) -> None:
    check(full_cell_balance(model, rate))


@pytest.mark.parametrize("anode", ["fjh", "tf"])
def test_windows_are_those_of_pybamm(anode: str) -> None:
    check(windows(anode))


def test_heat_without_that_of_storage_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    # PyBaMM's own heat sources alone
    monkeypatch.setattr("napore.models.battery_models.with_carbon_heat", lambda thermal: thermal)
    asked = {"calculate heat source for isothermal models": "true"}
    monkeypatch.setattr("napore.validation.verification.balances.HEAT", asked)
    missed = [f.quantity for f in balance("SPM", "relaxation", False, 5.0) if not f.met]
    assert missed == ["energy with the model's own heat / throughput [-]"]


def test_a_wrong_balance_is_seen() -> None:
    assert not Finding("", "", float("nan"), 1.0).met
    assert not Finding("", "", -2.0, 1.0).met
    assert not Finding("", "", 1.7, 1.8, at_least=True).met
