"""Quantities and units of measured data, and how columns of files are named.

A column is known by its name (``Ewe``, ``Test Time``, ``Spannung``) and its unit, which stands behind the
name in any of the usual ways: ``I/mA``, ``Current(mA)``, ``current [mA]``, ``Voltage#V``, ``current_mA``,
``voltage_volt``. A quantity without a unit is never guessed. The names are those of ``data/labels.toml``, the
only table of them.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final


@dataclass(frozen=True)
class Unit:
    """A unit of a quantity.

    Parameters
    ----------
    name
        As it is printed.
    factor
        Value in the base unit of the quantity per value in this one.
    per
        ``"g"`` for a quantity per gram of active material, ``"cm2"`` per area of the electrode, or nothing.
    """

    name: str
    factor: float
    per: str = ""


@dataclass(frozen=True)
class Quantity:
    """A quantity that columns may hold.

    Parameters
    ----------
    name
        As it is printed.
    names
        Names of columns, plain (:func:`plain_name`), the preferred ones first.
    units
        By their spellings without blanks; the first is the base unit.
    implied
        Units of names that say their unit themselves.
    """

    name: str
    names: tuple[str, ...]
    units: Mapping[str, Unit]
    implied: Mapping[str, Unit] = field(default_factory=dict)

    @property
    def examples(self) -> str:
        """Units that are known, for messages."""
        return ", ".join(dict.fromkeys(unit.name for unit in self.units.values()))


@dataclass(frozen=True)
class Label:
    """What a heading says.

    Parameters
    ----------
    key
        Of the quantity.
    unit
        None where none is written, or none of the quantity's.
    written
        The unit as written.
    rank
        Place of the name among those of the quantity; the lowest is preferred.
    """

    key: str
    unit: Unit | None
    written: str | None
    rank: int


def _table() -> dict[str, Any]:
    return tomllib.loads((files("napore.measured") / "data" / "labels.toml").read_text("utf-8"))


def _quantities(table: Mapping[str, Any]) -> dict[str, Quantity]:
    groups: dict[str, dict[str, Unit]] = {}
    for group, units in table["groups"].items():
        groups[group] = {}
        for name, row in units.items():
            unit = Unit(name, row["factor"], row.get("per", ""))
            for spelling in (name, *row["spellings"]):
                groups[group][plain_unit(spelling)] = unit
    return {
        key: Quantity(
            row["name"],
            tuple(row["names"]),
            groups[row["group"]],
            {name: groups[row["group"]][unit] for name, unit in row.get("implied", {}).items()},
        )
        for key, row in table["quantities"].items()
    }


def plain_unit(unit: str) -> str:
    """Spelling of a unit without blanks, dots and what it is measured against."""
    text = unicodedata.normalize("NFKC", unit).replace("μ", "µ").replace("\N{MINUS SIGN}", "-")
    text = re.sub(r"\s*(vs\.?|gegen|against)\s.*$", "", text.strip(), flags=re.IGNORECASE)
    return re.sub(r"[\s.·⋅*^${}]", "", text)


def plain_name(name: str) -> str:
    """Name of a column in lower case, without blanks, underscores and signs around it."""
    text = unicodedata.normalize("NFKC", name).lower().replace("\N{MINUS SIGN}", "-")
    text = re.sub(r"\s+(vs\.?|gegen|against)\s.*$", "", text)
    text = re.sub(r"[\s_.<>~#%:\ufeff]", "", text)
    return text.replace("’", "'").replace("′", "'").replace("''", '"')


_TABLE: Final = _table()
QUANTITIES: Final[Mapping[str, Quantity]] = _quantities(_TABLE)
"""Quantities by key. Time in s, voltage in V, current in A, mA/g or A/cm2, charge in Ah, mAh/g or Ah/cm2."""


def _ranks() -> dict[str, tuple[tuple[str, int], ...]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for key, quantity in QUANTITIES.items():
        for rank, name in enumerate((*quantity.names, *quantity.implied)):
            found.setdefault(plain_name(name), []).append((key, rank))
    return {name: tuple(places) for name, places in found.items()}


_RANKS: Final = _ranks()

_LONGEST: Final = 120
"""Characters of the longest heading."""

_BEHIND: Final = (
    re.compile(r"^(?P<name>.+?)\s*\[(?P<unit>[^\]]+)\]$"),
    re.compile(r"^(?P<name>.+?)\s*\((?P<unit>[^()]+(?:\([^()]*\))?[^()]*)\)$"),
    re.compile(r"^(?P<name>.+?)\s*#\s*(?P<unit>[^#]+)$"),
    re.compile(r"^(?P<name>.+?)\s*,\s*(?P<unit>.+)$"),
    re.compile(r"^(?P<name>.+?)\s+in\s+(?P<unit>.+)$"),
    re.compile(r"^(?P<name>[^_]+(?:_[^_]+)*?)_(?P<unit>[^_]+(?:_g)?)$"),
)


def find_unit(quantity: Quantity, text: str) -> Unit | None:
    """Unit of a quantity by its spelling; None where it is none of its units."""
    spelt = plain_unit(text)
    tries = [spelt, re.sub("sms$", "s", spelt), spelt.strip("()[]")]
    if spelt.isalpha() and len(spelt) > 2 and not spelt.lower().startswith("mo"):  # Mohm is not mohm
        tries.append(spelt.lower())
    return next((quantity.units[one] for one in tries if one in quantity.units), None)


def _readings(label: str) -> Iterator[tuple[str, str | None]]:
    """Ways to read a heading as a name and a unit, the likeliest first."""
    text = unicodedata.normalize("NFKC", label).strip().strip("\ufeff|").strip()
    text = re.sub(r"^<(.+?)/(.+)>$", r"\1/\2", text)
    text = re.sub(r"(?<=[\])])\s+(vs\.?|gegen|against)\s.*$", "", text)
    text = re.sub(r"(?<=[hA])[_ ]per[_ ](?=k?g|cm)", "/", text)
    text = re.sub(r"^([^/]+)_([^/_]+/k?g|[^/_]+/cm2?)$", r"\1/\2", text)
    for pattern in _BEHIND:
        if found := pattern.match(text):
            yield found["name"], found["unit"]
    parts = text.split("/")
    for k in range(1, len(parts)):
        yield "/".join(parts[:k]), "/".join(parts[k:]).strip()
    name, _, unit = text.rpartition(" ")
    if name and any(find_unit(QUANTITIES[key], unit) for key, _ in _RANKS.get(plain_name(name), ())):
        yield name, unit
    yield text, None


@lru_cache(20_000)
def label_of(label: str) -> Label | None:
    """What a heading says; None where it names no quantity.

    Examples
    --------
    >>> label_of("<I>/mA").unit.name
    'mA'
    >>> label_of("比容量（mAh/g）").unit.name
    'mAh/g'
    >>> label_of("Current / furlong")
    Label(key='current', unit=None, written='furlong', rank=8)
    >>> label_of("E [Wh]") is None
    True
    """
    unknown: Label | None = None
    if len(label) > _LONGEST:
        return None
    for name, written in _readings(label):
        plain = plain_name(name)
        for key, rank in _RANKS.get(plain, ()):
            quantity = QUANTITIES[key]
            unit = quantity.implied.get(plain) if written is None else find_unit(quantity, written)
            if unit is not None:
                return Label(key, unit, written, rank)
            # a letter names too many things: E is an energy as well
            if written is None or (len(plain) > 1 and unknown is None):
                unknown = Label(key, None, written, rank)
    return unknown


@cache
def direction_of(word: str) -> str | None:
    """``"sodiation"``, ``"desodiation"`` or ``"rest"`` for a cycler's word; None for one that is not known.

    Examples
    --------
    >>> [direction_of(word) for word in ("CC DChg", "D_CC", "C", "Rest", "恒流充电", "CC")]
    ['sodiation', 'sodiation', 'desodiation', 'rest', 'desodiation', None]
    """
    directions = _TABLE["directions"]
    for token in re.split(r"[\s_/]+", word.strip()):
        if token in directions["letters"]:
            return str(directions["letters"][token])
    text = word.lower()
    return next((str(what) for part, what in directions["words"] if part in text), None)
