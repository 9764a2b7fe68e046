"""Weighted draws of a posterior that is known."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pytest

from napore.calibration import Calibration, CalibrationError, Fit, Fitted
from napore.calibration.importance import effective_size, weighted_quantiles
from napore.calibration.posterior import log_posterior, sample
from napore.calibration.surrogate import sample_by_surrogate

FREE = (
    Fitted("a", -4.0, 4.0, 0.0),
    Fitted("b", 0.0, 4.0, 0.5, prior=(0.0, 1.0)),
    Fitted("c", 1e-3, 1e3, 1.0, logarithmic=True),
)


@dataclass(frozen=True)
class Linear:
    """Residuals a - 1 over 0.5 and log10 c - a over 0.7; nothing is measured of b."""

    name: str = "linear"
    size: int = 2

    def residuals(self, _: Any, values: Mapping[str, float]) -> npt.NDArray[np.float64]:
        return np.array(
            [(values["a"] - 1.0) / 0.5, (np.log10(values["c"]) - values["a"]) / 0.7],
        )


def calibration(errors: tuple[float, float, float] = (0.5, 0.6, 20.0)) -> Calibration:
    values = {"a": 1.0, "b": 0.1, "c": 10.0}
    made = SimpleNamespace(
        fitted=FREE,
        found=Fit(values, 0.0, 0.0, (), 1),
        standard_errors=dict(zip(values, errors, strict=True)),
        correlation=np.eye(3),
        data=(Linear(),),
        half_cell=None,
        inflated=1.0,
    )
    return cast("Calibration", made)


def test_the_same_posterior_as_that_of_walkers() -> None:
    weighted = sample_by_surrogate(calibration(), first=30, draws=500, rounds=2).table()
    chained = sample(calibration(), steps=1000, walkers=12).table()
    for q, tolerance in (("q025", 0.3), ("q500", 0.15), ("q975", 0.3)):
        assert np.asarray(weighted[q])[:2] == pytest.approx(np.asarray(chained[q])[:2], abs=tolerance)


def test_samples_of_equal_weight_for_predictions() -> None:
    found = sample_by_surrogate(calibration(), first=30, draws=200, rounds=1)
    heavy = replace(found, weights=np.eye(1, len(found.weights), 7).ravel())
    assert {case["a"] for case in heavy.values(5)} == {float(found.samples[7, 0])}
    many = [case["a"] for case in found.values(4000)]
    assert float(np.mean(many)) == pytest.approx(float(found.weights @ found.samples[:, 0]), abs=0.02)
    assert effective_size(heavy.weights) == 1.0


def test_nothing_outside_the_bounds_and_too_few_draws() -> None:
    assert log_posterior(calibration(), np.array([5.0, 1.0, 0.0])) == -np.inf
    with pytest.raises(CalibrationError, match="too few for 3 parameters"):
        sample_by_surrogate(calibration(), first=8)


def test_walkers_on_an_interpolation_give_the_same_posterior() -> None:
    found = sample_by_surrogate(calibration(), first=30, draws=400, rounds=2)
    a = found.samples[:, 0]
    mean = float(found.weights @ a)
    assert mean == pytest.approx(1.0, abs=0.1)
    assert float(np.sqrt(found.weights @ (a - mean) ** 2)) == pytest.approx(0.5, rel=0.15)
    assert weighted_quantiles(found.samples[:, 1], found.weights, [0.5]) == pytest.approx([0.674], abs=0.12)
    logs = np.log10(found.samples[:, 2])
    spread = float(np.sqrt(found.weights @ (logs - float(found.weights @ logs)) ** 2))
    assert spread == pytest.approx(0.86, rel=0.15)
    assert found.effective_size > 500.0
    assert found.converged
    assert "enough" in found.summary()
    few = sample_by_surrogate(calibration(), first=30, draws=10, rounds=1)
    assert "NOT enough" in few.summary()
    assert not few.converged
