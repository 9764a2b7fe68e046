"""Tables of docs/energy_check.md, and what was found by name."""

from collections.abc import Mapping
from typing import Any

from napore.validation.checks import CHECKS

from ..full_cell_predictions import reported_value
from .energy_pictures import calibrated

NAMES = {"fjh-nvp": "fjh", "fjh-b-nvp": "fjh-b", "tf-nvp": "tf"}

Rows = list[list[str]]
Table = tuple[list[str], Rows]


def number(value: float | None, form: str = ".1f") -> str:
    """Number as text; a dash where there is none."""
    return "-" if value is None else format(value, form).replace("-", "−")


class Found:
    """What was found, by name."""

    def __init__(self, found: Mapping[str, Any]) -> None:
        self.found = found

    def prediction(self, cell: str, usable: float, quantity: str) -> Mapping[str, Any]:
        """One prediction."""
        return next(
            p
            for p in self.found["predictions"]
            if p["cell"] == cell
            and p["usable_capacity_mAh_g_cathode"] == usable
            and p["quantity"].startswith(quantity)
        )

    def fall(self, cell: str, rate: float) -> dict[str, float]:
        """Terms of a waterfall [Wh/kg]."""
        one = next(f for f in self.found["waterfalls"] if f["cell"] == cell and f["rate_C"] == rate)
        return {term["name"]: term["energy_Wh_kg_active"] for term in one["terms"]}

    def design(self, cell: str, changed: str) -> Mapping[str, Any]:
        """One design that has the energy."""
        return next(d for d in self.found["designs"] if d["cell"] == cell and d["changed"] == changed)

    def film(self, carbon: str) -> Mapping[str, Any]:
        """Formation of a carbon."""
        return next(f for f in self.found["formation"] if f["cell"] == carbon)

    def explanation(self, word: str) -> Mapping[str, Any]:
        """What an input would have to be for 6 C."""
        return next(e for e in self.found["fast discharge"]["explanations"] if word in e["parameter"])


def predicted(f: Found) -> list[tuple[str, Rows]]:
    """Table of predictions."""
    quantities = list(dict.fromkeys(p["quantity"] for p in f.found["predictions"]))
    lines = []
    for cell in NAMES:
        rows = []
        for quantity in quantities:
            some = [p for p in f.found["predictions"] if p["cell"] == cell and p["quantity"] == quantity]
            form = ".3f" if "[V]" in quantity else ".1f"
            reported = f"{some[0]['reported']:g} ({some[0]['claim']})" if some[0]["claim"] else "-"
            cells = [_with_deviation(p, form) for p in some]
            rows.append([quantity, *cells, reported])
        rows.insert(
            0,
            [
                "sodium left after the first cycle [mAh/g]",
                *(f"{p['inventory_mAh_g_cathode']:.1f}" for p in some),
                "98.6 by arithmetic at 117.6" if cell.startswith("fjh") else "-",
            ],
        )
        title = {"tf": "TF, beside it: the paper has no such cell"}.get(NAMES[cell], f"Set {NAMES[cell]}")
        lines.append((title, rows))
    return lines


def _with_deviation(p: Mapping[str, Any], form: str) -> str:
    if p["deviation"] is None:
        return number(p["predicted"], form)
    verdict = f", {p['verdict']}" if p["verdict"] else ""
    return f"{number(p['predicted'], form)} ({number(100 * p['deviation'], '+.1f')} %{verdict})"


def waterfall_rows(f: Found) -> Table:
    """Terms of every waterfall."""
    falls = f.found["waterfalls"]
    names = [*dict.fromkeys(t["name"] for fall in falls for t in fall["terms"][:-1]), "delivered"]
    meaning = {t["name"]: t["meaning"] for fall in falls for t in fall["terms"]}
    rows = []
    for name in names:
        values = [f.fall(fall["cell"], fall["rate_C"]).get(name, 0.0) for fall in falls]
        rows.append([meaning[name], *(number(v, ".2f") for v in values)])
    return ["Wh/kg", *(f"{NAMES[w['cell']]}, {w['rate_C']:g} C" for w in falls)], rows


