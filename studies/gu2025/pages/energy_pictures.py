"""Pictures of docs/energy_check.md."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from napore import plotting
from napore.designs.tornado import SensitivityRow, draw_tornado
from napore.experiments.waterfall import EnergyWaterfall, Term
from napore.parameters.sets import load_set
from napore.validation.checks import CHECKS

from .. import data
from ..full_cell_predictions import mean_voltage_for, reported_value

REPORTED = "C3"
NAMES = {"fjh-nvp": "set fjh", "fjh-b-nvp": "set fjh-b", "tf-nvp": "TF"}
AXES = {"fjh-nvp": ("C0", "o"), "fjh-b-nvp": ("C2", "s"), "tf-nvp": ("0.6", "^")}


def waterfalls(found: Mapping[str, Any]) -> Any:
    """Waterfall of both readings at 0.05 and at 6 C."""
    with plotting.style():
        figure, axes = plt.subplots(2, 2, figsize=(10.4, 8.2))
    both = ((found["waterfalls"], "stated"), (data.read("reading_studies")["waterfalls"], "pre-cycled"))
    places = [(falls, words, rate) for falls, words in both for rate in (0.05, 6.0)]
    for (falls, words, rate), ax in zip(places, np.ravel(axes), strict=True):
        one = next(f for f in falls if f["cell"] == "fjh-nvp" and f["rate_C"] == rate)
        terms = [{k: v for k, v in term.items() if k in Term.__dataclass_fields__} for term in one["terms"]]
        fall = EnergyWaterfall(
            one["cell"],
            rate,
            one["charge_rate_C"],
            tuple(Term(**term) for term in terms),
            one["capacity_mAh_g_cathode"],
            one["mean_voltage_V"],
            {},
        )
        fall.plot(ax, reported=reported_value("F02"))
        ax.set_title(f"FJH / NVP, 2 : 5, {rate:g} C, {words}")
        if ax is not axes[0, 0]:
            ax.legend().remove()
    return figure


def pairs(found: Mapping[str, Any]) -> Any:
    """Capacity and mean voltage that give the reported energy."""
    figure, (ax,) = plotting.figure()
    figure.set_size_inches(5.6, 4.2)
    charge = np.linspace(86.0, 119.0, 200)
    energy, tolerance = reported_value("F02"), float(CHECKS["F02"].tolerance or 0.0)
    ax.plot(charge, [mean_voltage_for(q) for q in charge], color="0.2", label=f"{energy:g} Wh kg$^{{-1}}$")
    low, high = ([mean_voltage_for(q, energy * (1.0 + s * tolerance)) for q in charge] for s in (-1.0, 1.0))
    ax.fill_between(charge, low, high, color="0.9", label=f"± {100 * tolerance:.0f} %", zorder=0)
    capacity, voltage = reported_value("F05"), reported_value("F03")
    ax.axvline(capacity, color=REPORTED, linewidth=0.9, linestyle=":")
    ax.axhline(voltage, color=REPORTED, linewidth=0.9, linestyle=":")
    label = f"{capacity:g} mAh g$^{{-1}}$ and {voltage:g} V, reported"
    ax.plot(capacity, voltage, "X", color=REPORTED, markersize=8, label=label)
    for cell, (colour, marker) in AXES.items():
        if cell == "tf-nvp":
            continue
        points = [p for p in found["predictions"] if p["cell"] == cell]
        q = [p["predicted"] for p in points if p["quantity"].startswith("capacity at 0.05 C")]
        v = [p["predicted"] for p in points if p["quantity"].startswith("mean voltage at 0.05 C")]
        ax.plot(q, v, marker, color=colour, label=f"predicted, 0.05 C, {NAMES[cell]}")
        if cell == "fjh-nvp":
            for one, x, y in zip(("110", "115", "117.6"), q, v, strict=True):
                plotting.note(ax, one, (x, y), (2, 9), ha="center")
    left = max(p["inventory_mAh_g_cathode"] for p in found["predictions"] if p["cell"] == "fjh-nvp")
    ax.axvline(left, color="0.5", linewidth=0.8, linestyle="--")
    plotting.note(ax, f"sodium left, {left:.1f}", (left, 3.52), (-3, 0), rotation=90, ha="right", va="top")
    bound = highest_mean_voltage()
    ax.axhline(bound, color="0.5", linewidth=0.8, linestyle="--")
    plotting.note(ax, f"highest possible mean, {bound:.2f} V", (118.8, bound - 0.005), ha="right", va="top")
    for one in found["designs"]:
        if one["cell"] == "fjh-nvp":
            added = one["changed"] == "presodiation"
            label = f"{one['changed']} {one['value']:.3g} {one['unit'] if added else '(own line)'}"
            place = one["capacity_mAh_g_cathode"], one["mean_voltage_V"]
            ax.plot(*place, "D" if added else "P", color="C1", fillstyle="none", label=label)
    ax.set(xlabel="Q / mAh g$^{-1}$ (NVP)", ylabel="Mean voltage / V", xlim=(86.0, 119.0), ylim=(2.6, 3.55))
    ax.legend(loc="lower left", fontsize=7, frameon=True, framealpha=0.9, edgecolor="none")
    return figure


def highest_mean_voltage() -> float:
    """Bound of a mean of discharge [V]: top of NVP's plateau less the carbon's lowest potential."""
    plateau = load_set("nvp").entries["Cathode electrode plateau potential [V]"].allowed or (0.0, 0.0)
    return plateau[1] - load_set("fjh").numbers["Lower voltage cut-off [V]"]


def first_cycles(found: Mapping[str, Any]) -> Any:
    """First cycle of both carbons."""
    figure, axes = plotting.figure(2)
    figure.set_size_inches(8.2, 3.4)
    names = {"fjh": "anthracite-FJH", "tf": "anthracite-TF"}
    for number, one in enumerate(found["formation"]):
        colour = f"C{number}"
        down, up = (np.array(one["curve"][direction]).T for direction in ("sodiation", "desodiation"))
        label = f"{names[one['cell']]}, {100 * one['coulombic_efficiency']:.1f} %"
        axes[0].plot(down[:, 0], down[:, 1], color=colour, label=label)
        axes[0].plot(down[-1, 0] - up[:, 0], up[:, 1], color=colour)
        left = 0.0
        for part, shade in (("film_mAh_g", 1.0), ("trapped_mAh_g", 0.45), ("left_in_carbon_mAh_g", 0.2)):
            value = one["cycles"][0][part]
            axes[1].bar(number, value, bottom=left, color=colour, alpha=shade, width=0.5)
            if value > 1.0:
                words = {"film_mAh_g": "film", "trapped_mAh_g": "trapped (stated)"}[part]
                text = f"{words}\n{value:.1f}"
                shade_of_text = "white" if shade == 1.0 else "black"
                place = (number, left + value / 2)
                axes[1].text(*place, text, ha="center", va="center", fontsize=7, color=shade_of_text)
            left += value
        axes[1].plot([number - 0.35, number + 0.35], 2 * [_stated_loss(one)], color=REPORTED, linestyle="--")
        thickness = one["cycles"][0]["film_thickness_nm"]
        axes[1].text(number, left + 1.5, f"film of {thickness:.1f} nm", ha="center", fontsize=7)
    axes[0].set(xlabel=plotting.CAPACITY_LABEL, ylabel=plotting.VOLTAGE_LABEL, ylim=(0.0, 3.05))
    axes[0].set_title("First cycle at 0.02 C, simulated")
    axes[0].legend(loc="upper center", title="efficiency (fitted)")
    axes[1].set_xticks(range(len(found["formation"])), [names[one["cell"]] for one in found["formation"]])
    axes[1].set(ylabel="Loss / mAh g$^{-1}$", ylim=(0.0, 58.0), title="dashed: from the reported efficiency")
    return figure


def _stated_loss(one: Mapping[str, Any]) -> float:
    key = "H01.fjh" if one["cell"] == "fjh" else "H01.tf"
    return reported_value(key) * (1.0 / float(one["measured_efficiency"]) - 1.0)


def fast_discharge(found: Mapping[str, Any]) -> Any:
    """Capacity at 6 C over D/R2 of NVP."""
    figure, (ax,) = plotting.figure()
    figure.set_size_inches(5.6, 3.8)
    rows = found["fast discharge"]["map"]
    for cell, parameter, style, label in (
        ("fjh-nvp", "diffusivity", "o-", "D varied, set fjh"),
        ("fjh-b-nvp", "diffusivity", "s--", "D varied, set fjh-b"),
        ("fjh-nvp", "radius", "^-", "R varied, set fjh"),
    ):
        some = sorted(
            (r["diffusion_rate_1_s"], r["capacity_mAh_g"])
            for r in rows
            if r["cell"] == cell and parameter in r["parameter"] and r["capacity_mAh_g"] is not None
        )
        ax.plot(*zip(*some, strict=True), style, label=label, markersize=4)
    late = [
        (r["value"] / 0.16e-12, r["capacity_mAh_g"])
        for r in found["fast discharge"]["map_charged_slowly"]
        if r["capacity_mAh_g"] is not None
    ]
    ax.plot(*zip(*sorted(late), strict=True), ":", color="0.3", label="D varied, charged at 0.2 C")
    capacity, tolerance = reported_value("F04"), float(CHECKS["F04"].tolerance or 0.0)
    ax.axhline(capacity, color=REPORTED, linestyle="--", label=f"reported, {capacity:g}")
    ax.axhspan(capacity * (1 - tolerance), capacity * (1 + tolerance), color=REPORTED, alpha=0.1, linewidth=0)
    ax.axvspan(1e-16 / 1e-12, 1e-13 / 0.04e-12, color="0.93", zorder=-1, label="range of both, literature")
    ax.axvspan(1e-16 / 0.16e-12, 1e-13 / 0.16e-12, color="0.85", zorder=-1, label="range of D, R = 0.4 µm")
    ax.set(xscale="log", xlabel="D / R$^2$ of NVP / s$^{-1}$", ylabel="Q at 6 C / mAh g$^{-1}$ (NVP)")
    ax.set(xlim=(5e-5, 1.0), ylim=(0.0, 105.0))
    ax.legend(fontsize=7, loc="lower right", frameon=True, framealpha=0.9, edgecolor="none")
    return figure


def tornadoes(found: Mapping[str, Any]) -> Any:
    """Tornado of each output, the reported number with its tolerance behind it.

    Above the inputs of NVP, electrolyte, separator, cut-offs and coatings; below those of the carbon's
    calibration; at the bottom the former of the pre-cycled cell.
    """
    one = next(f for f in found["sensitivity"] if f["cell"] == "fjh-nvp")
    cycled = data.read("reading_studies")["sensitivity"]
    with plotting.style():
        figure, axes = plt.subplots(3, 3, figsize=(13.2, 9.6))
    fields = SensitivityRow.__dataclass_fields__
    for column, (output, claim) in enumerate(zip(one["outputs"], ("F02", "F02", "F04"), strict=True)):
        every, other = (
            [
                SensitivityRow(**{k: v for k, v in r.items() if k in fields})
                for r in some["rows"]
                if r["output"] == output
            ]
            for some in (one, cycled)
        )
        held = calibrated([*every, *other])
        value, tolerance = reported_value(claim), float(CHECKS[claim].tolerance or 0.0)
        low, high = value * (1.0 - tolerance), value * (1.0 + tolerance)
        for line, rows in enumerate(
            (
                [r for r in every if r.parameter not in held],
                [r for r in every if r.parameter in held],
                [r for r in other if r.parameter not in held],
            )
        ):
            ax = axes[line, column]
            draw_tornado(rows, ax, count=9, marks=held)
            ax.axvline(value, color=REPORTED, linestyle="--", linewidth=1.0, zorder=0)
            ax.axvspan(low, high, color=REPORTED, alpha=0.08, linewidth=0, zorder=-1)
        axes[0, column].set_xlabel("")
        axes[1, column].set(title="", xlabel="")
        axes[2, column].set_title("pre-cycled")
    return figure


def calibrated(rows: Any) -> list[str]:
    """Inputs that the calibration of the carbon was made with: alone they overstate."""
    geometry = ("thickness", "true density", "inactive density", "conductivity", "Bruggeman", "mass fraction")
    names = {row.parameter if hasattr(row, "parameter") else row["parameter"] for row in rows}
    return sorted(n for n in names if n.startswith("Carbon") and not any(word in n for word in geometry))


PICTURES = {
    "energy_waterfall": waterfalls,
    "energy_pairs": pairs,
    "energy_formation": first_cycles,
    "energy_fast": fast_discharge,
    "energy_tornado": tornadoes,
}
