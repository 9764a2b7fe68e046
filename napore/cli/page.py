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
def page(port: int, no_browser: bool, export_file: Path | None) -> None:
    """Show a half or full cell under sliders, in the browser, served on 127.0.0.1 only.

    Nothing leaves this machine and nothing is fetched. Ctrl-C ends it.
    """
    quiet_host()
    if export_file is not None:
        from napore.page.export import export_page

        export_page(export_file, progress=True)
        click.echo(f"wrote {export_file}")
        return
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
