"""Best stack at equilibrium over mass ratio, presodiation, loading and porosities, by IPOPT.

At equilibrium nothing is lost by rate, so a static optimum has the highest loading and the least porosities
that it may have. It is the start of the search by simulation (``search.py``), and a bound of it.
"""

from collections.abc import Mapping
from itertools import product
from typing import Any, Final

import casadi as ca

from napore.experiments.masses import MASS_NUMBERS, masses_from
from napore.full_cells import FullCell

from .checks import DesignError
from .equilibrium import IPOPT, OUTPUTS, EquilibriumPair

VARIABLES: Final = (
    "mass_ratio",
    "presodiation_mAh_g_carbon",
    "loading_mg_cm2",
    "Carbon electrode porosity",
    "Cathode electrode porosity",
)
"""What a static design may vary, in order."""

STATIC: Final = ("energy_Wh_kg_active", "energy_Wh_kg_stack", "energy_Wh_L_stack")
"""What it can be the best in."""

_SCALES: Final = (1.0, 100.0, 10.0, 1.0, 1.0)
_ENERGY, _MARGIN = OUTPUTS.index("energy_Wh_kg_active"), OUTPUTS.index("plating_margin_V")
_STARTS: Final = (0.5, 0.25, 0.75, 0.1, 0.9)


def stack_numbers(cell: FullCell, at: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers that the masses of a stack follow from, at values or symbols of :data:`VARIABLES`.

    The thickness of a coating follows from loading and porosity, ``L = m [1/rho + (1/w - 1)/rho_i]/(1 - e)``.
    """
    numbers: dict[str, Any] = {name: cell.number(name) for name in MASS_NUMBERS}
    cathode = 0.01 * at["loading_mg_cm2"]
    for side, electrode, loading in (
        ("Negative", "Carbon", at["mass_ratio"] * cathode),
        ("Positive", "Cathode", cathode),
    ):
        density = cell.number(f"{side} electrode true density [kg.m-3]")
        share = cell.number(f"{side} electrode mass fraction in the coating")
        solid = loading / density
        rest = loading * (1.0 / share - 1.0) / numbers[f"{side} electrode inactive density [kg.m-3]"]
        porosity = at[f"{electrode} electrode porosity"]
        thickness = (solid + rest) / (1.0 - porosity)
        numbers |= {
            f"{side} electrode areal loading [kg.m-2]": loading,
            f"{side} electrode thickness [m]": thickness,
            f"{side} electrode porosity": porosity,
            f"{side} electrode active material volume fraction": solid / thickness,
        }
    return numbers


def _quantity(name: str, numbers: Mapping[str, Any], energy_active: Any) -> Any:
    """Energy on a basis, from that per kg of both active materials."""
    mass = masses_from(numbers)
    per_area = energy_active * mass.active
    if name == "energy_Wh_kg_active":
        return energy_active
    if name == "energy_Wh_kg_stack":
        return per_area / mass.stack
    thickness = sum(
        numbers[f"{side} {part} thickness [m]"]
        for side in ("Negative", "Positive")
        for part in ("electrode", "current collector")
    )
    return 1e-3 * per_area / (thickness + numbers["Separator thickness [m]"])


def static_value(cell: FullCell, pair: EquilibriumPair, name: str, at: Mapping[str, float]) -> float:
    """One of :data:`STATIC` of a design at equilibrium.

    Raises
    ------
    DesignError
        As :meth:`EquilibriumPair.at`.
    """
    found = pair.at(at["mass_ratio"], at["presodiation_mAh_g_carbon"])
    return float(_quantity(name, stack_numbers(cell, at), found.energy_Wh_kg_active))


def static_optimum(
    cell: FullCell,
    pair: EquilibriumPair,
    name: str,
    bounds: Mapping[str, tuple[float, float]],
    plating_margin_V: float = 0.0,
) -> dict[str, float]:
    """Design of the largest ``name``, charged to the upper cut-off, at equilibrium; exact derivatives.

    Parameters
    ----------
    cell, pair
        Full cell, and its electrodes at equilibrium.
    name
        One of :data:`STATIC`.
    bounds
        Lowest and highest value of each of :data:`VARIABLES`, which may be the same.
    plating_margin_V
        Least potential of the charged carbon [V vs Na+/Na].

    Returns
    -------
    dict
        Values of :data:`VARIABLES`.

    Raises
    ------
    DesignError
        Where no design keeps the limits.
    """
    solver = _solver(cell, pair, name)
    low, high = pair.cut_offs
    ends = [bounds[key] for key in VARIABLES]
    lowest, highest = ([end[k] / s for end, s in zip(ends, _SCALES, strict=True)] for k in (0, 1))
    best: tuple[float, dict[str, float]] | None = None
    for added, start in product((0.5, 0.1, 0.9), _STARTS):
        if best is not None and added != 0.5:  # only where the middle of the presodiation leads nowhere
            break
        middle = [a + {0: start, 1: added}.get(k, 0.5) * (b - a) for k, (a, b) in enumerate(ends)]
        try:
            at_charge, at_discharge, _ = pair.occupancies(middle[0], middle[1])
        except DesignError:
            continue
        x = [value / scale for value, scale in zip(middle, _SCALES, strict=True)]
        found = solver(
            x0=[*x, at_charge, at_discharge],
            lbx=[*lowest, 0.0, 0.0],
            ubx=[*highest, *(pair.full_occupancy,) * 2],
            lbg=[low, high, plating_margin_V],
            ubg=[low, high, ca.inf],
        )
        if solver.stats()["success"] and (best is None or float(found["f"]) < best[0]):
            numbers = found["x"].full().ravel()[: len(VARIABLES)]
            values = {k: float(v * s) for k, v, s in zip(VARIABLES, numbers, _SCALES, strict=True)}
            inside = {k: min(max(v, bounds[k][0]), bounds[k][1]) for k, v in values.items()}
            best = (float(found["f"]), inside)
    if best is None:
        raise DesignError(
            f"no design at equilibrium keeps the limits and a plating margin of {plating_margin_V:g} V: "
            "widen them"
        )
    return best[1]


def _solver(cell: FullCell, pair: EquilibriumPair, name: str) -> Any:
    """IPOPT for the largest ``name``.

    Unknowns are the scaled variables and the carbon's occupancies, charged and discharged; limited are the
    voltages discharged and charged, and the plating margin.
    """
    unknowns = [ca.SX.sym(f"v{k}") for k in range(len(VARIABLES))]
    scaled = {key: s * x for key, s, x in zip(VARIABLES, _SCALES, unknowns, strict=True)}
    charged, discharged = ca.SX.sym("charged"), ca.SX.sym("discharged")
    r, p = scaled["mass_ratio"], scaled["presodiation_mAh_g_carbon"]
    outputs = pair.outputs(r, p, charged, discharged)
    voltages = [U - E for _, U, E in (pair.state(r, p, theta) for theta in (discharged, charged))]
    problem = {
        "x": ca.vertcat(*unknowns, charged, discharged),
        "f": -_quantity(name, stack_numbers(cell, scaled), outputs[_ENERGY]) / 100.0,
        "g": ca.vertcat(*voltages, outputs[_MARGIN]),
    }
    return ca.nlpsol("static", "ipopt", problem, IPOPT)
