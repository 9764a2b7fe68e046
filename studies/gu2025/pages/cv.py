"""Facts, claims and pictures of docs/cv.md."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from napore.cells import half_cell
from napore.experiments import SCAN_RATES
from napore.parameters.reported import reported
from napore.plotting import VOLTAGE_LABEL, figure, note, plain_ticks, sequential_colours

from ..cv import RATE_SETS, RESISTANCES_OHM

LABELS = {"fjh": "FJH", "fjh-b": "FJH, second set", "tf": "TF"}
COLOURS = {"fjh": "C0", "fjh-b": "C4", "tf": "C1"}
CLAIMS = {"fjh": "K04.fjh", "fjh-b": "K04.fjh", "tf": "K04.tf"}

NEAR: Final = 0.05
"""Difference of a b value from the paper's that counts as agreement."""

Found = Mapping[str, Any]


def paper() -> dict[str, float]:
    """b values of the paper, by claim."""
    return {row.id: float(row.value or 0.0) for row in reported() if row.id.startswith("K04")}


def facts(found: Found) -> dict[str, Any]:
    """Numbers of the template."""
    places = found["fjh"]["b_at"]["potential_V"]
    rates = list(found["fjh"]["surface_share"])
    sluggish = found["slow diffusion"]
    near, far = plateau_above_vertex_mV("fjh")
    laws = [found[name]["b_by_potential"] for name in LABELS]
    return {
        "limits": {"thin film (SPM)": found["thin film"], "slow diffusion (SPM)": sluggish},
        "said": paper(),
        "values": {name: found[name]["anodic_b"] for name in LABELS},
        "slow": {name: found[name]["scans"][0] for name in LABELS},
        "fast": {name: found[name]["scans"][-1] for name in LABELS},
        "spm": found["fjh, SPM"]["anodic_b"],
        "near": near,
        "far": far,
        "slow_shares": [100.0 * share for share in sluggish["surface_share"].values()],
        "cell_shares": [100.0 * s for n in LABELS for s in found[n]["surface_share"].values()],
        "slope": [
            b
            for name in LABELS
            for place, b in zip(places, found[name]["b_at"]["b"], strict=True)
            if 0.5 <= place <= 1.0
        ],
        "hump": max(
            (b, E)
            for law in laws
            for E, b in zip(law["potential_V"], law["b"], strict=True)
            if b is not None and 0.8 <= E <= 1.0
        ),
        "flank": [found[name]["b_at"]["b"][places.index(0.3)] for name in LABELS],
        "over": [
            found[name]["scans"][0]["anodic_peak_A_g"] / found[name]["scans"][0]["anodic_background_A_g"]
            for name in LABELS
        ],
        "below": {name: found[f"{name}, slow"] for name in LABELS},
        "potentials": [f"{place:g} V" for place in places],
        "split_rates": [f"{rate} mV/s" for rate in rates],
        **by_rates(found),
    }


def by_rates(found: Found) -> dict[str, Any]:
    """b by set of scan rates and resistance, and which sets agree with the paper."""
    texts = [f"{min(one):g} to {max(one):g} mV/s" for one in RATE_SETS]
    b: dict[str, dict[float, list[float | None]]] = {}
    for name in LABELS:
        rows = found[f"{name}, by scan rates"]
        b[name] = {ohm: [row["b"] for row in rows if row["ohm"] == ohm] for ohm in RESISTANCES_OHM[name]}
    usual = {name: b[name][RESISTANCES_OHM[name][1]] for name in LABELS}
    agree = {
        name: [
            text
            for text, one in zip(texts, usual[name], strict=True)
            if one is not None and abs(one - paper()[CLAIMS[name]]) <= NEAR
        ]
        for name in LABELS
    }
    return {
        "rate_sets": texts,
        "by_rates": [
            {"label": label, "ohm": ohm, "b": row}
            for name, label in LABELS.items()
            for ohm, row in b[name].items()
        ],
        "near_b": NEAR,
        "lumped": {name: usual[name][RATE_SETS.index(SCAN_RATES)] for name in LABELS},
        "agree": agree,
        "both": [text for text in agree["fjh"] if text in agree["tf"]],
        "span": {name: _span(usual[name]) for name in LABELS},
        "by_ohm": {
            name: max(_span([row[k] for row in b[name].values()]) for k in range(len(texts)))
            for name in LABELS
        },
    }


def _span(values: Sequence[float | None]) -> float:
    there = [one for one in values if one is not None]
    return max(there) - min(there) if there else 0.0


def plateau_above_vertex_mV(name: str) -> tuple[float, float]:
    """Equilibrium from 90 to 30 % sodiated, less the lower vertex of 0.01 V [mV]."""
    isotherm = half_cell(name, "SPM").isotherm
    full = float(isotherm.stoichiometry(0.01))
    low, high = (float(E) for E in isotherm.potential(np.array([0.9 * full, 0.3 * full])))
    return 1e3 * low - 10.0, 1e3 * high - 10.0


