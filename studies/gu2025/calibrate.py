"""Fit the two carbons of Gu et al. (2025): what the shipped sets are written by.

``python -m studies.gu2025 calibrate carbons`` refines the chosen explanation of the rate curve in the DFN for
both signs of the size dependence of filling, fits what the numbers of TF determine, and replaces
parameters/data/fitted/*.toml, on which every page and the fits of ageing rest. What is fitted, its bounds and
priors, and the rows that it is fitted to are :mod:`studies.gu2025.carbon_fit`.
"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any

import numpy as np
import numpy.typing as npt
import pybamm

from napore.calibration import Calibration, Fit, Fitted, HalfCellModel, calibrate, fit
from napore.calibration.resistance import exchange_current_density
from napore.models.laws import DEFAULT_ADSORPTION
from napore.parameters.law_numbers import names_of_law
from napore.parameters.provenance import Entry, read_entries
from napore.parameters.sets import CLASSES, ParameterSet

from . import evidence
from .carbon_fit import (
    DIFFUSIVITY,
    FREE,
    RATE,
    SITES,
    SPREAD,
    FJHRates,
    Q,
    RatePoint,
    TFRates,
    rate_points,
)
from .fitted_files import PARAMETERS, toml_entry, toml_fitted, write, write_fjh

EVALUATIONS = 30
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


def exchange_current(carbon: str) -> float:
    """Exchange-current density of a carbon from its charge-transfer resistance [A/m2]."""
    return exchange_current_density(material(carbon).numbers, CHARGE_TRANSFER_RESISTANCE_OHM[carbon])


SIGNS = {
    "gu2025_fjh": (1, "small pores fill fast"),
    "gu2025_fjh_b": (-1, "large pores fill fast"),
}
"""Files of FJH, the sign of the spread of each, and what it means."""


def material(carbon: str) -> ParameterSet:
    """Set of a carbon without fitted numbers, with those of the law "mean field"."""
    laws = read_entries(PARAMETERS / "adsorption_laws.toml")
    entries: dict[str, Entry] = {}
    for file in ("gu2025_cell", f"gu2025_{carbon}"):
        entries |= read_entries(PARAMETERS / f"{file}.toml")
    entries |= {name: laws[name] for name in names_of_law(DEFAULT_ADSORPTION)}
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
    if written:
        write_fjh(name, text, done, rows, exchange_current("fjh"))
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
    fjh = {name: e.value for name, e in read_entries(PARAMETERS / "fitted/gu2025_fjh.toml").items()}
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
    return result


def write_sets() -> None:
    """Fit all three sets, replace their files, and keep the outcome as records of the page's datum."""
    began = time.perf_counter()
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        done = {name: pool.submit(refit_fjh, name, EVALUATIONS, True, True) for name in SIGNS}
        found = {f"shipped {name}": one.result() for name, one in done.items()}
    found["shipped gu2025_tf"] = refit_tf(True, True)
    made = evidence.stamp("calibration", time.perf_counter() - began)
    evidence.keep("calibration", found, dict.fromkeys(found, made))
