"""Measured curves beside a cell's simulation: differences of voltage and of capacity, without a fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from napore.cells import Cell
from napore.experiments import rate_test
from napore.full_cells import load_cell
from napore.measured import MeasuredCurve, MeasuredFile
from napore.parameters.arguments import typed
from napore.parameters.sets import ParameterSet
from napore.plotting import CAPACITY_LABEL, VOLTAGE_LABEL, new_axes, sequential_colours
from napore.results import OK, Part, Result, table_of

from .compare_bands import (
    Band,
    Samples,
    drawn_full_cells,
    drawn_half_cells,
    drawn_numbers,
    held_numbers,
)
from .curve_data import CurveData
from .data import CalibrationError, check_potentials
from .files import Reading, data_of
from .half_cell import HalfCellModel
from .numbers import Array

_POINTS = 300
_LOADING = "Cathode electrode areal loading [kg.m-2]"
_RATIO = "Mass ratio of carbon to cathode"
_OTHER_NAMES = {"sodiation": "discharge", "desodiation": "charge"}


@dataclass(frozen=True)
class Compared:
    """A measured half cycle and its simulation.

    Parameters
    ----------
    file, direction, current_mA_g
        Of the measured half cycle; the current per gram of carbon, of a full cell per gram of cathode.
    measured, simulated
        Capacity [mAh/g] and voltage [V], each rising in capacity; simulated is None where it has no solution.
    band
        Where draws of the cell's uncertain numbers lie; None without draws.
    """

    file: str
    direction: str
    current_mA_g: float
    measured: tuple[Array, Array]
    simulated: tuple[Array, Array] | None
    status: str = OK
    band: Band | None = None

    def row(self) -> dict[str, Any]:
        """Capacities [mAh/g], their relative deviation, and root mean squares of the voltage [mV].

        ``rms_mV`` over the capacity that both reach, ``rms_scaled_mV`` each over its own capacity. With draws
        also the limits of their capacity, and the share of the measured points inside their band of 95 %.
        """
        q, V = self.measured
        found: dict[str, Any] = {
            "file": self.file,
            "direction": self.direction,
            "current_mA_g": self.current_mA_g,
            "capacity_mAh_g": float(q[-1]),
            "simulated_capacity_mAh_g": None,
            "deviation": None,
            "rms_mV": None,
            "rms_scaled_mV": None,
            "status": self.status,
        }
        if self.band is not None:
            found["capacity_95_mAh_g"] = list(self.band.end_mAh_g)
            found["coverage"], found["draws"] = self.band.coverage, self.band.solved
        if self.simulated is None:
            return found
        own, U = self.simulated
        common = np.linspace(0.0, min(q[-1], own[-1]), _POINTS)
        share = np.linspace(0.0, 1.0, _POINTS)
        off = np.interp(common, own, U) - np.interp(common, q, V)
        scaled = np.interp(share * own[-1], own, U) - np.interp(share * q[-1], q, V)
        return found | {
            "simulated_capacity_mAh_g": float(own[-1]),
            "deviation": float(own[-1] / q[-1] - 1.0),
            "rms_mV": float(1e3 * np.sqrt(np.mean(off**2))),
            "rms_scaled_mV": float(1e3 * np.sqrt(np.mean(scaled**2))),
        }


@dataclass(frozen=True, repr=False)
class Comparison(Result):
    """Measured curves beside a cell's simulation.

    Parameters
    ----------
    cell
        Name of the cell.
    curves
        One per half cycle.
    header
        Versions, model and hash of the parameters.
    """

    cell: str
    curves: tuple[Compared, ...]
    header: Mapping[str, Any]

    @property
    def parts(self) -> Sequence[Part]:
        """Statuses of the half cycles."""
        return [Part(f"{c.file}, {c.direction} at {c.current_mA_g:g} mA/g", c.status) for c in self.curves]

    def table(self) -> pd.DataFrame:
        """One row per half cycle."""
        return table_of([curve.row() for curve in self.curves])

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {**self.header, "cell": self.cell, "curves": [curve.row() for curve in self.curves]}

    def plot(self, ax: Any = None) -> Any:
        """Draw dots as measured and lines as simulated, one colour per current; return the axes."""
        ax = new_axes(ax)
        currents = sorted({curve.current_mA_g for curve in self.curves})
        colours = dict(zip(currents, sequential_colours(len(currents)), strict=True))
        named: set[float] = set()
        for curve in self.curves:
            q, V = curve.measured
            every = max(1, len(q) // 40)
            label = None if curve.current_mA_g in named else f"{curve.current_mA_g:.4g} mA/g"
            named.add(curve.current_mA_g)
            colour = colours[curve.current_mA_g]
            ax.plot(q[::every], V[::every], "o", ms=3, mfc="none", color=colour, label=label)
            if curve.band is not None:
                low, high = curve.band.low_V, curve.band.high_V
                ax.fill_between(curve.band.capacity_mAh_g, low, high, color=colour, alpha=0.15, lw=0)
            if curve.simulated is not None:
                ax.plot(*curve.simulated, "-", lw=1.2, color=colour)
        ax.set(xlabel=CAPACITY_LABEL, ylabel=VOLTAGE_LABEL)
        ax.legend(title="points measured, lines simulated", fontsize="small")
        return ax


@typed(CalibrationError)
def compare(
    cell: str | Path | Cell,
    files: Sequence[str | Path | MeasuredFile] | str | Path | MeasuredFile,
    *,
    model: str = "SPMe",
    mass_ratio: float | None = None,
    charge_rate: float | None = None,
    current_mA_cm2: float | None = None,
    how: Reading | None = None,
    draws: int = 0,
    samples: Samples | None = None,
) -> Comparison:
    """Lay measured curves over a cell's simulation.

    A half cell is run as the file says: window, holds, rests, and without the foil where the file has a
    reference electrode. A full cell, and a cathode with a rate of charge, is cycled between its own cut-offs
    at the current of each curve, charge and discharge alike unless a rate of charge is given.

    Parameters
    ----------
    cell
        Cell, name of a set, or path of a parameter file.
    files
        Files of a cycler or of curves, or what :func:`napore.read` makes of them.
    model
        Model, where the cell is named.
    mass_ratio
        Of carbon to cathode, of a full cell; that of the set where None.
    charge_rate
        Rate of charge [C] of a full cell or a cathode.
    current_mA_cm2
        Current of files of capacity and voltage, per area of the electrode.
    how
        How files are read.
    draws
        Draws of the cell's uncertain numbers from their ranges, for a band about each simulation and the
        share of the measured points inside; 0, or 2 and more.
    samples
        Draws of one's own in their place, such as :func:`~napore.calibration.conditioned` makes them of a
        posterior.

    Raises
    ------
    CalibrationError, MeasuredDataError
        For no file, files without curves, and a current that is not known.
    """
    given = [files] if isinstance(files, str | Path | MeasuredFile) else list(files)
    if not given:
        raise CalibrationError("no file is given: give one or more measured curves")
    numbers = {} if mass_ratio is None else {_RATIO: mass_ratio}
    made = cell if isinstance(cell, Cell) else load_cell(cell, model, parameters=numbers or None)
    if mass_ratio is not None and made.source.kind != "full":
        raise CalibrationError(f"mass_ratio is given, but {made.name} is no full cell: leave it out")
    how = how or Reading()
    if current_mA_cm2 is not None:
        how = replace(how, current_mA_g=current_mA_cm2 * 10.0 / _loading(made.source))
    samples = drawn_numbers(made, draws) if samples is None else samples
    curves = [row for one in given for row in _of_file(made, one, how, charge_rate, samples)]
    header = {
        "napore": version("napore"),
        "pybamm": version("pybamm"),
        "model": made.model_name,
        "parameters_sha256": made.source.sha256,
        **({"draws": len(samples)} if samples else {}),
    }
    return Comparison(made.name, tuple(curves), header)


def _of_file(
    cell: Cell, one: str | Path | MeasuredFile, how: Reading, charge_rate: float | None, samples: Samples
) -> list[Compared]:
    """Half cycles of a file beside the cell's, and its draws'."""
    file = one if isinstance(one, MeasuredFile) else how.of(one)
    data = data_of(file, replace(how, mean=False))
    if not isinstance(data, CurveData):
        raise CalibrationError(f"{file.source} holds {file.kind}: give curves or cycles to compare")
    check_potentials(data, cell.name, cell.cut_offs)
    kind = cell.source.kind
    if kind == "carbon" or (kind == "cathode" and charge_rate is None):
        found = _of_half_cell(cell.source, data, cell)
        drawn = drawn_half_cells(cell, data, samples) if samples else []
    else:
        found = [_of_cell(cell, curve, charge_rate) for curve in data.curves]
        drawn = drawn_full_cells(cell, data.curves, samples, charge_rate) if samples else []
    bands = [
        Band.of(curve, row.measured, own) for row, curve, own in zip(found, data.curves, drawn, strict=False)
    ]
    return [replace(row, band=band) for row, band in zip(found, bands, strict=True)] if samples else found


def _loading(source: ParameterSet) -> float:
    """Active mass per area [kg/m2] that a current per gram counts: of a full cell the cathode's."""
    name = "Carbon electrode areal loading [kg.m-2]" if source.kind == "carbon" else _LOADING
    return source.numbers[name]


