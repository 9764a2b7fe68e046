"""Write docs/calibration.md from what scripts/calibrate_gu2025.py found."""

import json
from pathlib import Path
from typing import Any

from calibrate_gu2025 import CHARGE_TRANSFER_RESISTANCE_OHM, CLASSES, FINDINGS, ROOT, STARTS

from napore.calibration.gu2025 import FREE, SOURCES
from napore.parameters.sets import load_set

PAGE = ROOT / "docs" / "calibration.md"


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
            "on bounds",
        ),
        row(*["---"] * 10),
    ]
    for f in found:
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
                bounds,
            )
        )
    return lines


def identified(found: dict[str, Any]) -> list[str]:
    """What the data determine of a set."""
    lines = [row("parameter", "standard error", "share of the data", "verdict"), row(*["---"] * 4)]
    for v in found["identified"]:
        scale = " (log10)" if FREE[v["name"]].logarithmic else ""
        lines.append(
            row(
                v["name"].removeprefix("Carbon "),
                f"{v['standard_error']:.2g}{scale}",
                f"{v['share']:.2f}",
                v["verdict"],
            )
        )
    return lines


def again(found: dict[str, Any], name: str) -> list[str]:
    """The refit of a set beside its shipped values."""
    shipped = load_set(name).entries
    lines = [
        row("parameter", "shipped", "fitted again", "95 % interval", "share of the data", "verdict"),
        row(*["---"] * 6),
    ]
    for p in found["parameters"]:
        full = p["name"] if p["unit"] == "-" else f"{p['name']} [{p['unit']}]"
        low, high = p["low_95"], p["high_95"]
        profiled = low is not None
        outside = profiled and not low <= shipped[full].value <= high
        lines.append(
            row(
                full.removeprefix("Carbon "),
                f"{shipped[full].value:.4g}" + (" (outside)" if outside else ""),
                f"{p['value']:.4g}",
                f"{low:.3g} to {high:.3g}" if profiled else "-",
                f"{p['share_of_data']:.2f}",
                p["verdict"],
            )
        )
    return lines


def refitted(found: dict[str, Any]) -> list[str]:
    """What the public interface finds from other starts, and what would follow from it."""
    ship, refit = found["ship"], found["refit"]
    lines = [
        "## The same rates fitted again",
        "",
        "`scripts/calibrate_gu2025.py --only refit` fits the same rows through `napore.calibration.calibrate`: five starts in the SPMe with "
        "derivatives that are free of the solver's noise, refined in the DFN; the upper bound of the median rate is 3 1/s, not 0.3. "
        "Intervals are profile likelihoods in the SPMe and hold the priors; where the data bring less than half of the information, "
        'the verdict is "not determined: the prior decides". Values that were not profiled say so; samples of the posterior are on [another page](own_carbon.md).',
        "",
    ]
    for name, key in (("fjh", "gu2025_fjh"), ("fjh-b", "gu2025_fjh_b")):
        one, old = refit[key], ship[key]
        total, before = one["misfit"] + one["priors"], old["misfit"] + old["priors"]
        ends = ", ".join(f"{end:.2f}" for end in sorted(one["objectives by start"]))
        lines += [
            f"**{name}**: misfit and priors together {total:.2f} in the DFN (shipped {before:.2f}, higher by {before - total:.2f}; a "
            f"95 % region of one value is 3.84 wide). From the {len(STARTS)} starts the SPMe ends at {ends}.",
            "",
            *again(one, name),
            "",
        ]
    claims = refit["claims"]
    lines += [
        "The values that the data determine, capacity and wetting energy, come out again; rate, spread and cooperativity do not, "
        "though the shipped ones lie inside the intervals of `fjh` where none is marked: the objective has a long flat valley along which "
        "the fast classes become faster than any of the four rates can see, while the slowest keeps its 1e-4 1/s. The first calibration "
        "stopped in that valley, above its floor but inside the region that the data allow. The shipped values are kept, since every page "
        "and the fits of ageing rest on them. What `napore validate` (DFN) gives with each, the film of the ageing model not fitted again:",
        "",
        row("claim", "reported", "shipped set", "fitted again"),
        row(*["---"] * 4),
        *(
            row(c["id"] + " " + c["quantity"], *(show(c[k]) for k in ("reported", "shipped", "refit")))
            for c in claims
        ),
        "",
    ]
    return lines


