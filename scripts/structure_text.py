"""Text of docs/structure.md, every figure of it from the data."""

# ruff: noqa: E501 (sentences of the page)
from typing import Any

import numpy as np

from napore.parameters.structure import structure_entries
from napore.validation.operando import MOST_LEFT

__all__ = ["text"]


def text(content: dict[str, Any]) -> str:
    """The page as Markdown."""
    check(content)
    parts = (
        opening,
        findings,
        slope,
        pores,
        raman,
        stages,
        flash_map,
        operando,
        audit,
        claims,
    )
    return "\n".join(line for part in parts for line in part(content))


def check(content: dict[str, Any]) -> None:
    """Refuse to write a page whose words are no longer those of the numbers."""
    f, t = content["structure"]["fjh"], content["structure"]["tf"]
    found, item = content["operando"], {row["id"]: row["values"] for row in content["audit"]}
    sites, _ = above_the_plateau(content)
    slope_of_fjh = content["reported"]["H05.fjh.lower"] - content["reported"]["H04.fjh"]
    words = {
        "pores of the sets have more than the closed area": all(
            c["set_pore_area_m2_g"] > 5.0 * c["closed_area_m2_g"] for c in (f, t)
        ),
        "below the cut-off, just above it, TF's below": item[11]["local_mV"]
        < 10.0
        < item[11]["whole_pore_mV"]
        < 15.0
        and item[11]["whole_pore_tf_mV"] < 10.0,
        "the plateau of the sets is elsewhere": 1e3 * content["stages"]["fjh"][2] > 50.0,
        "TF short of its own slope": t["slope_capacity_mAh_g"]
        < content["reported"]["H01.tf"] - content["reported"]["H04.tf"],
        "sites of the set hold less than the slope": sites < slope_of_fjh,
        "pores come last": all(one == sorted(one, reverse=True) for one in content["stages"].values()),
        "the sets differ on the way back": all(
            found[f"fjh-b {rate}"]["left_metal_share"] > 1.5 * found[f"fjh {rate}"]["left_metal_share"]
            for rate in ("0.1", "0.5")
        ),
        "only the metal that is left decides": all(
            one["holds"] == (one["left_metal_share"] <= MOST_LEFT) for one in found.values()
        ),
        "more metal in FJH": found["fjh 0.5"]["metal_mAh_g"] > found["tf 0.5"]["metal_mAh_g"],
        "the G band's shift nearly over": min(one["slope_shift_share"] for one in found.values()) > 0.9,
    }
    wrong = [what for what, holds in words.items() if not holds]
    if wrong:
        raise ValueError(f"the page says, but the numbers do not: {'; '.join(wrong)}")


def above_the_plateau(content: dict[str, Any]) -> tuple[float, float]:
    """Sites of `fjh`, and sodium in its pores at 0.1 V, at equilibrium [mAh/g]."""
    found = content["equilibrium_stages"]
    sites = found["stage_1_mAh_g"][-1] + found["stage_2_mAh_g"][-1]
    falling = found["potential_V"][::-1]
    return sites, float(np.interp(0.1, falling, found["clusters_mAh_g"][::-1]))


def opening(content: dict[str, Any]) -> list[str]:
    """Title and how it was made."""
    return [
        "# Structure, operando observables, and the audit of the paper",
        "",
        "Written by `python scripts/structure_page.py run` (seconds), then `page`; "
        f"{content['model']}, napore {content['napore']}, PyBaMM {content['pybamm']}. Rows S01 to S09 of Gu et al., "
        "Chem. Eng. J. 2025, [159331](https://doi.org/10.1016/j.cej.2025.159331). Nothing here was fitted, and no cell "
        "is simulated with a number of structure except the BET area.",
        "",
    ]


