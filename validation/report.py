"""The report: one self-contained HTML file on every claim, with figures beside it as PNG and SVG."""

import base64
import hashlib
import html
import subprocess
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from napore.files import write_text
from napore.parameters.provenance import CLASSES, Entry
from napore.parameters.reported import reported
from napore.parameters.schema import split_unit
from napore.parameters.sets import load_set
from napore.plotting import figure, save_picture, style
from napore.results import progress_bar

from .audit import audit
from .bench import AGEING
from .claims import VERDICTS, Claim, Validation
from .figures import PaperFigure, figures
from .identity import entries_of

_SETS = ("fjh", "fjh-b", "tf", "nvp", "fjh-nvp")
_FITTED = ("fjh", "fjh-b", "tf", AGEING)
_MEANING = {
    "fit": "calibrated to: met by construction, if at all",
    "input": "went into a parameter set: returned by the simulated experiment",
    "predict": "never used to calibrate: the only rows that count as predictions",
    "shape": "a statement, turned into an inequality",
    "literature": "of other carbons: a prior of the calibration, not counted among claims",
}
_NOT_DRAWN = (
    "<p>Marks are numbers of the paper's text; no curve of it is drawn after. Not drawn: Fig. 3e, "
    "which compares with other papers, and Fig. 1, 2, 4 and 6, which are no electrochemistry.</p>"
)
_STYLE = Path(__file__).with_name("report.css").read_text("utf-8")
_SCROLL = '<div class="scroll" tabindex="0" role="region" aria-label="Table">'
"""Around a table that may be wider than the window: keys move it too."""


def write_report(result: Validation, folder: Path, *, progress: bool = False) -> list[Path]:
    """Write ``report.html``, the figures, ``claims.csv`` and ``claims.json``; return the files.

    Parameters
    ----------
    result
        Validation.
    folder
        Folder that exists.
    progress
        Whether to show a bar on a terminal.
    """
    result.to_json(folder / "claims.json")
    result.to_csv(folder / "claims.csv")
    written = [folder / "claims.json", folder / "claims.csv"]
    shown = []
    for made in progress_bar("figures", "figure", figures(result), show=progress):
        picture = _kept(made, folder, result) or _draw(made, folder)
        result.journal.add(f"figure {made.name}", {"sha256": _sha256(picture)})
        written += [folder / f"{made.name}.png", folder / f"{made.name}.svg"]
        shown.append(_figure(made, picture))
    parts = [_head(result), _claims(result), _fitted()]
    parts += [
        "<h2>Figures of the paper, simulated</h2>",
        _NOT_DRAWN,
        *shown,
        _audit(),
        _parameters(),
        "</body></html>",
    ]
    write_text(folder / "report.html", "\n".join(parts) + "\n")
    return [folder / "report.html", *written]


def _kept(made: PaperFigure, folder: Path, result: Validation) -> bytes:
    """PNG of a figure that an earlier run drew from the same numbers; empty where there is none."""
    record = result.journal.get(f"figure {made.name}")
    png, svg = (folder / f"{made.name}.{kind}" for kind in ("png", "svg"))
    if record is None or not png.is_file() or not svg.is_file():
        return b""
    picture = png.read_bytes()
    return picture if _sha256(picture) == record["sha256"] else b""


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _draw(made: PaperFigure, folder: Path) -> bytes:
    """PNG of a figure, which is written beside its SVG."""
    with style():
        drawn, panels = figure(len(made.draw))
        for function, ax in zip(made.draw, panels, strict=True):
            function(ax)
        save_picture(drawn, folder / f"{made.name}.svg")
        save_picture(drawn, folder / f"{made.name}.png")
    return (folder / f"{made.name}.png").read_bytes()


def _figure(made: PaperFigure, picture: bytes) -> str:
    data = base64.b64encode(picture).decode()
    width = f"width:{30 * len(made.draw)}rem"
    return (
        f"<figure><h3>{_text(made.title)}</h3>"
        f'<img alt="{_text(made.title)}" style="{width}" src="data:image/png;base64,{data}">'
        f"<figcaption>{_text(made.caption)}</figcaption></figure>"
    )


