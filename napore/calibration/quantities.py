"""What a fit says of the electrode as a whole: capacities and a potential, at equilibrium."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from .data import Data, RateData
from .equilibrium import EquilibriumData
from .fitted import Fitted, places_of, values_at
from .noise import between, beyond_noise
from .numbers import HalfCell
from .profile import DETERMINED, NOT_DETERMINED
from .stock import HIDDEN

if TYPE_CHECKING:
    from .result import Calibration

Array = npt.NDArray[np.float64]

PLATEAU_V: Final = 0.1

_STEP: Final = 1e-3
_UNSEEN: Final = 0.5
"""Standard error of the charge at equilibrium that no file passed, over it, where a fit leaves more than
noise: it extrapolates."""

_SPAN_V: Final = 0.5
"""Of the slope."""

_NARROW: Final = 0.1
"""Half an interval over the capacity, or over the span of the slope, up to which a quantity is determined;
that of a part of the capacity does not reach zero."""

_UNITS: Final = {
    "carbon": {
        "capacity": "mA.h.g-1",
        "slope capacity": "mA.h.g-1",
        "plateau capacity": "mA.h.g-1",
        "middle of the slope": "V",
    },
    "cathode": {"capacity": "mA.h.g-1", "mean potential": "V"},
}


def quantities(found: "Calibration") -> list[dict[str, Any]]:
    """Rows of name, value, unit, standard error, interval and verdict.

    Between the cut-offs of the set at equilibrium: capacity; of a carbon that above and below 0.1 V, and the
    potential at half of the charge above 0.1 V; of a cathode with a law the mean potential. Only those that a
    fitted number moves. Errors follow from the covariance of the fit, to first order, and from what other
    starts and other fits found that the data allow (:mod:`.farther`); where the fit leaves more than noise,
    they are at least that of charge that no file passed. A law that does not meet the data determines none.
    """
    half_cell = found.half_cell
    here = quantities_of(half_cell, found.found.values)
    J = np.array(list(slopes_by_place(found.fitted, half_cell, found.found.values).values()))
    covariance, ends = found.covariance, found.ends
    if ends is not None and len(ends) > 1:
        covariance = covariance - between(ends)
    variances = np.diag(J @ covariance @ J.T)
    if ends is not None and len(ends) > 1:  # of valleys that bend: the quantities themselves at their ends
        at_ends = [list(quantities_of(half_cell, values_at(found.fitted, place)).values()) for place in ends]
        variances = variances + np.diag(between(np.array(at_ends)))
    for other in found.farther:  # the quantities themselves: no derivative knows of pores that stay empty
        place = np.clip(places_of(found.fitted, found.found.values) + other.off, 0.0, 1.0)
        there = quantities_of(half_cell, values_at(found.fitted, place))
        variances = np.maximum(variances, [((there[name] - here[name]) / other.errors) ** 2 for name in here])
    errors = np.sqrt(np.maximum(variances, 0.0))
    if beyond_noise(found.inflated, found.data):
        errors = np.maximum(errors, hidden(found.data, half_cell, found.found.values))
    rows = []
    moved_by = np.any(J, axis=1).tolist()
    units = _UNITS[found.source.kind].items()
    for (name, unit), value, error, speaks in zip(units, here.values(), errors, moved_by, strict=False):
        if not speaks:  # the set's own, of which no fitted number is a part
            continue
        scale = _SPAN_V if unit == "V" else max(here["capacity"], 10.0)
        narrow = 1.96 * error < _NARROW * scale and (unit == "V" or value > 1.96 * error)
        rows.append(
            {
                "name": name,
                "value": float(value),
                "unit": unit,
                "standard_error": float(error),
                "interval_95": [float(value - 1.96 * error), float(value + 1.96 * error)],
                "verdict": DETERMINED if found.met and narrow else NOT_DETERMINED,
            }
        )
    return rows


def hidden(data: Sequence[Data], half_cell: HalfCell, values: Mapping[str, float]) -> Array:
    """Standard error of each quantity by charge that no file passed; of potentials [V].

    Half of it; where something is assumed of what does not fill at 0.02 C (:mod:`.stock`) that, and half of
    what fills there.
    """
    here = quantities_of(half_cell, values)
    passed = [float(curve.capacity) for part in data for curve in getattr(part, "curves", ())]
    passed += [float(part.charge_mAh_g[-1]) for part in data if isinstance(part, EquilibriumData)]
    passed += [float(np.max(part.rates.capacity_mAh_g)) for part in data if isinstance(part, RateData)]
    least = max(passed, default=here["capacity"])
    share = 0.0 if half_cell.beside is None else HIDDEN * float(half_cell.beside(values)[0])
    charge = _UNSEEN * max(0.0, here["capacity"] / (1.0 + max(share, 0.0)) - least)
    if half_cell.beside is not None:
        charge = float(np.hypot(HIDDEN * here["capacity"], charge))
    share = charge / max(here["capacity"], 1e-9)
    each = {"capacity": charge, "plateau": charge, "slope": share * here.get("slope", 0.0)}
    return np.array([each.get(name, _SPAN_V * share) for name in here])


def quantities_of(half_cell: HalfCell, values: Mapping[str, float]) -> dict[str, float]:
    """Quantities of an electrode at values of a fit: capacities [mAh/g] and a potential [V]."""
    cathode, electrode = half_cell.electrode.kind == "cathode", half_cell.electrode
    curve, sites = half_cell.equilibrium(values), float(half_cell.numbers_at(values)[electrode.sites])
    low, high = half_cell.cut_offs
    V = np.linspace(high, low if cathode else min(PLATEAU_V, high), 200)
    x = np.asarray(curve.stoichiometry(V))
    whole = sites * (float(curve.stoichiometry(low)) - float(x[0]))
    if cathode:
        passed = np.linspace(0.0, whole / sites, 200)
        mean = float(np.mean(curve.potential_after(high, passed)))
        return {"capacity": whole} | ({} if half_cell.source.potential else {"mean": mean})
    slope = sites * float(x[-1] - x[0])
    middle = float(np.interp(0.5 * (x[0] + x[-1]), x, V))
    return {"capacity": whole, "slope": slope, "plateau": whole - slope, "middle": middle}


def slopes_by_place(
    fitted: Sequence[Fitted], half_cell: HalfCell, values: Mapping[str, float]
) -> dict[str, Array]:
    """Derivatives of each quantity by the places of numbers, by differences."""
    here, columns = quantities_of(half_cell, values), []
    for f in fitted:
        place = f.place(values[f.name])
        moved = f.at(place + (_STEP if place < 0.5 else -_STEP))
        there = quantities_of(half_cell, {**values, f.name: moved})
        columns.append([(there[name] - here[name]) / (f.place(moved) - place) for name in here])
    return dict(zip(here, np.array(columns).T, strict=True))
