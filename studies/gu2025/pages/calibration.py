"""Facts and claims of docs/calibration.md."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from napore.parameters.reported import reported
from napore.parameters.sets import load_set

from .. import data
from ..fitted_files import what_is_known
from ..joint import CLASSES, ENOUGH, FILES, RESISTANCE_OHM, SEARCH
from ..joint_free import FREE, FREE_TF, NUISANCE, SOURCES
from ..joint_search import DRAWS, KEPT, STARTS

ROWS = (
    ("H01", "desodiation, 0.02 C / mAh/g", "capacity at 0.02 C [mAh/g]", ".1f", "0.3 %"),
    ("H05", "desodiation, 0.1 C / mAh/g", "capacity at 0.1 C [mAh/g]", ".1f", "1 outside 311 to 326"),
    ("H06", "desodiation, 0.5 C / mAh/g", "capacity at 0.5 C [mAh/g]", ".1f", "0.4 %"),
    ("H03", "share below 0.1 V, 0.1 C", "share", ".1%", "0.35 points"),
    ("H04", "plateau, 0.1 C / mAh/g", "plateau at 0.1 C [mAh/g]", ".1f", "0.6 %"),
    ("H08", "desodiation, 5 C / mAh/g", "capacity at 5 C [mAh/g]", ".1f", "0.4 %"),
    ("S09", "left at 3 V after three cycles, 0.5 C / mAh/g", "left at 0.5 C [mAh/g]", ".2f", "1 above 3"),
    ("K03, flat", "GITT: largest / smallest D, 0.2 to 0.6 V", "flat", ".2f", "10 % above 1.7"),
    ("K03, dip", "GITT: slope / least D", "dip", ".2f", "10 % below 3.6"),
    ("K03, rise", "GITT: last / least D", "rise", ".2f", "10 % below 1.5"),
    ("L01", "potential at half of the slope, 0.1 C / V", "half_slope_V", ".3f", "0.03 about 0.36"),
    ("L02", "hysteresis there / V", "hysteresis_V", ".3f", "0.01 outside 0.03 to 0.17"),
)
"""Id, quantity, key, format, and the tolerance of the fit."""

CARBON_PREFIXES = ("Carbon electrode ", "Carbon ")
Found = Mapping[str, Any]


def short(name: str) -> str:
    """Name of a parameter without the electrode in front."""
    for prefix in CARBON_PREFIXES:
        name = name.removeprefix(prefix)
    return name


def aim(id: str) -> str:
    """What the paper, or other carbons, give for a row."""
    names = (f"{id}.fjh", id, f"{id.partition(',')[0]}.fjh")
    row = next(row for name in names for row in reported() if row.id == name)
    if isinstance(row.value, float | int) and not isinstance(row.value, bool):
        return f"{row.value:g}"
    return "-" if row.lower is None and row.upper is None else f"{row.lower or 0:g} to {row.upper or 0:g}"


def known(joint: Found, name: str) -> list[dict[str, Any]]:
    """Fitted values of a set of FJH, and what the rows say of each."""
    found = []
    for row in joint[name]["parameters"]:
        one = FREE[row["parameter"]]
        said = what_is_known(row, one)
        found.append(
            {"name": short(one.name), "value": row["value"], "share": row["share of the data"], **said}
        )
    return found


def facts(found: Found) -> dict[str, Any]:
    """Numbers of the template."""
    joint = data.read("joint")
    sets = {name: joint[name] for name in FILES}
    better, worse = sorted(sets, key=lambda name: float(sets[name]["objective"]))
    shares = {name: known(joint, name) for name in FILES}
    squares = {
        name: sorted(found[name]["squares"].items(), key=lambda pair: -float(pair[1])) for name in FILES
    }
    tf = load_set("tf").numbers
    return {
        "sets": sets,
        "classes": CLASSES,
        "shown": {name: found[name] for name in (*FILES, "tf")},
        "means": {name: text for name, (_, _, text) in FILES.items()},
        "aims": {id: aim(id) for id, *_ in ROWS},
        "better": better,
        "worse": worse,
        "apart": sets[worse]["objective"] - sets[better]["objective"],
        "known": shares,
        "prior_decides": {
            name: [row["name"] for row in rows if row["share"] < 0.25] for name, rows in shares.items()
        },
        "squares": squares,
        "own_of_tf": [
            {
                "name": short(one.name),
                "value": tf[one.name],
                "low": one.low,
                "high": one.high,
                "prior": prior(one),
            }
            for one in FREE_TF
        ],
        "bounds": [
            {
                "name": short(one.name),
                "low": one.low,
                "high": one.high,
                "prior": prior(one),
                "from": re.sub("; prior [^:]*: ", "; prior: ", SOURCES[one.name]),
            }
            for one in FREE.values()
        ],
        "ohm": RESISTANCE_OHM,
        "nuisance": NUISANCE,
        "starts": STARTS,
        "draws": DRAWS,
        "to_the_end": KEPT,
        "enough": ENOUGH,
        "on_bounds": {name: [short(one) for one in joint[name]["on bounds"]] for name in FILES},
        "search": joint.get(SEARCH),
        "before": {name: joint[name]["objective"] for name in FILES},
        "left": {name: left(rows) for name, rows in data.read("left_out").items()},
        "predicted": predicted(),
    }


def left(rows: Sequence[Found]) -> list[dict[str, Any]]:
    """Of each row left out: prediction, range that the other rows allow, and the pulls."""
    found = []
    for name, key in (("5 C", "capacity at 5 C [mAh/g]"), ("K03", "dip")):
        own = [row for row in rows if row["row"] == name]
        allowed = [row[key] for row in own if row["allowed"] and row[key] is not None]
        found.append(
            {
                "row": name,
                "key": key,
                "predicted": own[0],
                "low": min(allowed),
                "high": max(allowed),
                "pulls": own[1:],
            }
        )
    return found


def prior(one: Any) -> str:
    """Prior of a fitted value, as words."""
    if one.prior is None:
        return "none"
    return f"{one.prior[0]:g} ± {one.prior[1]:g}{' (log10)' if one.logarithmic else ''}"


def predicted() -> list[dict[str, Any]]:
    """Claims on the half cells that no number was fitted to, as the page of validation has them."""
    claims = data.read("validation")["claims"]["claims"]
    return [
        one
        for one in claims
        if one["role"] in ("predict", "shape") and one["id"][0] in "HK" and one["verdict"] != "not simulated"
    ]


def said(found: Found) -> dict[str, bool]:
    """What the words say of the numbers."""
    joint = data.read("joint")
    rates = ("0.02", "0.1", "0.5", "5")
    return {
        "the shipped files give what the fit gave": all(
            abs(found[name][key] - joint[name]["DFN"][key]) < 0.2
            for name in FILES
            for key in (f"capacity at {rate} C [mAh/g]" for rate in rates)
        ),
        "capacities within 1 % of the rows": all(
            abs(found[name][f"capacity at {rate} C [mAh/g]"] / float(aim(id)) - 1.0) < 0.01
            for name in FILES
            for rate, id in (("0.02", "H01"), ("0.5", "H06"), ("5", "H08"))
        ),
    }
