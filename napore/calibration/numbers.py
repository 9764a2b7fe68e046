"""What half cells of a fit have in common: numbers by name, some free, some fixed, some tied."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from napore.parameters.half_cell import LEAST_CONTENT
from napore.parameters.optional import is_optional
from napore.parameters.provenance import nearest
from napore.parameters.schema import check
from napore.parameters.sets import ParameterSet

from .curve_slopes import CurveSlopes
from .electrode import ELECTRODES, Electrode, Equilibrium
from .fitted import CalibrationError, Fitted, Tied
from .protocol import Protocol as Cycled

if TYPE_CHECKING:
    from .least_squares import Differentiable

Array = npt.NDArray[np.float64]

CUT_OFFS: Final = ("Lower voltage cut-off [V]", "Upper voltage cut-off [V]")


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


class Differentiated(Curve, Protocol):
    """A curve with derivatives by numbers of a fit."""

    slopes: CurveSlopes | None

    def slope_at(self, capacity_mAh_g: Array) -> Array:
        """dV/dq [V g/mAh] at a capacity, and beyond the end."""

    def slopes_at(self, capacity_mAh_g: Array) -> Array:
        """Derivatives of the voltage at a capacity by numbers, one a column."""


class Numbers:
    """Numbers of a half cell of which some are free.

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
        self.electrode = ELECTRODES[source.kind]
        self.source = source
        self.fitted = tuple(fitted)
        self.classes = classes or source.classes
        self.fixed = dict(fixed or {})
        held = {
            name: check(name, value, cell=source.kind, allow_unusual=allow_unusual, error=CalibrationError)
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

    def equilibrium(self, values: Mapping[str, Any]) -> Equilibrium:
        """Equilibrium of the electrode for fitted values."""
        return self.electrode.balance(self.source, self.numbers_at(values), self.classes)

    def content_at_start(self, values: Mapping[str, Any]) -> float:
        """Content of a cathode at rest at its lower cut-off [-]."""
        found = float(self.equilibrium(values).stoichiometry(self.cut_offs[0]))
        return float(np.clip(found, LEAST_CONTENT, 1.0 - LEAST_CONTENT))

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
    """Half cell that can be run, by a model of PyBaMM or faster.

    :class:`.half_cell.HalfCellModel`, and :class:`.lumped.LumpedHalfCell` of a carbon and
    :class:`.lumped_cathode.LumpedCathode`, which are lumped.
    """

    name: str
    electrode: Electrode = ELECTRODES["carbon"]
    calls: int = 0
    """Calls of the equations so far, where they are counted."""
    is_differentiable: bool = False
    """Whether its curves have derivatives (:meth:`differentiated`)."""
    beside: "Differentiable | None" = None
    """Residuals of what a fit assumes of it beside its data; none where None."""

    @property
    def is_lumped(self) -> bool:
        """Whether it stands for a model in a fit because it is faster."""
        return self.name == "lumped"

    def keep_steps(self, kept: bool = True) -> None:
        """Take the same steps in time from the next evaluation on, where they can be chosen."""

    @contextmanager
    def differentiated(self, by: Sequence[Fitted]) -> Iterator[None]:
        """Curves have derivatives by the places of numbers for a while, where that can be."""
        yield

    def series_slopes(
        self, segments: Sequence[tuple[float, Array]], values: Mapping[str, float]
    ) -> list[Array] | None:
        """Derivatives of :meth:`series`, one row a time; None where there are none."""
        return None

    def cycles(
        self, current_mA_g: float, values: Mapping[str, float], count: int = 1
    ) -> tuple[Curve, Curve] | None:
        """Sodiation and desodiation of the last of a few cycles; None where it cannot be solved.

        Parameters
        ----------
        current_mA_g
            Magnitude in both directions [mA per gram of active material].
        values
            Fitted values by name, in the unit of each parameter.
        count
            Cycles, the first from equilibrium at the cut-off at which a half cell begins.
        """
        return self.run(Cycled(current_mA_g, current_mA_g), values, count)

    def run(
        self, protocol: Cycled, values: Mapping[str, float], count: int = 1
    ) -> tuple[Curve, Curve] | None:
        """Sodiation and desodiation of the last of a few cycles of a protocol, as in :meth:`cycles`."""
        count = 1 if protocol.before_mA_g == 0.0 else count
        found = self.half_cycles(protocol, values, 2 * count)
        if found is None:
            return None
        first, second = found[-2:]
        return (first, second) if self.electrode.sodiated_first else (second, first)

    def sodiation(self, current_mA_g: float, values: Mapping[str, float], count: int = 1) -> Curve | None:
        """Sodiation of the last of a few cycles, as in :meth:`cycles`, which would go on to its end."""
        last = 2 * count - (1 if self.electrode.sodiated_first else 0)
        found = self.half_cycles(Cycled(current_mA_g, current_mA_g), values, last)
        return None if found is None else found[-1]

    def series(
        self, segments: Sequence[tuple[float, Array]], values: Mapping[str, float]
    ) -> list[Array] | None:
        """Voltage [V] at given times of segments of constant current; None where it cannot be solved.

        Parameters
        ----------
        segments
            Current [mA per gram of active material], positive on sodiation, and times [s] since the start of
            the segment, the last of them its end.
        values
            Fitted values by name, in the unit of each parameter.
        """
        raise NotImplementedError

    def half_cycles(
        self, protocol: Cycled, values: Mapping[str, float], count: int
    ) -> Sequence[Curve] | None:
        """Half cycles of a protocol in the electrode's order; None where one of them cannot be solved."""
        raise NotImplementedError
