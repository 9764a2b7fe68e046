"""Facts of docs/pybop.md: which optimiser comes how far, and at what price."""

from collections.abc import Mapping
from typing import Any

from ..carbon_fit import FJHRates
from ..pybop import MODEL, OURS, SHIPPED, SIMULATIONS

MARGIN = 1.0
"""Objective above the least by which a fit counts as caught in a local minimum or a valley."""


def facts(found: Mapping[str, Any]) -> dict[str, Any]:
    """Runs with their objective and price, and those that did not come to the least one."""
    own = {one["start"]: one["processor_s"] for name, one in found.items() if name.startswith(OURS)}
    runs = {
        name: {
            **one,
            "objective": one["misfit"] + one["priors"],
            "ratio": one["processor_s"] / own[one["start"]],
        }
        for name, one in found.items()
        if name != SHIPPED
    }
    least = min(one["objective"] for one in runs.values())
    return {
        "data": FJHRates().name,
        "model": MODEL,
        "simulations": SIMULATIONS,
        "shipped": found[SHIPPED],
        "runs": runs,
        "best": min(runs, key=lambda name: runs[name]["objective"]),
        "caught": {name: one for name, one in runs.items() if one["objective"] > least + MARGIN},
        "versions": next(iter(runs.values()))["versions"],
    }
