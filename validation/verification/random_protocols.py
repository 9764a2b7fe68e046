"""What is done to a random cell: an experiment of napore's or steps of PyBaMM's, drawn and run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pybamm

from napore.cells import Cell
from napore.experiments import cv, drive, energy_test, gitt, hold, pulse_test, rate_test
from napore.experiments.base import OK
from napore.experiments.solving import NO_CAPACITY, solver_failed

WEIGHTS: Final = {
    "rate_test": 0.32,
    "energy_test": 0.12,
    "hold": 0.1,
    "pulse_test": 0.08,
    "gitt": 0.06,
    "drive": 0.12,
    "cv": 0.06,
    "steps": 0.14,
}
NOT_OF: Final = {"full": ("cv",), "carbon": ("energy_test",), "cathode": ("energy_test",)}
"""Experiments that a kind of cell does not have."""


@dataclass(frozen=True)
class Ran:
    """What an experiment said.

    Parameters
    ----------
    statuses
        Of its rows, each ``"ok"`` or how it ended.
    curves
        Arrays that belong to the rows that are ok: no number in them may be NaN.
    charges
        Pairs of a charge that a result states and the integral of its own current, in the same unit.
    """

    statuses: tuple[str, ...]
    curves: tuple[Any, ...] = ()
    charges: tuple[tuple[float, float], ...] = ()


def draw_protocol(chance: Any, kind: str, cut_offs: tuple[float, float]) -> tuple[str, dict[str, Any]]:
    """Name of an experiment and its arguments."""
    names = [name for name in WEIGHTS if name not in NOT_OF[kind]]
    weights = np.array([WEIGHTS[name] for name in names])
    name = str(chance.choice(names, p=weights / weights.sum()))
    return name, _DRAWS[name](chance, cut_offs)


def _rate(chance: Any, low: float = 0.01, high: float = 10.0) -> float:
    return float(f"{np.exp(chance.uniform(np.log(low), np.log(high))):.3g}")


def _part(chance: Any, low: float, high: float) -> float:
    return float(f"{chance.uniform(low, high):.3g}")


def _draw_rate_test(chance: Any, _: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"rates": _rate(chance), "cycles": int(chance.integers(1, 3))}
    if chance.random() < 0.3:
        found["hold"] = _rate(chance, 0.01, 0.1)
    return found


def _draw_energy_test(chance: Any, _: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"rates": _rate(chance), "cycles": int(chance.integers(1, 3))}
    if chance.random() < 0.3:
        found["charge_rate"] = _rate(chance, 0.05, 2.0)
    return found


def _draw_hold(chance: Any, cut_offs: tuple[float, float]) -> dict[str, Any]:
    low, high = cut_offs
    # at a cut-off as often as between
    share = float(chance.choice([0.0, 1.0, chance.uniform(0.0, 1.0)]))
    found: dict[str, Any] = {
        "voltage_V": float(f"{low + share * (high - low):.3g}"),
        "duration": _rate(chance, 60.0, 36000.0),
        "rate": _rate(chance, 0.05, 5.0) if chance.random() < 0.7 else None,
    }
    if chance.random() < 0.5:
        found["soc"] = _part(chance, 0.0, 1.0)
    return found


def _draw_pulse_test(chance: Any, _: Any) -> dict[str, Any]:
    return {
        "soc": [_part(chance, 0.0, 0.5), _part(chance, 0.5, 1.0)],
        "rate": _rate(chance, 0.05, 5.0),
        "duration": _part(chance, 10.0, 60.0),
        "times": [0.1, 1.0, 10.0],
    }


def _draw_gitt(chance: Any, _: Any) -> dict[str, Any]:
    current = _rate(chance, 20.0, 300.0)
    # about a dozen pulses for 300 mAh/g, half as many of a cathode
    return {
        "current_mA_g": current,
        "pulse_s": float(f"{3600.0 * 300.0 / current / chance.uniform(8.0, 16.0):.3g}"),
        "rest_s": _rate(chance, 300.0, 7200.0),
    }


def _draw_drive(chance: Any, _: Any) -> dict[str, Any]:
    count = int(chance.integers(6, 16))
    times = np.concatenate([[0.0], np.cumsum(chance.uniform(5.0, 120.0, count - 1))])
    kind = str(chance.choice(["rate", "power"], p=[0.7, 0.3]))
    # a cell has a largest power, beyond which no current gives it
    largest = _rate(chance, 0.2, 10.0 if kind == "rate" else 2.0)
    return {
        "time_s": [float(f"{t:.4g}") for t in times],
        # of power: in units of :func:`_watts`
        "values": [float(f"{v:.3g}") for v in largest * chance.uniform(-1.0, 1.0, count)],
        "kind": kind,
        "interpolation": str(chance.choice(["linear", "previous"])),
        "soc": _part(chance, 0.05, 0.95),
    }


def _draw_cv(chance: Any, _: Any) -> dict[str, Any]:
    return {"scan_rates_mV_s": _rate(chance, 0.05, 5.0), "cycles": int(chance.integers(1, 3))}


def _draw_steps(chance: Any, _: Any) -> dict[str, Any]:
    """Cycles in the cell's own direction first: constant current or power, a hold, rests."""
    return {
        "rates": [_rate(chance, 0.05, 5.0), _rate(chance, 0.05, 5.0)],
        "power": bool(chance.random() < 0.3),
        "hold": _rate(chance, 0.01, 0.1) if chance.random() < 0.5 else None,
        "rest_s": _rate(chance, 60.0, 7200.0),
        "cycles": int(chance.integers(1, 3)),
    }


