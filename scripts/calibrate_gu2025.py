"""Calibrate the two carbons of Gu et al. (2025) and write parameters/data/fitted/*.toml.

    python scripts/calibrate_gu2025.py [--quick] [--only compare|ship|leave-one-out]

Stages: compare the explanations of the rate curve, refine the chosen one in the DFN for both signs
of the size dependence of filling, fit what the numbers of TF determine, leave the 5 C point out.
Only rows with role "fit" are read (:func:`napore.parameters.reported.fit_targets`); the charge-transfer
resistance K01 is an input. Everything found goes to docs/data/calibration_gu2025.json as well.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

import numpy as np
import numpy.typing as npt
import pybamm

from napore.calibration import Fit, Fitted, Identified, RateModel, RatePoint, Residuals, fit, identify
from napore.calibration.resistance import exchange_current_density
from napore.parameters.gu2025 import CLASSES
from napore.parameters.provenance import read_entries
from napore.parameters.reported import fit_targets
from napore.parameters.sets import ParameterSet

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "parameters" / "data"
FINDINGS = ROOT / "docs" / "data" / "calibration_gu2025.json"
RATES = (0.02, 0.1, 0.5, 5.0)

# K01: carbon and foil together, "about 20 ohm" for FJH; TF "larger": geometric mean of 40 to 300 ohm
CHARGE_TRANSFER_RESISTANCE_OHM = {"fjh": 20.0, "tf": 110.0}
SLOWEST_RATE = 3e-6  # 1/s: a slower class would not be seen by the slowest experiment
HIDDEN_CAPACITY = 1.10  # all sites over the capacity at 0.02 C, so that of equilibrium at 0.01 V is less

Q = "Carbon electrode specific capacity of all sites [mA.h.g-1]"
SITES = "Carbon electrode adsorption capacity fraction"
WETTING = "Carbon electrode pore wetting energy [J.m-2]"
COOPERATIVITY = "Carbon electrode pore filling cooperativity"
RATE = "Carbon electrode pore median filling rate [s-1]"
SPREAD = "Carbon electrode pore filling rate spread [decades]"
DIFFUSIVITY = "Carbon particle reference diffusivity [m2.s-1]"
I0 = "Carbon electrode reference exchange-current density [A.m-2]"
SIZES = "Carbon particle size standard deviation"

PARAMETERS = {
    Q: Fitted(Q, 341.0, HIDDEN_CAPACITY * 341.0, 368.0),
    SITES: Fitted(SITES, 0.15, 0.45, 0.23, prior=(0.27, 0.08)),
    WETTING: Fitted(WETTING, 0.05, 0.15, 0.112, prior=(0.10, 0.03)),
    COOPERATIVITY: Fitted(COOPERATIVITY, 1.0, 4.0, 3.0, prior=(2.0, 1.0)),
    RATE: Fitted(RATE, 3e-6, 0.3, 10**-2.1, logarithmic=True),
    SPREAD: Fitted(SPREAD, -8.0, 8.0, 5.0),
    DIFFUSIVITY: Fitted(DIFFUSIVITY, 1e-14, 1e-11, 3e-12, prior=(-12.0, 1.0), logarithmic=True),
}
SOURCES = {
    Q: "H01, with the stock at equilibrium at most 1.10 of it",
    SITES: "H03, H04; prior 0.27(8): slope of 93 mAh/g, facts 309 - 216",
    WETTING: "H08, H03; prior 0.10(3) J/m2: plateau of 50 mV at 1 nm",
    COOPERATIVITY: "H08; prior 2(1): Frumkin fit of a plateau, DOI 10.1002/cphc.202100748",
    RATE: "H01, H05, H06, H08",
    SPREAD: "H01, H05, H06, H08",
    DIFFUSIVITY: "H08; prior 1e-12 within a decade: GITT in diglyme, DOI 10.1002/adma.202109282",
}


@dataclass(frozen=True)
class Explanation:
    """One way to explain the spread of time constants."""

    name: str
    classes: int
    law: str = "relaxation"
    sizes: float | None = None
    sign: int = 1


EXPLANATIONS = (
    Explanation("one size, one class", 1),
    Explanation("one size, two classes, small pores fast", 2),
    Explanation("one size, two classes, large pores fast", 2, sign=-1),
    Explanation("one size, three classes, small pores fast", 3),
    Explanation("one size, four classes, small pores fast", 4),
    Explanation("one size, four classes, large pores fast", 4, sign=-1),
    Explanation("one size, five classes, small pores fast", 5),
    Explanation("one size, five classes, large pores fast", 5, sign=-1),
    Explanation("one size, six classes, small pores fast", 6),
    Explanation("one size, four classes, sinh law, small pores fast", 4, law="sinh"),
    Explanation("one size, five classes, sinh law, small pores fast", 5, law="sinh"),
    Explanation("sizes spread by 60 %, one class", 1, sizes=0.6),
    Explanation("sizes spread by 100 %, one class", 1, sizes=1.0),
)


def targets() -> dict[str, float]:
    """Values to fit by id, ageing left to another model; a band by its middle."""
    return {
        row.id: float(row.value)
        if row.value is not None
        else 0.5 * (float(row.lower or 0) + float(row.upper or 0))
        for row in fit_targets()
        if not row.ageing
    }


def band() -> tuple[float, float]:
    """Capacity at 0.1 C, abstract and 80-cycle test [mAh/g]."""
    row = next(row for row in fit_targets() if row.id == "H05.fjh")
    return float(row.lower or 0.0), float(row.upper or 0.0)


def fjh_residuals(
    points: Mapping[float, RatePoint], values: Mapping[str, float], skip: Sequence[str] = ()
) -> npt.NDArray[np.float64]:
    """Residuals of FJH over tolerances that are a third to a half of what must be shown."""
    aim = targets()
    slow, tenth, half = points[0.02], points[0.1], points[0.5]
    lower, upper = band()
    outside = max(0.0, lower + 2.0 - tenth.desodiation, tenth.desodiation - upper + 2.0)
    slowest = np.log10(values.get(RATE, 1.0)) - abs(values.get(SPREAD, 0.0)) / 2.0
    rows = {
        "H01": (slow.desodiation / aim["H01.fjh"] - 1.0) / 0.005,
        "H05": (tenth.desodiation - aim["H05.fjh"]) / 19.0,
        "H05 band": outside,
        "H03": (tenth.plateau_share - aim["H03"] / 100.0) / 0.01,
        "H04": (tenth.plateau / aim["H04.fjh"] - 1.0) / 0.05,
        "H06": (half.desodiation / aim["H06.fjh"] - 1.0) / 0.01,
        "slowest": max(0.0, np.log10(SLOWEST_RATE) - slowest) / 0.1,
    }
    if 5.0 in points:
        rows["H08"] = (points[5.0].desodiation / aim["H08"] - 1.0) / 0.0075
    return np.array([value for name, value in rows.items() if name not in skip])


def material(carbon: str) -> ParameterSet:
    """Set of a carbon without fitted numbers."""
    entries = read_entries(DATA / "gu2025_cell.toml") | read_entries(DATA / f"gu2025_{carbon}.toml")
    return ParameterSet(carbon, carbon, entries, 1)


def rate_model(
    carbon: str,
    free: Sequence[Fitted],
    explanation: Explanation,
    model: str,
    fixed: Mapping[str, float],
    rates: Sequence[float] = RATES,
) -> RateModel:
    """Rate curves of a carbon with the fitted values free."""
    source = material(carbon)
    numbers = {
        I0: exchange_current_density(source.numbers, CHARGE_TRANSFER_RESISTANCE_OHM[carbon]),
        SPREAD: 0.0,
        **fixed,
    }
    options = {"pore filling": explanation.law}
    if explanation.sizes is not None:
        options |= {"particle size": "distribution", "surface form": "algebraic"}
        numbers[SIZES] = explanation.sizes
    sizes = {"R_p": 12} if explanation.sizes is not None else None
    return RateModel(source, free, rates, model, options, numbers, explanation.classes, points=sizes)


def free_parameters(explanation: Explanation) -> list[Fitted]:
    """Parameters that an explanation fits; one class has no spread of rates."""
    chosen = {name: f for name, f in PARAMETERS.items() if explanation.classes > 1 or name != SPREAD}
    chosen = {
        name: replace(f, prior=None, low=1e-16) if explanation.sizes and name == DIFFUSIVITY else f
        for name, f in chosen.items()
    }
    return list(chosen.values())


def start_values(free: Sequence[Fitted], explanation: Explanation) -> dict[str, float]:
    """Start of a fit; the sign of the spread decides which pores are fast."""
    start = {f.name: f.start for f in free}
    if SPREAD in start:
        start[SPREAD] *= explanation.sign
    if explanation.law == "sinh":
        start[RATE] /= 3.0
    if explanation.sizes is not None:
        start[DIFFUSIVITY] = 3e-13
    return start


def best_fit(free: Sequence[Fitted], residuals: Residuals, explanation: Explanation, evaluations: int) -> Fit:
    """Best of three fits from different rates, because misfit has several minima over the rates.

    One fit where sizes are spread: 240 places in a particle make it slow.
    """
    fits = []
    starts = ((1.0, 1.0), (5.0, 0.7), (2.0, 1.4)) if explanation.sizes is None else ((1.0, 1.0),)
    starts = (*starts, (30.0, 1.55)) if explanation.law == "sinh" else starts
    for rate, spread in starts:
        start = start_values(free, explanation)
        start[RATE] *= rate
        if SPREAD in start:
            start[SPREAD] *= spread
        fits.append(fit(free, residuals, start, evaluations))
    return min(fits, key=lambda outcome: outcome.misfit + outcome.penalty)


def describe(points: Mapping[float, RatePoint]) -> dict[str, float]:
    """Capacities and plateau in plain numbers."""
    found = {f"capacity at {rate:g} C [mAh/g]": round(point.desodiation, 2) for rate, point in points.items()}
    found["plateau share at 0.1 C"] = round(points[0.1].plateau_share, 4)
    found["plateau at 0.1 C [mAh/g]"] = round(points[0.1].plateau, 2)
    if 5.0 in points:
        found["plateau at 5 C [mAh/g]"] = round(points[5.0].plateau, 2)
    return found


def compare(evaluations: int) -> list[dict[str, Any]]:
    """Fit every explanation in the SPMe (sizes: SPM) and tell misfit and number of fitted values."""
    rows = []
    for explanation in EXPLANATIONS:
        began = time.time()
        free = free_parameters(explanation)
        model = rate_model("fjh", free, explanation, "SPM" if explanation.sizes else "SPMe", {})

        def residuals(values: Mapping[str, float], m: RateModel = model) -> npt.NDArray[np.float64]:
            return fjh_residuals(m(values), values)

        outcome = best_fit(free, residuals, explanation, evaluations)
        row = {
            "explanation": explanation.name,
            "fitted values": len(free),
            "misfit": round(outcome.misfit, 2),
            "priors": round(outcome.penalty, 2),
            "on bounds": list(outcome.on_bounds),
            "values": outcome.values,
            **describe(model(outcome.values)),
            "seconds": round(time.time() - began, 1),
        }
        rows.append(row)
        print(json.dumps({k: v for k, v in row.items() if k != "values"}), flush=True)
    return rows


def ship(evaluations: int) -> dict[str, Any]:
    """Refine the chosen explanation in the DFN, both signs; fit TF; write the files."""
    found: dict[str, Any] = {}
    for name, sign, text in (
        ("gu2025_fjh", 1, "small pores fill fast"),
        ("gu2025_fjh_b", -1, "large pores fill fast"),
    ):
        explanation = Explanation(text, CLASSES, sign=sign)
        free = free_parameters(explanation)
        quick = rate_model("fjh", free, explanation, "SPMe", {})
        first = best_fit(free, lambda v, m=quick: fjh_residuals(m(v), v), explanation, 30)
        full = rate_model("fjh", free, explanation, "DFN", {})

        def residuals(values: Mapping[str, float], m: RateModel = full) -> npt.NDArray[np.float64]:
            return fjh_residuals(m(values), values)

        outcome = fit(free, residuals, first.values, evaluations)
        verdicts = identify(free, residuals, outcome.values)
        found[name] = {
            "misfit": outcome.misfit,
            "priors": outcome.penalty,
            **describe(full(outcome.values)),
            "identified": [asdict(v) for v in verdicts],
        }
        print(json.dumps({name: found[name]}, indent=1), flush=True)
        write_fjh(name, text, outcome, verdicts)
    found["gu2025_tf"] = ship_tf()
    return found


def ship_tf() -> dict[str, Any]:
    """TF: two numbers (H01, H04) determine capacity and share of sites; the rest is FJH's."""
    aim = targets()
    fjh = {name: e.value for name, e in read_entries(DATA / "fitted/gu2025_fjh.toml").items()}
    free = [Fitted(Q, 200.0, 300.0, 270.0), Fitted(SITES, 0.1, 0.5, fjh[SITES], prior=None)]
    kept = {n: v for n, v in fjh.items() if n not in (Q, SITES, I0)}
    model = rate_model("tf", free, Explanation("as FJH", CLASSES), "DFN", kept, (0.02, 0.1, 5.0))

    def residuals(values: Mapping[str, float]) -> npt.NDArray[np.float64]:
        points = model(values)
        return np.array(
            [
                (points[0.02].desodiation / aim["H01.tf"] - 1.0) / 0.005,
                (points[0.1].plateau / aim["H04.tf"] - 1.0) / 0.02,
            ]
        )

    outcome = fit(free, residuals, {f.name: f.start for f in free}, 8)
    verdicts = identify(free, residuals, outcome.values)
    source = material("tf").numbers
    resistance = CHARGE_TRANSFER_RESISTANCE_OHM["tf"]
    entries = [
        toml_fitted(
            f, outcome.values[f.name], v, SOURCES[f.name].replace("; prior", "; FJH's prior not used, was")
        )
        for f, v in zip(free, verdicts, strict=True)
    ]
    entries.append(
        toml_entry(
            I0,
            exchange_current_density(source, resistance),
            "assumed",
            f"{resistance:g} ohm for carbon and foil: geometric mean of 40 to 300 ohm (K01 gives no number)",
            [0.2, 3.0],
        )
    )
    entries += [
        toml_entry(
            n,
            v,
            "assumed",
            "taken from FJH: the text gives no number of TF that determines it",
            list(span(n)),
        )
        for n, v in kept.items()
    ]
    write(
        "gu2025_tf",
        f"Fitted to H01.tf and H04.tf in the DFN, misfit {outcome.misfit:.3g}; the rest from FJH.",
        entries,
    )
    result = {
        "misfit": outcome.misfit,
        **describe(model(outcome.values)),
        "identified": [asdict(v) for v in verdicts],
    }
    print(json.dumps({"gu2025_tf": result}, indent=1), flush=True)
    return result


