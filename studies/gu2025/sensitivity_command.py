"""``python -m studies.gu2025 sensitivity``: which uncertain input would turn which verdict."""

from pathlib import Path

import click

from napore.cells import MODELS
from napore.cli.kinds import KINDS
from napore.cli.output import print_table, quiet_host, saying
from napore.files import WriteError, make_folder
from napore.plotting import save_picture, style
from napore.results import Interrupted

from .verdict_rows import VerdictRow, VerdictSensitivity, picture
from .verdict_sensitivity import verdict_sensitivity
from .verdict_text import largest_change

_SHOWN = 4


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--only", metavar="PREFIX", help="Only claims whose id begins so, such as H, K01 or F.")
@click.option("--model", type=click.Choice(MODELS), help="Of all rows.  [default: SPMe, verdicts also DFN]")
@click.option("--processes", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--json", "json_file", metavar="FILE", help="Write the result as JSON.", **KINDS["output"])
def sensitivity(
    folder: Path, only: str | None, model: str | None, processes: int, json_file: Path | None
) -> None:
    """Move each uncertain input to both ends of its range, one at a time, and judge every claim; long.

    Table, JSON, picture and finished rows go to DIR; a stopped run goes on where it was.
    """
    quiet_host()
    make_folder(folder)
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
    with style():
        save_picture(picture(result), folder / "verdicts.png")
    failed = sum(row.status_low != "ok" or row.status_high != "ok" for row in result.rows)
    if failed:
        click.echo(f"napore: {failed} rows could not be simulated at an end of the range", err=True)
    click.echo(f"written to {folder}: verdicts.json, verdicts.csv, verdicts.png")


def _print(result: VerdictSensitivity) -> None:
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
