"""Ageing of a carbon: which mechanisms, and their numbers, put into a cell by one name.

Growth of a film (SEI), loss of active material and plating are PyBaMM's submodels; trapping is
:mod:`napore.models.trapping`. A file of ageing has numbers with class, source and range like any
parameter file, and the table ``[set.options]`` with the mechanisms.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import pybamm

from .catalogue import AGEING
from .functions import OfElectrode
from .numbered import Numbers
from .provenance import DATA, Entry, ParameterFileError, nearest, read_entries, read_header
from .schema import shown

Set = TypeVar("Set", bound=Numbers)

_OF_ELECTRODE: Final = {
    "SEI": "none",
    "lithium plating": "none",
    "loss of active material": "none",
    "sodium trapping": "false",
}
_OF_CELL: Final = ("SEI film resistance",)
_NEEDS_NUMBERS: Final = {"sodium trapping": "true", "loss of active material": "current-driven"}
"""Mechanisms whose numbers no set of a cell has; without an ageing they are the shipped, assumed ones."""

_LOSS = "Carbon electrode active material lost per charge passed [kg.A-1.h-1]"


class UnknownAgeingError(ValueError):
    """A name of an ageing that is neither shipped nor a file; names the nearest."""


class CurrentDrivenLoss(OfElectrode):
    """Rate of loss of active material [1/s], ``-beta eps_0 |i| / loading``: a share per charge passed.

    Intensive, so that one number holds for electrodes of any loading and thickness.
    """

    def __call__(self, i: Any, T: Any) -> Any:
        """Rate at current density ``i`` [A/m2 of electrode]; no dependence on temperature."""
        share = self._scalar("active material lost per charge passed [kg.A-1.h-1]")
        loading = self._scalar("areal loading [kg.m-2]")
        start = self._scalar("active material volume fraction")
        return -share * start * pybamm.AbsoluteValue(i) / (3600.0 * loading)


@dataclass(frozen=True)
class Ageing:
    """Mechanisms and numbers of the ageing of a carbon.

    Parameters
    ----------
    name
        Short name, or the stem of the file.
    title
        What it is, in one line.
    mechanisms
        Options of the carbon's electrode and of its film, by PyBaMM's and napore's names.
    entries
        Numbers by name, with provenance.
    """

    name: str
    title: str
    mechanisms: Mapping[str, str]
    entries: Mapping[str, Entry]

    def options(self, kind: str) -> dict[str, Any]:
        """Options of a model: of a carbon's half cell (``kind`` ``"carbon"``) or of a full cell."""
        chosen: dict[str, Any] = {}
        for name, value in self.mechanisms.items():
            off = _OF_ELECTRODE.get(name)
            pair = (value, off) if kind == "full" else (off, value)
            chosen[name] = value if off is None else pair
        return chosen


def load_ageing(name: str | Path) -> Ageing:
    """Ageing by name, or by the path of a TOML file whose numbers replace the shipped ones.

    Raises
    ------
    UnknownAgeingError
        With the nearest known name.
    ParameterFileError
        With what is wrong in the file.

    Examples
    --------
    >>> load_ageing("gu2025").mechanisms["SEI"]
    'solvent-diffusion limited'
    """
    short = str(name).lower()
    path = DATA / f"{AGEING[short]}.toml" if short in AGEING else Path(name)
    if short not in AGEING and path.suffix != ".toml" and not path.is_file():
        known = ", ".join(AGEING)
        raise UnknownAgeingError(
            f"unknown ageing {str(name)!r}{nearest(short, AGEING)} (known: {known}, or a .toml file)"
        )
    entries = read_entries(DATA / "gu2025_ageing.toml") | read_entries(path)
    header = read_header(path)
    mechanisms, title = header.get("options", {}), header.get("title", path.stem)
    for key, value, kind in (("options", mechanisms, dict), ("title", title, str)):
        if not isinstance(value, kind):
            wanted = "a table [set.options]" if kind is dict else "text in quotes"
            raise ParameterFileError(f"{path.name}, [set]: {key} is {shown(value)}; write {wanted}")
    allowed = (*_OF_ELECTRODE, *_OF_CELL)
    for option, value in mechanisms.items():
        if option not in allowed or not isinstance(value, str):
            raise ParameterFileError(
                f"{path.name}, [set.options]: {option!r} = {shown(value)} is not allowed; give text for "
                f"{', '.join(map(repr, allowed))}{nearest(option, allowed)}"
            )
    if not mechanisms:
        raise ParameterFileError(
            f"{path.name}: no mechanism; write a table [set.options] with one of {', '.join(allowed)}"
        )
    return Ageing(short if short in AGEING else path.stem, title, mechanisms, entries)


def aged(
    source: Set, ageing: str | Path | None, options: Mapping[str, Any] | None
) -> tuple[Set, dict[str, Any]]:
    """Set with the numbers of an ageing, and options with its mechanisms; what is given comes first.

    Parameters
    ----------
    source
        Set of a carbon's half cell or of a full cell.
    ageing
        As for :func:`load_ageing`; where None the options as they are, and numbers only where they ask
        for trapping or for loss of active material.
    options
        Options of the model that replace those of the mechanisms.

    Raises
    ------
    UnknownAgeingError, ParameterFileError
        With the value and what is allowed.
    """
    chosen = dict(options or {})
    if ageing is None:
        wanted = any(value in np.ravel(chosen.get(name, "")) for name, value in _NEEDS_NUMBERS.items())
        if wanted and source.kind != "cathode":
            shipped = read_entries(DATA / "gu2025_ageing.toml")
            source = replace(source, entries={**shipped, **source.entries})
        return source, chosen
    if source.kind == "cathode":
        raise UnknownAgeingError(
            f"ageing {str(ageing)!r} is that of a carbon, and {source.name!r} has none: leave it out"
        )
    found = load_ageing(ageing)
    shipped = read_entries(DATA / "gu2025_ageing.toml")
    for name in found.entries:
        if name not in source.entries and name not in shipped:
            raise ParameterFileError(
                f"ageing {found.name!r}: unknown parameter {name!r}"
                f"{nearest(name, [*source.entries, *shipped])}"
            )
    merged = {**source.entries, **found.entries}
    return replace(source, entries=merged, ageing=found.name), {**found.options(source.kind), **chosen}


def ageing_functions(numbers: Mapping[str, Any], domain: str) -> dict[str, Any]:
    """Functions of ageing as PyBaMM parameters of the ``domain`` electrode; none without its numbers."""
    if _LOSS not in numbers:
        return {}
    return {f"{domain.capitalize()} electrode current-driven LAM rate": CurrentDrivenLoss(domain)}
