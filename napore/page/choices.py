"""What the page offers: cells, models, adsorption laws, and each cell's sliders with ranges and starts."""

from functools import cache
from importlib.metadata import version
from typing import Any

from napore.cells import MODELS

from .quantities import (
    CARBONS,
    CATHODES,
    QUANTITIES,
    Quantity,
    default_of,
    entry_of,
    laws_offered,
    limits_of,
)


@cache
def choices() -> dict[str, Any]:
    """Everything that the page needs before the first answer."""
    sliders = {}
    for carbon in CARBONS:
        for cathode in CATHODES:
            full = cathode != "none"
            cell = f"{carbon}-{cathode}" if full else carbon
            shown = [quantity for quantity in QUANTITIES if full or not quantity.full_only]
            sliders[cell] = [_slider(quantity, carbon, cathode) for quantity in shown]
    return {
        "napore": version("napore"),
        "pybamm": version("pybamm"),
        "carbons": CARBONS,
        "cathodes": CATHODES,
        "models": list(MODELS),
        "adsorption_laws": laws_offered(),
        "sliders": sliders,
    }


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
