"""Numbers that belong to RESULTS of studies/gu2025/evidence.py.

Where these have moved, what napore computes has moved: raise RESULTS, put the new numbers here, and run
``make study``, in one change. Until then the evidence in docs/ would be of another napore without saying so.
"""

import pytest

import napore

pytestmark = pytest.mark.checkout

RESULTS = 2
CAPACITIES_mAh_g = {
    "fjh": (312.268, 251.234),
    "fjh-b": (310.838, 258.944),
    "tf": (224.655, 35.6514),
}


def test_the_table_is_of_this_protocol() -> None:
    from studies.gu2025.evidence import RESULTS as now

    assert now == RESULTS


@pytest.mark.parametrize("name", CAPACITIES_mAh_g)
def test_capacities(name: str) -> None:
    test = napore.rate_test(napore.half_cell(name, "SPM"), [0.1, 5.0], cycles=1)
    found = [point.capacity_mAh_g for point in test.points]
    assert found == pytest.approx(CAPACITIES_mAh_g[name], rel=2e-4)


def test_ageing() -> None:
    cell = napore.load_cell("fjh", model="SPM", ageing="gu2025")
    last = napore.cycle_test(cell, 0.5, 3).points[-1]
    assert (last.capacity_mAh_g, last.film_loss_mAh_g) == pytest.approx((275.601, 11.7594), rel=2e-4)


def test_impedance() -> None:
    (spectrum,) = napore.eis(napore.half_cell("fjh", "SPMe"), voltages_V=[0.3]).spectra
    assert spectrum.charge_transfer_resistance_ohm == pytest.approx(19.9385, rel=1e-3)


def test_full_cell() -> None:
    row = napore.energy_test(napore.full_cell("fjh", model="SPMe"), [0.1]).table().iloc[0]
    found = (row["capacity_mAh_g_cathode"], row["mean_voltage_V"])
    assert found == pytest.approx((93.4119, 3.18316), rel=2e-4)
