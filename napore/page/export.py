"""The page as one file with a grid of answers, which opens without a server."""

import base64
import gzip
import itertools
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from napore.files import write_text
from napore.results import progress_bar

from .answer import EXPORTED, answer
from .answer_key import answer_key
from .assets import SCRIPTS, packaged, plotly_script
from .choices import choices
from .pulses import KEY, diffusivities, pulses
from .quantities import CARBONS, QUANTITIES, PageError, State, check_state, default_of, limits_of
from .solve import build_of
from .strict import strict_labels
from .waterfall import waterfall

Grid = Mapping[str, Sequence[float | None]]
"""Values of each slider of an exported page, by key; None is the start of the carbon's own."""

Make = Callable[[State], dict[str, Any]]

HALF_GRID: Final[dict[str, Sequence[float | None]]] = {
    "rate_C": (0.02, 0.1, 0.2, 0.5, 1.0, 5.0),
    "filling_rate_per_s": (None, 10.0),
    "exchange_current_A_m2": (None, 3.0, 10.0),
    "foil_current_A_m2": (10.0, 50.0),
}
"""Of a carbon's half cell."""

FULL_GRID: Final[dict[str, Sequence[float | None]]] = {
    "rate_C": (0.1, 0.2, 1.0, 2.0, 6.0),
    "mass_ratio": (0.25, 0.3, 0.35, 0.4, 0.45, 0.5),
}
"""Of its full cell."""

DEFAULT_CELLS: Final = ("fjh", "tf", "fjh-nvp")
_NOTE: Final = (
    "Computed beforehand, in the SPM with the adsorption law {law!r}: a slider stops at computed values "
    "only, nothing is interpolated."
)


def export_page(
    path: str | Path,
    cells: Sequence[str] = DEFAULT_CELLS,
    half: Grid = HALF_GRID,
    full: Grid = FULL_GRID,
    *,
    answers: str | Path | None = None,
    say: Callable[[str], None] = lambda text: None,
    progress: bool = False,
) -> None:
    """Write the page of some cells in the SPM and their own law, with its answers.

    Parameters
    ----------
    path
        HTML file.
    cells
        Carbons, such as ``"fjh"``, and full cells, such as ``"fjh-nvp"``.
    half, full
        Values of the sliders; every combination is simulated. Values of the default grids that a carbon does
        not allow are left out.
    answers
        File for the answers to the exercises (Markdown), from the same grid.
    say
        Is told how many states there are, then how long they take and how large the file becomes.
    progress
        Whether to show a bar on a terminal.

    Raises
    ------
    PageError
        For a cell, a key or a value that the page does not take.
    """
    grids = {cell: _grid_of(cell, half, full) for cell in dict.fromkeys(cells)}
    if not grids:
        raise PageError("no cell is given: give one or more, such as fjh or fjh-nvp")
    states = {cell: _states(cell, grid) for cell, grid in grids.items()}
    found: dict[str, list[dict[str, Any]]] = {cell: [] for cell in grids}
    read: dict[str, list[dict[str, Any]]] = {cell: [] for cell in grids if not states[cell][0].full}
    jobs: list[tuple[list[dict[str, Any]], Make, list[State]]] = [
        *((found[cell], _answers, states[cell]) for cell in found),
        *((read[cell], partial(_held, pulses), _pulsed(cell)) for cell in read),
    ]
    count = sum(len(asked) for _, _, asked in jobs)
    say(f"{count} simulations of {', '.join(grids)}")
    with progress_bar("export", "state", show=progress, total=count) as bar:
        forecast = _Forecast()
        for kept, make, asked in jobs:  # two of each kind first: they tell how long the others take
            kept += forecast.begun(make, asked)
            bar.update(len(kept))
        say(forecast.text())
        for kept, make, asked in jobs:
            for state in asked[len(kept) :]:
                kept.append(make(state))
                bar.update()
    held = {"choices": _choices(grids, read), "answers": found, "pulses": read, "labels": strict_labels()}
    write_text(path, _document(held))
    if answers is not None:
        write_text(answers, answer_key(held))


def grids(cells: Sequence[str], sliders: Mapping[str, Sequence[float]]) -> tuple[Grid, Grid]:
    """Default grids of half and full cells with other values of some sliders, or with more sliders.

    Raises
    ------
    PageError
        For a slider that none of the cells has.
    """
    cathodes = [_names(cell)[1] for cell in cells]
    keys = {one.key for one in QUANTITIES if any(map(one.of, cathodes))}
    for key in (key for key in sliders if key not in keys):
        raise PageError(f"{key!r} is no slider of {', '.join(cells)}: choose from {', '.join(sorted(keys))}")
    of_half, of_full = ({one.key for one in QUANTITIES if one.of(cathode)} for cathode in ("none", "nvp"))
    return (
        HALF_GRID | {key: tuple(values) for key, values in sliders.items() if key in of_half},
        FULL_GRID | {key: tuple(values) for key, values in sliders.items() if key in of_full},
    )


class _Forecast:
    """How long a grid takes and how large its file becomes, from the first states of each cell."""

    def __init__(self) -> None:
        self._seconds, self._bytes = 0.0, 0.0

    def begun(self, make: Make, asked: Sequence[State]) -> list[dict[str, Any]]:
        """Make the first answers: one that builds the cell, and one that tells the time."""
        found = [make(asked[0])]
        for state in asked[1:2]:
            start = time.perf_counter()
            found.append(make(state))
            self._seconds += (time.perf_counter() - start) * (len(asked) - 2)
        self._bytes += len(asked) * len(_packed(json.dumps(found[-1])))
        return found

    def text(self) -> str:
        """In words."""
        whole = len(_packed(_code())) + self._bytes
        return f"about {max(1.0, self._seconds / 60.0):.0f} min more, about {whole / 1e6:.1f} MB"


