"""``napore page``: the interactive page."""

from __future__ import annotations

import threading
import webbrowser
from pathlib import Path

import click

from .described import described
from .group import Failure
from .output import quiet_host


@described
def page(
    port: int,
    no_browser: bool,
    export_file: Path | None,
    cells: str | None,
    sliders: tuple[tuple[str, tuple[float, ...]], ...],
    answers: Path | None,
) -> None:
    """Show a half or full cell under sliders, in the browser, served on 127.0.0.1 only.

    Nothing leaves this machine and nothing is fetched. Ctrl-C ends it. --export writes one file for a
    class instead, which opens without a server; what that takes is said before it begins.
    """
    quiet_host()
    if export_file is not None:
        _export(export_file, cells, dict(sliders), answers)
        return
    if cells or sliders or answers:
        raise Failure("--cells, --slider and --answers are of an exported page: give --export FILE too")
    try:
        from napore.page.server import PageServer
    except ModuleNotFoundError as error:
        if error.name not in ("starlette", "uvicorn"):
            raise
        raise Failure(
            'the page is served by Starlette and uvicorn: pip install "napore[page]"; '
            "--export FILE needs neither"
        ) from None
    from napore.page.solve import page_service

    with PageServer(page_service(), port) as server:
        click.echo(f"napore page: {server.url} (Ctrl-C ends it)")
        if not no_browser:
            threading.Thread(target=webbrowser.open, args=(server.url,), daemon=True).start()
        server.serve_forever()


def _export(
    file: Path, cells: str | None, sliders: dict[str, tuple[float, ...]], answers: Path | None
) -> None:
    from napore.page import export

    known = [one.strip() for one in cells.split(",")] if cells else export.DEFAULT_CELLS
    export.export_page(
        file,
        known,
        *export.grids(known, sliders),
        answers=answers,
        say=lambda text: click.echo(f"napore: {text}", err=True),
        progress=True,
    )
    size = f"{file.stat().st_size / 1e6:.1f} MB"
    click.echo(f"wrote {file}, {size}" + (f", and {answers}" if answers else ""))
