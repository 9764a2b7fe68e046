"""Simulations that the claims of the paper share, each run once when first asked for."""

from collections.abc import Mapping
from functools import cached_property

from napore.cells import Cell, half_cell
from napore.experiments import (
    CycleTest,
    CyclicVoltammetry,
    Gitt,
    RateSequence,
    RateTest,
    cv,
    cycle_test,
    formation,
    gitt,
    rate_sequence,
    rate_test,
)
from napore.experiments.energy import EnergyPoint, EnergyTest, energy_test
from napore.full_cells import FullCell, full_cell, load_cell

__all__ = ["Bench"]

_PLATEAU = "plateau_capacity_mAh_g"


class Bench:
    """Simulations that the claims share, each run once when first asked for.

    Parameters
    ----------
    model
        ``"SPM"``, ``"SPMe"`` or ``"DFN"``.
    changes
        Numbers of half cells that replace those of their sets, by set and name: to see which
        verdicts turn.
    """

    def __init__(self, model: str = "DFN", changes: Mapping[str, Mapping[str, float]] | None = None) -> None:
        self.model = model
        self._changes = dict(changes or {})
        self._cells: dict[str, Cell] = {}
        self._tests: dict[str, RateTest] = {}
        self._gitt: dict[str, Gitt] = {}
        self._cv: dict[str, CyclicVoltammetry] = {}
        self._cycling: dict[tuple[str, float, int], CycleTest] = {}

    def cell(self, carbon: str) -> Cell:
        """Half cell of a carbon."""
        if carbon not in self._cells:
            self._cells[carbon] = half_cell(carbon, self.model, parameters=self._changes.get(carbon))
        return self._cells[carbon]

    def rates(self, carbon: str) -> RateTest:
        """Rate test of a carbon at the rates of its claims."""
        if carbon not in self._tests:
            self._tests[carbon] = rate_test(self.cell(carbon), (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0))
        return self._tests[carbon]

    @cached_property
    def sequence(self) -> RateSequence:
        """The paper's sequence up to 5 C and back."""
        return rate_sequence(self.cell("fjh"), (0.2, 0.5, 1.0, 2.0, 5.0, 1.0, 0.5, 0.2))

    def at(self, carbon: str, rate: float, column: str) -> float:
        """One number of the rate test; NaN where the rate was not solved."""
        found = [getattr(point, column) for point in self.rates(carbon).points if point.rate_C == rate]
        return float("nan") if found[0] is None else float(found[0])

    def plateau_share(self, carbon: str, rate: float) -> float:
        """Sodiation capacity below 0.1 V over sodiation capacity [-]."""
        return self.at(carbon, rate, _PLATEAU) / self.at(carbon, rate, "sodiation_capacity_mAh_g")

    def gitt(self, carbon: str) -> Gitt:
        """Sodiation of a carbon in pulses of 50 mA/g for 10 min with rests of 40 min."""
        if carbon not in self._gitt:
            self._gitt[carbon] = gitt(self.cell(carbon), direction="sodiation")
        return self._gitt[carbon]

    def cv(self, carbon: str) -> CyclicVoltammetry:
        """Voltammograms of a carbon from 0.1 to 1 mV/s, 0.01 to 3 V."""
        if carbon not in self._cv:
            self._cv[carbon] = cv(self.cell(carbon))
        return self._cv[carbon]

    def first_efficiency(self, carbon: str) -> float:
        """Coulombic efficiency of the first cycle of a pristine carbon at 0.02 C [%]."""
        return 100.0 * formation(self.cell(carbon)).coulombic_efficiency

    def cycling(self, cell: str, rate: float, cycles: int) -> CycleTest:
        """Cycles of an ageing cell, in the SPMe that the ageing was fitted in."""
        key = (cell, rate, cycles)
        if key not in self._cycling:
            aged = load_cell(cell, model="SPMe", ageing="gu2025")
            self._cycling[key] = cycle_test(aged, rate, cycles, fast=True, curves_at=())
        return self._cycling[key]

    def retention(self, cell: str, rate: float, cycles: int) -> float:
        """Capacity after cycles over that of the third [%]."""
        found = self.cycling(cell, rate, cycles).retention
        return float("nan") if found is None else 100.0 * found

    @cached_property
    def full(self) -> FullCell:
        """The FJH/NVP cell of the paper, predicted from its half cells."""
        return full_cell("fjh", "NVP", 0.4, model=self.model)

    @cached_property
    def energies(self) -> EnergyTest:
        """Discharges of the full cell at the rates of its claims, charged at the same rates."""
        return energy_test(self.full, (0.05, 0.2, 6.0))

    def energy(self, rate: float) -> EnergyPoint:
        """Discharge of the full cell at ``rate`` [C], charged at the same rate."""
        return next(point for point in self.energies.points if point.rate_C == rate)
