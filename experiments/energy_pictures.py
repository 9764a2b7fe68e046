"""Pictures of the energy waterfall and of formation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from napore.plotting import CAPACITY_LABEL, VOLTAGE_LABEL, new_axes, sequential_colours

if TYPE_CHECKING:
    from .formation import Formation
    from .waterfall import EnergyWaterfall

__all__ = ["LABELS", "draw_formation", "draw_waterfall"]

LABELS: Final = {
    "theoretical": "theoretical pair",
    "cathode_capacity": "unusable cathode",
    "first_cycle": "first-cycle loss",
    "presodiation": "presodiation",
    "cut_offs": "cut-offs",
    "rate": "not reached at rate",
    "cathode_potential": "cathode potential",
    "carbon_potential": "carbon potential",
    "carbon_kinetics": "charge transfer, carbon",
    "carbon_diffusion": "diffusion, carbon",
    "carbon_filling": "pore filling",
    "carbon_film": "film on carbon",
    "cathode_kinetics": "charge transfer, cathode",
    "cathode_diffusion": "diffusion, cathode",
    "electrolyte_ohmic": "electrolyte, ohmic",
    "electrolyte_concentration": "electrolyte, salt gradient",
    "electrodes_ohmic": "electrodes, ohmic",
    "contact": "contact",
    "delivered": "delivered",
}
"""Short labels of the terms."""

_COLOURS: Final = {"total": "0.35", "capacity": "C0", "equilibrium": "C1", "polarisation": "C2"}
_WORDS: Final = {
    "capacity": "capacity",
    "equilibrium": "equilibrium potential",
    "polarisation": "polarisation",
}


def draw_waterfall(fall: EnergyWaterfall, ax: Any = None, reported: float | None = None) -> Any:
    """Draw each term as a bar that hangs from the level before it; terms below 0.005 Wh/kg are left out."""
    ax = new_axes(ax)
    shown = [t for t in fall.terms if t.kind == "total" or abs(t.energy_Wh_kg_active) >= 0.005]
    level, named = 0.0, set()
    lowest = min(fall.delivered_Wh_kg_active, reported or fall.delivered_Wh_kg_active)
    floor = 10.0 * ((lowest - 15.0) // 10.0)
    for place, term in enumerate(shown):
        energy = term.energy_Wh_kg_active
        before, after = (0.0, energy) if term.kind == "total" else (level, level + energy)
        bottom = floor if term.kind == "total" else min(before, after)
        label = _WORDS.get(term.kind) if term.kind not in named else None
        named.add(term.kind)
        ax.barh(
            place,
            max(before, after) - bottom,
            left=bottom,
            color=_COLOURS[term.kind],
            label=label,
            height=0.7,
        )
        text = f"{energy:.1f}" if term.kind == "total" else f"{energy:+.2f}".replace("-", "−")
        ax.text(max(before, after) + 0.8, place, text, va="center", fontsize=7)
        if place + 1 < len(shown):
            ax.plot([after, after], [place - 0.35, place + 1.35], color="0.5", linewidth=0.6, zorder=0)
        level = after
    if reported is not None:
        ax.axvline(
            reported, color="C3", linestyle="--", linewidth=1.0, zorder=0, label=f"reported, {reported:g}"
        )
    ax.set_yticks(range(len(shown)), [LABELS[term.name] for term in shown])
    ax.invert_yaxis()
    ax.set_xlim(floor, 1.03 * fall.theoretical_Wh_kg_active)
    ax.set(xlabel="Energy / Wh kg$^{-1}$ (active masses)", title=f"{fall.cell}, {fall.rate_C:g} C")
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="lower right")
    return ax


def draw_formation(found: Formation, ax: Any = None) -> Any:
    """Draw voltage over charge: each desodiation goes back from where its sodiation ended."""
    ax = new_axes(ax)
    start = 0.0
    for cycle, curve, colour in zip(
        found.cycles, found.curves, sequential_colours(len(found.cycles)), strict=True
    ):
        sodiation, desodiation = curve.sodiation, curve.desodiation
        ax.plot(
            start + sodiation.capacity_mAh_g, sodiation.voltage_V, color=colour, label=f"cycle {cycle.cycle}"
        )
        end = start + sodiation.capacity
        ax.plot(end - desodiation.capacity_mAh_g, desodiation.voltage_V, color=colour)
        start += cycle.loss_mAh_g
    first = found.cycles[0]
    ax.set(xlabel=CAPACITY_LABEL, ylabel=VOLTAGE_LABEL, ylim=(0.0, None))
    ax.set_title(f"{found.cell}, {found.rate_C:g} C: ICE {100.0 * first.coulombic_efficiency:.1f} %")
    ax.legend()
    return ax
