"""Items 7 to 13 of the audit: pores, electrode and kinetics of the carbons."""

# ruff: noqa: E501 (sentences)
import math
from typing import Final

import numpy as np

from napore.models.constants import FARADAY, GAS_CONSTANT, REFERENCE_TEMPERATURE
from napore.models.pore_filling import AREA_TO_VOLUME_FACTOR, wetting_potential
from napore.models.structure import local_gibbs_thomson, metal_capacity, metal_volume, pore_radius
from napore.parameters.coating import volume_fractions
from napore.parameters.structure import structure_number

from .audit_sources import AuditItem, isotherm_of, numbers_of, plateau_potentials, range_of, rows

ONE_C: Final = 300.0
"""Current of 1 C [A per kg of carbon], a convention of the comparison."""

_SPHERE, _SLIT = AREA_TO_VOLUME_FACTOR["sphere"], AREA_TO_VOLUME_FACTOR["slit"]


def pores() -> AuditItem:
    """Item 7: volume that the plateau needs, and pores of that volume with the closed area."""
    r = rows()
    volume = metal_volume(r["H04.fjh"])
    area = 1e3 * r["S03.fjh"]
    sphere, slit = (2e9 * pore_radius(volume, area, factor) for factor in (_SPHERE, _SLIT))
    areas, plateaus = r["S03.fjh"] / r["S03.tf"], r["H04.fjh"] / r["H04.tf"]
    return AuditItem(
        7,
        f"{r['H04.fjh']:g} mAh/g of metallic sodium ({1e-3 * metal_capacity(1.0):.0f} mAh/cm3) needs "
        f"{1e3 * volume:.3f} cm3/g; with {r['S03.fjh']:g} m2/g spheres of {sphere:.0f} nm or slits of {slit:.1f} nm. "
        f"The areas of the two carbons differ {areas:.1f} times, their plateaus {plateaus:.2f} times.",
        {
            "volume_cm3_g": 1e3 * volume,
            "sphere_diameter_nm": sphere,
            "slit_width_nm": slit,
            "area_ratio": areas,
            "plateau_ratio": plateaus,
        },
    )


def porosity() -> AuditItem:
    """Item 8: what the printed thickness means."""
    numbers = numbers_of("fjh")
    loadings = range_of("fjh", "Carbon electrode areal loading [kg.m-2]")
    blade = 100e-6  # m, printed as the thickness of the electrode

    def free(loading: float, thickness: float) -> float:
        return float(
            volume_fractions(
                loading,
                numbers["Carbon electrode true density [kg.m-3]"],
                numbers["Carbon electrode mass fraction in the coating"],
                numbers["Carbon electrode inactive density [kg.m-3]"],
                thickness,
            )[1]
        )

    middle = free(numbers["Carbon electrode areal loading [kg.m-2]"], blade)
    usual = [2e6 * blade * (1.0 - free(loading, blade)) for loading in loadings]  # half of it solid
    return AuditItem(
        8,
        f"{1e6 * blade:.0f} um with {1e2 * loadings[0]:g} to {1e2 * loadings[1]:g} mg/cm2 means a porosity of "
        f"{middle:.2f}: foil or blade gap. At a porosity of 0.5 the coating has {usual[0]:.0f} to {usual[1]:.0f} um.",
        {"porosity_at_100_um": middle, "thinnest_at_0.5_um": usual[0], "thickest_at_0.5_um": usual[1]},
    )


def polarisation() -> AuditItem:
    """Item 9: what 5 C costs without diffusion."""
    numbers, r = numbers_of("fjh"), rows()
    area = 0.25 * math.pi * numbers["Electrode disc diameter [m]"] ** 2
    density = 5.0 * ONE_C * numbers["Carbon electrode areal loading [kg.m-2]"]  # A/m2 at 5 C
    ohmic = density * area * r["K01.fjh"]
    thermal = 2.0 * GAS_CONSTANT * REFERENCE_TEMPERATURE / FARADAY
    kinetic = thermal * math.asinh(ohmic / thermal)
    resistance = 1.0 / (
        numbers["Electrolyte reference conductivity [S.m-1]"]
        * numbers["Separator porosity"] ** numbers["Separator Bruggeman coefficient (electrolyte)"]
    )
    separator = [
        density * resistance * L
        for L in (numbers["Separator thickness [m]"], range_of("fjh", "Separator thickness [m]")[1])
    ]
    low = numbers["Lower voltage cut-off [V]"]
    plateau = [1e3 * (E - low) for E in plateau_potentials("fjh")]
    return AuditItem(
        9,
        f"At 5 C ({0.1 * density:.2f} mA/cm2) {r['K01.fjh']:g} ohm cost {1e3 * kinetic:.0f} (Butler-Volmer) to "
        f"{1e3 * ohmic:.0f} mV (ohmic), the separator {1e3 * separator[0]:.0f} mV as in the set and "
        f"{1e3 * separator[1]:.0f} mV uncompressed; the pores of its plateau fill {plateau[0]:.0f} to {plateau[-1]:.0f} mV "
        "above the cut-off. The loss at high rate is at least partly polarisation.",
        {
            "current_mA_cm2": 0.1 * density,
            "kinetic_mV": 1e3 * kinetic,
            "ohmic_mV": 1e3 * ohmic,
            "separator_set_mV": 1e3 * separator[0],
            "separator_uncompressed_mV": 1e3 * separator[1],
            "plateau_above_cut_off_low_mV": plateau[0],
            "plateau_above_cut_off_high_mV": plateau[-1],
        },
    )


