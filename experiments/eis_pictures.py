"""Pictures of resistances over voltage, and of their Arrhenius plot."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from napore.plotting import VOLTAGE_LABEL, new_axes

__all__ = ["draw_arrhenius", "draw_resistances"]


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
