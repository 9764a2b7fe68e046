"""Capacities of a carbon from its structure: stacks of graphene discs and the pores between them.

A crystallite is a stack of ``N = Lc/d`` discs of diameter ``La``. Sodium sits at the rims of the discs, one
row per layer whose spacing admits it, and on the part of the two outer faces of a stack that is open; both
make the slope. Pores hold metallic sodium. SI throughout, capacities in mAh per gram of carbon. No energy is
computed: these are counts of sites, and the slope is the largest that the packing of sodium allows. Not in
them: curved layers, point defects, oxygen, and sodium between layers away from the rim (on cycling the (002)
reflection does not shift, Gu et al. 2025, Fig. 4d to 4f).
"""

import math
from typing import Any, Final

import numpy as np
from scipy import constants as _codata
from scipy import special

from .constants import FARADAY, SODIUM_MOLAR_VOLUME

_LATTICE = 0.2461e-9  # m, graphite's a axis
_CARBON_MOLAR_MASS = 12.011e-3  # kg/mol, IUPAC

ATOM_AREA: Final = math.sqrt(3.0) / 4.0 * _LATTICE**2
"""Area of a graphene layer per carbon atom [m2]: half a cell of a = 0.2461 nm."""

RIM_ATOM_DENSITY: Final = (1.0 + 2.0 / math.sqrt(3.0)) / (2.0 * _LATTICE)
"""Two-coordinated atoms per length of rim [1/m]: mean of zigzag (1/a) and armchair (2/(sqrt(3) a))."""

_SODIUM_LATTICE = (2.0 * SODIUM_MOLAR_VOLUME / _codata.N_A) ** (1.0 / 3.0)

SODIUM_SPACING: Final = math.sqrt(3.0) / 2.0 * _SODIUM_LATTICE
"""Distance of neighbours in sodium metal [m], body-centred cubic at its bulk molar volume."""

SODIUM_ON_FACE: Final = math.sqrt(2.0) / _SODIUM_LATTICE**2
"""Sodium atoms per area of the metal's closest-packed plane, (110) [1/m2]: a full layer on a face."""

_CAPACITY_PER_ATOM = FARADAY / (3.6 * _CARBON_MOLAR_MASS * 1e3)  # mAh/g for one sodium per carbon


def layers(height: Any, spacing: Any) -> Any:
    """Layers of a stack [-], ``N = Lc/d``.

    Parameters
    ----------
    height, spacing
        Stack height ``Lc`` and spacing ``d`` [m], > 0.
    """
    return height / spacing


def stack_density(spacing: Any) -> Any:
    """Density inside a stack [kg/m3], ``M_C/(N_A a_C d)``: 2267 for graphite, less for wider spacings.

    Parameters
    ----------
    spacing
        ``d`` [m], > 0.
    """
    return _CARBON_MOLAR_MASS / (_codata.N_A * ATOM_AREA * spacing)


def edge_atom_share(diameter: Any) -> Any:
    """Two-coordinated atoms over all atoms of a disc [-], ``4 lambda a_C/La``.

    Parameters
    ----------
    diameter
        ``La`` [m]; from about 1 nm (0.46), where the disc is a few rings across.

    Notes
    -----
    Hexagons with zigzag rims, C(6 n^2)H(6 n), have exactly ``1/n``; the disc of the same area lies 3 % above:
    its rim is shorter, but half of it armchair.

    Examples
    --------
    >>> round(edge_atom_share(4e-9), 3)
    0.115
    """
    return 4.0 * RIM_ATOM_DENSITY * ATOM_AREA / diameter


