"""Where the numbers of a cell come from: class and source of each, for tables and reports."""

import math
from collections.abc import Mapping
from typing import Final

from napore.cell_numbers import in_own_names
from napore.full_cells import FullCell
from napore.parameters import schema
from napore.parameters.hosts import host_entries
from napore.parameters.numbers import is_derived
from napore.parameters.optional import CYCLED, DEFAULTS
from napore.parameters.provenance import Entry

from .checks import DesignError
from .formats import CellFormat

CONVENTIONS: Final[Mapping[str, str]] = {
    "tab width [m]": "asked by PyBaMM's models of current collectors; no part of these",
    "tab centre y-coordinate [m]": "asked by PyBaMM's models of current collectors; no part of these",
    "tab centre z-coordinate [m]": "asked by PyBaMM's models of current collectors; no part of these",
    "electrode reaction-driven LAM factor [m3.mol-1]": "no loss of active material",
    "electrode number of pore classes": "quadrature of the pore sizes",
    "Initial hysteresis state in positive electrode": "discharged; read where hysteresis is on",
}
"""Plain numbers that the cells set themselves, by the end of their names."""


def sources_of(cell: FullCell, format: CellFormat | None = None) -> dict[str, Entry]:
    """Class and source of every number of a full cell, and of its format.

    Parameters
    ----------
    cell
        Full cell.
    format
        Of the cell; its numbers come after those of the electrodes.

    Returns
    -------
    dict
        By PyBaMM's name. A number that follows from others, and a function (with the value NaN), has class
        "derived", unless a file gives its own.

    Raises
    ------
    DesignError
        For a number without a source, which is a fault of the program.

    Examples
    --------
    >>> import napore
    >>> found = sources_of(napore.full_cell("fjh", "nvp", model="SPM"))
    >>> found["Positive electrode true density [kg.m-3]"].kind
    'derived'
    """
    given = {schema.pybamm_name(name, "full"): name for name in in_own_names(cell.source, cell.changed)}
    hosts: dict[str, Entry] = {}
    for host in cell.hosts:
        if host is not None:
            hosts |= host_entries(host.set_name, host.domain)
    found: dict[str, Entry] = {}
    for name, value in cell.parameter_values.items():
        if isinstance(value, str | list | bool):
            continue
        plain = float(value) if isinstance(value, int | float) else math.nan
        own = schema.own_name(name, "full")
        entry = hosts.get(name) or cell.source.entries.get(own)
        if name in given or own in given.values():
            found[name] = Entry(name, plain, "setting", "given by the user, or by an argument")
        elif is_derived(value):
            of = f": {entry.source}" if entry else ""
            found[name] = Entry(
                name, cell.number(name), "derived", f"follows from other numbers of the cell{of}"
            )
        elif entry is not None and (entry.value == plain or math.isnan(entry.value)):
            found[name] = entry
        elif math.isnan(plain):
            found[name] = Entry(name, plain, "derived", "function of the other numbers of the cell")
        else:
            found[name] = _other(cell, name, own, plain)
    for name, entry in (format.entries if format else {}).items():
        found[name] = entry
    return found


def _other(cell: FullCell, name: str, own: str, value: float) -> Entry:
    """A plain number that no file has with this value."""
    for end, reason in CONVENTIONS.items():
        if name.endswith(end):
            return Entry(name, value, "setting", reason)
    if own in DEFAULTS:
        return Entry(name, value, "setting", f"none where a file has no {own!r}")
    if own == CYCLED:
        return Entry(name, value, "setting", "the carbon was cycled before assembly")
    for host in cell.hosts:
        if host is not None:
            return Entry(name, value, "derived", f"of {host.words}, or follows from its loading")
    entry = cell.source.entries.get(own)
    if entry is not None:  # a thickness at another loading, an electrolyte's number
        return Entry(name, value, "derived", f"follows from {entry.value:g} of the set: {entry.source}")
    raise DesignError(f"{name!r} is {value:g} and has no source: tell the developers of napore")
