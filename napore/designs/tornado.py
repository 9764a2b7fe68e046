"""Tornado: what moves an output of a full cell most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from napore.plotting import new_axes

if TYPE_CHECKING:
    from .sensitivity import SensitivityRow

__all__ = ["draw_tornado"]


def draw_tornado(
    rows: Sequence[SensitivityRow], ax: Any = None, *, count: int = 12, marks: Sequence[str] = ()
) -> Any:
    """Draw a bar to the output at each end of an input's range, the largest on top.

    Parameters
    ----------
    rows
        Of one output.
    ax
        Axes; new ones where None.
    count
        Inputs to draw.
    marks
        Inputs whose label gets a star.
    """
    ax = new_axes(ax)
    shown = [row for row in sorted(rows, key=lambda row: -row.span) if row.span > 0.0][:count]
    for place, row in enumerate(shown):
        ends = [(row.low, row.at_low, "C0"), (row.high, row.at_high, "C1")]
        # the longer bar first: where both lie on one side, it would hide the other
        ends.sort(key=lambda end: -abs((end[1] or row.nominal) - row.nominal))
        sides: set[int] = set()
        for end, at, colour in ends:
            if at is None:
                continue
            ax.barh(place, at - row.nominal, left=row.nominal, color=colour, height=0.7)
            side = 1 if at > row.nominal else -1
            if side in sides or at == row.nominal:
                continue
            sides.add(side)
            ax.annotate(
                f"{end:.3g}",
                (at, place),
                (3 * side, 0),
                textcoords="offset points",
                va="center",
                ha="left" if side > 0 else "right",
                fontsize=6,
            )
    labels = [_label(row.parameter) + ("*" if row.parameter in marks else "") for row in shown]
    ax.set_yticks(range(len(shown)), labels, fontsize=7)
    ax.tick_params(axis="y", length=0)
    ax.invert_yaxis()
    ax.margins(x=0.16)
    if shown:
        ax.axvline(shown[0].nominal, color="0.3", linewidth=0.8)
        quantity, _, rate = shown[0].output.partition(" at ")
        ax.set(xlabel=_AXES.get(quantity, quantity), title=f"at {rate}")
    return ax


_AXES = {
    "energy_Wh_kg_active": "Energy / Wh kg$^{-1}$ (active masses)",
    "capacity_mAh_g_cathode": "Q / mAh g$^{-1}$ (cathode)",
    "mean_voltage_V": "Mean voltage / V",
}


def _label(name: str) -> str:
    """Name of a parameter without what every name has; the unit in the field's way."""
    text, _, unit = name.removesuffix("]").partition(" [")
    for word in (" electrode", " specific", "reference "):
        text = text.replace(word, " " if word == " specific" else "", 1)
    return f"{' '.join(text.split())} / {_units(unit)}" if unit else text


def _units(unit: str) -> str:
    parts = []
    for part in unit.split("."):
        digits = part.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%")
        parts.append(part.removesuffix(digits) + (f"$^{{{digits}}}$" if digits else ""))
    return " ".join(parts)
