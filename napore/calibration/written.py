"""What a fit leaves as it found it: the class and range of each number that the data did not touch.

A number that was fitted or measured on another electrode is an assumption on this one. In the set that a fit
writes it is called so, with the range of the literature, so that bands draw it.
"""

from dataclasses import replace
from functools import cache
from typing import Final

from napore.parameters.catalogue import CATALOGUE, short_name
from napore.parameters.provenance import Entry
from napore.parameters.schema import row_of
from napore.parameters.sets import ParameterSet, load_set

from .draws import PROTOCOL
from .electrode import CONTACT, ELECTRODES

_TRANSPORT: Final = (
    "Electrolyte reference conductivity [S.m-1]",
    "Electrolyte reference diffusivity [m2.s-1]",
    "Cation transference number",
    "Separator thickness [m]",
    "Separator porosity",
    CONTACT,
)
_OF_ELECTRODE: Final = ("electrode true density [kg.m-3]", "electrode thickness [m]", "particle radius [m]")
"""Numbers that every prediction of a cell rests on beside those of storage and charge transfer."""


@cache
def _shipped(name: str) -> dict[str, Entry]:
    return dict(load_set(name).entries)


def assumed_rest(source: ParameterSet, touched: set[str]) -> dict[str, Entry]:
    """Entries of a set in which a number that was not touched is no result of the fit.

    Fitted numbers become assumed; so do measured and derived ones of a shipped set, which speak of another
    cell. Those of a user's own set, and what the files told, stay.
    """
    short, generic = short_name(source.name), ELECTRODES[source.kind].generic
    if source.potential is None:
        shipped, literature = _shipped(short) if short in CATALOGUE else {}, _shipped(generic)
    else:  # a template has ranges of its own, and lent numbers
        shipped, literature = _shipped(generic), dict(source.entries)
    found = {}
    for name, entry in source.entries.items():
        others = entry.kind in ("measured", "derived") and shipped.get(name) == entry
        known = literature.get(name)
        if name in touched or not (entry.kind == "fitted" or (others and known is not None)):
            found[name] = entry
            continue
        found[name] = replace(
            entry,
            kind="assumed",
            source=f"not in the data: {entry.kind} in {source.name}, on another {source.kind} or cell",
            allowed=_wider(entry, known),
            note="",
            standard_error=None,
            verdict="",
        )
    return found


def _wider(entry: Entry, known: Entry | None) -> tuple[float, float] | None:
    """Range of the literature, made wider where the value lies outside."""
    if known is None or known.allowed is None:
        return entry.allowed
    low, high = known.allowed
    return min(low, entry.value), max(high, entry.value)


def not_fitted(entries: dict[str, Entry], touched: set[str], kind: str) -> list[str]:
    """Names that a prediction rests on and the data did not see: assumed, or from the literature."""
    electrode = ELECTRODES[kind]
    names = (*electrode.names, *_TRANSPORT, *(electrode.named(rest) for rest in _OF_ELECTRODE))
    names += tuple(name for name in entries if name.startswith("Carbon electrode adsorption"))
    return [
        name
        for name in dict.fromkeys(names)
        if name in entries
        and name not in touched
        and name not in PROTOCOL
        and entries[name].kind in ("assumed", "literature")
        and row_of(name) is not None
    ]
