"""Every uncertain input at both ends of its range against every claim that reads it. 40 minutes of a core.

Rows that turn nothing and move their number by less than 0.3 % are kept as the name of their input only.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from .evidence import scratch
from .verdict_rows import NominalVerdict, VerdictRow, VerdictSensitivity
from .verdict_sensitivity import verdict_sensitivity

SETS = ("fjh", "fjh-b", "tf", "fjh-nvp", "gu2025", "gu2025_structure.toml", "gu2025_reported.toml")
JOURNAL = scratch("verdicts") / "rows.jsonl"
LEAST = 3e-3
"""Relative change of a number below which a row that turns nothing is not written out."""

INPUT = ("parameter", "sample", "kind", "low", "value", "high")


def packed(result: VerdictSensitivity) -> dict[str, Any]:
    """Result as data: the rows that say something, and the inputs that leave a claim alone."""
    inputs = list({tuple(getattr(row, name) for name in INPUT): None for row in result.rows})
    most: dict[str, VerdictRow] = {}
    for row in result.rows:
        if row.kind != "fitted" and (row.claim not in most or moved(row) > moved(most[row.claim])):
            most[row.claim] = row
    rows: list[dict[str, Any]] = []
    unmoved: dict[str, list[int]] = {}
    for row in result.rows:
        number = inputs.index(tuple(getattr(row, name) for name in INPUT))
        failed = row.nominal is not None and (row.status_low != "ok" or row.status_high != "ok")
        same = row.at_low == row.nominal == row.at_high
        if (
            row.turned
            or failed
            or row is most.get(row.claim)
            or moved(row) >= LEAST
            or (row.change is None and not same)
        ):
            kept = {name: value for name, value in asdict(row).items() if name not in INPUT}
            rows.append({"claim": kept.pop("claim"), "input": number, **kept})
        else:
            unmoved.setdefault(row.claim, []).append(number)
    return {
        "identity": dict(result.identity),
        "total": result.total,
        "inputs": [dict(zip(INPUT, one, strict=True)) for one in inputs],
        "claims": [asdict(claim) for claim in result.claims],
        "rows": rows,
        "unmoved": {claim: " ".join(map(str, numbers)) for claim, numbers in unmoved.items()},
    }


def moved(row: VerdictRow) -> float:
    """Largest relative change of a number; none of a statement."""
    return row.change or 0.0


def unpacked(found: Mapping[str, Any]) -> VerdictSensitivity:
    """The result again; a number that hardly moved stands as one that did not."""
    inputs = found["inputs"]
    claims = tuple(NominalVerdict(**one) for one in found["claims"])
    rows = [
        VerdictRow(**inputs[row["input"]], **{k: v for k, v in row.items() if k != "input"})
        for row in found["rows"]
    ]
    for claim in claims:
        for number in found["unmoved"].get(claim.claim, "").split():
            same = claim.simulated if claim.model == found["identity"]["model"] else claim.reference
            verdict = claim.verdict if claim.model == found["identity"]["model"] else claim.reference_verdict
            rows.append(
                VerdictRow(
                    claim.claim,
                    **inputs[int(number)],
                    at_low=same,
                    nominal=same,
                    at_high=same,
                    verdict_low=verdict,
                    verdict=verdict,
                    verdict_high=verdict,
                    turns_below=None,
                    turns_above=None,
                    status_low="ok" if same is not None else verdict,
                    status_high="ok" if same is not None else verdict,
                )
            )
    return VerdictSensitivity(claims, tuple(rows), found["identity"], found["total"])


def verdicts() -> dict[str, Any]:
    """All pairs of claim and input; what a stopped run has finished is in its journal."""
    JOURNAL.parent.mkdir(parents=True, exist_ok=True)
    return packed(verdict_sensitivity(resume=JOURNAL, processes=1))


PARTS: dict[str, Callable[[], Any]] = {"verdicts": verdicts}
