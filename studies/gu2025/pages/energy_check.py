"""Facts and claims of docs/energy_check.md."""

from collections.abc import Mapping
from typing import Any

from napore.validation.checks import CHECKS

from ..full_cell_predictions import mean_voltage_for, reported_value
from . import fast_band, readings
from .energy_pictures import PICTURES as OWN_PICTURES
from .energy_pictures import highest_mean_voltage
from .energy_tables import NAMES, Found, tables

__all__ = ["PICTURES", "facts", "said"]

PAIR = ("fjh-nvp", "fjh-b-nvp")
PICTURES = {**OWN_PICTURES, "energy_readings": readings.draw}


def findings(f: Found) -> dict[str, Any]:
    """Numbers of the findings."""
    energy, voltage, slow = (reported_value(key) for key in ("F02", "F03", "F05"))
    at = {c: f.prediction(c, 115.0, "energy at 0.05 C")["predicted"] for c in ("fjh-nvp", "fjh-b-nvp")}
    top = {c: f.prediction(c, 117.6, "energy at 0.05 C") for c in at}
    low = {c: f.prediction(c, 110.0, "energy at 0.05 C") for c in at}
    later = {c: f.prediction(c, 115.0, "energy at 0.2 C")["predicted"] for c in at}
    fall = f.fall("fjh-nvp", 0.05)
    first = f.design("fjh-nvp", "presodiation")
    other = f.design("fjh-nvp", "mass ratio")
    second = [f.design("fjh-b-nvp", changed) for changed in ("presodiation", "mass ratio")]
    fast = {c: f.prediction(c, 115.0, "capacity at 6 C [")["predicted"] for c in at}
    late = {c: f.prediction(c, 115.0, "capacity at 6 C, charged")["predicted"] for c in at}
    diffusion, radius = f.explanation("diffusivity [m2"), f.explanation("particle radius")
    film = f.film("fjh")
    idle = min(
        e["worst_capacity_mAh_g"]
        for e in f.found["fast discharge"]["explanations"]
        if not e["parameter"].startswith("Cathode particle")
    )
    slowest = f.found["fast discharge"]["slowest_of_range_mAh_g"]
    return {
        "energy": energy,
        "voltage": voltage,
        "slow": slow,
        "at": at,
        "top": top,
        "low": low,
        "later": later,
        "fall": fall,
        "first": first,
        "other": other,
        "second": second,
        "fast": fast,
        "late": late,
        "diffusion": diffusion,
        "radius": radius,
        "film": film,
        "idle": idle,
        "slowest": slowest,
    }


def _slow_diffusion(f: Found) -> dict[str, float]:
    """Capacity at 6 C of both sets with the slow end of D [mAh/g]."""
    slowest = f.explanation("diffusivity [m2")["low"]
    return {
        m["cell"]: m["capacity_mAh_g"]
        for m in f.found["fast discharge"]["map"]
        if "diffusivity" in m["parameter"] and m["value"] == slowest
    }


def _plain(f: Found) -> float:
    """Capacity at 6 C with D as it is, where those with other inputs are found: SPMe, first cycle [mAh/g]."""
    value = f.explanation("diffusivity [m2")["value"]
    return next(
        float(m["capacity_mAh_g"])
        for m in f.found["fast discharge"]["map"]
        if m["cell"] == "fjh-nvp" and "diffusivity" in m["parameter"] and m["value"] == value
    )


def _edge(f: Found) -> str:
    """Where the slow end of D lies against the tolerance of F04."""
    tolerance = float(CHECKS["F04"].tolerance or 0.0)
    end = reported_value("F04") * (1.0 + tolerance)
    gaps = [one - end for one in _slow_diffusion(f).values()]
    if max(map(abs, gaps)) < 0.5:
        place = "both on the very end"
    else:
        place = "within" if max(gaps) < 0.0 else "not within"
    return f"{place} of the tolerance of {100 * tolerance:.0f} %, {end:.1f}"


def far_from_reported(f: Found) -> float:
    """By what factor the SPMe's solutions that the DFN does not confirm lie outside their ranges."""
    value, tolerance = reported_value("F04"), float(CHECKS["F04"].tolerance or 0.0)
    return min(
        max(float(one["low"] / one["needed"]), float(one["needed"] / one["high"]))
        for one in f.found["fast discharge"]["explanations"]
        if one["needed"] is not None and abs(one["capacity_in_DFN_mAh_g"] / value - 1.0) > tolerance
    )


def _met(f: Found, quantity: str) -> str:
    rows = [p for p in f.found["predictions"] if p["quantity"].startswith(quantity) and p["verdict"]]
    met = [
        f"{NAMES[p['cell']]} with {p['usable_capacity_mAh_g_cathode']:g}"
        for p in rows
        if p["verdict"] == "met"
    ]
    return ", ".join(met) if met else "none"


def _inside(one: Mapping[str, Any]) -> str:
    return "inside the range" if one["inside"] else "outside the range"


