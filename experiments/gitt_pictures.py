"""Pictures of a GITT."""

from typing import TYPE_CHECKING, Any

from napore.plotting import VOLTAGE_LABEL, new_axes

if TYPE_CHECKING:
    from .gitt import Gitt

__all__ = ["DIFFUSIVITY_LABEL", "draw_curve", "draw_diffusivity"]

DIFFUSIVITY_LABEL = "D / m$^2$ s$^{-1}$"


def draw_diffusivity(test: "Gitt", ax: Any = None) -> Any:
    """Draw diffusivity over the voltage at the end of rest; lower bounds are open marks."""
    ax = new_axes(ax)
    directions = dict.fromkeys(pulse.direction for pulse in test.pulses)
    for number, direction in enumerate(directions):
        table = test.table(direction)
        voltage, D, colour = table["voltage_V"], table["diffusivity_m2_s"], f"C{number}"
        known = ~table["bound"].astype(bool)
        ax.plot(voltage, D, "-", color=colour, lw=0.8)
        ax.plot(voltage[known], D[known], "o", color=colour, ms=4, label=direction)
        ax.plot(voltage[~known], D[~known], "o", color=colour, ms=4, fillstyle="none")
    complete = test.table()
    complete = complete[complete["complete"].astype(bool)]
    if len(complete):
        ax.axhline(complete["ceiling_m2_s"].median(), color="0.5", ls=":", lw=1.0)
        ax.annotate(
            "4$L^2$/π$\\tau$",
            (1.0, complete["ceiling_m2_s"].median()),
            (-2, 3),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
            color="0.4",
        )
    full = {"charge", "discharge"} & set(directions)
    ax.set(yscale="log", ylabel=DIFFUSIVITY_LABEL, title=test.cell)
    ax.set_xlabel("U / V" if full else VOLTAGE_LABEL)
    if not full:
        ax.set_xlim(0.0, 1.0)
    if directions:
        ax.legend(title="open: lower bound")
    return ax


def draw_curve(test: "Gitt", ax: Any = None) -> Any:
    """Draw voltage over time."""
    ax = new_axes(ax)
    ax.plot(test.time_s / 3600.0, test.voltage_V, lw=0.7)
    full = any(pulse.direction in ("charge", "discharge") for pulse in test.pulses)
    ax.set(xlabel="t / h", ylabel="U / V" if full else VOLTAGE_LABEL, title=test.cell)
    return ax
