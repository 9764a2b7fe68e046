"""How much faster are many designs as one study than as a loop that makes each cell for itself?

    python benchmarks/studies.py [--designs 500] [--ratios 200] [--naive 6] [--keep]

Half cells: FJH against sodium, SPMe, loading, thickness, filling rate and exchange current drawn from a Sobol
sample, sodiation at 1 C, a record of each on file. Full cells: SPMe, mass ratios times five rates, charge and
discharge with balance and plating margin of each. Processor time of one process.
"""

import statistics
import tempfile
from functools import partial

import numpy as np
from measure import arguments, processor_time, tell

import napore
from napore import study
from napore.cells import half_cell

SPANS = {
    "Carbon electrode areal loading [kg.m-2]": (0.7, 1.3),
    "Carbon electrode thickness [m]": (1.0, 1.5),
    "Carbon electrode pore median filling rate [s-1]": (0.3, 3.0, "log"),
    "Carbon electrode reference exchange-current density [A.m-2]": (0.3, 3.0, "log"),
}
RATES = (0.5, 0.8, 1.2, 2.0, 3.0)


def half(case: dict[str, float]) -> None:
    cell = half_cell("fjh", "SPMe", parameters=case)
    cell.parameter_values["Current function [A]"] = cell.one_C_current
    solution = cell.simulation().solve([0.0, 6.0 * 3600.0])
    charge, voltage = solution["Discharge capacity [A.h]"].entries, solution["Voltage [V]"].entries
    np.trapezoid(voltage, charge)


def full(ratio: float) -> None:
    napore.energy_test(napore.full_cell("fjh", "nvp", model="SPMe", mass_ratio=ratio), [1.0], cycles=1)


def half_cells(designs: int, naive: int) -> tuple[float, str]:
    own = half_cell("fjh", "SPMe").source.numbers
    bounds = {
        name: (low * own[name], high * own[name], *scale) for name, (low, high, *scale) in SPANS.items()
    }
    cases = study.sample(bounds, designs)
    half(cases[0])  # imports and caches, here and below
    function = study.ConstantCurrent("fjh", "SPMe", rate=1.0)
    loop = statistics.median(processor_time(partial(half, case)) for case in cases[:naive])
    with tempfile.TemporaryDirectory() as folder:

        def batch() -> None:
            study.run(function, cases, folder=folder)

        each = processor_time(batch) / designs
    return loop / each, f"{1e3 * each:.1f} ms a design against {1e3 * loop:.0f} ms"


def full_cells(ratios: int, naive: int) -> tuple[float, str]:
    at = np.linspace(0.3, 0.5, ratios)
    loop = statistics.median(processor_time(partial(full, float(ratio))) for ratio in at[:naive])
    cell = napore.full_cell("fjh", "nvp", model="SPMe", mass_ratio=0.4)

    def batch() -> None:
        found = napore.design(cell, mass_ratio=(0.3, 0.5), points=ratios, rates=RATES, cycles=1)
        assert len(found.table()) == ratios * len(RATES)

    each = processor_time(batch) / (ratios * len(RATES))
    return loop / each, f"{1e3 * each:.1f} ms a design against {1e3 * loop:.0f} ms"


def main() -> None:
    given = arguments(__doc__, designs=500, ratios=200, naive=6)
    for name, (ratio, note) in {
        "half-cell study": half_cells(given.designs, given.naive),
        "full-cell designs": full_cells(given.ratios, given.naive),
    }.items():
        tell(name, ratio, given, note)


if __name__ == "__main__":
    main()
