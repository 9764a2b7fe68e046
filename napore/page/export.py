"""The page as one file with a grid of answers, which opens without a server."""

import itertools
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from napore.files import write_text
from napore.results import progress_bar

from .answer import EXPORTED, answer
from .assets import packaged, plotly_script
from .choices import choices
from .quantities import PageError, State, check_state
from .solve import build_of
from .strict import strict_labels
from .waterfall import waterfall

Grid = Mapping[str, Sequence[float]]
"""Values of each slider of an exported page, by key."""

HALF_GRID: Final[Grid] = {
    "rate_C": (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0),
    "filling_rate_per_s": (1e-4, 1e-2, 1.12552, 100.0),
}
"""Of the half cell of FJH anthracite; its own filling rate is among them."""

FULL_GRID: Final[Grid] = {
    "rate_C": (0.05, 0.2, 1.0, 6.0),
    "mass_ratio": (0.25, 0.32, 0.4, 0.5),
    "filling_rate_per_s": (1e-4, 1e-2, 1.12552, 100.0),
}
"""Of its full cell with NVP."""

_NOTE: Final = (
    "Computed beforehand, in the SPM with the adsorption law {law!r}: a slider stops at computed values "
    "only, nothing is interpolated."
)


def export_page(
    path: str | Path,
    half: Grid = HALF_GRID,
    full: Grid = FULL_GRID,
    *,
    progress: bool = False,
) -> None:
    """Write the page of FJH anthracite, half and full cell in the SPM and its own law, with its answers.

    Parameters
    ----------
    path
        HTML file.
    half, full
        Values of the sliders; every combination is simulated.
    progress
        Whether to show a bar on a terminal.

    Raises
    ------
    PageError
        For a key or a value that the page does not take.
    """
    states = {"fjh": _states(half, {}), "fjh-nvp": _states(full, {"cathode": "nvp"})}
    count = sum(map(len, states.values()))
    with progress_bar("export", "state", show=progress, total=count) as bar:
        answers = {cell: [_answers(state, bar) for state in found] for cell, found in states.items()}
    held = {
        "choices": _choices({"fjh": half, "fjh-nvp": full}),
        "answers": answers,
        "labels": strict_labels(),
    }
    write_text(path, _document(held))


def _states(grid: Grid, base: Mapping[str, Any]) -> list[State]:
    """States of a grid; the last slider moves first."""
    return [
        check_state({**base, **dict(zip(grid, values, strict=True))})
        for values in itertools.product(*grid.values())
    ]


def _answers(state: State, bar: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    try:
        run = build_of(state.carbon, state.cathode, state.model, state.adsorption_law).run(state)
        assert run is not None  # nobody gives it up
        found["simulate"] = answer(run, EXPORTED)
        if state.full:
            found["waterfall"] = waterfall(state)
    except PageError as error:
        for kind in ("simulate", "waterfall"):
            found.setdefault(kind, {"error": str(error)})
    bar.update()
    return found


def _choices(grids: Mapping[str, Grid]) -> dict[str, Any]:
    """Choices of the page, with the sliders and the values of the grids only."""
    offered = choices()
    law = offered["adsorption_laws"][0]
    sliders = {}
    for cell, grid in grids.items():
        shown = {slider["key"]: slider for slider in offered["sliders"][cell]}
        sliders[cell] = [{**shown[key], "values": list(values)} for key, values in grid.items()]
    return {
        **offered,
        "carbons": {"fjh": offered["carbons"]["fjh"]},
        "models": ["SPM"],
        "adsorption_laws": [law],
        "sliders": sliders,
        "note": _NOTE.format(law=law),
    }


def _document(held: Mapping[str, Any]) -> str:
    """Page with style, scripts and data inside."""
    text = packaged("page.html").decode()
    data = json.dumps(held, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    first = '<script src="plotly.min.js">'
    text = text.replace(first, f'<script type="application/json" id="grid">{data}</script>\n{first}')
    text = text.replace(
        '<script src="overlay.js">', '<script src="strict.js"></script>\n<script src="overlay.js">'
    )
    style = packaged("page.css").decode()
    link = r'<link rel="stylesheet" href="page.css"( id="[^"]*")>'
    text = re.sub(link, lambda found: f"<style{found[1]}>\n{style}</style>", text)

    def script(match: re.Match[str]) -> str:
        name = match[1]
        code = (plotly_script() if name == "plotly.min.js" else packaged(name)).decode()
        code = code.replace("</script", "<\\/script")
        return f"<script>\n{code}\n</script>"

    return re.sub(r'<script src="([a-z.]+)"></script>', script, text)
