"""What the page draws of one state: curves, occupancies, potentials, energies and their reasons."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from napore.built import read
from napore.experiments import HalfCycle, energies
from napore.experiments.curves import places_along
from napore.experiments.rate import PLATEAU_END_V
from napore.models.constants import FARADAY, GAS_CONSTANT, REFERENCE_TEMPERATURE

from .build import Run
from .python_lines import python_lines
from .reasons import reasons

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Resolution:
    """How fine an answer is.

    Parameters
    ----------
    points
        Most points of a curve.
    times, radii
        Moments of each half cycle and radii at which the particle is shown.
    bin_V
        Width of the intervals of dQ/dV [V].
    """

    points: int
    times: int
    radii: int
    bin_V: float


_LEAST: Final = 1e-250
"""What is less is zero."""

SHOWN: Final = Resolution(240, 25, 12, 5e-3)
"""Of an answer of the server."""

EXPORTED: Final = Resolution(90, 11, 8, 10e-3)
"""Of a point of an exported grid."""


def answer(run: Run, resolution: Resolution = SHOWN) -> dict[str, Any]:
    """Everything that the page draws of a run, as plain lists and numbers; null where there is none.

    Parameters
    ----------
    run
        Last cycle of a state.
    resolution
        How fine it is.
    """
    found: dict[str, Any] = {
        "state": run.state.to_dict(),
        "cell": run.cell.name,
        "curves": [_curve(half, resolution) for half in (run.cycle.first, run.cycle.second)],
        "differential": [_differential(half, resolution) for half in (run.cycle.first, run.cycle.second)],
        "particle": _particle(run, resolution),
        "summary": _summary(run),
        "point": _point(run),
        "potentials": _potentials(run, resolution) if run.state.full else None,
        "derived": {"exchange_current_A_m2": _resistance(run)},
        "python": python_lines(run.state),
    }
    found["why"] = reasons(found)
    return found


def _resistance(run: Run) -> str:
    """Charge-transfer resistance of the carbon at half-occupied sites, per area of the electrode."""
    cell = run.cell
    radius = cell.number(f"{str(cell.carbon_domain).capitalize()} particle radius [m]")
    surface = 3.0 * cell.carbon_volume / cell.area / radius
    T = REFERENCE_TEMPERATURE
    resistance = GAS_CONSTANT * T / (FARADAY * run.state["exchange_current_A_m2"] * surface)
    return f"R_ct = {1e4 * resistance:.3g} Ω cm² at 25 °C."


def numbers(values: npt.ArrayLike, digits: int = 5) -> Any:
    """Numbers as (nested) lists of so many digits; NaN as null."""
    array = np.asarray(values, dtype=float)
    finite = np.isfinite(array)
    size = np.abs(np.where(finite, array, 0.0))
    places = digits - 1 - np.floor(np.log10(np.where(size > _LEAST, size, 1.0))).astype(int)
    # a power of ten is exact where its exponent is positive, so that the quotient is the decimal
    up, down = 10.0 ** np.maximum(places, 0), 10.0 ** np.maximum(-places, 0)
    rounded = np.round(np.where(size > _LEAST, array, 0.0) * up / down) * down / up
    known = rounded.astype(object)
    known[~finite] = None
    return known.tolist()


def _curve(half: HalfCycle, resolution: Resolution) -> dict[str, Any]:
    kept = places_along(half.capacity_mAh_g, half.voltage_V, resolution.points)
    return {
        "direction": half.direction,
        "time_h": numbers(half.time_s[kept] / 3600.0),
        "capacity_mAh_g": numbers(half.capacity_mAh_g[kept]),
        "voltage_V": numbers(half.voltage_V[kept]),
        "adsorbed_mAh_g": numbers(half.adsorbed_mAh_g[kept]),
        "filled_mAh_g": numbers(half.filled_mAh_g[kept]),
    }


def _differential(half: HalfCycle, resolution: Resolution) -> dict[str, Any]:
    table = half.differential_capacity(resolution.bin_V)
    return {
        "direction": half.direction,
        "voltage_V": numbers(table["voltage_V"]),
        "dQ_dV_mAh_g_V": numbers(table["dQ_dV_mAh_g_V"], 4),
    }


def _particle(run: Run, resolution: Resolution) -> dict[str, Any]:
    """Occupancy of the sites and of each pore class along the radius, at moments of both half cycles."""
    cell, domain = run.cell, str(run.cell.carbon_domain)
    Domain = domain.capitalize()
    c_max = cell.number(f"Maximum concentration in {domain} electrode [mol.m-3]")
    sites = cell.number(f"{Domain} electrode adsorption capacity fraction")
    mobile = float(cell.isotherm.mobile_fraction)
    classes = range(1, run.cell.pore_classes + 1)
    shares = [cell.number(f"{Domain} electrode pore class {k} capacity share") for k in classes]
    maxima = {"adsorbed": mobile * c_max}
    labels = ["adsorption sites"]
    if mobile < sites:
        maxima["strongly bound"] = (sites - mobile) * c_max
        labels = ["mobile sites", "strongly bound sites"]
    maxima |= {
        f"pore class {k}": (1.0 - sites) * c_max * share / sum(shares)
        for k, share in zip(classes, shares, strict=True)
    }
    radii = [cell.number(f"{Domain} electrode pore class {k} radius [m]") for k in classes]
    labels += [f"pores of {radius * 1e9:.2f} nm" for radius in radii]
    moments = [np.linspace(step.t[0], step.t[-1], resolution.times) for step in run.steps]
    names = tuple(f"X-averaged {domain} particle {stored} concentration [mol.m-3]" for stored in maxima)
    halves = [read(step, names, times) for step, times in zip(run.steps, moments, strict=True)]
    fields = []
    for label, name, maximum in zip(labels, names, maxima.values(), strict=True):
        occupancy = (np.concatenate([half[name] for half in halves], axis=1) / maximum).clip(0.0, 1.0)
        edges = np.asarray(run.steps[0][name].mesh.edges, dtype=float)
        edges = edges / edges[-1]  # the mean is over the volumes of the shells
        at = np.linspace(0, len(occupancy) - 1, min(resolution.radii, len(occupancy))).round().astype(int)
        radius = (0.5 * (edges[1:] + edges[:-1]))[at]
        mean = np.diff(edges**3) @ occupancy
        fields.append({"label": label, "mean": numbers(mean, 4), "occupancy": numbers(occupancy[at].T, 3)})
    start = float(moments[0][0])
    return {
        "time_h": numbers((np.concatenate(moments) - start) / 3600.0),
        "direction": [half.direction for half in (run.cycle.first, run.cycle.second)],
        "radius": numbers(radius, 3),
        "particle_radius_um": 1e6 * cell.number(f"{Domain} particle radius [m]"),
        "fields": fields,
    }


def _potentials(run: Run, resolution: Resolution) -> dict[str, Any]:
    """Potentials of both electrodes against Na+/Na, mean over each, along both half cycles."""
    halves = []
    for half, step in zip((run.cycle.first, run.cycle.second), run.steps, strict=True):
        kept = places_along(half.capacity_mAh_g, half.voltage_V, resolution.points)
        times = np.clip(step.t[0] + half.time_s[kept], step.t[0], step.t[-1])
        found: dict[str, Any] = {
            "direction": half.direction,
            "capacity_mAh_g": numbers(half.capacity_mAh_g[kept]),
        }
        for name, domain in (("carbon_V", "negative"), ("cathode_V", "positive")):
            potential = f"X-averaged {domain} electrode surface potential difference [V]"
            found[name] = numbers(read(step, (potential,), times)[potential])
        halves.append(found)
    return {"halves": halves, "plating_margin_V": run.cycle.plating_margin_V}


def _point(run: Run) -> dict[str, float | None]:
    """Capacity at the rate of a state, and what of a carbon's sodiation is below 0.1 V."""
    below = None if run.state.full else run.cycle.first.capacity_below(PLATEAU_END_V["sodiation"])
    capacity = run.cycle.second.capacity
    return {
        "rate_C": run.state["rate_C"],
        "capacity_mAh_g": round(capacity, 2),
        "below_mAh_g": below if below is None else round(below, 2),
    }


