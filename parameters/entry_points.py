"""PyBaMM's entry points: a function of each set of the catalogue, by the PyBaMM name of the set.

``pybamm.ParameterValues("Gu2025_FJH_half")`` finds ``Gu2025_FJH_half`` here. ``pyproject.toml`` lists the
names; ``make entry-points`` writes them there from the catalogue.
"""

from collections.abc import Callable
from typing import Any

from .catalogue import CATALOGUE
from .sets import load_set


def __getattr__(name: str) -> Callable[[], dict[str, Any]]:
    for short, row in CATALOGUE.items():
        if row.pybamm_set == name:
            return _function(short, row.title)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _function(short: str, title: str) -> Callable[[], dict[str, Any]]:
    def values() -> dict[str, Any]:
        return load_set(short).values()

    values.__doc__ = f"{title} (``napore parameters show {short}``)."
    return values


def section() -> str:
    """Entry points of the catalogue as they stand in ``pyproject.toml``.

    Examples
    --------
    >>> print(section().splitlines()[0])
    Gu2025_FJH_half = "napore.parameters.entry_points:Gu2025_FJH_half"
    """
    sets = (row.pybamm_set for row in CATALOGUE.values())
    return "".join(f'{one} = "napore.parameters.entry_points:{one}"\n' for one in sets)
