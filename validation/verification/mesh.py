"""Convergence with the mesh: order in a smooth case, and the default mesh against a finer one."""

import numpy as np
import pybamm

from napore.cells import Cell, half_cell

from .finding import Finding
from .protocols import full_cycle, solve


def _orders(values: list[float], ratio: float) -> float:
    """Observed order from three meshes, each finer by ``ratio``."""
    return float(np.log(abs(values[0] - values[1]) / abs(values[1] - values[2])) / np.log(ratio))


def _voltage(cell: Cell, rate: float, seconds: float, mesh: dict[str, int]) -> float:
    steps = [pybamm.step.current(rate * cell.one_C_current, duration=seconds)]
    return float(solve(cell, steps, 1e-7, 1e-9, mesh)["Voltage [V]"].data[-1])


def order_in_radius() -> list[Finding]:
    """Order of the voltage in the size of the shells, on the slope at 1 C with slow diffusion."""
    cell = half_cell("fjh", "SPM", None, {"Carbon particle reference diffusivity [m2.s-1]": 1e-13})
    found = [_voltage(cell, 1.0, 300.0, {"r_p": n}) for n in (40, 80, 160)]
    return _of_order("SPM at 1 C, D = 1e-13 m2/s", "particle mesh", found)


def order_in_electrode() -> list[Finding]:
    """Order of the voltage in the meshes of separator and electrode, when the salt has settled."""
    # at 5 C: at a slow rate the differences are those of the solver
    cell = half_cell("fjh", "DFN")
    found = [_voltage(cell, 5.0, 120.0, {"x_s": n, "x_p": n}) for n in (10, 20, 40)]
    return _of_order("DFN at 5 C", "mesh of separator and electrode", found)


def _of_order(case: str, mesh: str, voltages: list[float]) -> list[Finding]:
    return [Finding(case, f"order of the voltage in the {mesh} [-]", _orders(voltages, 2.0), 1.8, True)]


def default_mesh(model: str, rate: float) -> list[Finding]:
    """Sodiation and desodiation capacity on the default mesh less that on one four times finer."""
    cell = half_cell("fjh", model)

    def capacities(mesh: dict[str, int]) -> list[float]:
        steps = solve(cell, full_cycle(cell, rate), 1e-7, 1e-9, mesh).cycles[0].steps
        passed = [abs(float(np.trapezoid(step["Current [A]"].data, step.t))) for step in (steps[0], steps[2])]
        return [charge / 3600.0 / cell.carbon_mass for charge in passed]  # A.s/kg is mA.s/g

    finer = {name: 4 * cell.model.default_var_pts[name] for name in ("x_s", "x_p", "r_p")}
    change = max(abs(a - b) for a, b in zip(capacities({}), capacities(finer), strict=True))
    return [
        Finding(
            f"{model} at {rate:g} C", "capacity, default mesh less one four times finer [mA.h/g]", change, 0.5
        )
    ]


def electrolyte_loss() -> list[Finding]:
    """Sodium that the electrolyte of a half cell loses: PyBaMM's flux at the metal would lose some."""
    from .balances import sodium_balance
    from .states import histories

    # the law does not act on the salt, and the histories count energies of sites and pores alone
    cell = half_cell("fjh", "SPMe", {"adsorption law": "mean field"})
    lost = sodium_balance(cell, list(histories(cell, solve(cell, full_cycle(cell, 5.0)))))[1]
    return [Finding("SPMe at 5 C", "sodium lost by the electrolyte / charge passed", abs(lost), 1e-10)]
