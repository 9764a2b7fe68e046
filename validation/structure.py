"""What the structure of the two carbons gives, and what the claims on structure (S01 to S08) can be held to.

The paper's numbers of structure go through :mod:`napore.models.structure`. Only the BET area enters a set;
La and Lc are assumed. Where a number of the paper cannot be, the reason is computed here.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from napore.models.constants import REFERENCE_TEMPERATURE
from napore.models.isotherm import Isotherm
from napore.models.pore_filling import wetting_potential
from napore.models.structure import face_area, metal_volume, slope_capacity
from napore.models.three_kinds import ThreeKinds
from napore.parameters.structure import CarbonStructure, load_structure, structure_entries, structure_number

from .audit_sources import isotherm_of, numbers_of, plateau_potentials, range_of, rows

_THRESHOLD: Final = "Least spacing that admits sodium [m]"
_SPREAD: Final = "Spread of the spacings [m]"

_NO_SIZES: Final = (
    "an input: the text has no La or Lc; those of the model of structure are assumed in this order"
)
_NO_CELL: Final = "an input of the model of structure only; no cell is simulated with a spacing"

NOT_SIMULATED: Final[Mapping[str, str]] = {
    "S01.fjh": _NO_CELL,
    "S01.tf": _NO_CELL,
    "S04.fjh": "an input that nothing uses: the laser is not stated, and the two published relations give "
    "sizes that differ by an order of magnitude and change in opposite directions with it",
    "S04.tf": "no number in the text, and as S04.fjh",
    "S05.fjh": _NO_SIZES,
    "S05.tf": _NO_SIZES,
    "S08": "the text has one pulse (1300 C, 20 s) and no structure of any other; nothing models the heating",
}
"""Claims on structure that stay "not simulated", with the reason."""


def exposed_share(structure: CarbonStructure) -> float:
    """Open part of the outer faces [-]: open and closed area as reported over the area of all faces."""
    return float(structure.area / face_area(structure.height, structure.spacing))


def slope_of(
    carbon: str,
    *,
    diameter: float | None = None,
    height: float | None = None,
    spacing: float | None = None,
    threshold: float | None = None,
    spread: float | None = None,
) -> float:
    """Slope capacity of a carbon with other sizes [mAh/g], at its own open share of faces; None: its own."""
    s = load_structure(carbon)
    return float(
        slope_capacity(
            s.diameter if diameter is None else diameter,
            s.height if height is None else height,
            s.spacing if spacing is None else spacing,
            exposed=exposed_share(s),
            threshold=structure_number(_THRESHOLD) if threshold is None else threshold,
            spread=structure_number(_SPREAD) if spread is None else spread,
        )
    )


def slope_signs(
    carbon: str, step: float = 0.05, numbers: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Relative change of the slope capacity [-] when ``d``, ``La`` or ``Lc`` alone grows by ``step``.

    With sizes, threshold and spread of ``numbers`` (by the names of the model of structure) where given.
    """
    known = numbers or {name: entry.value for name, entry in structure_entries().items()}
    at = {
        "diameter": known[f"{carbon.upper()} crystallite diameter La [m]"],
        "height": known[f"{carbon.upper()} crystallite height Lc [m]"],
        "spacing": load_structure(carbon).spacing,
    }
    spread = {"threshold": known[_THRESHOLD], "spread": known[_SPREAD]}
    base = slope_of(carbon, **at, **spread)
    grown = {"d": "spacing", "La": "diameter", "Lc": "height"}
    return {
        name: slope_of(carbon, **{**at, size: (1.0 + step) * at[size]}, **spread) / base - 1.0
        for name, size in grown.items()
    }


def slope_shows_signs(numbers: Mapping[str, float] | None = None) -> bool:
    """S06: in both carbons a larger d raises the slope capacity, a larger La or Lc lowers it."""
    found = [slope_signs(carbon, numbers=numbers) for carbon in ("fjh", "tf")]
    return all(signs["d"] > 0.0 > max(signs["La"], signs["Lc"]) for signs in found)