def show(value: Any) -> str:
    """A number, or yes or no."""
    return ("yes" if value else "no") if isinstance(value, bool) else f"{value:.4g}"


def capacities(found: dict[str, Any]) -> str:
    """One line of results."""
    return ", ".join(
        f"{name} {value:g}" for name, value in found.items() if "[mAh/g]" in name or "share at" in name
    )


def main() -> None:
    """Write the page."""
    found = json.loads(Path(FINDINGS).read_text("utf-8"))
    ship, left_out = found["ship"], found["leave-one-out"]
    text = [
        "# Calibration of the two carbons",
        "",
        "Written by `scripts/calibration_page.py` from `docs/data/calibration_gu2025.json`. The explanations, the shipped sets and the rates "
        "left out are of the first calibration, whose optimiser `scripts/calibrate_gu2025.py` no longer has: run now, it regenerates the "
        "refit and would find other values for the rest.",
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
        "Capacities in mAh/g; SPMe (size distributions: SPM, without the electrolyte's loss, in their favour). Best of three starts each (four with the sinh law, one where sizes are spread), because the misfit has several minima.",
        "",
        *explanations(found["compare"]),
        "",
        "Reported: 341, 309 to 328, 275.3, 202.2 mAh/g and 69.9 %. One class cannot, two leave a step in the curve: the loss with the logarithm",
        "of the rate needs rates spread over some five decades. A size distribution inside the sieve cannot either, at any diffusivity.",
        f"Chosen: {CLASSES} classes with the relaxation law: in the DFN the misfit is {ship['gu2025_fjh']['misfit']:.1f} and no value ends on a bound; fewer",
        "classes leave more, more classes gain nothing that six data could show. The number of classes is how",
        "finely a distribution of rates is cut, not a fitted value. Seven fitted values stand against six",
        "data, so the priors carry part of it (below). A cooperativity near 4 is what lets 5 C and 20 ohm hold together: with an ideal",
        "plateau (cooperativity 1, as wide as the thermal voltage) the polarisation at 5 C leaves half of it empty.",
        "",
        "## Shipped set of FJH: small pores fast",
        "",
        f"In the DFN: {capacities(ship['gu2025_fjh'])}. Misfit {ship['gu2025_fjh']['misfit']:.2f}, priors {ship['gu2025_fjh']['priors']:.2f}.",
        "",
        *identified(ship["gu2025_fjh"]),
        "",
        "These errors and verdicts are those of a linear model around the shipped set; [below](#the-same-rates-fitted-again) are profiles.",
        "",
        "## Second set: large pores fast",
        "",
        f"In the DFN: {capacities(ship['gu2025_fjh_b'])}. Misfit {ship['gu2025_fjh_b']['misfit']:.2f}, priors {ship['gu2025_fjh_b']['priors']:.2f}.",
        "Rates alone do not tell the two apart; predictions are to be made with both (`fjh` and `fjh-b`).",
        "",
        *identified(ship["gu2025_fjh_b"]),
        "",
        "## TF",
        "",
        f"Two numbers (252 mAh/g at 0.02 C, plateau 169 at 0.1 C) determine the capacity and the share of sites; the rest is FJH's. In the DFN: {capacities(ship['gu2025_tf'])}.",
        "The plateau at 5 C and the total there are predictions from the assumed resistance.",
        "",
        *identified(ship["gu2025_tf"]),
        "",
        *refitted(found),
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
