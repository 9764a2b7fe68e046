"""Result of a design study: one point per mass ratio and rate, and the best of them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import pandas as pd

from napore.experiments.records import Record
from napore.experiments.solving import OK

from .checks import DesignError
from .equilibrium import EquilibriumPair

__all__ = ["QUANTITIES", "Design", "DesignPoint"]

QUANTITIES: Final = {
    "energy": "energy_Wh_kg_active",
    "energy of electrodes": "energy_Wh_kg_electrodes",
    "energy of stack": "energy_Wh_kg_stack",
    "capacity": "capacity_mAh_g_cathode",
    "voltage": "mean_voltage_V",
}
"""What a design can be the best in, by short name."""


@dataclass(frozen=True)
class DesignPoint:
    """One mass ratio at one rate; None where a number does not exist.

    Parameters
    ----------
    mass_ratio
        Active mass of the anode over that of the cathode.
    n_p_ratio
        Capacity of all sites of the anode over that of the cathode.
    rate_C, current_mA_g_cathode
        Rate and current of the discharge.
    capacity_mAh_g_cathode, mean_voltage_V
        Charge of the discharge; energy over charge.
    energy_Wh_kg_active, energy_Wh_kg_electrodes, energy_Wh_kg_stack
        Energy of the discharge per kg of both active materials, of both coatings, and of coatings,
        foils, separator and electrolyte.
    plating_margin_V
        Least potential of the anode against sodium on charge, over time and depth.
    limiting
        What ends the cell at equilibrium: ``"anode"`` (full at the end of charge), ``"inventory"``
        (cathode empty, then anode) or ``"cathode"`` (empty, then full).
    status
        ``"ok"`` or the failure, with advice.
    flags
        ``"plating"`` where the margin is negative.
    varied
        What else was varied, by column.
    """

    mass_ratio: float
    n_p_ratio: float | None
    rate_C: float
    current_mA_g_cathode: float | None = None
    capacity_mAh_g_cathode: float | None = None
    mean_voltage_V: float | None = None
    energy_Wh_kg_active: float | None = None
    energy_Wh_kg_electrodes: float | None = None
    energy_Wh_kg_stack: float | None = None
    plating_margin_V: float | None = None
    limiting: str | None = None
    status: str = OK
    flags: tuple[str, ...] = ()
    varied: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Numbers by column; what is varied comes after the mass ratio."""
        found = asdict(self)
        varied = found.pop("varied")
        return {"mass_ratio": found.pop("mass_ratio"), **varied, **found}


@dataclass(frozen=True)
class Design(Record):
    """Designs of a pair of electrodes over mass ratios and rates.

    Parameters
    ----------
    anode, cathode
        Names of the electrodes.
    points
        One per rate, mass ratio and value of what else is varied.
    header
        Versions, model and hash of the parameters.
    pair
        The same electrodes at equilibrium; None where one is that of a PyBaMM set.
    """

    anode: str
    cathode: str
    points: tuple[DesignPoint, ...]
    header: Mapping[str, str]
    pair: EquilibriumPair | None = field(default=None, repr=False)

    @property
    def solved(self) -> bool:
        """Whether at least one point was solved."""
        return any(point.status == OK for point in self.points)

    @property
    def rates(self) -> tuple[float, ...]:
        """Rates [C], lowest first."""
        return tuple(sorted({point.rate_C for point in self.points}))

    def best(self, quantity: str = "energy", rate: float | None = None) -> DesignPoint:
        """Point with the largest ``quantity`` among those without plating.

        Where all points have a negative plating margin, the largest of them; its flags say so.

        Parameters
        ----------
        quantity
            ``"energy"`` (on active masses), another key of :data:`QUANTITIES`, or a column.
        rate
            Rate [C]; the lowest where None.

        Raises
        ------
        DesignError
            For an unknown quantity or rate, and where nothing was solved.
        """
        name = QUANTITIES.get(quantity, quantity)
        if name not in QUANTITIES.values():
            raise DesignError(f"quantity {quantity!r} is unknown: choose from {', '.join(QUANTITIES)}")
        wanted = min(self.rates, default=None) if rate is None else rate
        if wanted not in self.rates:
            known = ", ".join(f"{known:g}" for known in self.rates)
            raise DesignError(f"no point was computed at {wanted} C: choose from {known}")
        found = [point for point in self.points if point.rate_C == wanted and point.status == OK]
        if not found:
            raise DesignError(f"nothing could be solved at {wanted:g} C")
        safe = [point for point in found if point.plating_margin_V is None or point.plating_margin_V >= 0.0]
        return max(safe or found, key=lambda point: float(getattr(point, name)))

    def best_per_rate(self) -> tuple[DesignPoint, ...]:
        """Point of most energy on active masses at each rate that was solved, lowest first."""
        solved = {point.rate_C for point in self.points if point.status == OK}
        return tuple(self.best(rate=rate) for rate in sorted(solved))

    def table(self) -> pd.DataFrame:
        """One row per point, units in the column names."""
        rows = [{**point.to_dict(), "flags": " ".join(point.flags)} for point in self.points]
        columns = [name for name in DesignPoint.__dataclass_fields__ if name != "varied"]
        table = pd.DataFrame(rows, columns=None if rows else columns)
        words = ("limiting", "status", "flags")
        numbers = [name for name in table.columns if name not in words]
        table[numbers] = table[numbers].astype(float)
        return table

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        per_rate = [point.to_dict() for point in self.best_per_rate()]
        lowest = min(self.rates, default=None)
        best = next((point for point in per_rate if point["rate_C"] == lowest), None)
        return {
            **self.header,
            "anode": self.anode,
            "cathode": self.cathode,
            "points": [point.to_dict() for point in self.points],
            "best": best,
            "best_per_rate": per_rate,
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw energy on active masses over the mass ratio, one line per rate; return the axes.

        Designs with a negative plating margin are open marks; the dotted line is the equilibrium.
        """
        from .pictures import draw_energies

        return draw_energies(self, ax)

    def plot_margin(self, ax: Any = None) -> Any:
        """Draw the plating margin over the mass ratio, one line per rate; return the axes."""
        from .pictures import draw_margins

        return draw_margins(self, ax)

    def plot_ragone(self, ax: Any = None) -> Any:
        """Draw energy over power on active masses, one line per mass ratio; return the axes."""
        from .pictures import draw_ragone

        return draw_ragone(self, ax)
