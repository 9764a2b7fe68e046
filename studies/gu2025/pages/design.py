"""Facts and claims of docs/design.md."""

from typing import Any

from napore.parameters.sets import load_set
from napore.validation.audit import first_cycle_loss

from ..design import CARBONS
from .design_pictures import PICTURES
from .design_tables import ENERGY, MARGIN, NAMES, SEPARATOR, TABLES

__all__ = ["PICTURES", "facts", "said"]


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
    return {
        "verdict": first,
        "margins": {carbon: margins(carbon) for carbon in ("fjh", "fjh-b")},
        "energies": ", ".join(f"{p[ENERGY]:.0f}" for _, p in sorted(points["fjh"].items())),
        "tf_plates_at": ", ".join(f"{rate:g}" for rate in plating["tf"]),
    }


def findings(found: dict[str, Any]) -> dict[str, Any]:
    """Numbers of the findings."""
    of_fjh = {one["rate_C"]: one for one in found["fjh"]["best"]}
    margins = [1e3 * b["without_plating"][MARGIN] for b in of_fjh.values()]
    least, most = min(margins), max(margins)
    static, slowest = found["slow"]["static"], found["slow"]["optima"][-1]
    added = found["presodiation"]
    rates = sorted({p["rate_C"] for p in added})
    gain = [_ends(p for p in added if p["rate_C"] == rate and p[MARGIN] >= 0.0) for rate in rates]
    stack = {(p[SEPARATOR], p["loading_mg_cm2"]): p for p in found["loading"] if p["rate_C"] == 0.1}
    low, high = min(stack), max(stack)
    return {
        "ratios": ", ".join(
            f"{b['without_plating']['mass_ratio']:g} at {rate:g} C" for rate, b in of_fjh.items()
        ),
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


def of_ragone(found: dict[str, Any]) -> dict[str, Any]:
    """Energy over power."""
    points = [p for p in found["ragone"] if p["status"] == "ok"]
    rates = sorted({p["rate_C"] for p in points})
    best: dict[float, list[float]] = {}
    for rate in rates:
        safe = [p for p in points if p["rate_C"] == rate and p[MARGIN] >= 0.0]
        best.setdefault(max(safe, key=lambda p: float(p[ENERGY]))["mass_ratio"], []).append(rate)
    by_ratio = {r: [p for p in points if p["mass_ratio"] == r] for r in {p["mass_ratio"] for p in points}}
    always = sorted(r for r, some in by_ratio.items() if all(p[MARGIN] < 0.0 for p in some))
    middle = [
        [p[ENERGY] for p in some if 0.5 <= p["rate_C"] <= 2.0]
        for r, some in by_ratio.items()
        if r not in always
    ]
    return {
        "most_energy": (
            "; ".join(
                f"{ratio:g} "
                + (f"from {some[0]:g} to {some[-1]:g} C" if len(some) > 1 else f"at {some[0]:g} C")
                for ratio, some in best.items()
            )
        ),
        "always": always,
        "flat": max(max(some) / min(some) - 1.0 for some in middle),
    }


def facts(found: dict[str, Any]) -> dict[str, Any]:
    """Numbers and rows of the template."""
    parts = (paper_ratio, findings, *TABLES, of_ragone)
    numbers = load_set("fjh-nvp").numbers
    return {
        **{name: value for part in parts for name, value in part(found).items()},
        "ratio": numbers["Mass ratio of carbon to cathode"],
        "one_C": numbers["Cathode electrode current of 1 C [A.kg-1]"],
        "usable": numbers["Cathode electrode usable specific capacity [mA.h.g-1]"],
        "loading_mg_cm2": 100.0 * numbers["Cathode electrode areal loading [kg.m-2]"],
        "lost": first_cycle_loss("fjh"),
    }
