"""Names for sodium beside PyBaMM's hard-coded names for lithium."""

from collections.abc import Mapping
from typing import Any

_WORDS = {
    "lithium": "sodium",
    "Lithium": "Sodium",
    "lithiation": "sodiation",
    "Lithiation": "Sodiation",
}


def sodium_name(name: str) -> str:
    """Name with sodium in the place of lithium.

    Examples
    --------
    >>> sodium_name("Total lithium in electrolyte [mol]")
    'Total sodium in electrolyte [mol]'
    """
    for lithium, sodium in _WORDS.items():
        name = name.replace(lithium, sodium)
    return name


def sodium_aliases(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Variables that PyBaMM names after lithium, under their names for sodium."""
    return {sodium_name(name): value for name, value in variables.items() if sodium_name(name) != name}
