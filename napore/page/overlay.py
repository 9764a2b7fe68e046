"""A user's file over the page's curves: read by the one reader, thinned to what a figure shows."""

import re
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from napore.measured import MeasuredCurve, MeasuredDataError, in_words_of_the_page, read_bytes

from .answer import numbers

OPTIONS: Final = ("mass_mg", "area_cm2", "current_mA_g", "sheet", "columns", "units", "positive_on")
"""What the page can say of a file: fields of page.html, arguments of :func:`napore.measured.read`."""

_NUMBERS: Final = ("mass_mg", "area_cm2", "current_mA_g")
_PAIRS: Final = ("columns", "units")
_POINTS: Final = 20_000
_FEWEST: Final = 20
"""Points of all curves of a file together, and at least of each."""


class OverlayError(ValueError):
    """A file that cannot be drawn; the message says why in the words of the page.

    Parameters
    ----------
    text
        In the words of Python.
    """

    def __init__(self, text: str) -> None:
        super().__init__(in_words_of_the_page(" ".join(text.split())))
        self.asks = _asked(text)


def read_overlay(content: bytes, given: Mapping[str, str]) -> dict[str, Any]:
    """Half cycles of a file as the page draws them, with the reader's remarks.

    Parameters
    ----------
    content
        Bytes of the file.
    given
        Its ``name``, and what the user says of it by :data:`OPTIONS`, as text; empty text says nothing.

    Returns
    -------
    dict
        ``name``, ``kind``, ``points`` (of the file), ``curves`` (``direction``, ``capacity_mAh_g`` from each
        half cycle's own start, ``voltage_V``), ``remarks``, and ``asks``: the options that those name.

    Raises
    ------
    OverlayError
        Where the reader refuses the file, it is not per gram, or holds no half cycle.
    """
    name = given.get("name", "")[:200] or "your file"
    try:
        found = read_bytes(content, name, **_options(given))
        if not found.half_cycles:
            raise OverlayError(
                f"{name} holds {found.kind}: the page draws half cycles of capacity and voltage"
            )
        found.require_mass()
    except MeasuredDataError as error:
        raise OverlayError(str(error)) from None
    most = max(_FEWEST, _POINTS // len(found.half_cycles))
    return {
        "name": name,
        "kind": found.kind,
        "points": sum(len(curve.voltage_V) for curve in found.half_cycles),
        "curves": [_curve(curve, most) for curve in found.half_cycles],
        "remarks": [in_words_of_the_page(remark) for remark in found.remarks],
        "asks": _asked(" ".join(found.remarks)),
    }


def _options(given: Mapping[str, str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for key, text in given.items():
        if key == "name" or not text.strip():
            continue
        if key not in OPTIONS:
            raise OverlayError(f"unknown option {key[:40]!r}: choose from {', '.join(OPTIONS)}")
        options[key] = _value(key, text.strip())
    return options


def _value(key: str, text: str) -> Any:
    if key in _NUMBERS:
        try:
            return float(text.replace(",", "."))
        except ValueError:
            raise OverlayError(f"{key} is {text[:40]!r}: give a number") from None
    if key not in _PAIRS:
        return text
    pairs = [pair.partition("=") for pair in text.split(";") if pair.strip()]
    if not all(sign and left.strip() and right.strip() for left, sign, right in pairs):
        raise OverlayError(
            f"{key.capitalize()} are {text[:40]!r}: write capacity=..., several with ; between them"
        )
    return {left.strip(): right.strip() for left, _, right in pairs}


def _asked(text: str) -> list[str]:
    """Options that a sentence of the reader names."""
    return [key for key in OPTIONS if re.search(rf"\b{key}(=| is\b)", text)]


def _curve(curve: MeasuredCurve, most: int) -> dict[str, Any]:
    count = len(curve.voltage_V)
    kept = np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))
    return {
        "direction": curve.direction,
        "capacity_mAh_g": numbers(curve.capacity_mAh_g[kept], 6),
        "voltage_V": numbers(curve.voltage_V[kept], 6),
    }
