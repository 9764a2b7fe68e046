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

from napore.cells import Cell, checked, half_cell, spelt
from napore.experiments.checks import check_rate
from napore.experiments.rate import PLATEAU_END_V
from napore.models.constants import FARADAY
from napore.models.live import Within
from napore.parameters.gu2025 import content_at_rest
from napore.parameters.provenance import nearest
from napore.parameters.schema import check_jointly
from napore.results import OK

from .batches import BatchFunction
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
_POROSITY = "Positive electrode porosity"
_NO_END = "not finished: the cut-off is not reached; check that it lies inside the range of the potential"
_NO_CAPACITY = (
    "no capacity: the voltage passes its cut-off at once; the rate is too high for the resistance of the "
    "cell, try a lower rate"
)


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
        if cell.kind != "carbon":
            raise StudyError(f"{cell.name!r} is a half cell of a cathode: give a carbon, such as 'fjh'")
        _check_names(cell, parameters or {})
        asked = [cell.sha256, cell.model_name, sorted(self._cell[2].items()), self._rate, direction]
        self._version = repr(asked)

    @property
    def version(self) -> str:
        """Hash of the parameters, model, options, rate and direction."""
        return self._version

    def check(self, cases: Sequence[Case]) -> None:
        """Refuse names that are not in the set.

        Raises
        ------
        StudyError
            With the nearest name.
        """
        _check_names(self._start().cell, [name for name in cases[0] if name != RATE])

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
            longest = max(start.longest(design) for design in designs.values())
            solutions = start.build.solve(list(designs.values()), longest)
            for (k, design), solution in zip(designs.items(), solutions, strict=True):
                found[k] = self._outputs(design, solution, cases[k].get(RATE, self._rate))
        return [found[k] for k in range(len(cases))]

    def _start(self) -> "_Start":
        key = f"{self._version} {self._threads} {self._compiled}"
        if key not in _STARTS:
            cell = half_cell(*self._cell, allow_unusual=self._allow_unusual)
            build = OneBuild(
                _with_energy(cell.model),
                cell.parameter_values,
                [_VOLTAGE, _CHARGE, _ENERGY],
                self._threads,
                compiled=self._compiled,
            )
            _STARTS[key] = _Start(cell, build, "Upper" if self._direction == "sodiation" else "Lower")
        return _STARTS[key]

    def _design(self, start: "_Start", case: Case) -> dict[str, float]:
        """PyBaMM parameters of a case that differ from those of the cell.

        Raises
        ------
        ValueError
            For a number that no cell can have.
        """
        given = {name: value for name, value in case.items() if name != RATE}
        changes = checked(start.cell.source, given, allow_unusual=self._allow_unusual)
        check_jointly({**start.cell.source.numbers, **start.cell.changed, **changes}, StudyError)
        design = {spelt(start.cell, name): float(value) for name, value in changes.items()}
        derived = start.derived(design)
        sign = 1.0 if self._direction == "sodiation" else -1.0
        design[_INITIAL] = derived[_INITIAL]
        design[_CURRENT] = sign * check_rate(case.get(RATE, self._rate)) * derived[_ONE_C]
        return design

    def _outputs(
        self, design: Mapping[str, float], solution: pybamm.Solution | pybamm.SolverError, rate: float
    ) -> Mapping[str, Any] | Exception:
        if isinstance(solution, pybamm.SolverError):
            at_once = "non-positive at initial conditions" in str(solution)
            return {"status": _NO_CAPACITY} if at_once else solution
        if not solution.termination.startswith("event"):
            return {"status": _NO_END}
        charge = np.abs(solution[_CHARGE].entries)
        if not charge[-1] > 0.0:
            return {"status": _NO_CAPACITY}
        one_C = abs(design[_CURRENT]) / rate
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
    """What all cases begin from: the cell, the build, and the cut-off at which it rests first."""

    cell: Cell
    build: OneBuild
    cut_off: str
    _expressions: dict[tuple[str, ...], dict[str, pybamm.Symbol]] = field(default_factory=dict)

    def derived(self, design: Mapping[str, float]) -> dict[str, float]:
        """What follows from the numbers of a design: start, current of 1 C and charge of all sites.

        Raises
        ------
        NumberError
            For a coating without pores.
        """
        key = tuple(sorted(design))
        if key not in self._expressions:
            self._expressions[key] = self._processed(key)
        found = {
            name: float(np.squeeze(symbol.evaluate(inputs=dict(design))))
            for name, symbol in self._expressions[key].items()
        }
        porosity = self.cell.parameter_values[_POROSITY]
        if isinstance(porosity, Within):
            porosity.check(found[_POROSITY], *(found[str(k)] for k in range(len(porosity.children) - 1)))
        return found

    def _processed(self, names: Sequence[str]) -> dict[str, pybamm.Symbol]:
        values = self.cell.parameter_values.copy()
        values.update(dict.fromkeys(names, "[input]"))
        P = pybamm.Parameter
        law = self.cell.model.options.positive["adsorption law"]
        volume = P("Positive electrode active material volume fraction") * P(
            "Positive electrode thickness [m]"
        )
        area = P("Electrode height [m]") * P("Electrode width [m]")
        symbols = {
            _INITIAL: content_at_rest(P(f"{self.cut_off} voltage cut-off [V]"), self.cell.pore_classes, law),
            _ONE_C: P(_ONE_C),
            _POROSITY: P(_POROSITY),
            _CHARGE: FARADAY * P(_C_MAX) * volume * area,
        }
        porosity = self.cell.parameter_values[_POROSITY]
        details = porosity.orphans[1:] if isinstance(porosity, Within) else ()
        symbols |= {str(k): detail for k, detail in enumerate(details)}
        return {name: values.process_symbol(symbol) for name, symbol in symbols.items()}

    def longest(self, design: Mapping[str, float]) -> float:
        """Three times the time [s] in which the current passes the capacity of all sites."""
        own = {name: value for name, value in design.items() if name not in (_INITIAL, _CURRENT)}
        return 3.0 * self.derived(own)[_CHARGE] / abs(design[_CURRENT])


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


def _below(voltage: Any, charge: Any, level: float) -> float:
    """Charge passed while the voltage was below ``level``, smooth between the points."""
    charge, first = np.unique(charge, return_index=True)
    voltage = voltage[first]
    if len(charge) < 2 or math.isclose(voltage[0], voltage[-1]):
        return 0.0
    curve = interpolate.PchipInterpolator(charge, voltage)
    edges = [charge[0], *curve.solve(level, extrapolate=False), charge[-1]]
    return float(sum(b - a for a, b in itertools.pairwise(edges) if curve(0.5 * (a + b)) < level))
