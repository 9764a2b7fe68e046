"""What a fit to data of a carbon gives: isotherms, recovery, bands of the full cell, information to expect.

Finished samples of the bands are kept in build/study, so that a stopped run goes on.
"""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pybamm

import napore
from napore.calibration.bands import Bands, EnergyAndRatio, PlatingLimit, bands
from napore.calibration.data import Data
from napore.calibration.draws import conditioned, from_ranges
from napore.calibration.information import gitt, information, pulses, rates, resistance, slow_curve
from napore.calibration.isotherm import fit_isotherm, fit_msmr

from . import data
from .evidence import scratch
from .posterior import MODES, calibrated, read_posterior
from .verdict_inputs import feels, uncertain_inputs

SETS = ("fjh", "fjh-b", "fjh-nvp", "fjh-b-nvp")
NEEDS = ("posterior",)
KEPT = scratch("own_carbon")
SAMPLES = {EnergyAndRatio: 128, PlatingLimit: 48}
REPEATS = 50
DRIVERS = 5
"""Numbers that are named of those that make a quantity vary."""
PREDICTED = ("fjh assumed", "fjh posterior", "fjh both", "fjh-b posterior", "fjh-b both")
PLATED = ("fjh posterior", "fjh both", "fjh-b posterior")


def isotherm() -> list[dict[str, Any]]:
    """PyBaMM's hard carbon by adsorption and pore filling, and by MSMR."""
    curve = pybamm.ParameterValues("Chayambuka2022")["Negative electrode OCP [V]"]
    x = np.linspace(0.002, 0.995, 200)
    V = np.array([curve(pybamm.Scalar(at)).evaluate().item() for at in x])
    fits = [fit_isotherm(x, V), *(fit_msmr(x, V, terms, 6) for terms in (3, 4, 5))]
    return [{"law": one.law, "parameters": one.parameters, "rms_mV": one.rms_mV} for one in fits]


def recovery() -> dict[str, Any]:
    """Repeats of the test of recovery: misfit beside that of the truth, and coverage."""
    sys.path.insert(0, str(data.ROOT / "tests"))
    from test_property_recovery import recover

    repeats = [recover(seed) for seed in range(1, REPEATS + 1)]
    names = list(repeats[0].truth)
    held = {name: [one.inside()[name] for one in repeats if name in one.inside()] for name in names}
    return {
        "repeats": len(repeats),
        "reached": sum(one.found.found.misfit <= one.misfit_of_truth for one in repeats),
        "narrow": sum(bool(one.narrow()) for one in repeats),
        "coverage": {name: [sum(flags), len(flags)] for name, flags in held.items()},
    }


def numbers_read() -> set[str]:
    """Numbers that the equations of the isothermal full cell read."""
    return {one.name for one in uncertain_inputs() if feels(one, [("fjh-nvp", "current")])}


def banded(key: str, function: type[EnergyAndRatio] | type[PlatingLimit]) -> tuple[dict[str, Any], Bands]:
    """Bands of a function of the paper's cell for a set and a group of numbers, as data and whole."""
    name, group = key.split(" ")
    cell, read = napore.full_cell(name, "nvp", model="SPMe"), numbers_read()
    samples = samples_of(group, name, cell, SAMPLES[function])
    folder = KEPT / f"{function.__name__}-{name}-{group}"
    done = bands(function(cell), samples, folder=folder, version=cell.sha256)
    return done.to_dict() | {
        "read": len(read & set(samples[0])),
        "values": {quantity: done.values(quantity).tolist() for quantity in done.names},
        "drivers": {quantity: drivers(done, quantity, read) for quantity in done.names},
    }, done


def prediction(key: str) -> dict[str, Any]:
    """Energy and mass ratio of the paper's cell."""
    found, done = banded(key, EnergyAndRatio)
    return found | {"low tail": low_tail(done)}


def plating(key: str) -> dict[str, Any]:
    """Least mass ratio without plating."""
    found, _ = banded(key, PlatingLimit)
    return found | {"between": list(PlatingLimit(napore.full_cell()).between)}


def drivers(done: Bands, quantity: str, read: set[str]) -> list[Any]:
    """Numbers that make a quantity vary, of those that equations read, strongest first."""
    table = done.drivers(quantity)
    return table[table["parameter"].isin(read)].head(DRIVERS).to_dict("records")


def low_tail(done: Bands) -> dict[str, Any] | None:
    """Which number separates the cells with the lowest energies from the others best, and where."""
    name = done.names[0]
    values = done.values(name)
    low = values < 0.5 * float(np.median(values))
    if not np.any(low):
        return None
    records = [record for record in done.study.records if record.status == "ok"]
    best: dict[str, Any] = {"share": float(np.mean(low)), "purity": 0.0}
    for parameter in records[0].inputs:
        drawn = np.array([float(record.inputs[parameter]) for record in records])
        for sign in (-1.0, 1.0):
            first = np.argsort(sign * drawn)[: int(np.sum(low))]
            purity = float(np.mean(low[first]))
            if purity > best["purity"]:
                edge = float(np.max(sign * drawn[first]) * sign)
                best |= {"parameter": parameter, "below": sign > 0.0, "edge": edge, "purity": purity}
    return best


def samples_of(group: str, name: str, cell: Any, count: int) -> list[dict[str, float]]:
    """Samples of a group: fitted numbers from the posterior, assumed and literature from their ranges."""
    kinds = ("assumed", "literature")
    if group == "assumed":
        return from_ranges(cell.source, count, kinds=kinds)
    return conditioned(
        read_posterior(name), cell.source, count, kinds=kinds if group == "both" else (), seed=1
    )


def expected_information(name: str) -> dict[str, Any]:
    """Standard errors to expect of candidate experiments beside the paper's rates, in the SPMe."""
    fitted = calibrated(name, 1)
    model, values = fitted.half_cell, fitted.found.values
    candidates: dict[str, Data] = {
        "slow curve, 6 mA/g, both directions": slow_curve(model, values),
        "rates 1, 2, 10 C": rates(model, values, (300.0, 600.0, 3000.0)),
        "rates 0.01, 0.2 C": rates(model, values, (3.0, 60.0)),
        "GITT, 20 pulses of 20 min at 30 mA/g, rests of 1 h": gitt(model, values),
        "GITT, 20 pulses of 20 min at 30 mA/g, rests of 10 h": gitt(model, values, rest_s=36000.0),
        "5 pulses of 10 s at 1500 mA/g": pulses(model, values),
        "impedance, charge-transfer resistance": resistance(model, values),
    }
    done = information(model, values, candidates, fitted.data)
    return {
        "names": [f.name for f in fitted.fitted],
        "before": [float(e) for e in done.before],
        "after": {key: [float(e) for e in done.after[key]] for key in done.ranking},
    }


PARTS: dict[str, Callable[[], Any]] = {
    "isotherm": isotherm,
    "recovery": recovery,
    **{f"prediction, {key}": partial(prediction, key) for key in PREDICTED},
    **{f"plating, {key}": partial(plating, key) for key in PLATED},
    **{f"information, {name}": partial(expected_information, name) for name in MODES},
}
