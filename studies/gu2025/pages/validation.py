"""Facts and picture of docs/validation.md: the claims by role, and the rates of the README."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from napore.plotting import draw_curves, draw_rates_against_reported, figure

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
        "verdicts": VERDICTS,
        "counts": counts,
        "roles": [(title, meaning, counts[role], rows[role]) for role, (title, meaning) in ROLES.items()],
    }


def rates(found: Found) -> Any:
    """Rate curves of both carbons beside the reported numbers, and voltage against capacity."""
    made, (left, *others) = figure(3)
    tests = {NAMES[carbon]: pd.DataFrame(found[f"rates, {carbon}"]["points"]) for carbon in CARBONS}
    marks: dict[str, list[tuple[float, float, float]]] = {}
    for carbon, rows in REPORTED.items():
        marks[NAMES[carbon]] = [
            (rate, *((row.value, row.value) if row.value is not None else (row.lower, row.upper)))
            for rate, row in ((rate, claim(key)) for rate, key in rows)
        ]
    plateau = {NAMES[c]: (rate, float(claim(key).value)) for c, (rate, key) in PLATEAU.items()}
    draw_rates_against_reported(tests, marks, plateau, left)
    for carbon, ax in zip(CARBONS, others, strict=True):
        curves = found[f"rates, {carbon}"]["curves"]
        draw_curves({float(rate): list(halves.values()) for rate, halves in curves.items()}, ax)
        ax.set_title(NAMES[carbon])
    return made


PICTURES = {"rates": rates}
