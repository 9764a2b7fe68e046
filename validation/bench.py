"""Simulations that the claims of the paper share, each run once when first asked for."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

from napore.cells import Cell, half_cell
from napore.experiments import (
    CycleTest,
    CyclicVoltammetry,
    Gitt,
    ImpedanceTest,
    RateSequence,
    RateTest,
    cv,
    cycle_test,
    eis,
    formation,
    gitt,
    rate_sequence,
    rate_test,
)
from napore.experiments.curves import half_slope
from napore.experiments.energy import EnergyPoint, EnergyTest, energy_test, plates_unseen
from napore.experiments.voltammetry import SCAN_RATES
from napore.full_cells import FORMATIONS, FormationName, FullCell, full_cell, load_cell
from napore.parameters.ageing import load_ageing
from napore.parameters.sets import load_set
from napore.parameters.structure import structure_entries

CURRENT: Final = "current"
IMPEDANCE: Final = "impedance"
WARM_IMPEDANCE: Final = "impedance at temperatures"
FORMATION: Final = "formation"
AGED: Final = "ageing"
NUMBERS: Final = "numbers"
"""What is asked of a set: a kind of simulation, or any number of it where a claim reads them without one."""

FULL: Final = "fjh-nvp"
AGEING: Final = "ageing"
AGEING_NAME: Final = "gu2025"
STRUCTURE: Final = "structure"

WITH_PLATING: Final = {"lithium plating": ("partially reversible", "none")}
"""Plating on the carbon of a full cell, and the return of the metal."""

_PLATEAU: Final = "plateau_capacity_mAh_g"

_DRAWN: Final = ("fjh", "tf")
"""Carbons of the paper, which its figures show."""
_RATES: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_NEEDED: Final = (0.02, 0.1, 0.5, 5.0)
"""Rates of the half cells' rate test [C]: those of the figures, those of the claims."""


class NotCounted(ValueError):
    """A run that was solved and yet says nothing about a claim; the message is the reason."""


class _Noted(dict[str, float]):
    """Numbers of a set that note in ``used`` which of them are read."""

    def __init__(self, numbers: Mapping[str, float], name: str, used: set[tuple[str, str]]) -> None:
        super().__init__(numbers)
        self._name, self._used = name, used

    def __getitem__(self, number: str) -> float:
        self._used.add((self._name, number))
        return super().__getitem__(number)


