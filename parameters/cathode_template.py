"""Cathodes whose numbers a user's file fills: shipped are a density and ranges, and no potential.

A file names its template and a table (CSV) of its potential at rest against content, and gives what the
template leaves open::

    [set]
    template = "nfpp"
    potential = "curve.csv"
    "potential class" = "measured"
    "potential source" = "our GITT in March"

    ["Cathode electrode usable specific capacity [mA.h.g-1]"]
    value = 110.0
    ...

It then stands in for a cathode as an electrode of a PyBaMM set does (:mod:`.hosts`).
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from napore.files import write_text
from napore.models.constants import FARADAY

from . import functions
from .bpx_read import Curve
from .catalogue import FIRST_OF_KIND, TEMPLATES, cathode_entries, shipped_entries
from .cathode import is_of_law
from .coating import LEAST_POROSITY, volume_fractions
from .provenance import (
    CLASSES,
    DATA,
    Entry,
    ParameterFileError,
    nearest,
    read_columns,
    read_entries,
    read_header,
)
from .schema import shown

COATING: Final = (
    "Cathode electrode areal loading [kg.m-2]",
    "Cathode electrode thickness [m]",
    "Cathode electrode mass fraction in the coating",
    "Cathode electrode current of 1 C [A.kg-1]",
    "Lower voltage cut-off [V]",
    "Upper voltage cut-off [V]",
)
"""What a file must give beside the numbers of its template."""

LENT: Final = (
    "Cathode electrode inactive density [kg.m-3]",
    "Cathode electrode conductivity [S.m-1]",
    "Cathode electrode Bruggeman coefficient (electrolyte)",
    "Cathode electrode Bruggeman coefficient (electrode)",
    "Cathode electrode charge transfer coefficient",
    "Cathode electrode OCP entropic change [V.K-1]",
)
"""Numbers of a coating that are those of NVP, all of them assumed, where a file has none."""

COLUMNS: Final = ("content", "potential_V")
POTENTIAL: Final = "Positive electrode OCP [V]"

_HEADER: Final = ("template", "title", "potential", "potential class", "potential source")
_LIMITS: Final = {COLUMNS[0]: (0.0, 1.0), COLUMNS[1]: (0.5, 5.5)}
_REACH: Final = (0.05, 0.95)
_FEWEST: Final = 5
_DECADE: Final = 10.0
_DENSITY: Final = "Cathode electrode true density [kg.m-3]"


@dataclass(frozen=True)
class Filled:
    """A cathode of a user's file.

    Parameters
    ----------
    name
        Stem of the file.
    template
        Short name of its template.
    entries
        Its numbers with provenance, its own and the template's.
    potential
        Against content; 1 is full of sodium, 0 has given the usable capacity.
    origin
        Class and source of the potential.
    """

    name: str
    template: str
    entries: Mapping[str, Entry]
    potential: Curve
    origin: tuple[str, str]

    @property
    def values(self) -> dict[str, Any]:
        """PyBaMM's parameters of the electrode on one square metre, full of sodium, and the cut-offs."""
        number = {name: entry.value for name, entry in self.entries.items()}

        def own(name: str) -> float:
            return number[f"Cathode electrode {name}"]

        loading, density = own("areal loading [kg.m-2]"), own("true density [kg.m-3]")
        share, thickness = own("mass fraction in the coating"), own("thickness [m]")
        solid, porosity = volume_fractions(
            loading, density, share, own("inactive density [kg.m-3]"), thickness
        )
        if not porosity > LEAST_POROSITY:
            raise ParameterFileError(
                f"{self.name}: {100.0 * loading:g} mg/cm2 at {density:g} kg/m3 leave a porosity of "
                f"{porosity:.2f} in {1e6 * thickness:g} um; a porosity above {LEAST_POROSITY} is needed: "
                "lower the loading or raise the thickness"
            )
        most = own("usable specific capacity [mA.h.g-1]") * 3600.0 / FARADAY * density
        named = {n.replace("Cathode", "Positive", 1): v for n, v in number.items()}
        one_C = named.pop("Positive electrode current of 1 C [A.kg-1]")
        low, high = (named[f"{end} voltage cut-off [V]"] for end in ("Lower", "Upper"))
        return named | {
            "Positive electrode active material volume fraction": solid,
            "Positive electrode porosity": porosity,
            "Maximum concentration in positive electrode [mol.m-3]": most,
            "Initial concentration in positive electrode [mol.m-3]": most,
            POTENTIAL: self.potential,
            "Positive particle diffusivity [m2.s-1]": functions.InsertionDiffusivity("positive"),
            "Positive electrode exchange-current density [A.m-2]": functions.InsertionExchangeCurrentDensity(
                "positive"
            ),
            "Open-circuit voltage at 0% SOC [V]": low,
            "Open-circuit voltage at 100% SOC [V]": high,
            "Electrode height [m]": 1.0,
            "Electrode width [m]": 1.0,
            "Nominal cell capacity [A.h]": one_C * loading,
        }


