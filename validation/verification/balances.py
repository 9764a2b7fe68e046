"""Balances of sodium and energy over a full cycle and a drive cycle."""

from typing import Any

import numpy as np

from napore.cells import Cell, half_cell
from napore.models.constants import FARADAY

from .energy import energy_balance
from .finding import Finding
from .protocols import drive_cycle, full_cycle, solve
from .states import History, histories

__all__ = ["CASES", "balance", "sodium_balance"]

CASES = [
    (model, law, drive)
    for model in ("SPM", "SPMe", "DFN")
    for law in ("relaxation", "sinh")
    for drive in (False, True)
]
"""Model, filling law, and whether the drive cycle stands in the place of the full cycle."""


def sodium_balance(cell: Cell, steps: list[History]) -> tuple[float, float]:
    """Sodium made or lost in particles and in the electrolyte, over the charge passed [-].

    The charge in the double layer of the carbon is not yet in the particles; PyBaMM counts all
    the foil's current as salt, so that the same charge is what the electrolyte holds more.
    """
    charge = sum(float(step.weights @ step.current) for step in steps)
    passed = sum(float(step.weights @ np.abs(step.current)) for step in steps)
    first, last = steps[0], steps[-1]
    values = cell.parameter_values
    active = float(values["Positive electrode active material volume fraction"])
    widths = np.diff(first.place) * cell.area
    surfaces = 3 * active / first.radius[-1] * widths
    double_layer = float(values["Positive electrode double-layer capacity [F.m-2]"]) * float(
        surfaces @ (last.double_layer[-1] - first.double_layer[0])
    )
    shells = np.diff(first.radius**3) / first.radius[-1] ** 3

    def particles(step: History, at: int) -> float:
        total = step.adsorbed[at] + step.filled[at].sum(axis=0)
        return FARADAY * float(np.einsum("xr,x,r->", total, widths * active, shells))

    size = widths.size
    porosity = np.full(first.whole.size - 1, float(values["Separator porosity"]))
    porosity[-size:] = float(values["Positive electrode porosity"])
    volumes = porosity * np.diff(first.whole) * cell.area
    salt = FARADAY * float(volumes @ (last.salt[-1] - first.salt[0]))
    stored = particles(last, -1) - particles(first, 0)
    return (stored - double_layer - charge) / passed, (salt + double_layer) / passed


def balance(
    model: str,
    law: str,
    drive: bool,
    rate: float = 1.0,
    options: dict[str, Any] | None = None,
    parameters: dict[str, float] | None = None,
) -> list[Finding]:
    """Sodium and energy of one half cell of the FJH carbon over one protocol."""
    cell = half_cell("fjh", model, {"pore filling": law, **(options or {})}, parameters)
    steps = drive_cycle(cell, seed=7) if drive else full_cycle(cell, rate)
    history = list(histories(cell, solve(cell, steps)))
    particles, electrolyte = sodium_balance(cell, history)
    energy = energy_balance(cell, history)
    protocol = "drive cycle" if drive else f"full cycle at {rate:g} C"
    name = ", ".join([model, law, *(options or {}).values(), protocol])
    found = [
        Finding(name, "sodium in particles / charge passed [-]", particles, 1e-8),
        Finding(name, "energy with entropy production / throughput [-]", energy.gibbs_error, 1e-3),
        Finding(name, "energy with heat and enthalpy / throughput [-]", energy.enthalpy_error, 1e-3),
        Finding(
            name,
            "smallest dissipation of a cause / throughput [-]",
            _least(energy.dissipation) / energy.throughput,
            -1e-6,
            True,
        ),
    ]
    if model != "SPM":
        found.insert(1, Finding(name, "sodium in the electrolyte / charge passed [-]", electrolyte, 1e-5))
    return found


def _least(dissipation: dict[str, float]) -> float:
    return min(dissipation.values())
