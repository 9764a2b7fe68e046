"""Whether data are those of the kind of cell that they are fitted to, in the words of that kind."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from napore.parameters.sets import ParameterSet

from .curve_data import CurveData
from .data import Data, SeriesData, check_potentials
from .electrode import ELECTRODES
from .fitted import CalibrationError
from .numbers import CUT_OFFS
from .slow_cycle import slow_cycle

_OTHERS: Final = {
    "carbon": ", or begin from a cathode, cell='nvp' or a template such as cell='nfm'; "
    "a full cell is compared, not fitted",
    "cathode": ", or begin from a carbon, cell='hard-carbon'",
}
_PLATEAU: Final = "Cathode electrode plateau potential [V]"
_ABOUT_V: Final = 0.1
_LEAST: Final = 0.8
"""Share of the charge of a slow cycle that lies so near to the plateau of a half cell that has one."""

_OVER: Final = 1.05
"""Largest measured capacity over the most that a cathode is said to hold."""

_LOWEST_V: Final = 1.4
"""Potential below which no cathode is discharged against sodium."""


def check_suited(source: ParameterSet, data: Sequence[Data]) -> None:
    """Refuse the files of another kind of cell than the set's, and of a cathode those of one direction.

    Raises
    ------
    CalibrationError
        With the file, what is in it, and what to give.
    """
    for part in data:
        window = [source.numbers[name] for name in CUT_OFFS]
        check_potentials(part, source.name, window, _OTHERS[source.kind])
    if source.kind != "cathode":
        return
    for part in data:
        if isinstance(part, SeriesData) and part.begins_with_sodiation:
            raise CalibrationError(
                f"{part.name} begins with a discharge: a cathode is put together full of sodium; give a "
                "series that begins with its charge"
            )
    curves = [curve for part in data if isinstance(part, CurveData) for curve in part.curves]
    if not curves:
        return
    cycle = slow_cycle(data)
    _, V = cycle.mean()
    most, held = max(curve.capacity for curve in curves), source.entries[ELECTRODES["cathode"].sites].allowed
    if held is not None and most > _OVER * held[1] and not source.is_open:
        raise CalibrationError(
            f"{cycle.part.name}: a half cycle passes {most:.4g} mAh/g, and {source.name} holds {held[0]:g} "
            f"to {held[1]:g}: check the mass, or give the number another range in a file of your own"
        )
    if source.potential is None:
        low, high = source.entries[_PLATEAU].allowed or (source.numbers[_PLATEAU],) * 2
        share = float(np.mean((low - _ABOUT_V <= V) & (high + _ABOUT_V >= V)))
        if share < _LEAST:
            raise CalibrationError(
                f"{cycle.part.name}: {100.0 * share:.0f} % of its charge lies within {_ABOUT_V:g} V of the "
                f"plateau of {source.name}, {low:g} to {high:g} V, where a half cell has nearly all: it is a "
                "full cell's file or another cathode's; give a half cell of this one against sodium, or "
                "begin from a template, cell='nfm'"
            )
    lowest = min(float(np.min(curve.voltage_V)) for curve in curves)
    if lowest < _LOWEST_V:
        raise CalibrationError(
            f"{cycle.part.name} is discharged to {lowest:.2f} V, as no cathode is against sodium: it is a "
            "full cell's file or a carbon's; give a half cell of the cathode"
        )
