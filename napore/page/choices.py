"""What the page offers: cells, models, adsorption laws, and each cell's sliders with ranges and starts."""

import tomllib
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from napore.cells import MODELS
from napore.parameters.reported import reported

from .assets import packaged
from .pulses import diffusivities
from .quantities import CARBONS, CATHODES, QUANTITIES, Quantity, default_of, entry_of, laws_offered, limits_of

MARKS: Final = {
    "fjh": (
        (0.02, "H01.fjh", "all"),
        (0.1, "H05.fjh", "all"),
        (0.5, "H06.fjh", "all"),
        (5.0, "H08", "all"),
        (0.1, "H04.fjh", "below"),
    ),
    "tf": ((0.02, "H01.tf", "all"), (0.1, "H04.tf", "below")),
    "fjh-nvp": ((0.2, "F05", "all"), (6.0, "F04", "all")),
}
"""Claims of the paper that are capacities of a cell: rate, id, and whether all of it or that below 0.1 V."""


@cache
def choices() -> dict[str, Any]:
    """Everything that the page needs before the first answer."""
    sliders = {}
    for carbon in CARBONS:
        for cathode in CATHODES:
            full = cathode != "none"
            cell = f"{carbon}-{cathode}" if full else carbon
            shown = [quantity for quantity in QUANTITIES if quantity.of(cathode)]
            sliders[cell] = [_slider(quantity, carbon, cathode) for quantity in shown]
    return {
        "napore": version("napore"),
        "pybamm": version("pybamm"),
        "carbons": CARBONS,
        "cathodes": CATHODES,
        "models": list(MODELS),
        "adsorption_laws": laws_offered(),
        "sliders": sliders,
        "reported": {cell: reported_capacities(cell) for cell in MARKS},
        "put_in_m2_s": {carbon: diffusivities(carbon) for carbon in CARBONS},
        "questions": list(questions().values()),
    }


@cache
def questions() -> dict[str, dict[str, Any]]:
    """Questions that the page begins from: a state, curves to keep, what to look at, an exercise."""
    rows = tomllib.loads(packaged("data/questions.toml").decode())
    return {key: {"key": key, **row} for key, row in rows.items()}


def reported_capacities(cell: str) -> list[dict[str, Any]]:
    """Capacities that the paper reports of a cell at rates, each a band that may have no width."""
    said = {row.id: row for row in reported()}
    found = []
    for rate, key, what in MARKS[cell]:
        row = said[key]
        ends = (row.lower, row.upper) if row.value is None else (row.value, row.value)
        found.append({"id": key, "rate_C": rate, "of": what, "low_mAh_g": ends[0], "high_mAh_g": ends[1]})
    return found


def _slider(quantity: Quantity, carbon: str, cathode: str) -> dict[str, Any]:
    low, high = limits_of(quantity, carbon, cathode)
    entry = entry_of(quantity, carbon, cathode) if quantity.entry else None
    return {
        "key": quantity.key,
        "label": quantity.label,
        "unit": quantity.unit,
        "why": quantity.why,
        "source": "" if entry is None else f"Start: {entry.kind}. {entry.source}",
        "low": low,
        "high": high,
        "start": default_of(quantity, carbon, cathode),
        "logarithmic": quantity.logarithmic,
    }
