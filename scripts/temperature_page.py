"""Write docs/temperature.md: rates from -20 to 50 C, entropy of the carbon, and heat.

``python scripts/temperature_page.py run`` simulates (about five minutes) and writes docs/data; ``page``
writes the page and its pictures from that.
"""

# ruff: noqa: E501 (sentences of the page)
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

import json

import numpy as np
import pybamm

import napore
from napore.cells import Cell, half_cell
from napore.experiments.base import header
from napore.experiments.temperature import MEASURED_C, TemperatureTest, measured
from napore.files import write_json
from napore.full_cells import load_cell

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "docs" / "data" / "temperature_gu2025.json"
PAGE = ROOT / "docs" / "temperature.md"
IMAGES = ROOT / "docs" / "images"

RATES = (0.1, 0.5, 1.0, 5.0)
CARBONS = ("fjh", "tf")
MODEL = "SPMe"
HEAT_RATE = 1.0
# the fast classes of pores are so near equilibrium that at the usual tolerances their rate, and with
# it the heat of filling, is the error of the solver
TIGHT, USUAL = 1e-9, 1e-5
# other values inside the written ranges of what is assumed
VARIATIONS = {
    "as shipped": {},
    "diffusion 50 kJ/mol": {"Carbon particle adsorbed diffusivity activation energy [J.mol-1]": 50e3},
    "pore filling 4 kJ/mol": {"Carbon electrode pore filling activation energy [J.mol-1]": 4e3},
    "pore filling 30 kJ/mol": {"Carbon electrode pore filling activation energy [J.mol-1]": 30e3},
}
PARTS = {
    "reaction": "Irreversible electrochemical heating [W]",
    "Ohmic": "Ohmic heating [W]",
    "pore filling, dissipated": "Pore filling irreversible heating [W]",
    "entropy of the reaction": "Reversible heating [W]",
    "entropy of pore filling": "Pore filling reversible heating [W]",
    "mixing": "Heat of mixing [W]",
}


def entropy(cell: Cell) -> dict[str, list[float]]:
    """Temperature derivative of the equilibrium potential over the state of charge."""
    full = float(cell.isotherm.stoichiometry(0.01))
    x = np.linspace(0.002, full, 200)
    return {
        "sodiation": list(x / full),
        "potential_V": list(cell.isotherm.potential(x)),
        "entropic_change_mV_K": list(1e3 * cell.isotherm.entropic_change(x)),
    }


def solver(tolerance: float) -> pybamm.BaseSolver:
    """Solver of a relative tolerance, the absolute one a tenth of it as by default."""
    return pybamm.IDAKLUSolver(rtol=tolerance, atol=tolerance / 10)


def heat(name: str) -> dict[str, Any]:
    """Heat of one half cycle at 1 C, by cause, over its capacity and in total."""
    options = {"calculate heat source for isothermal models": "true", "heat of mixing": "true"}
    cell = load_cell(name, MODEL, options)
    low, high = cell.cut_offs
    ends = (low, high) if cell.first_sign > 0 else (high, low)
    current = cell.first_sign * cell.one_C_current * HEAT_RATE
    steps = [
        pybamm.step.current(sign * current, duration=7200 / HEAT_RATE, termination=f"{end} V")
        for sign, end in zip((1, -1), ends, strict=True)
    ]
    solution = cell.simulation(pybamm.Experiment([tuple(steps)]), solver=solver(TIGHT)).solve(calc_esoh=False)
    found: dict[str, Any] = {"directions": list(cell.directions), "rate_C": HEAT_RATE, "halves": []}
    for step in solution.cycles[0].steps:
        t = np.linspace(float(step.t[0]), float(step.t[-1]), 150)
        charge = abs(current) * (t - t[0]) / 3.6 / (1e3 * cell.active_mass)
        power = {cause: np.asarray(step[name](t)) for cause, name in PARTS.items()}
        work = float(np.trapezoid(np.abs(step["Current [A]"](t) * step["Voltage [V]"](t)), t))
        found["halves"].append(
            {
                "capacity_mAh_g": list(charge),
                "heat_W_g": {cause: list(1e-3 * p / cell.active_mass) for cause, p in power.items()},
                "heat_over_work": {cause: float(np.trapezoid(p, t)) / work for cause, p in power.items()},
            }
        )
    return found


