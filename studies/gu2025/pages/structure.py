"""Facts, claims and pictures of docs/structure.md; all but the cycles is arithmetic of the sets."""

import itertools
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from napore.models.constants import REFERENCE_TEMPERATURE
from napore.models.pore_filling import AREA_TO_VOLUME_FACTOR, wetting_potential
from napore.models.structure import (
    admitting_share,
    defect_distance,
    edge_capacity,
    face_area,
    face_capacity,
    largest_filling_radius,
    metal_capacity,
)
from napore.parameters.structure import CARBONS, load_structure, structure_entries, structure_number
from napore.plotting import VOLTAGE_LABEL, figure, note, plain_ticks
from napore.validation.audit import audit
from napore.validation.audit_sources import isotherm_of, numbers_of, plateau_potentials, rows
from napore.validation.operando import MOST_LEFT
from napore.validation.structure import (
    NOT_SIMULATED,
    closed_area_contradiction,
    implied_bet_area,
    pore_area,
    slope_of,
    slope_signs,
    stage_potentials,
)

from ..structure import MODEL, NAMES, RATES
from ..structure_capacities import SPREAD, THRESHOLD, raman_sizes, structure_capacities

SPHERE = AREA_TO_VOLUME_FACTOR["sphere"]

Found = Mapping[str, Any]


def slope_band(carbon: str) -> tuple[float, float]:
    """Least and largest slope capacity over the corners of the written ranges [mAh/g], area as reported."""
    s, entries = load_structure(carbon), structure_entries()
    names = [f"{carbon.upper()} crystallite {size} [m]" for size in ("diameter La", "height Lc")]
    ranges = [entries[name].allowed or () for name in (*names, THRESHOLD, SPREAD)]
    found = []
    for La, Lc, threshold, spread in itertools.product(*ranges):
        exposed = s.area / face_area(Lc, s.spacing)
        admitting = admitting_share(s.spacing, threshold, spread)
        found.append(float(edge_capacity(La, admitting) + face_capacity(Lc, s.spacing, exposed)))
    return min(found), max(found)


def variations(carbon: str) -> dict[str, dict[str, list[float]]]:
    """Slope capacity with one size changed at a time [nm, mAh/g]."""
    grids = {
        "spacing": np.linspace(0.34, 0.40, 61),
        "diameter": np.linspace(2.0, 8.0, 61),
        "height": np.linspace(0.8, 4.0, 65),
    }
    return {
        name: {"nm": list(grid), "slope_mAh_g": [slope_of(carbon, **{name: 1e-9 * float(x)}) for x in grid]}
        for name, grid in grids.items()
    }


def equilibrium_stages(name: str) -> dict[str, list[float]]:
    """Content of strong sites, mobile sites and pores at equilibrium over the potential [V, mAh/g]."""
    curve: Any = isotherm_of(name)
    sites = numbers_of(name)["Carbon electrode specific capacity of all sites [mA.h.g-1]"]
    E = np.concatenate([np.linspace(2.0, 0.3, 120), np.linspace(0.3, 0.01, 150)[1:]])
    law, fraction = curve.adsorption, curve.adsorption_fraction
    strong = sites * fraction * law.strong_share * law.strong.filled(E, REFERENCE_TEMPERATURE)
    mobile = sites * curve.mobile_fraction * curve.occupancy(E)
    return {
        "potential_V": list(E),
        "strong_mAh_g": list(strong),
        "mobile_mAh_g": list(mobile),
        "clusters_mAh_g": list(curve.stoichiometry(E) * sites - strong - mobile),
    }


