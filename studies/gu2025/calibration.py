"""The calibrated sets solved again in the DFN: fitted rows, and what each adds to the misfit. 4 minutes."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from napore.calibration import HalfCellModel
from napore.parameters.sets import load_set

from .joint import described
from .joint_free import FREE, LEVEL
from .joint_residuals import fjh_residuals, interface_residuals
from .joint_rows import seen

SETS: Final = ("fjh", "fjh-b", "tf")
NEEDS: Final = ("joint",)
RESIDUALS: Final = (
    "H01",
    "H05",
    "H06",
    "H03",
    "H04",
    "L01",
    "L02",
    "left at slow rates",
    "S09",
    "H08",
    "left at 5 C",
    "K03, dip",
    "K03, rise",
    "K03, flat",
    "K03, dip not too high",
    "K03, dip not too low",
)
"""Rows in the order of :func:`.joint_residuals.fjh_residuals`."""


def solved(name: str) -> dict[str, Any]:
    """What a shipped set shows in the DFN; of FJH also the square of each residual."""
    source = load_set(name)
    values = {one: source.numbers[one] for one in FREE}
    shown = seen(HalfCellModel(source, [FREE[LEVEL]], "DFN", classes=source.classes), values)
    found = described(shown)
    if name != "tf":
        squares = [float(r) ** 2 for r in fjh_residuals(shown)]
        found["squares"] = dict(zip(RESIDUALS, squares, strict=True))
        found["squares"]["K01"] = float(np.sum(interface_residuals(source.numbers) ** 2))
    return found


PARTS: Final[dict[str, Callable[[], Any]]] = {name: partial(solved, name) for name in SETS}