def _grid_of(cell: str, half: Grid, full: Grid) -> dict[str, tuple[float, ...]]:
    """Values of the sliders of a cell; those of a default grid that it does not allow are left out."""
    carbon, cathode = _names(cell)
    grid = half if cathode == "none" else full
    default = HALF_GRID if cathode == "none" else FULL_GRID
    known = {one.key: one for one in QUANTITIES if one.of(cathode)}
    found = {}
    for key, values in grid.items():
        if key not in known:
            raise PageError(f"{key!r} is no slider of {cell}: choose from {', '.join(known)}")
        own = default_of(known[key], carbon, cathode)
        low, high = limits_of(known[key], carbon, cathode)
        numbers = [own if value is None else value for value in values]
        given = values is not default.get(key)
        found[key] = tuple(sorted({value for value in numbers if given or low <= value <= high}))
        if not found[key]:
            raise PageError(f"{known[key].label} has no value: give one or more")
    return found


def _names(cell: str) -> tuple[str, str]:
    """Carbon and cathode of a cell of the page."""
    if cell in CARBONS:
        return cell, "none"
    carbon, _, cathode = cell.rpartition("-")
    state = check_state({"carbon": carbon or cell, "cathode": cathode or "none"})
    return state.carbon, state.cathode


def _states(cell: str, grid: Mapping[str, Sequence[float]]) -> list[State]:
    """States of a grid; the last slider moves first."""
    carbon, cathode = _names(cell)
    base = {"carbon": carbon, "cathode": cathode}
    return [
        check_state({**base, **dict(zip(grid, values, strict=True))})
        for values in itertools.product(*grid.values())
    ]


def _pulsed(carbon: str) -> list[State]:
    """States that the pulses are run for: the carbon's own numbers, at several diffusivities."""
    return [check_state({"carbon": carbon, KEY: value}) for value in diffusivities(carbon)]


def _answers(state: State) -> dict[str, Any]:
    found = {"simulate": _held(_simulated, state)}
    if state.full:
        failed = found["simulate"].get("error")
        found["waterfall"] = {"error": failed} if failed else _held(waterfall, state)
    return found


def _simulated(state: State) -> dict[str, Any]:
    run = build_of(state.carbon, state.cathode, state.model, state.adsorption_law).run(state)
    assert run is not None  # nobody gives it up
    return answer(run, EXPORTED)


def _held(make: Make, state: State) -> dict[str, Any]:
    """An answer, or why there is none."""
    try:
        return make(state)
    except PageError as error:
        return {"error": str(error)}


def _choices(grids: Mapping[str, Mapping[str, Sequence[float]]], read: Iterable[str]) -> dict[str, Any]:
    """Choices of the page with what the grids hold: cells, sliders, values and questions."""
    offered = choices()
    law = offered["adsorption_laws"][0]
    sliders = {}
    for cell, grid in grids.items():
        shown = {slider["key"]: slider for slider in offered["sliders"][cell]}
        sliders[cell] = [{**shown[key], "values": list(values)} for key, values in grid.items()]
    names = [_names(cell) for cell in grids]
    return {
        **offered,
        "carbons": {one: offered["carbons"][one] for one, _ in names},
        "cathodes": {one: offered["cathodes"][one] for _, one in names},
        "models": ["SPM"],
        "adsorption_laws": [law],
        "sliders": sliders,
        "put_in_m2_s": {carbon: offered["put_in_m2_s"][carbon] for carbon in read},
        "questions": [one for one in offered["questions"] if _holds(grids, one)],
        "note": _NOTE.format(law=law),
    }


def _holds(grids: Mapping[str, Mapping[str, Sequence[float]]], question: Mapping[str, Any]) -> bool:
    """Whether every state of a question is one of the grids."""
    for state in (question["state"], *(kept["state"] for kept in question.get("keep", ()))):
        given = dict(state)
        carbon, cathode = given.pop("carbon"), given.pop("cathode", "none")
        grid = grids.get(carbon if cathode == "none" else f"{carbon}-{cathode}", {})
        if not all(value in grid.get(key, ()) for key, value in given.items()):
            return False
    return True


def _packed(text: str) -> str:
    """Text compressed, as the letters of base 64; the page unpacks it."""
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def _code() -> str:
    """All scripts, Plotly first."""
    own = [*SCRIPTS[: SCRIPTS.index("overlay.js")], "strict.js", *SCRIPTS[SCRIPTS.index("overlay.js") :]]
    return "\n;\n".join([plotly_script().decode(), *(packaged(name).decode() for name in own)])


def _document(held: Mapping[str, Any]) -> str:
    """Page with style, scripts and data inside, the larger parts compressed."""
    text = packaged("page.html").decode()
    style = packaged("page.css").decode()
    link = r'<link rel="stylesheet" href="page.css"( id="[^"]*")>'
    text = re.sub(link, lambda found: f"<style{found[1]}>\n{style}</style>", text)
    data = json.dumps(held, allow_nan=False, separators=(",", ":"))
    parts = "".join(
        f'<script type="application/gzip" id="{name}">{_packed(content)}</script>\n'
        for name, content in (("grid", data), ("code", _code()))
    )
    parts += f"<script>\n{packaged('unpack.js').decode()}</script>"
    text = re.sub(r'(<script src="[a-z.]+"></script>\n)+', "SCRIPTS", text)
    return text.replace("SCRIPTS", parts + "\n")
