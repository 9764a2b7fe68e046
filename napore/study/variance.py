"""Which inputs carry the variance of an output, alone and together with others: Sobol's indices."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from napore.parameters.arguments import typed
from napore.results import OK, Part, Result, table_of

from .batches import CaseFunction
from .cases import StudyError, sample
from .engine import run
from .results import Record

if TYPE_CHECKING:
    import pandas as pd

_SPARE: Final = 2
"""Points drawn at most over those that are asked for, where some cannot be solved."""
_RESAMPLED: Final = 500


@dataclass(frozen=True)
class SobolRow:
    """Share of one input in the variance of the output.

    Parameters
    ----------
    parameter
        Input.
    first, total
        Share by itself, and with all of its interactions [-].
    first_low, first_high, total_low, total_high
        95 % intervals, from drawing the points again with replacement.
    """

    parameter: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float


@dataclass(frozen=True, repr=False)
class Sobol(Result):
    """Sobol's indices of an output over ranges of its inputs.

    Parameters
    ----------
    output
        Name of the output.
    rows
        One per input, the largest total first.
    points
        Points of the two matrices of the indices; each takes as many cases as there are inputs, and two.
    mean, standard_deviation
        Of the output over the points.
    failures
        How many cases failed, by their reason; a point with one was replaced by the next of the sequence.
    header
        Versions and function.
    """

    output: str
    rows: tuple[SobolRow, ...]
    points: int
    mean: float
    standard_deviation: float
    failures: Mapping[str, int]
    header: Mapping[str, Any]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The indices are whole, or there are none."""
        return (Part(self.output, OK),)

    def table(self) -> "pd.DataFrame":
        """One row per input."""
        return table_of(asdict(row) for row in self.rows)

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        own = {name: value for name, value in vars(self).items() if name not in ("header", "rows")}
        return {**self.header, **own, "rows": [asdict(row) for row in self.rows]}

    def plot(self, ax: Any = None, *, count: int = 12) -> Any:
        """Draw both shares of the ``count`` largest inputs, with their intervals; return the axes."""
        from napore.plotting import new_axes

        ax = new_axes(ax)
        shown = self.rows[:count]
        for name, shift, words in (("first", -0.2, "alone"), ("total", 0.2, "with interactions")):
            values = [getattr(row, name) for row in shown]
            ends = [
                [max(row - getattr(one, f"{name}_low"), 0.0) for row, one in zip(values, shown, strict=True)],
                [
                    max(getattr(one, f"{name}_high") - row, 0.0)
                    for row, one in zip(values, shown, strict=True)
                ],
            ]
            places = [place + shift for place in range(len(shown))]
            ax.barh(places, values, 0.38, xerr=ends, label=words, error_kw={"linewidth": 0.8})
        ax.set_yticks(range(len(shown)), [row.parameter for row in shown], fontsize=7)
        ax.invert_yaxis()
        ax.set(xlabel=f"share of the variance of {self.output}")
        ax.legend(fontsize=7)
        return ax


@typed(StudyError)
def sobol(
    function: CaseFunction,
    bounds: Mapping[str, Sequence[Any]],
    output: str | Callable[[Record], float | None],
    n: int = 64,
    *,
    held: Mapping[str, Any] | None = None,
    seed: int = 0,
    folder: str | Path | None = None,
    executor: Executor | int | None = None,
    progress: bool = False,
) -> Sobol:
    """Share of each input in the variance of an output, of independent inputs drawn evenly from ranges.

    First-order and total indices by Saltelli's estimators (Saltelli et al. 2010, DOI
    10.1016/j.cpc.2009.09.018; SciPy's ``sobol_indices``), from ``n (inputs + 2)`` cases.

    Parameters
    ----------
    function, folder, executor, progress
        As for :func:`napore.study.run`.
    bounds, seed
        As for :func:`napore.study.sample`.
    output
        Name of a number among the outputs, or what makes one of a record: None where there is none.
    n
        Points, a power of two.
    held
        Inputs that all cases have, such as ``{"rate_C": 6.0}``.

    Raises
    ------
    StudyError
        As :func:`napore.study.run`, for one input alone, an ``n`` that is no power of two, an output that
        is no number, that does not vary, or that too few cases have.

    Examples
    --------
    >>> def volume(case):
    ...     return {"volume": case["area"] * case["height"]}
    >>> found = sobol(volume, {"area": (1.0, 2.0), "height": (1.0, 1.1)}, "volume", 256)
    >>> [(row.parameter, round(row.total, 2)) for row in found.rows]
    [('area', 0.98), ('height', 0.02)]
    """
    import numpy as np

    name = output if isinstance(output, str) else output.__name__
    points = _points(bounds, held or {}, n, seed)
    how: dict[str, Any] = {"folder": folder, "executor": executor, "progress": progress}
    failures: Counter[str] = Counter()
    whole: list[list[float]] = []
    tried = 0
    while len(whole) < n and tried < len(points):
        some = points[tried : tried + n - len(whole)]
        tried += len(some)
        done = run(function, [case for point in some for case in point], **how)
        whole += _whole(done.records, len(bounds) + 2, output, failures)
    if len(whole) < n:
        often = ", ".join(f"{count} x {reason}" for reason, count in failures.most_common(3))
        raise StudyError(f"{len(whole)} of {tried} points have {name!r}, of {n} that are needed: {often}")
    table = np.array(whole).T
    if np.ptp(table) == 0.0:
        raise StudyError(f"{name!r} is {table[0, 0]:g} everywhere: give inputs that move it")
    rows = sorted(_rows(tuple(bounds), table, seed), key=lambda row: -row.total)
    mean, spread = float(table[:2].mean()), float(table[:2].std())
    return Sobol(name, tuple(rows), n, mean, spread, dict(failures), done.header)


