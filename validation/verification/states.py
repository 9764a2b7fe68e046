"""States of a solved half cell as arrays, one history for each step of the experiment.

Time is the first axis, then the place in the electrode, then the radius. One particle of an SPM
stands at every place, so that one code serves all models.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napore.cells import Cell

__all__ = ["History", "histories"]

_VOLTAGE_STEP = 5e-3
Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class History:
    """Stored states of one step of an experiment.

    Parameters
    ----------
    t, weights
        Time and the weights of an integral over it [s]: the solver's steps, divided, with
        its own cubic interpolation, by Simpson's rule.
    current, voltage
        Current [A], positive on sodiation, and voltage [V].
    adsorbed
        Concentration of adsorbed sodium [mol/m3]; axes time, place, radius.
    filled
        Concentration in the pore classes [mol/m3]; axes time, class, place, radius.
    surface
        Occupancy of the adsorption sites at the surface [-]; axes time, place.
    reaction
        Volumetric current of the reaction [A/m3], positive on desodiation; axes time, place.
    double_layer
        Potential difference over the carbon's double layer [V]; axes time, place.
    foil
        Potential difference over the foil's double layer [V]; zero without surface form.
    salt
        Salt concentration in separator and electrode [mol/m3]; axes time, place.
    radius, place, whole
        Edges of the meshes of particle, electrode, and separator with electrode [m].
    """

    t: Array
    weights: Array
    current: Array
    voltage: Array
    adsorbed: Array
    filled: Array
    surface: Array
    reaction: Array
    double_layer: Array
    foil: Array
    salt: Array
    radius: Array
    place: Array
    whole: Array


def histories(cell: Cell, solution: Any) -> Iterator[History]:
    """History of each step of a solution of an experiment on a half cell with ``kinetic`` storage."""
    for cycle in solution.cycles:
        for step in cycle.steps:
            yield _history(cell, step)


def _history(cell: Cell, step: Any) -> History:
    t, weights = _quadrature(np.asarray(step.t), np.asarray(step["Voltage [V]"].data))

    def data(name: str) -> Array:
        return np.moveaxis(np.asarray(step[name](t)), -1, 0)

    particle = "Positive particle"
    volumetric = data("Positive electrode volumetric interfacial current density [A.m-3]")
    if cell.model.options["surface form"] == "differential":
        double_layer = data("Positive electrode surface potential difference [V]")
        foil = data("Lithium metal interface surface potential difference [V]")
    else:
        double_layer, foil = np.zeros_like(volumetric), np.zeros_like(t)
    separator = step["Separator electrolyte concentration [mol.m-3]"].mesh
    electrode = step["Positive electrolyte concentration [mol.m-3]"].mesh
    return History(
        t=t,
        weights=weights,
        current=data("Current [A]"),
        voltage=data("Voltage [V]"),
        adsorbed=data(f"{particle} adsorbed concentration [mol.m-3]").swapaxes(1, 2),
        filled=np.stack(
            [
                data(f"{particle} pore class {k + 1} concentration [mol.m-3]").swapaxes(1, 2)
                for k in range(cell.pore_classes)
            ],
            axis=1,
        ),
        surface=data(f"{particle} surface adsorbed occupancy"),
        reaction=volumetric,
        double_layer=double_layer,
        foil=foil,
        salt=data("Electrolyte concentration [mol.m-3]"),
        radius=step[f"{particle} concentration [mol.m-3]"].mesh.edges,
        place=electrode.edges,
        whole=np.concatenate([separator.edges, electrode.edges[1:]]),
    )


def _quadrature(stored: Array, voltage: Array) -> tuple[Array, Array]:
    """Times and Simpson weights: the solver's steps, divided where the voltage moves.

    The step control of an SPM does not see the voltage, which is no state of it.
    """
    panels = np.clip(np.ceil(np.abs(np.diff(voltage)) / _VOLTAGE_STEP), 1, 200).astype(int)
    width = np.repeat(np.diff(stored) / panels, panels)
    left = np.repeat(stored[:-1], panels) + width * (
        np.arange(panels.sum()) - np.repeat(np.cumsum(panels) - panels, panels)
    )
    edges = np.append(left, stored[-1])
    t = np.insert(edges, np.arange(1, edges.size), 0.5 * (edges[1:] + edges[:-1]))
    weights = np.zeros_like(t)
    weights[1::2] = 2 / 3 * np.diff(edges)
    weights[:-1:2] += np.diff(edges) / 6
    weights[2::2] += np.diff(edges) / 6
    return t, weights
