"""Cycles of full cells and of the cathode: sodium, capacity, direction, plating margin."""

import numpy as np
import pybamm
import pytest

from napore.built import Built
from napore.cells import half_cell
from napore.experiments import (
    ChargeRatePoint,
    EnergyTest,
    ExperimentError,
    Protocol,
    energy_test,
    rate_sequence,
    rate_test,
)
from napore.full_cells import FullCell, full_cell

HYSTERESIS = {"open-circuit potential": ("single", "one-state hysteresis")}


@pytest.fixture(scope="module")
def cell() -> FullCell:
    return full_cell(model="SPMe")


@pytest.fixture(scope="module")
def test(cell: FullCell) -> EnergyTest:
    return energy_test(cell, (0.05, 1.0, 6.0))


@pytest.mark.parametrize("model", ["SPM", "SPMe", "DFN"])
def test_sodium_of_a_full_cycle_is_conserved(model: str) -> None:
    cell = full_cell(model=model)
    steps = Built.of(cell).run(Protocol(1).steps(cell, 1.0)).ran
    sodium = np.concatenate([step["Total sodium [mol]"].entries for step in steps])
    inventory = cell.balance.inventory_mAh_g_cathode * cell.cathode_mass * 3600.0 / pybamm.constants.F.value
    assert np.ptp(sodium) / inventory < 1e-9


def test_capacity_of_the_slowest_rate_is_that_of_the_balance(cell: FullCell, test: EnergyTest) -> None:
    slowest = test.points[0]
    assert slowest.capacity_mAh_g_cathode == pytest.approx(cell.balance.capacity_mAh_g_cathode, rel=0.005)


def test_energy_and_mean_voltage_fall_with_rate(test: EnergyTest) -> None:
    table = test.table()
    for name in ("mean_voltage_V", "energy_Wh_kg_active"):
        assert (np.diff(table[name].astype(float)) < 0).all(), name
    # not the capacity: pores that are too slow for 6 C take sodium at 1 C and do not return all of it
    assert table["capacity_mAh_g_cathode"].astype(float).idxmax() == 0
    assert (table["energy_Wh_kg_active"] > table["energy_Wh_kg_electrodes"]).all()
    assert (table["energy_Wh_kg_electrodes"] > table["energy_Wh_kg_stack"]).all()
    assert table["mean_voltage_V"].between(2.9, 3.36).all()


def test_negative_plating_margin_is_a_flag_and_no_failure(test: EnergyTest) -> None:
    for point in test.points:
        assert point.status == "ok"
        assert point.plating_margin_V is not None
        assert (point.plating_margin_V < 0.0) == ("plating" in point.flags)
    (starved,) = energy_test(full_cell(mass_ratio=0.25, model="SPM"), 1.0, cycles=1).points
    assert starved.flags == ("plating",)


def test_margin_at_a_slow_charge_is_the_equilibrium_potential(cell: FullCell, test: EnergyTest) -> None:
    assert test.points[0].plating_margin_V == pytest.approx(cell.balance.anode_potential_charged_V, abs=5e-3)


def test_current_is_117_6_mA_per_gram_of_cathode_at_every_ratio() -> None:
    for ratio in (0.3, 0.5):
        (point,) = rate_test(full_cell(mass_ratio=ratio, model="SPM"), 2.0, cycles=1).points
        assert point.current_mA_g == pytest.approx(2 * 117.6)


def test_sodium_taken_up_by_the_carbon_is_the_charge_passed(test: EnergyTest) -> None:
    for cycle in test.rates.curves.values():
        for half, sign in ((cycle.charge, 1.0), (cycle.discharge, -1.0)):
            stored = half.adsorbed_mAh_g + half.filled_mAh_g
            assert np.allclose(sign * (stored - stored[0]), half.capacity_mAh_g, atol=0.02)


def test_cathode_half_cell_charges_first_and_holds_its_capacity() -> None:
    test = rate_test(half_cell("NVP", model="SPM"), (0.05, 6.0))
    slow, fast = test.points
    assert isinstance(slow, ChargeRatePoint)
    assert slow.capacity_mAh_g == pytest.approx(115.0, rel=0.01)
    assert slow.mean_voltage_V == pytest.approx(3.37, abs=0.01)
    assert slow.plating_margin_V is None
    assert fast.capacity_mAh_g is not None
    assert 80.0 < fast.capacity_mAh_g < 115.0
    charge, discharge = test.curves[0.05].charge, test.curves[0.05].discharge
    assert charge.voltage_V[-1] == pytest.approx(4.0, abs=1e-3)
    assert discharge.voltage_V[-1] == pytest.approx(2.0, abs=1e-3)
    with pytest.raises(AttributeError, match="has charge and discharge, no sodiation"):
        _ = test.curves[0.05].sodiation


