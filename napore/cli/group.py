"""Group of commands that turns errors into one line and an exit status."""

import difflib
import errno
import gc
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import IO, Any, Final

import click

_OBJECTS: Final = 100_000
"""New objects after which Python looks for cycles among them; after 700, its own, a tenth of a command."""


class Failure(click.ClickException):
    """What ends a command with status 1 and one line."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line on stderr."""
        click.echo(f"napore: {self.message}", file=file, err=file is None)


class Commands(click.Group):
    """Top group: user's errors are one line, a typo in a command's name is met with the nearest."""

    def __init__(self, *args: Any, groups: Mapping[str, Sequence[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = dict(groups)
        self.params.append(
            click.Option(
                ["--version"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_print_version,
                help="Print the version and exit.",
            )
        )

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by what they are for."""
        left = [name for name in self.commands if not any(name in names for names in self.groups.values())]
        for title, names in (self.groups | ({"Others": left} if left else {})).items():
            with formatter.section(title):
                formatter.write_dl([(name, self.commands[name].get_short_help_str(70)) for name in names])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name the nearest."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            near = difflib.get_close_matches(args[0], list(self.commands), n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")

    def invoke(self, ctx: click.Context) -> Any:
        """Run; with ``--debug`` the traceback comes before the line."""
        gc.set_threshold(_OBJECTS, 50, 50)
        try:
            value = super().invoke(ctx)
            sys.stdout.flush()
            return value
        except (click.exceptions.Exit, click.Abort, click.UsageError):
            raise
        except KeyboardInterrupt:
            click.echo("napore: interrupted", err=True)
            ctx.exit(130)
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # click ends quietly when the reader of a pipe has gone
            if ctx.meta.get("napore.debug"):
                traceback.print_exc()
            if isinstance(error, click.ClickException):
                raise
            raise Failure(_one_line(error)) from None


def _one_line(error: Exception) -> str:
    """Message of an error; one that is no user's error says how to see more."""
    text = " ".join(str(error).split())
    ours = type(error).__module__.startswith("napore.") and isinstance(error, ValueError | OSError)
    if ours or type(error).__name__ == "OptionError":
        return text
    if isinstance(error, OSError):
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)  # files of ours have names
        where = f"{error.filename}: " if error.filename else "standard output: " if full else ""
        return f"{where}{error.strerror or text}"
    return f"unexpected {type(error).__name__}: {text} (run again with --debug for the traceback)"


def _print_version(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"napore {version('napore')}, PyBaMM {version('pybamm')}")
        ctx.exit()
