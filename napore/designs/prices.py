"""Prices of the parts of a cell, from a file of the user's own; none is shipped."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from napore.parameters.provenance import nearest
from napore.parameters.schema import shown

from .checks import DesignError
from .packaged import ITEMS, Item

_PER: Final = ("kg", "m2", "cell")


@dataclass(frozen=True)
class Prices:
    """Prices of a user's own file.

    Parameters
    ----------
    currency
        Such as ``"EUR"``.
    prices
        Price and what it is per (``"kg"``, ``"m2"`` or ``"cell"``) by the name of an item.
    """

    currency: str
    prices: Mapping[str, tuple[float, str]]

    @classmethod
    def read(cls, path: str | Path) -> "Prices":
        """Prices of a TOML file: ``currency = "EUR"`` and a table with ``price`` and ``per`` for each item.

        Raises
        ------
        DesignError
            For a file without currency, an unknown item, and a price that is none.
        """
        file = Path(path)
        try:
            found = tomllib.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise DesignError(f"{file} cannot be read: {error.strerror}") from None
        except (ValueError, RecursionError) as error:
            raise DesignError(f"{file.name} is not valid TOML: {error}") from None
        currency = found.pop("currency", None)
        if not isinstance(currency, str) or not currency.strip():
            raise DesignError(f'{file.name} has no currency: write a first line such as currency = "EUR"')
        return cls(currency.strip(), {name: _price(file.name, name, row) for name, row in found.items()})

    def of(self, item: Item) -> float | None:
        """Cost of an item; None where it has no price."""
        if item.name not in self.prices:
            return None
        price, per = self.prices[item.name]
        amount = {"kg": item.mass_kg, "m2": item.area_m2, "cell": 1.0}[per]
        if amount is None:
            raise DesignError(
                f"the price of {item.name!r} is per m2, and it has no area: give it per kg or cell"
            )
        return price * amount


def read_prices(given: str | Path | Prices | None) -> Prices | None:
    """Prices that are given, read where they are a file."""
    return given if given is None or isinstance(given, Prices) else Prices.read(given)


def _price(file: str, name: str, row: Any) -> tuple[float, str]:
    if name not in ITEMS:
        raise DesignError(
            f"{file}: {name!r} is no part of a cell; choose from {', '.join(ITEMS)}{nearest(name, ITEMS)}"
        )
    if not isinstance(row, dict) or set(row) - {"price", "per", "source"} or not {"price", "per"} <= set(row):
        raise DesignError(f"{file}, {name!r}: it is {shown(row)}; write a table with price, per and source")
    price, per = row["price"], row["per"]
    if isinstance(price, bool) or not isinstance(price, int | float) or not 0.0 <= price <= 1e9:
        raise DesignError(f"{file}, {name!r}: price is {shown(price)}; give a number from 0 to 1e9")
    if per not in _PER:
        raise DesignError(f"{file}, {name!r}: per is {shown(per)}; choose from {', '.join(_PER)}")
    return float(price), per
