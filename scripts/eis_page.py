"""Simulate the impedance of both carbons (run), and write docs/eis.md with its pictures (page).

python scripts/eis_page.py run    # docs/data/eis_gu2025.json, about two minutes
python scripts/eis_page.py page   # docs/eis.md, docs/images/eis_*.png
"""

# ruff: noqa: E501 (prose)

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
FINDINGS = ROOT / "docs" / "data" / "eis_gu2025.json"
PAGE = ROOT / "docs" / "eis.md"
IMAGES = ROOT / "docs" / "images"
MODEL = "DFN"
CARBONS = ("fjh", "tf")
VOLTAGES_V = (0.02, 0.05, 0.1, 0.3, 0.6, 1.0)
TEMPERATURES_C = (5.0, 15.0, 25.0, 35.0, 45.0)
CAPACITY = "Carbon electrode double-layer capacity [F.m-2]"
FOIL_CAPACITY = "Negative electrode double-layer capacity [F.m-2]"
PER_BET_F_M2 = (0.005, 0.01, 0.03, 0.05, 0.1, 0.2)


def per_bet_area(carbon: str) -> float:
    """BET area over the surface of the model's spheres [-]."""
    from napore.parameters.reported import reported
    from napore.parameters.sets import load_set

    bet = next(float(row.value or 0.0) for row in reported() if row.id == f"S02.{carbon}")
    numbers = load_set(carbon).numbers
    density, radius = numbers["Carbon electrode true density [kg.m-3]"], numbers["Carbon particle radius [m]"]
    return 1000.0 * bet * density * radius / 3.0


def expected_ohm(carbon: str) -> float:
    """RT/(F A i0) of carbon and foil with the set's exchange-current densities [ohm], 25 C."""
    from napore.models.constants import FARADAY, GAS_CONSTANT, REFERENCE_TEMPERATURE
    from napore.parameters.sets import load_set

    n = load_set(carbon).numbers
    disc = np.pi * (n["Electrode disc diameter [m]"] / 2) ** 2
    volume = n["Carbon electrode areal loading [kg.m-2]"] / n["Carbon electrode true density [kg.m-3]"] * disc
    surface = 3.0 * volume / n["Carbon particle radius [m]"]
    carbon_current = n["Carbon electrode reference exchange-current density [A.m-2]"] * surface
    foil_current = n["Sodium metal reference exchange-current density [A.m-2]"] * disc
    return float(GAS_CONSTANT * REFERENCE_TEMPERATURE / FARADAY * (1 / carbon_current + 1 / foil_current))


def run() -> None:
    """Everything that the page says, from simulation."""
    from napore.cells import half_cell
    from napore.experiments import eis
    from napore.experiments.circuits import has_sloping_line
    from napore.full_cells import full_cell

    found: dict[str, Any] = {"carbons": {}, "capacities": {}, "full": {}}
    for carbon in (*CARBONS, "fjh-b"):
        test = eis(half_cell(carbon, MODEL), voltages_V=VOLTAGES_V)
        rows = []
        for spectrum in test.spectra:
            row = {name: value for name, value in spectrum.to_dict().items() if name != "parts_ohm"}
            row["sloping_line"] = has_sloping_line(spectrum.frequency_Hz, spectrum.impedance_ohm)
            rows.append(row)
        found["carbons"][carbon] = {
            "spectra": rows,
            "header": dict(test.header),
            "expected_ohm": expected_ohm(carbon),
        }
        print(test.table().to_string())
    for carbon in CARBONS:
        test = eis(half_cell(carbon, MODEL), voltages_V=0.3, temperatures_C=TEMPERATURES_C)
        found["carbons"][carbon]["temperatures"] = [
            {
                "temperature_K": s.temperature_K,
                "total_ohm": s.charge_transfer_resistance_ohm,
                "carbon_ohm": s.carbon_charge_transfer_resistance_ohm,
            }
            for s in test.spectra
        ]
        found["carbons"][carbon]["activation_energy_J_mol"] = test.activation_energy_J_mol
        found["carbons"][carbon]["apparent_activation_energy_J_mol"] = test.apparent_activation_energy_J_mol
        area = per_bet_area(carbon)
        counts = []
        for per_bet in PER_BET_F_M2:
            made = half_cell(carbon, "SPMe", parameters={CAPACITY: per_bet * area})
            arcs = [len(s.arcs_Hz) for s in eis(made, voltages_V=VOLTAGES_V).spectra]
            counts.append({"per_bet_F_m2": per_bet, "capacity_F_m2": per_bet * area, "arcs": arcs})
        found["capacities"][carbon] = counts
        print(carbon, counts)
    import pybamm

    frequencies = [1e3, 10.0, 0.1]
    for model in ("SPMe", "DFN"):
        made = full_cell("fjh", "NVP", 0.4, model=model, options={"surface form": "differential"})
        theirs = pybamm.EISSimulation(made.model, parameter_values=made.parameter_values).solve(frequencies)
        ours = eis(made, soc=0.0, frequencies_Hz=frequencies).spectra[0].impedance_ohm
        found["full"][model] = {
            "frequency_Hz": frequencies,
            "pybamm_ohm": [abs(Z) for Z in theirs.impedance],
            "napore_ohm": np.abs(ours).tolist(),
        }
        print(model, found["full"][model])
    FINDINGS.write_text(json.dumps(found, indent=1, default=float) + "\n", encoding="utf-8")