def design_rows(f: Found) -> Table:
    """Designs that have the reported energy."""
    rows = [
        [
            NAMES[d["cell"]],
            f"{d['changed']} [{d['unit']}]",
            number(d["value"], ".4g"),
            number(d["equilibrium_value"], ".4g"),
            number(d["energy_Wh_kg_active"]),
            number(d["capacity_mAh_g_cathode"]),
            number(d["mean_voltage_V"], ".3f"),
            number(1e3 * d["plating_margin_V"], ".0f"),
        ]
        for d in f.found["designs"]
    ]
    head = [
        "set",
        "changed",
        "needed",
        "at equilibrium",
        "Wh/kg",
        "mAh/g NVP",
        "mean V",
        "plating margin / mV",
    ]
    return head, rows


def formation_rows(f: Found) -> Table:
    """First cycles."""
    rows = []
    for one in f.found["formation"]:
        for cycle in one["cycles"]:
            rows.append(_cycle(one, one["rate_C"], cycle))
        rows += [_cycle(one, fast["rate_C"], fast) for fast in one["faster"]]
    head = [
        "carbon",
        "rate / C",
        "cycle",
        "sodiation",
        "desodiation",
        "efficiency / %",
        "film",
        "trapped",
        "left",
        "film / nm",
    ]
    return head, rows


def _cycle(one: Mapping[str, Any], rate: float, cycle: Mapping[str, Any]) -> list[str]:
    return [
        one["cell"],
        f"{rate:g}",
        str(cycle["cycle"]),
        number(cycle["sodiation_capacity_mAh_g"]),
        number(cycle["desodiation_capacity_mAh_g"]),
        number(100 * cycle["coulombic_efficiency"], ".2f"),
        number(cycle["film_mAh_g"], ".2f"),
        number(abs(cycle["trapped_mAh_g"]), ".2f"),
        number(abs(cycle["left_in_carbon_mAh_g"]), ".2f"),
        number(cycle["film_thickness_nm"], ".2f"),
    ]


def fast_rows(f: Found) -> Table:
    """What each input would have to be for the reported capacity at 6 C."""
    rows = []
    for one in f.found["fast discharge"]["explanations"]:
        needed = one["needed"]
        rows.append(
            [
                one["parameter"],
                f"{one['value']:g}",
                f"{one['low']:g} to {one['high']:g}",
                number(one["worst_capacity_mAh_g"]),
                "none" if needed is None else f"{needed:.3g}",
                "-" if needed is None else ("yes" if one["inside"] else "no"),
                number(one.get("capacity_in_DFN_mAh_g")),
                number(one["slow_capacity_mAh_g"]),
            ]
        )
    head = [
        "input",
        "value",
        "range",
        "least in range",
        "needed",
        "in range",
        "6 C in the DFN",
        "then at 0.2 C",
    ]
    return head, rows


def sensitivity_rows(f: Found) -> list[tuple[str, Rows]]:
    """What turns a verdict, and the strongest inputs."""
    lines = []
    for one in f.found["sensitivity"]:
        stars = calibrated(one["rows"])
        rows = []
        for output, claim in zip(one["outputs"], ("F02", "F02", "F04"), strict=True):
            check, value = CHECKS[claim], reported_value(claim)
            for r in (r for r in one["rows"] if r["output"] == output):
                turned = _turned(r, value, float(check.tolerance or 0.0))
                if turned:
                    star = "*" if r["parameter"] in stars else ""
                    rows.append([output, claim, f"{r['parameter']}{star}", turned])
        lines.append((f"Set {NAMES[one['cell']]}", rows or [["-", "-", "none", "-"]]))
    return lines


def _turned(r: Mapping[str, Any], value: float, tolerance: float) -> str:
    """Ends of the range at which the verdict is another one."""

    def met(at: float) -> bool:
        return abs(at / value - 1.0) <= tolerance

    words = []
    for end, at in (("low", r["at_low"]), ("high", r["at_high"])):
        if at is not None and met(at) != met(r["nominal"]):
            words.append(f"{r[end]:g}: {r['nominal']:.1f} to {at:.1f}, {'met' if met(at) else 'unmet'}")
    return "; ".join(words)


def tables(f: Found) -> dict[str, Any]:
    """Every table: head and rows, or rows by title."""
    return {
        "waterfall_table": waterfall_rows(f),
        "design_table": design_rows(f),
        "predictions": predicted(f),
        "formation_table": formation_rows(f),
        "fast_table": fast_rows(f),
        "turns": sensitivity_rows(f),
        "minus": number,
    }
