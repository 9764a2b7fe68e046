"""Pictures of long cycling: capacity and efficiency over the cycles, and curves of chosen cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from napore.plotting import CAPACITY_LABEL, VOLTAGE_LABEL, new_axes, sequential_colours

if TYPE_CHECKING:
    from .cycling import CycleTest

__all__ = ["draw_cycle_curves", "draw_cycling"]


def draw_cycling(test: CycleTest, ax: Axes | None = None) -> Axes:
    """Draw capacity over the cycles, and coulombic efficiency on an axis to the right."""
    ax = new_axes(ax)
    table = test.table()
    line = ax.plot(table["cycle"], table["capacity_mAh_g"], "-", color="C0", label="capacity")
    right = ax.twinx()
    right.spines["right"].set_visible(True)
    efficiency = 100.0 * table["coulombic_efficiency"]
    dots = right.plot(table["cycle"], efficiency, ".", color="C1", markersize=3, label="coulombic efficiency")
    right.set_ylabel("Coulombic efficiency / %")
    right.set_ylim(95.0, 100.2)
    title = f"{test.cell}, {test.rate_C:g} C" + (f", ageing {test.ageing}" if test.ageing else "")
    ax.set(xlabel="Cycle", ylabel=CAPACITY_LABEL, title=title)
    ax.set_ylim(0.0, 1.15 * float(table["capacity_mAh_g"].max()))
    ax.legend(handles=[*line, *dots], loc="center")
    return ax


def draw_cycle_curves(test: CycleTest, ax: Axes | None = None) -> Axes:
    """Draw voltage over capacity of the kept cycles, one colour per cycle, both directions."""
    ax = new_axes(ax)
    colours = sequential_colours(len(test.curves))
    for (number, cycle), colour in zip(test.curves.items(), colours, strict=True):
        for half, label in ((cycle.first, f"cycle {number}"), (cycle.second, None)):
            ax.plot(half.capacity_mAh_g, half.voltage_V, color=colour, label=label)
    full = any(cycle.first.direction == "charge" for cycle in test.curves.values())
    ax.set(xlabel=CAPACITY_LABEL, ylabel="U / V" if full else VOLTAGE_LABEL)
    ax.set_title(f"{test.cell}, {test.rate_C:g} C")
    ax.legend()
    return ax
