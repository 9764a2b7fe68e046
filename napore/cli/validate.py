"""``napore validate``: the paper's claims against simulation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .group import Failure
from .options import debug_option, json_option, model_option
from .output import print_table, quiet_host

if TYPE_CHECKING:
    from napore.validation.claims import Claim, Validation

__all__ = ["validate"]


@click.command()
@click.option("--only", metavar="PREFIX", help="Only claims whose id begins so, such as H, K01 or F.")
@model_option
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder for the report (HTML), the table (CSV, JSON) and the pictures.",
)
@json_option
@debug_option
def validate(only: str | None, model: str, report: Path | None, json_file: Path | None) -> None:
    """Every claim of the paper against simulation, with its verdict.

    Rows of role "fit" were calibrated to; only "predict" counts as a prediction. The exit status
    is 0 if it ran, whatever the verdicts.
    """
    if report is not None:
        try:
            report.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Failure(f"{report} cannot be made: {error.strerror}") from None
    from napore.validation import claims

    quiet_host()
    result = claims.validate(only, model=model, progress=True)
    _print(result)
    if json_file is not None:
        result.to_json(json_file)
    if report is not None:
        from napore.validation.report import write_report

        files = write_report(result, report, progress=True)
        click.echo(
            f"written to {report}: {files[0].name}, claims.csv, claims.json and {len(files) - 3} pictures"
        )


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
        )
        for claim in result.claims
    ]
    headings = ("id", "role", "quantity", "reported", "simulated", "deviation", "allowed", "unit", "verdict")
    print_table(headings, rows, words=True)
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
