"""Energy waterfall: from the theoretical energy of a pair to what a discharge delivers, term by term."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any, Final

import numpy as np
import pandas as pd

from napore.full_cells import FullCell
from napore.parameters.arguments import typed

from .base import OK, AnyCell, Result, as_cell, header
from .checks import ExperimentError, check_charge_rate, check_count, check_rate
from .curves import HalfCycle
from .masses import energies, masses
from .overpotentials import PARTS, Overpotentials, read_overpotentials
from .protocol import Protocol
from .solving import run_leg

_TERMS: Final[Mapping[str, Mapping[str, str]]] = tomllib.loads(
    (files(__package__) / "data" / "energy_terms.toml").read_text("utf-8")
)
"""Label and meaning of each term."""

_KINDS: Final = {
    "total": ("0.35", None),
    "capacity": ("C0", "capacity"),
    "equilibrium": ("C1", "equilibrium potential"),
    "polarisation": ("C2", "polarisation"),
}
"""Colour of a kind of term, and its word in the legend."""


@dataclass(frozen=True)
class Term:
    """One step of the waterfall.

    Parameters
    ----------
    name, meaning
        Key and what it is.
    kind
        ``"total"`` (theoretical, delivered), ``"capacity"``, ``"equilibrium"`` or ``"polarisation"``.
    energy_Wh_kg_active
        What it adds, negative where it takes; of a total, the level itself.
    """

    name: str
    meaning: str
    kind: str
    energy_Wh_kg_active: float


@dataclass(frozen=True, repr=False)
class EnergyWaterfall(Result):
    """Terms between the theoretical and the delivered energy of a discharge, which they add up to.

    Parameters
    ----------
    cell, rate_C, charge_rate_C
        Name of the cell; rates of discharge and charge [C].
    terms
        First the theoretical energy, last the delivered one.
    capacity_mAh_g_cathode, mean_voltage_V
        Of the discharge.
    header
        Versions, model and hash of the parameters.
    """

    cell: str
    rate_C: float
    charge_rate_C: float
    terms: tuple[Term, ...]
    capacity_mAh_g_cathode: float
    mean_voltage_V: float
    header: Mapping[str, str]

    @property
    def solved(self) -> bool:
        """True: a discharge that cannot be solved is refused."""
        return True

    @property
    def theoretical_Wh_kg_active(self) -> float:
        """Theoretical capacity of the cathode times its plateau against sodium, per kg of both masses."""
        return self.terms[0].energy_Wh_kg_active

    @property
    def delivered_Wh_kg_active(self) -> float:
        """Integral of ``I V dt`` of the discharge, computed apart from the terms."""
        return self.terms[-1].energy_Wh_kg_active

    @property
    def closure_Wh_kg_active(self) -> float:
        """Theoretical energy and all terms, less the delivered energy; what the terms leave out."""
        return sum(term.energy_Wh_kg_active for term in self.terms[:-1]) - self.delivered_Wh_kg_active

    def at(self, name: str) -> float:
        """Contribution of a term [Wh/kg]; 0 where the cell does not have it."""
        return next((term.energy_Wh_kg_active for term in self.terms if term.name == name), 0.0)

    def table(self) -> pd.DataFrame:
        """One row per term with the level after it."""
        table = pd.DataFrame([asdict(term) for term in self.terms])
        level = table["energy_Wh_kg_active"].cumsum()
        level.iloc[-1] = self.delivered_Wh_kg_active
        table["level_Wh_kg_active"] = level
        return table

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        own = {name: getattr(self, name) for name in ("cell", "rate_C", "charge_rate_C")}
        own |= {name: getattr(self, name) for name in ("capacity_mAh_g_cathode", "mean_voltage_V")}
        terms = self.table().to_dict("records")
        return {**self.header, **own, "terms": terms, "closure_Wh_kg_active": self.closure_Wh_kg_active}

    def plot(self, ax: Any = None, *, reported: float | None = None) -> Any:
        """Draw each term from 0.005 Wh/kg as a bar that hangs from the level before it; return the axes.

        A reported energy [Wh/kg] is a line.
        """
        from napore.plotting import new_axes

        ax = new_axes(ax)
        shown = [t for t in self.terms if t.kind == "total" or abs(t.energy_Wh_kg_active) >= 0.005]
        level, named = 0.0, set()
        lowest = min(self.delivered_Wh_kg_active, reported or self.delivered_Wh_kg_active)
        floor = 10.0 * ((lowest - 15.0) // 10.0)
        for place, term in enumerate(shown):
            energy = term.energy_Wh_kg_active
            before, after = (0.0, energy) if term.kind == "total" else (level, level + energy)
            bottom = floor if term.kind == "total" else min(before, after)
            colour, word = _KINDS[term.kind]
            label = word if term.kind not in named else None
            named.add(term.kind)
            length = max(before, after) - bottom
            ax.barh(place, length, left=bottom, color=colour, label=label, height=0.7)
            text = f"{energy:.1f}" if term.kind == "total" else f"{energy:+.2f}".replace("-", "−")
            ax.text(max(before, after) + 0.8, place, text, va="center", fontsize=7)
            if place + 1 < len(shown):
                ax.plot([after, after], [place - 0.35, place + 1.35], color="0.5", linewidth=0.6, zorder=0)
            level = after
        if reported is not None:
            style = {"color": "C3", "linestyle": "--", "linewidth": 1.0, "zorder": 0}
            ax.axvline(reported, label=f"reported, {reported:g}", **style)
        ax.set_yticks(range(len(shown)), [_TERMS[term.name]["label"] for term in shown])
        ax.invert_yaxis()
        ax.set_xlim(floor, 1.03 * self.theoretical_Wh_kg_active)
        ax.set(xlabel="Energy / Wh kg$^{-1}$ (active masses)", title=f"{self.cell}, {self.rate_C:g} C")
        ax.tick_params(axis="y", length=0)
        ax.legend(loc="lower right")
        return ax


@typed(ExperimentError)
def energy_waterfall(
    cell: AnyCell, rate: float = 0.05, *, charge_rate: float | None = None, cycles: int = 3
) -> EnergyWaterfall:
    """Where the energy between the theoretical pair and the discharge of the last cycle goes.

    Per kg of both active masses, with the cathode's plateau potential ``U_p``, mass ratio ``r``,
    capacities ``Q`` per gram of cathode and ``q`` the charge of the discharge::

        theoretical  Q_theory U_p / (1 + r)
        capacity     (Q_usable - Q_theory), -r loss, +r presodiation, (Q_eq - Q_inventory), (q - Q_eq),
                     each times U_p / (1 + r)
        equilibrium  int (U_cathode(y) - U_p) dq / (1 + r),  -int U_carbon(x) dq / (1 + r)
        polarisation int of each overpotential dq / (1 + r)  (see Overpotentials)
        delivered    int V dq / (1 + r)

    Parameters
    ----------
    cell
        Full cell of a carbon and a cathode of ours, from :func:`napore.full_cell`.
    rate
        Rate [C] of the discharge.
    charge_rate
        Rate [C] of charge; that of the discharge where None.
    cycles
        Cycles; the last one counts.

    Raises
    ------
    ExperimentError
        For another kind of cell, conditions out of range, and a discharge that cannot be solved.

    Examples
    --------
    >>> import napore
    >>> fall = napore.energy_waterfall(napore.full_cell(model="SPM"), rate=1, cycles=1)
    >>> bool(abs(fall.closure_Wh_kg_active) < 1e-6 * fall.delivered_Wh_kg_active)
    True
    """
    cell = as_cell(cell)
    if not isinstance(cell, FullCell) or cell.hosts != (None, None):
        raise ExperimentError(
            f"{cell.name} is no full cell of a carbon and a cathode of ours: make one with napore.full_cell"
        )
    speed = check_rate(rate)
    slow = check_charge_rate(charge_rate)
    leg = run_leg(cell, Protocol(check_count(cycles, "cycles"), charge_rate=slow), speed)
    if leg.status != OK:
        raise ExperimentError(f"{cell.name} at {speed:g} C: {leg.status}")
    discharge, step = leg.cycles[0].discharge, leg.steps[-1]
    split = read_overpotentials(cell, [step], [float(step.t[0]) + discharge.time_s])
    found = energies(cell, discharge)
    terms = _terms(cell, discharge, step, split, found.energy_Wh_kg_active)
    return EnergyWaterfall(
        cell.name,
        speed,
        speed if slow is None else slow,
        terms,
        found.capacity_mAh_g_cathode,
        found.mean_voltage_V,
        header(cell),
    )


def _terms(
    cell: FullCell, discharge: HalfCycle, step: Any, split: Overpotentials, delivered: float
) -> tuple[Term, ...]:
    """Terms from the theoretical energy to the delivered one."""
    mass = masses(cell)
    share = mass.cathode / mass.active

    def integral(voltage: Any) -> float:
        return share * float(np.trapezoid(voltage, discharge.capacity_mAh_g))

    plateau = cell.number("Positive electrode plateau potential [V]")
    of_cathode, of_carbon = _equilibrium(step, split)
    theory = share * plateau * _theoretical(cell)
    return (
        Term("theoretical", _TERMS["theoretical"]["meaning"], "total", theory),
        *(
            Term(name, _TERMS[name]["meaning"], "capacity", share * plateau * charge)
            for name, charge in _charges(cell, discharge.capacity).items()
        ),
        *(
            Term(name, _TERMS[name]["meaning"], "equilibrium", energy)
            for name, energy in (
                ("cathode_potential", integral(of_cathode - plateau)),
                ("carbon_potential", -integral(of_carbon)),
            )
        ),
        *(
            Term(name, PARTS[name], "polarisation", integral(part))
            for name, part in split.parts.items()
            if np.any(part != 0.0)
        ),
        Term("delivered", _TERMS["delivered"]["meaning"], "total", delivered),
    )


def _theoretical(cell: FullCell) -> float:
    return cell.number("Positive electrode theoretical specific capacity [mA.h.g-1]")


def _charges(cell: FullCell, delivered: float) -> dict[str, float]:
    """Capacity gained or lost at each step, per gram of cathode; together delivered less theoretical."""
    balance = cell.balance
    usable = cell.number("Positive electrode usable specific capacity [mA.h.g-1]")
    lost = balance.mass_ratio * (
        balance.first_cycle_loss_mAh_g_carbon - balance.left_by_first_cycle_mAh_g_carbon
    )
    added = balance.mass_ratio * balance.presodiation_mAh_g_carbon
    charges = {
        "cathode_capacity": usable - _theoretical(cell),
        "first_cycle": -lost,
        "presodiation": added,
        "cut_offs": balance.capacity_mAh_g_cathode - (usable - lost + added),
        "rate": delivered - balance.capacity_mAh_g_cathode,
    }
    return {name: charge for name, charge in charges.items() if name != "presodiation" or charge != 0.0}


def _equilibrium(step: Any, split: Overpotentials) -> tuple[Any, Any]:
    """Equilibrium potentials of cathode and carbon at their mean contents [V]."""
    sides = ("positive", "negative")
    found = [
        np.asarray(step[f"{side.capitalize()} electrode bulk open-circuit potential [V]"](split.time_s))
        for side in sides
    ]
    return found[0], found[1]
