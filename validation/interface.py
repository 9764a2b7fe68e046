"""Charge-transfer resistance of a half cell, read off its simulated impedance."""

from functools import cache

import numpy as np
import pybamm

from napore.cells import half_cell

__all__ = ["POTENTIALS_V", "charge_transfer_resistance"]

POTENTIALS_V = (0.02, 0.05, 0.1, 0.3, 0.6, 1.0)
"""Equilibrium potentials at which the resistance is read [V vs Na+/Na]."""

_FREQUENCIES_HZ = np.logspace(6, -1, 57)


@cache
def charge_transfer_resistance(
    carbon: str, model: str = "DFN", potentials_V: tuple[float, ...] = POTENTIALS_V
) -> tuple[float, ...]:
    """Resistance of the arcs of carbon and sodium foil together [ohm], one per potential.

    The real part where ``-Im Z`` is least between the diffusion tail and the arcs, less that at
    1 MHz, where the double layers carry the current.

    Parameters
    ----------
    carbon
        Name of a set.
    model
        ``"SPMe"`` or ``"DFN"``; the SPM has no electrolyte but the same arcs.
    potentials_V
        Equilibrium potentials [V vs Na+/Na].
    """
    cell = half_cell(carbon, model, {"surface form": "differential"})
    found = []
    for potential in potentials_V:
        values = cell.parameter_values.copy()
        c_max = values["Maximum concentration in positive electrode [mol.m-3]"]
        sto = float(cell.isotherm.stoichiometry(potential))
        values["Initial concentration in positive electrode [mol.m-3]"] = sto * c_max
        simulation = pybamm.EISSimulation(cell.model, parameter_values=values)
        Z = np.asarray(simulation.solve(_FREQUENCIES_HZ).impedance)
        tail = -Z.imag[::-1]  # from low frequency: the diffusion tail falls, then the arc rises
        end = Z[::-1][int(np.argmax(np.diff(tail) > 0.0))]
        found.append(float(end.real - Z[0].real))
    return tuple(found)
