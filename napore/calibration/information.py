"""Which experiment would determine what a fit leaves open: expected information of candidates.

A candidate is data whose measured values do not matter, only its protocol and errors: the Jacobian of its
residuals at the fitted values is its Fisher information ``J^T J`` (linear, Gaussian errors). Added to what
is known already, it gives the standard errors to expect. What the model cannot describe is not in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napore.measured import MeasuredCurve, MeasuredCycling, MeasuredRates

from .data import CalibrationError, CurveData, Data, RateData, ResistanceData, SeriesData
from .fitted import Fitted, values_at
from .levenberg_marquardt import differences
from .numbers import HalfCell
from .resistance import charge_transfer_resistance

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Information:
    """Standard errors to expect after each candidate.

    Parameters
    ----------
    fitted
        Parameters.
    before
        Standard errors with what is known already, on the scale of the fit.
    after
        By candidate.
    """

    fitted: tuple[Fitted, ...]
    before: Array
    after: Mapping[str, Array]

    @property
    def ranking(self) -> tuple[str, ...]:
        """Candidates, that first which shrinks the standard errors most (geometric mean)."""
        return tuple(sorted(self.after, key=lambda name: float(np.mean(np.log(self.after[name])))))

    def table(self) -> pd.DataFrame:
        """One row per candidate in the order of :attr:`ranking`: standard errors after over before."""
        rows = []
        for name in self.ranking:
            ratios = self.after[name] / self.before
            rows.append(
                {
                    "experiment": name,
                    "mean_ratio": float(np.exp(np.mean(np.log(ratios)))),
                    **{f.name: float(ratio) for f, ratio in zip(self.fitted, ratios, strict=True)},
                }
            )
        return pd.DataFrame(rows)


def information(
    model: HalfCell, values: Mapping[str, float], candidates: Mapping[str, Data], known: Sequence[Data] = ()
) -> Information:
    """Standard errors to expect from each candidate in addition to what is known.

    Parameters
    ----------
    model
        Half cell with the parameters free.
    values
        Fitted values by name.
    candidates
        Data by name, such as from :func:`rates`, :func:`gitt`, :func:`slow_curve`, :func:`resistance`.
    known
        Data that was fitted to; bounds and priors count as well.

    Raises
    ------
    CalibrationError
        For no candidate, and for one that cannot be simulated at ``values``.
    """
    if not candidates:
        raise CalibrationError("no candidate is given: give one or more experiments")
    fitted = model.fitted
    spans = np.array([f.span for f in fitted])
    widths = np.array([f.span / np.sqrt(12.0) if f.prior is None else f.prior[1] for f in fitted])
    base = np.diag(np.square(spans / widths))
    for part in known:
        base = base + _fisher(model, values, part, part.name)

    def errors(matrix: Array) -> Array:
        return np.asarray(np.sqrt(np.diag(np.linalg.inv(matrix))) * spans)

    after = {name: errors(base + _fisher(model, values, part, name)) for name, part in candidates.items()}
    return Information(fitted, errors(base), after)


def _fisher(model: HalfCell, values: Mapping[str, float], data: Data, name: str) -> Array:
    fitted = model.fitted
    centre = np.array([f.place(values[f.name]) for f in fitted])
    base = data.residuals(model, values_at(fitted, centre))
    if not np.all(np.isfinite(base)):
        raise CalibrationError(f"{name} cannot be simulated at the given values")

    def residuals(place: Array) -> Array:
        """Residuals; those of the centre, which say nothing, where there is no solution."""
        found = data.residuals(model, values_at(fitted, place))
        return np.where(np.isfinite(found), found, base)

    J = differences(residuals, centre, base)
    J = differences(residuals, centre, base, J)
    return np.asarray(J.T @ J)


def rates(
    model: HalfCell, values: Mapping[str, float], currents_mA_g: Sequence[float], relative_error: float = 0.01
) -> RateData:
    """Desodiation capacities at some currents, as simulated."""
    capacities = [_cycle(model, values, current, 3)[1].capacity for current in currents_mA_g]
    measured = MeasuredRates("rates", np.array(currents_mA_g, dtype=float), np.array(capacities))
    return RateData(measured, relative_error)


def slow_curve(
    model: HalfCell, values: Mapping[str, float], current_mA_g: float = 6.0, voltage_error_V: float = 2e-3
) -> CurveData:
    """Sodiation and desodiation at one current, as simulated."""
    curves = []
    both = _cycle(model, values, current_mA_g, 2)
    for direction, curve in zip(("sodiation", "desodiation"), both, strict=True):
        q = np.linspace(0.0, curve.capacity, 300)
        curves.append(MeasuredCurve(f"{current_mA_g:g} mA/g", direction, q, curve.at(q), current_mA_g))
    return CurveData(tuple(curves), voltage_error_V, 1.0)


def gitt(
    model: HalfCell,
    values: Mapping[str, float],
    current_mA_g: float = 30.0,
    pulse_s: float = 1200.0,
    rest_s: float = 3600.0,
    pulses: int = 20,
    voltage_error_V: float = 2e-3,
) -> SeriesData:
    """Pulses of sodiation and rests from the desodiated electrode, as simulated."""
    times = [np.geomspace(1.0, length, 20) for length in (pulse_s, rest_s)]
    segments = [
        (current, t) for _ in range(pulses) for current, t in zip((current_mA_g, 0.0), times, strict=True)
    ]
    return _series(model, values, segments, "GITT", voltage_error_V)


def pulses(
    model: HalfCell,
    values: Mapping[str, float],
    current_mA_g: float = 1500.0,
    pulse_s: float = 10.0,
    between_mA_g: float = 30.0,
    steps_mAh_g: Sequence[float] = (60.0,) * 5,
    rest_s: float = 3600.0,
    voltage_error_V: float = 2e-3,
) -> SeriesData:
    """Short pulses of desodiation after rests, at some depths of a slow sodiation, as simulated.

    Parameters
    ----------
    model, values
        Half cell and its fitted values.
    current_mA_g, pulse_s
        Magnitude and length of the pulses.
    between_mA_g, steps_mAh_g
        Current of sodiation between the pulses, and charge before each of them.
    rest_s
        Rest before each pulse; a tenth of it follows.
    voltage_error_V
        Standard error of a voltage.
    """
    segments: list[tuple[float, Array]] = []
    for step in steps_mAh_g:
        for current, length in (
            (between_mA_g, 3600.0 * step / between_mA_g),
            (0.0, rest_s),
            (-current_mA_g, pulse_s),
            (0.0, 0.1 * rest_s),
        ):
            segments.append((current, np.geomspace(0.01 * min(length, 100.0), length, 20)))
    return _series(model, values, segments, "pulses", voltage_error_V)


def _series(
    model: HalfCell,
    values: Mapping[str, float],
    segments: Sequence[tuple[float, Array]],
    name: str,
    voltage_error_V: float,
) -> SeriesData:
    """Segments of constant current as simulated, as data."""
    found = model.series(segments, values)
    if found is None:
        raise CalibrationError(f"the {name} cannot be simulated: give fewer or shorter steps")
    # a point at rest before the first segment says when that begins
    time, start = [np.zeros(1)], 0.0
    for _, t in segments:
        time.append(start + t)
        start += float(t[-1])
    currents = [np.zeros(1), *(np.full(len(t), -current) for current, t in segments)]
    voltages = [found[0][:1], *found]
    series = MeasuredCycling(name, *map(np.concatenate, (time, currents, voltages)))
    return SeriesData(series, voltage_error_V)


def resistance(model: HalfCell, values: Mapping[str, float], relative_error: float = 0.05) -> ResistanceData:
    """Charge-transfer resistance, as computed."""
    found = charge_transfer_resistance({**model.numbers, **values})
    return ResistanceData(found, relative_error * found)


def _cycle(model: HalfCell, values: Mapping[str, float], current: float, count: int) -> Any:
    found = model.cycles(current, values, count)
    if found is None:
        raise CalibrationError(f"{current:g} mA/g cannot be simulated at the given values")
    return found