def _summary(run: Run) -> list[dict[str, Any]]:
    """Numbers above the figures: label, value, digits after the point, unit."""
    one, other = run.cycle.first, run.cycle.second
    if run.state.full:
        found = energies(run.cell, other)
        margin = run.cycle.plating_margin_V
        rows: list[tuple[str, float | None, str, int]] = [
            ("Discharge capacity", other.capacity, "mAh/g cathode", 1),
            ("Mean voltage", other.mean_voltage, "V", 3),
            ("Energy, both active masses", found.energy_Wh_kg_active, "Wh/kg", 1),
            ("Energy, stack", found.energy_Wh_kg_stack, "Wh/kg", 1),
            ("Plating margin", None if margin is None else 1e3 * margin, "mV", 1),
        ]
    else:
        plateau = one.capacity_below(PLATEAU_END_V["sodiation"])
        rows = [
            ("Desodiation capacity", other.capacity, "mAh/g", 1),
            ("Plateau, below 0.1 V", plateau, "mAh/g", 1),
            ("Slope, above 0.1 V", one.capacity - plateau, "mAh/g", 1),
            ("In pores at the end", float(one.filled_mAh_g[-1]), "mAh/g", 1),
            ("Mean voltage, desodiation", other.mean_voltage, "V", 3),
        ]
    return [
        {
            "label": label,
            "value": None if value is None else round(value, digits),
            "digits": digits,
            "unit": unit,
        }
        for label, value, unit, digits in rows
    ]
