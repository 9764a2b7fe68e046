"""Pictures of a design study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from napore.plotting import new_axes, sequential_colours

from .checks import DesignError
from .variations import LOADING_COLUMN, PRESODIATION_COLUMN

if TYPE_CHECKING:
    from .result import Design

__all__ = ["draw_energies", "draw_margins", "draw_ragone"]

RATIO_LABEL = "Mass ratio carbon / cathode"
LABELS = {
    "mass_ratio": RATIO_LABEL,
    LOADING_COLUMN: "Loading of the cathode / mg cm$^{-2}$",
    PRESODIATION_COLUMN: "Presodiation / mAh per g of carbon",
}
ENERGY_LABEL = "Energy / Wh kg$^{-1}$ (active masses)"
_MOST_LINES = 5


def draw_energies(design: Design, ax: Any = None) -> Any:
    """Draw energy on active masses over the mass ratio; open marks where the anode would plate."""
    ax = _over_ratios(design, "energy_Wh_kg_active", ax)
    ax.set_ylabel(ENERGY_LABEL)
    return ax


def draw_margins(design: Design, ax: Any = None) -> Any:
    """Draw the plating margin [mV] over the mass ratio."""
    ax = _over_ratios(design, "plating_margin_V", ax, 1e3)
    ax.axhline(0.0, color="0.5", linewidth=0.8, zorder=0)
    ax.set_ylabel("Plating margin / mV")
    return ax


def draw_ragone(design: Design, ax: Any = None) -> Any:
    """Draw energy over mean power of discharge on active masses, at most five mass ratios."""
    ax = new_axes(ax)
    table = _solved(design)
    ratios = np.unique(table["mass_ratio"])
    chosen = ratios[np.unique(np.linspace(0, len(ratios) - 1, _MOST_LINES).round().astype(int))]
    columns = _inputs(design)
    lines = list(table[table["mass_ratio"].isin(chosen)].groupby(columns))
    for (key, rows), colour in zip(lines, sequential_colours(len(lines)), strict=True):
        rows = rows.sort_values("rate_C")
        power = rows["mean_voltage_V"] * rows["current_mA_g_cathode"] / (1.0 + rows["mass_ratio"])
        label = ", ".join(f"{value:.3g}" for value in key)
        ax.plot(power, rows["energy_Wh_kg_active"], "o-", color=colour, label=label)
    ax.set(xscale="log", xlabel="Power / W kg$^{-1}$", ylabel=ENERGY_LABEL, title=_title(design))
    ax.set_ylim(bottom=0.0)
    ax.legend(title=_legend_title(["mass ratio", *columns[1:]]))
    return ax


def _over_ratios(design: Design, column: str, ax: Any, scale: float = 1.0) -> Any:
    """Draw a column over the mass ratio, or over what is varied where there is one ratio only."""
    ax = new_axes(ax)
    table = _solved(design)
    several = [name for name in _inputs(design) if table[name].nunique() > 1]
    across = "mass_ratio" if "mass_ratio" in several or not several else several[0]
    others = [name for name in several if name != across]
    lines = list(table.groupby(["rate_C", *others]))
    for (key, rows), colour in zip(lines, sequential_colours(len(lines)), strict=True):
        rows = rows.sort_values(across)
        label = ", ".join([f"{key[0]:g} C", *(f"{value:g}" for value in key[1:])])
        ax.plot(rows[across], scale * rows[column], "-", color=colour, label=label)
        for plated, fill in ((False, "full"), (True, "none")):
            some = rows[(rows["plating_margin_V"] < 0.0) == plated]
            ax.plot(some[across], scale * some[column], "o", color=colour, fillstyle=fill)
    if across == "mass_ratio" and PRESODIATION_COLUMN not in others:
        _draw_equilibrium(design, table, column, ax, scale)
    ax.set(xlabel=LABELS.get(across, across), title=_title(design))
    ax.legend(title=_legend_title(["rate", *others]) if others else None)
    return ax


def _draw_equilibrium(design: Design, table: pd.DataFrame, column: str, ax: Any, scale: float) -> None:
    if design.pair is None or table.empty:
        return
    ratios, values = [], []
    for ratio in np.linspace(table["mass_ratio"].min(), table["mass_ratio"].max(), 101):
        try:
            values.append(scale * getattr(design.pair.at(float(ratio)), column))
        except DesignError:
            continue
        ratios.append(ratio)
    ax.plot(ratios, values, ":", color="0.3", label="equilibrium")


def _legend_title(names: list[str]) -> str:
    return ",\n".join(LABELS.get(name, name) for name in names)


def _inputs(design: Design) -> list[str]:
    varied = design.points[0].varied if design.points else {}
    return ["mass_ratio", *varied]


def _solved(design: Design) -> pd.DataFrame:
    table = design.table()
    return table[table["status"] == "ok"]


def _title(design: Design) -> str:
    return f"{design.anode} / {design.cathode}, {design.header['model']}"