def findings(content: dict[str, Any]) -> list[str]:
    """What came out, first."""
    f, t = content["structure"]["fjh"], content["structure"]["tf"]
    r, item = content["reported"], {row["id"]: row["values"] for row in content["audit"]}
    slow, fast = content["operando"]["fjh 0.1"], content["operando"]["fjh 0.5"]
    other = [content["operando"][f"fjh-b {rate}"] for rate in ("0.1", "0.5")]
    sites, early = above_the_plateau(content)
    large, small = content["raman"]["sizes_nm"]
    return [
        "## Findings",
        "",
        f"- **The closed area cannot carry the plateau.** {f['plateau_mAh_g']:g} mAh/g need {f['pore_volume_cm3_g']:.3f} cm3/g; "
        f"with {f['closed_area_m2_g']:g} m2/g that is spheres of {item[7]['sphere_diameter_nm']:.0f} nm or slits of "
        f"{item[7]['slit_width_nm']:.1f} nm. The same area as spheres of 1 nm radius holds {f['area_at_1_nm_mAh_g']:.0f} mAh/g "
        f"(TF {t['area_at_1_nm_mAh_g']:.0f}). The pores of the sets (capacity fitted, radius of 1 nm from the literature) have {f['set_pore_area_m2_g']:.0f} and "
        f"{t['set_pore_area_m2_g']:.0f} m2/g (S03: {f['closed_area_m2_g']:g} and {t['closed_area_m2_g']:g}).",
        "- **Whether such pores fill above the cut-off depends on the law, not on their shape.** With 0.1 J/m2 the local "
        f"Gibbs-Thomson law (2/r) puts spheres of 5.9 nm at {item[11]['local_mV']:.0f} mV, below the cut-off of 10 mV; the law "
        f"of whole pores (3/r), which the sets use, at {item[11]['whole_pore_mV']:.1f} mV, just above it, and TF's at "
        f"{item[11]['whole_pore_tf_mV']:.1f} mV. Neither is where the sets, fitted to the rates, put the plateau "
        f"({1e3 * content['stages']['fjh'][2]:.0f} mV).",
        "- **Wide spacings make light stacks.** The closed-pore volume is usually taken against graphite (2.26 g/cm3). Between "
        f"stacks of the reported spacing ({f['stack_density_g_cm3']:.2f} and {t['stack_density_g_cm3']:.2f} g/cm3) the true "
        f"densities of the sets leave pores for {f['capacity_of_density_mAh_g']:.0f} and {t['capacity_of_density_mAh_g']:.0f} "
        f"mAh/g only. Beside graphite it is {f['capacity_against_graphite_mAh_g']:.0f} and {t['capacity_against_graphite_mAh_g']:.0f}: those "
        f"densities were derived from the plateaus, {f['plateau_mAh_g']:g} and {t['plateau_mAh_g']:g}; the measured ones (Fig. 2f) are not in the text.",
        "- **Signs of S06 hold for every size**, for counts of rims and faces alone. How strongly `d` acts rests on an "
        f"assumed spread of spacings about a calculated threshold: 5 % more raises FJH by {100 * f['signs_5_percent']['d']:.0f} % with "
        f"it; with sodium at every rim, by {100 * f['d_sign_all_admitted']:.1f} %. "
        f"La and Lc act by {100 * f['signs_5_percent']['La']:.1f} and {100 * f['signs_5_percent']['Lc']:.1f} %.",
        f"- **The slope's size is not determined**: at most {f['slope_capacity_mAh_g']:.0f} mAh/g for FJH "
        f"({f['slope_band_mAh_g'][0]:.0f} to {f['slope_band_mAh_g'][1]:.0f} inside the ranges of what is assumed) and "
        f"{t['slope_capacity_mAh_g']:.0f} for TF ({t['slope_band_mAh_g'][0]:.0f} to {t['slope_band_mAh_g'][1]:.0f}); reported are "
        f"{r['H05.fjh.lower'] - r['H04.fjh']:.0f} to {r['H05.fjh.upper'] - r['H04.fjh']:.0f} (FJH, 0.1 C) and "
        f"{r['H01.tf'] - r['H04.tf']:.0f} (TF, plateau at 0.1 C out of 0.02 C). The assumed TF is short of its own slope. "
        f"The sites of the set `fjh` hold {sites:.0f} mAh/g (fitted), less than the reported slope: at equilibrium its pores hold "
        f"{early:.0f} mAh/g already above 0.1 V.",
        f"- **I_D/I_G = {content['raman']['ratio']:g} gives La = {large:.0f} nm or {small:.1f} nm**, by two published relations that "
        "change in opposite directions with it. The paper's reading (a higher ratio, smaller crystallites) is that of large ones.",
        f"- **S09 in simulation**: at the cut-off {100 * fast['metal_share']:.0f} % of the sodium is in pores, and "
        f"{100 * fast['plateau_metal_share']:.0f} % of the charge below 0.1 V went there (0.5 C, the paper's rate). The two sets of "
        f"nearly equal misfit differ on the way back: `fjh` keeps {100 * slow['left_metal_share']:.1f} % of its metal at 0.1 C and "
        f"{100 * fast['left_metal_share']:.1f} % at 0.5 C, `fjh-b` {100 * other[0]['left_metal_share']:.1f} and "
        f"{100 * other[1]['left_metal_share']:.1f} %. {left_at_half(content)} A charged electrode "
        "that no longer reddens phenolphthalein (its rate is not stated) rather speaks for `fjh`; GITT speaks for `fjh-b` ([gitt](gitt.md)).",
        "- **S08, the map of pulses, is not simulated**: the text has one pulse.",
        "",
    ]


