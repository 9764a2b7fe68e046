"""Functions of a study: one case at a time, or many at once where that is faster."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pybamm

from napore.cells import Cell
from napore.results import OK
from napore.uncollected import uncollected

from .cases import RESERVED, Case, plain, without_nan

_LOOSER: Final = 3.0
"""Tolerances of many cases over those of one cell.

Of 32 designs of each of six carbons and laws, at 0.1, 1 and 5 C and in both directions, capacities err by at
most 0.09 mAh/g (0.05 with those of one cell) and mean voltages by 0.16 mV (0.04), for a tenth less time.
"""

_STRICT: Final = 1e-6
"""Relative tolerance up to which they are looser: what is solved at 1e-5 would err by 0.7 mAh/g."""


class BatchFunction(ABC):
    """Function of a case that is faster for many cases at once.

    Must survive pickling where it is to run in other processes.
    """

    chunk: int = 50
    """Cases per call of :meth:`batch`; a study that is killed repeats at most as many."""

    @property
    @abstractmethod
    def version(self) -> str:
        """All that the outputs depend on beside the inputs, as text or hash."""

    @abstractmethod
    def batch(self, cases: Sequence[Case]) -> Sequence[Mapping[str, Any] | Exception]:
        """Outputs of each case, or the exception that it failed with."""

    def check(self, cases: Sequence[Case]) -> None:  # noqa: B027 - optional
        """Refuse cases before any is solved, with a StudyError."""

    def __call__(self, case: Case) -> Mapping[str, Any]:
        """Outputs of one case."""
        (found,) = self.batch([case])
        if isinstance(found, Exception):
            raise found
        return found


CaseFunction = Callable[[Case], Mapping[str, Any]]
"""A function of one case; a :class:`BatchFunction` is one, too."""


def solver_of(cell: Cell) -> pybamm.IDAKLUSolver:
    """Solver of a cell for many cases."""
    solver = cell.solver
    if solver.rtol > _STRICT:
        return solver
    return type(solver)(rtol=_LOOSER * solver.rtol, atol=_LOOSER * solver.atol, options=solver.options)


@dataclass(frozen=True)
class Outcome:
    """What became of a case."""

    outputs: dict[str, Any]
    status: str
    seconds: float


@uncollected()
def solve(function: CaseFunction, cases: Sequence[Case]) -> list[Outcome]:
    """Outcome of each case; never an exception other than Ctrl-C."""
    began = time.perf_counter()
    found: Sequence[Mapping[str, Any] | BaseException]
    try:
        if isinstance(function, BatchFunction):
            found = function.batch([dict(case) for case in cases])
            if len(found) != len(cases):
                raise TypeError(f"batch returned {len(found)} results for {len(cases)} cases")
        else:
            found = [function(dict(case)) for case in cases]
    except (Exception, SystemExit) as error:
        if len(cases) > 1:  # so that one case does not take the others with it
            return [outcome for case in cases for outcome in solve(function, [case])]
        found = [error]
    seconds = (time.perf_counter() - began) / len(cases)
    return [_outcome(case, result, seconds) for case, result in zip(cases, found, strict=True)]


def _outcome(case: Case, found: Any, seconds: float) -> Outcome:
    try:
        if isinstance(found, BaseException):
            raise found
        if not isinstance(found, Mapping):
            raise TypeError(f"the function returned a {type(found).__name__}; return a mapping of outputs")
        outputs = {str(name): _kept(str(name), value) for name, value in found.items()}
        status = str(outputs.pop("status", OK))  # of an experiment that names its own failures
        for name in [name for name in outputs if name in case]:
            if outputs[name] != case[name]:
                raise ValueError(f"output {name!r} has the name of an input and another value")
            del outputs[name]
        if RESERVED[1] in outputs:
            raise ValueError(f"output {RESERVED[1]!r} has the name of a column of the table")
    except (Exception, SystemExit) as error:
        return Outcome({}, reason(error), seconds)
    return Outcome(outputs, status, seconds)


def _kept(name: str, value: Any) -> Any:
    try:
        return without_nan(plain(value))
    except TypeError as error:
        raise TypeError(f"output {name!r}: {error}") from None


def reason(error: BaseException) -> str:
    """Type and message of an error in one line."""
    message = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