@cache
def arithmetic() -> dict[str, Any]:
    """What follows from the reported numbers and the sets without a simulation."""
    content: dict[str, Any] = {}
    content["structure"] = {}
    for carbon in CARBONS:
        s, area = load_structure(carbon), rows()[f"S03.{carbon}"]
        filled = 1e3 * area * 1e-9 / SPHERE  # m3/kg, the closed area as spheres of 1 nm radius
        content["structure"][carbon] = {
            **structure_capacities(carbon).to_dict(),
            "La_nm": 1e9 * s.diameter,
            "Lc_nm": 1e9 * s.height,
            "d_nm": 1e9 * s.spacing,
            "slope_band_mAh_g": slope_band(carbon),
            "signs_5_percent": slope_signs(carbon),
            "d_sign_all_admitted": slope_of(carbon, spacing=1.05 * s.spacing, threshold=0.0)
            / slope_of(carbon, threshold=0.0)
            - 1.0,
            "variations": variations(carbon),
            "plateau_mAh_g": rows()[f"H04.{carbon}"],
            "closed_area_m2_g": area,
            "bet_area_m2_g": rows()[f"S02.{carbon}"],
            "area_at_1_nm_mAh_g": float(metal_capacity(filled)),
            "set_pore_area_m2_g": pore_area(carbon),
            "set_bet_area_m2_g": implied_bet_area(carbon),
            "contradiction": closed_area_contradiction(carbon, area),
        }
    ratio = load_structure("fjh").raman_ratio or 0.0
    laser = structure_number("Raman laser wavelength [m]")
    content["raman"] = {
        "ratio": ratio,
        "sizes_nm": [1e9 * size for size in raman_sizes(ratio)],
        "defect_distance_nm": 1e9 * float(defect_distance(ratio, laser)),
    }
    energy = numbers_of("fjh")["Carbon electrode pore wetting energy [J.m-2]"]
    content["largest_filling_radius_nm"] = 1e9 * float(largest_filling_radius(0.01, energy, SPHERE))
    content["reported"] = {k: v for k, v in rows().items() if k[0] in "HS"}
    content["stages"] = {name: list(stage_potentials(isotherm_of(name))) for name in NAMES}
    content["equilibrium_stages"] = equilibrium_stages("fjh")
    content["audit"] = [item.to_dict() for item in audit()]
    return content


def shown(found: Found) -> dict[str, Any]:
    """That and the simulated cycles, by set and rate."""
    return {
        **arithmetic(),
        "operando": {f"{name} {rate:g}": found[name][f"{rate:g}"] for name in NAMES for rate in RATES},
    }


def above_the_plateau(content: dict[str, Any]) -> tuple[float, float]:
    """Sites of `fjh`, and sodium in its pores at 0.1 V, at equilibrium [mAh/g]."""
    found = content["equilibrium_stages"]
    sites = found["strong_mAh_g"][-1] + found["mobile_mAh_g"][-1]
    falling = found["potential_V"][::-1]
    return sites, float(np.interp(0.1, falling, found["clusters_mAh_g"][::-1]))


def facts(found: Found) -> dict[str, Any]:
    """Numbers of the template."""
    content = shown(found)
    left = {name: found[name]["0.5"]["left_metal_share"] for name in NAMES}
    sites, early = above_the_plateau(content)
    shifts = [one["slope_shift_share"] for one in content["operando"].values()]
    return {
        **content,
        "model": MODEL,
        "f": content["structure"]["fjh"],
        "t": content["structure"]["tf"],
        "r": content["reported"],
        "item": {row["id"]: row["values"] for row in content["audit"]},
        "sizes": content["raman"]["sizes_nm"],
        "sites": sites,
        "early": early,
        "left": left,
        "within": [name for name, share in left.items() if share <= MOST_LEFT],
        "metal_mAh_cm3": float(metal_capacity(1e-3)),
        "entries": structure_entries(),
        "not_simulated": NOT_SIMULATED,
        "shifted": (min(shifts), max(shifts)),
        "plateau_V": plateau_potentials("fjh"),
        "large_share": numbers_of("fjh")["Carbon electrode large pore share"],
        "large_nm": 1e9 * numbers_of("fjh")["Carbon electrode large pore median radius [m]"],
    }


