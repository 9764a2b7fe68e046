"""``napore validate``: the paper's claims against simulation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from napore.files import WriteError, make_folder
from napore.results import Interrupted

from .group import Failure
from .options import check_output, debug_option, json_option, model_option
from .output import print_table, quiet_host, saying

if TYPE_CHECKING:
    from napore.full_cells import FormationName
    from napore.validation.claims import Claim, Validation

__all__ = ["validate"]


@click.command()
@click.option("--only", metavar="PREFIX", help="Only claims whose id begins so, such as H, K01 or F.")
@click.option(
    "--reading",
    type=click.Choice(("stated", "precycled")),
    default="stated",
    show_default=True,
    help="Of the full cell: with the first-cycle loss of its carbon, or with a carbon cycled before.",
)
@model_option
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder for the report (HTML), the table (CSV, JSON), the pictures, and what is finished.",
)
@click.option(
    "--resume",
    type=click.Path(path_type=Path),
    callback=check_output,
    metavar="FILE",
    help="File for finished claims; what is there already is not simulated again.",
)
@json_option
@debug_option
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
    rows = [
        (
            claim.id,
            claim.role,
            claim.quantity,
            _value(claim.reported),
            _value(claim.simulated),
            "-" if claim.deviation is None else f"{100 * claim.deviation:+.1f} %",
            "-" if claim.tolerance is None else f"{100 * claim.tolerance:.1f} %",
            claim.unit if claim.unit != "-" else "",
            claim.verdict,
            claim.reading or "",
            "" if claim.simulated_on_coatings is None else f"{claim.simulated_on_coatings:.4g}",
        )
        for claim in result.claims
    ]
    headings = ("id", "role", "quantity", "reported", "simulated", "deviation", "allowed", "unit", "verdict")
    of_full_cell = ("reading", "on coatings") if any(claim.reading for claim in result.claims) else ()
    shown = [row if of_full_cell else row[: len(headings)] for row in rows]
    print_table((*headings, *of_full_cell), shown, words=True)
    for role, counts in result.counts().items():
        click.echo(f"{role}: " + ", ".join(f"{number} {verdict}" for verdict, number in counts.items()))
    for claim in result.claims:
        if claim.verdict in ("unmet", "inconsistent"):
            click.echo(_reason(claim))


def _reason(claim: Claim) -> str:
    return f"{claim.id} {claim.verdict}: {claim.reason}"


def _value(value: float | bool | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}"
