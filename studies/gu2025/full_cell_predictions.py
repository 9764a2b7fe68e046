"""The paper's full cell under examination: its predictions, and designs that would have its energy.

Nothing here is fitted. Rows of role "predict" are compared with; where an input is solved for that
would give a reported number, it is a finding, which goes into no parameter set.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from scipy import optimize

from napore.designs import EquilibriumPair
from napore.experiments import EnergyPoint, energy_test
from napore.experiments.energy import plates_unseen
from napore.full_cells import PRESODIATION, RATIO, FullCell, full_cell
from napore.parameters.reported import reported
from napore.results import progress_bar
from napore.validation.checks import CHECKS

__all__ = [
    "CAPACITIES",
    "CARBONS",
    "Prediction",
    "Reach",
    "designs_of_energy",
    "mean_voltage_for",
    "predictions",
    "reported_value",
    "verdict",
]

CARBONS: Final = ("fjh", "fjh-b", "tf")
CAPACITIES: Final = (110.0, 115.0, 117.6)
"""Usable capacities of NVP that every prediction is given for [mAh/g]."""

USABLE: Final = "Cathode electrode usable specific capacity [mA.h.g-1]"
SLOWEST, SLOW, FAST = 0.05, 0.2, 6.0

_QUANTITIES: Final[Mapping[str, tuple[str, str]]] = {
    "energy at 0.05 C [Wh/kg]": ("F02", "energy_Wh_kg_active"),
    "mean voltage at 0.05 C [V]": ("F03", "mean_voltage_V"),
    "capacity at 0.05 C [mAh/g]": ("", "capacity_mAh_g_cathode"),
    "energy at 0.2 C [Wh/kg]": ("F02", "energy_Wh_kg_active"),
    "mean voltage at 0.2 C [V]": ("F03", "mean_voltage_V"),
    "capacity at 0.2 C [mAh/g]": ("F05", "capacity_mAh_g_cathode"),
    "capacity at 6 C [mAh/g]": ("F04", "capacity_mAh_g_cathode"),
    "plating margin at 6 C [V]": ("", "plating_margin_V"),
    "capacity at 6 C, charged at 0.2 C [mAh/g]": ("F04", "capacity_mAh_g_cathode"),
}
"""What is predicted: the claim that it stands beside, and the column of the energy test."""


def reported_value(key: str) -> float:
    """Reported number of a claim by its id."""
    return next(float(row.value or 0.0) for row in reported() if row.id == key)


def verdict(key: str, simulated: float) -> str:
    """Verdict on a number by validation's tolerance: ``"met"``, ``"unmet"`` or ``"inconsistent"``."""
    check, value = CHECKS[key], reported_value(key)
    if check.contradiction(value):
        return "inconsistent"
    within = check.tolerance is not None and abs(simulated / value - 1.0) <= check.tolerance
    return "met" if within else "unmet"


def mean_voltage_for(capacity: float, energy: float | None = None, mass_ratio: float | None = None) -> float:
    """Mean voltage [V] that a capacity [mAh/g of cathode] needs for an energy [Wh/kg of both active masses].

    ``V = E (1 + r) / Q``; the paper's energy and mass ratio where None.

    Examples
    --------
    >>> round(mean_voltage_for(98.6), 2)
    3.2
    """
    wanted = reported_value("F02") if energy is None else energy
    return wanted * (1.0 + (reported_value("F01") if mass_ratio is None else mass_ratio)) / capacity


@dataclass(frozen=True)
class Prediction:
    """One predicted number of the full cell.

    Parameters
    ----------
    cell
        Name of the cell.
    usable_capacity_mAh_g_cathode, inventory_mAh_g_cathode
        Of NVP as given, and of what is left after the first cycle.
    quantity
        With rate and unit.
    predicted
        None where it could not be solved.
    claim
        Id of the reported number beside it; empty where there is none.
    reported, deviation, tolerance
        Of that number; relative.
    verdict
        ``"met"``, ``"unmet"``, ``"inconsistent"``, or ``"not simulated"`` where metal would plate unseen;
        empty without a claim, and of another carbon than the paper's.
    """

    cell: str
    usable_capacity_mAh_g_cathode: float
    inventory_mAh_g_cathode: float
    quantity: str
    predicted: float | None
    claim: str = ""
    reported: float | None = None
    deviation: float | None = None
    tolerance: float | None = None
    verdict: str = ""


