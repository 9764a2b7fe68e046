"""What the page can set, its limits, and the check of every input."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from napore.cells import MODELS
from napore.experiments.checks import check_rate
from napore.experiments.temperature import TEMPERATURE_LIMITS_C
from napore.models.laws import ADSORPTION_LAWS
from napore.parameters import schema
from napore.parameters.catalogue import names_of_kind
from napore.parameters.law_numbers import with_law
from napore.parameters.provenance import Entry, nearest
from napore.parameters.sets import load_set, pair_set

from .assets import packaged

CARBONS: Final = names_of_kind("carbon")
"""Long name of each carbon by its short one."""

CATHODES: Final = {"none": "none (sodium foil)"} | names_of_kind("cathode")
"""What the carbon is cycled against."""

CHOICES: Final = ("carbon", "cathode", "model", "adsorption_law")
"""Inputs of a state that are no numbers."""

SITES: Final = "Carbon electrode specific capacity of all sites [mA.h.g-1]"
FRACTION: Final = "Carbon electrode adsorption capacity fraction"
REVERSIBLE: Final = "Carbon electrode reversible capacity [mA.h.g-1]"
KELVIN: Final = 273.15
RATE_START_C: Final = 0.2
_DIGITS: Final = 6


class PageError(ValueError):
    """An input of the page that is not accepted; the message says what is allowed."""


@dataclass(frozen=True)
class Quantity:
    """One slider.

    Parameters
    ----------
    key, label, unit
        Name in a state, on the page, and its unit.
    why
        What it does, in one sentence.
    entry
        Parameter whose value is the start and whose range, if ``limits`` is None, is the range.
        Names of a full cell's set.
    scale
        Value on the page over that of the entry.
    limits
        Lowest and highest value on the page, of what the user designs or asks of the cell.
    logarithmic
        Whether the slider is.
    only
        ``"half"`` or ``"full"`` where the other kind of cell lacks it.
    """

    key: str
    label: str
    unit: str
    why: str
    entry: str = ""
    scale: float = 1.0
    limits: tuple[float, float] | None = None
    logarithmic: bool = False
    only: str = ""

    def of(self, cathode: str) -> bool:
        """Whether a cell with this cathode has it."""
        return self.only != ("full" if cathode == "none" else "half")


def _quantities() -> Iterator[Quantity]:
    rows = tomllib.loads(packaged("data/sliders.toml").decode())
    rows["temperature_C"]["limits"] = TEMPERATURE_LIMITS_C
    for key, row in rows.items():
        limits = row.pop("limits", None)
        yield Quantity(key, **row, limits=None if limits is None else tuple(limits))


QUANTITIES: Final = tuple(_quantities())
"""Every slider, in the order of the page."""


@dataclass(frozen=True)
class State:
    """A checked state of the page.

    Parameters
    ----------
    carbon, cathode, model, adsorption_law
        One of :data:`CARBONS`, of :data:`CATHODES`, of ``napore.cells.MODELS`` and of :func:`laws_offered`.
    values
        Every quantity of the cell on the scale of the page, by key.
    """

    carbon: str
    cathode: str
    model: str
    adsorption_law: str
    values: tuple[tuple[str, float], ...]

    @property
    def full(self) -> bool:
        """Whether the cell has a cathode."""
        return self.cathode != "none"

    @property
    def cell(self) -> str:
        """Short name of the cell."""
        return f"{self.carbon}-{self.cathode}" if self.full else self.carbon

    def __getitem__(self, key: str) -> float:
        return dict(self.values)[key]

    def to_dict(self) -> dict[str, Any]:
        """Every input by name."""
        return {name: getattr(self, name) for name in CHOICES} | dict(self.values)

    def parameters(self) -> dict[str, float]:
        """Parameters of the set that differ from it, by name, SI."""
        numbers = source_of(self.carbon, self.cathode).numbers
        side = "Cathode" if self.full else "Carbon"
        loading, thickness = f"{side} electrode areal loading [kg.m-2]", f"{side} electrode thickness [m]"
        found: dict[str, float] = {}
        for quantity in QUANTITIES:
            if quantity.key not in dict(self.values) or not quantity.entry:
                continue
            value = self[quantity.key]
            if value == default_of(quantity, self.carbon, self.cathode):
                continue
            if quantity.key == "loading_mg_cm2":
                found[loading] = 0.01 * value
                found[thickness] = numbers[thickness] * found[loading] / numbers[loading]
            elif quantity.key == "pore_capacity_mAh_g":
                sites = numbers[FRACTION] * numbers[SITES]
                found[SITES] = sites + value
                found[FRACTION] = sites / found[SITES]
                if self.full:  # its first cycle loses a share of it
                    found[REVERSIBLE] = numbers[REVERSIBLE] * found[SITES] / numbers[SITES]
            elif quantity.key == "temperature_C":
                found[quantity.entry] = value + KELVIN
            else:
                found[quantity.entry] = value / quantity.scale
        return found


@cache
def source_of(carbon: str, cathode: str) -> Any:
    """Parameter set of a cell of the page."""
    return load_set(carbon) if cathode == "none" else pair_set(carbon, cathode)


def laws_offered() -> list[str]:
    """Adsorption laws of the registry whose numbers come with napore, that of the shipped sets first.

    Examples
    --------
    >>> laws_offered()[:4]
    ['three kinds', 'mean field', 'Bragg-Williams', 'site energy distribution']
    """
    own = source_of("fjh", "none").law
    return [own, *(law for law in ADSORPTION_LAWS if law != own and _has_numbers(law))]


def _has_numbers(law: str) -> bool:
    try:
        with_law(source_of("fjh", "none"), law)
    except ValueError:
        return False
    return True


def entry_of(quantity: Quantity, carbon: str, cathode: str) -> Entry:
    """Parameter behind a quantity."""
    name = quantity.entry
    if quantity.key == "loading_mg_cm2":
        name = f"{'Carbon' if cathode == 'none' else 'Cathode'} electrode areal loading [kg.m-2]"
    found: Entry = source_of(carbon, cathode).entries[name]
    return found


@cache
def default_of(quantity: Quantity, carbon: str, cathode: str) -> float:
    """Start value of a quantity on the scale of the page."""
    if not quantity.entry:
        return RATE_START_C
    value = entry_of(quantity, carbon, cathode).value
    if quantity.key == "pore_capacity_mAh_g":
        value *= 1.0 - source_of(carbon, cathode).numbers[FRACTION]
    if quantity.key == "temperature_C":
        value -= KELVIN
    return _rounded(value * quantity.scale)


@cache
def limits_of(quantity: Quantity, carbon: str, cathode: str) -> tuple[float, float]:
    """Lowest and highest value of a quantity on the scale of the page."""
    if quantity.limits is not None:
        return quantity.limits
    allowed = entry_of(quantity, carbon, cathode).allowed
    assert allowed is not None  # every entry behind a slider without limits has a range
    return _rounded(allowed[0] * quantity.scale), _rounded(allowed[1] * quantity.scale)


def check_state(given: Any) -> State:
    """State from what a client sent; what is not given is that of the set.

    Raises
    ------
    PageError
        With the name, the value, what is allowed and how to mend it.

    Examples
    --------
    >>> check_state({"carbon": "tf", "rate_C": 1})["rate_C"]
    1.0
    >>> check_state({"rate_C": -1})
    Traceback (most recent call last):
    napore.page.quantities.PageError: Rate is -1 C: give a number from 0.02 to 10 C
    """
    if not isinstance(given, Mapping):
        raise PageError('the state is no object: send names with values, such as {"rate_C": 1}')
    known = [*CHOICES, *(quantity.key for quantity in QUANTITIES)]
    for name in (name for name in given if name not in known):
        raise PageError(f"unknown input {schema.shown(name)}{nearest(str(name)[:40], known)}")
    carbon = _choice(given, "carbon", list(CARBONS))
    cathode = _choice(given, "cathode", list(CATHODES))
    model = _choice(given, "model", list(MODELS))
    law = _choice(given, "adsorption_law", laws_offered())
    values = []
    for quantity in QUANTITIES:
        if not quantity.of(cathode):
            if given.get(quantity.key) is not None:
                cell, mend = ("half", "choose a") if cathode == "none" else ("full", "choose no")
                raise PageError(f"{quantity.label} is given, but a {cell} cell has none: {mend} cathode")
            continue
        start = default_of(quantity, carbon, cathode)
        value = given.get(quantity.key)
        values.append((quantity.key, start if value is None else _number(quantity, value, carbon, cathode)))
    return State(carbon, cathode, model, law, tuple(values))


def _choice(given: Mapping[str, Any], name: str, allowed: list[str]) -> str:
    value = given.get(name)
    if value is None:
        return allowed[0]
    if not isinstance(value, str) or value not in allowed:
        hint = nearest(value[:40], allowed) if isinstance(value, str) else ""
        raise PageError(f"{name} is {schema.shown(value)}: choose from {', '.join(allowed)}{hint}")
    return value


def _number(quantity: Quantity, value: Any, carbon: str, cathode: str) -> float:
    low, high = limits_of(quantity, carbon, cathode)
    allowed = f"give a number from {low:g} to {high:g} {quantity.unit}"
    try:
        number = schema.number(quantity.label, value, PageError)
    except PageError:
        raise PageError(f"{quantity.label} is {schema.shown(value)}: {allowed}") from None
    if not low <= number <= high:
        raise PageError(f"{quantity.label} is {number:g} {quantity.unit}: {allowed}")
    if quantity.key == "rate_C":
        check_rate(number)
    return _rounded(number)


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
