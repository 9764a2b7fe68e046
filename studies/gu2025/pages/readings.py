"""Both readings of the paper's full cell on docs/energy_check.md: table, arithmetic and picture."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from napore import full_cell, plotting
from napore.experiments.masses import masses
from napore.full_cells import FORMATIONS

from .. import data
from ..full_cell_predictions import SLOW, SLOWEST, reported_value

WORDS = {"stated": "stated", "precycled": "pre-cycled"}
SETS = {"fjh-nvp": "fjh", "fjh-b-nvp": "fjh-b"}
NEAR = 0.02
ACTIVE, COATINGS = "energy_Wh_kg_active", "energy_Wh_kg_electrodes"

Row = Mapping[str, Any]


def found_readings() -> dict[str, Any]:
    """The datum."""
    return data.read("readings")


def mass_per_cathode() -> dict[str, float]:
    """Mass that an energy is divided by, per gram of NVP, by basis."""
    made = masses(full_cell("fjh", "NVP", reported_value("F01"), model="SPM"))
    return {"active masses": made.active / made.cathode, "coatings": made.coatings / made.cathode}


def arithmetic() -> list[list[str]]:
    """What two of the three reported numbers mean for the third, on each mass."""
    energy, voltage, capacity = (reported_value(key) for key in ("F02", "F03", "F05"))
    return [
        [
            basis,
            f"{share:.3f}",
            f"{energy * share / capacity:.2f} V",
            f"{energy * share / voltage:.1f} mAh/g",
            f"{capacity * voltage / share:.0f} Wh/kg",
        ]
        for basis, share in mass_per_cathode().items()
    ]


def deviation(value: float | None, claim: str) -> str:
    """A number with its deviation from a reported one."""
    if value is None:
        return "-"
    digits = 3 if claim == "F03" else 1
    return f"{value:.{digits}f} ({100.0 * (value / reported_value(claim) - 1.0):+.1f} %)".replace("-", "−")


def cell_rows(found: Mapping[str, Any]) -> list[list[str]]:
    """Every cell of the table at 0.05 and 0.2 C."""
    return [
        [
            WORDS[one["reading"]],
            SETS[one["cell"]],
            f"{one['usable_capacity_mAh_g_cathode']:g}",
            f"{one['rate_C']:g}",
            deviation(one[ACTIVE], "F02"),
            deviation(one[COATINGS], "F02"),
            deviation(one["capacity_mAh_g_cathode"], "F05"),
            deviation(one["mean_voltage_V"], "F03"),
        ]
        for one in found["cells"]
        if one["rate_C"] in (SLOWEST, SLOW)
    ]


def near(found: Mapping[str, Any]) -> dict[tuple[str, str], list[str]]:
    """Cells within 2 % of both energy and capacity, by reading and basis."""
    made: dict[tuple[str, str], list[str]] = {(r, b): [] for r in FORMATIONS for b in (ACTIVE, COATINGS)}
    for one in found["cells"]:
        if one["rate_C"] not in (SLOWEST, SLOW):
            continue
        for basis in (ACTIVE, COATINGS):
            gaps = (
                one[basis] / reported_value("F02") - 1.0,
                one["capacity_mAh_g_cathode"] / reported_value("F05") - 1.0,
            )
            if max(map(abs, gaps)) <= NEAR:
                usable = one["usable_capacity_mAh_g_cathode"]
                name = f"{SETS[one['cell']]} with {usable:g} at {one['rate_C']:g} C"
                made[one["reading"], basis].append(name)
    return made


def span(found: Mapping[str, Any], reading: str, column: str) -> tuple[float, float]:
    """Least and largest of a column at 0.05 and 0.2 C."""
    values = [
        float(one[column])
        for one in found["cells"]
        if one["reading"] == reading and one["rate_C"] in (SLOWEST, SLOW)
    ]
    return min(values), max(values)


def voltage_rows(found: Mapping[str, Any]) -> list[list[str]]:
    """Voltages that are told apart, set fjh with 115 mAh/g of NVP."""
    names = ("mean_voltage_V", "mean_charge_voltage_V", "midpoint_voltage_V", "peak_voltage_V")
    return [
        [WORDS[one["reading"]], f"{one['rate_C']:g}", *(deviation(one[name], "F03") for name in names)]
        for one in found["cells"]
        if one["cell"] == "fjh-nvp" and one["usable_capacity_mAh_g_cathode"] == 115.0
    ]


def metal_rows(found: Mapping[str, Any]) -> list[list[str]]:
    """Charge and discharge at 6 C with plating."""
    return [
        [
            WORDS[one["reading"]],
            SETS[one["cell"]],
            f"{one['usable_capacity_mAh_g_cathode']:g}",
            deviation(one["capacity_mAh_g_cathode"], "F04"),
            f"{1e3 * one['plating_margin_V']:.0f}".replace("-", "−"),
            f"{one['plated_mAh_g']:.2f}",
            f"{abs(one['plated_left_mAh_g']):.3f}",
        ]
        for one in found["cells"]
        if one["rate_C"] not in (SLOWEST, SLOW)
    ]


def claim_rows(found: Mapping[str, Any]) -> list[list[str]]:
    """Claims on the full cell, one beside the other reading."""

    def shown(value: Any) -> str:
        return "-" if value is None else f"{value:.4g}"

    stated, cycled = (found["claims"][reading] for reading in FORMATIONS)
    return [
        [
            one["id"],
            one["quantity"],
            f"{shown(one['reported'])} {one['unit']}",
            *(
                part
                for claim in (one, other)
                for part in (
                    shown(claim["simulated"]),
                    shown(claim["simulated_on_coatings"]),
                    claim["verdict"],
                )
            ),
        ]
        for one, other in zip(stated, cycled, strict=True)
    ]


def draw(found: Mapping[str, Any]) -> Any:
    """Capacity and energy of every cell, on both masses, beside the reported pair and its arithmetic."""
    del found  # of the page; the readings have a datum of their own
    cells = found_readings()["cells"]
    figure, axes = plotting.figure(2)
    figure.set_size_inches(9.6, 3.8)
    charge = np.linspace(86.0, 119.0, 2)
    energy, capacity = reported_value("F02"), reported_value("F05")
    for ax, (basis, share), column in zip(axes, mass_per_cathode().items(), (ACTIVE, COATINGS), strict=True):
        for reading, marker in zip(FORMATIONS, ("o", "s"), strict=True):
            for number, (cell, name) in enumerate(SETS.items()):
                some = [
                    one
                    for one in cells
                    if (one["reading"], one["cell"]) == (reading, cell) and one["rate_C"] in (SLOWEST, SLOW)
                ]
                ax.plot(
                    [one["capacity_mAh_g_cathode"] for one in some],
                    [one[column] for one in some],
                    marker,
                    color=f"C{number}",
                    fillstyle="full" if reading == FORMATIONS[0] else "none",
                    label=f"{WORDS[reading]}, {name}",
                )
        for volt in (3.0, 3.2, reported_value("F03")):
            ax.plot(charge, charge * volt / share, color="0.8", linewidth=0.8, zorder=0)
            ax.annotate(f"{volt:g} V", (charge[1], charge[1] * volt / share), fontsize=7, color="0.4")
        ax.plot(capacity, energy, "X", color="C3", markersize=8, label="reported")
        ax.set(xlabel="Q / mAh g$^{-1}$ (NVP)", ylabel="Energy / Wh kg$^{-1}$", title=f"per kg of {basis}")
    axes[0].legend(fontsize=7, loc="upper left")
    return figure


def facts() -> dict[str, Any]:
    """Numbers and rows of the template."""
    found = found_readings()
    cells = {
        reading: next(
            one
            for one in found["cells"]
            if one["reading"] == reading
            and one["cell"] == "fjh-nvp"
            and one["usable_capacity_mAh_g_cathode"] == 115.0
            and one["rate_C"] == SLOW
        )
        for reading in FORMATIONS
    }
    return {
        "read": cells,
        "reading_arithmetic": arithmetic(),
        "reading_cells": cell_rows(found),
        "reading_claims": claim_rows(found),
        "reading_voltages": voltage_rows(found),
        "reading_metal": metal_rows(found),
        "near": {f"{r}, {b}": names for (r, b), names in near(found).items()},
        "span": lambda reading, column: span(found, reading, column),
        "both_voltages": [row[2] for row in arithmetic()],
    }


def said() -> dict[str, bool]:
    """What the words of the readings say of the numbers."""
    found = found_readings()
    low, high = span(found, FORMATIONS[1], COATINGS)
    least, most = span(found, FORMATIONS[1], "capacity_mAh_g_cathode")
    active = span(found, FORMATIONS[1], ACTIVE)
    return {
        "the pre-cycled range on coatings holds the reported energy": low <= reported_value("F02") <= high,
        "the pre-cycled range holds the reported capacity": least <= reported_value("F05") <= most,
        "on active masses the pre-cycled cell lies above it": active[1] > reported_value("F02"),
        "no voltage of the stated cell with all numbers": span(
            found, FORMATIONS[0], "capacity_mAh_g_cathode"
        )[1]
        < reported_value("F05"),
    }
