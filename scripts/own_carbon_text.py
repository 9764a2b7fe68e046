"""Text and picture of the posterior, its predictions and expected information, for own_carbon_page.py."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from napore.calibration.draws import PROTOCOL
from napore.parameters.reported import reported
from napore.plotting import figure, style

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
_QUANTILES = ("q025", "q160", "q500", "q840", "q975")


def posterior_text(found: Mapping[str, Any]) -> list[str]:
    """Posterior of both modes."""
    lines = [
        "## Posterior of the fitted numbers",
        "",
        'The rows of role "fit", tolerances, priors and bounds of [the calibration](calibration.md) in',
        "the SPMe, the sign of the spread of rates held: `fjh` small, `fjh-b` large pores fast. Walkers",
        "alone would need some ten thousand simulations, and draws from a t distribution about the fit are",
        "worth few samples, for the posterior is bent: rate, spread and cooperativity compensate each other.",
        "Here walkers sample an interpolation of the residuals between simulations, and what they find is",
        "simulated and weighed by true over interpolated density; the weights say what the draws are worth.",
        "",
    ]
    for name, one in found.items():
        none = "" if one["effective_size"] >= LEAST else " No quantile is given of so few."
        lines.append(f"- `{name}`: {one['rounds']} rounds of {one['draws']}; {one['summary']}.{none}")
    found = {name: one for name, one in found.items() if one["effective_size"] >= LEAST}
    if not found:
        return [*lines, ""]
    names = [row["name"] for row in next(iter(found.values()))["parameters"]]
    lines += [
        "",
        "| parameter | " + " | ".join(f"{name}: 2.5 %, median, 97.5 %" for name in found) + " |",
        "| --- |" + " --- |" * len(found),
    ]
    for k, name in enumerate(names):
        cells = [
            "{q025:.4g}, {q500:.4g}, {q975:.4g}".format(**one["parameters"][k]) for one in found.values()
        ]
        lines.append(f"| {name.removeprefix('Carbon ')} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def reported_value(claim: str) -> float:
    """A number of the paper: F01, mass ratio; F02, energy on both active masses [Wh/kg], without a rate."""
    return float(next(row for row in reported() if row.id == claim).value or 0.0)


def prediction_text(found: Mapping[str, Any]) -> list[str]:
    """Energy and mass ratio with bands, three groups apart."""
    energy = reported_value("F02")
    lines = [
        "## The paper's cell with credible bands",
        "",
        "FJH against NVP at 2 : 5 in the SPMe, one cycle per rate, nothing fitted to it. Three groups",
        "apart: the fitted numbers of the carbon from the posterior above; assumed and literature numbers",
        "of the cell, cathode included, evenly from the ranges in their files; both, drawn independently.",
        "The carbon is not fitted again for each draw of what its fit held fixed; how much that widens the",
        "last two was not computed. Measured and derived numbers are not drawn, nor is what an experimenter",
        "chooses and knows:",
        "",
    ]
    lines += [f"- {name}: {reason}" for name, reason in PROTOCOL.items()]
    for name in dict.fromkeys(key.split(" ")[0] for key in found):
        if f"{name} both" not in found:
            lines += [
                "",
                f"Of `{name}` only the ranges are drawn: there are too few samples of its posterior.",
            ]
    lines += [
        "",
        "| set | drawn | quantity | nominal | 2.5 % | 16 % | 50 % | 84 % | 97.5 % | solved |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for key, part in found.items():
        name, group = key.split(" ")
        for row in part["quantities"]:
            values = " | ".join(f"{row[q]:.4g}" for q in ("nominal", *_QUANTILES))
            lines.append(
                f"| {name} | {GROUPS[group]} | {QUANTITIES[row['quantity']]} | {values} | "
                f"{part['solved']} of {part['samples']} |"
            )
    lines += [
        "",
        f"Reported: {energy:g} Wh/kg, without a rate. Beyond the outermost quantiles lies less than one of",
        "so few samples: they are rough.",
        "",
        f"| set | drawn | rate | {energy:g} Wh/kg | share of samples at or above |",
        "| --- | --- | --- | --- | --- |",
    ]
    for key, part in found.items():
        name, group = key.split(" ")
        for row in part["quantities"][:2]:
            values = np.array(part["values"][row["quantity"]])
            where = (
                "inside the 68 % band"
                if row["q160"] <= energy <= row["q840"]
                else "inside the 95 % band"
                if row["q025"] <= energy <= row["q975"]
                else "above the 95 % band"
                if row["q975"] < energy
                else "below the 95 % band"
            )
            rate = row["quantity"].split(" at ")[1]
            lines.append(
                f"| {name} | {GROUPS[group]} | {rate} | {where} | {100 * np.mean(values >= energy):.0f} % |"
            )
    lines += ["", "![Distribution of the energy density](images/own_carbon_energy.png)", ""]
    lines += [
        "What makes the energy at 0.05 C vary: rank correlation (Spearman) with the numbers that equations",
        "read (at 25 C, those of temperature do nothing), where chance alone would give as much for any of",
        "them in less than 5 % of such draws (Bonferroni).",
        "",
        "| set | drawn | read | strongest first |",
        "| --- | --- | --- | --- |",
    ]
    for key, part in found.items():
        name, group = key.split(" ")
        cells = _drivers(part, next(iter(part["drivers"])))
        lines.append(f"| {name} | {GROUPS[group]} | {part['read']} | {cells} |")
    for key, part in found.items():
        tail = part["low tail"]
        if tail is not None:
            name, group = key.split(" ")
            end = "lowest" if tail["below"] else "highest"
            parameter, share, purity = tail["parameter"].split(" [")[0], tail["share"], tail["purity"]
            told = (
                f"of as many samples with the {end} {parameter} (to {tail['edge']:.3g}) {100 * purity:.0f} % "
                "are among them, more than of any other number."
                if purity >= 0.5
                else "no single number separates them from the others."
            )
            lines += [
                "",
                f"`{name}`, {GROUPS[group]}: {100 * share:.0f} % of the samples have less than half of the",
                f"median energy; {told}",
            ]
    return [*lines, ""]


def _drivers(part: Mapping[str, Any], quantity: str) -> str:
    """Numbers that make a quantity vary more than chance would, strongest first."""
    found = [
        f"{one['parameter'].split(' [')[0]} {one['correlation']:+.2f}"
        for one in part["drivers"][quantity]
        if one["p_value"] < 0.05 / part["read"]
    ]
    return ", ".join(found) or "none"


def plating_text(found: Mapping[str, Any]) -> list[str]:
    """Least mass ratio without plating, with bands."""
    low, high = next(iter(found.values()))["between"]
    paper = reported_value("F01")
    lines = [
        "## Plating with credible bands",
        "",
        "Least mass ratio at which the carbon stays above 0 V against sodium everywhere while the cell is",
        f"charged at a rate, in the SPMe, between {low:g} and {high:g}; groups as above. The best ratio",
        "without plating is the larger of this and of the best at equilibrium. The paper's cell has"
        f" {paper:g}. As above, the carbon is not fitted again for each draw of what its fit held fixed.",
        "In Python `napore.calibration.bands.PlatingLimit(cell)` in the place of `EnergyAndRatio(cell)`.",
        "",
        "| set | drawn | rate | nominal | 2.5 % | 16 % | 50 % | 84 % | 97.5 % | "
        f"at most {paper:g} | solved |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for key, part in found.items():
        name, group = key.split(" ")
        for row in part["quantities"]:
            at = [
                f"at least {high:g}"
                if row[q] >= high
                else f"at most {low:g}"
                if row[q] <= low
                else f"{row[q]:.3f}"
                for q in ("nominal", *_QUANTILES)
            ]
            held = 100 * np.mean(np.array(part["values"][row["quantity"]]) <= paper)
            lines.append(
                f"| {name} | {GROUPS[group]} | {row['quantity'].split(' at ')[1]} | {' | '.join(at)} | "
                f"{held:.0f} % | {part['solved']} of {part['samples']} |"
            )
    lines += ["", "![Least mass ratio without plating](images/own_carbon_plating.png)", ""]
    lines += ["*Thick: 68 %, thin: 95 %; a band that reaches an end of the search goes on beyond.*", ""]
    lines += ["What makes it vary, as above:", ""]
    for key, part in found.items():
        name, group = key.split(" ")
        for quantity in part["drivers"]:
            lines.append(
                f"- `{name}`, {GROUPS[group]}, {quantity.split(' at ')[1]}: {_drivers(part, quantity)}"
            )
    return [*lines, ""]


def information_text(found: Mapping[str, Any]) -> list[str]:
    """Which experiment would determine what the rates leave open."""
    lines = [
        "## Which experiment would determine the rest",
        "",
        "Expected standard error of each number after one more experiment beside the paper's rates, over",
        "that before (linear, with the priors; errors of 2 mV, 1 % of a capacity, 5 % of a resistance).",
        "What the model cannot describe is not in it. The charge-transfer resistance speaks of the",
        "exchange current, which is not free here; a spectrum's low frequencies are not counted.",
        "",
    ]
    for name, one in found.items():
        short = [n.removeprefix("Carbon ").split(" [")[0] for n in one["names"]]
        short = [n.removeprefix("electrode ").removeprefix("particle ") for n in short]
        lines += [
            f"Around `{name}`:",
            "",
            "| experiment | " + " | ".join(short) + " |",
            "| --- |" + " --- |" * len(short),
        ]
        for experiment, after in one["after"].items():
            ratios = " | ".join(f"{a / b:.2f}" for a, b in zip(after, one["before"], strict=True))
            lines.append(f"| {experiment} | {ratios} |")
        lines += ["", "Best for:", ""]
        for k, parameter in enumerate(short):
            best = min(one["after"], key=lambda experiment: one["after"][experiment][k])
            lines.append(f"- {parameter}: {best}")
        lines.append("")
    return lines


def draw(found: Mapping[str, Any], file: Path) -> None:
    """Share of samples at or below an energy at 0.05 C, one panel per set."""
    names = list(dict.fromkeys(key.split(" ")[0] for key in found))
    with style():
        picture, panels = figure(len(names))
        for name, ax in zip(names, panels, strict=True):
            for group, words in GROUPS.items():
                if f"{name} {group}" not in found:
                    continue
                values = np.sort(found[f"{name} {group}"]["values"]["energy_Wh_kg_active at 0.05 C"])
                ax.step(values, (np.arange(len(values)) + 0.5) / len(values), where="mid", label=words)
            ax.axvline(
                reported_value("F02"), color="black", linestyle="--", label="reported, rate not stated"
            )
            ax.set(xlabel="Energy at 0.05 C / Wh kg$^{-1}$", ylabel="Share of samples", title=name)
            ax.legend(fontsize="small")
        picture.savefig(file)


def draw_plating(found: Mapping[str, Any], file: Path) -> None:
    """Median and bands of the least mass ratio over the rate, one panel per set."""
    names = list(dict.fromkeys(key.split(" ")[0] for key in found))
    with style():
        picture, panels = figure(len(names))
        for name, ax in zip(names, panels, strict=True):
            groups = [group for group in GROUPS if f"{name} {group}" in found]
            for k, group in enumerate(groups):
                rows = found[f"{name} {group}"]["quantities"]
                rates = np.array([float(row["quantity"].split(" at ")[1].split(" ")[0]) for row in rows])
                at = rates * 1.15 ** (k - (len(groups) - 1) / 2)
                q = np.array([[row[one] for one in _QUANTILES] for row in rows]).T
                line = ax.errorbar(at, q[2], [q[2] - q[0], q[4] - q[2]], fmt="o", label=GROUPS[group])
                ax.errorbar(at, q[2], [q[2] - q[1], q[3] - q[2]], fmt="none", color=line[0].get_color(), lw=4)
            ax.axhline(reported_value("F01"), color="black", linestyle="--", label="the paper's cell")
            ax.set(xscale="log", xlabel="Rate / C", ylabel="Least mass ratio without plating", title=name)
            # an end of the search is where a band is cut, not where it ends
            low, high = next(iter(found.values()))["between"]
            ax.set(ylim=(low - 0.02, high + 0.02), xticks=rates, xticklabels=[f"{one:g}" for one in rates])
            ax.minorticks_off()
            ax.legend(fontsize="small", loc="upper left")
        picture.savefig(file)
