"""Options of the commands that read a user's files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from .group import Failure
from .options import Function

__all__ = ["data_options", "in_own_words"]


class _Pairs(click.ParamType[tuple[str, str]]):
    """``QUANTITY=WORDS``."""

    name = "QUANTITY=..."

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Split at the first sign of equality."""
        key, sign, words = str(value).partition("=")
        if not sign or not key.strip() or not words.strip():
            self.fail(f"{value!r} is not of the form current=mA", param, ctx)
        return key.strip(), words.strip()


_OPTIONS: tuple[Callable[[Function], Function], ...] = (
    click.option("--mass", "mass_mg", type=float, metavar="MG", help="Active material in mg."),
    click.option("--area", "area_cm2", type=float, metavar="CM2", help="Area of the electrode in cm2."),
    click.option("--sheet", metavar="NAME", help="Sheet of a spreadsheet."),
    click.option(
        "--column", type=_Pairs(), multiple=True, help="Column of a quantity, such as current='I meas'."
    ),
    click.option("--unit", type=_Pairs(), multiple=True, help="Unit of a quantity, such as current=mA."),
    click.option(
        "--positive-on",
        type=click.Choice(("desodiation", "sodiation")),
        default="desodiation",
        show_default=True,
        help="Direction in which the current of the files is positive.",
    ),
    click.option(
        "--current",
        "current_mA_g",
        type=float,
        metavar="MA_G",
        help="Current in mA/g of files of capacity and voltage.",
    ),
    click.option(
        "--one-c",
        "one_C_mA_g",
        type=float,
        metavar="MA_G",
        help="mA/g of 1 C in files of rates.",
    ),
)


def data_options(*leave_out: str) -> Callable[[Function], Function]:
    """Options of :func:`napore.measured.read`, as one dictionary ``how`` of its arguments.

    Parameters
    ----------
    leave_out
        Options that a command does not have, such as ``"--current"``.
    """

    def decorate(function: Function) -> Function:
        def command(*run: Any, **given: Any) -> Any:
            how = {key: given.pop(key) for key in _ARGUMENTS if key in given}
            how |= {"columns": dict(given.pop("column")), "units": dict(given.pop("unit"))}
            with in_own_words():
                return function(*run, how=how, **given)

        command.__doc__, command.__name__ = function.__doc__, function.__name__
        command.__click_params__ = list(getattr(function, "__click_params__", []))  # type: ignore[attr-defined]
        made: Any = command
        for option in reversed(_OPTIONS):
            made = option(made)
        made.__click_params__ = [p for p in made.__click_params__ if not set(leave_out) & set(p.opts)]
        return made  # type: ignore[no-any-return]

    return decorate


_ARGUMENTS = ("mass_mg", "area_cm2", "sheet", "positive_on", "current_mA_g", "one_C_mA_g")


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
