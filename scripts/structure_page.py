"""Write docs/structure.md: capacities from the structure, operando observables, the audit of the paper.

``python scripts/structure_page.py run`` simulates (seconds) and writes docs/data; ``page`` writes the page
and its pictures from that.
"""

import itertools
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

import numpy as np
from structure_text import text

import napore
from napore.experiments.base import header
from napore.files import write_json
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
from napore.parameters.structure import (
    CARBONS,
    load_structure,
    structure_entries,
    structure_number,
)
from napore.plotting import VOLTAGE_LABEL, figure, style
from napore.validation.audit import audit
from napore.validation.audit_sources import isotherm_of, numbers_of, rows
from napore.validation.operando import more_metal, operando
from napore.validation.structure import (
    NOT_SIMULATED,
    closed_area_contradiction,
    implied_bet_area,
    pore_area,
    raman_sizes,
    slope_of,
    slope_signs,
    stage_potentials,
    structure_capacities,
)

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "docs" / "data" / "structure_gu2025.json"
PAGE = ROOT / "docs" / "structure.md"
IMAGES = ROOT / "docs" / "images"

SETS = ("fjh", "fjh-b", "tf")
RATES = (0.1, 0.5)
THRESHOLD, SPREAD = "Least spacing that admits sodium [m]", "Spread of the spacings [m]"
SPHERE = AREA_TO_VOLUME_FACTOR["sphere"]


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
        name: {
            "nm": list(grid),
            "slope_mAh_g": [slope_of(carbon, **{name: 1e-9 * float(x)}) for x in grid],
        }
        for name, grid in grids.items()
    }


def equilibrium_stages(name: str) -> dict[str, list[float]]:
    """Content of stage I, stage II and pores at equilibrium over the potential [V, mAh/g]."""
    curve = isotherm_of(name)
    sites = numbers_of(name)["Carbon electrode specific capacity of all sites [mA.h.g-1]"]
    E = np.concatenate([np.linspace(2.0, 0.3, 120), np.linspace(0.3, 0.01, 150)[1:]])
    theta = curve.occupancy(E)
    share = float(curve.adsorption.stage_1_share)  # type: ignore[union-attr]
    ads = curve.adsorption_fraction * sites
    total = curve.stoichiometry(E) * sites
    return {
        "potential_V": list(E),
        "stage_1_mAh_g": list(ads * np.minimum(theta, share)),
        "stage_2_mAh_g": list(ads * np.maximum(theta - share, 0.0)),
        "clusters_mAh_g": list(total - ads * theta),
    }


