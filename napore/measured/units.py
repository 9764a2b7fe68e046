"""Quantities and units of measured data, and how columns of files are named.

A column is known by its name (``Ewe``, ``Test Time``, ``specific capacity``) and its unit, which
stands behind the name in any of the usual ways: ``I/mA``, ``Current(mA)``, ``current [mA]``,
``Current / A``, ``current_mA``, ``voltage_volt``. A quantity without a unit is never guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["QUANTITIES", "Quantity", "Unit", "find_unit", "name_and_unit", "quantity_of"]


@dataclass(frozen=True)
class Unit:
    """A unit of a quantity.

    Parameters
    ----------
    name
        As it is printed.
    factor
        Value in the base unit of the quantity per value in this one.
    per_gram
        Whether the quantity is per gram of active material.
    """

    name: str
    factor: float
    per_gram: bool = False


@dataclass(frozen=True)
class Quantity:
    """A quantity that columns may hold.

    Parameters
    ----------
    name
        As it is printed.
    spellings
        Names of columns, in lower case without signs.
    units
        By their spellings without blanks; the first is the base unit.
    """

    name: str
    spellings: frozenset[str]
    units: Mapping[str, Unit]

    @property
    def examples(self) -> str:
        """Units that are known, for messages."""
        return ", ".join(dict.fromkeys(unit.name for unit in self.units.values()))


def _units(*known: tuple[Unit, tuple[str, ...]]) -> dict[str, Unit]:
    return {spelling: unit for unit, spellings in known for spelling in (unit.name, *spellings)}


def _per_gram(*spellings: str) -> tuple[str, ...]:
    """Spellings of a unit per gram: mAh/g, mAhg-1, mAh_g."""
    return tuple(f"{spelling}{end}" for spelling in spellings for end in ("/g", "g-1", "_g"))


_TIME = _units(
    (Unit("s", 1.0), ("sec", "second", "seconds")),
    (Unit("min", 60.0), ("minute", "minutes")),
    (Unit("h", 3600.0), ("hr", "hour", "hours")),
    (Unit("ms", 1e-3), ()),
    (Unit("d", 86400.0), ("day", "days")),
    (Unit("h:min:s", 1.0), ("h:m:s", "hh:mm:ss", "h:min:s.ms", "hms")),
)
_VOLTAGE = _units((Unit("V", 1.0), ("v", "volt", "volts", "VvsNa+/Na", "VvsNa/Na+")), (Unit("mV", 1e-3), ()))
_CURRENT = _units(
    (Unit("A", 1.0), ("a", "ampere", "amp", "amps")),
    (Unit("mA", 1e-3), ("ma", "milliampere")),
    (Unit("uA", 1e-6), ("µA", "μA")),
    (Unit("mA/g", 1.0, per_gram=True), (*_per_gram("mA", "ma"), "A/kg", "Akg-1")),
    (Unit("A/g", 1e3, per_gram=True), _per_gram("A")),
)
_CHARGE = _units(
    (Unit("Ah", 1.0), ("ah", "Amperehour", "amperehour")),
    (Unit("mAh", 1e-3), ("mah",)),
    (Unit("uAh", 1e-6), ("µAh", "μAh")),
    (Unit("C", 1.0 / 3600.0), ("coulomb",)),
    (Unit("mAh/g", 1.0, per_gram=True), (*_per_gram("mAh", "mah"), "Ah/kg", "Ahkg-1")),
    (Unit("Ah/g", 1e3, per_gram=True), _per_gram("Ah")),
)
_OHM = _units(
    (Unit("ohm", 1.0), ("Ohm", "OHM", "Ω", "Ω", "ohms", "Ohms")),
    (Unit("mohm", 1e-3), ("mOhm", "mΩ", "mΩ")),
    (Unit("kohm", 1e3), ("kOhm", "kΩ", "kΩ")),
)
_POWER = _units((Unit("W", 1.0), ("watt",)), (Unit("mW", 1e-3), ()))

QUANTITIES: Final[Mapping[str, Quantity]] = {
    "time": Quantity(
        "time", frozenset({"time", "t", "test time", "total time", "elapsed time", "time elapsed"}), _TIME
    ),
    "current": Quantity(
        "current", frozenset({"current", "i", "specific current", "current density"}), _CURRENT
    ),
    "voltage": Quantity(
        "voltage",
        frozenset({"voltage", "potential", "ewe", "ecell", "e", "u", "v", "cell voltage", "ewe-ece"}),
        _VOLTAGE,
    ),
    "capacity": Quantity(
        "capacity",
        frozenset(
            {
                "capacity",
                "q",
                "specific capacity",
                "capacity specific",
                "charge capacity",
                "discharge capacity",
            }
            # of the Battery Data Format
            | {"charging capacity", "discharging capacity", "step capacity", "net capacity"}
            | {"sodiation capacity", "desodiation capacity", "q-qo", "q charge/discharge", "dq"}
            | {"q charge", "q discharge", "spec. cap.", "chg. cap.", "dchg. cap."}
        ),
        _CHARGE,
    ),
    "rate": Quantity("rate", frozenset({"rate", "c-rate", "c rate"}), _units((Unit("C", 1.0), ("c", "1/h")))),
    "power": Quantity("power", frozenset({"power", "p"}), _POWER),
    "frequency": Quantity(
        "frequency",
        frozenset({"frequency", "freq", "freq.", "f"}),
        _units((Unit("Hz", 1.0), ("hz", "HZ")), (Unit("kHz", 1e3), ()), (Unit("mHz", 1e-3), ())),
    ),
    "real part": Quantity(
        "real part of the impedance",
        frozenset({"re(z)", "z'", "zreal", "z real", "real", "zre", "z re"}),
        _OHM,
    ),
    "imaginary part": Quantity(
        "imaginary part of the impedance",
        frozenset({"im(z)", "z''", 'z"', "zimag", "z imag", "imag", "zim"}),
        _OHM,
    ),
    "negative imaginary part": Quantity(
        "negative imaginary part of the impedance",
        frozenset({"-im(z)", "-z''", '-z"', "-zimag", "-z imag", "-imag", "-zim"}),
        _OHM,
    ),
}
"""Quantities by key. Time in s, voltage in V, current in A or mA/g, charge in Ah or mAh/g."""

_BEHIND = (
    re.compile(r"^(?P<name>.+?)\s*\[(?P<unit>[^\]]+)\]$"),
    re.compile(r"^(?P<name>.+?)\s*\((?P<unit>[^()]+)\)$"),
    re.compile(r"^(?P<name>.+?)\s*/\s*\(?(?P<unit>[^()]+?)\)?$"),
    re.compile(r"^(?P<name>.+?)\s*,\s*(?P<unit>.+)$"),
    re.compile(r"^(?P<name>.+?)\s+in\s+(?P<unit>.+)$"),
    re.compile(r"^(?P<name>[^_]+(?:_[^_]+)*?)_(?P<unit>[^_]+(?:_g)?)$"),
)


def find_unit(quantity: Quantity, text: str) -> Unit | None:
    """Unit of a quantity by its spelling; None where it is none of its units."""
    spelt = re.sub(r"[\s.·⋅*^]", "", text.replace("⁻¹", "-1").replace("−", "-"))
    return quantity.units.get(spelt) or quantity.units.get(spelt.replace("h:min:sms", "h:min:s"))


def _plain(name: str) -> str:
    """Name of a column in lower case, with blanks for underscores and without brackets around it."""
    text = re.sub(r"[_\s]+", " ", name.strip().lower()).strip("~# ")
    return re.sub(r"^[<|(](?P<inner>.*)[>|)]$", r"\g<inner>", text)


def name_and_unit(label: str) -> list[tuple[str, str | None]]:
    """Ways to read a column's label as a name and a unit, the likeliest first."""
    label = label.strip().strip("\ufeff")
    read: list[tuple[str, str | None]] = []
    for pattern in _BEHIND:
        found = pattern.match(label)
        if found:
            read.append((_plain(found["name"]), found["unit"]))
    return [*read, (_plain(label), None)]


def quantity_of(label: str) -> tuple[str, Unit | None, str | None] | None:
    """Key of the quantity that a label names, its unit, and the unit as written.

    The unit is None where none is written or where it is none of the quantity's.

    Examples
    --------
    >>> quantity_of("<I>/mA")[1].name
    'mA'
    >>> quantity_of("Specific Capacity(mAh/g)")[1].name
    'mAh/g'
    >>> quantity_of("Current / furlong")
    ('current', None, 'furlong')
    """
    unknown: tuple[str, Unit | None, str | None] | None = None
    for name, written in name_and_unit(label):
        for key, quantity in QUANTITIES.items():
            if name not in quantity.spellings:
                continue
            unit = None if written is None else find_unit(quantity, written)
            if unit is not None:
                return key, unit, written
            unknown = unknown or (key, None, written)
    return unknown
