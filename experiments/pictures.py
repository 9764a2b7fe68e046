"""Pictures of voltammograms, pulses, holds and drives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napore.plotting import CAPACITY_LABEL, CELL_VOLTAGE_LABEL, VOLTAGE_LABEL, new_axes, sequential_colours

if TYPE_CHECKING:
    from .drive import Drive
    from .hold import Hold
    from .pulse import PulseTest
    from .reference import ReferenceHalf
    from .voltammetry import CyclicVoltammetry

__all__ = ["draw_drive", "draw_hold", "draw_parts", "draw_peaks", "draw_pulses", "draw_voltammogram"]

CURRENT_LABEL = "i / A g$^{-1}$"

GROUPS = {
    "foil": ("foil_kinetics", "foil_film"),
    "electrolyte": ("electrolyte_ohmic", "electrolyte_concentration"),
    "charge transfer, carbon": ("carbon_kinetics", "carbon_film"),
    "diffusion": ("carbon_diffusion",),
    "pore filling": ("carbon_filling",),
    "cathode": ("cathode_kinetics", "cathode_diffusion"),
    "electrons": ("electrodes_ohmic", "contact"),
}
"""Parts of an overpotential that are drawn together."""


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
    ticks = sorted(scan.scan_rate_mV_s for scan in found.scans)
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    low, high = ax.get_ylim()
    places = [m * 10.0**e for e in range(-5, 5) for m in (1, 1.5, 2, 3, 5, 7) if low <= m * 10.0**e <= high]
    ax.set_yticks(places, [f"{place:g}" for place in places])
    if ax.get_legend_handles_labels()[0]:
        ax.legend()
    return ax


def draw_pulses(found: PulseTest, ax: Any = None) -> Any:
    """Draw resistance over state of charge, one colour per time, one mark per direction."""
    ax = new_axes(ax)
    table = found.table()
    times = sorted(table["time_s"].unique())
    for time, colour in zip(times, sequential_colours(len(times)), strict=True):
        for direction, marker in zip(table["direction"].unique(), ("o-", "s--"), strict=False):
            rows = table[(table["time_s"] == time) & (table["direction"] == direction)].sort_values("soc")
            label = f"{time:g} s, {direction}"
            ax.plot(rows["soc"], rows["resistance_ohm"], marker, color=colour, label=label)
    ax.set(xlabel="SOC", ylabel="R / $\\Omega$", title=f"{found.cell}, {found.rate_C:g} C")
    ax.set_ylim(bottom=0.0)
    ax.legend(ncols=2, fontsize="x-small")
    return ax


def draw_hold(found: Hold, ax: Any = None) -> Any:
    """Draw the magnitude of the current over time, with a logarithmic axis of current."""
    ax = new_axes(ax)
    shown = np.abs(found.current_mA_g) > 0.0
    ax.plot(found.time_s[shown] / 60.0, np.abs(found.current_mA_g)[shown])
    ax.set(yscale="log", xlabel="t / min", ylabel="|i| / mA g$^{-1}$")
    ax.set_title(f"{found.cell}, hold at {found.voltage_V:g} V")
    return ax


def draw_drive(found: Drive, ax: Any = None) -> Any:
    """Draw the voltage over time, and the current on a second axis behind it."""
    ax = new_axes(ax)
    minutes = found.time_s / 60.0
    behind = ax.twinx()
    behind.plot(minutes, 1e3 * found.current_A, color="0.8", lw=0.6)
    behind.set_ylabel("I / mA", color="0.5")
    ax.set_zorder(behind.get_zorder() + 1)
    ax.patch.set_visible(False)
    ax.plot(minutes, found.voltage_V, color="C0")
    ax.set(xlabel="t / min", ylabel=CELL_VOLTAGE_LABEL, title=f"{found.cell}: {found.status}")
    return ax


def draw_parts(half: ReferenceHalf, title: str, ax: Any = None) -> Any:
    """Draw the parts of the overpotential over the charge; at the start, off the scale, they are large."""
    ax = new_axes(ax)
    split, charge = half.overpotentials, half.capacity_mAh_g
    sign = -1.0 if split.current_A[-1] > 0.0 else 1.0
    total = 1e3 * sign * split.total_V
    for number, (label, names) in enumerate(GROUPS.items()):
        part = sum((split.parts[name] for name in names if name in split.parts), np.zeros_like(charge))
        if np.max(np.abs(part)) > 1e-5:
            ax.plot(charge, 1e3 * sign * part, color=f"C{number}", label=label)
    ax.plot(charge, total, "k-", lw=1.0, label="total")
    ax.axhline(0.0, color="0.6", lw=0.6, zorder=0)
    typical = float(np.median(np.abs(total)))
    ax.set(xlabel=CAPACITY_LABEL, ylabel="polarisation / mV", title=title, ylim=(-typical, 2.5 * typical))
    ax.set_xlim(0.0, float(charge[-1]))
    ax.legend(loc="upper left", ncols=2, fontsize="x-small")
    return ax
