"""Per gram: mass and area of an electrode, from the user or from the header of a file."""

import math
import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Final

import numpy as np

from napore.parameters.schema import shown

from .columns import Column
from .errors import MeasuredDataError
from .series import Array
from .tables import Table

_NUMBER: Final = r"([\d]+(?:[.,]\d+)?(?:[eE][+-]?\d+)?)"
_PER: Final = r"(?!\s*(?:[/·]|per\b|pro\b)|\s*[cm]?m\s*(?:\^?-|⁻))"
"""What makes a unit one per area or per something else: a loading is no mass."""

_MASS_LINE: Final = re.compile(
    r"(?:mass\s+of\s+active\s+material|active\s+(?:material\s+)?mass|active\s+material|aktivmasse|masse\s+aktivmaterial|"
    rf"活性物质(?:质量)?|^\W*mass)\W{{0,4}}(?:[(\[]?(mg|g|µg|ug|kg){_PER}[)\]]?)?[\s:=,;\"]*{_NUMBER}"
    rf"(?:[\s,;\"(\[]*(mg|g|µg|ug|kg)\b{_PER})?",
    re.IGNORECASE,
)
_AREA_LINE: Final = re.compile(
    r"(?:electrode\s+(?:surface\s+)?area|elektrodenfläche|^\W*area)\W{0,4}(?:(cm|mm)\W{0,2}[2²]\W?)?[\s:=,;\"]*"
    rf"{_NUMBER}[\s,;\"(\[]*(cm|mm)?",
    re.IGNORECASE,
)
_TO_MG: Final = {"mg": 1.0, "g": 1e3, "µg": 1e-3, "ug": 1e-3, "kg": 1e6}

_NOT_ENTERED: Final = 0.001
"""What EC-Lab writes where nobody entered a mass [mg] or an area [cm2]."""


@dataclass(frozen=True)
class Scale:
    """What turns currents and charges into those per gram.

    Parameters
    ----------
    name
        Of the file, for messages.
    mass_mg
        None where it is not known.
    mass_from
        ``"option"``, ``"header"`` or None.
    area_cm2
        None where it is not known.
    remarks
        Where they come from.
    """

    name: str
    mass_mg: float | None = None
    mass_from: str | None = None
    area_cm2: float | None = None
    remarks: tuple[str, ...] = ()

    def apply(self, column: Column) -> Array:
        """Current in mA/g or charge in mAh/g; mA or mAh where no mass is known.

        Raises
        ------
        MeasuredDataError
            For a quantity per area without the area.
        """
        if column.per_gram:
            return column.values
        values = 1e3 * column.values
        if column.unit.per == "cm2":
            if self.area_cm2 is None:
                raise MeasuredDataError(
                    f"{self.name}: column {column.label!r} is per area: give the electrode's area, "
                    "area_cm2=1.13"
                )
            values = values * self.area_cm2
        return np.asarray(values / (1.0 if self.mass_mg is None else 1e-3 * self.mass_mg))

    def knows(self, column: Column) -> bool:
        """Whether :meth:`apply` gives numbers per gram."""
        return column.per_gram or self.mass_mg is not None


def check_positive(value: Any, name: str, unit: str, error: type[ValueError] = MeasuredDataError) -> None:
    """Refuse what is given and is no positive number.

    Raises
    ------
    MeasuredDataError
        Or another class of error, for what is no number, not finite or not above the least normal number.
    """
    number = isinstance(value, Real) and not isinstance(value, bool | np.bool_)
    if value is not None and not (number and math.isfinite(value) and value > sys.float_info.min):
        raise error(f"{name} is {f'{value:g}' if number else shown(value)}: give a positive number, {unit}")


def scale_of(table: Table, mass_mg: float | None, area_cm2: float | None) -> Scale:
    """Mass and area as given, else as the header of the file has them.

    Raises
    ------
    MeasuredDataError
        For a mass or an area that is not positive.
    """
    check_positive(mass_mg, "mass_mg", "mg of active material")
    check_positive(area_cm2, "area_cm2", "cm2")
    remarks = []
    own, line = (table.mass_mg, "in its settings") if table.mass_mg else _mass(table.preamble)
    if own is not None and own <= _NOT_ENTERED:
        own = None
        remarks.append("the header's mass of 0.001 mg means that none was entered")
    own_area = table.area_cm2 or _area(table.preamble)
    if own_area is not None and own_area <= _NOT_ENTERED:
        own_area = None
    if mass_mg is not None and own is not None and abs(own - mass_mg) > 0.005 * mass_mg:
        remarks.append(f"the mass is {mass_mg:g} mg as given, not the {own:g} mg of the header ({line})")
    if mass_mg is None and own is not None:
        remarks.append(f"the mass of {own:g} mg is that of the header ({line}); mass_mg=1.2 gives another")
    mass = own if mass_mg is None else mass_mg
    origin = "option" if mass_mg is not None else "header" if own is not None else None
    return Scale(table.name, mass, origin, own_area if area_cm2 is None else area_cm2, tuple(remarks))


def _mass(preamble: Sequence[str]) -> tuple[float | None, str]:
    """Mass [mg] in the lines above the headings, and the line."""
    for k, line in enumerate(preamble, 1):
        found = _MASS_LINE.search(unicodedata.normalize("NFC", line[:300]).replace("μ", "µ"))
        unit = found and (found[3] or found[1])
        if found and unit:
            return float(found[2].replace(",", ".")) * _TO_MG[
                unit.lower()
            ], f"line {k}, {line.strip()[:60]!r}"
    return None, ""


def _area(preamble: Sequence[str]) -> float | None:
    for line in preamble:
        found = _AREA_LINE.search(line[:300])
        if found and (unit := found[3] or found[1]):
            return float(found[2].replace(",", ".")) * (0.01 if unit.lower() == "mm" else 1.0)
    return None
