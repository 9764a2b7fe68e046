"""Options that commands share, and the checks of where they write."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from .group import Failure

__all__ = [
    "MODELS",
    "Numbers",
    "check_output",
    "cycles_option",
    "debug_option",
    "formation_option",
    "json_option",
    "model_option",
    "plot_option",
    "unusual_option",
]

Function = TypeVar("Function", bound=Callable[..., Any])

MODELS = ("SPM", "SPMe", "DFN")


class Numbers(click.ParamType[tuple[float, ...]]):
    """Numbers with commas between them."""

    name = "X,Y,..."

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        """Parse; whether the numbers are allowed is for the experiment to say."""
        if not isinstance(value, str):
            return tuple(value)
        try:
            return tuple(float(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value!r} is not a list of numbers such as 0.02,0.1,1", param, ctx)


def check_output(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    """Refuse a file that cannot be written before anything is computed."""
    if value is None:
        return None
    folder = value.absolute().parent
    if value.is_dir():
        raise Failure(f"{value} is a folder; give the name of a file")
    if not folder.is_dir():
        raise Failure(f"{value} cannot be written: the folder {folder} does not exist")
    if not os.access(value if value.exists() else folder, os.W_OK):
        raise Failure(f"{value} cannot be written: no permission")
    return value


def _set_debug(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    context.meta["napore.debug"] = value


def _file_option(name: str, help: str) -> Callable[[Function], Function]:
    """Option for a file to write, which is checked before anything is computed."""
    kind = click.Path(path_type=Path)
    return click.option(
        f"--{name}", f"{name}_file", type=kind, callback=check_output, metavar="FILE", help=help
    )


debug_option = click.option(
    "--debug",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_set_debug,
    help="Show the traceback of an error.",
)
json_option = _file_option("json", "Write the result as JSON.")
plot_option = _file_option("plot", "Draw the result (.png, .pdf, .svg).")
formation_option = click.option(
    "--formation",
    type=click.Choice(("stated", "precycled")),
    default="stated",
    help="Of a full cell: the first-cycle loss of its carbon counts, or it was cycled before assembly.",
)
model_option = click.option(
    "--model", type=click.Choice(MODELS), default="DFN", show_default=True, help="Model of the cell."
)
unusual_option = click.option(
    "--unusual",
    is_flag=True,
    help="Accept numbers outside what is plausible; what physics does not allow is refused all the same.",
)
cycles_option = click.option(
    "--cycles", type=int, default=3, show_default=True, help="Cycles per rate; the last counts."
)
