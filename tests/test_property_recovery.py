"""Parameters behind synthetic curves are recovered, and the verdicts say the truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pytest

from napore.calibration import Calibration, CurveData, Fitted, HalfCellModel, calibrate, free_parameters
from napore.measured import MeasuredCurve
from napore.parameters.sets import load_set

CURRENTS = (30.0, 150.0, 300.0, 1500.0)
NOISE_V = 1e-3
SITES = "Carbon electrode adsorption capacity fraction"
WETTING = "Carbon electrode pore wetting energy [J.m-2]"
RATE = "Carbon electrode pore median filling rate [s-1]"
DIFFUSIVITY = "Carbon particle reference diffusivity [m2.s-1]"


@dataclass(frozen=True)
class Recovered:
    """A calibration to synthetic curves, the values behind them and their misfit."""

    found: Calibration
    truth: Mapping[str, float]
    misfit_of_truth: float

    def inside(self) -> dict[str, bool]:
        """Whether the 95 % interval holds the true value, of the parameters called determined."""
        return {
            p.name: p.interval_95[0] <= self.truth[p.name] <= p.interval_95[1]
            for p in self.found.profiles
            if p.verdict == "determined"
        }

    def narrow(self) -> list[str]:
        """Parameters called "not determined" whose band does not fill their bounds."""
        return [
            p.name
            for f, p in zip(self.found.fitted, self.found.profiles, strict=True)
            if p.verdict == "not determined" and f.place(p.interval_95[1]) - f.place(p.interval_95[0]) < 0.99
        ]


def curves(
    model: HalfCellModel,
    truth: Mapping[str, float],
    currents: Sequence[float],
    generator: np.random.Generator,
) -> CurveData:
    """Sodiation curves of the formed electrode with noise on the voltage."""
    made = []
    for current in currents:
        curve = model.sodiation(current, truth)
        assert curve is not None
        q: npt.NDArray[np.float64] = np.linspace(0.0, curve.capacity, 300)
        noisy = curve.at(q) + generator.normal(0.0, NOISE_V, len(q))
        made.append(MeasuredCurve("synthetic", "sodiation", q, noisy, current))
    return CurveData(tuple(made), NOISE_V, 0.05, cycles=1)


def recover(
    seed: int,
    names: Sequence[str] | None = None,
    currents: Sequence[float] = CURRENTS,
    distance: float = 0.1,
    starts: int = 1,
) -> Recovered:
    """Fit synthetic curves of FJH from a start some share of the bounds away (normal)."""
    source = load_set("fjh")
    free = free_parameters(source) if names is None else free_parameters(source, names)
    truth = {f.name: f.start for f in free}
    model = HalfCellModel(source, free)
    generator = np.random.default_rng(seed)
    data = curves(model, truth, currents, generator)
    away = [_moved(f, generator.normal(0.0, distance)) for f in free]
    found = calibrate([data], source, away, starts=starts)
    return Recovered(found, truth, float(np.sum(data.residuals(model, truth) ** 2)))


def _moved(f: Fitted, distance: float) -> Fitted:
    return replace(f, start=f.at(float(np.clip(f.place(f.start) + distance, 1e-3, 1.0 - 1e-3))))


def test_three_parameters_are_recovered_from_two_curves() -> None:
    done = recover(1, (SITES, WETTING, RATE), (150.0, 1500.0))
    assert done.found.found.misfit <= done.misfit_of_truth
    assert [p.verdict for p in done.found.profiles] == ["determined"] * 3
    for name, value in done.truth.items():
        assert done.found.found.values[name] == pytest.approx(value, rel=0.03)


def test_a_diffusivity_that_a_slow_curve_cannot_show_is_not_called_determined() -> None:
    done = recover(1, (SITES, DIFFUSIVITY), (6.0,))
    verdicts = {p.name: p.verdict for p in done.found.profiles}
    assert verdicts[SITES] == "determined"
    assert verdicts[DIFFUSIVITY] in ("not determined", "bounded from below")
    assert not done.narrow()


@pytest.mark.slow
def test_fifty_repeats_of_eight_parameters() -> None:
    repeats = [recover(seed) for seed in range(1, 51)]
    reached = [done.found.found.misfit <= done.misfit_of_truth for done in repeats]
    assert np.mean(reached) >= 0.95
    inside = [done.inside() for done in repeats]
    for name in repeats[0].truth:
        held = [one[name] for one in inside if name in one]
        assert not held or np.mean(held) >= 0.9, name
    assert not any(done.narrow() for done in repeats)
