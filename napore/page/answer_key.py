"""Answers to the exercises of an exported page, from the answers that the page itself holds."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

Held = Mapping[str, Any]
Row = tuple[dict[str, float], dict[str, Any]]
FASTER: Final = {
    "filling_rate_per_s": ("the largest filling rate", "filling"),
    "exchange_current_A_m2": ("the largest exchange current", "charge transfer"),
}
"""Sliders that may bring a plateau back, and what each makes faster."""
_NOTICED: Final = 1.0
"""What a slider must bring back to count as a limit [mAh/g]."""


def answer_key(held: Held) -> str:
    """Markdown with the numbers that a class finds, for the exercises that an exported page holds.

    Parameters
    ----------
    held
        What :func:`.export.export_page` puts into a page.
    """
    made = {"plateau": plateaus, "ratio": ratios, "pulses": readings}
    parts = [
        "# Answers to the exercises",
        "For the teacher: the numbers of the page that napore wrote with this file.",
    ]
    for question in held["choices"]["questions"]:
        if question["key"] in made:
            steps = (f"{k}. {text}" for k, text in enumerate(question["steps"], 1))
            parts += [f"## {question['exercise']}", "\n".join(steps), *made[question["key"]](held)]
    return "\n\n".join(parts) + "\n"


def rows_of(held: Held, cell: str) -> Iterator[Row]:
    """Values of the sliders and answers of a cell, without those that could not be simulated."""
    sliders = held["choices"]["sliders"][cell]
    values = itertools.product(*(slider["values"] for slider in sliders))
    for place, found in zip(values, held["answers"][cell], strict=True):
        if "error" not in found["simulate"]:
            yield dict(zip((slider["key"] for slider in sliders), place, strict=True)), found


def _at_start(held: Held, cell: str, but: Sequence[str]) -> list[Row]:
    """Rows in which every slider but some is at its start."""
    start = {one["key"]: one["start"] for one in held["choices"]["sliders"][cell] if one["key"] not in but}
    return [row for row in rows_of(held, cell) if all(row[0][key] == value for key, value in start.items())]


def plateaus(held: Held) -> list[str]:
    """What of the plateau is left at each rate, and what faster filling brings back."""
    parts = []
    for cell in (one for one in held["answers"] if one in held["choices"]["carbons"]):
        rows = _at_start(held, cell, ("rate_C",))
        left = {place["rate_C"]: found["simulate"]["point"]["below_mAh_g"] for place, found in rows}
        slow = left.get(0.1, next(iter(left.values())))
        lost = {rate: 1.0 - value / slow for rate, value in left.items()}
        table = [
            [f"{rate:g}", f"{left[rate]:.1f}", f"{100 * share:.0f} %" if share >= 0.0 else "none"]
            for rate, share in lost.items()
        ]
        half = next((rate for rate, share in lost.items() if share >= 0.5), None)
        fastest = max(left)
        text = (
            "At no rate of the page is half of it lost"
            if half is None
            else f"Half of it is lost at {half:g} C"
        )
        gained = {}
        for key, (what, process) in FASTER.items():
            if key in rows[0][0]:
                moved = _at_start(held, cell, ("rate_C", key))
                quick = max(moved, key=lambda row: (row[0]["rate_C"], row[0][key]))
                back = quick[1]["simulate"]["point"]["below_mAh_g"]
                text += f"; at {fastest:g} C {what}, {quick[0][key]:g}, makes it {back:.1f} mAh/g"
                gained[back - left[fastest]] = process
        if len(gained) == len(FASTER):
            text += (
                f". Of the two {gained[max(gained)]} limits" if max(gained) > _NOTICED else ". Neither limits"
            )
        parts += [
            f"**{cell}**",
            _table(["rate / C", "plateau / mAh/g", "lost since 0.1 C"], table),
            f"{text}.",
        ]
    return parts


def ratios(held: Held) -> list[str]:
    """Energy and plating margin over mass ratio and rate, and the best ratio without plating."""
    parts = []
    for cell in (one for one in held["answers"] if one not in held["choices"]["carbons"]):
        rows = _at_start(held, cell, ("rate_C", "mass_ratio"))
        table: list[list[str]] = []
        best: dict[float, tuple[float, float]] = {}
        margins: dict[tuple[float, float], float] = {}
        for place, found in rows:
            energy = next(one["value"] for one in found["simulate"]["summary"] if one["unit"] == "Wh/kg")
            margin = 1e3 * found["simulate"]["potentials"]["plating_margin_V"]
            rate, ratio = place["rate_C"], place["mass_ratio"]
            table.append([f"{rate:g}", f"{ratio:g}", f"{energy:.1f}", f"{margin:.1f}"])
            margins[rate, ratio] = margin
            if margin >= 0.0 and energy > best.get(rate, (0.0, 0.0))[0]:
                best[rate] = (energy, ratio)
        chosen = "; ".join(
            f"{rate:g} C: {ratio:g} ({energy:.1f} Wh/kg)" for rate, (energy, ratio) in best.items()
        )
        slow, fast = min(best), max(rate for rate, _ in margins)
        below = margins[fast, best[slow][1]]
        said = f"{-below:.0f} mV below" if below < 0.0 else f"not: it stays {below:.0f} mV above"
        if best[max(best)][1] > best[slow][1]:
            chosen += (
                ". A faster charge pulls the potential of the carbon further below rest; more carbon takes "
                "less current and less sodium per gram, and weighs more"
            )
        parts += [
            f"**{cell}**",
            _table(["rate / C", "g carbon per g cathode", "Wh/kg", "plating margin / mV"], table),
            f"Best without plating: {chosen}.",
            f"At {fast:g} C with the ratio of {slow:g} C the carbon falls {said} sodium.",
        ]
    return parts


def readings(held: Held) -> list[str]:
    """What pulses read against what was put in."""
    parts = []
    for cell, found in held["pulses"].items():
        table = []
        for one in (one for one in found if "error" not in one):
            put_in, slope = one["put_in_m2_s"], one["slope_m2_s"]
            table.append(
                [
                    f"{put_in:.2g}",
                    *(("-", "-") if slope is None else (f"{slope:.2g}", f"{slope / put_in:.2g}")),
                    f"{one['least_m2_s']:.2g} at {one['least_voltage_V']:.3f} V",
                    f"{sum(one['bound'])} of {len(one['bound'])}",
                ]
            )
        head = ["put in / m²/s", "read in the slope", "over put in", "least", "lower bounds"]
        parts += [f"**{cell}**", _table(head, table)]
    parts.append(
        "The formula sees no more than 4 L²/(π τ), with L a third of the particle's radius and τ the pulse: "
        "faster diffusion reads the same. The dip is filling: after a pulse the pores go on taking sodium."
    )
    return parts


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
