"""Designs in simulation: the cases of a study of full cells, in their format."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from napore import study
from napore.experiments.curves import HalfCycle
from napore.experiments.energy import EnergyPoint
from napore.experiments.masses import MASS_NUMBERS
from napore.full_cells import RATIO, FullCell
from napore.parameters.provenance import Entry

from .checks import DesignError
from .formats import CellFormat
from .packaged import PackagedCell
from .prices import Prices
from .result import Design, DesignPoint
from .sources import sources_of
from .variations import numbers_of


@dataclass(frozen=True)
class Packaging:
    """What turns coatings into a cell."""

    format: CellFormat
    prices: Prices | None

    def __call__(self, numbers: Mapping[str, float], point: EnergyPoint | DesignPoint) -> PackagedCell:
        """The cell of a point that was solved."""
        assert point.capacity_mAh_g_cathode is not None  # mAh/g is A.h/kg
        assert point.mean_voltage_V is not None
        per_area = point.capacity_mAh_g_cathode * numbers["Positive electrode areal loading [kg.m-2]"]
        return self.format.package(numbers, per_area, point.mean_voltage_V, self.prices)


class Simulated(study.FullCycles):
    """Cycles of the cell at a mass ratio, with what is varied, at a rate, in a format."""

    def __init__(self, cell: FullCell, packaging: Packaging, **options: Any) -> None:
        super().__init__(cell, **options)
        self._packaging, self._stack = packaging, Packaging(CellFormat.of("stack"), None)

    @property
    def version(self) -> str:
        """As of the base, with format and prices."""
        return f"{super().version} {self._packaging.format.numbers} {self._packaging.prices}"

    def more(
        self, numbers: Mapping[str, float], point: EnergyPoint, halves: Callable[[], Sequence[HalfCycle]]
    ) -> Mapping[str, Any]:
        """Energies per volume and of the cell, and its cost; a cell that cannot be is a status."""
        found: dict[str, Any] = {"energy_Wh_L_stack": self._stack(numbers, point).energy_Wh_L}
        try:
            cell = self._packaging(numbers, point)
        except DesignError as error:
            return {**found, "status": str(error)}
        found["cost_per_kWh"] = cell.cost_per_kWh
        if self._packaging.format.name != "stack":
            found |= {"energy_Wh_kg_cell": cell.energy_Wh_kg, "energy_Wh_L_cell": cell.energy_Wh_L}
        return found

    def cell_of(self, point: DesignPoint) -> FullCell:
        """The full cell of a point."""
        given = {"mass_ratio": point.mass_ratio, **point.varied}
        return self.cell.with_numbers(numbers_of(self.cell, given), allow_unusual=True)

    def points(self, cases: Sequence[Mapping[str, float]], rate: float) -> list[DesignPoint]:
        """Points of designs, each a mass ratio and columns of what is varied, of the same names."""
        done = study.run(self, [{"rate_C": rate, "mass_ratio": self._ratio, **case} for case in cases])
        return [point_of(r, [n for n in r.inputs if n not in ("rate_C", "mass_ratio")]) for r in done.records]

    def drawn(
        self, point: DesignPoint, numbers: Sequence[Mapping[str, float]], rate: float
    ) -> list[DesignPoint]:
        """A design with other numbers of its sets."""
        cases = [{"mass_ratio": point.mass_ratio, **point.varied, **one} for one in numbers]
        function = copy(self)
        varied = numbers_of(self.cell, cases[0])
        study.FullCycles.__init__(
            function, self.cell, charge_rate=self._charge_rate, cycles=self._cycles, varied=varied
        )
        return [replace(one, varied=point.varied) for one in function.points(cases, rate)]

    def at_rate(self, point: DesignPoint, rate: float, charge_rate: float) -> DesignPoint:
        """A design discharged at another rate [C]."""
        function = copy(self)
        study.FullCycles.__init__(
            function, self.cell, charge_rate=self._charge_rate or charge_rate, cycles=self._cycles
        )
        return function.points([{"mass_ratio": point.mass_ratio, **point.varied}], rate)[0]

    @property
    def _ratio(self) -> float:
        return float(self.cell.number(RATIO))

    def sources(self, point: DesignPoint) -> dict[str, Entry]:
        """Class and source of every number of the cell of a point and of its format."""
        return sources_of(self.cell_of(point), self._packaging.format)

    def in_format(self, format: CellFormat, prices: Prices | None) -> "Simulated":
        """The same cells in another format."""
        made = copy(self)
        made._packaging = Packaging(format, prices)
        return made

    def packaged(self, point: DesignPoint) -> PackagedCell:
        """The cell of a point, part by part."""
        cell = self.cell_of(point)
        return self._packaging({name: cell.number(name) for name in MASS_NUMBERS}, point)

    def numbers(self, case: Mapping[str, Any]) -> Mapping[str, float]:
        """Numbers of the sets that a case changes."""
        return numbers_of(self.cell, {name: value for name, value in case.items() if name != "rate_C"})


def repackaged(found: Design, format: CellFormat, prices: Prices | None = None) -> Design:
    """The same designs in another format; their points are those of the format that they were made in."""
    assert isinstance(found.package, Simulated)
    return replace(found, package=found.package.in_format(format, prices), format=format.name)


_OUTPUTS = frozenset(DesignPoint.__dataclass_fields__) - {"mass_ratio", "rate_C", "varied"}


def point_of(record: study.Record, varied: Iterable[str]) -> DesignPoint:
    """Point of a record, with the inputs that are varied beside mass ratio and rate."""
    found = {name: value for name, value in record.outputs.items() if name in _OUTPUTS}
    flags = tuple(found.pop("flags", None) or ())
    found.pop("status", None)
    n_p_ratio = found.pop("n_p_ratio", None)
    return DesignPoint(
        mass_ratio=float(record.inputs["mass_ratio"]),
        n_p_ratio=n_p_ratio,
        rate_C=float(record.inputs["rate_C"]),
        status=record.status,
        flags=flags,
        varied={name: float(record.inputs[name]) for name in varied},
        **found,
    )
