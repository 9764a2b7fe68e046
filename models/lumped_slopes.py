"""Exact derivatives of the lumped formulation by its parameters, carried along from step to step.

A step solves ``r(theta, y) = 0`` and ends at ``o(theta, y)``, where ``y`` is what it begins from and the
constants. By the implicit function theorem ``do = o_y dy - o_theta (r_y dy) / r_theta``. A step that lands on
a cut-off also has its length moved. All derivatives of a curve so cost a few times the curve, and there is no
step of differences to choose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

import casadi as ca
import numpy as np
import numpy.typing as npt

from .compiled import compiled

Array = npt.NDArray[np.float64]

_TOGETHER: Final = 8
"""Steps of one call; derivatives are as many as a multiple of it, so that few functions are compiled."""


@dataclass
class Passed:
    """Steps that were taken at constant current or held voltage, one a row.

    Parameters
    ----------
    mode
        "current" or "voltage".
    before, theta, drive
        State at the begin, theta at the end, and ``[dt, drive]``.
    """

    mode: str
    before: list[Array] = field(default_factory=list)
    theta: list[float] = field(default_factory=list)
    drive: list[tuple[float, float]] = field(default_factory=list)


@dataclass
class Tangent:
    """Derivatives of a step by what it begins from.

    Parameters
    ----------
    mode
        "current" or "voltage".
    partials
        ``(theta, state, [dt, drive], c) -> [o_x, o_c, o_theta, r_x, r_c, r_theta]`` with
        ``o = [state, V, i]``.
    by_time
        ``(the same) -> do/d dt``.
    """

    mode: str
    partials: ca.Function
    by_time: ca.Function
    _made: dict[int, tuple[ca.Function, ca.Function]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, mode: str, theta: Any, before: Any, w: Any, c: Any, after: Sequence[Any]) -> Self:
        """From the state at the end, ``[V, E, i]`` and the residual; ``w`` is ``[dt, drive]``."""
        state, found, residual = after
        o = ca.vertcat(state, found[0], found[2])
        o_theta, r_theta = ca.jacobian(o, theta), ca.jacobian(residual, theta)
        parts = [ca.jacobian(one, by) for one in (o, residual) for by in (before, c)]
        by_dt = ca.jacobian(o, w)[:, 0] - o_theta * ca.jacobian(residual, w)[:, 0] / r_theta
        arguments, whole = [theta, before, w, c], [*parts[:2], o_theta, *parts[2:], r_theta]
        return cls(
            mode,
            ca.Function(f"partials_{mode}", arguments, ca.cse(whole)),
            ca.Function(f"by_time_{mode}", arguments, ca.cse([by_dt])),
        )

    def chains(self, columns: int) -> tuple[ca.Function, ca.Function]:
        """Derivatives along several steps and along one, of so many columns."""
        if columns not in self._made:
            several, one = compiled([self._chain(_TOGETHER, columns), self._chain(1, columns)])
            self._made[columns] = several, one
        return self._made[columns]

    def _chain(self, steps: int, columns: int) -> ca.Function:
        """``(theta, x, w of each step, c, dx, dc) -> (dx, [dV, di] of each step)``."""
        nx, nc = self.partials.size1_in(1), self.partials.size1_in(3)
        theta, x = ca.MX.sym("theta", 1, steps), ca.MX.sym("x", nx, steps)
        w, c = ca.MX.sym("w", 2, steps), ca.MX.sym("c", nc)
        dx, dc = ca.MX.sym("dx", nx, columns), ca.MX.sym("dc", nc, columns)
        linear, last, own, rows = self._linear(), ca.horzsplit(dx), ca.horzsplit(dc), []
        for k in range(steps):
            parts = self.partials(theta[k], x[:, k], w[:, k], c)
            do = [linear(*parts, *both) for both in zip(last, own, strict=True)]
            last = [one[:nx] for one in do]
            rows.append(ca.horzcat(*[one[nx:] for one in do]))
        found = [ca.densify(ca.horzcat(*last)), ca.densify(ca.vertcat(*rows))]
        return ca.Function(f"chain_{self.mode}_{steps}", [theta, x, w, c, dx, dc], found)

    def _linear(self) -> ca.Function:
        """One direction, written out number by number: ``(partial derivatives, dx, dc) -> do``."""
        sparse = [self.partials.sparsity_out(k) for k in range(self.partials.n_out())]
        parts = [ca.SX.sym(f"part_{k}", one) for k, one in enumerate(sparse)]
        o_x, o_c, o_theta, r_x, r_c, r_theta = parts
        dx, dc = ca.SX.sym("dx", o_x.shape[1]), ca.SX.sym("dc", o_c.shape[1])
        moved = -(r_x @ dx + r_c @ dc) / r_theta
        return ca.Function("linear", [*parts, dx, dc], [o_x @ dx + o_c @ dc + o_theta @ moved])


class Tangents:
    """Derivatives of a lumped half cell's state, one column a parameter.

    Parameters
    ----------
    tangents
        Of each mode of a step.
    rest
        ``(theta, c) -> [state, E]`` at equilibrium.
    theta, constants
        Where the cell rests, and the constants of its numbers.
    by_number
        Derivatives of the constants.
    """

    def __init__(
        self,
        tangents: Mapping[str, Tangent],
        rest: ca.Function,
        theta: float,
        constants: Array,
        by_number: Array,
    ) -> None:
        self.count = by_number.shape[1]
        columns = -(-self.count // _TOGETHER) * _TOGETHER
        self._tangents, self._columns, self._constants = tangents, columns, constants
        # one row a number, for CasADi has columns one after the other
        self._dc = np.zeros((columns, len(constants)))
        self._dc[: self.count] = by_number.T
        state_x, state_c, E_x, E_c = (one.full() for one in rest(theta, constants))
        moved = -(E_c @ self._dc.T) / float(E_x[0, 0])
        self._rest = (state_x @ moved + state_c @ self._dc.T).T
        self._dx = np.array(self._rest, order="C")
        self._kept: dict[tuple[str, int], tuple[Any, Any, list[Array]]] = {}

    def restart(self) -> None:
        """Back to rest."""
        self._dx[:] = self._rest

    def along(self, passed: Passed) -> tuple[Array, Array]:
        """Derivatives of voltage and current at the end of each step, its length held."""
        n, found = len(passed.theta), []
        x, theta, w = np.array(passed.before), np.array(passed.theta), np.array(passed.drive)
        k = 0
        while k < n:
            steps = _TOGETHER if n - k >= _TOGETHER else 1
            call, _, arrays = self._buffered(passed.mode, steps)
            part = slice(k, k + steps)
            arrays[0][:], arrays[1][:], arrays[2][:] = theta[part], x[part].ravel(), w[part].ravel()
            call()
            self._dx.reshape(-1)[:] = arrays[3]
            found.append(arrays[4].reshape(self._columns, steps, 2).copy())
            k += steps
        both = np.concatenate(found, axis=1)[: self.count]
        return both[:, :, 0].T, both[:, :, 1].T

    def land(self, passed: Passed, dV: Array) -> Array:
        """Derivatives of the length of the last step, which ends at a given voltage; the state follows."""
        rest = self._tangents[passed.mode].by_time
        speed = rest(passed.theta[-1], passed.before[-1], passed.drive[-1], self._constants).full().ravel()
        longer = -dV / speed[-2]
        self._dx[: self.count] += np.outer(longer, speed[:-2])
        return np.asarray(longer)

    def _buffered(self, mode: str, steps: int) -> tuple[Any, Any, list[Array]]:
        """Function whose arguments and results lie in arrays of this object."""
        if (mode, steps) not in self._kept:
            function = self._tangents[mode].chains(self._columns)[0 if steps > 1 else 1]
            made: Any = function.buffer()
            buffer, call = made
            nx = self._dx.shape[1]
            arrays = [np.zeros(steps), np.zeros(steps * nx), np.zeros(2 * steps)]
            arrays += [np.zeros(nx * self._columns), np.zeros(2 * steps * self._columns)]
            inputs = (*arrays[:3], self._constants, self._dx.reshape(-1), self._dc.reshape(-1))
            for k, argument in enumerate(inputs):
                buffer.set_arg(k, memoryview(argument))  # type: ignore[arg-type]
            for k, result in enumerate(arrays[3:]):
                buffer.set_res(k, memoryview(result))  # type: ignore[arg-type]
            self._kept[mode, steps] = call, buffer, arrays
        return self._kept[mode, steps]
