"""How much faster is a fit of eight parameters to four curves than a plain loop around PyBaMM?

    python benchmarks/fit_time.py [--evaluations 6]

One process, FJH against sodium, SPM: thermodynamics and rates fitted to sodiation curves at 30, 150, 300
and 1500 mA/g with 1 mV of noise, begun a tenth of the bounds away. The plain loop is
scipy.optimize.least_squares over a residual that builds a pybamm.Simulation per curve; it is not run to
its end: a few of its evaluations are timed (the first left out), and the median is multiplied by the
evaluations that the same scipy.optimize.least_squares needs, counted with the fast residual, derivatives
included, in the one fit with softened errors and the one with the data's. That is in the loop's favour: its
own noise, at PyBaMM's tolerances, would ask for more. Both fits end where their misfit says. The fast fit is
:func:`napore.calibration.calibrate` with its build, stages and standard errors, without profiles.
Times are those of the processors, which other programs do not change.
"""

import statistics
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pybamm
from measure import arguments, processor_time
from scipy.optimize import least_squares

from napore import models
from napore.calibration import CurveData, Fitted, HalfCellModel, calibrate, free_parameters
from napore.measured import MeasuredCurve
from napore.parameters.half_cell import half_cell_values
from napore.parameters.numbers import number
from napore.parameters.sets import load_set

AIM = 0.1
CURRENTS = (30.0, 150.0, 300.0, 1500.0)
ERRORS = ((0.005, 2.0), None)

Array = npt.NDArray[np.float64]


def synthetic(free: list[Fitted], seed: int) -> tuple[CurveData, list[Fitted], float]:
    """Curves, starts a tenth of the bounds away, and the misfit of the truth."""
    generator = np.random.default_rng(seed)
    truth = {f.name: f.start for f in free}
    model = HalfCellModel(load_set("fjh"), free)
    curves = []
    for current in CURRENTS:
        curve = model.sodiation(current, truth)
        assert curve is not None
        q = np.linspace(0.0, curve.capacity, 300)
        curves.append(
            MeasuredCurve("synthetic", "sodiation", q, curve.at(q) + generator.normal(0, 1e-3, 300), current)
        )
    data = CurveData(tuple(curves), 1e-3, 0.05, cycles=1)
    away = [
        replace(f, start=f.at(float(np.clip(f.place(f.start) + generator.normal(0, 0.1), 1e-3, 0.999))))
        for f in free
    ]
    return data, away, float(np.sum(data.residuals(model, truth) ** 2))


def rebuilt(values: dict[str, float], data: CurveData) -> Array:
    """Residuals of voltage with a simulation built for each curve."""
    source = load_set("fjh")
    numbers = {**source.numbers, **values}
    found = []
    for curve in data.curves:
        parameters = pybamm.ParameterValues(half_cell_values(numbers, source.classes))
        one_C = number(parameters, "Nominal cell capacity [A.h]")
        parameters["Current function [A]"] = float(curve.current_mA_g or 0.0) / 300.0 * one_C
        model = models.SPM({"working electrode": "positive", "pore classes": str(source.classes)})
        simulation = pybamm.Simulation(
            model,
            parameter_values=parameters,
            solver=pybamm.IDAKLUSolver(rtol=1e-7, atol=1e-8),
        )
        solution = simulation.solve([0.0, 3.0 * 3600.0 * 400.0 / float(curve.current_mA_g or 1.0)])
        share = curve.capacity_mAh_g / curve.capacity_mAh_g[-1]
        found.append(solution["Voltage [V]"](share * solution.t[-1]) - curve.voltage_V)
    return np.concatenate(found)


def evaluations_of_scipy(data: CurveData, free: list[Fitted]) -> tuple[int, float]:
    """Residuals that scipy.optimize.least_squares needs, those of derivatives included; its misfit."""
    model = HalfCellModel(load_set("fjh"), free)
    count, place, misfit = 0, np.array([f.place(f.start) for f in free]), np.inf
    for errors in ERRORS:
        part = data.softened(*errors) if errors else data

        def residuals(at: Array, part: CurveData = part) -> Array:
            nonlocal count
            count += 1
            values = {f.name: f.at(float(p)) for f, p in zip(free, at, strict=True)}
            return np.nan_to_num(part.residuals(model, values), nan=30.0)

        outcome = least_squares(residuals, place, bounds=(0.0, 1.0), diff_step=1e-3, ftol=1e-4)
        place, misfit = outcome.x, 2.0 * outcome.cost
    return count, misfit


def main() -> None:
    """Print both times and their ratio."""
    given = arguments(__doc__, evaluations=6, seed=1)
    pybamm.set_logging_level("ERROR")
    free = free_parameters(load_set("fjh"))
    data, away, misfit_of_truth = synthetic(free, given.seed)
    found = []
    fast = processor_time(lambda: found.append(calibrate([data], "fjh", away, profiles=False).found))
    count, misfit = evaluations_of_scipy(data, away)
    starts = ({f.name: f.start for f in (free if k % 2 else away)} for k in range(given.evaluations + 1))
    _, *times = (processor_time(partial(rebuilt, start, data)) for start in starts)
    each = statistics.median(times)
    print(f"truth: misfit {misfit_of_truth:.1f} of {data.size} residuals")
    print(f"this fit:   misfit {found[0].misfit:.1f}, {fast:.1f} s")
    print(f"plain loop: misfit {misfit:.1f}, {count} evaluations of {each:.2f} s: {count * each:.0f} s")
    ratio = fast / (count * each)
    print(f"{ratio:.4f} of the plain loop; aim {AIM:g}: {'met' if ratio <= AIM else 'unmet'}")


if __name__ == "__main__":
    main()
