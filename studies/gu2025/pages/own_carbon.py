"""Facts and pictures of docs/own_carbon.md."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from napore.calibration.draws import PROTOCOL
from napore.plotting import figure, plain_ticks

from .. import data
from ..own_carbon import PLATED, PREDICTED
from ..posterior import MODES, posterior
from ..render import claim

LEAST = 10.0
"""Effective samples below which a mode's draws tell nothing that is worth a quantile."""
GROUPS = {
    "posterior": "fitted, from the posterior",
    "assumed": "assumed and literature, from their ranges",
    "both": "both",
}
QUANTITIES = {
    "energy_Wh_kg_active at 0.05 C": "energy at 0.05 C, Wh/kg",
    "energy_Wh_kg_active at 0.2 C": "energy at 0.2 C, Wh/kg",
    "best mass ratio": "best mass ratio at equilibrium",
}
QUANTILES = ("q025", "q160", "q500", "q840", "q975")

Found = Mapping[str, Any]


def rows(found: Found, part: str, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """Bands by set and group."""
    return [
        {"set": key.split(" ")[0], "drawn": GROUPS[key.split(" ")[1]], **found[f"{part}, {key}"]}
        for key in keys
    ]


def place(row: Mapping[str, Any], value: float) -> str:
    """Where a value lies among the bands."""
    if row["q160"] <= value <= row["q840"]:
        return "inside the 68 % band"
    if row["q025"] <= value <= row["q975"]:
        return "inside the 95 % band"
    return "above the 95 % band" if row["q975"] < value else "below the 95 % band"


def strongest(part: Mapping[str, Any], quantity: str) -> str:
    """Numbers that make a quantity vary more than chance would, strongest first."""
    found = [
        f"{one['parameter'].split(' [')[0]} {one['correlation']:+.2f}"
        for one in part["drivers"][quantity]
        if one["p_value"] < 0.05 / part["read"]
    ]
    return ", ".join(found) or "none"


def share(values: Any, limit: float, *, above: bool) -> float:
    """Share of samples at or beyond a limit."""
    values = np.array(values)
    return float(np.mean(values >= limit if above else values <= limit))


def drawn() -> dict[str, dict[str, Any]]:
    """Posterior of each mode: what its draws are worth, and its quantiles."""
    kept, found = data.read("posterior"), {}
    for name in MODES:
        one = posterior(kept[name])
        found[name] = {
            **{key: kept[name][key] for key in ("draws", "rounds")},
            "size": one.effective_size,
            "summary": one.summary(),
            "parameters": {row["name"]: row for row in one.table().to_dict("records")},
        }
    return found


def informed(found: Found, name: str) -> dict[str, Any]:
    """Standard error after each experiment over that before, and which is best for what."""
    one = found[f"information, {name}"]
    short = [n.removeprefix("Carbon ").split(" [")[0] for n in one["names"]]
    short = [n.removeprefix("electrode ").removeprefix("particle ") for n in short]
    after = one["after"]
    return {
        "names": short,
        "ratios": {e: [a / b for a, b in zip(after[e], one["before"], strict=True)] for e in after},
        "best": {n: min(after, key=lambda e: after[e][k]) for k, n in enumerate(short)},
    }


def facts(found: Found) -> dict[str, Any]:
    """Numbers of the template."""
    modes = drawn()
    return {
        "isotherms": found["isotherm"],
        "recovery": found["recovery"],
        "modes": modes,
        "known": {name: one for name, one in modes.items() if one["size"] >= LEAST},
        "chosen": PROTOCOL,
        "predicted": rows(found, "prediction", PREDICTED),
        "plated": rows(found, "plating", PLATED),
        "between": found[f"plating, {PLATED[0]}"]["between"],
        "fitted": found["prediction, fjh posterior"]["quantities"][0],
        "assumed": found["prediction, fjh assumed"]["quantities"][0],
        "quantiles": ("nominal", *QUANTILES),
        "energy": claim("F02").value,
        "ratio": claim("F01").value,
        "informed": {name: informed(found, name) for name in MODES},
    }


def draw(found: Found) -> Any:
    """Share of samples at or below an energy at 0.05 C, one panel per set."""
    names = list(dict.fromkeys(key.split(" ")[0] for key in PREDICTED))
    picture, panels = figure(len(names))
    for name, ax in zip(names, panels, strict=True):
        for group, words in GROUPS.items():
            if f"{name} {group}" not in PREDICTED:
                continue
            values = np.sort(found[f"prediction, {name} {group}"]["values"]["energy_Wh_kg_active at 0.05 C"])
            ax.step(values, (np.arange(len(values)) + 0.5) / len(values), where="mid", label=words)
        ax.axvline(claim("F02").value, color="black", linestyle="--", label="reported, rate not stated")
        ax.set(xlabel="Energy at 0.05 C / Wh kg$^{-1}$", ylabel="Share of samples", title=name)
        ax.legend(fontsize="small")
    return picture


def draw_plating(found: Found) -> Any:
    """Median and bands of the least mass ratio over the rate, one panel per set."""
    names = list(dict.fromkeys(key.split(" ")[0] for key in PLATED))
    picture, panels = figure(len(names))
    for name, ax in zip(names, panels, strict=True):
        groups = [group for group in GROUPS if f"{name} {group}" in PLATED]
        for k, group in enumerate(groups):
            rows = found[f"plating, {name} {group}"]["quantities"]
            rates = np.array([float(row["quantity"].split(" at ")[1].split(" ")[0]) for row in rows])
            at = rates * 1.15 ** (k - (len(groups) - 1) / 2)
            q = np.array([[row[one] for one in QUANTILES] for row in rows]).T
            line = ax.errorbar(at, q[2], [q[2] - q[0], q[4] - q[2]], fmt="o", label=GROUPS[group])
            ax.errorbar(at, q[2], [q[2] - q[1], q[3] - q[2]], fmt="none", color=line[0].get_color(), lw=4)
        ax.axhline(claim("F01").value, color="black", linestyle="--", label="the paper's cell")
        ax.set(xscale="log", xlabel="Rate / C", ylabel="Least mass ratio without plating", title=name)
        # an end of the search is where a band is cut, not where it ends
        low, high = found[f"plating, {PLATED[0]}"]["between"]
        ax.set_ylim(low - 0.02, high + 0.02)
        plain_ticks(ax, x=list(rates))
        ax.legend(fontsize="small", loc="upper left")
    return picture


PICTURES = {"own_carbon_energy": draw, "own_carbon_plating": draw_plating}