def stage_potentials(isotherm: Isotherm) -> tuple[float, float, float]:
    """Mean potential of stage I sites, of stage II sites and of the pores at half filling [V vs Na+/Na].

    Charge-weighted over the equilibrium of the adsorption sites and over the pore classes, at 298.15 K. With
    the law "three kinds" stage I is the strong sites and stage II the mobile ones.
    """
    law: Any = isotherm.adsorption

    def mean(low: float, high: float) -> float:
        theta = low + (high - low) * (np.arange(400) + 0.5) / 400
        return float(np.mean(law.potential(theta, T)))

    T = REFERENCE_TEMPERATURE
    if isinstance(law, ThreeKinds):
        middles = 0.5 * (np.array(law.strong.edges[1:]) + np.array(law.strong.edges[:-1]))
        first, second = float(np.dot(law.strong.shares, middles)), mean(0.0, 1.0)
    else:
        share = float(law.stage_1_share)
        first, second = mean(0.0, share), mean(share, 1.0)
    pores = isotherm.pores
    filled = [w * pores.half_filling(k, T) for k, w in enumerate(pores.shares)]
    return first, second, float(sum(filled) / sum(pores.shares))


def three_stages(isotherm: Isotherm) -> bool:
    """S07: edges fill before neighbouring sites, these before clusters."""
    first, second, clusters = stage_potentials(isotherm)
    return first > second > clusters


def implied_bet_area(
    carbon: str, numbers: Mapping[str, float] | None = None, structure: Mapping[str, float] | None = None
) -> float:
    """BET area [m2/g] that the double layer of a set was made with: S02, returned.

    ``numbers`` and ``structure`` replace those of the set and of the model of structure.
    """
    known = numbers or numbers_of(carbon)
    key = "Double-layer capacity per BET area [F.m-2]"
    per_area = structure_number(key) if structure is None else structure[key]
    spheres = 3.0 / (known["Carbon electrode true density [kg.m-3]"] * known["Carbon particle radius [m]"])
    return 1e-3 * known["Carbon electrode double-layer capacity [F.m-2]"] * spheres / per_area


def pore_area(
    carbon: str, numbers: Mapping[str, float] | None = None, curve: Isotherm | None = None
) -> float:
    """Area of the pores of a set [m2/g]: volume of their capacity as metal, over their radii.

    The capacity is fitted; of the radii only wetting energy over radius is, so that the area goes as one over
    the wetting energy. ``numbers`` and the isotherm replace those of the set.
    """
    curve = curve or isotherm_of(carbon)
    sites = (numbers or numbers_of(carbon))["Carbon electrode specific capacity of all sites [mA.h.g-1]"]
    volume = metal_volume((1.0 - curve.adsorption_fraction) * sites)
    pores = curve.pores
    per_volume = sum(w * pores.area_factor / r for w, r in zip(pores.shares, pores.radii, strict=True)) / sum(
        pores.shares
    )
    return float(1e-3 * volume * per_volume)


def closed_area_contradiction(carbon: str, reported: float) -> str:
    """Why the plateau cannot be pores of a closed area [m2/g]; empty where it can.

    Pores of area S around the volume V of the plateau fill at ``dgamma (S/V) V_m/F``, whatever their
    shape; it cannot be where even the largest wetting energy of the set's range leaves that below the
    set's own pores of the plateau: those that fill above the cut-off.
    """
    plateau = rows()[f"H04.{carbon}"]
    volume = metal_volume(plateau)
    key = "Carbon electrode pore wetting energy [J.m-2]"
    low, high = numbers_of(carbon)[key], range_of(carbon, key)[1]
    fills = [1e3 * wetting_potential(volume / (1e3 * reported), energy, 1.0) for energy in (low, high)]
    own = 1e3 * plateau_potentials(carbon)[0]
    if fills[1] >= own:
        return ""
    return (
        f"{reported:g} m2/g around the {1e3 * volume:.3f} cm3/g that {plateau:g} mAh/g of metallic sodium "
        f"need fill at {fills[0]:.0f} mV ({fills[1]:.0f} with {high:g} J/m2) at any shape; the plateau "
        f"is that of pores that fill above {own:.0f} mV, and all pores of the set have "
        f"{pore_area(carbon):.0f} m2/g"
    )