def leave_one_out(step: float) -> dict[str, Any]:
    """Profile of the 5 C capacity over fits without it: bounds, no priors, misfit at most 4.

    From each shipped set the capacity at 5 C is pulled away in steps, each fit starting from the
    last; those whose misfit to the slow rates stays acceptable are predictions that the slow rates allow.
    """
    profile: list[dict[str, float]] = []
    for name, sign in (("gu2025_fjh", 1), ("gu2025_fjh_b", -1)):
        explanation = Explanation("", CLASSES, sign=sign)
        free = [replace(f, prior=None) for f in free_parameters(explanation)]
        model = rate_model("fjh", free, explanation, "SPMe", {})
        shipped = {n: e.value for n, e in read_entries(DATA / f"fitted/{name}.toml").items()}
        for direction in (-1.0, 1.0):
            values = {f.name: shipped[f.name] for f in free}
            for pull in np.arange(0.0 if direction < 0 else 1.0, 7.0):
                aim = 200.0 + direction * pull * step

                def residuals(
                    v: Mapping[str, float], m: RateModel = model, aim: float = aim
                ) -> npt.NDArray[np.float64]:
                    points = m(v)
                    slow = fjh_residuals(points, v, skip=("H08",))
                    return np.append(slow, (points[5.0].desodiation - aim) / 2.0)

                values = fit(free, residuals, values, 20).values
                points = model(values)
                misfit = float(np.sum(fjh_residuals(points, values, skip=("H08",)) ** 2))
                found = {
                    "set": sign,
                    "aim": aim,
                    "misfit": misfit,
                    "capacity at 5 C [mAh/g]": points[5.0].desodiation,
                }
                profile.append(found)
                print(json.dumps(found), flush=True)
                if not misfit <= 4.0:
                    break
    kept = [p["capacity at 5 C [mAh/g]"] for p in profile if p["misfit"] <= 4.0]
    return {
        "fits": len(profile),
        "accepted": len(kept),
        "lowest": min(kept, default=None),
        "highest": max(kept, default=None),
        "profile": profile,
    }


