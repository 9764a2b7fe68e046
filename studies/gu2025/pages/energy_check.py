"""Facts and claims of docs/energy_check.md."""

from collections.abc import Mapping
from typing import Any

from napore.validation.checks import CHECKS

from ..full_cell_predictions import mean_voltage_for, reported_value
from ..render import number, one, table
from . import fast_band, mass_ratios, reading_studies, readings
from .energy_pictures import PICTURES as OWN_PICTURES
from .energy_pictures import calibrated, highest_mean_voltage

__all__ = ["PICTURES", "facts", "highest_mean_voltage", "said"]

Found = Mapping[str, Any]

NAMES = {"fjh-nvp": "fjh", "fjh-b-nvp": "fjh-b", "tf-nvp": "tf"}
PAIR = ("fjh-nvp", "fjh-b-nvp")
PICTURES = {**OWN_PICTURES, "energy_readings": readings.draw}
OF_ENERGY, OF_FAST = (float(CHECKS[key].tolerance or 0.0) for key in ("F02", "F04"))


def minus(value: float | None, form: str = ".1f") -> str:
    """Number with a typographic sign."""
    return number(value, form).replace("-", "−")


def predicted(found: Found, cell: str, usable: float, quantity: str) -> float:
    """One predicted number."""
    rows = (p for p in found["predictions"] if p["quantity"].startswith(quantity))
    return float(one(rows, cell=cell, usable_capacity_mAh_g_cathode=usable)["predicted"])


def of_pair(found: Found, usable: float, quantity: str) -> dict[str, float]:
    """A predicted number of both sets of FJH."""
    return {cell: predicted(found, cell, usable, quantity) for cell in PAIR}


def fall(found: Found, cell: str, rate: float) -> dict[str, float]:
    """Terms of a waterfall [Wh/kg]."""
    terms = one(found["waterfalls"], cell=cell, rate_C=rate)["terms"]
    return {term["name"]: term["energy_Wh_kg_active"] for term in terms}


def explanation(found: Found, word: str) -> Any:
    """What an input would have to be for 6 C."""
    return next(e for e in found["fast discharge"]["explanations"] if word in e["parameter"])


def polarisation(found: Found, cell: str, rate: float) -> float:
    """What both electrodes lose to polarisation [Wh/kg]."""
    terms = one(found["waterfalls"], cell=cell, rate_C=rate)["terms"]
    return -sum(float(t["energy_Wh_kg_active"]) for t in terms if t["kind"] == "polarisation")


def met(found: Found, quantity: str) -> str:
    """Sets and usable capacities with which a quantity is within its tolerance."""
    rows = [p for p in found["predictions"] if p["quantity"].startswith(quantity) and p["verdict"] == "met"]
    words = [f"{NAMES[p['cell']]} with {p['usable_capacity_mAh_g_cathode']:g}" for p in rows]
    return ", ".join(words) or "none"


def diffusivity_gives(found: Found, value: float) -> dict[str, float]:
    """Capacity at 6 C of both sets with a diffusivity of NVP: SPMe, first cycle [mAh/g]."""
    rows = found["fast discharge"]["map"]
    return {
        row["cell"]: row["capacity_mAh_g"]
        for row in rows
        if "diffusivity" in row["parameter"] and row["value"] == value
    }


def edge(found: Found) -> str:
    """Where the slow end of D lies against the tolerance of F04."""
    end = reported_value("F04") * (1.0 + OF_FAST)
    low = explanation(found, "diffusivity [m2")["low"]
    gaps = [capacity - end for capacity in diffusivity_gives(found, low).values()]
    place = "within" if max(gaps) < 0.0 else "not within"
    if max(map(abs, gaps)) < 0.5:
        place = "both on the very end"
    return f"{place} of the tolerance of {100 * OF_FAST:.0f} %, {end:.1f}"


def far_from_reported(found: Found) -> float:
    """By what factor the SPMe's solutions that the DFN does not confirm lie outside their ranges."""
    return min(
        max(float(one["low"] / one["needed"]), float(one["needed"] / one["high"]))
        for one in found["fast discharge"]["explanations"]
        if one["needed"] is not None
        and abs(one["capacity_in_DFN_mAh_g"] / reported_value("F04") - 1.0) > OF_FAST
    )