def without_casing(name: str, tolerance: float) -> dict[str, float]:
    """Warming of a cell of its own heat capacity that loses none, over one cycle at 1 C and at 5 C [K]."""
    found = {}
    for rate in (1.0, 5.0):
        cell = load_cell(
            name, MODEL, {"thermal": "lumped"}, {"Total heat transfer coefficient [W.m-2.K-1]": 0.0}
        )
        thickness = float(cell.parameter_values.evaluate(pybamm.LithiumIonParameters().L))
        cell.parameter_values["Cell volume [m3]"] = thickness * cell.area
        low, high = cell.cut_offs
        ends = (low, high) if cell.first_sign > 0 else (high, low)
        current = cell.first_sign * cell.one_C_current * rate
        steps = [
            pybamm.step.current(sign * current, duration=7200 / rate, termination=f"{end} V")
            for sign, end in zip((1, -1), ends, strict=True)
        ]
        simulation = cell.simulation(pybamm.Experiment([tuple(steps)]), solver=solver(tolerance))
        solution = simulation.solve(calc_esoh=False)
        T = solution["Volume-averaged cell temperature [K]"].data
        found[f"{rate:g}"] = float(T[-1] - T[0])
    return found


def by_temperature(test: TemperatureTest) -> list[dict[str, Any]]:
    """Rates of a test at each temperature."""
    return [
        {"temperature_C": T, "measured_range": measured(T), "rates": one.to_dict()["rates"]}
        for T, one in test.tests.items()
    ]


def run() -> None:
    """Simulate and write the data."""
    cells = {name: half_cell(name, MODEL) for name in CARBONS}
    content: dict[str, Any] = {**header(cells["fjh"]), "model": MODEL}
    content["rates"] = {}
    for name, cell in cells.items():
        content["rates"][name] = by_temperature(napore.temperature_test(cell, RATES))
        print(name, flush=True)
    content["variations"] = {}
    for label, numbers in VARIATIONS.items():
        test = napore.temperature_test(
            half_cell("fjh", MODEL, parameters=numbers), (1.0, 5.0), (-20.0, 0.0, 25.0, 50.0)
        )
        content["variations"][label] = by_temperature(test)
        print(label, flush=True)
    content |= equilibrium_and_heat(cells)
    write_json(DATA, content)


def rounded(value: Any) -> Any:
    """Numbers with six digits, so that the file stays small."""
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def equilibrium_and_heat(cells: dict[str, Cell]) -> dict[str, Any]:
    """Entropy of the carbons, heat at 1 C, warming without losses."""
    content: dict[str, Any] = {}
    content["entropy"] = {name: entropy(cell) for name, cell in cells.items()}
    content["heat"] = {name: heat(name) for name in ("fjh", "fjh-nvp")}
    for key, tolerance in {"": TIGHT, " at the usual tolerance": USUAL}.items():
        found = {name: without_casing(name, tolerance) for name in ("fjh", "fjh-nvp")}
        content[f"adiabatic_warming_K{key}"] = found
    return dict(rounded(content))


def draw(content: dict[str, Any]) -> None:
    """Pictures of capacity, entropy and heat."""
    from napore.plotting import CAPACITY_LABEL, figure, sequential_colours

    made, axes = figure(2)
    for ax, (name, temperatures) in zip(axes, content["rates"].items(), strict=True):
        for place, colour in enumerate(sequential_colours(len(RATES))):
            x = [row["temperature_C"] for row in temperatures]
            y = [row["rates"][place]["capacity_mAh_g"] for row in temperatures]
            ax.plot(x, y, "o-", color=colour, fillstyle="none", label=f"{RATES[place]:g} C")
            measured = x.index(MEASURED_C[0])
            ax.plot(x[measured], y[measured], "o", color=colour)
        ax.set(xlabel="Temperature / °C", ylabel=CAPACITY_LABEL, title=name.upper(), ylim=(0, 420))
        ax.legend(ncols=2, loc="upper left")
    save(made, "rates")
    made, (ax,) = figure(1)
    for name, found in content["entropy"].items():
        ax.plot(found["sodiation"], found["entropic_change_mV_K"], label=name.upper())
    ax.axhline(0.0, color="0.6", lw=0.8)
    ax.set(
        xlabel="State of sodiation (1 at 0.01 V)",
        ylabel="d$U$/d$T$ / mV K$^{-1}$",
        title="Entropy coefficient of the carbon",
        ylim=(-0.3, 0.45),
    )
    ax.legend()
    save(made, "entropy")
    found = content["heat"]["fjh"]
    made, axes = figure(2)
    for ax, half, direction in zip(axes, found["halves"], found["directions"], strict=True):
        for cause, power in half["heat_W_g"].items():
            ax.plot(half["capacity_mAh_g"], 1e3 * np.asarray(power), label=cause)
        ax.axhline(0.0, color="0.6", lw=0.8)
        ax.set(
            xlabel=CAPACITY_LABEL,
            ylabel="Heat / mW g$^{-1}$",
            title=f"FJH, {direction} at 1 C",
            ylim=(-45, 85),
        )
    axes[0].legend(fontsize="x-small", ncols=2, loc="upper left")
    save(made, "heat")


