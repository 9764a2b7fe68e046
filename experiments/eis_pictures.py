"""Pictures of impedance: Nyquist and Bode plots, resistances over voltage, Arrhenius plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from napore.plotting import VOLTAGE_LABEL, new_axes, sequential_colours

if TYPE_CHECKING:
    from .eis_results import Spectrum

__all__ = ["draw_arrhenius", "draw_bode", "draw_nyquist", "draw_resistances"]

_TAIL = 1.6
"""Width of a Nyquist plot over the width of its arcs: diffusion tails leave the picture."""


def _labels(spectra: Sequence[Spectrum]) -> list[str]:
    """What tells the spectra apart: the voltage, the temperature where there are several."""
    several = len({spectrum.temperature_K for spectrum in spectra}) > 1
    labels = []
    for spectrum in spectra:
        voltage = "" if spectrum.voltage_V is None else f"{spectrum.voltage_V:.3g} V"
        labels.append(f"{voltage}, {spectrum.temperature_K - 273.15:.0f} °C" if several else voltage)
    return labels


def draw_nyquist(spectra: Sequence[Spectrum], title: str, ax: Axes | None = None) -> Axes:
    """Draw -Im Z over Re Z with equal axes; decades of frequency are marked.

    The picture is as wide as the widest arcs and a part of the tails; these go on beyond it.
    """
    ax = new_axes(ax)
    solved = [spectrum for spectrum in spectra if spectrum.impedance_ohm is not None]
    reach = 0.0
    for spectrum, label, colour in zip(solved, _labels(solved), sequential_colours(len(solved)), strict=True):
        Z = spectrum.impedance_ohm
        assert Z is not None
        ax.plot(Z.real, -Z.imag, color=colour, label=label)
        decades = np.isclose(np.log10(spectrum.frequency_Hz) % 1.0, 0.0, atol=1e-6)
        ax.plot(Z.real[decades], -Z.imag[decades], "o", color=colour, markersize=3)
        end = Z.real.max() if spectrum.circuit is None else Z.real.min() + _TAIL * spectrum.circuit.total_ohm
        reach = max(reach, float(end))
    ax.set(xlabel="Re Z / Ω", ylabel="$-$Im Z / Ω", title=title)
    ax.set_aspect("equal", adjustable="box")
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_locator(MaxNLocator(6))
    if solved:
        ax.set_xlim(0.0, reach)
        ax.set_ylim(0.0, 0.75 * reach)
        ax.legend(loc="upper left")
    return ax


def draw_bode(spectra: Sequence[Spectrum], title: str, ax: Axes | None = None) -> Axes:
    """Draw modulus (lines) and phase (dashed, right axis) over frequency."""
    ax = new_axes(ax)
    right = ax.twinx()
    right.spines["right"].set_visible(True)
    solved = [spectrum for spectrum in spectra if spectrum.impedance_ohm is not None]
    for spectrum, label, colour in zip(solved, _labels(solved), sequential_colours(len(solved)), strict=True):
        Z = spectrum.impedance_ohm
        assert Z is not None
        ax.plot(spectrum.frequency_Hz, np.abs(Z), color=colour, label=label)
        right.plot(spectrum.frequency_Hz, -np.degrees(np.angle(Z)), "--", color=colour, linewidth=1.0)
    ax.set(xscale="log", yscale="log", xlabel="f / Hz", ylabel="|Z| / Ω (lines)", title=title)
    right.set_ylabel("$-$phase / ° (dashed)")
    right.set_ylim(0.0, 90.0)
    if solved:
        ax.legend(loc="upper right")  # where the modulus is least
    return ax


def draw_resistances(
    curves: Mapping[str, Sequence[tuple[float, float]]],
    title: str,
    ax: Axes | None = None,
    band: tuple[float, float] | None = None,
) -> Axes:
    """Draw resistances over voltage, one line per name of (voltage, resistance); a band in grey."""
    ax = new_axes(ax)
    if band is not None:
        ax.axhspan(*band, color="0.9", label="reported, ±10 %")
    for (name, points), marker in zip(curves.items(), "os^dv", strict=False):
        voltage, resistance = np.array(points).T
        ax.plot(voltage, resistance, f"{marker}-", label=name)
    ax.set(xscale="log", xlabel=VOLTAGE_LABEL, ylabel="R$_{ct}$ / Ω", title=title)
    ax.set_ylim(bottom=0.0)
    ticks = sorted({float(f"{v:.2g}") for points in curves.values() for v, _ in points})
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.legend()
    return ax


def draw_arrhenius(
    curves: Mapping[str, tuple[Sequence[tuple[float, float]], float]], ax: Axes | None = None
) -> Axes:
    """Draw ln(T/R) over 1000/T; each name has its (temperature, resistance) and energy [J/mol]."""
    ax = new_axes(ax)
    for number, (name, (points, energy)) in enumerate(curves.items()):
        T, R = np.array(points).T
        label = f"{name}: {energy / 1000:.2f} kJ/mol"
        style: dict[str, Any] = {"color": f"C{number // 2}", "fillstyle": "none" if number % 2 else "full"}
        ax.plot(1000.0 / T, np.log(T / R), "s--" if number % 2 else "o-", label=label, **style)
    ax.set(xlabel="1000 K / T", ylabel="ln(T/R$_{ct}$ / K Ω$^{-1}$)")
    ax.margins(y=0.25)
    ax.legend()
    return ax
