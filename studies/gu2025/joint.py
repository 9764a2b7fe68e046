"""Joint calibration of the carbons with three kinds of sodium: what ``calibrate carbons`` writes the sets by.

Two sets of FJH of equal merit, which differ in the pores that fill fast, are fitted to H01, H03 to H06, H08,
K01, K03.fjh and S09 with priors (:mod:`.joint_free`), from the shipped values and from random starts, in the
lumped formulation; the best of each is refined in the SPMe and looked at in the DFN. TF has its own capacity,
share of sites, rates and diffusivity, and the rest of FJH. Finished fits are kept and not done again.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from napore.calibration import Fit, Fitted, HalfCellModel, fit
from napore.calibration.least_squares import data_shares, fit_covariance, prior_residuals
from napore.calibration.resistance import EXCHANGE_CURRENT, exchange_current_density
from napore.parameters.law_numbers import with_law
from napore.parameters.sets import ParameterSet, load_set
from napore.validation.journal import Journal

from . import evidence
from .fitted_files import write_joint
from .joint_free import FREE, FREE_TF, NUISANCE, RATE, SPREAD
from .joint_residuals import fjh_residuals, interface_residuals, tf_residuals
from .joint_rows import Seen, seen, seen_lumped

Array = npt.NDArray[np.float64]

LAW: Final = "three kinds"
CLASSES: Final = 5
STARTS: Final = 10
EVALUATIONS: Final = {"lumped": 40, "SPMe": 3}
ENOUGH: Final = 4.0
"""Growth of the objective that counts as allowed: two standard deviations of one number."""
AIMS_mAh_g: Final = (160.0, 180.0, 220.0, 240.0)
AIMS_DIP: Final = (1.5, 2.5)
RESISTANCE_OHM: Final = {"fjh": 20.0, "fjh-b": 20.0, "tf": 110.0}
"""K01, carbon and foil together: about 20 ohm; TF's is "larger": geometric mean of 40 to 300 ohm."""

FILES: Final = {
    "fjh": ("gu2025_fjh", 1.0, "Small pores fill fast"),
    "fjh-b": ("gu2025_fjh_b", -1.0, "Large pores fill fast"),
}
"""Of each set of FJH: its file, the sign of the spread of the filling rates, and what that means."""


SETS: Final = ("gu2025_cell.toml", "gu2025_fjh.toml", "gu2025_tf.toml")
RECORDS: Final = (*FILES, "tf")
PARTS: Final[dict[str, Callable[[], Any]]] = {}


def source(carbon: str) -> ParameterSet:
    """Shipped set of a carbon, with the exchange current that K01 gives it."""
    found = with_law(load_set(carbon), LAW)
    own = found.entries[EXCHANGE_CURRENT]
    value = exchange_current_density(found.numbers, RESISTANCE_OHM[carbon])
    return replace(found, entries={**found.entries, EXCHANGE_CURRENT: replace(own, value=value)})


def lumped(carbon: str, **asked: Any) -> Callable[[Mapping[str, float]], Seen]:
    """What a carbon shows for fitted values, in the lumped formulation."""
    numbers = source(carbon).numbers
    return lambda values: seen_lumped({**numbers, **values}, CLASSES, LAW, **asked)


def residuals_of_fjh(carbon: str, **left_out: bool) -> Callable[[Mapping[str, float]], Array]:
    """Residuals of FJH in the lumped formulation; ``fast=False``: without 5 C, ``gitt=False``: K03."""
    numbers, shows = source(carbon).numbers, lumped(carbon)

    def residuals(values: Mapping[str, float]) -> Array:
        own = interface_residuals({**numbers, **values})
        return np.concatenate([fjh_residuals(shows(values), **left_out), own])

    return residuals


