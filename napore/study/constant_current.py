"""Capacity of many designs of a carbon's half cell at constant current: the fast way of a study."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pybamm
from scipy import interpolate

from napore.cells import Cell, checked, half_cell
from napore.experiments.checks import check_rate
from napore.experiments.rate import PLATEAU_END_V
from napore.models.constants import FARADAY
from napore.parameters.provenance import nearest
from napore.parameters.schema import check_jointly

from .batches import OK, BatchFunction
from .cases import Case, StudyError
from .one_build import OneBuild

__all__ = ["ConstantCurrent"]

RATE: Final = "rate_C"
_CHARGE, _VOLTAGE = "Discharge capacity [A.h]", "Voltage [V]"
_ENERGY = "Energy over nominal capacity [V]"
_C_MAX = "Maximum concentration in positive electrode [mol.m-3]"
_INITIAL = "Initial concentration in positive electrode [mol.m-3]"
_CURRENT = "Current function [A]"
_ONE_C = "Nominal cell capacity [A.h]"
_NO_END = "not finished: the cut-off is not reached; check that it lies inside the range of the potential"
_NO_CAPACITY = (
    "no capacity: the voltage passes its cut-off at once; the rate is too high for the resistance of the "
    "cell, try a lower rate"
)


class ConstantCurrent(BatchFunction):
    """One half cycle at constant current, from rest at the other cut-off; for :func:`napore.study.run`.

    The inputs of a case are the numbers of the set that it changes, by their names in the set
    ("Carbon electrode areal loading [kg.m-2]"), and optionally ``rate_C``. What follows from them
    (porosity, current, rates of the pore classes) follows. The equilibrium of the carbon is the same
    for all cases: a name that would change it is refused.

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
        Whether to compile the model: worth it for thousands of cases, where there is a C compiler.

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
        compiled: bool = False,
    ) -> None:
        if direction not in ("sodiation", "desodiation"):
            raise StudyError(f"direction is {direction!r}: choose 'sodiation' or 'desodiation'")
        self._cell = (carbon, model, dict(options or {}), parameters)
        self._allow_unusual = allow_unusual
        self._rate = check_rate(rate)
        self._direction = direction
        self._threads, self._compiled = threads, compiled
        cell = half_cell(*self._cell, allow_unusual=allow_unusual)
        _check_names(cell, parameters or {})
        asked = [cell.sha256, cell.model_name, sorted(self._cell[2].items()), self._rate, direction]
        self._version = repr(asked)

    @property
    def version(self) -> str:
        """Hash of the parameters, model, options, rate and direction."""
        return self._version

    def check(self, cases: Sequence[Case]) -> None:
        """Refuse names that are not in the set, and those that would change the equilibrium.

        Raises
        ------
        StudyError
            With the nearest name.
        """
        start = self._start()
        names = [name for name in cases[0] if name != RATE]
        _check_names(start.cell, names)
        for name in names:
            value = start.numbers[name]
            moved = start.cell.source.values_of({**start.numbers, name: value * 1.001 if value else 1e-3})
            if any(not _same(moved[key], start.values[key]) for key in moved):
                raise StudyError(
                    f"{name!r} changes the equilibrium of the carbon or its particle sizes, which one build "
                    "cannot vary: use a function that makes a cell of each case with napore.half_cell"
                )

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
        if designs:
            longest = max(_longest(start, design) for design in designs.values())
            solutions = start.build.solve(list(designs.values()), longest)
            for (k, design), solution in zip(designs.items(), solutions, strict=True):
                found[k] = self._outputs(start, design, solution)
        return [found[k] for k in range(len(cases))]

    def _start(self) -> "_Start":
        key = f"{self._version} {self._threads} {self._compiled}"
        if key not in _STARTS:
            cell = half_cell(*self._cell, allow_unusual=self._allow_unusual)
            numbers = {**cell.source.numbers, **cell.changed}
            build = OneBuild(
                _with_energy(cell.model),
                cell.parameter_values,
                [_VOLTAGE, _CHARGE, _ENERGY],
                self._threads,
                compiled=self._compiled,
            )
            _STARTS[key] = _Start(cell, numbers, cell.source.values_of(numbers), build)
        return _STARTS[key]

    def _design(self, start: "_Start", case: Case) -> dict[str, float]:
        """PyBaMM parameters of a case that differ from those of the cell.

        Raises
        ------
        ValueError
            For a number that no cell can have.
        """
        given = {name: value for name, value in case.items() if name != RATE}
        numbers = {**start.numbers, **checked(start.cell.source, given, allow_unusual=self._allow_unusual)}
        check_jointly(numbers, StudyError)
        values = start.cell.source.values_of(numbers)
        design = {
            name: float(value)
            for name, value in values.items()
            if isinstance(value, int | float) and value != start.values[name]
        }
        sign, cut_off = (1.0, "Upper") if self._direction == "sodiation" else (-1.0, "Lower")
        content = start.stoichiometry(float(values[f"{cut_off} voltage cut-off [V]"]))
        design[_INITIAL] = content * float(values[_C_MAX])
        design[_CURRENT] = sign * check_rate(case.get(RATE, self._rate)) * float(values[_ONE_C])
        return design

    def _outputs(
        self, start: "_Start", design: Mapping[str, float], solution: pybamm.Solution | pybamm.SolverError
    ) -> Mapping[str, Any] | Exception:
        if isinstance(solution, pybamm.SolverError):
            at_once = "non-positive at initial conditions" in str(solution)
            return {"status": _NO_CAPACITY} if at_once else solution
        if not solution.termination.startswith("event"):
            return {"status": _NO_END}
        charge = np.abs(solution[_CHARGE].entries)
        if not charge[-1] > 0.0:
            return {"status": _NO_CAPACITY}
        one_C = design.get(_ONE_C, float(start.values[_ONE_C]))
        per_gram = 300.0 / one_C  # 1 C = 300 mA per gram
        capacity = per_gram * float(charge[-1])
        below = per_gram * _below(solution[_VOLTAGE].entries, charge, PLATEAU_END_V[self._direction])
        mean = abs(float(solution[_ENERGY].entries[-1])) * one_C / float(charge[-1])
        if self._direction == "sodiation":
            names = ("sodiation_capacity_mAh_g", "plateau_capacity_mAh_g", "sodiation_mean_voltage_V")
        else:
            names = ("capacity_mAh_g", "desodiation_plateau_capacity_mAh_g", "mean_voltage_V")
        return {**dict(zip(names, (capacity, below, mean), strict=True)), "status": OK}


