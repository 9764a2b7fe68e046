"""Electrolytes by name: conductivity and diffusivity against concentration, and the numbers beside them.

A file has numbers with class, source and range like any parameter file, and names a table (CSV) of
conductivity and diffusivity against concentration. The table gives the shape, and the numbers at 1 mol/L its
scale, so that each number acts as in the shipped electrolyte.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import pybamm

from napore.models.foil import FILM
from napore.models.pore_filling import arrhenius

from .catalogue import ELECTROLYTES
from .numbered import Numbers
from .optional import is_optional
from .provenance import DATA, Entry, ParameterFileError, nearest, read_columns, read_entries, read_header

Set = TypeVar("Set", bound=Numbers)

NAMES: Final = (
    "Electrolyte reference conductivity [S.m-1]",
    "Electrolyte reference diffusivity [m2.s-1]",
    "Electrolyte conductivity activation energy [J.mol-1]",
    "Cation transference number",
    "Thermodynamic factor",
    "Initial concentration in electrolyte [mol.m-3]",
    "Electrolyte density [kg.m-3]",
    "Sodium metal reference exchange-current density [A.m-2]",
    "Sodium metal exchange-current activation energy [J.mol-1]",
    FILM,
)
"""Numbers that go with an electrolyte."""

COLUMNS: Final = ("concentration_mol_m3", "conductivity_S_m", "diffusivity_m2_s")
_LIMITS: Final = dict(zip(COLUMNS, ((0.1, 6000.0), (1e-4, 20.0), (1e-13, 1e-8)), strict=True))
_SCALE: Final = dict(zip(COLUMNS[1:], NAMES[:2], strict=True))
_MUST: Final = (NAMES[3],)
_ORDER: Final = 4
_LEAST: Final = 1e-3
"""Concentration over 1 mol/L that keeps the slope of a root finite in a depleted electrolyte."""
_SMOOTH: Final = 0.05
_STEEPEST: Final = 20.0
"""Powers of the concentration with which a property may change between neighbouring points: a salt that
glasses over falls with less than a tenth power."""


class UnknownElectrolyteError(ValueError):
    """A name of an electrolyte that is neither shipped nor a file; names the nearest."""


@dataclass(frozen=True)
class Shape:
    """A property of an electrolyte over its value at 1 mol/L and 25 C, times a number and Arrhenius.

    ``ln(y/y_1) = p ln m + sum_k a_k (sqrt(m + e) - sqrt(1 + e))^k``, m the concentration over 1 mol/L and
    e = 0.001. The roots are those of Debye and Hueckel's limit.

    Parameters
    ----------
    number
        Name of the value at 1 mol/L.
    coefficients
        ``a_1, a_2, ...``
    power
        ``p``: 1 for the conductivity, which ends where the salt ends; 0 for the diffusivity.
    low, high
        Ends of the table [mol/m3], beyond which the sum stays as it is there.
    """

    number: str
    coefficients: tuple[float, ...]
    power: int
    low: float
    high: float

    __name__ = "electrolyte_shape"

    def ratio(self, c_e: Any) -> Any:
        """Value over that at 1 mol/L at a concentration [mol/m3]."""
        m = c_e / 1000.0
        inside = _between(m, self.low / 1000.0, self.high / 1000.0)
        root = np.sqrt(inside + _LEAST) - math.sqrt(1.0 + _LEAST)
        exponent: Any = 0.0
        for a in self.coefficients[::-1]:
            exponent = (exponent + a) * root
        return np.exp(exponent) * m if self.power else np.exp(exponent)

    def __call__(self, c_e: Any, T: Any) -> Any:
        """Value at a concentration [mol/m3] and ``T`` [K]."""
        barrier = pybamm.Parameter(NAMES[2])
        return pybamm.Parameter(self.number) * self.ratio(c_e) * arrhenius(barrier, T)


def _between(m: Any, low: float, high: float) -> Any:
    if isinstance(m, pybamm.Symbol):
        return pybamm.minimum(pybamm.maximum(m, low), high)
    return np.clip(m, low, high)


@dataclass(frozen=True)
class Electrolyte:
    """An electrolyte.

    Parameters
    ----------
    name
        Short name, or the stem of the file.
    title
        What it is, in one line.
    entries
        Its numbers with provenance, and those of the sodium foil in it.
    conductivity, diffusivity
        Against concentration; None: as in the shipped sets.
    """

    name: str
    title: str
    entries: Mapping[str, Entry]
    conductivity: Shape | None = None
    diffusivity: Shape | None = None

    @property
    def functions(self) -> dict[str, Any]:
        """PyBaMM parameters in the place of those of the sets."""
        found = {
            "Electrolyte conductivity [S.m-1]": self.conductivity,
            "Electrolyte diffusivity [m2.s-1]": self.diffusivity,
        }
        return {name: shape for name, shape in found.items() if shape is not None}


def load_electrolyte(name: str | Path) -> Electrolyte:
    """Electrolyte by name, or from a TOML file.

    Raises
    ------
    UnknownElectrolyteError
        With the nearest known name.
    ParameterFileError
        With what is wrong in the file, or in its table.

    Examples
    --------
    >>> salt = load_electrolyte("EC:PC")
    >>> round(float(salt.conductivity.ratio(1000.0)), 3)
    1.0
    """
    known = {key.lower(): key for key in ELECTROLYTES}
    short = known.get(str(name).lower())
    path = DATA / f"{ELECTROLYTES[short]}.toml" if short else Path(name)
    if short is None and path.suffix != ".toml" and not path.is_file():
        raise UnknownElectrolyteError(
            f"unknown electrolyte {str(name)!r}{nearest(str(name).lower(), known)} (known: "
            f"{', '.join(ELECTROLYTES)}, or a .toml file)"
        )
    entries = {key: entry for key, entry in read_entries(path).items() if short is None or key in NAMES}
    for key in entries:
        if key not in NAMES:
            raise ParameterFileError(
                f"{path.name}: {key!r} is no number of an electrolyte{nearest(key, NAMES)}; it has "
                f"{', '.join(NAMES)}"
            )
    header = read_header(path)
    table, title = header.get("table"), header.get("title", path.stem)
    if not isinstance(title, str) or not (table is None or isinstance(table, str)):
        raise ParameterFileError(f"{path.name}, [set]: write title and table as text in quotes")
    shapes: dict[str, Shape] = {}
    if table is not None:
        shapes, scales = _read_table(path.parent / table, str(header.get("source", f"table {table}")))
        entries = {**scales, **entries}
    for key in (*_MUST, *NAMES[:2]):
        if key not in entries:
            raise ParameterFileError(
                f"{path.name}: no {key!r}; an electrolyte needs conductivity and diffusivity (a table "
                "against concentration, or values at 1 mol/L) and its transference number"
            )
    return Electrolyte(short or path.stem, title, entries, *(shapes.get(column) for column in COLUMNS[1:]))


def with_electrolyte(source: Set, electrolyte: str | Path | None) -> Set:
    """Set with another electrolyte, and with the sodium foil's kinetics in it.

    Numbers of the set that no file of the electrolyte has stay, but for the film on the foil, which is of
    another electrolyte.
    """
    if electrolyte is None:
        return source
    found = load_electrolyte(electrolyte)
    own = {
        name: entry
        for name, entry in found.entries.items()
        if name in source.entries or is_optional(name, source.kind)
    }
    kept = {name: entry for name, entry in source.entries.items() if name != FILM}
    return replace(source, entries={**kept, **own}, electrolyte=found)


def _read_table(path: Path, source: str) -> tuple[dict[str, Shape], dict[str, Entry]]:
    """Shapes by column, and the values at 1 mol/L as entries."""
    rows = read_columns(path, _LIMITS, COLUMNS[:1])
    shapes, scales = {}, {}
    for power, column in ((1, COLUMNS[1]), (0, COLUMNS[2])):
        points = [(row[COLUMNS[0]], row[column]) for row in rows if column in row]
        if not points:
            continue
        c, y = np.array(points, dtype=float).T
        if not min(c) <= 1000.0 <= max(c):
            raise ParameterFileError(
                f"{path.name}: {column} is given from {min(c):g} to {max(c):g} mol/m3: the table must "
                "reach 1000 mol/m3, where its scale is"
            )
        _check_steps(path, column, c, y)
        coefficients, at_one, error = _fitted(c / 1000.0, y, power)
        if error > _SMOOTH:
            raise ParameterFileError(
                f"{path.name}: {column} is no smooth curve, {100 * error:.0f} % off at one of its points: "
                "give smoothed values, each concentration once"
            )
        shapes[column] = Shape(_SCALE[column], coefficients, power, float(min(c)), float(max(c)))
        low, high = (float(f"{factor * at_one:.3g}") for factor in (0.8, 1.2))
        value = float(f"{at_one:.6g}")
        scales[_SCALE[column]] = Entry(_SCALE[column], value, "literature", source, (low, high))
    return shapes, scales


def _check_steps(path: Path, column: str, c: Any, y: Any) -> None:
    """Refuse values that jump from one concentration to the next, such as one in another unit."""
    order = np.argsort(c)
    apart = np.diff(np.log(c[order]))
    steps = np.abs(np.diff(np.log(y[order])))
    worst = int(np.argmax(steps - _STEEPEST * apart)) if len(steps) else 0
    if len(steps) and steps[worst] > max(_STEEPEST * apart[worst], _SMOOTH):
        (low, high), (first, last) = c[order][worst : worst + 2], y[order][worst : worst + 2]
        raise ParameterFileError(
            f"{path.name}: {column} goes from {first:g} to {last:g} between {low:g} and {high:g} mol/m3, as "
            "in no electrolyte: look at its unit, and give each concentration once"
        )


def _fitted(m: Any, y: Any, power: int) -> tuple[tuple[float, ...], float, float]:
    """Coefficients, value at 1 mol/L and largest relative error of a shape through points."""
    order = min(_ORDER, len(np.unique(m)) - 1)
    root = np.sqrt(m + _LEAST) - math.sqrt(1.0 + _LEAST)
    logs = np.log(y) - power * np.log(m)
    found: Sequence[float] = np.polyfit(root, logs, max(order, 0))[::-1]
    error = float(np.max(np.abs(np.expm1(np.polyval(found[::-1], root) - logs))))
    return tuple(float(a) for a in found[1:]), math.exp(float(found[0])), error
