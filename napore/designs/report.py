"""Report of a design as one HTML file: balance, losses, rates, front, parts, bands, sources."""

import base64
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any, Final

import pandas as pd

from napore.experiments.base import OK
from napore.experiments.checks import ExperimentError, check_rates
from napore.experiments.waterfall import energy_waterfall
from napore.files import write_text
from napore.full_cells import FullCell
from napore.results import Result

from .checks import DesignError
from .optimum_result import Optimum
from .result import DesignPoint
from .simulated import Simulated

RATES: Final = (0.1, 0.5, 1.0, 2.0, 5.0)
"""Rates [C] of the report's Ragone plot."""

_STYLE: Final = (
    "body{font:15px/1.45 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;font-size:13px;display:block;overflow-x:auto}"
    "td,th{padding:.15em .7em;border-bottom:1px solid #ddd;"
    "text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}pre{background:#f4f4f4;padding:1em;"
    "overflow:auto}img{max-width:100%}details summary{cursor:pointer}"
)


def write_report(found: Optimum, file: str | Path, rates: Sequence[float] = RATES) -> None:
    """Write the report of an optimum's best design.

    Parameters
    ----------
    found
        From :func:`napore.optimise`.
    file
        That is written; ends in ``.html``.
    rates
        Rates [C] at which the design is discharged for the Ragone plot; the charge is that of the optimum.

    Raises
    ------
    DesignError
        For another ending, and for an optimum that was read from a file.
    """
    path = Path(file)
    if path.suffix != ".html":
        raise DesignError(f"{path} is no name for a report: let it end in .html")
    if found.run is None:
        raise DesignError("the optimum has no cell: make it with napore.optimise")
    run, best = found.run, found.best
    cell = run.cell_of(best)
    swept = [run.at_rate(best, rate, float(found.limits["rate_C"])) for rate in check_rates(rates)]
    parts = [
        ("Design", _table(_shown(best))),
        ("Balance", _table(asdict(cell.balance))),
        ("Where the energy goes", _waterfall(cell, found)),
        ("Energy and power", _picture(lambda ax: _ragone(ax, swept)) + _frame(_rows(swept))),
        (
            "Designs tried" if found.against is None else "Pareto front",
            _picture(found.plot) + _frame(found.table()),
        ),
        ("Bands", _bands(found)),
        ("Parts", _parts(run, best)),
        ("Every number, with class and source", _sources(run, best)),
        ("How to make it again", _again(found)),
    ]
    body = "".join(f"<h2>{escape(title)}</h2>\n{content}\n" for title, content in parts)
    head = "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='generator' content='napore'>"
    head += f"<meta name='viewport' content='width=device-width'><title>{escape(found.name)}</title>"
    header = dict(found.header)
    doubts = "".join(f"<p>{escape(text)}</p>" for text in header.pop("warnings", ()))
    told = ", ".join(f"{key} {value}" for key, value in header.items())
    top = f"<h1>{escape(found.name)}</h1><p>{escape(told)}</p>{doubts}"
    write_text(path, f"{head}<style>{_STYLE}</style>{top}{body}</html>\n")


def _shown(point: DesignPoint) -> dict[str, Any]:
    return {name: value for name, value in point.to_dict().items() if value is not None}


def _waterfall(cell: FullCell, found: Optimum) -> str:
    try:
        fall = energy_waterfall(
            cell, float(found.limits["rate_C"]), charge_rate=found.limits["charge_rate_C"], cycles=1
        )
    except ExperimentError as error:
        return f"<p>{escape(str(error))}</p>"
    return _picture(fall.plot) + _frame(fall.table())


def _rows(points: Iterable[DesignPoint]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "rate_C": p.rate_C,
            "capacity_mAh_g_cathode": p.capacity_mAh_g_cathode,
            "mean_voltage_V": p.mean_voltage_V,
            "energy_Wh_kg_active": p.energy_Wh_kg_active,
            "energy_Wh_kg_stack": p.energy_Wh_kg_stack,
            "status": p.status,
        }
        for p in points
    )


def _ragone(ax: Any, points: Sequence[DesignPoint]) -> None:
    """Energy over mean power on active masses."""
    solved = [p for p in points if p.status == OK]
    power = [
        (p.mean_voltage_V or 0.0) * (p.current_mA_g_cathode or 0.0) / (1.0 + p.mass_ratio) for p in solved
    ]
    ax.plot(power, [p.energy_Wh_kg_active for p in solved], "o-")
    ax.set(xscale="log", xlabel="Power / W kg$^{-1}$ (active)", ylabel="Energy / Wh kg$^{-1}$ (active)")
    ax.set_ylim(bottom=0.0)


def _bands(found: Optimum) -> str:
    if not found.bands:
        return "<p>No draws were asked for.</p>"
    text = (
        "<p>Over draws of the numbers whose class is assumed, literature or derived, even over their ranges "
        "(in the logarithm beyond a decade); fitted numbers are held. Low and high hold the middle 90 %.</p>"
    )
    rows = [
        {"design": k + 1, **{n: v for n, v in vars(band).items() if n != "dominant"}}
        | {"goes most with": band.dominant[0], "rank correlation": band.dominant[1]}
        for k, bands in enumerate(found.bands)
        for band in bands
    ]
    return text + _frame(pd.DataFrame(rows))


def _parts(run: Simulated, best: DesignPoint) -> str:
    cell: Result = run.packaged(best)
    facts = {name: getattr(cell, name) for name in type(cell).facts}  # type: ignore[attr-defined]
    return _table(facts) + _picture(cell.plot) + _frame(cell.table())


def _sources(run: Simulated, best: DesignPoint) -> str:
    rows = [
        {"number": name, "value": entry.value, "class": entry.kind, "source": entry.source}
        for name, entry in run.sources(best).items()
    ]
    return f"<details><summary>{len(rows)} numbers</summary>{_frame(pd.DataFrame(rows))}</details>"


def _again(found: Optimum) -> str:
    asked = "\n".join(f"    {name}={value!r}," for name, value in found.asked.items())
    return f"<pre>import napore\n\nfound = napore.optimise(\n{escape(asked)}\n)\n</pre>"


def _table(facts: Mapping[str, Any]) -> str:
    rows = (f"<tr><td>{escape(str(name))}</td>{_cell(value)}</tr>" for name, value in facts.items())
    return f"<table tabindex='0'>{''.join(rows)}</table>"


def _frame(table: pd.DataFrame) -> str:
    heads = "".join(f"<th>{escape(str(name))}</th>" for name in table.columns)
    rows = ("".join(_cell(value) for value in row) for row in table.itertuples(index=False))
    return f"<table tabindex='0'><tr>{heads}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _cell(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"<td>{'' if value is None else escape(str(value))}</td>"
    return f"<td class='n'>{'' if value != value else f'{value:.5g}'}</td>"


def _picture(draw: Callable[[Any], Any]) -> str:
    from napore.plotting import figure, style

    buffer = io.BytesIO()
    with style():
        made, (ax, *_) = figure(1)
        draw(ax)
        made.savefig(buffer, format="png", dpi=110, bbox_inches="tight")
    content = base64.b64encode(buffer.getvalue()).decode()
    return f"<p><img alt='' src='data:image/png;base64,{content}'></p>"