@cache
def template(name: str) -> dict[str, dict[str, Any]]:
    """Rows of a template by name of the number: range, class, source, and a value where it has one."""
    text = (DATA / f"{TEMPLATES[name].file}.toml").read_text("utf-8")
    rows: dict[str, dict[str, Any]] = tomllib.loads(text)
    return rows


def open_entries(name: str) -> dict[str, Entry]:
    """Numbers of a template to begin a fit from, all assumed: the middle of each range, NVP's coating.

    The middle of a range of decades is that of the logarithm. The thickness is that of NVP's porosity.
    """
    found, coat = {}, cathode_entries()
    for key, row in template(name).items():
        low, high = row["range"]
        middle = math.sqrt(low * high) if high > _DECADE * low else 0.5 * (low + high)
        value = row.get("value", float(f"{middle:.3g}"))
        kind = row["class"] if "value" in row else "assumed"
        found[key] = Entry(key, value, kind, row["source"], (low, high))
    denser = coat[_DENSITY].value / found[_DENSITY].value
    for key in (*COATING, *LENT):
        one = coat[key]
        scale = denser if "thickness" in key else 1.0
        ends = one.allowed and (scale * one.allowed[0], scale * one.allowed[1])
        kind = "setting" if one.kind == "setting" else "assumed"
        found[key] = Entry(key, scale * one.value, kind, f"as of NVP: {one.source}", ends)
    return found


