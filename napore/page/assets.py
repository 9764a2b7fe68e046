"""Files of the page: its own and Plotly's script. The server sends them, an exported page holds them."""

from functools import cache
from pathlib import Path
from typing import Final

SCRIPTS: Final = (
    "theme.js",
    "csv.js",
    "figures.js",
    "capacity.js",
    "controls.js",
    "address.js",
    "backend.js",
    "kept.js",
    "overlay.js",
    "pulses.js",
    "questions.js",
    "main.js",
)
"""Scripts of the page, in the order in which they are loaded."""

FILES: Final = {"/": "page.html", "/page.css": "page.css", **{f"/{name}": name for name in SCRIPTS}}
"""Packaged file of each address; nothing else can be read."""


@cache
def plotly_script() -> bytes:
    """Plotly's JavaScript, from the installed package."""
    import plotly

    return (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()


@cache
def packaged(name: str) -> bytes:
    """A file of the page."""
    return (Path(__file__).parent / name).read_bytes()
