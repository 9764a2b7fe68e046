"""Limits with a known answer: slow, fast filling, fast transport, and PyBaMM's own models."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pybamm

from napore import models
from napore.cells import Cell, half_cell
from napore.models.constants import FARADAY

from .finding import Finding
from .protocols import full_cycle, solve

Array = npt.NDArray[np.float64]
SLOW = 5e-4
"""Current of the slow limit over the capacity and the rate of the slowest class."""


def _charge(step: Any) -> Array:
    """Charge passed [C] at the stored times of a step at constant current."""
    return np.asarray(step["Current [A]"].data * (step.t - step.t[0]))


def slow_limit(model: str, law: str, ratio: float = SLOW) -> list[Finding]:
    """A sodiation and a desodiation at ``I = ratio Q k_min`` follow ``U_eq`` of the charge passed."""
    cell = half_cell("fjh", model, {"pore filling": law})
    rate = ratio * _slowest(cell) * _capacity(cell) / cell.one_C_current
    c_max = cell.number("Maximum concentration in positive electrode [mol.m-3]")
    start = cell.number("Initial concentration in positive electrode [mol.m-3]") / c_max
    capacity = _capacity(cell)
    worst = above = 0.0
    # so small a current drowns in round-off at the tightest tolerances
    for step in solve(cell, full_cycle(cell, rate), 1e-7, 1e-8).cycles[0].steps:
        x = start + _charge(step) / capacity
        V = np.asarray(step["Voltage [V]"].data)
        error = 1e3 * np.abs(V - cell.isotherm.potential(x))
        worst = max(worst, float(error[(V > 0.01) & (V < 1.0)].max(initial=0.0)))
        above = max(above, float(error[(V > 0.05) & (V < 1.0)].max(initial=0.0)))
        start = float(x[-1])
    name = f"{model}, {law}, I = {ratio:g} Q k_min"
    quantity = "distance of the voltage from U_eq, {} to 1 V [mV]"
    note = (
        "the slowest class lags by I/(Q k_min); below 0.05 V the isotherm is steepest" if worst > 1.0 else ""
    )
    return [
        Finding(name, quantity.format("0.01"), worst, 1.0, note=note),
        Finding(name, quantity.format("0.05"), above, 1.0),
    ]


def _capacity(cell: Cell) -> float:
    """Charge of all sites [C]."""
    c_max = cell.number("Maximum concentration in positive electrode [mol.m-3]")
    active = cell.number("Positive electrode active material volume fraction")
    return FARADAY * c_max * active * cell.number("Positive electrode thickness [m]") * cell.area


def _slowest(cell: Cell) -> float:
    """Rate constant of the slowest pore class [1/s]."""
    names = [f"Positive electrode pore class {k + 1} filling rate [s-1]" for k in range(cell.pore_classes)]
    return min(cell.number(name) for name in names)


def equilibrium_limit(factors: tuple[float, ...] = (1e2, 1e3, 1e4)) -> list[Finding]:
    """``kinetic`` comes to ``equilibrium`` as all rates of exchange grow, with an error of order 1/k.

    Compared at mid-plateau of a C/2 sodiation, where ``1/k`` is the only small number left.
    """
    t = np.linspace(100.0, 5000.0, 50)

    def voltage(cell: Cell) -> Array:
        steps = [pybamm.step.current(0.5 * cell.one_C_current, duration=5100)]
        return np.asarray(solve(cell, steps)["Voltage [V]"](t))

    one_rate = {
        "Carbon electrode pore filling rate spread [decades]": 0.0,
        "Carbon electrode strong site exchange rate standard deviation [decades]": 0.0,
    }
    medians = (
        "Carbon electrode pore median filling rate [s-1]",
        "Carbon electrode strong site median exchange rate [s-1]",
    )
    limit = voltage(half_cell("fjh", "SPM", {"sodium storage": "equilibrium"}))
    errors = []
    for factor in factors:
        rates = {**one_rate, **dict.fromkeys(medians, 1e-3 * factor)}
        errors.append(float(np.max(np.abs(voltage(half_cell("fjh", "SPM", None, rates)) - limit))))
    order = np.log(errors[0] / errors[1]) / np.log(factors[1] / factors[0])
    return [
        Finding(
            "SPM, kinetic to equilibrium",
            f"largest difference of the voltage at k = {1e-3 * factors[-1]:g} 1/s [mV]",
            1e3 * errors[-1],
            0.5,
        ),
        Finding("SPM, kinetic to equilibrium", "order of the difference in 1/k [-]", float(order), 0.9, True),
    ]


def transport_limit(factors: tuple[float, ...] = (1.0, 10.0, 100.0)) -> list[Finding]:
    """The DFN comes to the SPM as electrolyte and electrode transport get fast."""
    t = np.linspace(10.0, 2400.0, 60)

    def voltage(model: str, factor: float) -> Array:
        cell = half_cell("fjh", model)
        if model == "DFN":
            cell.parameter_values.update(
                {
                    "Electrolyte conductivity [S.m-1]": 0.9 * factor,
                    "Electrolyte diffusivity [m2.s-1]": 1.5e-10 * factor,
                }
            )
        steps = [pybamm.step.current(cell.one_C_current, duration=2500)]
        return np.asarray(solve(cell, steps, 1e-7, 1e-9)["Voltage [V]"](t))

    errors = [float(np.max(np.abs(voltage("DFN", f) - voltage("SPM", f)))) for f in factors]
    order = np.log(errors[-2] / errors[-1]) / np.log(factors[-1] / factors[-2])
    return [
        Finding(
            "DFN to SPM at 1 C",
            f"largest difference of the voltage at {factors[-1]:g} times the transport [mV]",
            1e3 * errors[-1],
            1.0,
        ),
        Finding("DFN to SPM at 1 C", "order of the difference in 1/transport [-]", float(order), 0.9, True),
    ]


def single_is_pybamm(model: str) -> list[Finding]:
    """Storage ``single`` is PyBaMM's own half cell, to the last bit."""
    cell = half_cell("fjh", model, {"sodium storage": "single"})
    own = getattr(pybamm.lithium_ion, model)({"working electrode": "positive"})
    assert isinstance(cell.model, getattr(models, model))
    # PyBaMM's own potential has an asymptote at an empty particle
    c_max = cell.number("Maximum concentration in positive electrode [mol.m-3]")
    cell.parameter_values["Initial concentration in positive electrode [mol.m-3]"] = 0.1 * c_max
    t = np.linspace(0.0, 3000.0, 101)
    found = []
    for each in (cell.model, own):
        simulation = pybamm.Simulation(
            each,
            parameter_values=cell.parameter_values,
            solver=pybamm.IDAKLUSolver(rtol=1e-8, atol=1e-9),
            var_pts=cell.model.default_var_pts,
            submesh_types=cell.model.default_submesh_types,
        )
        found.append(np.asarray(simulation.solve([0.0, 3000.0], t_interp=t)["Voltage [V]"].data))
    difference = float(np.max(np.abs(found[0] - found[1])))
    return [
        Finding(
            f"{model}, single",
            "largest difference of the voltage from PyBaMM's own [V]",
            difference,
            0.0 if model == "SPM" else 1e-6,
            note="" if model == "SPM" else "PyBaMM's flux of salt at the metal is not quite the current's",
        )
    ]
