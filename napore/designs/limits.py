"""Optimum of a design under limits: static start, search by simulation, Pareto front and bands."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from napore.cell_numbers import AMBIENT
from napore.experiments.checks import (
    TEMPERATURE_LIMITS_C,
    check_charge_rate,
    check_count,
    check_number,
    check_rate,
)
from napore.full_cells import FullCell
from napore.parameters.arguments import typed
from napore.parameters.schema import number

from .bands import bands_of
from .checks import DesignError
from .doubts import header_of
from .equilibrium import EquilibriumPair
from .formats import CellFormat
from .optimum_result import Optimum
from .prices import Prices, read_prices
from .result import QUANTITIES, DesignPoint
from .run import base_of
from .search import Archive, search
from .simulated import Packaging, Simulated
from .static import STATIC, VARIABLES, static_optimum, static_value
from .variations import LOADING_COLUMN, PRESODIATION_COLUMN, numbers_of

COST: Final = "cost"
_KEYS: Final = ("mass_ratio", PRESODIATION_COLUMN, LOADING_COLUMN, *VARIABLES[3:])
_NEAREST_STATIC: Final = {"energy_Wh_kg_active": 0, "energy_Wh_L_stack": 2, "energy_Wh_L_cell": 2}


def _column(quantity: str) -> str:
    known = {**QUANTITIES, COST: "cost_per_kWh"}
    name = known.get(quantity, quantity)
    if name not in known.values():
        raise DesignError(f"quantity {quantity!r} is unknown: choose from {', '.join(known)}")
    return name


def _worth(column: str, point: DesignPoint) -> float | None:
    """Value that is to be large."""
    found = getattr(point, column)
    if found is None:
        return None
    return -float(found) if column == "cost_per_kWh" else float(found)


@typed(DesignError)
def optimise(
    cell: FullCell | str | Path | tuple[str | Path, str | Path] = ("fjh", "nvp"),
    objective: str = "energy of stack",
    *,
    mass_ratio: Sequence[float] = (0.3, 0.8),
    loading_mg_cm2: Sequence[float] | None = None,
    carbon_porosity: Sequence[float] | None = None,
    cathode_porosity: Sequence[float] | None = None,
    presodiation_mAh_g: Sequence[float] | None = None,
    rate: float = 0.2,
    charge_rate: float | None = None,
    plating_margin_V: float = 0.0,
    temperature_C: float | None = None,
    against: str | None = None,
    points: int = 5,
    draws: int = 0,
    model: str | None = None,
    electrolyte: str | Path | None = None,
    vary: Mapping[str, float] | None = None,
    format: str | Path | CellFormat = "stack",
    prices: str | Path | Prices | None = None,
    batches: int = 10,
    cycles: int = 1,
) -> Optimum:
    """Best design under limits of rate, plating and temperature.

    The static optimum (casadi, IPOPT, exact derivatives) is the start of a search by simulation. A number
    without bounds stays that of the cell.

    Parameters
    ----------
    cell, model, electrolyte, format, prices, cycles, charge_rate
        As for :func:`napore.design`.
    objective, against, points
        ``"energy"`` (on active masses), another key of :data:`napore.designs.result.QUANTITIES`, or
        ``"cost"`` (per kWh, the least; needs prices of all parts). A second quantity of a Pareto front, and
        the number of designs that are sought between the two optima.
    mass_ratio, loading_mg_cm2, carbon_porosity, cathode_porosity, presodiation_mAh_g
        Lowest and highest value. Porosities are those of electrodes of ours.
    rate, plating_margin_V, temperature_C
        Rate [C] of the discharge, and of the charge where ``charge_rate`` is None; least potential of the
        carbon on charge [V vs Na+/Na]; temperature of the cell and around it, 25 where None.
    draws, batches, vary
        Draws of the uncertain numbers (classes assumed, literature, derived, over their ranges) for the band
        of each design, none where 0; most batches of a search; other numbers by name, one value each.

    Raises
    ------
    DesignError, CellError, UnknownCellError, ExperimentError
        For what no design can have, and where none keeps the limits.
    """
    asked = {key: str(v) if isinstance(v, Path) else v for key, v in locals().items() if v is not None}
    column, second = columns = _column(objective), None if against is None else _column(against)
    packaging = Packaging(CellFormat.of(format), read_prices(prices))
    _check_format(packaging, columns)
    free = (mass_ratio, presodiation_mAh_g, loading_mg_cm2, carbon_porosity, cathode_porosity)
    base, bounds = _bounded(base_of(cell, model, None, electrolyte)[0], vary, temperature_C, free)
    slow, speed = check_charge_rate(charge_rate), check_rate(rate)
    points, draws = check_count(points, "points"), check_count(draws, "draws") if draws else 0
    margin = number("plating_margin_V", plating_margin_V, DesignError)
    run = Simulated(base, packaging, charge_rate=slow, cycles=cycles)
    archive = Archive(bounds, lambda cases: run.points(cases, speed), margin)
    start, static = _static(base, column, bounds, margin)
    found = _found(archive, columns, start, points, batches)
    bands = tuple(bands_of(run, point, speed, draws, [q for q in columns if q]) for point in found)
    limits = {**bounds, "rate_C": speed, "charge_rate_C": slow, "plating_margin_V": margin}
    limits["temperature_C"] = base.number(AMBIENT) - 273.15
    shown = (found if second else (), bands if draws else (), tuple(archive.points))
    return Optimum(base.name, column, found[0], static, second, *shown, limits, header_of(base), asked, run)


def _check_format(packaging: Packaging, columns: Iterable[str | None]) -> None:
    for column in columns:
        if column == "cost_per_kWh" and packaging.prices is None:
            raise DesignError("the cost needs prices of all parts: give a price file")
        if column and column.endswith("_cell") and packaging.format.name == "stack":
            raise DesignError(f"a stack has no {column}: give the format of a cell, such as a pouch")


def _bounded(
    base: FullCell,
    vary: Mapping[str, float] | None,
    temperature_C: float | None,
    given: Sequence[Sequence[float] | None],
) -> tuple[FullCell, dict[str, tuple[float, float]]]:
    """Cell with its fixed numbers, and the bounds of what is free."""
    fixed = dict(vary or {})
    if temperature_C is not None:
        fixed[AMBIENT] = check_number(temperature_C, "temperature_C", "C", *TEMPERATURE_LIMITS_C) + 273.15
    found: dict[str, tuple[float, float]] = {}
    held: dict[str, float] = {}
    for key, ends in zip(_KEYS, given, strict=True):
        if ends is None:
            continue
        try:
            low, high = (number(key, end, DesignError) for end in ends)
        except (TypeError, ValueError) as error:
            if isinstance(error, DesignError):
                raise
            raise DesignError(f"{key} is {ends!r}: give the lowest and the highest value") from None
        if low > high:
            raise DesignError(f"{key} goes from {low:g} to {high:g}: the lower value comes first")
        if low == high:
            held[key] = low
        else:
            found[key] = (low, high)
    if not found:
        raise DesignError("nothing is free: give the lowest and the highest value of a mass ratio or loading")
    for key, host in zip(VARIABLES[3:], base.hosts, strict=True):
        if key in {**found, **held} and host is not None:
            raise DesignError(f"{key!r} is that of {host.words}, which keeps its own: leave it out")
    if held or fixed:
        base = base.with_numbers({**numbers_of(base, held), **fixed}, allow_unusual=True)
    return base, found


def _static(
    base: FullCell, column: str, bounds: Mapping[str, tuple[float, float]], margin: float
) -> tuple[dict[str, float], tuple[Mapping[str, float], str, float] | None]:
    """Start of the search, and the static optimum with its value where there is one."""
    middle = {key: 0.5 * (low + high) for key, (low, high) in bounds.items()}
    name = STATIC[_NEAREST_STATIC.get(column, 1)]
    own = {
        "mass_ratio": base.balance.mass_ratio,
        PRESODIATION_COLUMN: base.balance.presodiation_mAh_g_carbon,
        LOADING_COLUMN: 100.0 * base.number("Positive electrode areal loading [kg.m-2]"),
        VARIABLES[3]: base.number("Negative electrode porosity"),
        VARIABLES[4]: base.number("Positive electrode porosity"),
    }
    ends = {key: bounds.get(key, (own[key], own[key])) for key in VARIABLES}
    try:
        pair = EquilibriumPair.of(base)
        found = static_optimum(base, pair, name, ends, margin)
        value = static_value(base, pair, name, found)
    except DesignError:
        return middle, None
    return {key: found[key] for key in bounds}, (found, name, value)


def _found(
    archive: Archive, columns: tuple[str, str | None], start: Mapping[str, float], points: int, batches: int
) -> tuple[DesignPoint, ...]:
    """The best design, or those of which no other is better in both quantities, the best in the first first.

    They are sought by sums of both with several weights.
    """
    (column, second), count = columns, check_count(batches, "batches")
    best = search(archive, lambda p: _worth(column, p), start, count)
    if second is None:
        return (best,)
    names = list(archive.bounds)

    def at(point: DesignPoint) -> dict[str, float]:
        return {name: point.mass_ratio if name == "mass_ratio" else point.varied[name] for name in names}

    other = search(archive, lambda p: _worth(second, p), at(best), batches)
    scales = [
        abs((_worth(name, best) or 0.0) - (_worth(name, other) or 0.0)) or 1.0 for name in (column, second)
    ]
    for weight in np.linspace(0.0, 1.0, points)[1:-1]:

        def both(p: DesignPoint, weight: float = float(weight)) -> float | None:
            one, two = _worth(column, p), _worth(second, p)
            if one is None or two is None:
                return None
            return (1.0 - weight) * one / scales[0] + weight * two / scales[1]

        search(archive, both, at(best), max(batches // 2, 1))
    kept = [p for p in archive.points if archive.feasible(p)]
    pairs = [(_worth(column, p), _worth(second, p)) for p in kept]
    values = np.array([[-np.inf if v is None else v for v in pair] for pair in pairs])
    better = [not np.any(np.all(values >= one, axis=1) & np.any(values > one, axis=1)) for one in values]
    front = sorted(
        (p for p, keep in zip(kept, better, strict=True) if keep), key=lambda p: -(_worth(column, p) or 0.0)
    )
    if len(front) <= points:
        return tuple(front)
    chosen = np.unique(np.linspace(0, len(front) - 1, points).round().astype(int))
    return tuple(front[k] for k in chosen)
