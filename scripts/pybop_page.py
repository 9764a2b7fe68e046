"""Write docs/pybop.md and docs/data/pybop_gu2025.json: the calibration of FJH by optimisers of PyBOP.

    python scripts/pybop_page.py [--only page] [--simulations 400]

The rates of Gu et al. (2025) with their tolerances and priors (:mod:`napore.calibration.gu2025`), fitted in
the SPMe by :func:`napore.calibration.calibrate` and, through :func:`napore.calibration.pybop_problem`, by
PyBOP, from the same starts. The shipped set is a start and the reference. A finished fit is kept in the JSON
as long as the shipped set is the same. Needs ``napore[pybop]``; about a quarter of an hour of one processor.
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

import numpy as np
import numpy.typing as npt
import pybop
from resumable import Records

from napore.calibration import Fitted, HalfCellModel, calibrate, pybop_problem
from napore.calibration.gu2025 import FREE, FJHRates
from napore.files import write_text
from napore.parameters.sets import ParameterSet, load_set

ROOT = Path(__file__).resolve().parent.parent
FINDINGS = ROOT / "docs" / "data" / "pybop_gu2025.json"
PAGE = ROOT / "docs" / "pybop.md"
MODEL = "SPMe"
OURS = "napore, calibrate"
WITH_SLOPES = "PyBOP, L-BFGS-B"
POPULATION = "PyBOP, CMA-ES"
SHIPPED = "shipped set"


@dataclass
class Counted:
    """The paper's rates, with the number of simulations of all of them."""

    rates: FJHRates = field(default_factory=FJHRates)
    simulations: int = 0

    @property
    def name(self) -> str:
        return self.rates.name

    @property
    def size(self) -> int:
        return self.rates.size

    def residuals(self, model: HalfCellModel, values: Mapping[str, float]) -> npt.NDArray[np.float64]:
        self.simulations += 1
        return self.rates.residuals(model, values)


Ended = tuple[dict[str, float], str]
Method = Callable[[Counted, ParameterSet, Sequence[Fitted]], Ended]


def ours(data: Counted, source: ParameterSet, free: Sequence[Fitted]) -> Ended:
    """Values and why the fit ended; intervals of a linear model, which cost no simulation."""
    found = calibrate([data], source, free, model=MODEL, profiles=False)
    return found.found.values, "nothing to gain"


def by_pybop(optimise: Callable[[Any], Any]) -> Method:
    """The same by an optimiser of PyBOP's."""

    def run(data: Counted, source: ParameterSet, free: Sequence[Fitted]) -> Ended:
        np.random.seed(1)  # noqa: NPY002 (PINTS and CMA draw from it)
        found = optimise(pybop_problem([data], source, free, model=MODEL)).run()
        return {name: float(value) for name, value in found.best_inputs.items()}, str(found.message)

    return run


def optimisers(simulations: int) -> dict[str, Callable[[Any], Any]]:
    """Optimisers of PyBOP's by name: one with derivatives, one with a population."""

    def with_slopes(problem: Any) -> Any:
        # PyBOP divides the cost by that of the start: this ends where an iteration gains less than 0.003
        gain = 3e-3 / problem(problem.parameters.to_dict("initial"))
        return pybop.SciPyMinimize(
            problem, pybop.SciPyMinimizeOptions(method="L-BFGS-B", tol=gain, maxiter=50)
        )

    def population(problem: Any) -> Any:
        return pybop.CMAES(
            problem,
            pybop.PintsOptions(
                max_evaluations=simulations, max_unchanged_iterations=20, relative_tolerance=1e-3
            ),
        )

    return {WITH_SLOPES: with_slopes, POPULATION: population}


def priors(values: Mapping[str, float]) -> float:
    """Sum of squares over the widths of the priors."""
    rows = [(f, f.prior) for f in FREE.values() if f.prior is not None]
    return float(sum(((f.to_scale(values[f.name]) - mean) / width) ** 2 for f, (mean, width) in rows))


