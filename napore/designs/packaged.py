"""A cell as it is built: its parts with mass, volume and cost, and what it delivers for them."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final

import pandas as pd

from napore.results import OK, Part, Result, table_of

ITEMS: Final = (
    *("carbon", "cathode", "anode binder and conductor", "cathode binder and conductor"),
    *("anode foil", "cathode foil", "separator", "electrolyte", "casing", "tabs", "spacer and spring"),
)
"""What a cell is made of, in the order of its bill."""


@dataclass(frozen=True)
class Item:
    """One thing that a cell is made of.

    Parameters
    ----------
    name
        One of the names of a price file.
    mass_kg, volume_m3
        Of the thing itself, without pores.
    area_m2
        Of a layer; None of what is none.
    cost
        In the currency of the price file; None where no price is known.
    """

    name: str
    mass_kg: float
    volume_m3: float
    area_m2: float | None = None
    cost: float | None = None


@dataclass(frozen=True, repr=False)
class PackagedCell(Result):
    """A cell in a format: what it is made of, and what it delivers for them.

    Parameters
    ----------
    format
        Name of the format.
    items
        What it is made of.
    capacity_A_h, energy_W_h
        Of a discharge.
    volume_m3
        Outside of the cell; ``free_m3`` of it is taken by nothing.
    electrolyte_g_A_h
        Electrolyte over capacity.
    currency
        Of the costs; empty without prices.
    unpriced
        Items without a price, where some have one.
    """

    format: str
    items: tuple[Item, ...]
    capacity_A_h: float
    energy_W_h: float
    volume_m3: float
    free_m3: float
    electrolyte_g_A_h: float
    currency: str = ""
    unpriced: tuple[str, ...] = ()

    facts: ClassVar = (
        *("format", "mass_kg", "volume_m3", "capacity_A_h", "energy_W_h", "energy_Wh_kg", "energy_Wh_L"),
        *("electrolyte_g_A_h", "currency", "cost", "cost_per_kWh"),
    )

    @property
    def name(self) -> str:
        """Name of the format."""
        return self.format

    @property
    def parts(self) -> tuple[Part, ...]:
        """One part, which has been solved."""
        return (Part(self.format, OK),)

    @property
    def mass_kg(self) -> float:
        """Mass of all items [kg]."""
        return sum(item.mass_kg for item in self.items)

    @property
    def energy_Wh_kg(self) -> float:
        """Energy per mass of the cell."""
        return self.energy_W_h / self.mass_kg

    @property
    def energy_Wh_L(self) -> float:
        """Energy per outside volume of the cell."""
        return 1e-3 * self.energy_W_h / self.volume_m3

    @property
    def cost(self) -> float | None:
        """Cost of all items; None where one has no price."""
        costs = [item.cost for item in self.items if item.cost is not None]
        return sum(costs) if len(costs) == len(self.items) else None

    @property
    def cost_per_kWh(self) -> float | None:
        """Cost over energy; None where an item has no price."""
        return None if self.cost is None else 1e3 * self.cost / self.energy_W_h

    def table(self) -> pd.DataFrame:
        """One row per item: mass, share, volume, area, and cost in :attr:`currency`."""
        whole = self.mass_kg
        return table_of(
            {
                "item": item.name,
                "mass_g": 1e3 * item.mass_kg,
                "mass_share": item.mass_kg / whole,
                "volume_mL": 1e6 * item.volume_m3,
                "area_cm2": None if item.area_m2 is None else 1e4 * item.area_m2,
                "cost": item.cost,
            }
            for item in self.items
        )

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {name: getattr(self, name) for name in self.facts} | {
            "unpriced": list(self.unpriced),
            "free_m3": self.free_m3,
            "items": [asdict(item) for item in self.items],
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw the mass of each item as a bar; return the axes."""
        from napore.plotting import new_axes

        ax = new_axes(ax)
        shown_items = self.items[::-1]
        bars = ax.barh([item.name for item in shown_items], [1e3 * item.mass_kg for item in shown_items])
        ax.bar_label(
            bars, [f"{100.0 * item.mass_kg / self.mass_kg:.1f} %" for item in shown_items], padding=3
        )
        ax.set(
            xlabel="Mass / g",
            title=f"{self.format}: {self.energy_Wh_kg:.0f} Wh/kg, {self.energy_Wh_L:.0f} Wh/L",
        )
        ax.margins(x=0.15)
        return ax
