"""The runner of commands: every command that makes a result goes through :func:`carry_out`."""

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from napore.files import WriteError
from napore.results import OK, Interrupted, Part, Result

from .group import Failure
from .options import debug_option, formation_option, json_option, model_option, plot_option
from .output import check_plot, number_text, print_table, quiet_host, save_figure, saying

if TYPE_CHECKING:
    import pandas as pd

    from napore.cells import Cell
    from napore.full_cells import FormationName

__all__ = ["Columns", "Run", "carry_out", "cell_command", "print_columns"]

R = TypeVar("R", bound=Result)

Columns = Sequence[tuple[str, str, str]]
"""Heading, column of a table, and format of its numbers; a word is printed up to its first colon."""


def carry_out(
    make: Callable[[], R],
    show: Callable[[R], None],
    json_file: Path | None,
    plot_file: Path | None = None,
) -> R:
    """Make a result, print it, write its files, and end as the command should.

    Parameters
    ----------
    make
        Makes the result; what Ctrl-C or a full disk leaves of it is printed and written as well.
    show
        Prints it.
    json_file, plot_file
        Files that were asked for.

    Raises
    ------
    Failure
        Where nothing could be solved.
    Interrupted, WriteError
        Which ended the computation early.
    """
    ended: Interrupted[R] | WriteError | None = None
    try:
        result = make()
    except (Interrupted, WriteError) as stop:
        if stop.result is None:
            raise
        result, ended = stop.result, stop
    if result.solved or result.parts:
        show(result)
    parts = result.parts or ([Part("", result.status)] if ended is None else [])
    for part in parts if result.solved else ():
        if part.status != OK:
            click.echo("napore: " + ": ".join(filter(None, part)), err=True)
    with saying(ended):
        if json_file is not None:
            result.to_json(json_file)
    if not result.solved:
        name = getattr(result, "cell", None) or getattr(result, "name", "the case")
        raise Failure(f"nothing could be solved for {name}: {result.status}")
    if plot_file is not None:
        save_figure(plot_file, result.panels)
    return result


class Run:
    """A command on a cell: the cell as it was named, and the files that were asked for."""

    def __init__(
        self,
        cell: str | None,
        model: str,
        json_file: Path | None,
        plot_file: Path | None,
        formation: "FormationName" = "stated",
    ) -> None:
        check_plot(plot_file)
        self.name, self._model, self._formation = cell, model, formation
        self._json_file, self._plot_file = json_file, plot_file

    def cell(self, **options: Any) -> "Cell":
        """The cell, in the model that was asked for."""
        from napore.full_cells import load_cell

        if self.name is None:
            raise click.UsageError("Missing argument 'CELL'.")
        quiet_host()
        return load_cell(self.name, model=self._model, formation=self._formation, **options)

    def __call__(
        self,
        make: Callable[[], R],
        columns: Columns | Callable[[R], None],
        *,
        title: Callable[[R], str] = lambda result: "",
        most: int | None = None,
    ) -> R:
        """Carry it out; ``columns`` of the table, ``most`` rows, are printed below cell, model and title."""

        def show(result: R) -> None:
            if callable(columns):
                return columns(result)
            header: Mapping[str, str] = getattr(result, "header", {})
            facts = (getattr(result, "cell", ""), header.get("model"), title(result))
            click.echo(", ".join(filter(None, facts)))
            print_columns(result.table(), columns, most=most)
            return None

        return carry_out(make, show, self._json_file, self._plot_file)


def cell_command(function: Callable[..., None], *, required: bool = True, full: bool = True) -> click.Command:
    """Command with the argument CELL and the options of all: the function gets a :class:`Run` first.

    ``full``: whether CELL may be a full cell, whose formation is then an option.
    Its own options, below this decorator, come before those of all in the help.
    """

    @functools.wraps(function)
    def command(
        cell: str | None,
        model: str,
        json_file: Path | None,
        plot_file: Path | None,
        formation: "FormationName" = "stated",
        **own: Any,
    ) -> None:
        function(Run(cell, model, json_file, plot_file, formation), **own)

    own = getattr(command, "__click_params__", [])
    command.__click_params__ = []  # type: ignore[attr-defined]
    for option in (
        *(debug_option, plot_option, json_option),
        *([formation_option] if full else []),
        model_option,
    ):
        option(command)
    command.__click_params__ += own  # type: ignore[attr-defined]
    return click.command()(click.argument("cell", required=required)(command))


def print_columns(table: "pd.DataFrame", columns: Columns, *, most: int | None = None) -> None:
    """Print columns of a table under their headings, evenly chosen ones where it has more than ``most``."""
    rows = table.to_dict("records")
    if most is not None and len(rows) > most:
        rows = [rows[round(k * (len(rows) - 1) / (most - 1))] for k in range(most)]
    headings = [heading for heading, _, _ in columns]
    print_table(headings, [[_text(row.get(name), form) for _, name, form in columns] for row in rows])


def _text(value: Any, form: str) -> str:
    if isinstance(value, str):
        return value.partition(":")[0]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number_text(value, form)
