"""Pictures in one style: colour-blind palette, labels as in the field."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from napore.files import write_bytes

__all__ = [
    "CAPACITY_LABEL",
    "STYLE",
    "VOLTAGE_LABEL",
    "draw_capacities",
    "draw_curves",
    "draw_directions",
    "draw_ragone",
    "draw_sequence",
    "figure",
    "formats",
    "new_axes",
    "save_picture",
    "sequential_colours",
    "style",
]

STYLE: Final = Path(__file__).with_name("napore.mplstyle")
"""Matplotlib style of every picture; ``plt.style.use(napore.plotting.STYLE)`` makes it one's own."""

VOLTAGE_LABEL: Final = "E / V vs Na$^+$/Na"
CELL_VOLTAGE_LABEL: Final = "U / V"
CAPACITY_LABEL: Final = "Q / mAh g$^{-1}$"
RATE_LABEL: Final = "Rate / C"


def save_picture(made: Figure, path: str | Path, **how: Any) -> None:
    """Write a picture, of the kind that the name ends in, whole or not at all.

    Raises
    ------
    WriteError
        Where it cannot be written.
    """
    buffer = io.BytesIO()
    made.savefig(buffer, format=Path(path).suffix.lstrip(".").lower(), **how)
    write_bytes(path, buffer.getvalue())


@contextmanager
def style() -> Iterator[None]:
    """Context in which pictures have the style of napore."""
    with plt.style.context(STYLE):
        yield


def new_axes(ax: Axes | None = None) -> Axes:
    """Return ``ax``, or the axes of a new figure in the style."""
    if ax is not None:
        return ax
    with style():
        return plt.subplots()[1]


def figure(panels: int = 1) -> tuple[Figure, Sequence[Axes]]:
    """Figure with panels side by side that no window shows; for files."""
    with style():
        made = Figure(figsize=(4.4 * panels, 3.6))
        return made, list(np.atleast_1d(made.subplots(1, panels)))


def formats() -> list[str]:
    """Endings of files that a picture can be written to."""
    return sorted(Figure().canvas.get_supported_filetypes())


def sequential_colours(count: int) -> list[Any]:
    """Colours from slow to fast, readable on white."""
    return [mpl.colormaps["viridis"](place) for place in np.linspace(0.0, 0.85, count)]


def draw_capacities(table: pd.DataFrame, name: str, ax: Axes | None = None) -> Axes:
    """Draw desodiation capacity over rate, with the plateau part of sodiation below.

    Of a full cell or of a cathode: discharge and charge.
    """
    ax = new_axes(ax)
    table = table[table["status"] == "ok"].sort_values("rate_C")
    rate = table["rate_C"]
    if "plateau_capacity_mAh_g" not in table:
        ax.plot(rate, table["capacity_mAh_g"], "o-", label="discharge")
        ax.plot(rate, table["charge_capacity_mAh_g"], "o--", fillstyle="none", label="charge")
        return _rate_axes(ax, table["rate_C"], name)
    ax.plot(rate, table["capacity_mAh_g"], "o-", label="desodiation")
    ax.plot(rate, table["plateau_capacity_mAh_g"], "s--", label="sodiation below 0.1 V")
    return _rate_axes(ax, table["rate_C"], name)


def _rate_axes(ax: Axes, rates: pd.Series[float], name: str) -> Axes:
    """Logarithmic axis with the rates of the test for ticks."""
    ax.set(xscale="log", xlabel=RATE_LABEL, ylabel=CAPACITY_LABEL, title=name)
    ticks = sorted(set(rates))
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.set_ylim(bottom=0.0)
    ax.legend()
    return ax


def draw_ragone(table: pd.DataFrame, share: float, name: str, ax: Axes | None = None) -> Axes:
    """Draw energy over mean power of discharge on active masses; ``share`` is the cathode's of them."""
    ax = new_axes(ax)
    table = table[table["status"] == "ok"].sort_values("rate_C")
    power = table["mean_voltage_V"].astype(float) * table["current_mA_g_cathode"] * share
    ax.plot(power, table["energy_Wh_kg_active"].astype(float), "o-")
    for rate, x, y in zip(table["rate_C"], power, table["energy_Wh_kg_active"], strict=True):
        ax.annotate(f"{rate:g} C", (x, y), (0, 6), textcoords="offset points", ha="center")
    ax.set(xscale="log", xlabel="Power / W kg$^{-1}$", ylabel="Energy / Wh kg$^{-1}$", title=name)
    ax.set_ylim(bottom=0.0)
    return ax


