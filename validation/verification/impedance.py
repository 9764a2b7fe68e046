"""Impedance: it is linearised at a state of rest, and it is what a small sine gives."""

import numpy as np
import pybamm

from napore.cells import Cell, half_cell

from .finding import Finding


def _at(model: str, stoichiometry: float, temperature: float = 298.15) -> Cell:
    """Half cell with double layers, at rest at a stoichiometry of the carbon."""
    values = {"Ambient temperature [K]": temperature, "Initial temperature [K]": temperature}
    cell = half_cell("fjh", model, {"surface form": "differential"}, values)
    c_max = cell.number("Maximum concentration in positive electrode [mol.m-3]")
    cell.parameter_values["Initial concentration in positive electrode [mol.m-3]"] = stoichiometry * c_max
    cell.parameter_values["Current function [A]"] = 0.0
    return cell


def consistent_guess(model: str, stoichiometry: float, temperature: float) -> list[Finding]:
    """The guess of the states is a state of rest: its potential is U_eq and stays there.

    PyBaMM's EISSimulation linearises about this guess and never solves for it. A potential that is
    20 mV off moves the impedance at 1 mHz by a third.
    """
    cell = _at(model, stoichiometry, temperature)
    simulation = pybamm.Simulation(
        cell.model, parameter_values=cell.parameter_values, solver=pybamm.IDAKLUSolver(rtol=1e-8, atol=1e-10)
    )
    simulation.build()
    built = simulation.built_model
    y = built.concatenated_initial_conditions.evaluate(0, inputs={})
    residual = np.ravel(built.concatenated_algebraic.evaluate(0, y, inputs={}))
    rates = np.ravel(built.concatenated_rhs.evaluate(0, y, inputs={}))
    voltage = np.asarray(simulation.solve([0.0, 3600.0])["Voltage [V]"].data)
    rest = float(cell.isotherm.potential(stoichiometry, temperature))
    name = f"{model}, x = {stoichiometry:g}, {temperature:g} K"
    return [
        Finding(
            name,
            "largest algebraic residual of the guess, scaled [-]",
            float(np.abs(residual).max(initial=0.0)),
            1e-4,
        ),
        Finding(name, "largest rate of a state at the guess, scaled [1/s]", float(np.abs(rates).max()), 1e-5),
        Finding(
            name,
            "voltage at rest less U_eq, over an hour [mV]",
            1e3 * float(np.abs(voltage - rest).max()),
            1e-3,
        ),
    ]


def sine_against_impedance(
    model: str, stoichiometry: float, frequency: float, periods: int = 6
) -> list[Finding]:
    """Impedance against that of a sine of current that moves the voltage by 1 mV.

    The response to a sine that starts at rest has a slow transient; a parabola is fitted beside
    the sine over the last two periods.
    """
    cell = _at(model, stoichiometry)
    simulation = pybamm.EISSimulation(cell.model, parameter_values=cell.parameter_values)
    impedance = complex(simulation.solve([frequency]).data["Impedance [Ohm]"][0])
    amplitude = 1e-3 / abs(impedance)
    cell.parameter_values["Current function [A]"] = amplitude * pybamm.sin(2 * np.pi * frequency * pybamm.t)
    per_period = 200
    t = np.linspace(0.0, periods / frequency, periods * per_period + 1)
    solver = pybamm.IDAKLUSolver(rtol=1e-8, atol=1e-11)
    solved = pybamm.Simulation(cell.model, parameter_values=cell.parameter_values, solver=solver).solve(
        [0.0, t[-1]], t_interp=t
    )
    last = slice(-2 * per_period - 1, None)
    s, V = t[last], np.asarray(solved["Voltage [V]"](t))[last]
    phase = 2 * np.pi * frequency * s
    basis = np.stack([np.sin(phase), np.cos(phase), np.ones_like(s), s - s[0], (s - s[0]) ** 2], axis=1)
    a, b, *_ = np.linalg.lstsq(basis, V, rcond=None)[0]
    # V = -Z I in phasors of exp(i w t): the discharge current lowers the voltage
    found = -(a + 1j * b) / amplitude
    name = f"{model}, x = {stoichiometry:g}, {frequency:g} Hz, |Z| = {abs(impedance):.4g} ohm"
    return [
        Finding(
            name,
            "modulus of a sine's impedance over that of EIS, less 1 [-]",
            abs(found) / abs(impedance) - 1,
            0.01,
        ),
        Finding(
            name,
            "phase of a sine's impedance less that of EIS [rad]",
            float(np.angle(found / impedance)),
            0.01,
        ),
    ]
