"""Lumped formulation: the SPM as diffusion gets fast, its steps in time, sodium, and what it refuses."""

from typing import Any

import numpy as np
import pytest

import napore
from napore.cells import Cell, half_cell
from napore.experiments.curves import HalfCycle
from napore.experiments.lumped import lumped_cell, lumped_cycles
from napore.models.laws import FILLING_LAWS, register_filling_law
from napore.models.lumped_steps import LumpedCell, LumpedError, Trace
from napore.parameters.law_numbers import with_law
from napore.parameters.sets import load_set

D = "Carbon particle reference diffusivity [m2.s-1]"
FRACTION = "Carbon electrode adsorption capacity fraction"
LEVEL = "Carbon electrode mobile site potential [V]"
CLASSES = load_set("fjh").classes
FINE: dict[str, Any] = {"largest_charge": 0.5, "largest_change": 0.002}
"""Steps in time whose error is below that of a uniform particle."""


def numbers(law: str, **more: float) -> dict[str, float]:
    own = {**with_law(load_set("fjh"), law).numbers, **more}
    return own if law == "mean field" else {**own, FRACTION: 0.28, LEVEL: 0.15}


def cell_of(law: str, model: str, diffusivity: float, **options: Any) -> Cell:
    given = {D: diffusivity} | ({} if law == "mean field" else {FRACTION: 0.28, LEVEL: 0.15})
    return half_cell("fjh", model, {"adsorption law": law, **options}, given)


def difference(law: str, model: str, rate: float, diffusivity: float, **control: Any) -> tuple[float, float]:
    """Relative difference of the sodiation capacity, and rms of the voltage over 97 % of it [V]."""
    test = napore.rate_test(cell_of(law, model, diffusivity), rate, cycles=1)
    assert test.points[0].status == "ok"
    exact: HalfCycle = test.curves[rate].first
    lumped = lumped_cell(
        numbers(law, **{D: diffusivity}), CLASSES, law, electrolyte=model != "SPM", **control
    )
    own = lumped_cycles(lumped, rate, 1)[0].sodiation
    end = min(exact.capacity_mAh_g[-1], own.charge_Ah_kg[-1])
    inside = (exact.capacity_mAh_g > 2.0) & (exact.capacity_mAh_g < 0.97 * end)
    V = np.interp(exact.capacity_mAh_g[inside], own.charge_Ah_kg, own.voltage_V)
    rms = float(np.sqrt(np.mean((V - exact.voltage_V[inside]) ** 2)))
    return abs(own.charge_Ah_kg[-1] / exact.capacity_mAh_g[-1] - 1.0), rms


def test_fast_diffusion_is_the_spm() -> None:
    capacity, rms = difference("three kinds", "SPM", 1.0, 1e-10, **FINE)
    assert capacity < 2e-4
    assert rms < 1.5e-3


def test_the_error_falls_with_the_diffusivity() -> None:
    """At 1 C: 2 % of the capacity with D/R2 = 0.04 1/s, a tenth of that with ten times the D."""
    slow, middle = (difference("three kinds", "SPM", 1.0, D)[0] for D in (1e-12, 1e-11))
    assert 5e-3 < slow < 0.05
    assert middle < 0.2 * slow


def test_slow_sites_that_carry_the_current_alone() -> None:
    """Their rates decide the potential there: it rises without a swing, and coarse steps suffice."""
    strong = "Carbon electrode strong site"
    own = load_set("hard-carbon").numbers | {
        f"{strong} share": 0.9,
        f"{strong} potential width [V]": 0.45,
        f"{strong} median exchange rate [s-1]": 1e-3,
        f"{strong} exchange rate standard deviation [decades]": 2.2,
    }

    def desodiated(**control: Any) -> Trace:
        cell = lumped_cell(own, CLASSES, "three kinds", **control)
        cell.current(300.0, 0.01)
        return cell.current(-300.0, 2.0)

    fine, coarse = desodiated(**FINE), desodiated(largest_charge=2.0, largest_change=0.008)
    assert np.all(np.diff(coarse.voltage_V) > 0.0)
    assert len(coarse.time_s) < 300
    assert coarse.charge_Ah_kg[-1] == pytest.approx(fine.charge_Ah_kg[-1], abs=0.1)
    off = np.interp(-coarse.charge_Ah_kg, -fine.charge_Ah_kg, fine.voltage_V) - coarse.voltage_V
    assert np.median(np.abs(off)) < 2e-4


