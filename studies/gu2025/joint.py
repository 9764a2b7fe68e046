"""Joint calibration of the carbons with three kinds of sodium: what ``calibrate carbons`` writes the sets by.

Two sets of FJH, which differ in the pores that fill fast, are fitted to H01, H03 to H06, H08, K01, K03.fjh
and S09 with priors (:mod:`.joint_free`): from the fitted values of the shipped sets and ten random starts in
the lumped formulation, and the best of them to the end. That is fitted to what the DFN shows: by the lumped
formulation with the difference of the two at the last values added, until nothing is gained. TF has its own
capacity, share of sites, rates and diffusivity, and the rest of FJH; it is fitted alike. What is finished is
kept, and a run that was stopped goes on with it.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from napore.calibration import Fit, Fitted, HalfCellModel, fit
from napore.calibration.least_squares import data_shares, fit_covariance
from napore.calibration.resistance import EXCHANGE_CURRENT, exchange_current_density
from napore.parameters.law_numbers import with_law
from napore.parameters.sets import ParameterSet, load_set
from napore.validation.journal import Journal

from . import data, evidence
from .fitted_files import TF_SOURCE, write_joint
from .joint_free import FREE, FREE_TF, NUISANCE, RATE, SPREAD
from .joint_residuals import fjh_residuals, interface_residuals, tf_residuals
from .joint_rows import RATES, Seen, seen, seen_lumped
from .joint_search import EVALUATIONS, Kept, Residuals, merits, outcome, searched, valued

Array = npt.NDArray[np.float64]

LAW: Final = "three kinds"
CLASSES: Final = 5
ENOUGH: Final = 4.0
"""Growth of the objective that is not worth a fit: two standard deviations of one number."""

CORRECTIONS: Final = 3
"""Fits with what the DFN shows more than the lumped formulation, at most."""

GAIN: Final = 0.5
"""Of the objective in the DFN, below which another is not worth it."""

RESISTANCE_OHM: Final = {"fjh": 20.0, "fjh-b": 20.0, "tf": 110.0}
"""K01, carbon and foil together: about 20 ohm; TF's is "larger": geometric mean of 40 to 300 ohm."""

FILES: Final = {
    "fjh": ("gu2025_fjh", 1.0, "Small pores fill fast"),
    "fjh-b": ("gu2025_fjh_b", -1.0, "Large pores fill fast"),
}
"""Of each set of FJH: its file, the sign of the spread of the filling rates, and what that means."""


SETS: Final = ("gu2025_cell.toml", "gu2025_fjh.toml", "gu2025_tf.toml")
SEARCH: Final = "search"
RECORDS: Final = (*FILES, "tf", SEARCH)
PARTS: Final[dict[str, Callable[[], Any]]] = {}


def source(carbon: str) -> ParameterSet:
    """Shipped set of a carbon, with the exchange current that K01 gives it."""
    found = with_law(load_set(carbon), LAW)
    own = found.entries[EXCHANGE_CURRENT]
    value = exchange_current_density(found.numbers, RESISTANCE_OHM[carbon])
    return replace(found, entries={**found.entries, EXCHANGE_CURRENT: replace(own, value=value)})


def free_of(carbon: str) -> list[Fitted]:
    """What is free in a carbon; in FJH the spread of the filling rates keeps the sign of the set."""
    if carbon == "tf":
        return list(FREE_TF)
    spread, sign = FREE[SPREAD], FILES[carbon][1]
    low, high = (0.0, spread.high) if sign > 0.0 else (spread.low, 0.0)
    own = replace(spread, low=low, high=high, start=sign * abs(spread.start))
    return [own if one.name == SPREAD else one for one in FREE.values()]


def residuals_of_fjh(carbon: str, *, fast: bool = True, gitt: bool = True) -> Residuals:
    """Residuals of FJH in the lumped formulation; ``fast=False``: without 5 C, ``gitt=False``: K03."""
    numbers, rates = source(carbon).numbers, RATES if fast else RATES[:-1]

    def residuals(values: Mapping[str, float]) -> Array:
        both = {**numbers, **values}
        shown = seen_lumped(both, CLASSES, LAW, rates, gitt=gitt)
        return np.concatenate([fjh_residuals(shown, fast=fast, gitt=gitt), interface_residuals(both)])

    return residuals


