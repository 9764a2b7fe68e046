"""Write docs/calibration.md from what scripts/calibrate_gu2025.py found."""

import json
from pathlib import Path
from typing import Any

from calibrate_gu2025 import CHARGE_TRANSFER_RESISTANCE_OHM, CLASSES, FINDINGS, PARAMETERS, ROOT, SOURCES

PAGE = ROOT / "docs" / "calibration.md"


def row(*cells: Any) -> str:
    """One row of a Markdown table."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def priors() -> list[str]:
    """Bounds and priors."""
    lines = [row("parameter", "bounds", "prior", "from"), row(*["---"] * 4)]
    for name, f in PARAMETERS.items():
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
        scale = " (log10)" if PARAMETERS[v["name"]].logarithmic else ""
        lines.append(
            row(
                v["name"].removeprefix("Carbon "),
                f"{v['standard_error']:.2g}{scale}",
                f"{v['share']:.2f}",
                v["verdict"],
            )
        )
    return lines


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
        "Written by `scripts/calibration_page.py` from `docs/data/calibration_gu2025.json`, which `scripts/calibrate_gu2025.py` regenerates.",
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
        "These verdicts are those of a linear model around the shipped set. Fitted again from other starts and with another optimiser "
        "([a carbon of one's own](own_carbon.md)) the SPMe finds a set of lower objective with faster and wider spread rates: rate and spread "
        "are bounded from below rather than determined, and the shipped kinetics are one of several that the four rates allow.",
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
