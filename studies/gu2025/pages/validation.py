"""Facts and picture of docs/validation.md: the claims by role, and the rates of the README."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from napore.experiments.rate import rate_axes
from napore.plotting import draw_cycles, figure

from ..render import claim
from ..validation import CARBONS

ROLES = {
    "predict": ("Predictions", "Nothing was fitted to these numbers."),
    "shape": ("Shapes", "Trends and features; no number was fitted to them, and no number is claimed."),
    "fit": (
        "Fits",
        "Calibrated to: agreement shows that the model can follow the number, not that it predicts it.",
    ),
    "input": ("Inputs", "Given to the model; a row says whether the model returns what it was given."),
}
VERDICTS = ("met", "unmet", "inconsistent", "not simulated")
NAMES = {"fjh": "anthracite-FJH", "tf": "anthracite-TF"}
REPORTED = {
    "fjh": ((0.1, "H05.fjh"), (0.02, "H01.fjh"), (0.5, "H06.fjh"), (5.0, "H08")),
    "tf": ((0.02, "H01.tf"),),
}
PLATEAU = {"fjh": (0.1, "H04.fjh"), "tf": (0.1, "H04.tf")}

Found = Mapping[str, Any]


def facts(found: Found) -> dict[str, Any]:
    """Claims by role, their verdicts counted."""
    claims = found["claims"]["claims"]
    counts = {role: Counter(one["verdict"] for one in claims if one["role"] == role) for role in ROLES}
    rows = {role: [one for one in claims if one["role"] == role] for role in ROLES}
    return {
        "run": found["claims"],
        "total": Counter(one["verdict"] for one in claims),
        "claims": claims,
        "counts": counts,
        "roles": [(title, meaning, counts[role], rows[role]) for role, (title, meaning) in ROLES.items()],
    }


def half(columns: Sequence[Sequence[float]]) -> SimpleNamespace:
    """Half cycle of columns, as the library draws it."""
    capacity, voltage = columns
    return SimpleNamespace(capacity_mAh_g=capacity, voltage_V=voltage)


def draw_capacities(found: Found, ax: Any) -> None:
    """Simulated capacity of both carbons over rate, total and plateau; the reported numbers as marks."""
    rates: list[float] = []
    for carbon, colour in zip(CARBONS, ("C0", "C1"), strict=True):
        points = sorted(found[f"rates, {carbon}"]["points"], key=lambda point: point["rate_C"])
        points = [point for point in points if point["status"] == "ok"]
        at = [point["rate_C"] for point in points]
        rates += at
        name = NAMES[carbon]
        for key, line, label in (
            ("capacity_mAh_g", "-", f"{name}, simulated"),
            ("plateau_capacity_mAh_g", "--", "of it below 0.1 V"),
        ):
            ax.plot(at, [point[key] for point in points], line, color=colour, label=label)
        for rate, key in REPORTED[carbon]:
            row = claim(key)
            low, high = (row.lower, row.upper) if row.value is None else (row.value, row.value)
            shown = f"{name}, reported" if key == REPORTED[carbon][0][1] else None
            spread = (high - low) / 2 or None
            ax.errorbar(rate, (low + high) / 2, spread, fmt="o", capsize=3, color=colour, label=shown)
        rate, key = PLATEAU[carbon]
        ax.plot(rate, claim(key).value, "s", fillstyle="none", color=colour)
    rate_axes(ax, rates, "Carbon half cells, Gu et al. 2025")


def draw_rates(found: Found) -> Any:
    """Rate curves of both carbons beside the reported numbers, and voltage against capacity."""
    made, (left, *others) = figure(3)
    draw_capacities(found, left)
    for carbon, ax in zip(CARBONS, others, strict=True):
        curves = found[f"rates, {carbon}"]["curves"]
        cycles = {
            f"{float(rate):g} C": SimpleNamespace(
                first=half(halves["sodiation"]), second=half(halves["desodiation"])
            )
            for rate, halves in sorted(curves.items(), key=lambda pair: float(pair[0]))
        }
        draw_cycles(cycles, ax)
        ends = [halves[way][0][-1] for halves in curves.values() for way in halves]
        ax.set(xlim=(0.0, 1.35 * max(ends)), title=NAMES[carbon])
        ax.legend(loc="upper right")
    return made


PICTURES = {"rates": draw_rates}
