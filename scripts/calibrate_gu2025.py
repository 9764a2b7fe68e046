"""Calibrate the two carbons of Gu et al. (2025).

    python scripts/calibrate_gu2025.py [--quick] [--only compare|refit|leave-one-out] [--write]

Stages: compare the explanations of the rate curve, refine the chosen one in the DFN for both signs
of the size dependence of filling, fit what the numbers of TF determine, leave the 5 C point out.
What is fitted, its bounds and priors, and the rows that it is fitted to are
:mod:`napore.calibration.gu2025`. Everything found goes to docs/data/calibration_gu2025.json; with
``--write`` the refit replaces parameters/data/fitted/*.toml, on which every page and the fits of
ageing rest. Without, its outcome is kept as "again", to be compared with the shipped sets.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

import numpy as np
import numpy.typing as npt
import pybamm

from napore.calibration import Calibration, Fit, Fitted, HalfCellModel, calibrate, fit
from napore.calibration.gu2025 import (
    DIFFUSIVITY,
    FREE,
    RATE,
    SITES,
    SOURCES,
    SPREAD,
    FJHRates,
    Q,
    RatePoint,
    TFRates,
    rate_points,
)
from napore.calibration.resistance import exchange_current_density
from napore.files import write_text
from napore.parameters.gu2025 import CLASSES
from napore.parameters.provenance import read_entries
from napore.parameters.sets import ParameterSet

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "parameters" / "data"
FINDINGS = ROOT / "docs" / "data" / "calibration_gu2025.json"

# K01: carbon and foil together, "about 20 ohm" for FJH; TF "larger": geometric mean of 40 to 300 ohm
CHARGE_TRANSFER_RESISTANCE_OHM = {"fjh": 20.0, "tf": 110.0}
I0 = "Carbon electrode reference exchange-current density [A.m-2]"
SIZES = "Carbon particle size standard deviation"

# factors on the starts of rate and spread: the misfit has several minima over the two
STARTS = ((1.0, 1.0), (5.0, 0.7), (2.0, 1.4), (0.1, 1.0), (0.1, 0.6))


@dataclass(frozen=True)
class Explanation:
    """One way to explain the spread of time constants."""

    name: str
    classes: int
    law: str = "relaxation"
    sizes: float | None = None
    sign: int = 1

    @property
    def free(self) -> list[Fitted]:
        """What it fits; one class has no spread of rates."""
        found = [f for f in FREE.values() if self.classes > 1 or f.name != SPREAD]
        if self.sizes is not None:
            found = [
                replace(f, prior=None, low=1e-16, start=3e-13) if f.name == DIFFUSIVITY else f for f in found
            ]
        return found

    @property
    def starts(self) -> list[dict[str, float]]:
        """Starts of its fits; the sign of the spread decides which pores are fast."""
        first = {f.name: f.start for f in self.free}
        if self.law == "sinh":
            first[RATE] /= 3.0
        # one fit where sizes are spread: 240 places in a particle make it slow
        factors = STARTS if self.sizes is None else STARTS[:1]
        factors = (*factors, (30.0, 1.55)) if self.law == "sinh" else factors
        found = []
        for rate, spread in factors if SPREAD in first else [(rate, 1.0) for rate, _ in factors]:
            start = {**first, RATE: first[RATE] * rate}
            if SPREAD in start:
                start[SPREAD] *= spread * self.sign
            if start not in found:
                found.append(start)
        return found

    def half_cell(
        self, carbon: str, model: str, free: Sequence[Fitted], fixed: Mapping[str, float]
    ) -> HalfCellModel:
        """Half cell of a carbon with the explanation's options and some numbers free."""
        options, points = {"pore filling": self.law}, None
        numbers = {I0: exchange_current(carbon), SPREAD: 0.0, **fixed}
        if self.sizes is not None:
            options |= {"particle size": "distribution", "surface form": "algebraic"}
            numbers[SIZES], points = self.sizes, {"R_p": 12}
        return HalfCellModel(material(carbon), free, model, options, numbers, self.classes, points)


