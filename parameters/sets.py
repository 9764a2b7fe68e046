"""Parameter sets by name or by file: what a cell name may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pybamm

from napore.models.laws import DEFAULT_ADSORPTION

from . import gu2025, gu2025_full
from .diffusivity import COEFFICIENTS, TABLE
from .full_cell import Pair, full_cell_values
from .law_numbers import known_law, names_of_law, with_law
from .numbered import Numbers
from .numbers import numbers_of
from .optional import ZERO, is_optional
from .provenance import ParameterFileError, examine_entries, nearest, read_header
from .schema import check_jointly, shown

__all__ = ["KINDS", "NAMES", "ParameterSet", "UnknownCellError", "load_set", "problems_of", "short_name"]

NAMES: Final[dict[str, tuple[str, str]]] = {
    "fjh": ("anthracite-FJH", "Gu2025_FJH_half"),
    "fjh-b": ("anthracite-FJH-b", "Gu2025_FJH_b_half"),
    "tf": ("anthracite-TF", "Gu2025_TF_half"),
    "nvp": ("NVP", "Gu2025_NVP_half"),
    "fjh-nvp": ("anthracite-FJH/NVP", "Gu2025_FJH_NVP"),
    "fjh-b-nvp": ("anthracite-FJH-b/NVP", "Gu2025_FJH_b_NVP"),
    "tf-nvp": ("anthracite-TF/NVP", "Gu2025_TF_NVP"),
}
"""Short name: (long name, name of the PyBaMM set)."""

KINDS: Final = {"carbon": "fjh", "cathode": "nvp", "full": "fjh-nvp"}
"""Kind of a set (half cell of a carbon or of a cathode, full cell): set that shows its numbers."""


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
            return gu2025.cathode_half_cell_values(numbers)
        if self.kind == "full":
            return full_cell_values(numbers, Pair(self.classes, self.law))
        return gu2025.half_cell_values(numbers, self.classes, self.law)


def short_name(name: str) -> str | None:
    """Short name of a set given by short, long or PyBaMM name; None where it is none of them."""
    for short, others in NAMES.items():
        if name.lower() in (short, *(other.lower() for other in others)):
            return short
    return None


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
    if path.suffix == ".toml" or path.is_file():
        return read_set(path)
    known = [*NAMES, *(other for others in NAMES.values() for other in others)]
    raise UnknownCellError(
        f"unknown cell {str(name)!r}{nearest(str(name), known)} (known: {', '.join(NAMES)}, or a .toml file)"
    )


def kind_of(short: str) -> str:
    """Kind of a set by its short name."""
    if short in gu2025_full.FULL_CELLS:
        return "full"
    return "cathode" if short == "nvp" else "carbon"


def _shipped(short: str) -> ParameterSet:
    kind, long = kind_of(short), NAMES[short][0]
    if kind == "full":
        entries, title = gu2025_full.entries(short), f"{long} full cell, Gu et al. 2025"
    else:
        entries, title = gu2025.entries(short), f"{long} against sodium, Gu et al. 2025"
    return ParameterSet(short, title, entries, 0 if kind == "cathode" else gu2025.CLASSES, kind)


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
        return _examine(path)[1]
    except ParameterFileError as error:
        return [str(error)]


def _examine(path: Path) -> tuple[ParameterSet, list[str]]:
    """Set and its problems; where there are any the set is not for use."""
    entries, problems = examine_entries(path)
    header = read_header(path)
    kind = header.get("kind", "carbon")
    if not isinstance(kind, str) or kind not in KINDS:
        problems.append(f"{path.name}: kind is {shown(kind)}; choose from {', '.join(KINDS)}")
        kind = "carbon"
    law = header.get("adsorption law", DEFAULT_ADSORPTION)
    try:
        template = with_law(
            _shipped(KINDS[kind]), law, dict.fromkeys(names_of_law(known_law(law)), 0.0)
        ).entries
    except ValueError as error:
        problems.append(f"{path.name}: {error}")
        template, law = entries, DEFAULT_ADSORPTION  # what is missing depends on the law
    refused = {name for name in template if any(f"{path.name}, {name!r}:" in text for text in problems)}
    for name in template:
        if name not in entries and name not in refused:
            problems.append(f"{path.name}: {name!r} is missing; copy it from {_place_of(name, kind, law)}")
    for name in entries:
        if name not in template and not (is_optional(name) and kind != "cathode"):
            known = [*template, *((TABLE, *COEFFICIENTS, *ZERO) if kind != "cathode" else ())]
            problems.append(f"{path.name}: unknown parameter {name!r}{nearest(name, known)}")
    for key in header:
        if key not in _HEADER_KEYS:
            allowed = ", ".join(_HEADER_KEYS)
            problems.append(
                f"{path.name}, [set]: unknown key {key!r}; allowed are {allowed}{nearest(key, _HEADER_KEYS)}"
            )
    classes = header.get("pore classes", gu2025.CLASSES)
    if isinstance(classes, bool) or not isinstance(classes, int) or not 1 <= classes <= 9:
        problems.append(f"{path.name}: pore classes is {shown(classes)}; give a whole number from 1 to 9")
    title = header.get("title", path.stem)
    if not isinstance(title, str):
        problems.append(f"{path.name}: title is {shown(title)}; write it as text in quotes")
    found = ParameterSet(
        path.stem,
        str(title),
        entries,
        0 if kind == "cathode" else classes,
        kind,
        law=law,
    )
    if not problems:
        problems += _joint_problems(path.name, found)
    return found, problems


def _place_of(name: str, kind: str, law: str) -> str:
    """Where a number that a file lacks can be copied from."""
    if law != DEFAULT_ADSORPTION and name in names_of_law(law):
        return f"a file of 'napore parameters new --from {KINDS[kind]} --law \"{law}\"', or give your own"
    return f"'napore parameters show {KINDS[kind]}'"


def _joint_problems(file: str, found: ParameterSet) -> list[str]:
    """Problems of numbers that are allowed one by one."""
    try:
        check_jointly(found.numbers)
        numbers_of(pybamm.ParameterValues(found.values()))
    except ValueError as error:
        return [f"{file}: {error}"]
    return []


_HEADER_KEYS = ("title", "pore classes", "kind", "adsorption law")
