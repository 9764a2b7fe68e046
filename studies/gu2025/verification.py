"""Problems with known answers by kind (ten minutes), and random cells, kept in build/random_cells."""

import os
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from napore.validation.verification import run
from napore.validation.verification.problems import PROBLEMS
from napore.validation.verification.random_runs import FOLDER, Outcome, outcomes, summary

SETS = ("fjh", "fjh-b", "tf", "fjh-nvp", "tf-nvp")
KEPT = Path(os.environ.get(FOLDER) or Path(__file__).resolve().parents[2] / "build" / "random_cells")
CELLS = 400
FIGURES = ("filled", "sodium", "passed", "salt", "charge", "jump")


def problems(kind: str) -> list[dict[str, Any]]:
    """Findings of a kind of problem."""
    found = []
    for one in run(kind):
        row = {**asdict(one), "found": float(one.found), "met": bool(one.met)}
        found.append({**row, "found": float(f"{row['found']:.4g}")})
    return found


def cells() -> dict[str, Any]:
    """What became of the random cells, each one that failed or has a fault with its seed and cause."""
    found = list(outcomes(range(CELLS), KEPT))
    columns = ("seed", "name", "model", "status", "faults", "protocol", "options", "cause")
    failed = [one for one in found if one.faults or one.status in ("solver", "unfinished")]
    return {
        "drawn": len(found),
        "summary": summary(found),
        "rows": [{key: value for key, value in asdict(one).items() if key in columns} for one in failed],
        "worst": {name: worst(found, name) for name in FIGURES},
        "beyond": max(max(-one.lowest, one.highest - 1.0) for one in found),
    }


def worst(found: list[Outcome], name: str) -> float:
    """Largest of one figure."""
    return max(float(getattr(one, name)) for one in found)


PARTS: dict[str, Callable[[], Any]] = {
    **{kind: partial(problems, kind) for kind in PROBLEMS},
    "random cells": cells,
}
