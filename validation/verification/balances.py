"""Balances of sodium and energy over a full cycle and a drive cycle."""

from typing import Any

import numpy as np
import pybamm

from napore.cells import Cell, half_cell
from napore.full_cells import FullCell, full_cell
from napore.models.constants import FARADAY

from .energy import Budget, energy_balance
from .finding import Finding
from .protocols import drive_cycle, full_cycle, solve
from .states import History, histories

HEAT = {"calculate heat source for isothermal models": "true", "heat of mixing": "true"}
"""Options with which a model counts all its heat."""

LAW = {"adsorption law": "mean field"}
"""The budget of energies counts sites and pores; strongly bound sodium has tests of its own."""

CASES = [
    (model, law, drive)
    for model in ("SPM", "SPMe", "DFN")
    for law in ("relaxation", "sinh")
    for drive in (False, True)
]
"""Model, filling law, and whether the drive cycle stands in the place of the full cycle."""


SINH_RATES = {
    "Carbon electrode pore median filling rate [s-1]": 0.02,
    "Carbon electrode pore filling rate spread [decades]": 4.5,
}
"""Filling rates with the sinh law.

With those of the set, 1.1 1/s and 6.6 decades, it makes the fastest class 22,000 times faster still: its
heat, a difference of states times that rate, is then noise at any tolerance that the DFN can be solved at.
"""


def sodium_balance(cell: Cell, steps: list[History]) -> tuple[float, float]:
    """Sodium made or lost in particles and in the electrolyte of a half cell, over the charge passed [-].

    The charge in the double layer of the carbon is not yet in the particles; PyBaMM counts all
    the foil's current as salt, so that the same charge is what the electrolyte holds more.
    """
    budget, first, last = Budget(cell), steps[0], steps[-1]
    charge = sum(float(step.weights @ step.current) for step in steps)
    passed = sum(float(step.weights @ np.abs(step.current)) for step in steps)
    (carbon,), (before,), (after,) = budget.electrodes, first.electrodes, last.electrodes
    capacity = budget.laws.number("Positive electrode double-layer capacity [F.m-2]")
    change = after.double_layer[-1] - before.double_layer[0]
    double_layer = capacity * float(carbon.surfaces(before) @ change)
    salt = FARADAY * float(budget.volumes(first) @ (last.salt[-1] - first.salt[0]))
    stored = carbon.sodium(after, -1) - carbon.sodium(before, 0)
    return (stored - double_layer - charge) / passed, (salt + double_layer) / passed


def inventory_balance(cell: FullCell, steps: list[History]) -> tuple[float, float]:
    """Change of the sodium in the particles of a full cell, and of its salt, over the inventory [-]."""
    budget, first, last = Budget(cell), steps[0], steps[-1]
    inventory = 3600.0 * cell.balance.inventory_mAh_g_cathode * cell.cathode_mass
    change = sum(
        electrode.sodium(last.electrodes[place], -1) - electrode.sodium(first.electrodes[place], 0)
        for place, electrode in enumerate(budget.electrodes)
    )
    salt = FARADAY * float(budget.volumes(first) @ (last.salt[-1] - first.salt[0]))
    return change / inventory, salt / inventory


def balance(
    model: str,
    law: str,
    drive: bool,
    rate: float = 1.0,
    options: dict[str, Any] | None = None,
    parameters: dict[str, float] | None = None,
    rtol: float = 1e-9,
) -> list[Finding]:
    """Sodium and energy of one half cell of the FJH carbon over one protocol.

    With the sinh law at :data:`SINH_RATES`, unless other parameters are given. The reversible heat of the
    fastest pores is their rate constant times a small difference of fillings, which holds the solver's
    error: the enthalpy needs a smaller ``rtol`` the more each pore's potential changes with temperature.
    """
    if law == "sinh" and parameters is None:
        parameters = SINH_RATES
    # PyBaMM 26.10 cannot evaluate the Ohmic heat of a DFN half cell with a surface form
    asked = {} if model == "DFN" and "surface form" in (options or {}) else HEAT
    cell = half_cell("fjh", model, {**LAW, **asked, "pore filling": law, **(options or {})}, parameters)
    steps = drive_cycle(cell, seed=7) if drive else full_cycle(cell, rate)
    history = list(histories(cell, solve(cell, steps, rtol, 0.01 * rtol)))
    particles, electrolyte = sodium_balance(cell, history)
    protocol = "drive cycle" if drive else f"full cycle at {rate:g} C"
    name = ", ".join([model, law, *(options or {}).values(), protocol])
    found = [
        Finding(name, "sodium in particles / charge passed [-]", particles, 1e-8),
        *_energy(name, cell, history),
    ]
    if model != "SPM":
        found.insert(1, Finding(name, "sodium in the electrolyte / charge passed [-]", electrolyte, 1e-5))
    return found


def full_cell_balance(model: str, rate: float, anode: str = "fjh") -> list[Finding]:
    """Sodium and energy of one full cell with NVP over charge and discharge."""
    cell = full_cell(anode, "NVP", model=model, options={**LAW, **HEAT})
    # at 1e-8 the little heat of pores near equilibrium errs by a thousandth of all energy at 0.2 C
    history = list(histories(cell, solve(cell, full_cycle(cell, rate), 1e-10, 1e-12)))
    particles, salt = inventory_balance(cell, history)
    name = f"{cell.name}, {model}, charge and discharge at {rate:g} C"
    return [
        Finding(name, "sodium in particles / inventory [-]", particles, 1e-9),
        *([Finding(name, "sodium in the electrolyte / inventory [-]", salt, 1e-9)] if model != "SPM" else []),
        *_energy(name, cell, history),
    ]


def windows(anode: str = "fjh") -> list[Finding]:
    """Balance of a full cell beside PyBaMM's own (its "electrode state of health")."""
    cell = full_cell(anode, "NVP", model="SPM")
    values, parameters = cell.parameter_values, pybamm.LithiumIonParameters()
    inputs = {
        "Q_n": float(values.evaluate(parameters.n.Q_init)),
        "Q_p": float(values.evaluate(parameters.p.Q_init)),
        "Q_Li": float(values.evaluate(parameters.Q_Li_particles_init)),
    }
    theirs = pybamm.lithium_ion.ElectrodeSOHSolver(values, parameters).solve(inputs)
    ours, name = cell.balance, f"{cell.name}, balance at equilibrium"
    ends = (*ours.anode_window, *ours.cathode_window)
    keys = ("x_0", "x_100", "y_0", "y_100")
    largest = max(abs(end - float(theirs[key])) for end, key in zip(ends, keys, strict=True))
    ratio = ours.n_p_ratio / float(theirs["NPR"]) - 1.0
    return [
        Finding(name, "stoichiometry windows, largest difference from PyBaMM's own [-]", largest, 1e-6),
        Finding(name, "N/P ratio over PyBaMM's own, less 1 [-]", ratio, 1e-9),
    ]


def _energy(name: str, cell: Cell, history: list[History]) -> list[Finding]:
    energy = energy_balance(cell, history)
    errors = [("entropy production", energy.gibbs_error), ("heat and enthalpy", energy.enthalpy_error)]
    if energy.model_heat is not None:
        errors.append(("the model's own heat", energy.model_error))
    smallest = min(energy.dissipation.values()) / energy.throughput
    return [
        *(Finding(name, f"energy with {what} / throughput [-]", error, 1e-3) for what, error in errors),
        Finding(name, "smallest dissipation of a cause / throughput [-]", smallest, -1e-6, True),
    ]
