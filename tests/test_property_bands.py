"""Predictions over samples of uncertain numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import napore
from napore.calibration import CalibrationError
from napore.calibration.bands import EnergyAndRatio, PlatingLimit, bands
from napore.calibration.draws import PROTOCOL, conditioned, from_ranges, joined


def test_samples_stay_inside_the_ranges_and_fill_decades_evenly() -> None:
    source = napore.full_cell(model="SPM").source
    samples = from_ranges(source, 64)
    entries = source.entries
    for name in samples[0]:
        assert entries[name].kind in ("assumed", "literature", "fitted")
        low, high = entries[name].allowed or (0.0, 0.0)
        values = np.array([case[name] for case in samples])
        assert np.all((values >= low) & (values <= high)), name
        middle = np.sqrt(low * high) if low > 0.0 and high / low >= 10.0 else 0.5 * (low + high)
        assert abs(int(np.sum(values < middle)) - 32) <= 2, name
    ranks = np.array([[case[name] for name in samples[0]] for case in samples]).argsort(0).argsort(0)
    pairs = np.corrcoef(ranks.T) - np.eye(len(samples[0]))
    assert np.max(np.abs(pairs)) < 0.6
    assert np.std(pairs) < 1.2 / np.sqrt(64)
    with pytest.raises(CalibrationError, match="unknown parameter"):
        from_ranges(source, 4, ["Carbon electrode thicknes [m]"])


def test_quantiles_of_a_known_distribution() -> None:
    found = bands(lambda case: {"y": 3.0 * case.get("x", 0.5)}, [{"x": k / 1000} for k in range(1001)])
    row = found.table().iloc[0]
    assert row["q025"] == pytest.approx(0.075)
    assert row["q975"] == pytest.approx(2.925)
    assert row["nominal"] == 1.5


def test_drivers_are_ranked_by_their_rank_correlation() -> None:
    generator = np.random.default_rng(1)
    cases = [{"a": a, "b": b, "c": c, "held": 1.0} for a, b, c in generator.random((200, 3))]
    found = bands(lambda case: {"y": np.exp(5.0 * case.get("a", 0.0)) - 30.0 * case.get("b", 0.0)}, cases)
    table = found.drivers("y")
    assert list(table["parameter"]) == ["a", "b", "c"]
    assert table["correlation"][0] > 0.8
    assert table["correlation"][1] < -0.1
    assert abs(table["correlation"][2]) < 0.2
    assert table["p_value"][0] < 1e-10 < table["p_value"][2]


def test_energy_and_mass_ratio_of_the_full_cell_have_bands() -> None:
    cell = napore.full_cell(model="SPM")
    names = [
        "Cathode electrode plateau potential [V]",
        "Cathode electrode usable specific capacity [mA.h.g-1]",
    ]
    found = bands(EnergyAndRatio(cell, (0.2,)), from_ranges(cell.source, 4, names))
    assert found.count == 4
    energy, ratio = found.values("energy_Wh_kg_active at 0.2 C"), found.values("best mass ratio")
    assert np.ptp(energy) > 1.0
    assert np.ptp(ratio) > 1e-3
    with pytest.raises(CalibrationError, match="was not computed"):
        found.values("energy")


@dataclass(frozen=True)
class Known:
    """Posterior with samples that are given."""

    cases: tuple[Mapping[str, float], ...]

    def values(self, count: int, seed: int = 1) -> list[Mapping[str, float]]:
        """The first of them."""
        return list(self.cases[:count])


def test_samples_of_a_posterior_with_the_other_numbers_from_their_ranges() -> None:
    source = napore.full_cell(model="SPM").source
    wetting = "Carbon electrode pore wetting energy [J.m-2]"
    posterior = Known(tuple({wetting: 0.1 + 0.001 * k} for k in range(8)))
    alone = conditioned(posterior, source, 8, kinds=())
    assert alone == list(posterior.cases)
    both = conditioned(posterior, source, 8)
    assert [case[wetting] for case in both] == [case[wetting] for case in alone]
    for name in both[0]:
        assert name == wetting or source.entries[name].kind in ("assumed", "literature")
        assert name not in PROTOCOL
    assert "Separator thickness [m]" in both[0]
    assert not any("cut-off" in name for name in both[0])
    with pytest.raises(CalibrationError, match="8 samples, 9 are asked for"):
        conditioned(posterior, source, 9)
    with pytest.raises(CalibrationError, match="has no 'Carbon electrode weting"):
        conditioned(Known(({"Carbon electrode weting energy": 0.1},)), source, 1)
    with pytest.raises(CalibrationError, match="is drawn twice"):
        joined(alone, alone)


def test_protocol_is_of_the_sets_and_drawn_only_by_name() -> None:
    source = napore.full_cell(model="SPM").source
    assert set(PROTOCOL) <= set(source.entries)
    window = "Upper voltage cut-off [V]"
    assert source.entries[window].kind == "assumed"
    assert window not in from_ranges(source, 2)[0]
    assert list(from_ranges(source, 2, [window])[0]) == [window]


@pytest.mark.slow
def test_least_mass_ratio_without_plating() -> None:
    cell = napore.full_cell(model="SPM")
    limit = PlatingLimit(cell, (1.0,), within=0.01)
    found = limit({})
    assert found["status"] == "ok"
    ratio = found["mass ratio without plating at 1 C"]
    below, above = (
        napore.energy_test(
            cell.with_numbers({"Mass ratio of carbon to cathode": ratio + step}), 1.0, cycles=1
        )
        for step in (-0.02, 0.02)
    )
    assert below.points[0].plating_margin_V is not None
    assert above.points[0].plating_margin_V is not None
    assert below.points[0].plating_margin_V < 0.0 < above.points[0].plating_margin_V


@pytest.mark.parametrize(("between", "expected"), [((0.42, 0.6), 0.42), ((0.2, 0.3), 0.3)])
def test_least_mass_ratio_beyond_where_it_is_searched_is_the_end(
    between: tuple[float, float], expected: float
) -> None:
    limit = PlatingLimit(napore.full_cell(model="SPM"), (1.0,), between=between)
    assert limit({})["mass ratio without plating at 1 C"] == expected


def test_plating_margin_of_a_charge_is_refused_in_one_sentence() -> None:
    cell = napore.full_cell(model="SPM")
    half: Any = napore.half_cell("fjh", "SPM")
    assert "full_cell" in PlatingLimit(half, (1.0,))({})["status"]
    assert "rate" in PlatingLimit(cell, (-1.0,))({})["status"]
    contact = napore.full_cell(
        model="SPM",
        options={"contact resistance": "true"},
        parameters={"Contact resistance [Ohm]": 300.0},
    )
    assert "no capacity: the voltage passes its cut-off" in PlatingLimit(contact, (1000.0,))({})["status"]
