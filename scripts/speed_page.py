"""Write docs/speed.md and its picture from docs/data/benchmarks.json.

``benchmarks/*.py --keep`` measure and write the data; ``python scripts/speed_page.py`` writes the page.
"""

# ruff: noqa: E501 (sentences of the page)
import json
import sys
from pathlib import Path
from typing import Any

from napore.plotting import figure, save_picture, style

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from measure import COMMIT, GOALS, KEPT, Goal  # noqa: E402

PAGE = ROOT / "docs" / "speed.md"
PICTURE = ROOT / "docs" / "images" / "speed.png"


def draw(rows: dict[str, Any]) -> None:
    """Each measured value over what it must be, with the aim and what it was; left of one is met."""
    names = [name for name in GOALS if name in rows]
    with style():
        made, (axes,) = figure()
        made.set_size_inches(7.0, 0.4 * len(names) + 1.0)
        for place, name in enumerate(reversed(names)):
            goal = GOALS[name]
            share = {key: _share(goal, value) for key, value in _values(goal, rows[name]["value"]).items()}
            axes.plot([share["was"], share["is"]], [place, place], color="0.8", zorder=0)
            for key, marker in {"was": "x", "aim": "|", "is": "o"}.items():
                label = {"was": f"at {COMMIT}", "aim": "aim", "is": "measured"}[key] if place == 0 else None
                axes.plot(share[key], place, marker, color="C0" if key == "is" else "0.4", label=label)
        axes.axvline(1.0, color="0.4", linewidth=0.8)
        axes.set_xscale("log")
        axes.set_yticks(range(len(names)), list(reversed(names)))
        axes.set_xlabel("over what it must be; left of the line is met")
        axes.legend(loc="best")
        save_picture(made, PICTURE, dpi=150)


def _values(goal: Goal, measured: float) -> dict[str, float]:
    return {"was": goal.today, "aim": goal.aim, "is": measured}


def _share(goal: Goal, value: float) -> float:
    return goal.must / value if goal.higher else value / goal.must


def main() -> None:
    """Write the page and its picture."""
    rows = json.loads(KEPT.read_text("utf-8"))
    draw(rows)
    lines = [
        "# Speed",
        "",
        "`python benchmarks/NAME.py --keep` measures, `python scripts/speed_page.py` writes this page. Processor time, one thread, each goal "
        f"against its peer in one run. What is told over {COMMIT} ran in turn with a worktree of that commit.",
        "",
        "![Goals of speed](images/speed.png)",
        "",
        f"| goal | {COMMIT} | must | aim | measured | |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, goal in GOALS.items():
        if name not in rows:
            lines.append(
                f"| {goal.text} | {goal.today:g}{goal.unit} | {goal.must:g} | {goal.aim:g} | not yet | |"
            )
            continue
        value = rows[name]["value"]
        verdict = "met" if goal.met(value) else "**unmet**"
        bound = "at least" if goal.higher else "at most"
        lines.append(
            f"| {goal.text} | {goal.today:g}{goal.unit} | {bound} {goal.must:g} | {goal.aim:g} | {value:.3g}{goal.unit} | {verdict} |"
        )
    made_with = {json.dumps(row["versions"], sort_keys=True): row["versions"] for row in rows.values()}
    told = [
        ", ".join(f"{package} {number}" for package, number in versions.items())
        for versions in made_with.values()
    ]
    lines += [
        "",
        f"Measured with {'; '.join(told)}.",
        "",
        "## Meshes",
        "",
        "A cell's model has the mesh that fits it (`cell.model.default_var_pts`, `default_submesh_types`): shells that shrink towards the surface of a "
        "particle, 15 where diffusion is fast, 25 where it is 100 times slower, and as many points through a layer as the salt changes over it. "
        "Against 80 points per coordinate at a relative tolerance of 1e-8 the shipped cells err at 0.1 to 5 C by at most 0.1 mAh/g and, after the "
        "first ten seconds, 0.3 mV; one with a diffusivity 100 times lower by less than 0.5 mAh/g. `napore.mesh_error(cell, rate)` checks any cell by halving its mesh. "
        "After an edit of `cell.parameter_values` the mesh is chosen again where napore solves; a bare `pybamm.Model` keeps PyBaMM's.",
        "",
        "## Compiled functions",
        "",
        'Jacobians and events are written out in CasADi\'s scalar symbols, which halves their time. With `options={"compile": True}` of '
        "`napore.models.solver.CarbonSolver`, or inside `with napore.models.solver.compiling():`, all functions are compiled once where there is a C compiler, "
        "and kept in the user's cache (`~/.cache/napore/compiled`, mode 0700, at most 256 MB). It takes some seconds for a DFN: worth it for hundreds of solves. "
        "`NAPORE_COMPILE=0` turns it off.",
        "",
    ]
    PAGE.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