def with_unusual(name: str, entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """Entries in which values outside the ranges of a template are said to be meant."""
    ranges = {key: row["range"] for key, row in template(name).items()}
    return {
        key: replace(entry, unusual=True)
        if key in ranges and not ranges[key][0] <= entry.value <= ranges[key][1]
        else entry
        for key, entry in entries.items()
    }


def is_filled(path: Path) -> bool:
    """Whether a parameter file fills a template."""
    return path.suffix == ".toml" and path.is_file() and "template" in read_header(path)


def table_of(path: Path) -> Path:
    """File of the potential of a file that fills a template."""
    file = read_header(path).get("potential")
    if not isinstance(file, str) or not file:
        raise ParameterFileError(
            f"{path.name}, [set]: potential is {shown(file)}; name a CSV file with {', '.join(COLUMNS)}"
        )
    return path.parent / file


def read_filled(path: Path) -> Filled:
    """Cathode of a file that fills a template.

    Raises
    ------
    ParameterFileError
        For a number that is missing, unknown or out of its range, and for a potential that is no table of
        content and potential, falling as the content rises.
    """
    header = read_header(path)
    for key in header:
        if key not in _HEADER:
            raise ParameterFileError(f"{path.name}, [set]: unknown key {key!r}{nearest(key, _HEADER)}")
    name = header["template"]
    if name not in TEMPLATES:
        known = ", ".join(TEMPLATES)
        raise ParameterFileError(f"{path.name}: template is {shown(name)}; choose from {known}")
    kind, source = (header.get(f"potential {key}") for key in ("class", "source"))
    if kind not in CLASSES or not isinstance(source, str) or not source:
        raise ParameterFileError(
            f"{path.name}, [set]: 'potential class' is {shown(kind)}, 'potential source' {shown(source)}; "
            f"the class is one of {', '.join(CLASSES)}, the source a text"
        )
    entries = _entries(path, name)
    table = _read_table(table_of(path))
    return Filled(path.stem, name, entries, table, (kind, source))


def _entries(path: Path, name: str) -> dict[str, Entry]:
    own, rows = read_entries(path), template(name)
    half_cell = (n for n in shipped_entries(FIRST_OF_KIND["cathode"]) if not is_of_law(n))
    known = dict.fromkeys([*rows, *COATING, *LENT, *half_cell])
    for key, entry in own.items():
        if key not in known:
            raise ParameterFileError(f"{path.name}: unknown parameter {key!r}{nearest(key, known)}")
        low, high = rows.get(key, {}).get("range", (-math.inf, math.inf))
        if not low <= entry.value <= high and not entry.unusual:
            raise ParameterFileError(
                f"{path.name}, {key!r}: value is {entry.value:g}; of {TEMPLATES[name].long_name} it "
                f"lies from {low:g} to {high:g} ({rows[key]['source']}): mend it, or write unusual = true "
                "beside it"
            )
    found = {key: entry for key, entry in cathode_entries().items() if key in LENT}
    for key, row in rows.items():
        if "value" in row:
            found[key] = Entry(key, row["value"], row["class"], row["source"], tuple(row["range"]))
    found |= own
    for key in (*rows, *COATING):
        if key not in found:
            of = f", {rows[key]['range'][0]:g} to {rows[key]['range'][1]:g}" if key in rows else ""
            raise ParameterFileError(f"{path.name}: {key!r} is missing{of}; give value, class and source")
    return found


def _read_table(path: Path) -> Curve:
    rows = [[row[column] for column in COLUMNS] for row in read_columns(path, _LIMITS, COLUMNS)]
    points = np.array(sorted(rows), dtype=float).reshape(-1, 2)
    x, y = points.T
    if len(x) < _FEWEST or x[0] > _REACH[0] or x[-1] < _REACH[1]:
        reach = f" from {x[0]:g} to {x[-1]:g}" if len(x) else ""
        raise ParameterFileError(
            f"{path.name}: {len(x)} contents{reach}; "
            f"give {_FEWEST} or more, from {_REACH[0]:g} or below to {_REACH[1]:g} or above"
        )
    for k in range(1, len(x)):
        if not (x[k] > x[k - 1] and y[k] < y[k - 1]):
            raise ParameterFileError(
                f"{path.name}: at content {x[k]:g} the potential is {y[k]:g} V after {y[k - 1]:g} V at "
                f"{x[k - 1]:g}; it must fall as the content rises, each content once"
            )
    return Curve("potential of a file", x=tuple(x.tolist()), y=tuple(y.tolist()))


def write_fill_in(name: str, path: Path) -> int:
    """Write a file to be filled for a template; refuse to overwrite. Return the number of open values.

    Raises
    ------
    ParameterFileError
        Where the file exists.
    WriteError
        Where it cannot be written.
    """
    if path.exists():
        raise ParameterFileError(f"{path} exists already; give another name or remove it")
    rows, row = template(name), TEMPLATES[name]
    lines = [
        f"# {row.long_name}: fill in value, class and source of each number, and name a table of potentials.",
        f"# The table (CSV) has the columns {', '.join(COLUMNS)}: content 1 is full of sodium, content 0 has",
        "# given the usable capacity; the potential is that at rest against sodium at 25 C.",
        "",
        "[set]",
        f'template = "{name}"',
        'potential = "curve.csv"',
        '"potential class" = "measured"',
        '"potential source" = ""',
    ]
    count = 0
    for key in (*COATING, *rows):
        of = rows.get(key, {})
        if "value" in of:
            continue
        count += 1
        lines += ["", f'["{key}"]', "# value =", 'class = "measured"', 'source = ""']
        ends = of.get("range")
        lines.append(f"range = [{ends[0]!r}, {ends[1]!r}]  # {of['source']}" if ends else "# range =")
    write_text(path, "\n".join(lines) + "\n")
    return count