def left_at_half(content: dict[str, Any]) -> str:
    """Whether S09 is met at the paper's rate, in words."""
    left = {
        name.split()[0]: one["left_metal_share"]
        for name, one in content["operando"].items()
        if name.endswith("0.5")
    }
    within = [name for name, share in left.items() if share <= MOST_LEFT]
    numbers = ", ".join(f"{100 * share:.1f} % in `{name}`" for name, share in left.items())
    if not within:
        return f"At 0.5 C every set leaves more than {100 * MOST_LEFT:.0f} % of its metal ({numbers}): S09 is unmet."
    held = " and ".join(f"`{name}`" for name in within)
    return f"At 0.5 C only {held} leaves at most {100 * MOST_LEFT:.0f} % of its metal ({numbers})."


def slope(content: dict[str, Any]) -> list[str]:
    """The geometric model and S06."""
    rows = [
        ("La / nm (assumed)", "La_nm", ".1f"),
        ("Lc / nm (assumed)", "Lc_nm", ".1f"),
        ("d / nm (S01)", "d_nm", ".3f"),
        ("layers of a stack", "layers", ".1f"),
        ("rim atoms over all atoms", "edge_atom_share", ".3f"),
        ("layers whose spacing admits sodium", "admitting_share", ".2f"),
        ("outer faces that are open (S02 + S03)", "exposed_share", ".2f"),
        ("rims, at most / mAh/g", "edge_capacity_mAh_g", ".0f"),
        ("faces, at most / mAh/g", "face_capacity_mAh_g", ".0f"),
        ("slope, at most / mAh/g", "slope_capacity_mAh_g", ".0f"),
    ]
    structure = content["structure"]
    lines = [
        "## Slope capacity from the crystallite (S05, S06)",
        "",
        "A crystallite is a stack of `N = Lc/d` graphene discs of diameter La. Sodium sits in one row along each rim, at the "
        "spacing of the metal (0.371 nm: 0.61 per two-coordinated carbon), and in a close-packed layer on the open part of the two "
        "outer faces:",
        "",
        "    Q_slope = F/(3.6 M_C) [ s(d) 4 a_C/(b La) + 2 e G a_C d/Lc ]",
        "",
        "`a_C` area per carbon, `b` distance of neighbours in the metal, `G` its density in the (110) plane, `e` the open share of the "
        "faces (reported areas over the area of all faces), `s(d)` the share of spacings above 0.37 nm "
        "([10.1021/nl3016957](https://doi.org/10.1021/nl3016957)) in a normal distribution about `d`. No law of sites against "
        "spacing was found in the literature; `s(d)` is an assumption, and only its sign is tested. The laws are in "
        "`models/structure.py`.",
        "",
        "![Largest slope capacity against each size alone](images/structure_slope.png)",
        "",
        "*Marks: the two carbons. Band: reported total at 0.1 C (309 to 328) less the plateau (216). Lc acts through the faces "
        "only, at a fixed open share of them; with a fixed area per gram it would not act at all.*",
        "",
        "| | FJH | TF |",
        "| --- | --- | --- |",
    ]
    for label, key, form in rows:
        values = " | ".join(format(structure[c][key], form) for c in ("fjh", "tf"))
        lines.append(f"| {label} | {values} |")
    lines += [
        "",
        "La and Lc of both carbons are in a figure that the text does not repeat; the text has their order only (S05), in which they "
        "are assumed. What else is assumed:",
        "",
        "| number | value | range | class | source |",
        "| --- | --- | --- | --- | --- |",
    ]
    for entry in structure_entries().values():
        low, high = entry.allowed or (entry.value, entry.value)
        lines.append(
            f"| {entry.name} | {entry.value:g} | {low:g} to {high:g} | {entry.kind} | {entry.source} |"
        )
    return [*lines, ""]


