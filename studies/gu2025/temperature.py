"""Rates from -20 to 50 C, entropy of the carbon, and heat. About five minutes."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pybamm

import napore
from napore.cells import half_cell
from napore.experiments.temperature import measured
from napore.full_cells import load_cell

SETS = ("fjh", "tf", "fjh-nvp")
DRAWN = "fjh"
RATES = (0.1, 0.5, 1.0, 5.0)
SOME_C = (-20.0, 0.0, 25.0, 50.0)
CARBONS = ("fjh", "tf")
CELLS = ("fjh", "fjh-nvp")
MODEL = "SPMe"
HEAT_RATE = 1.0
# the fast classes of pores are so near equilibrium that at the usual tolerances their rate, and with
# it the heat of filling, is the error of the solver
TIGHT, USUAL = 1e-11, 1e-5
# other values inside the written ranges of what is assumed
VARIATIONS = {
    "as shipped": {},
    "diffusion 50 kJ/mol": {"Carbon particle adsorbed diffusivity activation energy [J.mol-1]": 50e3},
    "pore filling 20 kJ/mol": {"Carbon electrode pore filling activation energy [J.mol-1]": 20e3},
    "pore filling 60 kJ/mol": {"Carbon electrode pore filling activation energy [J.mol-1]": 60e3},
    "strong sites 20 kJ/mol": {"Carbon electrode strong site exchange activation energy [J.mol-1]": 20e3},
    "strong sites 60 kJ/mol": {"Carbon electrode strong site exchange activation energy [J.mol-1]": 60e3},
    "rates differ by prefactors": {"Carbon electrode barrier share of the rate spread": 0.0},
    "rates differ by barriers": {"Carbon electrode barrier share of the rate spread": 1.0},
}
CAUSES = {
    "reaction": "Irreversible electrochemical heating [W]",
    "Ohmic": "Ohmic heating [W]",
    "pore filling, dissipated": "Pore filling irreversible heating [W]",
    "entropy of the reaction": "Reversible heating [W]",
    "entropy of pore filling": "Pore filling reversible heating [W]",
    "mixing": "Heat of mixing [W]",
}


def capacities(name: str, **changes: Any) -> list[dict[str, Any]]:
    """Desodiation capacity at each rate, over temperature."""
    rates, temperatures = (RATES, None) if not changes else ((1.0,), SOME_C)
    cell = half_cell(name, MODEL, **changes)
    test = napore.temperature_test(cell, rates, *([temperatures] if temperatures else []))
    return [
        {
            "temperature_C": temperature,
            "measured_range": measured(temperature),
            "capacity_mAh_g": [point.capacity_mAh_g for point in one.points],
        }
        for temperature, one in test.tests.items()
    ]


def entropy(name: str) -> dict[str, list[float]]:
    """Temperature derivative of the equilibrium potential over the state of charge."""
    cell = half_cell(name, MODEL)
    full = float(cell.isotherm.stoichiometry(0.01))
    x = np.linspace(0.002, full, 200)
    return {
        "sodiation": list(x / full),
        "entropic_change_mV_K": list(1e3 * cell.isotherm.entropic_change(x)),
    }


def solver(tolerance: float) -> pybamm.BaseSolver:
    """Solver of a relative tolerance, the absolute one a tenth of it as by default."""
    return pybamm.IDAKLUSolver(rtol=tolerance, atol=tolerance / 10)


def heat(name: str) -> dict[str, Any]:
    """Heat of one half cycle at 1 C, by cause, over its capacity and in total."""
    options = {"calculate heat source for isothermal models": "true", "heat of mixing": "true"}
    cell = load_cell(name, MODEL, options)
    low, high = cell.cut_offs
    ends = (low, high) if cell.first_sign > 0 else (high, low)
    current = cell.first_sign * cell.one_C_current * HEAT_RATE
    steps = [
        pybamm.step.current(sign * current, duration=7200 / HEAT_RATE, termination=f"{end} V")
        for sign, end in zip((1, -1), ends, strict=True)
    ]
    solution = cell.simulation(pybamm.Experiment([tuple(steps)]), solver=solver(TIGHT)).solve(calc_esoh=False)
    found: dict[str, Any] = {"directions": list(cell.directions), "halves": []}
    for step in solution.cycles[0].steps:
        start, end = float(step.t[0]), float(step.t[-1])
        # pores that are far from equilibrium empty in milliseconds when the current turns
        first = start + np.geomspace(1e-6, 60.0, 2000)
        t = np.unique(np.concatenate([[start], first, np.linspace(start, end, 4000)]))
        work = float(np.trapezoid(np.abs(step["Current [A]"](t) * step["Voltage [V]"](t)), t))
        half: dict[str, Any] = {
            "heat_over_work": {
                cause: float(np.trapezoid(step[name](t), t)) / work for cause, name in CAUSES.items()
            }
        }
        if name == DRAWN:
            t = np.linspace(start, end, 120)
            half["capacity_mAh_g"] = list(abs(current) * (t - start) / 3.6 / (1e3 * cell.active_mass))
            half["heat_W_g"] = {
                cause: list(1e-3 * step[name](t) / cell.active_mass) for cause, name in CAUSES.items()
            }
        found["halves"].append(half)
    return found


def without_casing(tolerance: float, name: str) -> dict[str, float]:
    """Warming of a cell of its own heat capacity that loses none, over one cycle at 1 C and at 5 C [K]."""
    found = {}
    for rate in (1.0, 5.0):
        cell = load_cell(
            name, MODEL, {"thermal": "lumped"}, {"Total heat transfer coefficient [W.m-2.K-1]": 0.0}
        )
        thickness = float(cell.parameter_values.evaluate(pybamm.LithiumIonParameters().L))
        cell.parameter_values["Cell volume [m3]"] = thickness * cell.area
        low, high = cell.cut_offs
        ends = (low, high) if cell.first_sign > 0 else (high, low)
        current = cell.first_sign * cell.one_C_current * rate
        steps = [
            pybamm.step.current(sign * current, duration=7200 / rate, termination=f"{end} V")
            for sign, end in zip((1, -1), ends, strict=True)
        ]
        simulation = cell.simulation(pybamm.Experiment([tuple(steps)]), solver=solver(tolerance))
        solution = simulation.solve(calc_esoh=False)
        T = solution["Volume-averaged cell temperature [K]"].data
        found[f"{rate:g}"] = float(T[-1] - T[0])
    return found


PARTS: dict[str, Callable[[], Any]] = {
    **{f"rates, {name}": partial(capacities, name) for name in CARBONS},
    **{label: partial(capacities, "fjh", parameters=numbers) for label, numbers in VARIATIONS.items()},
    **{f"entropy, {name}": partial(entropy, name) for name in CARBONS},
    **{f"heat, {name}": partial(heat, name) for name in CELLS},
    **{f"warming, {name}": partial(without_casing, TIGHT, name) for name in CELLS},
    **{f"warming, usual tolerance, {name}": partial(without_casing, USUAL, name) for name in CELLS},
}
