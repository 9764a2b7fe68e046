"""Overpotential of a cell, split into parts that add up to it at every time.

``V(t) = U_eq(t) + sum of parts``: each part is what it adds to the voltage at the terminals,
negative while the cell delivers. ``U_eq`` is the equilibrium of the mean stoichiometries.
PyBaMM publishes the parts of the electrolyte, of the interfaces and of the particles; the last
of the carbon is split here further into diffusion and filling.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pybamm

from napore.cells import Cell

Array = npt.NDArray[np.float64]

PARTS: Final[Mapping[str, str]] = {
    "carbon_kinetics": "charge transfer at the carbon, mean over the electrode",
    "carbon_diffusion": "adsorbed sodium at the surface of the particles against their mean",
    "carbon_filling": "adsorption sites against the equilibrium with the pores",
    "carbon_film": "film on the carbon",
    "cathode_kinetics": "charge transfer at the cathode, mean over the electrode",
    "cathode_diffusion": "sodium at the surface of the cathode's particles against their mean",
    "electrolyte_ohmic": "ohmic drop of the electrolyte between the middles of the electrodes",
    "electrolyte_concentration": "gradient of the salt, between the same places",
    "electrodes_ohmic": "electron conduction in the electrodes",
    "foil_kinetics": "charge transfer at the sodium foil",
    "foil_film": "film on the sodium foil",
    "contact": "contact resistance",
}
"""Every part and what it is; a cell has those of its electrodes."""


@dataclass(frozen=True)
class Overpotentials:
    """Voltage, equilibrium and the parts of their difference, against time.

    Parameters
    ----------
    time_s
        Time [s].
    current_A
        Current in PyBaMM's sign, positive while the cell delivers [A].
    voltage_V
        Voltage at the terminals [V].
    equilibrium_V
        Equilibrium voltage of the mean stoichiometries [V].
    parts
        What each part adds to the voltage [V], by its name in :data:`PARTS`.
    separator_V
        Of the two parts of the electrolyte, what falls in the separator [V].
    """

    time_s: Array
    current_A: Array
    voltage_V: Array
    equilibrium_V: Array
    parts: Mapping[str, Array]
    separator_V: Array

    @property
    def total_V(self) -> Array:
        """Voltage less equilibrium [V]."""
        return self.voltage_V - self.equilibrium_V

    @property
    def unexplained_V(self) -> Array:
        """Total less the sum of the parts [V]; what the reading leaves out."""
        return np.asarray(self.total_V - np.sum(list(self.parts.values()), axis=0))

    def table(self) -> pd.DataFrame:
        """One row per time, units in the column names."""
        return pd.DataFrame(
            {
                "time_s": self.time_s,
                "current_A": self.current_A,
                "voltage_V": self.voltage_V,
                "equilibrium_V": self.equilibrium_V,
                **{f"{name}_V": part for name, part in self.parts.items()},
                "total_V": self.total_V,
                "separator_V": self.separator_V,
            }
        )


def read_overpotentials(
    cell: Cell, steps: Sequence[pybamm.Solution], times: Sequence[Array] | None = None
) -> Overpotentials:
    """Overpotentials from the PyBaMM solutions of one or more steps.

    The carbon's diffusion and filling are told apart at the mean occupancy of the adsorption sites
    ``<theta>``: diffusion is ``<E_ads(theta_surf)> - E_ads(<theta>)``, filling
    ``E_ads(<theta>) - U_eq(<x>)``; both change their sign where the carbon is the negative electrode.
    Without the option "sodium storage": "kinetic" sites and pores are at equilibrium everywhere, and
    all of it is diffusion. An uneven use of the electrode's depth counts with diffusion.

    Parameters
    ----------
    cell
        Cell that was solved: half or full; SPM, SPMe or DFN.
    steps
        Solutions, in order.
    times
        Times of each step [s]; those of the solver where None.

    Examples
    --------
    >>> import napore
    >>> cell = napore.half_cell("fjh", model="SPM")
    >>> solution = cell.simulation().solve([0.0, 600.0])
    >>> split = read_overpotentials(cell, [solution])
    >>> bool(abs(split.unexplained_V).max() < 1e-3)
    True
    """
    if times is None:
        times = [np.asarray(step.t, dtype=float) for step in steps]
    pieces = [_read(cell, step, at) for step, at in zip(steps, times, strict=True)]
    joined = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    known = {name: joined.pop(name) for name in ("time", "current", "voltage", "equilibrium", "separator")}
    return Overpotentials(
        known["time"], known["current"], known["voltage"], known["equilibrium"], joined, known["separator"]
    )


def _read(cell: Cell, step: pybamm.Solution, time: Array) -> dict[str, Array]:
    def at(name: str) -> Array:
        return np.asarray(step[name](time), dtype=float)

    half = cell.kind != "full"
    found = {
        "time": time,
        "current": at("Current [A]"),
        "voltage": at("Voltage [V]"),
        "equilibrium": at("Bulk open-circuit voltage [V]"),
        "separator": _across_separator(step, time),
    }
    domains = ("positive",) if half else ("negative", "positive")
    for domain in domains:
        sign = 1.0 if domain == "positive" else -1.0
        anode = cell.kind != "cathode" and domain == cell.anode_domain
        name = "carbon" if anode else "cathode"
        found[f"{name}_kinetics"] = sign * at(f"X-averaged {domain} electrode reaction overpotential [V]")
        particle = at(f"{domain.capitalize()} particle concentration overpotential [V]")
        if anode:
            filling = _filling(cell, step, time) if domain == cell.carbon_domain else None
            if filling is not None:
                particle = particle - filling
                found["carbon_filling"] = sign * filling
            # PyBaMM counts a film's drop from the electrode to the electrolyte, whichever the electrode
            found["carbon_film"] = -sign * at(f"X-averaged {domain} electrode SEI film overpotential [V]")
        found[f"{name}_diffusion"] = sign * particle
    found["electrolyte_ohmic"] = at("X-averaged electrolyte ohmic losses [V]")
    found["electrolyte_concentration"] = at("X-averaged concentration overpotential [V]")
    found["electrodes_ohmic"] = at("X-averaged solid phase ohmic losses [V]")
    if half:
        found["foil_kinetics"] = -at("Lithium metal interface reaction overpotential [V]")
        found["foil_film"] = at("Negative electrode SEI film overpotential [V]")
    found["contact"] = -at("Contact overpotential [V]")
    order = ["time", "current", "voltage", "equilibrium", "separator", *PARTS]
    return {name: found[name] for name in order if name in found}


def _filling(cell: Cell, step: pybamm.Solution, time: Array) -> Array | None:
    """``E_ads(<theta>) - U_eq(<x>)`` [V]; None where pores are at equilibrium with the sites."""
    domain = str(cell.carbon_domain)
    if getattr(cell.model.options, domain)["sodium storage"] != "kinetic":
        return None
    Domain = domain.capitalize()
    theta = step[f"Average {domain} particle adsorbed occupancy"](time)
    temperature = step[f"X-averaged {domain} electrode temperature [K]"](time)
    bulk = step[f"{Domain} electrode bulk open-circuit potential [V]"](time)
    return np.asarray(cell.isotherm.adsorption.potential(theta, temperature) - bulk, dtype=float)


def _across_separator(step: pybamm.Solution, time: Array) -> Array:
    """Potential of the electrolyte at the cathode's end of the separator less that at the other [V]."""
    potential: Any = step["Separator electrolyte potential [V]"]
    edges = np.asarray(potential.mesh.edges, dtype=float)
    ends = np.asarray(potential(t=time, x=edges[[0, -1]]), dtype=float)
    return np.asarray(ends[1] - ends[0])
