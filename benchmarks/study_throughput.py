"""How much faster are 500 designs as one study than as a loop that rebuilds each simulation?

    python benchmarks/study_throughput.py [--designs 500] [--naive 15] [--threads N] [--compiled]

One process, FJH against sodium, SPMe: loading, thickness, filling rate and exchange current drawn from
a Sobol sample, sodiation at 1 C. The study is timed as a user runs it: build, parameters of each
design, solver, and a record of each on file. So is the loop: cell, pybamm.Simulation, solution, for
each of a few designs, half of them before the study, half after it; the median counts.
Beside the time on the clock stands that of the processors, which other
programs on the machine do not change.
"""

import argparse
import os
import statistics
import tempfile
import time
from importlib.metadata import version

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

import numpy as np
import pybamm

from napore import study
from napore.cells import half_cell

AIM = 20.0
SPANS = {
    "Carbon electrode areal loading [kg.m-2]": (0.7, 1.3),
    "Carbon electrode thickness [m]": (1.0, 1.5),
    "Carbon electrode pore median filling rate [s-1]": (0.3, 3.0, "log"),
    "Carbon electrode reference exchange-current density [A.m-2]": (0.3, 3.0, "log"),
}
RATE = 1.0


def rebuilt(case: dict[str, float]) -> tuple[float, float, float, float]:
    """Seconds (clock, processors), capacity [mAh/g] and mean voltage [V] of a design built for itself."""
    clock, processor = time.perf_counter(), time.process_time()
    cell = half_cell("fjh", "SPMe", parameters=case)
    cell.parameter_values["Current function [A]"] = RATE * cell.one_C_current
    solution = cell.simulation().solve([0.0, 6.0 * 3600.0 / RATE])
    charge, voltage = solution["Discharge capacity [A.h]"].entries, solution["Voltage [V]"].entries
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    mean = np.trapezoid(voltage, charge) / charge[-1]
    return clock, processor, float(charge[-1]) / cell.carbon_mass, float(mean)  # A.h/kg = mAh/g


def main() -> None:
    """Print times, ratio and the largest differences."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--designs", type=int, default=500)
    parser.add_argument("--naive", type=int, default=15)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--compiled", action="store_true", help="as C, which needs a compiler")
    given = parser.parse_args()

    own = half_cell("fjh", "SPMe").source.numbers
    bounds = {
        name: (low * own[name], high * own[name], *scale) for name, (low, high, *scale) in SPANS.items()
    }
    cases = study.sample(bounds, given.designs)
    step = max(1, given.designs // given.naive)
    chosen = list(range(0, given.designs, step))[: given.naive]
    half = len(chosen) // 2

    rebuilt(cases[0])  # imports and caches
    naive = [rebuilt(cases[k]) for k in chosen[:half]]
    with tempfile.TemporaryDirectory() as folder:
        clock, processor = time.perf_counter(), time.process_time()
        function = study.ConstantCurrent(
            "fjh", "SPMe", rate=RATE, threads=given.threads, compiled=given.compiled
        )
        done = study.run(function, cases, folder=folder)
        fast = (time.perf_counter() - clock) / given.designs
        fast_processor = (time.process_time() - processor) / given.designs
    naive += [rebuilt(cases[k]) for k in chosen[half:]]

    slow, slow_processor = (statistics.median(row[k] for row in naive) for k in range(2))
    table = done.table().iloc[chosen]
    ours = table[["sodiation_capacity_mAh_g", "sodiation_mean_voltage_V"]].to_numpy(dtype=float)
    differences = np.abs(ours - [row[2:] for row in naive]).max(axis=0)
    verdict = "met" if slow / fast >= AIM else "unmet"
    print(f"napore {version('napore')}, PyBaMM {pybamm.__version__}, {os.cpu_count()} processors")
    print(f"{'ms per design':24s}{'clock':>10s}{'processors':>12s}")
    print(f"{f'study of {given.designs}':24s}{1e3 * fast:10.1f}{1e3 * fast_processor:12.1f}")
    print(f"{f'loop, of {len(naive)}':24s}{1e3 * slow:10.1f}{1e3 * slow_processor:12.1f}")
    print(f"{'ratio':24s}{slow / fast:10.1f}{slow_processor / fast_processor:12.1f}  aim {AIM:g}: {verdict}")
    print(f"failed: {len(done.failed)}")
    print(f"largest difference {differences[0]:.3f} mAh/g, {1e3 * differences[1]:.2f} mV mean voltage")


if __name__ == "__main__":
    main()
