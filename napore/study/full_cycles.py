"""Charge and discharge of many full cells from one build: the fast way of a study of full cells."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pybamm

from napore.built import Built, State, Step, Steps, longest_time_of, processors
from napore.cell_numbers import in_own_names, own_name
from napore.experiments.base import OK
from napore.experiments.checks import check_charge_rate, check_count, check_rate
from napore.experiments.curves import HalfCycle, read_curve, read_plated, read_plating_margin
from napore.experiments.energy import PLATING, EnergyPoint, energy_test
from napore.experiments.masses import MASS_NUMBERS, energies_on, masses_from
from napore.experiments.solving import NO_CAPACITY, problem_of
from napore.full_cell_batch import CellNumbers, FullCells
from napore.full_cells import FullCell
from napore.models.constants import FARADAY
from napore.parameters.balance import Balance
from napore.parameters.provenance import nearest
from napore.parameters.schema import pybamm_name

from .batches import BatchFunction, solver_of
from .cases import Case, StudyError
from .constant_current import RATE

_ONE_C: Final = "Nominal cell capacity [A.h]"
_SITES: Final = (
    "Maximum concentration in positive electrode [mol.m-3]",
    "Positive electrode active material volume fraction",
    "Positive electrode thickness [m]",
    "Electrode height [m]",
    "Electrode width [m]",
)
_CUT_OFFS: Final = ("Lower voltage cut-off [V]", "Upper voltage cut-off [V]")
_AT_ONCE: Final = 30_000
"""States of all cases that are solved together: their solutions are in memory at once, some 200 MB."""
_LEFT_OUT: Final = (
    *("rate_C", "charge_capacity_mAh_g_cathode", "mean_charge_voltage_V"),
    *("midpoint_voltage_V", "peak_voltage_V", "plated_left_mAh_g"),
)


class FullCycles(BatchFunction):
    """Discharge of the last of a few cycles, as in :func:`napore.energy_test`; for :func:`napore.study.run`.

    The inputs of a case are numbers by their names in PyBaMM's spelling or in the sets' own, such as
    ``"Mass ratio of carbon to cathode"``, and ``rate_C``; balance and start follow. The outputs are those
    of a point of an energy test (capacity, mean voltage, energies, plating margin, flags) with the
    ``n_p_ratio`` and what is ``limiting`` at equilibrium.

    Cases of one batch are charged and discharged from one build. What one build cannot have (a number that
    switches an option on, or one that others follow from in a way of their own) is solved case by case.

    Parameters
    ----------
    cell
        Full cell that the cases start from.
    charge_rate
        Rate [C] of charge; that of the discharge where None.
    cycles
        Cycles of each case; the last one counts.
    varied
        Names that cases change some of, each its own, and that one build has as inputs for all.
    threads
        Threads of the solver; None: as many as the process may use. Give 1 where the study runs in
        several processes.
    compiled
        Whether to compile the model where there is a C compiler, which takes some seconds the first time;
        a record says whether it was. Its numbers are those of the interpreter within the solver's tolerance.

    Examples
    --------
    >>> import napore
    >>> from napore import study
    >>> cycles = study.FullCycles(napore.full_cell(model="SPM"), cycles=1)
    >>> cases = study.grid({"Mass ratio of carbon to cathode": [0.3, 0.4], "rate_C": [1.0]})
    >>> study.run(cycles, cases).table()["status"].tolist()
    ['ok', 'ok']
    """

    def __init__(
        self,
        cell: FullCell,
        *,
        charge_rate: float | None = None,
        cycles: int = 3,
        varied: Iterable[str] = (),
        threads: int | None = None,
        compiled: bool = True,
    ) -> None:
        if not isinstance(cell, FullCell):
            raise StudyError("the cell is no full cell: make one with napore.full_cell")
        self.cell = cell
        self._charge_rate = check_charge_rate(charge_rate)
        self._cycles = check_count(cycles, "cycles")
        self._varied = frozenset(varied)
        self._threads, self._compiled = threads, compiled
        known = {*self._own_numbers(), *cell.parameter_values}
        for name in sorted(self._varied):
            if known.isdisjoint((own_name(cell.source, name), pybamm_name(name, "full"))):
                raise StudyError(f"unknown parameter {name!r}{nearest(name, known)}")
        options = sorted(cell.model.options.items())
        self._key = f"{cell.sha256} {cell.model_name} {options} {compiled} {sorted(self._varied)}"
        self._version = f"{self._key} {self._charge_rate} {self._cycles}"

    @property
    def version(self) -> str:
        """Hash of the parameters, model, options, charge rate and cycles."""
        return self._version

    def numbers(self, case: Mapping[str, Any]) -> Mapping[str, float]:
        """Numbers by name that a case has in the place of those of the cell."""
        return {name: value for name, value in case.items() if name != RATE}

    def more(
        self, numbers: Mapping[str, float], point: EnergyPoint, halves: Callable[[], Sequence[HalfCycle]]
    ) -> Mapping[str, Any]:
        """Further outputs of a solved case, from its numbers of :data:`MASS_NUMBERS`, and its half cycles."""
        return {}

    def batch(self, cases: Sequence[Case]) -> list[Mapping[str, Any]]:
        """Outputs of each case; a status says why it has none."""
        given: dict[int, Mapping[str, float]] = {}
        found: dict[int, Mapping[str, Any]] = {}
        for k, case in enumerate(cases):
            try:
                given[k] = dict(self.numbers(case))
                check_rate(case.get(RATE))
            except ValueError as error:
                found[k] = {"status": str(error)}
        by_names: dict[frozenset[str], list[int]] = {}
        for k in given:
            if k not in found:
                names = frozenset(given[k])
                by_names.setdefault(self._varied if names <= self._varied else names, []).append(k)
        for names, members in by_names.items():
            start = self._start(self._nearly_own() if names == self._varied else given[members[0]])
            if start is None:
                found |= {k: self._alone(given[k], cases[k][RATE]) for k in members}
            else:
                rates = [float(cases[k][RATE]) for k in members]
                together = self._together(start, [given[k] for k in members], rates)
                found |= dict(zip(members, together, strict=True))
        return [found[k] for k in range(len(cases))]

    def _own_numbers(self) -> dict[str, Any]:
        return {**self.cell.source.numbers, **in_own_names(self.cell.source, self.cell.changed)}

    def _nearly_own(self) -> dict[str, float]:
        """Numbers of the cell by the names of all cases, a little off."""
        return {name: (1.0 - 1e-6) * self._number(name) for name in self._varied}

    def _number(self, name: str) -> float:
        """Number of the cell, derived ones such as a porosity included."""
        found = self._own_numbers().get(own_name(self.cell.source, name))
        return self.cell.number(pybamm_name(name, "full")) if found is None else float(found)

    def _start(self, example: Mapping[str, float]) -> "_Start | None":
        """What all cases with the same names begin from; None where one build cannot have them."""
        key = f"{self._key} {self._threads} {sorted(example)}"
        if key not in _STARTS:
            try:
                many = FullCells(self.cell, example, (*MASS_NUMBERS, *_SITES, *_CUT_OFFS, _ONE_C))
                built = Built.of(
                    self.cell,
                    many.inputs,
                    solver=solver_of(self.cell),
                    threads=self._threads or processors(),
                    compiled=self._compiled,
                )
                built.discretised("current")
                _STARTS[key] = _Start(many, built)
            except (ValueError, NotImplementedError, pybamm.ModelError):
                _STARTS[key] = None
        return _STARTS[key]

    def _alone(self, given: Mapping[str, float], rate: float) -> Mapping[str, Any]:
        try:
            # the values were checked; what follows from them need not be usual
            cell = self.cell.with_numbers(given, allow_unusual=True)
        except ValueError as error:
            return {"status": str(error)}
        test = energy_test(cell, rate, charge_rate=self._charge_rate, cycles=self._cycles)
        found = outputs_of(test.points[0], cell.balance)
        if test.points[0].status == OK:
            cycle = next(iter(test.rates.curves.values()))
            numbers = {name: cell.number(name) for name in MASS_NUMBERS}
            found |= self.more(numbers, test.points[0], lambda: (cycle.first, cycle.second))
        return {**found, "compiled": False}

    def _together(
        self, start: "_Start", given: Sequence[Mapping[str, float]], rates: Sequence[float]
    ) -> list[Mapping[str, Any]]:
        """Outputs of cases of one build."""
        found: dict[int, Mapping[str, Any]] = {}
        ready: list[_Case] = []
        for k, numbers in enumerate(start.many.cells(given)):
            if isinstance(numbers, ValueError):
                found[k] = {"status": str(numbers)}
            else:
                ready.append(_Case(k, numbers, rates[k], self._charge_rate or rates[k]))
        states = start.built.discretised("current").len_rhs_and_alg
        size = max(start.built.threads, round(_AT_ONCE / states))
        for first in range(0, len(ready), size):
            some = ready[first : first + size]
            for _ in range(self._cycles):
                for charges in (True, False):
                    _run(start.built, [case for case in some if not case.problem], charges)
            compiled = start.built.is_compiled
            for case in some:
                point = case.point()
                made = outputs_of(point, case.numbers.balance)
                made |= self.more(case.numbers.numbers, point, case.halves) if point.status == OK else {}
                found[case.place] = {**made, "compiled": compiled}
        return [found[k] for k in range(len(given))]


def _run(built: Built, cases: Sequence["_Case"], charges: bool) -> None:
    """One half cycle of each case."""
    steps = [case.step(charges) for case in cases]
    inputs, states = [case.numbers.inputs for case in cases], [case.state for case in cases]
    for case, end in zip(cases, built.run_many(steps, inputs, states), strict=True):
        case.take(end, charges)


@dataclass
class _Start:
    """What all cases with the same names begin from: their numbers and the build."""

    many: FullCells
    built: Built


_STARTS: dict[str, _Start | None] = {}
"""Of this process, so that a function that was unpickled for each task is built once."""


@dataclass
class _Case:
    """One case under way."""

    place: int
    numbers: CellNumbers
    rate: float
    charge_rate: float
    state: State | None = None
    problem: str = ""
    charge: tuple[Any, ...] = ()
    discharge: tuple[Any, ...] = ()

    def step(self, charges: bool) -> Step:
        """Charge or discharge to the cut-off."""
        number = self.numbers.numbers
        rate = self.charge_rate if charges else self.rate
        sites = number[_SITES[0]] * FARADAY / 3600.0 * math.prod(number[name] for name in _SITES[1:])
        longest = longest_time_of(sites, number[_ONE_C], rate)
        current = rate * number[_ONE_C]
        if charges:
            return Step("current", -current, longest, above=number[_CUT_OFFS[1]])
        return Step("current", current, longest, below=number[_CUT_OFFS[0]])

    def take(self, end: Steps, charges: bool) -> None:
        """Keep how a half cycle ended."""
        if charges:
            self.charge, self.discharge = end.solutions, ()
        else:
            self.discharge = end.solutions
        self.state = end.state or self.state
        both = Steps((*self.charge, *self.discharge), self.state, end.error)
        # a charge that is at its end at once is passed over
        if end.error is not None or not charges or end.ran:
            self.problem = problem_of(both, ())

    @staticmethod
    def _ran(half: Sequence[Any]) -> list[Any]:
        return [step for step in half if not isinstance(step, pybamm.EmptySolution)]

    def halves(self) -> tuple[HalfCycle, HalfCycle]:
        """Charge and discharge of the last cycle, per gram of cathode."""
        number = self.numbers.numbers
        weight = masses_from(number).cathode * number["Electrode height [m]"] * number["Electrode width [m]"]
        named = (("charge", self.charge), ("discharge", self.discharge))
        charge, discharge = (read_curve(name, self._ran(half), weight) for name, half in named)
        return charge, discharge

    def point(self) -> EnergyPoint:
        """The case as a point of an energy test."""
        number = self.numbers.numbers
        mass = masses_from(number)
        area = number["Electrode height [m]"] * number["Electrode width [m]"]
        weight = mass.cathode * area
        current = float(f"{self.rate * number[_ONE_C] / weight:.12g}")
        point = EnergyPoint(self.rate, current, status=self.problem or OK)
        if self.problem:
            return point
        charge = self._ran(self.charge)
        curve = read_curve("discharge", self._ran(self.discharge), weight)
        if not curve.capacity > 0.0:
            return replace(point, status=NO_CAPACITY)
        margin = read_plating_margin(charge)
        flags = (PLATING,) if margin is not None and margin < 0.0 else ()
        made = replace(point, plating_margin_V=margin, flags=flags, **vars(energies_on(mass, curve)))
        return replace(made, plated_mAh_g=read_plated(charge[-1], weight))


def outputs_of(point: EnergyPoint, balance: Balance) -> dict[str, Any]:
    """Outputs of a case from a point of an energy test."""
    found = {name: value for name, value in vars(point).items() if name not in _LEFT_OUT}
    return found | {"n_p_ratio": balance.n_p_ratio, "limiting": balance.limiting}