def pores(content: dict[str, Any]) -> list[str]:
    """Where pores fill and what they hold."""
    f, t = content["structure"]["fjh"], content["structure"]["tf"]
    item = {row["id"]: row["values"] for row in content["audit"]}
    return [
        "## Pores (S02, S03)",
        "",
        "![Filling potential over size, and capacities](images/structure_pores.png)",
        "",
        "*Left: law of whole pores for three wetting energies; squares: the reported plateau as metal inside the reported closed "
        "area. Right: three readings of the same carbons.*",
        "",
        "- Metallic sodium holds 1128 mAh per cm3 of pore. A pore fills at `dgamma (A/V) V_m/F`: for a given area and volume the shape "
        "does not matter.",
        f"- Closed areas of {item[7]['area_ratio']:.1f} to 1 go with plateaus of {item[7]['plateau_ratio']:.2f} to 1: the plateau does not "
        "scale with the area.",
        f"- S03 therefore is inconsistent with the plateau, FJH: {f['contradiction']}.",
        f"- TF: {t['contradiction']}.",
        f"- S02 enters the sets as the area of the double layer, from which {f['set_bet_area_m2_g']:.1f} and "
        f"{t['set_bet_area_m2_g']:.1f} m2/g come back ({f['bet_area_m2_g']:g} and {t['bet_area_m2_g']:g} reported).",
        "",
    ]


def raman(content: dict[str, Any]) -> list[str]:
    """I_D/I_G."""
    large, small = content["raman"]["sizes_nm"]
    return [
        "## Raman ratio (S04)",
        "",
        f"Large crystallites (Tuinstra-Koenig, with the wavelength of [Cançado et al.](https://doi.org/10.1063/1.2196057), "
        f"measured from 20 to 65 nm): {large:.0f} nm at an assumed 532 nm. Below 2 nm "
        f"([Ferrari and Robertson](https://doi.org/10.1103/PhysRevB.61.14095)): {small:.1f} nm. Carbons heated to 1300 C have 2 to 6 nm "
        "by diffraction, between the two, where neither holds. As point defects of one layer "
        f"([Cançado et al. 2011](https://doi.org/10.1021/nl201432g)) the ratio means one per {content['raman']['defect_distance_nm']:.0f} nm, "
        "which store next to nothing. The ratio is used nowhere.",
        "",
    ]


