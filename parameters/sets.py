"""Parameter sets by name or by file: what a cell name may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import pybamm

from napore.models.laws import DEFAULT_ADSORPTION

from .catalogue import (
    CATALOGUE,
    FIRST_OF_KIND,
    FULL_CELLS,
    NAMES,
    TEMPLATES,
    cathode_entries,
    pair_entries,
    shipped_entries,
    short_name,
)
from .cathode import is_of_law
from .cathode_template import POTENTIAL, is_filled, open_entries, read_filled
from .diffusivity import COEFFICIENTS, TABLE
from .full_cell import Pair, full_cell_values
from .half_cell import cathode_half_cell_values, half_cell_values
from .law_numbers import known_law, names_of_law, with_law
from .numbered import Numbers, PotentialTable
from .numbers import numbers_of
from .optional import DEFAULTS, PHASES, PLATING, is_optional
from .provenance import DATA, Entry, ParameterFileError, examine_entries, nearest, read_header
from .schema import check_jointly, shown

CLASSES: Final = 4
"""Pore classes of a carbon whose file does not say how many."""


class UnknownCellError(ValueError):
    """A cell name that is neither a set nor a parameter file; names the nearest."""


@dataclass(frozen=True, repr=False)
class ParameterSet(Numbers):
    """A cell as numbers with provenance."""

    def values(self) -> dict[str, Any]:
        """PyBaMM parameter values of the cell."""
        return self.values_of(self.numbers)

    def values_of(self, numbers: Mapping[str, float]) -> dict[str, Any]:
        """PyBaMM parameter values of this kind of cell from other numbers of the same names."""
        if self.kind == "cathode":
            found = cathode_half_cell_values(numbers, self.potential)
        elif self.kind == "full":
            found = full_cell_values(numbers, Pair(self.classes, self.law))
        else:
            found = half_cell_values(numbers, self.classes, self.law)
        return found | self.electrolyte_functions


def load_set(name: str | Path) -> ParameterSet:
    """Set by short, long or PyBaMM name, or by the path of a TOML file.

    Raises
    ------
    UnknownCellError
        With the nearest known name.
    ParameterFileError
        With what is wrong in the file.
    """
    short = short_name(str(name))
    if short is not None:
        return _shipped(short)
    path = Path(name)
    if is_filled(path):
        return _filled(path)
    if path.suffix == ".toml" or path.is_file():
        return read_set(path)
    known = [*NAMES, *(other for others in NAMES.values() for other in others)]
    raise UnknownCellError(
        f"unknown cell {str(name)!r}{nearest(str(name), known)} (known: {', '.join(NAMES)}, or a .toml file)"
    )


def pair_set(carbon: str, cathode: str) -> ParameterSet:
    """Full cell of two shipped half cells by their short names, whether or not it is shipped itself."""
    for short, electrodes in FULL_CELLS.items():
        if electrodes == (carbon, cathode):
            return _shipped(short)
    found = pair_entries(shipped_entries(carbon), cathode_entries(shipped_entries(cathode)))
    half = _shipped(carbon)
    title = f"{CATALOGUE[carbon].long_name}/{CATALOGUE[cathode].long_name} full cell"
    return ParameterSet(f"{carbon}-{cathode}", title, found, half.classes, "full", law=half.law)


def template_set(name: str) -> ParameterSet:
    """Half cell of a template by its short name, numbers in the middle of their ranges, without a potential.

    What the template does not say of a coating and a half cell is that of the first cathode, assumed.
    """
    entries = _lent() | open_entries(name)
    title = f"{TEMPLATES[name].long_name} against sodium, template"
    return ParameterSet(name, title, entries, 0, "cathode", potential=PotentialTable(name))


def _filled(path: Path) -> ParameterSet:
    """Half cell of a file that fills a template."""
    filled = read_filled(path)
    made = filled.values  # says what cannot be together
    curve = made[POTENTIAL]
    table = PotentialTable(filled.template, curve.x, curve.y, *filled.origin)
    title = f"{TEMPLATES[filled.template].long_name} against sodium, {path.name}"
    return ParameterSet(path.stem, title, _lent() | dict(filled.entries), 0, "cathode", potential=table)


def _lent() -> dict[str, Entry]:
    """Numbers of the first cathode's half cell but those of the law of its potential."""
    shown = shipped_entries(FIRST_OF_KIND["cathode"])
    return {name: entry for name, entry in shown.items() if not is_of_law(name)}