def polished(
    carbon: str,
    values: Mapping[str, float],
    residuals: Callable[[Seen, Mapping[str, float]], Array],
    held: Mapping[str, float] | None = None,
) -> Fit:
    """Fit to what the DFN shows, from values of the lumped formulation.

    Each time the lumped formulation is fitted with the difference of the two at the last values added to what
    it shows. The best values in the DFN are kept.

    Parameters
    ----------
    carbon, values
        Name of the set, and where it begins.
    residuals
        ``(what is seen, values) -> residuals``.
    held
        Numbers that replace those of the set.
    """
    free, own = free_of(carbon), source(carbon)
    model = HalfCellModel(own, free, "DFN", fixed=held, classes=CLASSES)
    numbers = {**own.numbers, **(held or {})}

    def lumped(trial: Mapping[str, float]) -> Seen:
        return seen_lumped({**numbers, **trial}, CLASSES, LAW)

    best: Fit | None = None
    for _ in range(CORRECTIONS + 1):
        exact, at = seen(model, values, cycles=2), lumped(values)
        found = valued(free, partial(residuals, exact), values)
        print(f"{carbon}, DFN: objective {found.objective:.2f}", flush=True)
        gain = np.inf if best is None else best.objective - found.objective
        best = found if gain > 0.0 else best
        if gain < GAIN:
            break

        def corrected(trial: Mapping[str, float], exact: Seen = exact, at: Seen = at) -> Array:
            return residuals(lumped(trial).moved(at, exact), trial)

        values = fit(free, corrected, values, EVALUATIONS["end"]).values
    assert best is not None
    return best


def of_fjh(carbon: str) -> Callable[[Seen, Mapping[str, float]], Array]:
    """Residuals of FJH of what is seen with its fitted values."""
    numbers = source(carbon).numbers
    return lambda shown, values: np.concatenate(
        [fjh_residuals(shown), interface_residuals({**numbers, **values})]
    )


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


def starts_of(carbon: str, kept: Kept) -> list[dict[str, Any]]:
    """Starts of a set of FJH in the lumped formulation, the best first."""
    every, first = residuals_of_fjh(carbon), residuals_of_fjh(carbon, gitt=False)
    return searched(carbon, free_of(carbon), shipped(carbon), every, first, kept)


def shipped(carbon: str) -> dict[str, float]:
    """Fitted values of the shipped set; what was not fitted begins in its bounds."""
    known = {name: one.value for name, one in source(carbon).entries.items() if one.kind == "fitted"}
    return {one.name: known.get(one.name, one.start) for one in free_of(carbon)}


def fitted_fjh(carbon: str, best: Mapping[str, float], kept: Kept) -> dict[str, Any]:
    """Set of FJH: its fit in the DFN from the best of the search, and what the rows say of it."""
    done = kept(f"{carbon}, DFN", lambda: outcome(polished(carbon, best, of_fjh(carbon))))
    values = done["values"]
    rows = kept(f"{carbon}, determined", lambda: {"rows": determined(carbon, values)})["rows"]
    model = HalfCellModel(source(carbon), free_of(carbon), "DFN", classes=CLASSES)
    shown = kept(f"{carbon}, rows in the DFN", lambda: described(seen(model, values)))
    return {**_told(done), "DFN": _without(shown, "seconds"), "parameters": rows}


def starts_of_tf(values: Mapping[str, float], kept: Kept) -> list[dict[str, Any]]:
    """Starts of TF's own numbers beside those of FJH in the lumped formulation, the best first."""
    lumped = residuals_of_tf(values)
    return searched("tf", FREE_TF, shipped("tf"), lumped, lumped, kept)


def residuals_of_tf(values: Mapping[str, float]) -> Residuals:
    """Residuals of TF in the lumped formulation, the rest and what it is compared with of FJH."""
    numbers = {**source("tf").numbers, **held_by_tf(values)}
    beside = seen_lumped({**source("fjh").numbers, **values}, CLASSES, LAW, (0.1,))

    def residuals(trial: Mapping[str, float]) -> Array:
        both = {**numbers, **trial}
        return tf_residuals(seen_lumped(both, CLASSES, LAW), beside, both)

    return residuals


def held_by_tf(values: Mapping[str, float]) -> dict[str, float]:
    """Fitted values of FJH that TF has too."""
    own = {one.name for one in FREE_TF}
    return {name: value for name, value in values.items() if name not in own}