def admitting_share(spacing: Any, threshold: Any, spread: Any) -> Any:
    """Share of the spacings of a stack that admit sodium at the rim [-].

    ``P(d' > threshold)`` of spacings that are normally distributed about the mean.

    Parameters
    ----------
    spacing
        Mean spacing ``d`` [m].
    threshold
        Least spacing that sodium enters [m]: 0.37 nm by calculation, Cao et al., Nano Lett. 12 (2012) 3783,
        DOI 10.1021/nl3016957.
    spread
        Standard deviation of the spacings [m], > 0.

    Notes
    -----
    An assumption: the threshold is of sodium between infinite layers, the distribution of spacings of these
    carbons is not known, and no law of sites against spacing was found. Only the sign is meant.
    """
    return special.ndtr((spacing - threshold) / spread)


def edge_capacity(diameter: Any, admitting: Any) -> Any:
    """Capacity of the rims [mAh/g]: one row per admitting layer at the spacing of sodium metal.

    ``F/(3.6 M_C) s 4 a_C/(b La)``; a row holds 0.61 sodium per two-coordinated carbon, and no more fit.

    Parameters
    ----------
    diameter
        ``La`` [m], > 0.
    admitting
        Share ``s`` of the layers [-], from :func:`admitting_share`.
    """
    return _CAPACITY_PER_ATOM * admitting * 4.0 * ATOM_AREA / (SODIUM_SPACING * diameter)


def face_area(height: Any, spacing: Any) -> Any:
    """Area of the two outer faces of the stacks [m2/kg], ``2 N_A a_C d/(M_C Lc)``.

    Parameters
    ----------
    height, spacing
        ``Lc`` and ``d`` [m]; 2630 m2/g over the number of layers.
    """
    return 2.0 * _codata.N_A * ATOM_AREA / (_CARBON_MOLAR_MASS * layers(height, spacing))


def face_capacity(height: Any, spacing: Any, exposed: Any) -> Any:
    """Capacity of the open outer faces [mAh/g]: a close-packed layer of sodium on them.

    Parameters
    ----------
    height, spacing
        ``Lc`` and ``d`` [m].
    exposed
        Share of the outer faces that touches no other stack [-], 0 to 1.
    """
    area = exposed * face_area(height, spacing)
    return area * SODIUM_ON_FACE / _codata.N_A * FARADAY / 3600.0


def slope_capacity(
    diameter: Any, height: Any, spacing: Any, *, exposed: Any, threshold: Any, spread: Any
) -> Any:
    """Largest slope capacity of a carbon [mAh/g]: rims and open faces of its stacks.

    Falls with ``La`` (fewer rims per atom) and with ``Lc`` (fewer faces), rises with ``d`` (more spacings
    admit sodium, and a stack of given height has fewer layers).

    Parameters
    ----------
    diameter, height, spacing
        ``La``, ``Lc`` and ``d`` [m].
    exposed
        As in :func:`face_capacity`.
    threshold, spread
        As in :func:`admitting_share`.
    """
    admitting = admitting_share(spacing, threshold, spread)
    return edge_capacity(diameter, admitting) + face_capacity(height, spacing, exposed)


def closed_pore_volume(true_density: Any, solid_density: Any) -> Any:
    """Volume of pores that helium does not enter [m3/kg], ``1/rho_He - 1/rho_solid``.

    Parameters
    ----------
    true_density
        Density in helium [kg/m3].
    solid_density
        Density of the carbon itself [kg/m3]: 2260 (graphite) by convention, :func:`stack_density` for
        wide spacings.
    """
    return 1.0 / true_density - 1.0 / solid_density


def metal_capacity(volume: Any) -> Any:
    """Capacity of pores filled with metallic sodium [mAh/g], ``V F/(3.6 V_m)``.

    Parameters
    ----------
    volume
        Pore volume [m3/kg]; bulk molar volume as in :func:`.pore_filling.wetting_potential`.

    Examples
    --------
    >>> round(metal_capacity(1e-3))  # of 1 cm3/g
    1128
    """
    return volume * FARADAY / (3600.0 * SODIUM_MOLAR_VOLUME)


