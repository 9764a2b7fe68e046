"""Facts and claims of docs/design.md."""

from collections.abc import Mapping
from typing import Any

from napore.parameters.sets import load_set
from napore.validation.audit import first_cycle_loss

from ..design import CARBONS
from .design_pictures import PICTURES, TITLES

__all__ = ["PICTURES", "facts", "said"]

ENERGY, MARGIN, SEPARATOR = "energy_Wh_kg_active", "plating_margin_V", "Separator thickness [m]"
RATIO, ADDED, LOADING = "mass_ratio", "presodiation_mAh_g_carbon", "loading_mg_cm2"

Found = Mapping[str, Any]
Rows = list[dict[str, Any]]


def at_two_to_five(found: Found, carbon: str) -> Rows:
    """Points at the ratio of the paper, the slowest first."""
    return sorted((p for p in found[carbon]["points"] if p[RATIO] == 0.4), key=lambda p: p["rate_C"])


def stacks(found: Found) -> dict[tuple[float, float], dict[str, Any]]:
    """Points by thickness of the separator and loading, of the slower rate."""
    return {(p[SEPARATOR], p[LOADING]): p for p in found["loading"] if p["rate_C"] == 0.1}


def said(found: Found) -> dict[str, bool]:
    """What the words say of the numbers."""
    ratios = [[b["without_plating"][RATIO] for b in found[carbon]["best"]] for carbon in ("fjh", "fjh-b")]
    left_of_best = [
        p[MARGIN]
        for best in found["fjh"]["best"]
        for p in found["fjh"]["points"]
        if p["rate_C"] == best["rate_C"] and abs(p[RATIO] - best["without_plating"][RATIO] + 0.01) < 1e-6
    ]
    static, slowest = found["slow"]["static"], found["slow"]["optima"][-1]["without_plating"]
    stack = {key: point["energy_Wh_kg_stack"] for key, point in stacks(found).items()}
    (thin, light), (thick, heavy) = min(stack), max(stack)
    return {
        "the best ratio grows with the rate": all(some == sorted(some) for some in ratios),
        "full within a step of 0.01": len(left_of_best) == 3 and max(left_of_best) < 0.0,
        "TF plates at 6 C at any ratio": found["tf"]["best"][-1]["without_plating"][MARGIN] < 0.0,
        # on a grid of 0.005 beside a cliff
        "equilibrium is the slow limit": 0.0 <= slowest[RATIO] - static[RATIO] < 0.0055
        and abs(slowest[ENERGY] / static[ENERGY] - 1.0) < 0.01,
        "more carbon at rates in use": all(min(some) > static[RATIO] for some in ratios),
        "the stack differs": stack[thin, heavy] > 3.0 * stack[thick, light],
        "glass fibre outweighs the rest": stack[thick, heavy] < 0.5 * stack[thin, heavy],
    }


def verdict(found: Found) -> str:
    """What becomes of the ratio of the paper with FJH."""
    plating = {
        TITLES[carbon]: ", ".join(
            f"{p['rate_C']:g}" for p in at_two_to_five(found, carbon) if p[MARGIN] < 0.0
        )
        for carbon in ("fjh", "fjh-b")
    }
    if not any(plating.values()):
        fastest = at_two_to_five(found, "fjh")[-1]["rate_C"]
        return (
            f"**The ratio of the paper, 2 : 5, plates at none of these rates with FJH**, up to {fastest:g} C."
        )
    where = "; ".join(f"{name} at {rates} C" for name, rates in plating.items() if rates)
    return f"**The ratio of the paper, 2 : 5, would plate: {where}.**"


def best_ratios(found: Found) -> Rows:
    """Best mass ratio of each carbon and rate, and at equilibrium."""
    rows = []
    for carbon in CARBONS:
        for best in found[carbon]["best"]:
            plates = "" if best["without_plating"][MARGIN] >= 0.0 else "all plate"
            rows.append({**best, "rate": f"{best['rate_C']:g}", "carbon": TITLES[carbon], "note": plates})
        static = {"without_plating": found[carbon]["static"], "any": None, "rate": "equilibrium", "note": ""}
        rows.append({**static, "carbon": TITLES[carbon]})
    return rows


def apart(pair: Found, one: str, other: str) -> dict[str, float]:
    """How far two simulations of a design are apart: capacity and energy as shares, margin in V."""
    a, b = pair[one], pair[other]
    found = {name: a[name] / b[name] - 1.0 for name in ("capacity_mAh_g_cathode", ENERGY)}
    return {
        "capacity": found["capacity_mAh_g_cathode"],
        "energy": found[ENERGY],
        "margin": a[MARGIN] - b[MARGIN],
    }


def optima(found: Found) -> Rows:
    """Optima of slow simulations, and that of equilibrium, with their energies over its."""
    static = found["slow"]["static"]
    rows = [{**one["without_plating"], "rate": f"{one['rate_C']:g} C"} for one in found["slow"]["optima"]]
    return [
        {**row, "gap": row[ENERGY] / static[ENERGY] - 1.0}
        for row in (*rows, static | {"rate": "equilibrium"})
    ]


