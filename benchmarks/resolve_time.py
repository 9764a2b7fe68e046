"""How much slower is the carbon's storage than PyBaMM's own half cell, solved again?

    python benchmarks/resolve_time.py [--repeats 15]

One process, same cell (FJH against sodium), mesh, tolerances and solver; C/2 sodiation from
a nearly empty particle to 0.01 V. The build is left out; solves alternate between the models so that
noise hits all alike; medians. Memory: growth of the resident set over build and first solve.
"""

import argparse
import os
import statistics
import time
from importlib.metadata import version

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

import pybamm

from napore import models
from napore.parameters.gu2025 import half_cell_values
from napore.parameters.numbers import number
from napore.parameters.sets import load_set

C_MAX = "Maximum concentration in positive electrode [mol.m-3]"
BARS = {"equilibrium": 1.2, "kinetic, 1 class": 1.5, "kinetic, 4 classes": 3.0, "kinetic, as shipped": None}


def resident_MB() -> float:
    """Resident set of this process [MB]."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def simulation(base: str, storage: str | None, classes: int) -> pybamm.Simulation:
    """C/2 sodiation in one model; PyBaMM's own where ``storage`` is None."""
    values = pybamm.ParameterValues(half_cell_values(load_set("fjh").numbers, classes))
    values["Current function [A]"] = 0.5 * number(values, "Nominal cell capacity [A.h]")
    # PyBaMM's own potential has an asymptote at an empty particle, which starts it above 3 V
    values["Initial concentration in positive electrode [mol.m-3]"] = 0.003 * number(values, C_MAX)
    options = {"working electrode": "positive"}
    if storage is None:
        model = getattr(pybamm.lithium_ion, base)(options)
    else:
        model = getattr(models, base)({**options, "sodium storage": storage, "pore classes": str(classes)})
    return pybamm.Simulation(model, parameter_values=values, solver=pybamm.IDAKLUSolver(rtol=1e-5, atol=1e-6))


def main() -> None:
    """Print ratios and memory per model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=15)
    repeats = parser.parse_args().repeats
    shipped = load_set("fjh").classes
    cases = {
        "PyBaMM's own": (None, shipped),
        "equilibrium": ("equilibrium", shipped),
        "kinetic, 1 class": ("kinetic", 1),
        "kinetic, 4 classes": ("kinetic", 4),
        "kinetic, as shipped": ("kinetic", shipped),
    }
    span = [0.0, 3.0 * 3600.0]
    print(
        f"napore {version('napore')}, PyBaMM {pybamm.__version__}, {repeats} repeats, "
        f"as shipped: {shipped} classes"
    )
    for base in ("SPM", "SPMe", "DFN"):
        simulations, memory = {}, {}
        for name, (storage, classes) in cases.items():
            before = resident_MB()
            simulations[name] = simulation(base, storage, classes)
            simulations[name].solve(span)
            memory[name] = resident_MB() - before
        times: dict[str, list[float]] = {name: [] for name in cases}
        steps = {}
        for _ in range(repeats):
            for name, sim in simulations.items():
                began = time.perf_counter()
                solution = sim.solve(span)
                times[name].append(time.perf_counter() - began)
                steps[name] = len(solution.t)
        own = statistics.median(times["PyBaMM's own"])
        for name in cases:
            median = statistics.median(times[name])
            bar = BARS.get(name)
            verdict = "" if bar is None else f"  bar {bar:g}: {'met' if median / own <= bar else 'unmet'}"
            print(
                f"{base:5s} {name:20s} {1e3 * median:8.2f} ms  ratio {median / own:5.2f}  "
                f"steps {steps[name]:4d}  "
                f"{memory[name]:6.1f} MB{verdict}"
            )


if __name__ == "__main__":
    main()