EXPLANATIONS = (
    Explanation("one size, one class", 1),
    Explanation("one size, two classes, small pores fast", 2),
    Explanation("one size, two classes, large pores fast", 2, sign=-1),
    Explanation("one size, three classes, small pores fast", 3),
    Explanation("one size, three classes, large pores fast", 3, sign=-1),
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


def exchange_current(carbon: str) -> float:
    """Exchange-current density of a carbon from its charge-transfer resistance [A/m2]."""
    return exchange_current_density(material(carbon).numbers, CHARGE_TRANSFER_RESISTANCE_OHM[carbon])


SIGNS = {
    "gu2025_fjh": (1, "small pores fill fast"),
    "gu2025_fjh_b": (-1, "large pores fill fast"),
}
"""Files of FJH, the sign of the spread of each, and what it means."""


def material(carbon: str) -> ParameterSet:
    """Set of a carbon without fitted numbers."""
    entries = read_entries(DATA / "gu2025_cell.toml") | read_entries(DATA / f"gu2025_{carbon}.toml")
    return ParameterSet(carbon, carbon, entries, CLASSES)


def best_fit(
    explanation: Explanation,
    evaluations: int,
    held: Mapping[str, float] | None = None,
    starts: Sequence[Mapping[str, float]] | None = None,
) -> tuple[Fit, HalfCellModel, list[float]]:
    """Best fit of an explanation to the rates of FJH, from its own starts or others, and all objectives."""
    held = held or {}
    free = [f for f in explanation.free if f.name not in held]
    half_cell = explanation.half_cell("fjh", "SPM" if explanation.sizes else "SPMe", free, held)
    data = FJHRates()

    def residuals(values: Mapping[str, float]) -> npt.NDArray[np.float64]:
        return data.residuals(half_cell, values)

    names = {f.name for f in free}
    began = [{n: v for n, v in start.items() if n in names} for start in starts or explanation.starts]
    fits = [fit(free, residuals, start, evaluations) for start in began]
    return (
        min(fits, key=lambda one: one.objective),
        half_cell,
        [round(one.objective, 3) for one in fits],
    )


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
        outcome, half_cell, objectives = best_fit(explanation, evaluations)
        row = {
            "explanation": explanation.name,
            "fitted values": len(outcome.values),
            "misfit": round(outcome.misfit, 2),
            "priors": round(outcome.penalty, 2),
            "on bounds": list(outcome.on_bounds),
            "objectives by start": objectives,
            "values": outcome.values,
            **describe(rate_points(half_cell, outcome.values, FJHRates().rates)),
            "seconds": round(time.time() - began, 1),
        }
        rows.append(row)
        print(json.dumps({k: v for k, v in row.items() if k != "values"}), flush=True)
    return rows


def refit(evaluations: int, profiles: bool, written: bool) -> dict[str, Any]:
    """Refine the chosen explanation in the DFN, both signs at once; fit TF; write the files if asked."""
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        done = [pool.submit(refit_fjh, name, evaluations, profiles, written) for name in SIGNS]
        found = {name: one.result() for name, one in zip(SIGNS, done, strict=True)}
    found["gu2025_tf"] = refit_tf(profiles, written)
    return found


def refit_fjh(name: str, evaluations: int, profiles: bool, written: bool) -> dict[str, Any]:
    """Fit FJH in the SPMe from every start, profile there, refine in the DFN."""
    pybamm.set_logging_level("ERROR")
    sign, text = SIGNS[name]
    explanation = Explanation(text, CLASSES, sign=sign)
    first, _, objectives = best_fit(explanation, evaluations)
    free = [replace(f, start=first.values[f.name]) for f in explanation.free]
    done, quick = (
        calibrate(
            [FJHRates()],
            material("fjh"),
            free,
            model=model,
            fixed={I0: exchange_current("fjh")},
            evaluations=evaluations,
            profiles=profiles and model == "SPMe",
        )
        for model in ("DFN", "SPMe")
    )
    # the DFN's own profiles would take hours; its capacities differ from the SPMe's by 0.1 %
    rows = [
        {**row, "value": f["value"], "value in the SPMe": row["value"]}
        for row, f in zip(quick.table().to_dict("records"), done.rows(), strict=True)
    ]
    found = {
        "objectives by start": objectives,
        "misfit in the SPMe": quick.found.misfit,
        "priors in the SPMe": quick.found.penalty,
        **described(done, FJHRates().rates),
        "parameters": rows,
    }
    print(json.dumps({name: found}, indent=1), flush=True)
    if written:
        write_fjh(name, text, done, rows)
    return found


def described(done: Calibration, rates: Sequence[float]) -> dict[str, Any]:
    """Misfit, capacities in the model of the fit, and what the data determine."""
    return {
        "misfit": done.found.misfit,
        "priors": done.found.penalty,
        **describe(rate_points(done.half_cell, done.found.values, rates)),
        "parameters": done.table().to_dict("records"),
    }


def refit_tf(profiles: bool, written: bool) -> dict[str, Any]:
    """TF: two numbers (H01, H04) determine capacity and share of sites; the rest is FJH's."""
    fjh = {name: e.value for name, e in read_entries(DATA / "fitted/gu2025_fjh.toml").items()}
    free = [Fitted(Q, 200.0, 300.0, 270.0), Fitted(SITES, 0.1, 0.5, fjh[SITES])]
    kept = {n: v for n, v in fjh.items() if n not in (Q, SITES, I0)}
    fixed = {**kept, I0: exchange_current("tf")}
    done = calibrate([TFRates()], material("tf"), free, model="DFN", fixed=fixed, profiles=profiles)
    rows = done.table().to_dict("records")
    entries = [toml_fitted(row, f, TFRates().name) for row, f in zip(rows, free, strict=True)]
    resistance = CHARGE_TRANSFER_RESISTANCE_OHM["tf"]
    entries.append(
        toml_entry(
            I0,
            exchange_current("tf"),
            "assumed",
            f"{resistance:g} ohm for carbon and foil: geometric mean of 40 to 300 ohm (K01 gives no number)",
            [0.2, 3.0],
        )
    )
    text = "taken from FJH: the text gives no number of TF that determines it"
    entries += [toml_entry(n, v, "assumed", text, [FREE[n].low, FREE[n].high]) for n, v in kept.items()]
    if written:
        write(
            "gu2025_tf",
            f"Fitted to H01.tf and H04.tf in the DFN, misfit {done.found.misfit:.3g}; the rest from FJH.",
            entries,
        )
    result = described(done, (0.02, 0.1, 5.0))
    print(json.dumps({"gu2025_tf": result}, indent=1), flush=True)
    return result


def leave_one_out(step: float) -> dict[str, Any]:
    """Profile of the 5 C capacity over fits without it: bounds, no priors, misfit at most 4.

    From each shipped set the capacity at 5 C is pulled away in steps, each fit starting from the
    last; those whose misfit to the slow rates stays acceptable are predictions that the slow rates allow.
    """
    rates, slow = FJHRates().rates, FJHRates(fast=False)
    found: list[dict[str, float]] = []
    for name, sign in (("gu2025_fjh", 1), ("gu2025_fjh_b", -1)):
        explanation = Explanation("", CLASSES, sign=sign)
        free = [replace(f, prior=None) for f in explanation.free]
        half_cell = explanation.half_cell("fjh", "SPMe", free, {})
        shipped = {n: e.value for n, e in read_entries(DATA / f"fitted/{name}.toml").items()}
        for direction in (-1.0, 1.0):
            values = {f.name: shipped[f.name] for f in free}
            for pull in np.arange(0.0 if direction < 0 else 1.0, 7.0):
                aim = 200.0 + direction * pull * step
                values = fit(free, _pulled(half_cell, slow, aim), values, 20).values
                points = rate_points(half_cell, values, rates)
                one = {
                    "set": sign,
                    "aim": aim,
                    "misfit": float(np.sum(slow.differences(points, values) ** 2)),
                    "capacity at 5 C [mAh/g]": points[5.0].desodiation,
                }
                found.append(one)
                print(json.dumps(one), flush=True)
                if not one["misfit"] <= 4.0:
                    break
    kept = [one["capacity at 5 C [mAh/g]"] for one in found if one["misfit"] <= 4.0]
    return {
        "fits": len(found),
        "accepted": len(kept),
        "lowest": min(kept, default=None),
        "highest": max(kept, default=None),
        "profile": found,
    }


def _pulled(
    half_cell: HalfCellModel, slow: FJHRates, aim: float
) -> Callable[[Mapping[str, float]], npt.NDArray[np.float64]]:
    """Residuals of the slow rates, and of the capacity at 5 C from a wanted one."""

    def residuals(values: Mapping[str, float]) -> npt.NDArray[np.float64]:
        points = rate_points(half_cell, values, FJHRates().rates)
        return np.append(slow.differences(points, values), (points[5.0].desodiation - aim) / 2.0)

    return residuals


def toml_entry(
    name: str, value: float, kind: str, source: str, allowed: Sequence[float], **extra: Any
) -> str:
    """One entry of a parameter file."""
    rows = {"value": value, "class": kind, "source": source, "range": [float(x) for x in allowed], **extra}
    lines = [f"{key} = {json.dumps(row)}" for key, row in rows.items() if row not in ("", None)]
    return "\n".join([f"[{json.dumps(name)}]", *lines])


def toml_fitted(row: Mapping[str, Any], f: Fitted, source: str) -> str:
    """Entry of a fitted value."""
    return toml_entry(
        f.name,
        float(f"{row['value']:.6g}"),
        "fitted",
        source,
        (f.low, f.high),
        standard_error=float(f"{row['standard_error']:.2g}"),
        verdict=f"{row['verdict']}; 95 % interval {row['low_95']:.4g} to {row['high_95']:.4g}",
    )


def write_fjh(name: str, text: str, done: Calibration, rows: Sequence[Mapping[str, Any]]) -> None:
    """Fitted file of FJH, with the exchange-current density that K01 fixes."""
    entries = [toml_fitted(row, f, SOURCES[f.name]) for row, f in zip(rows, done.fitted, strict=True)]
    entries.append(
        toml_entry(
            I0,
            float(f"{exchange_current('fjh'):.6g}"),
            "derived",
            "K01: RT/F over 20 ohm less the foil's part, on 3 loading/(density radius) of surface",
            (1.0, 10.0),
        )
    )
    write(
        name,
        f"{text}. Fitted to H01, H03 to H06 and H08 in the DFN: "
        f"misfit {done.found.misfit:.3g}, priors {done.found.penalty:.3g}.",
        entries,
    )


def write(name: str, text: str, entries: Sequence[str]) -> None:
    """Write one fitted file."""
    head = f"# Written by scripts/calibrate_gu2025.py; do not edit.\n# {text[0].upper()}{text[1:]}\n\n"
    write_text(DATA / "fitted" / f"{name}.toml", head + "\n\n".join(entries) + "\n")


def main() -> None:
    """Run the stages and keep what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer evaluations, to see that it runs")
    parser.add_argument("--write", action="store_true", help="replace the fitted files")
    parser.add_argument("--only", choices=("compare", "refit", "leave-one-out"), help="one stage")
    args = parser.parse_args()
    pybamm.set_logging_level("ERROR")
    stages = {
        "compare": lambda: compare(3 if args.quick else 30),
        "refit": lambda: refit(2 if args.quick else 30, not args.quick, args.write),
        "leave-one-out": lambda: leave_one_out(60.0 if args.quick else 20.0),
    }
    for name, stage in stages.items():
        if args.only in (None, name):
            found = stage()
            # read again: another stage may have been run beside this one
            findings = json.loads(FINDINGS.read_text("utf-8")) if FINDINGS.exists() else {}
            findings["again" if name == "refit" and not args.write else name] = found
            FINDINGS.parent.mkdir(parents=True, exist_ok=True)
            write_text(FINDINGS, json.dumps(findings, indent=1) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
