"""Posterior of the paper's carbon, what it leaves of the full cell, and which experiment would add to it.

Parts of scripts/own_carbon_page.py. Draws of the posterior are kept in docs/data/posterior_*.json.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import napore
from napore.calibration import Calibration, calibrate
from napore.calibration.bands import Bands, EnergyAndRatio, PlatingLimit, bands
from napore.calibration.data import Data
from napore.calibration.draws import conditioned, from_ranges
from napore.calibration.gu2025 import FREE, SPREAD, FJHRates
from napore.calibration.importance import WeightedPosterior
from napore.calibration.information import gitt, information, pulses, rates, resistance, slow_curve
from napore.calibration.surrogate import sample_by_surrogate
from napore.files import write_text
from napore.full_cells import FullCell
from napore.parameters.sets import load_set
from napore.validation.inputs import feels, uncertain_inputs

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "docs" / "data"

MODES = {"fjh": (0.0, 8.0), "fjh-b": (-8.0, 0.0)}
"""Sets of FJH and the bounds of the spread of rates in each: small or large pores fill fast."""


def calibrated(name: str, evaluations: int = 15) -> Calibration:
    """FJH's calibration in the SPMe from a shipped set, in its mode, without profiles."""
    source, (low, high) = load_set(name), MODES[name]
    begin = {f.name: source.entries[f.name].value for f in FREE.values()}
    free = [
        replace(
            f,
            start=begin[f.name],
            **({"low": low, "high": high} if f.name == SPREAD else {}),
        )
        for f in FREE.values()
    ]
    return calibrate(
        [FJHRates()], source, free, model="SPMe", staged=False, evaluations=evaluations, profiles=False
    )


def posterior(arguments: argparse.Namespace) -> dict[str, Any]:
    """Posterior of each mode; the draws go to files of their own."""
    found = {}
    for name in arguments.carbon:
        fitted = calibrated(name)
        print(name, fitted.found.misfit, fitted.found.penalty, fitted.found.values, flush=True)
        earlier = read_posterior(name) if _file(name).exists() else None
        drawn = sample_by_surrogate(
            fitted,
            arguments.first,
            arguments.draws,
            arguments.rounds,
            begin=None if earlier is None else heaviest(earlier, arguments.first),
            seed=arguments.seed,
            progress=True,
        )
        print(drawn.summary(), flush=True)
        kept = {
            "names": [f.name for f in drawn.fitted],
            "samples": [[float(f"{x:.6g}") for x in row] for row in drawn.samples],
            "weights": [float(f"{w:.4g}") for w in drawn.weights],
            "misfit": fitted.found.misfit,
            "priors": fitted.found.penalty,
            "draws": arguments.draws,
            "rounds": arguments.rounds,
        }
        write_text(_file(name), json.dumps(kept) + "\n")
    for name in MODES:
        if _file(name).exists():
            kept, drawn = json.loads(_file(name).read_text("utf-8")), read_posterior(name)
            found[name] = {
                **{key: kept[key] for key in ("misfit", "priors", "draws", "rounds")},
                "effective_size": drawn.effective_size,
                "summary": drawn.summary(),
                "parameters": drawn.table().to_dict("records"),
            }
    return found


def heaviest(drawn: WeightedPosterior, count: int) -> Any:
    """Values of the draws with the largest weights."""
    return drawn.samples[np.argsort(drawn.weights)[::-1][:count]]


def read_posterior(name: str) -> WeightedPosterior:
    """Draws that :func:`posterior` has kept."""
    kept = json.loads(_file(name).read_text("utf-8"))
    return WeightedPosterior(
        tuple(FREE[n] for n in kept["names"]),
        np.array(kept["samples"]),
        np.array(kept["weights"]),
    )


def _file(name: str) -> Path:
    return DATA / f"posterior_{name}.json"


GROUPS = ("posterior", "assumed", "both")

DRIVERS = 5
"""Numbers that are named of those that make a quantity vary."""


def prediction(arguments: argparse.Namespace) -> dict[str, Any]:
    """Energy and mass ratio of the paper's cell: of the posterior, of the ranges, and of both."""
    return {
        key: part | {"low tail": low_tail(done)} for key, part, done in _groups(arguments, EnergyAndRatio, "")
    }


def plating(arguments: argparse.Namespace) -> dict[str, Any]:
    """Least mass ratio without plating, of the same groups."""
    limit = PlatingLimit(napore.full_cell())
    return {
        key: part | {"between": list(limit.between)}
        for key, part, _ in _groups(arguments, PlatingLimit, "plating-")
    }


def numbers_read() -> set[str]:
    """Numbers that the equations of the isothermal full cell read."""
    return {one.name for one in uncertain_inputs() if feels(one, [("fjh-nvp", "current")])}


def _groups(
    arguments: argparse.Namespace, function: Callable[[FullCell], Any], kept: str
) -> Iterator[tuple[str, dict[str, Any], Bands]]:
    """Bands of a function of the paper's cell for each set and group, in JSON's types and whole."""
    read = numbers_read()
    for name in arguments.carbon:
        cell = napore.full_cell(name, "nvp", model="SPMe")
        for group in arguments.group:
            samples = samples_of(group, name, cell, arguments.samples)
            folder = None if arguments.folder is None else Path(arguments.folder) / f"{kept}{name}-{group}"
            done = bands(function(cell), samples, folder=folder, version=cell.sha256, progress=True)
            part = done.to_dict() | {
                "read": len(read & set(samples[0])),
                "values": {quantity: done.values(quantity).tolist() for quantity in done.names},
                "drivers": {quantity: drivers(done, quantity, read) for quantity in done.names},
            }
            yield f"{name} {group}", part, done


def drivers(done: Bands, quantity: str, read: set[str]) -> list[dict[str, Any]]:
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


def expected_information(_: argparse.Namespace) -> dict[str, Any]:
    """Standard errors to expect of candidate experiments beside the paper's rates, in the SPMe."""
    found: dict[str, Any] = {}
    for name in MODES:
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
        spans = [f.span for f in fitted.fitted]
        found[name] = {
            "names": [f.name for f in fitted.fitted],
            "before": [float(e) for e in done.before],
            "spans": spans,
            "after": {key: [float(e) for e in done.after[key]] for key in done.ranking},
        }
        print(done.table().to_string(), flush=True)
    return found