def pictures(found: dict[str, Any]) -> None:
    """Nyquist of both carbons, resistances over voltage, Arrhenius."""
    from napore.experiments.eis_pictures import draw_arrhenius, draw_resistances
    from napore.experiments.eis_results import Spectrum, draw_nyquist
    from napore.plotting import figure, style

    def spectra(carbon: str) -> list[Spectrum]:
        return [
            Spectrum(
                row["soc"],
                row["voltage_V"],
                row["temperature_K"],
                np.array(row["frequency_Hz"]),
                np.array(row["z_real_ohm"]) + 1j * np.array(row["z_imag_ohm"]),
            )
            for row in found["carbons"][carbon]["spectra"]
        ]

    names = {"fjh": "anthracite-FJH", "tf": "anthracite-TF"}
    with style():
        made, axes = figure(2)
        for ax, carbon in zip(axes, CARBONS, strict=True):
            drawn = spectra(carbon)
            draw_nyquist(drawn, f"{names[carbon]} against sodium, 25 °C, {MODEL}", ax)
            reach = 2.3 * max(
                r["charge_transfer_resistance_ohm"] for r in found["carbons"][carbon]["spectra"]
            )
            ax.set(xlim=(0.0, reach * 0.8), ylim=(0.0, reach * 0.6))
            middle = drawn[VOLTAGES_V.index(0.3)]
            for part, side, top in zip(("foil", "carbon"), ("right", "center"), middle.arcs_Hz, strict=True):
                Z = middle.impedance_ohm[int(np.argmin(np.abs(middle.frequency_Hz - top)))]
                ax.annotate(part, (Z.real, -Z.imag), (0, 8), textcoords="offset points", ha=side)
        made.savefig(IMAGES / "eis_nyquist.png")
        made, axes = figure(2)
        for ax, carbon in zip(axes, CARBONS, strict=True):
            rows = found["carbons"][carbon]["spectra"]
            total = [(r["voltage_V"], r["charge_transfer_resistance_ohm"]) for r in rows]
            own = [(r["voltage_V"], r["carbon_charge_transfer_resistance_ohm"]) for r in rows]
            foil = [(V, R - C) for (V, R), (_, C) in zip(total, own, strict=True)]
            curves = {"carbon and foil": total, "carbon, reference electrode": own, "difference: foil": foil}
            draw_resistances(curves, names[carbon], ax, (18.0, 22.0) if carbon == "fjh" else None)
        made.savefig(IMAGES / "eis_resistances.png")
        made, (ax,) = figure(1)
        curves_T: dict[str, Any] = {}
        for carbon in CARBONS:
            data = found["carbons"][carbon]
            for label, key, energy in (
                ("carbon", "carbon_ohm", "activation_energy_J_mol"),
                ("carbon and foil", "total_ohm", "apparent_activation_energy_J_mol"),
            ):
                points = [(row["temperature_K"], row[key]) for row in data["temperatures"]]
                curves_T[f"{carbon.upper()}, {label}"] = (points, data[energy])
        draw_arrhenius(curves_T, ax)
        made.savefig(IMAGES / "eis_arrhenius.png")