_DRAWS: Final[dict[str, Callable[[Any, tuple[float, float]], dict[str, Any]]]] = {
    "rate_test": _draw_rate_test,
    "energy_test": _draw_energy_test,
    "hold": _draw_hold,
    "pulse_test": _draw_pulse_test,
    "gitt": _draw_gitt,
    "drive": _draw_drive,
    "cv": _draw_cv,
    "steps": _draw_steps,
}


def _of_rates(cell: Cell, test: Any) -> Ran:
    """Statuses, curves, and the charge of each half cycle without a hold against current times time."""
    curves: list[Any] = []
    charges = []
    protocol, mass = test.protocol, cell.active_mass
    for point, cycle in zip(test.points, test.cycles, strict=True):
        if cycle is None:
            continue
        for half in (cycle.first, cycle.second):
            curves += [half.time_s, half.capacity_mAh_g, half.voltage_V]
            if half is cycle.second or protocol.hold is None:
                rate = getattr(protocol, f"{half.direction}_rate") or point.rate_C
                current = rate * cell.one_C_current / mass
                charges.append((half.capacity, current * float(half.time_s[-1]) / 3600.0))
    return Ran(tuple(point.status for point in test.points), tuple(curves), tuple(charges))


def _rate_test(cell: Cell, **conditions: Any) -> Ran:
    return _of_rates(cell, rate_test(cell, **conditions))


def _energy_test(cell: Cell, **conditions: Any) -> Ran:
    found = energy_test(cell, **conditions)
    numbers = [
        value
        for point in found.points
        if point.status == OK
        for value in (point.energy_Wh_kg_active, point.energy_Wh_kg_stack, point.plating_margin_V)
    ]
    ran = _of_rates(cell, found.rates)
    return Ran(ran.statuses, (*ran.curves, np.asarray(numbers, dtype=float)), ran.charges)


def _hold(cell: Cell, **conditions: Any) -> Ran:
    found = hold(cell, **conditions)
    return Ran((found.status,), (found.current_mA_g, found.capacity_mAh_g))


def _pulse_test(cell: Cell, **conditions: Any) -> Ran:
    found = pulse_test(cell, **conditions)
    resistances = [point.resistance_ohm for point in found.points if point.status == OK]
    return Ran(tuple(point.status for point in found.points), (np.asarray(resistances, dtype=float),))


def _gitt(cell: Cell, **conditions: Any) -> Ran:
    found = gitt(cell, **conditions)
    pulses = [pulse.voltage_V for pulse in found.pulses]
    return Ran((found.status,), (found.voltage_V, np.asarray(pulses, dtype=float)))


def _watts(cell: Cell) -> float:
    """Power [W] that is about 1 C, on the plateau of a carbon half of it: none beyond the largest."""
    return (0.03 if cell.kind == "carbon" else 3.0) * cell.one_C_current


