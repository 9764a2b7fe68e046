"""Text and pictures of docs/cv.md from what scripts/voltammetry_page.py found."""

# ruff: noqa: E501

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from napore.cells import half_cell
from napore.parameters.reported import reported
from napore.plotting import VOLTAGE_LABEL, figure, sequential_colours, style

LABELS = {"fjh": "FJH", "fjh-b": "FJH, second set", "tf": "TF"}
COLOURS = {"fjh": "C0", "fjh-b": "C4", "tf": "C1"}

Content = Mapping[str, Any]


def table(headings: list[str], rows: list[list[str]]) -> str:
    """Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def number(value: float | None, form: str) -> str:
    """Number in a form; a dash where there is none."""
    return "-" if value is None else format(value, form)


def draw(content: Content, folder: Path) -> None:
    """Write the pictures."""
    with style():
        _voltammograms(content).savefig(folder / "cv_voltammograms.png")
        _exponents(content).savefig(folder / "cv_b_values.png")


def _voltammograms(content: Content) -> Any:
    made, panels = figure(3)
    for ax, name in zip(panels[:2], ("fjh", "tf"), strict=True):
        curves = content[name]["curves"]
        for (rate, sweeps), colour in zip(curves.items(), sequential_colours(len(curves)), strict=True):
            for direction, sweep in sweeps.items():
                label = f"{rate} mV s$^{{-1}}$" if direction == "anodic" else None
                ax.plot(sweep["potential_V"], sweep["current_A_g"], color=colour, lw=1.1, label=label)
        ax.axhline(0.0, color="0.6", lw=0.6, zorder=0)
        ax.set(xlim=(0.0, 1.0), xlabel=VOLTAGE_LABEL, ylabel="i / A g$^{-1}$", title=LABELS[name])
        ax.legend()
    limits = [ax.get_ylim() for ax in panels[:2]]
    for ax in panels[:2]:
        ax.set_ylim(min(low for low, _ in limits), max(high for _, high in limits))
    ax = panels[2]
    for name, label in LABELS.items():
        for direction, sweep in content[name]["curves"]["0.1"].items():
            shown = label if direction == "anodic" else None
            ax.plot(sweep["potential_V"], sweep["current_A_g"], color=COLOURS[name], label=shown)
    ax.axhline(0.0, color="0.6", lw=0.6, zorder=0)
    ax.set(xlim=(0.0, 0.5), xlabel=VOLTAGE_LABEL, ylabel="i / A g$^{-1}$", title="0.1 mV s$^{-1}$")
    ax.legend()
    return made


def _exponents(content: Content) -> Any:
    made, (left, right) = figure(2)
    for name, label in LABELS.items():
        found = content[name]
        rates = np.array([scan["scan_rate_mV_s"] for scan in found["scans"]])
        peaks = np.array([scan["anodic_peak_A_g"] for scan in found["scans"]])
        left.plot(rates, peaks, "o", color=COLOURS[name], label=f"{label}, b = {found['anodic_b']:.2f}")
        middle = np.exp(np.mean(np.log(peaks))) / np.exp(np.mean(np.log(rates))) ** found["anodic_b"]
        left.plot(rates, middle * rates ** found["anodic_b"], "-", lw=1.0, color=COLOURS[name])
        law = found["anodic_b_by_potential"]
        pairs = [(E, b) for E, b in zip(law["potential_V"], law["b"], strict=True) if b is not None]
        right.plot(*np.array(pairs).T, color=COLOURS[name], label=label)
    for name, row in (("fjh", "K04.fjh"), ("tf", "K04.tf")):
        b = next(r.value for r in reported() if r.id == row)
        first = content[name]["scans"][0]["anodic_peak_A_g"]
        rates = np.array([scan["scan_rate_mV_s"] for scan in content[name]["scans"]])
        label = f"slope of b = {b:.2f} (paper, {LABELS[name]})"
        left.plot(rates, first * (rates / rates[0]) ** b, "--", lw=0.9, color=COLOURS[name], label=label)
    left.set(xscale="log", yscale="log", xlabel="v / mV s$^{-1}$", ylabel="anodic peak / A g$^{-1}$")
    left.set_xticks(rates, [f"{rate:g}" for rate in rates])
    left.set_yticks([0.7, 1, 1.5, 2, 3, 5], ["0.7", "1", "1.5", "2", "3", "5"])
    left.minorticks_off()
    left.legend(fontsize=7)
    for b, what in ((1.0, "surface or thin film"), (0.5, "diffusion, half space")):
        right.axhline(b, color="0.6", lw=0.8, ls=":")
        right.annotate(
            what, (1.98, b), (0, 3), textcoords="offset points", fontsize=7, color="0.4", ha="right"
        )
    right.set(xlim=(0.0, 2.0), ylim=(-0.5, 2.2), xlabel=VOLTAGE_LABEL, ylabel="b(E), anodic")
    right.legend(loc="lower right")
    return made


def plateau_above_vertex_mV(name: str) -> tuple[float, float]:
    """Equilibrium from 90 to 30 % sodiated, less the lower vertex of 0.01 V [mV]."""
    isotherm = half_cell(name, "SPM").isotherm
    full = float(isotherm.stoichiometry(0.01))
    low, high = (float(E) for E in isotherm.potential(np.array([0.9 * full, 0.3 * full])))
    return 1e3 * low - 10.0, 1e3 * high - 10.0


def check(content: Content) -> None:
    """Refuse to write a page whose words are no longer those of the numbers."""
    said = {row.id: float(row.value or 0.0) for row in reported() if row.id.startswith("K04")}
    paper = {name: said["K04.tf" if name == "tf" else "K04.fjh"] for name in LABELS}
    b = {name: content[name]["anodic_b"] for name in LABELS}
    slow = {name: content[f"slow: {name}"]["anodic_b"] for name in LABELS}
    scans = {name: content[name]["scans"] for name in LABELS}
    first = {name: scans[name][0] for name in LABELS}
    over = [scan["anodic_peak_A_g"] / scan["anodic_background_A_g"] for scan in first.values()]
    charge = {name: [scan["anodic_charge_mAh_g"] for scan in scans[name]] for name in LABELS}
    film = content["limit: thin film"]["surface_share"].values()
    sluggish = content["limit: slow diffusion"]["surface_share"].values()
    shares = [share for name in LABELS for share in content[name]["anodic_surface_share"].values()]
    holds = {
        "b not reproduced, lower than the paper's": all(b[n] < 0.85 * paper[n] for n in LABELS),
        "order of the carbons": b["tf"] < min(b["fjh"], b["fjh-b"]),
        "above the paper's a decade slower": all(slow[n] > paper[n] for n in LABELS),
        "scan rates more than the carbon": min(slow[n] - b[n] for n in LABELS) > b["fjh"] - b["tf"],
        "the faster the less charge": all(sorted(c, reverse=True) == c for c in charge.values()),
        "b larger without the electrolyte": content["fjh, SPM"]["anodic_b"] > b["fjh"],
        "peaks of FJH more pronounced": min(first[n]["anodic_peak_A_g"] for n in ("fjh", "fjh-b"))
        > 1.3 * first["tf"]["anodic_peak_A_g"],
        "cathodic peak of FJH only, at 0.1 mV/s only": [
            n for n in LABELS for scan in scans[n] if scan["cathodic_peak_A_g"] is not None
        ]
        == ["fjh", "fjh-b"]
        and first["fjh"]["cathodic_peak_A_g"] is not None
        and first["fjh-b"]["cathodic_peak_A_g"] is not None,
        "thin film on the slope, more on the flank": all(
            0.8 < E_b < 1.1 if place > 0.3 else E_b > 1.1
            for n in LABELS
            for place, E_b in zip(content[n]["b_at"]["potential_V"], content[n]["b_at"]["b"], strict=True)
            if 0.3 <= place <= 1.0
        ),
        "alike over the background": max(over) < 1.5 * min(over),
        "film above slow diffusion above the cells": min(film) > max(sluggish)
        and min(sluggish) > max(shares),
    }
    wrong = [what for what, so in holds.items() if not so]
    if wrong:
        raise ValueError(f"the page says, but the numbers do not: {'; '.join(wrong)}")


def page(content: Content) -> str:
    """Markdown of docs/cv.md."""
    check(content)
    said = {row.id: row.value for row in reported() if row.id.startswith("K04")}
    values = {name: content[name]["anodic_b"] for name in LABELS}
    slow = {name: content[name]["scans"][0] for name in LABELS}
    fast = {name: content[name]["scans"][-1] for name in LABELS}
    rows = [
        [
            LABELS[name],
            f"{content[name]['anodic_b']:.2f} ± {content[name]['anodic_b_standard_error']:.2f}",
            number(said["K04.tf" if name == "tf" else "K04.fjh"], ".2f"),
            f"{slow[name]['anodic_peak_A_g']:.2f} at {slow[name]['anodic_peak_V']:.3f} V",
            f"{fast[name]['anodic_peak_A_g']:.2f} at {fast[name]['anodic_peak_V']:.3f} V",
            f"{slow[name]['anodic_charge_mAh_g']:.0f}",
            f"{fast[name]['anodic_charge_mAh_g']:.0f}",
        ]
        for name in LABELS
    ]
    low = [
        [
            LABELS[name],
            number(slow[name]["cathodic_peak_A_g"], ".2f"),
            number(slow[name]["cathodic_peak_V"], ".3f"),
            f"{slow[name]['anodic_peak_A_g']:.2f}",
            f"{slow[name]['anodic_background_A_g']:.3f}",
            f"{slow[name]['anodic_peak_A_g'] - slow[name]['anodic_background_A_g']:.2f}",
            f"{slow[name]['anodic_peak_A_g'] / slow[name]['anodic_background_A_g']:.0f}",
        ]
        for name in LABELS
    ]
    places = content["fjh"]["b_at"]["potential_V"]
    along = [[LABELS[name], *(number(b, ".2f") for b in content[name]["b_at"]["b"])] for name in LABELS]
    rates = list(content["fjh"]["anodic_surface_share"])
    film, sluggish = content["limit: thin film"], content["limit: slow diffusion"]
    shares = [
        [
            label,
            *(f"{100 * found['surface_share'][rate]:.0f} %" for rate in rates),
            f"{found['anodic_b']:.2f}",
        ]
        for label, found in (
            ("thin film (SPM)", film),
            ("slow diffusion (SPM)", sluggish),
            *(
                (LABELS[n], {**content[n], "surface_share": content[n]["anodic_surface_share"]})
                for n in LABELS
            ),
        )
    ]
    spm = content["fjh, SPM"]["anodic_b"]
    near, far = plateau_above_vertex_mV("fjh")
    slow_shares = [100.0 * share for share in sluggish["surface_share"].values()]
    cell_shares = [100.0 * s for n in LABELS for s in content[n]["anodic_surface_share"].values()]
    slope = [
        b
        for name in LABELS
        for place, b in zip(places, content[name]["b_at"]["b"], strict=True)
        if 0.5 <= place <= 1.0
    ]
    laws = [content[name]["anodic_b_by_potential"] for name in LABELS]
    hump = max(
        (b, E)
        for law in laws
        for E, b in zip(law["potential_V"], law["b"], strict=True)
        if b is not None and 0.8 <= E <= 1.0
    )
    flank = [content[name]["b_at"]["b"][places.index(0.3)] for name in LABELS]
    below = {name: content[f"slow: {name}"] for name in LABELS}
    ranges = [
        [
            LABELS[name],
            *(
                f"{found[f'{way}_b']:.2f} ± {found[f'{way}_b_standard_error']:.2f} ({found[f'{way}_b_peaks']})"
                if found[f"{way}_b"] is not None and found[f"{way}_b_standard_error"] is not None
                else "-"
                for found in (below[name], content[name])
                for way in ("anodic", "cathodic")
            ),
        ]
        for name in LABELS
    ]
    return f"""# Cyclic voltammetry

