"""Numbers that belong to RESULTS of studies/gu2025/evidence.py.

Where these have moved, what napore computes has moved: raise RESULTS, put the new numbers here, and run
``make study``, in one change. Until then the evidence in docs/ would be of another napore without saying so.
"""

from collections.abc import Iterator
from typing import Any

import pytest

import napore

pytestmark = pytest.mark.checkout

RESULTS = 5
MISFIT = 0.988497
CAPACITIES_mAh_g = {
    "fjh": (319.195, 209.195),
    "fjh-b": (316.870, 208.270),
    "tf": (223.701, 29.2675),
}


def test_the_table_is_of_this_protocol() -> None:
    from studies.gu2025.evidence import RESULTS as now

    assert now == RESULTS


@pytest.mark.parametrize("name", CAPACITIES_mAh_g)
def test_capacities(name: str) -> None:
    test = napore.rate_test(napore.half_cell(name, "SPM"), [0.1, 5.0], cycles=1)
    found = [point.capacity_mAh_g for point in test.points]
    assert found == pytest.approx(CAPACITIES_mAh_g[name], rel=2e-4)


def test_misfit_of_the_shipped_set() -> None:
    """Of the paper's rates in the SPMe: it magnifies what a capacity moves by."""
    from napore.calibration import HalfCellModel
    from napore.parameters.sets import load_set
    from studies.gu2025.carbon_fit import FREE, FJHRates

    source = load_set("fjh")
    model = HalfCellModel(source, list(FREE.values()), "SPMe")
    values = {name: source.entries[name].value for name in FREE}
    assert float(sum(FJHRates().residuals(model, values) ** 2)) == pytest.approx(MISFIT, rel=2e-3)


def test_ageing() -> None:
    cell = napore.load_cell("fjh", model="SPM", ageing="gu2025")
    last = napore.cycle_test(cell, 0.5, 3).points[-1]
    assert (last.capacity_mAh_g, last.film_loss_mAh_g) == pytest.approx((284.609, 11.4065), rel=2e-4)


def test_impedance() -> None:
    (spectrum,) = napore.eis(napore.half_cell("fjh", "SPMe"), voltages_V=[0.3]).spectra
    assert spectrum.charge_transfer_resistance_ohm == pytest.approx(20.1359, rel=1e-3)


def test_full_cell() -> None:
    row = napore.energy_test(napore.full_cell("fjh", model="SPMe"), [0.1]).table().iloc[0]
    found = (row["capacity_mAh_g_cathode"], row["mean_voltage_V"])
    assert found == pytest.approx((94.4544, 3.13534), rel=2e-4)


CHEAP = {
    "ageing": "F06 gu2025 fast",
    "cv": "thin film",
    "design": "times",
    "eis": "full cell, SPMe",
    "energy_check": "designs",
    "gitt": "fjh: (i) only the thermodynamic factor: pores at equilibrium, no electrolyte, no resistance",
    "own_carbon": "information, fjh",
    "polarisation": "fjh, hold",
    "pybop": "shipped set",
    "structure": "tf",
    "temperature": "entropy, fjh",
    "validation": "rates, tf",
}
"""One quick part of each datum."""


@pytest.mark.slow
@pytest.mark.parametrize("name", CHEAP)
def test_a_producer_still_gives_what_is_on_file(name: str) -> None:
    """Every producer runs; what is not stale comes out again."""
    from studies.gu2025 import data, evidence

    part = CHEAP[name]
    found = evidence.producer(name).PARTS[part]()
    if part not in evidence.pending(name):
        kept = data.read(name)[part]
        assert dict(numbers(found)) == pytest.approx(dict(numbers(kept)), rel=1e-3, abs=1e-5)


def numbers(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Numbers by path; times of the machine and thinned columns apart."""
    if isinstance(value, dict):
        for key, one in value.items():
            if not str(key).endswith(("seconds", "_ms", "_s")):
                yield from numbers(one, f"{path}/{key}")
    elif isinstance(value, list | tuple) and len(value) < 20:
        for place, one in enumerate(value):
            yield from numbers(one, f"{path}/{place}")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, float(value)
