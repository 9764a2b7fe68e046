"""Result of a sensitivity study, and its tornado: what moves an output of a full cell most."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from napore.experiments.base import OK, Part, Result, table_of

from .checks import DesignError
from .result import QUANTITIES


@dataclass(frozen=True)
class Output:
    """What is looked at.

    Parameters
    ----------
    quantity
        A key of ``napore.designs.result.QUANTITIES``: ``"energy"``, ``"capacity"``, ``"voltage"``, ...
    rate_C
        Rate of discharge [C].
    charge_rate_C
        Rate of charge [C]; that of the discharge where None.

    Examples
    --------
    >>> Output("energy", 0.05).name
    'energy_Wh_kg_active at 0.05 C'
    """

    quantity: str
    rate_C: float
    charge_rate_C: float | None = None

    @property
    def name(self) -> str:
        """Quantity with its unit, and the rates."""
        charged = "" if self.charge_rate_C is None else f", charged at {self.charge_rate_C:g} C"
        return f"{QUANTITIES[self.quantity]} at {self.rate_C:g} C{charged}"


@dataclass(frozen=True)
class SensitivityRow:
    """One input and one output; None where a number does not exist.

    Parameters
    ----------
    parameter, kind
        Input and its class.
    low, value, high
        Range and value of the input, in the unit of its name.
    output
        Name of the output.
    at_low, nominal, at_high
        The output there.
    status_low, status_high
        ``"ok"`` or the failure.
    """

    parameter: str
    kind: str
    low: float
    value: float
    high: float
    output: str
    at_low: float | None
    nominal: float
    at_high: float | None
    status_low: str = OK
    status_high: str = OK

    @property
    def status(self) -> str:
        """``"ok"``, or the failure at an end."""
        return next((end for end in (self.status_low, self.status_high) if end != OK), OK)

    @property
    def span(self) -> float:
        """Largest distance between the outputs at the ends and the nominal one."""
        return max(
            (abs(end - self.nominal) for end in (self.at_low, self.at_high) if end is not None), default=0.0
        )


@dataclass(frozen=True, repr=False)
class Sensitivity(Result):
    """Outputs of a full cell at the ends of the ranges of its inputs.

    Parameters
    ----------
    cell
        Name of the cell.
    outputs
        What was looked at.
    rows
        One per input and output, for each output the inputs that move it most first.
    header
        Versions, model and hash of the parameters.
    """

    cell: str
    outputs: tuple[Output, ...]
    rows: tuple[SensitivityRow, ...]
    header: Mapping[str, Any]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Statuses of the rows."""
        return tuple(Part(f"{row.parameter}, {row.output}", row.status) for row in self.rows)

    def of(self, output: Output | str) -> tuple[SensitivityRow, ...]:
        """Rows of an output, given by itself or by its name."""
        name = output if isinstance(output, str) else output.name
        found = tuple(row for row in self.rows if row.output == name)
        if not found:
            known = ", ".join(repr(one.name) for one in self.outputs)
            raise DesignError(f"output {name!r} was not computed: choose from {known}")
        return found

    def table(self) -> pd.DataFrame:
        """One row per input and output, units in the names of inputs and outputs."""
        return table_of({**asdict(row), "span": row.span} for row in self.rows)

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        rows = self.table().to_dict("records")
        return {**self.header, "cell": self.cell, "outputs": [one.name for one in self.outputs], "rows": rows}

    def plot(self, ax: Any = None, *, output: Output | str | None = None, count: int = 12) -> Any:
        """Draw the ``count`` inputs that move an output most (the first one where None); return the axes."""
        return draw_tornado(self.of(self.outputs[0] if output is None else output), ax, count=count)


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
    from napore.plotting import new_axes, note

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
            beside = "left" if side > 0 else "right"
            note(ax, f"{end:.3g}", (at, place), (3 * side, 0), va="center", ha=beside, fontsize=6)
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