def _drive(cell: Cell, *, time_s: Any, values: Any, kind: str, **conditions: Any) -> Ran:
    unit, scale = ("C", 1.0) if kind == "rate" else ("W", _watts(cell))
    found = drive(cell, (time_s, [scale * value for value in values]), unit=unit, **conditions)
    charges = []
    if found.status == OK and kind == "rate" and conditions["interpolation"] == "linear":
        per_gram = cell.one_C_current / cell.active_mass / 3600.0
        net, all_of_it = (per_gram * float(np.trapezoid(v, time_s)) for v in (values, np.abs(values)))
        # the net charge may be next to nothing
        charges.append((all_of_it + float(found.capacity_mAh_g[-1]) - net, all_of_it))
    return Ran((found.status,), (found.current_A, found.voltage_V, found.capacity_mAh_g), tuple(charges))


def _cv(cell: Cell, **conditions: Any) -> Ran:
    found = cv(cell, **conditions)
    sweeps = [sweep for scan in found.scans for sweep in (scan.cathodic, scan.anodic) if sweep is not None]
    curves = [array for sweep in sweeps for array in (sweep.potential_V, sweep.current_A_g)]
    return Ran(tuple(scan.status for scan in found.scans), tuple(curves))


def _steps_of(
    cell: Cell, rates: Sequence[float], power: bool, hold: float | None, rest_s: float
) -> list[Any]:
    """PyBaMM's own steps, as its users write them."""
    low, high = cell.cut_offs
    first, other = ("Discharge", "Charge") if cell.first_sign > 0 else ("Charge", "Discharge")
    end, other_end = (low, high) if cell.first_sign > 0 else (high, low)
    longest = [max(1.0, 4.0 / rate) for rate in rates]
    steps: list[Any] = [f"{first} at {rates[0]:g}C for {longest[0]:g} hours or until {end:g} V"]
    if hold is not None:
        steps.append(f"Hold at {end:g} V for 10 hours or until {hold:g}C")
    steps.append(f"Rest for {rest_s:g} seconds")
    if power:
        steps.append(
            f"{other} at {rates[1] * _watts(cell):.6g} W for {longest[1]:g} hours or until {other_end:g} V"
        )
    else:
        steps.append(f"{other} at {rates[1]:g}C for {longest[1]:g} hours or until {other_end:g} V")
    return [*steps, f"Rest for {rest_s:g} seconds"]


class _StepFailure(pybamm.callbacks.Callback):
    """Keeps the error of a step after the first, which PyBaMM logs and does not raise."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def on_experiment_error(self, logs: dict[str, Any]) -> None:
        """Keep it."""
        self.error = logs["error"]


def _steps(cell: Cell, *, cycles: int, **conditions: Any) -> Ran:
    experiment = pybamm.Experiment([tuple(_steps_of(cell, **conditions))] * cycles)
    failure = _StepFailure()
    try:
        solution = cell.simulation(experiment).solve(calc_esoh=False, callbacks=[failure])
    except pybamm.SolverError as error:
        return Ran((NO_CAPACITY if "infeasible" in str(error) else solver_failed(error),))
    if failure.error is not None:
        return Ran((solver_failed(failure.error),))
    if "Carbon" in solution.termination:  # which ends an experiment of PyBaMM's
        return Ran((f"cut-off: {solution.termination}",))
    done = [step for cycle in solution.cycles if cycle for step in cycle.steps]
    expected = cycles * len(experiment.cycles[0])
    status = OK if len(done) == expected else f"not finished: {len(done)} of {expected} steps ran"
    # a step whose end was reached before it began is empty
    ran = [step for step in done if not isinstance(step, pybamm.EmptySolution)]
    return Ran((status,), tuple(np.asarray(step["Voltage [V]"].data) for step in ran))


PROTOCOLS: Final[dict[str, Callable[..., Ran]]] = {
    "rate_test": _rate_test,
    "energy_test": _energy_test,
    "hold": _hold,
    "pulse_test": _pulse_test,
    "gitt": _gitt,
    "drive": _drive,
    "cv": _cv,
    "steps": _steps,
}
"""Experiments by name, each with a cell and the arguments that are drawn for it."""