def stages(content: dict[str, Any]) -> list[str]:
    """S07."""
    first, second, clusters = content["stages"]["fjh"]
    other = content["stages"]["fjh-b"][2]
    return [
        "## Three stages (S07)",
        "",
        "![Sodium by stage over the potential](images/structure_stages.png)",
        "",
        f"Mean potentials of edges, neighbouring sites and pores: {first:.2f}, {second:.2f} and {clusters:.3f} V (`fjh`; pores of "
        f"`fjh-b` at {other:.3f} V). The form of the isotherm has the stages by construction, and the first two potentials are assumed "
        "(0.75 and 0.25 V; the text has no number): only that the pores, fitted to the rates, come last is a result.",
        "",
    ]


def flash_map(content: dict[str, Any]) -> list[str]:
    """S08."""
    r = content["reported"]
    return [
        "## Map of the heating pulse (S08): not simulated",
        "",
        "The text gives: best pulse 1300 C, 20 s; set values 40 V and 42.5 A (1.7 kW, 34 kJ if drawn for 20 s, of a batch whose mass "
        "is not given); pre-carbonised at 700 C for 2 h; TF at 1300 C for 2 h after 5 C/min. Capacity, La, Lc, d of no other pulse. "
        f"At 1300 C there are two durations, 20 s ({r['H01.fjh']:g} mAh/g) and 2 h ({r['H01.tf']:g} mAh/g) in another furnace: the "
        "far side of a maximum, if it is one, and no point before it. A model of graphitisation would have as many free numbers as "
        "there are points.",
        "",
        "What the laws above say of too much heat: a growing La and Lc and a shrinking d lower the slope, and pores that grow beyond "
        f"{content['largest_filling_radius_nm']:.1f} nm (spheres, wetting energy of the sets) fill below the cut-off only.",
        "",
    ]


def operando(content: dict[str, Any]) -> list[str]:
    """S09."""
    lines = [
        "## Operando observables (S09), illustrative",
        "",
        "![Voltage, G band and metal over a cycle](images/structure_operando.png)",
        "",
        "*FJH, DFN, last of three cycles. The G band is interpolated between the two reported ends by the adsorbed sodium: its ends are "
        "put in. No sodium is stored between layers, so nothing shifts the (002) reflection: put in as well.*",
        "",
        "| set, rate | pores' share at the cut-off | of the charge below 0.1 V | G band's shift over at 0.1 V | metal left after desodiation | shift left | all conditions |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, found in content["operando"].items():
        lines.append(
            f"| {name} C | {100 * found['metal_share']:.0f} % | {100 * found['plateau_metal_share']:.0f} % | "
            f"{100 * found['slope_shift_share']:.0f} % | {100 * found['left_metal_share']:.1f} % | "
            f"{100 * abs(found['left_shift_share']):.1f} % | {'hold' if found['holds'] else 'do not hold'} |"
        )
    metal = {name: found["metal_mAh_g"] for name, found in content["operando"].items()}
    return [
        *lines,
        "",
        "Conditions, set before the simulation: metal at least half of the sodium at the cut-off and 80 % of the charge below 0.1 V, at "
        "most 5 % of metal and shift left after desodiation, no sodium anywhere else. "
        f"{left_at_half(content)} The limit of 5 % is set here: the paper's text gives no amount of metal that is left.",
        "",
        f"FJH has more metal than TF at the cut-off, {metal['fjh 0.5']:.0f} against {metal['tf 0.5']:.0f} mAh/g at 0.5 C (the paper: more "
        "clusters, a darker red); both pore capacities were fitted. If the G band follows adsorbed sodium, nearly all of its shift is "
        "over when the plateau begins; the paper's Fig. 4b would decide that.",
        "",
    ]


def audit(content: dict[str, Any]) -> list[str]:
    """The thirteen items."""
    return [
        "## Audit: what follows from the paper's numbers by arithmetic",
        "",
        "`napore.validation.audit.audit()`, each figure computed from the reported data and the sets.",
        "",
        *[f"{row['id']}. {row['statement']}" for row in content["audit"]],
        "",
    ]


def claims(content: dict[str, Any]) -> list[str]:
    """What stays not simulated."""
    return [
        "## Claims that stay not simulated",
        "",
        *[f"- {key}: {reason}." for key, reason in content["not_simulated"].items()],
    ]
