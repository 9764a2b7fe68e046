"""How much does rate_test cost per half cycle over plain PyBaMM from one build of the same model?

    python benchmarks/rates.py [--repeats 3] [--keep]

DFN of FJH against sodium, one cycle at each of five rates; PyBaMM gets the current as an input.
"""

import measure
import pybamm

import napore

RATES = (0.1, 0.2, 0.5, 1.0, 2.0)
CURRENT = "Current function [A]"


def ours() -> None:
    napore.rate_test(napore.half_cell("fjh", "DFN"), RATES, cycles=1)


def plain() -> None:
    cell = napore.half_cell("fjh", "DFN")
    values = cell.parameter_values.copy()
    values[CURRENT] = "[input]"
    simulation = pybamm.Simulation(cell.model, parameter_values=values, solver=cell.model.default_solver)
    for rate in RATES:
        solution = simulation.solve(
            [0.0, 4000.0 / rate], inputs={CURRENT: rate * cell.one_C_current}, calc_esoh=False
        )
        for name in ("Voltage [V]", "Discharge capacity [A.h]"):
            assert solution[name].entries.size


def main() -> None:
    given = measure.arguments(__doc__, repeats=3)
    ours()  # imports and caches
    found = measure.medians({"ours": ours, "plain": plain}, given.repeats)
    measure.tell(
        "rate_test", found["ours"] / 2.0 / found["plain"], given
    )  # PyBaMM does one half cycle of two


if __name__ == "__main__":
    main()
