"""Pictures of what the reader made of a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from napore.plotting import CAPACITY_LABEL, VOLTAGE_LABEL, new_axes, sequential_colours

if TYPE_CHECKING:
    from .measured_file import MeasuredFile


def panels(file: MeasuredFile) -> list[Callable[[Any], Any]]:
    """Functions that draw a file on axes: half cycles, record over time, rates, spectra."""
    found: list[Callable[[Any], Any]] = []
    if file.half_cycles:
        found.append(partial(_draw_half_cycles, file))
    if file.cycling is not None:
        found.append(partial(_draw_record, file))
    if file.rates is not None:
        found.append(partial(_draw_rates, file))
    if file.spectra:
        found.append(partial(_draw_spectra, file))
    return found


def _draw_half_cycles(file: MeasuredFile, ax: Any = None) -> Any:
    ax = new_axes(ax)
    count = sum(curve.direction == "sodiation" for curve in file.half_cycles) or 1
    colours = sequential_colours(max(count, 2))
    place = -1
    for curve in file.half_cycles:
        down = curve.direction == "sodiation"
        place += down
        colour = colours[min(max(place, 0), len(colours) - 1)]
        ax.plot(curve.capacity_mAh_g, curve.voltage_V, "-" if down else "--", lw=1.1, color=colour)
        if curve.hold is not None:
            ends = [curve.constant_current_capacity, curve.capacity]
            ax.plot(ends, [curve.hold.voltage_V] * 2, "|", ms=8, color=colour)
    ax.plot([], [], "-", color="0.3", label="sodiation")
    ax.plot([], [], "--", color="0.3", label="desodiation")
    ax.plot([], [], "|", color="0.3", label="hold")
    ax.set_xlabel(CAPACITY_LABEL if file.per_gram else "Q / mAh")
    ax.set_ylabel(VOLTAGE_LABEL)
    ax.set_title(f"{file.source}: {file.kind}, {len(file.half_cycles)} half cycles", fontsize="small")
    ax.legend(fontsize="small")
    return ax


def _draw_record(file: MeasuredFile, ax: Any = None) -> Any:
    ax = new_axes(ax)
    series = file.cycling
    if series is None:
        return ax
    hours = series.time_s / 3600.0
    ax.plot(hours, series.voltage_V, lw=0.8)
    other = ax.twinx()
    other.plot(hours, series.current_mA_g, lw=0.6, color="0.6")
    other.set_ylabel("Current / mA g$^{-1}$" if file.per_gram else "Current / mA")
    ax.set_xlabel("Time / h")
    ax.set_ylabel(VOLTAGE_LABEL)
    return ax


def _draw_rates(file: MeasuredFile, ax: Any = None) -> Any:
    ax = new_axes(ax)
    if file.rates is not None:
        order = np.argsort(file.rates.current_mA_g)
        ax.plot(file.rates.current_mA_g[order], file.rates.capacity_mAh_g[order], "o-", ms=3)
    ax.set(xscale="log", xlabel="Current / mA g$^{-1}$", ylabel=CAPACITY_LABEL, title=file.source)
    return ax


def _draw_spectra(file: MeasuredFile, ax: Any = None) -> Any:
    ax = new_axes(ax)
    for one, colour in zip(file.spectra, sequential_colours(max(len(file.spectra), 2)), strict=False):
        z = one.impedance_ohm
        ax.plot(z.real, -z.imag, "o-", ms=2.5, lw=0.8, color=colour, label=f"{one.soc_or_cycle:g}")
    ax.set(xlabel=r"Re Z / $\Omega$", ylabel=r"-Im Z / $\Omega$", title=file.source)
    ax.set_aspect("equal", adjustable="datalim")
    ax.legend(fontsize="small")
    return ax
