"""Masses of a full cell, on three bases that are told apart, and the energy of a discharge on each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from .base import AnyCell, as_cell
from .checks import ExperimentError
from .curves import HalfCycle

MASS_NUMBERS: Final = (
    *(
        f"{side} {name}"
        for side in ("Negative", "Positive")
        for name in (
            "electrode areal loading [kg.m-2]",
            "electrode thickness [m]",
            "electrode porosity",
            "electrode active material volume fraction",
            "electrode inactive density [kg.m-3]",
            "current collector thickness [m]",
            "current collector density [kg.m-3]",
        )
    ),
    "Separator thickness [m]",
    "Separator porosity",
    "Separator density [kg.m-3]",
    "Electrolyte density [kg.m-3]",
)
"""Numbers that the masses of a full cell follow from, by PyBaMM's names."""


@dataclass(frozen=True)
class Masses:
    """Masses per area of a full cell [kg/m2].

    Parameters
    ----------
    carbon, cathode
        Active materials.
    coatings
        Both coatings with binder and conductive carbon, without foils.
    foils, separator, electrolyte
        Both current collectors in full (coated on one side), the separator's solid, and the
        electrolyte in the pores of electrodes and separator.
    """

    carbon: float
    cathode: float
    coatings: float
    foils: float
    separator: float
    electrolyte: float

    @property
    def active(self) -> float:
        """Both active materials: the basis of the paper."""
        return self.carbon + self.cathode

    @property
    def stack(self) -> float:
        """Coatings, foils, separator and electrolyte; no casing, no excess of electrolyte."""
        return self.coatings + self.foils + self.separator + self.electrolyte


def masses(cell: AnyCell) -> Masses:
    """Masses per area of a full cell from its parameter values.

    Raises
    ------
    ExperimentError
        For a half cell.
    """
    cell = as_cell(cell)
    if cell.kind != "full":
        raise ExperimentError(
            f"{cell.name} is a half cell: energies are those of a full cell; make one with "
            "napore.full_cell, or in a shell with napore energy FILE --cathode nvp --mass-ratio 0.4"
        )
    return masses_from({name: cell.number(name) for name in MASS_NUMBERS})


def masses_from(numbers: Mapping[str, float]) -> Masses:
    """Masses per area of a full cell from the numbers :data:`MASS_NUMBERS`, by PyBaMM's names."""
    number = numbers.__getitem__
    active, inactive, foils = {}, 0.0, 0.0
    pores = number("Separator thickness [m]") * number("Separator porosity")
    for side in ("Negative", "Positive"):
        active[side] = number(f"{side} electrode areal loading [kg.m-2]")
        thickness, porosity = number(f"{side} electrode thickness [m]"), number(f"{side} electrode porosity")
        rest = 1.0 - porosity - number(f"{side} electrode active material volume fraction")
        inactive += rest * thickness * number(f"{side} electrode inactive density [kg.m-3]")
        pores += porosity * thickness
        collector = f"{side} current collector"
        foils += number(f"{collector} thickness [m]") * number(f"{collector} density [kg.m-3]")
    solid = number("Separator thickness [m]") * (1.0 - number("Separator porosity"))
    return Masses(
        carbon=active["Negative"],
        cathode=active["Positive"],
        coatings=active["Negative"] + active["Positive"] + inactive,
        foils=foils,
        separator=solid * number("Separator density [kg.m-3]"),
        electrolyte=pores * number("Electrolyte density [kg.m-3]"),
    )


@dataclass(frozen=True)
class Energies:
    """Energy of one discharge.

    Parameters
    ----------
    capacity_mAh_g_cathode
        Charge per gram of the cathode's active material.
    mean_voltage_V
        Energy over charge.
    energy_Wh_kg_active, energy_Wh_kg_electrodes, energy_Wh_kg_stack
        The integral of ``I V dt`` per kg of both active materials, of both coatings, and of coatings,
        foils, separator and electrolyte.
    """

    capacity_mAh_g_cathode: float
    mean_voltage_V: float
    energy_Wh_kg_active: float
    energy_Wh_kg_electrodes: float
    energy_Wh_kg_stack: float


def energies(cell: AnyCell, discharge: HalfCycle) -> Energies:
    """Energy of a discharge of a full cell on three masses.

    Parameters
    ----------
    cell
        Full cell.
    discharge
        Discharge, such as ``test.curves[0.2].discharge`` of a rate test.

    Raises
    ------
    ExperimentError
        For a half cell, or a half cycle that is no discharge.
    """
    return energies_on(masses(as_cell(cell)), discharge)


def energies_on(mass: Masses, discharge: HalfCycle) -> Energies:
    """Energy of a discharge on given masses, as :func:`energies`."""
    if discharge.direction != "discharge" or not discharge.capacity > 0.0:
        raise ExperimentError(f"energies need a discharge with some charge, not a {discharge.direction}")
    per_cathode = float(np.trapezoid(discharge.voltage_V, discharge.capacity_mAh_g))
    per_area = per_cathode * mass.cathode
    return Energies(
        capacity_mAh_g_cathode=discharge.capacity,
        mean_voltage_V=per_cathode / discharge.capacity,
        energy_Wh_kg_active=per_area / mass.active,
        energy_Wh_kg_electrodes=per_area / mass.coatings,
        energy_Wh_kg_stack=per_area / mass.stack,
    )
