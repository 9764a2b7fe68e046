"""How long is a re-solve of the half-cell DFN over PyBaMM's own DFN at its default mesh, and how exact?

    python benchmarks/resolve.py [--repeats 11] [--keep]

FJH against sodium, with the mean-field law and with that of the shipped sets, C/2 from a nearly empty carbon
to 0.01 V, the meshes and solvers that each model has by itself; the build is left out. Then capacity and
voltage at 5 C against 80 points per coordinate.
"""

from functools import partial
from typing import Any

import measure
import numpy as np
import pybamm

from napore.cells import half_cell
from napore.models.meshes import Mesh
from napore.models.solver import CarbonSolver

CONTENT, CURRENT = "Initial concentration in positive electrode [mol.m-3]", "Current function [A]"
PLAIN = {"adsorption law": "mean field", "pore classes": "4"}
CASES: dict[str, tuple[dict[str, str], bool]] = {
    "DFN, four classes": (PLAIN, False),
    "DFN, one class": ({**PLAIN, "pore classes": "1"}, False),
    "DFN, equilibrium": ({**PLAIN, "sodium storage": "equilibrium"}, False),
    "DFN, three kinds": ({}, False),
    "DFN, compiled": (PLAIN, True),
}


def simulation(cell: Any, model: Any, solver: Any, rate: float) -> pybamm.Simulation:
    values = cell.parameter_values.copy()
    values[CURRENT] = rate * cell.one_C_current
    # PyBaMM's own potential has an asymptote at an empty particle, which starts it above 3 V
    values[CONTENT] = 0.003 * cell.number("Maximum concentration in positive electrode [mol.m-3]")
    return pybamm.Simulation(model, parameter_values=values, solver=solver)


def error(cell: Any, rate: float) -> tuple[float, float]:
    """Capacity [mAh/g] less the reference, and the largest difference of the voltage after 10 s [mV]."""
    fine = cell.model.new_copy()
    fine.mesh = Mesh(dict.fromkeys(cell.model.mesh.points, 80), cell.model.mesh.stretch)
    span = [0.0, 5400.0 / rate]
    close = CarbonSolver(rtol=1e-8, atol=1e-10)
    usual = simulation(cell, cell.model, cell.model.default_solver, rate).solve(span)
    exact = simulation(cell, fine, close, rate).solve(span)
    at = np.linspace(10.0, 0.97 * min(usual.t[-1], exact.t[-1]), 400)
    voltage = 1e3 * np.abs(usual["Voltage [V]"](at) - exact["Voltage [V]"](at)).max()
    charges = [s["Discharge capacity [A.h]"].entries[-1] / cell.carbon_mass for s in (usual, exact)]
    return float(charges[0] - charges[1]), float(voltage)


def main() -> None:
    given = measure.arguments(__doc__, repeats=11)
    own = half_cell("fjh", "DFN")
    plain = pybamm.lithium_ion.DFN({"working electrode": "positive"})
    made = {"PyBaMM": simulation(own, plain, pybamm.IDAKLUSolver(rtol=1e-5, atol=1e-6), 0.5)}
    cells = {name: half_cell("fjh", "DFN", options) for name, (options, _) in CASES.items()}
    for name, (_, compiles) in CASES.items():
        usual = cells[name].model.default_solver
        solver = CarbonSolver(rtol=usual.rtol, atol=usual.atol, options={"compile": compiles})
        made[name] = simulation(cells[name], cells[name].model, solver, 0.5)
    works = {name: partial(each.solve, [0.0, 10800.0]) for name, each in made.items()}
    for work in works.values():
        work()
    found = measure.medians(works, given.repeats)
    for name in CASES:
        note = f"{1e3 * found[name]:.1f} ms"
        if not CASES[name][1]:
            charge, voltage = error(cells[name], 5.0)
            note += f"; at 5 C {charge:+.3f} mAh/g, {voltage:.2f} mV"
        measure.tell(name, found[name] / found["PyBaMM"], given, note)


if __name__ == "__main__":
    main()
