"""Text of docs/energy_check.md from what scripts/energy_check_page.py found."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from energy_check_pictures import calibrated, draw_all, highest_mean_voltage

from napore.validation.checks import CHECKS
from napore.validation.energy_check import mean_voltage_for, reported_value

PAGE = Path(__file__).resolve().parent.parent / "docs" / "energy_check.md"
NAMES = {"fjh-nvp": "fjh", "fjh-b-nvp": "fjh-b", "tf-nvp": "tf"}
UNITS = {"Cathode particle radius [m]": (1e6, "µm"), "Separator thickness [m]": (1e6, "µm")}


def row(*cells: Any) -> str:
    """One row of a Markdown table."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """Markdown table and the blank line after it."""
    return [row(*head), row(*["---"] * len(head)), *(row(*cells) for cells in rows), ""]


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


def findings(f: Found) -> list[str]:
    """The findings, first."""
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
    return [
        f"1. **{energy:g} Wh/kg is plausible, but the verdict hangs on three unknowns**: NVP's usable capacity, the set of the",
        "   carbon, and the rate, which the text does not state. With 115 mAh/g of usable NVP the",
        f"   prediction at 0.05 C is {at['fjh-nvp']:.1f} Wh/kg (set fjh) and {at['fjh-b-nvp']:.1f} (set fjh-b, of nearly equal misfit to",
        f"   the half cells); with 117.6 {top['fjh-nvp']['predicted']:.1f} and {top['fjh-b-nvp']['predicted']:.1f}, with 110",
        f"   {low['fjh-nvp']['predicted']:.1f} and {low['fjh-b-nvp']['predicted']:.1f}. Within the tolerance of 7 %:"
        f" {_met(f, 'energy at 0.05 C')}.",
        f"   At 0.2 C it is {later['fjh-nvp']:.1f} and {later['fjh-b-nvp']:.1f} with 115; within the tolerance:"
        f" {_met(f, 'energy at 0.2 C')}.",
        f"2. **The first cycle takes most of what is missing.** Of {fall['theoretical']:.1f} Wh/kg of the theoretical pair the sodium",
        f"   lost in it takes {-fall['first_cycle']:.1f}, the carbon's potential {-fall['carbon_potential']:.1f}, NVP's unusable part"
        f" {-fall['cathode_capacity']:.1f}, all",
        f"   polarisation at 0.05 C {_polarisation(f, 'fjh-nvp', 0.05):.1f}. Faster electrodes could not give the paper's number.",
        f"3. **{voltage:g} V cannot be a mean of discharge** (bound {highest_mean_voltage():.2f} V; predicted"
        f" {f.prediction('fjh-nvp', 115.0, 'mean voltage at 0.05 C')['predicted']:.2f} V), and **{slow:g} mAh/g and {energy:g} Wh/kg"
        " cannot",
        f"   be one cell**: together they mean a mean voltage of {mean_voltage_for(slow):.2f} V, lower than any simulated.",
        f"4. **{energy:g} Wh/kg at 0.05 C needs little**: {first['value']:.1f} mAh of presodiation per gram of carbon at 2 : 5",
        f"   ({100 * first['value'] / film['cycles'][0]['loss_mAh_g']:.0f} % of the first-cycle loss), or a mass ratio of {other['value']:.3f}, with a plating margin",
        f"   of {1e3 * first['plating_margin_V']:.0f} and {1e3 * other['plating_margin_V']:.0f} mV. With set fjh-b"
        f" {second[0]['value']:.1f} mAh/g, or {second[1]['value']:.3f}.",
        f"5. **{reported_value('F04'):g} mAh/g at 6 C is not predicted** ({fast['fjh-nvp']:.1f}, set fjh). Diffusion in NVP would give it at"
        f" D = {diffusion['needed']:.1e} m2/s",
        f"   ({_inside(diffusion)} of 1e-16 to 1e-13) or particles of {1e6 * radius['needed']:.1f} µm ({_inside(radius)} of 0.2 to 1 µm);",
        f"   both mean D / R2 = {diffusion['needed'] / 0.4e-6**2:.1e} 1/s, and the slow ends of both ranges together give"
        f" {slowest:.1f} mAh/g,",
        "   so that such a D / R2 lies within the literature, though neither range alone reaches it (D = 1e-16 gives"
        f" {_slow_diffusion(f)['fjh-nvp']:.1f}",
        f"   and, with set fjh-b, {_slow_diffusion(f)['fjh-b-nvp']:.1f}: {_edge(f)}). No other input of the table",
        f"   below brings it under {idle:.1f} inside its range, a contact resistance included. The carbon matters",
        f"   less: between its two sets lie {fast['fjh-nvp'] - fast['fjh-b-nvp']:.1f} mAh/g, and"
        f" {late['fjh-nvp'] - late['fjh-b-nvp']:.1f} charged at 0.2 C ({late['fjh-nvp']:.1f} and {late['fjh-b-nvp']:.1f});",
        f"   the slow end of D takes {_plain(f) - diffusion['worst_capacity_mAh_g']:.1f}.",
        f"6. **The loss of the first cycle is an ordinary film.** All {film['cycles'][0]['loss_mAh_g']:.1f} mAh/g would be"
        f" {film['film_only_thickness_nm']:.1f} nm of it on the BET area of FJH;",
        f"   TF's is {f.film('tf')['cycles'][0]['film_thickness_nm']:.1f} nm. With the film of TF on FJH,"
        f" {film['cycles'][0]['trapped_mAh_g']:.0f} mAh/g of FJH's loss are something else: trapped sodium.",
        "",
    ]


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


def plating(f: Found) -> list[str]:
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
    words = (
        f"On the charge at 6 C the plating margin is {number(middle[0], '.0f')} mV (set fjh) and"
        f" {number(middle[1], '.0f')} (set fjh-b),"
    )
    if least < 0.0:
        return [
            f"{words} at worst {number(least, '.0f')}: this cell would plate sodium, which this model",
            "does not take from the capacity. That is another candidate, which no number of the paper decides.",
        ]
    return [
        f"{words} and at least {number(least, '.0f')} at",
        "any of the three usable capacities: no sodium plates in these simulations, so that plating, which this model would not",
        f"take from the capacity, explains the missing capacity only if the carbon keeps less room than the sets say. TF at the same"
        f" ratio would plate ({number(1e3 * f.prediction('tf-nvp', 115.0, 'plating margin at 6 C')['predicted'], '.0f')} mV).",
    ]


def check(f: Found) -> None:
    """Refuse to write a page whose words are no longer those of the numbers."""
    energy = reported_value("F02")
    predictions = f.found["predictions"]
    voltages = [p["predicted"] for p in predictions if "mean voltage" in p["quantity"]]
    voltages += [w["mean_voltage_V"] for w in f.found["waterfalls"]]
    pair = ("fjh-nvp", "fjh-b-nvp")
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
    said = {
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
    wrong = [what for what, holds in said.items() if not holds]
    if wrong:
        raise ValueError(f"the page says, but the numbers do not: {'; '.join(wrong)}")


def far_from_reported(f: Found) -> float:
    """By what factor the SPMe's solutions that the DFN does not confirm lie outside their ranges."""
    value, tolerance = reported_value("F04"), float(CHECKS["F04"].tolerance or 0.0)
    return min(
        max(one["low"] / one["needed"], one["needed"] / one["high"])
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
    return -sum(t["energy_Wh_kg_active"] for t in one["terms"] if t["kind"] == "polarisation")


def predicted(f: Found) -> list[str]:
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
        lines += [f"### {title}", ""]
        lines += table(["NVP usable", "110 mAh/g", "115 mAh/g", "117.6 mAh/g", "reported"], rows)
    return lines


def _with_deviation(p: Mapping[str, Any], form: str) -> str:
    if p["deviation"] is None:
        return number(p["predicted"], form)
    verdict = f", {p['verdict']}" if p["verdict"] else ""
    return f"{number(p['predicted'], form)} ({number(100 * p['deviation'], '+.1f')} %{verdict})"


def waterfall_rows(f: Found) -> list[str]:
    """Terms of every waterfall."""
    falls = f.found["waterfalls"]
    names = [*dict.fromkeys(t["name"] for fall in falls for t in fall["terms"][:-1]), "delivered"]
    meaning = {t["name"]: t["meaning"] for fall in falls for t in fall["terms"]}
    rows = []
    for name in names:
        values = [f.fall(fall["cell"], fall["rate_C"]).get(name, 0.0) for fall in falls]
        rows.append([meaning[name], *(number(v, ".2f") for v in values)])
    return table(["Wh/kg", *(f"{NAMES[w['cell']]}, {w['rate_C']:g} C" for w in falls)], rows)


def design_rows(f: Found) -> list[str]:
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
    return table(head, rows)


def formation_rows(f: Found) -> list[str]:
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
    return table(head, rows)


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


def fast_rows(f: Found) -> list[str]:
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
    return table(head, rows)


def sensitivity_rows(f: Found) -> list[str]:
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
        lines += [f"### Set {NAMES[one['cell']]}", ""]
        lines += table(["output", "claim", "input", "verdict turns at"], rows or [["-", "-", "none", "-"]])
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


def write_page(found: Mapping[str, Any]) -> None:
    """Write the page and its pictures."""
    f = Found(found)
    check(f)
    draw_all(found)
    film = f.film("fjh")
    lines = [
        "# The paper's full cell under examination",
        "",
        "Written by `scripts/energy_check_page.py page` from `docs/data/energy_check_gu2025.json`, which",
        "`scripts/energy_check_page.py run` makes. Cell: anthracite by flash Joule heating against Na3V2(PO4)3 at 2 : 5,",
        "Gu et al., Chem. Eng. J. 2025, 159331. **Nothing is fitted to a number of the full cell.** Where an input is solved for",
        "that would give one, it is a finding and goes into no parameter set. Capacities per gram of NVP, energies per kg of",
        "both active masses; the last of three cycles in the DFN unless said; tolerances are those of `napore validate`.",
        "",
        "## Findings",
        "",
        *findings(f),
        "## Where the energy goes",
        "",
        "![Energy waterfalls at 0.05 and 6 C](images/energy_waterfall.png)",
        "",
        "`napore.energy_waterfall(cell, rate)`: the terms add up to the delivered energy, which is computed apart from them"
        f" (largest gap {_gap(f):.0e} Wh/kg).",
        "Capacity is counted at NVP's plateau of 3.37 V, then each potential over the charge that is delivered. The axis does",
        "not begin at zero.",
        "",
        *waterfall_rows(f),
        "## Capacity and mean voltage that give the energy",
        "",
        "![Pairs of capacity and mean voltage](images/energy_pairs.png)",
        "",
        "The line is `V = E (1 + r) / Q`. The reported capacity and voltage together would be"
        f" {reported_value('F05') * reported_value('F03') / 1.4:.0f} Wh/kg.",
        "The designs that have the energy at 0.05 C, by root on the static design and then in simulation:",
        "",
        *design_rows(f),
        "## Predictions",
        "",
        "Deviation from the reported number and verdict in brackets; F03 and F05 are inconsistent whatever is simulated.",
        "",
        *predicted(f),
        "## First cycle",
        "",
        "![First cycles of both carbons](images/energy_formation.png)",
        "",
        "`napore.formation(half_cell)`, and `napore.full_cell(..., formation=...)` from it. A film grows on the BET area by the",
        "law of electron tunnelling that PyBaMM has (Tang, Lu and Newman 2012), which stops by itself. One number, its",
        f"exchange-current density, is fitted to the efficiency (an input, H02): {film['film_current_A_m2']:.3g} A/m2 for FJH and"
        f" {f.film('tf')['film_current_A_m2']:.3g} for TF,",
        "so that the efficiency is returned and not predicted. Trapped sodium is stated:"
        f" {film['cycles'][0]['trapped_mAh_g']:.1f} mAh/g for FJH, which follows from",
        "equal film per BET area on both carbons and none trapped in TF; less film per area means more of it on both.",
        "What follows without a fit: efficiencies of the later cycles, and of a faster formation, whose film is thinner while more",
        "sodium is left in the slow pores (`left`: it can be released, slowly).",
        f"Sodium closes to {max(one['imbalance'] for one in found['formation']):.0e} of the charge. The full cells made from it have"
        f" {film['simulated_inventory_mAh_g_cathode']:.2f} (FJH) and {f.film('tf')['simulated_inventory_mAh_g_cathode']:.2f} mAh/g (TF)",
        f"of sodium, with the stated loss {film['stated_inventory_mAh_g_cathode']:.2f} and"
        f" {f.film('tf')['stated_inventory_mAh_g_cathode']:.2f}. Charges in mAh per gram of carbon.",
        "",
        *formation_rows(f),
        "## 6 C",
        "",
        "![Capacity at 6 C over D/R2 of NVP](images/energy_fast.png)",
        "",
        "Each input alone, charged and discharged at 6 C, set fjh (found in the SPMe in the first cycle, then the third cycle in",
        "the DFN). `least in range`: the least capacity at the ends of the written range. With a contact resistance the capacity",
        "does not fall but breaks off: on charge the drop reaches from NVP's plateau to the cut-off of 4.0 V. `none`: not reached",
        "down to 3e-6 A/m2 or up to 10 mm. Where the DFN is far from the reported number, the SPMe's solution is none; all of",
        f"these lie outside their ranges by a factor of {far_from_reported(f):.1f} or more.",
        "",
        *fast_rows(f),
        "At 2 : 5 this rate is"
        f" {6.0 * 117.6 / 0.4 / 300.0:.1f} C of the carbon (300 mA/g), above the 5 C that it was fitted to.",
        "",
        *plating(f),
        "",
    ]
    if "sensitivity" in found:
        lines += [
            "## Which inputs decide",
            "",
            "![Tornado of energy and of capacity at 6 C](images/energy_tornado.png)",
            "",
            "Each input at the ends of its written range, the others at their values; SPMe, first cycle; blue the low end, orange",
            "the high one; shaded the reported number with its tolerance. A star, and the lower row: the carbon was calibrated with",
            "the value of this input, so that alone, without a new calibration, it overstates (with stage 2 at 0.4 V the sites fill",
            "before the pores do, and the charge ends). Inputs that an isothermal cell without side reactions",
            "does not use are left out; of set fjh-b only those are varied that move an output of fjh by more than 1 %.",
            "",
            *sensitivity_rows(f),
        ]
    PAGE.write_text("\n".join(lines), encoding="utf-8")


def _gap(f: Found) -> float:
    return max(abs(one["closure_Wh_kg_active"]) for one in f.found["waterfalls"])