def said(cycles: Found) -> dict[str, bool]:
    """What the words say of the numbers."""
    content = shown(cycles)
    f, t = content["structure"]["fjh"], content["structure"]["tf"]
    found, item = content["operando"], {row["id"]: row["values"] for row in content["audit"]}
    sites, _ = above_the_plateau(content)
    slope_of_fjh = content["reported"]["H05.fjh.lower"] - content["reported"]["H04.fjh"]
    return {
        "pores of the sets have more than the closed area": all(
            c["set_pore_area_m2_g"] > 5.0 * c["closed_area_m2_g"] for c in (f, t)
        ),
        "below the cut-off, just above it, TF's below": item[11]["local_mV"]
        < 10.0
        < item[11]["whole_pore_mV"]
        < 15.0
        and item[11]["whole_pore_tf_mV"] < 10.0,
        "the plateau of the sets is elsewhere": plateau_potentials("fjh")[0] > 0.05,
        "TF short of its own slope": t["slope_capacity_mAh_g"]
        < content["reported"]["H01.tf"] - content["reported"]["H04.tf"],
        "sites of the set hold less than the slope": sites < slope_of_fjh,
        "pores come last": all(one == sorted(one, reverse=True) for one in content["stages"].values()),
        "only the metal that is left decides": all(
            one["holds"] == (one["left_metal_share"] <= MOST_LEFT) for one in found.values()
        ),
        "more metal in FJH": found["fjh 0.5"]["metal_mAh_g"] > found["tf 0.5"]["metal_mAh_g"],
    }


def draw_slopes(found: Found) -> Any:
    """Slope capacity against each size alone."""
    content = shown(found)
    made, axes = figure(3)
    places = {"spacing": ("d", "d_nm"), "diameter": ("L$_a$", "La_nm"), "height": ("L$_c$", "Lc_nm")}
    for ax, (name, (symbol, own)) in zip(axes, places.items(), strict=True):
        for number, (carbon, one) in enumerate(content["structure"].items()):
            curve = one["variations"][name]
            ax.plot(curve["nm"], curve["slope_mAh_g"], color=f"C{number}", label=carbon.upper())
            ax.plot(one[own], one["slope_capacity_mAh_g"], "o", color=f"C{number}")
        ax.set(xlabel=f"{symbol} / nm", ylabel="Largest slope capacity / mAh g$^{-1}$", ylim=(0, 320))
    r = content["reported"]
    low, high = (r[f"H05.fjh.{end}"] - r["H04.fjh"] for end in ("lower", "upper"))
    for ax in axes:
        ax.axhspan(low, high, color="C0", alpha=0.15, lw=0, label="FJH, reported (0.1 C)")
    axes[2].legend(loc="upper right")
    axes[0].axvline(1e9 * structure_number(THRESHOLD), color="0.5", lw=0.8, ls=":")
    least = (1e9 * structure_number(THRESHOLD), 300)
    note(axes[0], "least spacing\nthat admits Na", least, (-4, 0), ha="right", va="top", color="0.35")
    return made