def test_hysteresis_separates_charge_and_discharge() -> None:
    gap = {}
    for name, options in (("none", {}), ("half", {"open-circuit potential": "one-state hysteresis"})):
        chosen = {"open-circuit potential": ("single", options["open-circuit potential"])} if options else {}
        (point,) = rate_test(half_cell("nvp", model="SPM", options=chosen), 0.05, cycles=1).points
        assert isinstance(point, ChargeRatePoint)
        assert point.mean_charge_voltage_V is not None
        assert point.mean_voltage_V is not None
        gap[name] = point.mean_charge_voltage_V - point.mean_voltage_V
    assert gap["half"] - gap["none"] == pytest.approx(0.03, abs=0.004)


@pytest.mark.parametrize("model", ["SPM", "SPMe", "DFN"])
@pytest.mark.parametrize("options", [HYSTERESIS, {"thermal": "lumped", "surface form": "differential"}])
def test_options_of_pybamm_work_in_the_full_cell(model: str, options: dict[str, str]) -> None:
    (point,) = rate_test(full_cell(model=model, options=options), 1.0, cycles=1).points
    assert point.status == "ok"
    assert point.capacity_mAh_g == pytest.approx(92.0, abs=4.0)


def test_side_reactions_take_sodium_from_the_inventory() -> None:
    cell = full_cell(model="SPM", options={"SEI": "solvent-diffusion limited"})
    (point,) = rate_test(cell, 0.1, cycles=1).points
    (without,) = rate_test(full_cell(model="SPM"), 0.1, cycles=1).points
    assert point.status == without.status == "ok"
    assert point.capacity_mAh_g is not None
    assert without.capacity_mAh_g is not None
    assert point.capacity_mAh_g < without.capacity_mAh_g


def test_electrodes_of_pybamm_stand_in() -> None:
    nvpf = full_cell("fjh", "Chayambuka2022", model="SPM")
    assert nvpf.cut_offs == (2.0, 4.2)
    assert nvpf.balance.cathode_capacity_mAh_cm2 / (
        100 * nvpf.cathode_mass / nvpf.area / 1e3
    ) == pytest.approx(128.3, rel=0.001)
    (point,) = rate_test(nvpf, 0.1, cycles=1).points
    assert point.status == "ok"
    hard_carbon = full_cell("Chayambuka2022", "NVP", mass_ratio=0.6, model="SPM")
    assert hard_carbon.balance.first_cycle_loss_mAh_g_carbon == 0.0
    assert hard_carbon.carbon_domain is None
    (point,) = rate_test(hard_carbon, 0.1, cycles=1).points
    assert point.status == "ok"


def test_charge_and_discharge_rates(cell: FullCell) -> None:
    spm = full_cell(model="SPM")
    (both,) = rate_test(spm, 6.0, cycles=2).points
    (slow_charge,) = rate_test(spm, 6.0, cycles=2, charge_rate=0.2).points
    assert isinstance(both, ChargeRatePoint)
    assert isinstance(slow_charge, ChargeRatePoint)
    assert both.plating_margin_V is not None
    assert slow_charge.plating_margin_V is not None
    assert slow_charge.plating_margin_V > both.plating_margin_V
    with pytest.raises(
        ExperimentError, match=r"sodiation_rate is given, but fjh-nvp has charge and discharge"
    ):
        rate_test(cell, 1.0, sodiation_rate=0.1)
    with pytest.raises(ExperimentError, match=r"charge_rate is given, but fjh has sodiation and desodiation"):
        rate_test(half_cell("fjh", model="SPM"), 1.0, charge_rate=0.1)
    with pytest.raises(ExperimentError, match="is a half cell"):
        energy_test(half_cell("fjh", model="SPM"), 1.0)


def test_sequence_of_a_full_cell() -> None:
    sequence = rate_sequence(full_cell(model="SPM"), (0.5, 2.0, 0.5), cycles_each=2)
    assert len(sequence.points) == 6
    assert sequence.recovery[0.5] == pytest.approx(1.0, abs=0.02)
