"""What files themselves tell of a cell before anything is fitted: area, loading, window, capacity.

Only numbers that the set has from the literature or as an assumption are replaced: what is measured or fitted
in it stays, but in the set that a fit of any electrode of its kind begins from.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from napore.measured import MeasuredCurve, MeasuredFile
from napore.parameters.provenance import Entry
from napore.parameters.schema import problem
from napore.parameters.sets import ParameterSet, load_set

from .curve_data import CurveData
from .data import Data, RateData, SeriesData
from .electrode import CONTACT, ELECTRODES, EQUILIBRIUM, Electrode
from .equilibrium import EquilibriumData
from .numbers import CUT_OFFS
from .suited import check_suited

_Give = Callable[[str, float, str, str, float, float], None]

_DISC: Final = "Electrode disc diameter [m]"
_ADSORPTION: Final = EQUILIBRIUM[1]
_REVERSIBLE: Final = "Carbon electrode reversible capacity [mA.h.g-1]"
_ENDS: Final = ("Open-circuit voltage at 0% SOC [V]", "Open-circuit voltage at 100% SOC [V]")

_CATHODES: Final = ELECTRODES["cathode"].loading

_PLATEAU_V: Final = 0.1


def started(source: ParameterSet, files: Sequence[MeasuredFile], data: Sequence[Data]) -> ParameterSet:
    """Set with what the files tell, of numbers that were assumed or taken from the literature.

    Parameters
    ----------
    source
        Set that a fit begins from.
    files
        What the reader makes of the files.
    data
        Data that are fitted.
    """
    if source.kind not in ELECTRODES:
        return source
    check_suited(source, data)
    electrode, entries = ELECTRODES[source.kind], dict(source.entries)
    replaced: tuple[str, ...] = ("assumed", "literature", "setting")
    if source.name == electrode.generic or source.is_open:
        replaced += ("measured", "derived")
    names = ", ".join(dict.fromkeys([file.source for file in files] or [part.name for part in data]))

    def give(name: str, value: float, what: str, kind: str, low: float, high: float) -> None:
        old = entries.get(name)
        if old is None or old.kind not in replaced:
            return
        if any(problem(name, v) is not None for v in (value, low, high)):
            return
        ends = None if kind == "setting" else (float(f"{low:.6g}"), float(f"{high:.6g}"))
        entries[name] = Entry(name, float(f"{value:.6g}"), kind, what, ends)

    _geometry(electrode, entries, files, give)
    curves = [(part, curve) for part in data if isinstance(part, CurveData) for curve in part.curves]
    _window(data, give, names, tuple(entries[name].value for name in CUT_OFFS))
    capacities = [_charge(curve) for _, curve in curves]
    capacities += [float(np.max(part.rates.capacity_mAh_g)) for part in data if isinstance(part, RateData)]
    if capacities:
        most, sites = max(capacities), electrode.sites
        what = f"start and bounds from the largest capacity of {names}, {most:.4g} mAh/g"
        least, first, largest = (share * most for share in electrode.over_measured)
        give(sites, first, what, entries[sites].kind, least, largest)
    if source.kind == "cathode":
        _series_resistance(entries, [curve for _, curve in curves], names)
        return replace(source, entries=entries)
    if capacities:
        share, old = _slope_share([curve for _, curve in curves]), entries[_ADSORPTION]
        if share is not None and old.allowed is not None and old.kind in ("assumed", "literature"):
            value = min(max(share, old.allowed[0]), old.allowed[1])
            entries[_ADSORPTION] = replace(old, value=float(f"{value:.4g}"))
    slowest = min(curves, key=lambda pair: pair[1].current_mA_g or 0.0, default=None)
    at_rest = [float(part.charge_mAh_g[-1]) for part in data if isinstance(part, EquilibriumData)]
    if slowest is not None:
        q = _charge(slowest[1])
        give(_REVERSIBLE, q, f"slowest half cycle of {names}", "measured", 0.98 * q, 1.02 * q)
    elif at_rest:
        q = 0.999 * max(at_rest)  # sites are at least the charge, but for rounding
        give(_REVERSIBLE, q, f"charge of the equilibrium of {names}", "measured", 0.98 * q, 1.02 * q)
    return replace(source, entries=entries)


def told(source: ParameterSet, data: Sequence[Data]) -> ParameterSet:
    """As :func:`started`, of the generic carbon alone, where nothing told it anything yet."""
    generic, sites = ELECTRODES["carbon"].generic, EQUILIBRIUM[0]
    if source.name != generic or source.entries[sites] != load_set(generic).entries[sites]:
        return source
    return started(source, (), data)


def _series_resistance(entries: dict[str, Entry], curves: Sequence[MeasuredCurve], names: str) -> None:
    """Widen the range of a contact resistance to what half the gap of the fastest curves would be."""
    pair = {curve.direction: curve for curve in sorted(curves, key=lambda one: one.current_mA_g or 0.0)}
    if len(pair) < 2 or entries[CONTACT].allowed is None:
        return
    middle = [float(np.interp(0.5 * c.capacity, c.capacity_mAh_g, c.voltage_V)) for c in pair.values()]
    area = 0.25 * math.pi * entries[_DISC].value ** 2
    current = max(one.current_mA_g or 0.0 for one in pair.values()) * entries[_CATHODES].value * area
    most = 0.5 * abs(middle[0] - middle[1]) / max(current, 1e-12)
    low, high = entries[CONTACT].allowed
    if most > high and problem(CONTACT, most) is None:
        what = f"up to half the gap of charge and discharge of {names}"
        entries[CONTACT] = replace(entries[CONTACT], source=what, allowed=(low, float(f"{most:.3g}")))


def _geometry(
    electrode: Electrode, entries: Mapping[str, Entry], files: Sequence[MeasuredFile], give: _Give
) -> None:
    known = [file for file in files if file.area_cm2 is not None]
    if not known:
        return
    area = float(known[0].area_cm2 or 0.0)
    disc = math.sqrt(4.0 * area * 1e-4 / math.pi)
    give(_DISC, disc, f"area of {area:g} cm2, {known[0].source}", "measured", 0.99 * disc, 1.01 * disc)
    if known[0].mass_mg is None:
        return
    loading = known[0].mass_mg * 1e-6 / (area * 1e-4)
    layer = electrode.named("electrode thickness [m]")
    before, thickness = entries[electrode.loading].value, entries[layer].value
    what = f"{known[0].mass_mg:g} mg on {area:g} cm2, {known[0].source}"
    give(electrode.loading, loading, what, "measured", 0.95 * loading, 1.05 * loading)
    if entries[electrode.loading].value != before:
        thick = thickness * loading / before
        what = f"the loading of {known[0].source} at the density of coating of the set"
        give(layer, thick, what, "assumed", 0.5 * thick, 2.0 * thick)


def _window(data: Sequence[Data], give: _Give, names: str, own: tuple[float, ...]) -> None:
    run = [part for part in data if isinstance(part, CurveData | RateData | SeriesData)]
    parts = [getattr(part, "protocols", None) or (None,) for part in run]
    each = [None if one is None else one.window_V for protocols in parts for one in protocols]
    windows = [own if window is None else window for window in each]  # others run in that of the set
    if all(window is None for window in each):
        return
    for k, value in enumerate((min(w[0] for w in windows), max(w[1] for w in windows))):
        give(CUT_OFFS[k], value, f"window of {names}", "measured", value, value)
        give(_ENDS[k], value, f"window of {names}; SOC as PyBaMM counts it", "setting", value, value)


def _charge(curve: MeasuredCurve) -> float:
    """Charge of a half cycle that is stored: of a sodiation what was passed at constant current."""
    return curve.capacity if curve.direction == "desodiation" else curve.constant_current_capacity


def _slope_share(curves: Sequence[MeasuredCurve]) -> float | None:
    """Share of the charge above 0.1 V on the slowest sodiation."""
    down = [curve for curve in curves if curve.direction == "sodiation"]
    if not down:
        return None
    slow = min(down, key=lambda curve: curve.current_mA_g or 0.0)
    return float(
        np.interp(-_PLATEAU_V, -np.minimum.accumulate(slow.voltage_V), slow.capacity_mAh_g) / slow.capacity
    )