def span(name: str) -> tuple[float, float]:
    """Range of a fitted parameter."""
    return PARAMETERS[name].low, PARAMETERS[name].high


def toml_entry(
    name: str, value: float, kind: str, source: str, allowed: Sequence[float], **extra: Any
) -> str:
    """One entry of a parameter file."""
    rows = {"value": value, "class": kind, "source": source, "range": [float(x) for x in allowed], **extra}
    lines = [f"{key} = {json.dumps(row)}" for key, row in rows.items() if row not in ("", None)]
    return "\n".join([f"[{json.dumps(name)}]", *lines])


def toml_fitted(f: Fitted, value: float, verdict: Identified, source: str) -> str:
    """Entry of a fitted value; the standard error is put in the unit of the value."""
    error = verdict.standard_error * (value * np.log(10.0) if f.logarithmic else 1.0)
    return toml_entry(
        f.name,
        float(f"{value:.6g}"),
        "fitted",
        source,
        (f.low, f.high),
        standard_error=float(f"{error:.2g}"),
        verdict=f"{verdict.verdict} (share of the data {verdict.share:.2f})",
    )


def write_fjh(name: str, text: str, outcome: Fit, verdicts: Sequence[Identified]) -> None:
    """Fitted file of FJH, with the exchange-current density that K01 fixes."""
    free = [PARAMETERS[n] for n in outcome.values]
    entries = [
        toml_fitted(f, outcome.values[f.name], v, SOURCES[f.name])
        for f, v in zip(free, verdicts, strict=True)
    ]
    i0 = exchange_current_density(material("fjh").numbers, CHARGE_TRANSFER_RESISTANCE_OHM["fjh"])
    entries.append(
        toml_entry(
            I0,
            float(f"{i0:.6g}"),
            "derived",
            "K01: RT/F over 20 ohm less the foil's part, on 3 loading/(density radius) of surface",
            (1.0, 10.0),
        )
    )
    write(
        name,
        f"{text}. Fitted to H01, H03 to H06 and H08 in the DFN: "
        f"misfit {outcome.misfit:.3g}, priors {outcome.penalty:.3g}.",
        entries,
    )