Written by `scripts/voltammetry_page.py` from `docs/data/cv_gu2025.json`. **Everything here is predicted**: no number of the
two carbons was fitted to a voltammogram, and the b values are compared, not used. DFN, 0.01 to 3 V, second cycle.

## Findings

- **The b values are not reproduced.** Anodic, 0.1 to 1 mV/s: FJH {values["fjh"]:.2f} ({values["fjh-b"]:.2f} with the second set,
  which fits the rates as well) where the paper says {said["K04.fjh"]:.2f}; TF {values["tf"]:.2f} where it says {said["K04.tf"]:.2f}. The order of the two
  carbons is that of the paper. The paper's text does not give the scan rates: 0.1 to 1 mV/s is an assumption.
- The reason inside the model: the faster the sweep, the less sodium is there to come out. At 0.1 mV/s FJH takes up
  {slow["fjh"]["anodic_charge_mAh_g"]:.0f} mAh/g before the anodic sweep, at 1 mV/s {fast["fjh"]["anodic_charge_mAh_g"]:.0f}. The plateau (30 to 90 % sodiated) lies {near:.0f} to {far:.0f} mV
  above the vertex, a sweep passes that distance in {near:.0f} to {far:.0f} s at 1 mV/s, and the resistance of the cell (some 20 ohm for carbon and foil, and
  the separator) uses it up. Without the electrolyte (SPM) b of FJH is {spm:.2f}. A b of a two-electrode cell is thus one of the whole
  cell, its separator and its loading, and not of the carbon alone.