def start_of(carbon: str, seed: int) -> dict[str, float]:
    """Random start: from the priors, or evenly within the middle of the bounds, with the set's own sign."""
    rng, found = np.random.default_rng(seed), {}
    for name, one in FREE.items():
        place = rng.uniform(0.2, 0.8)
        if one.prior is not None:
            drawn = rng.normal(*one.prior)
            place = (drawn - one.to_scale(one.low)) / one.span
        found[name] = one.at(float(np.clip(place, 0.05, 0.95)))
    found[RATE] = 10.0 ** rng.uniform(-1.5, 0.5)
    found[SPREAD] = FILES[carbon][1] * rng.uniform(3.0, 7.0)
    return found


def searched(carbon: str, journal: Journal) -> list[dict[str, Any]]:
    """Fits in the lumped formulation from the shipped values and from random starts, the best first."""
    shipped = {name: source(carbon).numbers[name] for name in FREE}
    residuals, found = residuals_of_fjh(carbon), []
    for number in range(STARTS + 1):
        key = f"{carbon}, start {number}"
        record = journal.get(key)
        if record is None:
            first = shipped if number == 0 else start_of(carbon, number)
            record = outcome(fit(list(FREE.values()), residuals, first, EVALUATIONS["lumped"]))
            journal.add(key, record)
        found.append({"start": number, **record})
    return sorted(found, key=lambda one: float(one["objective"]))


def outcome(found: Fit) -> dict[str, Any]:
    """Fit as a record."""
    return {
        "objective": found.objective,
        "misfit": found.misfit,
        "priors": found.penalty,
        "on bounds": list(found.on_bounds),
        "values": found.values,
    }


def refined(carbon: str, values: Mapping[str, float]) -> Fit:
    """Fit of FJH refined in the SPMe."""
    model = HalfCellModel(source(carbon), list(FREE.values()), "SPMe", classes=CLASSES)

    def residuals(trial: Mapping[str, float]) -> Array:
        own = interface_residuals(model.numbers_at(trial))
        return np.concatenate([fjh_residuals(seen(model, trial, cycles=2)), own])

    return fit(list(FREE.values()), residuals, values, EVALUATIONS["SPMe"], 0.03)


def determined(carbon: str, values: Mapping[str, float]) -> list[dict[str, Any]]:
    """What the rows say of each value: standard error and share of the information that is the data's.

    From the derivatives in the lumped formulation, with electrolyte, separator and foil as nuisance.
    """
    entries, nuisance = source(carbon).entries, []
    for name in NUISANCE:
        value, (low, high) = entries[name].value, entries[name].allowed or (0.0, 0.0)
        nuisance.append(Fitted(name, low, high, value, prior=(value, (high - low) / 4.0)))
    both = [*FREE.values(), *nuisance]
    at = {**{one.name: one.start for one in nuisance}, **values}
    found = fit(both, residuals_of_fjh(carbon), at, 1)
    matrix = fit_covariance(both, found)
    shares = data_shares(both, matrix)
    return [
        {
            "parameter": one.name,
            "value": values[one.name],
            "standard error on its scale": float(np.sqrt(variance)) * one.span,
            "share of the data": shares[one.name],
        }
        for one, variance in zip(FREE.values(), np.diag(matrix), strict=False)
    ]


def left_out(carbon: str, values: Mapping[str, float]) -> list[dict[str, Any]]:
    """What the other rows allow 5 C and K03 to be: each pulled away in a fit without itself.

    A pull counts as allowed where the misfit of the other rows grows by at most :data:`ENOUGH`.
    """
    shows = lumped(carbon)
    pulls: list[tuple[str, dict[str, bool], Callable[[Seen], float]]] = [
        (f"5 C to {aim:g} mAh/g", {"fast": False}, partial(_from_5_C, aim)) for aim in AIMS_mAh_g
    ]
    pulls += [(f"dip of K03 to {aim:g}", {"gitt": False}, partial(_from_dip, aim)) for aim in AIMS_DIP]
    found = []
    for name, without, away in pulls:
        rows = residuals_of_fjh(carbon, **without)
        least = float(np.sum(rows(values) ** 2))

        def pulled(
            trial: Mapping[str, float],
            rows: Callable[[Mapping[str, float]], Array] = rows,
            away: Callable[[Seen], float] = away,
        ) -> Array:
            return np.append(rows(trial), away(shows(trial)))

        other = fit(list(FREE.values()), pulled, values, EVALUATIONS["lumped"]).values
        misfit = float(np.sum(rows(other) ** 2))
        allowed = misfit + penalty_of(other) <= least + penalty_of(values) + ENOUGH
        found.append({"pull": name, "misfit": misfit, "allowed": allowed, **described(shows(other))})
    return found


