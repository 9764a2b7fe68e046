"""Text of docs/design.md from the data of scripts/design_page.py."""

from typing import Any

__all__ = ["page"]

NAMES = {"fjh": "FJH", "fjh-b": "FJH, second set", "tf": "TF"}
ENERGY, MARGIN = "energy_Wh_kg_active", "plating_margin_V"
SEPARATOR = "Separator thickness [m]"


def page(found: dict[str, Any]) -> str:
    """Whole page."""
    check(found)
    sections = (
        opening,
        mass_ratios,
        mesh_of_models,
        slow,
        constrained,
        presodiation,
        loading,
        ragone,
        trust,
    )
    return "\n".join(line for section in sections for line in [*section(found), ""])


def row(*cells: Any) -> str:
    """One row of a Markdown table."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def millivolts(margin: float) -> str:
    """Margin in mV; with a digit more where the sign would be lost."""
    return f"{1e3 * margin:.0f}" if abs(margin) >= 1e-3 else f"{1e3 * margin:z.1f}"


def table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[str]:
    """Markdown table."""
    return [row(*head), row(*["---"] * len(head)), *(row(*cells) for cells in rows)]


def at_two_to_five(found: dict[str, Any]) -> dict[str, dict[float, dict[str, Any]]]:
    """Points at the ratio of the paper, by carbon and rate."""
    return {
        carbon: {p["rate_C"]: p for p in one["points"] if p["mass_ratio"] == 0.4}
        for carbon, one in found["ratios"].items()
    }


def check(found: dict[str, Any]) -> None:
    """Refuse to write a page whose words are no longer those of the numbers."""
    carbons = found["ratios"].values()
    ratios = [[b["without_plating"]["mass_ratio"] for b in one["best"]] for one in carbons]
    left_of_best = [
        p[MARGIN]
        for best in found["ratios"]["fjh"]["best"]
        for p in found["ratios"]["fjh"]["points"]
        if p["rate_C"] == best["rate_C"]
        and abs(p["mass_ratio"] - best["without_plating"]["mass_ratio"] + 0.01) < 1e-6
    ]
    static, slowest = found["slow"]["static"], found["slow"]["optima"][-1]["without_plating"]
    stack = {(p[SEPARATOR], p["loading_mg_cm2"]): p for p in found["loading"]}
    low, high = min(stack), max(stack)
    said = {
        "the best ratio grows with the rate": all(some == sorted(some) for some in ratios),
        "full within a step of 0.01": len(left_of_best) == 3 and max(left_of_best) < 0.0,
        "equilibrium is the slow limit": abs(slowest["mass_ratio"] - static["mass_ratio"]) < 0.005
        and abs(slowest[ENERGY] / static[ENERGY] - 1.0) < 0.005,
        "more carbon at rates in use": all(min(some) > static["mass_ratio"] for some in ratios[:2]),
        "the stack differs": stack[low[0], high[1]]["energy_Wh_kg_stack"]
        > 3.0 * stack[high[0], low[1]]["energy_Wh_kg_stack"],
        "glass fibre outweighs the rest": stack[high]["energy_Wh_kg_stack"]
        < 0.5 * stack[low[0], high[1]]["energy_Wh_kg_stack"],
    }
    wrong = [what for what, holds in said.items() if not holds]
    if wrong:
        raise ValueError(f"the page says, but the numbers do not: {'; '.join(wrong)}")


def paper_ratio(found: dict[str, Any]) -> list[str]:
    """What becomes of the ratio of the paper."""
    points = at_two_to_five(found)

    def margins(carbon: str) -> str:
        ordered = sorted(points[carbon].items())
        return ", ".join(f"{1e3 * p[MARGIN]:z.0f} mV at {rate:g} C" for rate, p in ordered)

    plating = {c: [rate for rate, p in sorted(some.items()) if p[MARGIN] < 0.0] for c, some in points.items()}
    fastest = max(points["fjh"])
    if not plating["fjh"] and not plating["fjh-b"]:
        first = (
            f"**The ratio of the paper, 2 : 5, plates at none of these rates with FJH**, up to {fastest:g} C."
        )
    else:
        rates = {NAMES[c]: ", ".join(f"{r:g}" for r in plating[c]) for c in ("fjh", "fjh-b") if plating[c]}
        where = "; ".join(f"{name} at {some} C" for name, some in rates.items())
        first = f"**The ratio of the paper, 2 : 5, would plate: {where}.**"
    energies = ", ".join(f"{p[ENERGY]:.0f}" for _, p in sorted(points["fjh"].items()))
    lines = [
        f"- {first} Margin {margins('fjh')} (second set: {margins('fjh-b')}); energy {energies} Wh/kg.",
    ]
    if plating["tf"]:
        worst = ", ".join(f"{rate:g}" for rate in plating["tf"])
        lines.append(f"  TF, which holds less, is full at this ratio and would plate at {worst} C.")
    return lines


def opening(found: dict[str, Any]) -> list[str]:
    """Title and findings."""
    of_fjh = {one["rate_C"]: one for one in found["ratios"]["fjh"]["best"]}
    ratios = ", ".join(f"{b['without_plating']['mass_ratio']:g} at {rate:g} C" for rate, b in of_fjh.items())
    margins = [1e3 * b["without_plating"][MARGIN] for b in of_fjh.values()]
    least, most = min(margins), max(margins)
    static, slowest = found["slow"]["static"], found["slow"]["optima"][-1]
    added = found["presodiation"]
    rates = sorted({p["rate_C"] for p in added})
    gain = [_ends(p for p in added if p["rate_C"] == rate and p[MARGIN] >= 0.0) for rate in rates]
    stack = {(p[SEPARATOR], p["loading_mg_cm2"]): p for p in found["loading"] if p["rate_C"] == 0.1}
    low, high = min(stack), max(stack)
    return [
        "# Design of the pair carbon / NVP",
        "",
        "Written by `scripts/design_page.py page` from `docs/data/design_gu2025.json`, which `scripts/design_page.py run`",
        "regenerates. Pair: the carbons of Gu et al. 2025 (Chem. Eng. J., 159331) against Na3V2(PO4)3, 2 to 4 V, 25 °C,",
        "charge and discharge at the same rate, third cycle from equilibrium at 2 V, SPMe unless said. Nothing is fitted to a full",
        "cell: all of it is predicted. Mass ratio: g carbon per g NVP; energy: on both active masses unless said; 1 C = 117.6 mA/g NVP.",
        "",
        f"- **The best mass ratio grows with the rate.** Without plating: {ratios} (FJH).",
        *paper_ratio(found),
        "- **The limit is a cliff.** A carbon with room left in its pores ends the charge at "
        f"{least:.0f} to {most:.0f} mV at these ratios; one that is full falls below 0 V within a step of 0.01 in the ratio. The largest",
        "  energy lies next to the cliff, so a design needs distance from it.",
        f"- **Equilibrium gives the slow limit only.** Its optimum is {static['mass_ratio']:.3f}, {static[ENERGY]:.1f} Wh/kg; at "
        f"{slowest['rate_C']:g} C simulation finds {slowest['without_plating']['mass_ratio']:g}, "
        f"{slowest['without_plating'][ENERGY]:.1f} Wh/kg. At rates in use slow pores are not filled in time, which needs more carbon.",
        "- **Presodiation pays until the carbon is full.** At 2 : 5, from none to the most without plating: "
        + "; ".join(
            f"every point would plate at {rate:g} C"
            if first is None
            else f"{first[ENERGY]:.0f} to {last[ENERGY]:.0f} Wh/kg with {last['presodiation_mAh_g_carbon']:g} mAh/g at {rate:g} C"
            for rate, (first, last) in zip(rates, gain, strict=True)
        )
        + ".",
        f"- **Energy on active masses says little about a stack.** With 500 µm of glass fibre and {low[1]:g} mg/cm2 the stack has "
        f"{stack[high[0], low[1]]['energy_Wh_kg_stack']:.0f} Wh/kg, with 25 µm and {high[1]:g} mg/cm2 "
        f"{stack[low[0], high[1]]['energy_Wh_kg_stack']:.0f} Wh/kg, of the same {stack[low][ENERGY]:.0f} Wh/kg.",
    ]


def _ends(rows: Any) -> tuple[Any, Any]:
    """Points of the least and the most presodiation."""
    ordered = sorted(rows, key=lambda p: float(p["presodiation_mAh_g_carbon"]))
    return (ordered[0], ordered[-1]) if ordered else (None, None)


def mass_ratios(found: dict[str, Any]) -> list[str]:
    """Best mass ratio of each carbon and rate."""
    rows = []
    for carbon, one in found["ratios"].items():
        for best in one["best"]:
            safe, free = best["without_plating"], best["any"]
            rows.append(
                (
                    NAMES[carbon],
                    f"{best['rate_C']:g}",
                    f"{safe['mass_ratio']:g}" + ("" if safe[MARGIN] >= 0.0 else " (all plate)"),
                    f"{safe['n_p_ratio']:.2f}",
                    f"{safe['capacity_mAh_g_cathode']:.1f}",
                    f"{safe['mean_voltage_V']:.3f}",
                    f"{safe[ENERGY]:.1f}",
                    millivolts(safe[MARGIN]),
                    f"{free['mass_ratio']:g}",
                    f"{free[ENERGY]:.1f}",
                    millivolts(free[MARGIN]),
                )
            )
        static = one["static"]
        rows.append(
            (
                NAMES[carbon],
                "equilibrium",
                f"{static['mass_ratio']:.3f}",
                f"{static['n_p_ratio']:.2f}",
                f"{static['capacity_mAh_g_cathode']:.1f}",
                f"{static['mean_voltage_V']:.3f}",
                f"{static[ENERGY]:.1f}",
                millivolts(static[MARGIN]),
                *("", "", ""),
            )
        )
    head = ("carbon", "C", "best ratio", "N/P", "mAh/g NVP", "mean V", "Wh/kg", "margin / mV")
    free = ("best whatever the margin", "Wh/kg", "margin / mV")
    band = []
    for capacity, bests in found["capacity of NVP"].items():
        for best in bests:
            safe = best["without_plating"]
            band.append((capacity, f"{best['rate_C']:g}", f"{safe['mass_ratio']:g}", f"{safe[ENERGY]:.1f}"))
    return [
        "## Mass ratio",
        "",
        "![Energy and plating margin over mass ratio for three carbons and three rates](images/design_mass_ratio.png)",
        "",
        "*Filled: no plating; open: somewhere on charge the carbon lies below sodium. Dotted: equilibrium. Grid of 0.05, of 0.01 around the best.*",
        "",
        *table((*head, *free), rows),
        "",
        "N/P counts all sites of the carbon. On the left of the cliff the carbon is full before the cell reaches 4 V; on its right the sodium that the first",
        "cycle takes (47 mAh per g of FJH) grows with every gram of carbon, and the mean voltage falls because more of the slope is used.",
        "Both sets of FJH fit the half cell nearly equally well; where they differ here, the half cell's rates do not decide.",
        "",
        "NVP's usable capacity is 115 mAh/g; with the ends of its band (best without plating, grid of 0.025, FJH):",
        "",
        *table(("mAh/g NVP", "C", "best ratio", "Wh/kg"), band),
    ]


def mesh_of_models(found: dict[str, Any]) -> list[str]:
    """SPMe against the DFN."""
    rows, worst_energy, worst_margin = [], 0.0, 0.0
    for pair in found["spot checks"]:
        spme, dfn = pair["SPMe"], pair["DFN"]
        energy = 100.0 * (spme[ENERGY] / dfn[ENERGY] - 1.0)
        margin = 1e3 * (spme[MARGIN] - dfn[MARGIN])
        worst_energy, worst_margin = max(worst_energy, abs(energy)), max(worst_margin, abs(margin))
        rows.append(
            (
                f"{dfn['rate_C']:g}",
                f"{dfn['mass_ratio']:g}",
                f"{dfn[ENERGY]:.2f}",
                f"{energy:+z.3f} %",
                f"{1e3 * dfn[MARGIN]:z.1f}",
                f"{margin:+z.1f}",
            )
        )
    return [
        "## SPMe against DFN",
        "",
        f"Spot checks with FJH at the best ratios and around them: energy within {worst_energy:.2f} %, margin within {worst_margin:.1f} mV"
        " (the largest where the carbon is full).",
        "",
        *table(("C", "ratio", "DFN Wh/kg", "SPMe less DFN", "DFN margin / mV", "SPMe less DFN / mV"), rows),
    ]


def slow(found: dict[str, Any]) -> list[str]:
    """Static design against slow simulation."""
    static = found["slow"]["static"]
    fastest, slowest = found["slow"]["optima"][0], found["slow"]["optima"][-1]
    shift = fastest["without_plating"]["mass_ratio"] - static["mass_ratio"]

    beside = found["slow"]["pairs"][0]["static"]
    (same,) = (p for p in fastest["points"] if p["mass_ratio"] == beside["mass_ratio"])

    def gap(one: dict[str, Any]) -> float:
        return 100.0 * float(one["without_plating"][ENERGY] / static[ENERGY] - 1.0)

    optima = []
    for one in found["slow"]["optima"]:
        best = one["without_plating"]
        optima.append(
            (
                f"{one['rate_C']:g} C",
                f"{best['mass_ratio']:g}",
                f"{best[ENERGY]:.1f}",
                f"{1e3 * best[MARGIN]:z.0f}",
                f"{gap(one):+.1f} %",
            )
        )
    optima.append(
        (
            "equilibrium",
            f"{static['mass_ratio']:.4f}",
            f"{static[ENERGY]:.1f}",
            millivolts(static[MARGIN]),
            "",
        )
    )
    rows, worst = [], 0.0
    for pair in found["slow"]["pairs"]:
        simulated, exact = pair["simulated"], pair["static"]
        capacity, energy = (100 * (exact[n] / simulated[n] - 1) for n in ("capacity_mAh_g_cathode", ENERGY))
        worst = max(worst, abs(capacity), abs(energy))
        rows.append(
            (
                f"{exact['mass_ratio']:g}",
                f"{exact['presodiation_mAh_g_carbon']:g}",
                f"{simulated['capacity_mAh_g_cathode']:.2f}",
                f"{capacity:+.3f} %",
                f"{simulated[ENERGY]:.2f}",
                f"{energy:+z.3f} %",
                f"{1e3 * simulated[MARGIN]:z.1f}",
                f"{1e3 * exact[MARGIN]:z.1f}",
            )
        )
    return [
        "## Equilibrium and slow simulation",
        "",
        "Optimum without plating (FJH, grid of 0.005):",
        "",
        *table(("rate", "best ratio", "Wh/kg", "margin / mV", "energy to equilibrium"), optima),
        "",
        f"At {slowest['rate_C']:g} C both agree within the grid and {abs(gap(slowest)):.1f} % in energy: the optimum at equilibrium lies on the cliff itself, and the best",
        f"point of a grid beside it. At {fastest['rate_C']:g} C the optimum is already {shift:.3f} higher and the energy {abs(gap(fastest)):.1f} % lower, because the slowest",
        "pores lag by the current over their rate constant: the carbon counts as full earlier and more of it is needed. First cycle; at the ratio",
        f"{same['mass_ratio']:g} itself, right of the cliff, {fastest['rate_C']:g} C gives {100 * abs(same[ENERGY] / beside[ENERGY] - 1):.2f} % less than equilibrium.",
        "",
        f"The same designs at C/1000 and at equilibrium (largest difference {worst:.3f} %):",
        "",
        *table(
            (
                "ratio",
                "presodiation mAh/g",
                "C/1000 mAh/g",
                "static",
                "C/1000 Wh/kg",
                "static",
                "margin C/1000 / mV",
                "static",
            ),
            rows,
        ),
    ]


def constrained(found: dict[str, Any]) -> list[str]:
    """Optimum by IPOPT."""
    times = found["times"]
    rows = []
    for one in times["optima"]:
        limit = "none" if one["cathode_limit_V"] is None else f"{one['cathode_limit_V']:g} V"
        added = "0" if one["presodiation"] is None else f"0 to {one['presodiation'][1]:g}"
        asked = (f"{1e3 * one['plating_margin_V']:.0f}", limit, added)
        best = one["found"]
        if best is None:
            rows.append((*asked, "none", "", "", "", ""))
            continue
        rows.append(
            (
                *asked,
                f"{best['mass_ratio']:.4f}",
                f"{best['presodiation_mAh_g_carbon']:.1f}",
                f"{best[ENERGY]:.1f}",
                f"{1e3 * best[MARGIN]:z.1f}",
                f"{best['cathode_potential_charged_V']:.4f}",
            )
        )
    return [
        "## Optimum under constraints, at equilibrium",
        "",
        "IPOPT with exact second derivatives from casadi: least plating margin, highest potential of the charged cathode, presodiation held or free.",
        "",
        *table(
            (
                "margin at least / mV",
                "cathode at most",
                "presodiation",
                "ratio",
                "mAh/g",
                "Wh/kg",
                "margin / mV",
                "cathode / V",
            ),
            rows,
        ),
        "",
        f"Processor time of one such optimum: {times['median_ms']:.0f} ms (median of {times['runs']}), after {times['build_and_first_s']:.1f} s for the cell, the laws and the first.",
        "In the charged cell the cathode lies at 4 V plus the margin, so that one limit bounds the other.",
    ]


def presodiation(found: dict[str, Any]) -> list[str]:
    """Presodiation at the ratio of the paper."""
    points = found["presodiation"]
    rates = sorted({p["rate_C"] for p in points})
    rows = []
    for added in sorted({p["presodiation_mAh_g_carbon"] for p in points}):
        at = {p["rate_C"]: p for p in points if p["presodiation_mAh_g_carbon"] == added}
        rows.append((f"{added:g}", *(f"{at[r][ENERGY]:.1f} ({1e3 * at[r][MARGIN]:z.0f})" for r in rates)))
    return [
        "## Presodiation",
        "",
        "![Energy and plating margin over presodiation at 2 : 5](images/design_presodiation.png)",
        "",
        "Energy / Wh/kg (margin / mV) at 2 : 5; 47 mAh/g makes good the whole loss of the first cycle:",
        "",
        *table(("mAh/g carbon", *(f"{rate:g} C" for rate in rates)), rows),
        "",
        "Sodium that is added must find room on charge: the gain ends at the same cliff as a smaller mass ratio. "
        + _where_it_ends(points),
    ]


def _where_it_ends(points: list[dict[str, Any]]) -> str:
    """Up to what presodiation no sodium plates, by rate."""
    most = max(p["presodiation_mAh_g_carbon"] for p in points)
    ends, free = [], []
    for rate in sorted({p["rate_C"] for p in points}):
        safe = [p["presodiation_mAh_g_carbon"] for p in points if p["rate_C"] == rate and p[MARGIN] >= 0.0]
        if safe and max(safe) == most:
            free.append(f"{rate:g}")
        else:
            ends.append(f"after {max(safe):g} mAh/g at {rate:g} C" if safe else f"at once at {rate:g} C")
    if not ends:
        return f"It does not end within {most:g} mAh/g."
    rest = f"; not within {most:g} mAh/g at {' and '.join(free)} C" if free else ""
    return f"It does so {', '.join(ends)}{rest}."


def loading(found: dict[str, Any]) -> list[str]:
    """Energy of the stack over loading."""
    points = found["loading"]
    thickness = sorted({p[SEPARATOR] for p in points})
    rates = sorted({p["rate_C"] for p in points})
    rows = []
    for value in sorted({p["loading_mg_cm2"] for p in points}):
        at = {(p[SEPARATOR], p["rate_C"]): p for p in points if p["loading_mg_cm2"] == value}
        first = at[thickness[0], rates[0]]
        stacks = (f"{at[t, r]['energy_Wh_kg_stack']:.1f}" for t in thickness for r in rates)
        rows.append(
            (f"{value:g}", f"{first[ENERGY]:.1f}", f"{first['energy_Wh_kg_electrodes']:.1f}", *stacks)
        )
    heads = (f"stack, {1e6 * t:.0f} µm, {r:g} C" for t in thickness for r in rates)
    return [
        "## Loading and the stack",
        "",
        "![Energy on three masses over loading](images/design_loading.png)",
        "",
        "Wh/kg at 2 : 5. The thicknesses follow the loading at constant porosity; the separator of 25 µm has the porosity of the glass fibre;",
        "foils are coated on one side, as in a coin cell, so a cell of many layers lies higher.",
        "",
        *table(("mg/cm2 NVP", f"active, {rates[0]:g} C", f"coatings, {rates[0]:g} C", *heads), rows),
        "",
        "Foils, separator and the electrolyte in it weigh the same at every loading: a stack energy without its loading means nothing,",
        "and in a coin cell the glass fibre soaked with electrolyte outweighs the rest.",
    ]


def ragone(found: dict[str, Any]) -> list[str]:
    """Energy over power."""
    points = [p for p in found["ragone"] if p["status"] == "ok"]
    rates = sorted({p["rate_C"] for p in points})
    best: dict[float, list[float]] = {}
    for rate in rates:
        safe = [p for p in points if p["rate_C"] == rate and p[MARGIN] >= 0.0]
        best.setdefault(max(safe, key=lambda p: float(p[ENERGY]))["mass_ratio"], []).append(rate)
    most = "; ".join(
        f"{ratio:g} " + (f"from {some[0]:g} to {some[-1]:g} C" if len(some) > 1 else f"at {some[0]:g} C")
        for ratio, some in best.items()
    )
    by_ratio = {r: [p for p in points if p["mass_ratio"] == r] for r in {p["mass_ratio"] for p in points}}
    always = sorted(r for r, some in by_ratio.items() if all(p[MARGIN] < 0.0 for p in some))
    middle = [
        [p[ENERGY] for p in some if 0.5 <= p["rate_C"] <= 2.0]
        for r, some in by_ratio.items()
        if r not in always
    ]
    flat = max(max(some) / min(some) - 1.0 for some in middle)
    return [
        "## Energy and power",
        "",
        "![Energy over power for five mass ratios](images/design_ragone.png)",
        "",
        "*Open marks: plating on charge at the same rate.*",
        "",
        f"Of these five the most energy without plating: {most}."
        + (
            f" At {' and '.join(f'{r:g}' for r in always)} the cell would plate at every rate."
            if always
            else ""
        ),
        f"Between 0.5 and 2 C the energy of a ratio that does not always plate changes by {100 * flat:.1f} % at most.",
    ]


def trust(found: dict[str, Any]) -> list[str]:
    """What is assumed, and the limits."""
    return [
        "## What is predicted, what is assumed",
        "",
        "Predicted: everything on this page. Fitted: the carbon, to half cells only ([calibration](calibration.md)); between the rates that",
        "were fitted (0.02 to 5 C of 300 mA/g) the carbon is interpolated, above it is not: at 2 : 5 a rate of 6 C is"
        f" {6 * 117.6 / 0.4 / 300:.1f} C of the carbon, at a smaller ratio more. Assumed: the kinetics of NVP, its flat potential without hysteresis,",
        "its loading (3.125 mg/cm2), thicknesses, porosities and the separator (`napore parameters show fjh-nvp`). TF's resistance is assumed; so are its rates of filling (FJH's).",
        "",
        "Limits: the margin says where plating may begin, not how much; no metal is deposited in these runs, so how far it falls below zero in a full carbon means nothing; the loss of the first cycle is one number per gram of",
        "carbon at every ratio; no ageing; one temperature. The energies are of one discharge, not of a cell with tabs and casing.",
        "",
        "```sh",
        "napore design --mass-ratio 0.3:0.5:9 --rates 0.1,1,6 --plot design.png",
        "napore design --mass-ratio 0.4 --presodiation 0,20,40 --rates 1",
        "napore design --mass-ratio 0.4 --loading 3,6,12 --vary 'Separator thickness [m]=25e-6,500e-6'",
        "```",
        "",
        f"napore {found['napore']}, PyBaMM {found['pybamm']}, parameters {found['parameters_sha256'][:12]}.",
    ]
