"""Facts, claims and pictures of docs/eis.md."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from napore.experiments.eis_results import LARGEST_MISFIT, Spectrum, draw_nyquist
from napore.plotting import figure, note
from napore.validation.figures import draw_arrhenius, draw_resistances

from ..eis import CARBONS, MODEL, PER_BET_F_M2, TEMPERATURES_C, VOLTAGES_V, WARMED_V, per_bet_area

NAMES = {"fjh": "anthracite-FJH", "tf": "anthracite-TF"}
IN_USE_F_M2 = 0.05
"""Double layer per BET area from which the sets have theirs."""

Found = Mapping[str, Any]


def rows(found: Found, carbon: str) -> list[Any]:
    """Spectra that the circuit describes."""
    return [row for row in found[carbon]["spectra"] if row.get("circuit_residual", 0.0) <= LARGEST_MISFIT]


def unread(found: Found) -> str:
    """Spectra that it does not, in words."""
    return ", ".join(
        f"{c.upper()} at {row['voltage_V']:g} V (misfit {row['circuit_residual']:.0%})"
        for c in CARBONS
        for row in found[c]["spectra"]
        if row["circuit_residual"] > LARGEST_MISFIT
    )


def without(found: Found) -> list[tuple[str, float]]:
    """Carbon and voltage of the spectra without two arcs and a line."""
    return [
        (c, round(row["voltage_V"], 6))
        for c in CARBONS
        for row in found[c]["spectra"]
        if len(row["arcs_Hz"]) != 2 or not row["sloping_line"]
    ]


def totals(found: Found) -> dict[str, list[float]]:
    """Resistance of carbon and foil at each voltage, by set [ohm]."""
    return {c: column(found, c, "charge_transfer_resistance_ohm") for c in (*CARBONS, "fjh-b")}


def column(found: Found, carbon: str, name: str) -> list[Any]:
    """One number of each spectrum that the circuit describes."""
    return [row[name] for row in rows(found, carbon)]


def deviations(found: Found) -> list[tuple[float, str, float]]:
    """Fit against RT/(F A i0): share, carbon, voltage."""
    return [
        (abs(R / found[c]["expected_ohm"] - 1), c, round(row["voltage_V"], 6))
        for c in CARBONS
        for R, row in zip(totals(found)[c], rows(found, c), strict=True)
    ]


def facts(found: Found) -> dict[str, Any]:
    """Numbers of the template."""
    own = column(found, "fjh", "carbon_charge_transfer_resistance_ohm")
    tops = np.array([at for at in column(found, "fjh", "arcs_Hz") if len(at) == 2])
    return {
        "temperatures": TEMPERATURES_C,
        "totals": totals(found),
        "own": own,
        "fast_kHz": tops[:, 0].mean() / 1000,
        "slow_Hz": tops[:, 1],
        "energies": {c: found[c]["activation_energy_J_mol"] / 1000 for c in CARBONS},
        "apparent": {c: found[c]["apparent_activation_energy_J_mol"] / 1000 for c in CARBONS},
        "foil_share": 1.0 - sum(own) / sum(totals(found)["fjh"]),
        "worst": max(max(column(found, c, "kramers_kronig_residual")) for c in CARBONS),
        "expected": {c: found[c]["expected_ohm"] for c in CARBONS},
        "largest": max(deviations(found)),
        "apart": shares_apart(found),
        "merged": merged(found),
        "unread": unread(found),
        "without": ", ".join(f"{carbon.upper()} at {E:g} V" for carbon, E in without(found)),
        "area": {c: per_bet_area(c) for c in CARBONS},
        "ours": found["full cell, SPMe"],
        "full": found["full cell, DFN"],
    }


def _arcs(found: Found, carbon: str, arcs: list[int]) -> dict[float, int]:
    """Number of arcs by voltage, but where the spectrum has not two with any double layer."""
    out = without(found)
    return {E: n for E, n in zip(VOLTAGES_V, arcs, strict=True) if (carbon, E) not in out}


def shares_apart(found: Found) -> list[float]:
    """Double layers per BET area with which both carbons show two arcs at those voltages [F/m2]."""
    shares: dict[float, set[int]] = {}
    for carbon in CARBONS:
        for one in found[f"{carbon}, arcs"]:
            shares.setdefault(one["per_bet_F_m2"], set()).update(_arcs(found, carbon, one["arcs"]).values())
    return [share for share, seen in shares.items() if seen == {2}]


def merged(found: Found) -> str:
    """Where the slow arc merges with its tail with more double layer than that, in words."""
    said = []
    for carbon in CARBONS:
        for one in found[f"{carbon}, arcs"]:
            at = [f"{E:g}" for E, arcs in _arcs(found, carbon, one["arcs"]).items() if arcs < 2]
            if at and one["per_bet_F_m2"] > shares_apart(found)[-1]:
                said.append(f"{carbon.upper()}'s at {' and '.join(at)} V with {one['per_bet_F_m2']:g}")
    return ", ".join(said)


def said(found: Found) -> dict[str, bool]:
    """What the words say of the numbers."""
    resistance = totals(found)
    arcs = {
        c: {n["per_bet_F_m2"]: set(_arcs(found, c, n["arcs"]).values()) for n in found[f"{c}, arcs"]}
        for c in CARBONS
    }
    apart = shares_apart(found)
    reduced, full = found["full cell, SPMe"], found["full cell, DFN"]
    return {
        "TF larger at every voltage": min(resistance["tf"]) > max(*resistance["fjh"], *resistance["fjh-b"]),
        "two arcs and a line, of FJH at every voltage": all(c == "tf" and E > 0.5 for c, E in without(found)),
        "a two-electrode cell shows more than the carbon": all(
            found[c]["apparent_activation_energy_J_mol"] > found[c]["activation_energy_J_mol"]
            for c in CARBONS
        ),
        "two arcs in the middle of the range": IN_USE_F_M2 in apart
        and apart == [share for share in PER_BET_F_M2 if apart[0] <= share <= apart[-1]],
        "one arc with less": all(
            arcs[c][share] == {1} for c in CARBONS for share in PER_BET_F_M2 if share < apart[0]
        ),
        "PyBaMM's value in the SPMe is off": reduced["pybamm_ohm"][1] < 0.8 * reduced["napore_ohm"][1]
        and abs(reduced["napore_ohm"][1] / full["napore_ohm"][1] - 1) < 0.02,
    }


def spectra(found: Found, carbon: str) -> list[Spectrum]:
    """Spectra as the experiment returns them."""
    return [
        Spectrum(
            row["soc"],
            row["voltage_V"],
            row["temperature_K"],
            np.array(row["frequency_Hz"]),
            np.array(row["z_real_ohm"]) + 1j * np.array(row["z_imag_ohm"]),
        )
        for row in found[carbon]["spectra"]
    ]


def nyquist(found: Found) -> Any:
    """Nyquist plots, the parts of the middle spectrum named."""
    made, axes = figure(2)
    for ax, carbon in zip(axes, CARBONS, strict=True):
        drawn = spectra(found, carbon)
        draw_nyquist(drawn, f"{NAMES[carbon]} against sodium, 25 °C, {MODEL}", ax)
        reach = 2.3 * max(totals(found)[carbon])
        ax.set(xlim=(0.0, reach * 0.8), ylim=(0.0, reach * 0.6))
        middle = drawn[VOLTAGES_V.index(WARMED_V)]
        for part, side, top in zip(("foil", "carbon"), ("right", "center"), middle.arcs_Hz, strict=True):
            Z = np.asarray(middle.impedance_ohm)[int(np.argmin(np.abs(middle.frequency_Hz - top)))]
            note(ax, part, (Z.real, -Z.imag), (0, 8), ha=side)
    return made


def resistances(found: Found) -> Any:
    """Resistance over voltage, of carbon and foil and of each."""
    made, axes = figure(2)
    for ax, carbon in zip(axes, CARBONS, strict=True):
        rows = found[carbon]["spectra"]
        total = [(r["voltage_V"], r["charge_transfer_resistance_ohm"]) for r in rows]
        own = [(r["voltage_V"], r["carbon_charge_transfer_resistance_ohm"]) for r in rows]
        foil = [(V, R - C) for (V, R), (_, C) in zip(total, own, strict=True)]
        curves = {"carbon and foil": total, "carbon, reference electrode": own, "difference: foil": foil}
        draw_resistances(curves, NAMES[carbon], ax, (18.0, 22.0) if carbon == "fjh" else None)
    return made


def arrhenius(found: Found) -> Any:
    """Arrhenius plot of the carbon's own arc and of the cell's."""
    made, (ax,) = figure(1)
    curves: dict[str, Any] = {}
    for carbon in CARBONS:
        for label, key, energy in (
            ("carbon", "carbon_ohm", "activation_energy_J_mol"),
            ("carbon and foil", "total_ohm", "apparent_activation_energy_J_mol"),
        ):
            points = [(row["temperature_K"], row[key]) for row in found[carbon]["temperatures"]]
            curves[f"{carbon.upper()}, {label}"] = (points, found[carbon][energy])
    draw_arrhenius(curves, ax)
    return made


PICTURES = {"eis_nyquist": nyquist, "eis_resistances": resistances, "eis_arrhenius": arrhenius}
