"""Rows of the schema: what each parameter means, read from ``data/schema.toml``."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

HUGE: Final = 1e30
_TINY: Final = 1e-40
"""Beyond these magnitudes products of parameters leave the range of floats."""


@dataclass(frozen=True)
class Interval:
    """Values from ``low`` to ``high``, without the ends that are open."""

    low: float
    high: float
    open_low: bool = False
    open_high: bool = False

    def __contains__(self, value: float) -> bool:
        above = self.low < value if self.open_low else self.low <= value
        return above and (value < self.high if self.open_high else value <= self.high)

    def advice(self, value: float, unit: str) -> str:
        """What to give in the place of ``value``, which is not inside; ``unit`` begins with a space."""
        low, high = f"{self.low:g}", f"{self.high:g}{unit}"
        if self.low == self.high:
            return f"give {high}"
        if abs(value) > HUGE:
            return f"give at most {min(self.high, HUGE):g}{unit} in magnitude"
        if self.high == HUGE:
            if self.low == _TINY:
                return "give a positive value" if value <= 0.0 else f"give {low}{unit} or more"
            return f"give {'zero' if self.low == 0.0 else low + unit} or more"
        if self.open_low and self.open_high:
            return f"give a value between {low} and {high}"
        if self.open_low:
            return f"give a value above {low}, up to {high}"
        return f"give a value from {low} to {'below ' if self.open_high else ''}{high}"


KINDS: Final = {
    "positive": Interval(_TINY, HUGE),
    "non-negative": Interval(0.0, HUGE),
    "fraction": Interval(0.0, 1.0, open_low=True, open_high=True),
    "fraction up to 1": Interval(0.0, 1.0, open_low=True),
    "closed fraction": Interval(0.0, 1.0),
    "potential": Interval(-1.0, 6.0),
    "temperature": Interval(150.0, 500.0),
    "signed": Interval(-HUGE, HUGE),
    "count": Interval(1.0, HUGE),
}
"""Kinds of numbers with the hard limits of each; potentials are in V against Na+/Na."""

_WORDS: Final = {
    "{side}": "(?:Positive|Negative)",
    "{domain}": "(?:positive|negative)",
    "{electrode}": "(?:Carbon|Cathode)",
    "{axis}": "[yz]",
    "{k}": r"[1-9]",
    "{x}": r"[-+.0-9e]+",
}
_SPELLINGS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "carbon": {"Positive": ("Carbon",)},
    "cathode": {"Positive": ("Cathode",)},
    "full": {"Negative": ("Carbon",), "Positive": ("Cathode",)},
    "": {"Positive": ("Carbon", "Cathode"), "Negative": ("Carbon",)},
}
"""Electrode of ours by PyBaMM's, for each kind of cell; of an unknown one in the order of trial."""


@dataclass(frozen=True)
class Row:
    """What one parameter means.

    Parameters
    ----------
    name
        Name in the sets' spelling, or a pattern of names.
    kind
        One of :data:`KINDS`.
    hard
        Values that physics and the equations allow.
    plausible
        Lowest and highest value that needs no word of its own.
    role
        ``"material"``, ``"geometry"``, ``"cell"``, ``"condition"``, ``"setting"``, ``"protocol"`` or
        ``"derived"`` (from other numbers of a set).
    acts
        What it takes to act, all of them; empty where it acts in every model.
    function
        Whether PyBaMM takes a function in the place of the number.
    means
        What its name does not say.
    """

    name: str
    kind: str
    hard: Interval
    plausible: tuple[float, float]
    role: str
    acts: tuple[str, ...] = ()
    function: bool = False
    means: str = ""

    @property
    def unit(self) -> str:
        """Unit in the brackets of the name; ``-`` where there are none."""
        return split_unit(self.name)[1]


def split_unit(name: str) -> tuple[str, str]:
    """Name and unit of a PyBaMM parameter name; the unit is ``-`` where there is none.

    Examples
    --------
    >>> split_unit("Carbon particle radius [m]")
    ('Carbon particle radius', 'm')
    """
    found = re.fullmatch(r"(.*\S)\s*\[(.+)\]", name)
    return (found[1], found[2]) if found else (name, "-")


@cache
def rows() -> tuple[Row, ...]:
    """Every row of the schema."""
    text = (Path(__file__).parent / "data" / "schema.toml").read_text(encoding="utf-8")
    return tuple(_row(name, table) for name, table in tomllib.loads(text).items())


def _row(name: str, table: Mapping[str, Any]) -> Row:
    fields = dict(table)
    hard = fields.pop("hard", None)
    limits = KINDS[fields["kind"]] if hard is None else _interval(hard)
    low, high = fields.pop("plausible")
    return Row(name, hard=limits, plausible=(low, high), acts=tuple(fields.pop("acts", ())), **fields)


def _interval(text: str) -> Interval:
    low, high = (min(max(float(end), -HUGE), HUGE) for end in text[1:-1].split(","))
    return Interval(low, high, text[0] == "(", text[-1] == ")")


@cache
def _patterns() -> tuple[dict[str, Row], tuple[tuple[re.Pattern[str], Row], ...]]:
    exact = {row.name: row for row in rows() if "{" not in row.name}
    patterns = []
    for row in rows():
        if row.name not in exact:
            text = re.escape(row.name)
            for word, choices in _WORDS.items():
                text = text.replace(re.escape(word), choices)
            patterns.append((re.compile(text), row))
    return exact, tuple(patterns)


def own_name(name: str, cell: str) -> str:
    """Name in the sets' spelling of a number in PyBaMM's; the name itself where there is none.

    Parameters
    ----------
    name
        Such as ``"Positive particle radius [m]"``.
    cell
        Kind of the cell: ``"carbon"`` or ``"cathode"`` (half cells) or ``"full"``.

    Examples
    --------
    >>> own_name("Positive particle radius [m]", "full")
    'Cathode particle radius [m]'
    """
    for host, own in _SPELLINGS[cell].items():
        if name.startswith((f"{host} electrode", f"{host} particle")):
            return own[0] + name.removeprefix(host)
    return name


def pybamm_name(name: str, cell: str) -> str:
    """PyBaMM's spelling of a name of the sets; the name itself where it is no electrode's.

    Examples
    --------
    >>> pybamm_name("Carbon particle radius [m]", "full")
    'Negative particle radius [m]'
    """
    for host, (own,) in _SPELLINGS[cell].items():
        if name.startswith((f"{own} electrode", f"{own} particle")):
            return host + name.removeprefix(own)
    return name


@cache
def row_of(name: str, cell: str = "") -> Row | None:
    """Row of a parameter in the spelling of the sets or of PyBaMM; None where the schema has none.

    Parameters
    ----------
    name
        Of the parameter.
    cell
        Kind of the cell, which says which electrode PyBaMM's "Positive" is; where empty, a name that is
        both a foil's and a carbon's is the foil's.
    """
    exact, patterns = _patterns()
    names = [own_name(name, cell)] if cell else [name]
    if not cell:
        for host, own in _SPELLINGS[""].items():
            if name.startswith((f"{host} electrode", f"{host} particle")):
                names += [electrode + name.removeprefix(host) for electrode in own]
    for one in names:
        found = exact.get(one) or next((row for pattern, row in patterns if pattern.fullmatch(one)), None)
        if found is not None:
            return found
    return None
