"""What the model of structure gives for the paper's carbons, and sizes by Raman: for docs/structure.md."""

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Final

from napore.models.structure import (
    admitting_share,
    closed_pore_volume,
    crystallite_size_graphitic,
    crystallite_size_small,
    edge_atom_share,
    edge_capacity,
    face_capacity,
    layers,
    metal_capacity,
    metal_volume,
    stack_density,
)
from napore.parameters.structure import load_structure, structure_number
from napore.validation.audit_sources import numbers_of, rows
from napore.validation.structure import exposed_share

THRESHOLD: Final = "Least spacing that admits sodium [m]"
SPREAD: Final = "Spread of the spacings [m]"


@dataclass(frozen=True, kw_only=True)
class StructureCapacities:
    """What the model of structure gives for one carbon.

    Parameters
    ----------
    carbon
        Short name.
    layers, edge_atom_share, admitting_share, exposed_share
        Layers of a stack, two-coordinated atoms, spacings that admit sodium, open part of the outer
        faces [-].
    edge_capacity_mAh_g, face_capacity_mAh_g
        Largest capacities of rims and faces; their sum is the slope.
    stack_density_g_cm3, true_density_g_cm3
        Density inside the stacks, and that of the set, which was derived from the plateau.
    pore_volume_cm3_g
        Volume that the plateau needs.
    capacity_against_graphite_mAh_g, capacity_of_density_mAh_g
        What the pores hold that the true density leaves beside graphite (the plateau that the density was
        derived from), and between stacks of the reported spacing.
    """

    carbon: str
    layers: float
    edge_atom_share: float
    admitting_share: float
    exposed_share: float
    edge_capacity_mAh_g: float
    face_capacity_mAh_g: float
    stack_density_g_cm3: float
    true_density_g_cm3: float
    pore_volume_cm3_g: float
    capacity_against_graphite_mAh_g: float
    capacity_of_density_mAh_g: float

    @property
    def slope_capacity_mAh_g(self) -> float:
        """Largest slope capacity."""
        return self.edge_capacity_mAh_g + self.face_capacity_mAh_g

    def to_dict(self) -> dict[str, Any]:
        """Every number by name."""
        return {**asdict(self), "slope_capacity_mAh_g": self.slope_capacity_mAh_g}


@cache
def structure_capacities(carbon: str) -> StructureCapacities:
    """Capacities of a carbon from its structure.

    Examples
    --------
    >>> round(structure_capacities("fjh").layers, 1)
    3.4
    """
    s = load_structure(carbon)
    admitting = float(admitting_share(s.spacing, structure_number(THRESHOLD), structure_number(SPREAD)))
    exposed = exposed_share(s)
    density = numbers_of(carbon)["Carbon electrode true density [kg.m-3]"]
    solid = float(stack_density(s.spacing))
    graphite = structure_number("Graphite density [kg.m-3]")
    return StructureCapacities(
        carbon=carbon,
        layers=float(layers(s.height, s.spacing)),
        edge_atom_share=float(edge_atom_share(s.diameter)),
        admitting_share=admitting,
        exposed_share=exposed,
        edge_capacity_mAh_g=float(edge_capacity(s.diameter, admitting)),
        face_capacity_mAh_g=float(face_capacity(s.height, s.spacing, exposed)),
        stack_density_g_cm3=1e-3 * solid,
        true_density_g_cm3=1e-3 * density,
        pore_volume_cm3_g=1e3 * float(metal_volume(rows()[f"H04.{carbon}"])),
        capacity_against_graphite_mAh_g=float(metal_capacity(closed_pore_volume(density, graphite))),
        capacity_of_density_mAh_g=float(metal_capacity(closed_pore_volume(density, solid))),
    )


def raman_sizes(ratio: float) -> tuple[float, float]:
    """La [m] from ``I_D/I_G`` on the branches of large and of small crystallites; the laser is assumed."""
    return (
        float(crystallite_size_graphitic(ratio, structure_number("Raman laser wavelength [m]"))),
        float(
            crystallite_size_small(ratio, structure_number("Raman coefficient of small crystallites [m-2]"))
        ),
    )