def write(name: str, text: str, entries: Sequence[str]) -> None:
    """Write one fitted file atomically."""
    head = f"# Written by scripts/calibrate_gu2025.py; do not edit.\n# {text[0].upper()}{text[1:]}\n\n"
    path = DATA / "fitted" / f"{name}.toml"
    draft = path.with_suffix(".tmp")
    draft.write_text(head + "\n\n".join(entries) + "\n", encoding="utf-8")
    draft.replace(path)


def main() -> None:
    """Run the stages and keep what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer evaluations, to see that it runs")
    parser.add_argument("--only", choices=("compare", "ship", "leave-one-out"), help="one stage")
    args = parser.parse_args()
    pybamm.set_logging_level("ERROR")
    stages = {
        "compare": lambda: compare(3 if args.quick else 25),
        "ship": lambda: ship(2 if args.quick else 12),
        "leave-one-out": lambda: leave_one_out(60.0 if args.quick else 20.0),
    }
    for name, stage in stages.items():
        if args.only in (None, name):
            found = stage()
            # read again: another stage may have been run beside this one
            findings = json.loads(FINDINGS.read_text("utf-8")) if FINDINGS.exists() else {}
            findings[name] = found
            FINDINGS.parent.mkdir(parents=True, exist_ok=True)
            FINDINGS.write_text(json.dumps(findings, indent=1) + "\n", encoding="utf-8")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
