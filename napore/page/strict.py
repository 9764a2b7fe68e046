"""What an exported page, which has no reader behind it, can read: two columns with their units."""

from typing import Any

from napore.measured.checks import ANY_CARBON_MAH_G, HIGHEST_V, LOWEST_V
from napore.measured.units import QUANTITIES, plain_name, plain_unit


def strict_labels() -> dict[str, Any]:
    """Names and units of capacity per gram and of voltage, from the reader's table, and its bounds.

    Units are factors to mAh/g and V by their plain spelling. ``strict.js`` refuses whatever else a file has.
    """
    found: dict[str, Any] = {"highest_V": HIGHEST_V, "lowest_V": LOWEST_V, "highest_mAh_g": ANY_CARBON_MAH_G}
    for key, per in (("capacity", "g"), ("voltage", "")):
        quantity = QUANTITIES[key]
        found[key] = {
            "names": [plain_name(name) for name in quantity.names],
            "units": {
                plain_unit(text): unit.factor for text, unit in quantity.units.items() if unit.per == per
            },
        }
    return found
