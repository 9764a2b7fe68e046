"""Facts and claims of docs/design.md."""

from typing import Any

from napore.parameters.sets import load_set
from napore.validation.audit import first_cycle_loss

from ..design import CARBONS
from .design_pictures import PICTURES

__all__ = ["PICTURES", "facts", "said"]

NAMES = {"fjh": "FJH", "fjh-b": "FJH, second set", "tf": "TF"}
ENERGY, MARGIN = "energy_Wh_kg_active", "plating_margin_V"
SEPARATOR = "Separator thickness [m]"


def millivolts(margin: float) -> str:
    """Margin in mV; with a digit more where the sign would be lost."""
    return f"{1e3 * margin:.0f}" if abs(margin) >= 1e-3 else f"{1e3 * margin:z.1f}"


def at_two_to_five(found: dict[str, Any]) -> dict[str, dict[float, dict[str, Any]]]:
    """Points at the ratio of the paper, by carbon and rate."""
    return {
        carbon: {p["rate_C"]: p for p in one["points"] if p["mass_ratio"] == 0.4}
        for carbon, one in ((carbon, found[carbon]) for carbon in CARBONS)
    }


def said(found: dict[str, Any]) -> dict[str, bool]:
    """What the words say of the numbers."""
    carbons = [found[c] for c in CARBONS]
    ratios = [[b["without_plating"]["mass_ratio"] for b in one["best"]] for one in carbons]
    left_of_best = [
        p[MARGIN]
        for best in found["fjh"]["best"]
        for p in found["fjh"]["points"]
        if p["rate_C"] == best["rate_C"]
        and abs(p["mass_ratio"] - best["without_plating"]["mass_ratio"] + 0.01) < 1e-6
    ]
    static, slowest = found["slow"]["static"], found["slow"]["optima"][-1]["without_plating"]
    stack = {(p[SEPARATOR], p["loading_mg_cm2"]): p for p in found["loading"]}
    low, high = min(stack), max(stack)
    return {
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


def paper_ratio(found: dict[str, Any]) -> dict[str, Any]:
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
    return {
        "verdict": first,
        "margins": {carbon: margins(carbon) for carbon in ("fjh", "fjh-b")},
        "energies": energies,
        "tf_plates_at": ", ".join(f"{rate:g}" for rate in plating["tf"]),
    }


def findings(found: dict[str, Any]) -> dict[str, Any]:
    """Numbers of the findings."""
    of_fjh = {one["rate_C"]: one for one in found["fjh"]["best"]}
    ratios = ", ".join(f"{b['without_plating']['mass_ratio']:g} at {rate:g} C" for rate, b in of_fjh.items())
    margins = [1e3 * b["without_plating"][MARGIN] for b in of_fjh.values()]
    least, most = min(margins), max(margins)
    static, slowest = found["slow"]["static"], found["slow"]["optima"][-1]
    added = found["presodiation"]
    rates = sorted({p["rate_C"] for p in added})
    gain = [_ends(p for p in added if p["rate_C"] == rate and p[MARGIN] >= 0.0) for rate in rates]
    stack = {(p[SEPARATOR], p["loading_mg_cm2"]): p for p in found["loading"] if p["rate_C"] == 0.1}
    low, high = min(stack), max(stack)
    return {
        "ratios": ratios,
        "least": least,
        "most": most,
        "static": static,
        "slowest": slowest,
        "gain": [(rate, *ends) for rate, ends in zip(rates, gain, strict=True)],
        "stack": stack,
        "low": low,
        "high": high,
    }


def _ends(rows: Any) -> tuple[Any, Any]:
    """Points of the least and the most presodiation."""
    ordered = sorted(rows, key=lambda p: float(p["presodiation_mAh_g_carbon"]))
    return (ordered[0], ordered[-1]) if ordered else (None, None)


def of_mass_ratios(found: dict[str, Any]) -> dict[str, Any]:
    """Best mass ratio of each carbon and rate."""
    rows = []
    for carbon in CARBONS:
        one = found[carbon]
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
    band = []
    for capacity, bests in found["capacity of NVP"].items():
        for best in bests:
            safe = best["without_plating"]
            band.append((capacity, f"{best['rate_C']:g}", f"{safe['mass_ratio']:g}", f"{safe[ENERGY]:.1f}"))
    return {"ratio_rows": rows, "band_rows": band}


def of_mesh_of_models(found: dict[str, Any]) -> dict[str, Any]:
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
    return {"model_rows": rows, "worst_energy": worst_energy, "worst_margin": worst_margin}


def of_slow(found: dict[str, Any]) -> dict[str, Any]:
    """Static design against slow simulation."""
    static = found["slow"]["static"]
    fastest = found["slow"]["optima"][0]
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
    return {
        "optima_rows": optima,
        "pair_rows": rows,
        "worst": worst,
        "shift": shift,
        "beside": beside,
        "same": same,
        "fastest": fastest,
        "gap": gap,
    }


def of_constrained(found: dict[str, Any]) -> dict[str, Any]:
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
    return {"limited_rows": rows, "times": times}


def of_presodiation(found: dict[str, Any]) -> dict[str, Any]:
    """Presodiation at the ratio of the paper."""
    points = found["presodiation"]
    rates = sorted({p["rate_C"] for p in points})
    rows = []
    for added in sorted({p["presodiation_mAh_g_carbon"] for p in points}):
        at = {p["rate_C"]: p for p in points if p["presodiation_mAh_g_carbon"] == added}
        rows.append((f"{added:g}", *(f"{at[r][ENERGY]:.1f} ({1e3 * at[r][MARGIN]:z.0f})" for r in rates)))
    return {
        "added_rows": rows,
        "added_rates": rates,
        "where_it_ends": _where_it_ends(points),
    }


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


def of_loading(found: dict[str, Any]) -> dict[str, Any]:
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
    return {"loading_rows": rows, "loading_heads": list(heads), "first_rate": rates[0]}


def of_ragone(found: dict[str, Any]) -> dict[str, Any]:
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
    return {"most_energy": most, "always": always, "flat": flat}


def facts(found: dict[str, Any]) -> dict[str, Any]:
    """Numbers and rows of the template."""
    start = (paper_ratio, findings, of_mass_ratios, of_mesh_of_models, of_slow)
    parts = (*start, of_constrained, of_presodiation, of_loading, of_ragone)
    numbers = load_set("fjh-nvp").numbers
    shown = {name: value for part in parts for name, value in part(found).items()}
    return {
        **shown,
        "ratio": numbers["Mass ratio of carbon to cathode"],
        "one_C": numbers["Cathode electrode current of 1 C [A.kg-1]"],
        "usable": numbers["Cathode electrode usable specific capacity [mA.h.g-1]"],
        "loading_mg_cm2": 100.0 * numbers["Cathode electrode areal loading [kg.m-2]"],
        "lost": first_cycle_loss("fjh"),
    }
