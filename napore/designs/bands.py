"""Bands of designs: what a quantity is over draws of the numbers that nobody measured."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from napore.cell_options import SWITCHED
from napore.cells import Cell
from napore.full_cells import FullCell
from napore.parameters import schema
from napore.parameters.provenance import Entry
from napore.results import OK

from .checks import DesignError
from .optimum_result import Band
from .result import DesignPoint
from .sensitivity import UNCERTAIN
from .simulated import Simulated

_OF_DESIGN: Final = ("thickness [m]", "areal loading [kg.m-2]", "presodiation [mA.h.g-1]", "porosity")


def draws_of(cell: FullCell, count: int) -> list[dict[str, float]]:
    """Draws of the uncertain numbers of a cell: a Latin hypercube over their ranges.

    Even in the logarithm where a range is wider than a decade.
    """
    # of a later part, which designs without bands do not need
    from napore.calibration.draws import from_ranges

    return from_ranges(cell.source, count, uncertain(cell), seed=0)


def bands_of(
    run: Simulated, point: DesignPoint, rate: float, draws: int, columns: Sequence[str]
) -> tuple[Band, ...]:
    """Bands of a design over draws of the uncertain numbers; none for no draws.

    Raises
    ------
    DesignError
        Where fewer than three draws were solved.
    """
    if not draws:
        return ()
    from scipy.stats import rankdata

    cases = draws_of(run.cell, draws)
    found = run.drawn(point, cases, rate)
    names = list(cases[0])
    values = np.array([list(case.values()) for case in cases])
    bands = []
    for column in columns:
        solved = [k for k, one in enumerate(found) if one.status == OK and getattr(one, column) is not None]
        if len(solved) < 3:
            failed = next((one.status for one in found if one.status != OK), f"no {column}")
            raise DesignError(f"{len(solved)} of {draws} draws were solved: {failed}")
        got = np.array([float(getattr(found[k], column)) for k in solved])
        median, low, high = np.quantile(got, [0.5, 0.05, 0.95]).tolist()
        ranks = rankdata(got)
        going = [float(np.corrcoef(rankdata(values[solved, j]), ranks)[0, 1]) for j in range(len(names))]
        most = int(np.nanargmax(np.abs(going)))
        bands.append(Band(column, median, low, high, len(solved), draws, (names[most], going[most])))
    return tuple(bands)


def _is_of_material(name: str) -> bool:
    row = schema.row_of(name)
    if row is None or any("formation" in needed for needed in row.acts):
        return False
    return row.role == "material" or name.endswith("particle radius [m]")


def uncertain(cell: Cell) -> dict[str, Entry]:
    """Numbers that a band is over: of materials, acting in the model, assumed, derived or of literature.

    What a design sets, cut-offs and temperatures are choices. Of an electrode of a PyBaMM set or a BPX file
    no range is known.
    """
    options = dict(cell.model.options)
    of_others = tuple(
        ours
        for ours, host in zip(("Carbon ", "Cathode "), getattr(cell, "hosts", (None, None)), strict=True)
        if host is not None
    )
    return {
        name: entry
        for name, entry in cell.source.entries.items()
        if entry.kind in UNCERTAIN
        and entry.allowed
        and entry.allowed[0] < entry.allowed[1]
        and _is_of_material(name)
        and not name.startswith(of_others)
        and not name.endswith(_OF_DESIGN)
        and not schema.dead_reason(name, options, cell.model_name, cell.source.kind)
        and name not in SWITCHED
        and name not in cell.changed
    }