def draw_pores(found: Found) -> Any:
    """Where pores of a size fill, and what the pores of the closed area hold."""
    content = shown(found)
    made, (ax, bars) = figure(2)
    radius = np.geomspace(0.4, 40.0, 200)
    for energy, line in ((0.05, ":"), (0.1, "-"), (0.15, "--")):
        fills = 1e3 * wetting_potential(1e-9 * radius, energy, SPHERE)
        ax.plot(radius, fills, line, color="0.3", label=f"{energy:g} J m$^{{-2}}$")
    pores = isotherm_of("fjh").pores
    own = 1e3 * np.array([pores.half_filling(k, REFERENCE_TEMPERATURE) for k in range(len(pores.radii))])
    ax.plot(1e9 * np.array(pores.radii), own, "o", color="C0")
    note(ax, "pores of FJH", (1e9 * pores.radii[0], own[0]), (7, 5), color="C0")
    sides = ((8, 8), (-92, -44))
    for number, (carbon, one) in enumerate(content["structure"].items()):
        r = 3e3 * one["pore_volume_cm3_g"] / one["closed_area_m2_g"]
        at = 1e3 * wetting_potential(1e-9 * r, 0.1, SPHERE)
        ax.plot(r, at, "s", color=f"C{number}")
        line_to = {"arrowstyle": "-", "color": f"C{number}", "lw": 0.6} if number else None
        text = f"{carbon.upper()}: plateau\nin its closed area"
        note(ax, text, (r, at), sides[number], color=f"C{number}", arrowprops=line_to)
    ax.axhline(10, color="C3", lw=0.8)
    note(ax, "cut-off", (0.43, 10), (0, 2), color="C3")
    ax.set(xlabel="Radius of the sphere of equal area over volume / nm", xscale="log", xlim=(0.4, 40))
    ax.set(ylabel="Filling potential / mV vs Na$^+$/Na", yscale="log", ylim=(1, 400))
    plain_ticks(ax, x=(0.5, 1, 2, 5, 10, 20, 40), y=(1, 3, 10, 30, 100, 300))
    ax.legend(loc="upper right")
    labels = {
        "plateau_mAh_g": "plateau, reported",
        "capacity_of_density_mAh_g": "pores of the true density between\nstacks of the reported spacing",
        "area_at_1_nm_mAh_g": "closed area as\nspheres of 1 nm radius",
    }
    for number, (carbon, one) in enumerate(content["structure"].items()):
        places = np.arange(len(labels))[::-1] + (0.19 if number == 0 else -0.19)
        values = [one[key] for key in labels]
        drawn = bars.barh(places, values, 0.36, color=f"C{number}", label=carbon.upper())
        bars.bar_label(drawn, fmt="%.0f", padding=2, fontsize=8)
    bars.set_yticks(np.arange(len(labels))[::-1], list(labels.values()))
    bars.set(xlabel="Capacity / mAh g$^{-1}$", xlim=(0, 260))
    bars.tick_params(axis="y", length=0)
    bars.legend(loc="lower right")
    return made


def draw_stages(found: Found) -> Any:
    """Where the sodium is at equilibrium."""
    content = shown(found)
    stages = content["equilibrium_stages"]
    made, axes = figure(2)
    parts = {"strong_mAh_g": "strong (I)", "mobile_mAh_g": "mobile (II)", "clusters_mAh_g": "pores (III)"}
    for ax, limits in zip(axes, ((2.0, 0.0), (0.3, 0.0)), strict=True):
        ax.stackplot(
            stages["potential_V"],
            *[stages[key] for key in parts],
            colors=["C0", "C4", "C1"],
            labels=list(parts.values()),
        )
        ax.set(xlabel="E / V vs Na$^+$/Na", ylabel="Sodium / mAh g$^{-1}$", xlim=limits, ylim=(0, 360))
    axes[0].legend(loc="upper left")
    axes[1].set_title("the same below 0.3 V")
    axes[0].set_title("FJH at equilibrium")
    return made


def draw_operando(found: Found) -> Any:
    """Voltage, G band and metallic sodium over a cycle."""
    made, axes = figure(3)
    columns = {
        "voltage_V": VOLTAGE_LABEL,
        "g_band_cm1": "G band / cm$^{-1}$ (interpolated)",
        "metallic_mAh_g": "Sodium in pores / mAh g$^{-1}$",
    }
    for number, rate in enumerate(RATES):
        down, up = found["fjh"][f"{rate:g}"]["halves"]
        for ax, (column, label) in zip(axes, columns.items(), strict=True):
            ax.plot(down["capacity_mAh_g"], down[column], "-", color=f"C{number}", label=f"{rate:g} C")
            back = down["capacity_mAh_g"][-1] - np.asarray(up["capacity_mAh_g"])
            ax.plot(back, up[column], "--", color=f"C{number}")
            ax.set(xlabel="State of sodiation / mAh g$^{-1}$", ylabel=label)
    axes[0].legend(title="— sodiation, - - desodiation", title_fontsize=8, loc="upper right")
    return made


PICTURES = {
    "structure_slope": draw_slopes,
    "structure_pores": draw_pores,
    "structure_stages": draw_stages,
    "structure_operando": draw_operando,
}
