"""Facts, claims and pictures of docs/temperature.md."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from napore.experiments.temperature import MEASURED_C
from napore.plotting import CAPACITY_LABEL, figure, sequential_colours

from ..temperature import CARBONS, CAUSES, CELLS, DRAWN, MODEL, RATES, SOME_C, TIGHT, USUAL, VARIATIONS

PLATEAU = (0.3, 0.9)
"""Sodiation between which the plateau lies."""

Found = Mapping[str, Any]


def capacity(found: Found, name: str, temperature_C: float, rate_C: float) -> float:
    """Desodiation capacity of a carbon [mAh/g]."""
    row = next(row for row in found[f"rates, {name}"] if row["temperature_C"] == temperature_C)
    return float(row["capacity_mAh_g"][RATES.index(rate_C)])


def plateau(found: Found) -> list[float]:
    """Entropy coefficient of FJH on its plateau [mV/K]."""
    one = found["entropy, fjh"]
    pairs = zip(one["sodiation"], one["entropic_change_mV_K"], strict=True)
    return [slope for x, slope in pairs if PLATEAU[0] <= x <= PLATEAU[1]]


def off(found: Found) -> float:
    """Largest error of a warming at the usual tolerance."""
    exact = [found[f"warming, {name}"][rate] for name in CELLS for rate in ("1", "5")]
    loose = [found[f"warming, usual tolerance, {name}"][rate] for name in CELLS for rate in ("1", "5")]
    return float(max(abs(b / a - 1.0) for a, b in zip(exact, loose, strict=True)))


def facts(found: Found) -> dict[str, Any]:
    """Numbers of the template."""
    return {
        "model": MODEL,
        "temperatures": SOME_C,
        "causes": CAUSES,
        "capacity": lambda *which: capacity(found, *which),
        "plateau": plateau(found),
        "share": [round(100 * end) for end in PLATEAU],
        "slopes": found["entropy, fjh"]["entropic_change_mV_K"],
        "cold": [found[label][0]["capacity_mAh_g"][0] for label in VARIATIONS],
        "warm": {name: found[f"warming, {name}"] for name in CELLS},
        "loose": {name: found[f"warming, usual tolerance, {name}"] for name in CELLS},
        "off": off(found),
        "usual": USUAL,
        "tight": TIGHT,
        "halves": [
            (name, direction, half["heat_over_work"])
            for name in CELLS
            for direction, half in zip(
                found[f"heat, {name}"]["directions"], found[f"heat, {name}"]["halves"], strict=True
            )
        ],
    }


def said(found: Found) -> dict[str, bool]:
    """What the words say of the numbers."""
    slopes = found["entropy, fjh"]["entropic_change_mV_K"]
    halves = [half["heat_over_work"] for half in found["heat, fjh"]["halves"]]
    kept = {c: capacity(found, c, -20, 1.0) / capacity(found, c, 25, 1.0) for c in CARBONS}
    return {
        "the usual tolerance does not do for heat": off(found) > 0.02,
        "FJH keeps more than TF in the cold": kept["fjh"] > kept["tf"],
        "5 C loses the plateau at 0 C": capacity(found, "fjh", 0, 5.0)
        < 0.5 * capacity(found, "fjh", 25, 5.0),
        "less entropy on the plateau": max(np.abs(plateau(found))) < 0.5 * max(slopes),
        "largest at the empty end": int(np.argmax(slopes)) == 0,
        "two entropies cancel": all(
            abs(h["entropy of the reaction"] + h["entropy of pore filling"])
            < 0.05 * abs(h["entropy of the reaction"])
            for h in halves
        ),
    }


def draw_rates(found: Found) -> Any:
    """Capacity over temperature; full marks where the paper's rates are."""
    made, axes = figure(2)
    for ax, name in zip(axes, CARBONS, strict=True):
        rows = found[f"rates, {name}"]
        x = [row["temperature_C"] for row in rows]
        measured = x.index(MEASURED_C[0])
        for place, colour in enumerate(sequential_colours(len(RATES))):
            y = [row["capacity_mAh_g"][place] for row in rows]
            ax.plot(x, y, "o-", color=colour, fillstyle="none", label=f"{RATES[place]:g} C")
            ax.plot(x[measured], y[measured], "o", color=colour)
        ax.set(xlabel="Temperature / °C", ylabel=CAPACITY_LABEL, title=name.upper(), ylim=(0, 420))
        ax.legend(ncols=2, loc="upper left")
    return made


def draw_entropy(found: Found) -> Any:
    """Entropy coefficient of both carbons."""
    made, (ax,) = figure(1)
    for name in CARBONS:
        one = found[f"entropy, {name}"]
        ax.plot(one["sodiation"], one["entropic_change_mV_K"], label=name.upper())
    ax.axhline(0.0, color="0.6", lw=0.8)
    ax.set(
        xlabel="State of sodiation (1 at 0.01 V)",
        ylabel="d$U$/d$T$ / mV K$^{-1}$",
        title="Entropy coefficient of the carbon",
        ylim=(-0.3, 0.45),
    )
    ax.legend()
    return made


def draw_heat(found: Found) -> Any:
    """Heat by cause over one cycle at 1 C."""
    one = found[f"heat, {DRAWN}"]
    made, axes = figure(2)
    for ax, half, direction in zip(axes, one["halves"], one["directions"], strict=True):
        for cause, power in half["heat_W_g"].items():
            ax.plot(half["capacity_mAh_g"], 1e3 * np.asarray(power), label=cause)
        ax.axhline(0.0, color="0.6", lw=0.8)
        title = f"{DRAWN.upper()}, {direction} at 1 C"
        ax.set(xlabel=CAPACITY_LABEL, ylabel="Heat / mW g$^{-1}$", title=title, ylim=(-45, 85))
    axes[0].legend(fontsize="x-small", ncols=2, loc="upper left")
    return made


PICTURES = {
    "temperature_rates": draw_rates,
    "temperature_entropy": draw_entropy,
    "temperature_heat": draw_heat,
}
