"""Write docs/verification.md: problems with known answers, what was found, and the bars.

``python scripts/verification_page.py run`` solves them as ``python -m napore.validation.verification`` does (five
minutes on a quiet machine), writes docs/data/verification.json, and the page; ``cells`` runs 400 random
cells, or goes on where they were stopped (build/random_cells); ``page`` writes the page from what is there.
"""

# ruff: noqa: E501 (sentences of the page)
import json
import os
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

import pybamm

from napore.files import write_json
from napore.validation.verification import run
from napore.validation.verification.balances import SINH_RATES
from napore.validation.verification.random_runs import Outcome, outcomes, summary

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "docs" / "data" / "verification.json"
PAGE = ROOT / "docs" / "verification.md"
KEPT = ROOT / "build" / "random_cells"
CELLS = 400


def row(*cells: str) -> str:
    """One row of a Markdown table."""
    return "| " + " | ".join(cells) + " |"


def what(finding: dict[str, Any]) -> str:
    """Problem and quantity."""
    note = f" ({finding['note']})" if finding["note"] else ""
    return f"{finding['problem']}: {finding['quantity']}{note}"


def bar(finding: dict[str, Any]) -> str:
    """Bar with its direction."""
    return f"{'>=' if finding['at_least'] else '<='} {finding['bar']:.0e}"


def cells() -> dict[str, Any]:
    """What became of the random cells, each one that failed or has a fault with its seed and cause."""
    found = list(outcomes(range(CELLS), KEPT))
    return {
        "summary": summary(found),
        "rows": [asdict(one) for one in found if one.faults or one.status in ("solver", "unfinished")],
        "worst": {
            name: worst(found, name) for name in ("filled", "sodium", "passed", "salt", "charge", "jump")
        },
        "beyond": max(max(-one.lowest, one.highest - 1.0) for one in found),
    }


def worst(found: list[Outcome], name: str) -> float:
    """Largest of one figure."""
    return max(float(getattr(one, name)) for one in found)


def random_cells(found: dict[str, Any]) -> list[str]:
    """Section of the random cells."""
    figures = found["worst"]
    return [
        "## Random cells",
        "",
        "Set, model, laws, options, numbers, temperature (-20 to 50 C) and protocol drawn from a seed; every solution that an experiment makes is checked,",
        "at every point that the solver kept. `python -m napore.validation.verification.random_runs --seeds 0:400` repeats it. "
        + found["summary"]
        + ".",
        "",
        f"Farthest that a site lies beyond 0 or 1: {max(0.0, found['beyond']):.1e}; that the solver's state of a pore or trap does: {figures['filled']:.1e}. Largest change of",
        f"the voltage between neighbouring points that potentials and overpotentials leave unexplained: {1e3 * figures['jump']:.1e} mV. Sodium of all particles over the sites: {figures['sodium']:.1e}; of one",
        f"electrode against the charge passed: {figures['passed']:.1e}; salt: {figures['salt']:.1e}; charge against the integral of the current, whose trapezoids",
        f"a hold is too steep for: {figures['charge']:.1e}.",
        "",
        row("seed", "cell", "model", "status", "faults", "protocol", "options and numbers", "cause"),
        row(*["---"] * 8),
        *(
            row(
                str(one["seed"]),
                one["name"],
                one["model"],
                one["status"],
                ", ".join(one["faults"]),
                one["protocol"],
                one["options"],
                one["cause"],
            )
            for one in found["rows"]
        ),
        "",
    ]


def page(content: dict[str, Any]) -> str:
    """Text of the page."""
    findings = content["findings"]
    missed = [f for f in findings if not f["met"]]
    rate, spread = SINH_RATES.values()
    if any("energy" in f["quantity"] or "sodium" in f["quantity"] for f in missed):
        raise ValueError("the page says that sodium and energy are conserved, but the numbers do not")
    lines = [
        "# Verification",
        "",
        "Problems with known answers, in `validation/verification/`. Written by `scripts/verification_page.py`; `python -m napore.validation.verification` prints the same",
        f"(five minutes). napore {content['napore']}, PyBaMM {content['pybamm']}.",
        "",
        f"{len(findings) - len(missed)} of {len(findings)} hold." + (" Not met:" if missed else ""),
        "",
        *(f"- {what(f)}: {f['found']:.3g}, bar {f['bar']:g}" for f in missed),
        "",
        "The relaxation law lags the equilibrium by `I/(Q k_min)` of its slowest class, and the isotherm is steepest at its low end: 1 mV needs",
        "a rate of 5e-5 of that, where it holds (below). The sinh law, faster when it is far from equilibrium, holds at 1e-3.",
        "",
        f"The balances of the sinh law are those of a carbon whose median filling rate is {rate:g} 1/s, spread over {spread:g} decades. With the rates of the set,",
        "which are those of the relaxation law, it makes the fastest class 22,000 times faster still: its heat is then a difference of states below the",
        "tolerance, and the energy of a cycle at 1 C misses by 3e-3 (SPMe) and 6e-2 (DFN) of the throughput at 1e-8; in the SPMe by 3e-5 at 1e-10, which the DFN is not solved at.",
        "",
        "Heat is solved at a relative tolerance of 1e-8, the default of a model that computes it: fast classes of pores are so near equilibrium that at 1e-5",
        "their heat is mostly noise (an adiabatic cell of `fjh-b` at 1 C would warm by 0.44 K instead of 0.012 K in the DFN).",
        "",
        "The DFN means the electrolyte's conductivity harmonically between neighbouring volumes; PyBaMM's own arithmetic mean costs about 1 mAh/g at 5 C on",
        "the default mesh where the porosity jumps at the separator.",
        "",
        '"The model\'s own heat" is PyBaMM\'s total heating with what the carbon\'s storage releases and the option "heat of mixing"; the other',
        "two energy rows are computed from the stored states alone. Without storage and mixing the heat misses the balance by 2 % of the throughput",
        "at 5 C (half cell, SPM).",
        "",
        "PyBaMM charges a double layer without taking cations from the electrolyte, so that anions hold its charge and bring the chemical potential",
        "of the salt; a balance that leaves them out misses by 2.3e-3 of the throughput in the drive cycle.",
        "",
        row("met", "found", "bar", "problem: quantity"),
        row(*["---"] * 4),
        *(row("yes" if f["met"] else "no", f"{f['found']:.2e}", bar(f), what(f)) for f in findings),
        "",
        *random_cells(content["cells"]),
    ]
    return "\n".join(lines)


def main() -> None:
    """Solve, or write the page from what was found."""
    asked = sys.argv[1] if len(sys.argv) == 2 else ""
    if asked not in ("run", "cells", "page"):
        raise SystemExit(__doc__)
    pybamm.set_logging_level("CRITICAL")
    kept = json.loads(DATA.read_text("utf-8")) if DATA.exists() else {}
    if asked == "run":
        findings = [{**asdict(f), "found": float(f.found), "met": bool(f.met)} for f in run()]
        made = {"napore": version("napore"), "pybamm": version("pybamm"), "findings": findings}
        write_json(DATA, {**kept, **made})
    if asked == "cells":
        write_json(DATA, {**kept, "cells": cells()})
    PAGE.write_text(page(json.loads(DATA.read_text("utf-8"))), "utf-8")


if __name__ == "__main__":
    main()
