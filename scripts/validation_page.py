"""Write docs/validation.md: the claims of the paper beside simulation, by role.

``python scripts/validation_page.py run`` simulates (two minutes on a quiet machine), writes docs/data/validation_gu2025.json
as ``napore validate --json`` does, docs/images/rates.png, and the page; ``page`` writes the page from that.
"""

# ruff: noqa: E501 (sentences of the page)
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "docs" / "data" / "validation_gu2025.json"
PAGE = ROOT / "docs" / "validation.md"
PICTURE = ROOT / "docs" / "images" / "rates.png"

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


def run() -> None:
    """Simulate every claim; draw the picture of the README from the same rates."""
    from napore.plotting import figure, style
    from napore.validation import claims

    found = claims.validate(progress=True)
    found.to_json(DATA)
    with style():
        made, (left, middle, right) = figure(3)
        found.plot(left)
        found.plot_curves("fjh", middle)
        found.plot_curves("tf", right)
        made.savefig(PICTURE)


def _value(value: float | bool | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}"


def _percent(value: float | None, form: str) -> str:
    return "-" if value is None else f"{100.0 * value:{form}} %"


def _row(claim: dict[str, Any]) -> str:
    unit = "" if claim["unit"] == "-" else f" / {claim['unit']}"
    cells = (
        claim["id"],
        claim["quantity"] + unit,
        _value(claim["reported"]),
        _value(claim["simulated"]),
        _percent(claim["deviation"], "+.1f"),
        _percent(claim["tolerance"], ".1f"),
        claim["verdict"],
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def page(found: dict[str, Any]) -> str:
    """Text of the page from the result of a run."""
    claims = found["claims"]
    counts = {role: Counter(claim["verdict"] for claim in claims if claim["role"] == role) for role in ROLES}
    lines = [
        "# Validation",
        "",
        "Every claim of Gu et al. (2025), [10.1016/j.cej.2025.159331](https://doi.org/10.1016/j.cej.2025.159331), beside simulation.",
        "Written by `scripts/validation_page.py` from `docs/data/validation_gu2025.json`; `python scripts/validation_page.py run`",
        f"writes both anew. {found['model']}, napore {found['napore']}, PyBaMM {found['pybamm']}, parameters "
        f"`{found['parameters_sha256'][:12]}`.",
        "",
        'The tolerance of each claim was decided before its simulation. "inconsistent": the paper\'s number contradicts another',
        "of its numbers or a balance. What the model cannot do is in [limits](limits.md).",
        "",
        "| role | " + " | ".join(VERDICTS) + " |",
        "| --- |" + " --- |" * len(VERDICTS),
    ]
    for role, (title, _) in ROLES.items():
        lines.append(
            f"| {title.lower()} | " + " | ".join(str(counts[role][verdict]) for verdict in VERDICTS) + " |"
        )
    for role, (title, meaning) in ROLES.items():
        rows = [claim for claim in claims if claim["role"] == role]
        lines += ["", f"## {title}", "", meaning, ""]
        lines += [
            "| id | quantity | reported | simulated | deviation | allowed | verdict |",
            "| --- |" + " --- |" * 6,
        ]
        lines += [_row(claim) for claim in rows]
        open_rows = [claim for claim in rows if claim["verdict"] != "met" and claim["reason"]]
        if open_rows:
            lines += ["", "Why not met:", ""]
            lines += [f"- {claim['id']}, {claim['verdict']}: {claim['reason']}." for claim in open_rows]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run and page, or the page alone."""
    if len(sys.argv) != 2 or sys.argv[1] not in ("run", "page"):
        raise SystemExit("give run (simulates, then writes the page) or page (writes it from docs/data)")
    if sys.argv[1] == "run":
        run()
    PAGE.write_text(page(json.loads(DATA.read_text("utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
