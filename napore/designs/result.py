"""Result of a design study: one point per mass ratio and rate, and the best of them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Protocol

import numpy as np
import pandas as pd

from napore.experiments.base import OK, Part, Result, table_of
from napore.parameters.provenance import Entry

from .checks import DesignError
from .equilibrium import EquilibriumPair
from .packaged import PackagedCell
from .variations import LOADING_COLUMN, PRESODIATION_COLUMN

QUANTITIES: Final = {
    "energy": "energy_Wh_kg_active",
    "energy of electrodes": "energy_Wh_kg_electrodes",
    "energy of stack": "energy_Wh_kg_stack",
    "energy of stack per volume": "energy_Wh_L_stack",
    "energy of cell": "energy_Wh_kg_cell",
    "energy of cell per volume": "energy_Wh_L_cell",
    "capacity": "capacity_mAh_g_cathode",
    "voltage": "mean_voltage_V",
}
"""What a design can be the best in, by short name."""

LABELS: Final = {
    "mass_ratio": "Mass ratio carbon / cathode",
    LOADING_COLUMN: "Loading of the cathode / mg cm$^{-2}$",
    PRESODIATION_COLUMN: "Presodiation / mAh per g of carbon",
}
ENERGY_LABEL: Final = "Energy / Wh kg$^{-1}$ (active masses)"
_MOST_LINES: Final = 5


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
    energy_Wh_L_stack
        The same per volume of coatings, foils and separator.
    energy_Wh_kg_cell, energy_Wh_L_cell
        Per mass and outside volume of the cell in its format; None of a stack.
    cost_per_kWh
        Of all parts of the cell, in the currency of the prices; None where one has no price.
    plating_margin_V
        Least potential of the anode against sodium on charge, over time and depth.
    plated_mAh_g
        Metal on the anode after the charge, per gram of cathode; None without a plating reaction.
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
    energy_Wh_L_stack: float | None = None
    energy_Wh_kg_cell: float | None = None
    energy_Wh_L_cell: float | None = None
    cost_per_kWh: float | None = None
    plating_margin_V: float | None = None
    plated_mAh_g: float | None = None
    limiting: str | None = None
    status: str = OK
    flags: tuple[str, ...] = ()
    varied: Mapping[str, float] = field(default_factory=dict)

    @property
    def design(self) -> str:
        """Mass ratio and what else is varied, in words."""
        varied = (f"{name} = {value:g}" for name, value in self.varied.items())
        return ", ".join([f"mass ratio {self.mass_ratio:.4g}", *varied])

    def to_dict(self) -> dict[str, Any]:
        """Numbers by column; what is varied comes after the mass ratio."""
        found = asdict(self)
        varied = found.pop("varied")
        return {"mass_ratio": found.pop("mass_ratio"), **varied, **found}


class Packager(Protocol):
    """What makes the cell of a point, and tells where its numbers come from."""

    def packaged(self, point: DesignPoint) -> PackagedCell:
        """The cell, part by part."""

    def sources(self, point: DesignPoint) -> dict[str, Entry]:
        """Class and source of every number."""


@dataclass(frozen=True, repr=False)
class Design(Result):
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
    format
        Format of the cells.
    package
        What makes the cell of a point, see :meth:`packaged`.

    Examples
    --------
    >>> import napore
    >>> found = napore.design("fjh-nvp", mass_ratio=(0.3, 0.5), points=2, rates=1, model="SPM", cycles=1)
    >>> found.best("energy").mass_ratio  # at 0.3 sodium would plate
    0.5
    >>> vary = {"Separator thickness [m]": [50e-6, 500e-6]}
    >>> more = napore.design("fjh-nvp", 0.4, rates=1, model="SPM", cycles=1, vary=vary)
    >>> thin, thick = more.table()["energy_Wh_kg_stack"]
    >>> bool(thin > 2 * thick)
    True
    """

    anode: str
    cathode: str
    points: tuple[DesignPoint, ...]
    header: Mapping[str, Any]
    pair: EquilibriumPair | None = None
    format: str = "stack"
    package: Packager | None = None

    def packaged(self, point: DesignPoint | None = None) -> PackagedCell:
        """The cell of a point in its format, part by part; of the best where None.

        Raises
        ------
        DesignError
            For a point that was not solved.
        """
        chosen = point or self.best()
        if chosen.status != OK or self.package is None:
            raise DesignError(f"{chosen.design} at {chosen.rate_C:g} C was not solved: {chosen.status}")
        return self.package.packaged(chosen)

    def sources(self, point: DesignPoint | None = None) -> dict[str, Entry]:
        """Class and source of every number of the cell of a point and its format; of the best where None."""
        return {} if self.package is None else self.package.sources(point or self.best())

    @property
    def parts(self) -> tuple[Part, ...]:
        """Statuses of the points."""
        return tuple(Part(f"{p.design}, {p.rate_C:g} C", p.status) for p in self.points)

    @property
    def name(self) -> str:
        """Both electrodes."""
        return f"{self.anode} / {self.cathode}"

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
        if found and all(getattr(point, name) is None for point in found):
            raise DesignError(
                f"a {self.format} has no {quantity}: give the format of a cell, such as a pouch"
            )
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
        return table_of(rows, None if rows else columns)

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        per_rate = [point.to_dict() for point in self.best_per_rate()]
        lowest = min(self.rates, default=None)
        best = next((point for point in per_rate if point["rate_C"] == lowest), None)
        return {
            **self.header,
            "anode": self.anode,
            "cathode": self.cathode,
            "format": self.format,
            "points": [point.to_dict() for point in self.points],
            "best": best,
            "cell": self.packaged().to_dict() if best is not None and self.package is not None else None,
            "best_per_rate": per_rate,
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw energy on active masses over the mass ratio, one line per rate; return the axes.

        Designs with a negative plating margin are open marks; the dotted line is the equilibrium.
        """
        ax = self._over_ratios("energy_Wh_kg_active", ax)
        ax.set_ylabel(ENERGY_LABEL)
        return ax

    def plot_margin(self, ax: Any = None) -> Any:
        """Draw the plating margin [mV] over the mass ratio, one line per rate; return the axes."""
        ax = self._over_ratios("plating_margin_V", ax, 1e3)
        ax.axhline(0.0, color="0.5", linewidth=0.8, zorder=0)
        ax.set_ylabel("Plating margin / mV")
        return ax

    def plot_ragone(self, ax: Any = None) -> Any:
        """Draw energy over mean power on active masses, at most five mass ratios; return the axes.

        Designs with a negative plating margin are open marks.
        """
        from napore.plotting import new_axes, sequential_colours

        ax = new_axes(ax)
        table = self._solved()
        ratios = np.unique(table["mass_ratio"])
        chosen = ratios[np.unique(np.linspace(0, len(ratios) - 1, _MOST_LINES).round().astype(int))]
        columns = self._inputs()
        lines = list(table[table["mass_ratio"].isin(chosen)].groupby(columns))
        for (key, rows), colour in zip(lines, sequential_colours(len(lines)), strict=True):
            rows = rows.sort_values("rate_C")
            power = rows["mean_voltage_V"] * rows["current_mA_g_cathode"] / (1.0 + rows["mass_ratio"])
            label = ", ".join(f"{value:.3g}" for value in key)
            _draw(ax, power, rows["energy_Wh_kg_active"], rows["plating_margin_V"], colour, label)
        ax.set(xscale="log", xlabel="Power / W kg$^{-1}$", ylabel=ENERGY_LABEL, title=self._title())
        ax.set_ylim(bottom=0.0)
        ax.legend(title=_legend_title(["mass ratio", *columns[1:]]))
        return ax

    @property
    def panels(self) -> tuple[Any, ...]:
        """Energy and plating margin."""
        return (self.plot, self.plot_margin)

    def _over_ratios(self, column: str, ax: Any, scale: float = 1.0) -> Any:
        """Draw a column over the mass ratio, or over what is varied where there is one ratio only."""
        from napore.plotting import new_axes, sequential_colours

        ax = new_axes(ax)
        table = self._solved()
        several = [name for name in self._inputs() if table[name].nunique() > 1]
        across = "mass_ratio" if "mass_ratio" in several or not several else several[0]
        others = [name for name in several if name != across]
        lines = list(table.groupby(["rate_C", *others]))
        for (key, rows), colour in zip(lines, sequential_colours(len(lines)), strict=True):
            rows = rows.sort_values(across)
            label = ", ".join([f"{key[0]:g} C", *(f"{value:g}" for value in key[1:])])
            _draw(ax, rows[across], scale * rows[column], rows["plating_margin_V"], colour, label)
        if across == "mass_ratio" and PRESODIATION_COLUMN not in others:
            self._draw_equilibrium(table, column, ax, scale)
        ax.set(xlabel=LABELS.get(across, across), title=self._title())
        ax.legend(title=_legend_title(["rate", *others]) if others else None)
        return ax

    def _draw_equilibrium(self, table: pd.DataFrame, column: str, ax: Any, scale: float) -> None:
        if self.pair is None or table.empty:
            return
        ratios, values = [], []
        for ratio in np.linspace(table["mass_ratio"].min(), table["mass_ratio"].max(), 101):
            try:
                values.append(scale * getattr(self.pair.at(float(ratio)), column))
            except DesignError:
                continue
            ratios.append(ratio)
        ax.plot(ratios, values, ":", color="0.3", label="equilibrium")

    def _inputs(self) -> list[str]:
        varied = self.points[0].varied if self.points else {}
        return ["mass_ratio", *varied]

    def _solved(self) -> pd.DataFrame:
        table = self.table()
        return table[table["status"] == OK]

    def _title(self) -> str:
        return f"{self.name}, {self.header['model']}"


def _draw(ax: Any, x: Any, y: Any, margin: Any, colour: Any, label: str) -> None:
    """Line with full marks, open where sodium would plate."""
    ax.plot(x, y, "-", color=colour, label=label)
    for plated, fill in ((False, "full"), (True, "none")):
        some = (margin < 0.0) == plated
        ax.plot(x[some], y[some], "o", color=colour, fillstyle=fill)


def _legend_title(names: list[str]) -> str:
    return ",\n".join(LABELS.get(name, name) for name in names)
