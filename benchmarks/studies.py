"""How much faster are many designs as one study than as a loop that makes each cell for itself?

    python benchmarks/studies.py [--designs 500] [--ratios 200] [--naive 6] [--keep]

Half cells: FJH against sodium, SPMe, loading, thickness, filling rate and exchange current drawn from a Sobol
sample, sodiation at 1 C, a record of each on file. Full cells: SPMe, mass ratios times five rates, charge and
discharge with balance and plating margin of each. Loop and study run in turn, on one processor: on two that
share their caches the same work takes a fifth more of each.
"""

import os
import statistics
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from measure import COMMIT, arguments, child, processor_time, tell, timed, today

import napore
from napore import study
from napore.cells import half_cell

SPANS = {
    "Carbon electrode areal loading [kg.m-2]": (0.7, 1.3),
    "Carbon electrode thickness [m]": (1.0, 1.5),
    "Carbon electrode pore median filling rate [s-1]": (0.3, 3.0, "log"),
    "Carbon electrode reference exchange-current density [A.m-2]": (0.3, 3.0, "log"),
}
_HALF = """
cell = napore.half_cell("fjh", "SPMe")
cell.parameter_values["Current function [A]"] = cell.one_C_current
solution = cell.simulation().solve([0.0, 6.0 * 3600.0])
solution["Discharge capacity [A.h]"].entries, solution["Voltage [V]"].entries
"""
_FULL = """
napore.energy_test(napore.full_cell("fjh", "nvp", model="SPMe", mass_ratio=0.4), [1.0], cycles=1)
"""
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
    with tempfile.TemporaryDirectory() as folder:
        parts = np.array_split(np.arange(designs), naive)

        def batch(part: Sequence[int]) -> None:
            study.run(function, [cases[k] for k in part], folder=f"{folder}/{part[0]}")

        return in_turn([partial(half, case) for case in cases[:naive]], batch, parts)


def full_cells(ratios: int, naive: int) -> tuple[float, str]:
    at = np.linspace(0.3, 0.5, ratios)
    cell = napore.full_cell("fjh", "nvp", model="SPMe", mass_ratio=0.4)
    full(0.4)

    def batch(part: Sequence[float]) -> None:
        ends = float(part[0]), float(part[-1])
        found = napore.design(cell, mass_ratio=ends, points=len(part), rates=RATES, cycles=1)
        assert len(found.table()) == len(part) * len(RATES)

    loop = [partial(full, float(ratio)) for ratio in at[:: ratios // naive][:naive]]
    return in_turn(loop, batch, np.array_split(at, naive), len(RATES))


def in_turn(
    loop: Sequence[Callable[[], None]], batch: Callable[[Any], None], parts: Sequence[Any], each: int = 1
) -> tuple[float, str]:
    """Time of one of a naive loop over that of a design of the parts of a study, which has one build."""
    alone, together = [], 0.0
    for one, part in zip(loop, parts, strict=True):
        alone.append(processor_time(one))
        together += processor_time(partial(batch, part))
    design = together / each / sum(len(part) for part in parts)
    naive = statistics.median(alone)
    return naive / design, f"{1e3 * design:.1f} ms a design against {1e3 * naive:.0f} ms"


def main() -> None:
    given = arguments(__doc__, designs=500, ratios=200, naive=6)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    for name, (ratio, note), source in (
        ("half-cell study", half_cells(given.designs, given.naive), _HALF),
        ("full-cell designs", full_cells(given.ratios, given.naive), _FULL),
    ):
        old = today()
        loops = (
            [child(["-c", timed(f"import napore\n{source}", source)], old)[0] for _ in range(3)]
            if old
            else []
        )
        if loops:
            note += f", {1e3 * statistics.median(loops):.0f} ms in the loop of {COMMIT}"
        tell(name, ratio, given, note)


if __name__ == "__main__":
    main()
