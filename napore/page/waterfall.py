"""Where the energy of a full cell goes, for the page."""

from functools import lru_cache
from typing import Any, Final

from napore.experiments import ExperimentError, energy_waterfall

from .build import CYCLES, pair_of
from .quantities import PageError, State

_base: Final = lru_cache(maxsize=8)(pair_of)


def waterfall(state: State) -> dict[str, Any]:
    """Terms between the theoretical and the delivered energy of a state, and the balance of its cell.

    Raises
    ------
    PageError
        For a half cell, and a state that cannot be solved.
    """
    if not state.full:
        raise PageError("the energy waterfall is that of a full cell: choose a cathode")
    try:
        base = _base(state.carbon, state.cathode, state.model, state.adsorption_law)
        cell = base.with_numbers(state.parameters())
        found = energy_waterfall(cell, state["rate_C"], cycles=CYCLES)
    except (ExperimentError, ValueError) as error:
        raise PageError(str(error)) from None
    balance = cell.balance
    losses = [term for term in found.terms if term.kind != "total" and term.energy_Wh_kg_active < 0.0]
    worst = min(losses, key=lambda term: term.energy_Wh_kg_active)
    kept = found.delivered_Wh_kg_active / found.theoretical_Wh_kg_active
    return {
        "terms": [
            {
                "name": term.name,
                "meaning": term.meaning,
                "kind": term.kind,
                "energy_Wh_kg_active": round(term.energy_Wh_kg_active, 3),
            }
            for term in found.terms
        ],
        "why": (
            f"{100 * kept:.0f} % of the theoretical energy is delivered. The largest loss is "
            f"{-worst.energy_Wh_kg_active:.0f} Wh/kg: {worst.meaning}. At equilibrium the charge is limited "
            f"by the {balance.charge_limited_by}, at N/P = {balance.n_p_ratio:.2f} (all sites)."
        ),
        "n_p_ratio": round(balance.n_p_ratio, 3),
    }