def said(found: Found) -> dict[str, bool]:
    """What the words say of the numbers."""
    claimed = {name: paper()[CLAIMS[name]] for name in LABELS}
    b = {name: found[name]["anodic_b"] for name in LABELS}
    slow = {name: found[f"{name}, slow"]["anodic_b"] for name in LABELS}
    scans = {name: found[name]["scans"] for name in LABELS}
    first = {name: scans[name][0] for name in LABELS}
    charge = {name: [scan["anodic_charge_mAh_g"] for scan in scans[name]] for name in LABELS}
    film = found["thin film"]["surface_share"].values()
    sluggish = found["slow diffusion"]["surface_share"]
    return {
        "b not reproduced, lower than the paper's": all(b[n] < 0.85 * claimed[n] for n in LABELS),
        "order of the carbons": b["tf"] < min(b["fjh"], b["fjh-b"]),
        "scan rates as much as the carbon": min(slow[n] - b[n] for n in LABELS) > 0.9 * (b["fjh"] - b["tf"]),
        "the faster the less charge": all(sorted(c, reverse=True) == c for c in charge.values()),
        "b larger without the electrolyte": found["fjh, SPM"]["anodic_b"] > b["fjh"],
        "peaks of FJH more pronounced": min(first[n]["anodic_peak_A_g"] for n in ("fjh", "fjh-b"))
        > 1.3 * first["tf"]["anodic_peak_A_g"],
        "cathodic peak of FJH twice TF's, and alone at the next scan rate": min(
            first[n]["cathodic_peak_A_g"] for n in ("fjh", "fjh-b")
        )
        > 2.0 * (first["tf"]["cathodic_peak_A_g"] or 0.0)
        and [n for n in LABELS if scans[n][1]["cathodic_peak_A_g"] is not None] == ["fjh", "fjh-b"],
        "TF's slope is smaller": first["tf"]["anodic_background_A_g"] < first["fjh"]["anodic_background_A_g"],
        "film above slow diffusion above the cells": min(film) > max(sluggish.values())
        and all(share < sluggish[rate] for n in LABELS for rate, share in found[n]["surface_share"].items()),
    }


def _voltammograms(found: Found) -> Any:
    made, panels = figure(3)
    for ax, name in zip(panels[:2], ("fjh", "tf"), strict=True):
        curves = found[name]["curves"]
        for (rate, sweeps), colour in zip(curves.items(), sequential_colours(len(curves)), strict=True):
            for direction, sweep in sweeps.items():
                label = f"{rate} mV s$^{{-1}}$" if direction == "anodic" else None
                ax.plot(sweep["potential_V"], sweep["current_A_g"], color=colour, lw=1.1, label=label)
        ax.axhline(0.0, color="0.6", lw=0.6, zorder=0)
        ax.set(xlim=(0.0, 1.0), xlabel=VOLTAGE_LABEL, ylabel="i / A g$^{-1}$", title=LABELS[name])
        ax.legend()
    limits = [ax.get_ylim() for ax in panels[:2]]
    for ax in panels[:2]:
        ax.set_ylim(min(low for low, _ in limits), max(high for _, high in limits))
    ax = panels[2]
    for name, label in LABELS.items():
        for direction, sweep in found[name]["curves"]["0.1"].items():
            shown = label if direction == "anodic" else None
            ax.plot(sweep["potential_V"], sweep["current_A_g"], color=COLOURS[name], label=shown)
    ax.axhline(0.0, color="0.6", lw=0.6, zorder=0)
    ax.set(xlim=(0.0, 0.5), xlabel=VOLTAGE_LABEL, ylabel="i / A g$^{-1}$", title="0.1 mV s$^{-1}$")
    ax.legend()
    return made


def _exponents(found: Found) -> Any:
    made, (left, right) = figure(2)
    for name, label in LABELS.items():
        one = found[name]
        rates = np.array([scan["scan_rate_mV_s"] for scan in one["scans"]])
        peaks = np.array([scan["anodic_peak_A_g"] for scan in one["scans"]])
        left.plot(rates, peaks, "o", color=COLOURS[name], label=f"{label}, b = {one['anodic_b']:.2f}")
        middle = np.exp(np.mean(np.log(peaks))) / np.exp(np.mean(np.log(rates))) ** one["anodic_b"]
        left.plot(rates, middle * rates ** one["anodic_b"], "-", lw=1.0, color=COLOURS[name])
        law = one["b_by_potential"]
        pairs = [(E, b) for E, b in zip(law["potential_V"], law["b"], strict=True) if b is not None]
        right.plot(*np.array(pairs).T, color=COLOURS[name], label=label)
    for name in ("fjh", "tf"):
        b = paper()[CLAIMS[name]]
        first = found[name]["scans"][0]["anodic_peak_A_g"]
        rates = np.array([scan["scan_rate_mV_s"] for scan in found[name]["scans"]])
        label = f"slope of b = {b:.2f} (paper, {LABELS[name]})"
        left.plot(rates, first * (rates / rates[0]) ** b, "--", lw=0.9, color=COLOURS[name], label=label)
    left.set(xscale="log", yscale="log", xlabel="v / mV s$^{-1}$", ylabel="anodic peak / A g$^{-1}$")
    plain_ticks(left, x=list(rates), y=(0.7, 1, 1.5, 2, 3, 5))
    left.legend(fontsize=7)
    for b, what in ((1.0, "surface or thin film"), (0.5, "diffusion, half space")):
        right.axhline(b, color="0.6", lw=0.8, ls=":")
        note(right, what, (1.98, b), (0, 3), color="0.4", ha="right")
    right.set(xlim=(0.0, 2.0), ylim=(-0.5, 2.2), xlabel=VOLTAGE_LABEL, ylabel="b(E), anodic")
    right.legend(loc="lower right")
    return made


PICTURES = {"cv_voltammograms": _voltammograms, "cv_b_values": _exponents}
