"""What a fit says of the electrode as a whole: capacities and a potential, at equilibrium."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from .fitted import places_of, values_at
from .noise import between
from .profile import DETERMINED, NOT_DETERMINED
from .result import Calibration

PLATEAU_V: Final = 0.1

_STEP: Final = 1e-3
_NARROW: Final = 0.1
"""Half an interval over the value, or over the slope's 0.5 V, up to which a quantity is determined."""

_UNITS: Final = {
    "carbon": {
        "capacity": "mA.h.g-1",
        "slope capacity": "mA.h.g-1",
        "plateau capacity": "mA.h.g-1",
        "middle of the slope": "V",
    },
    "cathode": {"capacity": "mA.h.g-1", "mean potential": "V"},
}


def quantities(found: Calibration) -> list[dict[str, Any]]:
    """Rows of name, value, unit, standard error, interval and verdict.

    Between the cut-offs of the set at equilibrium: capacity; of a carbon that above and below 0.1 V, and the
    potential at half of the charge above 0.1 V; of a cathode with a law the mean potential. Only those that a
    fitted number moves. Errors follow from the covariance of the fit, to first order, and from what other
    starts found that the data allow. A law that does not meet the data determines none of them.
    """
    centre = places_of(found.fitted, found.found.values)

    def at(place: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.array(list(_of(found, values_at(found.fitted, place)).values()))

    here = at(centre)
    slopes = []
    for k in range(len(centre)):
        step = _STEP if centre[k] < 0.5 else -_STEP
        moved = centre.copy()
        moved[k] += step
        slopes.append((at(moved) - here) / step)
    J, ends = np.array(slopes).T, found.ends
    covariance = found.covariance
    if ends is not None and len(ends) > 1:
        covariance = covariance - between(ends)
    variances = np.diag(J @ covariance @ J.T)
    if ends is not None and len(ends) > 1:  # of valleys that bend: the quantities themselves at their ends
        variances = variances + np.diag(between(np.array([at(place) for place in ends])))
    errors = np.sqrt(np.maximum(variances, 0.0))
    rows = []
    moved_by = np.any(J, axis=1).tolist()
    units = _UNITS[found.source.kind].items()
    for (name, unit), value, error, speaks in zip(units, here, errors, moved_by, strict=False):
        if not speaks:  # the set's own, of which no fitted number is a part
            continue
        scale = 0.5 if unit == "V" else max(abs(float(value)), 10.0)
        rows.append(
            {
                "name": name,
                "value": float(value),
                "unit": unit,
                "standard_error": float(error),
                "interval_95": [float(value - 1.96 * error), float(value + 1.96 * error)],
                "verdict": DETERMINED if found.met and 1.96 * error < _NARROW * scale else NOT_DETERMINED,
            }
        )
    return rows


def _of(found: Calibration, values: Mapping[str, float]) -> dict[str, float]:
    numbers, cathode = found.half_cell.numbers_at(values), found.source.kind == "cathode"
    curve, sites = found.half_cell.equilibrium(values), float(numbers[found.half_cell.electrode.sites])
    low, high = found.half_cell.cut_offs
    V = np.linspace(high, low if cathode else min(PLATEAU_V, high), 200)
    x = np.asarray(curve.stoichiometry(V))
    whole = sites * (float(curve.stoichiometry(low)) - float(x[0]))
    if cathode:
        passed = np.linspace(0.0, whole / sites, 200)
        mean = float(np.mean(curve.potential_after(high, passed)))
        return {"capacity": whole} | ({} if found.source.potential else {"mean": mean})
    slope = sites * float(x[-1] - x[0])
    middle = float(np.interp(0.5 * (x[0] + x[-1]), x, V))
    return {"capacity": whole, "slope": slope, "plateau": whole - slope, "middle": middle}
