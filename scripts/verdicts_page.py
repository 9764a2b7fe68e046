"""Which input would turn which verdict: docs/data/verdicts_gu2025.json, docs/verdicts.md, its picture.

    napore validate --sensitivity build/verdicts [--processes 2]
    python scripts/verdicts_page.py [FOLDER]

The first simulates and goes on where it was stopped; the second takes its result over (from build/verdicts
where no folder is given, or from docs/data where there is none) and writes the page.
"""

import shutil
import sys
from collections import Counter
from pathlib import Path

from napore.validation.verdict_text import input_label, largest_change, made_with, turned_by, value_text
from napore.validation.verdicts import VerdictSensitivity, write_picture

ROOT = Path(__file__).resolve().parent.parent
FINDINGS = ROOT / "docs" / "data" / "verdicts_gu2025.json"
PAGE = ROOT / "docs" / "verdicts.md"
PICTURE = ROOT / "docs" / "images" / "verdicts.png"


def row(*cells: str) -> str:
    """One row of a Markdown table."""
    return "| " + " | ".join(cells) + " |"


def most(result: VerdictSensitivity, shown: int = 4) -> str:
    """The inputs, fitted ones apart, that turn most claims, and how many."""
    turns = Counter(input_label(row) for claim in result.claims for row in result.turning(claim.claim))
    return ", ".join(f"{name} {number}" for name, number in turns.most_common(shown))


def page(result: VerdictSensitivity) -> str:
    """The page."""
    free = [c.claim for c in result.claims if not result.turning(c.claim)]
    differ = [c.claim for c in result.claims if c.verdict != c.reference_verdict]
    failed = [r for r in result.rows if r.status_low != "ok" or r.status_high != "ok"]
    stale = f" **Stale: another {', '.join(result.stale)} since.**" if result.stale else ""
    lines = [
        "# What would turn a verdict",
        "",
        "Written by `scripts/verdicts_page.py` from `docs/data/verdicts_gu2025.json`, which "
        "`napore validate --sensitivity build/verdicts` computes. Every uncertain input at both ends of the "
        "range that its parameter file gives, one at a time, against every claim whose simulation reads it. "
        "Nothing is calibrated again: a fitted input goes to the bounds of its fit, an assumed one leaves "
        "the fitted ones as they are, which overstates it.",
        "",
        f"Computed with {made_with(result)}.{stale}",
        "",
        *(
            [
                "**The run is not complete**: what is said of no single input speaks of the pairs that were "
                "run; those of the carbons and the half cells come first, those of the cathode last.",
                "",
            ]
            if len(result.rows) < result.total
            else []
        ),
        f"{len(result.rows)} of {result.total} pairs of claim and input. No single input that was not "
        f"fitted, inside its range, turns {len(free)} of {len(result.claims)} claims: "
        f"{', '.join(free) or 'none'}. The verdicts of the reduced model are those of the full one"
        + (f" except for {', '.join(differ)}, whose rows were made with the full one." if differ else ".")
        + (
            f" Pairs that could not be simulated at an end, which count as no turn: {len(failed)}."
            if failed
            else ""
        ),
        "",
        f"Inputs that turn most claims: {most(result)}.",
        "",
        "![Largest change of each claim by each input](images/verdicts.png)",
        "",
        '*In the table, "from" is on a straight line between the value of the set and the end of the range; '
        "inputs that change a number most come first.*",
        "",
        row(
            "claim",
            "simulated",
            "verdict",
            "turned by an input that was not fitted",
            "turned by a fitted one",
        ),
        row(*["---"] * 5),
    ]
    for c in result.claims:
        free_of = f"no single input inside its range; {largest_change(result, c.claim)}"
        lines.append(
            row(
                f"{c.claim} {c.quantity}",
                value_text(c.reference),
                c.reference_verdict,
                "<br>".join(turned_by(result, c.claim)) or free_of,
                "<br>".join(turned_by(result, c.claim, fitted=True)) or "none",
            )
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Take a result over where there is one, and write page and picture."""
    made = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "verdicts") / "verdicts.json"
    if made.exists():
        shutil.copyfile(made, FINDINGS)
    result = VerdictSensitivity.from_json(FINDINGS)
    PAGE.write_text(page(result), encoding="utf-8")
    write_picture(result, PICTURE)
    print(f"{PAGE.relative_to(ROOT)}, {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
