"""Page and pictures of the GITT of Gu et al. (2025), from what gitt_page.py found."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from napore.experiments.gitt import draw_ceiling, draw_pulses, logarithmic_voltage
from napore.experiments.weppner_huggins import sphere_bias
from napore.plotting import DIFFUSIVITY_LABEL, VOLTAGE_LABEL, figure, style

CARBONS = ("fjh", "fjh-b", "tf")
FALL, RISE = 3.0, 1.3
"""Slope over least that counts as a pronounced fall, and last over least that counts as a rise."""


def write(found: dict[str, Any], docs: Path) -> None:
    """Write gitt.md and images/gitt_*.png."""
    images = docs / "images"
    with style():
        draw_carbons(found["carbons"], images / "gitt_diffusivity.png")
        draw_bias(found["bias"], images / "gitt_bias.png")
    calibration = json.loads((docs / "data" / "calibration_gu2025.json").read_text("utf-8"))
    misfits = {n: calibration["refit"][f"gu2025_{n.replace('-', '_')}"]["misfit"] for n in ("fjh", "fjh-b")}
    (docs / "gitt.md").write_text("\n".join(lines(found, misfits)), encoding="utf-8")


def draw_carbons(carbons: dict[str, Any], path: Path) -> None:
    """Draw sodiation of the three sets, corrected and not."""
    made, (left, right) = figure(2)
    names = {"fjh": "fjh: small pores fast", "fjh-b": "fjh-b: large pores fast", "tf": "tf"}
    for ax, column, title in (
        (left, "diffusivity_m2_s", "dE$_t$ from 10 s after switching"),
        (right, "uncorrected_diffusivity_m2_s", "uncorrected"),
    ):
        for number, name in enumerate(CARBONS):
            table = pd.DataFrame(carbons[name]["pulses"])
            table = table[table["direction"] == "sodiation"].copy()
            table["diffusivity_m2_s"] = table[column].astype(float)
            table["bound"] = table["diffusivity_m2_s"] > 0.5 * table["ceiling_m2_s"]
            draw_pulses(ax, table, f"C{number}", names[name])
        draw_ceiling(ax, carbons["fjh"]["ceiling"])
        ax.set(
            yscale="log", xlabel=VOLTAGE_LABEL, ylabel=DIFFUSIVITY_LABEL, title=title, ylim=(5e-17, 1.5e-14)
        )
        logarithmic_voltage(ax)
        ax.axvspan(0.05, 0.1, color="0.93", zorder=0)
    left.legend(title="open: lower bound\n×: ended by the cut-off", loc="lower right")
    made.savefig(path)


def draw_bias(bias: dict[str, Any], path: Path) -> None:
    """Draw the diffusivity found over that put in."""
    made, (ax,) = figure(1)
    T = np.geomspace(1e-4, 300.0, 300)
    ax.plot(T, sphere_bias(T), "-", color="0.6", lw=3, label="sphere, closed form")
    ax.axhspan(0.9, 1.1, color="0.93", zorder=0)
    for number, (name, rows) in enumerate(bias.items()):
        kept = [(r["tau D/R2"], r["D found / D put in"]) for r in rows if r["D found / D put in"] is not None]
        ax.plot(
            *np.array(kept).T,
            f"C{number}" + "osd^"[number],
            ms=4,
            fillstyle="none",
            ls="--",
            lw=0.6,
            label=name,
        )
    ax.set(xscale="log", yscale="log", xlabel="$\\tau D/R^2$", ylabel="D found / D put in", ylim=(1e-5, 300))
    ax.legend(loc="lower left")
    made.savefig(path)


def row(*cells: object) -> str:
    """One row of a Markdown table."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def head(*cells: str) -> list[str]:
    """Head of a Markdown table."""
    return [row(*cells), row(*["---"] * len(cells))]