def row(*cells: Any) -> str:
    """One row of a Markdown table."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def resistances(found: dict[str, Any], carbon: str) -> list[str]:
    """Table of one carbon."""
    lines = [
        row(
            "E / V", "carbon and foil / ohm", "carbon / ohm", "misfit", "arcs at / Hz", "line", "KK residual"
        ),
        row(*["---"] * 7),
    ]
    for r in found["carbons"][carbon]["spectra"]:
        error = r["standard_error_ohm"]
        lines.append(
            row(
                f"{r['voltage_V']:.2f}",
                f"{r['charge_transfer_resistance_ohm']:.2f}" + ("" if error is None else f" ± {error:.2f}"),
                f"{r['carbon_charge_transfer_resistance_ohm']:.2f}",
                f"{100 * r['circuit_residual']:.2f} %",
                ", ".join(f"{f:.3g}" for f in r["arcs_Hz"]),
                "yes" if r["sloping_line"] else "no",
                f"{100 * r['kramers_kronig_residual']:.2f} %",
            )
        )
    return lines


def shares_apart(found: dict[str, Any]) -> list[float]:
    """Double layers per BET area with which both carbons show two arcs at every voltage [F/m2]."""
    pairs = zip(*(found["capacities"][carbon] for carbon in CARBONS), strict=True)
    return [pair[0]["per_bet_F_m2"] for pair in pairs if all(set(one["arcs"]) == {2} for one in pair)]


def merged(found: dict[str, Any]) -> str:
    """Where the slow arc merges with its tail with more double layer than that, in words."""
    said = []
    for carbon in CARBONS:
        for one in found["capacities"][carbon]:
            at = [f"{E:g}" for E, arcs in zip(VOLTAGES_V, one["arcs"], strict=True) if arcs < 2]
            if at and one["per_bet_F_m2"] > shares_apart(found)[-1]:
                said.append(f"{carbon.upper()}'s at {' and '.join(at)} V with {one['per_bet_F_m2']:g}")
    return ", ".join(said)


def check(found: dict[str, Any]) -> None:
    """Refuse to write a page whose words are no longer those of the numbers."""
    spectra = {c: found["carbons"][c]["spectra"] for c in (*CARBONS, "fjh-b")}
    totals = {c: [r["charge_transfer_resistance_ohm"] for r in rows] for c, rows in spectra.items()}
    arcs = {c: {n["per_bet_F_m2"]: n["arcs"] for n in found["capacities"][c]} for c in CARBONS}
    apart = shares_apart(found)
    ohm = {m: found["full"][m] for m in ("SPMe", "DFN")}
    said = {
        "TF larger at every voltage": min(totals["tf"]) > max(*totals["fjh"], *totals["fjh-b"]),
        "resistances flat": all(max(R) < 1.05 * min(R) for R in totals.values()),
        "a two-electrode cell shows more than the carbon": all(
            found["carbons"][c]["apparent_activation_energy_J_mol"]
            > found["carbons"][c]["activation_energy_J_mol"]
            for c in CARBONS
        ),
        "two arcs at every voltage in the middle of the range": 0.05 in apart
        and apart == [share for share in PER_BET_F_M2 if apart[0] <= share <= apart[-1]],
        "the largest deviation is that of TF at 0.02 V": max(
            (abs(R / found["carbons"][c]["expected_ohm"] - 1), c, round(row["voltage_V"], 6))
            for c in CARBONS
            for R, row in zip(totals[c], spectra[c], strict=True)
        )[1:]
        == ("tf", 0.02),
        "one arc with less": all(
            set(arcs[c][share]) == {1} for c in CARBONS for share in PER_BET_F_M2 if share < apart[0]
        ),
        "PyBaMM's value in the SPMe is off": ohm["SPMe"]["pybamm_ohm"][1] < 0.8 * ohm["SPMe"]["napore_ohm"][1]
        and abs(ohm["SPMe"]["napore_ohm"][1] / ohm["DFN"]["napore_ohm"][1] - 1) < 0.02,
    }
    wrong = [what for what, holds in said.items() if not holds]
    if wrong:
        raise ValueError(f"the page says, but the numbers do not: {'; '.join(wrong)}")


def page() -> None:
    """Write the page from the findings."""
    found = json.loads(FINDINGS.read_text("utf-8"))
    check(found)
    pictures(found)
    fjh, tf = found["carbons"]["fjh"], found["carbons"]["tf"]
    totals = [r["charge_transfer_resistance_ohm"] for r in fjh["spectra"]]
    owns = [r["carbon_charge_transfer_resistance_ohm"] for r in fjh["spectra"]]
    second = [r["charge_transfer_resistance_ohm"] for r in found["carbons"]["fjh-b"]["spectra"]]
    tf_totals = [r["charge_transfer_resistance_ohm"] for r in tf["spectra"]]
    expected = {c: found["carbons"][c]["expected_ohm"] for c in CARBONS}
    off = max(
        abs(r["charge_transfer_resistance_ohm"] / expected[c] - 1)
        for c in CARBONS
        for r in found["carbons"][c]["spectra"]
    )
    tops = np.array([r["arcs_Hz"] for r in fjh["spectra"] if len(r["arcs_Hz"]) == 2])
    worst = max(r["kramers_kronig_residual"] for c in CARBONS for r in found["carbons"][c]["spectra"])
    two = all(
        len(r["arcs_Hz"]) == 2 and r["sloping_line"] for c in CARBONS for r in found["carbons"][c]["spectra"]
    )
    energies = {c: found["carbons"][c]["activation_energy_J_mol"] / 1000 for c in CARBONS}
    apparent = {c: found["carbons"][c]["apparent_activation_energy_J_mol"] / 1000 for c in CARBONS}
    counts = [row("F/m2 of BET area", "FJH", "TF"), row(*["---"] * 3)]
    for a, b in zip(found["capacities"]["fjh"], found["capacities"]["tf"], strict=True):
        counts.append(row(f"{a['per_bet_F_m2']:g}", *(", ".join(map(str, c["arcs"])) for c in (a, b))))
    full = found["full"]["SPMe"]
    apart = shares_apart(found)
    foil = 100.0 * (1.0 - sum(owns) / sum(totals))
    area = {c: per_bet_area(c) for c in CARBONS}
    text = [
        "# Impedance of the two carbons",
        "",
        "Written by `scripts/eis_page.py page` from `docs/data/eis_gu2025.json`, which `scripts/eis_page.py run` regenerates.",
        f"Half cells against sodium in the {MODEL}, at rest, 25 °C, 100 kHz to 0.01 Hz, ten frequencies to a decade.",
        "",
        "## Findings",
        "",
        f"- FJH: carbon and foil together {min(totals):.1f} to {max(totals):.1f} ohm between 0.02 and 1.0 V (K01, an input: about 20 ohm); the second set",
        f"  `fjh-b` {min(second):.1f} to {max(second):.1f}. TF: {min(tf_totals):.0f} to {max(tf_totals):.0f} ohm (110 assumed; the text has no number). TF is larger at every voltage, but not",
        '  "most of all at low voltage": the exchange current of both sets is flat (what 0.02 V shows beyond that is the circuit, below).',
        f"- Two semicircles and a sloping line at every voltage, for both carbons (K06): {'yes' if two else 'no'}. The fast arc ({tops[:, 0].mean() / 1000:.1f} kHz) is the sodium foil's, the slower",
        f"  one (FJH {tops[:, 1].min():.0f} to {tops[:, 1].max():.0f} Hz) the carbon's: that is read from the parts, which add up to the spectrum. The paper assigns its",
        "  first semicircle to the interphase film and its second to charge transfer. No film is in the model (PyBaMM's film resistance lies in the",
        "  Faradaic branch and makes no arc of its own), so here the first is another thing, and the 20 ohm are the two arcs together, as a two-electrode",
        f"  cell without a film would show them. Read as the second arc alone, ours is {min(owns):.1f} to {max(owns):.1f} ohm.",
        f"- Activation energy of the carbon's own arc: {energies['fjh']:.2f} (FJH, input 9.76) and {energies['tf']:.2f} kJ/mol (TF, input 26.49), from five temperatures at the stoichiometry",
        f"  of 0.3 V. What a two-electrode cell shows is another number: {apparent['fjh']:.2f} and {apparent['tf']:.2f} kJ/mol, because {foil:.0f} % of FJH's 20 ohm is the foil's, whose",
        "  barrier (assumed, 30 kJ/mol) is higher. If the paper's 9.76 kJ/mol is of a two-electrode cell, the carbon's own barrier is smaller still, or the foil's is.",
        f"- The spectra obey Kramers and Kronig within {100 * worst:.2f} %.",
        f"- PyBaMM's `EISSimulation` of a full cell in the SPMe linearises about a guess that is off by the anode's potential: at {full['frequency_Hz'][1]:g} Hz it gives",
        f"  {full['pybamm_ohm'][1]:.1f} ohm in the place of {full['napore_ohm'][1]:.1f} (discharged FJH/NVP; DFN: {found['full']['DFN']['napore_ohm'][1]:.1f}). `napore.eis` solves for the algebraic states first.",
        "",
        "![Nyquist plots](images/eis_nyquist.png)",
        "",
        "*Dots: decades of frequency. The tails go on beyond the picture.*",
        "",
        "![Resistances over voltage](images/eis_resistances.png)",
        "",
        "![Arrhenius plot](images/eis_arrhenius.png)",
        "",
        "## Resistances",
        "",
        "FJH:",
        "",
        *resistances(found, "fjh"),
        "",
        "TF:",
        "",
        *resistances(found, "tf"),
        "",
        "## How it is read",
        "",
        "The discretised model gives `(i w M - J) x = b`; from the response of every state that of any potential follows, so carbon, separator and foil",
        "have impedances of their own, between planes at the faces of the separator. The carbon's own arc is that of the carbon against a reference",
        "electrode in the separator. A symmetric cell (carbon against carbon) gives the same.",
        "",
        "Circuit: `R0 + (R1 || CPE1) + ((R2 + Z_W) || CPE2)`, one arc less for a single electrode; least squares weighted by the modulus, from several starts,",
        "down to 1/30 of the frequency of the slower arc. `Z_W` is finite diffusion in a sphere, the shape of the particles. Against RT/(F A i0) of carbon and foil,",
        f"{expected['fjh']:.2f} and {expected['tf']:.2f} ohm, the fits are within {100 * off:.1f} %. The largest deviation, of TF at 0.02 V, is the circuit's: diffusion begins inside",
        "the arc there, and the exchange current is as flat as elsewhere.",
        "",
        "Arcs are counted as local maxima of -Im Z that stand out by 1 %.",
        "",
        "## What decides the number of arcs",
        "",
        "Arcs at 0.02, 0.05, 0.1, 0.3, 0.6 and 1.0 V (SPMe) by the double layer of the carbon per BET area; the foil's is 0.2 F/m2:",
        "",
        *counts,
        "",
        "The sets had 0.1 F/m2 on the surface of smooth spheres, 0.38 m2/g, and showed one arc: foil (1.6 kHz) and carbon (250 Hz) merge. The",
        f"double layer is on the wetted area, which is measured: 8.1 and 9.7 m2/g BET (S02), {area['fjh']:.0f} and {area['tf']:.0f} times as much. 0.05 F/m2 of it",
        f"(assumed; 0.03 to 0.2 for carbons in organic electrolytes) is {0.05 * area['fjh']:.2f} and {0.05 * area['tf']:.2f} F/m2 in the model's units. The value was chosen inside that",
        f"range; the two arcs stand apart at every voltage with {apart[0]:g} to {apart[-1]:g} F/m2; with less they merge, with more the slow one merges with its tail ({merged(found)}). Capacities and rates",
        "do not depend on it: they are simulated without double layers.",
        "",
    ]
    PAGE.write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    commands = {"run": run, "page": page}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit("usage: python scripts/eis_page.py run|page")
    commands[sys.argv[1]]()
