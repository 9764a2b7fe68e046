"""Rates and cycles of a carbon's half cell in the lumped formulation, in milliseconds.

For searches, the first stage of a fit and a preview: the particle is uniform (:mod:`napore.models.lumped`).
With fast diffusion the results are those of the SPM, or with ``electrolyte=True`` nearly those of the SPMe.
With D/R2 above 0.4 1/s capacities agree with the SPM within 0.1 mAh/g up to 1 C and 0.5 at 5 C; with D/R2 of
0.04 1/s they are 2 % off at 1 C, and the voltage at 5 C is not to be used. The three modes of the salt add
up to 0.5 mAh/g at 5 C. Where the mobile level is nearly full on the plateau, diffusion through its few free
sites counts more: with a level at 0.22 V and D/R2 of 0.8 1/s capacities are 2 to 3 % off.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from napore.models.foil import FILM
from napore.models.laws import DEFAULT_CLASSES, THREE_KINDS, adsorption_law
from napore.models.lumped import equations
from napore.models.lumped_steps import LumpedCell, Trace
from napore.parameters.carbon import class_numbers
from napore.parameters.coating import volume_fractions
from napore.parameters.optional import DEFAULTS

Array = npt.NDArray[np.float64]

ONE_C: Final = 300.0
"""Current of 1 C [A/kg of carbon]."""


def lumped_cell(
    numbers: Mapping[str, float],
    classes: int = DEFAULT_CLASSES,
    law: str = THREE_KINDS,
    filling: str | None = None,
    *,
    electrolyte: bool = False,
    **control: float,
) -> LumpedCell:
    """Lumped half cell from the numbers of a set, at rest at the upper cut-off.

    Parameters
    ----------
    numbers
        Values by the names of a set of a carbon, such as ``load_set("fjh").numbers``.
    classes
        Number of pore classes.
    law, filling
        Names of the adsorption law and of the law of pore filling; without the latter that of the former.
    electrolyte
        Whether salt and its resistance count.
    control
        Of the steps in time, as for :class:`napore.models.lumped_steps.LumpedCell`.

    Raises
    ------
    KeyError
        For a number that the laws need and the set lacks.
    ValueError
        For a law that the formulation cannot have.
    """
    own = lumped_numbers(numbers, classes, law)
    made = equations(law, classes, filling or adsorption_law(law).filling, electrolyte)
    cell = LumpedCell(made, own, **control)
    cell.equilibrate(own["Upper voltage cut-off [V]"])
    return cell


def lumped_numbers(numbers: Mapping[str, float], classes: int, law: str) -> dict[str, float]:
    """Numbers of a set with those that follow from them: pore classes, porosity, area."""
    own = {FILM: 0.0, **DEFAULTS, **numbers, **class_numbers(numbers, classes, law)}
    _, own["Carbon electrode porosity"] = volume_fractions(
        own["Carbon electrode areal loading [kg.m-2]"],
        own["Carbon electrode true density [kg.m-3]"],
        own["Carbon electrode mass fraction in the coating"],
        own["Carbon electrode inactive density [kg.m-3]"],
        own["Carbon electrode thickness [m]"],
    )
    own["Electrode area [m2]"] = 0.25 * math.pi * own["Electrode disc diameter [m]"] ** 2
    return own


@dataclass(frozen=True)
class LumpedCycle:
    """A sodiation and the desodiation after it."""

    rate_C: float
    sodiation: Trace
    desodiation: Trace

    @property
    def capacities_mAh_g(self) -> tuple[float, float]:
        """Of sodiation and of desodiation."""
        return float(self.sodiation.charge_Ah_kg[-1]), float(-self.desodiation.charge_Ah_kg[-1])

    def below(self, voltage: float = 0.1) -> float:
        """Sodiation capacity below a voltage [mAh/g]."""
        V, q = self.sodiation.voltage_V, self.sodiation.charge_Ah_kg
        return float(q[-1] - np.interp(-voltage, -V, q))


def lumped_cycles(cell: LumpedCell, rate_C: float, cycles: int = 2) -> list[LumpedCycle]:
    """Cycles at a rate from 0.01 to 3 V, from rest at the upper end; 1 C is 300 mA/g.

    Raises
    ------
    LumpedError
        Where a step cannot be solved.
    """
    low, high = 0.01, 3.0
    cell.equilibrate(high)
    found = []
    for _ in range(cycles):
        down = cell.current(ONE_C * rate_C, low)
        found.append(LumpedCycle(rate_C, down, cell.current(-ONE_C * rate_C, high)))
    return found