def waterfall_table(falls: Any) -> str:
    """Terms of waterfalls."""
    meaning = {t["name"]: t["meaning"] for fall in falls for t in fall["terms"] if t["name"] != "delivered"}
    meaning["delivered"] = falls[0]["terms"][-1]["meaning"]
    terms = [{t["name"]: t["energy_Wh_kg_active"] for t in w["terms"]} for w in falls]
    head = ["Wh/kg", *(f"{NAMES[w['cell']]}, {w['rate_C']:g} C" for w in falls)]
    return table(
        head, [[words, *(minus(t.get(name, 0.0), ".2f") for t in terms)] for name, words in meaning.items()]
    )


def predictions(found: Found, cell: str) -> str:
    """Table of a cell: deviation and verdict in brackets."""
    every = [p for p in found["predictions"] if p["cell"] == cell]
    left = "98.6 by arithmetic at 117.6" if cell in PAIR else "-"
    quantities = list(dict.fromkeys(p["quantity"] for p in every))
    first = [p for p in every if p["quantity"] == quantities[0]]
    inventory = (minus(p["inventory_mAh_g_cathode"]) for p in first)
    rows = [["sodium left after the first cycle [mAh/g]", *inventory, left]]
    for quantity in quantities:
        some = [p for p in every if p["quantity"] == quantity]
        reported = f"{some[0]['reported']:g} ({some[0]['claim']})" if some[0]["claim"] else "-"
        rows.append([quantity, *map(_with_deviation, some), reported])
    return table(
        ["NVP usable", *(f"{p['usable_capacity_mAh_g_cathode']:g} mAh/g" for p in first), "reported"], rows
    )


def _with_deviation(p: Found) -> str:
    text = minus(p["predicted"], ".3f" if "[V]" in p["quantity"] else ".1f")
    if p["deviation"] is None:
        return text
    verdict = f", {p['verdict']}" if p["verdict"] else ""
    return f"{text} ({minus(100 * p['deviation'], '+.1f')} %{verdict})"


def first_cycles(found: Found) -> list[dict[str, Any]]:
    """Cycles of both carbons, the slow ones and a faster first one."""
    return [
        {"carbon": film["cell"], "rate_C": film["rate_C"], **cycle}
        for film in found["formation"]
        for cycle in (*film["cycles"], *film["faster"])
    ]


def turns(found: Found, cell: str) -> list[tuple[str, str, str, str]]:
    """What turns a verdict: output, claim, input, and the ends of its range that do."""
    result = one(found["sensitivity"], cell=cell)
    stars = calibrated(result["rows"])
    found_rows = []
    for output, claim in zip(result["outputs"], ("F02", "F02", "F04"), strict=True):
        for row in result["rows"]:
            if row["output"] == output and (turned := _turned(row, claim)):
                star = "*" if row["parameter"] in stars else ""
                found_rows.append((output, claim, f"{row['parameter']}{star}", turned))
    return found_rows or [("-", "-", "none", "-")]


def _turned(row: Found, claim: str) -> str:
    """Ends of the range at which the verdict is another one."""
    value, tolerance = reported_value(claim), float(CHECKS[claim].tolerance or 0.0)
    words = {at: "met" if abs(at / value - 1.0) <= tolerance else "unmet" for at in _numbers(row)}
    return "; ".join(
        f"{row[end]:g}: {row['nominal']:.1f} to {at:.1f}, {words[at]}"
        for end, at in (("low", row["at_low"]), ("high", row["at_high"]))
        if at is not None and words[at] != words[row["nominal"]]
    )


def _numbers(row: Found) -> list[float]:
    return [row[key] for key in ("nominal", "at_low", "at_high") if row[key] is not None]


