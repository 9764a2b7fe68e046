"""The paper's full cell under examination: its predictions, and designs that would have its energy.

Nothing here is fitted. Rows of role "predict" are compared with; where an input is solved for that
would give a reported number, it is a finding, which goes into no parameter set.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from scipy import optimize

from napore.designs import EquilibriumPair
from napore.experiments import EnergyPoint, energy_test
from napore.experiments.energy import plates_unseen
from napore.full_cells import PRESODIATION, RATIO, FullCell, full_cell
from napore.parameters.reported import reported
from napore.validation.checks import CHECKS

CARBONS: Final = ("fjh", "fjh-b", "tf")
CAPACITIES: Final = (110.0, 115.0, 117.6)
"""Usable capacities of NVP that every prediction is given for [mAh/g]."""

USABLE: Final = "Cathode electrode usable specific capacity [mA.h.g-1]"
SLOWEST, SLOW, FAST = 0.05, 0.2, 6.0

QUANTITIES: Final[Mapping[str, tuple[float, str, str]]] = {
    "energy at 0.05 C [Wh/kg]": (SLOWEST, "F02", "energy_Wh_kg_active"),
    "mean voltage at 0.05 C [V]": (SLOWEST, "F03", "mean_voltage_V"),
    "capacity at 0.05 C [mAh/g]": (SLOWEST, "", "capacity_mAh_g_cathode"),
    "energy at 0.2 C [Wh/kg]": (SLOW, "F02", "energy_Wh_kg_active"),
    "mean voltage at 0.2 C [V]": (SLOW, "F03", "mean_voltage_V"),
    "capacity at 0.2 C [mAh/g]": (SLOW, "F05", "capacity_mAh_g_cathode"),
    "capacity at 6 C [mAh/g]": (FAST, "F04", "capacity_mAh_g_cathode"),
    "plating margin at 6 C [V]": (FAST, "", "plating_margin_V"),
    "capacity at 6 C, charged at 0.2 C [mAh/g]": (FAST, "F04", "capacity_mAh_g_cathode"),
}
"""What is predicted: rate of discharge, the claim beside it, and the column of the energy test."""


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


def mean_voltage_for(capacity: float, energy: float | None = None) -> float:
    """Mean voltage [V] that a capacity [mAh/g of cathode] needs for an energy [Wh/kg of both active masses].

    ``V = E (1 + r) / Q`` with the paper's mass ratio; its energy where None.

    Examples
    --------
    >>> round(mean_voltage_for(98.6), 2)
    3.2
    """
    wanted = reported_value("F02") if energy is None else energy
    return wanted * (1.0 + reported_value("F01")) / capacity


def predictions(
    model: str = "DFN",
    carbons: tuple[str, ...] = CARBONS,
    capacities: tuple[float, ...] = CAPACITIES,
    *,
    cycles: int = 3,
) -> list[dict[str, Any]]:
    """Predictions of the paper's full cell for each carbon and usable capacity of NVP [mAh/g].

    Of a quantity with a claim also its reported number, deviation, tolerance and verdict (of the paper's
    carbon; ``"not simulated"`` where metal would plate unseen). The last cycle at each rate counts.
    """
    found = []
    for carbon in carbons:
        for capacity in capacities:
            cell = full_cell(carbon, "NVP", reported_value("F01"), model=model, parameters={USABLE: capacity})
            points = {p.rate_C: p for p in energy_test(cell, (SLOWEST, SLOW, FAST), cycles=cycles).points}
            (late,) = energy_test(cell, FAST, charge_rate=SLOW, cycles=cycles).points
            for quantity, (rate, claim, column) in QUANTITIES.items():
                point = late if "charged at" in quantity else points[rate]
                row: dict[str, Any] = {
                    "cell": cell.name,
                    "usable_capacity_mAh_g_cathode": capacity,
                    "inventory_mAh_g_cathode": cell.balance.inventory_mAh_g_cathode,
                    "quantity": quantity,
                    "predicted": getattr(point, column),
                }
                found.append(row | _beside(cell, claim, point, row["predicted"], carbon.startswith("fjh")))
    return found


def _beside(
    cell: FullCell, claim: str, point: EnergyPoint, value: float | None, of_paper: bool
) -> dict[str, Any]:
    """The reported number, and what to say of a prediction beside it."""
    if not claim or value is None:
        return {"claim": "", "reported": None, "deviation": None, "tolerance": None, "verdict": ""}
    judged = "not simulated" if plates_unseen(cell, point.plating_margin_V) else verdict(claim, value)
    return {
        "claim": claim,
        "reported": reported_value(claim),
        "deviation": value / reported_value(claim) - 1.0,
        "tolerance": CHECKS[claim].tolerance,
        "verdict": judged if of_paper else "",
    }


def designs_of_energy(
    cell: FullCell, energy: float | None = None, rate: float = SLOWEST
) -> list[dict[str, Any]]:
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
    pair, ratio = EquilibriumPair.of(cell), cell.balance.mass_ratio

    def with_ratio(value: float) -> float:
        return pair.at(value).energy_Wh_kg_active

    def with_presodiation(value: float) -> float:
        return pair.at(ratio, value).energy_Wh_kg_active

    most = optimize.minimize_scalar(
        lambda r: -with_ratio(float(r)), bounds=(0.5 * ratio, ratio), method="bounded"
    )
    ways = (
        (
            "presodiation",
            "mAh per g carbon",
            PRESODIATION,
            with_presodiation,
            0.0,
            0.15 * pair.carbon_capacity,
        ),
        ("mass ratio", "g carbon per g NVP", RATIO, with_ratio, float(most.x), ratio),
    )
    found = []
    for changed, unit, name, static, low, high in ways:
        if not min(static(low), static(high)) <= wanted <= max(static(low), static(high)):
            continue
        at_rest = _solution(static, wanted, low, high)
        value, aim = at_rest, wanted
        for _ in range(4):
            (point,) = energy_test(cell.with_numbers({name: value}), rate).points
            short = wanted - (point.energy_Wh_kg_active or float("nan"))
            if not abs(short) > 1e-3 * wanted:
                break
            aim += short
            value = _solution(static, aim, low, high)
        kept = ("energy_Wh_kg_active", "capacity_mAh_g_cathode", "mean_voltage_V", "plating_margin_V")
        found.append(
            {
                **{"cell": cell.name, "changed": changed, "unit": unit},
                **{"value": value, "equilibrium_value": at_rest},
                **{column: getattr(point, column) for column in kept},
            }
        )
    return found


def _solution(function: Callable[[float], float], aim: float, low: float, high: float) -> float:
    return float(optimize.brentq(lambda value: function(value) - aim, low, high, xtol=1e-9))
