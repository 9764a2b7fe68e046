"""Steps of a lumped half cell: constant current, a held or ramped voltage, rest, with their ends."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from .isotherm import BRACKET
from .lumped import Equations
from .lumped_newton import CAREFUL, SCANNED
from .lumped_slopes import Passed, Tangents

Array = npt.NDArray[np.float64]

_TOLERANCE: Final = {"current": 1e-10, "voltage": 1e-7}
"""Residual of a step: of the content [-], or of the voltage [V]."""

_FIRST_S: Final = 1e-3
_LEAST_S: Final = 1e-7
_GROWTH: Final = 1.7
_MOST_ATTEMPTS: Final = 20_000
_LOOSE: Final = 3.0
"""Change of the voltage over the largest one up to which a step that was chosen before is kept."""


class LumpedError(RuntimeError):
    """A step that cannot be solved: no sodium or salt is left, or the numbers contradict each other."""


@dataclass(frozen=True)
class Trace:
    """One step in time.

    Parameters
    ----------
    time_s, charge_Ah_kg
        From the start of the step; charge that went into the carbon, sodiation positive [A.h/kg = mAh/g].
    voltage_V, current_A_kg
        At the same times.
    """

    time_s: Array
    charge_Ah_kg: Array
    voltage_V: Array
    current_A_kg: Array


class LumpedCell:
    """A lumped half cell in a state, which its steps change.

    Parameters
    ----------
    equations
        Equations of its structure.
    numbers
        Parameters by the names of the equations.
    largest_charge
        Largest charge of a step in time [A.h/kg].
    largest_change
        Change of the voltage above which a step in time is halved [V].

    Raises
    ------
    KeyError
        For a parameter that is not given.
    """

    most_attempts: int = _MOST_ATTEMPTS
    """Steps in time, those that were tried in vain included, after which a current or a hold is given up."""

    def __init__(
        self,
        equations: Equations,
        numbers: Mapping[str, float],
        largest_charge: float = 4.0,
        largest_change: float = 0.012,
    ) -> None:
        self.equations = equations
        self.largest_charge, self.largest_change = largest_charge, largest_change
        self.constants = self.constants_of(numbers)
        self.state: Array = np.zeros(equations.size)
        self._after: Array = np.zeros(equations.size)
        # memoryviews, where single numbers are read and written: an array takes ten times as long for that
        own: tuple[Any, ...] = (self.state, np.zeros(3), np.zeros(4), self.constants)
        views: Any = tuple(memoryview(one) for one in own)
        self._state, self._u, self._found, self._constants = views
        self._buffers: list[Any] = []
        self._call = {mode: self._buffered(mode) for mode in equations.steps}
        self._slope, self._attempts = 0.0, 0
        self.calls = 0
        """Calls of the equations so far: what the work of a simulation grows with."""
        self._scan = self._scanning()
        self.passed: Passed | None = None

    def constants_of(self, numbers: Mapping[str, float]) -> Array:
        """What numbers by the names of the equations make of their constants."""
        p = np.array([float(numbers[name]) for name in self.equations.names])
        return np.asarray(self.equations.constants(p).full()).ravel()

    def tangents(self, by_number: Array) -> Tangents:
        """Derivatives of a state at rest, from those of the constants."""
        equations = self.equations
        return Tangents(equations.tangents, equations.about_rest, self._state[0], self.constants, by_number)

    def _scanning(self) -> tuple[Any, Array, Array, Array, Array, Array]:
        """Function of several steps, and the arrays that it reads and writes."""
        made: Any = self.equations.scan.buffer()
        buffer, call = made
        size = len(self.state) + 1
        begin, dt, drive = np.zeros(size), np.zeros(SCANNED), np.zeros(1)
        ends, found = np.zeros((SCANNED, size)), np.zeros((SCANNED, 4))
        for k, argument in enumerate((begin, dt, drive, self.constants)):
            buffer.set_arg(k, memoryview(argument))  # type: ignore[arg-type]
        for k, result in enumerate((ends, found)):
            buffer.set_res(k, memoryview(result.reshape(-1)))  # type: ignore[arg-type]
        self._buffers.append(buffer)
        return call, begin, dt, drive, ends, found

    def _buffered(self, mode: str) -> Any:
        """Function whose arguments and results lie in this object's arrays."""
        made: Any = self.equations.steps[mode].buffer()
        buffer, call = made
        for k, argument in enumerate((self._state, self._u, self._constants)):
            buffer.set_arg(k, argument)
        buffer.set_res(0, memoryview(self._after))  # type: ignore[arg-type]
        buffer.set_res(1, self._found)
        self._buffers.append(buffer)
        return call

    def equilibrate(self, voltage: float) -> None:
        """Every kind at rest at ``voltage`` [V], the salt even."""

        def over(theta: float) -> float:
            return float(self.equations.at_rest(theta, self.constants)[1]) - voltage

        low, high = BRACKET
        root = low if over(low) <= 0.0 else high if over(high) >= 0.0 else brentq(over, low, high, xtol=1e-16)
        state, _ = self.equations.at_rest(root, self.constants)
        self.state[:] = np.asarray(state.full()).ravel()
        self._slope = 0.0

    @property
    def content(self) -> tuple[float, float, float]:
        """Stoichiometry [-], and that of strong sites and of pores alone."""
        whole, strong, pores = self.equations.content(self.state, self.constants).full().ravel()
        return float(whole), float(strong), float(pores)

    def _advance(self, mode: str, dt: float, drive: float) -> bool:
        """Try one step in time; whether it converged. Its end is in ``_after`` and ``_found``."""
        theta, u = self._state[0], self._u
        guess = theta + self._slope * dt
        u[0], u[1], u[2] = dt, drive, min(max(guess, 0.5 * theta), 0.5 * (1.0 + theta))
        self._call[mode]()
        if not abs(self._found[3]) < _TOLERANCE[mode]:
            self._call[CAREFUL + mode]()
        return bool(abs(self._found[3]) < _TOLERANCE[mode] and math.isfinite(self._found[0]))

    def _take(self, dt: float) -> None:
        if self.passed is not None:
            self.passed.before.append(self.state.copy())
            self.passed.theta.append(float(self._after[0]))
            self.passed.drive.append((dt, self._u[1]))
        self._slope = (float(self._after[0]) - self._state[0]) / dt
        self.state[:] = self._after

    def _several(
        self,
        t: float,
        times: list[float],
        current: float,
        V: float,
        until: float,
        rows: list[tuple[float, float, float, float]],
    ) -> int:
        """Take steps to planned times together, while each is one that would be kept; their number.

        ``V`` is the voltage before them, and ``until`` what ends the current, times its sign.
        """
        call, begin, dt, drive, ends, found = self._scan
        n = min(len(times), SCANNED)
        dt[:n], dt[n:], drive[0] = np.diff([t, *times[:n]]), _FIRST_S, current
        begin[:-1], begin[-1] = self.state, self._slope
        call()
        k = 0
        for V_end, _, _, error in found[:n].tolist():
            allowed = _LOOSE * self.largest_change * (1.0 + 4.0 * max(V, 0.0))
            over = until - V_end * math.copysign(1.0, current)
            if not (abs(error) < _TOLERANCE["current"] and abs(V_end - V) <= allowed and over <= -1e-5):
                break
            rows.append((times[k], current * times[k] / 3600.0, V_end, current))
            k, V = k + 1, V_end
        if k:
            if self.passed is not None:
                self.passed.before += [begin[:-1].copy(), *ends[: k - 1, :-1].copy()]
                self.passed.theta += ends[:k, 0].tolist()
                self.passed.drive += [(step, current) for step in dt[:k].tolist()]
            self.state[:], self._slope = ends[k - 1, :-1], float(ends[k - 1, -1])
        return k

    def _count(self, unit: str, drive: float, t: float) -> None:
        """Refuse to crawl."""
        self._attempts += 1
        self.calls += 1
        if self._attempts > self.most_attempts:
            raise LumpedError(
                f"{self.most_attempts} steps in time at {drive:g} {unit} end after {t:g} s: use the SPM"
            )

    def current(
        self,
        current: float,
        until_V: float | None = None,
        longest_s: float = 1e7,
        along: list[float] | None = None,
        first: tuple[float, float] = (_FIRST_S, 0.2),
    ) -> Trace:
        """Constant current [A/kg], sodiation positive, to a voltage [V] or for a time [s].

        Parameters
        ----------
        current, until_V, longest_s
            Current, and what ends it.
        along
            Times [s] at which steps end, followed while the voltage allows; where the list is empty they are
            chosen, and noted in it. Along the same times voltages are a smooth function of the numbers.
        first
            First step [s], and at rest the largest one over the time before it.

        Raises
        ------
        LumpedError
            Where no step in time, however short, has a solution.
        """
        rows: list[tuple[float, float, float, float]] = []
        t, dt, V, sign = 0.0, first[0], math.nan, math.copysign(1.0, current)
        longest = 3600.0 * self.largest_charge / abs(current or 1.0)
        noted = along if along is not None and not along else None
        planned, k = list(along or ()), 0
        dt = planned[0] if planned else dt
        end = -math.inf if until_V is None or not current else until_V * sign
        self._begin("current")
        while t < longest_s * (1.0 - 1e-12):
            self._count("A/kg", current, t)
            on_plan = k < len(planned)
            together = on_plan and rows and dt == planned[k] - t and planned[k] < longest_s
            if together and (several := self._several(t, planned[k:], current, V, end, rows)):
                k, t, V = k + several, rows[-1][0], rows[-1][2]
                dt = planned[k] - t if k < len(planned) else t - rows[-2][0]
                continue
            most = longest if current else first[1] * t + first[0]
            dt = min(dt, longest_s - t, math.inf if on_plan else most)
            solved = self._advance("current", dt, current)
            change = abs(self._found[0] - V) if rows else 0.0
            allowed = self.largest_change * (1.0 + 4.0 * max(V, 0.0)) if rows else math.inf
            if (not solved or change > (_LOOSE if on_plan else 1.0) * allowed) and dt > _LEAST_S:
                dt *= 0.4
                continue
            if not solved:
                raise LumpedError(f"no step at {current:g} A/kg has a solution after {t:g} s: use the SPM")
            over = 0.0 if until_V is None or not current else (until_V - self._found[0]) * sign
            if noted is not None:
                noted.append(t + dt)
            if over > 1e-5 and dt > _LEAST_S and rows and change > 1e-5:
                noted = None
                dt *= min(max(0.98 * (1.0 - over / change), 0.02), 0.98)
                continue
            t, V = t + dt, self._found[0]
            self._take(dt)
            rows.append((t, current * t / 3600.0, V, current))
            if until_V is not None and current and (over >= 0.0 or abs(V - until_V) < 1e-5):
                break
            if on_plan:
                k += int(np.searchsorted(planned[k:], t + _LEAST_S, side="right"))
                if k < len(planned):
                    dt = min(planned[k] - t, 2.0 * dt)  # one that was too long comes back slowly
            elif change < 0.5 * allowed:
                dt *= _GROWTH
        return Trace(*np.array(rows).T)

    def _begin(self, mode: str) -> None:
        self._slope, self._attempts = 0.0, 0
        if self.passed is not None:
            self.passed = Passed(mode)

    def rest(self, time_s: float) -> Trace:
        """No current for a time [s]."""
        return self.current(0.0, longest_s=time_s)

    def voltage(
        self, start_V: float, rate_V_s: float = 0.0, longest_s: float = 1e6, until_A_kg: float = 0.0
    ) -> Trace:
        """Voltage held, or swept at a rate [V/s], for a time [s] or until the current falls below a value.

        Raises
        ------
        LumpedError
            As :meth:`current`.
        """
        rows: list[tuple[float, float, float, float]] = []
        t, q, dt = 0.0, 0.0, _FIRST_S
        self._begin("voltage")
        longest = self.largest_change / abs(rate_V_s) / 2.0 if rate_V_s else 120.0
        while t < longest_s * (1.0 - 1e-12):
            self._count("V", start_V, t)
            dt = min(dt, longest, longest_s - t)
            V = start_V + rate_V_s * (t + dt)
            solved = self._advance("voltage", dt, V)
            charge = abs(self._found[2]) * dt / 3600.0
            if (not solved or charge > self.largest_charge) and dt > _LEAST_S:
                dt *= 0.4
                continue
            if not solved:
                raise LumpedError(f"no step at {V:g} V has a solution after {t:g} s")
            t, q = t + dt, q + self._found[2] * dt / 3600.0
            self._take(dt)
            rows.append((t, q, V, self._found[2]))
            if abs(self._found[2]) < until_A_kg:
                break
            dt *= _GROWTH
        return Trace(*np.array(rows).T)