- **b depends on the scan rates more than on the carbon.** A decade slower, 0.01 to 0.1 mV/s, the same cells give {below["fjh"]["anodic_b"]:.2f} (FJH),
  {below["fjh-b"]["anodic_b"]:.2f} (second set) and {below["tf"]["anodic_b"]:.2f} (TF), above the paper's values. Somewhere between, each would agree; without the paper's scan rates
  that would be a choice and no test, so the claim stays as assumed and unmet.
- On the slope (0.5, 0.8 and 1 V) b is {min(slope):.2f} to {max(slope):.2f} in all sets: the sites there fill nearly like a thin film. At 0.3 V it is
  {min(flank):.2f} to {max(flank):.2f}: the flank of the peak, which moves with the scan rate; so does the small peak of the slope, with up to {hump[0]:.2f} at {hump[1]:.2f} V.
- **Peaks at low potential are more pronounced for FJH**, as in the paper: at 0.1 mV/s the anodic peak is {slow["fjh"]["anodic_peak_A_g"]:.2f} A/g
  ({slow["fjh-b"]["anodic_peak_A_g"]:.2f} with the second set), TF {slow["tf"]["anodic_peak_A_g"]:.2f} A/g; a cathodic peak clear of the vertex exists for
  FJH only. As a ratio to the current on the slope the anodic peak stands out alike in all sets (last column below), because TF's slope
  is smaller as well.