class Bench:
    """Simulations that the claims share, each run once when first asked for.

    Parameters
    ----------
    model
        ``"SPM"``, ``"SPMe"`` or ``"DFN"``.
    changes
        Numbers that replace those of the sets, by set and name, to see which verdicts turn: those of
        ``"fjh"``, ``"fjh-b"``, ``"tf"``, ``"fjh-nvp"``, of the ageing (``"ageing"``) and of the model of
        structure (``"structure"``). A change of a carbon is one of its half cell: its full cell has its own.
    brief
        Whether to leave out what only the figures show: rates and scan rates between those that the claims
        need, and all but one cycle at each rate of the sequence.
    reading
        Of the full cell: :data:`napore.full_cells.FORMATIONS`.
    base
        Bench of the sets as they are, which simulates what no change touches.

    Attributes
    ----------
    changes, reading
        As given.
    used
        What was asked for: pairs of set and kind of simulation, of set and name of a number, or of the
        ageing and the cell that ages.
    """

    def __init__(
        self,
        model: str = "DFN",
        changes: Mapping[str, Mapping[str, float]] | None = None,
        *,
        brief: bool = False,
        reading: FormationName = FORMATIONS[0],
        base: "Bench | None" = None,
    ) -> None:
        self.model = model
        self.changes = dict(changes or {})
        self.reading = reading
        self.used: set[tuple[str, str]] = set()
        self._brief = brief
        self._base = base
        self._cells: dict[str, Cell] = {}
        self._tests: dict[str, RateTest] = {}
        self._gitt: dict[str, Gitt] = {}
        self._cv: dict[str, CyclicVoltammetry] = {}
        self._impedance: dict[tuple[str, str], ImpedanceTest] = {}
        self._cycling: dict[tuple[str, float, int], CycleTest] = {}

    def _for(self, *sets: str) -> "Bench":
        """Bench that simulates what rests on some sets."""
        return self if self._base is None or self.changes.keys() & set(sets) else self._base

    def cell(self, carbon: str) -> Cell:
        """Half cell of a carbon."""
        self.used.add((carbon, CURRENT))
        return self._half_cell(carbon)

    def _half_cell(self, carbon: str) -> Cell:
        cells = self._for(carbon)._cells
        if carbon not in cells:
            cells[carbon] = half_cell(carbon, self.model, parameters=self.changes.get(carbon))
        return cells[carbon]

    def numbers(self, name: str) -> Mapping[str, float]:
        """Numbers of a set, or of the model of structure (``"structure"``)."""
        if name == STRUCTURE:
            own = {key: entry.value for key, entry in structure_entries().items()}
        else:
            own = load_set(name).numbers
        return _Noted({**own, **self.changes.get(name, {})}, name, self.used)

    def rates(self, carbon: str) -> RateTest:
        """Rate test of a carbon at the rates of its claims."""
        cell, tests = self.cell(carbon), self._for(carbon)._tests
        if carbon not in tests:
            tests[carbon] = rate_test(cell, _NEEDED if self._brief else _RATES)
        return tests[carbon]

    @property
    def sequence(self) -> RateSequence:
        """The paper's sequence up to 5 C and back."""
        self.used.add(("fjh", CURRENT))
        return self._for("fjh")._sequence

    @cached_property
    def _sequence(self) -> RateSequence:
        rates = (0.2, 0.5, 1.0, 2.0, 5.0, 1.0, 0.5, 0.2)
        return rate_sequence(self._half_cell("fjh"), rates, cycles_each=1 if self._brief else 3)

    def at(self, carbon: str, rate: float, column: str) -> float:
        """One number of the rate test; NaN where the rate was not solved."""
        found = [getattr(point, column) for point in self.rates(carbon).points if point.rate_C == rate]
        return float("nan") if found[0] is None else float(found[0])

    def plateau_share(self, carbon: str, rate: float) -> float:
        """Sodiation capacity below 0.1 V over sodiation capacity [-]."""
        return self.at(carbon, rate, _PLATEAU) / self.at(carbon, rate, "sodiation_capacity_mAh_g")

    def slope(self, carbon: str) -> tuple[float, float]:
        """Half of the slope at 0.1 C [V]: on sodiation, and desodiation less sodiation."""
        cycle = self.rates(carbon).curves[0.1]
        down, up = ((half.capacity_mAh_g, half.voltage_V) for half in (cycle.sodiation, cycle.desodiation))
        return half_slope(down, up)

    def gitt(self, carbon: str) -> Gitt:
        """Sodiation of a carbon in pulses of 50 mA/g for 10 min with rests of 40 min."""
        cell, tests = self.cell(carbon), self._for(carbon)._gitt
        if carbon not in tests:
            tests[carbon] = gitt(cell, direction="sodiation")
        return tests[carbon]

    def cv(self, carbon: str) -> CyclicVoltammetry:
        """Voltammograms of a carbon from 0.1 to 1 mV/s, 0.01 to 3 V."""
        cell, tests = self.cell(carbon), self._for(carbon)._cv
        if carbon not in tests:
            whole = carbon in _DRAWN and not self._brief
            tests[carbon] = cv(cell, SCAN_RATES if whole else (SCAN_RATES[0], SCAN_RATES[-1]))
        return tests[carbon]

    def impedance(
        self, carbon: str, voltages: Sequence[float] | float, temperatures_C: Sequence[float] = (25.0,)
    ) -> ImpedanceTest:
        """Spectra of a carbon at equilibrium potentials, at one temperature or at several [C]."""
        kind = IMPEDANCE if len(temperatures_C) == 1 else WARM_IMPEDANCE
        self.used.add((carbon, kind))
        tests = self._for(carbon)._impedance
        if (carbon, kind) not in tests:
            made = eis(self._half_cell(carbon), voltages_V=voltages, temperatures_C=temperatures_C)
            tests[carbon, kind] = made
        return tests[carbon, kind]

    def first_efficiency(self, carbon: str) -> float:
        """Coulombic efficiency of the first cycle of a pristine carbon at 0.02 C [%]."""
        self.used.add((carbon, FORMATION))
        return 100.0 * formation(self._half_cell(carbon)).coulombic_efficiency

    def cycling(self, cell: str, rate: float, cycles: int) -> CycleTest:
        """Cycles of an ageing cell, in the SPMe that the ageing was fitted in.

        Raises
        ------
        NotCounted
            Where metal would plate in the first or the last charge, which the model does not have.
        """
        self.used |= {(cell, AGED), (AGEING, cell)}
        key, tests = (cell, rate, cycles), self._for(cell, AGEING)._cycling
        if key not in tests:
            kept = load_ageing(AGEING_NAME).entries
            own = {n: v for n, v in self.changes.get(cell, {}).items() if n not in kept}
            changed = {**own, **self.changes.get(AGEING, {})}
            formation = self.reading if cell == FULL else FORMATIONS[0]
            aged = load_cell(cell, model="SPMe", ageing=AGEING_NAME, parameters=changed, formation=formation)
            found = cycle_test(aged, rate, cycles, fast=True, curves_at=(1, cycles))
            for curve in found.curves.values():
                _check_plating(aged, curve.plating_margin_V, rate)
            tests[key] = found
        return tests[key]

    def retention(self, cell: str, rate: float, cycles: int) -> float:
        """Capacity after cycles over that of the third [%]."""
        found = self.cycling(cell, rate, cycles).retention
        return float("nan") if found is None else 100.0 * found

    @property
    def full(self) -> FullCell:
        """The FJH/NVP cell of the paper, predicted from its half cells."""
        self.used.add((FULL, CURRENT))
        return self._for(FULL)._full

    @cached_property
    def _full(self) -> FullCell:
        changed = self.changes.get(FULL)
        # a cell with all its sodium plates at 6 C
        options = None if self.reading == FORMATIONS[0] else WITH_PLATING
        return full_cell(
            "fjh", "NVP", model=self.model, options=options, parameters=changed, formation=self.reading
        )

    @property
    def energies(self) -> EnergyTest:
        """Discharges of the full cell at the rates of its claims, charged at the same rates."""
        self.used.add((FULL, CURRENT))
        return self._for(FULL)._energies

    @cached_property
    def _energies(self) -> EnergyTest:
        return energy_test(self._full, (0.05, 0.2, 6.0))

    def energy(self, rate: float) -> EnergyPoint:
        """Discharge of the full cell at ``rate`` [C], charged at the same rate.

        Raises
        ------
        NotCounted
            Where metal would plate on charge, which the model does not have.
        """
        found = next(point for point in self.energies.points if point.rate_C == rate)
        _check_plating(self._full, found.plating_margin_V, rate)
        return found


def _check_plating(cell: Cell, margin: float | None, rate: float) -> None:
    if margin is not None and plates_unseen(cell, margin):
        raise NotCounted(
            f"plating: at {rate:g} C the carbon falls {-1e3 * margin:.0f} mV below sodium on charge, and the "
            "model has no plating reaction"
        )