def diffusivity() -> AuditItem:
    """Item 10: the fall of D without intercalation."""
    r = rows()
    curve = isotherm_of("fjh")
    x = np.linspace(1e-3, float(curve.stoichiometry(numbers_of("fjh")["Lower voltage cut-off [V]"])), 2001)
    factor = np.asarray(curve.adsorbed_share(x))
    E = curve.potential(x)
    slope = float(np.median(factor[(E > 0.2) & (E < 0.6)]))
    fall = slope / float(factor.min())
    at = float(E[factor.argmin()])
    kept = r["H08"] / r["H01.fjh"]
    return AuditItem(
        10,
        f"The fall of D in GITT is ascribed to intercalation, of which diffraction sees nothing. In the isotherm of "
        f"FJH, without any intercalation, filling alone lowers the apparent diffusivity D_ads dq_ads/dq {fall:.0f} "
        f"times, lowest at {at:.3f} V. Profiles called almost unchanged keep {100.0 * kept:.0f} % of the capacity "
        f"({r['H01.fjh']:g} to {r['H08']:g} mAh/g).",
        {"fall_by_filling": fall, "lowest_at_V": at, "kept_at_5_C": kept},
    )


def scattering() -> AuditItem:
    """Item 11: sizes from scattering, and where such pores would fill."""
    r = rows()
    size = 2.0 * math.pi / 0.1  # nm, of a scattering vector of 0.1 nm-1 (section 2.2)
    volume, area = metal_volume(r["H04.fjh"]), 1e3 * r["S03.fjh"]
    radius = pore_radius(volume, area, _SPHERE)
    energy = structure_number("Wetting energy of an estimate [J.m-2]")
    local = 1e3 * local_gibbs_thomson(radius, energy)
    whole = 1e3 * wetting_potential(radius, energy, _SPHERE)
    tf = pore_radius(metal_volume(r["H04.tf"]), 1e3 * r["S03.tf"], _SPHERE)
    whole_tf = 1e3 * wetting_potential(tf, energy, _SPHERE)
    low = 1e3 * numbers_of("fjh")["Lower voltage cut-off [V]"]
    return AuditItem(
        11,
        f"Scattering at 0.1 nm-1 means features of {size:.0f} nm. Pores of {1e9 * radius:.1f} nm radius (item 7) "
        f"fill at {local:.0f} mV by the local Gibbs-Thomson law with {energy:g} J/m2 and at {whole:.1f} mV by that of "
        f"whole pores, which the sets use and in which only area over volume counts (TF: {whole_tf:.1f} mV). The "
        f"cut-off is {low:g} mV: the first is below it, the second above, and neither is a plateau near 50 mV.",
        {
            "feature_nm": size,
            "radius_nm": 1e9 * radius,
            "local_mV": local,
            "whole_pore_mV": whole,
            "whole_pore_tf_mV": whole_tf,
            "cut_off_mV": low,
        },
    )


def repeatability() -> AuditItem:
    """Item 12: two cells of one carbon."""
    r = rows()
    spread = r["H05.fjh.upper"] / r["H05.fjh.lower"] - 1.0
    return AuditItem(
        12,
        f"{r['H05.fjh.lower']:g} against {r['H05.fjh.upper']:g} mAh/g at 0.1 C is {100.0 * spread:.0f} % between two "
        "cells of one carbon: no fit needs to be closer than the data agree with themselves.",
        {"spread": spread},
    )


def barrier() -> AuditItem:
    """Item 13: activation energy below that of the electrolyte."""
    low, high = (1e-3 * E for E in range_of("fjh", "Electrolyte conductivity activation energy [J.mol-1]"))
    measured = rows()["K02.fjh"]
    return AuditItem(
        13,
        f"E_a = {measured:g} kJ/mol is {low - measured:.1f} kJ/mol or more below the electrolyte's own barrier of "
        f"conduction ({low:g} to {high:g}): an apparent value, good inside the measured range only.",
        {
            "activation_kJ_mol": measured,
            "lowest_of_electrolyte_kJ_mol": low,
            "below_by_kJ_mol": low - measured,
        },
    )