def predictions(
    model: str = "DFN",
    carbons: tuple[str, ...] = CARBONS,
    capacities: tuple[float, ...] = CAPACITIES,
    *,
    cycles: int = 3,
    progress: bool = False,
) -> tuple[Prediction, ...]:
    """Predictions of the paper's full cell for each carbon and usable capacity of NVP.

    Parameters
    ----------
    model
        ``"SPM"``, ``"SPMe"`` or ``"DFN"``.
    carbons
        Sets of the carbon.
    capacities
        Usable capacities of NVP [mAh/g].
    cycles
        Cycles at each rate; the last one counts.
    progress
        Whether to show a bar on a terminal.
    """
    pairs = [(carbon, capacity) for carbon in carbons for capacity in capacities]
    found: list[Prediction] = []
    for carbon, capacity in progress_bar("predictions", "cell", pairs, show=progress):
        cell = full_cell(carbon, "NVP", reported_value("F01"), model=model, parameters={USABLE: capacity})
        points = dict(
            zip(
                (SLOWEST, SLOW, FAST),
                energy_test(cell, (SLOWEST, SLOW, FAST), cycles=cycles).points,
                strict=True,
            )
        )
        (late,) = energy_test(cell, FAST, charge_rate=SLOW, cycles=cycles).points
        for quantity, (claim, column) in _QUANTITIES.items():
            point = (
                late
                if "charged at" in quantity
                else next(p for r, p in points.items() if f"at {r:g} C" in quantity)
            )
            found.append(_prediction(cell, carbon, capacity, quantity, claim, point, column))
    return tuple(found)


def _prediction(
    cell: FullCell, carbon: str, capacity: float, quantity: str, claim: str, point: EnergyPoint, column: str
) -> Prediction:
    inventory, value = cell.balance.inventory_mAh_g_cathode, getattr(point, column)
    plain = Prediction(cell.name, capacity, inventory, quantity, value)
    if not claim or value is None:
        return plain
    stated = reported_value(claim)
    judged = "not simulated" if plates_unseen(cell, point.plating_margin_V) else verdict(claim, value)
    return Prediction(
        cell.name,
        capacity,
        inventory,
        quantity,
        value,
        claim,
        stated,
        value / stated - 1.0,
        CHECKS[claim].tolerance,
        judged if carbon.startswith("fjh") else "",
    )


@dataclass(frozen=True)
class Reach:
    """A design that has an energy at a rate.

    Parameters
    ----------
    cell, changed, unit
        Name of the cell; what was changed, and its unit.
    value
        What it has to be.
    equilibrium_value
        What it would have to be at equilibrium.
    energy_Wh_kg_active, capacity_mAh_g_cathode, mean_voltage_V, plating_margin_V
        Of the simulation at ``value``.
    """

    cell: str
    changed: str
    unit: str
    value: float
    equilibrium_value: float
    energy_Wh_kg_active: float
    capacity_mAh_g_cathode: float
    mean_voltage_V: float
    plating_margin_V: float


def designs_of_energy(
    cell: FullCell, energy: float | None = None, rate: float = SLOWEST
) -> tuple[Reach, ...]:
    """Mass ratio, and presodiation at the mass ratio of the cell, with which it has an energy.

    Found by root on the static design, then with the difference between simulation and equilibrium put
    into the aim until the simulation has the energy.

    Parameters
    ----------
    cell
        Full cell of a carbon and a cathode of ours.
    energy
        [Wh/kg of both active masses]; the paper's where None.
    rate
        Rate [C] of the simulation.
    """
    wanted = reported_value("F02") if energy is None else energy
    pair = EquilibriumPair.of(cell)
    ratio = cell.balance.mass_ratio
    best = optimize.minimize_scalar(
        lambda r: -pair.at(r).energy_Wh_kg_active, bounds=(0.5 * ratio, ratio), method="bounded"
    )
    full = pair.carbon_capacity
    ways: tuple[tuple[str, str, str, Callable[[float], float], float, float], ...] = (
        (
            "presodiation",
            "mAh per g carbon",
            PRESODIATION,
            lambda p: pair.at(ratio, p).energy_Wh_kg_active,
            0.0,
            0.15 * full,
        ),
        (
            "mass ratio",
            "g carbon per g NVP",
            RATIO,
            lambda r: pair.at(r).energy_Wh_kg_active,
            float(best.x),
            ratio,
        ),
    )
    found = []
    for changed, unit, name, static, low, high in ways:
        if not min(static(low), static(high)) <= wanted <= max(static(low), static(high)):
            continue
        at_rest = _solution(static, wanted, low, high)
        value, aim = at_rest, wanted
        for _ in range(4):
            (point,) = energy_test(cell.with_numbers({name: value}), rate).points
            short = wanted - _number(point.energy_Wh_kg_active)
            if not abs(short) > 1e-3 * wanted:
                break
            aim += short
            value = _solution(static, aim, low, high)
        found.append(_reach(cell, changed, unit, value, at_rest, point))
    return tuple(found)


def _reach(
    cell: FullCell, changed: str, unit: str, value: float, at_rest: float, point: EnergyPoint
) -> Reach:
    return Reach(
        cell.name,
        changed,
        unit,
        value,
        at_rest,
        _number(point.energy_Wh_kg_active),
        _number(point.capacity_mAh_g_cathode),
        _number(point.mean_voltage_V),
        _number(point.plating_margin_V),
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _solution(function: Callable[[float], float], aim: float, low: float, high: float) -> float:
    return float(optimize.brentq(lambda value: function(value) - aim, low, high, xtol=1e-9))
