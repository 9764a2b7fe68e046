"""What commands print and draw."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from .group import Failure


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, words: bool = False) -> None:
    """Print columns: numbers to the right, with the last column (a word) to the left; or all words."""
    lines = (headings, *rows)
    widths = [max(len(line[k]) for line in lines) for k in range(len(headings))]
    for line in lines:
        cells = [
            text.ljust(width) if words else text.rjust(width)
            for text, width in zip(line, widths, strict=True)
        ]
        click.echo("  ".join([*cells[:-1], line[-1]]).rstrip())


def number_text(number: float | None, form: str) -> str:
    """Number in a format; a dash for one that does not exist."""
    return "-" if number is None or number != number else format(number, form)


def quiet_host() -> None:
    """Keep PyBaMM's log to errors: a failed solve is a status of ours."""
    import pybamm

    pybamm.set_logging_level("CRITICAL")


def check_plot(path: Path | None) -> None:
    """Refuse a kind of picture that cannot be written, before anything is computed."""
    if path is None:
        return
    from napore.plotting import formats

    if path.suffix.lstrip(".").lower() not in formats():
        raise Failure(f"{path} cannot be drawn: give a name that ends in .png, .pdf or .svg")


def save_figure(path: Path, draw: Sequence[Callable[[Any], Any]]) -> None:
    """Write a picture with one panel per function that draws."""
    from napore.plotting import figure, save_picture, style

    with style():
        made, panels = figure(len(draw))
        for function, ax in zip(draw, panels, strict=True):
            function(ax)
        mark = {".png": "Software", ".svg": "Creator", ".pdf": "Creator"}.get(path.suffix.lower())
        save_picture(made, path, **({"metadata": {mark: "napore"}} if mark else {}))


@contextmanager
def saying(ended: BaseException | None) -> Iterator[None]:
    """Write what a run has that was ended early; then end with why, also where that cannot be written."""
    try:
        yield
    except OSError as error:
        if ended is None:
            raise
        click.echo(f"napore: {error}", err=True)
    if ended is not None:
        raise ended
