"""Pictures of a calibration: measured and fitted curves, profiles of the parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napore.parameters.template import split_unit
from napore.plotting import CAPACITY_LABEL, VOLTAGE_LABEL, new_axes, sequential_colours

from .data import CurveData

if TYPE_CHECKING:
    from .result import Calibration

__all__ = ["draw_curves", "draw_profile"]

_THRESHOLD = 3.8415


def draw_curves(calibration: Calibration, ax: Any = None) -> Any:
    """Draw measured points and fitted lines, one colour per current."""
    ax = new_axes(ax)
    parts = [part for part in calibration.data if isinstance(part, CurveData)]
    currents = sorted({float(curve.current_mA_g or 0.0) for part in parts for curve in part.curves})
    colours = dict(zip(currents, sequential_colours(len(currents)), strict=True))
    named: set[float] = set()
    for part in parts:
        simulated = part.simulated(calibration.half_cell, calibration.found.values)
        for curve, line in zip(part.curves, simulated, strict=True):
            current = float(curve.current_mA_g or 0.0)
            every = max(1, len(curve.capacity_mAh_g) // 40)
            ax.plot(
                curve.capacity_mAh_g[::every],
                curve.voltage_V[::every],
                "o",
                ms=3,
                mfc="none",
                color=colours[current],
                label=None if current in named else f"{current:g} mA/g",
            )
            named.add(current)
            if line is not None:
                q = np.linspace(0.0, line.capacity, 400)
                ax.plot(q, line.at(q), "-", lw=1.2, color=colours[current])
    ax.set_xlabel(CAPACITY_LABEL)
    ax.set_ylabel(VOLTAGE_LABEL)
    ax.set_ylim(bottom=0.0, top=2.0)
    if currents:
        ax.legend(title="points measured, lines fitted", fontsize="small")
    return ax


def draw_profile(calibration: Calibration, k: int, ax: Any = None) -> Any:
    """Draw how far the misfit rises as a parameter is held away from its fit; return the axes."""
    ax = new_axes(ax)
    f, found = calibration.fitted[k], calibration.profiles[k]
    name, unit = split_unit(f.name)
    ax.plot(found.values, found.rise, "o-", ms=3)
    ax.axhline(_THRESHOLD, ls=":", lw=0.8, color="0.4")
    ax.axvline(calibration.found.values[f.name], ls=":", lw=0.8, color="0.4")
    if f.logarithmic:
        ax.set_xscale("log")
    ax.set_ylim(-0.3, 10.0)
    ax.set_xlabel(name.removeprefix("Carbon ") + ("" if unit == "-" else f" / {unit}"), fontsize="small")
    ax.set_ylabel("Rise of the misfit")
    ax.set_title(found.verdict, fontsize="small")
    return ax