def save(made: Any, name: str) -> None:
    """Write a picture of the page."""
    made.savefig(IMAGES / f"temperature_{name}.png", dpi=150)


def capacities(temperatures: list[dict[str, Any]], places: list[int]) -> list[str]:
    """Rows of a table, one per temperature."""
    lines = []
    for row in temperatures:
        found = [f"{row['rates'][place]['capacity_mAh_g']:.0f}" for place in places]
        where = "measured (rates)" if row["measured_range"] else "outside, predicted"
        lines.append(f"| {row['temperature_C']:g} | {where} | " + " | ".join(found) + " |")
    return lines


def check(content: dict[str, Any]) -> None:
    """Refuse to write a page whose words are no longer those of the numbers."""
    at = {
        (name, row["temperature_C"], point["rate_C"]): point["capacity_mAh_g"]
        for name, rows in content["rates"].items()
        for row in rows
        for point in row["rates"]
    }
    fjh = content["entropy"]["fjh"]
    plateau = [
        s for x, s in zip(fjh["sodiation"], fjh["entropic_change_mV_K"], strict=True) if 0.3 <= x <= 0.9
    ]
    halves = [half["heat_over_work"] for half in content["heat"]["fjh"]["halves"]]
    exact, usual = (
        content[f"adiabatic_warming_K{key}"]["fjh"]["1"] for key in ("", " at the usual tolerance")
    )
    said = {
        "the usual tolerance does not do for heat": abs(usual / exact - 1) > 0.1,
        "FJH keeps more than TF in the cold": at["fjh", -20, 1.0] / at["fjh", 25, 1.0]
        > at["tf", -20, 1.0] / at["tf", 25, 1.0],
        "5 C loses the plateau at 0 C": at["fjh", 0, 5.0] < 0.5 * at["fjh", 25, 5.0],
        "entropy small on the plateau": max(np.abs(plateau)) < 0.1,
        "smallest at the full end": int(np.argmin(fjh["entropic_change_mV_K"])) == len(fjh["sodiation"]) - 1,
        "largest at the empty end": int(np.argmax(fjh["entropic_change_mV_K"])) == 0,
        "two entropies cancel": all(
            abs(h["entropy of the reaction"] + h["entropy of pore filling"])
            < 0.05 * abs(h["entropy of the reaction"])
            for h in halves
        ),
    }
    wrong = [what for what, holds in said.items() if not holds]
    if wrong:
        raise ValueError(f"the page says, but the numbers do not: {'; '.join(wrong)}")


