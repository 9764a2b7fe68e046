"""Files of a user as data of a fit; what a file holds is told by its columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from napore.experiments.circuits import fit_circuit
from napore.measured import (
    MeasuredCurve,
    MeasuredCycling,
    read_curve,
    read_cycling,
    read_impedance,
    read_rates,
    read_table,
)
from napore.measured.columns import Reader
from napore.parameters.gu2025 import ONE_C_MA_G

from .data import CalibrationError, CurveData, Data, RateData, ResistanceData, SeriesData
from .equilibrium import EquilibriumData, rest_potentials

__all__ = ["Reading", "read_data"]

_REST = 0.02
_SAME = 0.05


@dataclass(frozen=True)
class Reading:
    """How files are read, and the errors that their data have.

    Parameters
    ----------
    mass_mg
        Active material [mg], where a file is not per gram.
    current_mA_g
        Current of a file of capacity and voltage [mA per gram].
    one_C_mA_g
        Current of 1 C of a file of rates [mA per gram].
    positive_on
        Direction in which currents are positive, ``"desodiation"`` or ``"sodiation"``.
    columns, units
        Labels and units by quantity, where files do not tell.
    voltage_error_V, capacity_error_mAh_g, relative_error
        Standard errors of voltages, of capacities of curves, and of capacities of rates over them.
    cycle
        Cycle at its current that a curve is; the formed electrode's first is 1.
    mean
        Whether the mean of the slowest sodiation and desodiation of a file of cycles, or of the rests of a
        GITT, is fitted as the equilibrium, in place of the cell's curves: what both directions share of
        polarisation and hysteresis cancels.
    """

    mass_mg: float | None = None
    current_mA_g: float | None = None
    one_C_mA_g: float = ONE_C_MA_G
    positive_on: str = "desodiation"
    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    voltage_error_V: float = 2e-3
    capacity_error_mAh_g: float = 1.0
    relative_error: float = 0.01
    cycle: int = 2
    mean: bool = False


def read_data(path: str | Path, how: Reading | None = None) -> Data:
    """Data of one file: impedance, cycles or GITT over time, a curve, or capacities at rates.

    Of cycles over time the last half cycle of each direction and current counts; a file with rests
    between its pulses is fitted over time.

    Raises
    ------
    MeasuredDataError, CalibrationError
        For what cannot be read, and columns that are none of these.
    """
    how = how or Reading()
    mapped = {"columns": how.columns, "units": how.units}
    reader = Reader(read_table(path), **mapped)
    if reader.has("frequency"):
        return _resistance(path, how)
    if reader.has("time") and reader.has("current") and reader.has("voltage"):
        series = read_cycling(path, mass_mg=how.mass_mg, positive_on=how.positive_on, **mapped)
        pulsed = _is_pulsed(series)
        if how.mean:
            return _mean(series, pulsed, how)
        if pulsed:
            return SeriesData(series, how.voltage_error_V)
        return _curves(_last_of_each(series), how)
    if reader.has("capacity") and reader.has("voltage"):
        voltage = reader.drop_trailing_blanks().column("voltage").values
        direction = "sodiation" if voltage[-1] < voltage[0] else "desodiation"
        curve = read_curve(path, direction, mass_mg=how.mass_mg, current_mA_g=how.current_mA_g, **mapped)
        if curve.current_mA_g is None:
            raise CalibrationError(
                f"{reader.table.name} holds capacity and voltage, but not the current per gram: give it "
                "(--current), or the mass (--mass) where there is a column of it, or a file of time, current "
                "and voltage, which can hold several rates"
            )
        return _curves((curve,), how)
    if reader.has("capacity") and (reader.has("rate") or reader.has("current")):
        rates = read_rates(path, mass_mg=how.mass_mg, one_C_mA_g=how.one_C_mA_g, **mapped)
        return RateData(rates, how.relative_error)
    found = ", ".join(repr(str(label)) for label in reader.table.frame.columns[:12])
    raise CalibrationError(
        f"{reader.table.name} has the columns {found}: give time, current and voltage; capacity and voltage; "
        "rate and capacity; or frequency and impedance"
    )


def _curves(curves: tuple[MeasuredCurve, ...], how: Reading) -> CurveData:
    return CurveData(curves, how.voltage_error_V, how.capacity_error_mAh_g, cycles=how.cycle)


def _mean(series: MeasuredCycling, pulsed: bool, how: Reading) -> EquilibriumData:
    """Equilibrium from rests, or from the slowest cycle; from one direction where rests have only one."""
    errors = how.voltage_error_V, how.capacity_error_mAh_g
    if pulsed:
        rests, back = rest_potentials(series)
        if back is not None:
            return EquilibriumData.of_curves(rests, back, *errors)
        q = rests.capacity_mAh_g - rests.capacity_mAh_g[0]
        return EquilibriumData(q, rests.voltage_V, f"rests on sodiation, {series.source}", *errors)
    curves = _last_of_each(series)
    slowest = {
        direction: min(
            (c for c in curves if c.direction == direction),
            key=lambda c: float(c.current_mA_g or 0.0),
            default=None,
        )
        for direction in ("sodiation", "desodiation")
    }
    down, up = slowest["sodiation"], slowest["desodiation"]
    if down is None or up is None:
        raise CalibrationError(
            f"{series.source} holds no {'sodiation' if down is None else 'desodiation'}: a mean needs both"
        )
    return EquilibriumData.of_curves(down, up, *errors)


def _resistance(path: str | Path, how: Reading) -> ResistanceData:
    spectrum = read_impedance(path, columns=how.columns, units=how.units)
    circuit = fit_circuit(spectrum.frequency_Hz, spectrum.impedance_ohm, 2)
    if circuit is None:
        raise CalibrationError(f"{spectrum.source}: no circuit with two arcs could be fitted")
    # nothing is known better than the circuit describes the spectrum
    least = max(circuit.residual, 0.02) * circuit.total_ohm
    error = max(circuit.total_standard_error_ohm or least, least)
    return ResistanceData(circuit.total_ohm, error, spectrum.source)


def _is_pulsed(series: MeasuredCycling) -> bool:
    """Whether rests follow pulses of the same direction, as in GITT."""
    current = series.current_mA_g
    flowing = np.abs(current) > _REST * float(np.max(np.abs(current)))
    starts = np.flatnonzero(flowing[1:] & ~flowing[:-1]) + 1
    return len(starts) >= 5


def _last_of_each(series: MeasuredCycling) -> tuple[MeasuredCurve, ...]:
    """Last complete half cycle of each direction at each current, within 5 %."""
    kept: list[MeasuredCurve] = []
    for curve in series.half_cycles():
        if len(curve.capacity_mAh_g) < 5 or not curve.capacity > 0.0:
            continue
        current = float(curve.current_mA_g or 0.0)
        same = [
            other
            for other in kept
            if other.direction == curve.direction
            and abs(float(other.current_mA_g or 0.0) - current) < _SAME * current
        ]
        kept = [other for other in kept if all(other is not one for one in same)]
        kept.append(curve)
    if not kept:
        raise CalibrationError(f"{series.source} holds no half cycle of five points or more")
    return tuple(kept)
