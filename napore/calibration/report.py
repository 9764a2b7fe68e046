"""One page on a calibration: verdicts, curves and profiles, in one HTML file without scripts."""

import html
import io
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from napore.files import write_text
from napore.plotting import figure, style

from .curve_data import SCALE
from .importance import WeightedPosterior
from .posterior import Posterior
from .result import Calibration

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #ddd }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap }
svg { max-width: 100%; height: auto }
@media print { body { margin: 0 } }
"""


def write_report(
    found: Calibration, path: str | Path, posterior: Posterior | WeightedPosterior | None = None
) -> None:
    """Write the page.

    Parameters
    ----------
    found
        Calibration.
    path
        File, which is replaced.
    posterior
        Samples, whose quantiles stand beside the intervals.
    """
    title = f"{found.source.name} fitted to {found.data_names}"
    rms = "" if found.rms_mV is None else f" Root mean square of the voltages: {found.rms_mV:.2f} mV."
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8"><meta name="generator" content="napore">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{html.escape(title)}</h1>",
        f"<p>{html.escape(found.half_cell.name)}, napore {version('napore')}, PyBaMM {version('pybamm')}."
        f"{html.escape(rms)} {html.escape(' '.join(found.remarks))}</p>",
        "<h2>What the data say</h2>",
        _table(
            ("Parameter", "Value", "Standard error", "95 % interval", "Unit", "Verdict"),
            [
                (
                    row["name"],
                    f"{row['value']:.5g}",
                    f"{row['standard_error']:.2g}",
                    "{:.4g} to {:.4g}".format(*row["interval_95"]),
                    row["unit"],
                    row["verdict"],
                )
                for row in found.rows()
            ],
        ),
        "<p>An interval is where the misfit with all other parameters refitted rises by less than 3.84 and "
        "what noise leaves unexplained; of many parameters it is linear, and holds what other fits found. "
        f"The charge of each curve may err by {100.0 * SCALE:g} % as a whole, which is assumed. "
        "<em>Determined</em>: it ends inside the bounds on both sides; <em>bounded</em>: on one side; "
        "<em>not determined</em>: on neither, and the value is no result.</p>",
    ]
    if posterior is not None:
        parts += ["<h2>Posterior</h2>", f"<p>{html.escape(posterior.summary())}</p>", _quantiles(posterior)]
    parts += [
        "<h2>Data and fit</h2>",
        _table(
            ("Data", "Residuals", "Root mean square over the error"),
            [
                (row["data"], str(row["residuals"]), f"{row['rms_over_error']:.2f}")
                for row in found.misfits().to_dict("records")
            ],
        ),
        *(_svg([panel]) for panel in found.panels),
        "<h2>Profiles</h2>",
    ]
    parts += [_profile(found, k) for k in range(len(found.fitted))]
    parts.append("</body></html>")
    write_text(path, "\n".join(parts) + "\n")


def _quantiles(posterior: Posterior | WeightedPosterior) -> str:
    rows = [
        (row["name"], f"{row['q025']:.5g}", f"{row['q500']:.5g}", f"{row['q975']:.5g}")
        for _, row in posterior.table().iterrows()
    ]
    return _table(("Parameter", "2.5 %", "Median", "97.5 %"), rows)


def _table(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    head = "".join(f"<th>{html.escape(text)}</th>" for text in headings)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td class="number">{html.escape(str(cell))}</td>' if k else f"<td>{html.escape(str(cell))}</td>"
            for k, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return f"<table tabindex='0'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _svg(draw: Sequence[Any]) -> str:
    with style():
        made, panels = figure(len(draw))
        for function, ax in zip(draw, panels, strict=True):
            function(ax)
        return _text(made)


def _profile(found: Calibration, k: int) -> str:
    return _svg([lambda ax: found.plot_profile(found.fitted[k].name, ax)])


def _text(made: Figure) -> str:
    buffer = io.StringIO()
    made.savefig(buffer, format="svg")
    return buffer.getvalue().partition("<svg")[1] + buffer.getvalue().partition("<svg")[2]
