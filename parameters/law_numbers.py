"""A set with another adsorption law, and where the numbers of that law come from."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from napore.models.laws import ADSORPTION_LAWS, DEFAULT_ADSORPTION, adsorption_law

from .numbered import Numbers
from .provenance import Entry, nearest, read_entries
from .schema import shown

Set = TypeVar("Set", bound=Numbers)

_DEFAULTS: Final = Path(__file__).parent / "data" / "adsorption_laws.toml"


@cache
def _defaults() -> dict[str, Entry]:
    return read_entries(_DEFAULTS)


def known_law(law: Any) -> str:
    """Return the name of an adsorption law of the registry.

    Raises
    ------
    ValueError
        With the known names, and the nearest.

    Examples
    --------
    >>> known_law("Bragg-Wiliams")
    Traceback (most recent call last):
    ValueError: adsorption law is 'Bragg-Wiliams': choose from mean field, Bragg-Williams, site energy ...
    """
    if isinstance(law, str) and law in ADSORPTION_LAWS:
        return law
    hint = nearest(law, ADSORPTION_LAWS) if isinstance(law, str) else ""
    raise ValueError(
        f"adsorption law is {shown(law)}: choose from {', '.join(ADSORPTION_LAWS)}, or import the module "
        f"that registers a law of your own{hint}"
    )


def names_of_law(law: str) -> tuple[str, ...]:
    """Names of the numbers that come with an adsorption law, as in a parameter file."""
    found = adsorption_law(law)
    return tuple(f"Carbon electrode {name}" for name in (*found.parameters.values(), *found.beside))


def with_law(source: Set, law: str, given: Mapping[str, Any] | None = None) -> Set:
    """Set with the numbers of an adsorption law; the set itself where it has that law.

    A number comes from the set where it has one of that name, then from the file of the laws, then from
    what is given (a law of your own). Numbers that the law does not read are left out.

    Parameters
    ----------
    source
        Set of a carbon or of a full cell.
    law
        Name of the law.
    given
        Parameters that the user changes, by the set's names: values, or entries with their source and range.

    Raises
    ------
    ValueError
        For a law that is not known, a cathode, or a number of the law that is nowhere.
    """
    if known_law(law) == source.law:
        return source
    if source.kind == "cathode":
        raise ValueError(
            f"adsorption law is {law!r}, but {source.name!r} is a cathode, which has none: leave it out or "
            f"give {DEFAULT_ADSORPTION!r}"
        )
    needed = names_of_law(law)
    others = {name for known in ADSORPTION_LAWS for name in names_of_law(known)} - set(needed)
    entries = {name: entry for name, entry in source.entries.items() if name not in others}
    for name in needed:
        if name in entries:
            continue
        if name in _defaults():
            entries[name] = _defaults()[name]
        elif name in (given or {}):
            value = (given or {})[name]
            own = isinstance(value, Entry)
            entries[name] = value if own else Entry(name, float(value), "assumed", "given with the cell")
        else:
            raise ValueError(
                f"adsorption law {law!r} needs {name!r}, which the set {source.name!r} lacks: give it among "
                "the parameters or in a file of your own"
            )
    return replace(source, entries=entries, law=law)