def facts(found: Found) -> dict[str, Any]:
    """Numbers of the template."""
    fast = found["fast discharge"]
    diffusion = explanation(found, "diffusivity [m2")
    margins = {
        (cell, usable): 1e3 * predicted(found, cell, usable, "plating margin at 6 C")
        for cell in NAMES
        for usable in (110.0, 115.0, 117.6)
    }
    idle = [e for e in fast["explanations"] if not e["parameter"].startswith("Cathode particle")]
    return {
        **readings.facts(),
        **reading_studies.facts(),
        **fast_band.facts(),
        **mass_ratios.facts(),
        "energy": reported_value("F02"),
        "voltage": reported_value("F03"),
        "slow": reported_value("F05"),
        "at": of_pair(found, 115.0, "energy at 0.05 C"),
        "later": of_pair(found, 115.0, "energy at 0.2 C"),
        "top": of_pair(found, 117.6, "energy at 0.05 C"),
        "low": of_pair(found, 110.0, "energy at 0.05 C"),
        "fast": of_pair(found, 115.0, "capacity at 6 C ["),
        "late": of_pair(found, 115.0, "capacity at 6 C, charged"),
        "needed": {(d["cell"], d["changed"]): d for d in found["designs"]},
        "diffusion": diffusion,
        "radius": explanation(found, "particle radius"),
        "film": one(found["formation"], cell="fjh"),
        "tf_film": one(found["formation"], cell="tf"),
        "idle": min(e["worst_capacity_mAh_g"] for e in idle),
        "slow_diffusion": diffusivity_gives(found, diffusion["low"]),
        "plain": diffusivity_gives(found, diffusion["value"])["fjh-nvp"],
        "margins": margins,
        "least": min(margin for (cell, _), margin in margins.items() if cell in PAIR),
        "gap": max(abs(float(w["closure_Wh_kg_active"])) for w in found["waterfalls"]),
        "imbalance": max(film["imbalance"] for film in found["formation"]),
    }


def said(found: Found) -> dict[str, bool]:
    """What the words say of the numbers."""
    shown = facts(found)
    predictions = found["predictions"]
    voltages = [p["predicted"] for p in predictions if "mean voltage" in p["quantity"]]
    voltages += [w["mean_voltage_V"] for w in found["waterfalls"]]
    slow = {cell: fall(found, cell, 0.05) for cell in PAIR}
    # all that faster electrodes could give back
    lost = {cell: polarisation(found, cell, 0.05) - slow[cell].get("rate", 0.0) for cell in PAIR}
    at, fast, late = shown["at"], shown["fast"], shown["late"]
    missing = slow["fjh-nvp"]["theoretical"] - at["fjh-nvp"]
    verdicts = {p["verdict"] for p in predictions if p["claim"] == "F02" and p["cell"] in PAIR}
    presodiation = [d["value"] for d in found["designs"] if d["changed"] == "presodiation"]
    between = max(fast["fjh-nvp"] - fast["fjh-b-nvp"], late["fjh-nvp"] - late["fjh-b-nvp"])
    formed = [[film["cycles"][0], *film["faster"]] for film in found["formation"]]
    thickness = [[cycle["film_thickness_nm"] for cycle in some] for some in formed]
    left = [[cycle["left_in_carbon_mAh_g"] for cycle in some] for some in formed]
    return {
        **readings.said(),
        **reading_studies.said(),
        "met or not by usable capacity, set and rate": verdicts == {"met", "unmet"},
        "the first cycle takes most": -slow["fjh-nvp"]["first_cycle"] > 0.5 * missing,
        "faster electrodes do not give the energy": all(at[c] + lost[c] < shown["energy"] for c in PAIR),
        "voltage of one cell lower than any simulated": mean_voltage_for(shown["slow"]) < min(voltages),
        "needs little presodiation": max(presodiation) < 0.5 * shown["film"]["cycles"][0]["loss_mAh_g"],
        "designs without plating": min(d["plating_margin_V"] for d in found["designs"]) > 0.0,
        # charged as fast the carbon plates, and what plates counts as no capacity
        "6 C not predicted": {p["verdict"] for p in predictions if p["claim"] == "F04" and p["cell"] in PAIR}
        == {"unmet", "not simulated"},
        "neither range alone reaches it": not (shown["diffusion"]["inside"] or shown["radius"]["inside"]),
        "the slow ends together do": found["fast discharge"]["slowest_of_range_mAh_g"]
        < reported_value("F04"),
        "the carbon matters less than D": between
        < shown["plain"] - shown["diffusion"]["worst_capacity_mAh_g"],
        "thinner film and more left when faster": all(one == sorted(one, reverse=True) for one in thickness)
        and all(one == sorted(one) for one in left),
    }
