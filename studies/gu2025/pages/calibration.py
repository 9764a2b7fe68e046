"""Facts and claims of docs/calibration.md."""

import math
from collections.abc import Mapping
from typing import Any

from napore.parameters.sets import CLASSES

from ..calibrate import CHARGE_TRANSFER_RESISTANCE_OHM
from ..calibration import ENOUGH, EXPLANATIONS, STEP_mAh_g
from ..carbon_fit import FREE, SOURCES, SPREAD

WORDS = {3: "three", 4: "four", 5: "five", 6: "six"}
NEAR = 1.02
"""A start ends in the lowest minimum where its misfit and priors are at most this times the lowest."""
SHIPPED = {
    "fjh": ("gu2025_fjh", "Small pores fill fast"),
    "fjh-b": ("gu2025_fjh_b", "Large pores fill fast"),
}

Found = Mapping[str, Any]


def relaxing(found: Found) -> dict[tuple[int, int], dict[str, Any]]:
    """Fits with the relaxation law and one size of particle, by classes and sign."""
    return {
        (e.classes, e.sign): found[e.name] for e in EXPLANATIONS if e.law == "relaxation" and e.sizes is None
    }


def explanations(found: Found) -> dict[str, Any]:
    """What the explanations come to."""
    fits = relaxing(found)
    sinh = min((e.name for e in EXPLANATIONS if e.law == "sinh"), key=lambda name: found[name]["misfit"])
    return {
        "one": fits[1, 1],
        "two": min((f for (n, _), f in fits.items() if n == 2), key=lambda f: f["misfit"]),
        "sizes": min(found[e.name]["misfit"] for e in EXPLANATIONS if e.sizes is not None),
        "sinh": {"name": sinh, **found[sinh]},
        "follow": {
            words: ", ".join(
                f"{WORDS[n]} {f['misfit'] + f['priors']:.1f}"
                for (n, sign), f in fits.items()
                if n > 2 and sign == which
            )
            for which, words in ((1, "small pores fast"), (-1, "large pores fast"))
        },
    }


def said(found: Found) -> dict[str, bool]:
    """What the words say of the numbers."""
    told, follow = explanations(found), {key: f for key, f in relaxing(found).items() if key[0] > 2}
    both = [n for n in WORDS if all(f["misfit"] < ENOUGH for (m, _), f in follow.items() if m == n)]
    alone = found["leave one out"]
    return {
        "one class cannot, a size distribution cannot either": min(told["one"]["misfit"], told["sizes"])
        >= 100.0,
        "two classes miss": told["two"]["misfit"] >= 2 * ENOUGH,
        "the fewest classes with which both signs follow are shipped": min(both) == CLASSES,
        "the slow rates alone do not fix the fast one": alone["highest"] > 1.5 * alone["lowest"],
    }


def limits(found: Found, name: str) -> tuple[float, float]:
    """95 % interval of a parameter of FJH."""
    one = next(p for p in found["shipped gu2025_fjh"]["parameters"] if name in p["name"])
    return one["low_95"], one["high_95"]


def again(found: Found, name: str) -> dict[str, Any]:
    """A later run of the same fit beside a shipped set."""
    one, two = found[f"shipped {name}"], found[f"again {name}"]
    rows = []
    for p, q in zip(one["parameters"], two["parameters"], strict=True):
        f = FREE[p["name"] if p["unit"] == "-" else f"{p['name']} [{p['unit']}]"]
        slope = p["value"] * math.log(10.0) if f.logarithmic else 1.0
        apart = abs(f.to_scale(q["value"]) - f.to_scale(p["value"])) / (p["standard_error"] / slope)
        inside = p["low_95"] <= q["value"] <= p["high_95"]
        rows.append(
            {"name": p["name"], "one": p["value"], "two": q["value"], "apart": apart, "inside": inside}
        )
    return {
        "rows": rows,
        "farthest": max(row["apart"] for row in rows),
        "outside": [row["name"].removeprefix("Carbon ") for row in rows if not row["inside"]],
        "sums": [part["misfit"] + part["priors"] for part in (one, two)],
    }


def capacities(one: Mapping[str, Any]) -> str:
    """Capacities of a set on one line."""
    kept = {name: value for name, value in one.items() if "[mAh/g]" in name or "share at" in name}
    return ", ".join(f"{name} {value:g}" for name, value in kept.items())


def shipped(found: Found, file: str) -> dict[str, Any]:
    """A set of FJH: what it gives, where its fits ended, and whether its spread is on its bound."""
    one = found[f"shipped {file}"]
    ends = sorted(one["objectives by start"])
    spread = next(p for p in one["parameters"] if "spread" in p["name"])
    return {
        **one,
        "capacities": capacities(one),
        "ends": ends,
        "reached": sum(end < ends[0] + 0.5 for end in ends),
        "on_bound": abs(spread["value"]) >= FREE[SPREAD].high,
    }


def facts(found: Found) -> dict[str, Any]:
    """Numbers of the template."""
    tf = found["shipped gu2025_tf"]
    return {
        "sources": SOURCES,
        "ohm": CHARGE_TRANSFER_RESISTANCE_OHM,
        "near": round(100 * (NEAR - 1)),
        "step": STEP_mAh_g,
        "classes": WORDS[CLASSES],
        "told": explanations(found),
        "rows": [
            {
                "name": e.name,
                **found[e.name],
                "lowest": sum(
                    end <= NEAR * min(found[e.name]["objectives by start"])
                    for end in found[e.name]["objectives by start"]
                ),
            }
            for e in EXPLANATIONS
        ],
        "sets": {
            name: (title, shipped(found, file), again(found, file)) for name, (file, title) in SHIPPED.items()
        },
        "tf": {**tf, "capacities": capacities(tf)},
        "spread_bound": FREE[SPREAD].high,
        "limits": lambda name: limits(found, name),
        "alone": found["leave one out"],
    }
