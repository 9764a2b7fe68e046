"""The calibration of FJH by optimisers of PyBOP beside our own.

The rates of Gu et al. (2025) with their tolerances and priors (:mod:`studies.gu2025.carbon_fit`), fitted in
the SPMe by :func:`napore.calibration.calibrate` and, through :func:`napore.calibration.pybop_problem`, by
PyBOP, from the same starts. The shipped set is a start and the reference. Needs ``napore[pybop]``; about a
quarter of an hour of one processor.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt

from napore.calibration import Fitted, HalfCellModel, calibrate, pybop_problem
from napore.parameters.sets import ParameterSet, load_set

from .carbon_fit import FREE, FJHRates

SETS = ("fjh",)
MODEL = "SPMe"
OURS = "napore, calibrate"
WITH_SLOPES = "PyBOP, L-BFGS-B"
POPULATION = "PyBOP, CMA-ES"
SHIPPED = "shipped set"
SIMULATIONS = 400
"""Of the population."""


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


def optimisers() -> dict[str, Callable[[Any], Any]]:
    """Optimisers of PyBOP's by name: one with derivatives, one with a population."""
    import pybop

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
                max_evaluations=SIMULATIONS, max_unchanged_iterations=20, relative_tolerance=1e-3
            ),
        )

    return {WITH_SLOPES: with_slopes, POPULATION: population}


def priors(values: Mapping[str, float]) -> float:
    """Sum of squares over the widths of the priors."""
    rows = [(f, f.prior) for f in FREE.values() if f.prior is not None]
    return float(sum(((f.to_scale(values[f.name]) - mean) / width) ** 2 for f, (mean, width) in rows))


def judged(values: Mapping[str, float]) -> dict[str, Any]:
    """Values with their misfit and priors."""
    judge = HalfCellModel(load_set("fjh"), list(FREE.values()), MODEL)
    misfit = float(np.sum(FJHRates().residuals(judge, values) ** 2))
    return {"values": dict(values), "misfit": misfit, "priors": priors(values)}


def shipped() -> dict[str, float]:
    """Free values of the shipped set."""
    entries = load_set("fjh").entries
    return {name: entries[name].value for name in FREE}


def fit(name: str, start: str) -> dict[str, Any]:
    """One optimiser from one start, with its times and versions."""
    method = ours if name == OURS else by_pybop(optimisers()[name])
    values = shipped()
    starts = {
        "shipped": {f.name: f.at(f.place(values[f.name])) for f in FREE.values()},
        "calibration": {f.name: f.start for f in FREE.values()},
    }
    free = [replace(f, start=starts[start][f.name]) for f in FREE.values()]
    data, began, began_cpu = Counted(), time.perf_counter(), time.process_time()
    ended, message = method(data, load_set("fjh"), free)
    times = {"seconds": time.perf_counter() - began, "processor_s": time.process_time() - began_cpu}
    versions = {one: version(one) for one in ("napore", "pybop", "pints", "pybamm", "scipy")}
    found = {**judged(ended), "simulations": data.simulations, **times, "message": message}
    return {"start": start, **found, "versions": versions}


PARTS: dict[str, Callable[[], Any]] = {
    **{
        f"{name}, {start}": partial(fit, name, start)
        for name, start in (
            (POPULATION, "shipped"),  # it begins at the mean of the bounds, whatever the start
            (WITH_SLOPES, "calibration"),
            (WITH_SLOPES, "shipped"),
            (OURS, "calibration"),
            (OURS, "shipped"),
        )
    },
    SHIPPED: lambda: judged(shipped()),
}