def run() -> None:
    """Simulate and write the data."""
    cells = {name: napore.half_cell(name, "DFN") for name in SETS}
    content: dict[str, Any] = {**header(cells["fjh"])}
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
    content["stages"] = {name: stage_potentials(isotherm_of(name)) for name in SETS}
    content["equilibrium_stages"] = equilibrium_stages("fjh")
    content["operando"] = {}
    tests = {name: napore.rate_test(cell, RATES).curves for name, cell in cells.items()}
    for name, rate in itertools.product(SETS, RATES):
        found = operando(tests[name][rate])
        row: dict[str, Any] = {**found.to_dict(), "holds": found.holds}
        row["metal_mAh_g"] = float(found.sodiation.metallic_mAh_g[-1])
        if name == "fjh":
            row["halves"] = [
                {
                    column: list(np.asarray(values)[:: max(1, len(values) // 150)])
                    for column, values in half.table().drop(columns="direction").items()
                }
                for half in (found.sodiation, found.desodiation)
            ]
        content["operando"][f"{name} {rate:g}"] = row
    content["more_metal"] = {f"{r:g}": more_metal(tests["fjh"][r], tests["tf"][r]) for r in RATES}
    content["audit"] = [item.to_dict() for item in audit()]
    content["not_simulated"] = dict(NOT_SIMULATED)
    write_json(DATA, rounded(content))


def rounded(value: Any) -> Any:
    """Numbers with six digits, so that the file stays small."""
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(part) for part in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def draw_slopes(content: dict[str, Any]) -> None:
    """Slope capacity against each size alone."""
    made, axes = figure(3)
    places = {"spacing": ("d", "d_nm"), "diameter": ("L$_a$", "La_nm"), "height": ("L$_c$", "Lc_nm")}
    for ax, (name, (symbol, own)) in zip(axes, places.items(), strict=True):
        for number, (carbon, found) in enumerate(content["structure"].items()):
            curve = found["variations"][name]
            ax.plot(curve["nm"], curve["slope_mAh_g"], color=f"C{number}", label=carbon.upper())
            ax.plot(found[own], found["slope_capacity_mAh_g"], "o", color=f"C{number}")
        ax.set(xlabel=f"{symbol} / nm", ylabel="Largest slope capacity / mAh g$^{-1}$", ylim=(0, 320))
    r = content["reported"]
    low, high = (r[f"H05.fjh.{end}"] - r["H04.fjh"] for end in ("lower", "upper"))
    for ax in axes:
        ax.axhspan(low, high, color="C0", alpha=0.15, lw=0, label="FJH, reported (0.1 C)")
    axes[2].legend(loc="upper right")
    axes[0].axvline(1e9 * structure_number(THRESHOLD), color="0.5", lw=0.8, ls=":")
    axes[0].annotate(
        "least spacing\nthat admits Na",
        (1e9 * structure_number(THRESHOLD), 300),
        (-4, 0),
        textcoords="offset points",
        ha="right",
        va="top",
        color="0.35",
        fontsize=8,
    )
    save(made, "slope")


def draw_pores(content: dict[str, Any]) -> None:
    """Where pores of a size fill, and what the pores of the closed area hold."""
    made, (ax, bars) = figure(2)
    radius = np.geomspace(0.4, 40.0, 200)
    for energy, line in ((0.05, ":"), (0.1, "-"), (0.15, "--")):
        fills = 1e3 * wetting_potential(1e-9 * radius, energy, SPHERE)
        ax.plot(radius, fills, line, color="0.3", label=f"{energy:g} J m$^{{-2}}$")
    pores = isotherm_of("fjh").pores
    own = [1e9 * float(np.median(pores.radii)), 1e3 * content["stages"]["fjh"][2]]
    ax.plot(*own, "o", color="C0")
    ax.annotate("pores of the sets", own, (7, 5), textcoords="offset points", color="C0")
    sides = ((8, 8), (-92, -44))
    for number, (carbon, found) in enumerate(content["structure"].items()):
        r = 3e3 * found["pore_volume_cm3_g"] / found["closed_area_m2_g"]
        at = 1e3 * wetting_potential(1e-9 * r, 0.1, SPHERE)
        ax.plot(r, at, "s", color=f"C{number}")
        ax.annotate(
            f"{carbon.upper()}: plateau\nin its closed area",
            (r, at),
            sides[number],
            textcoords="offset points",
            color=f"C{number}",
            arrowprops={"arrowstyle": "-", "color": f"C{number}", "lw": 0.6} if number else None,
        )
    ax.axhline(10, color="C3", lw=0.8)
    ax.annotate("cut-off", (0.43, 10), (0, 2), textcoords="offset points", color="C3")
    ax.set(
        xscale="log",
        yscale="log",
        xlabel="Radius of the sphere of equal area over volume / nm",
        ylabel="Filling potential / mV vs Na$^+$/Na",
        ylim=(1, 400),
        xlim=(0.4, 40),
    )
    ax.set_xticks([0.5, 1, 2, 5, 10, 20, 40], ["0.5", "1", "2", "5", "10", "20", "40"])
    ax.set_yticks([1, 3, 10, 30, 100, 300], ["1", "3", "10", "30", "100", "300"])
    ax.minorticks_off()
    ax.legend(loc="upper right")
    labels = {
        "plateau_mAh_g": "plateau, reported",
        "capacity_of_density_mAh_g": "pores of the true density between\nstacks of the reported spacing",
        "area_at_1_nm_mAh_g": "closed area as\nspheres of 1 nm radius",
    }
    for number, (carbon, found) in enumerate(content["structure"].items()):
        places = np.arange(len(labels))[::-1] + (0.19 if number == 0 else -0.19)
        values = [found[key] for key in labels]
        drawn = bars.barh(places, values, 0.36, color=f"C{number}", label=carbon.upper())
        bars.bar_label(drawn, fmt="%.0f", padding=2, fontsize=8)
    bars.set_yticks(np.arange(len(labels))[::-1], list(labels.values()))
    bars.set(xlabel="Capacity / mAh g$^{-1}$", xlim=(0, 260))
    bars.tick_params(axis="y", length=0)
    bars.legend(loc="lower right")
    save(made, "pores")


def draw_stages(content: dict[str, Any]) -> None:
    """Where the sodium is at equilibrium."""
    found = content["equilibrium_stages"]
    made, axes = figure(2)
    parts = {"stage_1_mAh_g": "stage I", "stage_2_mAh_g": "stage II", "clusters_mAh_g": "clusters"}
    for ax, limits in zip(axes, ((2.0, 0.0), (0.3, 0.0)), strict=True):
        ax.stackplot(
            found["potential_V"],
            *[found[key] for key in parts],
            colors=["C0", "C4", "C1"],
            labels=list(parts.values()),
        )
        ax.set(xlabel="E / V vs Na$^+$/Na", ylabel="Sodium / mAh g$^{-1}$", xlim=limits, ylim=(0, 360))
    axes[0].legend(loc="upper left")
    axes[1].set_title("the same below 0.3 V")
    axes[0].set_title("FJH at equilibrium")
    save(made, "stages")


def draw_operando(content: dict[str, Any]) -> None:
    """Voltage, G band and metallic sodium over a cycle."""
    made, axes = figure(3)
    columns = {
        "voltage_V": VOLTAGE_LABEL,
        "g_band_cm1": "G band / cm$^{-1}$ (interpolated)",
        "metallic_mAh_g": "Sodium in pores / mAh g$^{-1}$",
    }
    for number, rate in enumerate(RATES):
        down, up = content["operando"][f"fjh {rate:g}"]["halves"]
        for ax, (column, label) in zip(axes, columns.items(), strict=True):
            ax.plot(down["capacity_mAh_g"], down[column], "-", color=f"C{number}", label=f"{rate:g} C")
            back = down["capacity_mAh_g"][-1] - np.asarray(up["capacity_mAh_g"])
            ax.plot(back, up[column], "--", color=f"C{number}")
            ax.set(xlabel="State of sodiation / mAh g$^{-1}$", ylabel=label)
    axes[0].legend(title="— sodiation, - - desodiation", title_fontsize=8, loc="upper right")
    save(made, "operando")


def save(made: Any, name: str) -> None:
    """Write a picture of the page."""
    made.savefig(IMAGES / f"structure_{name}.png", dpi=150)


def page() -> None:
    """Write the page from the data."""
    content = json.loads(DATA.read_text())
    with style():
        for draw in (draw_slopes, draw_pores, draw_stages, draw_operando):
            draw(content)
    PAGE.write_text(text(content) + "\n", encoding="utf-8")


if __name__ == "__main__":
    {"run": run, "page": page}[sys.argv[1]]()
