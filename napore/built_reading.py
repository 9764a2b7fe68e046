"""Variables of a solution at many times at once: one function per model and names, of the states it needs."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary, WeakSet

import casadi
import numpy as np
import numpy.typing as npt
import pybamm
from scipy.sparse import csr_array

from .models.compiled import compiled

Array = npt.NDArray[np.float64]

_AT_ONCE: Final = 128
"""Moments that one call of a reader takes."""

_COMPILED: WeakSet[Any] = WeakSet()
"""Models whose readers are compiled."""

_READERS: WeakKeyDictionary[Any, dict[tuple[str, ...], "_Reader"]] = WeakKeyDictionary()


def compile_readers(model: Any) -> None:
    """Compile what reads solutions of a discretised model from now on."""
    _COMPILED.add(model)


def read(solution: pybamm.Solution, names: Sequence[str], times: Array | None = None) -> dict[str, Array]:
    """Variables of a solution at all times at once.

    Between the solver's own times the states are its cubic Hermite interpolants, where their derivatives
    were kept, else straight lines.

    Parameters
    ----------
    solution
        Solution of a discretised PyBaMM model, its states kept.
    names
        Names of variables; one over places gives a row per place.
    times
        Times of PyBaMM's clock [s], increasing; the solver's own where None.

    Raises
    ------
    KeyError
        For a variable that the model does not have.
    """
    key, ends = tuple(names), [float(t[-1]) for t in solution.all_ts]
    owns = None if times is None else np.minimum(np.searchsorted(ends, times), len(ends) - 1)
    slopes = solution.all_yps or itertools.repeat(None)
    tables, rows = [], []
    for k, (model, inputs, t, y, yp) in enumerate(
        zip(solution.all_models, solution.all_inputs, solution.all_ts, solution.all_ys, slopes, strict=False)
    ):
        reader = _reader(model, key, inputs)
        moments = None if owns is None else np.asarray(times, dtype=float)[owns == k]
        tables.append(reader.at(np.asarray(t), np.asarray(y), yp, moments, inputs))
        rows = reader.rows
    table = np.concatenate(tables, axis=1)
    return {
        name: table[row.start] if row.stop - row.start == 1 else table[row]
        for name, row in zip(key, rows, strict=True)
    }


def _reader(model: Any, names: tuple[str, ...], inputs: Mapping[str, Any]) -> "_Reader":
    known = _READERS.setdefault(model, {})
    if names not in known:
        known[names] = _Reader(model, names, inputs)
    return known[names]


class _Reader:
    """Function of time, states and inputs for some variables of a discretised model, and the rows of each."""

    def __init__(self, model: Any, names: Sequence[str], inputs: Mapping[str, Any]) -> None:
        t, y = casadi.MX.sym("t"), casadi.MX.sym("y", model.len_rhs_and_alg)
        p = casadi.MX.sym("p", len(inputs))
        by_name = dict(zip(inputs, casadi.vertsplit(p) if inputs else [], strict=True))
        parts = [
            casadi.densify(
                casadi.vec(model.get_processed_variable_or_event(name).to_casadi(t=t, y=y, inputs=by_name))
            )
            for name in names
        ]
        whole = casadi.Function("read", [t, y, p], [casadi.vertcat(*parts)])
        needed = np.diff(whole.jac_sparsity(0, 1).colind())
        self.states = np.flatnonzero(needed)
        own = casadi.MX.sym("own", len(self.states))
        filled = casadi.MX(y.shape[0], 1)
        filled[self.states.tolist()] = own
        function = written_out(casadi.Function("read", [t, own, p], [whole(t, casadi.densify(filled), p)]))
        if model in _COMPILED:
            (function,) = compiled([function])
        self._mapped = function.map("read", "serial", _AT_ONCE, [2], [])
        stops = np.cumsum([0, *(part.shape[0] for part in parts)]).tolist()
        self.rows = [slice(a, b) for a, b in itertools.pairwise(stops)]

    def at(
        self, t: Array, y: Array, yp: Any, times: Array | None, inputs: Mapping[str, Any]
    ) -> npt.NDArray[np.float64]:
        """Values, a row each, at some times or at the solver's own."""
        if times is None:
            return self._values(t, self._own(y), inputs)
        if yp is None or len(t) < 2:
            lines = np.array([np.interp(times, t, state) for state in self._own(y).T]).T
            return self._values(times, lines, inputs)
        if len(times) < len(t):
            near = _left(t, times)
            some = np.union1d(near, near + 1)
            t, y, yp = t[some], y[:, some], np.asarray(yp)[:, some]
        return self._values(times, _hermite(t, self._own(y), self._own(np.asarray(yp)), times), inputs)

    def _own(self, y: Array) -> Array:
        """The states that are needed, a row a moment, as the solver stores them."""
        return np.take(y.T, self.states, axis=1)

    def _values(self, t: Array, states: Array, inputs: Mapping[str, Any]) -> Array:
        """Values at moments, in pieces of a size for which one function is made."""
        count, height = len(t), self.rows[-1].stop
        moments, columns = np.zeros(_AT_ONCE), np.zeros((_AT_ONCE, len(self.states)))
        found = np.zeros((-(-count // _AT_ONCE) * _AT_ONCE, height))
        given = np.array(list(inputs.values()), dtype=float)
        made: Any = self._mapped.buffer()
        buffer, call = made
        own: tuple[Any, ...] = (moments, columns, given, found)
        *arguments, results = (memoryview(one.reshape(-1)) for one in own)
        for k, argument in enumerate(arguments):
            buffer.set_arg(k, argument)
        for k in range(0, count, _AT_ONCE):
            part = slice(k, min(k + _AT_ONCE, count))
            size = part.stop - k
            moments[:size], columns[:size] = t[part], states[part]
            moments[size:], columns[size:] = moments[size - 1], columns[size - 1]
            buffer.set_res(0, results[k * height : (k + _AT_ONCE) * height])
            call()
        return found[:count].T


def _left(t: Array, times: Array) -> npt.NDArray[np.intp]:
    """Places of the last moment before each of some times."""
    return np.clip(np.searchsorted(t, times, side="right") - 1, 0, len(t) - 2)


def _hermite(t: Array, y: Array, yp: Array, times: Array) -> Array:
    """States at some times from values and derivatives at others, a row a moment."""
    left = _left(t, times)
    width = t[left + 1] - t[left]
    s = (times - t[left]) / width
    places, ends = np.column_stack([left, left + 1]).ravel(), np.arange(0, 2 * len(s) + 1, 2)

    def mixed(before: Array, after: Array, rows: Array) -> Array:
        weights = np.column_stack([before, after]).ravel()
        return np.asarray(csr_array((weights, places, ends), shape=(len(s), len(t))) @ rows)

    values = mixed((1.0 + 2.0 * s) * (1.0 - s) ** 2, s**2 * (3.0 - 2.0 * s), y)
    return values + mixed(width * s * (1.0 - s) ** 2, width * s**2 * (s - 1.0), yp)


def written_out(function: casadi.Function) -> casadi.Function:
    """Function in scalar symbols, each value computed once, where it can be written out in them."""
    try:
        arguments = function.sx_in()
        values = function.call(arguments)
    except RuntimeError:  # of a table
        return function
    return casadi.Function(function.name(), arguments, [casadi.cse(value) for value in values])
