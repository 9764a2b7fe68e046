"""Short names of parameters, for the command line.

A name without electrode and unit, in lower case with hyphens: ``separator-thickness``. What a fit frees by
default has a shorter one.
"""

import re
from collections.abc import Iterable
from typing import Final

from .provenance import nearest

_OWN: Final = {
    "sites": "Carbon electrode specific capacity of all sites [mA.h.g-1]",
    "adsorption": "Carbon electrode adsorption capacity fraction",
    "mobile-level": "Carbon electrode mobile site potential [V]",
    "mobile-tail": "Carbon electrode mobile site tail [V]",
    "tail-share": "Carbon electrode mobile site tail share",
    "slope": "Carbon electrode mobile site slope [V]",
    "slope-share": "Carbon electrode mobile site slope share",
    "strong-share": "Carbon electrode strong site share",
    "strong-lowest": "Carbon electrode strong site lowest potential [V]",
    "strong-width": "Carbon electrode strong site potential width [V]",
    "strong-shape": "Carbon electrode strong site potential shape",
    "strong-rate": "Carbon electrode strong site median exchange rate [s-1]",
    "strong-rate-spread": "Carbon electrode strong site exchange rate standard deviation [decades]",
    "strong-symmetry": "Carbon electrode strong site exchange symmetry",
    "wetting": "Carbon electrode pore wetting energy [J.m-2]",
    "cooperativity": "Carbon electrode pore filling cooperativity",
    "pore-spread": "Carbon electrode pore radius spread",
    "pore-rate": "Carbon electrode pore median filling rate [s-1]",
    "pore-rate-spread": "Carbon electrode pore filling rate spread [decades]",
    "large-share": "Carbon electrode large pore share",
    "large-radius": "Carbon electrode large pore median radius [m]",
    "diffusivity": "Carbon particle reference diffusivity [m2.s-1]",
    "exchange": "Carbon electrode reference exchange-current density [A.m-2]",
    "foil": "Sodium metal reference exchange-current density [A.m-2]",
    "contact": "Contact resistance [Ohm]",
    "loading": "Carbon electrode areal loading [kg.m-2]",
    "usable": "Cathode electrode usable specific capacity [mA.h.g-1]",
    "plateau": "Cathode electrode plateau potential [V]",
    "plateau-slope": "Cathode electrode plateau slope [V]",
    "end-width": "Cathode electrode end width",
    "cathode-exchange": "Cathode electrode reference exchange-current density [A.m-2]",
    "cathode-diffusivity": "Cathode particle reference diffusivity [m2.s-1]",
}
_SHORT: Final = {long: short for short, long in _OWN.items()}


def short_name_of(name: str) -> str:
    """Short name of a parameter.

    Examples
    --------
    >>> short_name_of("Carbon electrode specific capacity of all sites [mA.h.g-1]")
    'sites'
    >>> short_name_of("Separator thickness [m]")
    'separator-thickness'
    """
    if name in _SHORT:
        return _SHORT[name]
    words = re.sub(r"\[[^]]*\]", "", name.removeprefix("Carbon electrode "))
    return "-".join(re.sub(r"[^A-Za-z0-9.%+]+", " ", words).lower().split())


def long_name(given: str, known: Iterable[str], error: type[ValueError] = ValueError) -> str:
    """Name of a parameter from it or from its short name.

    Parameters
    ----------
    given
        What the user wrote; the long name may lack its unit.
    known
        Names of the set.
    error
        Class of the error.

    Raises
    ------
    ValueError
        Or ``error``, with the nearest name.

    Examples
    --------
    >>> long_name("sites", ["Carbon electrode specific capacity of all sites [mA.h.g-1]"])
    'Carbon electrode specific capacity of all sites [mA.h.g-1]'
    >>> long_name("loading", ["Cathode electrode areal loading [kg.m-2]"])  # in the set of a cathode
    'Cathode electrode areal loading [kg.m-2]'
    """
    names = list(known)
    if given in names:
        return given
    found = [n for n in names if given == short_name_of(n) or given == n.rsplit(" [", 1)[0]]
    if len(found) == 1:
        return found[0]
    if given in _OWN:
        own, cathodes = _OWN[given], _OWN[given].replace("Carbon", "Cathode")
        return cathodes if own not in names and cathodes in names else own
    every = [*names, *(short_name_of(n) for n in names)]
    raise error(f"unknown parameter {given!r}{nearest(given, every)}")
