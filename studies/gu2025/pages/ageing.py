"""Facts, claims and pictures of docs/ageing.md."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from napore.models.constants import FARADAY
from napore.parameters.ageing import load_ageing
from napore.parameters.catalogue import AGEING
from napore.parameters.reported import reported
from napore.plotting import CAPACITY_LABEL, VOLTAGE_LABEL, figure, sequential_colours

Found = Mapping[str, Any]

CLAIMS = ("H07", "F06", "H11")
FILM_g_mol, SODIUM_PER_FILM = 106.0, 2.0

NAMES = {
    "gu2025": "film by diffusion of solvent, resists",
    "gu2025-b": "film by reaction, resists",
    "gu2025-lam": "film by diffusion without resistance, loss of carbon",
}
LABELS = {
    "gu2025": "film by diffusion, resists (gu2025)",
    "gu2025-b": "film by reaction, resists (gu2025-b)",
    "gu2025-lam": "film, loss of carbon (gu2025-lam)",
}


def claimed() -> dict[str, float]:
    """Numbers of the paper by claim."""
    return {row.id: float(row.value) for row in reported() if isinstance(row.value, int | float)}


def at(run: Found, name: str, cycle: int) -> float:
    """A number at a cycle."""
    return float(run["cycles"][name][cycle - 1])


def film_per_carbon(run: Found) -> float:
    """Sodium in the film at the end per gram of carbon [mAh/g]."""
    return float(run["last"]["film_loss_mAh_g"]) / float(run["masses"]["carbon_share"])


def film_g_per_g(run: Found) -> float:
    """Mass of the film at the end per gram of carbon, as Na2CO3."""
    return 3.6 * film_per_carbon(run) / FARADAY / SODIUM_PER_FILM * FILM_g_mol


def on_bet(run: Found) -> float:
    """Thickness at the end if the film lay on the BET area [nm]."""
    return (
        float(run["last"]["film_thickness_nm"]) * float(run["masses"]["surface_m2_g"]) / claimed()["S02.fjh"]
    )


def noise(found: Found) -> tuple[float, float]:
    """Scatter of a half cell's capacity from cycle to cycle, and the largest of a single cycle [mAh/g].

    Second differences, in which a scatter that is independent from cycle to cycle has six times its
    variance and one cycle that is off by itself twice its height.
    """
    scatter, largest = 0.0, 0.0
    for ageing in NAMES:
        for claim in ("H07", "H11"):
            kept = found[f"{claim} {ageing}"]["cycles"]["capacity_mAh_g"][9:]
            bends = [c - 2.0 * b + a for a, b, c in zip(kept, kept[1:], kept[2:], strict=False)]
            scatter = max(scatter, (sum(b * b for b in bends) / len(bends) / 6.0) ** 0.5)
            largest = max(largest, max(map(abs, bends)) / 2.0)
    return scatter, largest


def off(found: Found) -> float:
    """Largest distance of a retention from the number that it was fitted to."""
    said = claimed()
    return max(
        abs(float(found[f"{claim} {ageing}"]["retention"]) - said[claim] / 100.0)
        for ageing in NAMES
        for claim in ("H07", "F06")
    )


def worst_of_fast(found: Found) -> float:
    """Largest error of the fast mode in the capacity of the last cycle."""
    return max(abs(error_of_fast(found, claim, ageing)) for ageing in NAMES for claim in CLAIMS)


def facts(found: Found) -> dict[str, Any]:
    """Numbers of the template."""
    half, full, traps, said = found["H07 gu2025"], found["F06 gu2025"], found["F06 traps"], claimed()
    start_full = full["third"]["capacity_mAh_g"]
    lost = start_full - full["last"]["capacity_mAh_g"]
    scatter, largest = noise(found)
    return {
        "half": half,
        "full": full,
        "low": found["H11 gu2025"],
        "lam": found["H11 gu2025-lam"],
        "bare_half": found["H07 without resistance"],
        "bare_full": found["F06 without resistance"],
        "traps": traps,
        "first_loss": said["H01.fjh"] * (100.0 / said["H02.fjh"] - 1.0),
        "start_full": start_full,
        "lost": lost,
        "per_carbon": lost / full["masses"]["carbon_share"],
        "shift": (half["last"]["film_resistance_ohm"] - at(half, "film_resistance_ohm", 3))
        * half["masses"]["one_C_A"]
        / 2,
        "trapped": traps["last"]["trapped_mAh_g"] / traps["masses"]["carbon_share"],
        "early": at(full, "film_resistance_ohm", 3),
        "scatter": scatter,
        "largest": largest,
        "claimed": said,
        "kept": lambda claim, ageing: found[f"{claim} {ageing}"]["retention"],
        "values": fitted_values(),
        "bet": said["S02.fjh"],
        "off": off(found),
        "error": lambda claim, ageing: error_of_fast(found, claim, ageing),
        "worst_of_fast": worst_of_fast(found),
    }


def fitted_values() -> list[tuple[str, Any, str]]:
    """Fitted values of each ageing, and the claim that each was fitted to."""
    return [
        (name, entry, entry.source.partition(":")[0])
        for name in AGEING
        for entry in load_ageing(name).entries.values()
        if entry.kind == "fitted" and entry.allowed is not None
    ]


def error_of_fast(found: Found, claim: str, ageing: str) -> float:
    """Error of the fast mode in the capacity of the last cycle."""
    every, quick = (found[f"{claim} {ageing}{mode}"]["last"]["capacity_mAh_g"] for mode in ("", " fast"))
    return float(quick / every - 1.0)


def said(found: Found) -> dict[str, bool]:
    """What the words say of the numbers."""
    kept = {name: run["retention"] for name, run in found.items()}
    shown, paper = facts(found), claimed()
    full, low = shown["full"], shown["low"]
    return {
        "every run finished": all(run["status"] == "ok" for run in found.values()),
        "H07 and F06 met by construction": off(found) < 1e-3,
        "growth by diffusion gives all three, by reaction not": kept["H11 gu2025"]
        >= 0.99
        > kept["H11 gu2025-b"],
        "loss of carbon does not": kept["H11 gu2025-lam"] < 0.99,
        "of the half cell's loss all is resistance": shown["bare_half"]["retention"] > 0.995,
        "of the full cell's next to none": abs(shown["bare_full"]["retention"] - full["retention"]) < 0.005,
        "efficiencies tell the films apart": low["last"]["coulombic_efficiency"]
        - found["H11 gu2025-b"]["last"]["coulombic_efficiency"]
        > 0.005,
        "more than the first cycle takes": film_per_carbon(shown["half"]) > shown["first_loss"],
        "traps cannot": kept["F06 traps"] > kept["F06 gu2025"] + 0.1,
        "starts below the paper's": at(full, "capacity_mAh_g", 1) < paper["F05"]
        and shown["lost"] < paper["F05"] * (1.0 - paper["F06"] / 100.0),
        "third cycle below the tenth": at(low, "capacity_mAh_g", 3) < at(low, "capacity_mAh_g", 10),
        "fast mode within what is required": worst_of_fast(found) < 0.005,
    }


def column(run: Found, name: str) -> np.ndarray[Any, Any]:
    """One number over the cycles."""
    return np.array(run["cycles"][name], dtype=float)


def number_of(run: Found) -> np.ndarray[Any, Any]:
    """Numbers of the cycles."""
    return np.arange(1, len(run["cycles"]["capacity_mAh_g"]) + 1)


def retention(run: Found) -> np.ndarray[Any, Any]:
    """Capacity over that of the third cycle [%]."""
    capacity = column(run, "capacity_mAh_g")
    return np.asarray(100.0 * capacity / capacity[2])


def draw_retention(found: Found) -> Any:
    """Retention of all ageings against the paper's numbers, one panel per test."""
    marks = {
        "H07": ("Half cell, 0.5 C", 200, claimed()["H07"], "reported, fitted to"),
        "H11": ("Half cell, 0.1 C", 80, None, "reported, not fitted: no decay"),
        "F06": ("Full cell, 0.2 C", 100, claimed()["F06"], "reported, fitted to"),
    }
    made, panels = figure(3)
    for ax, (claim, (title, cycles, value, label)) in zip(panels, marks.items(), strict=True):
        for number, (ageing, name) in enumerate(LABELS.items()):
            run = found[f"{claim} {ageing}"]
            line = "--" if ageing == "gu2025-lam" else "-"
            ax.plot(number_of(run), retention(run), line, color=f"C{number}", label=name)
        if value is None:
            ax.axhspan(99.0, 101.0, color="0.88", zorder=0)
            ax.plot([cycles], [100.0], "k*", markersize=10, fillstyle="none", label=label)
            ax.set_ylim(95.0, 102.0)
        else:
            ax.plot([cycles], [value], "k*", markersize=10, label=label)
            ax.set_ylim(*((55.0, 105.0) if claim == "F06" else (88.0, 102.0)))
        ax.set(xlabel="Cycle", ylabel="Capacity over cycle 3 / %", title=title)
        ax.legend(loc="lower left", fontsize="small")
    return made