@cache
def _shipped_header(file: str) -> Mapping[str, Any]:
    return read_header(DATA / f"{file}.toml")


def _shipped(short: str) -> ParameterSet:
    row = CATALOGUE[short]
    carbon = CATALOGUE[row.electrodes[0]] if row.electrodes else row
    header = _shipped_header(carbon.files[-1])
    classes = 0 if row.kind == "cathode" else int(header.get("pore classes", CLASSES))
    law = header.get("adsorption law", DEFAULT_ADSORPTION)
    return ParameterSet(short, row.title, shipped_entries(short), classes, row.kind, law=law)


def read_set(path: Path) -> ParameterSet:
    """Set from a file as written by ``napore parameters new``; complete and inside every range.

    Raises
    ------
    ParameterFileError
        With the first of :func:`problems_of`.
    """
    found, problems = _examine(path)
    if problems:
        raise ParameterFileError(problems[0])
    return found


def problems_of(path: Path) -> list[str]:
    """Every problem of a parameter file, empty where it can be used."""
    try:
        if is_filled(path):
            _ = read_filled(path).values
            return []
        return _examine(path)[1]
    except ParameterFileError as error:
        return [str(error)]


def _examine(path: Path) -> tuple[ParameterSet, list[str]]:
    """Set and its problems; where there are any the set is not for use."""
    entries, problems = examine_entries(path)
    header = read_header(path)
    kind = header.get("kind", "carbon")
    if not isinstance(kind, str) or kind not in FIRST_OF_KIND:
        problems.append(f"{path.name}: kind is {shown(kind)}; choose from {', '.join(FIRST_OF_KIND)}")
        kind = "carbon"
    law = header.get("adsorption law", DEFAULT_ADSORPTION)
    try:
        template = with_law(
            _shipped(FIRST_OF_KIND[kind]), law, dict.fromkeys(names_of_law(known_law(law)), 0.0)
        ).entries
    except ValueError as error:
        problems.append(f"{path.name}: {error}")
        template, law = entries, DEFAULT_ADSORPTION  # what is missing depends on the law
    refused = {name for name in template if any(f"{path.name}, {name!r}:" in text for text in problems)}
    for name in template:
        if name not in {*entries, *refused, *_LATER} and not is_optional(name, kind):
            problems.append(f"{path.name}: {name!r} is missing; copy it from {_place_of(name, kind, law)}")
    for name in entries:
        if name not in template and not is_optional(name, kind):
            known = [*template, *((TABLE, *COEFFICIENTS, *DEFAULTS) if kind != "cathode" else ())]
            problems.append(f"{path.name}: unknown parameter {name!r}{nearest(name, known)}")
    for key in header:
        if key not in _HEADER_KEYS:
            allowed = ", ".join(_HEADER_KEYS)
            problems.append(
                f"{path.name}, [set]: unknown key {key!r}; allowed are {allowed}{nearest(key, _HEADER_KEYS)}"
            )
    classes = header.get("pore classes", CLASSES)
    if isinstance(classes, bool) or not isinstance(classes, int) or not 1 <= classes <= 9:
        problems.append(f"{path.name}: pore classes is {shown(classes)}; give a whole number from 1 to 9")
    title = header.get("title", path.stem)
    if not isinstance(title, str):
        problems.append(f"{path.name}: title is {shown(title)}; write it as text in quotes")
    found = ParameterSet(path.stem, str(title), entries, 0 if kind == "cathode" else classes, kind, law=law)
    if not problems:
        problems += _joint_problems(path.name, found)
    return found, problems


def _place_of(name: str, kind: str, law: str) -> str:
    """Where a number that a file lacks can be copied from."""
    first = FIRST_OF_KIND[kind]
    if law != DEFAULT_ADSORPTION and name in names_of_law(law):
        return f"a file of 'napore parameters new --from {first} --law \"{law}\"', or give your own"
    return f"'napore parameters show {first}'"


def _joint_problems(file: str, found: ParameterSet) -> list[str]:
    """Problems of numbers that are allowed one by one."""
    try:
        check_jointly(found.numbers)
        numbers_of(pybamm.ParameterValues(found.values()))
    except ValueError as error:
        return [f"{file}: {error}"]
    return []


_LATER = {**PLATING, **PHASES}
"""Numbers that files written before they were there need not have."""

_HEADER_KEYS = ("title", "pore classes", "kind", "adsorption law")
