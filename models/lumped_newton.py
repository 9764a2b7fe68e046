"""Solution of a lumped step in time: Newton's method unrolled, a slower form that never fails, many steps."""

from collections.abc import Sequence
from typing import Any, Final

import casadi as ca

CAREFUL: Final = "careful_"
"""Before the mode of a step that takes longer, for pores that fill within a millivolt."""

SCANNED: Final = 12
"""Steps in time of one call: more are wasted beyond a cut-off, fewer pay for more calls."""

_BRACKETED: Final = 40
_ROOM: Final = 1e-3


def solved(
    mode: str, arguments: Sequence[Any], ends: Sequence[Any], residual: Any, slope: Any, steps: int
) -> dict[str, ca.Function]:
    """Step by Newton's method, each of its steps bounded to half of the way to empty or full; and careful.

    Parameters
    ----------
    mode
        "current", where the residual rises with the occupancy, or "voltage", where it falls.
    arguments
        Symbols of the occupancy, the state before, ``[dt, drive, guess]`` and the constants.
    ends, residual, slope
        State and ``[V, E, i]``, what is to be zero, and its derivative by the occupancy.
    steps
        Of Newton's method.
    """
    _, before, u, c = arguments
    newton = ca.Function("newton", arguments, ca.cse([residual, slope]))
    end = ca.Function("end", arguments, ca.cse([ends[0], ca.vertcat(ends[1], residual)]))
    theta = u[2]
    for _ in range(steps):
        error, derivative = newton(theta, before, u, c)
        down, up = -0.5 * (theta + _ROOM), 0.5 * (1.0 + _ROOM - theta)
        theta = theta + ca.fmin(ca.fmax(-error / derivative, down), up)
    step = ca.Function(f"step_{mode}", [before, u, c], ca.cse(list(end(theta, before, u, c))))
    return {mode: step, CAREFUL + mode: _bracketed(mode, newton, end)}


def _bracketed(mode: str, newton: ca.Function, end: ca.Function) -> ca.Function:
    """Step by Newton's method between two occupancies, or by halves where that leaves them."""
    theta, low, high, error, slope = (ca.SX.sym(one) for one in ("theta", "low", "high", "error", "slope"))
    is_low = error < 0.0 if mode == "current" else error > 0.0
    below, above = ca.if_else(is_low, theta, low), ca.if_else(is_low, high, theta)
    trial = theta - error / slope
    inside = ca.logic_and(trial > below, trial < above)
    after = ca.if_else(inside, trial, 0.5 * (below + above))
    bound = ca.Function("bound", [theta, low, high, error, slope], [after, below, above])
    before, u, p = (ca.MX.sym(f"a{k}", newton.size1_in(k)) for k in (1, 2, 3))
    place: Any = u[2], ca.MX(-_ROOM), ca.MX(1.0 + _ROOM)
    for _ in range(_BRACKETED):
        place = bound(*place, *newton(place[0], before, u, p))
    return ca.Function(CAREFUL + mode, [before, u, p], list(end(place[0], before, u, p)))


def scanned(step: ca.Function) -> ca.Function:
    """Steps one after the other, each begun where the rate of the last one leads."""
    before, dt, drive = ca.SX.sym("x", step.size1_in(0) + 1), ca.SX.sym("dt"), ca.SX.sym("drive")
    c, theta = ca.SX.sym("c", step.size1_in(2)), before[0]
    guess = ca.fmin(ca.fmax(theta + before[-1] * dt, 0.5 * theta), 0.5 * (1.0 + theta))
    state, found = step(before[:-1], ca.vertcat(dt, drive, guess), c)
    after = ca.vertcat(state, (state[0] - theta) / dt)
    one = ca.Function("one", [before, dt, drive, c], ca.cse([after, found]))
    x, times = ca.MX.sym("x", before.shape[0]), ca.MX.sym("dt", SCANNED)
    current, constants, rows = ca.MX.sym("drive"), ca.MX.sym("c", c.shape[0]), []
    last: Any = x
    for k in range(SCANNED):
        last, ends_here = one(last, times[k], current, constants)
        rows.append((last, ends_here))
    ends = [ca.horzcat(*column) for column in zip(*rows, strict=True)]
    return ca.Function("scan", [x, times, current, constants], ends)
