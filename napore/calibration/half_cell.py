"""A half cell with some numbers free: one build, solved for any of their values."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pybamm

from napore import models
from napore.built import Built, Step, longest_time_of, read
from napore.experiments.gitt_steps import Conditions, logged_seconds
from napore.experiments.weppner_huggins import GittPulse, evaluate_pulses
from napore.parameters.half_cell import content_at_rest
from napore.parameters.numbers import number
from napore.parameters.sets import ParameterSet

from .electrode import OCP
from .fitted import Fitted, Tied
from .numbers import HalfCell
from .protocol import Protocol

Array = npt.NDArray[np.float64]

_LAST = 0.2  # mAh/g: the slope with which a curve goes on
_HALVINGS = 8
_START = "Content at the start"
_VOLTAGE = "Voltage [V]"
_MOST_PULSES = 500
_CHARGE = "Discharge capacity [A.h]"


class SimulatedCurve:
    """Voltage against capacity of one half cycle at constant current.

    Parameters
    ----------
    solution
        PyBaMM solution of the half cycle.
    per_second
        Magnitude of the current [mAh per gram of active material and second].
    largest_V
        Change of the voltage between two points, which are as far apart as the solver's steps without it [V].
    """

    hold_mAh_g: float = 0.0
    """Charge passed in a hold after it [mAh/g]."""

    def __init__(self, solution: pybamm.Solution, per_second: float, largest_V: float = np.inf) -> None:
        self._solution = solution
        self._start, self._end = float(solution.t[0]), float(solution.t[-1])
        self._per_second = per_second
        self.capacity_mAh_g = per_second * (np.asarray(solution.t) - self._start)
        self.voltage_V = read(solution, (_VOLTAGE,))[_VOLTAGE]
        for _ in range(_HALVINGS):
            wide = np.abs(np.diff(self.voltage_V)) > largest_V
            if not wide.any():
                break
            between = 0.5 * (self.capacity_mAh_g[1:] + self.capacity_mAh_g[:-1])[wide]
            places = np.flatnonzero(wide) + 1
            self.voltage_V = np.insert(self.voltage_V, places, self._at(between))
            self.capacity_mAh_g = np.insert(self.capacity_mAh_g, places, between)

    @property
    def capacity(self) -> float:
        """Charge passed at constant current [mAh/g]."""
        return float(self.capacity_mAh_g[-1])

    def at(self, capacity_mAh_g: Array) -> Array:
        """Voltage [V] at a capacity; beyond the end along the last slope, by at most 0.3 V.

        By the solver's own interpolation: straight lines between its steps, which are long where the
        voltage bends, would make jumps of many millivolts.
        """
        inside = self._at(np.clip(capacity_mAh_g, 0.0, self.capacity))
        before = max(self.capacity - _LAST, 0.0)
        end, slope = self.voltage_V[-1], 0.0
        if self.capacity > before:
            slope = (end - float(self._at(np.array([before]))[0])) / (self.capacity - before)
        beyond = np.clip(slope * np.maximum(capacity_mAh_g - self.capacity, 0.0), -0.3, 0.3)
        return np.asarray(inside + beyond)

    def _at(self, capacity_mAh_g: Array) -> Array:
        times = self._start + capacity_mAh_g / self._per_second
        inside = np.clip(np.atleast_1d(times), self._start, self._end)
        order = np.argsort(inside, kind="stable")
        found = np.empty(len(inside))
        found[order] = read(self._solution, (_VOLTAGE,), inside[order])[_VOLTAGE]
        return found


def options_of(half_cell: HalfCell, options: Mapping[str, str] | None) -> dict[str, Any]:
    """Options of the model of a half cell, those that are given among them."""
    carbon = half_cell.source.kind == "carbon"
    storage = {"pore classes": str(half_cell.classes), "adsorption law": half_cell.law}
    chosen: dict[str, Any] = {
        "working electrode": "positive",
        **(storage if carbon else {"sodium storage": half_cell.electrode.storage}),
        **half_cell.electrode.options,
        **(options or {}),
    }
    if isinstance(chosen.get(OCP), str):
        chosen[OCP] = ("single", chosen[OCP])
    return chosen


class HalfCellModel(HalfCell):
    """Half cell whose fitted numbers are inputs of one build.

    A solution goes on from the last state of the one before, so that cycles, pulses and rests at
    any current come from the same build; a build takes a hundred times as long as a solution.

    Parameters
    ----------
    source
        Parameter set of the half cell.
    fitted
        Parameters that stay free.
    model
        ``"SPM"``, ``"SPMe"`` or ``"DFN"``.
    options
        Options of the model.
    fixed
        Numbers that replace those of the set, by name; :class:`Tied` to another where they follow it.
    classes
        Number of pore classes; that of the set where None.
    allow_unusual
        Whether fixed numbers may lie outside what is plausible (:mod:`napore.parameters.schema`).
    """

    def __init__(
        self,
        source: ParameterSet,
        fitted: Sequence[Fitted],
        model: str = "SPM",
        options: Mapping[str, str] | None = None,
        fixed: Mapping[str, float | Tied] | None = None,
        classes: int | None = None,
        *,
        allow_unusual: bool = False,
    ) -> None:
        super().__init__(source, fitted, fixed, classes, allow_unusual=allow_unusual)
        self.name, self._free = model, tuple(fitted)
        carbon = source.kind == "carbon"
        free = self.numbers_at({f.name: f.from_scale(pybamm.InputParameter(f.name)) for f in fitted})
        values = pybamm.ParameterValues(replace(source, classes=self.classes).values_of(free))
        area = number(values, "Electrode height [m]") * number(values, "Electrode width [m]")
        self._mass = number(values, "Positive electrode areal loading [kg.m-2]") * area  # active [kg]
        # series run past the cut-offs, but begin at rest at the one of an electrode as it is put together
        name = "Initial concentration in positive electrode [mol.m-3]"
        if carbon:
            values[name] = content_at_rest(pybamm.Scalar(self.cut_offs[1]), self.classes, self.law)
        else:
            most = pybamm.Parameter("Maximum concentration in positive electrode [mol.m-3]")
            values[name] = pybamm.InputParameter(_START) * most
        built = getattr(models, model)(options_of(self, options))
        self._built = Built(
            built,
            values,
            held=(*(f.name for f in fitted), *(() if carbon else (_START,))),
            # differences of residuals are derivatives: at 1e-5 they are noise, and 1e-7 costs a quarter more
            solver=type(built.default_solver)(rtol=1e-7, atol=1e-8),
            compiled=True,
        )

    def pulses(
        self, values: Mapping[str, float], conditions: Conditions | None = None
    ) -> tuple[GittPulse, ...] | None:
        """GITT of the first sodiation, evaluated as by the experiment; None where it cannot be solved."""
        given = conditions or Conditions()
        current, inputs = given.current_mA_g * self._mass, self._inputs(values)
        down = Step("current", current, given.pulse_s, below=self.cut_offs[0])
        done = self._built.run([Step("current", 0.0, 60.0)], inputs=inputs)
        start = done.ran[0]
        t0 = float(start.t[-1])
        times, currents = [np.array([0.0, t0])], [np.zeros(2)]
        voltages = [read(start, (_VOLTAGE,), times[0])[_VOLTAGE]]
        for _ in range(_MOST_PULSES):
            done = self._built.run([down, Step("current", 0.0, given.rest_s)], done.state, inputs)
            if done.error is not None or len(done.ran) < 2:
                return None
            for part, flow in zip(done.ran, (-given.current_mA_g, 0.0), strict=True):
                time = part.t[0] + logged_seconds(float(part.t[-1] - part.t[0]), given.skip_s)
                times.append(time)
                currents.append(np.full(len(time), flow))
                voltages.append(read(part, (_VOLTAGE,), time)[_VOLTAGE])
            if "event" in done.ran[0].termination:
                length = float(self.numbers[self.electrode.named("particle radius [m]")]) / 3.0
                time, flows, voltage = (np.concatenate(parts) for parts in (times, currents, voltages))
                return evaluate_pulses(time, flows, voltage, length, skip_s=given.skip_s)
        return None

    def half_cycles(
        self, protocol: Protocol, values: Mapping[str, float], count: int
    ) -> list[SimulatedCurve] | None:
        """Half cycles from rest in the electrode's order; None where one cannot be solved."""
        order = list(protocol.half_cycles(count, self.electrode.sodiated_first))
        halves = [self._steps(protocol, down, current) for down, current in order]
        steps = [step for half in halves for step in half]
        done = self._built.run(steps, inputs=self._inputs(values))
        if done.error is not None or not all(done.reached(place) for place in range(len(steps))):
            return None
        curves, place = [], 0
        for half, (_, current) in zip(halves, order, strict=True):
            solution, after = done.solutions[place], done.solutions[place + 1 : place + len(half)]
            if not solution.termination.startswith("event"):
                return None
            curves.append(SimulatedCurve(solution, current / 3600.0, self.electrode.largest_V))
            for step, held in zip(half[1:], after, strict=True):
                if step.control == "voltage":
                    charge = read(held, (_CHARGE,), np.array([held.t[0], held.t[-1]]))[_CHARGE]
                    curves[-1].hold_mAh_g = abs(float(charge[-1] - charge[0])) / self._mass
            place += len(half)
        return curves

    def _steps(self, protocol: Protocol, down: bool, current: float) -> list[Step]:
        """Constant current, hold and rest of a half cycle."""
        longest = longest_time_of(self.numbers[self.electrode.sites], current, 1.0)
        low, high = protocol.window_V or self.cut_offs
        if down:
            steps = [Step("current", current * self._mass, longest, below=low)]
        else:
            steps = [Step("current", -current * self._mass, longest, above=high)]
        held = protocol.sodiation_hold_s if down else protocol.desodiation_hold_s
        if held > 0.0:
            steps.append(Step("voltage", low if down else high, held))
        rested = protocol.rest_after_sodiation_s if down else protocol.rest_after_desodiation_s
        if rested > 0.0:
            steps.append(Step("current", 0.0, rested))
        return steps

    def series(
        self, segments: Sequence[tuple[float, Array]], values: Mapping[str, float]
    ) -> list[Array] | None:
        """As :meth:`HalfCell.series`."""
        steps = [Step("current", current * self._mass, float(times[-1])) for current, times in segments]
        done = self._run(steps, values)
        if len(done) < len(steps):
            return None
        found = []
        for solution, (_, times) in zip(done, segments, strict=True):
            if solution.t[-1] - solution.t[0] < 0.999 * times[-1]:
                return None
            inside = np.clip(solution.t[0] + times, solution.t[0], solution.t[-1])
            found.append(read(solution, (_VOLTAGE,), inside)[_VOLTAGE])
        return found

    def _run(self, steps: Sequence[Step], values: Mapping[str, float]) -> list[pybamm.Solution]:
        """Solutions of steps from the electrode at its first equilibrium, as far as they could be solved."""
        return self._built.run(steps, inputs=self._inputs(values)).ran

    def _inputs(self, values: Mapping[str, float]) -> dict[str, float]:
        """Inputs of the build: what is free, and what was so when it was made."""
        numbers = {**self._numbers, **values}
        inputs = {f.name: f.to_scale(numbers[f.name]) for f in self._free}
        start = {} if self.electrode.sodiated_first else {_START: self.content_at_start(values)}
        return inputs | start
