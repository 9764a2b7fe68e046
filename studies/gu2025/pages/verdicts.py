"""Facts and picture of docs/verdicts.md: which input turns which verdict."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ..verdict_rows import picture
from ..verdict_text import input_label, largest_change, made_with, turned_by, value_text
from ..verdicts import unpacked

Found = Mapping[str, Any]


def facts(found: Found) -> dict[str, Any]:
    """Claims with what turns them."""
    result = unpacked(found["verdicts"])
    turns = Counter(input_label(row) for c in result.claims for row in result.turning(c.claim))
    rows = []
    for c in result.claims:
        alone = f"no single input inside its range; {largest_change(result, c.claim)}"
        rows.append(
            (
                f"{c.claim} {c.quantity}",
                value_text(c.reference),
                c.reference_verdict,
                "<br>".join(turned_by(result, c.claim)) or alone,
                "<br>".join(turned_by(result, c.claim, fitted=True)) or "none",
            )
        )
    return {
        "made": made_with(result),
        "run": len(result.rows),
        "total": result.total,
        "claims": result.claims,
        "unturned": [c.claim for c in result.claims if not result.turning(c.claim)],
        "differ": [c.claim for c in result.claims if c.verdict != c.reference_verdict],
        "failed": sum(row.status_low != "ok" or row.status_high != "ok" for row in result.rows),
        "most": turns.most_common(4),
        "rows": rows,
    }


PICTURES = {"verdicts": lambda found: picture(unpacked(found["verdicts"]))}
