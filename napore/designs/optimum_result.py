"""Result of an optimum under limits: the best design, the front, the bands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from napore.results import OK, Part, Result, table_of

from .result import DesignPoint
from .simulated import Simulated


@dataclass(frozen=True)
class Band:
    """What a quantity of a design is over draws of the uncertain numbers.

    Parameters
    ----------
    quantity
        Column of the design.
    median, low, high
        Of the draws that were solved: the median, and the ends of the middle 90 %.
    solved, draws
        How many were solved, and drawn.
    dominant
        Name of the number whose rank goes most with that of the quantity, and its rank correlation.
    """

    quantity: str
    median: float
    low: float
    high: float
    solved: int
    draws: int
    dominant: tuple[str, float]


@dataclass(frozen=True, repr=False)
class Optimum(Result):
    """Best design under limits.

    Parameters
    ----------
    name
        Both electrodes.
    objective, against
        Columns: what is the largest (the cost the least), and what the front sets it against, if anything.
    best
        Of the objective, in simulation.
    static
        Variables of the best at equilibrium, where the search began, of what it is the best, and its value;
        None for the cathodes of others, which have no static design.
    front
        Designs of which no other is better in both.
    bands
        Of each design of the front (of the best where there is no front), a band of each quantity.
    tried
        All designs that were simulated.
    limits
        Bounds of each variable, rate, plating margin and temperature.
    header
        Versions, model and hash of the parameters.
    asked
        What :func:`optimise` was asked, to ask it again.
    run
        What simulates a design, and makes its cell.

    Examples
    --------
    >>> import napore
    >>> limits = {"mass_ratio": (0.3, 0.6), "rate": 1, "batches": 3}
    >>> found = napore.optimise("fjh-nvp", "energy", model="SPM", **limits)
    >>> found.best.status, found.best.plating_margin_V >= 0.0
    ('ok', True)
    """

    name: str
    objective: str
    best: DesignPoint
    static: tuple[Mapping[str, float], str, float] | None
    against: str | None
    front: tuple[DesignPoint, ...]
    bands: tuple[tuple[Band, ...], ...]
    tried: tuple[DesignPoint, ...]
    limits: Mapping[str, Any]
    header: Mapping[str, Any] = field(default_factory=dict)
    asked: Mapping[str, Any] = field(default_factory=dict)
    run: Simulated | None = field(default=None, compare=False)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The best, which was solved."""
        return (Part(self.name, self.best.status),)

    def table(self) -> pd.DataFrame:
        """One row per design of the front (else the best), with the ends of its bands."""
        rows = []
        for k, point in enumerate(self.front or (self.best,)):
            row = {**point.to_dict(), "flags": " ".join(point.flags)}
            for band in self.bands[k] if self.bands else ():
                row |= {f"{band.quantity}_low": band.low, f"{band.quantity}_high": band.high}
            rows.append(row)
        return table_of(rows)

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {
            **self.header,
            "cell": self.name,
            "objective": self.objective,
            "against": self.against,
            "limits": dict(self.limits),
            "best": self.best.to_dict(),
            "static": None
            if self.static is None
            else {**self.static[0], "quantity": self.static[1], "value": self.static[2]},
            "front": [point.to_dict() for point in self.front],
            "bands": [
                [{**vars(band), "dominant": list(band.dominant)} for band in some] for some in self.bands
            ],
            "simulated": len(self.tried),
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw all designs, and the front with its bands; return the axes."""
        from napore.plotting import new_axes

        ax = new_axes(ax)
        x, y = self.objective, self.against or self.objective
        solved = [p for p in self.tried if p.status == OK and getattr(p, y) is not None]
        least = float(self.limits["plating_margin_V"])
        for keeps, mark, label in ((True, "o", "designs"), (False, "x", "beyond the plating margin")):
            some = [p for p in solved if (p.plating_margin_V is None or p.plating_margin_V >= least) == keeps]
            across = [getattr(p, x) if self.against else solved.index(p) + 1 for p in some]
            ax.plot(across, [getattr(p, y) for p in some], mark, color="0.7", markersize=3, label=label)
        ax.set(xlabel=label_of(x) if self.against else "Design", ylabel=label_of(y), title=self.name)
        if self.against is None:
            return ax
        front = sorted(self.front, key=lambda p: getattr(p, self.objective))
        ax.plot([getattr(p, x) for p in front], [getattr(p, y) for p in front], "o-", label="front")
        for bands in self.bands:
            by = {band.quantity: band for band in bands}
            one, other = by[x], by[y]
            ax.plot([one.low, one.high], [other.median] * 2, color="C0", alpha=0.4)
            ax.plot([one.median] * 2, [other.low, other.high], color="C0", alpha=0.4)
        ax.legend()
        return ax


def label_of(column: str) -> str:
    """Label of an axis, from a column such as ``energy_Wh_kg_cell``.

    Examples
    --------
    >>> label_of("energy_Wh_L_stack")
    'Energy / Wh L$^{-1}$ (stack)'
    """
    if column == "cost_per_kWh":
        return "Cost per kWh"
    _, _, per, basis = column.split("_")
    return f"Energy / Wh {per}$^{{-1}}$ ({basis})"
