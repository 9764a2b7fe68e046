"""Pictures of a calibration: what was measured beside what is fitted, profiles of the parameters."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from napore.parameters.schema import split_unit
from napore.plotting import CAPACITY_LABEL, VOLTAGE_LABEL, new_axes, sequential_colours

from .data import CurveData, Data, RateData, SeriesData
from .equilibrium import EquilibriumData
from .fitted import Fitted
from .numbers import HalfCell
from .profile import Profile

_THRESHOLD = 3.8415

Values = Mapping[str, float]


def panels(data: Sequence[Data], half_cell: HalfCell, values: Values) -> list[Callable[[Any], Any]]:
    """Functions that draw the data on axes: all curves together, every other file for itself.

    Data that is one number, such as a resistance, has no picture.
    """
    found: list[Callable[[Any], Any]] = []
    curves = [part for part in data if isinstance(part, CurveData)]
    if curves:
        found.append(partial(draw_curves, curves, half_cell, values))
    for part in data:
        if isinstance(part, EquilibriumData):
            found.append(partial(draw_equilibrium, part, half_cell, values))
        elif isinstance(part, RateData):
            found.append(partial(draw_rates, part, half_cell, values))
        elif isinstance(part, SeriesData):
            found.append(partial(draw_series, part, half_cell, values))
    return found


def draw_curves(parts: Sequence[CurveData], half_cell: HalfCell, values: Values, ax: Any = None) -> Any:
    """Draw voltage over capacity, one colour per current; return the axes."""
    ax = new_axes(ax)
    currents = sorted({float(curve.current_mA_g or 0.0) for part in parts for curve in part.curves})
    colours = dict(zip(currents, sequential_colours(len(currents)), strict=True))
    named: set[float] = set()
    for part in parts:
        simulated = part.simulated(half_cell, values)
        for curve, line in zip(part.curves, simulated, strict=True):
            current = float(curve.current_mA_g or 0.0)
            every = max(1, len(curve.capacity_mAh_g) // 40)
            _points(
                ax,
                curve.capacity_mAh_g[::every],
                curve.voltage_V[::every],
                color=colours[current],
                label=None if current in named else f"{current:g} mA/g",
            )
            named.add(current)
            if line is not None:
                q = np.linspace(0.0, line.capacity, 400)
                ax.plot(q, line.at(q), "-", lw=1.2, color=colours[current])
    ax.set_xlabel(CAPACITY_LABEL)
    ax.set_ylabel(VOLTAGE_LABEL)
    if half_cell.source.kind == "carbon":
        ax.set_ylim(bottom=0.0, top=2.0)
    ax.legend(title="points measured, lines fitted", fontsize="small")
    return ax


def draw_equilibrium(part: EquilibriumData, half_cell: HalfCell, values: Values, ax: Any = None) -> Any:
    """Draw equilibrium potential over charge; return the axes."""
    ax = new_axes(ax)
    _points(ax, part.charge_mAh_g, part.potential_V, label="measured")
    simulated = part.simulated_V(half_cell, values)
    ax.plot(part.charge_mAh_g, simulated, "-", lw=1.2, label="fitted")
    ax.set(xlabel=CAPACITY_LABEL, ylabel=VOLTAGE_LABEL, title=part.name)
    ax.legend(fontsize="small")
    return ax


def draw_rates(part: RateData, half_cell: HalfCell, values: Values, ax: Any = None) -> Any:
    """Draw desodiation capacity over current; return the axes."""
    ax = new_axes(ax)
    order = np.argsort(part.rates.current_mA_g)
    current = part.rates.current_mA_g[order]
    _points(ax, current, part.rates.capacity_mAh_g[order], label="measured")
    simulated = part.simulated(half_cell, values)[order]
    ax.plot(current, simulated, "-", lw=1.2, label="fitted")
    ax.set(xscale="log", xlabel="Current / mA g$^{-1}$", ylabel=CAPACITY_LABEL, title=part.name)
    ax.set_ylim(bottom=0.0)
    ax.legend(fontsize="small")
    return ax


def draw_series(part: SeriesData, half_cell: HalfCell, values: Values, ax: Any = None) -> Any:
    """Draw voltage over time; return the axes."""
    ax = new_axes(ax)
    hours = part.time_s / 3600.0
    _points(ax, hours, part.voltage_V, label="measured")
    off = part.differences_V(half_cell, values)
    ax.plot(hours, part.voltage_V + off, "-", lw=1.0, label="fitted")
    ax.set(xlabel="Time / h", ylabel=VOLTAGE_LABEL, title=part.name)
    ax.legend(fontsize="small")
    return ax


def _points(ax: Any, x: Any, y: Any, color: Any = "0.35", label: str | None = None) -> None:
    ax.plot(x, y, "o", ms=3, mfc="none", color=color, label=label)


def draw_profile(f: Fitted, value: float, found: Profile, ax: Any = None) -> Any:
    """Draw how far the misfit rises as a parameter is held away from its fit; return the axes."""
    ax = new_axes(ax)
    name, unit = split_unit(f.name)
    ax.plot(found.values, found.rise, "o-", ms=3)
    ax.axhline(_THRESHOLD, ls=":", lw=0.8, color="0.4")
    ax.axvline(value, ls=":", lw=0.8, color="0.4")
    if f.logarithmic:
        ax.set_xscale("log")
    ax.set_ylim(-0.3, 10.0)
    ax.set_xlabel(
        name.removeprefix("Carbon ").removeprefix("Cathode ") + ("" if unit == "-" else f" / {unit}"),
        fontsize="small",
    )
    ax.set_ylabel("Rise of the misfit")
    ax.set_title(found.verdict, fontsize="small")
    return ax