@dataclass
class _Start:
    """What all cases begin from: the cell, its numbers and values, and the build."""

    cell: Cell
    numbers: Mapping[str, float]
    values: Mapping[str, Any]
    build: OneBuild
    _contents: dict[float, float] = field(default_factory=dict)

    def stoichiometry(self, voltage: float) -> float:
        """Content of the carbon at rest at ``voltage`` [V]."""
        if voltage not in self._contents:
            self._contents[voltage] = max(float(self.cell.isotherm.stoichiometry(voltage)), 1e-6)
        return self._contents[voltage]


_STARTS: dict[str, _Start] = {}
"""Of this process, so that a function that was unpickled for each task is built once."""


def _with_energy(model: pybamm.BaseModel) -> pybamm.BaseModel:
    """Model that also integrates the energy, scaled to volts.

    PyBaMM's own "Discharge energy [W.h]" of a coin cell is near the solver's absolute tolerance.
    """
    model = model.new_copy()
    energy = pybamm.Variable(_ENERGY)
    rate = model.variables["Current [A]"] / (3600.0 * pybamm.Parameter(_ONE_C))
    model.rhs[energy] = rate * model.variables[_VOLTAGE]
    model.initial_conditions[energy] = pybamm.Scalar(0.0)
    model.variables[_ENERGY] = energy
    return model


def _check_names(cell: Cell, names: Any) -> None:
    known = [RATE, *cell.source.numbers]
    for name in names:
        if name not in known:
            raise StudyError(f"unknown parameter {name!r}{nearest(name, known)}")


def _same(one: Any, other: Any) -> bool:
    """Whether two values are plain numbers, or functions that do the same."""
    if isinstance(one, int | float):
        return isinstance(other, int | float)
    if hasattr(one, "__self__") and hasattr(other, "__self__"):
        return bool(one.__func__ is other.__func__ and one.__self__ == other.__self__)
    return bool(one == other)


def _longest(start: _Start, design: Mapping[str, float]) -> float:
    """Three times the time [s] in which the current passes the capacity of all sites."""

    def value(name: str) -> float:
        return design.get(name, float(start.cell.parameter_values[name]))

    volume = value("Positive electrode active material volume fraction") * value(
        "Positive electrode thickness [m]"
    )
    area = value("Electrode height [m]") * value("Electrode width [m]")
    return 3.0 * value(_C_MAX) * volume * area * FARADAY / abs(design[_CURRENT])


def _below(voltage: Any, charge: Any, level: float) -> float:
    """Charge passed while the voltage was below ``level``, smooth between the points."""
    charge, first = np.unique(charge, return_index=True)
    voltage = voltage[first]
    if len(charge) < 2 or math.isclose(voltage[0], voltage[-1]):
        return 0.0
    curve = interpolate.PchipInterpolator(charge, voltage)
    edges = [charge[0], *curve.solve(level, extrapolate=False), charge[-1]]
    return float(sum(b - a for a, b in itertools.pairwise(edges) if curve(0.5 * (a + b)) < level))
