"""Facts and picture of docs/validation.md: the claims by role, and the rates of the README."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pandas as pd

from napore.parameters.catalogue import NAMES
from napore.plotting import draw_cycles, figure
from napore.validation.claims import VERDICTS
from napore.validation.claims import draw_rates as draw_capacities

from ..validation import CARBONS

OTHERS = "literature"
"""Role of what other carbons show."""

ROLES = {
    "predict": ("Predictions", "Nothing was fitted to these numbers."),
    "shape": ("Shapes", "Trends and features; no number was fitted to them, and no number is claimed."),
    "fit": (
        "Fits",
        "Calibrated to: agreement shows that the model can follow the number, not that it predicts it.",
    ),
    "input": ("Inputs", "Given to the model; a row says whether the model returns what it was given."),
    OTHERS: (
        "Other hard carbons",
        "Not claims of the paper, not counted above: what measured hard carbons have in common, priors of "
        "the calibration.",
    ),
}
Found = Mapping[str, Any]


def facts(found: Found) -> dict[str, Any]:
    """Claims by role, their verdicts counted."""
    claims = found["claims"]["claims"]
    counts = {role: Counter(one["verdict"] for one in claims if one["role"] == role) for role in ROLES}
    of_paper = [one for one in claims if one["role"] != OTHERS]
    rows = {role: [one for one in claims if one["role"] == role] for role in ROLES}
    return {
        "run": found["claims"],
        "total": Counter(one["verdict"] for one in of_paper),
        "claims": of_paper,
        "VERDICTS": VERDICTS,
        "counts": counts,
        "roles": [(title, meaning, counts[role], rows[role]) for role, (title, meaning) in ROLES.items()],
    }


def half(columns: Sequence[Sequence[float]]) -> SimpleNamespace:
    """Half cycle of columns, as the library draws it."""
    capacity, voltage = columns
    return SimpleNamespace(capacity_mAh_g=capacity, voltage_V=voltage)


def draw_rates(found: Found) -> Any:
    """Rate curves of both carbons beside the reported numbers, and voltage against capacity."""
    made, (left, *others) = figure(3)
    draw_capacities({carbon: pd.DataFrame(found[f"rates, {carbon}"]["points"]) for carbon in CARBONS}, left)
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
        ax.set(xlim=(0.0, 1.35 * max(ends)), title=NAMES[carbon][0])
        ax.legend(loc="upper right")
    return made


PICTURES = {"rates": draw_rates}