def page() -> None:
    """Write the page from the data."""
    content = json.loads(DATA.read_text())
    check(content)
    draw(content)
    at = {(n, row["temperature_C"]): row["rates"] for n, rows in content["rates"].items() for row in rows}

    def capacity(name: str, temperature: float, rate: float) -> float:
        return float(at[name, temperature][RATES.index(rate)]["capacity_mAh_g"])

    fjh = content["entropy"]["fjh"]
    plateau = [
        s for x, s in zip(fjh["sodiation"], fjh["entropic_change_mV_K"], strict=True) if 0.3 <= x <= 0.9
    ]
    end = fjh["entropic_change_mV_K"][-1]
    cold = [rows[0]["rates"][0]["capacity_mAh_g"] for rows in content["variations"].values()]
    warm = content["adiabatic_warming_K"]
    usual = content["adiabatic_warming_K at the usual tolerance"]
    lines = [
        "# Temperature and heat",
        "",
        f"`python scripts/temperature_page.py run`, then `page`; {content['model']}, napore {content['napore']}, "
        f"PyBaMM {content['pybamm']}. The paper's rates are of 25 °C: every other row is a prediction.",
        "",
        "## Findings",
        "",
        f"- At 1 C FJH keeps {capacity('fjh', -20, 1.0):.0f} of {capacity('fjh', 25, 1.0):.0f} mAh/g at -20 °C, TF "
        f"{capacity('tf', -20, 1.0):.0f} of {capacity('tf', 25, 1.0):.0f}. At 5 C FJH falls from "
        f"{capacity('fjh', 25, 5.0):.0f} to {capacity('fjh', 0, 5.0):.0f} mAh/g at 0 °C: polarisation takes the plateau "
        "below the cut-off.",
        "- FJH's 9.76 kJ/mol of charge transfer is below the electrolyte's own barrier of 12 to 17 kJ/mol: an apparent "
        "value, good inside the measured range only, and that range is not in the text. Part of what FJH gains over TF in the "
        "cold rests on it.",
        "- Activation energies of diffusion and of pore filling are not measured on these carbons; inside their written "
        f"ranges they move FJH's 1 C at -20 °C from {min(cold):.0f} to {max(cold):.0f} mAh/g (last table of capacity).",
        f"- The entropy coefficient is small on the plateau, {min(plateau):.2f} to {max(plateau):.2f} mV/K from 30 to 90 % "
        f"sodiated, and {max(fjh['entropic_change_mV_K']):.1f} mV/K at the empty, {end:.1f} at the full end. It is the configurational entropy "
        "of the isotherm: no calorimetry entered it.",
        "- Entropy of the reaction and of pore filling nearly cancel on the plateau; PyBaMM's own heat sources hold the "
        'first alone. With both, and with the option "heat of mixing", integral I V + heat + change of enthalpy closes '
        "(see [verification](verification.md)).",
        f"- A cell that loses no heat (electrodes, foils, separator, no casing) warms in one cycle by {warm['fjh']['1']:.2f} K "
        f"(half cell) and {warm['fjh-nvp']['1']:.2f} K (full cell) at 1 C, {warm['fjh']['5']:.2f} and "
        f"{warm['fjh-nvp']['5']:.2f} K at 5 C; casing and air leave a coin cell less.",
        f"- **Heat needs a tighter solver than capacity.** The fast classes of pores stay so near equilibrium that at the relative "
        f"tolerance of {USUAL:g}, which does for the rest, their heat is mostly the solver's error: the half cell would warm by {usual['fjh']['1']:.2f} instead of "
        f"{warm['fjh']['1']:.2f} K at 1 C, the full cell by {usual['fjh-nvp']['1']:.2f} instead of {warm['fjh-nvp']['1']:.2f} K. A model that "
        f"computes heat is therefore solved at 1e-8 by default (`model.default_solver`); heat and warming here are of {TIGHT:g}.",
        "",
        "## Capacity",
        "",
        "![Capacity over temperature](images/temperature_rates.png)",
        "",
        "*Desodiation capacity. Full marks: temperature of the paper's rates; open: outside, predicted.*",
    ]
    for name in CARBONS:
        head = " | ".join(f"{rate:g} C" for rate in RATES)
        lines += [
            "",
            f"**{name.upper()}** (mAh/g)",
            "",
            f"| °C | range | {head} |",
            "|" + " --- |" * (2 + len(RATES)),
        ]
        lines += capacities(content["rates"][name], list(range(len(RATES))))
    lines += [
        "",
        "FJH at 1 C with other activation energies inside their ranges (mAh/g):",
        "",
        "| activation energy | -20 °C | 0 °C | 25 °C | 50 °C |",
        "| --- | --- | --- | --- | --- |",
    ]
    for label, rows in content["variations"].items():
        found = " | ".join(f"{row['rates'][0]['capacity_mAh_g']:.0f}" for row in rows)
        lines.append(f"| {label} | {found} |")
    lines += [
        "",
        "## Entropy and heat",
        "",
        "![Entropy coefficient](images/temperature_entropy.png)",
        "",
        "![Heat by cause](images/temperature_heat.png)",
        "",
        "Heat over electrical work, FJH half cell and full cell at 1 C [%]:",
        "",
        "| cause | "
        + " | ".join(f"{n}, {d}" for n, h in content["heat"].items() for d in h["directions"])
        + " |",
        "|" + " --- |" * 5,
    ]
    for cause in PARTS:
        shares = [half["heat_over_work"][cause] for h in content["heat"].values() for half in h["halves"]]
        lines.append(f"| {cause} | " + " | ".join(f"{100 * share:.2f}" for share in shares) + " |")
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    {"run": run, "page": page}[sys.argv[1]]()
