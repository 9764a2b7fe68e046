"""Capacity of many designs of a carbon's half cell at constant current: the fast way of a study."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import pybamm

from napore.built import Built, Step, Steps, longest_time_of, processors
from napore.cell_numbers import AMBIENT
from napore.cells import Cell, checked, half_cell, spelt
from napore.derived import Derived
from napore.experiments.checks import check_rate
from napore.experiments.curves import read_curve
from napore.experiments.rate import PLATEAU_END_V
from napore.experiments.solving import NO_CAPACITY, problem_of
from napore.models.constants import FARADAY
from napore.parameters.provenance import nearest
from napore.parameters.schema import check_jointly, inert_reason
from napore.results import OK
from napore.start import initial_content

from .batches import BatchFunction, solver_of
from .cases import Case, StudyError

RATE: Final = "rate_C"
_CHARGE: Final = "Capacity of all sites [A.h]"
_MASS: Final = "Mass of carbon [kg]"
_C_MAX: Final = "Maximum concentration in positive electrode [mol.m-3]"
_INITIAL: Final = "Initial concentration in positive electrode [mol.m-3]"
_ONE_C: Final = "Nominal cell capacity [A.h]"
_CUT_OFFS: Final = ("Lower voltage cut-off [V]", "Upper voltage cut-off [V]")


class ConstantCurrent(BatchFunction):
    """One half cycle at constant current, from rest at the other cut-off; for :func:`napore.study.run`.

    The inputs of a case are the numbers of the set that it changes, by their names in the set
    ("Carbon electrode areal loading [kg.m-2]"), and optionally ``rate_C``. What follows from them
    (porosity, current, equilibrium, rates of the pore classes) follows.

    The outputs are named as in a rate test. Sodiation: ``sodiation_capacity_mAh_g``,
    ``plateau_capacity_mAh_g``, ``sodiation_mean_voltage_V``; desodiation: ``capacity_mAh_g``,
    ``desodiation_plateau_capacity_mAh_g``, ``mean_voltage_V``.

    Parameters
    ----------
    carbon, model, options
        As for :func:`napore.half_cell`.
    parameters
        Numbers that replace those of the set in all cases, by their names in the set.
    allow_unusual
        Whether numbers may lie outside what is plausible, as for :func:`napore.half_cell`.
    rate
        Rate [C] where a case has none.
    direction
        ``"sodiation"`` or ``"desodiation"``.
    threads
        Threads of the solver; None: as many as the process may use. Give 1 where the study runs in
        several processes.
    compiled
        Whether to compile the model where there is a C compiler, which takes some seconds the first time;
        a record says whether it was. Its numbers are those of the interpreter within the solver's tolerance.

    Examples
    --------
    >>> from napore import study
    >>> half_cycle = study.ConstantCurrent("fjh", "SPM", rate=1.0)
    >>> done = study.run(half_cycle, study.grid({"Carbon electrode areal loading [kg.m-2]": [0.01, 0.012]}))
    >>> done.table()["status"].tolist()
    ['ok', 'ok']
    """

    def __init__(
        self,
        carbon: str | Path,
        model: str = "SPMe",
        *,
        rate: float = 0.1,
        direction: Literal["sodiation", "desodiation"] = "sodiation",
        options: Mapping[str, Any] | None = None,
        parameters: Mapping[str, float] | None = None,
        allow_unusual: bool = False,
        threads: int | None = None,
        compiled: bool = True,
    ) -> None:
        if direction not in ("sodiation", "desodiation"):
            raise StudyError(f"direction is {direction!r}: choose 'sodiation' or 'desodiation'")
        self._cell = (carbon, model, dict(options or {}), parameters)
        self._allow_unusual = allow_unusual
        self._rate = check_rate(rate)
        self._direction = direction
        self._threads, self._compiled = threads, compiled
        cell = half_cell(*self._cell, allow_unusual=allow_unusual)
        if cell.kind != "carbon":
            raise StudyError(f"{cell.name!r} is a half cell of a cathode: give a carbon, such as 'fjh'")
        _check_names(cell, parameters or {}, (AMBIENT,))
        asked = [cell.sha256, cell.model_name, sorted(self._cell[2].items()), self._rate, direction, compiled]
        self._version = repr(asked)
        self._start(cell)

    @property
    def version(self) -> str:
        """Hash of the parameters, model, options, rate, direction and whether it is compiled."""
        return self._version

    def check(self, cases: Sequence[Case]) -> None:
        """Refuse names that are not in the set.

        Raises
        ------
        StudyError
            With the nearest name.
        """
        _check_names(self._start().cell, [name for name in cases[0] if name != RATE], cases[0])

    def batch(self, cases: Sequence[Case]) -> list[Mapping[str, Any] | Exception]:
        """Outputs of each case, or why it has none."""
        start = self._start()
        designs: dict[int, dict[str, float]] = {}
        found: dict[int, Mapping[str, Any] | Exception] = {}
        for k, case in enumerate(cases):
            try:
                designs[k] = self._design(start, case)
            except ValueError as error:
                found[k] = error
        cells = start.cells(list(designs.values()))
        ready = [(k, cell) for k, cell in zip(designs, cells, strict=True) if not isinstance(cell, Exception)]
        found |= {k: cell for k, cell in zip(designs, cells, strict=True) if isinstance(cell, Exception)}
        steps = [self._step(cell, cases[k].get(RATE, self._rate)) for k, cell in ready]
        built = start.built()
        inputs = [{name: cell[name] for name in built.inputs} for _, cell in ready]
        for (k, cell), step, end in zip(ready, steps, built.run_many(steps, inputs), strict=True):
            found[k] = {**self._outputs(step, end, cell[_MASS]), "compiled": built.is_compiled}
        return [found[k] for k in range(len(cases))]

    def _start(self, cell: Cell | None = None) -> "_Start":
        key = f"{self._version} {self._threads}"
        if key not in _STARTS:
            cell = cell or half_cell(*self._cell, allow_unusual=self._allow_unusual)
            cut_off = _CUT_OFFS[1 if self._direction == "sodiation" else 0]
            _STARTS[key] = _Start(cell, cut_off, self._threads or processors(), self._compiled)
        return _STARTS[key]

    def _design(self, start: "_Start", case: Case) -> dict[str, float]:
        """PyBaMM parameters of a case.

        Raises
        ------
        ValueError
            For a number that no cell can have.
        """
        given = {name: value for name, value in case.items() if name != RATE}
        check_rate(case.get(RATE, self._rate))
        changes = checked(start.cell.source, given, allow_unusual=self._allow_unusual)
        check_jointly({**start.cell.source.numbers, **start.cell.changed, **changes}, StudyError)
        return {spelt(start.cell, name): float(value) for name, value in changes.items()}

    def _step(self, cell: Mapping[str, float], rate: float) -> Step:
        """Half cycle of a cell."""
        current, longest = rate * cell[_ONE_C], longest_time_of(cell[_CHARGE], cell[_ONE_C], rate)
        low, high = (cell[name] for name in _CUT_OFFS)
        if self._direction == "sodiation":
            return Step("current", current, longest, below=low)
        return Step("current", -current, longest, above=high)

    def _outputs(self, step: Step, end: Steps, mass: float) -> Mapping[str, Any]:
        """Outputs of a half cycle, per ``mass`` of carbon [kg]."""
        if problem := problem_of(end, (step,)):
            return {"status": problem}
        curve = read_curve(self._direction, end.ran, mass)
        if not curve.capacity > 0.0:
            return {"status": NO_CAPACITY}
        below = curve.capacity_below(PLATEAU_END_V[self._direction])
        if self._direction == "sodiation":
            names = ("sodiation_capacity_mAh_g", "plateau_capacity_mAh_g", "sodiation_mean_voltage_V")
        else:
            names = ("capacity_mAh_g", "desodiation_plateau_capacity_mAh_g", "mean_voltage_V")
        values = (curve.capacity, below, curve.mean_voltage)
        return {**dict(zip(names, values, strict=True)), "status": OK}


@dataclass
class _Start:
    """What all cases begin from: the cell, and the cut-off at which it rests first."""

    cell: Cell
    cut_off: str
    threads: int
    compiled: bool
    _names: tuple[str, ...] = ()
    _derived: Derived | None = None
    _built: Built | None = None

    def cells(self, designs: Sequence[Mapping[str, float]]) -> list[dict[str, float] | Exception]:
        """Numbers of designs by name, with those that follow, or why there is no such cell."""
        varied = {name for design in designs for name in design}
        if self._derived is None or not varied <= set(self._names):
            self._names = tuple(sorted({*self._names, *varied}))
            self._derived = Derived(self.cell.parameter_values, self._names, list(self._wanted().values()))
            self._built = None
        own = {name: self.cell.number(name) for name in self._names}
        rows = [[design.get(name, own[name]) for name in self._names] for design in designs]
        if not rows:
            return []
        table, problems = self._derived.table(rows)
        names = (*self._names, *self._wanted())
        return [
            problem or dict(zip(names, (*row, *column.tolist()), strict=True))
            for row, column, problem in zip(rows, table.T, problems, strict=True)
        ]

    def built(self) -> Built:
        """Build with the numbers of the designs as inputs."""
        if self._built is None:
            self._built = Built.of(
                self.cell,
                (*self._names, _INITIAL),
                solver=solver_of(self.cell),
                threads=self.threads,
                compiled=self.compiled,
            )
        return self._built

    def _wanted(self) -> dict[str, pybamm.Symbol]:
        """What a half cycle needs of a cell, as expressions of parameters."""
        P = pybamm.Parameter
        area = P("Electrode height [m]") * P("Electrode width [m]")
        volume = P("Positive electrode active material volume fraction") * P(
            "Positive electrode thickness [m]"
        )
        return {
            _INITIAL: initial_content(self.cell, P(self.cut_off)),
            _ONE_C: P(_ONE_C),
            _CHARGE: (FARADAY / 3600.0) * P(_C_MAX) * volume * area,
            _MASS: P("Positive electrode areal loading [kg.m-2]") * area,
            **{name: P(name) for name in _CUT_OFFS},
        }


_STARTS: dict[str, _Start] = {}
"""Of this process, so that a function that was unpickled for each task is built once."""


def _check_names(cell: Cell, names: Iterable[str], varied: Iterable[str]) -> None:
    known = [RATE, *cell.source.numbers]
    # what is varied has no one value: a temperature beside it may be any
    values = {**cell.source.numbers, **cell.changed, **dict.fromkeys(varied, math.nan)}
    for name in names:
        if name not in known:
            raise StudyError(f"unknown parameter {name!r}{nearest(name, known)}")
        reason = inert_reason(name, dict(cell.model.options), cell.model_name, values, cell.kind)
        if reason:
            raise StudyError(f"{name!r} does nothing in this cell: {reason}; or leave it out")
