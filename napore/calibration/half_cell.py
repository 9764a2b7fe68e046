"""A carbon's half cell with some numbers free: one build, solved for any of their values."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import casadi
import numpy as np
import numpy.typing as npt
import pybamm

from napore import models
from napore.parameters.diffusivity import is_optional
from napore.parameters.gu2025 import content_at_rest, half_cell_values
from napore.parameters.numbers import number
from napore.parameters.provenance import nearest
from napore.parameters.schema import check
from napore.parameters.sets import ParameterSet

from .fitted import CalibrationError, Fitted, Tied
from .protocol import Protocol

__all__ = ["HalfCellModel", "SimulatedCurve"]

Array = npt.NDArray[np.float64]

CURRENT = "Current function [A]"
HOLD = "Voltage function [V]"
CUT_OFFS = ("Lower voltage cut-off [V]", "Upper voltage cut-off [V]")
_LAST = 0.2  # mAh/g: the slope with which a curve goes on
_BEYOND = 1.0  # a series of given length runs past the cut-offs


class SimulatedCurve:
    """Voltage against capacity of one half cycle at constant current.

    Parameters
    ----------
    solution
        PyBaMM solution of the half cycle.
    per_second
        Magnitude of the current [mAh per gram of carbon and second].
    """

    hold_mAh_g: float = 0.0
    """Charge passed in a hold after it [mAh/g]."""

    def __init__(self, solution: pybamm.Solution, per_second: float) -> None:
        self._voltage = solution["Voltage [V]"]
        self._start, self._end = float(solution.t[0]), float(solution.t[-1])
        self._per_second = per_second
        self.capacity_mAh_g = per_second * (np.asarray(solution.t) - self._start)
        self.voltage_V = np.asarray(self._voltage.entries)

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
        return np.atleast_1d(self._voltage(np.clip(times, self._start, self._end)))


class HalfCellModel:
    """Half cell of a carbon whose fitted numbers are inputs of one build.

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
    points
        Mesh points that differ from PyBaMM's default, by its names.
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
        points: Mapping[str, int] | None = None,
        *,
        allow_unusual: bool = False,
    ) -> None:
        self.law = source.law
        self.name = model
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
        free = self.numbers_at({f.name: f.from_scale(pybamm.InputParameter(f.name)) for f in fitted})
        values = pybamm.ParameterValues(half_cell_values(free, self.classes, self.law))
        self.cut_offs = (number(values, CUT_OFFS[0]), number(values, CUT_OFFS[1]))
        self._one_C = number(values, "Nominal cell capacity [A.h]")  # 300 mAh per gram of carbon
        # series run past the cut-offs, but begin at rest at the upper one
        values["Initial concentration in positive electrode [mol.m-3]"] = content_at_rest(
            pybamm.Scalar(self.cut_offs[1]), self.classes, self.law
        )
        values.update(dict.fromkeys((CURRENT, *CUT_OFFS), "[input]"))
        chosen = {
            "working electrode": "positive",
            "pore classes": str(self.classes),
            "adsorption law": self.law,
            **(options or {}),
        }
        self._values, self._options, self._points = values, chosen, dict(points or {})
        self._model, self._solver = self._built({})
        self._inputs: tuple[str, ...] = ()

    def _built(self, options: Mapping[str, str]) -> tuple[Any, Any]:
        """Model and solver, ready for any fitted values."""
        made = getattr(models, self.name)({**self._options, **options})
        simulation = pybamm.Simulation(
            made,
            var_pts={**made.default_var_pts, **self._points},
            parameter_values=self._values,
            # differences of residuals are derivatives: at 1e-5 they are noise, and 1e-7 costs a quarter more
            solver=pybamm.IDAKLUSolver(rtol=1e-7, atol=1e-8),
        )
        simulation.build()
        return simulation.built_model, simulation.solver

    @cached_property
    def _holding(self) -> tuple[Any, Any]:
        """The same cell at a given potential; its state is mapped to and from that at a given current."""
        self._values.update({HOLD: "[input]"})
        return self._built({"operating mode": "voltage"})

    def numbers_at(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """All numbers by name for fitted values, those that are tied to them among them."""
        found = {**self._numbers, **values}
        found |= {name: tie.of(found) for name, tie in self.fixed.items() if isinstance(tie, Tied)}
        return found

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

    def cycles(
        self, current_mA_g: float, values: Mapping[str, float], count: int = 1
    ) -> tuple[SimulatedCurve, SimulatedCurve] | None:
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
        return self.run(Protocol(current_mA_g, current_mA_g), values, count)

    def run(
        self, protocol: Protocol, values: Mapping[str, float], count: int = 1
    ) -> tuple[SimulatedCurve, SimulatedCurve] | None:
        """Sodiation and desodiation of the last of a few cycles of a protocol, as in :meth:`cycles`."""
        found = self._half_cycles(protocol, values, 2 * count)
        return None if found is None else (found[-2], found[-1])

    def sodiation(
        self, current_mA_g: float, values: Mapping[str, float], count: int = 1
    ) -> SimulatedCurve | None:
        """Sodiation of the last of a few cycles, as in :meth:`cycles`, which would go on to its end."""
        found = self._half_cycles(Protocol(current_mA_g, current_mA_g), values, 2 * count - 1)
        return None if found is None else found[-1]

    def _half_cycles(
        self, protocol: Protocol, values: Mapping[str, float], count: int
    ) -> list[SimulatedCurve] | None:
        longest = 3.0 * 3600.0 * self.numbers["Carbon electrode specific capacity of all sites [mA.h.g-1]"]
        low, high = protocol.window_V or self.cut_offs
        least, most = self.cut_offs[0] - _BEYOND, self.cut_offs[1] + _BEYOND
        state: pybamm.Solution | None = None
        curves: list[SimulatedCurve] = []
        for k in range(count):
            down = k % 2 == 0
            current = protocol.sodiation_mA_g if down else protocol.desodiation_mA_g
            # the carbon may begin above the upper cut-off of a narrower window
            ends = (low, most) if down else (least, high)
            signed = current if down else -current
            solution = self._step(state, signed, longest / current, values, ends)
            if solution is None or not solution.termination.startswith("event"):
                return None
            curves.append(SimulatedCurve(solution, current / 3600.0))
            state = _resumable(solution)
            held_s = protocol.sodiation_hold_s if down else protocol.desodiation_hold_s
            if held_s > 0.0:
                held = self._hold(state, low if down else high, held_s, values)
                if held is None:
                    return None
                charge = np.asarray(held["Discharge capacity [A.h]"].entries)
                curves[-1].hold_mAh_g = abs(float(charge[-1] - charge[0])) * 300.0 / self._one_C
                state = _resumable(held)
            rest_s = protocol.rest_after_sodiation_s if down else protocol.rest_after_desodiation_s
            if rest_s > 0.0:
                rested = self._step(state, 0.0, rest_s, values, (least, most))
                if rested is None:
                    return None
                state = _resumable(rested)
        return curves

    def _hold(
        self, state: pybamm.Solution, voltage: float, duration: float, values: Mapping[str, float]
    ) -> pybamm.Solution | None:
        model, solver = self._holding
        inputs = {f.name: f.to_scale(values[f.name]) for f in self.fitted}
        least, most = self.cut_offs[0] - _BEYOND, self.cut_offs[1] + _BEYOND
        inputs |= {CURRENT: 0.0, HOLD: voltage, CUT_OFFS[0]: least, CUT_OFFS[1]: most}
        try:
            held = solver.step(state, model, duration, inputs=inputs, save=False)
        except pybamm.SolverError:
            return None
        return held if held.termination == "final time" else None

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
        low, high = self.cut_offs
        state, found = None, []
        for current, times in segments:
            solution = self._step(state, current, float(times[-1]), values, (low - _BEYOND, high + _BEYOND))
            if solution is None or solution.t[-1] - solution.t[0] < 0.999 * times[-1]:
                return None
            inside = np.clip(solution.t[0] + times, solution.t[0], solution.t[-1])
            found.append(np.atleast_1d(solution["Voltage [V]"](inside)))
            state = _resumable(solution)
        return found

    def _step(
        self,
        state: pybamm.Solution | None,
        current_mA_g: float,
        duration: float,
        values: Mapping[str, float],
        cut_offs: tuple[float, float],
    ) -> pybamm.Solution | None:
        inputs = {f.name: f.to_scale(values[f.name]) for f in self.fitted}
        inputs |= {CURRENT: current_mA_g * self._one_C / 300.0, **dict(zip(CUT_OFFS, cut_offs, strict=True))}
        try:
            if state is None and self._inputs:
                state = self._initial_state(inputs)
            solution = self._solver.step(state, self._model, duration, inputs=inputs, save=False)
        except pybamm.SolverError:
            return None
        self._inputs = tuple(solution.all_inputs[0])
        return solution

    def _initial_state(self, inputs: dict[str, float]) -> pybamm.Solution:
        """Desodiated electrode at equilibrium, from the function that the first step compiled.

        Without a state the solver would compile the same function again, which takes as long as a
        half cycle.
        """
        stacked = casadi.vertcat(*(inputs[name] for name in self._inputs))
        start = self._model.initial_conditions_eval(0.0, np.zeros(self._model.len_rhs_and_alg), stacked)
        return pybamm.Solution(
            np.array([0.0]),
            np.asarray(start, dtype=float).reshape(-1, 1),
            self._model,
            inputs,
            termination="final time",
        )


def _resumable(solution: pybamm.Solution) -> Any:
    """Last state of a solution, from which the solver will go on although a cut-off ended it."""
    state = solution.last_state
    state.termination = "final time"
    return state
