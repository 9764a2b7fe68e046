"""What a computation found: it shows, tabulates and writes itself, and Ctrl-C keeps what is finished.

Every result of an experiment, a study, a design, a fit or a validation is a :class:`Result`. Only the
standard library is imported: commands and workers of a study load this without PyBaMM and pandas.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

from .files import WriteError, write_csv, write_json

if TYPE_CHECKING:
    import pandas as pd
    from tqdm import tqdm

T = TypeVar("T")
Made = TypeVar("Made")

OK: Final = "ok"
"""Status of what was solved; every other status is a named failure with advice."""

_SHOWN: Final = 20


class Interrupted(KeyboardInterrupt, Generic[T]):
    """Ctrl-C during a computation.

    Attributes
    ----------
    result
        What was finished by then, of the type that the call returns.
    """

    def __init__(self, result: T) -> None:
        super().__init__("interrupted")
        self.result = result

    def holding(self, result: Any) -> "Interrupted[Any]":
        """Itself, with what the caller makes of what was finished."""
        self.result = result
        return self


@contextmanager
def keeping(result: Callable[[], Any], on_file: Callable[[], str] = str) -> Iterator[None]:
    """Context in which Ctrl-C and a file that cannot be written keep what is finished.

    Parameters
    ----------
    result
        Gives the result as far as it has come.
    on_file
        Says what of it is on file; nothing by default.

    Raises
    ------
    Interrupted
        On Ctrl-C, with the result.
    WriteError
        With the result.

    Examples
    --------
    >>> found = []
    >>> try:
    ...     with keeping(lambda: tuple(found)):
    ...         found.append(1)
    ...         raise KeyboardInterrupt
    ... except Interrupted as stop:
    ...     stop.result
    (1,)
    """
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(result()) from None
    except WriteError as error:
        raise error.holding(result(), on_file()) from None


def made_of(done: Callable[[], T], result: Callable[[T], Made]) -> Made:
    """What ``result`` makes of a computation, or of what it had finished where it stops.

    Raises
    ------
    Interrupted, WriteError
        As the computation, with the result.
    """
    try:
        found = done()
    except (Interrupted, WriteError) as stop:
        raise stop.holding(result(stop.result)) from None
    return result(found)


def progress_bar(
    label: str,
    unit: str,
    steps: Iterable[Any] | None = None,
    *,
    show: bool,
    total: int | None = None,
    done: int = 0,
) -> "tqdm[Any]":
    """Bar on a terminal, after two seconds, where ``show``.

    Parameters
    ----------
    label, unit
        What runs, and what is counted.
    steps
        To go through; where None the caller counts with ``update``.
    show
        Whether there is a bar at all.
    total, done
        Number of steps where ``steps`` do not tell, and how many are done at the start.
    """
    from tqdm import tqdm

    return tqdm(
        steps, desc=label, unit=unit, total=total, initial=done, delay=2, disable=None if show else True
    )


def table_of(rows: Iterable[Mapping[str, Any]], columns: Sequence[str] | None = None) -> "pd.DataFrame":
    """Table of rows by column name; in a column of numbers what does not exist is NaN.

    Parameters
    ----------
    rows
        One mapping per row.
    columns
        Names in their order; those of the rows where None, or where rows have others.

    Examples
    --------
    >>> table_of([{"rate_C": 1.0, "capacity_mAh_g": None}])["capacity_mAh_g"].dtype
    dtype('float64')
    """
    import pandas as pd

    found = list(rows)
    names = list(dict.fromkeys([*(columns or ()), *(name for row in found for name in row)]))
    return pd.DataFrame({name: _column([row.get(name) for row in found]) for name in names})


def _column(values: list[Any]) -> list[Any]:
    """Values of a column; numbers with gaps become floats with NaN."""
    numbers = [value for value in values if value is not None]
    if len(numbers) < len(values) and all(type(value) in (int, float) for value in numbers):
        return [float("nan") if value is None else float(value) for value in values]
    return values


def named_repr(thing: Any, *facts: str) -> str:
    """Short ``repr`` of an object: its class, and what tells it from others."""
    return f"<{type(thing).__name__} {', '.join(fact for fact in facts if fact)}>"


def counted(number: int, word: str) -> str:
    """Number with its word, in the plural where it is not one."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def html_of(thing: Any, rows: Mapping[str, Any]) -> str:
    """Page of an object for a notebook: its short ``repr``, and a table of names and values."""
    shown = {name: f"{value:.6g}" if isinstance(value, float) else str(value) for name, value in rows.items()}
    body = "".join(f"<tr><th>{escape(n)}</th><td>{escape(value)}</td></tr>" for n, value in shown.items())
    return f"<p><b>{escape(repr(thing)[1:-1])}</b></p>\n<table>{body}</table>"


class Part(NamedTuple):
    """Part of a result, such as one rate: what it is called, and ``"ok"`` or its failure."""

    name: str
    status: str


class Result(ABC):
    """A result: frozen, with a status, a table, files and a picture.

    What was asked for is solved, or has a status that names the failure; results with many rows have a
    status per row. A subclass is a frozen dataclass with ``repr=False`` and a field ``header`` (versions,
    model, hash of the parameters).
    """

    @abstractmethod
    def table(self) -> "pd.DataFrame":
        """Rows with the units in the names of the columns."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""

    @property
    def parts(self) -> Sequence[Part]:
        """Name and status of what has a status of its own, such as the points of a test."""
        return ()

    @property
    def status(self) -> str:
        """``"ok"``, or the first failure, with advice."""
        return next((part.status for part in self.parts if part.status != OK), OK)

    @property
    def solved(self) -> bool:
        """Whether anything was solved."""
        return any(part.status == OK for part in self.parts)

    def curves_table(self) -> "pd.DataFrame":
        """Points of every curve, one row each, units in the names of the columns; empty without curves."""
        return table_of([])

    def plot(self, ax: Any = None) -> Any:
        """Draw on ``ax``, or on the axes of a new figure; return the axes."""
        raise TypeError(f"a {type(self).__name__} has no picture: see table()")

    def _rows(self) -> list[dict[str, Any]]:
        """Rows of :meth:`table` with a status each, as files hold them."""
        found = ({str(name): value for name, value in row.items()} for row in self.table().to_dict("records"))
        return [{**row, "status": row.get("status", self.status)} for row in found]

    @property
    def panels(self) -> Sequence[Callable[[Any], Any]]:
        """Functions that draw the result on axes, side by side in one picture."""
        return (self.plot,)

    def to_json(self, path: str | Path) -> None:
        """Write :meth:`to_dict`, whole or not at all; numbers that do not exist become null."""
        write_json(path, self.to_dict())

    def to_csv(self, path: str | Path) -> None:
        """Write :meth:`table`, whole or not at all."""
        write_csv(path, self.table())

    def _facts(self) -> tuple[str, ...]:
        header = getattr(self, "header", {})
        count = counted(len(self.parts), "row") if self.parts else ""
        name = getattr(self, "cell", None) or getattr(self, "name", "")
        return (str(name), header.get("model", ""), count, self.status)

    def __repr__(self) -> str:
        return named_repr(self, *self._facts())

    def _repr_html_(self) -> str:
        table = self.table().to_html(index=False, max_rows=_SHOWN)
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>\n{table}"
