"""A moving boundary of phases in one particle against the closed form of a shell under constant flux."""

import numpy as np
import numpy.typing as npt
from scipy.integrate import solve_ivp

from napore.models.constants import FARADAY, GAS_CONSTANT, REFERENCE_TEMPERATURE
from napore.models.insertion import TwoPhasePotential
from napore.models.phases import PhaseLaw

from .finding import Finding

Array = npt.NDArray[np.float64]

SHARE = 1e-4
"""Solid solution in the content [-]: what a shell holds itself, which the closed form leaves out."""
STRENGTH = 0.4
"""Flux ``I/(3 f D/R^2)`` [-]: what the occupancy falls by where half the radius is left."""
_SLOPE_V, _COOPERATIVITY, _FILLED = 0.5, 200.0, 0.999
"""Both steps at one potential and narrow beside the solid solution's slope: one sharp boundary."""


def shell_front(meshes: tuple[int, ...] = (25, 50, 100)) -> list[Finding]:
    """Occupancy at the surface while the boundary moves from the surface to half the radius.

    A sphere with ``y(theta)`` of :class:`napore.models.phases.PhaseLaw` at equilibrium in each place and
    ``dy/dt = f D lap(theta)``, at a constant flux out of it, against the shell at steady state: with ``x``
    the place of the boundary over the radius::

        x^3      = 1 - I t/(1 - f)
        theta(R) = 1/2 - I/(3 f D/R^2) (1/x - 1)

    The cathode's storage has no field over the radius: this is the only place where the boundary is resolved.

    Parameters
    ----------
    meshes
        Numbers of shells of equal thickness, rising.
    """
    found = [_errors(shells) for shells in meshes]
    rms = [error for error, _ in found]
    order = np.log(rms[0] / rms[-1]) / np.log(meshes[-1] / meshes[0])
    name = "boundary of phases in a sphere under constant flux"
    return [
        Finding(
            name, f"surface occupancy, rms from the closed form at {meshes[-1]} shells [-]", rms[-1], 5e-3
        ),
        Finding(name, "order of that difference in the mesh [-]", float(order), 0.8, True),
        Finding(name, "sodium made or lost, over the content [-]", max(lost for _, lost in found), 1e-10),
    ]


def _errors(shells: int) -> tuple[float, float]:
    """Root mean square of the occupancy's difference, and sodium made or lost, with so many shells."""
    ends = TwoPhasePotential(3.37, _SLOPE_V, 1.5, 1.8, 0.01 * SHARE)
    law = PhaseLaw(ends, SHARE, 0.0, _COOPERATIVITY, 0.0)
    T = REFERENCE_TEMPERATURE
    near = 0.5 + 0.004 * np.linspace(-1.0, 1.0, 40001)
    theta = np.unique(np.concatenate([np.linspace(0.0, 1.0, 20001), near]))
    content = law.content(theta, T)
    radii = np.linspace(0.0, 1.0, shells + 1)  # time in R^2/(f D)
    volumes, thickness, current = np.diff(radii**3) / 3.0, 1.0 / shells, 3.0 * STRENGTH

    def change(t: float, y: Array) -> Array:
        flow = np.append(0.0, -np.diff(np.interp(y, content, theta)) / thickness * radii[1:-1] ** 2)
        return np.asarray(-np.diff(np.append(flow, current / 3.0)) / volumes)

    width = 2.0 * GAS_CONSTANT * T / (_COOPERATIVITY * FARADAY * _SLOPE_V)
    start = float(law.content(0.5 + width * np.arctanh(2.0 * _FILLED - 1.0), T))
    times = np.linspace(0.0, (1.0 - 0.5**3) / current, 200)
    ran = solve_ivp(change, (0.0, times[-1]), np.full(shells, start), "BDF", times, rtol=1e-6, atol=1e-8)
    surface = np.interp(ran.y[-1], content, theta) - 0.5 * thickness * current / 3.0
    x = np.cbrt(1.0 - current * times / (1.0 - SHARE))
    error = (surface - 0.5 + STRENGTH * (1.0 / x - 1.0))[x < 0.9]  # once the shell is thicker than its mesh
    lost = 3.0 * (volumes @ ran.y) + current * times - start
    return float(np.sqrt(np.mean(error**2))), float(np.max(np.abs(lost)))
