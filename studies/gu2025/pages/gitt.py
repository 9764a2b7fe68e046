"""Facts, claims and pictures of docs/gitt.md."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from napore.experiments.gitt import draw_ceiling, draw_pulses, logarithmic_voltage
from napore.experiments.weppner_huggins import sphere_bias
from napore.parameters.sets import load_set
from napore.plotting import DIFFUSIVITY_LABEL, VOLTAGE_LABEL, figure

from ..gitt import ALTERNATIVES, CARBONS, CASES
from ..joint import RESISTANCE_OHM

FALL, RISE = 3.0, 1.3
"""Slope over least that counts as a pronounced fall, and last over least that counts as a rise."""

PULSE_s, SKIP_s = 600.0, 10.0
LIMIT = 3e-3
"""tau D/R2 below which the formula returns what went in within a tenth."""

CAUSES = {
    "(ii) switched off": "electrolyte and resistance are taken away",
    "(iv) switched off: every": "pores fill in 1 s",
    "(v)": "strong sites exchange in 0.1 s",
}
"""Alternatives that switch off one cause of the dip, in words."""

Found = Mapping[str, Any]


def pulses(found: Found, name: str, direction: str = "sodiation") -> pd.DataFrame:
    """Complete pulses of a set in one direction."""
    table = pd.DataFrame(found["carbons"][name]["pulses"])
    return table[(table["direction"] == direction) & table["complete"].astype(bool)].reset_index(drop=True)


def fallen(found: Found, name: str, volts: float) -> float:
    """How many times the diffusivity lies below the slope at the last complete pulse above a voltage."""
    table = pulses(found, name)
    above = table[table["voltage_V"] >= volts]
    return float(
        found["carbons"][name]["sodiation"]["complete"]["slope"] / above["diffusivity_m2_s"].iloc[-1]
    )


def case(found: Found, name: str, what: str) -> dict[str, Any]:
    """Shape of complete pulses of the alternative whose name begins so."""
    (label,) = (label for label in ALTERNATIVES if label.startswith(what))
    return dict(found[f"{name}: {label}"]["complete"])


def largest(found: Found, name: str) -> dict[str, Any]:
    """What lowers the dip of a set most when it is switched off, and by which share."""
    whole = np.log(case(found, name, "as in")["dip"])
    shares = {
        words: float(1.0 - np.log(case(found, name, what)["dip"]) / whole) for what, words in CAUSES.items()
    }
    words = max(shares, key=lambda one: shares[one])
    return {"what": words, "share": shares[words]}


def facts(found: Found) -> dict[str, Any]:
    """Numbers of the template."""
    carbons = found["carbons"]
    down = {name: carbons[name]["sodiation"]["complete"] for name in CARBONS}
    put_in = {n: carbons[n]["pulses"]["input_diffusivity_m2_s"][0] for n in CARBONS}

    def dip(what: str, name: str = "fjh-b") -> str:
        return f"{case(found, name, what)['dip']:.1f}"

    radius = load_set("fjh").numbers["Carbon particle radius [m]"]
    return {
        "ohm": RESISTANCE_OHM,
        "late": (1.0 - (SKIP_s / PULSE_s) ** 0.5) ** -2,
        "radius_um": 1e6 * radius,
        "limited_D": LIMIT * radius**2 / PULSE_s,
        "largest": {name: largest(found, name) for name in ("fjh", "fjh-b")},
        "accuracy": found["accuracy"],
        "alternatives": {what: [found[f"{n}: {what}"] for n in ("fjh", "fjh-b")] for what in ALTERNATIVES},
        "cases": list(CASES),
        "bias": list(zip(*(found[f"bias: {what}"] for what in CASES), strict=True)),
        "dip": dip,
        "fallen": lambda name, volts: fallen(found, name, volts),
        "carbons": carbons,
        "down": down,
        "ends": {name: carbons[name]["sodiation"]["all"] for name in CARBONS},
        "below_fjh": carbons["tf below fjh"],
        "put_in": put_in,
        "shown_of_it": max(down[n]["slope"] / put_in[n] for n in CARBONS),
        "least_rest": {n: pulses(found, n)["voltage_V"].min() for n in CARBONS},
        "factor": pulses(found, "fjh-b")["adsorbed_share"].min(),
    }


def said(found: Found) -> dict[str, bool]:
    """What the words say of the numbers."""
    bare = {n: case(found, n, "(i) only")["dip"] for n in ("fjh", "fjh-b")}
    return {
        "the formula holds below its limit, and not far above": all(
            (abs(row["D found / D put in"] - 1.0) <= 0.1) == (row["tau D/R2"] <= LIMIT)
            for row in found["bias: one phase, small steps"]
            if row["D found / D put in"] is not None
        ),
        "no dip without slow storage and resistance": max(bare.values()) < 1.2,
        "all of the dip is more than any of its parts": all(
            largest(found, name)["share"] > 0.0 for name in ("fjh", "fjh-b")
        ),
    }


def draw_carbons(found: Found) -> Any:
    """Draw sodiation of the three sets, corrected and not."""
    carbons = found["carbons"]
    made, (left, right) = figure(2)
    names = {"fjh": "fjh: small pores fast", "fjh-b": "fjh-b: large pores fast", "tf": "tf"}
    for ax, column, title in (
        (left, "diffusivity_m2_s", "dE$_t$ from 10 s after switching"),
        (right, "uncorrected_diffusivity_m2_s", "uncorrected"),
    ):
        for number, name in enumerate(CARBONS):
            table = pd.DataFrame(carbons[name]["pulses"])
            table = table[table["direction"] == "sodiation"].copy()
            table["diffusivity_m2_s"] = table[column].astype(float)
            table["bound"] = table["diffusivity_m2_s"] > 0.5 * table["ceiling_m2_s"]
            draw_pulses(ax, table, f"C{number}", names[name])
        draw_ceiling(ax, carbons["fjh"]["ceiling"])
        ax.set(
            yscale="log", xlabel=VOLTAGE_LABEL, ylabel=DIFFUSIVITY_LABEL, title=title, ylim=(5e-17, 1.5e-14)
        )
        logarithmic_voltage(ax)
        ax.axvspan(0.05, 0.1, color="0.93", zorder=0)
    left.legend(title="open: lower bound\n×: ended by the cut-off", loc="lower right")
    return made


def draw_bias(found: Found) -> Any:
    """Draw the diffusivity found over that put in."""
    made, (ax,) = figure(1)
    T = np.geomspace(1e-4, 300.0, 300)
    ax.plot(T, sphere_bias(T), "-", color="0.6", lw=3, label="sphere, closed form")
    ax.axhspan(0.9, 1.1, color="0.93", zorder=0)
    for number, name in enumerate(CASES):
        rows = found[f"bias: {name}"]
        kept = [(r["tau D/R2"], r["D found / D put in"]) for r in rows if r["D found / D put in"] is not None]
        ax.plot(
            *np.array(kept).T,
            f"C{number}" + "osd^"[number],
            ms=4,
            fillstyle="none",
            ls="--",
            lw=0.6,
            label=name,
        )
    ax.set(xscale="log", yscale="log", xlabel="$\\tau D/R^2$", ylabel="D found / D put in", ylim=(1e-5, 300))
    ax.legend(loc="lower left")
    return made


PICTURES = {"gitt_diffusivity": draw_carbons, "gitt_bias": draw_bias}