def shapes(carbons: dict[str, Any]) -> list[str]:
    """Shape of each set: complete pulses, all pulses in brackets."""
    table = head(
        "set",
        "",
        "median, 0.2 to 0.6 V",
        "largest / smallest there",
        "least, 0.03 to 0.1 V",
        "at E / V",
        "dip: median / least",
        "last / least",
        "last at E / V",
        "bounds",
    )
    for name in CARBONS:
        for kind in ("sodiation", "uncorrected sodiation", "desodiation"):
            one, every = carbons[name][kind]["complete"], carbons[name][kind]["all"]
            table.append(
                row(
                    f"`{name}`",
                    kind,
                    f"{one['slope']:.2e}",
                    f"{one['slope_range']:.2f}",
                    f"{one['least']:.2e}",
                    f"{one['least_voltage_V']:.3f}",
                    f"{one['dip']:.1f} ({every['dip']:.1f})",
                    f"{one['end']:.2f} ({every['end']:.2f})" if kind != "desodiation" else "-",
                    f"{one['last_voltage_V']:.3f} ({every['last_voltage_V']:.3f})",
                    "-" if kind.startswith("un") else f"{one['bounds']:.0%}",
                )
            )
    return table


def ratios(found: dict[str, Any]) -> list[str]:
    """Dip and end of every alternative."""
    table = head(
        "what", *(f"`{n}`: {r}" for n in ("fjh", "fjh-b") for r in ("dip", "last / least", "bounds"))
    )
    for what, first in found["fjh"].items():
        cells = []
        for shape in (first, found["fjh-b"][what]):
            one, every = shape["complete"], shape["all"]
            cells += [
                f"{one['dip']:.2f} ({every['dip']:.2f})",
                f"{one['end']:.2f} ({every['end']:.2f})",
                f"{one['bounds']:.0%}",
            ]
        table.append(row(what, *cells))
    return table


def others(sets: dict[str, Any]) -> list[str]:
    """Other explanations of the rates: misfit, and the shape that follows."""
    table = head("explanation", "misfit", "priors", "dip", "last / least", "falls", "rises", "on bounds")
    for name, one in sets.items():
        shape, every = one["complete"], one["all"]
        table.append(
            row(
                name,
                f"{one['misfit']:.1f}",
                f"{one['priors']:.1f}",
                f"{shape['dip']:.1f} ({every['dip']:.1f})",
                f"{shape['end']:.2f} ({every['end']:.2f})",
                "yes" if shape["dip"] >= FALL else "no",
                "yes" if shape["end"] >= RISE else "no",
                ", ".join(n.removeprefix("Carbon ").partition(" [")[0] for n in one["on bounds"]) or "none",
            )
        )
    return table


def below(carbons: dict[str, Any]) -> list[str]:
    """Share of the points of TF below FJH."""
    table = head("TF below", *(k for k in carbons["tf below fjh"] if k.endswith("complete")))
    for other in ("fjh", "fjh-b"):
        shares = carbons[f"tf below {other}"]
        table.append(row(f"`{other}`", *(f"{v:.0%}" for k, v in shares.items() if k.endswith("complete"))))
    return table


def biases(bias: dict[str, Any]) -> list[str]:
    """Bias by case."""
    names = list(bias)
    table = head("tau D/R2", "sphere, closed form", *names)
    for points in zip(*bias.values(), strict=True):
        cells = ["-" if p["D found / D put in"] is None else f"{p['D found / D put in']:.3g}" for p in points]
        table.append(row(f"{points[0]['tau D/R2']:.2g}", f"{points[0]['sphere']:.3g}", *cells))
    return table


def pulses(found: dict[str, Any], name: str, direction: str = "sodiation") -> pd.DataFrame:
    """Complete pulses of a set in one direction."""
    table = pd.DataFrame(found["carbons"][name]["pulses"])
    return table[(table["direction"] == direction) & table["complete"].astype(bool)].reset_index(drop=True)


