"""The shipped sets of FJH and TF against the rows that they were fitted to, in the lumped formulation."""

from dataclasses import replace
from functools import cache

import pytest

from napore.calibration import Fitted, HalfCellModel
from napore.cells import half_cell
from napore.experiments import eis, gitt
from napore.parameters.sets import load_set
from studies.gu2025.joint_free import DIFFUSIVITY
from studies.gu2025.joint_residuals import TF_OHM
from studies.gu2025.joint_rows import Seen, seen_lumped, store_resistance

RATES = (0.02, 0.1, 0.5, 5.0)


@cache
def shown(carbon: str) -> Seen:
    found = load_set(carbon)
    return seen_lumped(found.numbers, found.classes, found.law)


@pytest.mark.parametrize("carbon", ["fjh", "fjh-b"])
def test_fjh_meets_its_rows(carbon: str) -> None:
    found = shown(carbon)
    assert [found.capacity[rate] for rate in RATES] == [
        pytest.approx(aim, rel=width)
        for aim, width in ((341.0, 0.01), (318.5, 0.0299), (275.3, 0.015), (202.2, 0.015))
    ]
    assert found.share == pytest.approx(0.699, abs=0.02)
    assert found.plateau[0.1] == pytest.approx(216.0, rel=0.05)
    assert found.flat < 2.0
    assert found.dip > 3.0
    assert found.rise > 1.3


@pytest.mark.parametrize("carbon", ["fjh", "fjh-b", "tf"])
def test_slope_lies_where_measured_carbons_have_it(carbon: str) -> None:
    assert 0.28 < shown(carbon).half_slope_V < 0.46
    assert shown(carbon).hysteresis_V > 0.02


@pytest.mark.parametrize("carbon", ["fjh", "fjh-b"])
def test_sodium_comes_back(carbon: str) -> None:
    left = shown(carbon).left
    assert max(left[0.02], left[0.1]) < 0.02 * 341.0
    assert left[0.5] < 0.05 * 341.0


def test_tf_is_slower() -> None:
    tf, fjh = shown("tf"), shown("fjh")
    # the lumped formulation, beside a D/R2 of 0.03 1/s: 2.6 % less than the DFN, to which TF is fitted
    assert tf.capacity[0.02] == pytest.approx(252.0, rel=0.035)
    assert tf.plateau[5.0] < 15.0 < fjh.plateau[5.0]


def test_an_arc_of_tf_needs_diffusion_that_resists_less_than_the_charge_transfer() -> None:
    slow = {DIFFUSIVITY: 6.5e-13}
    numbers = load_set("tf").numbers
    assert max(store_resistance(numbers)[1]) < TF_OHM < 110.0 < max(store_resistance({**numbers, **slow})[1])
    arcs = [
        [len(one.arcs_Hz) for one in eis(half_cell("tf", parameters=changed), voltages_V=[0.6, 1.0]).spectra]
        for changed in ({}, slow)
    ]
    assert arcs == [[2, 2], [2, 1]]


def test_pulses_move_by_the_ratio_of_others() -> None:
    before = shown("fjh")
    after = Seen(pulses=tuple(replace(p, diffusivity_m2_s=p.voltage_V * 1e-14) for p in before.pulses))
    moved = before.moved(before, after).pulses
    whole = [k for k, p in enumerate(before.pulses) if p.complete and p.diffusivity_m2_s]
    assert len(whole) > 20
    assert [moved[k].diffusivity_m2_s for k in whole] == [
        pytest.approx(after.pulses[k].diffusivity_m2_s) for k in whole
    ]


def test_pulses_of_a_free_cell_are_those_of_the_experiment() -> None:
    free = Fitted(DIFFUSIVITY, 1e-12, 4e-10, load_set("fjh").numbers[DIFFUSIVITY], logarithmic=True)
    made = HalfCellModel(load_set("fjh"), [free], "SPM").pulses({DIFFUSIVITY: free.start})
    test = gitt(half_cell("fjh", model="SPM"), direction="sodiation")
    assert made is not None
    assert [p.diffusivity_m2_s for p in made] == [
        pytest.approx(p.diffusivity_m2_s, rel=0.05) for p in test.pulses
    ]