def _polarisation(f: Found, cell: str, rate: float) -> float:
    one = next(w for w in f.found["waterfalls"] if w["cell"] == cell and w["rate_C"] == rate)
    return -sum(float(t["energy_Wh_kg_active"]) for t in one["terms"] if t["kind"] == "polarisation")


def _gap(f: Found) -> float:
    return max(abs(float(one["closure_Wh_kg_active"])) for one in f.found["waterfalls"])


def plating(f: Found) -> dict[str, Any]:
    """Whether the charge at 6 C would plate."""
    margins = {
        c: [
            1e3 * p["predicted"]
            for p in f.found["predictions"]
            if p["cell"] == c and p["quantity"].startswith("plating margin at 6 C")
        ]
        for c in ("fjh-nvp", "fjh-b-nvp")
    }
    least = min(map(min, margins.values()))
    middle = [
        1e3 * f.prediction(c, 115.0, "plating margin at 6 C")["predicted"] for c in ("fjh-nvp", "fjh-b-nvp")
    ]
    return {
        "least": least,
        "middle": middle,
        "tf_margin": 1e3 * f.prediction("tf-nvp", 115.0, "plating margin at 6 C")["predicted"],
    }


def said(found: Mapping[str, Any]) -> dict[str, bool]:
    """What the words say of the numbers."""
    f = Found(found)
    energy = reported_value("F02")
    predictions = f.found["predictions"]
    voltages = [p["predicted"] for p in predictions if "mean voltage" in p["quantity"]]
    voltages += [w["mean_voltage_V"] for w in f.found["waterfalls"]]
    pair = PAIR
    slow = {c: f.fall(c, 0.05) for c in pair}
    # all that faster electrodes could give back
    lost = {c: _polarisation(f, c, 0.05) - slow[c].get("rate", 0.0) for c in pair}
    at = {c: f.prediction(c, 115.0, "energy at 0.05 C")["predicted"] for c in pair}
    missing = slow["fjh-nvp"]["theoretical"] - at["fjh-nvp"]
    verdicts = {p["verdict"] for p in predictions if p["claim"] == "F02" and p["cell"] in pair}
    presodiation = [d["value"] for d in f.found["designs"] if d["changed"] == "presodiation"]
    loss = f.film("fjh")["cycles"][0]["loss_mAh_g"]
    fast = {c: f.prediction(c, 115.0, "capacity at 6 C [")["predicted"] for c in pair}
    late = {c: f.prediction(c, 115.0, "capacity at 6 C, charged")["predicted"] for c in pair}
    diffusion = f.explanation("diffusivity [m2")
    between = max(fast["fjh-nvp"] - fast["fjh-b-nvp"], late["fjh-nvp"] - late["fjh-b-nvp"])
    films = {c: f.film(c) for c in ("fjh", "tf")}
    formed = [[one["cycles"][0], *one["faster"]] for one in films.values()]
    return {
        **readings.said(),
        "met or not by usable capacity, set and rate": verdicts == {"met", "unmet"},
        "the first cycle takes most": -slow["fjh-nvp"]["first_cycle"] > 0.5 * missing,
        "faster electrodes do not give the energy": all(at[c] + lost[c] < energy for c in pair),
        "voltage of one cell lower than any simulated": mean_voltage_for(reported_value("F05"))
        < min(voltages),
        "needs little presodiation": max(presodiation) < 0.5 * loss,
        "designs without plating": min(d["plating_margin_V"] for d in f.found["designs"]) > 0.0,
        "6 C not predicted": all(
            p["verdict"] == "unmet" for p in predictions if p["claim"] == "F04" and p["cell"] in pair
        ),
        "neither range alone reaches it": not diffusion["inside"]
        and not f.explanation("particle radius")["inside"],
        "the slow ends together do": f.found["fast discharge"]["slowest_of_range_mAh_g"]
        < reported_value("F04"),
        "the carbon matters less than D": between < _plain(f) - diffusion["worst_capacity_mAh_g"],
        "thinner film and more left when faster": all(
            [c["film_thickness_nm"] for c in some]
            == sorted((c["film_thickness_nm"] for c in some), reverse=True)
            and [c["left_in_carbon_mAh_g"] for c in some] == sorted(c["left_in_carbon_mAh_g"] for c in some)
            for some in formed
        ),
    }


def facts(found: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers and rows of the template."""
    f = Found(found)
    return {
        **findings(f),
        **plating(f),
        **tables(f),
        **readings.facts(),
        **fast_band.facts(),
        "f": f,
        "tolerance": CHECKS["F02"].tolerance,
        "tf_film": f.film("tf"),
        "met": lambda quantity: _met(f, quantity),
        "polarisation": _polarisation(f, "fjh-nvp", 0.05),
        "bound": highest_mean_voltage(),
        "mean_for_slow": mean_voltage_for(reported_value("F05")),
        "slow_diffusion": _slow_diffusion(f),
        "plain": _plain(f),
        "edge": _edge(f),
        "far": far_from_reported(f),
        "gap": _gap(f),
        "imbalance": max(one["imbalance"] for one in found["formation"]),
        "inside": _inside,
        "reported_value": reported_value,
    }