def _points(
    bounds: Mapping[str, Sequence[Any]], held: Mapping[str, Any], n: int, seed: int
) -> list[list[dict[str, Any]]]:
    """For each point, spare ones too, the cases of both matrices, and of one with each input of the other."""
    if isinstance(n, bool) or n < 2 or n & (n - 1):
        raise StudyError(f"n is {n!r}: give a power of two, such as 64")
    if len(bounds) < 2:
        raise StudyError("one input has all of the variance: give two or more")
    sample(bounds, 1)  # says what is wrong with them in their own names
    doubled = {f"{name} {side}": ends for side in "AB" for name, ends in bounds.items()}
    points = []
    for drawn in sample(doubled, _SPARE * n, seed):
        one, other = ({**held, **{name: drawn[f"{name} {side}"] for name in bounds}} for side in "AB")
        points.append([one, other, *({**one, name: other[name]} for name in bounds)])
    return points


def _whole(
    records: Sequence[Record], size: int, output: Any, failures: Counter[str]
) -> Iterator[list[float]]:
    """Outputs of the points, of ``size`` records, whose cases all have one; reasons of others are counted."""
    for start in range(0, len(records), size):
        values = [_value(record, output) for record in records[start : start + size]]
        of_point = zip(records[start : start + size], values, strict=True)
        failures.update(_reason(record) for record, value in of_point if value is None)
        if None not in values:
            yield [float(value) for value in values if value is not None]


def _value(record: Record, output: str | Callable[[Record], float | None]) -> float | None:
    if callable(output):
        return output(record)
    if record.status != OK:
        return None
    if output not in record.outputs:
        raise StudyError(f"there is no output {output!r}: choose from {', '.join(record.outputs)}")
    value = record.outputs[output]
    if isinstance(value, bool | str | list):
        raise StudyError(f"output {output!r} is {value!r}: give the name of a number")
    return None if value is None else float(value)


def _reason(record: Record) -> str:
    return record.status if record.status != OK else "no number"


def _rows(names: Sequence[str], table: Any, seed: int) -> list[SobolRow]:
    """Indices of outputs by case of a point and point, with intervals from drawing the points again."""
    import numpy as np
    from scipy.stats import sobol_indices

    def indices(columns: Any) -> Any:
        one, other, *mixed = table[:, columns]
        given: Any = {"f_A": one[None], "f_B": other[None], "f_AB": np.array(mixed)[:, None]}
        found = sobol_indices(func=given, n=len(columns))
        return np.array([np.atleast_1d(found.first_order), np.atleast_1d(found.total_order)])

    n = table.shape[1]
    generator = np.random.default_rng(seed)
    again = [indices(generator.integers(n, size=n)) for _ in range(_RESAMPLED)]
    low, high = np.quantile(again, (0.025, 0.975), axis=0)
    value = indices(np.arange(n))
    columns = (value[0], low[0], high[0], value[1], low[1], high[1])
    return [SobolRow(name, *map(float, row)) for name, *row in zip(names, *columns, strict=True)]
