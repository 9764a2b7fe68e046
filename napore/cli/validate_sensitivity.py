"""``napore validate --sensitivity``: which uncertain input would turn which verdict."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from napore.files import WriteError
from napore.results import Interrupted

from .output import print_table, saying

if TYPE_CHECKING:
    from napore.validation.verdicts import VerdictRow, VerdictSensitivity

__all__ = ["run_sensitivity"]

_SHOWN = 4


def run_sensitivity(
    only: str | None, folder: Path, model: str | None, processes: int, json_file: Path | None
) -> None:
    """Run, print and write to a folder; Ctrl-C keeps what is finished."""
    from napore.validation.sensitivity import verdict_sensitivity

    ended: Interrupted[VerdictSensitivity] | WriteError | None = None
    try:
        result = verdict_sensitivity(
            only,
            resume=folder / "rows.jsonl",
            processes=processes,
            progress=True,
            model=model or "SPMe",
            reference=model or "DFN",
        )
    except (Interrupted, WriteError) as stop:
        result, ended = stop.result, stop
    _print(result)
    if isinstance(ended, Interrupted):
        click.echo(
            f"napore: interrupted: {len(result.rows)} rows, kept in {folder / 'rows.jsonl'}; run the same "
            "command again to go on",
            err=True,
        )
    with saying(ended):
        if json_file is not None:
            result.to_json(json_file)
    result.to_json(folder / "verdicts.json")
    result.to_csv(folder / "verdicts.csv")
    from napore.validation.verdicts import write_picture

    write_picture(result, folder / "verdicts.png")
    failed = sum(row.status_low != "ok" or row.status_high != "ok" for row in result.rows)
    if failed:
        click.echo(f"napore: {failed} rows could not be simulated at an end of the range", err=True)
    click.echo(f"written to {folder}: verdicts.json, verdicts.csv, verdicts.png")


def _print(result: VerdictSensitivity) -> None:
    from napore.validation.verdict_text import largest_change

    rows = []
    for claim in result.claims:
        turning = result.turning(claim.claim)
        rows.append(
            (
                claim.claim,
                claim.reference_verdict,
                str(claim.inputs),
                _names(turning)
                if turning
                else f"no single input inside its range ({largest_change(result, claim.claim)})",
                _names(result.turning(claim.claim, fitted=True)) or "-",
            )
        )
    headings = ("id", "verdict", "inputs", "turned by", "turned by fitted")
    print_table(headings, rows, words=True)


def _names(rows: tuple[VerdictRow, ...]) -> str:
    shown = [f"{row.parameter} ({row.sample}, {'/'.join(row.turned)})" for row in rows[:_SHOWN]]
    return "; ".join(shown) + (f"; {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else "")
