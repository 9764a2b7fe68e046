"""What to say of a result that rests on a set whose fit determined none of its numbers."""

from typing import Any

from napore.cells import Cell
from napore.experiments.base import header
from napore.parameters.sets import ParameterSet

_DETERMINED = "determined"


def doubts_of(source: ParameterSet) -> list[str]:
    """One sentence for each electrode of a set of which a fit determined no number.

    Examples
    --------
    >>> from napore.parameters.sets import load_set
    >>> doubts_of(load_set("fjh"))
    []
    """
    found = []
    for electrode in ("carbon", "cathode"):
        fitted = [e for n, e in source.entries.items() if n.startswith(electrode.title()) and e.verdict]
        said = [e.verdict for e in fitted if e.kind == "fitted"]
        if not said or any(verdict.startswith(_DETERMINED) for verdict in said):
            continue
        reasons = {verdict.partition(";")[0].partition(": ")[2] for verdict in said}
        reason = next(iter(reasons)) if len(reasons) == 1 else ""
        found.append(
            f"{source.name}: the fit that made the {electrode} determined none of its {len(said)} numbers"
            f"{reason and f' ({reason})'}: read this as what some {electrode} may do, not as a prediction of "
            "yours."
        )
    return found


def header_of(cell: Cell) -> dict[str, Any]:
    """Header of a result on a cell, with "warnings" where there is a doubt about its numbers."""
    doubts = doubts_of(cell.source)
    return {**header(cell), **({"warnings": doubts} if doubts else {})}
