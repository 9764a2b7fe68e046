"""Files of a user as data of a fit: which half cycles count, and how the cycler ran them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from napore.experiments.circuits import fit_circuit
from napore.measured import MeasuredCurve, MeasuredFile, MeasuredImpedance, read
from napore.measured.scale import check_positive
from napore.parameters.half_cell import ONE_C_MA_G
from napore.parameters.schema import shown

from .curve_data import CurveData
from .data import CalibrationError, Data, RateData, ResistanceData, SeriesData
from .equilibrium import EquilibriumData, rest_potentials
from .protocol import protocol_of, returned_mAh_g
from .spectrum_data import SpectrumData

_SAME: Final = 0.05
"""Difference of two currents that are one rate."""

_FEWEST: Final = 5
"""Points of a half cycle that counts."""

_FORMATION: Final = 1.05
"""Charge of the first sodiation over that of the desodiation after it, from which a film took the rest."""


@dataclass(frozen=True)
class Reading:
    """How files are read and used, and the errors that their data have.

    Parameters
    ----------
    mass_mg, area_cm2, sheet, columns, units, positive_on, current_mA_g, one_C_mA_g
        As for :func:`napore.measured.read`.
    voltage_error_V, capacity_error_mAh_g, relative_error
        Standard errors of voltages, of capacities of curves, and of capacities of rates over them.
    cycle
        Cycle at its current that a curve is; the formed electrode's first is 1.
    cycles
        ``"last"`` complete cycle of each rate, or ``"all"`` of them but the first where a film forms.
    spectrum
        Which spectrum of a file counts, from 1; needed where it has several whose states are not known.
    soc
        States of charge of the spectra of a file, from 0 (a carbon desodiated, a cathode full of sodium) to
        1, which are then fitted as spectra with the model's impedance. Where empty those of a column of the
        file; without one a spectrum counts as the sum of its arcs.
    mean
        Whether the mean of the slowest sodiation and desodiation of a file of cycles, or of the rests of a
        GITT, is fitted as the equilibrium, in place of the cell's curves: what both directions share of
        polarisation and hysteresis cancels.

    Raises
    ------
    CalibrationError
        For an error that is not positive, a place that is no whole number, and an unknown word.
    """

    mass_mg: float | None = None
    current_mA_g: float | None = None
    one_C_mA_g: float | None = ONE_C_MA_G
    positive_on: str = "desodiation"
    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    voltage_error_V: float = 2e-3
    capacity_error_mAh_g: float = 0.1
    relative_error: float = 0.01
    cycle: int = 2
    mean: bool = False
    area_cm2: float | None = None
    sheet: str | None = None
    cycles: str = "last"
    spectrum: int | None = None
    soc: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for name in ("voltage_error_V", "capacity_error_mAh_g", "relative_error"):
            given = getattr(self, name)
            given = np.nan if given is None else given
            check_positive(given, name, "a standard error", CalibrationError)
        for name in ("cycle", "spectrum"):
            value = getattr(self, name)
            whole = isinstance(value, int | np.integer) and not isinstance(value, bool) and value >= 1
            if not whole and not (name == "spectrum" and value is None):
                raise CalibrationError(f"{name} is {shown(value)}: give a whole number, 1 or more")
        if self.cycles not in ("last", "all"):
            raise CalibrationError(f"cycles is {shown(self.cycles)}: give 'last' or 'all'")
        if not isinstance(self.mean, bool):
            raise CalibrationError(f"mean is {shown(self.mean)}: give True or False")

    def of(self, path: str | Path) -> MeasuredFile:
        """What the reader makes of a file."""
        return read(path, **{name: getattr(self, name) for name in _OF_THE_READER})


_OF_THE_READER: Final = (
    "mass_mg",
    "area_cm2",
    "sheet",
    "columns",
    "units",
    "positive_on",
    "current_mA_g",
    "one_C_mA_g",
)


def read_data(path: str | Path, how: Reading | None = None) -> Data:
    """Data of one file: impedance, cycles or GITT over time, a curve, or capacities at rates.

    Of cycles over time the last complete half cycle of each direction and current counts, run as the cycler
    ran it: window, hold and rests are those of the file. A GITT is fitted over time.

    Raises
    ------
    MeasuredDataError, CalibrationError
        For what cannot be read, and columns that are none of these.
    """
    how = how or Reading()
    return data_of(how.of(path), how)


def data_of(file: MeasuredFile, how: Reading) -> Data:
    """Data of a file that is read, as :func:`read_data`."""
    if file.kind == "impedance":
        return _impedance(file, how)
    file.require_mass()
    if file.kind == "rates" and file.rates is not None:
        return RateData(file.rates, how.relative_error)
    if file.kind == "curve" and any(curve.current_mA_g is None for curve in file.half_cycles):
        raise CalibrationError(
            f"{file.source} holds capacity and voltage, but not the current per gram: give it, "
            "current_mA_g=30, or a file of time, current and voltage, which can hold several rates"
        )
    if how.mean:
        return _mean(file, how)
    if file.kind == "gitt" and file.cycling is not None:
        return SeriesData(file.cycling, how.voltage_error_V, electrodes=file.electrodes)
    timed = file.kind == "cycling"
    kept = _chosen(file.half_cycles, how.cycles) if timed else list(range(len(file.half_cycles)))
    if not kept:
        raise CalibrationError(
            f"{file.source} holds no half cycle of five points or more at constant current"
        )
    curves = file.half_cycles
    return CurveData(
        tuple(curves[k] for k in kept),
        how.voltage_error_V,
        how.capacity_error_mAh_g,
        cycles=how.cycle,
        protocols=tuple(protocol_of(curves, k) for k in kept) if timed else None,
        holds_mAh_g=tuple(_hold(curves, k) for k in kept) if timed else None,
        electrodes=file.electrodes,
    )


def equilibrium_of(file: MeasuredFile, how: Reading) -> EquilibriumData:
    """Equilibrium potential of a file: an OCP of one direction, or the mean of slow cycles or of rests.

    Raises
    ------
    CalibrationError
        For what holds no curve.
    """
    file.require_mass()
    if file.kind != "curve" or len(file.half_cycles) > 1:
        if file.kind not in ("curve", "cycling", "gitt"):
            raise CalibrationError(
                f"{file.source} holds {file.kind}: an equilibrium needs capacity and voltage"
            )
        return _mean(file, how)
    (one,) = file.half_cycles
    q, V = one.capacity_mAh_g, one.voltage_V
    if one.direction == "desodiation":
        q, V = q[-1] - q[::-1], V[::-1]
    q, kept = np.unique(q, return_index=True)
    errors = how.voltage_error_V, how.capacity_error_mAh_g
    return EquilibriumData(q - q[0], V[kept], f"equilibrium, {file.source}", *errors)


def remarks_of(data: Data) -> list[str]:
    """How the half cycles of a file are simulated, in words."""
    if not isinstance(data, CurveData) or data.protocols is None:
        return []
    remarks = [f"simulated at {one}" for one in dict.fromkeys(p for p in data.protocols if p is not None)]
    for curve, held in zip(data.curves, data.holds_mAh_g or (), strict=True):
        if curve.hold is not None and held is not None and held < curve.hold.capacity_mAh_g:
            remarks.append(
                f"the desodiation takes out {held:.3g} of the {curve.hold.capacity_mAh_g:.3g} mAh/g of the "
                "hold: so much of it is simulated, the rest counts as lost to side reactions"
            )
    return remarks


def _hold(curves: tuple[MeasuredCurve, ...], place: int) -> float | None:
    """Charge of a hold that is compared: of a sodiation what comes back."""
    curve = curves[place]
    if curve.hold is None:
        return None
    if curve.direction == "desodiation":
        return curve.hold.capacity_mAh_g
    after = curves[place + 1] if place + 1 < len(curves) else None
    return returned_mAh_g(curve, after)


def _chosen(curves: tuple[MeasuredCurve, ...], which: str) -> list[int]:
    """Places of the half cycles that count: complete ones, or any where a direction and rate has none."""
    usable = [
        k
        for k, curve in enumerate(curves)
        if len(curve.capacity_mAh_g) >= _FEWEST
        and curve.capacity > 0.0
        and curve.current_mA_g is not None
        and not curve.current_varies
    ]
    formed = [k for k in usable if not _forms_a_film(curves, k)] or usable
    if which == "all":
        return [k for k in formed if curves[k].complete] or formed
    kept: list[int] = []
    for group in _rates(curves, formed):
        complete = [k for k in group if curves[k].complete]
        kept.append((complete or group)[-1])
    return sorted(kept)


def _rates(curves: tuple[MeasuredCurve, ...], places: list[int]) -> list[list[int]]:
    """Places of the half cycles of each direction and current."""
    groups: list[list[int]] = []
    for k in places:
        current = float(curves[k].current_mA_g or 0.0)
        for group in groups:
            other = curves[group[0]]
            same = abs(float(other.current_mA_g or 0.0) - current) < _SAME * current
            if other.direction == curves[k].direction and same:
                group.append(k)
                break
        else:
            groups.append([k])
    return groups


def _forms_a_film(curves: tuple[MeasuredCurve, ...], place: int) -> bool:
    """Whether a half cycle is the first sodiation, of whose charge a part does not come back."""
    first = curves[place]
    if place > 0 or first.direction != "sodiation" or len(curves) < 2:
        return False
    return first.capacity > _FORMATION * curves[1].capacity


def _mean(file: MeasuredFile, how: Reading) -> EquilibriumData:
    """Equilibrium from rests, or from the slowest cycle; from one direction where rests have only one."""
    errors = how.voltage_error_V, how.capacity_error_mAh_g
    if file.kind == "gitt" and file.cycling is not None:
        rests, back = rest_potentials(file.cycling)
        if back is not None:
            return EquilibriumData.of_curves(rests, back, *errors)
        q = rests.capacity_mAh_g - rests.capacity_mAh_g[0]
        return EquilibriumData(q, rests.voltage_V, f"rests on sodiation, {file.source}", *errors)
    kept = _chosen(file.half_cycles, "last") if file.kind == "cycling" else range(len(file.half_cycles))
    curves = [file.half_cycles[k] for k in kept]
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
            f"{file.source} holds no {'sodiation' if down is None else 'desodiation'}: a mean needs both"
        )
    return EquilibriumData.of_curves(down, up, *errors)


def _impedance(file: MeasuredFile, how: Reading) -> SpectrumData | ResistanceData:
    """Spectra where their states of charge are known, else the sum of the arcs of one."""
    spectra, soc = file.spectra, how.soc
    if not soc and "soc" in file.columns:
        marks = [one.soc_or_cycle for one in spectra]
        soc = tuple(mark / (100.0 if max(marks) > 1.0 else 1.0) for mark in marks)
    if not soc:
        return _resistance(file, how.spectrum)
    if how.spectrum is not None and len(soc) == len(spectra):
        _spectrum(file, how.spectrum)
        soc, spectra = soc[how.spectrum - 1 :][:1], spectra[how.spectrum - 1 :][:1]
    return SpectrumData(spectra, soc, how.relative_error)


def states_of(files: Sequence[MeasuredFile], soc: Sequence[float]) -> list[tuple[float, ...]]:
    """States of charge of the spectra of each file, in their order; empty for other files.

    Raises
    ------
    CalibrationError
        For another number of states than of spectra.
    """
    counts = [len(file.spectra) if file.kind == "impedance" else 0 for file in files]
    if soc and len(soc) != sum(counts):
        raise CalibrationError(
            f"{len(soc)} states of charge and {sum(counts)} spectra are given: give one of each"
        )
    ends = np.cumsum([0, *counts])
    return [tuple(soc[low:high]) for low, high in pairwise(ends)]


def _resistance(file: MeasuredFile, which: int | None) -> ResistanceData:
    spectrum = _spectrum(file, which)
    circuit = fit_circuit(spectrum.frequency_Hz, spectrum.impedance_ohm, 2)
    if circuit is None:
        raise CalibrationError(f"{spectrum.source}: no circuit with two arcs could be fitted")
    # nothing is known better than the circuit describes the spectrum
    least = max(circuit.residual, 0.02) * circuit.total_ohm
    error = max(circuit.total_standard_error_ohm or least, least)
    return ResistanceData(circuit.total_ohm, error, spectrum.source)


def _spectrum(file: MeasuredFile, which: int | None) -> MeasuredImpedance:
    count = len(file.spectra)
    if which is None and count > 1:
        marks = ", ".join(f"{k} ({one.soc_or_cycle:g})" for k, one in enumerate(file.spectra[:8], 1))
        raise CalibrationError(
            f"{file.source} holds {count} spectra: say which counts, spectrum=1; they are {marks}"
        )
    if which is not None and not 1 <= which <= count:
        raise CalibrationError(f"spectrum is {which}: {file.source} holds {count}")
    return file.spectra[(which or 1) - 1]
