"""Pulses, a hold, drives, and capacities with the cut-off counted from different places in the cell."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

import napore
from napore.experiments.reference import GROUPS

from .data import thinned

SETS: Final = ("fjh", "fjh-b", "tf", "fjh-nvp")
CARBONS: Final = SETS[:3]
RATES: Final = (0.5, 1.0, 2.0, 5.0)
SLOW: Final = 0.02
PLACES: Final = {"foil": None, "at the foil": 0.0, "middle": 0.5, "at the carbon": 1.0}
"""What the cut-off counts from, and the position of the reference electrode."""
HELD_V, HELD_s, HELD_AFTER_C = 0.01, 7200.0, 1.0
PULSES: Final = {
    **dict.fromkeys(CARBONS, (0.02, 0.1, 0.3, 0.5, 0.7, 0.9)),
    "fjh-nvp": (0.1, 0.3, 0.5, 0.7, 0.9),
}
REVERSED: Final = tuple((soc, rate) for soc in (0.001, 0.98) for rate in (1.0, 5.0))


def one_rate(name: str, rate: float, what: str) -> dict[str, Any]:
    """Capacity and the split of overpotential at the end of the last sodiation, drawn at the fastest rate."""
    found = napore.reference_test(napore.half_cell(name), [rate], PLACES[what])
    row = found.to_dict()["rates"][0]
    record = {key: value for key, value in row.items() if key == "capacity_mAh_g" or key.startswith("end_")}
    pair = found.halves[0]
    if pair is not None:
        record["largest_unexplained_V"] = max(
            float(np.abs(half.overpotentials.unexplained_V).max()) for half in pair
        )
        if (rate, what) == (RATES[-1], "foil"):
            record["sodiation"] = groups(pair[0].table())
    return record


def groups(table: Any) -> dict[str, list[float]]:
    """Polarisation by group over the charge [V], as drawn."""
    names = [str(name) for name in table if name in drawn_columns()]
    return dict(zip(names, thinned(150, *(table[name] for name in names)), strict=True))


def drawn_columns() -> list[str]:
    """Columns of the picture."""
    parts = [f"{part}_V" for names in GROUPS.values() for part in names]
    return ["capacity_mAh_g", "total_V", *parts]


def pulses(name: str) -> list[dict[str, Any]]:
    """Resistance after a step of current, over the state of charge."""
    cell = napore.load_cell(name)
    rows = napore.pulse_test(cell, PULSES[name]).to_dict()["pulses"]
    kept = ("soc", "direction", "time_s", "resistance_ohm")
    return [{key: row[key] for key in kept} for row in rows]


def hold(name: str) -> dict[str, Any]:
    """What a hold at the lower cut-off brings after a sodiation."""
    found = napore.hold(napore.half_cell(name), HELD_V, HELD_s, rate=HELD_AFTER_C)
    columns = {str(name): column.to_numpy() for name, column in found.table().items()}
    return held(found.status, found.capacity_before_mAh_g, columns)


def held(status: str, before: float, columns: Any) -> dict[str, Any]:
    """Numbers of a hold from its columns."""
    time, current, charge = (np.array(columns[n]) for n in ("time_s", "current_mA_g", "capacity_mAh_g"))
    return {
        "status": status,
        "capacity_before_mAh_g": before,
        "capacity_mAh_g": float(charge[-1]),
        "tenth_of_current_min": float(time[np.argmax(current < 0.1 * current[0])]) / 60.0,
        "last_current_mA_g": float(current[-1]),
    }


def reversals(soc: float, rate: float) -> dict[str, Any]:
    """An hour of current that changes its sign every second."""
    seconds = np.arange(3601.0)
    values = np.where(seconds % 2 == 0, rate, -rate)
    cell = napore.half_cell("fjh")
    found = napore.drive(cell, (seconds, values), unit="C", soc=soc, interpolation="previous")
    voltage = found.voltage_V
    return {
        "rate_C": rate,
        "soc": soc,
        "status": found.status,
        "lowest_voltage_V": float(voltage.min()) if len(voltage) else None,
        "highest_voltage_V": float(voltage.max()) if len(voltage) else None,
    }


def rates_of(what: str) -> tuple[float, ...]:
    """Rates at which the cut-off is counted from a place."""
    return {"middle": (5.0,), "foil": (SLOW, *RATES)}.get(what, RATES)


PARTS: dict[str, Callable[[], Any]] = {
    **{f"{name}, pulses": partial(pulses, name) for name in PULSES},
    **{f"{name}, hold": partial(hold, name) for name in CARBONS},
    **{
        f"{name}, {rate:g} C against {what}": partial(one_rate, name, rate, what)
        for name in CARBONS
        for what in PLACES
        for rate in rates_of(what)
    },
    **{f"reversals at {rate:g} C from SOC {soc:g}": partial(reversals, soc, rate) for soc, rate in REVERSED},
}
