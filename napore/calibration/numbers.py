"""What half cells of a fit have in common: numbers by name, some free, some fixed, some tied."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from napore.parameters.optional import is_optional
from napore.parameters.provenance import nearest
from napore.parameters.schema import check
from napore.parameters.sets import ParameterSet

from .fitted import CalibrationError, Fitted, Tied
from .protocol import Protocol as Cycled

Array = npt.NDArray[np.float64]

CUT_OFFS: Final = ("Lower voltage cut-off [V]", "Upper voltage cut-off [V]")
LOADING: Final = "Carbon electrode areal loading [kg.m-2]"
SITES: Final = "Carbon electrode specific capacity of all sites [mA.h.g-1]"


class Curve(Protocol):
    """Voltage against capacity of one simulated half cycle at constant current."""

    hold_mAh_g: float
    capacity_mAh_g: Array
    voltage_V: Array

    @property
    def capacity(self) -> float:
        """Charge passed at constant current [mAh/g]."""

    def at(self, capacity_mAh_g: Array) -> Array:
        """Voltage [V] at a capacity; beyond the end along the last slope, by at most 0.3 V."""


class Numbers:
    """Numbers of a carbon's half cell of which some are free.

    Parameters
    ----------
    source
        Parameter set of the half cell.
    fitted
        Parameters that stay free.
    fixed
        Numbers that replace those of the set, by name; :class:`Tied` to another where they follow it.
    classes
        Number of pore classes; that of the set where None.
    allow_unusual
        Whether fixed numbers may lie outside what is plausible (:mod:`napore.parameters.schema`).

    Raises
    ------
    CalibrationError
        For a name that the set does not have, and a fixed number that it cannot have.
    """

    def __init__(
        self,
        source: ParameterSet,
        fitted: Sequence[Fitted],
        fixed: Mapping[str, float | Tied] | None = None,
        classes: int | None = None,
        *,
        allow_unusual: bool = False,
    ) -> None:
        self.law = source.law
        self.fitted = tuple(fitted)
        self.classes = classes or source.classes
        self.fixed = dict(fixed or {})
        held = {
            name: check(name, value, cell="carbon", allow_unusual=allow_unusual, error=CalibrationError)
            for name, value in self.fixed.items()
            if not isinstance(value, Tied)
        }
        for name in (*self.fixed, *(f.name for f in fitted)):
            if name not in source.numbers and not is_optional(name):
                raise CalibrationError(f"unknown parameter {name!r}{nearest(name, source.numbers)}")
        self._numbers = {**source.numbers, **held}
        self._check_ties()
        self.numbers = self.numbers_at({f.name: f.start for f in fitted})
        self.cut_offs = (float(self.numbers[CUT_OFFS[0]]), float(self.numbers[CUT_OFFS[1]]))

    def numbers_at(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """All numbers by name for fitted values, those that are tied to them among them."""
        found = {**self._numbers, **values}
        found |= {name: tie.of(found) for name, tie in self.fixed.items() if isinstance(tie, Tied)}
        return found

    def hold(self, values: Mapping[str, float]) -> None:
        """Give numbers values that they keep from now on: they are free no more."""
        self.fitted = tuple(f for f in self.fitted if f.name not in values)
        self._numbers |= values

    def _check_ties(self) -> None:
        ties = {name: tie for name, tie in self.fixed.items() if isinstance(tie, Tied)}
        names = {f.name for f in self.fitted}
        for name, tie in ties.items():
            if tie.to in ties or tie.to not in {*self._numbers, *names}:
                raise ValueError(
                    f"{name!r} is tied to {tie.to!r}: tie it to a number of the set that is not tied itself"
                )
            if name in names:
                raise ValueError(f"{name!r} is tied to {tie.to!r} and free: leave one of the two out")


class HalfCell(Numbers):
    """Half cell that can be run; :class:`.half_cell.HalfCellModel` and :class:`.lumped.LumpedHalfCell`."""

    name: str

    def keep_steps(self, kept: bool = True) -> None:
        """Take the same steps in time from the next evaluation on, where they can be chosen."""

    def cycles(
        self, current_mA_g: float, values: Mapping[str, float], count: int = 1
    ) -> tuple[Curve, Curve] | None:
        """Sodiation and desodiation of the last of a few cycles; None where it cannot be solved.

        Parameters
        ----------
        current_mA_g
            Magnitude in both directions [mA per gram of carbon].
        values
            Fitted values by name, in the unit of each parameter.
        count
            Cycles, the first from the desodiated electrode at equilibrium.
        """
        return self.run(Cycled(current_mA_g, current_mA_g), values, count)

    def run(
        self, protocol: Cycled, values: Mapping[str, float], count: int = 1
    ) -> tuple[Curve, Curve] | None:
        """Sodiation and desodiation of the last of a few cycles of a protocol, as in :meth:`cycles`."""
        found = self.half_cycles(protocol, values, 2 * count)
        return None if found is None else (found[-2], found[-1])

    def sodiation(self, current_mA_g: float, values: Mapping[str, float], count: int = 1) -> Curve | None:
        """Sodiation of the last of a few cycles, as in :meth:`cycles`, which would go on to its end."""
        found = self.half_cycles(Cycled(current_mA_g, current_mA_g), values, 2 * count - 1)
        return None if found is None else found[-1]

    def series(
        self, segments: Sequence[tuple[float, Array]], values: Mapping[str, float]
    ) -> list[Array] | None:
        """Voltage [V] at given times of segments of constant current; None where it cannot be solved.

        Parameters
        ----------
        segments
            Current [mA per gram of carbon], positive on sodiation, and times [s] since the start of
            the segment, the last of them its end.
        values
            Fitted values by name, in the unit of each parameter.
        """
        raise NotImplementedError

    def half_cycles(
        self, protocol: Cycled, values: Mapping[str, float], count: int
    ) -> Sequence[Curve] | None:
        """Half cycles of a protocol, sodiation first; None where one of them cannot be solved."""
        raise NotImplementedError
