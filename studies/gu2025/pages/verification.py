"""Facts and claims of docs/verification.md."""

from collections.abc import Mapping
from typing import Any

from napore.validation.verification import random_runs
from napore.validation.verification.balances import SINH_RATES
from napore.validation.verification.problems import PROBLEMS

Found = Mapping[str, Any]


def findings(found: Found) -> list[dict[str, Any]]:
    """Findings of every kind, in order."""
    return [one for kind in PROBLEMS for one in found[kind]]


def what(finding: Mapping[str, Any]) -> str:
    """Problem and quantity."""
    note = f" ({finding['note']})" if finding["note"] else ""
    return f"{finding['problem']}: {finding['quantity']}{note}"


def said(found: Found) -> dict[str, bool]:
    """What the words say of the numbers."""
    missed = [one for one in findings(found) if not one["met"]]
    return {
        "sodium and energy are conserved": not any(
            word in one["quantity"] for one in missed for word in ("energy", "sodium")
        )
    }


def facts(found: Found) -> dict[str, Any]:
    """Numbers of the template."""
    every = findings(found)
    rate, spread = SINH_RATES.values()
    return {
        "kinds": {kind: found[kind] for kind in PROBLEMS},
        "findings": every,
        "missed": [one for one in every if not one["met"]],
        "rate": rate,
        "spread": spread,
        "random": found.get("random cells"),
        "bars": random_runs,
    }
