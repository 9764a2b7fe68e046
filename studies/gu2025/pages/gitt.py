"""Facts, claims and pictures of docs/gitt.md."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from napore.experiments.gitt import draw_ceiling, draw_pulses, logarithmic_voltage
from napore.experiments.weppner_huggins import sphere_bias
from napore.parameters.sets import load_set
from napore.plotting import DIFFUSIVITY_LABEL, VOLTAGE_LABEL, figure

from .. import data
from ..calibrate import CHARGE_TRANSFER_RESISTANCE_OHM
from ..gitt import ALTERNATIVES, CARBONS, CASES, EVALUATIONS, OTHERS

FALL, RISE = 3.0, 1.3
"""Slope over least that counts as a pronounced fall, and last over least that counts as a rise."""

PULSE_s, SKIP_s = 600.0, 10.0
LIMIT = 3e-3
"""tau D/R2 below which the formula returns what went in within a tenth."""

Found = Mapping[str, Any]


def sets(found: Found) -> dict[str, dict[str, Any]]:
    """Other explanations of the rates, by name."""
    return {one.name: found[f"set: {one.name}"] for one, _ in OTHERS}


def misfits() -> dict[str, float]:
    """Misfit of the shipped sets to the rates."""
    fitted = data.read("calibration")
    return {n: fitted[f"shipped gu2025_{n.replace('-', '_')}"]["misfit"] for n in ("fjh", "fjh-b")}


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


def facts(found: Found) -> dict[str, Any]:
    """Numbers of the template."""
    carbons = found["carbons"]
    down = {name: carbons[name]["sodiation"]["complete"] for name in CARBONS}
    put_in = {n: carbons[n]["pulses"]["input_diffusivity_m2_s"][0] for n in CARBONS}
    up = pulses(found, "fjh-b", "desodiation")

    def dip(what: str, name: str = "fjh-b") -> str:
        return f"{case(found, name, what)['dip']:.1f}"

    relaxed = {n: s for n, s in sets(found).items() if "large" in n and "sinh" not in n}
    shown = [n for n, s in relaxed.items() if s["complete"]["dip"] >= FALL and s["complete"]["end"] >= RISE]
    (slow_misfit,) = (s["misfit"] for n, s in sets(found).items() if "2e-13" in n)
    radius = load_set("fjh").numbers["Carbon particle radius [m]"]
    return {
        "found_sets": sets(found),
        "ohm": CHARGE_TRANSFER_RESISTANCE_OHM,
        "late": (1.0 - (SKIP_s / PULSE_s) ** 0.5) ** -2,
        "radius_um": 1e6 * radius,
        "limited_D": LIMIT * radius**2 / PULSE_s,
        "misfits": misfits(),
        "evaluations": EVALUATIONS,
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
        "up": up,
        "least_up": up.sort_values("diffusivity_m2_s").iloc[0],
        "factor": pulses(found, "fjh-b")["adsorbed_share"].min(),
        "bare": carbons["fjh-b"]["uncorrected sodiation"]["complete"],
        "falls": [s["complete"]["dip"] for s in relaxed.values()],
        "shown": shown,
        "slow_misfit": slow_misfit,
        "close": [f"{n} ({relaxed[n]['misfit']:.1f})" for n in shown if relaxed[n]["misfit"] <= 10.0],
    }


def said(found: Found) -> dict[str, bool]:
    """What the words say of the numbers."""
    shapes = {name: found["carbons"][name]["sodiation"]["complete"] for name in CARBONS}
    rises = {n: s["complete"]["end"] >= RISE for n, s in sets(found).items()}
    tail = pulses(found, "fjh-b").iloc[-1]
    large = [s for n, s in sets(found).items() if "large" in n and "sinh" not in n]
    below = found["carbons"]["tf below fjh"]
    alone, both, bare, tight = (
        {n: case(found, n, what)["dip"] for n in ("fjh", "fjh-b")}
        for what in ("(iv) switched off: pores", "as in", "(i) only", "(ii) switched off")
    )
    return {
        "the formula holds below its limit, and not far above": all(
            (abs(row["D found / D put in"] - 1.0) <= 0.1) == (row["tau D/R2"] <= LIMIT)
            for row in found["bias: one phase, small steps"]
            if row["D found / D put in"] is not None
        ),
        "flat in every set": all(s["slope_range"] <= 2 for s in shapes.values()),
        "every point of the slope a bound": all(
            pulses(found, n).query("0.2 <= voltage_V <= 0.6")["bound"].all() for n in CARBONS
        ),
        "a fall in fjh and tf, none of three times in fjh-b": shapes["fjh"]["dip"] >= FALL
        and shapes["tf"]["dip"] >= FALL
        and 2 <= shapes["fjh-b"]["dip"] < FALL,
        "no rise in fjh and tf": max(shapes[n]["end"] for n in ("fjh", "tf")) < RISE,
        "fjh falls to the last complete pulse": shapes["fjh"]["end"] == 1,
        "a rise in fjh-b, to a bound, most of its fall above 0.1 V": shapes["fjh-b"]["end"] >= RISE
        and bool(tail["bound"])
        and 0.09 < shapes["fjh-b"]["least_voltage_V"] < 0.1
        and fallen(found, "fjh-b", 0.1) > 0.9 * shapes["fjh-b"]["dip"],
        "fjh falls inside the paper's range": fallen(found, "fjh", 0.1) < 0.5 * shapes["fjh"]["dip"],
        "uncorrected fjh-b shows all, fjh no rise": all(
            (s["slope_range"] <= 2 and s["dip"] >= FALL and s["end"] >= RISE) == (n == "fjh-b")
            for n in ("fjh", "fjh-b")
            for s in [found["carbons"][n]["uncorrected sodiation"]["complete"]]
        ),
        "the last pulse of fjh-b falls": found["carbons"]["fjh-b"]["sodiation"]["all"]["end"]
        < shapes["fjh-b"]["end"],
        "large pores fast rise, small ones and the sinh law do not": all(
            rise == ("large" in name and "sinh" not in name) for name, rise in rises.items()
        ),
        "the fall depends on the set": len({s["complete"]["dip"] >= FALL for s in large}) == 2,
        "TF lower where uncorrected only": below["sodiation, complete"] < 0.5
        and below["uncorrected sodiation, complete"] > 0.9,
        "no dip without slow filling and resistance": max(bare.values()) < 1.2,
        "filling makes the dip of fjh": tight["fjh"] > 0.9 * both["fjh"] and alone["fjh"] < 0.5 * both["fjh"],
        "filling and electrolyte make that of fjh-b": 1.5 < alone["fjh-b"] < tight["fjh-b"] < both["fjh-b"],
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
