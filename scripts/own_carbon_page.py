"""Write docs/own_carbon.md and docs/data/own_carbon.json: what a fit to data of one's own gives.

    python scripts/own_carbon_page.py [--only PART] [--carbon fjh] [--draws 100] [--samples 128] ...

Parts: PyBaMM's own hard carbon by two isotherms; parameters behind synthetic curves; the posterior of
the paper's carbon, energy and mass ratio of its cell with bands, and the information to expect of more
experiments. Each part is kept in the JSON, so that one can be done again.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

import numpy as np
import pybamm
from own_carbon_bands import GROUPS, MODES, expected_information, plating, posterior, prediction
from own_carbon_text import (
    draw,
    draw_plating,
    information_text,
    plating_text,
    posterior_text,
    prediction_text,
)
from tqdm import tqdm

from napore.calibration.isotherm import fit_isotherm, fit_msmr
from napore.files import write_text

ROOT = Path(__file__).resolve().parent.parent
FINDINGS = ROOT / "docs" / "data" / "own_carbon.json"
PAGE = ROOT / "docs" / "own_carbon.md"


def isotherm(_: argparse.Namespace) -> list[dict[str, Any]]:
    """PyBaMM's hard carbon by adsorption and pore filling, and by MSMR."""
    curve = pybamm.ParameterValues("Chayambuka2022")["Negative electrode OCP [V]"]
    x = np.linspace(0.002, 0.995, 200)
    V = np.array([curve(pybamm.Scalar(at)).evaluate().item() for at in x])
    fits = [fit_isotherm(x, V, 4), *(fit_msmr(x, V, terms, 6) for terms in (3, 4, 5))]
    return [
        {"law": one.law, "parameters": one.parameters, "rms_mV": one.rms_mV, "values": one.values}
        for one in fits
    ]


def recovery(arguments: argparse.Namespace) -> dict[str, Any]:
    """Repeats of the test of recovery: misfit beside that of the truth, and coverage."""
    sys.path.insert(0, str(ROOT / "tests"))
    from test_property_recovery import recover

    repeats = [recover(seed) for seed in tqdm(range(1, arguments.repeats + 1), desc="fits")]
    names = list(repeats[0].truth)
    held = {name: [one.inside()[name] for one in repeats if name in one.inside()] for name in names}
    return {
        "repeats": len(repeats),
        "reached": sum(one.found.found.misfit <= one.misfit_of_truth for one in repeats),
        "narrow": sum(bool(one.narrow()) for one in repeats),
        "coverage": {name: [sum(flags), len(flags)] for name, flags in held.items()},
    }


PARTS = {
    "isotherm": isotherm,
    "recovery": recovery,
    "posterior": posterior,
    "prediction": prediction,
    "plating": plating,
    "information": expected_information,
}


MERGED = ("prediction", "plating")
"""Parts by set and group."""


