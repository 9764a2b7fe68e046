"""Explanations of the rate curve beside each other, the shipped fits again, and the rates without 5 C.

What the shipped sets came from is kept by ``python -m studies.gu2025 calibrate carbons``, not computed here.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from napore.calibration import HalfCellModel, fit
from napore.parameters.provenance import read_entries
from napore.parameters.sets import CLASSES

from .calibrate import EVALUATIONS, SIGNS, Explanation, best_fit, describe, refit_fjh
from .carbon_fit import FJHRates, rate_points
from .fitted_files import PARAMETERS

SETS = ("gu2025_cell.toml", "gu2025_fjh.toml", "fjh", "fjh-b")
ENOUGH = 4.0
"""Misfit that counts as following the rates: two standard deviations of one number."""
STEP_mAh_g = 20.0

EXPLANATIONS = (
    Explanation("one size, one class", 1),
    Explanation("one size, two classes, small pores fast", 2),
    Explanation("one size, two classes, large pores fast", 2, sign=-1),
    Explanation("one size, three classes, small pores fast", 3),
    Explanation("one size, three classes, large pores fast", 3, sign=-1),
    Explanation("one size, four classes, small pores fast", 4),
    Explanation("one size, four classes, large pores fast", 4, sign=-1),
    Explanation("one size, five classes, small pores fast", 5),
    Explanation("one size, five classes, large pores fast", 5, sign=-1),
    Explanation("one size, six classes, small pores fast", 6),
    Explanation("one size, four classes, sinh law, small pores fast", 4, law="sinh"),
    Explanation("one size, five classes, sinh law, small pores fast", 5, law="sinh"),
    Explanation("sizes spread by 60 %, one class", 1, sizes=0.6),
    Explanation("sizes spread by 100 %, one class", 1, sizes=1.0),
)


def compared(explanation: Explanation) -> dict[str, Any]:
    """Best fit of an explanation in the SPMe (sizes: SPM), and the capacities that follow."""
    outcome, half_cell, objectives = best_fit(explanation, EVALUATIONS)
    return {
        "fitted values": len(outcome.values),
        "misfit": round(outcome.misfit, 2),
        "priors": round(outcome.penalty, 2),
        "on bounds": list(outcome.on_bounds),
        "objectives by start": objectives,
        **describe(rate_points(half_cell, outcome.values, FJHRates().rates)),
    }


def leave_one_out() -> dict[str, Any]:
    """Profile of the 5 C capacity over fits without it: bounds, no priors, misfit at most 4.

    From each shipped set the capacity at 5 C is pulled away in steps, each fit starting from the
    last; those whose misfit to the slow rates stays acceptable are predictions that the slow rates allow.
    """
    rates, slow = FJHRates().rates, FJHRates(fast=False)
    found: list[dict[str, float]] = []
    for name, sign in (("gu2025_fjh", 1), ("gu2025_fjh_b", -1)):
        explanation = Explanation("", CLASSES, sign=sign)
        free = [replace(f, prior=None) for f in explanation.free]
        half_cell = explanation.half_cell("fjh", "SPMe", free, {})
        shipped = {n: e.value for n, e in read_entries(PARAMETERS / f"fitted/{name}.toml").items()}
        for direction in (-1.0, 1.0):
            values = {f.name: shipped[f.name] for f in free}
            for pull in np.arange(0.0 if direction < 0 else 1.0, 7.0):
                aim = 200.0 + direction * float(pull) * STEP_mAh_g
                values = fit(free, _pulled(half_cell, slow, aim), values, 20).values
                points = rate_points(half_cell, values, rates)
                one: dict[str, float] = {
                    "set": sign,
                    "aim": aim,
                    "misfit": float(np.sum(slow.differences(points, values) ** 2)),
                    "capacity at 5 C [mAh/g]": points[5.0].desodiation,
                }
                found.append(one)
                if not one["misfit"] <= ENOUGH:
                    break
    kept = [one["capacity at 5 C [mAh/g]"] for one in found if one["misfit"] <= ENOUGH]
    return {
        "fits": len(found),
        "accepted": len(kept),
        "lowest": min(kept, default=None),
        "highest": max(kept, default=None),
        "profile": found,
    }


def _pulled(
    half_cell: HalfCellModel, slow: FJHRates, aim: float
) -> Callable[[Mapping[str, float]], npt.NDArray[np.float64]]:
    """Residuals of the slow rates, and of the capacity at 5 C from a wanted one."""

    def residuals(values: Mapping[str, float]) -> npt.NDArray[np.float64]:
        points = rate_points(half_cell, values, FJHRates().rates)
        return np.append(slow.differences(points, values), (points[5.0].desodiation - aim) / 2.0)

    return residuals


RECORDS = (*(f"shipped {name}" for name in SIGNS), "shipped gu2025_tf")
PARTS: dict[str, Callable[[], Any]] = {
    **{explanation.name: partial(compared, explanation) for explanation in EXPLANATIONS},
    **{f"again {name}": partial(refit_fjh, name, EVALUATIONS, True, False) for name in SIGNS},
    "leave one out": leave_one_out,
}