- **Dunn's split returns a "surface" share where there is none**: these cells have no double layer at all, and the split calls
  {min(cell_shares):.0f} to {max(cell_shares):.0f} % of the charge of the three sets surface-controlled.

![Voltammograms of FJH and TF at six scan rates, and of three sets at 0.1 mV/s](images/cv_voltammograms.png)

*Simulated voltammograms, anodic current positive. Right: the three sets at 0.1 mV/s.*

## b values

{table(["set", "b, anodic (predicted)", "b, paper", "peak at 0.1 mV/s, A/g", "peak at 1 mV/s, A/g", "charge at 0.1, mAh/g", "at 1"], rows)}

The standard error is that of the straight line through six points of log i over log v; the points bend, so it says how well one
exponent describes them, not how well the exponent is known. A largest current within 5 mV of a vertex is no peak; above 0.1 mV/s the
cathodic current is largest at the vertex in every set, so that no cathodic b exists there.

The same, with scans a decade slower beside it (number of peaks in brackets):

{table(["set", "anodic, 0.01 to 0.1 mV/s", "cathodic", "anodic, 0.1 to 1 mV/s", "cathodic"], ranges)}

![Peak current over scan rate; b over potential](images/cv_b_values.png)

*Left: anodic peaks and their power laws; dashed, the slopes of the paper's b values, drawn from the first point. Right: b at fixed potential. Where a peak moves with the scan rate, b at a fixed potential is
below 0 on one flank and above 1 on the other: it is no mechanism.*

b at fixed potential, anodic:

{table(["set", *(f"{place:g} V" for place in places)], along)}

## Peaks at 0.1 mV/s

Background: mean current between 0.3 and 1.0 V in the same sweep.

{table(["set", "cathodic peak, A/g", "at V", "anodic peak, A/g", "background, A/g", "peak less background, A/g", "peak over background"], low)}

## Limits of Dunn's split

`i(V) = k1 v + k2 v^0.5` (Wang et al. 2007, 10.1021/jp074464w) presumes that the current at a fixed potential is a sum of two powers. In
this model no current is a surface current: there is no double layer, and every ion diffuses into a particle. Share of the anodic charge that
the split calls surface-controlled:

{table(["cell", *(f"{rate} mV/s" for rate in rates), "b"], shares)}

A thin film (particles that equilibrate at once) is called a surface, which is a matter of words. Diffusion that takes about as long as
the scan is called {min(slow_shares):.0f} to {max(slow_shares):.0f} % of a surface. The cells of the paper, with resistance and pore filling added, lie below both, at {min(cell_shares):.0f} to {max(cell_shares):.0f} %. In the limit of
diffusion into a half space the split is right, below 10 % (a test holds it to that, together with b = 0.5 there and b = 1 for the film).

## Reproduce

```sh
napore cv fjh --plot cv.png --json cv.json
python scripts/voltammetry_page.py run && python scripts/voltammetry_page.py page
```

```python
found = napore.cv(napore.half_cell("fjh"), (0.1, 0.2, 0.5, 1.0))
found.anodic_b, found.peak_law("anodic").standard_error
found.b_by_potential("anodic"), found.surface_split("anodic").surface_share
```

The charge of each sweep agrees with the change of the particles' content to 0.01 mAh/g (tested). The solver's error test leaves out
the algebraic states here, because the current has a kink at each vertex; peak currents agree with a run at a tenth of the tolerance
within 0.02 %.
"""