def page(found: Mapping[str, Any]) -> str:
    """Text of the page from the findings."""
    lines = [
        "# A carbon of one's own",
        "",
        "Written by `scripts/own_carbon_page.py`, which also writes `docs/data/own_carbon.json`.",
        "`napore fit` and `napore.calibration.calibrate` fit a carbon's numbers to curves, rates, series and",
        "resistances and say of each whether the data determine it; [the calibration](calibration.md) has",
        "the paper's own rates fitted so. `--free` takes the coefficients of a diffusivity that depends on",
        'occupancy as well, such as "Carbon particle diffusivity coefficient 1 [decades]".',
        "",
        "```sh",
        "napore fit slow.csv --mean --free NAME ...            # mean of both directions: the equilibrium",
        "napore fit rates.csv gitt.ndax --mass 1.2 --uncertainty --draws 400   # posterior, weighed draws",
        "napore fit rates.csv gitt.ndax --mass 1.2 --uncertainty --steps 5000  # posterior, walkers",
        "```",
        "",
        "`--mean` takes the slowest sodiation and desodiation of a file, or the rests of a GITT, and fits",
        "the sites (slope) and pores (plateau) to their mean: the polarisation and hysteresis that both",
        "directions share cancel, and what differs between them is lost. In Python `Reading(mean=True)`, or",
        "`napore.calibration.equilibrium.EquilibriumData.of_curves(sodiation, desodiation)`.",
        "Files: text of any cycler whose columns say quantity and unit, the Battery Data Format, BioLogic's",
        "`.mpt` and `.mpr`, Neware's `.nda` and `.ndax`, spreadsheets and Parquet.",
        "",
        "Predictions with bands take samples of any source:",
        "",
        "```python",
        "from napore.calibration.bands import EnergyAndRatio, bands",
        "from napore.calibration.draws import conditioned",
        "from napore.calibration.surrogate import sample_by_surrogate",
        "",
        "posterior = sample_by_surrogate(found)  # found = calibrate(...)",
        'cell = napore.full_cell("mine.toml", "nvp", model="SPMe")',
        "bands(EnergyAndRatio(cell), conditioned(posterior, cell.source, 128)).table()",
        "```",
        "",
    ]
    if "recovery" in found:
        r = found["recovery"]
        lines += [
            "## Parameters behind synthetic curves",
            "",
            "Sodiation at 30, 150, 300 and 1500 mA/g with 1 mV of noise, eight parameters, starts a tenth of",
            f"the bounds away, one start each; {r['repeats']} repeats, which",
            "`tests/test_property_recovery.py` makes again.",
            f"In {r['reached']} of them the misfit is not above that of the true values; in {r['narrow']}",
            'a parameter called "not determined" has a narrow band.',
            "",
            "| parameter | called determined | of these inside the 95 % interval |",
            "| --- | --- | --- |",
        ]
        lines += [f"| {n.removeprefix('Carbon ')} | {c[1]} | {c[0]} |" for n, c in r["coverage"].items()]
        lines.append("")
    if "isotherm" in found:
        lines += [
            "## Another hard carbon: PyBaMM's Chayambuka2022",
            "",
            "Potential from 0.002 to 0.995 of its stoichiometry, 200 even points, fitted without a cell.",
            "MSMR has no storage in it; ours has sites and pores, whose numbers give temperature as well.",
            "Where the fit is closest, the spread of radii is on its lower bound and the tail on its upper",
            "one: the curve does not show them.",
            "",
            "| isotherm | parameters | rms / mV |",
            "| --- | --- | --- |",
        ]
        lines += [
            f"| {one['law']} | {one['parameters']} | {one['rms_mV']:.2f} |" for one in found["isotherm"]
        ]
        lines.append("")
    for part, text in (
        ("posterior", posterior_text),
        ("prediction", prediction_text),
        ("plating", plating_text),
        ("information", information_text),
    ):
        if part in found:
            lines += text(found[part])
    return "\n".join(lines)


def main() -> None:
    """Do the parts, keep them and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=[*PARTS, "page"])
    parser.add_argument("--samples", type=int, default=128, help="prediction, plating: samples of each group")
    parser.add_argument("--carbon", nargs="+", choices=[*MODES], default=[*MODES], help="sets to do")
    parser.add_argument("--group", nargs="+", choices=[*GROUPS], default=[*GROUPS], help="groups to draw")
    parser.add_argument("--first", type=int, default=64, help="posterior: simulations to interpolate")
    parser.add_argument("--draws", type=int, default=64, help="posterior: draws of a round")
    parser.add_argument("--rounds", type=int, default=2, help="posterior: rounds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=50)
    parser.add_argument("--folder", help="where finished samples are kept")
    arguments = parser.parse_args()
    found = json.loads(FINDINGS.read_text("utf-8")) if FINDINGS.exists() else {}
    for name in PARTS if arguments.only is None else [arguments.only]:
        if name in PARTS:
            done = PARTS[name](arguments)
            # read again: another part may have been done beside this one
            found = json.loads(FINDINGS.read_text("utf-8")) if FINDINGS.exists() else {}
            # groups and sets that were not asked for stay
            found[name] = {**found.get(name, {}), **done} if name in MERGED else done
            write_text(FINDINGS, json.dumps(found, indent=1) + "\n")
    PAGE.write_text(page(found), "utf-8")
    if "prediction" in found:
        draw(found["prediction"], ROOT / "docs" / "images" / "own_carbon_energy.png")
    if "plating" in found:
        draw_plating(found["plating"], ROOT / "docs" / "images" / "own_carbon_plating.png")


if __name__ == "__main__":
    main()