def metal_volume(capacity: Any) -> Any:
    """Pore volume that a capacity of metallic sodium fills [m3/kg]; inverse of :func:`metal_capacity`."""
    return capacity * 3600.0 * SODIUM_MOLAR_VOLUME / FARADAY


def pore_radius(volume: Any, area: Any, area_factor: Any) -> Any:
    """Radius of equal pores with a volume and an area [m], ``(A r/V) V/S``.

    Parameters
    ----------
    volume, area
        [m3/kg] and [m2/kg].
    area_factor
        3 for spheres, 2 for cylinders, 1 for slits, whose radius is half their width
        (:data:`.pore_filling.AREA_TO_VOLUME_FACTOR`).
    """
    return area_factor * volume / area


def local_gibbs_thomson(radius: Any, wetting_energy: Any) -> Any:
    """Potential of a spherical cluster against bulk sodium [V], ``2 dgamma V_m/(F r)``.

    The last atom of a cluster; :func:`.pore_filling.wetting_potential` is the mean over a whole pore and
    for a sphere 3/2 of it.

    Parameters
    ----------
    radius, wetting_energy
        [m] and [J/m2].
    """
    return 2.0 * wetting_energy * SODIUM_MOLAR_VOLUME / (FARADAY * radius)


def largest_filling_radius(potential: Any, wetting_energy: Any, area_factor: Any) -> Any:
    """Radius above which a pore fills only below ``potential`` [m].

    Inverse of :func:`.pore_filling.wetting_potential` in the radius.

    Parameters
    ----------
    potential
        Lower cut-off [V vs Na+/Na], > 0.
    wetting_energy, area_factor
        As there.
    """
    return wetting_energy * area_factor * SODIUM_MOLAR_VOLUME / (FARADAY * potential)


def crystallite_size_graphitic(ratio: Any, wavelength: Any) -> Any:
    """``La`` from Raman where it is large [m], ``La/nm = 2.4e-10 (lambda/nm)^4/(I_D/I_G)``.

    Parameters
    ----------
    ratio
        ``I_D/I_G`` of integrated intensities [-].
    wavelength
        Of the laser [m].

    Notes
    -----
    Tuinstra and Koenig (DOI 10.1063/1.1674108) with the wavelength of Cancado et al., Appl. Phys. Lett. 88
    (2006) 163106, DOI 10.1063/1.2196057; measured from 20 to 65 nm, used down to about 2 nm.
    """
    return 2.4e-10 * (wavelength * 1e9) ** 4 / ratio * 1e-9


def crystallite_size_small(ratio: Any, coefficient: Any) -> Any:
    """``La`` from Raman where it is below 2 nm [m], ``La = sqrt((I_D/I_G)/C')``.

    Parameters
    ----------
    ratio
        ``I_D/I_G`` of heights [-].
    coefficient
        ``C'`` [1/m2], 0.55 nm-2 at 514 nm: Ferrari and Robertson, Phys. Rev. B 61 (2000) 14095, DOI
        10.1103/PhysRevB.61.14095.

    Notes
    -----
    Here the ratio rises with ``La``, in :func:`crystallite_size_graphitic` it falls: a ratio has two sizes.
    """
    return np.sqrt(ratio / coefficient)


def defect_distance(ratio: Any, wavelength: Any) -> Any:
    """Mean distance of point defects in graphene [m], ``L_D^2/nm^2 = 1.8e-9 (lambda/nm)^4/(I_D/I_G)``.

    Parameters
    ----------
    ratio, wavelength
        As in :func:`crystallite_size_graphitic`; one layer, valid above 10 nm.

    Notes
    -----
    Cancado et al., Nano Lett. 11 (2011) 3190, DOI 10.1021/nl201432g. In a carbon of small crystallites the
    ratio counts rims, not point defects: a bound on the latter.
    """
    return np.sqrt(1.8e-9 * (wavelength * 1e9) ** 4 / ratio) * 1e-9