def _from_5_C(aim: float, shown: Seen) -> float:
    return (shown.capacity.get(5.0, np.nan) - aim) / 4.0


def _from_dip(aim: float, shown: Seen) -> float:
    return float(np.log(shown.dip / aim)) / 0.1


def penalty_of(values: Mapping[str, float]) -> float:
    """Sum of squares of the priors."""
    return float(np.sum(prior_residuals(list(FREE.values()), values) ** 2))


def fitted_tf(values: Mapping[str, float], *, model: str = "SPMe") -> tuple[dict[str, float], Seen]:
    """Own numbers of TF, the others those of FJH; and what it shows."""
    own, names = source("tf"), {one.name for one in FREE_TF}
    held = {name: value for name, value in values.items() if name not in names}
    beside = seen(
        HalfCellModel(source("fjh"), [FREE[RATE]], model, fixed=_without(values, RATE), classes=CLASSES),
        values,
        (0.1,),
        1,
    )
    numbers = {**own.numbers, **held}
    first = {one.name: one.start for one in FREE_TF}
    found = fit(
        FREE_TF,
        lambda trial: tf_residuals(seen_lumped({**numbers, **trial}, CLASSES, LAW), beside),
        first,
        EVALUATIONS["lumped"],
    )
    half_cell = HalfCellModel(own, FREE_TF, model, fixed=held, classes=CLASSES)
    last = fit(
        FREE_TF,
        lambda trial: tf_residuals(seen(half_cell, trial, cycles=2), beside),
        found.values,
        EVALUATIONS["SPMe"],
        0.03,
    )
    return last.values, seen(half_cell, last.values)


def _without(values: Mapping[str, float], name: str) -> dict[str, float]:
    return {one: value for one, value in values.items() if one != name}


def described(shown: Seen) -> dict[str, Any]:
    """What a carbon shows, in plain numbers."""
    found: dict[str, Any] = {}
    for rate, capacity in shown.capacity.items():
        found[f"capacity at {rate:g} C [mAh/g]"] = capacity
        found[f"left at {rate:g} C [mAh/g]"] = shown.left[rate]
        found[f"plateau at {rate:g} C [mAh/g]"] = shown.plateau[rate]
    for name in ("share", "half_slope_V", "hysteresis_V", "flat", "dip", "dip_V", "rise"):
        found[name] = getattr(shown, name)
    return found


def write_sets() -> None:
    """Fit the three sets, replace their files, and keep the outcome as small data."""
    began, found = time.perf_counter(), {}
    folder = evidence.scratch("joint")
    folder.mkdir(parents=True, exist_ok=True)
    journal = Journal(folder / "finished.jsonl", {"code": evidence.fingerprint("joint")})
    for carbon, (file, _, text) in FILES.items():
        starts = searched(carbon, journal)
        done = refined(carbon, starts[0]["values"])
        rows = determined(carbon, done.values)
        exact = HalfCellModel(source(carbon), list(FREE.values()), "DFN", classes=CLASSES)
        found[carbon] = {
            **outcome(done),
            "objectives by start": {str(one["start"]): one["objective"] for one in starts},
            "DFN": described(seen(exact, done.values)),
            "parameters": rows,
            "left out": left_out(carbon, done.values),
        }
        write_joint(file, text, done.values, source(carbon), rows)
    values = found["fjh"]["values"]
    own, shown = fitted_tf(values)
    found["tf"] = {"values": own, "SPMe": described(shown)}
    write_joint("gu2025_tf", "The rest from FJH", {**values, **own}, source("tf"), [], FREE_TF)
    made = evidence.stamp("joint", time.perf_counter() - began)
    evidence.keep("joint", found, dict.fromkeys(found, made))