def fallen(found: dict[str, Any], name: str, volts: float) -> float:
    """How many times the diffusivity lies below the slope at the last complete pulse above a voltage."""
    table = pulses(found, name)
    above = table[table["voltage_V"] >= volts]
    return float(
        found["carbons"][name]["sodiation"]["complete"]["slope"] / above["diffusivity_m2_s"].iloc[-1]
    )


def case(found: dict[str, Any], name: str, what: str) -> dict[str, Any]:
    """Shape of complete pulses of the alternative whose name begins so."""
    (shape,) = (s for label, s in found["alternatives"][name].items() if label.startswith(what))
    return dict(shape["complete"])


def check(found: dict[str, Any]) -> None:
    """Refuse to write a page whose words are no longer those of the numbers."""
    shapes = {name: found["carbons"][name]["sodiation"]["complete"] for name in CARBONS}
    rises = {n: s["complete"]["end"] >= RISE for n, s in found["sets"].items()}
    tail = pulses(found, "fjh-b").iloc[-1]
    large = [s for n, s in found["sets"].items() if "large" in n and "sinh" not in n]
    below = found["carbons"]["tf below fjh"]
    alone, both, bare, tight = (
        {n: case(found, n, what)["dip"] for n in ("fjh", "fjh-b")}
        for what in ("(iv) switched off: pores", "as in", "(i) only", "(ii) switched off")
    )
    said = {
        "flat in every set": all(s["slope_range"] <= 2 for s in shapes.values()),
        "every point of the slope a bound": all(
            pulses(found, n).query("0.2 <= voltage_V <= 0.6")["bound"].all() for n in CARBONS
        ),
        "a fall in fjh and tf, none of three times in fjh-b": shapes["fjh"]["dip"] >= FALL
        and shapes["tf"]["dip"] >= FALL
        and 2 <= shapes["fjh-b"]["dip"] < FALL,
        "no rise in fjh and tf": max(shapes[n]["end"] for n in ("fjh", "tf")) < RISE,
        "fjh falls to the last complete pulse": shapes["fjh"]["end"] == 1,
        "a rise in fjh-b, to a bound, most of its fall above 0.1 V": shapes["fjh-b"]["end"] >= RISE
        and bool(tail["bound"])
        and 0.09 < shapes["fjh-b"]["least_voltage_V"] < 0.1
        and fallen(found, "fjh-b", 0.1) > 0.9 * shapes["fjh-b"]["dip"],
        "fjh falls inside the paper's range": fallen(found, "fjh", 0.1) < 0.5 * shapes["fjh"]["dip"],
        "uncorrected fjh-b shows all, fjh no rise": all(
            (s["slope_range"] <= 2 and s["dip"] >= FALL and s["end"] >= RISE) == (n == "fjh-b")
            for n in ("fjh", "fjh-b")
            for s in [found["carbons"][n]["uncorrected sodiation"]["complete"]]
        ),
        "the last pulse of fjh-b falls": found["carbons"]["fjh-b"]["sodiation"]["all"]["end"]
        < shapes["fjh-b"]["end"],
        "large pores fast rise, small ones and the sinh law do not": all(
            rise == ("large" in name and "sinh" not in name) for name, rise in rises.items()
        ),
        "the fall depends on the set": len({s["complete"]["dip"] >= FALL for s in large}) == 2,
        "TF lower where uncorrected only": below["sodiation, complete"] < 0.5
        and below["uncorrected sodiation, complete"] > 0.9,
        "no dip without slow filling and resistance": max(bare.values()) < 1.2,
        "filling makes the dip of fjh": tight["fjh"] > 0.9 * both["fjh"] and alone["fjh"] < 0.5 * both["fjh"],
        "filling and electrolyte make that of fjh-b": 1.5 < alone["fjh-b"] < tight["fjh-b"] < both["fjh-b"],
    }
    wrong = [what for what, holds in said.items() if not holds]
    if wrong:
        raise ValueError(f"the page says, but the numbers do not: {'; '.join(wrong)}")


