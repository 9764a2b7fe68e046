"""Pictures of docs/ageing.md."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from napore.plotting import CAPACITY_LABEL, VOLTAGE_LABEL, figure, sequential_colours, style

Found = dict[str, Any]

LABELS = {
    "gu2025": "film by diffusion, resists (gu2025)",
    "gu2025-b": "film by reaction, resists (gu2025-b)",
    "gu2025-lam": "film, loss of carbon (gu2025-lam)",
}


def column(run: Found, name: str) -> np.ndarray[Any, Any]:
    """One number over the cycles."""
    return np.array(run["cycles"][name], dtype=float)


def retention(run: Found) -> np.ndarray[Any, Any]:
    """Capacity over that of the third cycle [%]."""
    capacity = column(run, "capacity_mAh_g")
    return 100.0 * capacity / capacity[2]


def draw_retention(found: Found, file: Path) -> None:
    """Retention of all ageings against the paper's numbers, one panel per test."""
    marks = {
        "H07": ("Half cell, 0.5 C", 200, 93.2, "reported, fitted to"),
        "H11": ("Half cell, 0.1 C", 80, None, "reported, not fitted: no decay"),
        "F06": ("Full cell, 0.2 C", 100, 64.5, "reported, fitted to"),
    }
    with style():
        made, panels = figure(3)
        for ax, (claim, (title, cycles, value, label)) in zip(panels, marks.items(), strict=True):
            for number, (ageing, name) in enumerate(LABELS.items()):
                run = found[f"{claim} {ageing}"]
                line = "--" if ageing == "gu2025-lam" else "-"
                ax.plot(column(run, "cycle"), retention(run), line, color=f"C{number}", label=name)
            if value is None:
                ax.axhspan(99.0, 101.0, color="0.88", zorder=0)
                ax.plot([cycles], [100.0], "k*", markersize=10, fillstyle="none", label=label)
                ax.set_ylim(95.0, 102.0)
            else:
                ax.plot([cycles], [value], "k*", markersize=10, label=label)
                ax.set_ylim(*((55.0, 105.0) if claim == "F06" else (88.0, 102.0)))
            ax.set(xlabel="Cycle", ylabel="Capacity over cycle 3 / %", title=title)
            ax.legend(loc="lower left", fontsize="small")
        made.savefig(file)


def draw_split(found: Found, file: Path) -> None:
    """What the film does by its resistance and by its sodium, in both cells; efficiency and resistance."""
    with style():
        made, panels = figure(3)
        for number, (claim, name) in enumerate((("H07", "half cell, 0.5 C"), ("F06", "full cell, 0.2 C"))):
            colour = f"C{number}"
            whole, bare = found[f"{claim} gu2025"], found[f"{claim} without resistance"]
            panels[0].plot(column(whole, "cycle"), retention(whole), color=colour, label=name)
            cycle = column(bare, "cycle")
            panels[0].plot(cycle, retention(bare), "--", color=colour, label="same, film does not resist")
            efficiency = 100.0 * column(whole, "coulombic_efficiency")
            panels[1].plot(column(whole, "cycle")[2:], efficiency[2:], color=colour, label=name)
            end = column(whole, "elapsed_h")[-1], column(whole, "film_resistance_ohm")[-1]
            panels[2].plot(*end, "o", color=colour, label=f"end of 100 cycles, {name}")
        low = found["H11 gu2025"]
        panels[2].lines[0].set_label("end of 200 cycles, half cell, 0.5 C")
        efficiency = 100.0 * column(low, "coulombic_efficiency")
        panels[1].plot(column(low, "cycle")[2:], efficiency[2:], color="C2", label="half cell, 0.1 C")
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
        made.savefig(file)


def draw_curves(found: Found, file: Path) -> None:
    """Both half cycles of some cycles, of both cells."""
    with style():
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
        made.savefig(file)


PICTURES: dict[str, Callable[[Found, Path], None]] = {
    "ageing_retention": draw_retention,
    "ageing_split": draw_split,
    "ageing_curves": draw_curves,
}
"""Name of each picture and what draws it."""
