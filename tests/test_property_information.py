"""Expected information of candidate experiments."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pytest

from napore.calibration import CalibrationError, HalfCellModel, fit, free_parameters
from napore.calibration.data import Data
from napore.calibration.information import gitt, information, pulses, rates, resistance, slow_curve
from napore.parameters.sets import load_set

SITES = "Carbon electrode adsorption capacity fraction"
EXCHANGE = "Carbon electrode reference exchange-current density [A.m-2]"


def test_each_experiment_speaks_of_what_it_measures() -> None:
    source = load_set("fjh")
    free = free_parameters(source, (SITES, EXCHANGE))
    values = {f.name: f.start for f in free}
    model = HalfCellModel(source, free)
    candidates: dict[str, Data] = {
        "rates": rates(model, values, (150.0, 1500.0)),
        "slow curve": slow_curve(model, values, 30.0),
        "GITT": gitt(model, values, pulses=4),
        "resistance": resistance(model, values, 1e-4),
    }
    found = information(model, values, candidates)
    assert set(found.ranking) == set(candidates)
    for after in found.after.values():
        assert np.all(after <= found.before * (1.0 + 1e-9))
    assert min(found.after, key=lambda name: float(found.after[name][1])) == "resistance"
    assert found.after["slow curve"][0] < 0.5 * found.after["rates"][0]
    sites, exchange = found.after["resistance"] / found.before
    assert sites == pytest.approx(1.0)
    assert exchange < 0.01
    known = information(model, values, candidates, known=[candidates["resistance"]])
    assert known.table().set_index("experiment").loc["resistance", EXCHANGE] == pytest.approx(
        0.5**0.5, rel=1e-3
    )
    with pytest.raises(CalibrationError, match="no candidate"):
        information(model, values, {})


@dataclass(frozen=True)
class Noisy:
    """Data with errors of its own size."""

    data: Data
    noise: npt.NDArray[np.float64]
    name: str = "noisy"

    @property
    def size(self) -> int:
        """Number of residuals."""
        return self.data.size

    def residuals(self, model: HalfCellModel, values: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """Those of the data less the noise."""
        return self.data.residuals(model, values) - self.noise


@pytest.mark.slow
def test_expected_errors_and_their_ranking_are_those_of_synthetic_fits() -> None:
    source = load_set("fjh")
    free = free_parameters(source, (SITES, EXCHANGE))
    values = {f.name: f.start for f in free}
    model = HalfCellModel(source, free)
    candidates: dict[str, Data] = {
        "rates": rates(model, values, (150.0, 1500.0)),
        "pulses": pulses(model, values, steps_mAh_g=(60.0, 60.0)),
    }
    expected = information(model, values, candidates)
    generator = np.random.default_rng(1)
    spread = {}
    for name, data in candidates.items():
        found = []
        for _ in range(8):
            noisy = Noisy(data, generator.normal(size=data.size))
            best = fit(free, partial(noisy.residuals, model), values)
            found.append([f.to_scale(best.values[f.name]) for f in free])
        spread[name] = np.std(found, axis=0, ddof=1)
    for k, f in enumerate(free):
        ranked = sorted(candidates, key=lambda name: float(expected.after[name][k]))
        assert ranked == sorted(candidates, key=lambda name: float(spread[name][k])), f.name
    # eight fits give a standard deviation within a factor of two; what is determined, not the bounds
    determined = expected.after["pulses"] < 0.2 * expected.before
    assert np.any(determined)
    ratio = spread["pulses"][determined] / expected.after["pulses"][determined]
    assert np.all((ratio > 0.4) & (ratio < 2.5))