def where_it_ends(found: Found) -> str:
    """Up to what presodiation no sodium plates, by rate."""
    points = found["presodiation"]
    most = max(p[ADDED] for p in points)
    ends, free = [], []
    for rate in sorted({p["rate_C"] for p in points}):
        safe = [p[ADDED] for p in points if p["rate_C"] == rate and p[MARGIN] >= 0.0]
        if safe and max(safe) == most:
            free.append(f"{rate:g}")
        else:
            ends.append(f"after {max(safe):g} mAh/g at {rate:g} C" if safe else f"at once at {rate:g} C")
    if not ends:
        return f"It does not end within {most:g} mAh/g."
    rest = f"; not within {most:g} mAh/g at {' and '.join(free)} C" if free else ""
    return f"It does so {', '.join(ends)}{rest}."


def by(points: Rows, key: str) -> dict[float, Rows]:
    """Points by one of their numbers, in its order."""
    groups: dict[float, Rows] = {}
    for point in sorted(points, key=lambda p: float(p[key])):
        groups.setdefault(point[key], []).append(point)
    return groups


def most_energy(points: Rows) -> str:
    """Ratio of most energy without plating, and the rates at which it is that."""
    best: dict[float, list[float]] = {}
    for rate, some in by(points, "rate_C").items():
        safe = [p for p in some if p[MARGIN] >= 0.0]
        best.setdefault(max(safe, key=lambda p: float(p[ENERGY]))[RATIO], []).append(rate)
    return "; ".join(
        f"{ratio:g} " + (f"from {some[0]:g} to {some[-1]:g} C" if len(some) > 1 else f"at {some[0]:g} C")
        for ratio, some in best.items()
    )


def facts(found: Found) -> dict[str, Any]:
    """Numbers and rows of the template."""
    of_fjh = [{**best["without_plating"], "rate_C": best["rate_C"]} for best in found["fjh"]["best"]]
    margins = [1e3 * best[MARGIN] for best in of_fjh]
    fastest, beside = found["slow"]["optima"][0], found["slow"]["pairs"][0]["static"]
    (same,) = (p for p in fastest["points"] if p[RATIO] == beside[RATIO])
    safe = by([p for p in found["presodiation"] if p[MARGIN] >= 0.0], "rate_C")
    ragone = [p for p in found["ragone"] if p["status"] == "ok"]
    by_ratio = by(ragone, RATIO)
    always = [ratio for ratio, some in by_ratio.items() if all(p[MARGIN] < 0.0 for p in some)]
    middle = [
        [p[ENERGY] for p in some if 0.5 <= p["rate_C"] <= 2.0]
        for ratio, some in by_ratio.items()
        if ratio not in always
    ]
    spots = [{**pair["DFN"], **apart(pair, "SPMe", "DFN")} for pair in found["spot checks"]]
    pairs = [{**pair, **apart(pair, "static", "simulated")} for pair in found["slow"]["pairs"]]
    return {
        "ratios": ", ".join(f"{best[RATIO]:g} at {best['rate_C']:g} C" for best in of_fjh),
        "margins": {
            carbon: ", ".join(
                f"{1e3 * p[MARGIN]:z.0f} mV at {p['rate_C']:g} C" for p in at_two_to_five(found, carbon)
            )
            for carbon in ("fjh", "fjh-b")
        },
        "energies": ", ".join(f"{p[ENERGY]:.0f}" for p in at_two_to_five(found, "fjh")),
        "tf_plates_at": ", ".join(f"{p['rate_C']:g}" for p in at_two_to_five(found, "tf") if p[MARGIN] < 0.0),
        "least": min(margins),
        "most": max(margins),
        "static": found["slow"]["static"],
        "slowest": optima(found)[-2],
        "fastest": optima(found)[0],
        "same": same,
        "beside": beside,
        "gain": [(rate, *(safe[rate][k] for k in (0, -1))) for rate in safe],
        "added": by(found["presodiation"], ADDED),
        "stack": stacks(found),
        "spots": spots,
        "worst_energy": max(abs(100.0 * row["energy"]) for row in spots),
        "worst_margin": max(abs(1e3 * row["margin"]) for row in spots),
        "pairs": pairs,
        "worst": max(abs(100.0 * row[what]) for row in pairs for what in ("capacity", "energy")),
        "band": [
            {**best["without_plating"], "usable": usable, "rate_C": best["rate_C"]}
            for usable, bests in found["capacity of NVP"].items()
            for best in bests
        ],
        "most_energy": most_energy(ragone),
        "always": always,
        "flat": max(max(some) / min(some) - 1.0 for some in middle),
        "numbers": load_set("fjh-nvp").numbers,
        "lost": first_cycle_loss("fjh"),
    }
