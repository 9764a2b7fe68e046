"""Leave-outs of the joint calibration: 5 C, and the shape of GITT (K03), each predicted without itself.

In the lumped formulation, from the best of the search. A row is left out, the others are fitted again, and
what they give for it is the prediction. Then it is pulled to aims beside; each is allowed where the objective
of the other rows grows by at most :data:`.joint.ENOUGH`.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from napore.calibration import fit
from napore.calibration.least_squares import penalised

from . import data
from .joint import CLASSES, ENOUGH, FILES, LAW, SEARCH, described, free_of, residuals_of_fjh, source
from .joint_rows import Seen, seen_lumped

Array = npt.NDArray[np.float64]

SETS: Final = ("fjh", "fjh-b")
NEEDS: Final = ("joint",)
EVALUATIONS: Final = 15
AIMS: Final[dict[str, tuple[float, ...]]] = {"5 C": (150.0, 180.0, 225.0), "K03": (1.5, 3.0)}
"""What a row is pulled to: capacity at 5 C [mAh/g], and the fall of GITT's diffusivity."""

WITHOUT: Final = {"5 C": {"fast": False}, "K03": {"gitt": False}}


def _away(row: str, aim: float, shown: Seen) -> float:
    """Distance of what is pulled from its aim, over a tolerance."""
    if row == "5 C":
        return (shown.capacity.get(5.0, np.nan) - aim) / 4.0
    return float(np.log(shown.dip / aim)) / 0.1


def left_out(carbon: str) -> list[dict[str, Any]]:
    """Prediction of each row without itself, then the row pulled away: what the others say of it."""
    free, numbers = free_of(carbon), source(carbon).numbers
    best = data.read("joint")[SEARCH][carbon]["values"]

    def shows(values: Mapping[str, float]) -> Seen:
        return seen_lumped({**numbers, **values}, CLASSES, LAW)

    found = []
    for row, aims in AIMS.items():
        others = residuals_of_fjh(carbon, **WITHOUT[row])
        alone = fit(free, others, best, 2 * EVALUATIONS)
        found.append(
            {
                "row": row,
                "pulled to": None,
                "grows by": 0.0,
                "allowed": True,
                **described(shows(alone.values)),
            }
        )
        for aim in aims:

            def pulled(
                values: Mapping[str, float],
                others: Callable[[Mapping[str, float]], Array] = others,
                row: str = row,
                aim: float = aim,
            ) -> Array:
                return np.append(others(values), _away(row, aim, shows(values)))

            values = fit(free, pulled, alone.values, EVALUATIONS).values
            growth = float(np.sum(penalised(free, others, values) ** 2)) - alone.objective
            found.append(
                {
                    "row": row,
                    "pulled to": aim,
                    "grows by": growth,
                    "allowed": growth <= ENOUGH,
                    **described(shows(values)),
                }
            )
    return found


PARTS: Final[dict[str, Callable[[], Any]]] = {name: partial(left_out, name) for name in FILES}
