"""Pictures of a GITT."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from napore.plotting import VOLTAGE_LABEL, new_axes

if TYPE_CHECKING:
    from .gitt import Gitt
    from .gitt_occupancy import OccupancyDiffusivity

__all__ = [
    "DIFFUSIVITY_LABEL",
    "draw_ceiling",
    "draw_curve",
    "draw_diffusivity",
    "draw_occupancy",
    "draw_pulses",
    "logarithmic_voltage",
]

DIFFUSIVITY_LABEL = "D / m$^2$ s$^{-1}$"


def draw_diffusivity(test: "Gitt", ax: Any = None) -> Any:
    """Draw diffusivity over the voltage at the end of rest; lower bounds are open marks."""
    ax = new_axes(ax)
    directions = dict.fromkeys(pulse.direction for pulse in test.pulses)
    full = bool({"charge", "discharge"} & set(directions))
    for number, direction in enumerate(directions):
        draw_pulses(ax, test.table(direction), f"C{number}", direction)
    ceilings = [pulse.ceiling_m2_s for pulse in test.pulses if pulse.complete]
    if ceilings:
        draw_ceiling(ax, max(ceilings))
        ax.legend(title="open: lower bound\n×: ended by the cut-off")
    ax.set(yscale="log", ylabel=DIFFUSIVITY_LABEL, title=test.cell)
    ax.set_xlabel("U / V" if full else VOLTAGE_LABEL)
    if not full:
        logarithmic_voltage(ax)
    return ax


def draw_pulses(ax: Any, table: pd.DataFrame, colour: str, label: str) -> None:
    """Draw the pulses of one direction: filled, open where a bound, a cross where the cut-off ended one."""
    voltage, D = table["voltage_V"], table["diffusivity_m2_s"]
    complete, bound = table["complete"].astype(bool), table["bound"].astype(bool)
    ax.plot(voltage, D, "-", color=colour, lw=0.8)
    for kept, mark in ((complete & ~bound, "o"), (complete & bound, "o"), (~complete, "x")):
        fill = "none" if mark == "o" and bound[kept].any() else "full"
        name = label if mark == "o" and fill == "full" else None
        ax.plot(voltage[kept], D[kept], mark, color=colour, ms=4, fillstyle=fill, label=name)


def draw_ceiling(ax: Any, ceiling: float) -> None:
    """Draw the largest diffusivity that a pulse can show."""
    ax.axhline(ceiling, color="0.5", ls=":", lw=1.0)
    ax.annotate(
        "$4L^2/\\pi\\tau$",
        (0.0, ceiling),
        (3, 3),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        color="0.4",
    )


def logarithmic_voltage(ax: Any) -> None:
    """Logarithmic axis of voltage, for the plateau takes no more than a tenth of it."""
    ax.set_xscale("log")
    ticks = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.set_xticks([], minor=True)


def draw_curve(test: "Gitt", ax: Any = None) -> Any:
    """Draw voltage over time."""
    ax = new_axes(ax)
    ax.plot(test.time_s / 3600.0, test.voltage_V, lw=0.7)
    full = any(pulse.direction in ("charge", "discharge") for pulse in test.pulses)
    ax.set(xlabel="t / h", ylabel="U / V" if full else VOLTAGE_LABEL, title=test.cell)
    return ax


def draw_occupancy(found: "OccupancyDiffusivity", ax: Any = None) -> Any:
    """Draw the diffusivity of adsorbed sodium over its occupancy; lower bounds are open marks."""
    ax = new_axes(ax)
    for number, direction in enumerate(dict.fromkeys(point.direction for point in found.points)):
        kept = [point for point in found.points if point.direction == direction]
        for bound in (False, True):
            shown = [point for point in kept if bool(point.bound) == bound]
            ax.plot(
                [point.occupancy for point in shown],
                [point.diffusivity_m2_s for point in shown],
                "o",
                color=f"C{number}",
                ms=4,
                fillstyle="none" if bound else "full",
                label=None if bound else direction,
            )
    ax.legend(title="open: lower bound")
    ax.set(yscale="log", xlabel="occupancy of the sites", ylabel=DIFFUSIVITY_LABEL, title=found.name)
    return ax