@pytest.mark.slow
@pytest.mark.parametrize("law", ["mean field", "three kinds"])
@pytest.mark.parametrize(("model", "capacity"), [("SPM", 1.5e-3), ("SPMe", 3e-3)])
@pytest.mark.parametrize("rate", [0.1, 1.0, 5.0])
def test_stated_error(law: str, model: str, capacity: float, rate: float) -> None:
    """0.15 % against the SPM, most of it from steps in time, 0.3 % against the SPMe, with D/R2 of 4 1/s."""
    found, rms = difference(law, model, rate, 1e-10)
    assert found < capacity
    assert rms < 2e-3


@pytest.mark.parametrize("filling", ["relaxation", "exchange", "emptying"])
def test_filling_laws_are_those_of_the_spm(filling: str) -> None:
    exact = napore.rate_test(cell_of("three kinds", "SPM", 1e-10, **{"pore filling": filling}), 1.0, cycles=1)
    lumped = lumped_cell(numbers("three kinds", **{D: 1e-10}), CLASSES, "three kinds", filling, **FINE)
    own = lumped_cycles(lumped, 1.0, 1)
    found = own[0].capacities_mAh_g
    point = exact.points[0]
    assert found[0] == pytest.approx(point.sodiation_capacity_mAh_g, rel=1e-3)
    assert found[1] == pytest.approx(point.capacity_mAh_g, rel=1e-3)


def test_defaults_are_those_of_the_models() -> None:
    given = numbers("three kinds", **{D: 1e-10})
    usual = lumped_cycles(lumped_cell(given), 1.0, 1)[0].capacities_mAh_g
    options = half_cell("fjh", "SPM").model.options
    chosen = (int(options["pore classes"]), options["adsorption law"], options["pore filling"])
    assert lumped_cycles(lumped_cell(given, *chosen), 1.0, 1)[0].capacities_mAh_g == usual


def cell(law: str = "three kinds", **control: Any) -> LumpedCell:
    return lumped_cell(numbers(law), CLASSES, law, **control)


def test_steps_in_time_converge() -> None:
    capacities = []
    for change in (0.024, 0.012, 0.003):
        control: dict[str, Any] = {"largest_change": change, "largest_charge": 300.0 * change}
        one = cell(**control)
        capacities.append([lumped_cycles(one, rate, 2)[1].capacities_mAh_g[1] for rate in (0.1, 5.0)])
    coarse, usual, fine = np.array(capacities)
    assert np.abs(usual / fine - 1.0).max() < 3e-4
    assert np.abs(coarse / fine - 1.0).max() < 2e-3


@pytest.mark.parametrize("law", ["mean field", "three kinds"])
def test_sodium_is_conserved(law: str) -> None:
    one = cell(law)
    Q = numbers(law)["Carbon electrode specific capacity of all sites [mA.h.g-1]"]
    before, charge = one.content[0], 0.0
    for trace in (
        one.current(150.0, 0.01),
        one.voltage(0.01, longest_s=600.0),
        one.rest(1000.0),
        one.current(-150.0, 3.0),
    ):
        charge += trace.charge_Ah_kg[-1]
    assert one.content[0] - before == pytest.approx(charge / Q, abs=1e-8)


def test_a_rest_ends_at_equilibrium() -> None:
    one = cell()
    one.current(30.0, 0.3)
    one.rest(3e7)
    V, content = one.rest(10.0).voltage_V[-1], one.content[0]
    one.equilibrate(float(V))
    assert one.content[0] == pytest.approx(content, abs=1e-5)


def test_what_it_refuses() -> None:
    with pytest.raises(ValueError, match="is a table"):
        lumped_cell(numbers("site energy distribution"), CLASSES, "site energy distribution")
    with pytest.raises(KeyError, match="large pore share"):
        lumped_cell(numbers("mean field"), CLASSES, "three kinds")
    register_filling_law("half as fast twice", lambda k, phi, s, a: 0.5 * k * (s - phi) ** 3)
    with pytest.raises(ValueError, match="not linear"):
        lumped_cell(numbers("mean field"), CLASSES, "mean field", "half as fast twice")
    del FILLING_LAWS["half as fast twice"]
    with pytest.raises(LumpedError, match="use the SPM"):
        lumped_cell(numbers("three kinds"), CLASSES, "three kinds", electrolyte=True).current(1e5)
