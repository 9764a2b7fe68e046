"""Operando observables of a cycle of each set: the one part of the page of structure that is simulated."""

from collections.abc import Callable
from functools import partial
from typing import Any

import napore
from napore.experiments.curves import Cycle
from napore.validation.operando import operando

from .data import thinned

SETS = ("fjh", "fjh-b", "tf", "gu2025_reported.toml")
NAMES = SETS[:3]
RATES = (0.1, 0.5)
MODEL = "DFN"
DRAWN = ("capacity_mAh_g", "voltage_V", "g_band_cm1", "metallic_mAh_g")


def observed(name: str, rate: float, cycle: Cycle) -> dict[str, Any]:
    """Observables of a cycle, of FJH with the columns that are drawn."""
    found = operando(cycle)
    row: dict[str, Any] = {**found.to_dict(), "holds": found.holds}
    row["metal_mAh_g"] = float(found.sodiation.metallic_mAh_g[-1])
    if name == "fjh":
        halves = [half.table() for half in (found.sodiation, found.desodiation)]
        row["halves"] = [
            dict(zip(DRAWN, thinned(120, *(half[column] for column in DRAWN)), strict=True))
            for half in halves
        ]
    return row


def cycles(name: str) -> dict[str, Any]:
    """Both rates of a set."""
    curves = napore.rate_test(napore.half_cell(name, MODEL), RATES).curves
    return {f"{rate:g}": observed(name, rate, curves[rate]) for rate in RATES}


PARTS: dict[str, Callable[[], Any]] = {name: partial(cycles, name) for name in NAMES}
