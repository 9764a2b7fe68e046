"""Write docs/calibration.md from what scripts/calibrate_gu2025.py found."""

import json
import math
from pathlib import Path
from typing import Any

from calibrate_gu2025 import CHARGE_TRANSFER_RESISTANCE_OHM, CLASSES, EXPLANATIONS, FINDINGS, ROOT

from napore.calibration.gu2025 import FREE, SOURCES, SPREAD

PAGE = ROOT / "docs" / "calibration.md"
WORDS = {3: "three", 4: "four", 5: "five", 6: "six"}
NEAR = 1.02
"""A start ends in the lowest minimum where its misfit and priors are at most this times the lowest."""
ENOUGH = 4.0
"""Misfit that counts as following the rates: two standard deviations of one number."""


def row(*cells: Any) -> str:
    """One row of a Markdown table."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def priors() -> list[str]:
    """Bounds and priors."""
    lines = [row("parameter", "bounds", "prior", "from"), row(*["---"] * 4)]
    for name, f in FREE.items():
        prior = (
            "none"
            if f.prior is None
            else f"{f.prior[0]:g} ± {f.prior[1]:g}" + (" (log10)" if f.logarithmic else "")
        )
        lines.append(row(name.removeprefix("Carbon "), f"{f.low:g} to {f.high:g}", prior, SOURCES[name]))
    return lines


def explanations(found: list[dict[str, Any]]) -> list[str]:
    """Misfit, number of fitted values and capacities of each explanation."""
    lines = [
        row(
            "explanation",
            "fitted",
            "misfit",
            "priors",
            "0.02 C",
            "0.1 C",
            "0.5 C",
            "5 C",
            "plateau share",
            "starts that end there",
            "on bounds",
        ),
        row(*["---"] * 11),
    ]
    for f in found:
        starts = f["objectives by start"]
        rates = [f"{f[f'capacity at {rate} C [mAh/g]']:.1f}" for rate in ("0.02", "0.1", "0.5", "5")]
        bounds = ", ".join(name.removeprefix("Carbon ") for name in f["on bounds"]) or "none"
        lines.append(
            row(
                f["explanation"],
                f["fitted values"],
                f["misfit"],
                f["priors"],
                *rates,
                f"{100 * f['plateau share at 0.1 C']:.1f} %",
                f"{sum(one <= NEAR * min(starts) for one in starts)} of {len(starts)}",
                bounds,
            )
        )
    return lines


def conclusion(found: list[dict[str, Any]]) -> list[str]:
    """What the explanations say; raises where the words would contradict the numbers."""
    by = {e: next(f for f in found if f["explanation"] == e.name) for e in EXPLANATIONS}
    relaxing = {(e.classes, e.sign): f for e, f in by.items() if e.law == "relaxation" and e.sizes is None}
    one = relaxing[1, 1]["misfit"]
    two = min((f for (classes, _), f in relaxing.items() if classes == 2), key=lambda f: f["misfit"])
    spread = min(f["misfit"] for e, f in by.items() if e.sizes is not None)
    sinh = min((f for e, f in by.items() if e.law == "sinh"), key=lambda f: f["misfit"])
    follow = {key: f for key, f in relaxing.items() if key[0] > 2}
    both = [n for n in WORDS if all(follow[key]["misfit"] < ENOUGH for key in follow if key[0] == n)]
    if min(one, spread) < 100.0 or two["misfit"] < 2 * ENOUGH or min(both) != CLASSES:
        raise SystemExit("the explanations contradict the words of conclusion(): write them anew")
    told = {
        words: ", ".join(
            f"{WORDS[n]} {f['misfit'] + f['priors']:.1f}" for (n, sign), f in follow.items() if sign == which
        )
        for which, words in ((1, "small pores fast"), (-1, "large pores fast"))
    }
    return [
        f"Reported: 341, 309 to 328, 275.3, 202.2 mAh/g and 69.9 %. One class cannot (misfit {one:.0f}), and a size distribution inside the sieve",
        f"cannot either ({spread:.0f}, from one start): the loss with the logarithm of the rate needs rates spread over decades.",
        f"Two classes miss by {two['misfit']:.0f} at best, with {len(two['on bounds'])} values on their bounds.",
        f"From three classes on, misfit and priors together are: {'; '.join(f'{words}: {text}' for words, text in told.items())}.",
        f"Among those with a misfit below {ENOUGH:g} six data do not choose; {WORDS[CLASSES]} is the fewest with which both signs have one, and is shipped.",
        f"The sinh law comes to {sinh['misfit']:.1f} (`{sinh['explanation']}`). The number of classes is how finely a distribution of rates is cut, not a fitted value.",
        "Seven fitted values stand against six data, so the priors carry part of it (below).",
    ]


def identified(found: dict[str, Any]) -> list[str]:
    """What the data determine of a set."""
    lines = [
        row("parameter", "value", "standard error", "95 % interval", "share of the data", "verdict"),
        row(*["---"] * 6),
    ]
    for p in found["parameters"]:
        unit = "" if p["unit"] == "-" else f" [{p['unit']}]"
        lines.append(
            row(
                p["name"].removeprefix("Carbon ") + unit,
                f"{p['value']:.4g}",
                f"{p['standard_error']:.2g}",
                f"{p['low_95']:.3g} to {p['high_95']:.3g}",
                f"{p['share_of_data']:.2f}",
                p["verdict"],
            )
        )
    return lines


def again(found: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """A later run of the same fit beside a shipped set."""
    places = {
        p["name"]: FREE[f"{p['name']} [{p['unit']}]" if p["unit"] != "-" else p["name"]]
        for p in other["parameters"]
    }
    rows, farthest, outside = (
        [row("parameter", "shipped", "again", "apart / standard error"), row(*["---"] * 4)],
        0.0,
        [],
    )
    for one, two in zip(found["parameters"], other["parameters"], strict=True):
        f = places[one["name"]]
        slope = one["value"] * math.log(10.0) if f.logarithmic else 1.0
        apart = abs(f.to_scale(two["value"]) - f.to_scale(one["value"])) / (one["standard_error"] / slope)
        farthest = max(farthest, apart)
        if not one["low_95"] <= two["value"] <= one["high_95"]:
            outside.append(one["name"].removeprefix("Carbon "))
        rows.append(
            row(
                one["name"].removeprefix("Carbon "),
                f"{one['value']:.4g}",
                f"{two['value']:.4g}",
                f"{apart:.2f}",
            )
        )
    sums = [f"{one['misfit'] + one['priors']:.3f}" for one in (found, other)]
    return [
        f"The same fit run again, with derivatives taken along the valley since: misfit and priors {sums[1]} (shipped {sums[0]}; an interval ends 3.84 higher), "
        f"values at most {farthest:.2f} standard errors apart, "
        + (f"outside their interval: {', '.join(outside)}." if outside else "all inside their intervals."),
        "",
        *rows,
        "",
    ]


def shipped(name: str, found: dict[str, Any]) -> list[str]:
    """A set of FJH: what it gives, where its fits ended, and what the data determine of it."""
    ends = sorted(found["objectives by start"])
    reached = sum(end < ends[0] + 0.5 for end in ends)
    spread = next(p for p in found["parameters"] if "spread" in p["name"])
    limit = (
        ""
        if abs(spread["value"]) < FREE[SPREAD].high
        else f"The spread ends on its bound of {FREE[SPREAD].high:g} decades: the data want the fast classes faster than any of the four rates can see. "
    )
    return [
        f"`{name}`, in the DFN: {capacities(found)}. Misfit {found['misfit']:.2f}, priors {found['priors']:.2f} (SPMe {found['misfit in the SPMe']:.2f} and "
        f"{found['priors in the SPMe']:.2f}). Misfit and priors from each start in the SPMe: {', '.join(f'{end:.2f}' for end in ends)}; {reached} of {len(ends)} "
        f"reach the lowest, the others end in local minima. {limit}",
        "",
        *identified(found),
        "",
    ]


def capacities(found: dict[str, Any]) -> str:
    """One line of results."""
    return ", ".join(
        f"{name} {value:g}" for name, value in found.items() if "[mAh/g]" in name or "share at" in name
    )


def interval(found: dict[str, Any], name: str, form: str = ".3g") -> str:
    """95 % interval of a parameter in words."""
    one = next(p for p in found["parameters"] if name in p["name"])
    return f"{one['low_95']:{form}} to {one['high_95']:{form}}"


def main() -> None:
    """Write the page."""
    found = json.loads(Path(FINDINGS).read_text("utf-8"))
    refit, left_out = found["refit"], found["leave-one-out"]
    fjh, other, tf = (refit[name] for name in ("gu2025_fjh", "gu2025_fjh_b", "gu2025_tf"))
    text = [
        "# Calibration of the two carbons",
        "",
        "Written by `scripts/calibration_page.py` from `docs/data/calibration_gu2025.json`, which `scripts/calibrate_gu2025.py` writes.",
        "",
        'Fitted to the rows with role "fit" only, under their definition: desodiation capacity of the last of three symmetric cycles,',
        "0.01 to 3 V at the terminals, from equilibrium at 3 V. Held: the charge-transfer resistance of carbon and foil together,",
        f"{CHARGE_TRANSFER_RESISTANCE_OHM['fjh']:g} ohm for FJH (K01) and {CHARGE_TRANSFER_RESISTANCE_OHM['tf']:g} ohm for TF (assumed: geometric mean of 40 to 300 ohm);",
        "electrolyte, separator and foil, shared by both; every filling rate at least 3e-6 1/s; all sites at most 1.10 of the capacity at 0.02 C.",
        "Misfit: sum of squared residuals over 0.5 % (0.02 C), 1 % (0.5 C), 0.75 % (5 C), the band 309 to 328 mAh/g and 19 mAh/g about its middle (0.1 C),",
        '1 point of plateau share, 5 % of the plateau. "priors" is the same sum over the priors.',
        "",
        "## Bounds and priors",
        "",
        *priors(),
        "",
        "## Explanations of the rate curve",
        "",
        "Capacities in mAh/g; SPMe (size distributions: SPM, without the electrolyte's loss, in their favour). Best of several starts, because the misfit has",
        f"several minima: the last column but one counts those within {100 * (NEAR - 1):.0f} % of the lowest misfit and priors.",
        "",
        *explanations(found["compare"]),
        "",
        *conclusion(found["compare"]),
        f"A cooperativity above one (95 % interval {interval(fjh, 'cooperativity')}) is what lets 5 C and 20 ohm hold together: with an ideal",
        "plateau (cooperativity 1, as wide as the thermal voltage) the polarisation at 5 C leaves half of it empty.",
        "",
        "## Shipped sets of FJH",
        "",
        "Outcome of `scripts/calibrate_gu2025.py --only refit --write`: the rows fitted through `napore.calibration.calibrate` in the SPMe from each start,",
        "refined in the DFN. Intervals are profile likelihoods in the SPMe and hold the priors; where the data bring",
        'less than half of the information the verdict is "not determined: the prior decides". Samples of the posterior are on [another page](own_carbon.md).',
        "",
        "### Small pores fill fast",
        "",
        *shipped("fjh", fjh),
        *again(fjh, found["again"]["gu2025_fjh"]),
        f"The objective has a long flat valley: median rate ({interval(fjh, 'median filling rate', '.2g')} 1/s) and spread ({interval(fjh, 'rate spread')} decades)",
        "rise together, the slowest class keeps its rate, and the fast classes become faster than any of the four rates can see. Predictions for currents above 5 C rest on it.",
        "",
        "### Large pores fill fast",
        "",
        *shipped("fjh-b", other),
        *again(other, found["again"]["gu2025_fjh_b"]),
        "Rates alone do not tell the two apart; predictions are to be made with both (`fjh` and `fjh-b`).",
        "",
        "## TF",
        "",
        f"Two numbers (252 mAh/g at 0.02 C, plateau 169 at 0.1 C) determine the capacity and the share of sites; the rest is FJH's. In the DFN: {capacities(tf)}.",
        "The plateau at 5 C and the total there are predictions from the assumed resistance.",
        "",
        *identified(tf),
        "",
        "## Leave one out",
        "",
        "The slow rates are fitted while the capacity at 5 C is pulled away in steps of 20 mAh/g, from both sets, bounds but no priors:",
        f"{left_out['accepted']} of {left_out['fits']} fits keep a misfit of at most 4 to the slow rates, and they reach from",
        f"{left_out['lowest'] or float('nan'):.0f} to {left_out['highest'] or float('nan'):.0f} mAh/g at 5 C (reported: 202.2).",
        "The slow rates alone do not fix the fast one.",
        "",
    ]
    PAGE.write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    main()