def draw_curves(
    curves: Mapping[float, Sequence[tuple[Any, Any]]], ax: Axes | None = None, *, full_cell: bool = False
) -> Axes:
    """Draw voltage over capacity, one colour per rate, both directions."""
    ax = new_axes(ax)
    for (rate, halves), colour in zip(sorted(curves.items()), sequential_colours(len(curves)), strict=True):
        for number, (capacity, voltage) in enumerate(halves):
            ax.plot(capacity, voltage, color=colour, label=f"{rate:g} C" if number == 0 else None)
    ax.set(xlabel=CAPACITY_LABEL, ylabel=CELL_VOLTAGE_LABEL if full_cell else VOLTAGE_LABEL)
    if curves:
        longest = max(float(max(capacity)) for halves in curves.values() for capacity, _ in halves)
        ax.set_xlim(0.0, 1.35 * longest)  # room for the legend beside the curves
        ax.legend(loc="upper right")
    return ax


def draw_sequence(table: pd.DataFrame, name: str, ax: Axes | None = None) -> Axes:
    """Draw capacity over cycle number, the rate above each leg."""
    ax = new_axes(ax)
    ax.plot(table["cycle"], table["capacity_mAh_g"], "o", label="desodiation")
    ax.plot(table["cycle"], table["sodiation_capacity_mAh_g"], "o", fillstyle="none", label="sodiation")
    for _, leg in table.groupby("leg"):
        place = (float(leg["cycle"].mean()), float(leg["capacity_mAh_g"].max()))
        ax.annotate(f"{leg['rate_C'].iloc[0]:g} C", place, (0, 8), textcoords="offset points", ha="center")
    ax.set(xlabel="Cycle", ylabel=CAPACITY_LABEL, title=name)
    ax.set_ylim(bottom=0.0)
    ax.margins(y=0.15)
    ax.legend()
    return ax


def draw_directions(table: pd.DataFrame, name: str, ax: Axes | None = None) -> Axes:
    """Draw desodiation (discharge) capacity over rate, one line per test."""
    ax = new_axes(ax)
    table = table.sort_values("rate_C")
    for column, marker in zip([c for c in table.columns if c != "rate_C"], "osd^", strict=False):
        label = column.removesuffix("_capacity_mAh_g").replace("_", " ").replace("cc cv", "CC-CV")
        ax.plot(table["rate_C"], table[column], f"{marker}-", label=label)
    return _rate_axes(ax, table["rate_C"], name)


def draw_rates_against_reported(
    tests: Mapping[str, pd.DataFrame],
    reported: Mapping[str, Sequence[tuple[float, float, float]]],
    reported_plateau: Mapping[str, tuple[float, float]],
    ax: Axes | None = None,
) -> Axes:
    """Draw simulated capacity over rate of several carbons, with the reported numbers as marks.

    ``reported`` has (rate, low, high) per carbon, a single number as low = high;
    ``reported_plateau`` (rate, sodiation capacity below 0.1 V).
    """
    ax = new_axes(ax)
    rates: list[float] = []
    for number, (name, table) in enumerate(tests.items()):
        table = table[table["status"] == "ok"].sort_values("rate_C")
        rates += list(table["rate_C"])
        colour = f"C{number}"
        ax.plot(table["rate_C"], table["capacity_mAh_g"], "-", color=colour, label=f"{name}, simulated")
        plateau = table["plateau_capacity_mAh_g"]
        ax.plot(table["rate_C"], plateau, "--", color=colour, label="of it below 0.1 V")
        for k, (rate, low, high) in enumerate(reported.get(name, ())):
            middle, half = (low + high) / 2, (high - low) / 2
            label = f"{name}, reported" if k == 0 else None
            ax.errorbar(rate, middle, half or None, fmt="o", capsize=3, color=colour, label=label)
        if name in reported_plateau:
            ax.plot(*reported_plateau[name], "s", fillstyle="none", color=colour)
    return _rate_axes(ax, pd.Series(rates), "Carbon half cells, Gu et al. 2025")
