"""Pictures of docs/design.md."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from napore.designs import DesignError, EquilibriumPair
from napore.full_cells import full_cell
from napore.plotting import sequential_colours

from ..design import CARBONS

__all__ = ["PICTURES"]

ENERGY = "Energy / Wh kg$^{-1}$ (active masses)"
MARGIN = "Plating margin / mV"
RATIO = "Mass ratio carbon / NVP"
TITLES = {"fjh": "FJH", "fjh-b": "FJH, second set", "tf": "TF"}
MARKS = "os^"


def mass_ratio(found: dict[str, Any]) -> Figure:
    """Energy above, plating margin below, one column per carbon."""
    made = Figure(figsize=(8.6, 5.2))
    panels = made.subplots(2, len(CARBONS), sharex=True, sharey="row")
    for column, carbon in enumerate(CARBONS):
        table = frame(found[carbon]["points"])
        lines(panels[0, column], table, "mass_ratio", "energy_Wh_kg_active")
        lines(panels[1, column], table, "mass_ratio", "plating_margin_V", 1e3)
        for panel, name, scale in ((0, "energy_Wh_kg_active", 1.0), (1, "plating_margin_V", 1e3)):
            at, values = equilibrium(carbon, name)
            panels[panel, column].plot(at, scale * values, ":", color="0.25", linewidth=1.6, zorder=3)
        panels[0, column].set_title(TITLES[carbon])
        panels[1, column].axhline(0.0, color="0.6", linewidth=0.8, zorder=0)
        panels[1, column].set_xlabel(RATIO)
    panels[0, 0].set_ylabel(ENERGY)
    panels[1, 0].set_ylabel(MARGIN)
    made.legend(handles=legend(found["fjh"]["points"], static=True), loc="outside lower center", ncols=6)
    return made


def ragone(found: dict[str, Any]) -> Figure:
    """Energy over mean power of discharge."""
    points = found["ragone"]
    made = Figure(figsize=(5.0, 3.8))
    ax = made.subplots()
    table = frame(points)
    colours = sequential_colours(table["mass_ratio"].nunique())
    for (ratio, rows), colour, mark in zip(table.groupby("mass_ratio"), colours, "os^Dv", strict=True):
        rows = rows.sort_values("rate_C")
        power = rows["mean_voltage_V"] * rows["current_mA_g_cathode"] / (1.0 + rows["mass_ratio"])
        ax.plot(
            power,
            rows["energy_Wh_kg_active"],
            color=colour,
            label=f"{ratio:g}",
            marker=mark,
            fillstyle="full",
        )
        plated = rows["plating_margin_V"] < 0.0
        ax.plot(
            power[plated], rows["energy_Wh_kg_active"][plated], mark, color=colour, markerfacecolor="white"
        )
    for rate, rows in table.groupby("rate_C"):
        power = rows["mean_voltage_V"] * rows["current_mA_g_cathode"] / (1.0 + rows["mass_ratio"])
        place = (power.median(), rows["energy_Wh_kg_active"].max())
        ax.annotate(f"{rate:g} C", place, (0, 9), textcoords="offset points", ha="center", fontsize=8)
    ax.set(xscale="log", xlabel="Power / W kg$^{-1}$ (active masses)", ylabel=ENERGY)
    ax.margins(y=0.1)
    beside: Any = "outside center right"
    made.legend(title="mass ratio", loc=beside)
    return made


def presodiation(found: dict[str, Any]) -> Figure:
    """Energy and plating margin over presodiation at 2 : 5."""
    points = found["presodiation"]
    made = Figure(figsize=(7.4, 3.4))
    left, right = made.subplots(1, 2)
    table = frame(points)
    across = "presodiation_mAh_g_carbon"
    lines(left, table, across, "energy_Wh_kg_active")
    lines(right, table, across, "plating_margin_V", 1e3)
    right.axhline(0.0, color="0.6", linewidth=0.8, zorder=0)
    pair = EquilibriumPair.of(full_cell("fjh", "nvp", model="SPM"))
    added = np.linspace(0.0, float(table[across].max()), 48)
    static = [pair.at(0.4, float(p)) for p in added]
    left.plot(added, [s.energy_Wh_kg_active for s in static], ":", color="0.25", linewidth=1.6)
    right.plot(added, [1e3 * s.plating_margin_V for s in static], ":", color="0.25", linewidth=1.6)
    for ax, label in ((left, ENERGY), (right, MARGIN)):
        ax.set(xlabel="Presodiation / mAh per g of carbon", ylabel=label)
    made.legend(handles=legend(points, static=True), loc="outside lower center", ncols=5)
    return made


def loading(found: dict[str, Any]) -> Figure:
    """Energy on three masses over the loading of the cathode."""
    points = found["loading"]
    made = Figure(figsize=(7.4, 3.4))
    table = frame(points)
    table = table[table["rate_C"] == table["rate_C"].min()]
    thickness = "Separator thickness [m]"
    for ax, (value, rows) in zip(made.subplots(1, 2, sharey=True), table.groupby(thickness), strict=True):
        rows = rows.sort_values("loading_mg_cm2")
        for name, label, mark in (
            ("energy_Wh_kg_active", "active masses", "o"),
            ("energy_Wh_kg_electrodes", "coatings", "s"),
            ("energy_Wh_kg_stack", "stack", "^"),
        ):
            ax.plot(rows["loading_mg_cm2"], rows[name], f"{mark}-", label=label)
        ax.set(title=f"separator of {1e6 * value:.0f} µm", xlabel="Loading of NVP / mg cm$^{-2}$")
        ax.set_ylim(0.0, 260.0)
        if value < 1e-4:
            ax.set_ylabel("Energy / Wh kg$^{-1}$")
            ax.legend(loc="center right")
    return made


def frame(points: list[dict[str, Any]]) -> pd.DataFrame:
    """Points that were solved."""
    table = pd.DataFrame(points)
    return table[table["status"] == "ok"]


def lines(ax: Axes, table: pd.DataFrame, across: str, column: str, scale: float = 1.0) -> None:
    """One line per rate; open marks where sodium would plate."""
    colours = sequential_colours(table["rate_C"].nunique())
    for (_, rows), colour, mark in zip(table.groupby("rate_C"), colours, MARKS, strict=True):
        rows = rows.sort_values(across)
        ax.plot(rows[across], scale * rows[column], "-", color=colour, linewidth=1.2)
        for plated, face in ((False, colour), (True, "white")):
            some = rows[(rows["plating_margin_V"] < 0.0) == plated]
            ax.plot(
                some[across], scale * some[column], mark, color=colour, markerfacecolor=face, markersize=4.2
            )


def legend(points: list[dict[str, Any]], *, static: bool) -> list[Line2D]:
    """Entries for rates, open marks and the equilibrium."""
    rates = sorted({point["rate_C"] for point in points})
    entries = [
        Line2D([], [], color=colour, marker=mark, label=f"{rate:g} C")
        for rate, colour, mark in zip(rates, sequential_colours(len(rates)), MARKS, strict=True)
    ]
    entries.append(
        Line2D([], [], color="0.4", marker="o", markerfacecolor="white", linestyle="", label="would plate")
    )
    if static:
        entries.append(Line2D([], [], color="0.25", linestyle=":", linewidth=1.6, label="equilibrium"))
    return entries


def equilibrium(carbon: str, name: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Ratios and values at equilibrium."""
    pair = EquilibriumPair.of(full_cell(carbon, "nvp", model="SPM"))
    at, values = [], []
    for ratio in np.linspace(0.25, 0.6, 141):
        try:
            values.append(getattr(pair.at(float(ratio)), name))
        except DesignError:
            continue
        at.append(ratio)
    return np.array(at), np.array(values)


PICTURES = {
    "design_mass_ratio": mass_ratio,
    "design_ragone": ragone,
    "design_presodiation": presodiation,
    "design_loading": loading,
}
