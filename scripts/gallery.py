"""Run the lines of docs/gallery.md and write its pictures: ``python scripts/gallery.py``. Two minutes."""

import os
import re
from pathlib import Path
from typing import Any

os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

from matplotlib.figure import Figure

DOCS = Path(__file__).resolve().parent.parent / "docs"


def entries() -> dict[str, str]:
    """Lines of each picture by its file."""
    page = (DOCS / "gallery.md").read_text("utf-8")
    return dict(re.findall(r"\]\((images/\w+\.png)\)\n\n```python\n(.*?)```", page, re.S))


def drawn(lines: str) -> Figure:
    """Figure that some lines leave in ``ax``."""
    scope: dict[str, Any] = {}
    exec(lines, scope)
    made = scope["ax"].figure
    assert isinstance(made, Figure)
    return made


if __name__ == "__main__":
    for name, lines in entries().items():
        drawn(lines).savefig(DOCS / name, dpi=100, bbox_inches="tight", metadata={"Software": None})
        print(name)
