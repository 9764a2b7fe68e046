"""States of a solved cell as arrays, one history for each step of the experiment.

Time is the first axis, then the place in the electrode, then the radius. One particle of an SPM
stands at every place, so that one code serves all models.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napore.cells import Cell

_VOLTAGE_STEP = 5e-3
Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Electrode:
    """Stored states of a porous electrode.

    Parameters
    ----------
    domain
        ``"negative"`` or ``"positive"``.
    mobile
        Concentration of the sodium that diffuses, adsorbed in a carbon [mol/m3]; axes time, place, radius.
    filled
        Concentration in the pore classes [mol/m3], none in a cathode; axes time, class, place, radius.
    surface
        Occupancy at the surface [-]: of the adsorption sites in a carbon; axes time, place.
    reaction
        Volumetric current of the reaction [A/m3], positive on desodiation; axes time, place.
    double_layer
        Potential difference over the double layer [V]; axes time, place; zero without surface form.
    radius, place
        Edges of the meshes of particle and electrode [m].
    """

    domain: str
    mobile: Array
    filled: Array
    surface: Array
    reaction: Array
    double_layer: Array
    radius: Array
    place: Array


@dataclass(frozen=True)
class History:
    """Stored states of one step of an experiment.

    Parameters
    ----------
    t, weights
        Time and the weights of an integral over it [s]: the solver's steps, divided, with
        its own cubic interpolation, by Simpson's rule.
    current, voltage
        Current [A], positive on discharge (sodiation of a carbon's half cell), and voltage [V].
    electrodes
        States of the porous electrodes, negative first.
    foil
        Potential difference over the foil's double layer [V]; zero without surface form.
    salt
        Salt concentration over all domains that hold electrolyte [mol/m3]; axes time, place.
    whole
        Edges of the mesh of all these domains [m].
    heat
        The model's own total heating [W]; None of a model that computes none.
    """

    t: Array
    weights: Array
    current: Array
    voltage: Array
    electrodes: tuple[Electrode, ...]
    foil: Array
    salt: Array
    whole: Array
    heat: Array | None


def histories(cell: Cell, solution: Any) -> Iterator[History]:
    """History of each step of a solution of an experiment on a cell whose carbon has ``kinetic`` storage."""
    for cycle in solution.cycles:
        for step in cycle.steps:
            yield _history(cell, step)


def _history(cell: Cell, step: Any) -> History:
    t, weights = _quadrature(np.asarray(step.t), np.asarray(step["Voltage [V]"].data))

    def data(name: str) -> Array:
        return np.moveaxis(np.asarray(step[name](t)), -1, 0)

    half, layers = cell.kind != "full", cell.model.options["surface form"] == "differential"
    foil = "Lithium metal interface surface potential difference [V]"
    names = ("Separator", "Positive") if half else ("Negative", "Separator", "Positive")
    edges = [step[f"{name} electrolyte concentration [mol.m-3]"].mesh.edges for name in names]
    sides = ("positive",) if half else ("negative", "positive")
    thermal = cell.model.options["calculate heat source for isothermal models"] == "true"
    return History(
        t=t,
        weights=weights,
        current=data("Current [A]"),
        voltage=data("Voltage [V]"),
        electrodes=tuple(_electrode(cell, step, side, data, layers) for side in sides),
        foil=data(foil) if half and layers else np.zeros_like(t),
        salt=data("Electrolyte concentration [mol.m-3]"),
        whole=np.concatenate([edges[0], *(part[1:] for part in edges[1:])]),
        heat=data("Total heating [W]") if thermal else None,
    )


def _electrode(cell: Cell, step: Any, domain: str, data: Callable[[str], Array], layers: bool) -> Electrode:
    Domain = domain.capitalize()
    particle, carbon = f"{Domain} particle", domain == cell.carbon_domain
    stored = "adsorbed concentration" if carbon else "concentration"
    mobile = data(f"{particle} {stored} [mol.m-3]").swapaxes(1, 2)
    reaction = data(f"{Domain} electrode volumetric interfacial current density [A.m-3]")
    classes = range(cell.pore_classes if carbon else 0)
    filled = [data(f"{particle} pore class {k + 1} concentration [mol.m-3]").swapaxes(1, 2) for k in classes]
    layer = f"{Domain} electrode surface potential difference [V]"
    return Electrode(
        domain,
        mobile=mobile,
        filled=np.stack(filled, axis=1) if carbon else np.zeros((mobile.shape[0], 0, *mobile.shape[1:])),
        surface=data(f"{particle} surface {'adsorbed occupancy' if carbon else 'stoichiometry'}"),
        reaction=reaction,
        double_layer=data(layer) if layers else np.zeros_like(reaction),
        radius=step[f"{particle} concentration [mol.m-3]"].mesh.edges,
        place=step[f"{Domain} electrolyte concentration [mol.m-3]"].mesh.edges,
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