def draw_split(found: Found) -> Any:
    """What the film does by its resistance and by its sodium, in both cells; efficiency and resistance."""
    made, panels = figure(3)
    for number, (claim, name) in enumerate((("H07", "half cell, 0.5 C"), ("F06", "full cell, 0.2 C"))):
        colour = f"C{number}"
        whole, bare = found[f"{claim} gu2025"], found[f"{claim} without resistance"]
        panels[0].plot(number_of(whole), retention(whole), color=colour, label=name)
        cycle = number_of(bare)
        panels[0].plot(cycle, retention(bare), "--", color=colour, label="same, film does not resist")
        efficiency = 100.0 * column(whole, "coulombic_efficiency")
        panels[1].plot(number_of(whole)[2:], efficiency[2:], color=colour, label=name)
        end = column(whole, "elapsed_h")[-1], column(whole, "film_resistance_ohm")[-1]
        panels[2].plot(*end, "o", color=colour, label=f"end of 100 cycles, {name}")
    low = found["H11 gu2025"]
    panels[2].lines[0].set_label("end of 200 cycles, half cell, 0.5 C")
    efficiency = 100.0 * column(low, "coulombic_efficiency")
    panels[1].plot(number_of(low)[2:], efficiency[2:], color="C2", label="half cell, 0.1 C")
    hours, resistance = column(low, "elapsed_h"), column(low, "film_resistance_ohm")
    panels[2].plot(hours, resistance, color="C2", zorder=0)
    panels[2].plot(hours[-1], resistance[-1], "o", color="C2", label="end of 80 cycles, half cell, 0.1 C")
    panels[0].set(
        xlabel="Cycle", ylabel="Capacity over cycle 3 / %", title="What the film's resistance costs"
    )
    panels[0].set_ylim(60.0, 105.0)
    panels[1].set(xlabel="Cycle", ylabel="Coulombic efficiency / %", title="Efficiency (predicted)")
    panels[1].set_ylim(98.0, 100.0)
    panels[2].set(
        xlabel="Time / h", ylabel="Film resistance / ohm", title="Film in the 11 mm cell (predicted)"
    )
    panels[2].set_ylim(bottom=0.0)
    for ax in panels:
        ax.legend(loc="lower right" if ax is not panels[0] else "center right", fontsize="small")
    return made