def compare(simulations: int) -> None:
    """Every optimiser from every start; what is kept of the same shipped set is not done again."""
    source, free = load_set("fjh"), list(FREE.values())
    shipped = {name: source.entries[name].value for name in FREE}
    starts = {
        "shipped": {f.name: f.at(f.place(shipped[f.name])) for f in free},
        "calibration": {f.name: f.start for f in free},
    }
    judge = HalfCellModel(source, free, MODEL)
    records = Records(FINDINGS)

    def judged(values: Mapping[str, float]) -> dict[str, Any]:
        misfit = float(np.sum(FJHRates().residuals(judge, values) ** 2))
        return {"values": values, "misfit": misfit, "priors": priors(values)}

    def timed(method: Method, start: str) -> dict[str, Any]:
        data, began, began_cpu = Counted(), time.perf_counter(), time.process_time()
        values, message = method(data, source, [replace(f, start=starts[start][f.name]) for f in free])
        times = {"seconds": time.perf_counter() - began, "processor_s": time.process_time() - began_cpu}
        versions = {name: version(name) for name in ("napore", "pybop", "pints", "pybamm", "scipy")}
        found = {**judged(values), "simulations": data.simulations, **times, "message": message}
        return {"start": start, **found, "versions": versions}

    records.get(SHIPPED, source.sha256, lambda: judged(shipped))
    methods = {OURS: ours, **{name: by_pybop(one) for name, one in optimisers(simulations).items()}}
    for start in starts:
        for name, method in methods.items():
            if name == POPULATION and start != "shipped":
                continue  # it begins at the mean of the bounds
            records.get(f"{name}, {start}", source.sha256, partial(timed, method, start))


def page(found: Mapping[str, Any]) -> str:
    """Text of the page from the findings."""
    shipped = found[SHIPPED]
    runs = {name: one for name, one in found.items() if name != SHIPPED}
    own = {one["start"]: one["processor_s"] for name, one in runs.items() if name.startswith(OURS)}
    versions = next(iter(runs.values()))["versions"]
    lines = [
        "# The calibration by PyBOP",
        "",
        "Written by `scripts/pybop_page.py` from `docs/data/pybop_gu2025.json`, which it also writes.",
        "[PyBOP](https://pybop-docs.readthedocs.io) (BSD-3-Clause) fits PyBaMM models with many optimisers;",
        '`pip install "napore[pybop]"`. `napore.calibration.pybop_problem` gives it the objective of',
        "`napore.calibration.calibrate`, `napore.calibration.pybop_parameter_values` a half cell for its own",
        "simulator ([tutorial](tutorials/pybop.ipynb)).",
        "",
        "## FJH",
        "",
        f"Data: {FJHRates().name}, with the bounds, tolerances and priors of",
        f"[the calibration](calibration.md); {MODEL}. The start is the shipped set, or that of the",
        "calibration. One simulation is three cycles at each of the four rates. The derivatives of L-BFGS-B",
        "are differences, seven simulations each, as `calibrate` takes them. The population of CMA-ES begins",
        "at the mean of the bounds, whatever the start, and ends after a given number of simulations.",
        "Ratio: processor time over that of `calibrate` from the same start.",
        "Objective: misfit plus priors. The shipped set, refined in the DFN, has "
        f"{shipped['misfit']:.2f} + {shipped['priors']:.2f} = {shipped['misfit'] + shipped['priors']:.2f}",
        f"in the {MODEL}.",
        "",
        "| optimiser, start | misfit | priors | objective | simulations | processor / s | wall / s | ratio "
        "| ended |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {name} | {one['misfit']:.3f} | {one['priors']:.3f} | {one['misfit'] + one['priors']:.3f} | "
        f"{one['simulations']} | {one['processor_s']:.0f} | {one['seconds']:.0f} | "
        f"{one['processor_s'] / own[one['start']]:.1f} | {one['message'].strip().rstrip('.:')} |"
        for name, one in runs.items()
    ]
    lines += [
        "",
        "| parameter | shipped | " + " | ".join(runs) + " |",
        "| --- | --- |" + " --- |" * len(runs),
    ]
    lines += [
        f"| {name.removeprefix('Carbon ')} | {shipped['values'][name]:.4g} | "
        + " | ".join(f"{one['values'][name]:.4g}" for one in runs.values())
        + " |"
        for name in shipped["values"]
    ]
    least = min(one["misfit"] + one["priors"] for one in runs.values())
    caught = {
        name: one["misfit"] + one["priors"]
        for name, one in runs.items()
        if one["misfit"] + one["priors"] > least + 1.0
    }
    if caught:
        named = "; ".join(f"{name} ({value:.1f})" for name, value in caught.items())
        lines += [
            "",
            "The objective has local minima and long flat valleys, in which these end or were stopped:",
            f"{named}. One start is not enough, whichever",
            "optimiser; the calibration takes the best of five.",
        ]
    lines += [
        "",
        "Where the objective is the same and the values are not, the data do not determine them:",
        "[the calibration](calibration.md) says which.",
        "",
        "Made with " + ", ".join(f"{name} {number}" for name, number in versions.items()) + ".",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Compare, keep the findings and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=["page"])
    parser.add_argument("--simulations", type=int, default=400, help="of the population")
    arguments = parser.parse_args()
    if arguments.only is None:
        compare(arguments.simulations)
    write_text(PAGE, page(json.loads(FINDINGS.read_text("utf-8"))))


if __name__ == "__main__":
    main()
