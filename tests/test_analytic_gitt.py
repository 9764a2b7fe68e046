"""GITT against closed forms: the formula on made-up data, a sphere, and the diffusivity that went in."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from napore.cells import half_cell
from napore.experiments import Gitt, evaluate_pulses, gitt
from napore.experiments.weppner_huggins import ceiling, diffusivity, sphere_bias

Array = npt.NDArray[np.float64]
L = 5e-6 / 3


def titration(
    change: Any,
    dE_s: float = -0.02,
    tau: float = 600.0,
    jump: float = 0.0,
    pulses: int = 3,
    step: float = 1.0,
) -> tuple[Array, Array, Array]:
    """Pulses of sodiation whose voltage falls by ``change(t)`` and a jump, and recovers on rest."""
    time, current, voltage = [np.array([0.0, 60.0])], [np.zeros(2)], [np.array([1.0, 1.0])]
    start, E = 60.0, 1.0
    for _ in range(pulses):
        t = np.append(np.arange(step, tau, step), tau)
        time += [start + t, start + tau + np.array([1.0, 1200.0, 2400.0])]
        current += [np.full(len(t), -50.0), np.zeros(3)]
        voltage += [E - jump - change(t), E + dE_s + np.array([-1e-3, -1e-4, 0.0])]
        start, E = start + tau + 2400.0, E + dE_s
    return np.concatenate(time), np.concatenate(current), np.concatenate(voltage)


@pytest.mark.parametrize("D", [1e-17, 1e-16, 1e-15])
def test_a_root_of_time_returns_its_diffusivity(D: float) -> None:
    slope = 0.02 / 600.0 * 2.0 * L / math.sqrt(math.pi * D)  # V per root of second, semi-infinite
    for pulse in evaluate_pulses(*titration(lambda t: slope * np.sqrt(t)), L, skip_s=0.0):
        assert pulse.diffusivity_m2_s == pytest.approx(D, rel=1e-9)
        assert pulse.diffusivity_m2_s == pytest.approx(diffusivity(L, 600.0, -0.02, -slope * 600**0.5))


def test_skipping_takes_out_a_resistance_and_costs_a_known_factor() -> None:
    slope = 0.02 / 600.0 * 2.0 * L / math.sqrt(math.pi * 1e-16)
    found = {
        jump: evaluate_pulses(*titration(lambda t: slope * np.sqrt(t), jump=jump), L, skip_s=10.0)[1]
        for jump in (0.0, 0.05)
    }
    factor = (1.0 - math.sqrt(10.0 / 600.0)) ** -2
    assert factor == pytest.approx(1.32, abs=0.01)
    for pulse in found.values():
        assert pulse.diffusivity_m2_s == pytest.approx(1e-16 * factor, rel=1e-9)
    assert found[0.0].uncorrected_diffusivity_m2_s == pytest.approx(1e-16, rel=1e-9)
    assert (found[0.05].uncorrected_diffusivity_m2_s or 1.0) < 0.9e-16


def test_charge_duration_direction_and_ceiling() -> None:
    pulses = evaluate_pulses(*titration(lambda t: 0.02 * t / 600.0), L, skip_s=0.0)
    assert [p.capacity_mAh_g for p in pulses] == pytest.approx([50.0 * 600 * k / 3600 for k in (1, 2, 3)])
    assert [p.voltage_V for p in pulses] == pytest.approx([0.98, 0.96, 0.94])
    for pulse in pulses:
        assert pulse.direction == "sodiation"
        assert pulse.duration_s == pytest.approx(600.0)
        # a change that is all equilibrium shows the ceiling, which bounds from below only
        assert pulse.diffusivity_m2_s == pytest.approx(ceiling(L, 600.0))
        assert pulse.ceiling_m2_s == pytest.approx(4.0 * L**2 / (math.pi * 600.0))
        assert pulse.bound
    (half,) = evaluate_pulses(*titration(lambda t: 0.03 * t / 600.0, pulses=1), L, skip_s=0.0)
    assert half.diffusivity_m2_s == pytest.approx(4.0 / 9.0 * half.ceiling_m2_s)
    assert not half.bound


def test_a_change_against_the_current_gives_no_number() -> None:
    (pulse,) = evaluate_pulses(*titration(lambda t: 0.01 * t / 600.0, dE_s=0.005, pulses=1), L)
    assert pulse.diffusivity_m2_s is None
    assert not pulse.bound


def test_coarse_data_give_the_same_charge() -> None:
    fine, coarse = (
        evaluate_pulses(*titration(lambda t: 0.001 * np.sqrt(t), step=step), L, skip_s=30.0)
        for step in (1.0, 30.0)
    )
    for one, other in zip(fine, coarse, strict=True):
        assert one.capacity_mAh_g == pytest.approx(other.capacity_mAh_g)
        assert one.diffusivity_m2_s == pytest.approx(other.diffusivity_m2_s)


def test_bias_of_a_sphere() -> None:
    assert sphere_bias(1e-8) == pytest.approx(1.0, rel=1e-3)
    assert sphere_bias(1e3) == pytest.approx(4.0 / (9.0 * math.pi * 1e3), rel=1e-3)
    assert sphere_bias(0.05 * (1 - 1e-9)) == pytest.approx(float(sphere_bias(0.05 * (1 + 1e-9))), rel=1e-6)
    T = np.geomspace(1e-6, 10.0, 200)
    assert (np.diff(sphere_bias(T)) < 0.0).all()


def sphere(storage: str, D: float, tau: float, window: tuple[float, float], current: float) -> Gitt:
    """Short pulses in a window of voltage, without resistance, with rests that equilibrate."""
    cell = half_cell(
        "fjh",
        model="SPM",
        options={"sodium storage": storage},
        parameters={
            "Carbon particle reference diffusivity [m2.s-1]": D,
            "Carbon electrode reference exchange-current density [A.m-2]": 1e4,
            "Sodium metal reference exchange-current density [A.m-2]": 1e5,
            "Lower voltage cut-off [V]": window[0],
            "Upper voltage cut-off [V]": window[1],
        },
    )
    return gitt(cell, current, tau, 2500.0, direction="sodiation", skip_s=0.0, points={"r_p": 200})


@pytest.mark.parametrize("T", [1e-3, 0.01, 0.1, 1.0])
def test_diffusivity_that_went_in(T: float) -> None:
    """One phase, nearly straight isotherm: as short pulses return it, as longer ones fall off."""
    D, R = 1e-14, 5e-6
    tau = T * R**2 / D
    test = sphere("single", D, tau, (0.43, 0.45), 0.5 / tau * 3600.0 * math.sqrt(T))
    pulse = test.pulses[0]
    assert pulse.input_diffusivity_m2_s == pytest.approx(D)
    found = (pulse.diffusivity_m2_s or 0.0) / D
    assert found == pytest.approx(float(sphere_bias(T)), rel=0.02)
    if T == 1e-3:
        assert found == pytest.approx(1.0, rel=0.1)


def test_pores_at_equilibrium_divide_it_by_the_thermodynamic_factor() -> None:
    test = sphere("equilibrium", 1e-12, 10.0, (0.089, 0.09), 50.0)
    for pulse in test.pulses[1:4]:
        assert pulse.adsorbed_share is not None
        assert pulse.adsorbed_share < 0.05
        T = 10.0 * (pulse.equilibrium_diffusivity_m2_s or 0.0) / 5e-6**2
        expected = float(sphere_bias(T)) * (pulse.equilibrium_diffusivity_m2_s or 0.0)
        assert pulse.diffusivity_m2_s == pytest.approx(expected, rel=0.03)
        assert pulse.input_diffusivity_m2_s == pytest.approx(1e-12, rel=1e-3)