def fitted_tf(first: Mapping[str, float], values: Mapping[str, float], kept: Kept) -> dict[str, Any]:
    """Own numbers of TF from the best of their search, the others those of FJH; and what it shows."""
    held = held_by_tf(values)

    def exact() -> dict[str, Any]:
        other = HalfCellModel(source("fjh"), [FREE[RATE]], "DFN", fixed=_without(values, RATE))
        same = seen(other, values, (0.1,), 1)
        numbers = {**source("tf").numbers, **held}

        def rows(shown: Seen, own: Mapping[str, float]) -> Array:
            return tf_residuals(shown, same, {**numbers, **own})

        return outcome(polished("tf", first, rows, held))

    done = kept("tf, DFN", exact)
    model = HalfCellModel(source("tf"), FREE_TF, "DFN", fixed=held, classes=CLASSES)
    shown = kept("tf, rows in the DFN", lambda: described(seen(model, done["values"])))
    return {**_told(done), "DFN": _without(shown, "seconds")}


def _told(done: Mapping[str, Any]) -> dict[str, Any]:
    return {name: done[name] for name in ("objective", "misfit", "priors", "on bounds", "values")}


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
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


def write_sets(*, ship: bool = True, search: bool = True) -> None:
    """Search the three sets and keep what it found, fit them in the DFN and replace their files.

    Parameters
    ----------
    ship
        Whether to fit in the DFN and to replace files.
    search
        Whether to search; else what is on file of a search is begun from.
    """
    began = time.perf_counter()
    kept = Kept(Journal(_journal(), _identity()))
    records = {} if search else {SEARCH: data.read("joint")[SEARCH]}
    if search:
        starts = {carbon: starts_of(carbon, kept) for carbon in FILES}
        values = starts["fjh"][0]["values"]
        starts["tf"] = starts_of_tf(values, kept)
        before = {carbon: as_shipped(carbon) for carbon in FILES}
        told = {name: _search(name, rows, values) for name, rows in starts.items()}
        records[SEARCH] = {"before": before, **told}
    records[SEARCH] = {"shipped": ship, **_without(records[SEARCH], "shipped")}
    if ship:
        records |= _shipped({name: records[SEARCH][name]["values"] for name in (*FILES, "tf")}, kept)
    made = evidence.stamp("joint", time.perf_counter() - began)
    evidence.keep("joint", records, dict.fromkeys(records if search else _without(records, SEARCH), made))


def _shipped(best: Mapping[str, Mapping[str, float]], kept: Kept) -> dict[str, Any]:
    """Fits in the DFN from the best of the search, written to the files of the sets."""
    found = {carbon: fitted_fjh(carbon, best[carbon], kept) for carbon in FILES}
    values = found["fjh"]["values"]
    found["tf"] = fitted_tf(best["tf"], values, kept)
    sources = {carbon: source(carbon) for carbon in found}
    for carbon, (file, _, text) in FILES.items():
        one = found[carbon]
        text = f"{text}. Fitted to H01, H03 to H06, H08, K01, K03.fjh and S09: "
        text += f"misfit {one['misfit']:.3g}, priors {one['priors']:.3g}"
        write_joint(file, text, one["values"], sources[carbon], one["parameters"])
    text = f"Fitted to {' and '.join(TF_SOURCE.rsplit(', ', 1))}; the rest from FJH"
    write_joint("gu2025_tf", text, {**values, **found["tf"]["values"]}, sources["tf"], [], FREE_TF)
    return found


def as_shipped(carbon: str) -> dict[str, Any]:
    """Objective, misfit and priors of the shipped set with these rows, in the lumped formulation."""
    free, numbers = free_of(carbon), source(carbon).numbers
    found = valued(free, residuals_of_fjh(carbon), {one.name: numbers[one.name] for one in free})
    return {"objective": found.objective, "misfit": found.misfit, "priors": found.penalty}


def _search(carbon: str, starts: Sequence[Mapping[str, Any]], fjh: Mapping[str, float]) -> dict[str, Any]:
    """Starts of a set, and what the best shows in the lumped formulation."""
    values = starts[0]["values"]
    held = held_by_tf(fjh) if carbon == "tf" else {}
    shown = seen_lumped({**source(carbon).numbers, **held, **values}, CLASSES, LAW)
    return {"starts": merits(starts), "values": values, "lumped": described(shown)}


def _journal() -> Path:
    folder = evidence.scratch("joint")
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "finished.jsonl"


def _identity() -> dict[str, Any]:
    sets = {name: source(name).sha256 for name in RESISTANCE_OHM}
    return {"code": evidence.fingerprint("joint"), "sets": sets}
