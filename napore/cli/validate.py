"""``napore validate``: the paper's claims against simulation."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from napore.files import WriteError, make_folder
from napore.results import Interrupted

from .described import columns_of, described
from .group import Failure
from .output import quiet_host, saying
from .runner import print_columns

if TYPE_CHECKING:
    from napore.full_cells import FormationName
    from napore.validation.claims import Validation


@described
def validate(
    only: str | None,
    reading: FormationName,
    model: str,
    report: Path | None,
    resume: Path | None,
    json_file: Path | None,
) -> None:
    """Every claim of the paper against simulation, with its verdict.

    Rows of role "fit" were calibrated to; only "predict" counts as a prediction. The verdict on the
    energy of the full cell is on active masses in both readings; that per kg of coatings stands beside
    it. The exit status is 0 if it ran, whatever the verdicts. With --report or --resume a run that was
    stopped goes on where it was.
    """
    quiet_host()
    if report is not None:
        _made(report)
    from napore.validation import claims

    kept = resume if resume is not None or report is None else report / _FINISHED
    try:
        result = claims.validate(only, model=model, reading=reading, resume=kept, progress=True)
    except (Interrupted, WriteError) as stop:
        _print(stop.result)
        if isinstance(stop, KeyboardInterrupt):
            _say_how_to_go_on(len(stop.result.claims), "claims", kept)
        with saying(stop):
            if json_file is not None:
                stop.result.to_json(json_file)
    if result.journal.stale:
        what = ", ".join(result.journal.stale)
        click.echo(f"napore: {kept} was of another {what}: every claim was simulated again", err=True)
    elif result.reused:
        click.echo(f"napore: {result.reused} claims read back from {kept}", err=True)
    _print(result)
    if json_file is not None:
        result.to_json(json_file)
    if report is not None:
        from napore.validation.report import write_report

        try:
            files = write_report(result, report, progress=True)
        except KeyboardInterrupt:
            _say_how_to_go_on(len(result.claims), "claims, and the figures drawn so far", kept)
            raise
        click.echo(
            f"written to {report}: {files[0].name}, claims.csv, claims.json and {len(files) - 3} pictures"
        )


_FINISHED = "finished.jsonl"
OF_FULL_CELL = ("reading", "simulated_on_coatings")
"""Columns that only claims on the full cell fill."""


def _made(folder: Path) -> None:
    try:
        make_folder(folder)
    except WriteError as error:
        raise Failure(f"{error}; give another folder") from None


def _say_how_to_go_on(number: int, what: str, kept: Path | None) -> None:
    advice = (
        "with --resume FILE they would have been kept"
        if kept is None
        else f"kept in {kept}; run the same command again to go on"
    )
    click.echo(f"napore: interrupted: {number} {what}, {advice}", err=True)


def _print(result: Validation) -> None:
    rows = [{**asdict(claim), "unit": claim.unit.strip("-")} for claim in result.claims]
    of_full_cell = any(claim.reading for claim in result.claims)
    columns = [c for c in columns_of("validate") if of_full_cell or c[1] not in OF_FULL_CELL]
    print_columns(rows, columns, words=True)
    for role, counts in result.counts().items():
        click.echo(f"{role}: " + ", ".join(f"{number} {verdict}" for verdict, number in counts.items()))
    for claim in result.claims:
        if claim.verdict in ("unmet", "inconsistent"):
            click.echo(f"{claim.id} {claim.verdict}: {claim.reason}")
