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
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from napore.files import write_bytes

STYLE: Final = Path(__file__).with_name("napore.mplstyle")
"""Matplotlib style of every picture; ``plt.style.use(napore.plotting.STYLE)`` makes it one's own."""

VOLTAGE_LABEL: Final = "E / V vs Na$^+$/Na"
CELL_VOLTAGE_LABEL: Final = "U / V"
CAPACITY_LABEL: Final = "Q / mAh g$^{-1}$"
DIFFUSIVITY_LABEL: Final = "D / m$^2$ s$^{-1}$"


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


def note(ax: Axes, text: str, at: tuple[float, float], by: tuple[float, float] = (0, 0), **how: Any) -> None:
    """Small text beside a point of the axes, ``by`` so many points of it."""
    ax.annotate(text, at, by, textcoords="offset points", **{"fontsize": 7} | how)


def plain_ticks(ax: Axes, *, x: Sequence[float] | None = None, y: Sequence[float] | None = None) -> None:
    """Ticks at these numbers only, written out, as on a logarithmic axis of one or two decades."""
    for axis, ticks in ((ax.xaxis, x), (ax.yaxis, y)):
        if ticks is not None:
            axis.set_ticks(list(ticks), [f"{tick:g}" for tick in ticks])
            axis.set_ticks([], minor=True)


def draw_cycles(cycles: Mapping[str, Any], ax: Axes | None = None, *, full_cell: bool = False) -> Axes:
    """Draw voltage over capacity of cycles by name, one colour each, both half cycles."""
    ax = new_axes(ax)
    for (name, cycle), colour in zip(cycles.items(), sequential_colours(len(cycles)), strict=True):
        for half, label in ((cycle.first, name), (cycle.second, None)):
            ax.plot(half.capacity_mAh_g, half.voltage_V, color=colour, label=label)
    ax.set(xlabel=CAPACITY_LABEL, ylabel=CELL_VOLTAGE_LABEL if full_cell else VOLTAGE_LABEL)
    return ax