def _of_half_cell(source: ParameterSet, data: CurveData, cell: Cell) -> list[Compared]:
    half_cell = HalfCellModel(source, [], cell.model_name, cell.own_options, held_numbers(cell, data))
    found = []
    for curve, simulated in zip(data.curves, data.simulated(half_cell, {}), strict=True):
        drawn, status = None, "not solved: the current is too large, or the electrode not as in the file"
        if simulated is not None:
            q = np.linspace(0.0, simulated.capacity, _POINTS)
            drawn, status = (q, simulated.at(q)), OK
        direction = curve.direction if source.kind == "carbon" else _OTHER_NAMES[curve.direction]
        found.append(_compared(curve, direction, drawn, status))
    return found


def _of_cell(cell: Cell, curve: MeasuredCurve, charge_rate: float | None) -> Compared:
    """Half cycle of a full cell, or of a cathode charged at a rate: voltage that falls is its discharge."""
    direction = _OTHER_NAMES[curve.direction]
    rate = float(curve.current_mA_g or 0.0) * cell.active_mass / cell.one_C_current
    charge = charge_rate if charge_rate is not None and direction == "discharge" else None
    test = rate_test(cell, [rate], cycles=2, charge_rate=charge)
    (point,) = test.points
    if point.status != OK:
        return _compared(curve, direction, None, point.status)
    pair = next(iter(test.curves.values()))
    half = pair.first if pair.first.direction == direction else pair.second
    return _compared(curve, direction, (np.asarray(half.capacity_mAh_g), np.asarray(half.voltage_V)), OK)


def _compared(
    curve: MeasuredCurve, direction: str, simulated: tuple[Array, Array] | None, status: str
) -> Compared:
    kept = curve.capacity_mAh_g <= curve.constant_current_capacity + 1e-9
    measured = curve.capacity_mAh_g[kept], curve.voltage_V[kept]
    return Compared(curve.source, direction, float(curve.current_mA_g or 0.0), measured, simulated, status)
