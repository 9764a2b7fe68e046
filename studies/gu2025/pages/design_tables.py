"""Tables of docs/design.md."""

from typing import Any

from ..design import CARBONS

NAMES = {"fjh": "FJH", "fjh-b": "FJH, second set", "tf": "TF"}
ENERGY, MARGIN = "energy_Wh_kg_active", "plating_margin_V"
SEPARATOR = "Separator thickness [m]"


def millivolts(margin: float) -> str:
    """Margin in mV; with a digit more where the sign would be lost."""
    return f"{1e3 * margin:.0f}" if abs(margin) >= 1e-3 else f"{1e3 * margin:z.1f}"


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
        "shift": fastest["without_plating"]["mass_ratio"] - static["mass_ratio"],
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


TABLES = (of_mass_ratios, of_mesh_of_models, of_slow, of_constrained, of_presodiation, of_loading)
