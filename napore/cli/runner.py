"""The runner of commands: every command that makes a result goes through :func:`carry_out`."""

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from napore.files import WriteError, write_csv, write_json
from napore.results import OK, Interrupted, Part, Result

from .described import Columns, columns_of, described
from .group import Failure
from .output import check_plot, number_text, print_table, quiet_host, save_figure, saying

if TYPE_CHECKING:
    import pandas as pd

    from napore.cells import Cell

R = TypeVar("R", bound=Result)


def carry_out(
    make: Callable[[], R],
    show: Callable[[R], None],
    json_file: Path | None,
    plot_file: Path | None = None,
    csv_file: Path | None = None,
    doubts: Sequence[str] = (),
) -> R:
    """Make a result, print it, write its files, and end as the command should.

    Parameters
    ----------
    make
        Makes the result; what Ctrl-C or a full disk leaves of it is printed and written as well.
    show
        Prints it.
    json_file, plot_file, csv_file
        Files that were asked for; as CSV the curves, or the table of a result that has none.
    doubts
        What to say of the cell's numbers, below the table and as "warnings" in the JSON; those of the
        result's header where none are given.

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
    doubts = doubts or getattr(result, "header", {}).get("warnings", ())
    for doubt in doubts:
        click.echo(f"Warning: {doubt}")
    parts = result.parts or ([Part("", result.status)] if ended is None else [])
    for part in parts if result.solved else ():
        if part.status != OK:
            click.echo("napore: " + ": ".join(filter(None, part)), err=True)
    with saying(ended):
        if json_file is not None:
            write_json(json_file, {**result.to_dict(), **({"warnings": list(doubts)} if doubts else {})})
        if csv_file is not None:
            curves = result.curves_table()
            write_csv(csv_file, result.table() if curves.empty else curves)
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
        command: str,
        cell: str | None,
        given: Mapping[str, Any],
        json_file: Path | None,
        csv_file: Path | None,
        plot_file: Path | None,
    ) -> None:
        check_plot(plot_file)
        self.name, self._command, self._given = cell, command, given
        self._json_file, self._csv_file, self._plot_file = json_file, csv_file, plot_file
        self._doubts: list[str] = []

    def cell(self, **options: Any) -> "Cell":
        """The cell, in the model and with the electrolyte that were asked for; a pair where a cathode is."""
        from napore.full_cells import full_cell, load_cell

        if self.name is None:
            raise click.UsageError("Missing argument 'CELL'.")
        quiet_host()
        make = full_cell if "cathode" in options else load_cell
        made = make(self.name, **self._given, **options)
        if Path(self.name).suffix == ".toml":  # only files of a user were fitted to data that we do not know
            from napore.designs.doubts import doubts_of

            self._doubts = doubts_of(made.source)
        return made

    def __call__(
        self,
        make: Callable[[], R],
        show: Callable[[R], None] | Columns | None = None,
        *,
        title: Callable[[R], str] = lambda result: "",
        most: int | None = None,
    ) -> R:
        """Carry it out, and show its table, ``most`` rows, below cell, model and title.

        Columns are those that are described for the command; ``show`` has others, or prints all itself.
        """

        def print_all(result: R) -> None:
            header: Mapping[str, str] = getattr(result, "header", {})
            facts = (getattr(result, "cell", ""), header.get("model"), title(result))
            click.echo(", ".join(filter(None, facts)))
            columns = columns_of(self._command) if show is None or callable(show) else show
            print_columns(result.table(), columns, most=most)

        shown = show if callable(show) else print_all
        return carry_out(make, shown, self._json_file, self._plot_file, self._csv_file, self._doubts)


def cell_command(function: Callable[..., None], *, required: bool = True) -> click.Command:
    """Command with the argument CELL and the options of all: the function gets a :class:`Run` first."""

    @functools.wraps(function)
    def command(
        cell: str | None,
        model: str,
        electrolyte: str | None,
        json_file: Path | None,
        csv_file: Path | None,
        plot_file: Path | None,
        **own: Any,
    ) -> None:
        given = {"model": model, "electrolyte": electrolyte}
        if "formation" in own:
            given["formation"] = own.pop("formation")
        function(Run(function.__name__, cell, given, json_file, csv_file, plot_file), **own)

    made = described(command, beside=("model", "electrolyte", "json", "csv", "plot", "debug"))
    made.params.insert(0, click.Argument(["cell"], required=required, shell_complete=_cells))
    return made


def _cells(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Cells and files whose names begin so, for a shell."""
    from napore.parameters.catalogue import NAMES

    names = [name for name in NAMES if name.startswith(begun)]
    return [*(CompletionItem(name) for name in names), CompletionItem(begun, type="file")]


def print_columns(
    table: "pd.DataFrame | Sequence[Mapping[str, Any]]",
    columns: Columns,
    *,
    most: int | None = None,
    words: bool = False,
) -> None:
    """Print columns of a table under their headings, evenly chosen ones where it has more than ``most``.

    With ``words`` every column is aligned as words are.
    """
    rows: Sequence[Mapping[Any, Any]] = table if isinstance(table, Sequence) else table.to_dict("records")
    if most is not None and len(rows) > most:
        rows = [rows[round(k * (len(rows) - 1) / (most - 1))] for k in range(most)]
    headings = [heading for heading, _, _ in columns]
    cells = [[_text(row.get(name), form, name) for _, name, form in columns] for row in rows]
    print_table(headings, cells, words=words)


def _text(value: Any, form: str, name: str) -> str:
    """A number in its format (in per cent, where that ends so); a status up to its first colon."""
    if isinstance(value, str):
        return value.partition(":")[0] if name == "status" else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    share = form.removesuffix(" %")
    if share != form and value is not None:
        return f"{number_text(100 * value, share)} %"
    return number_text(value, share)
