"""Commands as ``data/commands.toml`` describes them: what they are asked, the columns that they print."""

import functools
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, TypeVar

import click

from .group import Failure
from .kinds import KINDS

P = TypeVar("P", bound=click.Parameter)
Columns = Sequence[Sequence[str]]
"""Heading, column of a table, and format of its numbers."""

OF_FILES = ("mass_mg", "area_cm2", "sheet", "positive_on", "current_mA_g", "one_C_mA_g")
"""Arguments of :func:`napore.measured.read`, beside columns and units."""

GROUPS: Mapping[str, Sequence[str]] = {
    "Your files": (*OF_FILES, "column", "unit"),
    "Written": ("json_file", "csv_file", "plot_file", "output", "report", "export_file", "answers"),
}
"""Options that the help tells apart, by their variables."""

DESCRIBED: Mapping[str, Any] = tomllib.loads(
    (files(__package__) / "data" / "commands.toml").read_text("utf-8")
)


class Described(click.Command):
    """Command whose help tells its own options, a user's files and what is written apart."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options by group; rare ones where --help-all asks for them."""
        told: dict[str, list[tuple[str, str]]] = {"Options": [], **{title: [] for title in GROUPS}}
        for one in self.get_params(ctx):
            record = one.get_help_record(ctx) if isinstance(one, click.Option) else None
            if record is not None:
                title = next((t for t, names in GROUPS.items() if one.name in names), "Options")
                told[title].append(record)
        for title, records in told.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


def described(
    function: Callable[..., Any], *, name: str | None = None, beside: Sequence[str] = ("debug",)
) -> click.Command:
    """Command of a function, with the arguments and options that are told under its name.

    ``name`` is that of the command, where the function's own would hide one of Python's; ``beside`` are
    shared options that come last. ``--json`` and ``--plot`` are ``json_file`` and ``plot_file``.
    """
    name = name or function.__name__
    told = DESCRIBED[name]
    arguments = [_parameter(click.Argument, [one], row) for one, row in told.get("arguments", {}).items()]
    shared = (*told.get("shared", ()), *beside)
    asked = told.get("options", {}) | {one: DESCRIBED["shared"][one] for one in shared}
    if any(row.get("kind") == "output" for row in (*asked.values(), *told.get("arguments", {}).values())):
        asked["overwrite"] = DESCRIBED["shared"]["overwrite"]
    options = [_option(*one) for one in asked.items()]
    if any(option.hidden for option in options):
        options.append(_all_options())
    made = click.command(name, cls=Described, params=[*arguments, *options], short_help=told.get("short"))
    return made(function)


def columns_of(command: str, table: str | None = None) -> Columns:
    """Columns of a command's table; of one of its tables where it has several."""
    columns = DESCRIBED[command]["columns"]
    return columns if table is None else columns[table]  # type: ignore[no-any-return]


def one_value(name: str, values: tuple[float, ...]) -> float:
    """The value of an option that takes one."""
    if len(values) != 1:
        raise Failure(f"{name!r} has {len(values)} values: give one")
    return values[0]


def _option(name: str, row: Mapping[str, Any]) -> click.Option:
    if name in ("debug", "overwrite"):
        told: dict[str, Any] = {"is_eager": True, "expose_value": False, "callback": _keep}
        return _parameter(click.Option, [f"--{name}"], {**row, **told})
    names = [f"--{one}" for one in (name, row.get("also")) if one]
    variable = row.get("name", f"{name}_file" if name in ("json", "csv", "plot") else name.replace("-", "_"))
    shown = "default" in row and "[default:" not in row["help"]
    return _parameter(click.Option, [*names, variable], {**row, "show_default": shown})


def _parameter(made: type[P], names: list[str], row: Mapping[str, Any]) -> P:
    """Argument or option; what a row says beyond kind, name and bounds is said to click as it is."""
    kind, bounds = row.get("kind", "text"), row.get("between")
    told = KINDS[kind] if isinstance(kind, str) else {"type": click.Choice(kind)}
    if bounds:
        told = {"type": click.IntRange(*bounds)}
    own = {key: value for key, value in row.items() if key not in ("kind", "name", "also", "between", "rare")}
    if row.get("rare"):
        own["hidden"] = True
    return made(names, **told, **own)


def _all_options() -> click.Option:
    """--help-all: the help with rare options."""

    def show(context: click.Context, parameter: click.Parameter, value: bool) -> None:
        if value and not context.resilient_parsing:
            for one in context.command.params:
                if isinstance(one, click.Option):
                    one.hidden = False
            click.echo(context.get_help())
            context.exit()

    told: dict[str, Any] = {"is_eager": True, "expose_value": False, "callback": show}
    return click.Option(["--help-all"], is_flag=True, help="Show rare options too.", **told)


def _keep(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    context.meta[f"napore.{parameter.name}"] = value


def reads_files(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command all that it is told of a user's files as the reader's arguments, in ``how``."""

    @functools.wraps(function)
    def command(*run: Any, **given: Any) -> Any:
        told = {key: given.pop(key) for key in OF_FILES if key in given}
        how = {key: value for key, value in told.items() if value is not None}
        how |= {"columns": dict(given.pop("column")), "units": dict(given.pop("unit"))}
        with in_own_words():
            return function(*run, how=how, **given)

    return command


@contextmanager
def in_own_words() -> Iterator[None]:
    """A sentence about a file speaks of options, not of Python's arguments."""
    try:
        yield
    except ValueError as error:
        if not type(error).__module__.startswith("napore."):
            raise
        from napore.measured import in_words_of_the_command_line

        raise Failure(in_words_of_the_command_line(" ".join(str(error).split()))) from error
