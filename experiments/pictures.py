"""Pictures of voltammograms, pulses, holds, drives and of the split of overpotential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napore.plotting import VOLTAGE_LABEL, new_axes, sequential_colours

if TYPE_CHECKING:
    from .voltammetry import CyclicVoltammetry

__all__ = ["draw_peaks", "draw_voltammogram"]

CURRENT_LABEL = "i / A g$^{-1}$"


def draw_voltammogram(found: CyclicVoltammetry, ax: Any = None, *, per_scan_rate: bool = False) -> Any:
    """Draw current over potential, one colour per scan rate; ``per_scan_rate`` divides by it."""
    ax = new_axes(ax)
    solved = sorted((scan for scan in found.scans if scan.anodic), key=lambda scan: scan.scan_rate_mV_s)
    for scan, colour in zip(solved, sequential_colours(len(solved)), strict=True):
        scale = scan.scan_rate_mV_s if per_scan_rate else 1.0
        for sweep in (scan.cathodic, scan.anodic):
            label = f"{scan.scan_rate_mV_s:g} mV s$^{{-1}}$" if sweep is scan.anodic else None
            if sweep is not None:
                ax.plot(sweep.potential_V, sweep.current_A_g / scale, color=colour, label=label)
    ax.axhline(0.0, color="0.6", lw=0.6, zorder=0)
    unit = "i/v / A g$^{-1}$ (mV s$^{-1}$)$^{-1}$" if per_scan_rate else CURRENT_LABEL
    ax.set(xlabel=VOLTAGE_LABEL, ylabel=unit, title=found.cell)
    ax.legend()
    return ax


def draw_peaks(found: CyclicVoltammetry, ax: Any = None) -> Any:
    """Draw peak currents over scan rate on logarithmic axes, with the power laws."""
    ax = new_axes(ax)
    for direction, marker, colour in (("anodic", "o", "C0"), ("cathodic", "s", "C1")):
        peaks = {rate: sweep.peak for rate, sweep in found.sweeps(direction).items()}
        clear = {rate: peak.current_A_g for rate, peak in peaks.items() if peak is not None}
        law = found.peak_law(direction)
        if law is None:
            continue
        label = f"{direction}, b = {law.exponent:.2f}"
        ax.plot(list(clear), list(clear.values()), marker, color=colour, label=label)
        ends = np.array([min(clear), max(clear)])
        ax.plot(ends, law.current(ends), "-", color=colour, lw=1.0)
    ax.set(xscale="log", yscale="log", xlabel="v / mV s$^{-1}$", ylabel="peak current / A g$^{-1}$")
    ax.set_title(found.cell)
    if ax.get_legend_handles_labels()[0]:
        ax.legend()
    return ax
