"""Best mass ratio and presodiation at equilibrium, by IPOPT with exact second derivatives."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

import casadi as ca
import numpy as np

from napore.full_cells import PRESODIATION, RATIO

from .checks import DesignError, check_bounds
from .equilibrium import IPOPT, OUTPUTS, EquilibriumDesign, EquilibriumPair

_ENERGY = OUTPUTS.index("energy_Wh_kg_active")
_MARGIN = OUTPUTS.index("plating_margin_V")
_CATHODE = OUTPUTS.index("cathode_potential_charged_V")
_SHARES = np.linspace(0.0, 1.0, 9).tolist()
_MOST = 5
"""Starts that are tried."""


def optimum(
    pair: EquilibriumPair,
    mass_ratio: Sequence[float] = (0.2, 1.0),
    presodiation: Sequence[float] | None = None,
    *,
    plating_margin_V: float = 0.0,
    cathode_limit_V: float | None = None,
) -> EquilibriumDesign:
    """Design of most energy on active masses, charged to the cell's upper cut-off, at equilibrium.

    Parameters
    ----------
    pair
        Carbon and cathode.
    mass_ratio
        Lowest and highest [g carbon per g cathode].
    presodiation
        Lowest and highest [mAh per gram of carbon]; that of the pair, held, where None.
    plating_margin_V
        Least potential of the charged carbon [V vs Na+/Na].
    cathode_limit_V
        Highest potential of the charged cathode [V vs Na+/Na]; no limit where None.

    Raises
    ------
    DesignError
        For bounds that are none, and where no design keeps the limits.

    Examples
    --------
    >>> import napore
    >>> pair = EquilibriumPair.of(napore.full_cell("fjh", "nvp", model="SPM"))
    >>> best = optimum(pair)
    >>> bool(best.plating_margin_V >= -1e-6)
    True
    """
    ratios = check_bounds(mass_ratio, RATIO)
    added = check_bounds(presodiation or (pair.presodiation,) * 2, PRESODIATION)
    low, high = pair.cut_offs
    limit = ca.inf if cathode_limit_V is None else cathode_limit_V
    solver = _solver(pair)
    best: EquilibriumDesign | None = None

    def keeps(one: EquilibriumDesign) -> bool:
        return one.plating_margin_V >= plating_margin_V and one.cathode_potential_charged_V <= float(limit)

    starts, possible = _starts(pair, ratios, added, keeps)
    for start in starts:
        found = solver(
            x0=start,
            lbx=[ratios[0], added[0], 0.0, 0.0],
            ubx=[ratios[1], added[1], pair.full_occupancy, pair.full_occupancy],
            lbg=[low, high, plating_margin_V, -ca.inf],
            ubg=[low, high, ca.inf, limit],
        )
        if solver.stats()["success"]:
            r, p = (float(value) for value in found["x"].full().ravel()[:2])
            best = pair.at(r, max(p, 0.0))
            break
    if best is None and possible:
        raise DesignError(
            f"the search for the best design ended nowhere, though some with mass ratio {ratios[0]:g} to "
            f"{ratios[1]:g} keep the limits: narrow the ranges"
        )
    if best is None:
        raise DesignError(
            f"no design with mass ratio {ratios[0]:g} to {ratios[1]:g} and presodiation {added[0]:g} to "
            f"{added[1]:g} mAh per g of carbon keeps the limits: widen them"
        )
    return best


def _starts(
    pair: EquilibriumPair,
    ratios: tuple[float, float],
    added: tuple[float, float],
    keeps: Callable[[EquilibriumDesign], bool],
) -> tuple[list[Any], bool]:
    """The best of a grid of mass ratios and presodiations to start from, and whether one keeps the limits.

    Designs that keep the limits come first: from far beyond them the search does not come back on a plateau.
    """
    found = []
    for r, p in product(
        *(sorted({low + s * (high - low) for s in _SHARES}) for low, high in (ratios, added))
    ):
        try:
            design = pair.at(r, p)
            charged, discharged, full = pair.occupancies(r, p)
        except DesignError:
            continue
        outside = full or not keeps(design)
        found.append((outside, -design.energy_Wh_kg_active, [r, p, charged, discharged]))
    found.sort(key=lambda one: one[:2])
    return [start for *_, start in found[:_MOST]], bool(found) and not found[0][0]


@lru_cache(maxsize=16)
def _solver(pair: EquilibriumPair) -> ca.Function:
    """NLP in mass ratio, presodiation and both occupancies."""
    r, p, charged, discharged = unknowns = [
        ca.SX.sym(n) for n in ("r", "p", "theta_charged", "theta_discharged")
    ]
    outputs = pair.outputs(r, p, charged, discharged)
    voltages = [U - E for _, U, E in (pair.state(r, p, theta) for theta in (discharged, charged))]
    problem = {
        "x": ca.vertcat(*unknowns),
        "f": -outputs[_ENERGY] / 100.0,
        "g": ca.vertcat(*voltages, outputs[_MARGIN], outputs[_CATHODE]),
    }
    return ca.nlpsol("optimum", "ipopt", problem, IPOPT)
