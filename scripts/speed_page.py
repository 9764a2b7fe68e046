"""Write docs/speed.md and its picture from docs/data/benchmarks.json.

``benchmarks/*.py --keep`` measure and write the data; ``python scripts/speed_page.py`` writes the page.
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from measure import COMMIT, GOALS, KEPT, Goal  # noqa: E402

from napore.plotting import figure, save_picture, style  # noqa: E402
from studies.gu2025.render import environment  # noqa: E402


def draw(rows: dict[str, Any]) -> None:
    """Each measured value over what it must be, with the aim and what it was; left of one is met."""
    names = [name for name in GOALS if name in rows]
    with style():
        made, (axes,) = figure()
        made.set_size_inches(7.0, 0.4 * len(names) + 1.0)
        for place, name in enumerate(reversed(names)):
            goal = GOALS[name]
            values = {"was": goal.today, "aim": goal.aim, "is": rows[name]["value"]}
            share = {key: _share(goal, value) for key, value in values.items()}
            axes.plot([share["was"], share["is"]], [place, place], color="0.8", zorder=0)
            for key, marker in {"was": "x", "aim": "|", "is": "o"}.items():
                label = {"was": f"at {COMMIT}", "aim": "aim", "is": "measured"}[key] if place == 0 else None
                axes.plot(share[key], place, marker, color="C0" if key == "is" else "0.4", label=label)
        axes.axvline(1.0, color="0.4", linewidth=0.8)
        axes.set_xscale("log")
        axes.set_yticks(range(len(names)), list(reversed(names)))
        axes.set_xlabel("over what it must be; left of the line is met")
        axes.legend(loc="best")
        save_picture(made, ROOT / "docs" / "images" / "speed.png", dpi=150)


def _share(goal: Goal, value: float) -> float:
    return goal.must / value if goal.higher else value / goal.must


def main() -> None:
    """Write the page and its picture."""
    rows = json.loads(KEPT.read_text("utf-8"))
    draw(rows)
    each = (row["versions"] for row in rows.values())
    versions = dict.fromkeys(", ".join(f"{name} {one}" for name, one in made.items()) for made in each)
    problems = json.loads((ROOT / "docs" / "data" / "verification.json").read_text("utf-8"))["found"]["mesh"]
    found = [dict(zip(problems["columns"], row, strict=True)) for row in problems["rows"]]
    meshes = [row for row in found if "mesh of the cell less" in row["quantity"]]
    template = environment("speed").get_template("speed.md.j2")
    page = template.render(rows=rows, meshes=meshes, goals=GOALS, commit=COMMIT, versions=list(versions))
    (ROOT / "docs" / "speed.md").write_text(page.rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