def lines(found: dict[str, Any], misfits: dict[str, float]) -> list[str]:
    """The page."""
    check(found)
    carbons, alternatives = found["carbons"], found["alternatives"]
    down = {name: carbons[name]["sodiation"]["complete"] for name in CARBONS}
    ends = {name: carbons[name]["sodiation"]["all"] for name in CARBONS}
    below_fjh = carbons["tf below fjh"]
    put_in = {n: carbons[n]["pulses"][0]["input_diffusivity_m2_s"] for n in CARBONS}
    shown_of_it = max(down[n]["slope"] / put_in[n] for n in CARBONS)
    least_rest = {n: pulses(found, n)["voltage_V"].min() for n in CARBONS}
    up = pulses(found, "fjh-b", "desodiation")
    least_up = up.loc[up["diffusivity_m2_s"].idxmin()]
    factor = pulses(found, "fjh-b")["adsorbed_share"].min()

    def dip(what: str, name: str = "fjh-b") -> str:
        return f"{case(found, name, what)['dip']:.1f}"

    bare = carbons["fjh-b"]["uncorrected sodiation"]["complete"]
    relaxed = {n: s for n, s in found["sets"].items() if "large" in n and "sinh" not in n}
    falls = [s["complete"]["dip"] for s in relaxed.values()]
    shown = [n for n, s in relaxed.items() if s["complete"]["dip"] >= FALL and s["complete"]["end"] >= RISE]
    near = [f"{n} ({found['sets'][n]['misfit']:.1f})" for n in shown if found["sets"][n]["misfit"] <= 10.0]
    (slow_misfit,) = (s["misfit"] for n, s in found["sets"].items() if "2e-13" in n)
    return [
        "# GITT: why the diffusivity falls at the plateau",
        "",
        "Written by `scripts/gitt_page.py page` from `docs/data/gitt_gu2025.json`; `scripts/gitt_page.py run` regenerates that file.",
        "No number of GITT was fitted: the sets come from capacities against rate ([calibration](calibration.md)).",
        "",
        "Simulated as in the paper (K03): 50 mA/g, pulses of 10 min (8.33 mAh/g), rests of 40 min, to the cut-off, DFN, one constant",
        f"diffusivity of adsorbed sodium `D_ads` ({put_in['fjh']:.2g} m2/s in `fjh` and `tf`, {put_in['fjh-b']:.2g} in `fjh-b`). The simulated curve goes through the formula of",
        "experimentalists, `D = 4/(pi tau) L^2 (dE_s/dE_t)^2` with `L = R/3` (volume over area of the sphere), `dE_t` from 10 s after switching.",
        "",
        "```python",
        'test = napore.gitt(napore.half_cell("fjh-b"))  # napore gitt fjh-b --plot gitt.png',
        "test.table()  # per pulse: diffusivity, bound, dE_s, dE_t, uncorrected, D that went in, dq_ads/dq",
        'napore.experiments.read_gitt("mine.csv", length_m=5e-6 / 3)  # a measured file, the same evaluation',
        "```",
        "",
        f"The formula cannot show more than `4 L^2/(pi tau)` = {carbons['fjh']['ceiling']:.2g} m2/s: with fast diffusion `dE_t` becomes `dE_s`, whatever the",
        f"diffusivity. Above half of that a point is a lower bound (open marks): the whole slope is, for it shows at most {100 * shown_of_it:.2f} % of what went in.",
        "",
        "![Diffusivity over voltage on sodiation of three sets, corrected and not](images/gitt_diffusivity.png)",
        "",
        "*Grey: 0.05 to 0.1 V, where the paper has its fall. The text of the paper gives no values of D, so none are drawn.*",
        "",
        "## What the sets show",
        "",
        "Numbers of complete pulses; in brackets with the last one, which the cut-off ends before its 10 min are over: its `dE_t` runs into the cut-off by",
        "construction. D in m2/s.",
        "",
        *shapes(carbons),
        "",
        f"- High and flat on the slope: yes in all (as a bound). Pronounced fall, by {FALL:.0f} or more: {down['fjh']['dip']:.1f} times in `fjh`, {down['tf']['dip']:.1f} in `tf`;",
        f"  **not quite in `fjh-b`, {down['fjh-b']['dip']:.1f} times**.",
        f"- Rise before the cut-off, by {RISE} or more: **not in `fjh`**, where D falls to the last complete pulse; in `fjh-b` {down['fjh-b']['end']:.1f} times from {down['fjh-b']['least_voltage_V']:.3f} V to the",
        f"  last complete pulse at {down['fjh-b']['last_voltage_V']:.3f} V, which is a bound again, so at least that. The pulse that the cut-off ends falls again ({ends['fjh-b']['end']:.2f} with it).",
        "- **So neither set shows all of the paper's shape (K03): `fjh` lacks the rise, `fjh-b` the depth.** The two differ by only",
        f"  {abs(misfits['fjh'] - misfits['fjh-b']):.1f} in misfit to the rates ({misfits['fjh']:.2f} and {misfits['fjh-b']:.2f}) and are told apart by GITT. When small pores fill fast,",
        "  the large and slow ones are left for the end, and D goes on falling; when large pores fill fast, the slow ones come first, at the top of the",
        "  plateau, and D recovers.",
        f"- Nor is the fall of `fjh-b` where the paper has it, between 0.1 and 0.05 V: it is {fallen(found, 'fjh-b', 0.1):.1f} times above 0.1 V already, and between 0.1 and 0.05 V D rises,",
        f"  where the paper's begins to rise below 0.05 V. The fall of `fjh` is there ({fallen(found, 'fjh', 0.1):.1f} times above 0.1 V), but goes on to the end.",
        f"- Uncorrected, with all resistance inside `dE_t`, `fjh-b` shows all three: D falls {bare['dip']:.1f} times to a least at {bare['least_voltage_V']:.3f} V and rises {bare['end']:.1f} times; `fjh` falls",
        f"  {carbons['fjh']['uncorrected sodiation']['complete']['dip']:.1f} times and does not rise enough ({carbons['fjh']['uncorrected sodiation']['complete']['end']:.2f}).",
        f"- On desodiation the least of `fjh-b` lies outside the range of the table: {least_up['diffusivity_m2_s']:.2g} m2/s at {least_up['voltage_V']:.3f} V.",
        f"- Voltages are those at the end of rest. No complete pulse of `fjh` rests below {least_rest['fjh']:.3f} V: the cut-off is reached in the pulse.",
        "",
        *below(carbons),
        "",
        f"Share of the points of TF that lie below FJH at the same voltage. With `dE_t` from 10 s TF is not lower ({below_fjh['sodiation, complete']:.0%} of `fjh`): both slopes are bounds, and TF has the filling rates of FJH by",
        'assumption. Uncorrected it is nearly everywhere lower on sodiation, because its assumed resistance (110 against 20 ohm) is inside `dE_t`. The paper\'s "FJH above TF" is therefore met',
        "only if its evaluation left the resistance in, or if TF fills more slowly than assumed here.",
        "",
        "## Which cause makes the dip",
        "",
        "Each alternative alone, or switched off; sodiation, `D_ads` constant throughout. Dip and last / least as above; below 1, the last pulse rests below the",
        "0.03 V where the search for the least ends; in brackets a short last pulse has a higher ceiling, and its ratio can be large.",
        "",
        *ratios(alternatives),
        "",
        "In `fjh-b` (`fjh` in brackets):",
        "",
        f"- (i) The thermodynamic factor (`dq_ads/dq` down to {factor:.3f} on the plateau) leaves {dip('(i) only')} ({dip('(i) only', 'fjh')}): `D_ads dq_ads/dq` stays above the ceiling. It would show {dip('(i) the same')} ({dip('(i) the same', 'fjh')}) at 1e-13 m2/s, but",
        f"  then 5 C cannot be met: at 2e-13 m2/s the best misfit is {slow_misfit:.0f} already (below).",
        f"- (ii) Resistance: with no electrolyte and no resistance {dip('(ii) switched off')} of {dip('as in')} is left ({dip('(ii) switched off', 'fjh')} of {dip('as in', 'fjh')}); uncorrected it is {dip('(ii) uncorrected')} ({dip('(ii) uncorrected', 'fjh')}). 10 s do not take out the electrolyte, whose gradients in the glass",
        f"  fibre take half an hour to build: with pores at equilibrium they alone make {dip('(iv) switched off: pores')} ({dip('(iv) switched off: pores', 'fjh')}).",
        f"- (iii) Curvature: pulses of a tenth of the charge leave {dip('(iii)')} ({dip('(iii)', 'fjh')}). The steps of 8.33 mAh/g are not the cause.",
        f"- (iv) Slow filling: without it, and without electrolyte and resistance, nothing is left ({dip('(i) only')}). With rests that equilibrate it is {dip('(iv) rests of 100 h')} ({dip('(iv) rests of 100 h', 'fjh')}): the dip comes",
        "  from relaxation inside the pulse, not from the unfinished rest.",
        "",
        f"So in `fjh` the dip is relaxation of filling, and the electrolyte adds little; in `fjh-b` filling ({dip('(ii) switched off')} alone) and the electrolyte ({dip('(iv) switched off: pores')} alone) make it together.",
        "In neither is it a dip of a diffusivity, and no intercalation is needed for it.",
        "",
        f"With solver tolerances a thousand times tighter no D of `fjh-b` changes by more than {100 * found['accuracy']['tolerances']:.2f} %, with three times the points in the particle",
        f"and twice in separator and electrode by {100 * found['accuracy']['mesh']:.2f} %.",
        "",
        "## Other sets that explain the rates",
        "",
        "Refitted to the rates in the SPMe, GITT in the DFN (a prediction). 25 evaluations from the shipped set of the same sign, with another number of classes from five starts more, so a misfit is an upper bound;",
        f"the shipped sets, fitted longer and in the DFN, have {misfits['fjh']:.2f} and {misfits['fjh-b']:.2f}. What is held is in the name.",
        "",
        *others(found["sets"]),
        "",
        f"Fall and rise together: {'; '.join(shown) or 'none'}; within a misfit of 10: {'; '.join(near) or 'none'}.",
        "With the relaxation law D rises again in every set in which large pores are fast, and in none in which small ones are; the sinh law shows no rise.",
        f"The fall of those with large pores fast is {min(falls):.1f} to {max(falls):.1f} times: whether it counts as pronounced depends on the set.",
        "",
        "## What the formula returns",
        "",
        "Diffusivity found over put in, pulses of 10 min, no resistance, `dE_t` from switching, rests that equilibrate, SPM with 200 points in the particle.",
        "",
        "![Bias of the formula over tau D/R2](images/gitt_bias.png)",
        "",
        *biases(found["bias"]),
        "",
        "- Below `tau D/R2` of 3e-3 the formula returns what went in within 10 % (grey band), in one phase with small steps. Above, the sphere fills up and it falls to the ceiling, `4/(9 pi)` over `tau D/R2`.",
        "- With `dE_t` from 10 s in 600 s it returns 1.32 times as much, because a root of time has done an eighth of its change by then.",
        "- Steps of 8.33 mAh/g bend the isotherm of the slope; where pores fill, the factor `dq_ads/dq` and the rate of filling come in, and D found is neither.",
        "- The paper's pulses on particles of 5 um are above `tau D/R2` of 3e-3 for every D above 1.3e-16 m2/s.",
        "",
    ]