def draw_curves(found: Found) -> Any:
    """Both half cycles of some cycles, of both cells."""
    made, panels = figure(2)
    for ax, claim, title in (
        (panels[0], "H07 gu2025", "Half cell, 0.5 C"),
        (panels[1], "F06 gu2025", "Full cell, 0.2 C"),
    ):
        curves = {int(n): halves for n, halves in found[claim]["curves"].items() if int(n) != 1}
        colours = sequential_colours(len(curves))
        for (number, halves), colour in zip(sorted(curves.items()), colours, strict=True):
            for k, (capacity, voltage) in enumerate(halves):
                ax.plot(capacity, voltage, color=colour, label=f"cycle {number}" if k == 0 else None)
        ax.set(xlabel=CAPACITY_LABEL, title=title)
        longest = max(max(capacity) for halves in curves.values() for capacity, _ in halves)
        ax.set_xlim(0.0, 1.3 * longest if claim.startswith("F06") else None)
        ax.legend(loc="center right" if claim.startswith("F06") else "upper center")
    panels[0].set(ylabel=VOLTAGE_LABEL, ylim=(0.0, 1.2))
    panels[1].set(ylabel="U / V")
    return made


PICTURES = {"ageing_retention": draw_retention, "ageing_split": draw_split, "ageing_curves": draw_curves}
"""Name of each picture and what draws it."""