def _head(result: Validation) -> str:
    counts = result.counts()
    rows = [
        (role, _MEANING[role], *(str(counts[role][verdict]) for verdict in VERDICTS))
        for role in _MEANING
        if role in counts
    ]
    made = f"napore {version('napore')}{_commit()}, PyBaMM {version('pybamm')}, {result.bench.model}"
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8"><meta name="generator" content="napore">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>The claims of Gu et al. 2025, simulated</title><style>{_STYLE}</style></head><body>",
            "<h1>The claims of Gu et al. 2025 against simulation</h1>",
            "<p>Gu, You, Liu et al., <cite>Creating rich closed nanopores in anthracite-derived soft "
            "carbon</cite>, Chem. Eng. J. 2025, 159331. Only the text was at hand: no curve was read off a "
            "figure.</p>",
            f'<p class="quiet">{_text(made)}</p>',
            _table(("Role", "Meaning", *VERDICTS), rows),
        )
    )


def _commit() -> str:
    """Commit of a checkout, empty elsewhere."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],
            cwd=Path(__file__).resolve().parent,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return f" ({found.stdout.strip()})"


def _claims(result: Validation) -> str:
    head = [
        "Id",
        "Role",
        "Quantity",
        "Reported",
        "Simulated",
        "Deviation",
        "Allowed",
        "Unit",
        "Verdict",
        "Reading",
        "On coatings",
        "Reason",
    ]
    rows = "".join(_claim(claim) for claim in result.claims)
    titles = "".join(f"<th>{title}</th>" for title in head)
    return (
        f"<h2>Every claim</h2>{_SCROLL}<table><thead><tr>{titles}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _claim(claim: Claim) -> str:
    style_of = claim.verdict if claim.verdict in ("met", "unmet", "inconsistent") else "none"
    cells = [
        f"<td>{_text(claim.id)}</td><td>{_text(claim.role)}</td><td>{_text(claim.quantity)}</td>",
        *(f'<td class="number">{_value(value)}</td>' for value in (claim.reported, claim.simulated)),
        *(f'<td class="number">{_percent(value)}</td>' for value in (claim.deviation, claim.tolerance)),
        f"<td>{_text(claim.unit if claim.unit != '-' else '')}</td>",
        f'<td class="{style_of}">{_text(claim.verdict)}</td><td>{_text(claim.reading or "")}</td>',
        f'<td class="number">{_value(claim.simulated_on_coatings)}</td><td>{_text(claim.reason)}</td>',
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _value(value: float | bool | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f} %"


def _fitted() -> str:
    """What was fitted to what."""
    targets = [(row.id, row.quantity, row.sample, row.where) for row in reported() if row.role == "fit"]
    numbers = [(name, *_entry(entry)) for name in _FITTED for entry in _of_kind(entries_of(name), "fitted")]
    return (
        "<h2>What was fitted to what</h2><p>Only rows of role fit may be calibrated to:</p>"
        + _table(("Id", "Quantity", "Sample", "Where"), targets)
        + f"<details><summary>The {len(numbers)} fitted numbers, each with what it was fitted to</summary>"
        + _table(("Set", "Parameter", "Value", "Range", "Unit", "Class", "Source"), numbers)
        + "</details>"
    )


def _of_kind(entries: Mapping[str, Entry], kind: str) -> list[Entry]:
    return [entry for entry in entries.values() if entry.kind == kind]


def _audit() -> str:
    items = "".join(f"<li>{_text(item.statement)}</li>" for item in audit())
    return (
        "<h2>What the paper's numbers imply</h2><p>Computed from the reported numbers and the sets, in every "
        f"run.</p><ol>{items}</ol>"
    )


def _parameters() -> str:
    parts = ["<h2>Parameters</h2>"]
    for name in _SETS:
        entries = list(load_set(name).entries.values())
        numbers = ", ".join(
            f"{sum(entry.kind == kind for entry in entries)} {kind}"
            for kind in CLASSES
            if any(entry.kind == kind for entry in entries)
        )
        table = _table(
            ("Parameter", "Value", "Range", "Unit", "Class", "Source"), [_entry(entry) for entry in entries]
        )
        parts.append(f"<details><summary>{_text(name)}: {_text(numbers)}</summary>{table}</details>")
    return "\n".join(parts)


def _entry(entry: Entry) -> tuple[str, ...]:
    name, unit = split_unit(entry.name)
    allowed = "" if entry.allowed is None else f"{entry.allowed[0]:.4g} to {entry.allowed[1]:.4g}"
    return (name, f"{entry.value:.6g}", allowed, unit, entry.kind, entry.source)


def _table(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    head = "".join(f"<th>{_text(title)}</th>" for title in headings)
    body = "".join("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"{_SCROLL}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _text(text: Any) -> str:
    return html.escape(str(text))
