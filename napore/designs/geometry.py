"""Areas, casing and volume of a cell in a format: a stack, a coin, a pouch or a cylinder.

Each function takes the numbers of the format and the thicknesses of its layers, and gives a
:class:`Geometry`. The next format is a function in :data:`FORMATS` with a file in ``data/formats``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import pi
from typing import Final

from .checks import DesignError


@dataclass(frozen=True)
class Layers:
    """Thicknesses [m] of a pair of coatings, of the separator and of both foils.

    Parameters
    ----------
    anode, cathode, separator
        Of one coating each, and of the separator.
    anode_foil, cathode_foil
        Of the current collectors.
    """

    anode: float
    cathode: float
    separator: float
    anode_foil: float
    cathode_foil: float

    @property
    def two_faces(self) -> float:
        """Two faces: both foils with a coating on each of their sides, and two separators [m]."""
        return 2.0 * (self.anode + self.cathode + self.separator) + self.anode_foil + self.cathode_foil


@dataclass(frozen=True)
class Geometry:
    """What a format has of each layer.

    Parameters
    ----------
    active_m2
        Area over which both coatings face one another.
    anode_m2, cathode_m2, anode_foil_m2, cathode_foil_m2, separator_m2
        Areas of the layers; a coating counts once for each side of its foil.
    volume_m3
        Outside of the cell.
    casing
        Mass [kg] and volume [m3] of each part of the casing by name.
    """

    active_m2: float
    anode_m2: float
    cathode_m2: float
    anode_foil_m2: float
    cathode_foil_m2: float
    separator_m2: float
    volume_m3: float
    casing: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def stack(numbers: Mapping[str, float], layers: Layers) -> Geometry:
    """One square metre of both coatings on foils coated on one side."""
    thickness = layers.anode + layers.cathode + layers.separator + layers.anode_foil + layers.cathode_foil
    return Geometry(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, thickness)


def coin(numbers: Mapping[str, float], layers: Layers) -> Geometry:
    """One pair of discs, a spacer and a spring in a case.

    Raises
    ------
    DesignError
        Where discs do not fit into the case.
    """
    wall = numbers["Case wall thickness [m]"]
    inside = numbers["Case height [m]"] - 2.0 * wall
    held = layers.anode + layers.cathode + layers.separator + layers.anode_foil + layers.cathode_foil
    held += numbers["Spacer thickness [m]"] + numbers["Spring height [m]"]
    if held > inside:
        raise DesignError(
            f"the parts of the coin cell are {1e3 * held:.3g} mm high, more than the {1e3 * inside:.3g} mm "
            "inside 'Case height [m]': take a thinner spacer or thinner coatings"
        )
    width = numbers["Case outer diameter [m]"] - 2.0 * wall
    areas = {}
    for part in ("Cathode disc", "Anode disc", "Separator disc", "Spacer"):
        diameter = numbers[f"{part} diameter [m]"]
        if not diameter <= width:
            raise DesignError(
                f"'{part} diameter [m]' is {diameter:g} m, wider than the {width:.4g} m inside the case"
            )
        areas[part] = pi / 4.0 * diameter**2
    density = numbers["Case density [kg.m-3]"]
    spacer = areas["Spacer"] * numbers["Spacer thickness [m]"]
    return Geometry(
        active_m2=min(areas["Cathode disc"], areas["Anode disc"]),
        anode_m2=areas["Anode disc"],
        cathode_m2=areas["Cathode disc"],
        anode_foil_m2=areas["Anode disc"],
        cathode_foil_m2=areas["Cathode disc"],
        separator_m2=areas["Separator disc"],
        volume_m3=pi / 4.0 * numbers["Case outer diameter [m]"] ** 2 * numbers["Case height [m]"],
        casing={
            "casing": (numbers["Case mass [kg]"], numbers["Case mass [kg]"] / density),
            "spacer and spring": (
                spacer * density + numbers["Spring mass [kg]"],
                spacer + numbers["Spring mass [kg]"] / density,
            ),
        },
    )


def pouch(numbers: Mapping[str, float], layers: Layers) -> Geometry:
    """Sheets coated on both sides, one anode sheet more than cathode sheets, in a laminate."""
    anode, separator = _overhangs(numbers)
    width, height = numbers["Coating width [m]"], numbers["Coating height [m]"]
    sheets = numbers["Cathode sheets"]
    cathode_sheet = width * height
    anode_sheet = (width + 2.0 * anode) * (height + 2.0 * anode)
    separator_sheet = (width + 2.0 * separator) * (height + 2.0 * separator)
    outer = max(anode, separator)
    foot = (width + 2.0 * outer + numbers["Pouch margin in width [m]"]) * (
        height + 2.0 * outer + numbers["Pouch margin in height [m]"]
    )
    laminate = 2.0 * foot * numbers["Pouch foil thickness [m]"]
    inside = sheets * layers.two_faces + 2.0 * (layers.anode + layers.separator) + layers.anode_foil
    return Geometry(
        active_m2=2.0 * sheets * cathode_sheet,
        anode_m2=2.0 * (sheets + 1.0) * anode_sheet,
        cathode_m2=2.0 * sheets * cathode_sheet,
        anode_foil_m2=(sheets + 1.0) * anode_sheet,
        cathode_foil_m2=sheets * cathode_sheet,
        separator_m2=2.0 * (sheets + 1.0) * separator_sheet,
        volume_m3=foot * inside + laminate,
        casing={"casing": (laminate * numbers["Pouch foil density [kg.m-3]"], laminate), **_tabs(numbers)},
    )


def cylinder(numbers: Mapping[str, float], layers: Layers) -> Geometry:
    """A wound pair of sheets in a can; the cross-section of the roll holds sheets of length ``L``.

    ``pi/4 (d_roll^2 - d_core^2) = L t + L_extra (2 t_anode + t_foil + 2 t_separator)`` with the thickness
    ``t`` of two faces. ``L_extra``, the first and the last turn, has anode and separator only.

    Raises
    ------
    DesignError
        Where nothing can be wound.
    """
    anode, separator = _overhangs(numbers)
    outer, wall = numbers["Case outer diameter [m]"], numbers["Case wall thickness [m]"]
    core, lid = numbers["Winding core diameter [m]"], numbers["Case lid thickness [m]"]
    roll = outer - 2.0 * wall - numbers["Roll clearance [m]"]
    extra = pi * (roll + core)
    bare = 2.0 * (layers.anode + layers.separator) + layers.anode_foil
    length = (pi / 4.0 * (roll**2 - core**2) - extra * bare) / layers.two_faces
    separator_width = numbers["Case height [m]"] - 2.0 * lid - numbers["Headspace [m]"]
    width = separator_width - 2.0 * separator
    if not (roll > core and length > 0.0 and width > 0.0):
        raise DesignError(
            f"nothing can be wound into a can of {1e3 * outer:.3g} mm by "
            f"{1e3 * numbers['Case height [m]']:.3g} mm: take a larger case "
            "or thinner coatings"
        )
    plates = 2.0 * pi / 4.0 * outer**2 * lid
    can = plates + pi * (outer - wall) * wall * (numbers["Case height [m]"] - 2.0 * lid)
    return Geometry(
        active_m2=2.0 * length * width,
        anode_m2=2.0 * (length + extra) * (width + 2.0 * anode),
        cathode_m2=2.0 * length * width,
        anode_foil_m2=(length + extra) * (width + 2.0 * anode),
        cathode_foil_m2=length * width,
        separator_m2=2.0 * (length + extra) * separator_width,
        volume_m3=pi / 4.0 * outer**2 * numbers["Case height [m]"],
        casing={"casing": (can * numbers["Case density [kg.m-3]"], can), **_tabs(numbers)},
    )


def _overhangs(numbers: Mapping[str, float]) -> tuple[float, float]:
    """Of anode and separator beyond the cathode [m]."""
    anode, separator = numbers["Anode overhang [m]"], numbers["Separator overhang [m]"]
    if anode > separator:
        raise DesignError(
            f"'Anode overhang [m]' is {anode:g}, more than 'Separator overhang [m]' with {separator:g}: the "
            "electrodes would touch; widen the separator"
        )
    return anode, separator


def _tabs(numbers: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    mass = numbers["Tabs mass [kg]"]
    return {"tabs": (mass, mass / numbers["Tab density [kg.m-3]"])}


FORMATS: Final[Mapping[str, Callable[[Mapping[str, float], Layers], Geometry]]] = {
    "stack": stack,
    "coin": coin,
    "pouch": pouch,
    "cylinder": cylinder,
}
"""How a format follows from its numbers, by name."""
